"""The pièces of a dossier: joined, answered, opened, bundled; every mishap is one clear sentence."""

import os
import random
import stat
import tempfile
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import fabriques
import pytest
from fabriques import Decor
from lecture_papiers import poppler
from sqlalchemy import select

from app.models.action import Action
from app.models.depot import Contenu, Depot, Piece
from app.models.enums import NatureDepot
from app.services import contenus, documents
from app.services.a_faire import Genre, lire_a_faire
from app.services.appels import Appels
from app.services.concordance import lire_concordance
from app.services.concordance_pdf import concordance_pdf, nom_propose
from app.services.depots import Depots
from app.services.errors import ErreurConnue, SaisieRefusee
from app.services.fichier import Fichier
from app.services.fichiers_joints import taille_en_mots
from app.services.liasse import ecrire_liasse, liasse, nom_de_liasse
from app.services.notes_lues import lire_notes
from app.services.pieces import (
    LignePiece,
    Pieces,
    nom_sur,
    phrase_des_pieces,
)
from app.services.pieces_attendues import LISTE_PROPOSEE, PiecesAttendues

STATUTS = b"%PDF-1.4 statuts"


@pytest.fixture
def decor(fichier: Fichier) -> Decor:
    return fabriques.decor(fichier, actions=3)


@pytest.fixture
def pieces(fichier: Fichier) -> Pieces:
    return Pieces(fichier)


def _fichier(dossier: Path, nom: str = "statuts.pdf", octets: bytes = STATUTS) -> Path:
    chemin = dossier / nom
    chemin.write_bytes(octets)
    return chemin


def espaces(texte: str) -> str:
    return texte.replace("\u00a0", " ")


def _nommer(pieces: Pieces, action: str) -> list[tuple[str, str]]:
    return [(p.intitule, p.etat) for p in pieces.lignes(action)]


# Joining ------------------------------------------------------------------------------------------


def test_plusieurs_fichiers_se_joignent_d_un_geste_et_repartent_d_un_autre(
    fichier: Fichier, decor: Decor, pieces: Pieces, tmp_path: Path
) -> None:
    faits = pieces.joindre(
        decor.action, [_fichier(tmp_path), _fichier(tmp_path, "bilan_2025.txt", b"Bilan")]
    )
    assert faits == (2, [])
    assert _nommer(pieces, decor.action) == [("statuts", "Jointe"), ("bilan 2025", "Jointe")]
    assert pieces.octets(pieces.lignes(decor.action)[0]) == STATUTS
    fichier.undo.annuler()
    assert pieces.lignes(decor.action) == []
    fichier.undo.retablir()
    assert pieces.octets(pieces.lignes(decor.action)[0]) == STATUTS


def test_un_fichier_repond_a_la_piece_attendue_de_meme_nom(
    decor: Decor, pieces: Pieces, tmp_path: Path
) -> None:
    pieces.attendre([decor.action], [("Statuts", "Demandés par l'appel"), ("Devis", "")])
    pieces.joindre(decor.action, [_fichier(tmp_path)])
    assert _nommer(pieces, decor.action) == [("Statuts", "Jointe"), ("Devis", "Attendue")]
    assert "pas reçues\u00a0: Devis" in phrase_des_pieces(pieces.lignes(decor.action))
    jointe, devis = pieces.lignes(decor.action)
    pieces.joindre(decor.action, [_fichier(tmp_path, "scan0001.pdf", b"devis")], piece=devis.cle)
    assert _nommer(pieces, decor.action)[1] == ("Devis", "Jointe")
    pieces.retirer([jointe.cle])
    assert _nommer(pieces, decor.action)[0] == ("Statuts", "Attendue")


def test_le_meme_fichier_deux_fois_se_dit_et_le_meme_nom_se_numerote(
    decor: Decor, pieces: Pieces, tmp_path: Path
) -> None:
    pieces.joindre(decor.action, [_fichier(tmp_path)])
    nombre, deja = pieces.joindre(decor.action, [_fichier(tmp_path)])
    assert nombre == 0
    assert "déjà joint sous le nom «\u00a0statuts\u00a0»" in deja[0]
    pieces.joindre(decor.action, [_fichier(tmp_path, octets=b"une autre version")])
    assert [p.nom_fichier for p in pieces.lignes(decor.action)] == [
        "statuts.pdf",
        "statuts (2).pdf",
    ]


@pytest.mark.parametrize(
    ("prepare", "phrase"),
    [
        (lambda d: d / "absent.pdf", "n'existe plus"),
        (lambda d: d, "n'est pas un fichier"),
        (lambda d: _fichier(d, "vide.pdf", b""), "est vide"),
        (lambda d: _fichier(d, "énorme.pdf", b"x" * 101), "plus que les 100.octets permis"),
    ],
)
def test_un_mauvais_fichier_se_refuse_en_clair_et_rien_n_est_garde(
    fichier: Fichier,
    decor: Decor,
    pieces: Pieces,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[Path], Path],
    phrase: str,
) -> None:
    monkeypatch.setattr(contenus, "TAILLE_MAXIMUM", 100)
    bon = _fichier(tmp_path)
    with pytest.raises(ErreurConnue, match=phrase):
        pieces.joindre(decor.action, [bon, prepare(tmp_path)])
    assert pieces.lignes(decor.action) == []
    assert fichier.lignes(select(Contenu.empreinte)) == []


def test_un_fichier_verrouille_se_refuse_en_clair(
    decor: Decor, pieces: Pieces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chemin = _fichier(tmp_path)

    def verrouille(_chemin: Path) -> bytes:
        raise PermissionError(13, "locked")

    monkeypatch.setattr(Path, "read_bytes", verrouille)
    with pytest.raises(SaisieRefusee, match="fermez-le dans l'autre programme"):
        pieces.joindre(decor.action, [chemin])


# Expected -----------------------------------------------------------------------------------------


def test_la_liste_attendue_se_propose_puis_s_etend_a_l_appel_ou_aux_porteurs_de_meme_nature(
    fichier: Fichier, decor: Decor, pieces: Pieces
) -> None:
    assert pieces.lignes(decor.action) == []  # nothing is imposed
    assert {nom for nom, _ in LISTE_PROPOSEE} <= {
        nom for nom, _ in pieces.propositions(decor.action)
    }
    with pytest.raises(SaisieRefusee, match="Aucune pièce n'est attendue"):
        pieces.etendre(decor.action, meme_porteur=False)
    pieces.attendre([decor.action], [("Charte du quartier", "Règlement de l'appel")])
    deuxieme, troisieme = decor.actions[1:]
    assert pieces.propositions(deuxieme)[0] == ("Charte du quartier", "Règlement de l'appel")
    # The third action has the same kind of porteur, the second one is carried by a town.
    assert pieces.etendre(decor.action, meme_porteur=True) == 1
    assert pieces.lignes(deuxieme) == []
    assert pieces.etendre(decor.action, meme_porteur=False) == 1
    assert _nommer(pieces, deuxieme) == _nommer(pieces, troisieme)
    fichier.undo.annuler()
    assert pieces.lignes(deuxieme) == []


@pytest.fixture
def liste(fichier: Fichier, decor: Decor) -> PiecesAttendues:
    """The appel asks for two pièces with the dossier, one of them optional, and one with the note."""
    service = PiecesAttendues(fichier)
    service.ajouter(decor.appel, [("Statuts", "À jour"), ("Charte", "")])
    service.ajouter(decor.appel, [("Lettre", "")], str(NatureDepot.NOTE))
    with service.operation("Rendre facultative") as e:
        charte = next(li.cle for li in service.lignes(decor.appel) if li.intitule == "Charte")
        service.poser(e, charte, obligatoire=False)
    return service


def test_la_liste_de_l_appel_est_attendue_de_chaque_dossier(
    fichier: Fichier, decor: Decor, pieces: Pieces, liste: PiecesAttendues, tmp_path: Path
) -> None:
    """Nothing is copied before it is answered; a file of that name answers, whatever its case."""
    attendues = [("Statuts", "Attendue"), ("Charte", "Facultative")]
    assert [_nommer(pieces, action) for action in decor.actions] == [attendues] * 3
    assert fichier.lignes(select(Piece.cle)) == []
    assert espaces(phrase_des_pieces(pieces.lignes(decor.action))) == (
        "Aucune pièce jointe. Attendues et pas reçues : Statuts."
    )
    pieces.joindre(decor.action, [_fichier(tmp_path)])
    assert _nommer(pieces, decor.action) == [("Statuts", "Jointe"), ("Charte", "Facultative")]
    [piece] = [p for p in pieces.lignes(decor.action) if p.est_jointe]
    assert (piece.attendue, piece.note) == (True, "À jour")
    fichier.undo.annuler()
    assert _nommer(pieces, decor.action) == attendues
    liste.supprimer(*(li.cle for li in liste.lignes(decor.appel)))
    assert _nommer(pieces, decor.action) == []


def test_un_dossier_peut_faire_exception_a_la_liste(
    decor: Decor, pieces: Pieces, liste: PiecesAttendues
) -> None:
    demandee = pieces.lignes(decor.action)[0]
    with pytest.raises(SaisieRefusee, match="L'appel demande cette pièce"):
        pieces.retirer([demandee.cle])
    pieces.modifier(demandee.cle, attendue=False, note="Déjà reçue l'an dernier")
    assert "Statuts" not in phrase_des_pieces(pieces.lignes(decor.action))
    assert "Statuts" in phrase_des_pieces(pieces.lignes(decor.actions[1]))


def test_la_completude_suit_la_liste_de_l_appel(
    fichier: Fichier, decor: Decor, pieces: Pieces, liste: PiecesAttendues, tmp_path: Path
) -> None:
    """A note wants the pièces of the note, a dossier those of the deposit, one that left wants none."""
    note, dossier, partie = decor.actions
    with fichier.operation("Préparer") as e:
        e.modifier(Action, note, statut="note")
        e.modifier(Action, partie, statut="irrecevable")
    assert [_nommer(pieces, a) for a in (note, partie)] == [[("Lettre", "Attendue")], []]
    [ligne] = lire_notes(fichier, 2026)
    assert "la pièce « Lettre »" in ligne.completude
    jour = date(2026, 2, 3)
    a_recevoir = {
        li.action: espaces(li.quoi) for li in lire_a_faire(fichier, jour) if li.genre is Genre.PIECE
    }
    assert a_recevoir == {note: "Pièce attendue : Lettre", dossier: "Pièce attendue : Statuts"}
    pieces.joindre(note, [_fichier(tmp_path, "lettre.pdf")])
    [ligne] = lire_notes(fichier, 2026)
    assert "Lettre" not in ligne.completude


def test_une_liste_se_reprend_de_l_an_dernier_sans_doublon(
    fichier: Fichier, decor: Decor, liste: PiecesAttendues
) -> None:
    with fichier.operation("L'année d'après") as e:
        suivant = fabriques.appel(e, fabriques.exercice(e, annee=2027), nom="Appel 2027")
    assert liste.anciens(2027) == [(decor.appel, "Appel à projets 2026")]
    liste.ajouter(suivant, [("statuts", "")])
    assert liste.reprendre(suivant, decor.appel) == 2
    assert [(li.intitule, li.nature, li.obligatoire) for li in liste.lignes(suivant)] == [
        ("Lettre", "note", True),
        ("statuts", "dossier", True),
        ("Charte", "dossier", False),
    ]
    with pytest.raises(SaisieRefusee, match="déjà demandée"), liste.operation("Doubler") as e:
        liste.poser(e, liste.lignes(suivant)[2].cle, intitule="Statuts")
    Appels(fichier).supprimer(suivant)
    assert liste.lignes(suivant) == []


# Out of the file ----------------------------------------------------------------------------------


def test_la_copie_a_lire_n_est_pas_la_piece(
    decor: Decor, pieces: Pieces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces.joindre(decor.action, [_fichier(tmp_path)])
    [piece] = pieces.lignes(decor.action)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    copie = pieces.copie_a_lire(piece)
    assert copie.read_bytes() == STATUTS
    assert not copie.stat().st_mode & stat.S_IWUSR
    pieces.enregistrer(piece, tmp_path / "ailleurs.pdf")
    assert (tmp_path / "ailleurs.pdf").read_bytes() == STATUTS


def test_une_piece_qui_pourrait_agir_ne_s_ouvre_pas_d_ici(
    decor: Decor, pieces: Pieces, tmp_path: Path
) -> None:
    pieces.joindre(
        decor.action, [_fichier(tmp_path, "devis.pdf.exe"), _fichier(tmp_path, "b.xlsm", b"x")]
    )
    for piece in pieces.lignes(decor.action):
        with pytest.raises(SaisieRefusee, match="enregistrez-le ailleurs"):
            pieces.copie_a_lire(piece)


def test_les_copies_ouvertes_s_effacent_apres_un_jour(
    decor: Decor, pieces: Pieces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    pieces.joindre(decor.action, [_fichier(tmp_path)])
    [piece] = pieces.lignes(decor.action)
    ancienne, neuve = pieces.copie_a_lire(piece), pieces.copie_a_lire(piece)
    os.utime(ancienne.parent, (0, 0))
    pieces.copie_a_lire(piece)
    assert not ancienne.parent.exists()
    assert neuve.exists()


@pytest.mark.parametrize("nom", ["bilan.pdf.exe", "bilan.BAT", "bilan.lnk", "bilan.docm", "bilan"])
def test_un_programme_joint_ne_se_lance_pas_d_un_double_clic(
    decor: Decor, pieces: Pieces, tmp_path: Path, nom: str
) -> None:
    chemin = tmp_path / nom
    chemin.write_bytes(STATUTS)
    pieces.joindre(decor.action, [chemin])
    [piece] = pieces.lignes(decor.action)
    with pytest.raises(SaisieRefusee, match="enregistrez-le ailleurs"):
        pieces.copie_a_lire(piece)
    pieces.enregistrer(piece, tmp_path / "ailleurs")
    assert (tmp_path / "ailleurs").read_bytes() == STATUTS


def test_alleger_oublie_les_octets_retires(
    fichier: Fichier, decor: Decor, pieces: Pieces, tmp_path: Path
) -> None:
    pieces.joindre(decor.action, [_fichier(tmp_path, octets=b"x" * 3000)])
    assert pieces.poids() == (3000, 0)
    pieces.retirer([pieces.lignes(decor.action)[0].cle])
    assert pieces.poids() == (3000, 3000)
    assert pieces.alleger() == 1
    assert pieces.poids() == (0, 0)
    assert not fichier.undo.peut_annuler


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("../../etc/passwd", "etc passwd"),
        ("C:\\temp\\bilan.pdf", "C temp bilan.pdf"),
        ("nul.pdf", "pièce nul.pdf"),
        (".cache", "cache"),
        ("a" * 300 + ".xlsx", "a" * 60 + ".xlsx"),
    ],
)
def test_un_nom_de_piece_n_ecrit_jamais_ailleurs(nom: str, attendu: str) -> None:
    piece = LignePiece("c", "a", "Bilan", True, None, nom, 1, "0" * 64, None)
    assert nom_sur(piece) == attendu


def test_la_liasse_tient_la_concordance_et_les_pieces_sans_doublon_de_nom(
    fichier: Fichier, decor: Decor, pieces: Pieces, tmp_path: Path
) -> None:
    Depots(fichier).deposer_dossiers([decor.action])
    pieces.joindre(decor.action, [_fichier(tmp_path), _fichier(tmp_path, "Fiche.txt", b"1")])
    with fichier.operation("Nommer comme la concordance") as e:
        cles = [p.cle for p in pieces.lignes(decor.action)]
        e.modifier(Piece, cles[0], nom_fichier="../Fiche de concordance.pdf")
        e.modifier(Piece, cles[1], nom_fichier="fiche de concordance.PDF")
    chemin = tmp_path / nom_de_liasse(lire_concordance(fichier, decor.action))
    assert ecrire_liasse(fichier, decor.action, chemin) == 2
    with zipfile.ZipFile(chemin) as archive:
        assert archive.namelist() == [
            "Fiche de concordance.pdf",
            "Fiche de concordance (2).pdf",
            "fiche de concordance (3).PDF",
        ]
        assert archive.read("Fiche de concordance (2).pdf") == STATUTS
    assert liasse(fichier, decor.action) == liasse(fichier, decor.action)


def test_un_disque_plein_laisse_l_ancienne_liasse(
    fichier: Fichier, decor: Decor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chemin = _fichier(tmp_path, "liasse.zip", b"ancienne")

    def plein(_descripteur: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(documents.os, "fsync", plein)
    with pytest.raises(ErreurConnue, match="plus assez de place"):
        ecrire_liasse(fichier, decor.action, chemin)
    assert chemin.read_bytes() == b"ancienne"
    assert not [nom for nom in os.listdir(tmp_path) if nom.endswith(".tmp")]


def test_la_concordance_imprimee_dit_note_rencontre_et_dossier(
    fichier: Fichier, decor: Decor, tmp_path: Path
) -> None:
    with fichier.operation("Instruire") as e:
        fabriques.instruction(e, decor.action, decor.financeurs[0], decor.organismes[1])
        e.modifier(Action, decor.action, description="Deux ateliers par semaine")
    Depots(fichier).deposer_dossiers([decor.action])
    concordance = lire_concordance(fichier, decor.action)
    assert [v.nom for v in concordance.versions] == ["v1 · Note d'intention", "v2 · Dossier"]
    octets = concordance_pdf(concordance)
    papier = _fichier(tmp_path, "concordance.pdf", octets)
    texte = poppler("pdftotext", "-layout", str(papier), "-")
    for mot in (
        "Fiche de concordance",
        "v1 · Note d'intention",
        "v2 · Dossier",
        "Comité territorial",
        "Préciser",
        "Sans réponse",
        "Deux ateliers par semaine",
        "Statuts",
    ):
        assert mot in texte
    assert octets == concordance_pdf(lire_concordance(fichier, decor.action))
    assert nom_propose(concordance).endswith("Action 1.pdf")


def test_les_tailles_se_disent_en_mots() -> None:
    dites = [taille_en_mots(n).replace("\u00a0", " ") for n in (820, 12_400, 3_400_000, 2_000_000)]
    assert dites == ["820 octets", "12 Ko", "3,4 Mo", "2 Mo"]


# Whatever is done ---------------------------------------------------------------------------------


def test_quoi_qu_on_fasse_chaque_piece_jointe_garde_ses_octets(
    fichier: Fichier, decor: Decor, pieces: Pieces, tmp_path: Path
) -> None:
    """A walk of pièces, deposits, undo and redo: what is joined is whole, what is frozen stays so."""
    hasard = random.Random(8)
    depots = Depots(fichier)
    vues: dict[str, Any] = {}

    def au_hasard(faire: Callable[[str], Any]) -> None:
        presentes = pieces.lignes(decor.action)
        if presentes:
            faire(hasard.choice(presentes).cle)

    gestes: list[Callable[[], Any]] = [
        lambda: pieces.joindre(
            decor.action, [_fichier(tmp_path, f"p{hasard.randrange(4)}.txt", hasard.randbytes(9))]
        ),
        lambda: pieces.attendre([decor.action], [(f"Pièce {hasard.randrange(4)}", "")]),
        lambda: au_hasard(lambda cle: pieces.retirer([cle])),
        lambda: au_hasard(lambda cle: pieces.modifier(cle, note=str(hasard.random()))),
        lambda: depots.deposer_dossiers([decor.action]),
        lambda: fichier.undo.peut_annuler and fichier.undo.annuler(),
        lambda: fichier.undo.peut_retablir and fichier.undo.retablir(),
    ]
    for _ in range(40):
        hasard.choice(gestes)()
        for piece in pieces.lignes(decor.action):
            assert not piece.est_jointe or len(pieces.octets(piece)) == piece.taille
        for lue in fichier.lignes(select(*Depot.__table__.columns)):
            assert vues.setdefault(lue.cle, lue._asdict()) == lue._asdict()
    assert vues

"""The letters: what is due, what they say, how one is corrected, and what is kept of them."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from fabrique_seance import Salle, salle_ouverte
from sqlalchemy import select

from app.models.action import Action, Cofinancement
from app.models.courrier import Courrier
from app.models.depot import Piece
from app.models.enums import NatureCourrier
from app.models.organisme import Organisme
from app.models.suivi import Bilan
from app.services import bureautique, courriers_sorties
from app.services.actions import Actions
from app.services.comite import comite
from app.services.courriers import Courriers, Lettre
from app.services.courriers_contenus import Choix as Envoi
from app.services.courriers_lus import LigneCourrier
from app.services.courriers_modeles import Modeles
from app.services.courriers_pages import PagesDeCourriers
from app.services.courriers_reunis import reunir
from app.services.courriers_sorties import Demande, FichierOuvert, produire
from app.services.decisions import Choix
from app.services.errors import LectureSeule, SaisieRefusee
from app.services.fichier import Fichier
from app.services.suites_lues import lire_suites
from tests.fabriques import AUTEUR

D = Decimal
JOUR = date(2026, 3, 20)
HOSTILE = "A & B <script> « l'été » 🎉 مرحبا \u202egauche\x07\x0b {{ contrat.nom }} =cmd|' /C'!A0"


@pytest.fixture(scope="module")
def close(tmp_path_factory: pytest.TempPathFactory) -> Salle:
    """Made once: each test opens a copy."""
    with salle_ouverte(tmp_path_factory.mktemp("courriers")) as s:
        for point, montants, choix in (
            (s.points[0], {s.etat: D(10_000), s.agglo: D(5000)}, Choix("valide")),
            (s.points[1], {s.etat: D(80)}, Choix("sous_reserve", conditions="Trouver un local.")),
            (s.points[2], {}, Choix("refuse", motif="Hors du quartier.")),
        ):
            for payeur, montant in montants.items():
                s.comite.tours.dire_et_publier(point, payeur, montant)
            s.comite.decisions.decider(point, choix)
        s.comite.scellements.clore(s.seance, confirmer=True)
        return s


@pytest.fixture
def s(close: Salle, tmp_path: Path) -> Iterator[Salle]:
    copie = Path(shutil.copyfile(close.fichier.chemin, tmp_path / "seance.tdt"))
    with Fichier.ouvrir(copie, auteur=AUTEUR) as fichier:
        yield replace(close, fichier=fichier, comite=comite(fichier, horloge=close.montre))


@pytest.fixture
def c(s: Salle, tmp_path: Path) -> Courriers:
    return Courriers(s.fichier, Modeles(tmp_path / "modeles"), horloge=s.montre)


def des(c: Courriers, nature: str, etat: str | None = None) -> list[LigneCourrier]:
    toutes = c.lignes(2026)
    return [li for li in toutes if li.nature == nature and etat in (None, li.etat)]


def lettre(c: Courriers, nature: str, **options: Any) -> Lettre:
    [ligne] = des(c, nature)
    [composee] = c.composer([ligne], Envoi(JOUR, **options))
    return composee


def mots(octets: bytes) -> str:
    """Everything that a person reads in a Word file, tables and foot included."""
    document = docx.Document(BytesIO(octets))
    textes = [p.text for p in document.paragraphs]
    textes += [c.text for t in document.tables for r in t.rows for c in r.cells]
    return "\n".join([*textes, *(p.text for p in document.sections[0].footer.paragraphs)])


# What is due ----------------------------------------------------------------------------------------


def test_chaque_decision_d_une_seance_close_doit_sa_lettre(c: Courriers) -> None:
    assert [(li.nature, li.etat, li.montant) for li in c.lignes(2026)] == [
        ("accord", "a_produire", D(15_000)),
        ("accord_reserve", "a_produire", D(80)),
        ("refus", "a_produire", None),
    ]


def test_rien_ne_s_annonce_avant_la_cloture(tmp_path: Path) -> None:
    with salle_ouverte(tmp_path) as s:
        s.comite.tours.dire_et_publier(s.points[0], s.etat, D(10_000))
        s.comite.decisions.decider(s.points[0], Choix("valide"))
        natures = {li.nature for li in Courriers(s.fichier, horloge=s.montre).lignes(2026)}
        assert "accord" not in natures


def test_un_depot_une_piece_et_un_bilan_doivent_aussi_leur_lettre(s: Salle, c: Courriers) -> None:
    action = Actions(s.fichier).creer(2026, "Neuve")
    ancienne = Actions(s.fichier).creer(2020, "Ancienne", statut="accordee")
    with s.fichier.operation("Attendre") as e:
        e.inserer(Piece, action=action, intitule="Budget", attendue=True)
        e.inserer(
            Cofinancement, action=ancienne, financeur=s.etat.financeur, annee=2020,
            accorde=D(1200), statut="accorde",
        )  # fmt: skip
        bilan = e.inserer(Bilan, action=ancienne)
    assert {li.nature for li in c.lignes(2026) if li.action == action} == {"accuse", "pieces"}
    [accord, relance] = c.lignes(2020)
    assert (accord.nature, relance.nature) == ("accord", "relance_bilan")
    [composee] = c.composer([relance], Envoi(JOUR))
    assert "1\u202f200\u00a0€ (mille deux cents euros)" in composee.texte
    c.noter_produits([composee], Envoi(JOUR), [Path("relance.docx")])
    c.noter_envoi([li for li in c.lignes(2020) if li.nature == "relance_bilan"],
                  envoye_le="2026-03-21")  # fmt: skip
    assert s.champ(Bilan, bilan, "relances") == 1
    assert s.champ(Bilan, bilan, "relance_le") == "2026-03-21"
    with s.fichier.operation("Recevoir") as e:
        e.modifier(Bilan, bilan, recu_le="2026-04-01")
    assert [li.etat for li in c.lignes(2020) if li.nature == "relance_bilan"] == ["envoye"]


# What they say --------------------------------------------------------------------------------------


def test_l_accord_dit_les_montants_par_financeur_et_en_toutes_lettres(
    s: Salle, c: Courriers
) -> None:
    porteur = s.champ(Action, s.action, "porteur")
    with s.fichier.operation("Adresse") as e:
        e.modifier(Organisme, porteur, adresse="12 rue des Écoles", code_postal="59300",
                   ville="Valenciennes")  # fmt: skip
    c.signataires.ajouter("Camille Martin", qualite="Vice-présidente")
    faite = lettre(c, "accord")
    lus = mots(faite.octets)
    assert "15\u202f000\u00a0€ (quinze mille euros)" in lus
    assert "12 rue des Écoles\n59300 Valenciennes\nLe 20 mars 2026" in lus
    assert "Camille Martin" in lus
    assert "examiné le 12 mars 2026" in lus
    table = docx.Document(BytesIO(faite.octets)).tables[0]
    rangees = [[cellule.text for cellule in rangee.cells] for rangee in table.rows]
    assert [r[-1] for r in rangees] == ["Montant", "10\u202f000\u00a0€", "5\u202f000\u00a0€",
                                        "15\u202f000\u00a0€"]  # fmt: skip
    assert faite.objet.startswith("Attribution d’une subvention – ")


def test_reserve_et_refus_disent_pourquoi(c: Courriers) -> None:
    assert "Trouver un local." in lettre(c, "accord_reserve").texte
    assert "quatre-vingts euros" in lettre(c, "accord_reserve").texte
    refus = lettre(c, "refus").texte
    assert "Cette décision est motivée ainsi\u00a0: Hors du quartier." in refus
    assert "€" not in refus


def test_chaque_courrier_se_remplit_et_se_lit_meme_quand_rien_n_est_su(
    s: Salle, c: Courriers
) -> None:
    """No field left, no sentence with a hole, for an action that has nothing but a title."""
    action = Actions(s.fichier).creer(2025, "Seule", statut="note")
    for nature in NatureCourrier:
        c.preparer([action], nature)
    lignes = c.lignes(2025)
    assert {li.nature for li in lignes} == set(NatureCourrier)
    for faite in c.composer(lignes, Envoi(JOUR)):
        lus = mots(faite.octets)
        assert "{" not in lus, faite.ligne.nature
        assert not {"le .", " ,", "()", "« »", "pour ans"} & {
            trou for trou in ("le .", " ,", "()", "« »", "pour ans") if trou in faite.texte
        }, faite.texte
        assert "Seule" in faite.texte


def test_le_signataire_est_celui_du_jour_de_la_lettre(c: Courriers) -> None:
    c.signataires.ajouter("Ancienne", fin="2026-03-19")
    c.signataires.ajouter("Actuel", debut="2026-03-20")
    c.signataires.ajouter("Pour les refus", natures=["refus"])
    assert lettre(c, "accord").signataire.nom == "Actuel"
    assert lettre(c, "refus").signataire.nom == "Pour les refus"
    [ligne] = des(c, "accord")
    [avant] = c.composer([ligne], Envoi(date(2026, 3, 19)))
    assert avant.signataire.nom == "Ancienne"
    with pytest.raises(SaisieRefusee, match="Le dernier jour vient avant"):
        c.signataires.ajouter("À l'envers", debut="2026-03-20", fin="2026-01-01")


def test_un_nom_hostile_reste_du_texte(s: Salle, c: Courriers, tmp_path: Path) -> None:
    Actions(s.fichier).modifier(s.action, titre=HOSTILE)
    faite = lettre(c, "accord")
    attendu = "A & B <script> « l'été » 🎉 مرحبا gauche {{ contrat.nom }} =cmd|' /C'!A0"
    assert attendu in mots(faite.octets)
    assert "\u202e" not in mots(faite.octets)
    [chemin] = produire([faite], tmp_path, Demande(), auteur="", jour=JOUR).chemins
    assert chemin.parent == tmp_path
    assert chemin.suffix == ".docx"


# Corrections ----------------------------------------------------------------------------------------


def test_une_lettre_se_corrige_seule_et_garde_son_tableau(c: Courriers) -> None:
    faite = lettre(c, "accord")
    lignes = faite.texte.split("\n")
    lignes[2] = "Ceci & cela <b>, corrigé."
    lignes.insert(3, "- Une puce")
    lignes.remove("[Tableau des montants]")
    lignes.insert(1, "[Tableau des montants]")
    c.corriger(faite.ligne, "\n".join(lignes))
    corrigee = lettre(c, "accord")
    assert corrigee.texte == "\n".join(lignes)
    assert corrigee.ligne.etat == "prepare"
    assert corrigee.ligne.corrige == "corrigé"
    assert "Ceci & cela <b>, corrigé." in mots(corrigee.octets)
    assert len(docx.Document(BytesIO(corrigee.octets)).tables) == 1
    c.corriger(corrigee.ligne, None)
    assert lettre(c, "accord").texte == faite.texte
    with pytest.raises(SaisieRefusee, match="Une lettre a un texte"):
        c.corriger(corrigee.ligne, "  \n ")


def test_le_texte_ajoute_a_une_ligne_ne_va_que_dans_sa_lettre(c: Courriers) -> None:
    [ligne] = des(c, "accord")
    c.modifier(ligne.cle, complement="Votre référente est joignable.")
    assert "Votre référente est joignable." in lettre(c, "accord").texte
    assert "référente" not in lettre(c, "accord_reserve").texte


# The register ---------------------------------------------------------------------------------------


def test_ce_qui_est_produit_puis_envoye_reste_au_registre_et_notifie(
    s: Salle, c: Courriers, tmp_path: Path
) -> None:
    lignes = c.lignes(2026)
    choix = Envoi(JOUR, reference="2026-118")
    lettres = c.composer(lignes, choix)
    faite = produire(lettres, tmp_path, Demande(reunies=True), auteur="", jour=JOUR)
    c.noter_produits(lettres, choix, faite.fichiers)
    assert len(faite.chemins) == 4
    assert {li.etat for li in c.lignes(2026)} == {"produit"}
    assert [li.cle for li in c.lignes(2026)] == [li.cle for li in lignes]
    assert c.noter_envoi(c.lignes(2026), envoye_le="2026-03-21", mode="recommande") == 3
    [accord] = des(c, "accord")
    assert (accord.etat, accord.reference, accord.produit_par) == ("envoye", "2026-118", AUTEUR)
    suites = lire_suites(s.fichier, 2026, JOUR)
    assert {(x.notifie, str(x.notifie_le), x.mode) for x in suites} == {
        (D(10_000), "2026-03-21", "recommande"),
        (D(5000), "2026-03-21", "recommande"),
        (D(80), "2026-03-21", "recommande"),
    }
    with pytest.raises(SaisieRefusee, match="Ce courrier est envoyé"):
        c.modifier(accord.cle, complement="Trop tard")
    with pytest.raises(SaisieRefusee, match="reste au registre"):
        c.retirer([accord])
    s.fichier.undo.annuler()
    assert {x.notifie for x in lire_suites(s.fichier, 2026, JOUR)} == {None}
    assert {li.etat for li in c.lignes(2026)} == {"produit"}


def test_une_autre_decision_demande_une_autre_lettre(s: Salle, c: Courriers) -> None:
    [accord] = des(c, "accord")
    [reserve] = des(c, "accord_reserve")
    for ligne in (accord, reserve):
        faites = c.composer([ligne], Envoi(JOUR))
        c.noter_produits(faites, Envoi(JOUR), [Path("x.docx")])
    c.noter_envoi(des(c, "accord"), envoye_le="2026-03-21")
    with s.fichier.operation("Comme si le comité avait décidé de nouveau") as e:
        for (cle,) in e.lignes(select(Courrier.cle)):
            e.modifier(Courrier, cle, decision="0" * 32)
    assert [li.etat for li in des(c, "accord")] == ["envoye", "a_produire"]
    assert [li.etat for li in des(c, "accord_reserve")] == ["a_refaire"]
    [neuve] = des(c, "accord", "a_produire")
    faites = c.composer([neuve], Envoi(JOUR))
    c.noter_produits(faites, Envoi(JOUR), [Path("y.docx")])
    assert [li.etat for li in des(c, "accord")] == ["envoye", "produit"]
    assert s.fichier.lignes(select(Courrier.fichier).where(Courrier.fichier == "y.docx"))


# Files ----------------------------------------------------------------------------------------------


def test_les_lettres_reunies_gardent_chacune_son_modele(c: Courriers) -> None:
    """Another foot, another colour of the words, a picture: the letters beside are not touched."""
    faites = c.composer(c.lignes(2026), Envoi(JOUR))
    autre = docx.Document(BytesIO(faites[1].octets))
    autre.sections[0].footer.paragraphs[0].text = "PIED À PART"
    autre.styles["Texte de la lettre"].font.italic = True
    autre.paragraphs[0].add_run().add_picture(BytesIO(_point()))
    tampon = BytesIO()
    autre.save(tampon)
    tout = docx.Document(
        BytesIO(reunir([faites[0].octets, tampon.getvalue(), faites[2].octets], "Trois"))
    )
    pieds = [section.footer.paragraphs[0].text for section in tout.sections]
    assert pieds[1] == "PIED À PART"
    assert all("dossier n°" in pied for pied in (pieds[0], pieds[2]))
    salutations = [p for p in tout.paragraphs if p.text == "Madame, Monsieur,"]
    assert [p.style.font.italic for p in salutations] == [None, True, None]
    assert len(tout.inline_shapes) == 1
    assert len(tout.tables) == 2


def _point() -> bytes:
    """The smallest picture."""
    import struct
    import zlib

    def morceau(nom: bytes, donnees: bytes) -> bytes:
        somme = zlib.crc32(nom + donnees)
        return struct.pack(">I", len(donnees)) + nom + donnees + struct.pack(">I", somme)

    tete = morceau(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + tete
        + morceau(b"IDAT", zlib.compress(b"\0\0\0\0"))
        + morceau(b"IEND", b"")
    )


def test_le_pdf_sans_libreoffice_dit_la_meme_chose(
    c: Courriers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courriers_sorties, "libreoffice", lambda: None)
    faites = c.composer(c.lignes(2026), Envoi(JOUR))
    demande = Demande(separees=False, reunies=True, word=False, pdf=True)
    faite = produire(faites, tmp_path, demande, auteur="moi", jour=JOUR)
    assert faite.pdf == "mise en page du programme"
    [chemin] = faite.chemins
    _lire_pdf(chemin, faites)
    pages = PagesDeCourriers([x.octets for x in faites], objet="x", auteur="", jour=JOUR)
    vus = " ".join(t.texte for t in pages.traces(1) if hasattr(t, "texte"))
    assert "quinze mille euros" in vus


@pytest.mark.skipif(bureautique.libreoffice() is None, reason="LibreOffice Writer absent")
def test_libreoffice_lit_chaque_courrier(s: Salle, c: Courriers, tmp_path: Path) -> None:
    """Every kind in one file, converted once, read by poppler."""
    Actions(s.fichier).modifier(s.action, titre=HOSTILE)
    for nature in (n for n in NatureCourrier if n not in ("accord", "accord_reserve", "refus")):
        c.preparer([s.action], nature)
    faites = c.composer(c.lignes(2026), Envoi(JOUR))
    demande = Demande(separees=False, reunies=True, word=False, pdf=True)
    faite = produire(faites, tmp_path, demande, auteur="moi", jour=JOUR)
    assert faite.pdf == "LibreOffice"
    texte = _lire_pdf(faite.chemins[0], faites)
    assert "A & B <script>" in texte


def _lire_pdf(chemin: Path, faites: list[Lettre]) -> str:
    """Each letter begins a page, and its words are there. Returns the whole text."""
    lu = subprocess.run(
        ["pdftotext", "-layout", str(chemin), "-"], capture_output=True, text=True, check=True
    ).stdout
    pages = lu.split("\f")[:-1]
    debuts = [p for p in pages if "Objet" in p]
    assert len(debuts) == len(faites)
    for page, faite in zip(debuts, faites, strict=True):
        assert " ".join(faite.objet.split()[:4]) in " ".join(page.split())
        assert "Madame, Monsieur," in page
    return " ".join(lu.split())


def test_rien_n_est_remplace_et_un_fichier_ouvert_recoit_un_autre_nom(
    c: Courriers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faite = lettre(c, "refus")
    for _ in range(2):
        produire([faite], tmp_path, Demande(), auteur="", jour=JOUR)
    assert {p.name for p in tmp_path.glob("*.docx")} == {
        f"{faite.nom}.docx",
        f"{faite.nom} (2).docx",
    }
    cible = tmp_path / "lettre.docx"
    cible.write_bytes(b"ouvert")

    def ouvert(_chemin: Path, _octets: bytes) -> None:
        raise LectureSeule("fermez-le")

    monkeypatch.setattr(courriers_sorties, "ecrire_entier", ouvert)
    with pytest.raises(FichierOuvert, match=r"«\xa0lettre \(2\)\.docx\xa0»") as refus:
        courriers_sorties.ecrire_une(faite, cible, auteur="", jour=JOUR)
    assert refus.value.propose == tmp_path / "lettre (2).docx"

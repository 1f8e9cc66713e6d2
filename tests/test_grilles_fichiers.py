"""Grids exchanged as files, compared, written in cells; what a colleague sends back is judged first."""

import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.models.enums import NatureGrille
from app.services.errors import ErreurConnue, SaisieRefusee, SourceIllisible
from app.services.fichier import Fichier
from app.services.grilles import Grilles
from app.services.grilles_classeur import en_classeur
from app.services.grilles_comparees import comparer
from app.services.grilles_fiche import FicheGrille, livrees
from app.services.grilles_fichiers import ecrire_grille, lire_grille
from app.services.grilles_mots import (
    lire_champs,
    lire_echelle,
    lire_moments,
    lire_noms,
    lire_portes,
    portes_en_mots,
)


def livree(identifiant: str) -> FicheGrille:
    return next(f for f in livrees() if f.identifiant == identifiant)


P147 = livree("egalite_p147")


# Written and read back ------------------------------------------------------------------------------


@pytest.mark.parametrize("extension", ["json", "xlsx"])
def test_une_grille_ecrite_se_relit_telle_quelle(tmp_path: Path, extension: str) -> None:
    for livre in livrees():
        chemin = tmp_path / f"{livre.identifiant}.{extension}"
        ecrire_grille(livre, chemin)
        assert lire_grille(chemin) == livre
    assert not list(tmp_path.glob("*.tmp"))


def test_le_classeur_a_ses_trois_feuilles_et_dit_d_ou_vient_la_grille(tmp_path: Path) -> None:
    chemin = tmp_path / "grille.xlsx"
    ecrire_grille(P147, chemin)
    livre = openpyxl.load_workbook(chemin)
    assert livre.sheetnames == ["Lisez-moi", "Critères", "Niveaux"]
    lignes = {r[0]: r[1] for r in livre["Lisez-moi"].iter_rows(values_only=True) if r[0]}
    assert lignes["Nature"] == "Conçue avec ce logiciel (non officielle)"
    assert lignes["Sources"] == P147.sources[0]
    assert lignes["Remarque"] == P147.note
    criteres = list(livre["Critères"].iter_rows(values_only=True))
    assert criteres[1][:3] == ("C1", "Diagnostic sexué du besoin", 3)
    assert criteres[0][-4:] == ("Note 0", "Note 1", "Note 2", "Note 3")
    assert en_classeur(P147) == chemin.read_bytes()


def test_un_texte_qui_commence_par_egal_reste_un_texte(tmp_path: Path) -> None:
    critere = P147.criteres[0].model_copy(update={"libelle": '=HYPERLINK("http://x")'})
    chemin = tmp_path / "grille.xlsx"
    ecrire_grille(P147.model_copy(update={"criteres": [critere], "niveaux": []}), chemin)
    case = openpyxl.load_workbook(chemin)["Critères"]["B2"]
    assert (case.data_type, case.value) == ("s", '=HYPERLINK("http://x")')


def test_un_classeur_corrige_dans_le_tableur_se_relit(tmp_path: Path) -> None:
    """What a colleague does: other words, a row more, columns moved, a level out."""
    chemin = tmp_path / "grille.xlsx"
    ecrire_grille(P147, chemin)
    livre = openpyxl.load_workbook(chemin)
    criteres = livre["Critères"]
    criteres["C2"] = 5
    criteres.append(
        ["C10", "Budget ventilé", 1.5, "Non", None, "Budget", *[None] * 2, "Rien", "Tout"]
    )
    criteres.insert_cols(1)
    livre.save(chemin)
    lue = lire_grille(chemin)
    assert lue.criteres[0].poids == 5
    dernier = lue.criteres[-1]
    assert (dernier.identifiant, dernier.poids, dernier.na_admis) == ("C10", Decimal("1.5"), False)
    assert (dernier.champs, dernier.niveaux) == (["budget"], {"0": "Rien", "1": "Tout"})
    assert lue.nature == NatureGrille.LOCALE  # no longer the shipped one
    assert lue.sources[0] == "D'après « Cotation égalité femmes-hommes P147 »"


def test_une_grille_relue_est_une_version_de_plus(fichier: Fichier, tmp_path: Path) -> None:
    grilles = Grilles(fichier)
    premiere = grilles.ajouter(P147)
    ecrire_grille(grilles.entiere(premiere).fiche, tmp_path / "grille.xlsx")
    seconde = grilles.ajouter(lire_grille(tmp_path / "grille.xlsx"))
    assert grilles.entiere(seconde).ligne.version == 2
    assert comparer(grilles.entiere(premiere).fiche, grilles.entiere(seconde).fiche) == []


# Hostile or spoilt files ----------------------------------------------------------------------------


def _sans_feuille(livre: openpyxl.Workbook) -> None:
    del livre["Niveaux"]


def _sans_nom(livre: openpyxl.Workbook) -> None:
    livre["Lisez-moi"]["B3"] = None


def _porte_fausse(livre: openpyxl.Workbook) -> None:
    livre["Niveaux"]["D3"] = "C1 est bon"


def _sans_libelle(livre: openpyxl.Workbook) -> None:
    livre["Critères"]["B4"] = None


def _poids_faux(livre: openpyxl.Workbook) -> None:
    livre["Critères"]["C3"] = "lourd"


@pytest.mark.parametrize(
    ("abimer", "mots"),
    [
        (_sans_feuille, "il y manque la feuille « Niveaux »"),
        (_sans_nom, "il manque la rubrique « Nom »"),
        (_porte_fausse, "« C1 est bon » n'est pas une porte"),
        (_sans_libelle, "(critère 3), il manque la rubrique « Libellé »"),
        (_poids_faux, "(critère 2), la valeur de « Poids » n'est pas acceptée"),
    ],
)
def test_un_classeur_abime_est_refuse_avec_sa_place(tmp_path: Path, abimer: Any, mots: str) -> None:
    chemin = tmp_path / "grille.xlsx"
    ecrire_grille(P147, chemin)
    livre = openpyxl.load_workbook(chemin)
    abimer(livre)
    livre.save(chemin)
    with pytest.raises(SourceIllisible) as refus:
        lire_grille(chemin)
    assert mots in str(refus.value)
    assert "grille.xlsx" in str(refus.value)


def _octets(chemin: Path) -> None:
    chemin.write_bytes(b"\x00\x01\x02" * 400)


def _vide(chemin: Path) -> None:
    chemin.write_bytes(b"")


def _archive(chemin: Path) -> None:
    with zipfile.ZipFile(chemin, "w") as archive:
        archive.writestr("mimetype", "rien")


def _bombe(chemin: Path) -> None:
    with zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<" + b" " * 20_000_000)


@pytest.mark.parametrize("ecrire", [_octets, _vide, _archive, _bombe])
def test_ce_qui_n_est_pas_un_classeur_est_refuse_en_une_phrase(tmp_path: Path, ecrire: Any) -> None:
    chemin = tmp_path / "piège.xlsx"
    ecrire(chemin)
    with pytest.raises(ErreurConnue):
        lire_grille(chemin)


def test_trop_de_criteres_est_refuse(tmp_path: Path) -> None:
    brut = json.loads(P147.model_dump_json())
    brut["criteres"] = [{**brut["criteres"][0], "identifiant": f"X{n}"} for n in range(201)]
    chemin = tmp_path / "grille.json"
    chemin.write_text(json.dumps(brut), encoding="utf-8")
    with pytest.raises(SourceIllisible, match="« Critères » dépasse 200 lignes"):
        lire_grille(chemin)


def test_un_nom_sans_forme_connue_n_ecrit_rien(tmp_path: Path) -> None:
    with pytest.raises(SaisieRefusee, match=r"\.xlsx ou \.json"):
        ecrire_grille(P147, tmp_path / "grille.docx")
    assert not list(tmp_path.glob("grille*"))


# Compared -------------------------------------------------------------------------------------------


def test_la_meme_grille_n_a_aucune_difference() -> None:
    assert comparer(P147, P147) == []


def test_ce_qui_change_est_dit_critere_par_critere(fichier: Fichier) -> None:
    grilles = Grilles(fichier)
    avant = grilles.entiere(grilles.ajouter(P147))
    cle = grilles.nouvelle_version(avant.ligne.cle)
    entiere = grilles.entiere(cle)
    par_code = {c.identifiant: c.cle for c in entiere.criteres}
    grilles.modifier_critere(par_code["C1"], poids=Decimal("2.5"), identifiant="C1 bis")
    grilles.modifier_critere(par_code["C2"], niveaux={"0": "Rien", "1": "Tout"})
    grilles.retirer(type_critere(), par_code["C9"])
    grilles.modifier_niveau(entiere.niveaux[1].cle, seuil=Decimal(20))
    apres = grilles.entiere(cle).fiche
    dites = {
        (d.partie, d.rubrique): (d.sorte, d.avant, d.apres) for d in comparer(avant.fiche, apres)
    }
    assert dites["Critère C9", ""][0] == "Retiré"
    assert dites["Critère C1 bis", ""][0] == "Ajouté"
    assert dites["Critère C2", "Note 3"][0] == "Retiré"
    assert dites["Grille", "Nature"][2] == "Grille de l'équipe"
    seuil = next(v for (p, r), v in dites.items() if r == "Seuil" and p.startswith("Niveau"))
    assert seuil[::2] == ("Changé", "20")
    portes = [n.portes for n in apres.niveaux if n.portes]
    assert any("C1 bis" in p for p in portes)  # the gates follow the new name
    assert all("C1" not in p for p in portes)


def type_critere() -> Any:
    from app.models.cotation import CritereGrille

    return CritereGrille


def test_une_grille_livree_changee_devient_celle_de_l_equipe(fichier: Fichier) -> None:
    grilles = Grilles(fichier)
    cle = grilles.ajouter(livree("ocde_gem"))
    assert grilles.entiere(cle).ligne.nature == NatureGrille.PUBLIEE
    with pytest.raises(SaisieRefusee, match="dupliquez"):
        grilles.modifier(cle, sources=["Moi"])
    grilles.modifier_critere(grilles.entiere(cle).criteres[0].cle, libelle="Autre chose")
    ligne = grilles.entiere(cle).ligne
    assert ligne.nature == NatureGrille.LOCALE
    assert ligne.sources[0].startswith("D'après « Marqueur de l'OCDE")


# Typed in cells -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texte", "lues"),
    [
        ("C1 ≥ 2 ; C3 >= 1", {"C1": 2, "C3": 1}),
        ("C1=2;", {"C1": 2}),
        ("", {}),
        (None, {}),
    ],
)
def test_les_portes_se_tapent(texte: str | None, lues: dict[str, int]) -> None:
    assert lire_portes(texte) == lues
    assert lire_portes(portes_en_mots(lues)) == lues


@pytest.mark.parametrize(
    ("texte", "valeurs"),
    [
        ("0 à 4", ["0", "1", "2", "3", "4"]),
        ("0-2", ["0", "1", "2"]),
        ("Non, Oui", ["non", "oui"]),
        ("0 ; 2 ; 4", ["0", "2", "4"]),
    ],
)
def test_l_echelle_se_tape(texte: str, valeurs: list[str]) -> None:
    assert lire_echelle(texte) == valeurs


@pytest.mark.parametrize("texte", ["", "3 à 1", "0 à 500", "oui", "1, 1"])
def test_une_echelle_impossible_est_refusee(texte: str) -> None:
    with pytest.raises(SaisieRefusee):
        lire_echelle(texte)


def test_rubriques_et_moments_se_tapent_en_mots() -> None:
    assert lire_champs("budget ; Public : femmes") == ["budget", "public_femmes"]
    assert lire_moments("entrée du comité;Bilan") == ["entree", "bilan"]
    with pytest.raises(SaisieRefusee, match="Couleur"):
        lire_champs("Couleur")


def test_les_lecteurs_sont_des_services_et_suivent_la_version(fichier: Fichier) -> None:
    noms = {"cle-caf": "CAF", "cle-etat": "État"}
    assert lire_noms("etat, CAF", noms) == ["cle-etat", "cle-caf"]
    with pytest.raises(SaisieRefusee, match="« Mairie » n'est pas un service"):
        lire_noms("Mairie", noms)
    grilles = Grilles(fichier)
    cle = grilles.ajouter(P147)
    grilles.modifier(cle, lecteurs=["cle-caf"])
    suivante = grilles.entiere(grilles.nouvelle_version(cle)).ligne
    assert (suivante.version, suivante.lecteurs) == (2, ("cle-caf",))


def test_changer_d_echelle_garde_les_mots_deja_ecrits(fichier: Fichier) -> None:
    grilles = Grilles(fichier)
    entiere = grilles.entiere(grilles.ajouter(P147))
    premier = entiere.criteres[0]
    grilles.changer_echelle([premier.cle], ["0", "1", "4"])
    relue = grilles.entiere(entiere.ligne.cle).criteres[0]
    assert list(relue.niveaux) == ["0", "1", "4"]
    assert relue.niveaux["1"] == premier.niveaux["1"]

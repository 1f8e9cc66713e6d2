"""A source of mail merge: names that a letter can call, one row each, nothing else on the sheet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fabrique_vue import Papier, toutes_les_natures, vue
from openpyxl.worksheet.worksheet import Worksheet

from app.services.columns import Colonne, TypeColonne, lire_attribut
from app.services.errors import ErreurConnue
from app.services.publipostage import (
    NOM_MAXIMUM,
    champs,
    classeur_de_publipostage,
    ecrire_publipostage,
    nom_simple,
    noms_uniques,
)
from app.services.vue_figee import VueFigee

PIEGES = ("=1+1", "+33 1 02", "00123", "-12", "@SOMME(A1)", "1/2")


def papiers(lignes: Sequence[Papier], colonnes: tuple[Colonne, ...] | None = None) -> VueFigee:
    colonnes = colonnes or toutes_les_natures()
    return vue(
        1,
        colonnes=colonnes,
        largeurs=tuple(c.largeur_voulue for c in colonnes),
        lignes=tuple(lignes),
        nombre_total=len(lignes),
    )


def feuille(figee: VueFigee) -> Worksheet:
    livre = openpyxl.load_workbook(BytesIO(classeur_de_publipostage(figee)))
    assert livre.sheetnames == ["Publipostage"]
    assert not livre.defined_names
    return livre.worksheets[0]


def test_une_ligne_d_en_tete_puis_une_ligne_par_ligne_et_rien_d_autre() -> None:
    figee = vue(40, groupes=("axe",), replies=1)
    page = feuille(figee)
    assert page.max_row == 1 + 40
    assert page.merged_cells.ranges == set()
    assert page.auto_filter.ref is None  # Word would offer it as a second table
    assert [page.cell(r, 1).value for r in range(2, 42)] == [li.numero for li in figee.lignes]
    assert not any(page.row_dimensions[r].hidden for r in range(1, 42))


def test_chaque_nature_de_valeur() -> None:
    ligne = Papier(
        "a", "Canal", Decimal("12500.50"), 1234, date(2026, 3, 15), Decimal("0.255"), oui=True
    )
    page = feuille(papiers([ligne, Papier("b")]))
    entetes, une, vide = [[jour(c.value) for c in rangee] for rangee in page.iter_rows(max_row=3)]
    assert dict(zip(entetes, une, strict=True)) == {
        "Texte": "Canal",
        "Montant": 12500.5,
        "Montant_texte": "12\u00a0500,50\u00a0€",
        "Nombre": 1234,
        "Jour": date(2026, 3, 15),
        "Jour_texte": "15/03/2026",
        "Part": 0.255,
        "Part_texte": "25,5\u00a0%",
        "Oui_ou_non": "oui",
    }
    assert set(vide) == {None}
    formats = {c.value: page.cell(2, c.column).number_format for c in page[1]}
    assert (formats["Montant"], formats["Jour"], formats["Texte"]) == (
        "#,##0.00",
        "dd/mm/yyyy",
        "@",
    )


def jour(valeur: Any) -> Any:
    return valeur.date() if isinstance(valeur, datetime) else valeur


@pytest.mark.parametrize("texte", PIEGES)
def test_un_texte_reste_un_texte(texte: str) -> None:
    case = feuille(papiers([Papier("a", texte)]))["A2"]
    assert (case.value, case.data_type, case.number_format) == (texte, "s", "@")


def test_zero_se_lit_zero_dans_une_lettre() -> None:
    page = feuille(papiers([Papier("a", montant=Decimal(0))]))
    assert (page["B2"].value, page["C2"].value) == (0, "0\u00a0€")


@pytest.mark.parametrize(
    ("titre", "nom"),
    [
        ("Intitulé de l’action", "Intitule_de_l_action"),
        ("État Accordé N-1", "Etat_Accorde_N_1"),
        ("N°", "No"),
        ("Cœur de cible", "Coeur_de_cible"),
        ("2026", "C_2026"),
        ("???", "Champ"),
        ("Très " * 20, "Tres_Tres_Tres_Tres_Tres_Tres_Tres_Tres"),
    ],
)
def test_les_noms_sont_simples(titre: str, nom: str) -> None:
    assert nom_simple(titre) == nom


def test_les_noms_sont_tous_differents() -> None:
    longs = ["x" * NOM_MAXIMUM] * 12
    uniques = noms_uniques(["Nom", "nom", "NOM", "Nom_2", *longs])
    assert uniques[:4] == ["Nom", "nom_2", "NOM_3", "Nom_2_2"]
    assert len({nom.casefold() for nom in uniques}) == len(uniques)
    assert max(map(len, uniques)) == NOM_MAXIMUM


@dataclass(frozen=True)
class Ligne:
    cle: str
    somme: Decimal


def test_deux_colonnes_de_meme_titre_gardent_chacune_son_texte() -> None:
    def somme(groupe: str) -> Colonne:
        lire: Any = lire_attribut("somme")
        return Colonne(cle=groupe, titre="é" * 50, lire=lire, type=TypeColonne.MONTANT)

    noms = [c.nom for c in champs(papiers([], (somme("a"), somme("b"))))]
    assert noms[1::2] == [f"{noms[0]}_texte", f"{noms[2]}_texte"]
    assert noms[2] == f"{noms[0]}_2"
    assert max(map(len, noms)) <= NOM_MAXIMUM


def test_le_meme_classeur_pour_la_meme_vue_et_un_dossier_absent_le_dit(tmp_path: Path) -> None:
    figee = vue(3)
    assert classeur_de_publipostage(figee) == classeur_de_publipostage(replace(figee))
    ecrire_publipostage(figee, tmp_path / "source.xlsx")
    assert (tmp_path / "source.xlsx").read_bytes() == classeur_de_publipostage(figee)
    with pytest.raises(ErreurConnue, match="absent"):
        ecrire_publipostage(figee, tmp_path / "absent" / "source.xlsx")

"""Conditions on columns: what they keep, how they read, which values a filter offers."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.services.columns import Colonne, TypeColonne
from app.services.errors import SaisieRefusee
from app.services.filtres import (
    Comparaison,
    Condition,
    comparaisons_de,
    epreuve,
    phrase,
    predicat,
    valeurs_attendues,
    valeurs_comptees,
)

FINE = "\u202f"


def colonne(genre: TypeColonne = TypeColonne.TEXTE, **traits: Any) -> Colonne:
    return Colonne(cle="c", titre="Colonne", lire=lambda ligne: ligne, type=genre, **traits)


def gardees(genre: TypeColonne, test: Comparaison, valeurs: list[Any], *tapees: str) -> list[Any]:
    eprouver = epreuve(Condition("c", test, tapees), colonne(genre))
    return [valeur for valeur in valeurs if eprouver(valeur)]


MONTANTS = [None, Decimal(0), Decimal("999.99"), Decimal(1000), Decimal(12_500)]


@pytest.mark.parametrize(
    ("test", "tapees", "restent"),
    [
        (Comparaison.EGAL, ["1 000 €"], [3]),
        (Comparaison.DIFFERENT, ["1000"], [0, 1, 2, 4]),
        (Comparaison.SUPERIEUR, ["1000"], [4]),
        (Comparaison.AU_MOINS, ["1000"], [3, 4]),
        (Comparaison.INFERIEUR, ["1000"], [1, 2]),
        (Comparaison.AU_PLUS, ["1000,00"], [1, 2, 3]),
        (Comparaison.ENTRE, ["1000", "500"], [2, 3]),
        (Comparaison.VIDE, [], [0]),
        (Comparaison.REMPLI, [], [1, 2, 3, 4]),
        (Comparaison.PARMI, [f"12{FINE}500", ""], [0, 4]),
    ],
)
def test_conditions_sur_un_montant(
    test: Comparaison, tapees: list[str], restent: list[int]
) -> None:
    assert gardees(TypeColonne.MONTANT, test, MONTANTS, *tapees) == [MONTANTS[r] for r in restent]


TITRES = ["", "Théâtre à l’École", "Œuvres", "ecole", None]


@pytest.mark.parametrize(
    ("test", "tape", "restent"),
    [
        (Comparaison.CONTIENT, "ECOLE", [1, 3]),
        (Comparaison.CONTIENT, "oeuvre", [2]),
        (Comparaison.NE_CONTIENT_PAS, "école", [0, 2, 4]),
        (Comparaison.EGAL, "École ", [3]),
        (Comparaison.DIFFERENT, "École", [0, 1, 2, 4]),
        (Comparaison.PARMI, "ecole", [3]),
    ],
)
def test_conditions_sur_un_texte(test: Comparaison, tape: str, restent: list[int]) -> None:
    assert gardees(TypeColonne.TEXTE, test, TITRES, tape) == [TITRES[r] for r in restent]


def test_conditions_sur_une_date() -> None:
    cette_annee = datetime.now(UTC).astimezone().date()
    jours = [None, date(2019, 3, 1), date(2019, 5, 31), cette_annee]
    date_ = TypeColonne.DATE
    assert gardees(date_, Comparaison.INFERIEUR, jours, "1/5/2019") == [jours[1]]
    assert gardees(date_, Comparaison.SUPERIEUR, jours, "01/03/2019") == jours[2:]
    assert gardees(date_, Comparaison.ENTRE, jours, "1/3/19", "31/5/19") == jours[1:3]
    assert gardees(date_, Comparaison.CETTE_ANNEE, jours) == [cette_annee]


def test_une_part_est_egale_a_ce_que_la_case_montre() -> None:
    tiers = Decimal(1) / 3
    montre = colonne(TypeColonne.PART).texte_de(tiers)
    assert gardees(TypeColonne.PART, Comparaison.EGAL, [tiers, None], montre) == [tiers]


def test_une_case_a_plusieurs_noms_compte_pour_chacun() -> None:
    quartiers = colonne(plusieurs=True)
    cases = ["Centre, Le Trieu", "Le Trieu (Lille, Lomme)", "Centre", ""]
    eprouver = epreuve(Condition("c", Comparaison.PARMI, ("Le Trieu",)), quartiers)
    assert [case for case in cases if eprouver(case)] == ["Centre, Le Trieu"]
    offertes = valeurs_comptees(quartiers, dict.fromkeys(cases, 1))
    assert [(v.libelle, v.nombre) for v in offertes] == [
        ("Centre", 2),
        ("Le Trieu", 1),
        ("Le Trieu (Lille, Lomme)", 1),
        ("(vides)", 1),
    ]


def test_les_valeurs_offertes_suivent_l_ordre_de_la_colonne() -> None:
    axes = colonne(ordre=("Santé", "Emploi"))
    offertes = valeurs_comptees(axes, {"Autre": 1, "Emploi": 2, None: 3, "Santé": 4})
    assert [v.texte for v in offertes] == ["Santé", "Emploi", "Autre", ""]
    nombres = valeurs_comptees(colonne(TypeColonne.ENTIER), {10: 1, 9: 2})
    assert [v.texte for v in nombres] == ["9", "10"]


def test_un_predicat_lit_la_ligne_et_ne_juge_qu_une_fois_chaque_valeur() -> None:
    lus: list[str] = []

    def afficher(valeur: str) -> str:
        lus.append(valeur)
        return valeur

    demandee = Colonne(cle="c", titre="C", lire=lambda ligne: ligne["c"], afficher=afficher)
    garder = predicat(Condition("c", Comparaison.CONTIENT, ("a",)), demandee)
    assert [garder({"c": v}) for v in ("chat", "chien", "chat", "chat")] == [
        True,
        False,
        True,
        True,
    ]
    assert lus == ["chat", "chien"]


@pytest.mark.parametrize(
    ("genre", "test", "tapees", "raison"),
    [
        (TypeColonne.MONTANT, Comparaison.AU_MOINS, ("douze",), "n’est pas un montant"),
        (TypeColonne.DATE, Comparaison.INFERIEUR, ("demain",), "n’est pas une date"),
        (TypeColonne.MONTANT, Comparaison.ENTRE, ("1",), "Tapez la valeur"),
        (TypeColonne.TEXTE, Comparaison.CONTIENT, (" ",), "Tapez le texte"),
        (TypeColonne.TEXTE, Comparaison.CETTE_ANNEE, ("x",), "ne convient pas"),
    ],
)
def test_une_valeur_illisible_se_dit(
    genre: TypeColonne, test: Comparaison, tapees: tuple[str, ...], raison: str
) -> None:
    with pytest.raises(SaisieRefusee, match=raison):
        epreuve(Condition("c", test, tapees), colonne(genre))


@pytest.mark.parametrize("genre", TypeColonne)
def test_chaque_comparaison_offerte_se_fait(genre: TypeColonne) -> None:
    """Whatever the type, no comparison offered by its list is refused."""
    exemple = {TypeColonne.DATE: "15/03/2026"}.get(genre, "12")
    for test, mots in comparaisons_de(colonne(genre)):
        tapees = (exemple,) * valeurs_attendues(test)
        assert isinstance(epreuve(Condition("c", test, tapees), colonne(genre))(None), bool)
        assert mots


def test_une_condition_se_dit_en_mots() -> None:
    axe = Colonne(cle="axe", titre="Axe", lire=str)
    cout = Colonne(cle="d", titre="Demandé", groupe="État", lire=str, type=TypeColonne.MONTANT)
    parmi = Comparaison.PARMI
    assert phrase(Condition("axe", parmi, ("Santé", "")), axe) == "Axe\xa0: Santé, (vides)"
    cinq = tuple("ABCDE")
    assert phrase(Condition("axe", parmi, cinq), axe) == "Axe\xa0: A, B, C et 2 autres"
    assert phrase(Condition("axe", Comparaison.CONTIENT, ("école",)), axe) == (
        "Axe contient «\xa0école\xa0»"
    )
    assert phrase(Condition("d", Comparaison.ENTRE, ("1", "2")), cout) == (
        "État · Demandé\xa0(€) entre 1 et 2"
    )
    assert phrase(Condition("axe", Comparaison.VIDE), axe) == "Axe est vide"

"""What is typed in a cell: arithmetic, shares, additions, choices, yes or no."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.services.arithmetique import calculer
from app.services.columns import Colonne, TypeColonne
from app.services.errors import SaisieRefusee
from app.services.saisies import ecart_tape, lire_case, se_vide

STATUTS = (("deposee", "Déposée"), ("accordee", "Accordée"))


def colonne(genre: TypeColonne = TypeColonne.MONTANT, **reste: Any) -> Colonne:
    """A column whose row is its value."""
    return Colonne(cle="c", titre="Coût", lire=lambda ligne: ligne, type=genre, **reste)


@pytest.mark.parametrize(
    ("texte", "valeur"),
    [
        ("1500*0,8", "1200"),
        ("(1200+300)/2", "750"),
        ("12 500,50 + 1\u202f000 €", "13500.50"),
        ("2+3*4", "14"),
        ("10-4-3", "3"),
        ("100/4/5", "5"),
        ("-5+-5", "-10"),
        ("1500 × 80%", "1200"),
        ("1500*0.125", "187.5"),
        (".5+0,5", "1"),
        ("((((1))))", "1"),
        ("1/3*3", "0.9999999999999999999999999999999999"),
    ],
)
def test_un_calcul_est_exact_et_suit_l_ordre_des_operations(texte: str, valeur: str) -> None:
    assert calculer(texte) == Decimal(valeur)


@pytest.mark.parametrize(
    ("texte", "dit"),
    [
        ("", "Il manque un nombre"),
        ("12*", "Il manque un nombre"),
        ("(12", "parenthèse"),
        ("12)", "Un calcul ne connaît que des nombres"),
        ("A1+2", "Un calcul ne connaît que des nombres"),
        ("12 13", "Un calcul ne connaît que des nombres"),
        ("1e9", "Un calcul ne connaît que des nombres"),
        ("__import__('os')", "Un calcul ne connaît que des nombres"),
        ("12.500+1", "tapez 12500 ou 12,500"),
        ("5/(2-2)", "divise par zéro"),
        ("1+" * 150 + "1", "trop long"),
        ("(" * 60 + "1" + ")" * 60, "trop long"),
    ],
)
def test_un_calcul_faux_se_refuse_d_une_phrase(texte: str, dit: str) -> None:
    with pytest.raises(SaisieRefusee, match=dit) as refus:
        calculer(texte)
    assert str(refus.value).endswith(".")


@pytest.mark.parametrize(
    ("texte", "presente", "valeur", "note"),
    [
        ("=1500*0,8", None, "1200", "=1500*0,8 donne 1\u202f200\u00a0€."),
        ("=100/3", None, "33.33", "=100/3 donne 33,33\u00a0€."),
        ("+500", "1000", "1500", "1\u202f000\u00a0€ + 500\u00a0€ donnent 1\u202f500\u00a0€."),
        ("-200", "1000", "800", "1\u202f000\u00a0€ \u2212 200\u00a0€ donnent 800\u00a0€."),
        ("\u2212200", "1000", "800", "1\u202f000\u00a0€ \u2212 200\u00a0€ donnent 800\u00a0€."),
        (
            "-200",
            "100",
            "-200",
            "",
        ),  # not enough left: a number below zero, for the service to refuse
        ("+500", None, "500", ""),
        ("80%", "2000", "1600", "80\u00a0% de 2\u202f000\u00a0€ donnent 1\u202f600\u00a0€."),
        ("1 200", "5", "1200", ""),
        ("-", "5", None, ""),
    ],
)
def test_un_montant_se_calcule_dans_sa_case(
    texte: str, presente: str | None, valeur: str | None, note: str
) -> None:
    lue = lire_case(colonne(), texte, None if presente is None else Decimal(presente))
    assert lue.valeur == (None if valeur is None else Decimal(valeur))
    assert lue.note == note


def test_une_part_se_prend_du_montant_demande() -> None:
    accorde = Colonne(
        cle="accorde",
        titre="Accordé",
        type=TypeColonne.MONTANT,
        lire=lambda ligne: ligne[1],
        base=lambda ligne: ligne[0],
    )
    assert lire_case(accorde, "80 %", (Decimal(5000), Decimal(100))).valeur == Decimal(4000)
    with pytest.raises(SaisieRefusee, match="Rien n’est demandé sur cette ligne"):
        lire_case(accorde, "80%", (None, Decimal(100)))
    with pytest.raises(SaisieRefusee, match="n’est pas une part"):
        lire_case(accorde, "abc%", (Decimal(5000), None))


@pytest.mark.parametrize(
    ("texte", "ecart"),
    [
        ("500", 400),
        ("80 %", 3900),
        ("+50", 50),
        ("=2*60", 20),
        ("", -100),
        ("12,", -88),
        ("abc", 0),
    ],
)
def test_pendant_la_frappe_on_sait_ce_qui_s_ajoute(texte: str, ecart: int) -> None:
    accorde = replace(colonne(), lire=lambda ligne: ligne[1], base=lambda ligne: ligne[0])
    assert ecart_tape(accorde, texte, (Decimal(5000), Decimal(100))) == ecart


def test_coller_un_nombre_signe_ne_s_ajoute_a_rien() -> None:
    assert lire_case(colonne(), "-200", Decimal(1000), tapee=False).valeur == Decimal(-200)
    assert lire_case(colonne(), "+500", Decimal(1000), tapee=False).valeur == Decimal(500)


def test_une_colonne_qui_admet_le_negatif_garde_le_signe() -> None:
    assert lire_case(colonne(negatif=True), "-200", Decimal(1000)).valeur == Decimal(-200)


def test_un_nombre_de_personnes_reste_entier() -> None:
    public = colonne(TypeColonne.ENTIER)
    assert lire_case(public, "=3*12", None).valeur == 36
    assert lire_case(public, "50%", 33).valeur == 17
    assert lire_case(public, "+5", 30).valeur == 35
    with pytest.raises(SaisieRefusee, match="nombre entier"):
        lire_case(public, "=100/3", None)


def test_un_calcul_trop_grand_ou_dans_un_texte() -> None:
    with pytest.raises(SaisieRefusee, match="trop grand"):
        lire_case(colonne(), "=999999999*999999999", None)
    assert lire_case(colonne(TypeColonne.TEXTE), "=1+1", "").valeur == "=1+1"
    assert lire_case(colonne(TypeColonne.TEXTE), "+33 1 02", "").valeur == "+33 1 02"


@pytest.mark.parametrize("texte", ["accordee", "Accordée", " ACCORDEE ", "accordée"])
def test_un_choix_se_dit_par_sa_valeur_ou_son_libelle(texte: str) -> None:
    assert lire_case(colonne(TypeColonne.CHOIX, choix=STATUTS), texte).valeur == "accordee"


def test_un_choix_inconnu_ou_vide_se_refuse_en_disant_lesquels() -> None:
    statut = colonne(TypeColonne.CHOIX, choix=STATUTS)
    with pytest.raises(SaisieRefusee, match="choisissez Déposée ou Accordée"):
        lire_case(statut, "votée")
    with pytest.raises(SaisieRefusee, match="ne peut pas rester vide"):
        lire_case(statut, "")
    facultatif = colonne(TypeColonne.CHOIX, choix=(("", "–"), *STATUTS))
    assert [lire_case(facultatif, texte).valeur for texte in ("", "–")] == [None, None]
    assert (se_vide(statut), se_vide(facultatif)) == (False, True)


def test_oui_et_non_s_ecrivent_de_plusieurs_facons() -> None:
    notifie = colonne(TypeColonne.BOOLEEN)
    for texte in ("oui", "Oui", "x", "X", "vrai", "VRAI", "1"):
        assert lire_case(notifie, texte).valeur == "oui", texte
    for texte in ("non", "", "faux", "0", "-"):
        assert lire_case(notifie, texte).valeur == "non", texte
    with pytest.raises(SaisieRefusee, match="ni oui ni non"):
        lire_case(notifie, "peut-être")


@pytest.mark.parametrize(
    "texte",
    ["5/3/26", "05/03/2026", "2026-03-05", "5-mars-26", "5 mars 2026", "Jeudi 5 mars 2026",
     "2026-03-05 00:00:00", "5 MARS 2026"],
)  # fmt: skip
def test_une_date_se_lit_comme_les_tableurs_l_ecrivent(texte: str) -> None:
    assert lire_case(colonne(TypeColonne.DATE), texte).valeur == date(2026, 3, 5)


def test_une_date_impossible_se_refuse() -> None:
    for texte in ("31 février 2026", "5 brumaire 2026", "32/01/2026"):
        with pytest.raises(SaisieRefusee, match="n’est pas une date"):
            lire_case(colonne(TypeColonne.DATE), texte)

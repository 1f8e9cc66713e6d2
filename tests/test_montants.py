"""French numbers: what people type is understood, what is shown reads as French."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.montants import MONTANT_MAXIMUM, afficher_montant, afficher_part, lire_montant


@pytest.mark.parametrize(
    ("tape", "attendu"),
    [
        ("12500", "12500.00"),
        ("12 500", "12500.00"),
        ("12 500,50", "12500.50"),
        ("12\u202f500,50\u00a0€", "12500.50"),
        ("12\u00a0500", "12500.00"),
        ("12'500", "12500.00"),
        ("12’500", "12500.00"),
        ("1 234 567,8", "1234567.80"),
        ("12 500 EUR", "12500.00"),
        ("12500 euros", "12500.00"),
        ("€ 300", "300.00"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1.234.567", "1234567.00"),
        ("12.500", "12500.00"),
        ("12.50", "12.50"),
        ("0.5", "0.50"),
        (",5", "0.50"),
        ("5,", "5.00"),
        ("12,345", "12.35"),
        ("0.500", "0.50"),
        ("0,005", "0.01"),
        ("0,004", "0.00"),
        ("0", "0.00"),
        ("+40", "40.00"),
    ],
)
def test_un_montant_tape_a_la_francaise(tape: str, attendu: str) -> None:
    assert lire_montant(tape) == Decimal(attendu)


@pytest.mark.parametrize(
    "tape",
    ["(1 200)", "-1 200", "- 1 200", "−1 200", "–1200", "(1 200 €)", "(1 200) €", "( 1200 )"],
)
def test_un_montant_negatif_entre_parentheses_ou_avec_un_signe(tape: str) -> None:
    assert lire_montant(tape) == Decimal(-1200)


@pytest.mark.parametrize(
    "tape",
    [
        "",
        " ",
        "€",
        "douze",
        "12 000 ou 13 000",
        "12-13",
        "1e5",
        "nan",
        "inf",
        "=A1",
        "--5",
        "()",
        "12%",
        ".",
        ",",
        "1" * 16,
        "12€50",
        "1 200 € 1 300 €",
        "1 000 2 00",
        "12 50",
        "1 2500",
        "12500 000",
        "1,2.3",
        "1.23.456",
        "(-1200)",
        "(1200",
        "1 000 000 000 000",
    ],
)
def test_ce_qui_n_est_pas_un_montant_est_refuse(tape: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        lire_montant(tape)


@pytest.mark.parametrize(
    ("montant", "montre"),
    [
        (None, ""),
        (Decimal(0), "–"),
        (Decimal(7), "7"),
        (Decimal("12500"), "12\u202f500"),
        (Decimal("12500.5"), "12\u202f500,50"),
        (Decimal("-1200"), "−1\u202f200"),
        (Decimal("1234567.89"), "1\u202f234\u202f567,89"),
        (Decimal("0.5"), "0,50"),
    ],
)
def test_un_montant_affiche(montant: Decimal | None, montre: str) -> None:
    assert afficher_montant(montant) == montre


def test_l_euro_suit_une_espace_insecable_et_zero_reste_un_nombre() -> None:
    assert afficher_montant(Decimal(12500), euro=True) == "12\u202f500\u00a0€"
    assert afficher_montant(Decimal(0), euro=True) == "0\u00a0€"
    assert afficher_montant(Decimal(0), zero="") == ""


centimes = st.integers(-int(MONTANT_MAXIMUM * 100), int(MONTANT_MAXIMUM * 100))


@given(centimes)
def test_ce_qui_est_affiche_se_relit(valeur: int) -> None:
    montant = Decimal(valeur).scaleb(-2)
    assert lire_montant(afficher_montant(montant, euro=True)) == montant
    assert lire_montant(afficher_montant(montant, zero="0")) == montant


@given(st.text(max_size=12))
def test_un_texte_quelconque_est_lu_en_centimes_ou_refuse(texte: str) -> None:
    try:
        montant = lire_montant(texte)
    except ValueError:
        return
    assert montant == montant.quantize(Decimal("0.01"))
    assert abs(montant) <= MONTANT_MAXIMUM


@pytest.mark.parametrize(
    ("part", "montre"),
    [
        (None, ""),
        (Decimal("0.5"), "50\u00a0%"),
        (Decimal("0.125"), "12,5\u00a0%"),
        (Decimal(1) / Decimal(3), "33,3\u00a0%"),
        (Decimal("-0.1"), "−10\u00a0%"),
        (Decimal(0), "0\u00a0%"),
    ],
)
def test_une_part_affichee(part: Decimal | None, montre: str) -> None:
    assert afficher_part(part) == montre

"""Money computed: sums, shares, gaps, on Decimal euros and without a cent lost."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.calculs import (
    autofinancement,
    bilan_budget,
    cout_de_l_action,
    disponible,
    echelle_proposee,
    part,
    pourcentage,
    somme,
    somme_ou_rien,
)

montants = st.lists(st.none() | st.integers(0, 10**9).map(lambda c: Decimal(c).scaleb(-2)))


def test_un_montant_inconnu_ne_compte_pas() -> None:
    assert somme([Decimal("10.10"), None, Decimal("0.90")]) == Decimal("11.00")
    assert somme([]) == 0


def test_rien_de_connu_n_est_pas_zero() -> None:
    assert somme_ou_rien([None, None]) is None
    assert somme_ou_rien([]) is None
    assert somme_ou_rien([None, Decimal(0)]) == 0


@given(montants)
def test_la_somme_est_exacte_au_centime(liste: list[Decimal | None]) -> None:
    assert somme(liste) * 100 == sum(int(m * 100) for m in liste if m is not None)


@pytest.mark.parametrize(
    ("montant", "total", "attendue"),
    [
        (Decimal(30), Decimal(120), Decimal("0.25")),
        (Decimal(0), Decimal(120), Decimal(0)),
        (None, Decimal(120), None),
        (Decimal(30), None, None),
        (Decimal(30), Decimal(0), None),
    ],
)
def test_une_part_sans_total_n_a_pas_de_sens(
    montant: Decimal | None, total: Decimal | None, attendue: Decimal | None
) -> None:
    assert part(montant, total) == attendue


def test_un_pourcentage_s_arrondit_comme_en_comptabilite() -> None:
    assert pourcentage(Decimal("2.5"), Decimal("1000.20")) == Decimal("25.01")
    assert pourcentage(Decimal("2.5"), Decimal("0.20")) == Decimal("0.01")
    assert pourcentage(Decimal(30), Decimal("33.35")) == Decimal("10.01")


def test_un_budget_equilibre_met_les_contributions_en_nature_a_part() -> None:
    bilan = bilan_budget(
        [("60", Decimal(800)), ("64", Decimal(200)), ("86", Decimal(150)), ("61", None)],
        [("74", Decimal(900)), ("75", Decimal(100)), ("87", Decimal(150))],
    )
    assert (bilan.charges, bilan.produits) == (1000, 1000)
    assert (bilan.valorise_charges, bilan.valorise_produits) == (150, 150)
    assert bilan.est_equilibre


@pytest.mark.parametrize(
    ("produit", "valorise", "ecart", "ecart_valorise"),
    [(Decimal(900), Decimal(150), -100, 0), (Decimal(1000), Decimal(0), 0, -150)],
)
def test_un_budget_desequilibre_dit_de_combien(
    produit: Decimal, valorise: Decimal, ecart: int, ecart_valorise: int
) -> None:
    bilan = bilan_budget(
        [("60", Decimal(1000)), ("860", Decimal(150))], [("74", produit), ("870", valorise)]
    )
    assert (bilan.ecart, bilan.ecart_valorise) == (ecart, ecart_valorise)
    assert not bilan.est_equilibre


@pytest.mark.parametrize(
    ("charges", "declare", "cout"),
    [
        ([("60", Decimal(800)), ("64", Decimal("200.50")), ("86", Decimal(150))], 5000, "1000.50"),
        ([("60", Decimal(0))], 5000, 0),
        ([], 5000, 5000),
        ([("60", None)], 5000, 5000),  # a line that was just added says nothing yet
        ([("86", Decimal(150))], 5000, 5000),
        ([], None, None),
    ],
)
def test_le_cout_est_celui_du_budget_sinon_celui_declare(
    charges: list[tuple[str, Decimal | None]], declare: int | None, cout: str | int | None
) -> None:
    declares = None if declare is None else Decimal(declare)
    attendu = None if cout is None else Decimal(cout)
    assert cout_de_l_action(charges, declares) == attendu


def test_l_autofinancement_est_ce_que_le_public_ne_couvre_pas() -> None:
    assert autofinancement(Decimal(1000), Decimal(700)) == 300
    assert autofinancement(Decimal(1000), Decimal(1200)) == -200
    assert autofinancement(None, Decimal(700)) is None


def test_une_enveloppe_laisse_ce_qui_n_est_ni_reserve_ni_engage() -> None:
    assert disponible(Decimal(1000), Decimal(100), Decimal(250)) == 650
    assert disponible(Decimal(1000), None, None) == 1000
    assert disponible(None, Decimal(100), None) is None


@pytest.mark.parametrize(("communes", "echelle"), [(0, None), (1, "communale"), (2, None)])
def test_une_seule_commune_propose_l_echelle_communale(communes: int, echelle: str | None) -> None:
    assert echelle_proposee(communes) == echelle

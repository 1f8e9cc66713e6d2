"""Checks of the budget, case by case, the silent case too."""

from decimal import Decimal

from app.services.constats_faits import FaitsLigneBudget
from tests import fabrique_faits as f


def budget(*lignes: tuple[str, str, int]) -> tuple[FaitsLigneBudget, ...]:
    return tuple(FaitsLigneBudget(sens, cpt, None, Decimal(m)) for sens, cpt, m in lignes)


def test_un_budget_desequilibre_dit_ses_chiffres() -> None:
    lignes = budget(("charge", "60", 1000), ("produit", "74", 800))
    (phrase,) = f.phrases("national.equilibre", f.action(budget=lignes))
    assert "200\u00a0€ de produits manquent" in phrase


def test_un_budget_equilibre_ou_inconnu_ne_dit_rien() -> None:
    egal = budget(("charge", "60", 1000), ("produit", "74", 1000))
    assert f.phrases("national.equilibre", f.action(budget=egal)) == []
    sans_produits = budget(("charge", "60", 1000))
    assert f.phrases("national.equilibre", f.action(budget=sans_produits)) == []
    assert f.phrases("national.equilibre", f.action()) == []


def test_86_et_87_se_comparent_a_part() -> None:
    lignes = budget(
        ("charge", "60", 1000),
        ("charge", "864", 300),
        ("produit", "74", 1000),
        ("produit", "870", 200),
    )
    assert f.phrases("national.equilibre", f.action(budget=lignes)) == []
    (phrase,) = f.phrases("national.valorisation", f.action(budget=lignes))
    assert "300\u00a0€ au compte 86" in phrase
    assert "200\u00a0€ au compte 87" in phrase


def test_le_budget_s_ecrit_sans_centimes() -> None:
    lignes = budget(("charge", "60", 1000), ("charge", "61", 20))
    exact = f.action(budget=lignes)
    assert f.phrases("national.centimes", exact) == []
    avec = f.action(budget=(*lignes, FaitsLigneBudget("charge", "62", None, Decimal("12.50"))))
    (phrase,) = f.phrases("national.centimes", avec)
    assert phrase.startswith("1 ligne du budget avec des centimes (compte 62)")
    assert f.phrases("national.centimes", avec, centimes=True) == []

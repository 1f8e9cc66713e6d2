"""The whole budget of a dossier: years of a CPO, co-carriers, quote-parts to the cent."""

from decimal import Decimal

import fabriques
import pytest
from fabriques import Decor
from hypothesis import given
from hypothesis import strategies as st

from app.models.action import LigneBudget
from app.models.depot import NoteIntention
from app.services.budgets_dossier import BudgetsDossier, phrase_des_associes, quote_parts
from app.services.columns_listes import phrase_budget
from app.services.errors import SaisieRefusee
from app.services.fiches import PartQuartier
from app.services.fichier import Fichier

COUT = Decimal(10_000)


@pytest.fixture
def decor(fichier: Fichier) -> Decor:
    return fabriques.decor(fichier)


@pytest.fixture
def budgets(fichier: Fichier) -> BudgetsDossier:
    return BudgetsDossier(fichier)


# Co-carriers --------------------------------------------------------------------------------------


def test_les_parts_des_associes_laissent_le_reste_au_porteur(
    fichier: Fichier, decor: Decor, budgets: BudgetsDossier
) -> None:
    ville = budgets.associer(decor.action, decor.organismes[1])
    with fichier.operation("Part") as e:
        budgets.poser_associe(e, ville, part=Decimal("30"))
        tiers = fabriques.organisme(e, nom="Centre social")
    [ligne] = budgets.associes(decor.action, COUT)
    assert ligne.euros == Decimal(3000)
    dite = phrase_des_associes([ligne], COUT).replace("\u202f", " ").replace("\u00a0", " ")
    assert dite == "Reste au porteur principal : 7 000 € (70 %)."
    centre = budgets.associer(decor.action, tiers)
    with pytest.raises(SaisieRefusee, match="dépassent 100"), fichier.operation("Trop") as e:
        budgets.poser_associe(e, centre, part=Decimal("70.01"))
    with fichier.operation("Juste") as e:
        budgets.poser_associe(e, centre, part=Decimal(70))
    with pytest.raises(SaisieRefusee, match="déjà parmi"):
        budgets.associer(decor.action, tiers)
    with pytest.raises(SaisieRefusee, match="déjà le porteur"):
        budgets.associer(decor.action, decor.organismes[0])
    budgets.dissocier([ville, centre])
    assert budgets.associes(decor.action, COUT) == []


# Years --------------------------------------------------------------------------------------------


def test_le_dossier_d_une_cpo_dit_chaque_annee(
    fichier: Fichier, decor: Decor, budgets: BudgetsDossier
) -> None:
    with fichier.operation("Demander une CPO") as e:
        e.inserer(NoteIntention, action=decor.action, cpo_annees=["2026", "2027", "2028"])
        for sens, compte in (("charge", "60"), ("produit", "74")):
            e.inserer(
                LigneBudget, action=decor.action, sens=sens, compte=compte, montant=Decimal(900)
            )
    assert budgets.annees_attendues(decor.action) == [2027, 2028]
    cle = budgets.ajouter_annee(decor.action, 2027)
    assert budgets.annees(decor.action)[0].manques == (
        "objectifs",
        "public",
        "indicateurs",
        "budget",
    )
    with fichier.operation("Compléter") as e:
        budgets.poser_annee(e, cle, objectifs="Doubler", public=40, indicateurs="Présents")
    assert budgets.reprendre_budget(decor.action, 2027) == 2
    assert budgets.annees(decor.action)[0].etat == "Complète"
    assert budgets.annees_attendues(decor.action) == [2028]
    charge = budgets.budget(decor.action, 2027)[0]
    with fichier.operation("Corriger") as e:
        budgets.poser_ligne(e, charge.cle, montant=Decimal("950.50"))
    [annee] = budgets.annees(decor.action)
    assert (annee.charges, annee.bilan.ecart) == (Decimal("950.50"), Decimal("-50.50"))
    assert annee.etat == "Manque\u00a0: budget équilibré"
    budgets.supprimer_annees([cle])
    assert budgets.budget(decor.action, 2027) == []
    fichier.undo.annuler()
    assert len(budgets.budget(decor.action, 2027)) == 2


def test_une_annee_ne_s_ajoute_ni_deux_fois_ni_avant_la_premiere(
    decor: Decor, budgets: BudgetsDossier
) -> None:
    budgets.ajouter_annee(decor.action, 2027)
    with pytest.raises(SaisieRefusee, match="déjà dans le dossier"):
        budgets.ajouter_annee(decor.action, 2027)
    with pytest.raises(SaisieRefusee, match="première année"):
        budgets.ajouter_annee(decor.action, 2026)
    with pytest.raises(SaisieRefusee, match="rien à reprendre"):
        budgets.reprendre_budget(decor.action, 2027)


# Quote-parts --------------------------------------------------------------------------------------


@given(
    centimes=st.integers(0, 10**9),
    parts=st.lists(st.integers(1, 3300), min_size=1, max_size=3),
)
def test_les_quote_parts_font_le_cout_au_centime(centimes: int, parts: list[int]) -> None:
    cout = Decimal(centimes) / 100
    quartiers = [
        PartQuartier(str(rang), f"Quartier {rang}", Decimal(part) / 100)
        for rang, part in enumerate(parts)
    ]
    lignes = quote_parts(quartiers, cout)
    assert sum(ligne.euros or 0 for ligne in lignes) == cout
    for ligne in lignes:
        assert abs((ligne.euros or 0) - cout * (ligne.part or 0) / 100) < Decimal("0.01")


def test_sans_part_ou_sans_cout_rien_n_est_invente() -> None:
    seul = [PartQuartier("q", "Les Tisserands", None)]
    assert [q.euros for q in quote_parts(seul, COUT)] == [None]
    entier = [PartQuartier("q", "Les Tisserands", Decimal(100))]
    assert [q.euros for q in quote_parts(entier, None)] == [None]
    assert [q.euros for q in quote_parts(entier, COUT)] == [COUT]


def test_le_desequilibre_des_valorisations_se_dit_avec_celui_de_l_argent() -> None:
    dite = phrase_budget(Decimal(-50), Decimal(20))
    assert "charges dépassent les produits" in dite
    assert "86 et 87" in dite

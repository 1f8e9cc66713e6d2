"""Checks of the budget of an action (Cerfa 12156)."""

from collections.abc import Iterator
from decimal import Decimal

from app.models.enums import CibleConstat
from app.models.montants import afficher_montant
from app.services.accords import compter
from app.services.constats_faits import FaitsAction
from app.services.constats_mots import plusieurs
from app.services.constats_registre import controle
from app.services.regles_couches import RegleEnVigueur


def _euros(montant: Decimal) -> str:
    return afficher_montant(montant, euro=True)


@controle("national.equilibre", cible=CibleConstat.ACTION)
def budget_equilibre(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """Silent while one side of the budget is missing: it is not unbalanced, it is not known."""
    bilan, admis = action.equilibre, regle.nombre("ecart_admis_eur")
    if bilan is None or admis is None or abs(bilan.ecart) <= admis:
        return
    sens = "de produits en trop" if bilan.ecart > 0 else "de produits manquent"
    yield (
        f"Charges {_euros(bilan.charges)}, produits {_euros(bilan.produits)}\u00a0: "
        f"{_euros(abs(bilan.ecart))} {sens}. Demandez un budget équilibré au porteur."
    )


@controle("national.valorisation", cible=CibleConstat.ACTION)
def contributions_egales(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    bilan, admis = action.equilibre, regle.nombre("ecart_admis_eur")
    if bilan is None or admis is None or abs(bilan.ecart_valorise) <= admis:
        return
    yield (
        f"Contributions volontaires\u00a0: {_euros(bilan.valorise_charges)} au compte 86, "
        f"{_euros(bilan.valorise_produits)} au compte 87. Faites-les corriger, les deux sont égaux."
    )


@controle("national.centimes", cible=CibleConstat.ACTION)
def budget_sans_centimes(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    if regle.valeur("centimes") is not False:
        return
    avec = [b for b in action.budget if b.montant is not None and b.montant % 1]
    if avec:
        yield (
            f"{compter(len(avec), 'ligne')} du budget avec des centimes (compte "
            f"{plusieurs(b.compte for b in avec)})\u00a0: arrondissez à l'euro."
        )

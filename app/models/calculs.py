"""Money, computed: totals, shares, gaps. Pure functions on Decimal euros."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from app.models.montants import ZERO as ZERO
from app.models.montants import au_centime


def somme(montants: Iterable[Decimal | None]) -> Decimal:
    """Sum of what is known; an unknown amount counts for nothing."""
    return sum((m for m in montants if m is not None), ZERO)


def somme_ou_rien(montants: Iterable[Decimal | None]) -> Decimal | None:
    """Sum of what is known, or None when nothing is: absent is not zero."""
    connus = [m for m in montants if m is not None]
    return sum(connus, ZERO) if connus else None


def part(montant: Decimal | None, total: Decimal | None) -> Decimal | None:
    """montant / total, or None when it has no meaning."""
    if montant is None or not total:
        return None
    return montant / total


def pourcentage(taux: Decimal, base: Decimal) -> Decimal:
    """`taux` % of `base`, to the cent, half up."""
    return au_centime(base * taux / 100)


@dataclass(frozen=True, slots=True)
class BilanBudget:
    """The budget of an action (euros), kinds 86 and 87 apart.

    `ecart` = produits - charges (0: balanced); `ecart_valorise` the same for 87 - 86.
    `autofinancement` = cost not covered by what the public financeurs are asked for or give.
    """

    charges: Decimal
    produits: Decimal
    valorise_charges: Decimal
    valorise_produits: Decimal

    @property
    def ecart(self) -> Decimal:
        return self.produits - self.charges

    @property
    def ecart_valorise(self) -> Decimal:
        return self.valorise_produits - self.valorise_charges

    @property
    def est_equilibre(self) -> bool:
        return self.ecart == 0 and self.ecart_valorise == 0


def bilan_budget(
    charges: Iterable[tuple[str, Decimal | None]], produits: Iterable[tuple[str, Decimal | None]]
) -> BilanBudget:
    """Balance of (account, amount) lines: charges = produits, 86 = 87 apart (Cerfa 12156)."""
    charges, produits = list(charges), list(produits)
    return BilanBudget(
        charges=somme(m for compte, m in charges if not compte.startswith("86")),
        produits=somme(m for compte, m in produits if not compte.startswith("87")),
        valorise_charges=somme(m for compte, m in charges if compte.startswith("86")),
        valorise_produits=somme(m for compte, m in produits if compte.startswith("87")),
    )


def cout_de_l_action(
    charges: Iterable[tuple[str, Decimal | None]], declare: Decimal | None
) -> Decimal | None:
    """Cost of an action (euros): the charges of its budget, or the cost declared when it has none.

    `charges`: (account, amount). Contributions in kind (86) are not part of the cost.
    """
    connues = somme_ou_rien(m for compte, m in charges if not compte.startswith("86"))
    return declare if connues is None else connues


def autofinancement(cout: Decimal | None, public: Decimal) -> Decimal | None:
    """What is left to the porteur (euros); negative when the public share exceeds the cost."""
    return None if cout is None else cout - public


def du_au_porteur(
    notifie: Decimal | None, vote: Decimal | None, accorde: Decimal | None
) -> Decimal:
    """What a financeur owes (euros): what it notified, else voted, else granted."""
    return next((m for m in (notifie, vote, accorde) if m is not None), ZERO)


def disponible(
    montant: Decimal | None, reserve: Decimal | None, engage: Decimal | None
) -> Decimal | None:
    """What an envelope leaves to decide: its amount less its reserve and what is already promised."""
    if montant is None:
        return None
    return montant - (reserve or ZERO) - (engage or ZERO)


def echelle_proposee(communes: int) -> str | None:
    """Scale proposed from the number of communes touched (A-96): one is communale, more is a choice.

    None when nothing can be proposed: no commune, or several (intercommunale or regroupement).
    """
    return "communale" if communes == 1 else None

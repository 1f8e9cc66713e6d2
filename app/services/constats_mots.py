"""How the sentences of constats say amounts, shares and lists."""

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal

from app.models.montants import afficher_montant
from app.services.accords import enumerer

DIXIEME = Decimal("0.1")
NOMMEES = 6  # of a list, in a sentence


def euros(montant: Decimal) -> str:
    """« 12 500 € »."""
    return afficher_montant(montant, euro=True)


def pourcent(part: Decimal | int) -> str:
    """« 12,4 % », cut and not rounded: a share under a threshold never reads as the threshold."""
    coupe = Decimal(part).quantize(DIXIEME, rounding=ROUND_DOWN)
    texte = f"{coupe:f}".removesuffix(".0")
    return texte.replace(".", ",") + "\u00a0%"


def part_de(montant: Decimal | int, total: Decimal | int) -> Decimal:
    """The share of a total, in %; the total is not zero."""
    return Decimal(100 * montant) / Decimal(total)


def plusieurs(noms: Iterable[str]) -> str:
    """« A, B et C », the first ones only when there are many."""
    tous = list(dict.fromkeys(noms))
    if len(tous) <= NOMMEES:
        return enumerer(tous)
    return enumerer([*tous[: NOMMEES - 1], f"{len(tous) - NOMMEES + 1} autres"])

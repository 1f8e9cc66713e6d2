"""Sharing money out, exactly: cuts, pro rata, priorities, ceilings and floors. Pure functions.

Everything is counted in cents; the largest remainders take the last ones, so that what is shared
adds up to what there was. Ties go to the first in the order given.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TypeVar

from app.models.base import depuis_centiemes, en_centiemes
from app.models.calculs import ZERO, somme

Cle = TypeVar("Cle")
Parts = Mapping[Cle, Decimal]


def au_prorata(total: Decimal, poids: Parts[Cle]) -> dict[Cle, Decimal]:
    """`total` (euros) shared out by weight, to the cent: the parts add up to it exactly.

    Without any weight nothing can be shared: every part is 0.
    """
    entiers = {cle: en_centiemes(p) for cle, p in poids.items()}
    masse = sum(entiers.values())
    if masse == 0:
        return dict.fromkeys(poids, ZERO)
    centimes = en_centiemes(total)
    exactes = {cle: Fraction(centimes * p, masse) for cle, p in entiers.items()}
    parts = {cle: exacte.numerator // exacte.denominator for cle, exacte in exactes.items()}
    restes = sorted(parts, key=lambda cle: parts[cle] - exactes[cle])  # the largest remainder first
    for cle in restes[: centimes - sum(parts.values())]:
        parts[cle] += 1
    return {cle: depuis_centiemes(part) for cle, part in parts.items()}


def reduire(montants: Parts[Cle], taux: Decimal) -> dict[Cle, Decimal]:
    """Every amount less `taux` %: the total is the total less `taux` %, rounded half up."""
    total = somme(montants.values())
    vise = (total * (100 - taux) / 100).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return au_prorata(vise, montants)


def dans_l_enveloppe(demandes: Parts[Cle], enveloppe: Decimal) -> dict[Cle, Decimal]:
    """Pro rata to what is asked, within an envelope (euros); nobody gets more than it asks."""
    if somme(demandes.values()) <= enveloppe:
        return dict(demandes)
    return au_prorata(max(enveloppe, ZERO), demandes)


def par_priorite(
    montants: Parts[Cle], ordre: Sequence[Cle], enveloppe: Decimal
) -> dict[Cle, Decimal]:
    """Served in full in the order given until the envelope is spent; the last one takes what is left."""
    reste = max(enveloppe, ZERO)
    parts: dict[Cle, Decimal] = {}
    for cle in [*ordre, *(c for c in montants if c not in set(ordre))]:
        if cle in montants:
            parts[cle] = min(montants[cle], reste)
            reste -= parts[cle]
    return parts


def plafonner(montants: Parts[Cle], plafond: Decimal) -> dict[Cle, Decimal]:
    """No amount above a ceiling (euros)."""
    return {cle: min(montant, plafond) for cle, montant in montants.items()}


def relever(montants: Parts[Cle], plancher: Decimal, demandes: Parts[Cle]) -> dict[Cle, Decimal]:
    """No amount under a floor (euros), but 0 stays 0 and nobody gets more than it asks."""
    return {
        cle: max(montant, min(plancher, demandes.get(cle, plancher))) if montant else montant
        for cle, montant in montants.items()
    }

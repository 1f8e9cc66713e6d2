"""Sharing money out, exactly: cuts, pro rata, priorities, ceilings and floors. Pure functions.

Everything is counted in cents; the largest remainders take the last ones, so that what is shared
adds up to what there was. Ties go to the first in the order given.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from app.models.base import depuis_centiemes, en_centiemes
from app.models.calculs import ZERO, pourcentage, somme

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
    return _arrondir({cle: Fraction(centimes * p, masse) for cle, p in entiers.items()}, centimes)


def _arrondir(exactes: Mapping[Cle, Fraction], centimes: int) -> dict[Cle, Decimal]:
    """Whole cents that add up to `centimes`, as the exact parts do."""
    parts = {cle: exacte.numerator // exacte.denominator for cle, exacte in exactes.items()}
    restes = sorted(parts, key=lambda cle: parts[cle] - exactes[cle])  # the largest remainder first
    for cle in restes[: centimes - sum(parts.values())]:
        parts[cle] += 1
    return {cle: depuis_centiemes(part) for cle, part in parts.items()}


def entre_bornes(
    total: Decimal, poids: Parts[Cle], bas: Parts[Cle], hauts: Parts[Cle]
) -> dict[Cle, Decimal]:
    """`total` shared out by weight, each part between its floor and its ceiling (0 ≤ bas ≤ hauts).

    What the ceilings refuse goes to the others, by weight. Out of reach: the floors, or the ceilings.
    """
    if total <= somme(bas.values()):
        return dict(bas)
    if total >= somme(hauts.values()):
        return dict(hauts)
    servis = {cle: en_centiemes(p) for cle, p in poids.items() if p > 0}
    mini = {cle: en_centiemes(bas[cle]) for cle in poids}
    maxi = {cle: en_centiemes(hauts[cle]) for cle in poids}

    def parts(taux: Fraction) -> dict[Cle, Fraction]:
        return {
            cle: min(max(taux * servis.get(cle, 0), Fraction(mini[cle])), Fraction(maxi[cle]))
            for cle in poids
        }

    centimes = en_centiemes(total)
    paliers = sorted({Fraction(b[cle], p) for cle, p in servis.items() for b in (mini, maxi)})
    rang = bisect_left(
        paliers, Fraction(centimes), key=lambda t: sum(parts(t).values(), Fraction(0))
    )
    if rang == len(paliers):  # only parts without weight could still rise
        return dict(hauts)
    bas_du_palier = paliers[rang - 1] if rang else Fraction(0)
    milieu = (bas_du_palier + paliers[rang]) / 2
    libres = [cle for cle, p in servis.items() if mini[cle] < milieu * p < maxi[cle]]
    fixes = sum((p for cle, p in parts(milieu).items() if cle not in set(libres)), Fraction(0))
    masse = sum(servis[cle] for cle in libres)
    taux = (centimes - fixes) / masse if masse else paliers[rang]
    return _arrondir(parts(taux), centimes)


def reduire(montants: Parts[Cle], taux: Decimal) -> dict[Cle, Decimal]:
    """Every amount less `taux` %: the total is the total less `taux` %, rounded half up."""
    total = somme(montants.values())
    return au_prorata(pourcentage(100 - taux, total), montants)


def dans_l_enveloppe(
    demandes: Parts[Cle],
    enveloppe: Decimal,
    *,
    plancher: Decimal = ZERO,
    plafond: Decimal | None = None,
) -> dict[Cle, Decimal]:
    """Pro rata to what is asked, within an envelope (euros); nobody gets more than it asks.

    Each part stays between the floor (or what it asks) and the ceiling. An envelope that does not
    reach the floors is passed over: the floors are kept.
    """
    hauts = {cle: d if plafond is None else min(d, plafond) for cle, d in demandes.items()}
    bas = {cle: min(plancher, haut) for cle, haut in hauts.items()}
    return entre_bornes(max(enveloppe, ZERO), demandes, bas, hauts)


def par_priorite(
    montants: Parts[Cle],
    ordre: Sequence[Cle],
    enveloppe: Decimal,
    *,
    plancher: Decimal = ZERO,
    plafond: Decimal | None = None,
) -> dict[Cle, Decimal]:
    """Served in full in the order given until the envelope is spent; the last one takes what is left.

    Nobody gets more than the ceiling; what is left, under the floor, is too little to be given.
    """
    reste = max(enveloppe, ZERO)
    parts: dict[Cle, Decimal] = {}
    for cle in [*ordre, *(c for c in montants if c not in set(ordre))]:
        if cle in montants:
            voulu = montants[cle] if plafond is None else min(montants[cle], plafond)
            servi = min(voulu, reste)
            parts[cle] = servi if servi >= min(plancher, voulu) else ZERO
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


def arrondir(montants: Parts[Cle], pas: Decimal) -> dict[Cle, Decimal]:
    """Every amount down to a multiple of `pas` (euros): nothing shared can then be exceeded."""
    return {cle: montant // pas * pas for cle, montant in montants.items()}

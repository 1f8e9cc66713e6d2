"""What the envelopes leave for the actions of a scenario: what these hold already is theirs to use.

A scenario says what its actions would get in all. It replaces what they are granted; it does not add
to it.
"""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from app.models.calculs import ZERO
from app.services.enveloppes import LigneEnveloppe, portee
from app.services.methodes_scenario import Cle
from app.services.payeurs import LignePayeur


def deja_accordes(
    enveloppes: Sequence[LigneEnveloppe],
    sieges: Mapping[Cle, LignePayeur],
    actions: Collection[str],
) -> dict[str, Decimal]:
    """financeur -> what its known envelopes grant already to these actions (euros)."""
    connues = {e.cle for e in enveloppes if e.reste is not None}
    places = {(e.financeur, e.ligne_credit, e.commune): e.cle for e in enveloppes}
    sommes: dict[str, Decimal] = {}
    for (action, payeur), siege in sieges.items():
        if action not in actions or not siege.accorde:
            continue
        if portee(places, payeur.financeur, payeur.ligne_credit, payeur.commune) in connues:
            sommes[payeur.financeur] = sommes.get(payeur.financeur, ZERO) + siege.accorde
    return sommes

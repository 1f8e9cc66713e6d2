"""How far an action has come since it was granted: voted, notified, paid, in part or whole. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from app.models.calculs import ZERO, du_au_porteur, somme
from app.models.enums import StatutAction, SuiteDonnee
from app.services.rows import LigneAction, Montants

_ACCORDEES = (StatutAction.ACCORDEE, StatutAction.TERMINEE)
_ETAPES = (
    ("notifie", SuiteDonnee.NOTIFIEE, SuiteDonnee.NOTIFIEE_EN_PARTIE),
    ("vote", SuiteDonnee.VOTEE, SuiteDonnee.VOTEE_EN_PARTIE),
)


def suite_donnee(ligne: LigneAction) -> str | None:
    """The furthest step that its financeurs have reached, « en partie » while some have not.

    None: nothing is granted, or the action is no longer among those that are.
    """
    if ligne.statut not in _ACCORDEES:
        return None
    accordes = [m for m in ligne.montants.values() if m.accorde]
    return str(_suite(accordes)) if accordes else None


def _suite(accordes: Sequence[Montants]) -> SuiteDonnee:
    if any(m.verse for m in accordes):
        soldes = all((m.verse or ZERO) >= _attendu(m) for m in accordes)
        return SuiteDonnee.VERSEE if soldes else SuiteDonnee.VERSEE_EN_PARTIE
    for etape, entiere, en_partie in _ETAPES:
        if any(getattr(m, etape) is not None for m in accordes):
            return entiere if all(_atteint(m, etape) for m in accordes) else en_partie
    return SuiteDonnee.DECIDEE


def _atteint(montants: Montants, etape: str) -> bool:
    """Whether a financeur has done this step; of several lines summed, only their amount tells."""
    fait = getattr(montants, etape)
    return fait is not None and (montants.lignes < 2 or fait >= montants.accorde)


def _attendu(montants: Montants) -> Decimal:
    if montants.lignes > 1:
        return montants.accorde or ZERO
    return du_au_porteur(montants.notifie, montants.vote, montants.accorde)


def total_des_financeurs(ligne: LigneAction, etape: str) -> Decimal:
    """What its financeurs voted, notified or paid, summed (euros)."""
    return somme(getattr(m, etape) for m in ligne.montants.values())

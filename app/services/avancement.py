"""How far an action has come since it was granted: voted, notified, paid, in part or whole. Pure."""

from decimal import Decimal

from app.models.calculs import ZERO, du_au_porteur, somme
from app.models.enums import StatutAction, SuiteDonnee
from app.services.rows import LigneAction, Montants

_ACCORDEES = (StatutAction.ACCORDEE, StatutAction.TERMINEE)


def suite_donnee(ligne: LigneAction) -> str | None:
    """The furthest step that its financeurs have reached, « en partie » while some have not.

    None: nothing is granted, or the action is no longer among those that are.
    """
    if ligne.statut not in _ACCORDEES:
        return None
    accordes = [m for m in ligne.montants.values() if m.accorde]
    if not accordes:
        return None
    if any(m.verse for m in accordes):
        entiers = all(_est_solde(m) for m in accordes)
        return str(SuiteDonnee.VERSEE if entiers else SuiteDonnee.VERSEE_EN_PARTIE)
    if any(m.notifie is not None for m in accordes):
        entiers = all(m.notifie is not None for m in accordes)
        return str(SuiteDonnee.NOTIFIEE if entiers else SuiteDonnee.NOTIFIEE_EN_PARTIE)
    if any(m.vote is not None for m in accordes):
        entiers = all(m.vote is not None for m in accordes)
        return str(SuiteDonnee.VOTEE if entiers else SuiteDonnee.VOTEE_EN_PARTIE)
    return str(SuiteDonnee.DECIDEE)


def _est_solde(montants: Montants) -> bool:
    return (montants.verse or ZERO) >= du_au_porteur(
        montants.notifie, montants.vote, montants.accorde
    )


def total_des_financeurs(ligne: LigneAction, etape: str) -> Decimal:
    """What its financeurs voted, notified or paid, summed (euros)."""
    return somme(getattr(m, etape) for m in ligne.montants.values())


def reste_a_verser(ligne: LigneAction) -> Decimal:
    """What is still owed to the porteur, financeur by financeur (euros)."""
    return somme(
        max(du_au_porteur(m.notifie, m.vote, m.accorde) - (m.verse or ZERO), ZERO)
        for m in ligne.montants.values()
    )

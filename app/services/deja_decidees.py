"""An action that a closed séance has decided comes back in another one: said, never prevented."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from app.models.enums import EtatSeance, NatureDecision, StatutAction
from app.models.montants import afficher_montant
from app.models.seance import Point, Seance
from app.services.decisions_lues import LigneDecision, comptees, lire_decisions
from app.services.fichier import Lire
from app.services.ordres_du_jour import Filtre
from app.services.phrases_pv import CHIFFREES, VERBES
from app.services.rows import LigneAction

TRANCHEES = (
    StatutAction.ACCORDEE,
    StatutAction.TERMINEE,
    StatutAction.REFUSEE,
    StatutAction.IRRECEVABLE,
)
# Put off, an action is meant to come back: there is nothing to warn of.
REVIENNENT = (str(NatureDecision.AJOURNE),)


def deja_decidee(lire: Lire, point: str) -> str:
    """« Déjà décidée : validée pour 12 000 € à la séance du 12/03/2026 ; … », or nothing."""
    for action, seance in lire(select(Point.action, Point.seance).where(Point.cle == point)):
        if action is not None:
            return _phrase(lire, action, seance)
    return ""


def _phrase(lire: Lire, action: str, seance: str) -> str:
    requete = (
        select(Point.cle, Seance.titre, Seance.date)
        .join(Seance, Seance.cle == Point.seance)
        .where(
            Point.action == action,
            Point.seance != seance,
            Seance.etat == str(EtatSeance.CLOSE),
        )
    )
    seances = {cle: (titre, jour) for cle, titre, jour in lire(requete)}
    if not seances:
        return ""
    lues = comptees(lire_decisions(lire, Point.cle.in_(seances)))
    derniere = max(lues, key=lambda d: d.decidee_le, default=None)
    if derniere is None or derniere.nature in REVIENNENT:
        return ""
    titre, jour = seances[derniere.point]
    ou = (
        f"à la séance du {date.fromisoformat(jour):%d/%m/%Y}"
        if jour
        else f"à la séance « {titre} »"
    )
    return f"Déjà décidée : {_decision(derniere)} {ou} ; ce qui suit la remplace."


def _decision(decision: LigneDecision) -> str:
    nature = NatureDecision.de(decision.nature)
    dit = VERBES[nature][0].replace("n'est pas", "non").removeprefix("est ")
    if nature not in CHIFFREES or not decision.total:
        return dit
    return f"{dit} pour {afficher_montant(decision.total, euro=True)}"


# Building an agenda -------------------------------------------------------------------------------


def tranchees(actions: Sequence[LigneAction]) -> tuple[int, int]:
    """How many are already granted, and how many were not retained."""
    accordees = (str(StatutAction.ACCORDEE), str(StatutAction.TERMINEE))
    toutes = [a.statut for a in actions if a.statut in {str(s) for s in TRANCHEES}]
    oui = sum(statut in accordees for statut in toutes)
    return oui, len(toutes) - oui


def sans_les_tranchees(filtre: Filtre) -> Filtre:
    """The same actions less those that were already granted or not retained."""
    return replace(filtre, statuts=[str(s) for s in StatutAction if s not in TRANCHEES])


def tranchees_en_mots(accordees: int, non_retenues: int) -> str:
    """« 12 déjà accordées et 3 non retenues »."""
    mots = []
    if accordees:
        mots.append(f"{accordees} déjà accordée{'s' if accordees > 1 else ''}")
    if non_retenues:
        mots.append(f"{non_retenues} non retenue{'s' if non_retenues > 1 else ''}")
    return " et ".join(mots)

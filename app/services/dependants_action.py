"""What hangs on an action, and goes with it when it is deleted. No Qt."""

from sqlalchemy import select

from app.models.action import ActionCommune, ActionQuartier, Classement, Cofinancement, LigneBudget
from app.models.base import Ligne
from app.models.cotation import Accompagnement, BonusEgalite, BudgetGenre, Cotation, NoteCritere
from app.models.courrier import Courrier
from app.models.depot import (
    AnneeDemandee,
    Depot,
    LigneBudgetAnnee,
    NoteIntention,
    Piece,
    PorteurAssocie,
)
from app.models.droit_commun import Relais, Sollicitation
from app.models.enums import EtatReunion
from app.models.instruction import AvisCommun, AvisInstruction, Tache
from app.models.programme import Franchissement
from app.models.regles import PassageOutre
from app.models.reunion import AvisReunion, PointReunion, Recommandation, Reunion
from app.models.suivi import Bilan
from app.services.documents import date_longue
from app.services.errors import SaisieRefusee
from app.services.transaction import Ecriture

# In an order that the links allow: an avis names the version that was read.
DEPENDANTS: tuple[type[Ligne], ...] = (
    ActionQuartier,
    ActionCommune,
    Classement,
    LigneBudget,
    Cofinancement,
    Franchissement,
    NoteIntention,
    PorteurAssocie,
    AnneeDemandee,
    LigneBudgetAnnee,
    Piece,
    Recommandation,
    PointReunion,
    AvisInstruction,
    AvisCommun,
    Cotation,
    BudgetGenre,
    BonusEgalite,
    Accompagnement,
    PassageOutre,
    Bilan,
    Courrier,
    Depot,
    Tache,
    Sollicitation,
    Relais,
)


def exiger_hors_reunion(ecriture: Ecriture, action: str) -> None:
    """What was said of an action in a meeting stays. Raises SaisieRefusee with that meeting."""
    tenues = (
        select(Reunion.titre)
        .join(PointReunion, PointReunion.reunion == Reunion.cle)
        .where(PointReunion.action == action, Reunion.etat == str(EtatReunion.TENUE))
    )
    for (titre,) in ecriture.lignes(tenues.limit(1)):
        raise SaisieRefusee(
            f"Cette action a été examinée en réunion (« {titre} ») : "
            "donnez-lui plutôt le statut « Retirée par le porteur »."
        )


def exiger_sans_courrier_envoye(ecriture: Ecriture, action: str) -> None:
    """A letter that went out stays. Raises SaisieRefusee with its day."""
    envoyes = select(Courrier.envoye_le).where(
        Courrier.action == action, Courrier.envoye_le.is_not(None)
    )
    for (jour,) in ecriture.lignes(envoyes.limit(1)):
        raise SaisieRefusee(
            f"Un courrier est parti pour cette action le {date_longue(jour)} : "
            "donnez-lui plutôt le statut « Retirée par le porteur »."
        )


def emporter(ecriture: Ecriture, action: str) -> None:
    """Delete all that hangs on the action, and nothing of it."""
    points = select(PointReunion.cle).where(PointReunion.action == action)
    _supprimer(ecriture, AvisReunion, AvisReunion.point.in_(points))
    cotations = select(Cotation.cle).where(Cotation.action == action)
    _supprimer(ecriture, NoteCritere, NoteCritere.cotation.in_(cotations))
    repris = AvisInstruction.comme.is_not(None)
    _supprimer(ecriture, AvisInstruction, (AvisInstruction.action == action) & repris)
    for modele in DEPENDANTS:
        _supprimer(ecriture, modele, modele.__table__.c.action == action)


def _supprimer(ecriture: Ecriture, modele: type[Ligne], condition: object) -> None:
    cles = ecriture.lignes(select(modele.cle).where(condition))  # type: ignore[arg-type]
    ecriture.supprimer_lot(modele, [cle for (cle,) in cles])

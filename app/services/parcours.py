"""Where each dossier of a year stands in its cycle, and what it did of each step, for the lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from app.models.action import Action
from app.models.organisme import Organisme
from app.models.programme import Appel, Franchissement
from app.services.cycle import Cycle
from app.services.cycle_dates import EtapeDatee
from app.services.cycle_lu import SORTIES, lire_etapes_courantes, lire_etapes_de_l_annee
from app.services.fichier import Fichier

ACHEVEE, SORTIE, SANS_CYCLE = "Parcours achevé", "Sortie du parcours", "Sans étapes"


@dataclass(frozen=True, slots=True)
class LigneParcours:
    """A dossier: `etape` is its current step, in words where it has none. Keyed by the action."""

    cle: str
    numero: str
    titre: str
    porteur: str
    appel: str
    statut: str
    etape: str
    etat: str | None
    en_mots: str
    debut: date | None
    fin: date | None
    franchies: int
    sautees: int
    depuis: date | None


@dataclass(frozen=True, slots=True)
class LignePassage:
    """What an action did of one step. `fait`: « franchie », « sautée », or nothing yet."""

    cle: str
    etape: str
    fait: str
    quand: date | None
    auteur: str
    motif: str | None
    en_mots: str


def lire_parcours(fichier: Fichier, annee: int, jour: date) -> list[LigneParcours]:
    """The dossiers of a year that answer an appel, by number; five reads whatever their number."""
    with fichier.instant() as lire:
        etapes = lire_etapes_de_l_annee(lire, jour, annee)
        courantes = lire_etapes_courantes(lire, etapes, annee)
        faits = {
            rangee.action: rangee
            for rangee in lire(
                select(
                    Franchissement.action,
                    func.count().label("nombre"),
                    func.sum(Franchissement.saute).label("sautes"),
                    func.max(Franchissement.moment).label("dernier"),
                )
                .join(Action, Action.cle == Franchissement.action)
                .where(Action.annee == annee)
                .group_by(Franchissement.action)
            )
        }
        actions = lire(
            select(
                Action.cle,
                Action.numero,
                Action.titre,
                Organisme.nom.label("porteur"),
                Appel.nom.label("appel"),
                Action.appel.label("appel_cle"),
                Action.statut,
            )
            .join(Appel, Appel.cle == Action.appel)
            .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
            .where(Action.annee == annee)
            .order_by(Action.numero, Action.cle)
        )
    return [_ligne(a, courantes.get(a.cle), faits.get(a.cle), etapes) for a in actions]


def _ligne(
    action: Any, courante: EtapeDatee | None, fait: Any, etapes: Mapping[str, Any]
) -> LigneParcours:
    return LigneParcours(
        cle=action.cle,
        numero=action.numero,
        titre=action.titre,
        porteur=action.porteur or "",
        appel=action.appel,
        statut=action.statut,
        etape=_en_mots(action, courante, etapes) if courante is None else courante.nom,
        etat=None if courante is None else str(courante.etat),
        en_mots="" if courante is None else courante.en_mots,
        debut=None if courante is None else courante.debut,
        fin=None if courante is None else courante.fin,
        franchies=0 if fait is None else fait.nombre - (fait.sautes or 0),
        sautees=0 if fait is None else fait.sautes or 0,
        depuis=None if fait is None else jour_local(fait.dernier),
    )


def _en_mots(action: Any, _courante: None, etapes: Mapping[str, Any]) -> str:
    if action.statut in SORTIES:
        return SORTIE
    return ACHEVEE if etapes.get(action.appel_cle) else SANS_CYCLE


def jour_local(moment: str | None) -> date | None:
    """The day of a moment, as the clock of this machine reads."""
    return None if not moment else datetime.fromisoformat(moment).astimezone().date()


def lire_passages(cycle: Cycle, action: str) -> list[LignePassage]:
    """Every step of the way of an action."""
    return [
        LignePassage(
            cle=passage.etape.cle,
            etape=passage.etape.nom,
            fait=("sautée" if passage.saute else "franchie") if passage.est_fait else "",
            quand=jour_local(passage.moment),
            auteur=passage.auteur,
            motif=passage.motif,
            en_mots=passage.etape.en_mots,
        )
        for passage in cycle.passages(action)
    ]

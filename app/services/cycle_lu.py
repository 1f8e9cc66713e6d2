"""The steps of the appels as they are read: with their dates, and what each action did of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.models.action import Action
from app.models.contrat import Etape
from app.models.enums import NatureEtape, StatutAction
from app.models.programme import Appel, EtapeAppel, Exercice, Franchissement
from app.services.cycle_dates import COLLECTIVES, DEPOTS, EtapeDatee, dater
from app.services.documents import jour_de
from app.services.fichier import Lire

# An action that is out of the cycle has no current step.
SORTIES = frozenset(
    {
        StatutAction.REFUSEE,
        StatutAction.REORIENTEE,
        StatutAction.IRRECEVABLE,
        StatutAction.RETIREE,
        StatutAction.TERMINEE,
    }
)
_ETAPES = (
    select(
        EtapeAppel.cle,
        EtapeAppel.appel,
        Appel.nom.label("appel_nom"),
        Exercice.annee,
        EtapeAppel.nature,
        EtapeAppel.nom,
        EtapeAppel.acteur,
        EtapeAppel.active,
        EtapeAppel.date_debut,
        EtapeAppel.date_fin,
        EtapeAppel.ancre,
        EtapeAppel.jours_debut,
        EtapeAppel.jours_fin,
        EtapeAppel.requiert,
        EtapeAppel.terminee_le,
        EtapeAppel.note,
        EtapeAppel.rang,
        EtapeAppel.etape,
        Etape.echelle,
        Etape.moment,
        Etape.source_document,
        Etape.source_ligne,
        Appel.date_ouverture,
        Appel.date_cloture,
    )
    .join(Appel, Appel.cle == EtapeAppel.appel)
    .join(Exercice, Exercice.cle == Appel.exercice)
    .join(Etape, Etape.cle == EtapeAppel.etape, isouter=True)
    .order_by(Appel.rang, EtapeAppel.appel, EtapeAppel.rang, EtapeAppel.cle)
)


@dataclass(frozen=True, slots=True)
class Passage:
    """What an action did of one step. `moment` None: nothing yet."""

    etape: EtapeDatee
    saute: bool = False
    motif: str | None = None
    auteur: str = ""
    moment: str | None = None
    franchissement: str | None = None

    @property
    def est_fait(self) -> bool:
        return self.moment is not None


def lire_etapes(lire: Lire, jour: date, appel: str) -> list[EtapeDatee]:
    """The steps of an appel, in order."""
    return _par_appel(lire(_ETAPES.where(EtapeAppel.appel == appel)), jour).get(appel, [])


def lire_etapes_de_l_annee(lire: Lire, jour: date, annee: int) -> dict[str, list[EtapeDatee]]:
    """appel -> its steps, for the appels of a year."""
    return _par_appel(lire(_ETAPES.where(Exercice.annee == annee)), jour)


def lire_toutes_les_etapes(lire: Lire, jour: date) -> dict[str, list[EtapeDatee]]:
    """The same for the years that are not closed."""
    return _par_appel(lire(_ETAPES.where(Exercice.clos.is_(False))), jour)


def _par_appel(rangees: Sequence[Any], jour: date) -> dict[str, list[EtapeDatee]]:
    groupes: dict[str, list[Any]] = {}
    for rangee in rangees:
        groupes.setdefault(rangee.appel, []).append(rangee)
    return {
        appel: dater(
            [_brute(rangee) for rangee in siennes],
            jour,
            ouverture=siennes[0].date_ouverture,
            cloture=siennes[0].date_cloture,
        )
        for appel, siennes in groupes.items()
    }


def _brute(rangee: Any) -> EtapeDatee:
    ligne = rangee.source_ligne
    source = rangee.source_document or ""
    return EtapeDatee(
        cle=rangee.cle,
        appel=rangee.appel,
        appel_nom=rangee.appel_nom,
        annee=rangee.annee,
        nature=rangee.nature,
        nom=rangee.nom,
        acteur=rangee.acteur,
        active=rangee.active,
        date_debut=rangee.date_debut,
        date_fin=rangee.date_fin,
        ancre=rangee.ancre,
        jours_debut=rangee.jours_debut,
        jours_fin=rangee.jours_fin,
        requiert=tuple(cle for cle in rangee.requiert or () if isinstance(cle, str)),
        terminee_le=jour_de(rangee.terminee_le),
        note=rangee.note,
        rang=rangee.rang,
        etape=rangee.etape,
        echelle=rangee.echelle,
        moment=rangee.moment or "",
        source=f"{source}, l. {ligne}" if source and ligne is not None else source,
    )


# The way of an action -----------------------------------------------------------------------------


def parcours(etapes: Sequence[EtapeDatee], echelle: str | None) -> list[EtapeDatee]:
    """The steps that an action of that échelle goes through, in order.

    Not those of the appel as a whole, nor those before anything can be deposited, nor the milestones
    (« Autre étape »), nor a meeting of another échelle.
    """
    depart = next((rang for rang, e in enumerate(etapes) if e.nature in DEPOTS), 0)
    voie = [
        e
        for e in etapes[depart:]
        if e.active and e.nature not in COLLECTIVES and e.nature != NatureEtape.AUTRE
    ]
    echelles = {e.echelle for e in voie if e.echelle}
    if echelle not in echelles:
        return voie
    return [e for e in voie if e.echelle in (None, echelle)]


def etape_suivante(voie: Sequence[EtapeDatee], franchies: Iterable[str]) -> EtapeDatee | None:
    """The first step of the way that is not done. One meeting of any échelle stands for the others."""
    faites = set(franchies)
    tenues = {e.nature for e in voie if e.cle in faites and e.echelle}
    for etape in voie:
        if etape.cle not in faites and not (etape.echelle and etape.nature in tenues):
            return etape
    return None


def lire_franchies(lire: Lire, annee: int) -> dict[str, set[str]]:
    """action -> the steps it has done with, in a year."""
    requete = (
        select(Franchissement.action, Franchissement.etape)
        .join(Action, Action.cle == Franchissement.action)
        .where(Action.annee == annee)
    )
    franchies: dict[str, set[str]] = {}
    for action, etape in lire(requete):
        franchies.setdefault(action, set()).add(etape)
    return franchies


def lire_etapes_courantes(
    lire: Lire, etapes: Mapping[str, Sequence[EtapeDatee]], annee: int
) -> dict[str, EtapeDatee]:
    """action -> its current step, for the actions of a year that are in the cycle of an appel."""
    franchies = lire_franchies(lire, annee)
    requete = select(Action.cle, Action.appel, Action.echelle, Action.statut).where(
        Action.annee == annee, Action.appel.is_not(None)
    )
    voies: dict[tuple[str, str | None], list[EtapeDatee]] = {}
    courantes: dict[str, EtapeDatee] = {}
    for cle, appel, echelle, statut in lire(requete):
        if statut in SORTIES:
            continue
        if (appel, echelle) not in voies:
            voies[appel, echelle] = parcours(etapes.get(appel, ()), echelle)
        suivante = etape_suivante(voies[appel, echelle], franchies.get(cle, ()))
        if suivante is not None:
            courantes[cle] = suivante
    return courantes

"""A meeting whole, as its papers and its message tell it: one read, one moment."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.models.montants import INSECABLE
from app.services.actions import Actions
from app.services.documents import date_longue
from app.services.fichier import Fichier
from app.services.programmation import lire_nom_du_contrat
from app.services.reunions_lues import (
    LigneAvisReunion,
    LigneParticipant,
    LignePointReunion,
    LigneRecommandation,
    LigneReunion,
    actions_inscrites,
    lire_avis,
    lire_participants,
    lire_points,
    lire_recommandations,
    lire_reunion,
)


@dataclass(frozen=True, slots=True)
class DossierReunion:
    """`avis` by point; `demandes` by action, None for what the meeting asks of itself."""

    contrat: str
    reunion: LigneReunion
    points: tuple[LignePointReunion, ...]
    participants: tuple[LigneParticipant, ...]
    avis: Mapping[str, Sequence[LigneAvisReunion]]
    demandes: Mapping[str | None, Sequence[LigneRecommandation]]


@dataclass(frozen=True, slots=True)
class Passage:
    """A porteur and its projects on the agenda; `debut` the hour it is expected, empty if unknown."""

    porteur: str
    points: tuple[LignePointReunion, ...]

    @property
    def debut(self) -> str:
        return self.points[0].debut


def lire_dossier(fichier: Fichier, reunion: str) -> DossierReunion:
    """Raises SaisieRefusee when the meeting is no longer there."""
    with fichier.instant() as lire:
        cles = actions_inscrites(lire, reunion)
    actions = Actions(fichier).lignes_de(set(cles)) if cles else {}
    with fichier.instant() as lire:
        ligne = lire_reunion(lire, reunion)
        points = lire_points(lire, ligne, actions)
        avis: dict[str, list[LigneAvisReunion]] = defaultdict(list)
        for un in lire_avis(lire, *(p.cle for p in points)):
            avis[un.point].append(un)
        demandes: dict[str | None, list[LigneRecommandation]] = defaultdict(list)
        for une in lire_recommandations(lire, reunion):
            demandes[une.action].append(une)
        return DossierReunion(
            lire_nom_du_contrat(lire),
            ligne,
            tuple(points),
            tuple(lire_participants(lire, reunion)),
            dict(avis),
            dict(demandes),
        )


def passages(points: Sequence[LignePointReunion]) -> list[Passage]:
    """The porteurs in the order in which they first pass."""
    par_porteur: dict[str, list[LignePointReunion]] = defaultdict(list)
    for point in points:
        if point.porteur:
            par_porteur[point.porteur].append(point)
    return [Passage(porteur, tuple(siens)) for porteur, siens in par_porteur.items()]


def heure_en_mots(heure: str) -> str:
    """« 14 h 05 » of « 14:05 »."""
    heures, _, minutes = heure.partition(":")
    return f"{int(heures)}{INSECABLE}h{INSECABLE}{minutes}" if heures.isdecimal() else heure


def quand_et_ou(reunion: LigneReunion) -> str:
    """« le 3 février 2026 à 14 h 00, salle des fêtes »."""
    jour = f"le {date_longue(reunion.date)}" if reunion.date else "à une date à fixer"
    heure = f" à {heure_en_mots(reunion.heure_debut)}" if reunion.heure_debut else ""
    lieu = f", {reunion.lieu}" if reunion.lieu else ""
    return f"{jour}{heure}{lieu}"


def intitule_du_point(point: LignePointReunion) -> str:
    """« 2026-014 – Lire en famille (Centre social) »."""
    titre = " – ".join(filter(None, (point.numero, point.titre)))
    return f"{titre} ({point.porteur})" if point.porteur else titre

"""The réunions partenariales as they are read: the meeting, its agenda with its hours, its people."""

import contextlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.models.contrat import Commune, Instance, Noeud
from app.models.enums import College, EtatReunion
from app.models.reunion import (
    AvisReunion,
    Participant,
    PointReunion,
    Recommandation,
    Reunion,
    ReunionInstance,
)
from app.services.errors import SaisieRefusee
from app.services.fichier import Lire
from app.services.rows import LigneAction


@dataclass(frozen=True, slots=True)
class LigneReunion:
    """A meeting in the list. `instances`: their keys; `invites`: lines, named or still to be filled.

    `presents` None: nobody was ticked yet. `habitants`: how many of those present speak for them.
    """

    cle: str
    annee: int
    nature: str
    titre: str
    commune: str | None
    commune_nom: str
    noeud: str | None
    noeud_nom: str
    date: str | None
    heure_debut: str | None
    minutes_par_point: int | None
    lieu: str | None
    animateur: str | None
    etat: str
    invitation_le: str | None
    close_le: str | None
    note: str | None
    instances: tuple[str, ...]
    instances_noms: str
    points: int
    vus: int
    invites: int
    presents: int | None
    habitants: int

    @property
    def est_tenue(self) -> bool:
        return self.etat == EtatReunion.TENUE

    @property
    def objet(self) -> str:
        """The commune or the theme that it is about."""
        return self.commune_nom or self.noeud_nom


@dataclass(frozen=True, slots=True)
class LignePointReunion:
    """A line of the agenda. `debut` and `fin` are « HH:MM », empty while the meeting has no hour."""

    cle: str
    reunion: str
    ordre: int
    action: str | None
    numero: str
    titre: str
    porteur_cle: str | None
    porteur: str
    statut: str
    axe: str
    communes: str
    minutes: int | None
    duree: int | None
    debut: str
    fin: str
    passe: bool
    diagnostic: str | None
    capacite: str | None
    partenariat: str | None
    remarques: str | None
    avis: int
    recommandations: int

    @property
    def creneau(self) -> str:
        return f"{self.debut} – {self.fin}" if self.debut else ""

    @property
    def est_examine(self) -> bool:
        """Something was said of it: it was seen, whatever key is pressed."""
        dits = (self.diagnostic, self.capacite, self.partenariat, self.remarques)
        return any(dits) or bool(self.avis or self.recommandations)


@dataclass(frozen=True, slots=True)
class LigneParticipant:
    """Somebody invited. `nom` empty: a seat that nobody fills yet. `present` None: not known."""

    cle: str
    reunion: str
    personne: str | None
    nom: str
    fonction: str | None
    represente: str | None
    college: str
    courriel: str | None
    present: bool | None
    rang: int


@dataclass(frozen=True, slots=True)
class LigneAvisReunion:
    """What a body says of a project: heard, never counted."""

    cle: str
    point: str
    voix: str
    sens: str
    texte: str | None


@dataclass(frozen=True, slots=True)
class LigneRecommandation:
    """What a meeting asks. `suivie` None: nobody said yet what became of it."""

    cle: str
    action: str | None
    nature: str
    texte: str
    responsable: str | None
    echeance: str | None
    suivie: str | None
    suite: str | None


# The list -----------------------------------------------------------------------------------------


def lire_reunions(lire: Lire, *conditions: Any) -> list[LigneReunion]:
    """The meetings that meet the conditions: those with a date first, in their order."""
    requete = (
        select(
            *Reunion.__table__.columns,
            func.coalesce(Commune.nom, "").label("commune_nom"),
            func.coalesce(Noeud.libelle_court, Noeud.libelle, "").label("noeud_nom"),
        )
        .join(Commune, Commune.cle == Reunion.commune, isouter=True)
        .join(Noeud, Noeud.cle == Reunion.noeud, isouter=True)
        .where(*conditions)
        .order_by(Reunion.date.is_(None), Reunion.date, Reunion.heure_debut, Reunion.titre)
    )
    lues = lire(requete)
    instances, comptes = _instances(lire), _comptes(lire)
    return [_ligne(lue, instances.get(lue.cle, ()), comptes) for lue in lues]


def _instances(lire: Lire) -> Mapping[str, Sequence[tuple[str, str]]]:
    """meeting -> (key, name) of the instances it counts for."""
    requete = (
        select(ReunionInstance.reunion, Instance.cle, Instance.nom)
        .join(Instance, Instance.cle == ReunionInstance.instance)
        .order_by(Instance.rang, Instance.nom)
    )
    trouvees: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for reunion, cle, nom in lire(requete):
        trouvees[reunion].append((cle, nom))
    return trouvees


def _comptes(lire: Lire) -> Counter[tuple[str, str]]:
    comptes: Counter[tuple[str, str]] = Counter()
    for reunion, passe in lire(select(PointReunion.reunion, PointReunion.passe)):
        comptes[reunion, "points"] += 1
        comptes[reunion, "vus"] += passe
    requete = select(Participant.reunion, Participant.present, Participant.college)
    for reunion, present, college in lire(requete):
        comptes[reunion, "invites"] += 1
        comptes[reunion, "pointes"] += present is not None
        comptes[reunion, "presents"] += bool(present)
        comptes[reunion, "habitants"] += bool(present) and college == College.HABITANT
    return comptes


def _ligne(
    lue: Any, instances: Sequence[tuple[str, str]], comptes: Counter[tuple[str, str]]
) -> LigneReunion:
    champs = lue._asdict()
    champs.pop("appel")
    cle = lue.cle
    return LigneReunion(
        **champs,
        instances=tuple(instance for instance, _ in instances),
        instances_noms=", ".join(nom for _, nom in instances),
        points=comptes[cle, "points"],
        vus=comptes[cle, "vus"],
        invites=comptes[cle, "invites"],
        presents=comptes[cle, "presents"] if comptes[cle, "pointes"] else None,
        habitants=comptes[cle, "habitants"],
    )


def lire_reunion(lire: Lire, reunion: str) -> LigneReunion:
    """Raises SaisieRefusee when it is no longer there."""
    for ligne in lire_reunions(lire, Reunion.cle == reunion):
        return ligne
    raise SaisieRefusee("Cette réunion n'existe plus : choisissez-en une autre dans la liste.")


# The agenda ---------------------------------------------------------------------------------------


def actions_inscrites(lire: Lire, reunion: str) -> list[str]:
    """Keys of the actions on the agenda, in its order."""
    requete = select(PointReunion.action).where(
        PointReunion.reunion == reunion, PointReunion.action.is_not(None)
    )
    return [action for (action,) in lire(requete.order_by(PointReunion.rang, PointReunion.cle))]


def lire_points(
    lire: Lire, reunion: LigneReunion, actions: Mapping[str, LigneAction]
) -> list[LignePointReunion]:
    """The agenda in its order, with the hour of each line."""
    requete = (
        select(*PointReunion.__table__.columns)
        .where(PointReunion.reunion == reunion.cle)
        .order_by(PointReunion.rang, PointReunion.cle)
    )
    points = lire(requete)
    durees = [p.minutes if p.minutes is not None else reunion.minutes_par_point for p in points]
    heures = creneaux(reunion.heure_debut, durees)
    avis = _par(lire, AvisReunion.point, AvisReunion.point.in_([p.cle for p in points]))
    recos = _par(lire, Recommandation.action, Recommandation.reunion == reunion.cle)
    return [
        _point(point, ordre, actions.get(point.action), duree, heure, avis, recos)
        for ordre, (point, duree, heure) in enumerate(
            zip(points, durees, heures, strict=True), start=1
        )
    ]


def _par(lire: Lire, colonne: Any, condition: Any) -> dict[str | None, int]:
    requete = select(colonne, func.count()).where(condition).group_by(colonne)
    return dict(lire(requete))


def _point(
    point: Any,
    ordre: int,
    action: LigneAction | None,
    duree: int | None,
    heures: tuple[str, str],
    avis: Mapping[str | None, int],
    recos: Mapping[str | None, int],
) -> LignePointReunion:
    return LignePointReunion(
        cle=point.cle,
        reunion=point.reunion,
        ordre=ordre,
        action=point.action,
        numero=action.numero if action else "",
        titre=point.titre or (action.titre if action else ""),
        porteur_cle=action.porteur_cle if action else None,
        porteur=action.porteur if action else "",
        statut=action.statut if action else "",
        axe=action.axe if action else "",
        communes=action.communes if action else "",
        minutes=point.minutes,
        duree=duree,
        debut=heures[0],
        fin=heures[1],
        passe=point.passe,
        diagnostic=point.diagnostic,
        capacite=point.capacite,
        partenariat=point.partenariat,
        remarques=point.remarques,
        avis=avis.get(point.cle, 0),
        recommandations=recos.get(point.action, 0) if point.action else 0,
    )


def creneaux(debut: str | None, durees: Iterable[int | None]) -> list[tuple[str, str]]:
    """(beginning, end) « HH:MM » of each line; empty from the first line whose length is unknown."""
    return list(_creneaux(debut, durees))


def _creneaux(debut: str | None, durees: Iterable[int | None]) -> Iterator[tuple[str, str]]:
    courant = _heure(debut)
    for duree in durees:
        if courant is None:
            yield "", ""
            continue
        fin = _plus(courant, duree)
        yield f"{courant:%H:%M}", "" if fin is None else f"{fin:%H:%M}"
        courant = fin


def _heure(texte: str | None) -> datetime | None:
    """An hour of no particular day; None when another program wrote something else there."""
    with contextlib.suppress(ValueError):
        return datetime.strptime(texte or "", "%H:%M")  # noqa: DTZ007 - an hour
    return None


def _plus(heure: datetime, minutes: int | None) -> datetime | None:
    try:
        return None if minutes is None else heure + timedelta(minutes=minutes)
    except OverflowError:
        return None


# People and what was said -------------------------------------------------------------------------


def lire_participants(lire: Lire, reunion: str) -> list[LigneParticipant]:
    requete = (
        select(*Participant.__table__.columns)
        .where(Participant.reunion == reunion)
        .order_by(Participant.rang, Participant.cle)
    )
    return [LigneParticipant(**lue._asdict()) for lue in lire(requete)]


def lire_avis(lire: Lire, *points: str) -> list[LigneAvisReunion]:
    requete = (
        select(
            AvisReunion.cle,
            AvisReunion.point,
            AvisReunion.voix,
            AvisReunion.sens,
            AvisReunion.texte,
        )
        .where(AvisReunion.point.in_(points))
        .order_by(AvisReunion.rang, AvisReunion.cle)
    )
    return [LigneAvisReunion(*lue) for lue in lire(requete)]


def lire_recommandations(lire: Lire, reunion: str) -> list[LigneRecommandation]:
    """All that a meeting asks, of its projects and of itself."""
    requete = (
        select(
            Recommandation.cle,
            Recommandation.action,
            Recommandation.nature,
            Recommandation.texte,
            Recommandation.responsable,
            Recommandation.echeance,
            Recommandation.suivie,
            Recommandation.suite,
        )
        .where(Recommandation.reunion == reunion)
        .order_by(Recommandation.rang, Recommandation.cle)
    )
    return [LigneRecommandation(*lue) for lue in lire(requete)]


def part_avec_habitants(reunions: Iterable[LigneReunion]) -> tuple[int, int]:
    """(meetings held where a resident was, meetings held whose people were ticked) (A-60)."""
    tenues = [r for r in reunions if r.est_tenue and r.presents is not None]
    return sum(r.habitants > 0 for r in tenues), len(tenues)

"""Where a séance stands: current item, what is left, minutes spent and planned, predicted end."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.models.contrat import Instance
from app.models.enums import EtatPoint, EtatSeance, NatureDecision, NaturePoint
from app.models.seance import Passage, Point, Scellement, Seance
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.ordres_du_jour import LignePoint, OrdresDuJour
from app.services.passages import LignePassage
from app.services.presences import Quorum, lire_quorum


@dataclass(frozen=True, slots=True)
class SyntheseSeance:
    """A séance in figures. Minutes are rounded to the nearest; `fin_prevue` is local time (ISO).

    `minutes_moyennes`: of an item passed, what the end is predicted with where nothing was planned.
    `fin_prevue` None: not open, or nothing tells how long an item takes.
    """

    cle: str
    titre: str
    annee: int
    instance: str
    date: str | None
    etat: str
    version: int
    point_courant: str | None
    point_courant_ordre: int | None
    point_courant_titre: str
    points: int
    a_debattre: int
    sans_debat: int
    restants: int
    reportes: int
    decides: int
    decisions: dict[str, int]
    minutes_prevues: int
    minutes_ecoulees: int
    minutes_restantes: int | None
    minutes_moyennes: float | None
    minutes_du_point: int
    minutes_prevues_du_point: int | None
    fin_prevue: str | None
    axe_le_plus_lent: str
    minutes_de_cet_axe: float | None
    quorum: Quorum
    empreinte: str | None

    @property
    def point_depasse(self) -> bool:
        """The item on the table has taken more than was planned for it."""
        prevues = self.minutes_prevues_du_point
        return prevues is not None and self.minutes_du_point > prevues

    def en_json(self) -> dict[str, Any]:
        """As the command line writes it; natures of decisions are stored values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Temps:
    """Seconds that each item has been on the table."""

    par_point: dict[str, float]
    ecoulees: float


def synthese(fichier: Fichier, seance: str, maintenant: datetime) -> SyntheseSeance:
    """Raises SaisieRefusee when the séance is no longer there."""
    points = OrdresDuJour(fichier).points(seance)
    with fichier.instant() as lire:
        cadre = lire_cadre(lire, seance)
        passages = lire_passages(lire, seance)
    return synthetiser(cadre, points, passages.values(), maintenant)


@dataclass(frozen=True, slots=True)
class Cadre:
    """What is read of a séance besides its agenda: its row, who is in the room, its seal."""

    ligne: Any
    quorum: Quorum
    empreinte: str | None


def lire_cadre(lire: Lire, seance: str) -> Cadre:
    """A few rows at any size. Raises SaisieRefusee when the séance is no longer there."""
    ligne = lire_seance(lire, seance)
    sceau = lire(
        select(Scellement.empreinte)
        .where(Scellement.seance == seance)
        .order_by(Scellement.version.desc())
        .limit(1)
    )
    return Cadre(ligne, lire_quorum(lire, seance), sceau[0][0] if sceau else None)


def synthetiser(
    cadre: Cadre,
    points: Sequence[LignePoint],
    passages: Iterable[LignePassage],
    maintenant: datetime,
) -> SyntheseSeance:
    """The figures of a séance from what was read. No read."""
    ligne, temps = cadre.ligne, _temps(passages, maintenant)
    courant = next((p for p in points if p.en_cours), None)
    moyenne = _moyenne(points, temps)
    restantes = _restantes(points, temps, moyenne)
    lent, minutes_axe = _axe_le_plus_lent(points, temps)
    decisions = Counter(p.decision for p in points if p.decision)
    return SyntheseSeance(
        cle=ligne.cle,
        titre=ligne.titre,
        annee=ligne.annee,
        instance=ligne.instance_nom,
        date=ligne.date,
        etat=ligne.etat,
        version=ligne.version,
        point_courant=courant.cle if courant else None,
        point_courant_ordre=courant.ordre if courant else None,
        point_courant_titre=courant.titre if courant else "",
        points=len(points),
        a_debattre=sum(p.nature == NaturePoint.DEBAT for p in points),
        sans_debat=sum(p.nature == NaturePoint.BLOC for p in points),
        restants=sum(_a_passer(p) for p in points),
        reportes=sum(p.etat == EtatPoint.REPORTE for p in points),
        decides=sum(decisions.values()),
        decisions={str(n): decisions[str(n)] for n in NatureDecision if decisions[str(n)]},
        minutes_prevues=sum(p.minutes or 0 for p in points),
        minutes_ecoulees=round(temps.ecoulees / 60),
        minutes_restantes=None if restantes is None else round(restantes),
        minutes_moyennes=None if moyenne is None else round(moyenne, 1),
        minutes_du_point=round(temps.par_point.get(courant.cle, 0) / 60) if courant else 0,
        minutes_prevues_du_point=courant.minutes if courant else None,
        fin_prevue=_fin(ligne.etat, maintenant, restantes),
        axe_le_plus_lent=lent,
        minutes_de_cet_axe=None if minutes_axe is None else round(minutes_axe, 1),
        quorum=cadre.quorum,
        empreinte=cadre.empreinte if ligne.etat == EtatSeance.CLOSE else None,
    )


def lire_seance(lire: Lire, seance: str) -> Any:
    """The row of a séance, with the name of its instance. Raises SaisieRefusee: it is gone."""
    requete = (
        select(*Seance.__table__.columns, func.coalesce(Instance.nom, "").label("instance_nom"))
        .join(Instance, Instance.cle == Seance.instance, isouter=True)
        .where(Seance.cle == seance)
    )
    for ligne in lire(requete):
        return ligne
    raise inconnue()


def inconnue() -> SaisieRefusee:
    return SaisieRefusee("Cette séance n'existe plus : choisissez-en une autre dans la liste.")


def lire_passages(lire: Lire, seance: str) -> dict[str, LignePassage]:
    """Every time that an item of a séance was on the table, by key."""
    requete = (
        select(Passage.cle, Passage.point, Passage.debut, Passage.fin)
        .join(Point, Point.cle == Passage.point)
        .where(Point.seance == seance)
    )
    return {ligne.cle: LignePassage(*ligne) for ligne in lire(requete)}


def _temps(passages: Iterable[LignePassage], maintenant: datetime) -> _Temps:
    par_point: dict[str, float] = defaultdict(float)
    for passage in passages:
        terme = datetime.fromisoformat(passage.fin) if passage.fin else maintenant
        duree = (terme - datetime.fromisoformat(passage.debut)).total_seconds()
        par_point[passage.point] += max(duree, 0)
    return _Temps(par_point, sum(par_point.values()))


def duree_en_mots(minutes: int) -> str:
    """« 3 h 44 », « 12 min »."""
    heures, reste = divmod(minutes, 60)
    return f"{heures}\u00a0h\u00a0{reste:02d}" if heures else f"{reste}\u00a0min"


def _a_passer(point: LignePoint) -> bool:
    """Still to be debated."""
    return point.nature != NaturePoint.BLOC and point.etat in (
        EtatPoint.A_VENIR,
        EtatPoint.REPORTE,
    )


def _moyenne(points: Sequence[LignePoint], temps: _Temps) -> float | None:
    """Minutes that an item passed has taken, on average."""
    durees = [temps.par_point.get(p.cle, 0) for p in points if p.etat == EtatPoint.PASSE]
    passes = [duree for duree in durees if duree]
    return sum(passes) / len(passes) / 60 if passes else None


def _restantes(points: Sequence[LignePoint], temps: _Temps, moyenne: float | None) -> float | None:
    """Minutes left: what was planned, else the average of those passed; None: nothing tells."""
    total = 0.0
    for point in points:
        if not (_a_passer(point) or point.en_cours):
            continue
        duree = point.minutes if point.minutes is not None else moyenne
        if duree is None:
            return None
        faites = temps.par_point.get(point.cle, 0) / 60 if point.en_cours else 0
        total += max(duree - faites, 0)
    return total


def _fin(etat: str, maintenant: datetime, restantes: float | None) -> str | None:
    if etat != EtatSeance.OUVERTE or restantes is None:
        return None
    fin = maintenant + timedelta(minutes=restantes)
    return fin.astimezone().isoformat(timespec="minutes")


def _axe_le_plus_lent(points: Sequence[LignePoint], temps: _Temps) -> tuple[str, float | None]:
    """The axis whose items passed took longest on average, and how many minutes each."""
    durees: dict[str, list[float]] = defaultdict(list)
    for point in points:
        if point.axe and temps.par_point.get(point.cle):
            durees[point.axe].append(temps.par_point[point.cle] / 60)
    moyennes = {axe: sum(d) / len(d) for axe, d in durees.items()}
    if not moyennes:
        return "", None
    lent = max(moyennes, key=lambda axe: (moyennes[axe], axe))
    return lent, moyennes[lent]

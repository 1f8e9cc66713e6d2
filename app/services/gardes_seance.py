"""What every gesture of a séance checks first, and the moment at which it is done."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select

from app.models.enums import EtatSeance
from app.models.seance import Decision, Membre, Point, Presence, Scellement, Seance
from app.services.errors import SaisieRefusee
from app.services.transaction import Ecriture

Horloge = Callable[[], datetime]
LOT = 500  # items read together
_POINTS = select(
    Point.cle.label("point"),
    Point.action,
    Point.titre.label("point_titre"),
    Point.nature,
    Seance.cle.label("seance"),
    Seance.titre,
    Seance.etat,
    Seance.annee,
).join(Seance, Seance.cle == Point.seance)
DU_POINT = _POINTS.where(Point.cle == bindparam("point"))
_DES_POINTS = _POINTS.where(Point.cle.in_(bindparam("points", expanding=True)))


def moment(horloge: Horloge, *, apres: str = "") -> str:
    """Now, as it is stored: ISO, UTC, later than `apres`. Microseconds keep two gestures in order."""
    maintenant = horloge().isoformat(timespec="microseconds")
    if maintenant > apres:
        return maintenant
    # The clock of the laptop was set back: what is said later must still read as later.
    return plus_tard(apres, 1)


def plus_tard(moment: str, microsecondes: int) -> str:
    """A moment that reads as so much later: several gestures done at once keep their order."""
    suivant = datetime.fromisoformat(moment) + timedelta(microseconds=microsecondes)
    return suivant.isoformat(timespec="microseconds")


def jour_courant(horloge: Horloge) -> date:
    """Today, on the clock of the machine."""
    return horloge().astimezone().date()


_MOMENTS = (
    select(func.max(Decision.decidee_le)).join(Point).where(Point.seance == bindparam("seance")),
    select(func.max(Presence.arrivee)).join(Membre).where(Membre.seance == bindparam("seance")),
    select(func.max(Presence.depart)).join(Membre).where(Membre.seance == bindparam("seance")),
    select(func.max(Scellement.scelle_le)).where(Scellement.seance == bindparam("seance")),
)


def dernier_moment(ecriture: Ecriture, seance: str) -> str:
    """When a séance last moved: what is decided or sealed next must read as later, for its PV."""
    lus = [ecriture.lignes(requete, {"seance": seance})[0][0] for requete in _MOMENTS]
    return max(filter(None, lus), default="")


def exiger_modifiable(seance: dict[str, Any]) -> None:
    """Raises SaisieRefusee when the séance is closed."""
    _exiger_pas_close(seance["etat"], seance["titre"])


def exiger_ouverte(seance: dict[str, Any]) -> None:
    """Raises SaisieRefusee unless the séance is open."""
    _exiger_pas_close(seance["etat"], seance["titre"])
    if seance["etat"] != EtatSeance.OUVERTE:
        raise SaisieRefusee(f"« {seance['titre']} » n'est pas ouverte : ouvrez d'abord la séance.")


def point_ouvert(ecriture: Ecriture, point: str) -> Any:
    """The item with its séance, which is open. One read. Raises SaisieRefusee otherwise."""
    return premier_ouvert(ecriture.lignes(DU_POINT, {"point": point}))


def points_ouverts(ecriture: Ecriture, points: Sequence[str]) -> dict[str, Any]:
    """The same for many items, by key."""
    lus: dict[str, Any] = {}
    for debut in range(0, len(points), LOT):
        for ligne in ecriture.lignes(_DES_POINTS, {"points": list(points[debut : debut + LOT])}):
            exiger_ouverte(ligne._asdict())
            lus[ligne.point] = ligne
    if any(point not in lus for point in points):
        raise _retire()
    return lus


def premier_ouvert(lignes: Sequence[Any]) -> Any:
    """The same from rows already read, of `DU_POINT` or wider."""
    for ligne in lignes:
        exiger_ouverte(ligne._asdict())
        return ligne
    raise _retire()


def point_modifiable(ecriture: Ecriture, point: str) -> Any:
    """The same for a séance that is not closed yet."""
    for ligne in ecriture.lignes(DU_POINT, {"point": point}):
        exiger_modifiable(ligne._asdict())
        return ligne
    raise _retire()


def _retire() -> SaisieRefusee:
    return SaisieRefusee("Ce point n'est plus à l'ordre du jour : actualisez l'écran.")


def action_du_point(point: Any) -> str:
    """The action of an item. Raises SaisieRefusee for a subject: no money is spoken of there."""
    if point.action is None:
        raise SaisieRefusee(
            f"« {point.point_titre} » n'est pas une action : aucun montant ne s'y décide."
        )
    action: str = point.action
    return action


def _exiger_pas_close(etat: str, titre: str) -> None:
    if etat == EtatSeance.CLOSE:
        raise SaisieRefusee(f"« {titre} » est close : rouvrez-la, avec un motif, pour la modifier.")

"""The order of passage: which item is on the table, the next one, and how long each has taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.models.enums import EtatPoint, NaturePoint
from app.models.seance import Passage, Point, Seance
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge, exiger_ouverte, moment
from app.services.ordres_du_jour import deplacer
from app.services.transaction import Ecriture, maintenant

RESTANTS = (str(EtatPoint.A_VENIR), str(EtatPoint.REPORTE))


@dataclass(frozen=True, slots=True)
class LignePassage:
    """One time that an item was on the table (ISO moments); `fin` None: it still is."""

    cle: str
    point: str
    debut: str
    fin: str | None


class Passages:
    """Moves a séance from item to item. Each gesture is one operation."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge

    def du_point(self, point: str) -> list[LignePassage]:
        """Every time that an item was on the table, the first one first."""
        requete = select(Passage.cle, Passage.point, Passage.debut, Passage.fin)
        requete = requete.where(Passage.point == point).order_by(Passage.debut, Passage.cle)
        return [LignePassage(*ligne) for ligne in self._fichier.lignes(requete)]

    def ouvrir_point(self, point: str) -> None:
        """Put an item on the table; the one that was there has passed."""
        with self._fichier.operation("Ouvrir un point") as e:
            seance = e.lire(Seance, e.lire(Point, point)["seance"])
            exiger_ouverte(seance)
            if seance["point_courant"] != point:
                self._aller_a(e, seance, point)

    def suivant(self, seance: str) -> str | None:
        """Put the next item to be debated on the table; None (and nothing there) when all passed.

        Items voted without debate are not called; those postponed come at the end.
        """
        with self._fichier.operation("Point suivant") as e:
            ligne = e.lire(Seance, seance)
            exiger_ouverte(ligne)
            cible = _suivant(_ordre(e, seance), ligne["point_courant"])
            self._aller_a(e, ligne, cible)
            return cible

    def precedent(self, seance: str) -> str | None:
        """Put back the item just before in the agenda; None when this is the first."""
        with self._fichier.operation("Point précédent") as e:
            ligne = e.lire(Seance, seance)
            exiger_ouverte(ligne)
            cles = [p.cle for p in _ordre(e, seance) if p.nature != NaturePoint.BLOC]
            courant = ligne["point_courant"]
            rang = cles.index(courant) if courant in cles else len(cles)
            if rang == 0:
                return None
            self._aller_a(e, ligne, cles[rang - 1])
            return str(cles[rang - 1])

    def reporter(self, point: str) -> str | None:
        """Postpone an item to the end; when it was on the table, the next one comes. Returns it."""
        with self._fichier.operation("Reporter un point en fin de séance") as e:
            ligne = e.lire(Point, point)
            seance = e.lire(Seance, ligne["seance"])
            exiger_ouverte(seance)
            ordre = _ordre(e, ligne["seance"])
            courant: str | None = seance["point_courant"]
            cible = courant
            if courant == point:
                autres = [p for p in ordre if p.cle != point]
                cible = _suivant(autres, _avant(ordre, point)) or point
            if cible == point:
                raise SaisieRefusee("C'est le dernier point : il n'y a rien à faire passer avant.")
            self._aller_a(e, seance, cible)
            e.modifier(Point, point, etat=str(EtatPoint.REPORTE))
            deplacer(e, ligne["seance"], point, len(ordre))
            return cible

    def revenir(self, seance: str) -> str | None:
        """Come back to the item that was on the table just before this one; None when there is none."""
        with self._fichier.operation("Revenir au point quitté") as e:
            ligne = e.lire(Seance, seance)
            exiger_ouverte(ligne)
            requete = (
                select(Passage.point)
                .join(Point, Point.cle == Passage.point)
                .where(Point.seance == seance, Passage.point != (ligne["point_courant"] or ""))
                .order_by(Passage.debut.desc(), Passage.cle.desc())
                .limit(1)
            )
            for (point,) in e.lignes(requete):
                self._aller_a(e, ligne, point)
                return str(point)
            return None

    def _aller_a(self, ecriture: Ecriture, seance: dict[str, Any], cible: str | None) -> None:
        if seance["point_courant"] == cible:
            return
        quand = moment(self._horloge)
        quitter(ecriture, seance, quand)
        if cible is not None:
            ecriture.inserer(Passage, point=cible, debut=quand)
            ecriture.modifier(Point, cible, etat=str(EtatPoint.EN_COURS))
        ecriture.modifier(Seance, seance["cle"], point_courant=cible)


def quitter(ecriture: Ecriture, seance: dict[str, Any], quand: str) -> None:
    """End the passage of the item on the table, if there is one."""
    courant = seance["point_courant"]
    if courant is None:
        return
    ouverts = select(Passage.cle).where(Passage.point == courant, Passage.fin.is_(None))
    for (passage,) in ecriture.lignes(ouverts):
        ecriture.modifier(Passage, passage, fin=quand)
    ecriture.modifier(Point, courant, etat=str(EtatPoint.PASSE))


def _ordre(ecriture: Ecriture, seance: str) -> Sequence[Any]:
    return ecriture.lignes(
        select(Point.cle, Point.nature, Point.etat)
        .where(Point.seance == seance)
        .order_by(Point.rang, Point.cle)
    )


def _suivant(ordre: Sequence[Any], courant: str | None) -> str | None:
    """The first item left after the current one, then from the top; those postponed last."""
    cles = [p.cle for p in ordre]
    depart = cles.index(courant) + 1 if courant in cles else 0
    tournes = [*ordre[depart:], *ordre[:depart]]
    restants = [
        p
        for p in tournes
        if p.etat in RESTANTS and p.nature != NaturePoint.BLOC and p.cle != courant
    ]
    tries = sorted(restants, key=lambda p: p.etat == EtatPoint.REPORTE)
    return tries[0].cle if tries else None


def _avant(ordre: Sequence[Any], point: str) -> str | None:
    cles = [p.cle for p in ordre]
    rang = cles.index(point)
    return cles[rang - 1] if rang else None

"""The agenda of a séance: built from the actions, ordered, and the order in which it passes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, select

from app.models.enums import EtatPoint, NaturePoint, StatutAction
from app.models.seance import (
    Decision,
    Deport,
    Point,
    PositionCpo,
    Seance,
    Tour,
    VoixConsultative,
)
from app.services.accords import denombrer
from app.services.actions import Actions, par_lots
from app.services.attaches import detacher
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.gardes_seance import exiger_modifiable
from app.services.identifiants import mots
from app.services.rows import LigneAction
from app.services.transaction import Ecriture

A_PROPOSER = tuple(
    str(s) for s in (StatutAction.DEPOSEE, StatutAction.INSTRUCTION, StatutAction.PROPOSEE)
)
TRIS: dict[str, Callable[[LigneAction], Any]] = {
    "axe": lambda action: (action.axe_rang, action.axe),
    "commune": lambda action: (not action.communes, action.communes),
    "echelle": lambda action: (not action.echelle, action.echelle),
    "porteur": lambda action: action.porteur.casefold(),
    "numero": lambda action: action.numero,
    "statut": lambda action: action.statut,
    "appel": lambda action: action.appel,
}


@dataclass(frozen=True, slots=True)
class Filtre:
    """Which actions of the year go on the agenda; an empty list filters nothing.

    Texts are those that the table shows (name of the appel, of the axis, of a commune, of the
    échelle); `statuts` and `recurrences` are stored values.
    """

    appels: Sequence[str] = ()
    statuts: Sequence[str] = A_PROPOSER
    axes: Sequence[str] = ()
    communes: Sequence[str] = ()
    echelles: Sequence[str] = ()
    recurrences: Sequence[str] = ()
    numeros: Sequence[str] = ()

    def garde(self, action: LigneAction) -> bool:
        valeurs = (
            (self.appels, action.appel),
            (self.statuts, action.statut),
            (self.axes, action.axe),
            (self.echelles, action.echelle),
            (self.recurrences, action.recurrence),
            (self.numeros, action.numero),
        )
        if any(voulues and valeur not in voulues for voulues, valeur in valeurs):
            return False
        return not self.communes or bool(set(self.communes) & set(action.communes.split(", ")))


@dataclass(frozen=True, slots=True)
class LignePoint:
    """An item of the agenda. `ordre` counts from 1; `decision` is the nature that counts, if any.

    `etiquettes`: « TFPB », « droit commun », when the item is about them. `se_retirent`: who should
    leave for it, when the list that shows it asks (see `agenda_chiffre`); likewise the status of
    the action, its amounts (euros) and whether the block vote took it.
    """

    cle: str
    ordre: int
    action: str | None
    numero: str
    titre: str
    porteur: str
    axe: str
    communes: str
    echelle: str
    nature: str
    etat: str
    minutes: int | None
    note_privee: str | None
    decision: str | None
    en_cours: bool
    etiquettes: tuple[str, ...] = field(default=())
    se_retirent: str = ""
    statut: str = ""
    demande: Decimal | None = None
    propose: Decimal | None = None
    accorde: Decimal | None = None
    en_bloc: bool = False


class OrdresDuJour:
    """Reads and writes the agenda of the séances."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self._actions = Actions(fichier)
        self.operation = fichier.operation

    # Reading --------------------------------------------------------------------------------------

    def points(self, seance: str) -> list[LignePoint]:
        """The agenda in its order."""
        return list(self.points_par_rang(seance).values())

    def points_par_rang(
        self, seance: str, connues: Mapping[str, LigneAction] = MappingProxyType({})
    ) -> dict[tuple[int, str], LignePoint]:
        """The same, by what orders it; the actions already `connues` are not read."""
        with self._fichier.instant() as lire:
            courant = lire(select(Seance.point_courant).where(Seance.cle == seance))
            lignes = lire(
                select(*Point.__table__.columns)
                .where(Point.seance == seance)
                .order_by(Point.rang, Point.cle)
            )
            decisions = decisions_comptees(lire, seance)
        actions = self._actions_de((ligne.action for ligne in lignes), connues)
        en_cours = courant[0][0] if courant else None
        return {
            (ligne.rang, ligne.cle): ligne_de(
                ligne, ordre, actions.get(ligne.action), decisions.get(ligne.cle), en_cours
            )
            for ordre, ligne in enumerate(lignes, start=1)
        }

    def _actions_de(
        self, cles: Iterable[str | None], connues: Mapping[str, LigneAction]
    ) -> Mapping[str, LigneAction]:
        inconnues = {cle for cle in cles if cle is not None and cle not in connues}
        return {**connues, **self._actions.lignes_de(inconnues)} if inconnues else connues

    def candidats(
        self, seance: str, filtre: Filtre, *, tri: Sequence[str] = ("axe", "commune", "numero")
    ) -> list[LigneAction]:
        """The actions that `construire` would add, in that order."""
        requete = select(Seance.annee).where(Seance.cle == seance)
        [(annee,)] = self._fichier.lignes(requete)
        inscrites = {
            action
            for (action,) in self._fichier.lignes(
                select(Point.action).where(Point.seance == seance)
            )
        }
        retenues = [
            action
            for action in self._actions.lignes(annee)
            if action.cle not in inscrites and filtre.garde(action)
        ]
        return sorted(retenues, key=_cle_de_tri(tri))

    # Building -------------------------------------------------------------------------------------

    def construire(
        self,
        seance: str,
        filtre: Filtre,
        *,
        tri: Sequence[str] = ("axe", "commune", "numero"),
        minutes: int | None = None,
        nature: str = str(NaturePoint.DEBAT),
    ) -> int:
        """Add the actions that the filter keeps, after the items already there. How many."""
        actions = self.candidats(seance, filtre, tri=tri)
        pluriel = "s" if len(actions) > 1 else ""
        libelle = f"Inscrire {len(actions)} action{pluriel} à l'ordre du jour"
        with self._fichier.operation(libelle) as e:
            self._exiger(e, seance)
            suivant = _rang_suivant(e, seance)
            e.inserer_lot(
                Point,
                [
                    _neuf(seance, suivant + i, nature, minutes, action=action.cle)
                    for i, action in enumerate(actions)
                ],
            )
        return len(actions)

    def ajouter_sujet(
        self,
        seance: str,
        titre: str,
        *,
        nature: str = str(NaturePoint.INFORMATION),
        minutes: int | None = None,
        note: str | None = None,
    ) -> str:
        """Add an item that is no action, with a private note. Refused on an empty title."""
        if not titre.strip():
            raise SaisieRefusee("Un point de l'ordre du jour doit avoir un titre : tapez-en un.")
        with self._fichier.operation(f"Ajouter « {titre.strip()} » à l'ordre du jour") as e:
            self._exiger(e, seance)
            rang = _rang_suivant(e, seance)
            neuf = _neuf(seance, rang, nature, minutes, titre=titre.strip())
            return e.inserer(Point, **neuf, note_privee=note)

    def retirer(self, *points: str) -> None:
        """Take items off the agenda. Refused where something was said or decided."""
        with self._fichier.operation(f"Retirer {_combien(points)} de l'ordre du jour") as e:
            for point in points:
                self._exiger(e, e.lire(Point, point)["seance"])
            _exiger_jamais_traites(e, points)
            detacher(e, points)
            e.supprimer_lot(Point, points)

    # Ordering -------------------------------------------------------------------------------------

    def trier(self, seance: str, tri: Sequence[str]) -> None:
        """Order what is still to come by « axe », « commune », « echelle », « numero »…

        Subjects keep their place before the actions; what has passed does not move.
        """
        points = [p for p in self.points(seance) if p.etat == EtatPoint.A_VENIR and p.action]
        actions = self._actions.lignes_de({p.action for p in points if p.action})
        cle = _cle_de_tri(tri)
        voulus = sorted(points, key=lambda p: cle(actions[p.action or ""]))
        with self._fichier.operation("Trier l'ordre du jour") as e:
            self._exiger(e, seance)
            rangs = dict(e.lignes(select(Point.cle, Point.rang).where(Point.seance == seance)))
            places = sorted(rangs[p.cle] for p in points)
            for point, rang in zip(voulus, places, strict=True):
                e.modifier(Point, point.cle, rang=rang)

    def deplacer(self, point: str, ordre: int) -> None:
        """Put an item at a place of the agenda (1: first)."""
        with self._fichier.operation("Déplacer un point") as e:
            seance = e.lire(Point, point)["seance"]
            self._exiger(e, seance)
            deplacer(e, seance, point, ordre)

    def ranger(self, points: Sequence[str], avant: str | None) -> None:
        """Put items together before another one (None: at the end), in one operation."""
        with self._fichier.operation(f"Déplacer {_combien(points)}") as e:
            seance = e.lire(Point, points[0])["seance"]
            self._exiger(e, seance)
            requete = select(Point.cle).where(Point.seance == seance)
            cles = [cle for (cle,) in e.lignes(requete.order_by(Point.rang, Point.cle))]
            partants = [cle for cle in cles if cle in set(points)]
            restes = [cle for cle in cles if cle not in set(points)]
            place = restes.index(avant) if avant in restes else len(restes)
            _renumeroter(e, seance, [*restes[:place], *partants, *restes[place:]])

    def mettre_en_bloc(self, *points: str) -> None:
        """Put items on the list that is voted without debate."""
        self._changer("Mettre sans débat", points, nature=str(NaturePoint.BLOC))

    def debattre(self, *points: str) -> None:
        """Take items out of the block list: they are debated."""
        self._changer("Mettre en débat", points, nature=str(NaturePoint.DEBAT))

    def planifier(self, minutes: int | None, *points: str) -> None:
        """Plan minutes for items (None: not planned)."""
        if minutes is not None and minutes < 0:
            raise SaisieRefusee("Une durée ne peut pas être négative : tapez un nombre de minutes.")
        self._changer("Prévoir la durée de", points, minutes=minutes)

    def noter(self, point: str, texte: str | None) -> None:
        """Keep a private note: never projected, never printed."""
        self._changer("Noter", [point], note_privee=texte or None)

    def modifier(self, point: str, **champs: Any) -> None:
        """Change columns of an item (titre, nature, minutes, note_privee)."""
        self._changer("Modifier", [point], **champs)

    def _changer(self, verbe: str, points: Sequence[str], **champs: Any) -> None:
        with self._fichier.operation(f"{verbe} {_combien(points)}") as e:
            for point in points:
                self.poser(e, point, **champs)

    def poser(self, ecriture: Ecriture, point: str, **champs: Any) -> None:
        """The same inside an operation that does more."""
        self._exiger(ecriture, ecriture.lire(Point, point)["seance"])
        ecriture.modifier(Point, point, **champs)

    def _exiger(self, ecriture: Ecriture, seance: str) -> None:
        exiger_modifiable(ecriture.lire(Seance, seance))


def deplacer(ecriture: Ecriture, seance: str, point: str, ordre: int) -> None:
    """Renumber the agenda so that `point` is at `ordre`; only the rows that move are written."""
    requete = select(Point.cle).where(Point.seance == seance, Point.cle != point)
    cles = [cle for (cle,) in ecriture.lignes(requete.order_by(Point.rang, Point.cle))]
    cles.insert(min(max(ordre - 1, 0), len(cles)), point)
    _renumeroter(ecriture, seance, cles)


def _renumeroter(ecriture: Ecriture, seance: str, cles: Sequence[str]) -> None:
    rangs = dict(ecriture.lignes(select(Point.cle, Point.rang).where(Point.seance == seance)))
    for rang, cle in enumerate(cles):
        if rangs[cle] != rang:
            ecriture.modifier(Point, cle, rang=rang)


def decisions_comptees(lire: Lire, seance: str, *conditions: Any) -> dict[str, str]:
    """point -> nature of the decision that counts: the last one that was not lifted."""
    requete = (
        select(Decision.point, Decision.nature)
        .join(Point, Point.cle == Decision.point)
        .where(Point.seance == seance, Decision.annulee.is_(False), *conditions)
        .order_by(Decision.decidee_le, Decision.cle)
    )
    return dict(lire(requete))


def _cle_de_tri(tri: Sequence[str]) -> Callable[[LigneAction], Any]:
    cles = [TRIS[nom] for nom in tri]
    return lambda action: ([cle(action) for cle in cles], action.numero, action.cle)


def _neuf(
    seance: str, rang: int, nature: str, minutes: int | None, **champs: str
) -> dict[str, Any]:
    return {
        "seance": seance,
        "rang": rang,
        "nature": nature,
        "minutes": minutes,
        "etat": str(EtatPoint.A_VENIR),
        **champs,
    }


def _rang_suivant(ecriture: Ecriture, seance: str) -> int:
    [(dernier,)] = ecriture.lignes(select(func.max(Point.rang)).where(Point.seance == seance))
    return 0 if dernier is None else int(dernier) + 1


def _combien(points: Sequence[str]) -> str:
    return denombrer(len(points), "un point")


DITS = (Tour, Decision, Deport, PositionCpo, VoixConsultative)


def _exiger_jamais_traites(ecriture: Ecriture, points: Sequence[str]) -> None:
    for lot in par_lots(points):
        for modele in DITS:
            if ecriture.lignes(select(modele.cle).where(modele.point.in_(lot)).limit(1)):
                raise SaisieRefusee(
                    "Ce point a déjà été traité : ce qui s'y est dit ne se retire pas. "
                    "Ajournez-le ou déclarez l'action retirée."
                )
        passes = select(Point.cle).where(Point.cle.in_(lot), Point.etat != str(EtatPoint.A_VENIR))
        if ecriture.lignes(passes.limit(1)):
            raise SaisieRefusee("Ce point est déjà passé : il reste à l'ordre du jour.")


def ligne_de(
    point: Any,
    ordre: int,
    action: LigneAction | None,
    decision: str | None,
    en_cours: str | None,
) -> LignePoint:
    """An item from its row, its action, and what was decided of it."""
    titre = point.titre or (action.titre if action else "")
    return LignePoint(
        cle=point.cle,
        ordre=ordre,
        action=point.action,
        numero=action.numero if action else "",
        titre=titre,
        porteur=action.porteur if action else "",
        axe=action.axe if action else "",
        communes=action.communes if action else "",
        echelle=action.echelle if action else "",
        nature=point.nature,
        etat=point.etat,
        minutes=point.minutes,
        note_privee=point.note_privee,
        decision=decision,
        en_cours=point.cle == en_cours,
        etiquettes=tuple(_etiquettes(point.titre or "")),
    )


def _etiquettes(titre: str) -> Iterable[str]:
    lus = mots(titre)
    if "tfpb" in lus:
        yield "TFPB"
    if "droit" in lus and "commun" in lus:
        yield "droit commun"

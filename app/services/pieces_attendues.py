"""The pièces that an appel asks of its dossiers, at the note or at the definitive deposit.

An appel without a list asks for nothing. A dossier answers by a pièce of the same name; nothing is
copied into it before: what the appel asks is read with what the dossier holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, func, or_, select, union_all

from app.models.action import Action
from app.models.depot import Piece, PieceAttendue
from app.models.enums import NatureDepot, StatutAction
from app.models.programme import Appel, Exercice
from app.services.attaches import detacher
from app.services.cycle_lu import SORTIES
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.identifiants import sans_invisibles
from app.services.pliage import replier
from app.services.transaction import Ecriture

# What the texts and models of the field ask for: proposed with its source, never imposed.
LISTE_PROPOSEE: Final = (
    ("Demande de subvention", "Cerfa 12156, budget de l'action"),
    ("Attestation sur l'honneur", "Cerfa 12156 et guide de DAUPHIN"),
    ("Fiche indicateurs", "À joindre sur DAUPHIN selon le département"),
    ("Compte rendu financier de l'année précédente", "Cerfa 15059, loi 2000-321, article 10"),
    ("Comptes annuels certifiés", "Au-delà de 153 000 € de subventions publiques par an"),
    ("Budgets de chaque année", "Annexe III d'une CPO, modèle de 2018"),
)
SEPARATEUR: Final = "."  # between the action and the expected pièce, in a key that stands for both
_NOTE = Action.statut == str(StatutAction.NOTE)
# Asked of an action, and not answered by a pièce of that name.
_DEMANDEES = (
    select(
        (Action.cle + SEPARATEUR + PieceAttendue.cle).label("cle"),
        Action.cle.label("action"),
        PieceAttendue.intitule,
        PieceAttendue.obligatoire,
        PieceAttendue.precision,
        (1000 + PieceAttendue.rang).label("rang"),
    )
    .join(Action, Action.appel == PieceAttendue.appel)
    .where(
        or_(
            and_(PieceAttendue.nature == str(NatureDepot.NOTE), _NOTE),
            and_(
                PieceAttendue.nature == str(NatureDepot.DOSSIER),
                ~_NOTE,
                Action.statut.not_in([str(s) for s in SORTIES if s != StatutAction.TERMINEE]),
            ),
        ),
        ~select(Piece.cle)
        .where(
            Piece.action == Action.cle,
            func.lower(Piece.intitule) == func.lower(PieceAttendue.intitule),
        )
        .exists(),
    )
)
# (cle, action, intitule, rang) of every pièce expected and not received, of the dossier or the appel.
MANQUANTES = union_all(
    select(Piece.cle, Piece.action, Piece.intitule, Piece.rang).where(
        Piece.attendue, Piece.recue_le.is_(None)
    ),
    _DEMANDEES.with_only_columns(
        (Action.cle + SEPARATEUR + PieceAttendue.cle).label("cle"),
        Action.cle.label("action"),
        PieceAttendue.intitule,
        (1000 + PieceAttendue.rang).label("rang"),
        maintain_column_froms=True,
    ).where(PieceAttendue.obligatoire),
).subquery("manquantes")


def demandees_a(action: str) -> Any:
    """What the appel asks of an action that does not hold it yet, in its order."""
    return _DEMANDEES.where(Action.cle == action).order_by(PieceAttendue.rang, PieceAttendue.cle)


def demandees_aux_notes(annee: int) -> Any:
    """(action, pièce) that the appels of a year ask with the notes and do not find."""
    return (
        _DEMANDEES.with_only_columns(Action.cle, PieceAttendue.intitule, maintain_column_froms=True)
        .where(Action.annee == annee, _NOTE, PieceAttendue.obligatoire)
        .order_by(PieceAttendue.rang, PieceAttendue.cle)
    )


def materialiser(ecriture: Ecriture, cle: str) -> str:
    """The key of a pièce of the dossier: what the appel asks becomes one when something is said of it."""
    action, separateur, demandee = cle.partition(SEPARATEUR)
    if not separateur:
        return cle
    lue = ecriture.lire(PieceAttendue, demandee)
    rang = select(func.count()).select_from(Piece).where(Piece.action == action)
    return ecriture.inserer(
        Piece,
        action=action,
        intitule=lue["intitule"],
        attendue=lue["obligatoire"],
        note=lue["precision"],
        rang=ecriture.lignes(rang)[0][0],
    )


@dataclass(frozen=True, slots=True)
class LigneAttendue:
    """A pièce that an appel asks. `nature` is a NatureDepot: at which deposit."""

    cle: str
    appel: str
    nature: str
    intitule: str
    obligatoire: bool
    precision: str | None


class PiecesAttendues:
    """Reads and writes the lists of the appels."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation

    def lignes(self, appel: str) -> list[LigneAttendue]:
        """What an appel asks: at the note, then at the deposit, each in its order."""
        requete = (
            select(
                PieceAttendue.cle,
                PieceAttendue.appel,
                PieceAttendue.nature,
                PieceAttendue.intitule,
                PieceAttendue.obligatoire,
                PieceAttendue.precision,
            )
            .where(PieceAttendue.appel == appel)
            .order_by(PieceAttendue.nature.desc(), PieceAttendue.rang, PieceAttendue.cle)
        )
        return [LigneAttendue(*lue) for lue in self._fichier.lignes(requete)]

    def propositions(self, appel: str) -> list[tuple[str, str]]:
        """(pièce, source) that the appel does not ask yet: those of the models."""
        deja = {replier(ligne.intitule) for ligne in self.lignes(appel)}
        return [(nom, source) for nom, source in LISTE_PROPOSEE if replier(nom) not in deja]

    def anciens(self, annee: int) -> list[tuple[str, str]]:
        """(key, name) of the appels of the year before that ask for something."""
        requete = (
            select(Appel.cle, Appel.nom)
            .join(Exercice, Exercice.cle == Appel.exercice)
            .where(
                Exercice.annee == annee - 1,
                select(PieceAttendue.cle).where(PieceAttendue.appel == Appel.cle).exists(),
            )
            .order_by(Appel.rang, Appel.nom)
        )
        return [(cle, nom) for cle, nom in self._fichier.lignes(requete)]

    def ajouter(
        self, appel: str, pieces: Sequence[tuple[str, str]], nature: str = str(NatureDepot.DOSSIER)
    ) -> int:
        """Ask for pièces (name, precision) at that deposit, in one operation. How many are new."""
        combien = "une pièce" if len(pieces) == 1 else f"{len(pieces)} pièces"
        with self.operation(f"Demander {combien}") as ecriture:
            voulues = [{"intitule": nom, "precision": source} for nom, source in pieces]
            return self._ajouter(ecriture, appel, [{**v, "nature": nature} for v in voulues])

    def reprendre(self, appel: str, source: str) -> int:
        """Ask what another appel asks. How many are new."""
        champs = ("nature", "intitule", "obligatoire", "precision")
        with self.operation("Reprendre les pièces d'un autre appel") as ecriture:
            lues = [{nom: getattr(li, nom) for nom in champs} for li in self.lignes(source)]
            return self._ajouter(ecriture, appel, lues)

    def _ajouter(self, ecriture: Ecriture, appel: str, voulues: Sequence[dict[str, Any]]) -> int:
        presentes = ecriture.lignes(
            select(PieceAttendue.nature, PieceAttendue.intitule).where(PieceAttendue.appel == appel)
        )
        deja = {(nature, replier(nom)) for nature, nom in presentes}
        neuves: list[dict[str, Any]] = []
        for voulue in voulues:
            nom = exiger_intitule(voulue["intitule"])
            if (voulue["nature"], replier(nom)) not in deja:
                deja.add((voulue["nature"], replier(nom)))
                precision = (voulue["precision"] or "").strip() or None
                rang = len(presentes) + len(neuves)
                propre = {"appel": appel, "intitule": nom, "precision": precision, "rang": rang}
                neuves.append(voulue | propre)
        ecriture.inserer_lot(PieceAttendue, neuves)
        return len(neuves)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """Change a pièce that is asked, inside an operation that does more."""
        avant = ecriture.lire(PieceAttendue, cle)
        if "intitule" in champs:
            champs["intitule"] = exiger_intitule(champs["intitule"])
        if champs.get("nature", avant["nature"]) not in {str(n) for n in NatureDepot}:
            raise SaisieRefusee("Choisissez le dépôt dans la liste : note d'intention ou dossier.")
        voulue = {**avant, **champs}
        freres = ecriture.lignes(
            select(PieceAttendue.intitule).where(
                PieceAttendue.appel == avant["appel"],
                PieceAttendue.nature == voulue["nature"],
                PieceAttendue.cle != cle,
            )
        )
        if replier(voulue["intitule"]) in {replier(nom) for (nom,) in freres}:
            raise SaisieRefusee(f"« {voulue['intitule']} » est déjà demandée à ce dépôt.")
        ecriture.modifier_lue(PieceAttendue, avant, **champs)

    def supprimer(self, *cles: str) -> None:
        """Ask for these no longer; what dossiers received stays with them."""
        combien = "une pièce" if len(cles) == 1 else f"{len(cles)} pièces"
        with self.operation(f"Ne plus demander {combien}") as ecriture:
            detacher(ecriture, cles)
            ecriture.supprimer_lot(PieceAttendue, cles)


def exiger_intitule(texte: str | None) -> str:
    net = " ".join(sans_invisibles(texte or "").split())
    if not net:
        raise SaisieRefusee("Une pièce a un nom : tapez-le, comme « Statuts ».")
    return net

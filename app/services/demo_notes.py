"""The notes d'intention of the demonstration: what each action of the current AMI said at first."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import Action, Cofinancement
from app.models.depot import NoteIntention
from app.models.droit_commun import Sollicitation
from app.models.enums import (
    NatureAppel,
    NatureOperation,
    ResultatSollicitation,
    StatutAction,
    StatutCofinancement,
    TriNote,
)
from app.models.programme import Appel
from app.services.demo_territoire import Ligne, Tirage
from app.services.fichier import Fichier

AUTEURS = ("Cheffe de projet", "Chargé de mission")
PRESSENTIS = ("Un club sportif du quartier", "Le centre social voisin", "Un collectif d'habitants")
IRRECEVABLES = (
    "Déposée après la clôture de l'appel",
    "Projet hors de la géographie prioritaire",
    "Fonctionnement de la structure, sans action identifiée",
)
A_PRECISER = (
    "Préciser le nombre d'habitants des quartiers touchés",
    "Le budget envisagé est à détailler",
    "Dire quels partenaires locaux sont associés",
)
REORIENTATIONS = (
    ("Relève du droit commun de la culture", "Appel « Été culturel » de la DRAC"),
    ("Relève de l'accompagnement à la scolarité", "CLAS, Caf du Nord"),
    ("Relève de l'emploi", "Service public de l'emploi"),
)
AMORCES = ("Avec les habitants,", "Dès la première année,", "En un an,")
_RESULTATS = {
    StatutCofinancement.REFUSE: ResultatSollicitation.REFUS,
    StatutCofinancement.NON_RECEVABLE: ResultatSollicitation.REFUS,
    StatutCofinancement.ACCORDE: ResultatSollicitation.ACCORD,
    StatutCofinancement.VOTE: ResultatSollicitation.ACCORD,
    StatutCofinancement.NOTIFIE: ResultatSollicitation.ACCORD,
    StatutCofinancement.VERSE: ResultatSollicitation.ACCORD,
}


class DemonstrationNotes:
    """Writes the notes of one year, from the actions that followed them."""

    def __init__(self, fichier: Fichier, tirage: Tirage, annee: int) -> None:
        self._fichier, self._tirage, self._annee = fichier, tirage, annee

    def ecrire(self) -> None:
        actions = self._fichier.lignes(
            select(Action.__table__)
            .join(Appel, Appel.cle == Action.appel)
            .where(Action.annee == self._annee)
            .where(
                (Appel.nature == str(NatureAppel.AMI)) | (Action.statut == str(StatutAction.NOTE))
            )
            .order_by(Action.numero)
        )
        notes = [self._note(action) for action in actions]
        sollicitations = self._sollicitations({action.cle for action in actions})
        with self._fichier.operation(
            f"Préparer la démonstration : notes d'intention {self._annee}",
            nature=NatureOperation.SYSTEME,
        ) as ecriture:
            ecriture.inserer_lot(NoteIntention, notes)
            ecriture.inserer_lot(Sollicitation, sollicitations)

    def _note(self, action: Any) -> Ligne:
        tirage = self._tirage
        depot = date.fromisoformat(action.date_depot)
        # A note that is still one leaves something to be completed.
        lacunaire = action.statut == StatutAction.NOTE and tirage.chance(50)
        objet = (action.description or action.titre).partition("vise à ")[2].partition(", dans ")[0]
        return {
            "cle": tirage.cle(),
            "action": action.cle,
            "ambition": f"{tirage.un(AMORCES)} {objet or action.titre.lower()}."
            if not lacunaire
            else None,
            "porteur_pressenti": None if action.porteur else tirage.un(PRESSENTIS),
            "budget_envisage": _arrondi(action.cout_total),
            "accusee_le": None
            if action.statut == StatutAction.NOTE and tirage.chance(50)
            else (depot + timedelta(days=tirage.entier(2, 9))).isoformat(),
            "recue_par": AUTEURS[1],
            **self._cpo(action, lacunaire=lacunaire),
            **self._tri(action, depot),
        }

    def _cpo(self, action: Any, *, lacunaire: bool) -> Ligne:
        """Those whose convention begins asked for it; a few others did too, and did not get it."""
        if action.cpo_rang == 1:
            return _demande(self._annee, action.cpo_duree)
        if lacunaire:
            return {"cpo_demandee": None, "cpo_annees": []}
        if action.cpo_rang is None and self._tirage.chance(4):
            return _demande(self._annee, 3)
        return {"cpo_demandee": False, "cpo_annees": []}

    def _tri(self, action: Any, depot: date) -> Ligne:
        tirage = self._tirage
        triee = depot + timedelta(days=tirage.entier(4, 15))
        moment = datetime(triee.year, triee.month, triee.day, 9, tirage.entier(0, 59), tzinfo=UTC)
        quand = {
            "tri_le": moment.isoformat(timespec="milliseconds"),
            "tri_par": tirage.un(AUTEURS),
        }
        if action.statut == StatutAction.NOTE:
            return self._tri_en_cours(quand)
        if action.statut == StatutAction.IRRECEVABLE:
            return _dire(TriNote.IRRECEVABLE, quand, tirage.un(IRRECEVABLES))
        if action.statut == StatutAction.REORIENTEE:
            motif, vers = tirage.un(REORIENTATIONS)
            return _dire(TriNote.REORIENTEE, quand, motif, vers)
        return {**_dire(TriNote.RECEVABLE, quand), "cpo_figee_le": quand["tri_le"]}

    def _tri_en_cours(self, quand: Ligne) -> Ligne:
        sort = self._tirage.entier(1, 4)
        if sort == 1:
            return _dire(TriNote.A_PRECISER, quand, self._tirage.un(A_PRECISER))
        if sort == 2:
            return {**_dire(TriNote.RECEVABLE, quand), "cpo_figee_le": quand["tri_le"]}
        return {**_dire(None, {"tri_le": None, "tri_par": None}), "cpo_figee_le": None}

    def _sollicitations(self, actions: set[str]) -> list[Ligne]:
        """Who was approached: those that the action asks for money."""
        lignes = self._fichier.lignes(
            select(
                Cofinancement.action,
                Cofinancement.financeur,
                Cofinancement.nature_credit,
                Cofinancement.demande,
                Cofinancement.statut,
            )
            .where(Cofinancement.annee == self._annee)
            .order_by(Cofinancement.action, Cofinancement.cle)
        )
        faites: dict[tuple[str, str], Ligne] = {}
        for ligne in lignes:
            cle = (ligne.action, ligne.financeur)
            if ligne.action in actions and cle not in faites:
                faites[cle] = self._sollicitation(ligne, len(faites))
        return list(faites.values())

    def _sollicitation(self, ligne: Any, rang: int) -> Ligne:
        resultat = _RESULTATS.get(ligne.statut, ResultatSollicitation.EN_ATTENTE)
        return {
            "cle": self._tirage.cle(),
            "action": ligne.action,
            "financeur": ligne.financeur,
            "nature_credit": ligne.nature_credit,
            "montant": ligne.demande,
            "resultat": str(resultat),
            "rang": rang,
        }


def _demande(annee: int, duree: int | None) -> Ligne:
    annees = [str(annee + rang) for rang in range(duree or 3)]
    return {"cpo_demandee": True, "cpo_annees": annees}


def _dire(tri: TriNote | None, quand: Ligne, motif: str | None = None, vers: str = "") -> Ligne:
    return {
        "tri": None if tri is None else str(tri),
        "tri_motif": motif,
        "tri_vers": vers or None,
        "cpo_figee_le": None,
        **quand,
    }


def _arrondi(cout: Decimal | None, pas: int = 500) -> Decimal | None:
    """What a porteur foresees before its budget: a round amount."""
    return None if cout is None else Decimal(round(cout / pas) * pas)

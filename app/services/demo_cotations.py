"""The marks of the demonstration: most actions of the current year, on the grid about equality. No Qt."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from app.models.action import Action
from app.models.cotation import Cotation, CritereGrille, Grille, NiveauGrille, NoteCritere
from app.models.depot import Depot
from app.models.enums import MethodeGrille, MomentCotation, NatureOperation, ObjetGrille
from app.services.demo_territoire import Ligne, Tirage
from app.services.dossiers_instruits import HORS_INSTRUCTION
from app.services.fichier import Fichier
from app.services.grilles_calcul import Bareme, Critere, Niveau, Note, resultat

PERSONNES: Final = ("Camille Sombrelande", "Swann Verdelune", "Sacha Terrebrise")
COTEES, DOUBLES, INCOMPLETES, AUTO = 60, 5, 5, 6  # % of the actions
ALLURES: Final = ((0, 1, 1), (1, 1, 2), (1, 2, 2), (2, 2, 3), (3, 3, 2))  # kinds of dossiers
PREUVES: Final = ("Dossier, page 4", "Bilan de l'an passé", "Entretien avec le porteur", None, None)
SANS_OBJET: Final = "L'action n'accueille pas de public"


class DemonstrationCotations:
    """Writes marks at the entry of the comité, and some self-ratings, in one operation."""

    def __init__(self, fichier: Fichier, tirage: Tirage, annee: int) -> None:
        self._fichier = fichier
        self._tirage = tirage
        self._annee = annee
        self._cotations: list[Ligne] = []
        self._notes: list[Ligne] = []

    def ecrire(self) -> None:
        """Nothing where the file has no grid of points about equality."""
        grilles = self._fichier.lignes(
            select(Grille.cle)
            .where(
                Grille.objet == str(ObjetGrille.EGALITE),
                Grille.methode == str(MethodeGrille.POINTS),
                Grille.active,
            )
            .order_by(Grille.rang)
        )
        if not grilles:
            return
        self._grille = str(grilles[0].cle)
        self._bareme = _bareme(self._fichier, self._grille)
        self._depots = _depots(self._fichier)
        for action in self._fichier.lignes(
            select(Action.cle)
            .where(
                Action.annee == self._annee,
                Action.statut.not_in([str(s) for s in HORS_INSTRUCTION]),
            )
            .order_by(Action.numero)
        ):
            if self._tirage.chance(COTEES):
                self._coter(action.cle)
        with self._fichier.operation(
            "Préparer la démonstration : cotations", nature=NatureOperation.SYSTEME
        ) as e:
            e.inserer_lot(Cotation, self._cotations)
            e.inserer_lot(NoteCritere, self._notes)
            if self._cotations:
                e.modifier(Grille, self._grille, figee_le=self._moment(0))

    def _coter(self, action: str) -> None:
        """One scorer, or two who do not agree; the porteur's own marks are kinder."""
        allure = self._tirage.pese(ALLURES, (2, 4, 5, 4, 2))
        personne = self._tirage.un(PERSONNES)
        incomplete = self._tirage.chance(INCOMPLETES)
        self._une(action, MomentCotation.ENTREE, personne, allure, incomplete=incomplete)
        if self._tirage.chance(DOUBLES):
            autre = self._tirage.un([p for p in PERSONNES if p != personne])
            self._une(action, MomentCotation.ENTREE, autre, self._tirage.un(ALLURES))
        if self._tirage.chance(AUTO):
            genereuse = tuple(min(3, note + 1) for note in allure)
            self._une(action, MomentCotation.AUTO, self._tirage.un(PERSONNES), genereuse)

    def _une(
        self,
        action: str,
        moment: MomentCotation,
        auteur: str,
        allure: Sequence[int],
        *,
        incomplete: bool = False,
    ) -> None:
        cle, rang = self._tirage.cle(), len(self._cotations)
        criteres = self._bareme.criteres[:-2] if incomplete else self._bareme.criteres
        notes = {c.identifiant: self._noter(cle, c, allure) for c in criteres}
        obtenu = resultat(self._bareme, notes)
        niveau = None if obtenu.niveau is None else obtenu.niveau.code
        self._cotations.append(
            {
                "cle": cle,
                "action": action,
                "grille": self._grille,
                "moment": str(moment),
                "auteur": auteur,
                "depot": self._depots.get(action),
                "niveau": None if incomplete else niveau,
                "commencee_le": self._moment(rang),
                "terminee_le": None if incomplete else self._moment(rang + 1),
            }
        )

    def _noter(self, cotation: str, critere: Critere, allure: Sequence[int]) -> Note:
        sans_objet = critere.na_admis and self._tirage.chance(3)
        valeur = None if sans_objet else str(min(self._tirage.un(allure), critere.maximum))
        self._notes.append(
            {
                "cle": self._tirage.cle(),
                "cotation": cotation,
                "critere": critere.cle,
                "valeur": valeur,
                "na": sans_objet,
                "motif": SANS_OBJET if sans_objet else None,
                "preuve": None if sans_objet else self._tirage.un(PREUVES),
            }
        )
        return Note(valeur, sans_objet)

    def _moment(self, rang: int) -> str:
        """Quarter of an hour after quarter of an hour, from the first Monday of February."""
        debut = datetime(self._annee, 2, 2, 8, 30, tzinfo=UTC)
        return (debut + timedelta(minutes=15 * rang)).isoformat(timespec="seconds")


def _bareme(fichier: Fichier, grille: str) -> Bareme:
    """What the grid counts with, read without what edits it: pydantic is not needed here."""
    criteres = fichier.lignes(
        select(CritereGrille.__table__)
        .where(CritereGrille.grille == grille)
        .order_by(CritereGrille.rang)
    )
    niveaux = fichier.lignes(
        select(NiveauGrille.__table__)
        .where(NiveauGrille.grille == grille)
        .order_by(NiveauGrille.rang)
    )
    return Bareme(
        MethodeGrille.POINTS,
        tuple(
            Critere(c.cle, c.identifiant, c.libelle, c.niveaux, c.poids, na_admis=c.na_admis)
            for c in criteres
        ),
        tuple(Niveau(n.code, n.libelle, n.seuil, n.portes or {}) for n in niveaux),
    )


def _depots(fichier: Fichier) -> Mapping[str, Any]:
    """action -> its last deposited version."""
    requete = select(Depot.action, Depot.cle).order_by(func.coalesce(Depot.numero, 0), Depot.cle)
    return {ligne.action: ligne.cle for ligne in fichier.lignes(requete)}

"""The rows of a year, kept in step with the file: each notice says which rows a screen must redraw.

An amount typed costs no read: the notice already carries the line before and after. What touches
names or structure is read again, for the actions concerned or for the whole year.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from app.models.action import Cofinancement
from app.models.calculs import somme
from app.services.actions import Actions, cumuler, par_lots
from app.services.bus import Avis, Modification
from app.services.fichier import Fichier
from app.services.rows import ETAPES_MONTANT, LigneAction

DE_L_ACTION = ("action", "action_quartier", "action_commune", "classement", "ligne_budget")
DE_TOUTES = (
    "organisme",
    "quartier",
    "commune",
    "noeud",
    "nomenclature",
    "echelle",
    "appel",
    "exercice",
)


@dataclass(frozen=True, slots=True)
class Changements:
    """What a screen has to do: rows to replace, to add, to remove; `tout`: take them all again."""

    modifiees: dict[str, LigneAction]
    ajoutees: dict[str, LigneAction]
    retirees: frozenset[str]
    tout: bool = False


RIEN = Changements({}, {}, frozenset())


@dataclass(frozen=True, slots=True)
class _Cofinancement:
    """The part of a cofinancement that a row sums up."""

    cle: str
    financeur: str
    demande: Any
    propose: Any
    accorde: Any
    vote: Any
    notifie: Any
    verse: Any


_CHAMPS = tuple(_Cofinancement.__slots__)


class ProgrammeSuivi:
    """The rows of one year by key, in the order of their number."""

    def __init__(self, fichier: Fichier, annee: int) -> None:
        self._fichier = fichier
        self._actions = Actions(fichier)
        self.annee = annee
        self.lignes: dict[str, LigneAction] = {}
        self._cofinancements: dict[str, dict[str, _Cofinancement]] = {}
        self._dernier: Avis | None = None
        self._changements = RIEN
        self.relire()

    def relire(self) -> None:
        """Read the whole year again."""
        self.lignes = {ligne.cle: ligne for ligne in self._actions.lignes(self.annee)}
        self._cofinancements = {}
        self._relire_plusieurs(self.lignes)

    def _relire_plusieurs(self, lignes: Mapping[str, LigneAction]) -> None:
        """The lines of the financeurs that have several on an action: the rows only know their sum."""
        actions = [
            cle for cle, li in lignes.items() if any(m.lignes > 1 for m in li.montants.values())
        ]
        for action in actions:
            self._cofinancements[action] = {}
        for lot in par_lots(actions):
            requete = select(
                Cofinancement.action, *(getattr(Cofinancement, champ) for champ in _CHAMPS)
            ).where(Cofinancement.action.in_(lot))
            for action, *valeurs in self._fichier.lignes(requete):
                self._cofinancements[action][valeurs[0]] = _Cofinancement(*valeurs)

    def _cofinancements_de(self, action: str) -> dict[str, _Cofinancement]:
        """Those of an action: when each financeur has one line, the row says them all."""
        if action not in self._cofinancements:
            self._cofinancements[action] = {
                str(m.cle): _Cofinancement(
                    str(m.cle), financeur, *(getattr(m, etape) for etape in ETAPES_MONTANT)
                )
                for financeur, m in self.lignes[action].montants.items()
            }
        return self._cofinancements[action]

    def suivre(self, avis: Avis) -> Changements:
        """Follow a notice; returns what changed among the rows of this year.

        Two screens may share these rows: the second one to ask is told the same.
        """
        if avis is not self._dernier:
            self._dernier, self._changements = avis, self._suivre(avis)
        return self._changements

    def _suivre(self, avis: Avis) -> Changements:
        if avis.touche(*DE_TOUTES) or self._touche_les_annees_passees(avis):
            self.relire()
            return replace(RIEN, tout=True)
        structure = {
            m.cle if m.entite == "action" else m.valeur("action")
            for m in avis.modifications
            if m.entite in DE_L_ACTION
        }
        montants = self._suivre_montants(avis.modifications, sauf=structure)
        if not structure:
            return replace(RIEN, modifiees=montants)
        return self._relire_actions(structure, montants)

    def _touche_les_annees_passees(self, avis: Avis) -> bool:
        """True when what the rows show of N-1 and N-2 may have changed."""
        return any(
            m.entite == "cofinancement" and self.annee - 2 <= m.valeur("annee") < self.annee
            for m in avis.modifications
        )

    def _suivre_montants(
        self, modifications: Iterable[Modification], *, sauf: set[Any]
    ) -> dict[str, LigneAction]:
        touchees: dict[str, set[str]] = {}
        for modification in modifications:
            action = modification.valeur("action")
            if modification.entite != "cofinancement" or action not in self.lignes:
                continue
            lignes = self._cofinancements_de(action)
            touches = touchees.setdefault(action, set())
            for valeurs in (modification.avant, modification.apres):
                if valeurs is not None:
                    touches.add(valeurs["financeur"])
            if modification.apres is None:
                lignes.pop(modification.cle, None)
            else:
                lignes[modification.cle] = _Cofinancement(
                    *(modification.apres[champ] for champ in _CHAMPS)
                )
        modifiees = {
            action: self._cumuler(action, financeurs)
            for action, financeurs in touchees.items()
            if action not in sauf
        }
        self.lignes |= modifiees
        return modifiees

    def _cumuler(self, action: str, financeurs: set[str]) -> LigneAction:
        """The row of an action, with the amounts of these financeurs summed again."""
        ligne = self.lignes[action]
        montants = dict(ligne.montants)
        for financeur in financeurs:
            lot = [c for c in self._cofinancements[action].values() if c.financeur == financeur]
            if lot:
                montants[financeur] = cumuler(lot)
            else:
                montants.pop(financeur, None)
        return replace(
            ligne,
            montants=montants,
            demande=somme(m.demande for m in montants.values()),
            propose=somme(m.propose for m in montants.values()),
            accorde=somme(m.accorde for m in montants.values()),
        )

    def _relire_actions(self, cles: set[Any], montants: dict[str, LigneAction]) -> Changements:
        lues = {
            cle: ligne
            for cle, ligne in self._actions.lignes_de(cles).items()
            if ligne.annee == self.annee
        }
        retirees = frozenset(cle for cle in cles if cle in self.lignes and cle not in lues)
        ajoutees = {cle: ligne for cle, ligne in lues.items() if cle not in self.lignes}
        for cle in retirees:
            del self.lignes[cle]
        for cle in cles:
            self._cofinancements.pop(cle, None)
        self._relire_plusieurs(lues)
        self.lignes |= lues
        modifiees = {cle: ligne for cle, ligne in lues.items() if cle not in ajoutees}
        return Changements(montants | modifiees, ajoutees, retirees)

"""The rows of a year, kept in step with the file: each notice says which rows a screen must redraw.

An amount typed costs no read: the notice already carries the line before and after. What touches
names or structure is read again, for the actions concerned or for the whole year.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from app.services.actions import Actions
from app.services.bus import Avis, Modification
from app.services.fichier import Fichier
from app.services.montants_lus import cumuler, totaux
from app.services.rows import ETAPES_MONTANT, LigneAction, Montants

DE_L_ACTION = (
    "action",
    "action_quartier",
    "action_commune",
    "classement",
    "ligne_budget",
    "cotation",
)
DE_TOUTES = (
    "organisme",
    "quartier",
    "commune",
    "noeud",
    "nomenclature",
    "echelle",
    "appel",
    "exercice",
    "grille_appel",
)


@dataclass(frozen=True, slots=True)
class Changements:
    """What a screen has to do: rows to replace, to add, to remove; `tout`: take them all again."""

    modifiees: dict[str, LigneAction]
    ajoutees: dict[str, LigneAction]
    retirees: frozenset[str]
    tout: bool = False


RIEN = Changements({}, {}, frozenset())


class ProgrammeSuivi:
    """The rows of one year by key, in the order of their number."""

    def __init__(self, fichier: Fichier, annee: int) -> None:
        self._fichier = fichier
        self._actions = Actions(fichier)
        self.annee = annee
        self.lignes: dict[str, LigneAction] = {}
        self._dernier: Avis | None = None
        self._changements = RIEN
        self.relire()

    def relire(self) -> None:
        """Read the whole year again."""
        self.lignes = {ligne.cle: ligne for ligne in self._actions.lignes(self.annee)}

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
        lots: dict[str, Lots] = {}
        for modification in modifications:
            action = modification.valeur("action")
            if action in sauf or modification.entite != "cofinancement":
                continue
            if action in self.lignes:
                _suivre_lot(lots.setdefault(action, {}), self.lignes[action], modification)
        modifiees = {action: _cumuler(self.lignes[action], lot) for action, lot in lots.items()}
        self.lignes |= modifiees
        return modifiees

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
        self.lignes |= lues
        modifiees = {cle: ligne for cle, ligne in lues.items() if cle not in ajoutees}
        return Changements(montants | modifiees, ajoutees, retirees)


Lots = dict[str, dict[str, Montants]]  # financeur -> key of a cofinancement -> its amounts


def _suivre_lot(lots: Lots, ligne: LigneAction, modification: Modification) -> None:
    """What the lines of an action become: a row knows each of those that it sums up."""

    def lot(financeur: str) -> dict[str, Montants]:
        if financeur not in lots:
            lots[financeur] = _detail(ligne.montants.get(financeur))
        return lots[financeur]

    avant, apres = modification.avant, modification.apres
    if avant is not None:
        lot(avant["financeur"]).pop(modification.cle, None)
    if apres is not None:
        montants = (apres[etape] for etape in ETAPES_MONTANT)
        cle = modification.cle
        lot(apres["financeur"])[cle] = Montants._make((*montants, 1, cle, ()))


def _detail(montants: Montants | None) -> dict[str, Montants]:
    lignes = () if montants is None else montants.parts or (montants,)
    return {str(ligne.cle): ligne for ligne in lignes}


def _cumuler(ligne: LigneAction, lots: Lots) -> LigneAction:
    """The row of an action, with the amounts of these financeurs summed again."""
    montants = dict(ligne.montants)
    for financeur, lot in lots.items():
        if lot:
            montants[financeur] = cumuler(list(lot.values()))
        else:
            montants.pop(financeur, None)
    demande, propose, accorde = totaux(montants)
    return ligne._replace(montants=montants, demande=demande, propose=propose, accorde=accorde)

"""The whole table of a séance around the item on the table: who grants what, and the sums.

The sums are made once, then follow the actions that a notice touches.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.models.calculs import ZERO
from app.services.ordres_du_jour import LignePoint
from app.services.rows import LigneAction, LigneFinanceur

VOISINS = 8  # items shown on each side of the current one


@dataclass(frozen=True, slots=True)
class LigneTableau:
    """An item with what each financeur grants (euros), in the order of the columns."""

    point: LignePoint
    demande: Decimal | None
    montants: tuple[Decimal | None, ...]
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class ColonneTableau:
    """A financeur with its sums over the items of the séance (euros)."""

    financeur: LigneFinanceur
    demande: Decimal
    accorde: Decimal


@dataclass(frozen=True, slots=True)
class TableauSeance:
    """Columns in speaking order; the items near the current one, in order. `rang`: its place there."""

    colonnes: tuple[ColonneTableau, ...]
    lignes: tuple[LigneTableau, ...]
    rang: int
    demande: Decimal
    accorde: Decimal


class TableauSuivi:
    """Holds the sums of the actions on the agenda."""

    def __init__(self, financeurs: Sequence[LigneFinanceur]) -> None:
        self._financeurs = tuple(financeurs)
        self._comptees: dict[str, LigneAction] = {}
        self._demandes: dict[str, Decimal] = {}
        self._accordes: dict[str, Decimal] = {}

    def compter(self, points: Sequence[LignePoint], actions: Mapping[str, LigneAction]) -> None:
        """Sum all the items again."""
        self._comptees = {}
        self._demandes, self._accordes = defaultdict(lambda: ZERO), defaultdict(lambda: ZERO)
        for point in points:
            if point.action is not None and point.action in actions:
                self._comptees[point.action] = actions[point.action]
                self._ajouter(actions[point.action], 1)

    def suivre(self, changees: Mapping[str, LigneAction]) -> None:
        """Follow the actions that have changed."""
        for cle, action in changees.items():
            if cle in self._comptees:
                self._ajouter(self._comptees[cle], -1)
                self._ajouter(action, 1)
                self._comptees[cle] = action

    def _ajouter(self, action: LigneAction, signe: int) -> None:
        for financeur, montants in action.montants.items():
            self._demandes[financeur] += signe * (montants.demande or ZERO)
            self._accordes[financeur] += signe * (montants.accorde or ZERO)

    def autour(self, points: Sequence[LignePoint], courant: LignePoint | None) -> TableauSeance:
        """The items near the current one, else the first ones. No read."""
        milieu = courant.ordre - 1 if courant else 0
        debut = max(milieu - VOISINS, 0)
        return TableauSeance(
            colonnes=tuple(
                ColonneTableau(f, self._demandes.get(f.cle, ZERO), self._accordes.get(f.cle, ZERO))
                for f in self._financeurs
            ),
            lignes=tuple(self._ligne(p) for p in points[debut : milieu + VOISINS + 1]),
            rang=milieu - debut,
            demande=sum(self._demandes.values(), ZERO),
            accorde=sum(self._accordes.values(), ZERO),
        )

    def _ligne(self, point: LignePoint) -> LigneTableau:
        action = self._comptees.get(point.action or "")
        if action is None:
            return LigneTableau(point, None, (None,) * len(self._financeurs), None)
        montants = [action.montants.get(f.cle) for f in self._financeurs]
        donnes = tuple(m.accorde if m else None for m in montants)
        connu = any(m.accorde is not None for m in action.montants.values())
        return LigneTableau(point, action.demande, donnes, action.accorde if connu else None)

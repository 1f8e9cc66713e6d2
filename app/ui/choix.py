"""What is selected in a table: the current cell, and the zones around it, as in a spreadsheet.

The current cell is where typing goes; extending a selection moves its far end and leaves it there.
"""

from collections.abc import Iterable

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex

from app.services.blocs import Zone
from app.ui.selection import blocs, cellules, rectangle
from app.ui.tableau import ModeleTableau
from app.ui.volets import Volets

_PRENDRE = QItemSelectionModel.SelectionFlag.ClearAndSelect
_SANS = QItemSelectionModel.SelectionFlag.NoUpdate
Case = tuple[int, int]


class Choix:
    """Drives the selection that both panes share."""

    def __init__(self, modele: ModeleTableau, volets: Volets) -> None:
        self._modele = modele
        self._volets = volets
        self._selection = volets.choix
        self._autres = QItemSelection()  # zones chosen before the one being drawn
        self._bout: Case = (0, 0)
        self._retire = False  # Ctrl on a selected cell: what is drawn leaves the selection

    # Where things are ---------------------------------------------------------------------------

    @property
    def courant(self) -> QModelIndex:
        return self._selection.currentIndex()

    @property
    def bout(self) -> Case:
        """The far end of the zone being drawn: what Shift and an arrow move."""
        index = self.courant
        return self._bout if self._bout_est_la() else (index.row(), index.column())

    def _bout_est_la(self) -> bool:
        index = self._modele.index(*self._bout)
        return index.isValid() and self._selection.isSelected(index)

    def cellules(self) -> dict[int, set[int]]:
        """Selected rows of each visible column; group rows are passed over."""
        choisies = cellules(self._selection.selection(), visibles=self._volets.colonnes_visibles())
        if not self._modele.groupes:
            return choisies
        sans = {c: {r for r in rangs if self._modele.cle_de(r)} for c, rangs in choisies.items()}
        return {c: rangs for c, rangs in sans.items() if rangs}

    def blocs(self) -> list[Zone]:
        """The selected cells as blocks, each cell once, in no order."""
        return blocs(self._selection.selection(), visibles=self._volets.colonnes_visibles())

    def zones(self) -> list[Zone]:
        """The same from top to bottom, columns as they are seen; panes and moved columns joined."""
        visibles = {c: place for place, c in enumerate(self._volets.colonnes_visibles())}
        par_rangs: dict[tuple[int, int], set[int]] = {}
        for rangs, colonnes in self.blocs():
            if len(rangs) and colonnes:
                par_rangs.setdefault((rangs.start, rangs.stop), set()).update(colonnes)
        zones = [
            (range(*bornes), sorted(colonnes, key=visibles.__getitem__))
            for bornes, colonnes in par_rangs.items()
        ]
        return sorted(zones, key=lambda zone: (zone[0].start, visibles[zone[1][0]]))

    def nombre(self) -> int:
        """How many cells are selected."""
        return sum(len(rangs) * len(colonnes) for rangs, colonnes in self.blocs())

    # Choosing -----------------------------------------------------------------------------------

    def prendre(self, case: Case) -> None:
        """One cell, alone."""
        self._autres = QItemSelection()
        self._retire = False
        self._bout = case
        self._selection.setCurrentIndex(self._modele.index(*case), _SANS)
        self._dessiner()

    def ajouter(self, case: Case) -> None:
        """Begin another zone, beside those that are there; on a selected cell, take it away."""
        index = self._modele.index(*case)
        self._autres = QItemSelection(self._selection.selection())
        self._retire = self._selection.isSelected(index) and self.nombre() > 1
        self._bout = case
        self._selection.setCurrentIndex(index, _SANS)
        self._dessiner()

    def etendre(self, case: Case) -> None:
        """Draw the zone as far as this cell."""
        if not self.courant.isValid():
            self.prendre(case)
            return
        self._bout = case
        self._dessiner()

    def tout(self) -> None:
        if self._modele.rowCount():
            self._bander(range(self._modele.rowCount()), self._volets.colonnes_visibles())

    def bande(self, *, colonne: bool) -> None:
        """The whole columns, or the whole rows, of the selected cells."""
        zones = self.zones()
        if not zones:
            return
        choix = QItemSelection()
        tous, visibles = range(self._modele.rowCount()), self._volets.colonnes_visibles()
        for rangs, colonnes in zones:
            choix.merge(
                self._zone(tous, colonnes) if colonne else self._zone(rangs, visibles),
                QItemSelectionModel.SelectionFlag.Select,
            )
        self._selection.select(choix, _PRENDRE)

    def _bander(self, rangs: range, colonnes: Iterable[int]) -> None:
        self._autres = QItemSelection()
        self._selection.select(self._zone(rangs, colonnes), _PRENDRE)

    def choisir(self, rangs: range, colonnes: Iterable[int]) -> None:
        """One zone, from its first cell."""
        voulues = list(colonnes)
        self.prendre((rangs.start, voulues[0]))
        self._bout = (rangs.stop - 1, voulues[-1])
        self._bander(rangs, voulues)

    def _zone(self, rangs: range, colonnes: Iterable[int]) -> QItemSelection:
        return rectangle(self._modele, (rangs.start, rangs.stop - 1), colonnes)

    def _dessiner(self) -> None:
        """The zone from the current cell to the far end, with or without those chosen before."""
        visibles = self._volets.colonnes_visibles()
        rang, colonne = self.courant.row(), self.courant.column()
        bornes = sorted(visibles.index(c) for c in (colonne, self._bout[1]) if c in visibles)
        colonnes = visibles[bornes[0] : bornes[-1] + 1] if bornes else [colonne]
        zone = rectangle(self._modele, (rang, self._bout[0]), colonnes)
        choix = QItemSelection(self._autres)
        drapeau = QItemSelectionModel.SelectionFlag
        choix.merge(zone, drapeau.Deselect if self._retire else drapeau.Select)
        self._selection.select(choix, _PRENDRE)

    # Going round inside -------------------------------------------------------------------------

    def tourner(self, *, lignes: int, colonnes: int) -> Case | None:
        """The next cell inside the selection, for Tab and Enter; None when one cell is selected."""
        if self.nombre() < 2:
            return None
        zones = self.zones()
        ici = (self.courant.row(), self.courant.column())
        rang = next((i for i, (r, c) in enumerate(zones) if ici[0] in r and ici[1] in c), None)
        if rang is None:
            return zones[0][0].start, zones[0][1][0]
        rangs, cols = zones[rang]
        hauteur, largeur = len(rangs), len(cols)
        ligne, place = ici[0] - rangs.start, cols.index(ici[1])
        # One number along the way: by rows for Tab, by columns for Enter.
        chemin = ligne * largeur + place if colonnes else place * hauteur + ligne
        suivant = chemin + (colonnes or lignes)
        if not 0 <= suivant < hauteur * largeur:
            voisine = zones[(rang + (1 if suivant > 0 else -1)) % len(zones)]
            bord = 0 if suivant > 0 else -1
            return voisine[0][bord], voisine[1][bord]
        if colonnes:
            return rangs[suivant // largeur], cols[suivant % largeur]
        return rangs[suivant % hauteur], cols[suivant // hauteur]

    def porter(self, case: Case) -> None:
        """Make another cell of the selection current, without changing what is selected."""
        self._selection.setCurrentIndex(self._modele.index(*case), _SANS)

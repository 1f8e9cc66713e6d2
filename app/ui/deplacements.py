"""Where a key leads in a table, with a spreadsheet's meaning. Ranks only, no widget."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt

from app.ui.tableau import ModeleTableau

Case = tuple[int, int]  # row rank, column rank of the model

MAJ = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
ENTREES = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
TABULATIONS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
PAGES = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
SANS_ETENDRE = (*ENTREES, *TABULATIONS)  # with Shift they go back, they do not select
FLECHES = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


class Deplacements:
    """`visibles()` gives the columns on screen from left to right, `page()` the rows of a screen."""

    def __init__(
        self,
        modele: ModeleTableau,
        *,
        visibles: Callable[[], Sequence[int]],
        page: Callable[[], int],
    ) -> None:
        self._modele = modele
        self._visibles = visibles
        self._page = page
        self._depart_de_tab = -1

    def oublier_tab(self) -> None:
        """The run of Tab is over: Enter goes straight down again."""
        self._depart_de_tab = -1

    def cible(self, touche: Qt.Key, modificateurs: Qt.KeyboardModifier, case: Case) -> Case | None:
        """The cell that a key leads to from `case`, or None when it is not a move."""
        if touche in TABULATIONS:
            return self.tabuler(case, sens=-1 if touche == Qt.Key.Key_Backtab else 1)
        if touche in ENTREES:
            if modificateurs & (ALT | CTRL):
                return None
            return self.entrer(case, sens=-1 if modificateurs & MAJ else 1)
        arrivee = self._arrivee(touche, case, ctrl=bool(modificateurs & CTRL))
        if arrivee is not None:
            self.oublier_tab()
        return arrivee

    def _arrivee(self, touche: Qt.Key, case: Case, *, ctrl: bool) -> Case | None:
        rang, colonne = case
        visibles = self._visibles()
        dernier = self._modele.rowCount() - 1
        if touche in FLECHES:
            return (self._sauter if ctrl else self.pas)(case, *FLECHES[touche])
        if touche == Qt.Key.Key_Home:
            return (0 if ctrl else rang, visibles[0])
        if touche == Qt.Key.Key_End:
            return (dernier if ctrl else rang, visibles[-1])
        if touche in PAGES:
            saut = self._page() if touche == Qt.Key.Key_PageDown else -self._page()
            return (min(max(rang + saut, 0), dernier), colonne)
        return None

    def pas(self, case: Case, lignes: int, colonnes: int) -> Case:
        """So many rows and columns on screen further, stopping at the edges."""
        visibles = self._visibles()
        place = visibles.index(case[1]) + colonnes
        rang = min(max(case[0] + lignes, 0), self._modele.rowCount() - 1)
        return rang, visibles[min(max(place, 0), len(visibles) - 1)]

    def _sauter(self, case: Case, lignes: int, colonnes: int) -> Case:
        rang, colonne = case
        texte = self._modele.texte
        if lignes:
            limite = self._modele.rowCount()
            plein = [bool(texte(r, colonne)) for r in range(limite)]
            return bord(plein, rang, pas=lignes), colonne
        visibles = self._visibles()
        plein = [bool(texte(rang, c)) for c in visibles]
        return rang, visibles[bord(plein, visibles.index(colonne), pas=colonnes)]

    def tabuler(self, case: Case, *, sens: int) -> Case | None:
        """Next cell, through the ends of rows; None beyond the table."""
        visibles = self._visibles()
        if self._depart_de_tab < 0:
            self._depart_de_tab = case[1]
        suivante = case[0] * len(visibles) + visibles.index(case[1]) + sens
        if not 0 <= suivante < self._modele.rowCount() * len(visibles):
            return None
        return suivante // len(visibles), visibles[suivante % len(visibles)]

    def entrer(self, case: Case, *, sens: int) -> Case:
        """Down, and back under the cell where a run of Tab began."""
        colonne = self._depart_de_tab if self._depart_de_tab >= 0 else case[1]
        self.oublier_tab()
        return min(max(case[0] + sens, 0), self._modele.rowCount() - 1), colonne


def bord(plein: Sequence[bool], depart: int, *, pas: int) -> int:
    """Where Ctrl+arrow stops: the end of the run of filled cells, else the next filled cell, else
    the edge of the table.
    """
    suivant = depart + pas
    if not 0 <= suivant < len(plein):
        return depart
    dans_une_suite = plein[depart] and plein[suivant]
    position = suivant
    while 0 <= position + pas < len(plein):
        if dans_une_suite and not plein[position + pas]:
            break
        if not dans_une_suite and plein[position]:
            break
        position += pas
    return position

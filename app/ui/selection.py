"""Blocks of cells: what is selected. No widget."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionRange

from app.ui.tableau import ModeleTableau, suites


def rectangle(
    modele: ModeleTableau, rangs: tuple[int, int], colonnes: Iterable[int]
) -> QItemSelection:
    """The cells of some rows and columns; `colonnes` need not be neighbours in the model."""
    choix = QItemSelection()
    haut, bas = min(rangs), max(rangs)
    for gauche, droite in suites(sorted(colonnes)):
        choix.append(QItemSelectionRange(modele.index(haut, gauche), modele.index(bas, droite)))
    return choix


def cellules(choix: QItemSelection, *, visibles: Sequence[int]) -> dict[int, set[int]]:
    """Selected rows of each visible column."""
    montrees = set(visibles)
    trouvees: dict[int, set[int]] = {}
    for plage in choix:
        rangs = range(plage.top(), plage.bottom() + 1)
        for colonne in montrees.intersection(range(plage.left(), plage.right() + 1)):
            trouvees.setdefault(colonne, set()).update(rangs)
    return trouvees


def blocs(choix: QItemSelection, *, visibles: Sequence[int]) -> list[tuple[range, list[int]]]:
    """The same cells as blocks (rows, columns), each cell once; quick when nothing overlaps."""
    plages = list(choix)
    if any(a.intersects(b) for i, a in enumerate(plages) for b in plages[i + 1 :]):
        return [
            (range(debut, fin + 1), [colonne])
            for colonne, rangs in cellules(choix, visibles=visibles).items()
            for debut, fin in suites(sorted(rangs))
        ]
    montrees = set(visibles)
    return [
        (
            range(plage.top(), plage.bottom() + 1),
            sorted(montrees.intersection(range(plage.left(), plage.right() + 1))),
        )
        for plage in plages
    ]

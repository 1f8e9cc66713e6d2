"""Blocks of cells: what is selected, and what the clipboard gets of it. No widget."""

import html
from collections.abc import Iterable, Sequence
from decimal import Decimal

from PySide6.QtCore import QItemSelection, QItemSelectionRange

from app.services.columns import Alignement, nombre_brut
from app.ui.tableau import ModeleTableau


def rectangle(
    modele: ModeleTableau, rangs: tuple[int, int], colonnes: Iterable[int]
) -> QItemSelection:
    """The cells of some rows and columns; `colonnes` need not be neighbours in the model."""
    choix = QItemSelection()
    haut, bas = min(rangs), max(rangs)
    for gauche, droite in suites(sorted(colonnes)):
        choix.append(QItemSelectionRange(modele.index(haut, gauche), modele.index(bas, droite)))
    return choix


def suites(nombres: Sequence[int]) -> list[tuple[int, int]]:
    """Sorted numbers as runs of neighbours: 1 2 3 7 gives (1, 3) (7, 7)."""
    plages: list[tuple[int, int]] = []
    for nombre in nombres:
        if plages and nombre == plages[-1][1] + 1:
            plages[-1] = (plages[-1][0], nombre)
        else:
            plages.append((nombre, nombre))
    return plages


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


def en_tsv(modele: ModeleTableau, rangs: Sequence[int], colonnes: Sequence[int]) -> str:
    """Rows of tab-separated cells; numbers are plain, so that a spreadsheet reads them as numbers."""
    lignes = (
        "\t".join(_proteger(modele.colonnes[c].texte_a_copier(modele.lignes[r])) for c in colonnes)
        for r in rangs
    )
    return "\n".join(lignes) + "\n"


def _proteger(texte: str) -> str:
    if any(c in texte for c in '\t\n\r"'):
        return '"' + texte.replace('"', '""') + '"'
    return texte


def en_html(modele: ModeleTableau, rangs: Sequence[int], colonnes: Sequence[int]) -> str:
    """The same cells as shown, for a mail or a text; spreadsheets find the number beside the text."""
    lignes = "".join(f"<tr>{''.join(_case(modele, r, c) for c in colonnes)}</tr>" for r in rangs)
    espace = 'xmlns:x="urn:schemas-microsoft-com:office:excel"'
    tete = '<head><meta charset="utf-8"></head>'
    return f"<html {espace}>{tete}<body><table>{lignes}</table></body></html>"


def _case(modele: ModeleTableau, rang: int, c: int) -> str:
    colonne = modele.colonnes[c]
    texte = html.escape(modele.texte(rang, c))
    if not colonne.est_nombre:
        return f"<td>{texte}</td>"
    cote = ' align="right"' if colonne.cote == Alignement.DROITE else ""
    valeur = modele.valeur(rang, c)
    if not isinstance(valeur, int | Decimal):
        return f"<td{cote}>{texte}</td>"
    nombre = nombre_brut(valeur).replace(",", ".")
    return f'<td{cote} x:num="{nombre}" sdval="{nombre}">{texte}</td>'

"""The table's rows and columns as a Qt model.

Role constants are plain ints: comparing Qt's enums in `data()` costs three times the rest of a frame.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from operator import attrgetter
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from app.services.columns import (
    Alignement,
    Colonne,
    ecrire_ensemble,
    lire_saisie,
    titre_avec_unite,
)
from app.services.errors import ErreurConnue
from app.ui.lignes import Critere, Lignes

Indice = QModelIndex | QPersistentModelIndex

TEXTE = int(Qt.ItemDataRole.DisplayRole)
EDITION = int(Qt.ItemDataRole.EditRole)
COTE = int(Qt.ItemDataRole.TextAlignmentRole)
BULLE = int(Qt.ItemDataRole.ToolTipRole)
ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
VALEUR = int(Qt.ItemDataRole.UserRole)
CLE = VALEUR + 1

HORIZONTAL = Qt.Orientation.Horizontal
AUCUN = QModelIndex()
RUPTURES_MAXIMUM = 64  # above this many separate runs of rows, one reset costs less

_COTES = {
    Alignement.GAUCHE: int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
    Alignement.CENTRE: int(Qt.AlignmentFlag.AlignCenter),
    Alignement.DROITE: int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
}
_LISIBLE = (
    Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
)
_MODIFIABLE = _LISIBLE | Qt.ItemFlag.ItemIsEditable


class ModeleTableau(QAbstractTableModel):
    """Rows known by their key. What is typed goes to `Colonne.ecrire`; the rows come back by a notice.

    `refuse(sentence)`: a typed value was refused. `calcule()`: totals or the number of rows moved.
    """

    refuse = Signal(str)
    calcule = Signal()

    def __init__(
        self,
        colonnes: Sequence[Colonne],
        parent: QObject | None = None,
        *,
        cle: Callable[[Any], str] = attrgetter("cle"),
    ) -> None:
        super().__init__(parent)
        self._lignes = Lignes(colonnes, cle=cle)
        self.lecture_seule = False
        self.dire_en_plus: Callable[[Any, Colonne], str] | None = (
            None  # of a cell, to a screen reader
        )

    # What is there ------------------------------------------------------------------------------

    @property
    def colonnes(self) -> Sequence[Colonne]:
        return self._lignes.colonnes

    @property
    def lignes(self) -> Sequence[Any]:
        """The rows shown, in their order."""
        return self._lignes.vues

    @property
    def nombre_total(self) -> int:
        """Rows, whatever the filter."""
        return len(self._lignes.base)

    @property
    def tri(self) -> Sequence[Critere]:
        return self._lignes.tri

    @property
    def filtre(self) -> str:
        return self._lignes.filtre

    def rang(self, cle_colonne: str) -> int:
        return self._lignes.rangs[cle_colonne]

    def ligne(self, cle: str) -> Any:
        return self._lignes.base[cle]

    def contient(self, cle: str) -> bool:
        """Whether a row is there, shown or not."""
        return cle in self._lignes.base

    def toutes_les_lignes(self) -> Sequence[Any]:
        """The rows, whatever the filter, in their first order."""
        return list(self._lignes.base.values())

    def cle_de_ligne(self, ligne: Any) -> str:
        return self._lignes.cle(ligne)

    def cle_de(self, rang: int) -> str:
        return self._lignes.cle(self.lignes[rang])

    def position(self, cle: str) -> int:
        """Rank of a row among those shown, -1 when the filter hides it."""
        return self._lignes.positions.get(cle, -1)

    def texte(self, rang: int, colonne: int) -> str:
        return self.colonnes[colonne].texte(self.lignes[rang])

    def valeur(self, rang: int, colonne: int) -> Any:
        return self.colonnes[colonne].lire(self.lignes[rang])

    def total(self, colonne: int) -> Decimal | int | None:
        """Exact sum of a column over the rows shown; None when the column is not summed."""
        return self._lignes.total(colonne)

    def nombres(self, blocs: Iterable[tuple[range, Iterable[int]]]) -> list[Any]:
        """Known numbers of blocks (ranks, columns): the amounts if there are any, else the counts."""
        return self._lignes.nombres(blocs)

    def est_modifiable(self, colonne: int) -> bool:
        return not self.lecture_seule and self.colonnes[colonne].ecrire is not None

    # What Qt asks -------------------------------------------------------------------------------

    def rowCount(self, parent: Indice = AUCUN) -> int:
        return 0 if parent.isValid() else len(self.lignes)

    def columnCount(self, parent: Indice = AUCUN) -> int:
        return 0 if parent.isValid() else len(self.colonnes)

    def data(self, index: Indice, role: int = TEXTE) -> Any:
        if role == TEXTE:
            return self.colonnes[index.column()].texte(self.lignes[index.row()])
        if role in (EDITION, COTE, ACCESSIBLE, VALEUR, CLE) and index.isValid():
            return self._autre_donnee(self.lignes[index.row()], self.colonnes[index.column()], role)
        return None

    def _autre_donnee(self, ligne: Any, colonne: Colonne, role: int) -> Any:
        if role == EDITION:
            return colonne.texte_a_editer(ligne)
        if role == COTE:
            return _COTES[colonne.cote]
        if role == VALEUR:
            return colonne.lire(ligne)
        return self._lignes.cle(ligne) if role == CLE else self._a_dire(ligne, colonne)

    def _a_dire(self, ligne: Any, colonne: Colonne) -> str:
        """What a screen reader says of a cell."""
        en_plus = self.dire_en_plus(ligne, colonne) if self.dire_en_plus else ""
        return ", ".join(p for p in (colonne.texte(ligne) or "vide", en_plus) if p)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = TEXTE) -> Any:
        if orientation != HORIZONTAL:
            return section + 1 if role == TEXTE else None
        colonne = self.colonnes[section]
        if role == TEXTE:
            return titre_avec_unite(colonne)
        if role == ACCESSIBLE:
            return ", ".join(p for p in (colonne.groupe, colonne.titre) if p)
        return _COTES[colonne.cote] if role == COTE else None

    def flags(self, index: Indice) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return _MODIFIABLE if self.est_modifiable(index.column()) else _LISIBLE

    def setData(self, index: Indice, value: Any, role: int = EDITION) -> bool:
        if role != EDITION or not index.isValid():
            return False
        return self.ecrire([(self.cle_de(index.row()), index.column(), str(value))])

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(self.colonnes):
            descendant = order == Qt.SortOrder.DescendingOrder
            self.trier([(self.colonnes[column].cle, descendant)])

    # Writing ------------------------------------------------------------------------------------

    def ecrire(self, cellules: Sequence[tuple[str, int, str]]) -> bool:
        """Write (row key, column rank, text); False once a sentence was sent by `refuse`.

        Several cells are one operation: all of them are kept, or none.
        """
        try:
            lues = [
                (cle, self.colonnes[c], lire_saisie(self.colonnes[c], texte))
                for cle, c, texte in cellules
            ]
            if len(lues) > 1:
                ecrire_ensemble(lues)
                return True
            for cle, colonne, valeur in lues:
                if colonne.ecrire is not None:
                    colonne.ecrire(cle, valeur)
        except ErreurConnue as erreur:
            self.refuse.emit(str(erreur))
            return False
        return True

    # Rows that come and go ----------------------------------------------------------------------

    def definir_colonnes(self, colonnes: Sequence[Colonne], lignes: Sequence[Any]) -> None:
        """Other columns and their rows, at once: another year, other financeurs."""
        with self._remise_a_neuf():
            self._lignes.prendre_colonnes(colonnes)
            self._lignes.remplacer(lignes)

    def remplacer_lignes(self, lignes: Sequence[Any]) -> None:
        """All rows at once, under the same sort and filter."""
        with self._remise_a_neuf():
            self._lignes.remplacer(lignes)

    @contextmanager
    def _remise_a_neuf(self) -> Iterator[None]:
        self.beginResetModel()
        yield
        self.endResetModel()
        self.calcule.emit()

    def synchroniser(self, lignes: Sequence[Any]) -> None:
        """Make the rows be these, in their order, touching only what differs: the selection stays."""
        voulues = {self._lignes.cle(ligne): ligne for ligne in lignes}
        self.retirer([cle for cle in self._lignes.base if cle not in voulues])
        self.actualiser(voulues)
        if list(self._lignes.base) != list(voulues):
            self._lignes.base = voulues
            self._reordonner()

    def actualiser(self, lignes: Mapping[str, Any]) -> None:
        """New versions of some rows: only their cells are drawn again. Unknown keys are added.

        A row keeps its place and stays visible until the next sort or filter: nothing moves under
        the hands of the person who types.
        """
        nouvelles = [ligne for cle, ligne in lignes.items() if cle not in self._lignes.base]
        for cle, ligne in lignes.items():
            if cle in self._lignes.base:
                changees = self._lignes.changer(cle, ligne)
                if changees:
                    rang = self.position(cle)
                    self.dataChanged.emit(
                        self.index(rang, changees[0]), self.index(rang, changees[-1])
                    )
        if nouvelles:
            self.ajouter(nouvelles)
        self.calcule.emit()

    def ajouter(self, lignes: Sequence[Any]) -> None:
        """Rows that were not there, at their place in the sort, if the filter lets them through."""
        rangees = self._lignes
        rangees.base |= {rangees.cle(ligne): ligne for ligne in lignes}
        passantes = rangees.passer(lignes)
        if passantes:
            debut = len(rangees.vues)
            self.beginInsertRows(AUCUN, debut, debut + len(passantes) - 1)
            rangees.vues.extend(passantes)
            rangees.numeroter()
            self.endInsertRows()
            if rangees.tri:
                self._reordonner()
        self.calcule.emit()

    def retirer(self, cles: Iterable[str]) -> None:
        """Rows that are no longer there."""
        rangees = self._lignes
        partantes = {cle for cle in cles if rangees.base.pop(cle, None) is not None}
        for cle in partantes:
            rangees.oublier_ligne(cle)
        plages = _plages(sorted(rangees.positions[c] for c in partantes if c in rangees.positions))
        if len(plages) > RUPTURES_MAXIMUM:
            with self._remise_a_neuf():
                rangees.recomposer()
            return
        for premier, dernier in reversed(plages):
            self.beginRemoveRows(AUCUN, premier, dernier)
            del rangees.vues[premier : dernier + 1]
            rangees.numeroter()
            self.endRemoveRows()
        self.calcule.emit()

    # Sort and filter ----------------------------------------------------------------------------

    def trier(self, criteres: Sequence[Critere]) -> None:
        """Sort by several columns, the first counting most; empty cells last; none: first order."""
        self._lignes.tri = [critere for critere in criteres if critere[0] in self._lignes.rangs]
        self._reordonner()

    def _reordonner(self) -> None:
        self.layoutAboutToBeChanged.emit()
        fixes = self.persistentIndexList()
        cles = [self.cle_de(fixe.row()) for fixe in fixes]
        self._lignes.reordonner()
        nouvelles = [
            self.index(self.position(cle), fixe.column())
            for cle, fixe in zip(cles, fixes, strict=True)
        ]
        self.changePersistentIndexList(fixes, nouvelles)
        self.layoutChanged.emit()

    def filtrer(self, texte: str) -> None:
        """Keep the rows whose searched columns hold every word, accents and case ignored."""
        if texte != self._lignes.filtre:
            with self._remise_a_neuf():
                self._lignes.filtre = texte
                self._lignes.recomposer()

    def chercher_dans(self, cles: Iterable[str]) -> None:
        """The columns that the filter reads: those on screen."""
        self._lignes.chercher_dans(set(cles))


def _plages(rangs: Sequence[int]) -> list[tuple[int, int]]:
    """Sorted ranks as runs of neighbours."""
    plages: list[tuple[int, int]] = []
    for rang in rangs:
        if plages and rang == plages[-1][1] + 1:
            plages[-1] = (plages[-1][0], rang)
        else:
            plages.append((rang, rang))
    return plages

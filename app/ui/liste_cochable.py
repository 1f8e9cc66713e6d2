"""A list with columns for the panels: rows that can be ticked, and the reason of those that cannot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView

from app.ui.habillage import en_bulle
from app.ui.theme import theme

Indice = QModelIndex | QPersistentModelIndex
AUCUN = QModelIndex()
_TEXTE = int(Qt.ItemDataRole.DisplayRole)
_COCHE = int(Qt.ItemDataRole.CheckStateRole)
_ENCRE = int(Qt.ItemDataRole.ForegroundRole)
_POLICE = int(Qt.ItemDataRole.FontRole)
_BULLE = int(Qt.ItemDataRole.ToolTipRole)
_COTE = int(Qt.ItemDataRole.TextAlignmentRole)
_DROITE = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_COCHEE, _VIDE = Qt.CheckState.Checked, Qt.CheckState.Unchecked


@dataclass(frozen=True, slots=True)
class Element:
    """One row of the list. `coche` None: nothing to tick; `eteint`: in second ink; `titre`: heads
    the ones below.
    """

    textes: tuple[str, ...]
    coche: bool | None = None
    eteint: bool = False
    titre: bool = False


class ModeleListe(QAbstractTableModel):
    """`coches()`: what is ticked changed by hand; `coche_changee(rank, ticked)` says which."""

    coches = Signal()
    coche_changee = Signal(int, bool)

    def __init__(self, titres: Sequence[str], *, droite: Sequence[int] = ()) -> None:
        super().__init__()
        self._titres = list(titres)
        self._droite = frozenset(droite)
        self.elements: list[Element] = []
        self._cochees: set[int] = set()

    def montrer(self, elements: Sequence[Element]) -> None:
        self.beginResetModel()
        self.elements = list(elements)
        self._cochees = {rang for rang, element in enumerate(elements) if element.coche}
        self.endResetModel()

    def cochees(self) -> list[int]:
        """Ranks ticked, in order."""
        return sorted(self._cochees)

    def cocher_tout(self, *, coche: bool) -> None:
        possibles = {rang for rang, e in enumerate(self.elements) if e.coche is not None}
        self._cochees = possibles if coche else set()
        if self.elements:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.elements) - 1, 0))
        self.coches.emit()

    def rowCount(self, parent: Indice = AUCUN) -> int:
        return 0 if parent.isValid() else len(self.elements)

    def columnCount(self, parent: Indice = AUCUN) -> int:
        return 0 if parent.isValid() else len(self._titres)

    def data(self, index: Indice, role: int = _TEXTE) -> Any:
        if not index.isValid():
            return None
        element, colonne = self.elements[index.row()], index.column()
        if role in (_TEXTE, _BULLE):
            texte = element.textes[colonne] if colonne < len(element.textes) else ""
            return en_bulle(texte) if role == _BULLE else " ".join(texte.split("\n"))
        if role == _COCHE and colonne == 0 and element.coche is not None:
            return _COCHEE if index.row() in self._cochees else _VIDE
        return self._aspect(element, colonne, role)

    def _aspect(self, element: Element, colonne: int, role: int) -> Any:
        if role == _ENCRE and element.eteint:
            return theme().couleurs.encre_douce
        if role == _POLICE and element.titre:
            return theme().police(forte=True)
        if role == _COTE and colonne in self._droite:
            return _DROITE
        return None

    def setData(self, index: Indice, value: Any, role: int = _COCHE) -> bool:
        if role != _COCHE or self.elements[index.row()].coche is None:
            return False
        coche = Qt.CheckState(value) == _COCHEE
        if coche:
            self._cochees.add(index.row())
        else:
            self._cochees.discard(index.row())
        self.dataChanged.emit(index, index, [_COCHE])
        self.coches.emit()
        self.coche_changee.emit(index.row(), coche)
        return True

    def flags(self, index: Indice) -> Qt.ItemFlag:
        drapeaux = super().flags(index)
        if index.isValid() and index.column() == 0 and self.elements[index.row()].coche is not None:
            drapeaux |= Qt.ItemFlag.ItemIsUserCheckable
        return drapeaux

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _TEXTE) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == _COTE and section in self._droite:
            return _DROITE
        return self._titres[section] if role == _TEXTE else None


class ListeCochable(QTreeView):
    """`choisie(rank)`: another row is current. Space ticks it."""

    choisie = Signal(int)

    def __init__(
        self, nom: str, titres: Sequence[str], *, droite: Sequence[int] = (), souple: int = -1
    ) -> None:
        super().__init__()
        self.donnees = ModeleListe(titres, droite=droite)
        self.setModel(self.donnees)
        self.setAccessibleName(nom)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        entete = self.header()
        entete.setStretchLastSection(souple < 0)
        if souple >= 0:
            entete.setSectionResizeMode(souple, QHeaderView.ResizeMode.Stretch)
        entete.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.selectionModel().currentRowChanged.connect(self._dire)

    def largeurs(self, *largeurs: int) -> None:
        """Widths of the first columns, in pixels at 100 %."""
        for colonne, largeur in enumerate(largeurs):
            self.setColumnWidth(colonne, theme().px(largeur))

    def montrer(self, elements: Sequence[Element]) -> None:
        """Other rows; the rank in view stays where it was."""
        haut = self.verticalScrollBar().value()
        rang = self.currentIndex().row()
        self.selectionModel().blockSignals(True)
        self.donnees.montrer(elements)
        if 0 <= rang < len(elements):
            self.setCurrentIndex(self.donnees.index(rang, 0))
        self.selectionModel().blockSignals(False)
        self.verticalScrollBar().setValue(haut)

    def rang(self) -> int:
        """Current rank, -1 when there is none."""
        return self.currentIndex().row()

    def choisir(self, rang: int) -> None:
        self.setCurrentIndex(self.donnees.index(rang, 0))

    def _dire(self, index: QModelIndex, _avant: QModelIndex) -> None:
        if index.isValid():
            self.choisie.emit(index.row())

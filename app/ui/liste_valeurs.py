"""The list of values of a filter: each with its count and its box, searched without accents."""

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.services.columns import replier
from app.services.filtres import ValeurComptee
from app.ui.theme import theme

Indice = QModelIndex | QPersistentModelIndex
_TEXTE = int(Qt.ItemDataRole.DisplayRole)
_COCHE = int(Qt.ItemDataRole.CheckStateRole)
_BULLE = int(Qt.ItemDataRole.ToolTipRole)
_PARLE = int(Qt.ItemDataRole.AccessibleTextRole)
_AUCUN = QModelIndex()
_TRAITS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable


class ListeValeurs(QAbstractListModel):
    """`coche_change()`: a box was ticked or cleared, or others are shown."""

    coche_change = Signal()

    def __init__(self, valeurs: Sequence[ValeurComptee], cochees: Collection[str] | None) -> None:
        """`cochees`: texts ticked at first; None: all of them."""
        super().__init__()
        self.toutes = list(valeurs)
        self.montrees = self.toutes
        self.cochees = {v.texte for v in valeurs if cochees is None or v.texte in cochees}

    def rowCount(self, parent: Indice = _AUCUN) -> int:
        return 0 if parent.isValid() else len(self.montrees)

    def data(self, index: Indice, role: int = _TEXTE) -> Any:
        valeur = self.montrees[index.row()]
        if role in (_TEXTE, _BULLE):
            return valeur.libelle.replace("\n", " ")
        if role == _COCHE:
            coche = valeur.texte in self.cochees
            return Qt.CheckState.Checked if coche else Qt.CheckState.Unchecked
        if role == _PARLE:
            return f"{valeur.libelle}, {valeur.nombre}"
        return None

    def flags(self, _index: Indice) -> Qt.ItemFlag:
        return _TRAITS

    def setData(self, index: Indice, value: Any, role: int = _COCHE) -> bool:
        if role != _COCHE:
            return False
        coche = Qt.CheckState(value) == Qt.CheckState.Checked
        texte = self.montrees[index.row()].texte
        (self.cochees.add if coche else self.cochees.discard)(texte)
        self.dataChanged.emit(index, index, [_COCHE])
        self.coche_change.emit()
        return True

    def chercher(self, texte: str) -> None:
        """Show the values that hold every word."""
        mots = replier(texte).split()
        self.beginResetModel()
        self.montrees = [v for v in self.toutes if all(mot in replier(v.libelle) for mot in mots)]
        self.endResetModel()
        self.coche_change.emit()

    def tout_cocher(self, *, coche: bool) -> None:
        """Tick or clear the values shown."""
        textes = {v.texte for v in self.montrees}
        self.cochees = self.cochees | textes if coche else self.cochees - textes
        if self.montrees:
            self.dataChanged.emit(self.index(0), self.index(len(self.montrees) - 1), [_COCHE])
        self.coche_change.emit()

    def ne_cocher_que(self, rang: int) -> None:
        """This value alone."""
        self.cochees = {self.montrees[rang].texte}
        self.dataChanged.emit(self.index(0), self.index(len(self.montrees) - 1), [_COCHE])
        self.coche_change.emit()

    @property
    def etat(self) -> Qt.CheckState:
        """Whether all, none or some of the values shown are ticked."""
        cochees = sum(v.texte in self.cochees for v in self.montrees)
        if cochees == len(self.montrees):
            return Qt.CheckState.Checked
        return Qt.CheckState.PartiallyChecked if cochees else Qt.CheckState.Unchecked


class VueValeurs(QListView):
    """The list itself: Space ticks, a double click keeps one value alone."""

    def __init__(self, modele: ListeValeurs, parent: QWidget) -> None:
        super().__init__(parent)
        self._modele = modele
        self.setModel(modele)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setItemDelegate(_Compte(self))
        self.setAccessibleName("Valeurs de la colonne")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.doubleClicked.connect(lambda index: modele.ne_cocher_que(index.row()))


class _Compte(QStyledItemDelegate):
    """The count stands at the right, in second ink. A click anywhere on a row ticks it."""

    _double = False

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Indice,
    ) -> bool:
        if not isinstance(event, QMouseEvent):
            return super().editorEvent(event, model, option, index)
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self._double = True  # its release comes after the value was kept alone
        elif event.type() == QEvent.Type.MouseButtonRelease:
            seconde, self._double = self._double, False
            if not seconde and event.button() == Qt.MouseButton.LeftButton:
                coche = index.data(_COCHE) == Qt.CheckState.Checked
                autre = Qt.CheckState.Unchecked if coche else Qt.CheckState.Checked
                return model.setData(index, autre, _COCHE)
        return False

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        look = theme()
        modele: Any = index.model()
        nombre = str(modele.montrees[index.row()].nombre)
        painter.save()
        painter.setFont(look.police("petit"))
        place = painter.fontMetrics().horizontalAdvance(nombre) + look.px(16)
        painter.setPen(look.couleurs.encre_douce)
        cadre = option.rect.adjusted(0, 0, -look.px(8), 0)
        droite = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(cadre, droite, nombre)
        painter.restore()
        reduite = QStyleOptionViewItem(option)
        reduite.rect = option.rect.adjusted(0, 0, -place, 0)
        super().paint(painter, reduite, index)

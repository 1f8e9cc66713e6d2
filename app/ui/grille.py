"""One pane of the table: a QTableView that leaves keys, selection and editors to its owner."""

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QFrame,
    QHeaderView,
    QLineEdit,
    QTableView,
    QWidget,
)

from app.ui.delegue import DelegueTableau
from app.ui.editeurs import est_refuse
from app.ui.entete import EnteteTableau
from app.ui.tableau import ModeleTableau
from app.ui.theme import LIGNE, theme

_FIN = QAbstractItemDelegate.EndEditHint


class Grille(QTableView):
    """Says what the mouse and the keyboard ask for; the owner moves, selects and opens editors."""

    touche = Signal(object)  # a QKeyEvent
    pressee = Signal(QModelIndex, Qt.KeyboardModifier)
    tiree = Signal(QPoint)
    ouverte = Signal(QModelIndex)
    menu_demande = Signal(QModelIndex, QPoint)
    survolee = Signal(int)
    focus_change = Signal()

    SANS_SUITE = _FIN.NoHint

    def __init__(self, modele: ModeleTableau, parent: QWidget) -> None:
        super().__init__(parent)
        self.entete = EnteteTableau(modele, self)
        self.setHorizontalHeader(self.entete)
        self.setModel(modele)
        self.voisines: tuple[Grille, ...] = (self,)  # the panes that share the keyboard
        self.delegue = DelegueTableau(self)
        self.setItemDelegate(self.delegue)
        self.setShowGrid(False)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # scrolls by copying
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(True)  # else Qt takes Tab before `keyPressEvent`
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)  # whole columns
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.AnyKeyPressed)  # for input methods
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        theme().change.connect(self._mesurer)
        self._mesurer()

    def _mesurer(self) -> None:
        lignes = self.verticalHeader()
        lignes.setMinimumSectionSize(theme().haut(LIGNE))
        lignes.setDefaultSectionSize(theme().haut(LIGNE))
        self.verticalScrollBar().setSingleStep(theme().haut(LIGNE))
        self.viewport().update()

    # Drawing ------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, cells, then the hairlines, in one go rather than cell by cell."""
        couleurs = theme().couleurs
        zone = event.rect()
        with QPainter(self.viewport()) as peintre:
            peintre.fillRect(zone, couleurs.papier)
        super().paintEvent(event)
        premiere = self.rowAt(zone.top())
        if premiere < 0:
            return
        hauteur = self.rowHeight(premiere)
        bas = self.rowViewportPosition(premiere) + hauteur - 1
        fin = self.rowViewportPosition(self.model().rowCount() - 1) + hauteur
        with QPainter(self.viewport()) as peintre:
            for y in range(bas, min(zone.bottom() + hauteur, fin), hauteur):
                peintre.fillRect(zone.left(), y, zone.width(), 1, couleurs.filet)
            haut_de_page = min(zone.bottom() + 1, fin)
            for x in self.entete.debuts_de_groupe():
                peintre.fillRect(x, zone.top(), 1, haut_de_page - zone.top(), couleurs.filet)
            cadre = self.visualRect(self.currentIndex())
            forte = any(voisine.hasFocus() for voisine in self.voisines)
            self.delegue.peindre_anneau(peintre, cadre, forte=forte)

    # Keyboard and mouse -------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()
        self.touche.emit(event)  # a direct connection: the owner accepts what it uses

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self.pressee.emit(index, event.modifiers())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.tiree.emit(event.globalPosition().toPoint())
        self.survolee.emit(self.rowAt(event.position().toPoint().y()))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self.ouverte.emit(index)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_demande.emit(self.indexAt(event.pos()), event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.survolee.emit(-1)
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._dire_focus()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._dire_focus()

    def _dire_focus(self) -> None:
        if self.isVisible():  # a window that is being taken down has nothing to redraw
            self.focus_change.emit()

    # Editors ------------------------------------------------------------------------------------

    def ouvrir_editeur(self, index: QModelIndex, evenement: QKeyEvent | None = None) -> None:
        """Open the cell; `evenement` is the key that was typed over it and replaces its content."""
        ouvert = self.delegue.editeur
        if ouvert is not None:
            ouvert.setFocus()
            if evenement is not None:
                QApplication.sendEvent(ouvert, evenement)
            return
        if not self.edit(index, QAbstractItemView.EditTrigger.AllEditTriggers, None):
            return
        editeur = self.delegue.editeur
        if isinstance(editeur, QComboBox):
            editeur.showPopup()
        elif isinstance(editeur, QLineEdit):
            editeur.setProperty("tapee", evenement is not None)
            if evenement is None:
                editeur.deselect()
                editeur.end(False)
            else:
                editeur.clear()
                QApplication.sendEvent(editeur, evenement)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """A refused text stays where it was typed, until it is corrected or given up by Esc."""
        if est_refuse(editor) and hint != _FIN.RevertModelCache:
            if isinstance(QApplication.focusWidget(), Grille):
                editor.setFocus()  # within the table; elsewhere the person may look something up
            return
        super().closeEditor(editor, _FIN.NoHint)

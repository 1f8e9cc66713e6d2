"""One pane of the table: a QTableView that leaves keys, selection and editors to its owner."""

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
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
from app.ui.loupe import Loupe
from app.ui.peinture_groupes import largeur_du_chevron, peindre_groupe
from app.ui.tableau import ModeleTableau

_FIN = QAbstractItemDelegate.EndEditHint


class Grille(QTableView):
    """Says what the mouse and the keyboard ask for; the owner moves, selects and opens editors."""

    touche = Signal(object)  # a QKeyEvent
    pressee = Signal(QModelIndex, Qt.KeyboardModifier)
    tiree = Signal(QPoint)
    ouverte = Signal(QModelIndex)
    menu_demande = Signal(QModelIndex, QPoint)
    survolee = Signal(int)
    basculee = Signal(int)  # rank of a group to fold or to open
    zoom_demande = Signal(int)
    focus_change = Signal()

    SANS_SUITE = _FIN.NoHint
    ABANDON = _FIN.RevertModelCache

    def __init__(self, modele: ModeleTableau, look: Loupe, parent: QWidget) -> None:
        super().__init__(parent)
        self._modele = modele
        self._look = look
        self.entete = EnteteTableau(modele, look, self)
        self.setHorizontalHeader(self.entete)
        self.setModel(modele)
        self.nomme_les_groupes = False  # whether the names of the groups stand in this pane
        self.voisines: tuple[Grille, ...] = (self,)  # the panes that share the keyboard
        self.delegue = DelegueTableau(self, look)
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
        look.change.connect(self._mesurer)
        self._mesurer()

    def _mesurer(self) -> None:
        hauteur = self._look.hauteur_de_ligne()
        lignes = self.verticalHeader()
        self.setFont(self._look.police())
        self.viewport().setFont(self._look.police())  # cells are painted with this one
        lignes.setMinimumSectionSize(hauteur)
        lignes.setDefaultSectionSize(hauteur)
        self.verticalScrollBar().setSingleStep(hauteur)
        self.viewport().update()

    # Drawing ------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, cells, then the hairlines, in one go rather than cell by cell."""
        couleurs = self._look.couleurs
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
            if self.nomme_les_groupes and self._modele.groupes:
                self._nommer_les_groupes(peintre, premiere, zone.bottom())
            for y in range(bas, min(zone.bottom() + hauteur, fin), hauteur):
                peintre.fillRect(zone.left(), y, zone.width(), 1, couleurs.filet)
            haut_de_page = min(zone.bottom() + 1, fin)
            for x in self.entete.debuts_de_groupe(zone.left(), zone.right()):
                peintre.fillRect(x, zone.top(), 1, haut_de_page - zone.top(), couleurs.filet)
            cadre = self._cadre_courant()
            if cadre.intersects(zone):
                forte = any(voisine.hasFocus() for voisine in self.voisines)
                self.delegue.peindre_anneau(peintre, cadre, forte=forte)

    def _nommer_les_groupes(self, peintre: QPainter, premiere: int, bas: int) -> None:
        """The name of each group, over the cells that have no subtotal."""
        gauche, largeur = self._place_des_noms()
        hauteur = self.rowHeight(premiere)
        derniere = min(self._modele.rowCount(), premiere + bas // hauteur + 2)
        for rang in range(premiere, derniere):
            groupe = self._modele.groupe(rang)
            if groupe is not None:
                cadre = QRect(gauche, self.rowViewportPosition(rang), largeur, hauteur)
                peintre.fillRect(cadre, self._fond_du_nom(rang))
                peindre_groupe(peintre, cadre, groupe, look=self._look)

    def _fond_du_nom(self, rang: int) -> QColor:
        """The name of a group is one cell: selected as soon as one of those under it is."""
        couleurs = self._look.couleurs
        choix = self.selectionModel()
        if any(choix.isSelected(self._modele.index(rang, c)) for c in self._colonnes_du_nom()):
            return couleurs.accent_fond
        return couleurs.survol if rang == self.delegue.ligne_survolee else couleurs.papier

    def _cadre_courant(self) -> QRect:
        """Around the current cell, or around the whole name of a group."""
        index = self.currentIndex()
        cadre = self.visualRect(index)
        if not index.isValid() or not self._modele.est_groupe(index.row()):
            return cadre
        if self.nomme_les_groupes and index.column() in self._colonnes_du_nom():
            gauche, largeur = self._place_des_noms()
            return QRect(gauche, cadre.top(), largeur, cadre.height())
        return cadre

    def _place_des_noms(self) -> tuple[int, int]:
        """From where and how wide: the columns before the first one that is summed."""
        couvertes = self._colonnes_du_nom()
        if not couvertes:
            return 0, 0
        gauche = self.entete.sectionViewportPosition(couvertes[0])
        derniere = couvertes[-1]
        droite = self.entete.sectionViewportPosition(derniere) + self.entete.sectionSize(derniere)
        return gauche, droite - gauche

    def _colonnes_du_nom(self) -> list[int]:
        """The first columns of the pane, up to the first one that is summed."""
        entete = self.entete
        couvertes: list[int] = []
        for rang in (entete.logicalIndex(v) for v in range(entete.count())):
            if entete.isSectionHidden(rang):
                continue
            if couvertes and self._modele.colonnes[rang].total:
                break
            couvertes.append(rang)
        return couvertes

    def _sur_un_chevron(self, rang: int, x: int) -> bool:
        groupe = self._modele.groupe(rang) if rang >= 0 else None
        if groupe is None or not self.nomme_les_groupes:
            return False
        gauche, _ = self._place_des_noms()
        return gauche <= x < gauche + largeur_du_chevron(groupe, self._look)

    # Keyboard and mouse -------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()
        self.touche.emit(event)  # a direct connection: the owner accepts what it uses

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        index = self.indexAt(place)
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            if self._sur_un_chevron(index.row(), place.x()):
                self.basculee.emit(index.row())
                return
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
            groupe = self._modele.est_groupe(index.row())
            chevron = self._sur_un_chevron(index.row(), round(event.position().x()))
            if groupe and not chevron:
                self.basculee.emit(index.row())
            elif groupe:
                self.mousePressEvent(event)  # a second quick click on the chevron
            else:
                self.ouverte.emit(index)
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl, the wheel enlarges the table."""
        pas = event.angleDelta().y()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if pas:
                self.zoom_demande.emit(1 if pas > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

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
            editeur.setProperty("tapee", evenement is not None)
            editeur.showPopup()
            if evenement is not None:  # its first letter; the list itself receives the next ones
                editeur.view().keyboardSearch(evenement.text())
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

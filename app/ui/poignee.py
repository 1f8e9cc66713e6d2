"""The fill handle: the small square at the corner of the selection, dragged down or to the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QRubberBand, QWidget

from app.services.blocs import Zone
from app.ui.theme import theme

if TYPE_CHECKING:
    from app.ui.grille import Grille
    from app.ui.vue_tableau import VueTableau

COTE = 8
_CTRL = Qt.KeyboardModifier.ControlModifier


class Poignee(QWidget):
    """Follows the corner of the selected zone; shown when one zone that can be typed in is."""

    def __init__(self, vue: VueTableau) -> None:
        super().__init__(vue.volets.droite.viewport())
        self._vue = vue
        self._trait = QRubberBand(QRubberBand.Shape.Rectangle, vue.volets)
        self._cible: tuple[int, bool] | None = None  # how many more, and whether downwards
        self.setFixedSize(theme().px(COTE), theme().px(COTE))
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setToolTip("Tirer pour recopier ; avec Ctrl, pour continuer ou non la série")
        self.hide()
        for grille in vue.volets.grilles:
            grille.verticalScrollBar().valueChanged.connect(self.placer)
            grille.horizontalScrollBar().valueChanged.connect(self.placer)
            grille.entete.sectionResized.connect(self.placer)
        vue.modele.layoutChanged.connect(self.placer)
        vue.modele.modelReset.connect(self.placer)

    # Where it stands ----------------------------------------------------------------------------

    def placer(self, *_quoi: object) -> None:
        """At the bottom right corner of the selection, in the pane of its last column."""
        zone = self._zone()
        if zone is None:
            self.hide()
            return
        rangs, colonnes = zone
        grille = self._vue.volets.grille_de(colonnes[-1])
        cadre = grille.visualRect(self._vue.modele.index(rangs.stop - 1, colonnes[-1]))
        if self.parentWidget() is not grille.viewport():
            self.setParent(grille.viewport())
        vue_du_volet = grille.viewport().rect()
        coin = cadre.bottomRight() - QPoint(self.width() - 2, self.height() - 2)
        coin.setX(min(coin.x(), vue_du_volet.right() - self.width() + 1))
        self.move(coin)
        self.setVisible(not cadre.isEmpty() and vue_du_volet.contains(self.geometry().center()))
        self.raise_()

    def _zone(self) -> Zone | None:
        modele = self._vue.modele
        if modele.lecture_seule or not self._vue.index_courant().isValid():
            return None
        zones = self._vue.choix.zones()
        if len(zones) != 1 or not any(modele.est_modifiable(c) for c in zones[0][1]):
            return None
        return zones[0]

    # Being dragged ------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._tirer(event.globalPosition().toPoint())
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._trait.hide()
        cible, self._cible = self._cible, None
        if cible is not None and event.button() == Qt.MouseButton.LeftButton:
            self._etirer(*cible, inverse=bool(event.modifiers() & _CTRL))
        event.accept()

    def _etirer(self, nombre: int, vers_le_bas: bool, *, inverse: bool) -> None:
        """`inverse`: a series from one cell alone, the same again from several."""
        zone = self._zone()
        seule = zone is not None and len(zone[0] if vers_le_bas else zone[1]) == 1
        serie = seule if inverse else None
        self._vue.tenter(
            lambda: self._vue.depots.etirer(nombre, vers_le_bas=vers_le_bas, serie=serie)
        )

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Down as far as the column beside it is filled."""
        zone = self._zone()
        nombre = 0 if zone is None else self._jusqu_au_bout(zone)
        if nombre:
            self._etirer(nombre, vers_le_bas=True, inverse=bool(event.modifiers() & _CTRL))
        event.accept()

    def _jusqu_au_bout(self, zone: Zone) -> int:
        rangs, colonnes = zone
        visibles = self._vue.volets.colonnes_visibles()
        place = visibles.index(colonnes[0])
        voisine = visibles[place - 1] if place else colonnes[0]
        fin = rangs.stop
        while fin < self._vue.modele.rowCount() and self._vue.modele.texte(fin, voisine):
            fin += 1
        return fin - rangs.stop

    def _tirer(self, position: QPoint) -> None:
        """The outline grows on the side where the mouse is furthest out of the selection."""
        zone = self._zone()
        grille = self._grille_sous(position)
        case = grille.indexAt(self._dans(grille, position))
        if zone is None or not case.isValid():
            return
        rangs, colonnes = zone
        visibles = self._vue.volets.colonnes_visibles()
        bas = case.row() - (rangs.stop - 1)
        droite = visibles.index(case.column()) - visibles.index(colonnes[-1])
        self._cible = None
        self._trait.hide()
        if max(bas, droite) > 0:
            self._cible = (bas, True) if bas >= droite else (droite, False)
            self._tracer(zone, visibles)
        grille.scrollTo(case)

    def _tracer(self, zone: Zone, visibles: list[int]) -> None:
        """Around the selection and what it would fill."""
        if self._cible is None:
            return
        (nombre, vers_le_bas), (rangs, colonnes) = self._cible, zone
        bas = rangs.stop - 1 + (nombre if vers_le_bas else 0)
        rang = visibles.index(colonnes[-1]) + (0 if vers_le_bas else nombre)
        cadre = self._cadre(rangs.start, colonnes[0]).united(self._cadre(bas, visibles[rang]))
        self._trait.setGeometry(cadre.intersected(self._vue.volets.rect()))
        self._trait.show()

    def _cadre(self, rang: int, colonne: int) -> QRect:
        grille = self._vue.volets.grille_de(colonne)
        cadre = grille.visualRect(self._vue.modele.index(rang, colonne))
        return QRect(grille.viewport().mapTo(self._vue.volets, cadre.topLeft()), cadre.size())

    def _grille_sous(self, position: QPoint) -> Grille:
        gauche, droite = self._vue.volets.grilles
        a_droite = position.x() >= droite.viewport().mapToGlobal(QPoint(0, 0)).x()
        return droite if a_droite or not gauche.isVisible() else gauche

    @staticmethod
    def _dans(grille: Grille, position: QPoint) -> QPoint:
        """The point of the pane nearest to the mouse."""
        local, zone = grille.viewport().mapFromGlobal(position), grille.viewport().rect()
        local.setX(min(max(local.x(), 0), zone.right()))
        local.setY(min(max(local.y(), 0), zone.bottom()))
        return local

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        couleurs = theme().couleurs
        with QPainter(self) as peintre:
            peintre.fillRect(self.rect(), couleurs.papier)
            peintre.fillRect(self.rect().adjusted(1, 1, -1, -1), couleurs.accent)

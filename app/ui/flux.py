"""Widgets that follow one another on as many lines as they need."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class Flux(QLayout):
    """From left to right, then on the next line. Its height depends on its width."""

    def __init__(self, parent: QWidget, *, espace: int) -> None:
        super().__init__(parent)
        self._espace = espace
        self._elements: list[QLayoutItem] = []

    def addItem(self, element: QLayoutItem) -> None:
        self._elements.append(element)

    def count(self) -> int:
        return len(self._elements)

    def itemAt(self, rang: int) -> QLayoutItem | None:
        return self._elements[rang] if 0 <= rang < len(self._elements) else None

    def takeAt(self, rang: int) -> QLayoutItem | None:
        return self._elements.pop(rang) if 0 <= rang < len(self._elements) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, largeur: int) -> int:
        return self._placer(QRect(0, 0, largeur, 0), poser=False)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        taille = QSize()
        for element in self._elements:
            taille = taille.expandedTo(element.minimumSize())
        marges = self.contentsMargins()
        return taille + QSize(marges.left() + marges.right(), marges.top() + marges.bottom())

    def setGeometry(self, cadre: QRect) -> None:
        super().setGeometry(cadre)
        self._placer(cadre, poser=True)

    def _placer(self, cadre: QRect, *, poser: bool) -> int:
        """Place the widgets shown; returns the height that they take."""
        marges = self.contentsMargins()
        zone = cadre.marginsRemoved(marges)
        y = zone.y()
        for rangee in self._rangees(zone.width()):
            hauteur = max(element.sizeHint().height() for element in rangee)
            x = zone.x()
            for element in rangee:
                taille = element.sizeHint()
                taille.setWidth(min(taille.width(), max(1, zone.width())))
                if poser:
                    haut = y + (hauteur - taille.height()) // 2
                    element.setGeometry(QRect(QPoint(x, haut), taille))
                x += taille.width() + self._espace
            y += hauteur + self._espace
        return y - (self._espace if y > zone.y() else 0) - cadre.y() + marges.bottom()

    def _rangees(self, largeur: int) -> list[list[QLayoutItem]]:
        """The widgets shown, line by line."""
        rangees: list[list[QLayoutItem]] = []
        place = 0
        for element in self._elements:
            if element.isEmpty():
                continue
            voulue = element.sizeHint().width()
            if not rangees or place < voulue:
                rangees.append([])
                place = largeur
            rangees[-1].append(element)
            place -= voulue + self._espace
        return rangees

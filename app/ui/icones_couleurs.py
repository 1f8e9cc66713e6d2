"""The swatches of the colours of rows, for menus."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from app.ui.teintes import bord_de_ligne
from app.ui.theme import theme

COTE = 16


def pastille(couleur: str) -> QIcon:
    """A disc of the colour of a row."""
    look = theme()
    image = QPixmap(look.px(COTE), look.px(COTE))
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as peintre:
        peintre.setRenderHint(QPainter.RenderHint.Antialiasing)
        peintre.setPen(Qt.PenStyle.NoPen)
        peintre.setBrush(bord_de_ligne(couleur, sombre=look.est_sombre))
        peintre.drawEllipse(image.rect().adjusted(2, 2, -2, -2))
    return QIcon(image)

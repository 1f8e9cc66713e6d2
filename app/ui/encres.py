"""What a drawing is made with, on screen or on paper: colours, fonts, scale."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QColor, QFont

from app.ui.theme import Couleurs


@dataclass(frozen=True, slots=True)
class Encres:
    """What to draw with: colours, fonts, and the scale of every measure."""

    couleurs: Couleurs
    police: Callable[..., QFont]
    px: Callable[[float], float]


def lisible_sur(couleur: QColor) -> QColor:
    """Black or white, whichever is read better on a colour."""
    clarte = 0.2126 * couleur.redF() + 0.7152 * couleur.greenF() + 0.0722 * couleur.blueF()
    return QColor("#FFFFFF") if clarte < 0.5 else QColor("#1C2127")

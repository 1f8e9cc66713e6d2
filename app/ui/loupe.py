"""The look of one table: the theme's, enlarged or reduced for that table alone; lines in a row."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFont, QFontMetrics

from app.ui.theme import (
    LIGNE,
    TAILLES,
    Couleurs,
    Taille,
    hauteur_aeree,
    part_de_l_air,
    theme,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

ZOOMS = (50, 60, 70, 80, 90, 100, 110, 125, 150, 175, 200)  # in percent
HAUTEURS = (1, 2, 3)  # text lines of a row


class Loupe(QObject):
    """Measures, fonts and colours as `theme()` gives them, times the zoom. `change`: draw again."""

    change = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.zoom = 100
        self.hauteur = 1
        self._polices: dict[tuple[Taille, bool], QFont] = {}
        theme().change.connect(self._changer)
        self._changer()

    def regler(self, zoom: int, hauteur: int) -> None:
        """Another zoom (in percent) or another height of the rows."""
        zoom = min(max(zoom, ZOOMS[0]), ZOOMS[-1])
        hauteur = min(max(hauteur, HAUTEURS[0]), HAUTEURS[-1])
        if (zoom, hauteur) != (self.zoom, self.hauteur):
            self.zoom, self.hauteur = zoom, hauteur
            self._changer()

    def _changer(self) -> None:
        self.echelle = theme().echelle * self.zoom / 100
        self.couleurs: Couleurs = theme().couleurs
        self._polices.clear()
        self.change.emit()

    def px(self, mesure: float) -> int:
        return round(mesure * self.echelle)

    def air(self, mesure: float) -> int:
        return round(mesure * part_de_l_air(self.echelle))

    def haut(self, mesure: float, lignes: int = 1, taille: Taille = "texte") -> int:
        return hauteur_aeree(mesure, lignes=lignes, taille=taille, echelle=self.echelle)

    def police(self, taille: Taille = "texte", *, forte: bool = False) -> QFont:
        cle = (taille, forte)
        if cle not in self._polices:
            police = QFont(theme().police(taille, forte=forte))
            police.setPixelSize(max(6, self.px(TAILLES[taille])))
            self._polices[cle] = police
        return self._polices[cle]

    def typographier(self, texte: str) -> str:
        return theme().typographier(texte)

    def financeur(self, rang: int) -> "QColor":
        return theme().financeur(rang)

    def hauteur_de_ligne(self) -> int:
        """Height of a row, for the lines of text that it shows."""
        en_plus = (self.hauteur - 1) * QFontMetrics(self.police()).lineSpacing()
        return self.haut(LIGNE) + en_plus

    def zoom_voisin(self, pas: int) -> int:
        """The next zoom up or down."""
        plus_loin = [z for z in ZOOMS if (z > self.zoom if pas > 0 else z < self.zoom)]
        if not plus_loin:
            return self.zoom
        return plus_loin[0] if pas > 0 else plus_loin[-1]

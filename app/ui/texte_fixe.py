"""A text in a place of its own: it changes without anything else being laid out again."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.theme import Taille, theme

# role -> size, weight, ink
ROLES: dict[str, tuple[Taille, bool, str]] = {
    "grand": ("grand", True, "encre"),
    "titre": ("titre", True, "encre"),
    "fort": ("texte", True, "encre"),
    "doux": ("texte", False, "encre_douce"),
    "depasse": ("texte", True, "alerte"),
    "petit": ("petit", False, "encre_douce"),
    "erreur": ("petit", True, "bloquant"),
}
INTERLIGNE = 1.35


class TexteFixe(QWidget):
    """Cut with an ellipsis when it is too long, and then whole in its tooltip."""

    def __init__(self, role: str, texte: str = "") -> None:
        super().__init__()
        self._role, self._texte = role, texte
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme().change.connect(self.update)

    def text(self) -> str:
        return self._texte

    def setText(self, texte: str, role: str = "") -> None:
        """Another text, perhaps in another role of the same size."""
        role = role or self._role
        if (texte, role) != (self._texte, self._role):
            self._texte, self._role = texte, role
            self.update()

    def sizeHint(self) -> QSize:
        police = theme().police(ROLES[self._role][0])
        return QSize(0, round(police.pixelSize() * INTERLIGNE))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        taille, forte, encre = ROLES[self._role]
        police = theme().police(taille, forte=forte)
        texte = theme().typographier(self._texte)
        mesure = QFontMetrics(police)
        coupe = mesure.elidedText(texte, Qt.TextElideMode.ElideRight, self.width())
        if coupe != texte or self.toolTip():
            self.setToolTip("" if coupe == texte else self._texte)
        with QPainter(self) as peintre:
            peintre.setFont(police)
            peintre.setPen(getattr(theme().couleurs, encre))
            cote = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            peintre.drawText(self.rect(), cote, coupe)

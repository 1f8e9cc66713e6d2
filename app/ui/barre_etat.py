"""The status bar: what is open, a passing sentence, and the figures of the selection.

A click on a figure copies it. The sentences come as status tips, from whatever table says them.
"""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStatusBar,
    QWidget,
)

from app.models.montants import INSECABLE
from app.services.statistiques import Chiffre, Statistiques, chiffres
from app.ui.theme import theme

NOMBRE_MAXIMUM = 6
DUREE_PHRASE = 10_000  # ms


class BarreEtat(QStatusBar):
    """`etat`: the label of the left; `chiffres`: the figures, at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.etat = QLabel()
        self.etat.setProperty("role", "doux")
        self.chiffres = ChiffresSelection()
        self._depart = QTimer(self)
        self._depart.setSingleShot(True)
        self._depart.setInterval(DUREE_PHRASE)
        self.addWidget(self.etat, 1)
        self.addPermanentWidget(self.chiffres)
        self.setSizeGripEnabled(False)
        self.chiffres.dit.connect(self.showMessage)
        self._depart.timeout.connect(self.clearMessage)
        self.messageChanged.connect(self._dater)

    def _dater(self, phrase: str) -> None:
        """A sentence leaves by itself."""
        if phrase:
            self._depart.start()
        else:
            self._depart.stop()


class ChiffresSelection(QWidget):
    """`dit(sentence)`: what was copied."""

    dit = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chiffres: list[Chiffre] = []
        self._boutons = [self._bouton(rang) for rang in range(NOMBRE_MAXIMUM)]
        ligne = QHBoxLayout(self)
        ligne.setContentsMargins(0, 0, 0, 0)
        ligne.setSpacing(theme().px(4))
        for bouton in self._boutons:
            ligne.addWidget(bouton)

    def _bouton(self, rang: int) -> QPushButton:
        bouton = QPushButton(self)
        bouton.setFlat(True)
        bouton.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        bouton.setProperty("role", "chiffre")
        bouton.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab stays among the cells
        bouton.clicked.connect(lambda: self._copier(rang))
        bouton.hide()
        return bouton

    def montrer(self, figures: Statistiques) -> None:
        """Show the figures of a selection; none of them under two filled cells."""
        self._chiffres = chiffres(figures)
        for rang, bouton in enumerate(self._boutons):
            montre = rang < len(self._chiffres)
            if montre:
                chiffre = self._chiffres[rang]
                bouton.setText(f"{chiffre.nom} {chiffre.texte}")
                bouton.setToolTip(f"Copier {chiffre.brut}")
            bouton.setVisible(montre)

    def texte(self) -> str:
        """What is shown, in one line."""
        return f"{INSECABLE * 3} ".join(f"{c.nom} {c.texte}" for c in self._chiffres)

    def _copier(self, rang: int) -> None:
        chiffre = self._chiffres[rang]
        QApplication.clipboard().setText(chiffre.brut)
        self.dit.emit(f"Copié{INSECABLE}: {chiffre.brut} ({chiffre.nom.lower().rstrip('.')}).")

"""The figures of the selection, in the status line: a click on one copies it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from app.models.montants import INSECABLE
from app.services.statistiques import Resultat, Statistiques, chiffres
from app.ui.theme import theme

NOMBRE_MAXIMUM = 6


class ChiffresSelection(QWidget):
    """`dit(sentence)`: what was copied."""

    dit = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chiffres: list[Resultat] = []
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

    def sizeHint(self) -> QSize:
        """As high empty as full: a status bar that grows lays out again what a word had hidden."""
        hauteur = self._boutons[0].sizeHint().height()
        return super().sizeHint().expandedTo(QSize(0, hauteur))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def texte(self) -> str:
        """What is shown, in one line."""
        return f"{INSECABLE * 3} ".join(f"{c.nom} {c.texte}" for c in self._chiffres)

    def _copier(self, rang: int) -> None:
        chiffre = self._chiffres[rang]
        QApplication.clipboard().setText(chiffre.brut)
        self.dit.emit(f"Copié{INSECABLE}: {chiffre.brut} ({chiffre.nom.lower().rstrip('.')}).")

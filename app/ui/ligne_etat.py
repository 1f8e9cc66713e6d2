"""The status line: which file and who signs, when it was last written, figures of the selection."""

from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QLabel, QStatusBar

from app.models.montants import INSECABLE
from app.services.columns import Statistiques, phrase_statistiques
from app.ui.elements import TexteElide

PASSAGE = 4000  # ms during which a passing word stays


class LigneEtat:
    """Fills the status bar of a window."""

    def __init__(self, barre: QStatusBar) -> None:
        self._barre = barre
        self.fichier = TexteElide(role="doux")
        self.enregistrement = QLabel()
        self.enregistrement.setProperty("role", "doux")
        self.chiffres = QLabel()
        barre.addWidget(self.fichier, 1)
        barre.addPermanentWidget(self.enregistrement)
        barre.addPermanentWidget(self.chiffres)
        barre.setSizeGripEnabled(False)
        self.vider()

    def situer(self, texte: str) -> None:
        """Say which file is open; nothing was written in it yet."""
        self.fichier.setText(texte)

    def noter_ecriture(self) -> None:
        """An operation was just written: say when, for those who look for a button to save."""
        heure = datetime.now().astimezone()
        self.enregistrement.setText(f"Enregistré à{INSECABLE}{heure:%H:%M}")
        self.enregistrement.show()

    def dire(self, texte: str) -> None:
        """A word that passes."""
        self._barre.showMessage(texte, PASSAGE)

    def chiffrer(self, *chiffres: Any) -> None:
        self.chiffres.setText(phrase_statistiques(Statistiques(*chiffres)))

    def vider(self) -> None:
        for texte in (self.fichier, self.enregistrement, self.chiffres):
            texte.setText("")
        self.enregistrement.hide()

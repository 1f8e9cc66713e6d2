"""The status line: which file and who signs, when it was last written, figures of the selection."""

import time

from PySide6.QtWidgets import QLabel, QStatusBar

from app.models.montants import INSECABLE
from app.services.statistiques import Statistiques
from app.ui.chiffres_selection import ChiffresSelection
from app.ui.elements import TexteElide, minuterie

PASSAGE = 4000  # ms during which a passing word stays
LECTURE = 10_000  # ms for a sentence that a table says: it comes as a status tip, without an end


class LigneEtat:
    """Fills the status bar of a window."""

    def __init__(self, barre: QStatusBar) -> None:
        self._barre = barre
        self.fichier = TexteElide(role="doux")
        self.enregistrement = QLabel()
        self.enregistrement.setProperty("role", "doux")
        self.chiffres = ChiffresSelection()
        barre.addWidget(self.fichier, 1)
        barre.addPermanentWidget(self.enregistrement)
        barre.addPermanentWidget(self.chiffres)
        barre.setSizeGripEnabled(False)
        self._depart = minuterie(barre, LECTURE, barre.clearMessage)
        barre.messageChanged.connect(self._dater)
        self.chiffres.dit.connect(self.dire)
        self.vider()

    def situer(self, texte: str) -> None:
        """Say which file is open; nothing was written in it yet."""
        self.fichier.setText(texte)

    def noter_ecriture(self) -> None:
        """An operation was just written: say when, for those who look for a button to save."""
        self.enregistrement.setText(f"Enregistré à{INSECABLE}{time.strftime('%H:%M')}")
        self.enregistrement.show()

    def dire(self, texte: str) -> None:
        """A word that passes."""
        self._barre.showMessage(texte, PASSAGE)

    def _dater(self, texte: str) -> None:
        if texte:
            self._depart.start()
        else:
            self._depart.stop()

    def chiffrer(self, figures: Statistiques) -> None:
        self.chiffres.montrer(figures)

    def vider(self) -> None:
        for texte in (self.fichier, self.enregistrement):
            texte.setText("")
        self.chiffrer(Statistiques())
        self.enregistrement.hide()

"""A question in the window, never a modal box: one line to type, Enter keeps it, Esc gives it up."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.ui.barre_reponse import BarreReponse
from app.ui.completion import Completion
from app.ui.editeurs import marquer_refus
from app.ui.elements import bouton, etiquette, marges


class BarreDemande(BarreReponse):
    """`garder(text)` may refuse with a sentence: the field keeps the text. `quittee()`: it is closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._depart = self._demandee = ""
        self._question = etiquette("", "fort")
        self.champ = QLineEdit()
        self.champ.returnPressed.connect(self._valider)
        self._valide = bouton("Valider", "principal")
        self._valide.clicked.connect(self._valider)
        abandon = bouton("Abandonner")
        abandon.clicked.connect(self.fermer)
        self._detail = etiquette("")
        self._detail.setWordWrap(True)
        ligne = QHBoxLayout()
        marges(ligne, 0, espace=12)
        ligne.addWidget(self._question)
        ligne.addWidget(self.champ, 1)
        ligne.addWidget(self._valide)
        ligne.addWidget(abandon)
        colonne = QVBoxLayout(self)
        marges(colonne, 8, 16, espace=4)
        colonne.addWidget(self._detail)
        colonne.addLayout(ligne)
        colonne.addWidget(self._refus)
        self.hide()

    def demander(
        self,
        question: str,
        garder: Callable[[str], object],
        *,
        texte: str = "",
        detail: str = "",
        propositions: Sequence[str] = (),
        verbe: str = "Valider",
    ) -> None:
        """Open with the cursor in the field; `propositions` complete what is typed.

        `detail`: what is to be read before answering.
        """
        self._garder = garder
        self._demandee = question
        self._question.setText(question)
        self.champ.setAccessibleName(question)
        self.champ.setAccessibleDescription(detail)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        self._valide.setText(verbe)
        self._dire("")
        self.champ.setCompleter(Completion(propositions, self.champ) if propositions else None)
        self._depart = texte.strip()
        self.champ.setText(texte)
        self.champ.selectAll()
        self.show()
        self.champ.setFocus(Qt.FocusReason.OtherFocusReason)

    def patienter(self, phrase: str) -> None:
        """Say at once what is being done, when it takes a second or two."""
        self._question.setText(phrase)
        self.repaint()

    def brouillon(self) -> str:
        """What is typed and not validated."""
        tape = not self.isHidden() and self.champ.text().strip() not in ("", self._depart)
        return "une réponse en cours" if tape else ""

    def _valider(self) -> None:
        if self._soumettre(self.champ.text):
            self.fermer()
        else:
            self._question.setText(self._demandee)

    def _dire(self, refus: str) -> None:
        super()._dire(refus)
        marquer_refus(self.champ, refuse=bool(refus))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.fermer()
        else:
            super().keyPressEvent(event)

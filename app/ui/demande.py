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
        self._patiente = False
        self._question = etiquette("", "fort")
        self.champ = QLineEdit()
        self.champ.returnPressed.connect(self._valider)
        self._valide = bouton("Valider", "principal")
        self._valide.clicked.connect(self._valider)
        self._abandon = bouton("Abandonner")
        self._abandon.clicked.connect(self.fermer)
        self._detail = etiquette("")
        self._detail.setWordWrap(True)
        ligne = QHBoxLayout()
        marges(ligne, 0, espace=12)
        ligne.addWidget(self._question)
        ligne.addWidget(self.champ, 1)
        ligne.addWidget(self._valide)
        ligne.addWidget(self._abandon)
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
        self._attendre(attente=False)
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
        """What was answered takes a while: say so, and keep the keyboard until `conclure`."""
        self._question.setText(phrase)
        self._attendre(attente=True)
        self.repaint()

    def redemander(self, refus: str) -> None:
        """It was not done, and why; what was typed is not at fault."""
        self._attendre(attente=False)
        self._question.setText(self._demandee)
        super()._dire(refus)

    def conclure(self) -> None:
        """It is over; a question asked again stays."""
        if self._patiente:
            self._attendre(attente=False)
            self.fermer()

    def _attendre(self, *, attente: bool) -> None:
        self._patiente = attente
        self.champ.setReadOnly(attente)
        for geste in (self._valide, self._abandon):
            geste.setEnabled(not attente)

    def fermer(self) -> None:
        if not self._patiente:
            super().fermer()

    def brouillon(self) -> str:
        """What is typed and not validated."""
        tape = not self.isHidden() and self.champ.text().strip() not in ("", self._depart)
        return "une réponse en cours" if tape else ""

    def _valider(self) -> None:
        if self._patiente:
            return
        if self._soumettre(self.champ.text):
            self.fermer()

    def _dire(self, refus: str) -> None:
        super()._dire(refus)
        marquer_refus(self.champ, refuse=bool(refus))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.fermer()
        else:
            super().keyPressEvent(event)

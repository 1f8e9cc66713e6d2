"""A question of several fields in the window, never a modal box: Enter keeps them, Esc gives up."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.ui.barre_reponse import BarreReponse
from app.ui.completion import Completion
from app.ui.elements import bouton, etiquette, marges
from app.ui.theme import theme

Garder = Callable[[Mapping[str, str]], object]


class ChampDeBarre(QWidget):
    """A label and its field: a line to type, or a choice of (stored value, label)."""

    def __init__(
        self, cle: str, titre: str, *, choix: Sequence[tuple[str, str]] = (), largeur: int = 120
    ) -> None:
        super().__init__()
        self.cle = cle
        self.editeur: QLineEdit | QComboBox
        if choix:
            self.editeur = QComboBox()
            for valeur, libelle in choix:
                self.editeur.addItem(libelle, valeur)
        else:
            self.editeur = QLineEdit()
        self.editeur.setAccessibleName(titre)
        self.editeur.setMinimumWidth(theme().px(largeur))
        mot = etiquette(titre, "doux")
        mot.setBuddy(self.editeur)
        ligne = QHBoxLayout(self)
        marges(ligne, 0, espace=8)
        ligne.addWidget(mot)
        ligne.addWidget(self.editeur, 1)

    def poser(self, texte: str) -> None:
        if isinstance(self.editeur, QComboBox):
            self.editeur.setCurrentIndex(max(0, self.editeur.findData(texte)))
        else:
            self.editeur.setText(texte)

    def texte(self) -> str:
        if isinstance(self.editeur, QComboBox):
            return str(self.editeur.currentData() or "")
        return self.editeur.text().strip()

    def completer(self, propositions: Sequence[str]) -> None:
        """Names that what is typed may become."""
        if isinstance(self.editeur, QLineEdit):
            self.editeur.setCompleter(Completion(propositions, self.editeur))


class BarreChamps(BarreReponse):
    """`garder({field: text})` may refuse with a sentence: the fields keep what was typed."""

    def __init__(self, champs: Sequence[ChampDeBarre], verbe: str) -> None:
        super().__init__()
        self.champs = {champ.cle: champ for champ in champs}
        self._depart: dict[str, str] = {}
        self._question = etiquette("", "fort")
        self._valide = bouton(verbe, "principal")
        self._valide.clicked.connect(self.valider)
        abandon = bouton("Abandonner")
        abandon.clicked.connect(self.fermer)
        ligne = QHBoxLayout()
        marges(ligne, 0, espace=12)
        ligne.addWidget(self._question)
        for champ in champs:
            if isinstance(champ.editeur, QLineEdit):
                champ.editeur.returnPressed.connect(self.valider)
            ligne.addWidget(champ)
        ligne.addStretch(1)
        ligne.addWidget(self._valide)
        ligne.addWidget(abandon)
        colonne = QVBoxLayout(self)
        marges(colonne, 8, 16, espace=4)
        colonne.addLayout(ligne)
        colonne.addWidget(self._refus)
        self.hide()

    def demander(self, question: str, garder: Garder, **textes: str) -> None:
        """Open with the cursor in the first field; `textes`: what the fields start from."""
        self._garder = garder
        self._question.setText(question)
        self._dire("")
        for cle, champ in self.champs.items():
            champ.poser(textes.get(cle, ""))
        self._depart = self._textes()
        self.show()
        premier = next(iter(self.champs.values())).editeur
        premier.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(premier, QLineEdit):
            premier.selectAll()

    def brouillon(self) -> str:
        """What is typed and not validated."""
        tape = not self.isHidden() and self._textes() != self._depart
        return "une réponse en cours" if tape else ""

    def _textes(self) -> dict[str, str]:
        return {cle: champ.texte() for cle, champ in self.champs.items()}

    def valider(self) -> None:
        if self._soumettre(self._textes):
            self.fermer()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.fermer()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.valider()
        else:
            super().keyPressEvent(event)

"""The buttons of the cockpit, each with its key: on as many lines as their words need."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from app.ui.cockpit_touches import avec_sa_touche
from app.ui.elements import bouton
from app.ui.flux import Flux
from app.ui.theme import theme

NAVIGATION = ("precedent", "suivant", "reporter", "revenir", "bloc")
REPONSES = ("demande", "etat", "reste", "reculer", "tour")
AUTOUR = ("mouvement", "classement")  # open with or without amounts on the table
PRECISIONS = {
    "mouvement": "Noter qui arrive, s'en va, se retire pour ce point ou revient (Maj+P)",
    "classement": "Voir et classer la liste complémentaire (Maj+L)",
    "etat": "La part de sa demande que l'État accorde de la sienne, arrondie à l'euro (E)",
}


class BarreGestes(QWidget):
    """`geste(name)`: a button was pressed. None of them ever takes the keyboard."""

    geste = Signal(str)

    def __init__(self, noms: Sequence[str]) -> None:
        super().__init__()
        self.boutons: dict[str, QPushButton] = {nom: self._bouton(nom) for nom in noms}
        politique = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        politique.setHeightForWidth(True)
        self.setSizePolicy(politique)
        flux = Flux(self, espace=theme().px(4))
        flux.setContentsMargins(0, 0, 0, 0)
        for geste in self.boutons.values():
            flux.addWidget(geste)

    def _bouton(self, nom: str) -> QPushButton:
        texte = "Précédent" if nom == "precedent" else avec_sa_touche(nom)
        geste = bouton(texte, "principal" if nom == "suivant" else "")
        geste.setToolTip(PRECISIONS.get(nom, avec_sa_touche(nom)))
        geste.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        geste.clicked.connect(lambda: self.geste.emit(nom))
        return geste

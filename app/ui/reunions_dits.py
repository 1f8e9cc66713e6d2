"""A small list of what is said of the project in view, with its title, its fields and its buttons."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.services.columns import Colonne
from app.ui.elements import etiquette, marges
from app.ui.forms import Champ
from app.ui.reunions_touches import avec_sa_touche
from app.ui.seance_saisie import BarreSaisie
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau


class BlocDit(QWidget):
    """`ajoute()`, `retire()`: its buttons; `refuse(sentence)`; `quitte()`: its fields were closed."""

    ajoute = Signal()
    retire = Signal()
    refuse = Signal(str)
    quitte = Signal()

    def __init__(
        self,
        titre: str,
        colonnes: list[Colonne],
        champs: Mapping[str, Champ],
        *,
        geste: str,
        vide: str,
    ) -> None:
        super().__init__()
        self.modele = ModeleTableau(colonnes, self)
        self.vue = VueTableau(self.modele)
        self.vue.setMinimumHeight(theme().px(84))
        self.vue.refuse.connect(self.refuse)
        self.vue.volets.dire_si_vide(vide)
        self.saisie = BarreSaisie(champs, verbe="Ajouter")
        self.saisie.quittee.connect(self.quitte)
        self.ajouter, self.retirer = QPushButton(avec_sa_touche(geste)), QPushButton("Retirer")
        self.ajouter.clicked.connect(self.ajoute)
        self.retirer.clicked.connect(self.retire)
        ligne = QHBoxLayout()
        marges(ligne, 0, espace=8)
        ligne.addWidget(etiquette(titre, "fort"), 1)
        ligne.addWidget(self.ajouter)
        ligne.addWidget(self.retirer)
        colonne = QVBoxLayout(self)
        marges(colonne, 0, espace=4)
        colonne.addLayout(ligne)
        colonne.addWidget(self.saisie)
        colonne.addWidget(self.vue, 1)

    def demander(self, garder: Callable[[Mapping[str, str]], object]) -> None:
        """Open the fields; `garder` may refuse with a sentence."""
        self.saisie.ouvrir(garder)

    def verrouiller(self, *, verrou: bool) -> None:
        self.modele.lecture_seule = verrou
        for bouton in (self.ajouter, self.retirer):
            bouton.setDisabled(verrou)
        if verrou:
            self.saisie.fermer()

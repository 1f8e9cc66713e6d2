"""The fixed parts of a page: the title line with its choices, the frame of the sheet at the right."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QToolButton,
    QWidget,
)

from app.ui.elements import TexteElide, etiquette, marges, rendre_au_repos
from app.ui.theme import theme

HAUTEUR_TITRE = 48


class Selecteur(QToolButton):
    """A choice among a few, in the title line: the year, the call. `choisi(stored value)`."""

    choisi = Signal(str)

    def __init__(self, mot: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mot = mot
        self.setProperty("role", "selecteur")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.setMenu(QMenu(self))
        rendre_au_repos(self, self.menu())

    def proposer(self, choix: Sequence[tuple[str, str]], courant: str) -> None:
        """The list of (stored value, label), one of them current."""
        menu = self.menu()
        menu.clear()
        for valeur, libelle in choix:
            action = QAction(libelle, menu)
            action.setCheckable(True)
            action.setChecked(valeur == courant)
            action.triggered.connect(self._choix_de(valeur))
            menu.addAction(action)
        texte = dict(choix).get(courant, self._mot)
        self.setText(texte.replace("&", "&&"))
        self.setToolTip(self._mot)
        self.setAccessibleName(f"{self._mot} : {texte}")

    def _choix_de(self, valeur: str) -> Callable[[], None]:
        def choisir() -> None:
            self.choisi.emit(valeur)

        return choisir


class LigneTitre(QWidget):
    """The one title line: contract · year · call · view, and at the right what the screen offers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._contrat = TexteElide(role="doux")
        self.annee = Selecteur("Année")
        self.appel = Selecteur("Appel")
        self._vue = etiquette("", "titre")
        self._gauche = QHBoxLayout()
        self._droite = QHBoxLayout()
        for partie in (self._gauche, self._droite):
            partie.setSpacing(theme().px(4))
        ligne = QHBoxLayout(self)
        marges(ligne, 0, 16, espace=12)
        ligne.addWidget(self._vue)
        ligne.addLayout(self._gauche)
        ligne.addWidget(self._contrat, 1)
        ligne.addLayout(self._droite)
        for selecteur in (self.annee, self.appel):
            self._gauche.addWidget(selecteur)
            selecteur.hide()
        theme().change.connect(self._mesurer)
        self._mesurer()

    def _mesurer(self) -> None:
        self.setFixedHeight(theme().haut(HAUTEUR_TITRE))

    def situer(self, vue: str, contrat: str = "") -> None:
        """Where the person is: the name of the screen, and of the contract."""
        self._vue.setText(vue)
        self._contrat.setText(contrat)
        self.setAccessibleName(f"{vue}, {contrat}" if contrat else vue)

    def ajouter(self, element: QWidget) -> None:
        """Something at the right: search, buttons."""
        self._droite.addWidget(element)

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        with QPainter(self) as peintre:
            peintre.fillRect(0, self.height() - 1, self.width(), 1, theme().couleurs.filet)

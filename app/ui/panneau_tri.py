"""The criteria of the sort, in their order: seen, added, reversed, moved and removed at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.services.columns import Colonne
from app.services.etats_vue import Critere
from app.services.titres import nom_avec_unite
from app.ui.elements import bouton, bouton_icone, etiquette, marges
from app.ui.panneau import Panneau
from app.ui.popup_filtre import sens_du_tri
from app.ui.reprises import Rouvrir, par_geste
from app.ui.theme import theme

if TYPE_CHECKING:
    from app.ui.page_tableau import PageTableau


class PanneauTri(Panneau):
    """Under the table; each change is applied at once."""

    def __init__(self, page: PageTableau) -> None:
        super().__init__()
        self._page = page
        self._vue = page.vue
        self._modele = page.modele
        self.rangees: list[RangeeTri] = []
        self.setAccessibleName("Trier le tableau")
        self.ajouter = bouton("Ajouter un critère", "lien", dessin="ajouter")
        self.ajouter.clicked.connect(self._ajouter)
        self.effacer = bouton("Ne plus trier", "discret")
        self.effacer.clicked.connect(lambda: self._vue.trier([]))
        fermer = bouton("Fermer", "discret", dessin="fermer")
        fermer.clicked.connect(page.fermer_panneau)
        tete = QHBoxLayout()
        tete.addWidget(etiquette("Trier", "titre"))
        tete.addWidget(etiquette("Le premier critère compte le plus.", "doux"), 1)
        for element in (self.ajouter, self.effacer, fermer):
            tete.addWidget(element)
        self._liste = QVBoxLayout()
        self._liste.setSpacing(theme().px(4))
        contenu = QWidget()
        corps = QVBoxLayout(contenu)
        corps.setContentsMargins(0, 0, 0, 0)
        corps.addLayout(self._liste)
        corps.addStretch(1)
        zone = QScrollArea()
        zone.setWidgetResizable(True)
        zone.setWidget(contenu)
        colonne = QVBoxLayout(self)
        marges(colonne, 8, 16)
        colonne.addLayout(tete)
        colonne.addWidget(zone, 1)
        self.setFocusProxy(self.ajouter)
        self._modele.dispose.connect(self.rafraichir)
        self._modele.modelReset.connect(self.rafraichir)
        self.rafraichir()

    def reouverture(self) -> Rouvrir:
        return par_geste(self, "trier_plusieurs")

    def rafraichir(self) -> None:
        """One line for each criterion of the sort in use."""
        criteres = list(self._modele.tri)
        if criteres == [rangee.critere for rangee in self.rangees]:
            return
        for rangee in self.rangees:
            self._liste.removeWidget(rangee)
            rangee.hide()
            rangee.deleteLater()
        self.rangees = [
            RangeeTri(self, rang, critere, nombre=len(criteres))
            for rang, critere in enumerate(criteres)
        ]
        for rangee in self.rangees:
            self._liste.addWidget(rangee)
        self.effacer.setEnabled(bool(criteres))
        self.ajouter.setEnabled(len(criteres) < len(self._modele.colonnes))

    def colonnes_libres(self, sauf: str = "") -> list[Colonne]:
        """The columns that are not in the sort yet."""
        prises = {cle for cle, _ in self._modele.tri if cle != sauf}
        return [c for c in self._modele.colonnes if c.cle not in prises]

    def _ajouter(self) -> None:
        libres = self.colonnes_libres()
        masquees = self._vue.volets.masquees
        premiere = next((c for c in libres if c.cle not in masquees), libres[0])
        self._vue.trier([*self._modele.tri, (premiere.cle, False)])
        self.rangees[-1].colonne.setFocus()

    def remplacer(self, rang: int, critere: Critere | None) -> None:
        """Another criterion at a rank; None removes it."""
        criteres = list(self._modele.tri)
        criteres[rang : rang + 1] = [] if critere is None else [critere]
        self._vue.trier(criteres)

    def deplacer(self, rang: int, pas: int) -> None:
        """A criterion counts more or less than its neighbour."""
        criteres = list(self._modele.tri)
        criteres.insert(rang + pas, criteres.pop(rang))
        self._vue.trier(criteres)
        self.rangees[rang + pas].colonne.setFocus()


class RangeeTri(QWidget):
    """One criterion: its column, its direction, its place."""

    def __init__(self, panneau: PanneauTri, rang: int, critere: Critere, *, nombre: int) -> None:
        super().__init__()
        self.critere = critere
        self._panneau = panneau
        self._rang = rang
        cle, descendant = critere
        self.colonne = QComboBox()
        self.colonne.setAccessibleName(f"Critère {rang + 1}")
        self.colonne.setMinimumWidth(theme().px(240))
        for libre in panneau.colonnes_libres(sauf=cle):
            self.colonne.addItem(nom_avec_unite(libre), libre)
        choisie = next(r for r in range(self.colonne.count()) if self._a(r).cle == cle)
        self.colonne.setCurrentIndex(choisie)
        self.sens = QComboBox()
        self.sens.setAccessibleName(f"Sens du critère {rang + 1}")
        self.sens.addItems(sens_du_tri(self._a(choisie)))
        self.sens.setCurrentIndex(int(descendant))
        self.sens.setMinimumWidth(theme().px(220))
        self.monter = self._bouton("haut", "Compte davantage", lambda: panneau.deplacer(rang, -1))
        self.monter.setEnabled(rang > 0)
        self.descendre = self._bouton("bas", "Compte moins", lambda: panneau.deplacer(rang, 1))
        self.descendre.setEnabled(rang < nombre - 1)
        self.retirer = self._bouton(
            "fermer", "Retirer ce critère", lambda: panneau.remplacer(rang, None)
        )
        rangee = QHBoxLayout(self)
        rangee.setContentsMargins(0, 0, 0, 0)
        rangee.setSpacing(theme().px(8))
        numero = etiquette("Trier par" if rang == 0 else "puis par", "doux")
        numero.setMinimumWidth(theme().px(64))
        for element in (
            numero, self.colonne, self.sens, self.monter, self.descendre, self.retirer,
        ):  # fmt: skip
            rangee.addWidget(element)
        rangee.addStretch(1)
        self.colonne.activated.connect(self._changer)
        self.sens.activated.connect(self._changer)

    def _bouton(self, dessin: str, mot: str, appel: Callable[[], None]) -> QToolButton:
        resultat = bouton_icone(dessin, mot)
        resultat.clicked.connect(lambda: appel())
        return resultat

    def _a(self, rang: int) -> Colonne:
        colonne: Colonne = self.colonne.itemData(rang)
        return colonne

    def _changer(self) -> None:
        cle = self._a(self.colonne.currentIndex()).cle
        self._panneau.remplacer(self._rang, (cle, bool(self.sens.currentIndex())))

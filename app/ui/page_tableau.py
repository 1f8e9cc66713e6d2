"""A table with what surrounds it: views and bars above, one panel below. Every list is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.services.bus import Avis
from app.services.columns import Colonne
from app.services.contexte import Contexte
from app.ui.barre_filtres import BarreFiltres
from app.ui.gestes_provenance import ClicsDuPied
from app.ui.habillage import Habillage
from app.ui.onglets_vues import OngletsVues
from app.ui.panneau import Panneau
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

HAUTEUR_PANNEAU = 220
UnPanneau = TypeVar("UnPanneau", bound=Panneau)
INTITULES = {
    "actions": "Actions",
    "matrice": "Cofinancements",
    "porteurs": "Porteurs",
    "enveloppes": "Enveloppes",
    "journal": "Journal",
    "notes": "Notes d'intention",
    "points": "Ordre du jour",
    "membres": "Membres de la séance",
    "reunions": "Réunions",
    "points_reunion": "Ordre du jour de la réunion",
    "participants": "Participants",
    "frequences": "Fréquences",
    "votes": "Montants votés",
    "modifications": "Modifications post-comité",
    "personnes": "Personnes",
    "voix": "Voix consultatives",
    "montants_scenario": "Montants du scénario",
    "comparaison_scenarios": "Comparaison des scénarios",
    "grilles": "Grilles de cotation",
    "grilles_livrees": "Grilles livrées",
}


class PageTableau(QWidget):
    """`liste` names the list in the file (« actions », « porteurs »…): views, comments and colours
    are kept under it. Gestures reach the page by `vue.page`. `intitule` names what is printed.
    `lien_demande(Lien)`: a panel asks to go to a row of the program.
    """

    lien_demande = Signal(object)

    def __init__(
        self, contexte: Contexte, liste: str, modele: ModeleTableau, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.contexte = contexte
        self.liste = liste
        self.modele = modele
        self._partage = QSplitter(Qt.Orientation.Vertical, self)
        self.vue = VueTableau(modele, self._partage)
        self.vue.page = self
        self.habillage: Habillage | None = None
        ClicsDuPied(self.vue)
        self._panneau: Panneau | None = None
        self._de_cote: list[Panneau] = []  # closed while something was being written in them
        self._partage.setChildrenCollapsible(False)
        self._partage.addWidget(self.vue)
        self._colonne = QVBoxLayout(self)
        self._colonne.setContentsMargins(0, 0, 0, 0)
        self._colonne.setSpacing(0)
        self._colonne.addWidget(self._partage, 1)
        self.setFocusProxy(self.vue)
        self.intitule: Callable[[], str] = lambda: INTITULES.get(liste, liste.capitalize())
        self.fond_imprime: Callable[[Any, Colonne], str] | None = None  # see VueFigee.fond_de
        self.onglets = OngletsVues(self)
        self.poser_barre(self.onglets)
        self.barre_filtres = BarreFiltres(self.vue)
        self.poser_barre(self.barre_filtres)
        self.onglets.ouvrir()

    def imprimer(self) -> None:
        """Show what is on screen as pages, over the window."""
        from app.ui.impression import ouvrir_apercu

        ouvrir_apercu(self)

    def habiller(self, liste: str = "") -> None:
        """Draw the colours, the comments and the formats of a list (its own), and let people put some."""
        self.habillage = Habillage(self, liste or self.liste)

    def sur_avis(self, avis: Avis) -> None:
        """After the rows have followed a notice: what is drawn on them, the views, the panel."""
        if avis.touche("vue"):
            self.onglets.rafraichir()
        if self.habillage is not None:
            self.habillage.sur_avis(avis)
        for panneau in self._panneaux():
            panneau.sur_avis(avis)

    def _panneaux(self) -> list[Panneau]:
        """Those that wait, then the one that is open."""
        return self._de_cote + ([] if self._panneau is None else [self._panneau])

    def poser_barre(self, barre: QWidget) -> None:
        """Add a bar above the table, under those that are there."""
        self._colonne.insertWidget(self._colonne.count() - 1, barre)

    @property
    def panneau(self) -> Panneau | None:
        """What is open under the table."""
        return self._panneau

    def ouvrir_panneau(self, panneau: Panneau, *, hauteur: int = HAUTEUR_PANNEAU) -> None:
        """Show a panel under the table, in place of the one there; `hauteur` in pixels at 100 %."""
        self.fermer_panneau()
        self._panneau = panneau
        self._partage.addWidget(panneau)
        self._partage.setStretchFactor(0, 1)
        voulue = min(theme().px(hauteur), self.height() // 2)
        self._partage.setSizes([self.height() - voulue, voulue])
        panneau.show()

    def fermer_panneau(self) -> None:
        """Close the panel; the keyboard comes back to the table. What is being written waits there."""
        panneau, self._panneau = self._panneau, None
        if panneau is None:
            return
        panneau.hide()
        if quoi := panneau.brouillon():
            panneau.setParent(self)
            self._de_cote.append(panneau)
            self.vue.dire(
                f"{quoi[0].upper()}{quoi[1:]} : gardé tel quel, rouvrez-le pour le finir."
            )
        else:
            panneau.setParent(None)
            panneau.deleteLater()
        self.vue.setFocus()

    def retrouver(self, sorte: type[UnPanneau], sujet: object = None) -> UnPanneau | None:
        """The panel of a kind, on a subject, that is open or that waits with something written in it."""
        for panneau in reversed(self._panneaux()):
            if isinstance(panneau, sorte) and panneau.sujet == sujet:
                self.montrer_panneau(panneau)
                return panneau
        return None

    def montrer_panneau(self, panneau: Panneau) -> None:
        """Open again a panel that waits; nothing for the one that is open."""
        if panneau in self._de_cote:
            self._de_cote.remove(panneau)
            self.ouvrir_panneau(panneau, hauteur=round(panneau.height() / theme().echelle))

    def reouvertures(self) -> list[Callable[[PageTableau], object]]:
        """What opens again, in another page, the panels that wait, then the one that is open."""
        return [panneau.reouverture() for panneau in self._panneaux()]

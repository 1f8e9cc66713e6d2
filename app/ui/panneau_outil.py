"""What the panels under the table share: a title, a close button, Esc, and the rows they work on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout

from app.services.bus import Avis
from app.services.columns import Colonne
from app.services.errors import ErreurConnue
from app.services.titres import nom_de
from app.ui.elements import TexteElide, bouton_icone, etiquette, filet, marges, minuterie
from app.ui.panneau import Panneau
from app.ui.reprises import Rouvrir, par_geste

if TYPE_CHECKING:
    from app.ui.habillage import Habillage
    from app.ui.page_tableau import PageTableau
    from app.ui.tableau import ModeleTableau
    from app.ui.vue_tableau import VueTableau

ATTENTE = 200  # ms without a key before a panel computes again


class PanneauOutil(Panneau):
    """Opened by `page.ouvrir_panneau`; Esc closes it. `corps` takes what the panel shows.

    `recalculer` runs shortly after `attendre()`, and at once by `calculer_ici()`.
    """

    titre = ""
    geste = ""  # key of the gesture that opens it

    def __init__(self, page: PageTableau) -> None:
        super().__init__()
        self.page = page
        self.vue: VueTableau = page.vue
        self.modele: ModeleTableau = page.modele
        self.setAccessibleName(self.titre)
        self.setProperty("surface", "fond")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.phrase = TexteElide(role="doux")
        fermer = bouton_icone("fermer", "Fermer le panneau (Échap)")
        fermer.clicked.connect(self.fermer)
        self.tete = QHBoxLayout()
        marges(self.tete, 4, 8, 0, 16)
        self.tete.addWidget(etiquette(self.titre, "fort"))
        self.tete.addWidget(self.phrase, 1)
        self.tete.addWidget(fermer)
        self.corps = QVBoxLayout()
        marges(self.corps, 4, 16, 8, 16)
        colonne = QVBoxLayout(self)
        colonne.setContentsMargins(0, 0, 0, 0)
        colonne.setSpacing(0)
        colonne.addWidget(filet())
        colonne.addLayout(self.tete)
        colonne.addLayout(self.corps, 1)
        self._attente = minuterie(self, ATTENTE, self._recalculer)

    # What each panel does -----------------------------------------------------------------------

    def recalculer(self) -> None:
        """Show again what the panel works out."""

    def attendre(self, *_: object) -> None:
        """Something was typed or chosen: work it out shortly."""
        self._attente.start()

    def calculer_ici(self) -> None:
        """Work out at once what was waiting."""
        if self._attente.isActive():
            self._attente.stop()
            self._recalculer()

    def _recalculer(self) -> None:
        """What cannot be worked out is a sentence beside the title."""
        try:
            self.recalculer()
        except ErreurConnue as erreur:
            self.dire(str(erreur))

    def reouverture(self) -> Rouvrir:
        """What opens this panel again, as it is, in a page built anew."""
        return par_geste(self, self.geste)

    def sur_avis(self, avis: Avis) -> None:
        """The file changed: what is shown is worked out again."""
        self.attendre()

    def dire(self, phrase: str) -> None:
        self.phrase.setText(phrase)

    def tenter(self, faire: Callable[[], object]) -> bool:
        """Do something that may be refused with a sentence, said in the window's bar."""
        try:
            faire()
        except ErreurConnue as erreur:
            self.dire(str(erreur))
            self.vue.refuse.emit(str(erreur))
            return False
        return True

    def fermer(self) -> None:
        self._attente.stop()
        self.page.fermer_panneau()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.fermer()
        else:
            super().keyPressEvent(event)

    @property
    def habillage(self) -> Habillage:
        """What is drawn on the cells; only asked for where something is."""
        if self.page.habillage is None:
            raise LookupError("nothing is written beside the rows of this table")
        return self.page.habillage

    # The rows it works on -----------------------------------------------------------------------

    @property
    def est_modifiable(self) -> bool:
        return not self.modele.lecture_seule

    def colonnes_montrees(self) -> list[Colonne]:
        return [self.modele.colonnes[c] for c in self.vue.volets.colonnes_visibles()]

    def lignes_montrees(self) -> list[tuple[str, Any]]:
        """(key, row) of those that the filters let through, in their order."""
        return [(cle, self.modele.ligne(cle)) for cle in self.modele.cles_filtrees]

    def selection(self) -> list[tuple[str, list[Colonne]]]:
        """The selected cells, row by row: (row key, columns)."""
        choisies = self.vue.choix.cellules()
        par_rang: dict[int, list[Colonne]] = {}
        for c in self.vue.volets.colonnes_visibles():
            for rang in choisies.get(c, ()):
                par_rang.setdefault(rang, []).append(self.modele.colonnes[c])
        return [(self.modele.cle_de(rang), par_rang[rang]) for rang in sorted(par_rang)]

    def nom_de_ligne(self, cle: str) -> str:
        """What a person calls a row: its first two texts, « 2026-014 · Théâtre à l’école »."""
        return nom_de_ligne(self.modele, cle)

    def aller_a(self, cle: str, colonne: str = "") -> None:
        """Show a cell, the keyboard staying here; folded groups and filters give way."""
        montree = colonne and self.modele.a_la_colonne(colonne)
        visibles = {c.cle for c in self.colonnes_montrees()}
        if self.modele.devoiler(cle) >= 0:
            self.vue.aller_a(cle, colonne if montree and colonne in visibles else "")


def nom_de_ligne(modele: ModeleTableau, cle: str) -> str:
    """« 2026-014 · Théâtre à l’école »."""
    if not modele.contient(cle):
        return "ligne absente"
    ligne = modele.ligne(cle)
    figees = [c for c in modele.colonnes if c.figee] or list(modele.colonnes[:1])
    return " · ".join(texte for c in figees[:2] if (texte := c.texte(ligne)))


def liste_de_colonnes(nom: str, *, largeur: int = 180) -> QComboBox:
    """A box to choose a column in, cut where it is too long."""
    boite = QComboBox()
    boite.setAccessibleName(nom)
    boite.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    boite.setMinimumContentsLength(largeur // 10)
    boite.setMaxVisibleItems(16)
    return boite


def remplir(boite: QComboBox, colonnes: list[Colonne], choisie: str = "") -> None:
    """Offer columns; the one chosen stays if it is still there."""
    garde = choisie or str(boite.currentData() or "")
    boite.blockSignals(True)
    boite.clear()
    for colonne in colonnes:
        boite.addItem(nom_de(colonne), colonne.cle)
    boite.setCurrentIndex(max(0, boite.findData(garde)))
    boite.blockSignals(False)

"""Which grid is scored, and at which moment: chosen once for the whole page."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from app.models.enums import MomentCotation, NatureGrille
from app.services.cotations import Cotations
from app.services.grilles_lues import LigneGrille
from app.ui.elements import etiquette, marges
from app.ui.theme import theme

AUCUNE = "Aucune grille : ajoutez-en une dans la page « Grilles »."


class ChoixCotation(QWidget):
    """`change()`: another grid, or another moment."""

    change = Signal()

    def __init__(self, cotations: Cotations) -> None:
        super().__init__()
        self._cotations = cotations
        self._grilles: dict[str, LigneGrille] = {}
        self.boite_grille = _boite("Grille", 300)
        self.boite_moment = _boite("Moment", 190)
        self._nature = etiquette("", "doux")
        ligne = QHBoxLayout(self)
        marges(ligne, 8, 16, 0, 16, espace=8)
        for boite in (self.boite_grille, self.boite_moment):
            mot = etiquette(boite.accessibleName(), "doux")
            mot.setBuddy(boite)
            ligne.addWidget(mot)
            ligne.addWidget(boite)
        ligne.addWidget(self._nature, 1)
        self.boite_grille.activated.connect(self._autre_grille)
        self.boite_moment.activated.connect(lambda _: self.change.emit())

    @property
    def grille(self) -> str:
        """Key of the grid; empty when there is none."""
        return str(self.boite_grille.currentData() or "")

    @property
    def moment(self) -> str:
        return str(self.boite_moment.currentData() or MomentCotation.ENTREE)

    def relire(self) -> None:
        """Offer what the file holds now; what was chosen stays if it is still there."""
        lues = {g.cle: g for g in self._cotations.grilles()}
        if lues == self._grilles:
            return
        garde, moment = self.grille, self.moment
        self._grilles = lues
        self.boite_grille.clear()
        for cle, grille in lues.items():
            self.boite_grille.addItem(grille.titre, cle)
        self.boite_grille.setCurrentIndex(max(0, self.boite_grille.findData(garde)))
        self._offrir_les_moments(moment)

    def choisir(self, grille: str, moment: str) -> None:
        """Show a grid at a moment."""
        self.relire()
        self.boite_grille.setCurrentIndex(max(0, self.boite_grille.findData(grille)))
        self._offrir_les_moments(moment)
        self.change.emit()

    def _autre_grille(self, _rang: int) -> None:
        self._offrir_les_moments(self.moment)
        self.change.emit()

    def _offrir_les_moments(self, garde: str) -> None:
        grille = self._grilles.get(self.grille)
        prevus = (grille.moments if grille else ()) or tuple(MomentCotation)
        self.boite_moment.clear()
        for moment in MomentCotation:
            if moment in prevus:
                self.boite_moment.addItem(moment.libelle, str(moment))
        voulu = self.boite_moment.findData(garde)
        if voulu < 0:
            voulu = self.boite_moment.findData(str(MomentCotation.ENTREE))
        self.boite_moment.setCurrentIndex(max(0, voulu))
        self._nature.setText(AUCUNE if grille is None else NatureGrille.libelle_de(grille.nature))


def _boite(nom: str, largeur: int) -> QComboBox:
    boite = QComboBox()
    boite.setAccessibleName(nom)
    boite.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    boite.setFixedWidth(theme().px(largeur))
    return boite

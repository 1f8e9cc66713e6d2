"""How an amount is shared out over rows: pro rata or equally, under what was asked, on top or not."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QWidget

from app.services.columns import Colonne
from app.services.repartition_lots import LIBELLES_CLES, Cle, Partage
from app.ui.elements import bouton, marges


class ChoixRepartition(QWidget):
    """`change()`; `reste_demande()`: take what is left of the envelope as the amount."""

    change = Signal()
    reste_demande = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.cle = QComboBox()
        self.cle.setAccessibleName("Clé de répartition")
        for cle, libelle in LIBELLES_CLES.items():
            self.cle.addItem(libelle, cle)
        self.plafonner = QCheckBox("Sans dépasser le demandé")
        self.plafonner.setChecked(True)
        self.en_plus = QCheckBox("En plus de ce qui est déjà là")
        self.en_plus.setToolTip("Sinon, chaque part remplace ce que contient la case")
        self.reste = bouton("Reste de l’enveloppe", dessin="enveloppes")
        self.reste.setToolTip("Proposer tout ce qui reste de l’enveloppe de ce financeur")
        ligne = QHBoxLayout(self)
        marges(ligne, 0, espace=16)
        for objet in (self.cle, self.plafonner, self.en_plus, self.reste):
            ligne.addWidget(objet)
        ligne.addStretch(1)
        self.cle.activated.connect(self.change)
        self.plafonner.toggled.connect(self.change)
        self.en_plus.toggled.connect(self.change)
        self.reste.clicked.connect(self.reste_demande)

    def convenir(self, colonne: Colonne, *, enveloppe: bool) -> None:
        """Offer what makes sense for a column. `enveloppe`: it draws on one that is known."""
        a_un_demande = colonne.base is not None
        self.cle.setEnabled(a_un_demande)
        self.plafonner.setEnabled(a_un_demande)
        if not a_un_demande:
            self.cle.setCurrentIndex(self.cle.findData(Cle.EGALES))
        self.reste.setVisible(enveloppe)

    def partage(self) -> Partage:
        return Partage(
            Cle(self.cle.currentData()),
            self.plafonner.isEnabled() and self.plafonner.isChecked(),
            self.en_plus.isChecked(),
        )

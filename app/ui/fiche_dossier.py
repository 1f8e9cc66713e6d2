"""The tab « Dossier » of the sheet: its versions, what was asked, who carries it, its pièces."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QTabWidget, QVBoxLayout, QWidget

from app.services.contexte import Contexte
from app.services.fiches import Fiche
from app.ui.dossier_budget import PartieAnnees, PartiePorteurs
from app.ui.dossier_partie import PartieDossier
from app.ui.dossier_pieces import PartiePieces
from app.ui.dossier_versions import PartieSuites, PartieVersions

PARTIES: tuple[tuple[str, str, type[PartieDossier]], ...] = (
    ("Versions", "Ce qui a été déposé, et ce qui a changé", PartieVersions),
    ("Demandes", "Ce que les réunions ont demandé, et sa suite", PartieSuites),
    ("Porteurs", "Porteurs associés et quote-part par quartier", PartiePorteurs),
    ("Années", "Années suivantes d'une convention pluriannuelle", PartieAnnees),
    ("Pièces", "Pièces attendues et reçues", PartiePieces),
)
PIECES = 4
HORS_DE_VUE = QSizePolicy.Policy.Ignored


class VoletDossier(QWidget):
    """Each part is made when it is first seen, and filled only while it is in view."""

    refuse = Signal(str)
    information = Signal(str)
    saisie_finie = Signal()

    def __init__(self, contexte: Contexte) -> None:
        super().__init__()
        self._contexte = contexte
        self._fiche: Fiche | None = None
        self._parties: dict[int, PartieDossier] = {}
        self._onglets = QTabWidget(self)
        self._onglets.setAccessibleName("Parties du dossier")
        self._onglets.setDocumentMode(True)
        self._onglets.setUsesScrollButtons(False)
        for rang, (nom, aide, _) in enumerate(PARTIES):
            place = QWidget()
            place.setSizePolicy(HORS_DE_VUE, HORS_DE_VUE)
            QVBoxLayout(place).setContentsMargins(0, 0, 0, 0)
            self._onglets.addTab(place, nom)
            self._onglets.setTabToolTip(rang, aide)
        colonne = QVBoxLayout(self)
        colonne.setContentsMargins(0, 0, 0, 0)
        colonne.addWidget(self._onglets)
        self._onglets.currentChanged.connect(self._relire)

    def montrer(self, fiche: Fiche) -> None:
        self._fiche = fiche
        self._relire(self._onglets.currentIndex())

    def partie(self, rang: int) -> PartieDossier:
        """A part, made if it is not yet."""
        if rang not in self._parties:
            neuve = PARTIES[rang][2](self._contexte)
            neuve.refuse.connect(self.refuse)
            neuve.information.connect(self.information)
            neuve.saisie_finie.connect(self.saisie_finie)
            place = self._onglets.widget(rang).layout()
            assert place is not None
            place.addWidget(neuve)
            self._parties[rang] = neuve
        return self._parties[rang]

    def ouvrir(self, rang: int) -> PartieDossier:
        self._onglets.setCurrentIndex(rang)
        return self.partie(rang)

    def _relire(self, rang: int) -> None:
        self._mesurer(rang)
        if self._fiche is not None:
            self.partie(rang).montrer(self._fiche)

    def _mesurer(self, vue: int) -> None:
        """The tab is as tall as the part in view, not as the tallest of them all."""
        for rang in range(self._onglets.count()):
            politique = QSizePolicy.Policy.Preferred if rang == vue else HORS_DE_VUE
            self._onglets.widget(rang).setSizePolicy(politique, politique)

    def joindre(self, chemins: Sequence[Path]) -> None:
        """Files dropped on the sheet are pièces of the action in view."""
        partie = self.ouvrir(PIECES)
        assert isinstance(partie, PartiePieces)
        partie.tenter(lambda: partie.joindre(chemins))

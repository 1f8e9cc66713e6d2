"""The middle of the cockpit: the seats, or for a moment a list that takes their place."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.services.bus import Avis
from app.services.comite import Comite
from app.ui.cockpit_historique import VoletHistorique
from app.ui.ecran import Ecran
from app.ui.seance_complementaire import VoletComplementaire
from app.ui.seance_motifs import VoletMotifs


class CentreCockpit(QStackedWidget):
    """`motif(text)`: taken for the decision at hand. `rendu()`: the seats are back."""

    refuse = Signal(str)
    motif = Signal(str)
    rendu = Signal()

    def __init__(self, comite: Comite, cases: QWidget) -> None:
        super().__init__()
        self._comite = comite
        self._cases = cases
        self._listes: dict[str, Ecran] = {}
        self.addWidget(cases)

    @property
    def occupe(self) -> bool:
        """A list hides the seats."""
        return self.currentWidget() is not self._cases

    def motifs(self, nature: str) -> None:
        """The library of motives, on those of one decision."""

        def faire() -> VoletMotifs:
            volet = VoletMotifs(self._comite, en_seance=True)
            volet.choisi.connect(self._prendre)
            volet.quitte.connect(self.rendre)
            return volet

        volet = self._liste("motifs", faire)
        assert isinstance(volet, VoletMotifs)
        self.setCurrentWidget(volet)
        volet.montrer_nature(nature)

    def complementaire(self, seance: str) -> None:
        """The liste complémentaire, to be ranked."""

        def faire() -> VoletComplementaire:
            volet = VoletComplementaire(self._comite, seance)
            volet.quitte.connect(self.rendre)
            return volet

        volet = self._liste("complementaire", faire)
        self.setCurrentWidget(volet)
        volet.montree()

    def historique(self, point: Callable[[], str]) -> None:
        """All that was said and decided of the item on the table."""

        def faire() -> VoletHistorique:
            volet = VoletHistorique(self._comite, point)
            volet.quitte.connect(self.rendre)
            return volet

        point()  # refused where nothing is on the table
        volet = self._liste("historique", faire)
        self.setCurrentWidget(volet)
        volet.montree()

    def _prendre(self, texte: str) -> None:
        self.rendre()
        self.motif.emit(texte)

    def _liste(self, nom: str, faire: Callable[[], Ecran]) -> Ecran:
        """Made at its first use."""
        if nom not in self._listes:
            liste = self._listes[nom] = faire()
            liste.refuse.connect(self.refuse)
            self.addWidget(liste)
        return self._listes[nom]

    def rendre(self) -> None:
        """The seats come back, and the keyboard goes where it was."""
        if self.occupe:
            self.setCurrentWidget(self._cases)
            self.rendu.emit()

    def sur_avis(self, avis: Avis) -> None:
        for liste in self._listes.values():
            liste.sur_avis(avis)

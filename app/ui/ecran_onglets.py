"""A page of several tabs, each read when it comes in view."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Generic, TypeVar

from PySide6.QtWidgets import QStackedWidget, QTabWidget, QVBoxLayout

from app.services.bus import Avis
from app.ui.ecran import Ecran, dans
from app.ui.elements import marges

P = TypeVar("P", bound=Ecran)


def dans_les_onglets(onglets: QTabWidget) -> AbstractContextManager[None]:
    """Pages made meanwhile are where these tabs will show them (see `dans`)."""
    pile = onglets.findChild(QStackedWidget)
    assert pile is not None
    return dans(pile)


class EcranOnglets(Ecran, Generic[P]):
    """`parties`: what the tabs show, in their order; made in `dans_les_onglets`, then laid."""

    def __init__(self, nom: str) -> None:
        super().__init__()
        self.parties: tuple[P, ...] = ()
        self.onglets = QTabWidget(self)
        self.onglets.setAccessibleName(nom)
        self.onglets.setDocumentMode(True)
        page = QVBoxLayout(self)
        marges(page, 0, espace=0)
        page.addWidget(self.onglets)
        self.setFocusProxy(self.onglets)

    def poser(self, parties: Mapping[str, P]) -> None:
        """Put each part under its title."""
        self.parties = tuple(parties.values())
        for titre, partie in parties.items():
            self.onglets.addTab(partie, titre)
            partie.refuse.connect(self.refuse)
            partie.information.connect(self.information)
        self.onglets.currentChanged.connect(self._onglet_change)

    @property
    def partie(self) -> P:
        """What is in view."""
        return self.parties[self.onglets.currentIndex()]

    def _onglet_change(self, _rang: int) -> None:
        self.onglet_change.emit()
        self.partie.montree()
        self.partie.setFocus()

    def montree(self) -> None:
        self.partie.montree()
        self.setFocusProxy(self.partie)

    def filtrer(self) -> None:
        self.partie.filtrer()

    def imprimer(self) -> bool:
        return self.partie.imprimer()

    def changer_annee(self, annee: int) -> None:
        for partie in self.parties:
            partie.changer_annee(annee)

    def sur_avis(self, avis: Avis) -> None:
        for partie in self.parties:
            partie.sur_avis(avis)

"""The page « Instruction »: avis of one's services, of all services, avis communs, services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout

from app.services.bus import Avis
from app.services.contexte import Contexte
from app.services.instruction import instruction
from app.ui.ecran import Ecran
from app.ui.elements import marges
from app.ui.instruction_communs import ListeCommuns
from app.ui.instruction_grille import ListeTousAvis
from app.ui.instruction_listes import ListeInstruction, ListeMesAvis
from app.ui.instruction_services import ListeServices

if TYPE_CHECKING:
    from app.ui.document import Document

TITRES = ("Mes avis", "Tous les avis", "Avis commun", "Services")


class EcranInstruction(Ecran):
    """One list a tab, read when it comes in view."""

    action_demandee = Signal(str)

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__()
        self.i = instruction(contexte.fichier)
        self.mes_avis = ListeMesAvis(contexte, self.i, annee)
        self.tous = ListeTousAvis(contexte, self.i, annee)
        self.communs = ListeCommuns(contexte, self.i, annee)
        self.services = ListeServices(contexte, self.i, annee)
        self.listes: tuple[ListeInstruction, ...] = (
            self.mes_avis,
            self.tous,
            self.communs,
            self.services,
        )
        self.onglets = QTabWidget()
        self.onglets.setAccessibleName("Instruction")
        self.onglets.setDocumentMode(True)
        for liste, titre in zip(self.listes, TITRES, strict=True):
            self.onglets.addTab(liste, titre)
            liste.refuse.connect(self.refuse)
            liste.information.connect(self.information)
            liste.action_demandee.connect(self.action_demandee)
        page = QVBoxLayout(self)
        marges(page, 0, espace=0)
        page.addWidget(self.onglets)
        self.onglets.currentChanged.connect(self._onglet_change)
        self.setFocusProxy(self.onglets)

    @property
    def liste(self) -> ListeInstruction:
        """The list in view."""
        return self.listes[self.onglets.currentIndex()]

    def _onglet_change(self, _rang: int) -> None:
        self.liste.montree()
        self.liste.setFocus()

    def montree(self) -> None:
        """Called when the page comes in view."""
        self.liste.montree()
        self.setFocusProxy(self.liste)

    def filtrer(self) -> None:
        """Put the cursor in the filter of the list in view."""
        self.liste.filtrer()

    def changer_annee(self, annee: int) -> None:
        for liste in self.listes:
            liste.changer_annee(annee)

    def sur_avis(self, avis: Avis) -> None:
        for liste in self.listes:
            liste.sur_avis(avis)


def batir(document: Document) -> EcranInstruction:
    """The page of an open file: its rows lead to the sheets."""
    page = EcranInstruction(document.contexte, document.annee)
    page.action_demandee.connect(document.ouvrir_action)
    return page

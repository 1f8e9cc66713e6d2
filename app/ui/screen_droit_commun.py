"""The page « Droit commun »: what was asked, what the amounts show, relais, calls of the partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout

from app.services.bus import Avis
from app.services.contexte import Contexte
from app.services.droit_commun import droit_commun
from app.ui.droit_commun_appels import ListeAppels
from app.ui.droit_commun_listes import ListeAlertes, ListeDroitCommun, ListeReponses
from app.ui.droit_commun_relais import ListeRelais
from app.ui.ecran import Ecran
from app.ui.elements import marges

if TYPE_CHECKING:
    from app.ui.document import Document

TITRES = ("Sollicitations", "Alertes", "Relais", "Appels des partenaires")


class EcranDroitCommun(Ecran):
    """One list a tab, read when it comes in view."""

    action_demandee = Signal(str)

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__()
        self.d = droit_commun(contexte.fichier)
        self.reponses = ListeReponses(contexte, self.d, annee)
        self.alertes = ListeAlertes(contexte, self.d, annee)
        self.relais = ListeRelais(contexte, self.d, annee)
        self.appels = ListeAppels(contexte, self.d, annee)
        self.listes: tuple[ListeDroitCommun, ...] = (
            self.reponses,
            self.alertes,
            self.relais,
            self.appels,
        )
        self.onglets = QTabWidget()
        self.onglets.setAccessibleName("Droit commun")
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
    def liste(self) -> ListeDroitCommun:
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


def batir(document: Document) -> EcranDroitCommun:
    """The page of an open file: its rows lead to the sheets."""
    page = EcranDroitCommun(document.contexte, document.annee)
    page.action_demandee.connect(document.ouvrir_action)
    return page

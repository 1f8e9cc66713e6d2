"""The page « Après le comité »: deliberations, letters, payments, what is left, what was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout

from app.services.bus import Avis
from app.services.chiffres import Lien
from app.services.comite import comite
from app.services.contexte import Contexte
from app.ui.ecran import Ecran
from app.ui.elements import marges
from app.ui.liens import suivre_lien
from app.ui.suites_deliberations import ListeDeliberations
from app.ui.suites_listes import ListeDeSuites, ListeNotifications, ListeVersements
from app.ui.suites_reliquats import ListeComplementaire, ListeModifications, ListeReliquats

if TYPE_CHECKING:
    from app.ui.document import Document


class EcranSuites(Ecran):
    """One list a tab, read when it comes in view."""

    alerte = Signal(str)
    action_demandee = Signal(str)

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__()
        self.comite = comite(contexte.fichier)
        self.deliberations = ListeDeliberations(contexte, self.comite, annee)
        self.notifications = ListeNotifications(contexte, self.comite, annee)
        self.versements = ListeVersements(contexte, self.comite, annee)
        self.reliquats = ListeReliquats(contexte, self.comite, annee)
        self.complementaire = ListeComplementaire(contexte, self.comite, annee)
        self.modifications = ListeModifications(contexte, self.comite, annee)
        self.listes: tuple[ListeDeSuites, ...] = (
            self.deliberations,
            self.notifications,
            self.versements,
            self.complementaire,
            self.reliquats,
            self.modifications,
        )
        self.onglets = QTabWidget()
        self.onglets.setAccessibleName("Suites du comité")
        self.onglets.setDocumentMode(True)
        for liste, titre in zip(
            self.listes,
            (
                "Délibérations",
                "Notifications",
                "Versements",
                "Liste complémentaire",
                "Reliquats et rattrapage",
                "Modifications post-comité",
            ),
            strict=True,
        ):
            self.onglets.addTab(liste, titre)
            liste.refuse.connect(self.refuse)
            liste.information.connect(self.information)
            liste.alerte.connect(self.alerte)
            liste.action_demandee.connect(self.action_demandee)
        page = QVBoxLayout(self)
        marges(page, 0, espace=0)
        page.addWidget(self.onglets)
        self.onglets.currentChanged.connect(self._onglet_change)
        self.setFocusProxy(self.onglets)

    @property
    def liste(self) -> ListeDeSuites:
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


def batir(document: Document) -> EcranSuites:
    """The page of an open file: its alerts are said in the window, its rows lead to the sheets."""

    def ouvrir(action: str) -> None:
        suivre_lien(document, Lien("action", action, action=action))
        document.actions.ouvrir_fiche()

    page = EcranSuites(document.contexte, document.annee)
    page.alerte.connect(document.alerte)
    page.action_demandee.connect(ouvrir)
    return page

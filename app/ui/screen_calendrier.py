"""The page « Calendrier »: steps of an appel, retro-planning, appels, where each dossier stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QTabWidget, QVBoxLayout

from app.services.appels import Appels
from app.services.bus import Avis
from app.services.contexte import Contexte
from app.services.cycle import Cycle
from app.ui.calendrier_listes import ListeAppels, ListeEtapes
from app.ui.calendrier_parcours import ListeParcours
from app.ui.calendrier_retro import Retroplanning
from app.ui.ecran import Ecran
from app.ui.elements import marges

if TYPE_CHECKING:
    from app.ui.document import Document

Partie = ListeEtapes | ListeAppels | ListeParcours | Retroplanning
ENTITES = ("appel", "etape_appel", "exercice", "contrat")


class EcranCalendrier(Ecran):
    """Each tab is read when it comes in view."""

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__()
        appels, cycle = Appels(contexte.fichier), Cycle(contexte.fichier)
        self.etapes = ListeEtapes(contexte, appels, cycle, annee)
        self.retro = Retroplanning(contexte, cycle, annee)
        self.appels = ListeAppels(contexte, appels, cycle, annee)
        self.parcours = ListeParcours(contexte, appels, cycle, annee)
        self.onglets = QTabWidget()
        self.onglets.setAccessibleName("Calendrier")
        self.onglets.setDocumentMode(True)
        self.parties: tuple[Partie, ...] = (
            self.etapes,
            self.retro,
            self.appels,
            self.parcours,
        )
        for partie, titre in zip(
            self.parties, ("Étapes", "Rétroplanning", "Appels", "Parcours des actions"), strict=True
        ):
            self.onglets.addTab(partie, titre)
            partie.refuse.connect(self.refuse)
            partie.information.connect(self.information)
        page = QVBoxLayout(self)
        marges(page, 0, espace=0)
        page.addWidget(self.onglets)
        self.onglets.currentChanged.connect(self._onglet_change)
        self.retro.etape_demandee.connect(self.montrer_etape)
        self.appels.cree.connect(self._suivre_l_appel)
        self.setFocusProxy(self.onglets)

    @property
    def partie(self) -> Partie:
        """The tab in view."""
        return self.parties[self.onglets.currentIndex()]

    def _onglet_change(self, _rang: int) -> None:
        self.partie.montree()
        self.partie.setFocus()

    def _suivre_l_appel(self, appel: str) -> None:
        """The appel just made is the one whose steps come next."""
        self.etapes.appel = appel

    def montrer_etape(self, appel: str, cle: str) -> None:
        """Go to a step, ready to be dated."""
        self.onglets.setCurrentWidget(self.etapes)
        self.etapes.montrer_etape(appel, cle)

    def montree(self) -> None:
        self.partie.montree()
        self.setFocusProxy(self.partie)

    def filtrer(self) -> None:
        self.partie.filtrer()

    def changer_annee(self, annee: int) -> None:
        for partie in self.parties:
            partie.changer_annee(annee)

    def sur_avis(self, avis: Avis) -> None:
        self.etapes.sur_avis(avis)
        self.appels.sur_avis(avis)
        self.parcours.sur_avis(avis)
        if avis.touche(*ENTITES):
            self.retro.perimer()


def batir(document: Document) -> EcranCalendrier:
    page = EcranCalendrier(document.contexte, document.annee)
    page.parcours.action_demandee.connect(document.ouvrir_action)
    return page

"""The page « Calendrier »: steps of an appel, retro-planning, appels, where each dossier stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.services.appels import Appels
from app.services.contexte import Contexte
from app.services.cycle import Cycle
from app.ui.calendrier_listes import ListeAppels, ListeEtapes
from app.ui.calendrier_parcours import ListeParcours
from app.ui.calendrier_pieces import ListePieces
from app.ui.calendrier_retro import Retroplanning
from app.ui.ecran import Ecran
from app.ui.ecran_onglets import EcranOnglets, dans_les_onglets

if TYPE_CHECKING:
    from app.ui.document import Document


class EcranCalendrier(EcranOnglets[Ecran]):
    """The steps first: the rest is counted from them."""

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__("Calendrier")
        appels, cycle = Appels(contexte.fichier), Cycle(contexte.fichier)
        with dans_les_onglets(self.onglets):
            self.etapes = ListeEtapes(contexte, appels, cycle, annee)
            self.retro = Retroplanning(contexte, cycle, annee)
            self.appels = ListeAppels(contexte, appels, cycle, annee)
            self.pieces = ListePieces(contexte, appels, annee)
            self.parcours = ListeParcours(contexte, appels, cycle, annee)
        self.poser(
            {
                "Étapes": self.etapes,
                "Rétroplanning": self.retro,
                "Appels": self.appels,
                "Pièces attendues": self.pieces,
                "Parcours des actions": self.parcours,
            }
        )
        self.retro.etape_demandee.connect(self.montrer_etape)
        self.appels.cree.connect(self._suivre_l_appel)

    def _suivre_l_appel(self, appel: str) -> None:
        """The appel just made is the one whose steps come next."""
        self.etapes.appel = self.pieces.appel = appel

    def montrer_etape(self, appel: str, cle: str) -> None:
        """Go to a step, ready to be dated."""
        self.onglets.setCurrentWidget(self.etapes)
        self.etapes.montrer_etape(appel, cle)


def batir(document: Document) -> EcranCalendrier:
    page = EcranCalendrier(document.contexte, document.annee)
    page.parcours.action_demandee.connect(document.ouvrir_action)
    return page

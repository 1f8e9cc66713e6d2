"""The page « Instruction »: avis of one's services, of all services, avis communs, services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from app.services.contexte import Contexte
from app.services.instruction import instruction
from app.ui.ecran_onglets import EcranOnglets, dans_les_onglets
from app.ui.instruction_communs import ListeCommuns
from app.ui.instruction_grille import ListeTousAvis
from app.ui.instruction_listes import ListeInstruction
from app.ui.instruction_mes_avis import ListeMesAvis
from app.ui.instruction_services import ListeServices

if TYPE_CHECKING:
    from app.ui.document import Document


class EcranInstruction(EcranOnglets[ListeInstruction]):
    """`action_demandee(key)`: see the sheet of an action."""

    action_demandee = Signal(str)

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__("Instruction")
        self.i = instruction(contexte.fichier)
        with dans_les_onglets(self.onglets):
            self.mes_avis = ListeMesAvis(contexte, self.i, annee)
            self.tous = ListeTousAvis(contexte, self.i, annee)
            self.communs = ListeCommuns(contexte, self.i, annee)
            self.services = ListeServices(contexte, self.i, annee)
        self.poser(
            {
                "Mes avis": self.mes_avis,
                "Tous les avis": self.tous,
                "Avis commun": self.communs,
                "Services": self.services,
            }
        )
        for liste in self.parties:
            liste.action_demandee.connect(self.action_demandee)


def batir(document: Document) -> EcranInstruction:
    """The page of an open file: its rows lead to the sheets."""
    page = EcranInstruction(document.contexte, document.annee)
    page.action_demandee.connect(document.ouvrir_action)
    return page

"""The page « Suivi »: bilans of the actions, abattement de TFPB, adultes-relais."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from app.services.contexte import Contexte
from app.ui.ecran_onglets import EcranOnglets, dans_les_onglets
from app.ui.screen_listes import EcranListe
from app.ui.suivi_listes import ListeBilans, ListePostes, ListeProgrammes

if TYPE_CHECKING:
    from app.ui.document import Document


class EcranSuivi(EcranOnglets[EcranListe]):
    """`action_demandee(key)`: see the sheet of an action."""

    action_demandee = Signal(str)

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__("Suivi")
        with dans_les_onglets(self.onglets):
            self.bilans = ListeBilans(contexte, annee)
            self.programmes = ListeProgrammes(contexte, annee)
            self.postes = ListePostes(contexte)
        self.poser(
            {
                "Bilans": self.bilans,
                "Abattement de TFPB": self.programmes,
                "Adultes-relais": self.postes,
            }
        )
        self.bilans.action_demandee.connect(self.action_demandee)


def batir(document: Document) -> EcranSuivi:
    """The page of an open file: its rows lead to the sheets."""
    page = EcranSuivi(document.contexte, document.annee)
    page.action_demandee.connect(document.ouvrir_action)
    return page

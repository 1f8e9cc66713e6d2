"""The page « Cotation »: one action beside its grid, or the whole year as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from app.services.contexte import Contexte
from app.services.cotations import Cotations
from app.ui.cotation_choix import ChoixCotation
from app.ui.cotation_coter import ListeACoter
from app.ui.cotation_liste import ListeCotation
from app.ui.cotation_lot import ListeLot
from app.ui.ecran_onglets import EcranOnglets, dans_les_onglets

if TYPE_CHECKING:
    from app.ui.document import Document


class EcranCotation(EcranOnglets[ListeCotation]):
    """`action_demandee(key)`: see the sheet of an action."""

    action_demandee = Signal(str)

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__("Cotation")
        self.cotations = Cotations(contexte.fichier)
        self.choix = ChoixCotation(self.cotations)
        page = self.layout()
        assert isinstance(page, QVBoxLayout)
        page.insertWidget(0, self.choix)
        with dans_les_onglets(self.onglets):
            self.coter = ListeACoter(contexte, self.cotations, self.choix, annee)
            self.lot = ListeLot(contexte, self.cotations, self.choix, annee)
        self.poser({"Coter": self.coter, "Actions × critères": self.lot})
        for liste in self.parties:
            liste.action_demandee.connect(self.action_demandee)


def batir(document: Document) -> EcranCotation:
    """The page of an open file: its rows lead to the sheets."""
    page = EcranCotation(document.contexte, document.annee)
    page.action_demandee.connect(document.ouvrir_action)
    return page

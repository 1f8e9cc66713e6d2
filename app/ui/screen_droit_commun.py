"""The page « Droit commun »: what was asked, what the amounts show, relais, calls of the partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from app.services.contexte import Contexte
from app.services.droit_commun import droit_commun
from app.ui.droit_commun_appels import ListeAppels
from app.ui.droit_commun_listes import ListeAlertes, ListeDroitCommun, ListeReponses
from app.ui.droit_commun_relais import ListeRelais
from app.ui.ecran_onglets import EcranOnglets, dans_les_onglets

if TYPE_CHECKING:
    from app.ui.document import Document


class EcranDroitCommun(EcranOnglets[ListeDroitCommun]):
    """`action_demandee(key)`: see the sheet of an action."""

    action_demandee = Signal(str)

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__("Droit commun")
        self.d = droit_commun(contexte.fichier)
        with dans_les_onglets(self.onglets):
            self.reponses = ListeReponses(contexte, self.d, annee)
            self.alertes = ListeAlertes(contexte, self.d, annee)
            self.relais = ListeRelais(contexte, self.d, annee)
            self.appels = ListeAppels(contexte, self.d, annee)
        self.poser(
            {
                "Sollicitations": self.reponses,
                "Alertes": self.alertes,
                "Relais": self.relais,
                "Appels des partenaires": self.appels,
            }
        )
        for liste in self.parties:
            liste.action_demandee.connect(self.action_demandee)


def batir(document: Document) -> EcranDroitCommun:
    """The page of an open file: its rows lead to the sheets."""
    page = EcranDroitCommun(document.contexte, document.annee)
    page.action_demandee.connect(document.ouvrir_action)
    return page

"""The page « Après le comité »: deliberations, letters, payments, what is left, what was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from app.services.comite import comite
from app.services.contexte import Contexte
from app.ui.ecran_onglets import EcranOnglets, dans_les_onglets
from app.ui.suites_deliberations import ListeDeliberations
from app.ui.suites_listes import ListeDeSuites, ListeNotifications, ListeVersements
from app.ui.suites_reliquats import ListeComplementaire, ListeModifications, ListeReliquats

if TYPE_CHECKING:
    from app.ui.document import Document


class EcranSuites(EcranOnglets[ListeDeSuites]):
    """`alerte(sentence)` and `action_demandee(key)`, as its lists say them."""

    alerte = Signal(str)
    action_demandee = Signal(str)

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__("Suites du comité")
        self.comite = comite(contexte.fichier)
        with dans_les_onglets(self.onglets):
            self.deliberations = ListeDeliberations(contexte, self.comite, annee)
            self.notifications = ListeNotifications(contexte, self.comite, annee)
            self.versements = ListeVersements(contexte, self.comite, annee)
            self.reliquats = ListeReliquats(contexte, self.comite, annee)
            self.complementaire = ListeComplementaire(contexte, self.comite, annee)
            self.modifications = ListeModifications(contexte, self.comite, annee)
        self.poser(
            {
                "Délibérations": self.deliberations,
                "Notifications": self.notifications,
                "Versements": self.versements,
                "Liste complémentaire": self.complementaire,
                "Reliquats et rattrapage": self.reliquats,
                "Modifications post-comité": self.modifications,
            }
        )
        for liste in self.parties:
            liste.alerte.connect(self.alerte)
            liste.action_demandee.connect(self.action_demandee)


def batir(document: Document) -> EcranSuites:
    """The page of an open file: its alerts are said in the window, its rows lead to the sheets."""

    page = EcranSuites(document.contexte, document.annee)
    page.alerte.connect(document.alerte)
    page.action_demandee.connect(document.ouvrir_action)
    return page

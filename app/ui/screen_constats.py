"""The page « Constats »: what does not follow a rule, the rules, and those that the team composes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from app.models.enums import CibleConstat
from app.services.contexte import Contexte
from app.ui.constats_composees import ListeComposees
from app.ui.constats_listes import ListeDesConstats, ListePatiente
from app.ui.constats_regles import ListeRegles
from app.ui.ecran_onglets import EcranOnglets, dans_les_onglets

if TYPE_CHECKING:
    from app.ui.document import Document


class EcranConstats(EcranOnglets[ListePatiente]):
    """`objet_demande(cible, key)`: go to what a constat is about."""

    objet_demande = Signal(str, str)

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__("Constats")
        with dans_les_onglets(self.onglets):
            self.constats = ListeDesConstats(contexte, annee)
            self.regles = ListeRegles(contexte, annee)
            self.composees = ListeComposees(contexte, annee)
        self.poser(
            {
                "Constats": self.constats,
                "Règles": self.regles,
                "Règles composées": self.composees,
            }
        )
        for liste in self.parties:
            liste.objet_demande.connect(self.objet_demande)

    def montrer_action(self, action: str) -> None:
        """The constats of an action."""
        self.onglets.setCurrentWidget(self.constats)
        self.constats.montrer_action(action)


def batir(document: Document) -> EcranConstats:
    """The page of an open file: its rows lead to what they are about."""
    page = EcranConstats(document.contexte, document.annee)
    page.objet_demande.connect(lambda cible, objet: aller_a(document, cible, objet))
    return page


def aller_a(document: Any, cible: str, objet: str) -> None:
    """Show what a constat is about: a sheet, a porteur, a séance, an appel, the envelopes of the year."""
    if cible == CibleConstat.ACTION:
        document.ouvrir_action(objet)
    elif cible == CibleConstat.PORTEUR:
        document.montrer_resultat("organisme", objet, document.annee)
    elif cible == CibleConstat.SEANCE:
        document.aller("seances")
        document.page("seances").choisir(objet)
    elif cible == CibleConstat.APPEL:
        document.aller("calendrier")
        page = document.page("calendrier")
        page.onglets.setCurrentWidget(page.appels)
        page.appels.aller_a(objet, "nom")
    else:
        document.aller("enveloppes")

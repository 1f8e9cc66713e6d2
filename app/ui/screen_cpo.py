"""The page « CPO »: conventions, deadlines, tranches to release, indicators and reviews, share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.services.contexte import Contexte
from app.ui.cpo_conventions import ListeConventions
from app.ui.cpo_listes import ListeALiberer, ListeEcheances, ListePart, ListeSuivi
from app.ui.ecran_onglets import EcranOnglets, dans_les_onglets
from app.ui.screen_listes import EcranListe

if TYPE_CHECKING:
    from app.ui.document import Document


class EcranCpo(EcranOnglets[EcranListe]):
    """The conventions of all the years; only the share in CPO is that of one."""

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__("CPO")
        with dans_les_onglets(self.onglets):
            self.conventions = ListeConventions(contexte, annee)
            self.echeances = ListeEcheances(contexte)
            self.tranches = ListeALiberer(contexte)
            self.suivi = ListeSuivi(contexte)
            self.part = ListePart(contexte, annee)
        self.poser(
            {
                "Conventions": self.conventions,
                "Échéances": self.echeances,
                "Tranches à libérer": self.tranches,
                "Indicateurs et revues": self.suivi,
                "Part en CPO": self.part,
            }
        )
        self.echeances.convention_demandee.connect(self.montrer_convention)

    def montrer_convention(self, cle: str) -> None:
        """Go to a convention in the list of them all."""
        self.onglets.setCurrentWidget(self.conventions)
        self.conventions.aller_a(cle, "titre")


def batir(document: Document) -> EcranCpo:
    """The page of an open file."""
    return EcranCpo(document.contexte, document.annee)

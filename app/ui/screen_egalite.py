"""The page « Égalité »: volumes by level, progress, trainings, help, budget sensible au genre, bonus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from app.services.contexte import Contexte
from app.services.egalite_services import egalite
from app.ui.ecran_onglets import EcranOnglets, dans_les_onglets
from app.ui.egalite_budget import ListeBudgets
from app.ui.egalite_formations import ListeFormations, ListeQuiManque
from app.ui.egalite_listes import ListeAccompagnements, ListeBonus, ListeEgalite
from app.ui.egalite_volumes import ListeProgres, ListeVolumes

if TYPE_CHECKING:
    from app.ui.document import Document


class EcranEgalite(EcranOnglets[ListeEgalite]):
    """`action_demandee(key)`: see the sheet of an action."""

    action_demandee = Signal(str)

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__("Égalité femmes-hommes")
        self.e = egalite(contexte.fichier)
        with dans_les_onglets(self.onglets):
            self.volumes = ListeVolumes(contexte, self.e, annee)
            self.progres = ListeProgres(contexte, self.e, annee)
            self.formations = ListeFormations(contexte, self.e, annee)
            self.manquants = ListeQuiManque(contexte, self.e, annee)
            self.accompagnements = ListeAccompagnements(contexte, self.e, annee)
            self.budgets = ListeBudgets(contexte, self.e, annee)
            self.bonus = ListeBonus(contexte, self.e, annee)
        self.poser(
            {
                "Volumes": self.volumes,
                "Progrès des porteurs": self.progres,
                "Formations": self.formations,
                "Qui manque": self.manquants,
                "Accompagnements": self.accompagnements,
                "Budget sensible au genre": self.budgets,
                "Bonus égalité": self.bonus,
            }
        )
        for liste in self.parties:
            liste.action_demandee.connect(self.action_demandee)


def batir(document: Document) -> EcranEgalite:
    """The page of an open file: its rows lead to the sheets."""
    page = EcranEgalite(document.contexte, document.annee)
    page.action_demandee.connect(document.ouvrir_action)
    return page

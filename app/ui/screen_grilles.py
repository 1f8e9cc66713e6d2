"""The page « Grilles »: those of the file, what they count with, what changed, those of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.services.contexte import Contexte
from app.services.grilles import Grilles
from app.ui.ecran import Ecran
from app.ui.ecran_onglets import EcranOnglets, dans_les_onglets
from app.ui.grilles_contenu import ContenuGrille
from app.ui.grilles_liste import ListeGrilles
from app.ui.grilles_livrees import ListeDifferences, ListeLivrees

if TYPE_CHECKING:
    from app.ui.document import Document


class EcranGrilles(EcranOnglets[Ecran]):
    """The grid in view of the list is the one that the other tabs show."""

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__("Grilles de cotation")
        self.grilles = Grilles(contexte.fichier)
        with dans_les_onglets(self.onglets):
            self.liste = ListeGrilles(contexte, self.grilles, annee)
            self.contenu = ContenuGrille(contexte, self.grilles)
            self.differences = ListeDifferences(contexte, self.grilles)
            self.livrees = ListeLivrees(contexte, self.grilles)
        self.poser(
            {
                "Grilles": self.liste,
                "Critères et niveaux": self.contenu,
                "Comparer": self.differences,
                "Grilles livrées": self.livrees,
            }
        )
        self.liste.choisie.connect(self.contenu.choisir)
        self.liste.choisie.connect(self.differences.choisir)
        self.liste.ouverte.connect(self.modifier)
        self.liste.livrees_demandees.connect(lambda: self.onglets.setCurrentWidget(self.livrees))
        self.livrees.ajoutee.connect(self.revenir_a)

    def modifier(self, cle: str) -> None:
        """Show what a grid counts with."""
        self.contenu.choisir(cle)
        self.onglets.setCurrentWidget(self.contenu)

    def revenir_a(self, cle: str) -> None:
        """Show a grid in the list."""
        self.onglets.setCurrentWidget(self.liste)
        self.liste.aller_a(cle, "nom")


def batir(document: Document) -> EcranGrilles:
    """The page of an open file."""
    return EcranGrilles(document.contexte, document.annee)

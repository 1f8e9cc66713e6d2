"""« Budget sensible au genre »: a class for each action, and what the classes come to."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer

from app.models.enums import ClasseGenre
from app.services.accords import compter
from app.services.columns import Colonne
from app.services.columns_egalite import colonnes_budget, colonnes_totaux_classes
from app.services.contexte import Contexte
from app.services.egalite_budget import phrase_du_budget, totaux_des_classes
from app.services.egalite_services import Egalite
from app.services.errors import MotifAttendu
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.egalite_listes import ListeEgalite
from app.ui.elements import etiquette


class ListeBudgets(ListeEgalite):
    """« À risque » asks why, in a bar, and writes both."""

    liste = "budget_genre"
    entites = ("budget_genre", "action", "cofinancement", "organisme")

    def __init__(self, contexte: Contexte, e: Egalite, annee: int) -> None:
        super().__init__(contexte, e, annee, self._demandant(colonnes_budget(e.budgets)))
        self.tableau.intitule = lambda: f"Budget sensible au genre {self.annee}"
        self.vue.a_une_fiche = True
        self.vue.ouverte.connect(self.action_demandee)
        self.barre_motif = BarreChamps(
            (ChampDeBarre("motif", "En quoi la dépense est à risque", largeur=420),), "Classer"
        )
        self.poser_barre(self.barre_motif)
        self.barre_classe = BarreChamps(
            (
                ChampDeBarre(
                    "classe",
                    "Classe",
                    choix=[(str(c), c.libelle) for c in ClasseGenre],
                    largeur=200,
                ),
                ChampDeBarre("motif", "Pourquoi", largeur=300),
            ),
            "Classer",
        )
        self.poser_barre(self.barre_classe)
        self.geste("Classer la sélection", self.classer)
        self.vue.volets.dire_si_vide("Aucun dossier cette année.")
        self.totaux, self.vue_totaux = self.table_dessous(colonnes_totaux_classes())
        self.dessous(etiquette("Totaux par classe", "fort"), self.vue_totaux)

    def lire(self) -> list[object]:
        lignes = self.e.budgets.de_l_annee(self.annee)
        self._phrase.setText(phrase_du_budget(lignes))
        self.totaux.remplacer_lignes(totaux_des_classes(lignes))
        return list(lignes)

    # Gestures -----------------------------------------------------------------------------------

    def classer(self) -> None:
        """One class for every selected action, in one operation."""
        cles = self.choisies()

        def garder(champs: Mapping[str, str]) -> None:
            self.e.budgets.classer(cles, champs["classe"], champs["motif"] or None)
            self.information.emit(
                f"Classé\u00a0: {compter(len(cles), 'action')}. Ctrl+Z y revient."
            )

        self.barre_motif.fermer()
        self.barre_classe.demander(compter(len(cles), "action"), garder)

    def _demandant(self, colonnes: list[Colonne]) -> list[Colonne]:
        """The same columns; a class refused for want of a reason is written once it is given."""
        return [
            replace(c, ecrire=partial(self._ecrire, c.ecrire))
            if c.cle == "classe" and c.ecrire is not None
            else c
            for c in colonnes
        ]

    def _ecrire(self, ecrire: Callable[[str, Any], None], cle: str, valeur: Any) -> None:
        try:
            ecrire(cle, valeur)
        except MotifAttendu:
            # The editor of the cell is still deciding what to do with its text.
            QTimer.singleShot(0, self, partial(self._demander_motif, cle, valeur))
            raise

    def _demander_motif(self, cle: str, classe: Any) -> None:
        for grille in self.vue.volets.grilles:
            if (editeur := grille.delegue.editeur) is not None:
                grille.closeEditor(editeur, grille.ABANDON)
        self.barre_classe.fermer()
        self.barre_motif.demander(
            "Dépense à risque",
            lambda champs: self.e.budgets.classer([cle], classe, champs["motif"]),
        )

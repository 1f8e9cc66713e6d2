"""What the lists of the instruction share."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from app.services.bus import Avis
from app.services.columns import Colonne
from app.services.contexte import Contexte
from app.services.instruction import Instruction
from app.ui.screen_listes import ListeDeLAnnee
from app.ui.suites_listes import avec_son_titre
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

SUIVIES = (
    "avis_instruction",
    "avis_commun",
    "service",
    "referent",
    "regle_affectation",
    "action",
    "cofinancement",
    "organisme",
    "appel",
    "etape_appel",
)
PAR_LIGNE = {"avis_instruction", "avis_commun", "cofinancement", "action", "franchissement"}
LIGNES_RELUES = 50  # actions that a notice may touch before the whole list is read again
FILTRE = 176  # narrower than elsewhere: these lists have more buttons


class ListeInstruction(ListeDeLAnnee):
    """`action_demandee(key)`: see the sheet of an action."""

    action_demandee = Signal(str)
    entites = SUIVIES

    def __init__(
        self, contexte: Contexte, i: Instruction, annee: int, colonnes: list[Colonne]
    ) -> None:
        self.i = i
        super().__init__(contexte, colonnes, annee)
        self._filtre.setFixedWidth(theme().px(FILTRE))
        self.vue.a_une_fiche = True
        self.vue.ouverte.connect(self._ouvrir)

    def dessous(self, titre: QWidget, vue: VueTableau, *boutons: QPushButton) -> QWidget:
        """A second table under the list, under its own line."""
        vue.refuse.connect(self.refuse)
        bloc = avec_son_titre(titre, vue, *boutons)
        self._corps.addWidget(bloc)
        return bloc

    def action_de(self, cle: str) -> str:
        """The action that a row is about."""
        return cle

    def relire(self, actions: Sequence[str]) -> Mapping[str, Any] | None:
        """The rows of some actions, by key; None: all of them are read again."""
        return None

    def actions_montrees(self, actions: Collection[str]) -> list[str]:
        """Keys of the rows in view that are about these actions."""
        return [cle for cle in actions if self.modele.contient(cle)]

    def sur_avis(self, avis: Avis) -> None:
        """What is typed only reads its own rows again."""
        touchees = {m.entite for m in avis.modifications}
        if self._perime or not self.isVisible() or touchees - PAR_LIGNE:
            super().sur_avis(avis)
            return
        actions = {
            str(m.cle if m.entite == "action" else m.valeur("action")) for m in avis.modifications
        }
        lues = self.relire(sorted(actions)) if len(actions) <= LIGNES_RELUES else None
        if lues is None:
            super().sur_avis(avis)
            return
        self.modele.retirer([cle for cle in self.actions_montrees(actions) if cle not in lues])
        self.modele.actualiser(lues)
        self.resumer(self.modele.toutes_les_lignes())

    def resumer(self, lignes: Sequence[Any]) -> None:
        """The sentence above the list."""

    def _ouvrir(self, cle: str) -> None:
        if action := self.action_de(cle):
            self.action_demandee.emit(action)

"""Blocks of columns that fold to one of them, by a click on their name or by a gesture."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.services.columns import Colonne

if TYPE_CHECKING:
    from app.ui.vue_tableau import VueTableau


class PlisColonnes(QObject):
    """A block is folded when all its columns but the kept one are hidden. `change()`: one moved.

    Nothing is remembered here: what a view restores of its hidden columns is what is folded.
    """

    change = Signal()

    def __init__(self, vue: VueTableau, est_gardee: Callable[[Colonne], bool]) -> None:
        super().__init__(vue)
        self._vue = vue
        self._est_gardee = est_gardee
        vue.plis = self
        for grille in vue.volets.grilles:
            grille.entete.est_plie = self.est_plie
            grille.entete.groupe_demande.connect(self.basculer)

    def groupes(self) -> list[str]:
        """Blocks that fold, from left to right."""
        colonnes = self._vue.modele.colonnes
        gardees = {c.groupe for c in colonnes if c.groupe and self._est_gardee(c)}
        return [g for g in dict.fromkeys(c.groupe for c in colonnes) if g in gardees]

    def mot_du_geste(self) -> str:
        """What folding or unfolding them all is called, as they stand."""
        plies = all(map(self.est_plie, self.groupes()))
        return "Tout déplier" if plies else "Tout replier"

    def est_plie(self, groupe: str) -> bool | None:
        """None: a block that does not fold."""
        autres, gardee = self._partager(groupe)
        if not autres or gardee is None:
            return None
        return all(cle in self._vue.volets.masquees for cle in autres)

    def _partager(self, groupe: str) -> tuple[list[str], str | None]:
        """(columns that a fold hides, the one it keeps)."""
        autres: list[str] = []
        gardee: str | None = None
        for colonne in self._vue.modele.colonnes:
            if colonne.groupe != groupe:
                continue
            if self._est_gardee(colonne):
                gardee = colonne.cle
            else:
                autres.append(colonne.cle)
        return autres, gardee

    def basculer(self, groupe: str) -> None:
        self.plier([groupe], plies=not self.est_plie(groupe))

    def plier(self, groupes: Iterable[str], *, plies: bool) -> None:
        """Fold or unfold blocks, in one layout."""
        partages = [self._partager(groupe) for groupe in groupes]
        autres = [cle for suite, gardee in partages if gardee is not None for cle in suite]
        volets = self._vue.volets
        if plies:
            volets.masquer_plusieurs([g for _, g in partages if g is not None], masquee=False)
        volets.masquer_plusieurs(autres, masquee=plies)
        self._quitter_les_caches()
        for grille in volets.grilles:  # a name drawn across the block is drawn again whole
            grille.entete.viewport().update()
        self.change.emit()

    def _quitter_les_caches(self) -> None:
        """The current cell never stays in a column that is no longer there."""
        vue = self._vue
        index = vue.index_courant()
        if not index.isValid():
            return
        colonne = vue.modele.colonnes[index.column()]
        if colonne.cle in vue.volets.masquees:
            _, gardee = self._partager(colonne.groupe)
            if gardee is not None:
                vue.aller(index.row(), vue.modele.rang(gardee))

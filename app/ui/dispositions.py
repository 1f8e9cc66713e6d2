"""What a table shows and in which order, as a Qt model: sort, filters, groups. The cells come after."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from time import perf_counter
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QTimer, Signal

from app.services.columns import Colonne
from app.services.errors import ErreurConnue
from app.services.etats_vue import Critere
from app.services.filtres import Condition, ValeurComptee, epreuve
from app.ui.lignes import Lignes
from app.ui.regroupement import Chemin, Groupe

AUCUN = QModelIndex()
SIGNATURE = "QList<QPersistentModelIndex>,QAbstractItemModel::LayoutChangeHint"
RANGEES = QAbstractTableModel.LayoutChangeHint.VerticalSortHint
BEAUCOUP = 1_500  # rows above which the table prepares itself ahead of time
REPOS = 100  # milliseconds left first to what has just opened, to paint itself
TRANCHE = 0.004  # seconds taken at once after that


class ModeleDispose(QAbstractTableModel):
    """`calcule()`: totals or the number of rows moved. `dispose()`: the sort, a filter or the groups
    are others.

    A rank is a row or a group: `est_groupe(rank)` tells. A group has no key ("") and nothing is
    written in it; `repere` names both, for those who keep a place.
    """

    calcule = Signal()
    dispose = Signal()

    def __init__(
        self, colonnes: Sequence[Colonne], parent: QObject | None, *, cle: Callable[[Any], str]
    ) -> None:
        super().__init__(parent)
        self._lignes = Lignes(colonnes, cle=cle)
        self._preparation: Iterator[None] = iter(())
        self._repose = False
        self._loisir = QTimer(self)
        self._loisir.timeout.connect(self._preparer)

    # What is there ------------------------------------------------------------------------------

    @property
    def colonnes(self) -> Sequence[Colonne]:
        return self._lignes.colonnes

    @property
    def lignes(self) -> Sequence[Any]:
        """What stands at each rank: a row, or the `Groupe` that heads some."""
        return self._lignes.vues

    @property
    def toutes(self) -> Sequence[Any]:
        """Every row, whatever the filter, in the order of the file."""
        return list(self._lignes.base.values())

    @property
    def nombre_total(self) -> int:
        """Rows, whatever the filter."""
        return len(self._lignes.base)

    @property
    def nombre_filtre(self) -> int:
        """Rows that the filters let through, in open groups or folded ones."""
        return len(self._lignes.passantes)

    @property
    def cles_filtrees(self) -> Sequence[str]:
        """Their keys, in order."""
        return self._lignes.passantes

    @property
    def lignes_filtrees(self) -> Sequence[Any]:
        """The rows that the filters let through, without groups: what totals and charts are made of."""
        return [self._lignes.base[cle] for cle in self._lignes.passantes]

    def lignes_de(self, groupe: Groupe) -> Sequence[Any]:
        """The rows of a group, folded or not."""
        return [self._lignes.base[cle] for cle in groupe.cles]

    @property
    def tri(self) -> Sequence[Critere]:
        return self._lignes.tri

    @property
    def filtre(self) -> str:
        """The words that the rows hold."""
        return self._lignes.filtre

    @property
    def conditions(self) -> Sequence[Condition]:
        return self._lignes.conditions

    @property
    def groupes(self) -> Sequence[str]:
        """Keys of the columns that rows are grouped by, outermost first."""
        return self._lignes.groupes

    @property
    def replies(self) -> frozenset[Chemin]:
        """Paths of the groups folded."""
        return frozenset(self._lignes.replies)

    @property
    def arbre(self) -> Sequence[Groupe]:
        """The outermost groups, which hold the others."""
        return self._lignes.arbre

    @property
    def est_filtre(self) -> bool:
        return bool(self.conditions or self.filtre.strip())

    def est_groupe(self, rang: int) -> bool:
        return type(self._lignes.vues[rang]) is Groupe

    def groupe(self, rang: int) -> Groupe | None:
        """The group of a rank, None when a row stands there."""
        ligne = self._lignes.vues[rang]
        return ligne if type(ligne) is Groupe else None

    def groupes_de(self, cle: str) -> Sequence[Groupe]:
        """The groups that a row stands under, innermost first."""
        return self._lignes.groupes_de(cle)

    def rang(self, cle_colonne: str) -> int:
        return self._lignes.rangs[cle_colonne]

    def a_la_colonne(self, cle_colonne: str) -> bool:
        return cle_colonne in self._lignes.rangs

    def ligne(self, cle: str) -> Any:
        return self._lignes.base[cle]

    def cle_de(self, rang: int) -> str:
        """Key of the row of a rank, empty for a group."""
        ligne = self._lignes.vues[rang]
        return "" if type(ligne) is Groupe else self._lignes.cle(ligne)

    def repere(self, rang: int) -> str:
        """What names the row or the group of a rank, for `position`."""
        return self._lignes.repere(rang)

    def position(self, repere: str) -> int:
        """Rank of a row by its key, -1 when a filter or a folded group hides it."""
        return self._lignes.position(repere)

    def total(self, colonne: int) -> Decimal | int | None:
        """Exact sum of a column over the rows that pass; None when the column is not summed."""
        return self._lignes.total(colonne)

    def sous_total(self, groupe: Groupe, colonne: int) -> Decimal | int | None:
        """The same over the rows of a group."""
        return self._lignes.sous_total(groupe, colonne)

    def valeurs_offertes(self, cle_colonne: str) -> list[ValeurComptee]:
        """The values of a column among the rows that the other filters let through."""
        return self._lignes.valeurs_offertes(cle_colonne)

    # Sort, filters, groups ----------------------------------------------------------------------

    def trier(self, criteres: Sequence[Critere]) -> None:
        """Sort by several columns, the first counting most; empty cells last; none: first order."""
        self._lignes.tri = [critere for critere in criteres if critere[0] in self._lignes.rangs]
        self._reordonner()
        self.dispose.emit()

    def filtrer(self, texte: str) -> None:
        """Keep the rows whose searched columns hold every word, accents and case ignored."""
        if texte != self.filtre:
            self.disposer(texte=texte)

    def conditionner(self, conditions: Sequence[Condition]) -> None:
        """Keep the rows that meet every condition. Raises ErreurConnue on a value not understood."""
        for condition in conditions:
            if self.a_la_colonne(condition.colonne):
                epreuve(condition, self._lignes.colonne(condition.colonne))
        self.disposer(conditions=conditions)

    def conditionner_colonne(self, cle_colonne: str, conditions: Sequence[Condition]) -> None:
        """The conditions of one column, in place of those it had."""
        autres = [c for c in self.conditions if c.colonne != cle_colonne]
        self.conditionner([*autres, *conditions])

    def tout_montrer(self) -> None:
        """No filter at all."""
        if self.est_filtre:
            self.disposer(conditions=(), texte="")

    def grouper(self, cles_colonnes: Sequence[str]) -> None:
        """Group the rows by these columns, outermost first; none: no group."""
        self.disposer(groupes=cles_colonnes, replies=())

    def disposer(
        self,
        *,
        tri: Sequence[Critere] | None = None,
        conditions: Iterable[Condition] | None = None,
        texte: str | None = None,
        groupes: Iterable[str] | None = None,
        replies: Iterable[Chemin] | None = None,
    ) -> None:
        """Several of these at once; None: as it is. What cannot be read is passed over."""
        lignes = self._lignes
        with self._remise_a_neuf():
            if tri is not None:
                lignes.tri = [critere for critere in tri if critere[0] in lignes.rangs]
            if conditions is not None:
                lignes.conditions = [c for c in conditions if self._est_lisible(c)]
            if texte is not None:
                lignes.filtre = texte
            if groupes is not None:
                lignes.groupes = [c for c in dict.fromkeys(groupes) if c in lignes.rangs]
            if replies is not None:
                lignes.replies = set(replies)
            lignes.recomposer()
        self.dispose.emit()

    def _est_lisible(self, condition: Condition) -> bool:
        if not self.a_la_colonne(condition.colonne):
            return False
        try:
            epreuve(condition, self._lignes.colonne(condition.colonne))
        except ErreurConnue:
            return False
        return True

    def replier(self, rang: int, *, replie: bool) -> None:
        """Fold or open the group of a rank; its subtotals stay."""
        groupe = self.groupe(rang)
        if groupe is None or groupe.replie == replie:
            return
        lignes = self._lignes
        groupe.replie = replie
        (lignes.replies.add if replie else lignes.replies.discard)(groupe.chemin)
        dedans = lignes.sous(groupe)
        premier, dernier = rang + 1, rang + len(dedans)
        if replie:
            self.beginRemoveRows(AUCUN, premier, dernier)
            del lignes.vues[premier : dernier + 1]
        else:
            self.beginInsertRows(AUCUN, premier, dernier)
            lignes.vues[premier:premier] = dedans
        lignes.numeroter()
        (self.endRemoveRows if replie else self.endInsertRows)()
        self.dispose.emit()

    def replier_tout(self, *, replie: bool) -> None:
        """Fold or open every group."""
        with self._remise_a_neuf():
            self._lignes.replier_tout(replie=replie)
        self.dispose.emit()

    def devoiler(self, cle: str) -> int:
        """Rank of a row, once its groups are open and the filters that hide it are gone; -1: unknown."""
        if cle not in self._lignes.base:
            return -1
        if self.position(cle) < 0 and not self._passe(cle):
            self.tout_montrer()
        if self.position(cle) < 0:
            for groupe in reversed(self._lignes.groupes_de(cle)):
                self.replier(self.position(groupe.repere), replie=False)
        return self.position(cle)

    def _passe(self, cle: str) -> bool:
        return bool(self._lignes.passer([cle]))

    def chercher_dans(self, cles: Iterable[str]) -> None:
        """The columns that the filter reads: those on screen."""
        self._lignes.chercher_dans(set(cles))
        self._preparer_bientot()

    # Ahead of time ------------------------------------------------------------------------------

    @property
    def se_prepare(self) -> bool:
        """Whether it is still getting ready to sort and to filter many rows."""
        return self._loisir.isActive()

    def _preparer_bientot(self) -> None:
        """Get ready to sort and to filter many rows while nobody asks for anything."""
        if len(self._lignes.base) >= BEAUCOUP:
            self._preparation = self._lignes.preparer()
            self._repose = False
            self._loisir.start(0)

    def _preparer(self) -> None:
        if not self._repose:  # the window is there, however long it took: its rest begins
            self._repose = True
            self._loisir.setInterval(REPOS)
            return
        self._loisir.setInterval(0)
        fin = perf_counter() + TRANCHE
        for _ in self._preparation:
            if perf_counter() > fin:
                return
        self._loisir.stop()

    # How Qt is told -----------------------------------------------------------------------------

    @contextmanager
    def _remise_a_neuf(self) -> Iterator[None]:
        self.beginResetModel()
        yield
        self.endResetModel()
        self.calcule.emit()

    def _reordonner(self) -> None:
        """Rows in the order of the sort; with groups, some may come in and out of folded ones."""
        if self.groupes:
            with self._remise_a_neuf():
                self._lignes.reordonner()
            return
        # Columns stay where they are: without being told so, headers would set each of them again.
        self.layoutAboutToBeChanged[SIGNATURE].emit([], RANGEES)
        fixes = self.persistentIndexList()
        cles = [self.cle_de(fixe.row()) for fixe in fixes]
        self._lignes.reordonner()
        nouvelles = [
            self.index(self.position(cle), fixe.column())
            for cle, fixe in zip(cles, fixes, strict=True)
        ]
        self.changePersistentIndexList(fixes, nouvelles)
        self.layoutChanged[SIGNATURE].emit([], RANGEES)

"""Rows of a table, sorted, filtered and summed on Python lists. No Qt: the model adapts it.

A proxy model sorts 20,000 rows in a second; a list, with keys computed once, in 20 ms.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from app.services.columns import NOMBRES as TYPES_DE_NOMBRES
from app.services.columns import Colonne, TypeColonne, replier

Critere = tuple[str, bool]  # column key, descending

ZERO = Decimal(0)
MOTS, NOMBRES = 0, 1  # the two texts of a row that the filter reads


class Lignes:
    """All the rows of a table by key (`base`), and those shown, in their order (`vues`)."""

    def __init__(self, colonnes: Sequence[Colonne], *, cle: Callable[[Any], str]) -> None:
        self.cle = cle
        self.base: dict[str, Any] = {}
        self.vues: list[Any] = []
        self.positions: dict[str, int] = {}
        self.tri: list[Critere] = []
        self.filtre = ""
        self.prendre_colonnes(colonnes)

    def prendre_colonnes(self, colonnes: Sequence[Colonne]) -> None:
        """Other columns: a sort on one that is gone is forgotten."""
        self.colonnes = list(colonnes)
        self.rangs = {colonne.cle: rang for rang, colonne in enumerate(self.colonnes)}
        self.cherchees = {colonne.cle for colonne in colonnes if colonne.visible}
        self.tri = [critere for critere in self.tri if critere[0] in self.rangs]
        self._oublier()

    def remplacer(self, lignes: Iterable[Any]) -> None:
        self._oublier()
        self.base = {self.cle(ligne): ligne for ligne in lignes}
        self.recomposer()

    def recomposer(self) -> None:
        """Apply the filter and the sort again to every row."""
        self.vues = self._trier(self.passer(self.base.values()))
        self.numeroter()

    def numeroter(self) -> None:
        """After `vues` has changed: positions again, and totals are to be computed again."""
        cle = self.cle
        self.positions = {cle(ligne): rang for rang, ligne in enumerate(self.vues)}
        self._totaux.clear()

    def changer(self, cle: str, ligne: Any) -> list[int]:
        """New version of a row, at the same place; ranks of the columns whose value changed."""
        ancienne, self.base[cle] = self.base[cle], ligne
        self.oublier_ligne(cle)
        rang = self.positions.get(cle, -1)
        if rang < 0:
            return []
        self.vues[rang] = ligne
        changees = [
            c
            for c, colonne in enumerate(self.colonnes)
            if colonne.lire(ancienne) != colonne.lire(ligne)
        ]
        for c in changees:
            self._suivre_total(c, retire=ancienne, ajoute=ligne)
        return changees

    def _oublier(self) -> None:
        self._cles_de_tri: dict[str, dict[str, Any]] = {}
        self._plis: tuple[dict[str, str], dict[str, str]] = ({}, {})
        self._totaux: dict[int, Decimal | int] = {}

    def oublier_ligne(self, cle: str) -> None:
        """Forget what was computed of a row."""
        for cache in (*self._cles_de_tri.values(), *self._plis):
            cache.pop(cle, None)

    # Sort ---------------------------------------------------------------------------------------

    def reordonner(self) -> None:
        """Sort the rows shown, without letting others in or out."""
        montrees = [ligne for cle, ligne in self.base.items() if cle in self.positions]
        self.vues = self._trier(montrees)
        cle = self.cle
        self.positions = {cle(ligne): rang for rang, ligne in enumerate(self.vues)}

    def _trier(self, lignes: list[Any]) -> list[Any]:
        """Stable, the first criterion counting most, empty cells last in both directions."""
        cle = self.cle
        for cle_colonne, descendant in reversed(self.tri):
            cles = self._cles_de(cle_colonne)
            vides = [ligne for ligne in lignes if cles[cle(ligne)] is None]
            pleines = [ligne for ligne in lignes if cles[cle(ligne)] is not None]
            pleines.sort(key=lambda ligne, cles=cles: cles[cle(ligne)], reverse=descendant)
            lignes = pleines + vides
        return lignes

    def _cles_de(self, cle_colonne: str) -> dict[str, Any]:
        """Sort keys of a column, each computed once."""
        colonne = self.colonnes[self.rangs[cle_colonne]]
        cles = self._cles_de_tri.setdefault(cle_colonne, {})
        if len(cles) < len(self.base):
            for cle, ligne in self.base.items():
                if cle not in cles:
                    cles[cle] = colonne.cle_de_tri(ligne)
        return cles

    # Filter -------------------------------------------------------------------------------------

    def chercher_dans(self, cles: set[str]) -> None:
        """The columns that the filter reads: those on screen."""
        if cles != self.cherchees:
            self.cherchees = cles
            self._plis = ({}, {})

    def passer(self, lignes: Iterable[Any]) -> list[Any]:
        """The rows that hold every word; a word with figures is looked for in the numbers too."""
        gardees = list(lignes)
        cle = self.cle
        for mot in replier(self.filtre).split():
            plis = [self._plis_de(MOTS, gardees)]
            if any(c.isdigit() for c in mot):
                plis.append(self._plis_de(NOMBRES, gardees))
            gardees = [
                ligne for ligne in gardees if any(mot in textes[cle(ligne)] for textes in plis)
            ]
        return gardees

    def _plis_de(self, sorte: int, lignes: Sequence[Any]) -> dict[str, str]:
        """Folded text of each row: its words, or its numbers as one types them."""
        plis = self._plis[sorte]
        cle = self.cle
        manquantes = [ligne for ligne in lignes if cle(ligne) not in plis]
        if manquantes:
            lues = [
                colonne.texte_a_copier
                for colonne in self.colonnes
                if colonne.cle in self.cherchees and colonne.est_nombre == (sorte == NOMBRES)
            ]
            for ligne in manquantes:
                plis[cle(ligne)] = "\n".join([replier(lire(ligne)) for lire in lues])
        return plis

    # Totals -------------------------------------------------------------------------------------

    def total(self, rang: int) -> Decimal | int | None:
        """Exact sum of a column over the rows shown; None when the column is not summed."""
        colonne = self.colonnes[rang]
        if not colonne.total:
            return None
        if rang not in self._totaux:
            zero = ZERO if colonne.type == TypeColonne.MONTANT else 0
            self._totaux[rang] = sum(
                [valeur for valeur in map(colonne.lire, self.vues) if valeur is not None], zero
            )
        return self._totaux[rang]

    def _suivre_total(self, rang: int, *, retire: Any, ajoute: Any) -> None:
        """A total already computed follows the edit, whatever the number of rows."""
        if rang in self._totaux:
            lire = self.colonnes[rang].lire
            self._totaux[rang] += (lire(ajoute) or 0) - (lire(retire) or 0)

    def nombres(
        self, blocs: Iterable[tuple[range, Iterable[int]]]
    ) -> tuple[TypeColonne, list[Any]]:
        """Known numbers of blocks (ranks, columns): the amounts if any, else the counts, the ratios."""
        trouves: dict[TypeColonne, list[Any]] = {genre: [] for genre in TYPES_DE_NOMBRES}
        for rangs, colonnes in blocs:
            for colonne in (self.colonnes[c] for c in colonnes):
                if colonne.type in trouves:
                    suite = map(colonne.lire, self.vues[rangs.start : rangs.stop])
                    trouves[colonne.type].extend([v for v in suite if v is not None])
        return next(
            ((g, suite) for g, suite in trouves.items() if suite), (TypeColonne.MONTANT, [])
        )

    def pleines(self, blocs: Iterable[tuple[range, Iterable[int]]]) -> int:
        """How many cells of blocks hold something."""
        total = 0
        for rangs, colonnes in blocs:
            suite = self.vues[rangs.start : rangs.stop]
            for c in colonnes:
                total += sum(1 for v in map(self.colonnes[c].lire, suite) if v not in (None, ""))
        return total

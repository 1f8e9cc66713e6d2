"""What has been read of the rows, column by column and by row key, each thing once. No Qt.

Sorting, filtering and summing 20,000 rows then run on dictionaries, without a call per cell.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from app.services.columns import Colonne, nombre_brut, replier
from app.services.filtres import est_vide


class Memoire(dict[Any, Any]):
    """Results of a function, by value."""

    def __init__(self, calculer: Callable[[Any], Any]) -> None:
        super().__init__()
        self._calculer = calculer

    def __missing__(self, valeur: Any) -> Any:
        resultat = self[valeur] = self._calculer(valeur)
        return resultat


class Valeurs:
    """`base` gives the rows by key; it may change between two calls, `oublier` says which rows did."""

    def __init__(self, base: Mapping[str, Any]) -> None:
        self.base = base
        self._lues: dict[str, dict[str, Any]] = {}
        self._cles: dict[str, dict[str, Any]] = {}
        self._textes: dict[str, Memoire] = {}
        self._plis: dict[tuple[str, ...], dict[str, str]] = {}
        self._plies: dict[str, Memoire] = {}

    def oublier(self, cle: str) -> None:
        """Forget what was read of a row."""
        for cache in (*self._lues.values(), *self._cles.values(), *self._plis.values()):
            cache.pop(cle, None)

    def de(self, colonne: Colonne) -> dict[str, Any]:
        """Value of every row."""
        lues = self._lues.setdefault(colonne.cle, {})
        if len(lues) < len(self.base):
            lire = colonne.lire
            lues.update({c: lire(ligne) for c, ligne in self.base.items() if c not in lues})
        return lues

    def connue(self, colonne: Colonne, cle: str, ligne: Any) -> Any:
        """Value of one row as it was read last, else as it is."""
        lues = self._lues.get(colonne.cle, {})
        return lues[cle] if cle in lues else colonne.lire(ligne)

    def cles_de_tri(self, colonne: Colonne) -> dict[str, Any]:
        """Sort key of every row, None when the cell is empty."""
        cles = self._cles.setdefault(colonne.cle, {})
        if len(cles) < len(self.base):
            memoire = Memoire(colonne.cle_de_valeur)
            valeurs = self.de(colonne)
            cles.update({c: memoire[valeurs[c]] for c in self.base if c not in cles})
        return cles

    def textes(self, colonne: Colonne) -> Memoire:
        """Text of a value of the column, as cells show it; "" when it is empty."""
        if colonne.cle not in self._textes:
            self._textes[colonne.cle] = Memoire(
                lambda valeur: "" if est_vide(valeur) else colonne.texte_de(valeur)
            )
        return self._textes[colonne.cle]

    def plis(self, colonnes: Sequence[Colonne]) -> dict[str, str]:
        """Folded text of every row on these columns; numbers as one types them."""
        plis = self._plis.setdefault(tuple(c.cle for c in colonnes), {})
        manquantes = [cle for cle in self.base if cle not in plis]
        if manquantes:
            lues = [(self._plis_de(c), self.de(c)) for c in colonnes]
            for cle in manquantes:
                plis[cle] = "\n".join([memoire[valeurs[cle]] for memoire, valeurs in lues])
        return plis

    def oublier_plis(self) -> None:
        """Other columns are searched."""
        self._plis.clear()

    def _plis_de(self, colonne: Colonne) -> Memoire:
        if colonne.cle not in self._plies:
            self._plies[colonne.cle] = Memoire(
                _nombre_tape if colonne.est_nombre else lambda v: replier(colonne.texte_de(v))
            )
        return self._plies[colonne.cle]

    def compter(self, colonne: Colonne, cles: Iterable[str]) -> dict[Any, int]:
        """How many of these rows have each value."""
        valeurs = self.de(colonne)
        comptes: dict[Any, int] = {}
        for cle in cles:
            valeur = valeurs[cle]
            comptes[valeur] = comptes.get(valeur, 0) + 1
        return comptes


def _nombre_tape(valeur: Any) -> str:
    return "" if valeur is None else nombre_brut(valeur)

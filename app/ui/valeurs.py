"""What has been read of the rows, column by column and by row key, each thing once. No Qt.

Sorting, filtering and summing 20,000 rows then run on dictionaries, without a call per cell.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import Any

from app.services.columns import Colonne, nombre_brut, replier
from app.services.filtres import est_vide

LOT = 400  # rows prepared between two looks at the clock


class Memoire(dict[Any, Any]):
    """Results of a function, by value."""

    def __init__(self, calculer: Callable[[Any], Any]) -> None:
        super().__init__()
        self._calculer = calculer

    def __missing__(self, valeur: Any) -> Any:
        resultat = self[valeur] = self._calculer(valeur)
        return resultat


class Valeurs:
    """`base` gives the rows by key. Its owner says which rows change, come and go."""

    def __init__(self, base: Mapping[str, Any]) -> None:
        self.base = base
        self.lues: dict[str, dict[str, Any]] = {}  # column -> row -> value, of what was read
        self._listes: dict[str, list[Any]] = {}
        self._cles: dict[str, Memoire] = {}
        self._rangs: dict[tuple[str, bool], dict[str, int]] = {}
        self._textes: dict[str, Memoire] = {}
        self._plies: dict[str, Memoire] = {}
        self._plis: dict[tuple[str, ...], dict[str, str]] = {}
        self._plis_ranges: dict[tuple[str, ...], list[str]] = {}

    # Rows that change ---------------------------------------------------------------------------

    def changer(self, cle: str, nouvelles: Mapping[str, Any]) -> None:
        """New values of a row, by column key."""
        for colonne, valeur in nouvelles.items():
            if colonne in self.lues:
                self.lues[colonne][cle] = valeur
            self._listes.pop(colonne, None)
            self._rangs.pop((colonne, False), None)
            self._rangs.pop((colonne, True), None)
        if nouvelles:
            for plis in self._plis.values():
                plis.pop(cle, None)
            self._plis_ranges.clear()

    def retirer(self, cle: str) -> None:
        """A row that is no longer there."""
        for cache in (*self.lues.values(), *self._rangs.values(), *self._plis.values()):
            cache.pop(cle, None)
        self._oublier_l_ordre()

    def reordonner(self, base: Mapping[str, Any]) -> None:
        """Rows that came, or the same in another order."""
        self.base = base
        self._oublier_l_ordre()

    def _oublier_l_ordre(self) -> None:
        self._listes.clear()
        self._plis_ranges.clear()

    # Values -------------------------------------------------------------------------------------

    def de(self, colonne: Colonne) -> dict[str, Any]:
        """Value of every row."""
        lues = self.lues.setdefault(colonne.cle, {})
        if len(lues) < len(self.base):
            manquantes = (
                {c: li for c, li in self.base.items() if c not in lues} if lues else self.base
            )
            lues.update(zip(manquantes, colonne.lire_lignes(manquantes.values()), strict=True))
        return lues

    def liste(self, colonne: Colonne) -> list[Any]:
        """Value of every row, in the base's order."""
        liste = self._listes.get(colonne.cle)
        if liste is None:
            valeurs = self.de(colonne)
            liste = self._listes[colonne.cle] = list(map(valeurs.__getitem__, self.base))
        return liste

    def connues(self, colonne: Colonne, garder: Sequence[bool] | None) -> Iterable[Any]:
        """Values that are neither empty nor zero, of the rows kept (None: all, in any order)."""
        if garder is None:
            return filter(None, self.de(colonne).values())
        return filter(None, compress(self.liste(colonne), garder))

    def compter(self, colonne: Colonne, garder: Sequence[bool] | None) -> dict[Any, int]:
        """How many of the rows kept (None: all) have each value."""
        liste = self.liste(colonne)
        return Counter(liste if garder is None else compress(liste, garder))

    # Order --------------------------------------------------------------------------------------

    def rangs(self, colonne: Colonne, *, descendant: bool) -> dict[str, int]:
        """Place of every row in the order of a column, empty cells last; whole numbers sort quickly."""
        rangs = self._rangs.get((colonne.cle, descendant))
        if rangs is None or len(rangs) < len(self.base):
            valeurs = self.de(colonne)
            places = self._places(colonne, set(valeurs.values()), sens=-1 if descendant else 1)
            rangs = {cle: places[valeur] for cle, valeur in valeurs.items()}
            self._rangs[colonne.cle, descendant] = rangs
        return rangs

    def _places(self, colonne: Colonne, valeurs: Iterable[Any], *, sens: int) -> dict[Any, int]:
        """Place of each distinct value, the empty ones after all the others."""
        memoire = self.cles_de(colonne)
        cles = {valeur: memoire[valeur] for valeur in valeurs}
        ordre = sorted({cle for cle in cles.values() if cle is not None})
        places: dict[Any, int] = {cle: sens * rang for rang, cle in enumerate(ordre)}
        places[None] = len(ordre)
        return {valeur: places[cle] for valeur, cle in cles.items()}

    def cles_de(self, colonne: Colonne) -> Memoire:
        """What a value of the column is sorted by."""
        return self._cles.setdefault(colonne.cle, Memoire(colonne.cle_de_valeur))

    # Texts --------------------------------------------------------------------------------------

    def textes(self, colonne: Colonne) -> Memoire:
        """Text of a value of the column, as cells show it; "" when it is empty."""
        if colonne.cle not in self._textes:
            self._textes[colonne.cle] = Memoire(
                lambda valeur: "" if est_vide(valeur) else colonne.texte_de(valeur)
            )
        return self._textes[colonne.cle]

    def plies(self, colonne: Colonne) -> Memoire:
        """Folded text of a value; a number as one types it."""
        if colonne.cle not in self._plies:
            textes = self.textes(colonne)
            self._plies[colonne.cle] = Memoire(
                _nombre_tape if colonne.est_nombre else lambda valeur: replier(textes[valeur])
            )
        return self._plies[colonne.cle]

    def plis(self, colonnes: Sequence[Colonne]) -> dict[str, str]:
        """Folded text of every row on these columns."""
        plis = self._plis.setdefault(tuple(c.cle for c in colonnes), {})
        if len(plis) < len(self.base):
            self._plier(colonnes, plis, [cle for cle in self.base if cle not in plis])
        return plis

    def plis_ranges(self, colonnes: Sequence[Colonne]) -> list[str]:
        """The same in the base's order."""
        cles = tuple(c.cle for c in colonnes)
        if cles not in self._plis_ranges:
            self._plis_ranges[cles] = list(map(self.plis(colonnes).__getitem__, self.base))
        return self._plis_ranges[cles]

    def _plier(self, colonnes: Sequence[Colonne], plis: dict[str, str], cles: list[str]) -> None:
        lues = [(self.plies(c), self.de(c)) for c in colonnes]
        for cle in cles:
            plis[cle] = "\n".join([memoire[valeurs[cle]] for memoire, valeurs in lues])

    def oublier_plis(self) -> None:
        """Other columns are searched."""
        self._plis.clear()
        self._plis_ranges.clear()

    # Ahead of time ------------------------------------------------------------------------------

    def preparer(self, colonnes: Sequence[Colonne]) -> Iterator[None]:
        """Read, order and fold these columns, a few rows at a time, before anyone asks."""
        for colonne in colonnes:
            for _ in self._lire_peu_a_peu(colonne):
                yield
        mots = [c for c in colonnes if not c.est_nombre]
        for cherchees in (mots, list(colonnes)):
            plis = self._plis.setdefault(tuple(c.cle for c in cherchees), {})
            for lot in _par_lots([cle for cle in self.base if cle not in plis]):
                self._plier(cherchees, plis, [cle for cle in lot if cle in self.base])
                yield

    def _lire_peu_a_peu(self, colonne: Colonne) -> Iterator[None]:
        lues = self.lues.setdefault(colonne.cle, {})
        if colonne.lire_tout is not None:
            self.de(colonne)
            yield
        lire, cles, plies = colonne.lire, self.cles_de(colonne), self.plies(colonne)
        for lot in _par_lots(list(self.base)):
            for cle in lot:
                if cle not in lues and cle in self.base:
                    lues[cle] = lire(self.base[cle])
                valeur = lues.get(cle)
                cles[valeur], plies[valeur]
            yield
        for descendant in (False, True):
            self.rangs(colonne, descendant=descendant)
            yield


def _par_lots(cles: Sequence[str]) -> Iterator[Sequence[str]]:
    for debut in range(0, len(cles), LOT):
        yield cles[debut : debut + LOT]


def _nombre_tape(valeur: Any) -> str:
    return "" if valeur is None else nombre_brut(valeur)

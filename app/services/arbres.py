"""Walking up a tree of rows. Another program may have made a loop of it, or cut a branch: both end."""

from collections.abc import Iterable, Iterator, Mapping


def remonter(cle: str, parents: Mapping[str, str | None]) -> Iterator[str]:
    """A row, then those above it up to the top, each once. Rows that are no longer there end it."""
    vus: set[str] = set()
    suivante: str | None = cle
    while suivante is not None and suivante in parents and suivante not in vus:
        yield suivante
        vus.add(suivante)
        suivante = parents[suivante]


def boucles(parents: Mapping[str, str | None]) -> set[str]:
    """Rows that stand, directly or not, above themselves."""
    return {
        cle for cle in parents if any(parents[ancetre] == cle for ancetre in remonter(cle, parents))
    }


def chemins(noeuds: Iterable[tuple[str, str | None, str]]) -> dict[str, str]:
    """node -> « axis › objective », of (node, parent, label): a label alone may be there twice."""
    par_cle = {cle: (parent, libelle) for cle, parent, libelle in noeuds}
    parents = {cle: parent for cle, (parent, _) in par_cle.items()}
    return {
        cle: " › ".join(reversed([par_cle[c][1] for c in remonter(cle, parents)]))
        for cle in par_cle
    }

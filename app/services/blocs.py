"""Blocks of cells as texts: read from what a spreadsheet copies, and laid over a selection."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from time import monotonic

from app.services.errors import SaisieRefusee

Bloc = list[list[str]]
Zone = tuple[range, list[int]]  # ranks of rows, columns from left to right
CASES_MAXIMUM = 500_000

# A field in quotes ends before a tab or a line end; a quote elsewhere is a quote.
_CHAMP = re.compile(r'"((?:[^"]|"")*)"(?=[\t\r\n]|\Z)|([^\t\r\n]*)')
_FIN = re.compile(r"\t|\r\n|\r|\n")
# A page is read by slices, and given up when it takes too long: the reader of the library goes back
# over a tag that nothing closes as many times as it has signs.
TRANCHE, SECONDES, SUSPENS_MAXIMUM = 16_384, 2.0, 8_192


def lire_tsv(texte: str) -> Bloc:
    """Rows of cells from tab-separated text, quotes and line ends inside them kept."""
    lignes: Bloc = [[]]
    place = cases = 0
    while True:
        cases += 1
        if cases > CASES_MAXIMUM + 1:  # the end of the last row counts for one
            raise _trop_grand()
        champ = _CHAMP.match(texte, place)
        assert champ is not None  # the second form matches nothing too
        cite, nu = champ.groups()
        lignes[-1].append(nu if cite is None else _lignes_de(cite.replace('""', '"')))
        fin = _FIN.match(texte, champ.end())
        if fin is None:
            break
        place = fin.end()
        if fin[0] != "\t":
            lignes.append([])
    if len(lignes) > 1 and lignes[-1] == [""]:
        lignes.pop()  # a spreadsheet ends its last row too
    return _rectangle(lignes)


def _lignes_de(texte: str) -> str:
    return texte.replace("\r\n", "\n").replace("\r", "\n")


def lire_html(texte: str) -> Bloc:
    """Rows of cells from the first table of a page; a page without one is a single cell."""
    lecteur = _LecteurDeTable()
    try:
        lecteur.lire(texte)
    except (
        AssertionError,
        ValueError,
    ):  # what the library makes of a mark or a number it cannot read
        raise SaisieRefusee(
            "Ce qui est copié ne se lit pas comme un tableau : copiez-le à nouveau."
        ) from None
    return _rectangle(lecteur.lignes or [[lecteur.hors]])


def _rectangle(lignes: Bloc) -> Bloc:
    """Every row as long as the longest."""
    largeur = max(map(len, lignes))
    if largeur * len(lignes) > CASES_MAXIMUM:
        raise SaisieRefusee("Ce bloc est trop grand : copiez-en une partie, puis l'autre.")
    return [[*ligne, *[""] * (largeur - len(ligne))] for ligne in lignes]


def _trop_grand() -> SaisieRefusee:
    return SaisieRefusee("Ce bloc est trop grand : copiez-en une partie, puis l'autre.")


class _LecteurDeTable(HTMLParser):
    """Gathers the text of cells; `<br>` is a line end, the other line ends are spaces."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lignes: Bloc = []
        self._hors: list[str] = []
        self._case: list[str] | None = None
        self._largeur = 1
        self._cache = 0  # inside <style> or <head>

    def lire(self, texte: str) -> None:
        """Read a whole page. Raises SaisieRefusee when it is too large or made to be slow."""
        fin = monotonic() + SECONDES
        for debut in range(0, len(texte), TRANCHE):
            self.feed(texte[debut : debut + TRANCHE])
            if monotonic() > fin:
                raise _trop_grand()
        if len(self.rawdata) > SUSPENS_MAXIMUM:
            self.rawdata = ""  # a mark that is never closed: nothing of a table
        self.close()

    @property
    def hors(self) -> str:
        """The text of a page without a table."""
        return "".join(self._hors).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "script", "head", "title"):
            self._cache += 1
        elif tag == "tr":
            self._fermer()
            self.lignes.append([])
        elif tag in ("td", "th"):
            self._fermer()
            self._case = []
            voulue = dict(attrs).get("colspan") or ""
            self._largeur = _largeur(voulue)
        elif tag == "br" and self._case is not None:
            self._case.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script", "head", "title"):
            self._cache = max(0, self._cache - 1)
        elif tag in ("td", "th", "tr", "table"):
            self._fermer()

    def handle_data(self, data: str) -> None:
        if self._cache:
            return
        propre = re.sub(r"[ \t\r\n]+", " ", data)
        if self._case is None:
            self._hors.append(propre)
        else:
            self._case.append(propre)

    def close(self) -> None:
        super().close()
        self._fermer()
        self.lignes = [ligne for ligne in self.lignes if ligne]

    def _fermer(self) -> None:
        if self._case is None:
            return
        texte = "\n".join(bout.strip(" ") for bout in "".join(self._case).split("\n")).strip()
        if not self.lignes:
            self.lignes.append([])
        self.lignes[-1] += [texte, *[""] * (self._largeur - 1)]
        self._case = None


def _largeur(voulue: str) -> int:
    """Columns that a cell covers."""
    return max(1, min(int(voulue), 1000)) if voulue.isdecimal() and len(voulue) < 6 else 1


# Where a block goes -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where the cells of a block go: (row rank, column, text); and how much has no room."""

    cases: tuple[tuple[int, int, str], ...]
    lignes_hors: int = 0
    colonnes_hors: int = 0


def placer(bloc: Bloc, zones: Sequence[Zone], *, visibles: Sequence[int], lignes: int) -> Place:
    """Lay a block over the selected zones, as a spreadsheet does.

    One value fills them all; a block repeats over a zone that is a multiple of its size, else it
    starts at its corner. Raises SaisieRefusee when several zones are selected for a block.
    """
    hauteur, largeur = len(bloc), len(bloc[0])
    if (hauteur, largeur) == (1, 1):
        texte = bloc[0][0]
        return Place(tuple((r, c, texte) for rangs, cols in zones for r in rangs for c in cols))
    if len(zones) > 1:
        raise SaisieRefusee("Pour coller un bloc, choisissez une seule zone ou sa première case.")
    if not zones:
        raise SaisieRefusee("Choisissez d'abord une case où coller.")
    rangs, colonnes = zones[0]
    if len(rangs) % hauteur:
        rangs = range(rangs.start, rangs.start + hauteur)
    if len(colonnes) % largeur:
        debut = visibles.index(colonnes[0])
        colonnes = list(visibles[debut : debut + largeur])
    dedans = range(rangs.start, min(rangs.stop, lignes))
    return Place(
        tuple(
            (r, c, bloc[(r - rangs.start) % hauteur][rang % largeur])
            for r in dedans
            for rang, c in enumerate(colonnes)
        ),
        lignes_hors=len(rangs) - len(dedans),
        colonnes_hors=max(0, largeur - len(colonnes)),
    )

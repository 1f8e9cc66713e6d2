"""A sheet of a workbook: its formats, title block, measured columns and rows, its paper."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any
from unicodedata import normalize

from xlsxwriter.utility import xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import CellDatetimeTuple, CellNumberTuple, CellStringTuple, Worksheet

from app.services.colonnes_classeur import Genre
from app.services.documents import date_longue, texte_net
from app.services.rows import Programmation

ENCRE, SECONDE, FILET, FOND = "#1C2127", "#59636E", "#DFDDD7", "#F6F5F2"
PALE = "#A3ABB3"
# Arial has twins of the same widths everywhere (Liberation Sans, Nimbus Sans): no column overflows.
# As the workbook's own face too, it gives the unit of the widths: 7 pixels a figure in 10 points.
POLICE_CLASSEUR = {"font_name": "Arial", "font_size": 10}
POLICE = {"font_name": "Arial", "font_size": 9, "font_color": ENCRE, "valign": "vcenter"}
# Advance of the characters 32 to 126 of those faces, in thousandths of the size.
_CHASSES = (
    *(278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, *[556] * 10),
    *(278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667),
    *(556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278),
    *(469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556),
    *(556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584),
)
_CORPS_PX = 12  # 9 points
_GRAS = 1.1  # bold is wider
_MARGE_CELLULE = 11
RETRAIT_PX = 9  # one step of indent
_INTERLIGNE_PX = 14
# [$-40C] asks for French separators where the program would follow another language.
NOMBRE = '[$-40C]#,##0;[$-40C]"−"#,##0;"–"'
CENTIMES = '[$-40C]#,##0.00;[$-40C]"−"#,##0.00;"–"'
PART = '0"\u00a0"%;"−"0"\u00a0"%;"–"'
DATE = "dd/mm/yyyy"
TEXTE_MAXIMUM = 32_767  # characters in a cell, a limit of the format
ENTETE = 4  # row of the column titles (from 0); the row above groups them
PIXELS_PAR_MM = 96 / 25.4
MARGE_MM = 15
# (paper code of the format, width in mm), landscape: A3 for the great table, A4 for the others.
A3, A4 = (8, 420), (9, 297)
ECHELLE_MINIMUM = 0.5  # smaller, 9 points cannot be read: the table takes several pages in width
ECHELLE_PLUSIEURS_PAGES = 65
LARGEUR_MAXIMUM = 600
HAUTEUR_MAXIMUM = 545  # a limit of Excel


_INTERDITS = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def nom_de_feuille(nom: str, sinon: str, *, longueur: int = 31) -> str:
    """A name that a sheet may bear; `sinon` when nothing is left of it."""
    propre = _INTERDITS.sub(" ", texte_net(nom)).strip("' ")[:longueur].strip("' ")
    return propre or sinon


class Styles:
    """Formats of the workbook, made once each."""

    def __init__(self, livre: Any) -> None:
        self._livre = livre
        self._faits: dict[tuple[tuple[str, object], ...], Any] = {}

    def __call__(self, **traits: object) -> Any:
        cle = tuple(sorted(traits.items()))
        if cle not in self._faits:
            self._faits[cle] = self._livre.add_format({**POLICE, **traits})
        return self._faits[cle]

    def cellule(self, genre: Genre, nombre: str, **traits: object) -> Any:
        """Text stays text even when it is typed again; numbers stand on the right."""
        if genre is Genre.TEXTE:
            return self(num_format="@", text_wrap=True, **traits)
        return self(num_format=nombre, align="right", **traits)

    def titre(self, *, droite: bool, **traits: object) -> Any:
        cote = "right" if droite else "left"
        fixes = {"font_size": 8, "font_color": SECONDE, "text_wrap": True, "align": cote}
        return self(**fixes, bottom=1, bottom_color=ENCRE, **traits)

    def groupe(self, **traits: object) -> Any:
        """Name of a block of columns, over the titles."""
        fixes = {"bold": True, "text_wrap": True, "num_format": "@", "valign": "bottom"}
        return self(**fixes, bottom=1, bottom_color=PALE, **traits)


def _nombre(lieu: str, case: CellNumberTuple | CellDatetimeTuple) -> str:
    return f"<c {lieu}><v>{case.number:.16G}</v></c>"


def _chaine(lieu: str, case: CellStringTuple) -> str:
    return f'<c {lieu} t="s"><v>{case.string}</v></c>'


_ECRITURES: dict[type, Callable[[str, Any], str]] = {
    CellNumberTuple: _nombre,
    CellDatetimeTuple: _nombre,
    CellStringTuple: _chaine,
}


class Page(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """XlsxWriter looks in each formula for thirty functions newer than the format; ours are all old.

    On 80,000 formulas that search takes a quarter of the time of the whole workbook. So do, on 200,000
    cells, the taking of « A1 » for a place and the escaping of attributes that are all figures.
    """

    write_string = Worksheet.write_string.__wrapped__
    write_number = Worksheet.write_number.__wrapped__

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        ecrire = _ECRITURES.get(cell.__class__)
        if ecrire is None or cell.format is None:
            super()._write_cell(row, col, cell)
            return
        style = cell.format._get_xf_index()  # noqa: SLF001 - as the method that this one shortens
        self.fh.write(ecrire(f'r="{xl_rowcol_to_cell_fast(row, col)}" s="{style}"', cell))

    def _calculate_spans(self) -> None:
        """A hint to readers, which may be left out."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")


class Feuille:
    """`largeurs`: pixels of each column, which grow with what is written."""

    def __init__(self, livre: Any, nom: str, styles: Styles, papier: tuple[int, int]) -> None:
        self.styles, self._papier = styles, papier
        self.page = livre.add_worksheet(nom, worksheet_class=Page)
        self.page.hide_gridlines(2)
        self.largeurs: dict[int, int] = {}

    def intituler(self, programmation: Programmation, titre: str) -> None:
        textes = [titre, programmation.appel, f"état au {date_longue(programmation.date)}"]
        ligne = " · ".join(texte for texte in textes if texte)
        marque = f"Montants en euros · Empreinte du journal : {programmation.empreinte}"
        grand = self.styles(bold=True, font_size=14, num_format="@")
        seconde = {"font_color": SECONDE, "num_format": "@"}
        self.page.write_string(0, 0, net(programmation.contrat), grand)
        self.page.write_string(1, 0, net(ligne), self.styles(**seconde))
        self.page.write_string(2, 0, net(marque), self.styles(font_size=7, **seconde))

    def largir(self, colonne: int, texte: str, *, plafond: int = 0) -> None:
        """Room for the text, or for its longest word where it may wrap under `plafond` pixels."""
        besoin = largeur_texte(texte)
        if plafond and besoin > plafond:
            besoin = max(plafond, *(largeur_texte(mot) for mot in texte.split()))
        self.largeurs[colonne] = max(self.largeurs.get(colonne, 0), min(besoin, LARGEUR_MAXIMUM))

    def titrer(self, colonne: int, titre: str, *, droite: bool, **traits: object) -> None:
        style = self.styles.titre(droite=droite, **traits)
        self.page.write_string(ENTETE, colonne, net(titre), style)
        mots = [_largeur_titre(mot) for mot in titre.split()]
        voulue = max(min(_largeur_titre(titre), 72), *mots)
        self.largeurs[colonne] = max(self.largeurs.get(colonne, 0), voulue)

    def imprimer(self, programmation: Programmation, *, figees: int, fin: int) -> None:
        """Landscape, titles repeated, one page wide as long as it can be read."""
        gauche = f"{texte_net(programmation.contrat)[:70].strip()} – {programmation.annee}"
        self.mettre_en_page(gauche, programmation.empreinte, figees=figees, fin=fin)

    def mettre_en_page(self, gauche: str, empreinte: str, *, figees: int, fin: int) -> None:
        """The paper. `gauche`: what stands at the left of each foot."""
        code, largeur_mm = self._papier
        page = self.page
        page.set_landscape()
        page.set_paper(code)
        page.set_margins(*(mm / 25.4 for mm in (MARGE_MM, MARGE_MM, MARGE_MM, MARGE_MM + 3)))
        page.repeat_rows(ENTETE - 1, ENTETE)
        # The space ends the number of the size: the figures of a text would be read with it.
        corps = '&"Arial,Regular"&8 '
        texte = texte_net(gauche).replace("&", "&&")
        page.set_footer(f"&L{corps}{texte}&C{corps}Page &P / &N&R{corps}{empreinte[:16]}")
        utile = (largeur_mm - 2 * MARGE_MM) * PIXELS_PAR_MM
        total = sum(self.largeurs[c] for c in range(fin))
        if total * ECHELLE_MINIMUM <= utile:
            page.fit_to_pages(1, 0)
            return
        page.repeat_columns(0, figees - 1)
        page.set_print_scale(ECHELLE_PLUSIEURS_PAGES)
        disponible = utile * 100 / ECHELLE_PLUSIEURS_PAGES * 0.93
        page.set_v_pagebreaks(self._coupes(disponible, figees=figees, fin=fin))

    def _coupes(self, utile: float, *, figees: int, fin: int) -> list[int]:
        """Where each page ends: between two blocks of columns, never inside one."""
        reprise = sum(self.largeurs[c] for c in range(figees))
        coupes, large = [], 0
        for debut, suite in self.blocs(fin):
            bloc = sum(self.largeurs[c] for c in range(debut, suite))
            if large + bloc > utile and large > reprise:
                coupes.append(debut)
                large = reprise
            large += bloc
        return coupes

    def blocs(self, fin: int) -> Iterable[tuple[int, int]]:
        """First column of each block, and the one after its last."""
        return ((c, c + 1) for c in range(fin))


@lru_cache(maxsize=65_536)
def largeur_texte(texte: str) -> int:
    """Pixels that a cell needs to show the text on one line, bold, with its margins."""
    lettres = normalize("NFD", texte)
    chasses = (_CHASSES[ord(c) - 32] if " " <= c <= "~" else _autre(c) for c in lettres)
    return int(sum(chasses) * _CORPS_PX * _GRAS / 1000) + _MARGE_CELLULE


def _autre(lettre: str) -> int:
    """Accents stand on their letter; what is not Latin is taken as wide."""
    if "\u0300" <= lettre <= "\u036f":
        return 0
    return 278 if lettre in "\u00a0\u202f’‘" else 1000


@lru_cache(maxsize=65_536)
def nombre_lignes(texte: str, largeur: int) -> int:
    """Lines of the text, not bold, wrapped in a column of so many pixels."""
    utile, lignes = int((largeur - _MARGE_CELLULE) * _GRAS * 0.97), 0
    for paragraphe in texte.split("\n"):
        reste = -1
        for mot in paragraphe.split(" "):
            besoin = largeur_texte(mot) - _MARGE_CELLULE
            espace = 4 if reste >= 0 else 0
            if besoin + espace > reste:
                lignes += max(1, -(-besoin // utile))
                reste, espace = utile, 0
            reste -= besoin + espace
    return lignes


def hauteur_lignes(lignes: int) -> int:
    """Pixels of a row. Written, because LibreOffice does not measure rows when it opens a workbook."""
    return min(lignes * _INTERLIGNE_PX + 8, HAUTEUR_MAXIMUM)


def _largeur_titre(texte: str) -> int:
    """Titles are set smaller than the rest, and not in bold."""
    return int((largeur_texte(texte) - _MARGE_CELLULE) * 0.85) + _MARGE_CELLULE


def net(texte: str) -> str:
    """What a cell can hold."""
    propre = texte_net(texte)
    return propre if len(propre) <= TEXTE_MAXIMUM else propre[: TEXTE_MAXIMUM - 1] + "…"


def format_montant(montants: Iterable[object]) -> str:
    """Cents are shown in a column where one amount has some."""
    centimes = any(isinstance(montant, Decimal) and montant != int(montant) for montant in montants)
    return CENTIMES if centimes else NOMBRE


def format_nombre(nombres: Iterable[object]) -> str:
    """As many decimals as the numbers of the column need, six at most."""
    decimales = max(map(_decimales, nombres), default=0)
    return NOMBRE.replace("#,##0", "#,##0." + "0" * decimales) if decimales else NOMBRE


def _decimales(nombre: object) -> int:
    arrondi = round(nombre, 6) if isinstance(nombre, Decimal) else Decimal(0)
    return len(f"{arrondi:f}".partition(".")[2].rstrip("0"))


def texte_affiche(valeur: str | int | Decimal | None, nombre: str) -> str:
    """What the cell shows, for its width."""
    if isinstance(valeur, str):
        return texte_net(valeur)
    if valeur is None:
        return ""
    if nombre == PART:
        return "1 000 %"
    if nombre == DATE:
        return "00/00/0000"
    decimales = nombre.partition(";")[0].partition(".")[2]
    return f"{valeur:,.{len(decimales)}f}"

"""Tables on paper: columns and rows, measured and wrapped. Type and widths, nothing of the domain.

Texts are wrapped here, on ordinary spaces alone: a reportlab Paragraph would break an amount at its
narrow no-break spaces.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from app.services.documents import texte_net
from app.services.polices import DEMI_GRASSE, REGULIERE, fichier_police

ENCRE, SECONDE, FILET, FOND = "#1C2127", "#59636E", "#DFDDD7", "#F6F5F2"
ACCENT, BLOQUANT = "#23527C", "#B3261E"
CORPS, INTERLIGNE, GOUTTIERE = 7.5, 9.5, 7.0
_COUPURES = re.compile(r"[ \t\r\n]+")
# Source Sans has no non-breaking hyphen.
_REMPLACES = str.maketrans({"\u2011": "-", "\t": " ", "\u2028": " ", "\u2029": " "})


@dataclass(frozen=True, slots=True)
class Style:
    """How a row is set. `avant`, `apres`: white above and below the text (points)."""

    police: str = REGULIERE
    corps: float = CORPS
    couleur: str = ENCRE
    fond: str = ""
    filet: str = FILET
    filet_haut: str = ""
    avant: float = 3.5
    apres: float = 3.5

    @property
    def interligne(self) -> float:
        return self.corps * INTERLIGNE / CORPS


@dataclass(frozen=True, slots=True)
class Colonne:
    """`groupe`: a name over several columns; `discrete`: in second ink; `forte`: in semibold."""

    titre: str
    largeur: float
    droite: bool = False
    groupe: str = ""
    discrete: bool = False
    forte: bool = False


@dataclass(frozen=True, slots=True)
class Rangee:
    """One row. The first text spans `etendue` columns, with `fin_etendue` the last one all those left;
    `solidaire` keeps it with the next row.

    `titre`: a heading, recalled with « (suite) » where a page begins inside what it heads; `finale`:
    stands outside of any heading. `alerte`: first column of the cell set in the colour of what blocks.
    `lignes`: the least lines of text it takes. `fonds`: the ground of each column, when it has one.
    """

    textes: tuple[str, ...]
    style: Style = Style()
    etendue: int = 1
    solidaire: bool = False
    titre: bool = False
    finale: bool = False
    alerte: int | None = None
    lignes: int = 1
    fonds: tuple[str, ...] = ()
    fin_etendue: bool = False


@dataclass(frozen=True, slots=True)
class Tableau:
    """`lignes_entete`, `groupes`: room kept in the header, so that the parts of a wide table agree.

    `entete` False: no titles of columns, for what is no list of figures.
    """

    colonnes: tuple[Colonne, ...]
    rangees: tuple[Rangee, ...]
    titre: str = ""
    lignes_entete: int = 1
    groupes: bool = False
    entete: bool = True


@dataclass(frozen=True, slots=True)
class Posee:
    """A row wrapped: lines of each cell, and its height."""

    rangee: Rangee
    lignes: tuple[tuple[str, ...], ...]
    hauteur: float


@cache
def charger_polices() -> None:
    """Register the two weights, once; they are embedded in each document."""
    for nom in (REGULIERE, DEMI_GRASSE):
        pdfmetrics.registerFont(TTFont(nom, str(fichier_police(nom))))


@lru_cache(maxsize=65_536)
def largeur(texte: str, police: str = REGULIERE, corps: float = CORPS) -> float:
    return float(pdfmetrics.stringWidth(texte, police, corps))


def propre(texte: str) -> str:
    return texte_net(texte.translate(_REMPLACES))


@lru_cache(maxsize=65_536)
def couper(
    texte: str, place: float, police: str = REGULIERE, corps: float = CORPS
) -> tuple[str, ...]:
    """The lines of a text in a column; a word that is too long is broken, after a hyphen if it can be."""
    lignes: list[str] = []
    ligne = ""
    for mot in _morceaux(texte, place, police, corps):
        essai = ligne + mot
        if ligne and largeur(essai.rstrip(" "), police, corps) > place:
            lignes.append(ligne.rstrip(" "))
            essai = mot
        ligne = essai
    return (*lignes, ligne.rstrip(" "))


def _morceaux(texte: str, place: float, police: str, corps: float) -> Iterator[str]:
    """Words with the space that follows them; too long ones in pieces."""
    for mot in _COUPURES.split(propre(texte).strip()):
        if largeur(mot, police, corps) <= place:
            yield mot + " "
            continue
        parties = re.findall(r"[^-/]+[-/]?|[-/]", mot)
        for i, partie in enumerate(parties):
            fin = " " if i == len(parties) - 1 else ""
            yield from _tronquer(partie + fin, place, police, corps)


def _tronquer(mot: str, place: float, police: str, corps: float) -> Iterator[str]:
    debut = 0
    for fin in range(1, len(mot) + 1):
        if fin - debut > 1 and largeur(mot[debut:fin].rstrip(" "), police, corps) > place:
            yield mot[debut : fin - 1]
            debut = fin - 1
    yield mot[debut:]


def police_de(rangee: Rangee, colonne: Colonne) -> str:
    return DEMI_GRASSE if colonne.forte else rangee.style.police


def poser(rangee: Rangee, colonnes: Sequence[Colonne]) -> Posee:
    """Wrap each cell in its column, the first one over all those it spans."""
    style = rangee.style
    lignes = []
    for texte, debut, place in cases(rangee, colonnes):
        lignes.append(couper(texte, place, police_de(rangee, colonnes[debut]), style.corps))
    nombre = max(len(cellule) for cellule in lignes)
    if nombre < rangee.lignes:
        lignes[0] += ("",) * (rangee.lignes - len(lignes[0]))
        nombre = rangee.lignes
    return Posee(rangee, tuple(lignes), style.avant + nombre * style.interligne + style.apres)


def cases(rangee: Rangee, colonnes: Sequence[Colonne]) -> Iterator[tuple[str, int, float]]:
    """(text, first column, width for the text) of each cell."""
    debut, derniere = 0, len(rangee.textes) - 1
    for i, texte in enumerate(rangee.textes):
        fin = debut + (rangee.etendue if i == 0 else 1)
        if rangee.fin_etendue and i == derniere:
            fin = len(colonnes)
        yield texte, debut, sum(c.largeur for c in colonnes[debut:fin]) - GOUTTIERE
        debut = fin


def debiter(posee: Posee, place: float) -> list[Posee]:
    """A row taller than `place`, in slices that fit; an ordinary row, whole."""
    style = posee.rangee.style
    par_tranche = max(1, int((place - style.avant - style.apres) / style.interligne))
    nombre = max(len(cellule) for cellule in posee.lignes)
    if nombre <= par_tranche:
        return [posee]
    tranches, uni = [], replace(style, filet="")
    for debut in range(0, nombre, par_tranche):
        lignes = tuple(cellule[debut : debut + par_tranche] for cellule in posee.lignes)
        haut = style.avant + max(map(len, lignes)) * style.interligne + style.apres
        tranches.append(Posee(replace(posee.rangee, solidaire=False, style=uni), lignes, haut))
    return [*tranches[:-1], replace(tranches[-1], rangee=posee.rangee)]

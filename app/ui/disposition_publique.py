"""Where everything stands in the public window: a matter of its size and of how many seats there are.

Never of what is written: nothing moves when a figure grows.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from PySide6.QtCore import QRect

# Sizes of the type, as shares of the height: readable from the back of the room.
CHIFFRE = 1 / 12
TITRE = 1 / 16
SECOND = 1 / 28
LIGNE = 1.25  # height of a line, in sizes of its type
PAR_RANGEE = 4
AIR = 0.03
PART_TETE = 0.57  # of the width, for the item in the head
PLEIN = 0.94  # of the width of a seat, that its name and its figure may take
DEUX_LIGNES = 1.8  # height of a name over two lines, in lines
PART_NOM = 0.36  # of its height, that its name takes at most where seats are in several rows
INTERLIGNE = 1.08  # height that a figure needs, in sizes of its type
MONTANT = 4.0  # width of « 128 400 € », in sizes of its type
JAUGES_SUR_DEUX_LIGNES = 12  # above, the name and what is left share one line
HAUT_DE_JAUGE, BAS_DE_JAUGE = (
    (0.92, 1.84),
    0.17,
)  # where words end, then the height of a bar, in lines
PAS_DE_JAUGE = (
    2.06,
    1.55,
)  # height of a gauge with the air under it, in lines: over two lines, over one
REPERES = 4  # demandé, N-1, proposé, total


@dataclass(frozen=True)
class Cellule:
    """A label above a figure. `chiffre_px`: the size of its type."""

    nom: QRect
    chiffre: QRect
    chiffre_px: int


@dataclass(frozen=True)
class Jauge:
    """An envelope: whose it is, what is left in words, and its bar."""

    nom: QRect
    mots: QRect
    trait: QRect


@dataclass(frozen=True)
class Disposition:
    """The rectangles of a page. `second_px`, `titre_px`, `decision_px`: sizes of the type.

    `traits`: publics, duration, cotation. `bande`: where the boxes are, for who must leave first.
    """

    second_px: int
    titre_px: int
    decision_px: int
    rang: QRect
    quorum: QRect
    titre: QRect
    lieu: QRect
    traits: tuple[QRect, QRect, QRect]
    reperes: tuple[Cellule, ...]
    boites: tuple[Cellule, ...]
    bande: QRect
    decision: QRect
    regle: QRect
    voix: QRect
    suivants: QRect
    jauges: tuple[Jauge, ...]


@lru_cache(maxsize=64)
def disposer(largeur: int, hauteur: int, boites: int, jauges: int) -> Disposition:
    """The places, for a number of seats and of envelopes."""
    second, titre, marge = hauteur * SECOND, hauteur * TITRE, hauteur / 40
    ligne = second * LIGNE
    large = largeur - 2 * marge
    y = marge
    rang, quorum = tete(marge, y, large, ligne)
    y += ligne + marge / 3
    place_titre = rect(marge, y, large, titre * 2.25)
    y += titre * 2.25
    lieu = rect(marge, y, large, ligne)
    y += ligne
    traits = ligne_des_traits(marge, y, large, ligne)
    y += ligne + marge * 0.75
    haut_chiffre = hauteur * CHIFFRE * 1.12
    reperes = _grille(
        (marge, y, large, ligne + haut_chiffre), REPERES, REPERES, second, round(hauteur * CHIFFRE)
    )
    y += ligne + haut_chiffre + marge / 2
    places, bande = bande_des_jauges((marge, large), hauteur, jauges, ligne)
    haut_decision = hauteur * CHIFFRE * 1.12  # as readable as a figure
    pied = hauteur - marge / 2 - bande - marge / 2 - haut_decision - ligne
    colonnes = _colonnes((large, pied - y), boites, ligne, hauteur * CHIFFRE)
    cellules = _grille(
        (marge, y, large, pied - y), boites, colonnes, second, round(hauteur * CHIFFRE)
    )
    return Disposition(
        second_px=round(second),
        titre_px=round(titre),
        decision_px=round(hauteur * CHIFFRE),
        rang=rang,
        quorum=quorum,
        titre=place_titre,
        lieu=lieu,
        reperes=reperes,
        traits=traits,
        boites=cellules,
        bande=rect(marge, y, large, pied - y),
        decision=rect(marge, pied, large * 0.62, haut_decision),
        regle=rect(marge + large * 0.63, pied, large * 0.37, haut_decision - ligne),
        voix=rect(marge + large * 0.63, pied + haut_decision - ligne, large * 0.37, ligne),
        suivants=rect(marge, pied + haut_decision, large, ligne),
        jauges=places,
    )


def tete(x: float, y: float, large: float, ligne: float) -> tuple[QRect, QRect]:
    """The item or the séance, then who is in the room, whose words must all hold."""
    part = large * PART_TETE
    return rect(x, y, part, ligne), rect(x + part, y, large - part, ligne)


def ligne_des_traits(x: float, y: float, large: float, ligne: float) -> tuple[QRect, QRect, QRect]:
    """Publics, duration, cotation: each has its place, whatever the others say."""
    return (
        rect(x, y, large * 0.49, ligne),
        rect(x + large * 0.5, y, large * 0.24, ligne),
        rect(x + large * 0.75, y, large * 0.25, ligne),
    )


def bande_des_jauges(
    large: tuple[float, float], hauteur: float, nombre: int, ligne: float
) -> tuple[tuple[Jauge, ...], float]:
    """The gauges at the bottom, and the height that they take. `large`: where they begin, how wide."""
    rangees = ceil(nombre / _par_rangee_de_jauges(nombre)) if nombre else 0
    haut = rangees * ligne * PAS_DE_JAUGE[nombre > JAUGES_SUR_DEUX_LIGNES]
    zone = large[0], hauteur - hauteur / 80 - haut, large[1], haut
    return _jauges(zone, nombre, ligne), haut


def _colonnes(zone: tuple[float, float], nombre: int, ligne: float, chiffre: float) -> int:
    """Four seats abreast, always in the same places; more of them stand as their figures are largest.

    `zone`: width and height that they share.
    """
    if nombre <= PAR_RANGEE:
        return PAR_RANGEE
    large, haut = zone

    def taille(colonnes: int) -> float:
        rangees = ceil(nombre / colonnes)
        nom = ligne if rangees > 1 else 2 * ligne
        place = haut / rangees * (1 - AIR) - min(nom, haut / rangees * PART_NOM)
        return min(place / INTERLIGNE, chiffre, large / colonnes * PLEIN / MONTANT)

    return max(range(PAR_RANGEE, nombre + 1), key=lambda c: (round(taille(c)), -c))


def _par_rangee_de_jauges(nombre: int) -> int:
    return nombre if nombre <= PAR_RANGEE else ceil(nombre / 2) if nombre <= 10 else 6


def rect(x: float, y: float, largeur: float, hauteur: float) -> QRect:
    """To the nearest pixel."""
    return QRect(round(x), round(y), round(largeur), round(hauteur))


def _grille(
    zone: tuple[float, float, float, float], nombre: int, colonnes: int, second: float, chiffre: int
) -> tuple[Cellule, ...]:
    """Cells in rows; names have two lines where there is one row, figures shrink when rows are many."""
    x, y, large, haut = zone
    rangees = max(ceil(nombre / colonnes), 1)
    pas_x, pas_y = large / colonnes, haut / rangees
    ligne = second * LIGNE
    if colonnes > PAR_RANGEE:
        chiffre = min(chiffre, round(pas_x * PLEIN / MONTANT))
    reste = pas_y - chiffre * 1.12
    nom = min(2 * ligne, reste) if reste >= DEUX_LIGNES * ligne else min(ligne, pas_y * PART_NOM)
    air = pas_y * AIR if rangees > 1 else 0  # between a figure and the name under it
    place = min(pas_y - nom - air, chiffre * 1.12)
    pixels = min(chiffre, round(place / INTERLIGNE))
    return tuple(
        Cellule(
            rect(gauche, haut, pas_x * PLEIN, nom),
            rect(gauche, haut + nom, pas_x * PLEIN, place),
            pixels,
        )
        for i in range(nombre)
        for gauche, haut in [(x + (i % colonnes) * pas_x, y + (i // colonnes) * pas_y)]
    )


def _jauges(
    zone: tuple[float, float, float, float], nombre: int, ligne: float
) -> tuple[Jauge, ...]:
    x, y, large, _ = zone
    if not nombre:
        return ()
    colonnes, serrees = _par_rangee_de_jauges(nombre), nombre > JAUGES_SUR_DEUX_LIGNES
    pas_x, pas_y = large / colonnes, ligne * PAS_DE_JAUGE[serrees]
    place = _jauge_serree if serrees else _jauge
    return tuple(
        place(x + (i % colonnes) * pas_x, y + (i // colonnes) * pas_y, pas_x * 0.95, ligne)
        for i in range(nombre)
    )


def _jauge(x: float, y: float, large: float, ligne: float) -> Jauge:
    """Its name above what is left of it: both can be large."""
    gauche, largeur, haut = round(x), round(large), round(y)
    milieu, bas = (round(y + ligne * part) for part in HAUT_DE_JAUGE)
    return Jauge(
        QRect(gauche, haut, largeur, milieu - haut),
        QRect(gauche, milieu, largeur, bas - milieu),
        QRect(gauche, bas, largeur, round(ligne * BAS_DE_JAUGE)),
    )


def _jauge_serree(x: float, y: float, large: float, ligne: float) -> Jauge:
    return Jauge(
        rect(x, y, large * 0.38, ligne),
        rect(x + large * 0.4, y, large * 0.6, ligne),
        rect(x, y + ligne, large, ligne * 0.28),
    )

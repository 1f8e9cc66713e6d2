"""Where everything stands when the room looks at the whole table: the current item at the middle.

A matter of the size of the window and of how many financeurs there are, never of what is written.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import floor

from PySide6.QtCore import QRect

from app.ui.disposition_publique import (
    LIGNE,
    SECOND,
    Jauge,
    bande_des_jauges,
    ligne_des_traits,
    rect,
    tete,
)

COURANTE = 1 / 22  # figures of the current item, as a share of the height
COLONNE = 4.1  # least width of an amount, in sizes of its type
COLONNE_AISEE = 5.0
PART_TITRE = 0.25  # of the width, at least
ORDRE = 2.0  # width of the order number, in sizes of the type
ENTETE = 1.75  # height of the names above the columns, in lines: they may take two
FILET = 2  # pixels left between two lines


@dataclass(frozen=True)
class Rangee:
    """A line: its number, its title, its amounts; `trait`: the hairline under it."""

    ordre: QRect
    titre: QRect
    cellules: tuple[QRect, ...]
    trait: QRect

    @property
    def montants(self) -> QRect:
        """All the amounts at once."""
        return self.cellules[0].united(self.cellules[-1])


@dataclass(frozen=True)
class DispositionTableau:
    """The rectangles of the whole table. `financeurs`: how many have a column of their own.

    `rangees`: the lines, the current one at `milieu`. Columns: demandé, financeurs, « Autres » when
    `autres`, total.
    """

    second_px: int
    courante_px: int
    financeurs: int
    autres: bool
    rang: QRect
    quorum: QRect
    entete: Rangee
    rangees: tuple[Rangee, ...]
    milieu: int
    total: Rangee
    decision: QRect
    modifies: QRect
    traits: tuple[QRect, QRect, QRect]
    jauges: tuple[Jauge, ...]


@lru_cache(maxsize=64)
def disposer_tableau(
    largeur: int, hauteur: int, financeurs: int, jauges: int, cote: int
) -> DispositionTableau:
    """The places, for a number of financeurs and of envelopes; at most `cote` lines on each side."""
    second, marge = hauteur * SECOND, hauteur / 40
    ligne, large = second * LIGNE, largeur - 2 * marge
    colonnes = _colonnes(large, second, financeurs)
    y = marge
    rang, quorum = tete(marge, y, large, ligne)
    y += ligne + marge / 3
    haut_entete = ligne * ENTETE
    entete = colonnes.rangee(marge, y, haut_entete)
    y += haut_entete
    places, bande = bande_des_jauges((marge, large), hauteur, jauges, ligne)
    pied = hauteur - marge / 2 - bande - marge / 2 - 2 * ligne
    haut_total = ligne * 1.1
    bas = pied - haut_total
    haute, pas = ligne * 2.1, ligne * 1.08
    de_chaque_cote = min(max(floor((bas - y - haute) / pas / 2), 1), cote)
    pas = (bas - y - haute) / (2 * de_chaque_cote)
    rangees = []
    for i in range(2 * de_chaque_cote + 1):
        haut = haute if i == de_chaque_cote else pas
        rangees.append(colonnes.rangee(marge, y, haut))
        y += haut
    return DispositionTableau(
        second_px=round(second),
        courante_px=round(hauteur * COURANTE),
        financeurs=colonnes.financeurs,
        autres=colonnes.financeurs < financeurs,
        rang=rang,
        quorum=quorum,
        entete=entete,
        rangees=tuple(rangees),
        milieu=de_chaque_cote,
        total=colonnes.rangee(marge, bas, haut_total),
        decision=rect(marge, pied, large * 0.7, ligne),
        modifies=rect(marge + large * 0.71, pied, large * 0.29, ligne),
        traits=ligne_des_traits(marge, pied + ligne, large, ligne),
        jauges=places,
    )


@dataclass(frozen=True)
class _Colonnes:
    """Widths, in pixels: the number, the title, then as many amounts as `montants`."""

    ordre: float
    titre: float
    pas: float
    montants: int
    financeurs: int

    def rangee(self, x: float, y: float, haut: float) -> Rangee:
        depart = x + self.ordre + self.titre
        return Rangee(
            ordre=_colle(x, y, self.ordre, haut),
            titre=_colle(x + self.ordre, y, self.titre, haut),
            cellules=tuple(
                _colle(depart + i * self.pas, y, self.pas, haut) for i in range(self.montants)
            ),
            trait=QRect(
                round(x),
                round(y + haut) - FILET,
                round(depart + self.montants * self.pas) - round(x),
                FILET,
            ),
        )


def _colonnes(large: float, second: float, financeurs: int) -> _Colonnes:
    """Demandé and total, then as many financeurs as their amounts leave room for."""
    ordre = second * ORDRE
    libre = large * (1 - PART_TITRE) - ordre
    possibles = max(floor(libre / (second * COLONNE)), 3)
    seuls = financeurs if financeurs + 2 <= possibles else possibles - 3
    montants = 2 + seuls + (seuls < financeurs)
    montant = min(libre / montants, second * COLONNE_AISEE)
    return _Colonnes(ordre, large - ordre - montants * montant, montant, montants, seuls)


def _colle(x: float, y: float, largeur: float, hauteur: float) -> QRect:
    """Cells side by side have no gap between them: what is under the current item is one band."""
    gauche, haut = round(x), round(y)
    return QRect(gauche, haut, round(x + largeur) - gauche, round(y + hauteur) - haut - FILET)

"""Every gesture of the table, declared once: label, keys, what it does. Menus, keys, help and tests
read it; each family of gestures stands in its own module `gestes_*`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeyEvent, QKeySequence

if TYPE_CHECKING:
    from app.ui.vue_tableau import VueTableau


class Rubrique(StrEnum):
    """Where a gesture stands in the menus, in this order."""

    CELLULES = "Cellules"
    LIGNES = "Lignes"
    TRI = "Tri, filtres et groupes"
    COLONNES = "Colonnes"
    AFFICHAGE = "Affichage du tableau"
    CALCULS = "Calculs et contrôles"


def toujours(_vue: VueTableau) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Geste:
    """`executer(vue)` does it; `permis(vue)` says whether it can be done now.

    `touches` are portable key texts, the first one is shown. `cellule`, `entete`: also offered by the
    context menu of a cell, of a header (`vue.colonne_visee()` is then that column); `masque`: left
    out of those menus while it is not allowed. `partout`: its keys also work from what surrounds the
    table, on the one in view.
    """

    cle: str
    libelle: str
    rubrique: Rubrique
    executer: Callable[[VueTableau], object]
    touches: tuple[str, ...] = ()
    icone: str = ""
    permis: Callable[[VueTableau], bool] = toujours
    cellule: bool = False
    entete: bool = False
    masque: bool = False
    partout: bool = False
    aide: str = ""


@cache
def gestes() -> tuple[Geste, ...]:
    """All of them, by heading. Imported late: each family knows the view that calls it."""
    from app.ui import (
        gestes_affichage,
        gestes_annotations,
        gestes_avis,
        gestes_cellules,
        gestes_colonnes,
        gestes_colonnes_libres,
        gestes_graphique,
        gestes_plis,
        gestes_provenance,
        gestes_vues,
    )

    tous = (
        *gestes_cellules.GESTES,
        *gestes_colonnes.GESTES,
        *gestes_colonnes_libres.GESTES,
        *gestes_affichage.GESTES,
        *gestes_plis.GESTES,
        *gestes_vues.GESTES,
        *gestes_provenance.GESTES,
        *gestes_graphique.GESTES,
        *gestes_annotations.GESTES,
        *gestes_avis.GESTES,
    )
    return tuple(g for rubrique in Rubrique for g in tous if g.rubrique == rubrique)


@cache
def _par_touches() -> dict[str, Geste]:
    return {
        QKeySequence(touches).toString(): geste for geste in gestes() for touches in geste.touches
    }


def geste_de(evenement: QKeyEvent) -> Geste | None:
    """The gesture of a key, whatever the platform's own keys for it."""
    return _par_touches().get(QKeySequence(evenement.keyCombination()).toString())


def geste(cle: str) -> Geste:
    """A gesture by its key. Raises KeyError."""
    return next(g for g in gestes() if g.cle == cle)

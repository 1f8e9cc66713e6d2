"""Gestures that fold the blocks of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ui.gestes import Geste, Rubrique

if TYPE_CHECKING:
    from app.ui.vue_tableau import VueTableau


def _groupe(vue: VueTableau) -> str:
    """The block of the column in view."""
    cle = vue.colonne_visee()
    return vue.modele.colonnes[vue.modele.rang(cle)].groupe if cle else ""


def _se_plie(vue: VueTableau) -> bool:
    return vue.plis is not None and vue.plis.est_plie(_groupe(vue)) is not None


def _a_des_plis(vue: VueTableau) -> bool:
    return vue.plis is not None and bool(vue.plis.groupes())


def _basculer(vue: VueTableau) -> None:
    if vue.plis is not None:
        vue.plis.basculer(_groupe(vue))


def basculer_tout(vue: VueTableau) -> None:
    """Unfold everything when all is folded, else fold everything."""
    if vue.plis is not None:
        groupes = vue.plis.groupes()
        vue.plis.plier(groupes, plies=not all(map(vue.plis.est_plie, groupes)))


GESTES = (
    Geste(
        "plier_bloc",
        "Replier ou déplier le bloc de colonnes",
        Rubrique.COLONNES,
        _basculer,
        ("Ctrl+Alt+B",),
        icone="plier",
        permis=_se_plie,
        entete=True,
        aide="Un financeur replié ne montre que son accordé",
    ),
    Geste(
        "plier_blocs",
        "Replier ou déplier tous les blocs de colonnes",
        Rubrique.COLONNES,
        basculer_tout,
        ("Ctrl+Alt+Shift+B",),
        permis=_a_des_plis,
        entete=True,
    ),
)

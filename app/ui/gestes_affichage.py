"""Gestures on how a table shows itself: groups folded or open, zoom, height of the rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.ui.gestes import Geste, Rubrique
from app.ui.regroupement import Groupe

if TYPE_CHECKING:
    from app.ui.vue_tableau import VueTableau


def _a_des_groupes(vue: VueTableau) -> bool:
    return bool(vue.modele.groupes)


def _groupe_courant(vue: VueTableau) -> Groupe | None:
    index = vue.index_courant()
    return vue.modele.groupe(index.row()) if index.isValid() else None


def _sur(*, replie: bool) -> Callable[[VueTableau], bool]:
    """Whether the current row is a group that is folded, or open."""

    def tester(vue: VueTableau) -> bool:
        groupe = _groupe_courant(vue)
        return groupe is not None and groupe.replie == replie

    return tester


def _basculer(vue: VueTableau) -> None:
    groupe = _groupe_courant(vue)
    if groupe is not None:
        vue.modele.replier(vue.index_courant().row(), replie=not groupe.replie)


def _a_replier(vue: VueTableau) -> Groupe | None:
    """The open group of the current row: itself, or the one that it stands under."""
    groupe = _groupe_courant(vue)
    if groupe is None:
        groupe = next(iter(vue.modele.groupes_de(vue.cle_courante())), None)
    elif groupe.replie:
        groupe = groupe.parent
    return groupe


def _replier(vue: VueTableau) -> None:
    groupe = _a_replier(vue)
    if groupe is None:
        return
    rang = vue.modele.position(groupe.repere)
    vue.aller(rang, vue.index_courant().column())
    vue.modele.replier(rang, replie=True)


def _hausser(lignes: int) -> Callable[[VueTableau], None]:
    return lambda vue: vue.volets.hausser(lignes)


def _zoomer(pas: int) -> Callable[[VueTableau], None]:
    return lambda vue: vue.volets.zoomer(pas)


GESTES = (
    Geste(
        "replier",
        "Masquer les lignes de son groupe",
        Rubrique.AFFICHAGE,
        _replier,
        ("Alt+Shift+Up",),
        permis=lambda vue: _a_des_groupes(vue) and _a_replier(vue) is not None,
        cellule=True,
    ),
    Geste(
        "deplier",
        "Montrer les lignes de ce groupe",
        Rubrique.AFFICHAGE,
        _basculer,
        ("Alt+Shift+Down", "Right"),
        permis=_sur(replie=True),
    ),
    Geste(
        "replier_celui_ci",
        "Masquer les lignes de ce groupe",
        Rubrique.AFFICHAGE,
        _basculer,
        ("Left",),
        permis=_sur(replie=False),
    ),
    Geste(
        "basculer_groupe",
        "Montrer ou masquer les lignes de ce groupe",
        Rubrique.AFFICHAGE,
        _basculer,
        ("Space",),
        permis=lambda vue: _groupe_courant(vue) is not None,
    ),
    Geste(
        "tout_replier",
        "Ne montrer que les titres des groupes",
        Rubrique.AFFICHAGE,
        lambda vue: vue.modele.replier_tout(replie=True),
        permis=_a_des_groupes,
        entete=True,
    ),
    Geste(
        "tout_deplier",
        "Montrer les lignes de tous les groupes",
        Rubrique.AFFICHAGE,
        lambda vue: vue.modele.replier_tout(replie=False),
        permis=_a_des_groupes,
        entete=True,
    ),
    *[
        Geste(
            f"hauteur_{lignes}",
            f"Textes sur {mot}",
            Rubrique.AFFICHAGE,
            _hausser(lignes),
            permis=lambda vue, lignes=lignes: vue.volets.look.hauteur != lignes,
            aide="Les textes longs passent à la ligne, les rangées grandissent",
        )
        for lignes, mot in ((1, "une ligne"), (2, "deux lignes"), (3, "trois lignes"))
    ],
    Geste(
        "zoom_plus",
        "Agrandir le tableau",
        Rubrique.AFFICHAGE,
        _zoomer(1),
        ("Ctrl+Alt++", "Ctrl+Alt+="),
        aide="Ou la molette avec Ctrl",
    ),
    Geste(
        "zoom_moins",
        "Réduire le tableau",
        Rubrique.AFFICHAGE,
        _zoomer(-1),
        ("Ctrl+Alt+-",),
    ),
    Geste(
        "zoom_normal",
        "Taille normale du tableau",
        Rubrique.AFFICHAGE,
        _zoomer(0),
        permis=lambda vue: vue.volets.look.zoom != 100,
    ),
)

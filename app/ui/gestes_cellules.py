"""Gestures on cells: select, type, copy, clear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ui.gestes import Geste, Rubrique

if TYPE_CHECKING:
    from app.ui.vue_tableau import VueTableau


def _a_une_case(vue: VueTableau) -> bool:
    return vue.index_courant().isValid()


def _est_modifiable(vue: VueTableau) -> bool:
    return _a_une_case(vue) and vue.modele.est_modifiable(vue.index_courant().column())


def _a_une_fiche(vue: VueTableau) -> bool:
    return vue.a_une_fiche and bool(vue.cle_courante())


GESTES = (
    Geste(
        "ouvrir_fiche",
        "Ouvrir la fiche",
        Rubrique.LIGNES,
        lambda vue: vue.ouverte.emit(vue.cle_courante()),
        ("Alt+Return", "Alt+Enter"),
        icone="fiche",
        permis=_a_une_fiche,
        cellule=True,
    ),
    Geste(
        "modifier",
        "Modifier",
        Rubrique.CELLULES,
        lambda vue: vue.modifier(vue.index_courant()),
        ("F2",),
        icone="modifier",
        permis=_est_modifiable,
        cellule=True,
    ),
    Geste(
        "copier",
        "Copier",
        Rubrique.CELLULES,
        lambda vue: vue.copier(),
        ("Ctrl+C", "Ctrl+Ins"),
        icone="copier",
        permis=_a_une_case,
        cellule=True,
    ),
    Geste(
        "effacer",
        "Effacer",
        Rubrique.CELLULES,
        lambda vue: vue.effacer(),
        ("Del", "Backspace"),
        permis=_est_modifiable,
        cellule=True,
    ),
    Geste(
        "tout_choisir",
        "Tout sélectionner",
        Rubrique.CELLULES,
        lambda vue: vue.tout_choisir(),
        ("Ctrl+A",),
        cellule=True,
    ),
    Geste(
        "choisir_ligne",
        "Sélectionner la ligne",
        Rubrique.CELLULES,
        lambda vue: vue.choisir_bande(colonne=False),
        ("Shift+Space",),
        permis=_a_une_case,
    ),
    Geste(
        "choisir_colonne",
        "Sélectionner la colonne",
        Rubrique.CELLULES,
        lambda vue: vue.choisir_bande(colonne=True),
        ("Ctrl+Space",),
        permis=_a_une_case,
    ),
)

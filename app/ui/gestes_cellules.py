"""Gestures on cells: select, type, copy, paste, fill, clear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.services.columns import Colonne, TypeColonne
from app.ui.gestes import Geste, Rubrique

if TYPE_CHECKING:
    from app.ui.vue_tableau import VueTableau


def _a_une_case(vue: VueTableau) -> bool:
    return vue.index_courant().isValid()


def _est_modifiable(vue: VueTableau) -> bool:
    return _a_une_case(vue) and vue.modele.est_modifiable(vue.index_courant().column())


def _peut_ecrire(vue: VueTableau) -> bool:
    return _a_une_case(vue) and not vue.modele.lecture_seule


def _peut_vider(vue: VueTableau) -> bool:
    return any(vue.modele.est_modifiable(c) for c in vue.choix.cellules())


def _colonne(vue: VueTableau) -> Colonne:
    return vue.modele.colonnes[vue.index_courant().column()]


def _a_une_liste(vue: VueTableau) -> bool:
    return _est_modifiable(vue) and bool(_colonne(vue).choix)


def _derouler(vue: VueTableau) -> None:
    """The list of the cell; where there is none, that of the column's filter."""
    if _a_une_liste(vue):
        vue.modifier(vue.index_courant())
    else:
        vue.filtrer_colonne(vue.colonne_visee())


def _est_une_date(vue: VueTableau) -> bool:
    return _est_modifiable(vue) and _colonne(vue).type == TypeColonne.DATE


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
        lambda vue: vue.depots.copier(),
        ("Ctrl+C", "Ctrl+Ins"),
        icone="copier",
        permis=_a_une_case,
        cellule=True,
    ),
    Geste(
        "copier_entetes",
        "Copier avec les en-têtes",
        Rubrique.CELLULES,
        lambda vue: vue.depots.copier(entetes=True),
        ("Ctrl+Shift+C",),
        permis=_a_une_case,
        cellule=True,
    ),
    Geste(
        "copier_affiche",
        "Copier tel qu'affiché",
        Rubrique.CELLULES,
        lambda vue: vue.depots.copier(affiche=True),
        permis=_a_une_case,
    ),
    Geste(
        "couper",
        "Couper",
        Rubrique.CELLULES,
        lambda vue: vue.depots.couper(),
        ("Ctrl+X", "Shift+Del"),
        permis=_peut_vider,
        cellule=True,
    ),
    Geste(
        "coller",
        "Coller",
        Rubrique.CELLULES,
        lambda vue: vue.depots.coller(),
        ("Ctrl+V", "Shift+Ins", "Ctrl+Shift+Ins"),
        permis=_peut_ecrire,
        cellule=True,
    ),
    Geste(
        "recopier_bas",
        "Recopier vers le bas",
        Rubrique.CELLULES,
        lambda vue: vue.depots.recopier(vers_le_bas=True),
        ("Ctrl+D",),
        permis=_peut_ecrire,
        cellule=True,
    ),
    Geste(
        "recopier_droite",
        "Recopier vers la droite",
        Rubrique.CELLULES,
        lambda vue: vue.depots.recopier(vers_le_bas=False),
        ("Ctrl+R",),
        permis=_peut_ecrire,
    ),
    Geste(
        "continuer_serie",
        "Continuer la série vers le bas",
        Rubrique.CELLULES,
        lambda vue: vue.depots.continuer(),
        permis=_peut_ecrire,
    ),
    Geste(
        "effacer",
        "Effacer",
        Rubrique.CELLULES,
        lambda vue: vue.depots.effacer(),
        ("Del", "Backspace"),
        permis=_peut_vider,
        cellule=True,
    ),
    Geste(
        "derouler",
        "Dérouler la liste",
        Rubrique.CELLULES,
        _derouler,
        ("Alt+Down",),
        permis=_a_une_case,
    ),
    Geste(
        "dater",
        "Mettre la date du jour",
        Rubrique.CELLULES,
        lambda vue: vue.depots.dater(),
        ("Ctrl+;",),
        permis=_est_une_date,
    ),
    Geste(
        "tout_choisir",
        "Tout sélectionner",
        Rubrique.CELLULES,
        lambda vue: vue.choix.tout(),
        ("Ctrl+A",),
        cellule=True,
    ),
    Geste(
        "choisir_ligne",
        "Sélectionner la ligne",
        Rubrique.CELLULES,
        lambda vue: vue.choix.bande(colonne=False),
        ("Shift+Space",),
        permis=_a_une_case,
    ),
    Geste(
        "choisir_colonne",
        "Sélectionner la colonne",
        Rubrique.CELLULES,
        lambda vue: vue.choix.bande(colonne=True),
        ("Ctrl+Space",),
        permis=_a_une_case,
    ),
)

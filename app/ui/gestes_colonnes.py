"""Gestures on columns: sort, adjust, hide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ui.gestes import Geste, Rubrique

if TYPE_CHECKING:
    from app.ui.vue_tableau import VueTableau


def _en_a_une(vue: VueTableau) -> bool:
    return bool(vue.colonne_visee())


def _reste_une(vue: VueTableau) -> bool:
    return _en_a_une(vue) and len(vue.volets.colonnes_visibles()) > 1


def _ajuster(vue: VueTableau) -> None:
    vue.volets.ajuster(vue.modele.rang(vue.colonne_visee()))


GESTES = (
    Geste(
        "trier_croissant",
        "Trier en ordre croissant",
        Rubrique.COLONNES,
        lambda vue: vue.trier([(vue.colonne_visee(), False)]),
        permis=_en_a_une,
        entete=True,
    ),
    Geste(
        "trier_decroissant",
        "Trier en ordre décroissant",
        Rubrique.COLONNES,
        lambda vue: vue.trier([(vue.colonne_visee(), True)]),
        permis=_en_a_une,
        entete=True,
    ),
    Geste(
        "ordre_du_fichier",
        "Revenir à l’ordre du fichier",
        Rubrique.COLONNES,
        lambda vue: vue.trier([]),
        entete=True,
    ),
    Geste(
        "ajuster",
        "Ajuster la largeur",
        Rubrique.COLONNES,
        _ajuster,
        permis=_en_a_une,
        entete=True,
    ),
    Geste(
        "masquer",
        "Masquer la colonne",
        Rubrique.COLONNES,
        lambda vue: vue.volets.masquer(vue.colonne_visee()),
        permis=_reste_une,
        entete=True,
    ),
)

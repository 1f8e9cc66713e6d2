"""Gestures on views: from one to another, save, print what is on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ui.gestes import Geste, Rubrique

if TYPE_CHECKING:
    from app.ui.page_tableau import PageTableau
    from app.ui.vue_tableau import VueTableau


def _a_une_page(vue: VueTableau) -> bool:
    return vue.page is not None


def _page(vue: VueTableau) -> PageTableau:
    assert vue.page is not None
    return vue.page


def _est_modifiee(vue: VueTableau) -> bool:
    return vue.page is not None and vue.page.onglets.est_modifiee


def _peut_enregistrer(vue: VueTableau) -> bool:
    return _est_modifiee(vue) and not vue.modele.lecture_seule


GESTES = (
    Geste(
        "imprimer_vue",
        "Imprimer ou exporter cette vue…",
        Rubrique.AFFICHAGE,
        lambda vue: _page(vue).imprimer(),
        ("Ctrl+Shift+P",),
        icone="imprimer",
        permis=_a_une_page,
    ),
    Geste(
        "vue_precedente",
        "Vue précédente",
        Rubrique.AFFICHAGE,
        lambda vue: _page(vue).onglets.aller(-1),
        ("Ctrl+PgUp",),
        permis=_a_une_page,
    ),
    Geste(
        "vue_suivante",
        "Vue suivante",
        Rubrique.AFFICHAGE,
        lambda vue: _page(vue).onglets.aller(1),
        ("Ctrl+PgDown",),
        permis=_a_une_page,
    ),
    Geste(
        "nouvelle_vue",
        "Enregistrer l’affichage comme nouvelle vue",
        Rubrique.AFFICHAGE,
        lambda vue: _page(vue).onglets.demander_nom(),
        icone="ajouter",
        permis=_a_une_page,
    ),
    Geste(
        "enregistrer_vue",
        "Enregistrer l’affichage dans la vue",
        Rubrique.AFFICHAGE,
        lambda vue: _page(vue).onglets.enregistrer(),
        icone="enregistrer",
        permis=_peut_enregistrer,
    ),
    Geste(
        "revenir_a_la_vue",
        "Revenir à la vue enregistrée",
        Rubrique.AFFICHAGE,
        lambda vue: _page(vue).onglets.revenir(),
        permis=_est_modifiee,
    ),
)

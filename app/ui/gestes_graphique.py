"""The gestures that sum up what the table shows: a chart, a pivot table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ui.gestes import Geste, Rubrique

if TYPE_CHECKING:
    from app.ui.vue_tableau import VueTableau

HAUTEUR = 340
COMPTES = {
    "actions": "Nombre d’actions",
    "porteurs": "Nombre de porteurs",
    "enveloppes": "Nombre d’enveloppes",
    "journal": "Nombre d’opérations",
}


def _a_une_page(vue: VueTableau) -> bool:
    return vue.page is not None


def _dessiner(vue: VueTableau) -> None:
    from app.ui.panneau_graphique import PanneauGraphique

    page = vue.page
    assert page is not None
    panneau = PanneauGraphique(vue, compte=COMPTES.get(page.liste, "Nombre de lignes"))
    panneau.ferme.connect(page.fermer_panneau)
    panneau.refuse.connect(vue.refuse)
    panneau.informe.connect(vue.information)
    page.ouvrir_panneau(panneau, hauteur=HAUTEUR)
    panneau.setFocus()


def _croiser(vue: VueTableau) -> None:
    from app.ui.panneau_croise import PanneauCroise

    page = vue.page
    assert page is not None
    panneau = PanneauCroise(page, compte=COMPTES.get(page.liste, "Nombre de lignes"))
    page.ouvrir_panneau(panneau, hauteur=HAUTEUR)
    panneau.setFocus()


GESTES = (
    Geste(
        "graphique",
        "Graphique de ce qui est affiché",
        Rubrique.CALCULS,
        _dessiner,
        ("Alt+F1",),
        icone="graphique",
        permis=_a_une_page,
        entete=True,
        aide="Barres, barres empilées ou anneau des lignes affichées, à copier ou en PDF",
    ),
    Geste(
        "tableau_croise",
        "Tableau croisé de ce qui est affiché",
        Rubrique.CALCULS,
        _croiser,
        ("Alt+F2",),
        icone="tableau",
        permis=_a_une_page,
        entete=True,
        aide="Lignes × colonnes × nombre ou total, avec les totaux ; chaque case mène à ses lignes",
    ),
)

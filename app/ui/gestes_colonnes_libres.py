"""Gestures on the columns that people add: add, change, duplicate, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.services.colonnes_composees import Definition
from app.services.colonnes_libres import LISTES
from app.ui.gestes import Geste, Rubrique

if TYPE_CHECKING:
    from app.ui.vue_tableau import VueTableau


def _peut_ajouter(vue: VueTableau) -> bool:
    return vue.page is not None and vue.page.liste in LISTES and not vue.modele.lecture_seule


def _visee(vue: VueTableau) -> Definition | None:
    """The column of a person that the gesture is about."""
    if not _peut_ajouter(vue) or vue.page is None:
        return None
    return vue.page.contexte.colonnes_libres.definition(vue.page.liste, vue.colonne_visee())


def _en_vise_une(vue: VueTableau) -> bool:
    return _visee(vue) is not None


def ouvrir_panneau(vue: VueTableau, definition: Definition | None = None) -> None:
    """Show the panel of a column under the table: a new one, or one to change."""
    from app.ui.colonne_libre import HAUTEUR, PanneauColonne

    page = vue.page
    assert page is not None
    garde = page.retrouver(PanneauColonne, "" if definition is None else definition.cle)
    if garde is not None:
        garde.setFocus()
        return
    panneau = PanneauColonne(page, definition)

    def quitter(colonne: str = "") -> None:
        page.fermer_panneau()
        if colonne and vue.modele.rowCount() and vue.modele.a_la_colonne(colonne):
            rang = max(0, vue.index_courant().row())
            vue.aller(rang, vue.modele.rang(colonne))

    panneau.ferme.connect(quitter)
    panneau.garde.connect(quitter)
    page.ouvrir_panneau(panneau, hauteur=HAUTEUR)
    panneau.setFocus()


def _modifier(vue: VueTableau) -> None:
    ouvrir_panneau(vue, _visee(vue))


def _dupliquer(vue: VueTableau) -> None:
    definition = _visee(vue)
    if definition is not None and vue.page is not None:
        vue.page.contexte.colonnes_libres.dupliquer(definition.cle)


def _supprimer(vue: VueTableau) -> None:
    definition = _visee(vue)
    if definition is None or vue.page is None:
        return
    vue.page.contexte.colonnes_libres.supprimer(definition.cle)
    vue.information.emit(
        f"La colonne « {definition.titre} » est supprimée avec ses valeurs. Ctrl+Z les rend."
    )


GESTES = (
    Geste(
        "colonne_ajouter",
        "Ajouter une colonne…",
        Rubrique.COLONNES,
        ouvrir_panneau,
        icone="ajouter",
        permis=_peut_ajouter,
        entete=True,
        aide="Une colonne à vous : texte, montant, date, choix, oui ou non, calcul",
    ),
    Geste(
        "colonne_modifier",
        "Modifier la colonne…",
        Rubrique.COLONNES,
        _modifier,
        icone="modifier",
        permis=_en_vise_une,
        entete=True,
        masque=True,
    ),
    Geste(
        "colonne_dupliquer",
        "Dupliquer la colonne",
        Rubrique.COLONNES,
        _dupliquer,
        icone="copier",
        permis=_en_vise_une,
        entete=True,
        masque=True,
    ),
    Geste(
        "colonne_supprimer",
        "Supprimer la colonne",
        Rubrique.COLONNES,
        _supprimer,
        icone="supprimer",
        permis=_en_vise_une,
        entete=True,
        masque=True,
    ),
)

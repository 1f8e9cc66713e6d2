"""Gestures that look for, mark and change many cells: find, replace, colours, comments, formats."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtWidgets import QMenu

from app.models.enums import CouleurDeLigne
from app.services.annotations import AnnotationsDeListe
from app.ui import gardees
from app.ui.gestes import Geste, Rubrique
from app.ui.panneau_outil import PanneauOutil

if TYPE_CHECKING:
    from app.ui.page_tableau import PageTableau
    from app.ui.vue_tableau import VueTableau

Panneau = TypeVar("Panneau", bound=PanneauOutil)

SANS_COULEUR = "Sans couleur"


def _page(vue: VueTableau) -> PageTableau:
    if vue.page is None:
        raise LookupError("this table has no page around it")
    return vue.page


def _notes(vue: VueTableau) -> AnnotationsDeListe:
    habillage = _page(vue).habillage
    if habillage is None:
        raise LookupError("nothing is written beside the rows of this table")
    return habillage.notes


def _a_une_page(vue: VueTableau) -> bool:
    return vue.page is not None


def _s_annote(vue: VueTableau) -> bool:
    return vue.page is not None and vue.page.habillage is not None


def _a_une_ligne(vue: VueTableau) -> bool:
    return _s_annote(vue) and bool(vue.cle_courante())


def _peut_annoter(vue: VueTableau) -> bool:
    return _a_une_ligne(vue) and not vue.modele.lecture_seule


def _peut_modifier(vue: VueTableau) -> bool:
    modifiables = any(c.ecrire is not None for c in vue.modele.colonnes)
    return vue.page is not None and not vue.modele.lecture_seule and modifiables


# Panels, imported when they are used --------------------------------------------------------------


def _chercher(vue: VueTableau) -> None:
    from app.ui.panneau_recherche import panneau_de_recherche

    panneau_de_recherche(_page(vue)).ouvrir(remplacement=False)


def _remplacer(vue: VueTableau) -> None:
    from app.ui.panneau_recherche import panneau_de_recherche

    panneau_de_recherche(_page(vue)).ouvrir(remplacement=True)


def _aller(vue: VueTableau, sens: int) -> None:
    from app.ui.panneau_recherche import PanneauRecherche

    panneau = _page(vue).panneau
    if isinstance(panneau, PanneauRecherche):
        panneau.aller(sens)
    else:
        _chercher(vue)


def panneau_de(vue: VueTableau, sorte: type[Panneau]) -> Panneau:
    """The panel of a kind under the table, with what was being written in it; else a new one."""
    page = _page(vue)
    panneau = page.retrouver(sorte)
    if panneau is None:
        panneau = sorte(page)
        page.ouvrir_panneau(panneau)
    return panneau


def _commenter(vue: VueTableau) -> None:
    from app.ui.panneau_commentaires import PanneauCommentaires

    panneau_de(vue, PanneauCommentaires).ecrire()


def _lister_commentaires(vue: VueTableau) -> None:
    from app.ui.panneau_commentaires import PanneauCommentaires

    panneau_de(vue, PanneauCommentaires).liste.setFocus()


def _mettre_en_forme(vue: VueTableau) -> None:
    from app.ui.panneau_formats import PanneauFormats

    panneau_de(vue, PanneauFormats).liste.setFocus()


def _chercher_doublons(vue: VueTableau) -> None:
    from app.ui.panneau_doublons import PanneauDoublons

    page = _page(vue)
    page.ouvrir_panneau(PanneauDoublons(page))
    page.panneau.liste.setFocus()


def _modifier_en_lot(vue: VueTableau) -> None:
    from app.ui.panneau_lot import PanneauLot

    panneau_de(vue, PanneauLot).ouvrir()


# Colours ------------------------------------------------------------------------------------------


def colorer(vue: VueTableau, couleur: str | None) -> None:
    """Give a colour to every row that has a selected cell, or take it away."""
    cles = vue.cles_choisies() or [vue.cle_courante()]
    _notes(vue).colorer([cle for cle in cles if cle], couleur)


def menu_des_couleurs(vue: VueTableau) -> QMenu:
    """The six colours by their first letter, and none; the current one is ticked."""
    from app.ui.icones_couleurs import pastille

    menu = QMenu(vue)
    courante = _notes(vue).couleur(vue.cle_courante())
    for couleur, libelle in (*_COULEURS, (None, SANS_COULEUR)):
        lettre = "i" if couleur == CouleurDeLigne.VIOLET else libelle[0]  # « V » is for green
        action = menu.addAction(libelle.replace(lettre, f"&{lettre}", 1))
        if couleur is not None:
            action.setIcon(pastille(couleur))
        action.setCheckable(True)
        action.setChecked(couleur == courante)
        action.triggered.connect(partial(vue.faire, geste_de_couleur(couleur)))
    return menu


def _ouvrir_les_couleurs(vue: VueTableau) -> None:
    """Under the current cell."""
    index = vue.index_courant()
    grille = vue.volets.grille_de(index.column())
    menu = menu_des_couleurs(vue)
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(grille.viewport().mapToGlobal(grille.visualRect(index).bottomLeft()))


_COULEURS = tuple((str(c), c.libelle) for c in CouleurDeLigne)


def _geste_de_couleur(couleur: str | None, libelle: str) -> Geste:
    executer: Callable[[VueTableau], None] = partial(_colorer_en, couleur)
    return Geste(
        f"couleur_{couleur or 'aucune'}",
        libelle,
        Rubrique.LIGNES,
        executer,
        permis=_peut_annoter,
    )


def _colorer_en(couleur: str | None, vue: VueTableau) -> None:
    colorer(vue, couleur)


def geste_de_couleur(couleur: str | None) -> Geste:
    cle = f"couleur_{couleur or 'aucune'}"
    return next(g for g in GESTES if g.cle == cle)


GESTES = (
    Geste(
        "chercher",
        "Chercher…",
        Rubrique.CALCULS,
        _chercher,
        ("Ctrl+F",),
        icone="recherche",
        permis=_a_une_page,
        partout=True,
    ),
    Geste(
        "remplacer",
        "Remplacer…",
        Rubrique.CALCULS,
        _remplacer,
        ("Ctrl+H",),
        icone="remplacer",
        permis=_peut_modifier,
        partout=True,
    ),
    Geste(
        "suivant",
        "Case trouvée suivante",
        Rubrique.CALCULS,
        lambda vue: _aller(vue, 1),
        ("F3",),
        permis=_a_une_page,
        partout=True,
    ),
    Geste(
        "precedent",
        "Case trouvée précédente",
        Rubrique.CALCULS,
        lambda vue: _aller(vue, -1),
        ("Shift+F3",),
        permis=_a_une_page,
        partout=True,
    ),
    Geste(
        "modifier_en_lot",
        "Modifier en lot…",
        Rubrique.LIGNES,
        _modifier_en_lot,
        ("Ctrl+M",),
        icone="lot",
        permis=_peut_modifier,
        cellule=True,
    ),
    Geste(
        "couleur",
        "Colorer la ligne…",
        Rubrique.LIGNES,
        _ouvrir_les_couleurs,
        ("Ctrl+Shift+J",),
        icone="couleur",
        permis=_peut_annoter,
        cellule=True,
    ),
    *(
        _geste_de_couleur(couleur, f"Colorer en {libelle.lower()}")
        for couleur, libelle in _COULEURS
    ),
    _geste_de_couleur(None, "Retirer la couleur"),
    Geste(
        "commenter",
        "Commenter la case…",
        Rubrique.CELLULES,
        _commenter,
        ("Shift+F2",),
        icone="commentaire",
        permis=_a_une_ligne,
        cellule=True,
    ),
    Geste(
        "commentaires",
        "Tous les commentaires",
        Rubrique.CELLULES,
        _lister_commentaires,
        permis=_s_annote,
    ),
    Geste(
        "a_corriger",
        "Case à corriger suivante",
        Rubrique.CELLULES,
        gardees.suivante,
        ("Alt+F3",),
        permis=_s_annote,
        aide="Une saisie gardée telle quelle est entourée en attendant sa valeur",
    ),
    Geste(
        "oublier_a_corriger",
        "Abandonner la saisie à corriger",
        Rubrique.CELLULES,
        gardees.oublier,
        permis=gardees.a_une_case_a_corriger,
        cellule=True,
        masque=True,
    ),
    Geste(
        "mises_en_forme",
        "Mises en forme conditionnelles…",
        Rubrique.AFFICHAGE,
        _mettre_en_forme,
        ("Ctrl+Shift+F2",),
        icone="forme",
        permis=_s_annote,
    ),
    Geste(
        "doublons",
        "Chercher les doublons…",
        Rubrique.CALCULS,
        _chercher_doublons,
        icone="doublons",
        permis=_a_une_page,
    ),
)

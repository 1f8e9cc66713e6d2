"""The menus of the table, made from its gestures: of a cell, of a column, of the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.services.titres import nom_de
from app.ui.commands import en_francais
from app.ui.gestes import Geste, Rubrique, gestes
from app.ui.icons import icone

if TYPE_CHECKING:
    from app.ui.vue_tableau import VueTableau


def menu_de_cellule(vue: VueTableau) -> QMenu:
    """What can be done with the cell and with the selection."""
    menu = _menu(vue)
    _garnir(menu, vue, [g for g in gestes() if g.cellule])
    return menu


def menu_d_entete(vue: VueTableau) -> QMenu:
    """What can be done with the column in view: sort, adjust, hide; show others."""
    menu = _menu(vue)
    offerts = [g for g in gestes() if g.entete and (not g.masque or g.permis(vue))]
    _garnir(menu, vue, offerts)
    cachees = [c for c in vue.modele.colonnes if c.cle in vue.volets.masquees]
    afficher = menu.addMenu("Afficher une colonne")
    afficher.setEnabled(bool(cachees))
    for colonne in cachees:
        _ajouter(afficher, nom_de(colonne), _montrer(vue, colonne.cle))
    return menu


def remplir_menu_tableau(menu: QMenu, vue: VueTableau | None) -> None:
    """The menu « Tableau » of the window, for the table in view."""
    menu.clear()
    for rubrique in Rubrique:
        dedans = [g for g in gestes() if g.rubrique == rubrique]
        if dedans:
            sous_menu = menu.addMenu(str(rubrique))
            sous_menu.setEnabled(vue is not None)
            if vue is not None:
                _garnir(sous_menu, vue, dedans)


def _garnir(menu: QMenu, vue: VueTableau, choisis: list[Geste]) -> None:
    rubrique = None
    for geste in choisis:
        if rubrique not in (None, geste.rubrique):
            menu.addSeparator()
        rubrique = geste.rubrique
        action = _ajouter(menu, libelle_avec_touches(geste), _faire(vue, geste), geste.icone)
        action.setEnabled(geste.permis(vue))


def libelle_avec_touches(geste: Geste) -> str:
    """Its keys stand at the right of the menu; the table answers them, not the menu."""
    return f"{geste.libelle}\t{en_francais(geste.touches[0])}" if geste.touches else geste.libelle


def _faire(vue: VueTableau, geste: Geste) -> Callable[[], None]:
    return lambda: vue.faire(geste)


def _montrer(vue: VueTableau, cle: str) -> Callable[[], None]:
    return lambda: vue.volets.masquer(cle, masquee=False)


def _menu(vue: VueTableau) -> QMenu:
    menu = QMenu(vue)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def _ajouter(menu: QMenu, libelle: str, geste: Callable[[], None], dessin: str = "") -> QAction:
    action = QAction(libelle, menu)
    if dessin:
        action.setIcon(icone(dessin))
    action.triggered.connect(lambda _coche=False: geste())
    menu.addAction(action)
    return action

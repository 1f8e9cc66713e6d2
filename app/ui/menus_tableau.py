"""The context menus of the table: of a cell, of a column."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.ui.icons import icone

if TYPE_CHECKING:
    from app.ui.vue_tableau import VueTableau


def menu_de_cellule(vue: VueTableau, index: QModelIndex) -> QMenu:
    """What can be done with the cell and with the selection."""
    menu = _menu(vue)
    cle = vue.modele.cle_de(index.row())
    modifiable = vue.modele.est_modifiable(index.column())
    if vue.a_une_fiche:
        _ajouter(menu, "Ouvrir la fiche\tAlt+Entrée", lambda: vue.ouverte.emit(cle), dessin="fiche")
        menu.addSeparator()
    modifier = _ajouter(menu, "Modifier\tF2", lambda: vue.modifier(index), dessin="modifier")
    modifier.setEnabled(modifiable)
    _ajouter(menu, "Copier\tCtrl+C", vue.copier, dessin="copier")
    effacer = _ajouter(menu, "Effacer les montants\tSuppr", vue.effacer)
    effacer.setEnabled(modifiable)
    menu.addSeparator()
    _ajouter(menu, "Tout sélectionner\tCtrl+A", vue.tout_choisir)
    return menu


def menu_d_entete(vue: VueTableau, cle: str) -> QMenu:
    """Sort by this column, adjust it, hide it or show others."""
    menu = _menu(vue)
    volets, modele = vue.volets, vue.modele
    _ajouter(menu, "Trier en ordre croissant", lambda: vue.trier([(cle, False)]))
    _ajouter(menu, "Trier en ordre décroissant", lambda: vue.trier([(cle, True)]))
    _ajouter(menu, "Revenir à l’ordre du fichier", lambda: vue.trier([]))
    menu.addSeparator()
    _ajouter(menu, "Ajuster la largeur", lambda: volets.ajuster(modele.rang(cle)))
    masquer = _ajouter(menu, "Masquer la colonne", lambda: volets.masquer(cle))
    masquer.setEnabled(len(volets.colonnes_visibles()) > 1)
    cachees = [colonne for colonne in modele.colonnes if colonne.cle in volets.masquees]
    afficher = menu.addMenu("Afficher une colonne")
    afficher.setEnabled(bool(cachees))
    for colonne in cachees:
        nom = f"{colonne.groupe} · {colonne.titre}" if colonne.groupe else colonne.titre
        _ajouter(afficher, nom, _montrer(vue, colonne.cle))
    return menu


def _montrer(vue: VueTableau, cle: str) -> Callable[[], None]:
    def montrer() -> None:
        vue.volets.masquer(cle, masquee=False)

    return montrer


def _menu(vue: VueTableau) -> QMenu:
    menu = QMenu(vue)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def _ajouter(menu: QMenu, libelle: str, geste: Callable[[], None], *, dessin: str = "") -> QAction:
    action = QAction(libelle, menu)
    if dessin:
        action.setIcon(icone(dessin))
    action.triggered.connect(lambda _coche=False: geste())
    menu.addAction(action)
    return action

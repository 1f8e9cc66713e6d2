"""The menu of a view, on its tab."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.ui.rail import AUTRE_FENETRE

if TYPE_CHECKING:
    from app.ui.onglets_vues import OngletsVues

Entree = tuple[str, Callable[[], object], bool]  # label, what it does, whether it can be done now


def menu_de_vue(onglets: OngletsVues) -> QMenu:
    """What can be done with the view on screen."""
    menu = QMenu(onglets)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for groupe in (_etat(onglets), _vue(onglets), _place(onglets), _fin(onglets)):
        for libelle, faire, permis in groupe:
            action = QAction(libelle, menu)
            action.setEnabled(permis)
            action.triggered.connect(lambda _coche=False, faire=faire: faire())
            menu.addAction(action)
        menu.addSeparator()
    return menu


def _etat(onglets: OngletsVues) -> Iterator[Entree]:
    modifiee = onglets.est_modifiee
    yield "Enregistrer dans la vue", onglets.enregistrer, onglets.peut_ecrire and modifiee
    yield "Revenir à la vue", onglets.revenir, modifiee


def _vue(onglets: OngletsVues) -> Iterator[Entree]:
    vue, ecriture = onglets.courante, onglets.peut_ecrire
    yield "Nouvelle vue avec cet affichage", onglets.demander_nom, ecriture
    yield "Renommer", onglets.demander_autre_nom, ecriture
    yield "Dupliquer", onglets.dupliquer, ecriture
    if vue.privee:
        yield "Partager avec tous", partial(onglets.rendre_privee, privee=False), ecriture
    else:
        rendre = partial(onglets.rendre_privee, privee=True)
        yield "Rendre privée", rendre, ecriture and not vue.est_livree


def _place(onglets: OngletsVues) -> Iterator[Entree]:
    rang, ecriture = onglets.vues.index(onglets.courante), onglets.peut_ecrire
    derniere = rang + 1 == len(onglets.vues)
    yield AUTRE_FENETRE, onglets.fenetre_demandee.emit, True
    yield "Déplacer à gauche", partial(onglets.deplacer, rang - 1), ecriture and rang > 0
    yield "Déplacer à droite", partial(onglets.deplacer, rang + 1), ecriture and not derniere


def _fin(onglets: OngletsVues) -> Iterator[Entree]:
    ecriture = onglets.peut_ecrire
    yield "Supprimer", onglets.supprimer, ecriture and len(onglets.vues) > 1
    retablir = ecriture and onglets.peut_retablir
    yield "Rétablir les vues d’origine", onglets.retablir, retablir

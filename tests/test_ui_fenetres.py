"""Several windows on one open file: each looks where it wants, all see the same data."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.services.sauvegardes import lister
from app.ui.document import Document
from app.ui.main_window import FenetrePrincipale
from tests.fabrique_fenetre import (
    application,
    demo,
    document,
    fenetre,
    frapper,
    laisser_faire,
    modele,
)

__all__ = ["application", "demo", "document", "fenetre", "modele"]

CTRL, MAJ = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def seconde(fenetre: FenetrePrincipale, document: Document) -> Iterator[FenetrePrincipale]:
    """A second window on the demonstration, opened from the first by its key."""
    avant = set(fenetre.bureau.fenetres)
    document.aller("cofinancements")
    frapper(Qt.Key.Key_O, CTRL | MAJ)
    [ouverte] = set(fenetre.bureau.fenetres) - avant
    laisser_faire()
    yield ouverte
    if ouverte in fenetre.bureau.fenetres:
        ouverte.close()
    laisser_faire()


def test_deux_fenetres_sur_un_fichier_et_la_derniere_le_ferme(
    fenetre: FenetrePrincipale, document: Document, seconde: FenetrePrincipale, demo: Path
) -> None:
    autre = seconde.document
    assert autre is not None
    assert autre.contexte is document.contexte
    assert autre.page_courante == "cofinancements", "elle s'ouvre là où était la première"
    assert [f.windowTitle() for f in (fenetre, seconde)] == [
        "programme\u00a0: 1 – Tour de table",
        "programme\u00a0: 2 – Tour de table",
    ]

    # Each window keeps its page, its filter and its size of table.
    autre.aller("actions")
    autre.actions.modele.filtrer("théâtre")
    laisser_faire()
    assert document.page_courante == "cofinancements"
    assert document.actions.modele.filtre == ""

    # What is done in one is seen in the other, and undone from it by its name.
    cle = autre.actions.modele.cles_filtrees[0]
    avant = document.actions.modele.ligne(cle).titre
    document.contexte.actions.modifier(cle, titre="Un autre titre")
    for page in (document, autre):
        assert page.actions.modele.ligne(cle).titre == "Un autre titre"
    annuler = seconde.actions_fenetre["annuler"]
    assert annuler.text() == fenetre.actions_fenetre["annuler"].text() != "Annuler"
    annuler.trigger()
    assert document.actions.modele.ligne(cle).titre == avant
    assert annuler.text() == fenetre.actions_fenetre["annuler"].text()

    # The same file asked for again is the one that is open.
    vue = document.actions.vue
    vue.poser_etat(replace(vue.etat(), zoom=130))
    document.aller("porteurs")
    troisieme = document.window().ouvrir_une_fenetre("journal")
    laisser_faire()
    assert troisieme.document.page_courante == "journal"
    assert troisieme.document.actions.vue.etat().zoom == 130
    assert troisieme.ouvrir(demo), "le même fichier, dans la même fenêtre"
    assert troisieme.document.contexte is document.contexte
    troisieme.executer("fermer")
    assert not troisieme.isVisible()

    # Another size of text rebuilds the pages of each window, where they were.
    fenetre.executer("agrandir")
    laisser_faire()
    document, autre = fenetre.document, seconde.document
    assert (document.page_courante, autre.page_courante) == ("porteurs", "actions")
    fenetre.executer("taille_normale")

    fenetre.executer("fermer")
    laisser_faire()
    assert not fenetre.isVisible()
    assert seconde.document.contexte.fichier.undo.a_retablir(), "le fichier reste ouvert"
    assert seconde.windowTitle() == "programme – Tour de table"
    assert lister(demo) == []
    seconde.executer("quitter")
    assert [s.motif for s in lister(demo)] == ["fermeture"]
    assert [c.name for c in demo.parent.glob("*") if c.is_file()] == [demo.name]

"""Several windows on one open file: each looks where it wants, all see the same data."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.services.actions import Actions
from app.services.fichier import Fichier
from app.services.sauvegardes import lister
from app.ui.colonne_libre import PanneauColonne
from app.ui.document import Document
from app.ui.gestes import geste
from app.ui.main_window import FenetrePrincipale
from app.ui.panneau_commentaires import PanneauCommentaires
from tests.fabrique_fenetre import (
    application,
    avec_le_clavier,
    demo,
    document,
    fenetre,
    frapper,
    laisser_faire,
    lire,
    modele,
    mot_du_menu,
    taper,
)

__all__ = ["application", "demo", "document", "fenetre", "modele"]

CTRL, MAJ = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def seconde(fenetre: FenetrePrincipale, document: Document) -> Iterator[FenetrePrincipale]:
    """A second window on the demonstration, opened from the first by its key."""
    avant = set(fenetre.bureau.fenetres)
    vue = document.actions.vue
    vue.poser_etat(replace(vue.etat(), zoom=130))
    document.aller("cofinancements")
    frapper(Qt.Key.Key_O, CTRL | MAJ)
    [ouverte] = set(fenetre.bureau.fenetres) - avant
    yield ouverte
    if ouverte in fenetre.bureau.fenetres:
        ouverte.close()
    laisser_faire()


def test_f11_donne_tout_l_ecran_puis_rend_la_fenetre(fenetre: FenetrePrincipale) -> None:
    frapper(Qt.Key.Key_F11)
    assert fenetre.isFullScreen()
    assert "F11" in fenetre.message.texte, "on lit comment en revenir"
    frapper(Qt.Key.Key_F11)
    assert not fenetre.isFullScreen()
    assert fenetre.isVisible()


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
    assert autre.actions.vue.etat().zoom == 130
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
    assert mot_du_menu(seconde, "annuler") == mot_du_menu(fenetre, "annuler") != "Annuler"
    annuler.trigger()
    assert document.actions.modele.ligne(cle).titre == avant
    assert mot_du_menu(seconde, "annuler") == mot_du_menu(fenetre, "annuler")

    # The same file asked for again is the one that is open.
    assert seconde.ouvrir(demo)
    assert seconde.document.contexte is document.contexte

    fenetre.executer("fermer")
    laisser_faire()
    assert not fenetre.isVisible()
    assert seconde.document.contexte.fichier.undo.a_retablir(), "le fichier reste ouvert"
    assert seconde.windowTitle() == "programme – Tour de table"
    assert lister(demo) == []
    seconde.executer("quitter")
    assert [s.motif for s in lister(demo)] == ["fermeture"]
    assert [c.name for c in demo.parent.glob("*") if c.is_file()] == [demo.name]


def test_ce_qui_s_ecrit_n_est_jamais_perdu_sans_question(
    fenetre: FenetrePrincipale, document: Document, demo: Path
) -> None:
    """A comment and a column being written stay when their panel leaves, through another size of
    text, and ask before the file closes."""
    vue, page = document.actions.vue, document.actions.tableau
    vue.setFocus()
    vue.aller(2, vue.modele.rang("titre"))
    frapper(Qt.Key.Key_F2, MAJ)
    taper("a suivre")
    vue.faire(geste("colonne_ajouter"))
    assert isinstance(page.panneau, PanneauColonne)
    page.panneau.setFocus()
    taper("Visite")
    vue.faire(geste("colonne_ajouter"))
    assert page.panneau.titre.text() == "Visite", "demandée encore, la colonne reste telle quelle"
    frapper(Qt.Key.Key_Escape)
    assert page.panneau is None

    fenetre.executer("agrandir")
    laisser_faire()
    document = fenetre.document
    vue, page = document.actions.vue, document.actions.tableau
    assert isinstance(page.panneau, PanneauColonne)
    assert page.panneau.titre.text() == "Visite"
    vue.faire(geste("commenter"))
    assert isinstance(page.panneau, PanneauCommentaires)
    assert page.panneau.texte.toPlainText() == "a suivre"
    fenetre.executer("taille_normale")
    assert avec_le_clavier() is fenetre.document.actions.tableau.panneau.texte
    taper("!")

    fenetre.executer("fermer")
    assert fenetre.document is not None
    assert "Un commentaire en cours" in fenetre.message.texte
    panneau = fenetre.document.actions.tableau.panneau
    assert panneau.texte.toPlainText() == "a suivre!"
    panneau.enregistrer()
    fenetre.close()
    assert fenetre.isVisible()
    assert "Une colonne en cours" in fenetre.message.texte
    assert isinstance(fenetre.document.actions.tableau.panneau, PanneauColonne)
    fenetre.message.bouton.click()
    assert not fenetre.isVisible()
    assert lire(demo, "SELECT texte FROM commentaire ORDER BY cle DESC LIMIT 1") == [("a suivre!",)]


def test_la_copie_d_un_partenaire_se_reunit_case_par_case(
    fenetre: FenetrePrincipale, document: Document, tmp_path: Path
) -> None:
    copie = tmp_path / "Copie de Dominique.tdt"
    document.contexte.fichier.enregistrer_copie(copie)
    une, deux = [ligne.cle for ligne in document.actions.modele.lignes[:2]]
    with Fichier.ouvrir(copie, auteur="Dominique Partenaire") as la:
        for cle, titre in ((une, "Vu par Dominique"), (deux, "Vu des deux côtés")):
            Actions(la).modifier(cle, titre=titre)
    document.contexte.actions.modifier(deux, titre="Vu d'ici")

    document.reunir(copie)
    page = document.page("fusion")
    assert page.phrase.text().endswith("apporte 2 différences, dont 1 à choisir.")
    assert page.prendre.text() == "Reprendre 1 différence"
    page.tout.click()
    document.contexte.actions.modifier(deux, titre="Vu encore d'ici")
    assert page.prendre.text() == "Reprendre 1 différence", "ce qui bouge ici se relit"
    page.prendre.click()
    assert document.page_courante == "actions"
    assert document.actions.modele.ligne(une).titre == "Vu par Dominique"
    assert document.actions.modele.ligne(deux).titre == "Vu encore d'ici"
    assert fenetre.message.texte.startswith("1 différence reprise")
    fenetre.executer("annuler")
    assert document.actions.modele.ligne(une).titre != "Vu par Dominique"

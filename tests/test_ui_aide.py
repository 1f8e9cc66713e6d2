"""Finding what the program does: help pages by their words, commands and gestures from Ctrl+K."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QListWidget, QTextBrowser

from app.ui.aide import AideDialogue, pages_avec
from app.ui.document import Document
from app.ui.main_window import FenetrePrincipale
from tests.fabrique_fenetre import (
    application,
    demo,
    document,
    fenetre,
    frapper,
    laisser_faire,
    montrer,
    nomme,
    taper,
)
from tests.fabrique_fenetre import (
    modele_reduit as modele,
)

__all__ = ["application", "demo", "document", "fenetre", "modele"]


def test_l_aide_se_cherche_par_ses_mots_sans_accents_et_au_clavier(
    application: QApplication,
) -> None:
    boite = AideDialogue("", None)
    montrer(boite, (900, 620))
    liste, page = boite.findChild(QListWidget), boite.findChild(QTextBrowser)
    taper("LISTE compl")
    frapper(Qt.Key.Key_Return)
    montrees = [liste.item(r).text() for r in range(liste.count()) if not liste.item(r).isHidden()]
    assert "La séance" in montrees
    assert "Ligne de commande" not in montrees
    assert liste.currentItem().text() in montrees
    marques = [s.cursor.selectedText().lower() for s in page.extraSelections()]
    assert {"liste", "compl"} <= set(marques)
    avant = liste.currentRow()
    frapper(Qt.Key.Key_Down)
    assert liste.currentRow() > avant
    assert liste.currentItem().text() in montrees
    taper("xyzzy")
    frapper(Qt.Key.Key_Return)
    assert "Aucune page" in page.toPlainText()
    frapper(Qt.Key.Key_Escape)
    assert not any(liste.item(r).isHidden() for r in range(liste.count()))
    assert "Aucune page" not in page.toPlainText()
    boite.close()
    boite.deleteLater()


def test_une_page_dont_le_titre_porte_les_mots_vient_la_premiere() -> None:
    assert pages_avec("seance")[:2] == ["scenarios", "seance"]
    assert pages_avec("liste compl")[0] == "seance", "where the words stand side by side"
    assert pages_avec("  ") == []


def test_chercher_partout_trouve_pages_gestes_et_aide(
    fenetre: FenetrePrincipale, document: Document
) -> None:
    montrer(fenetre)

    def proposes(texte: str) -> list[str]:
        fenetre.executer("chercher")
        document.recherche.clear()
        taper(texte)
        document.recherche._chercher()
        liste = nomme(document.recherche, "Résultats de la recherche", QListWidget)
        return [liste.item(rang).text() for rang in range(liste.count())]

    assert any(t.startswith("La séance\nAide") for t in proposes("liste compl"))
    assert any(t.startswith("Plein écran\nMenu Affichage · F11") for t in proposes("plein ecran"))
    assert any("\nTableau · Ctrl+H" in t for t in proposes("remplacer"))
    propositions = proposes("apres le com")
    for _ in range([t.split("\n")[0] for t in propositions].index("Après le comité")):
        frapper(Qt.Key.Key_Down)
    frapper(Qt.Key.Key_Return)
    laisser_faire()
    assert document.page_courante == "suites"
    proposes("liste compl")
    frapper(Qt.Key.Key_Return)
    laisser_faire()
    aide = fenetre.findChild(AideDialogue)
    assert aide is not None
    assert aide.recherche.text() == "liste compl"
    aide.close()

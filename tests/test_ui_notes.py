"""The notes d'intention from the keyboard: entry, triage by one key, a form dropped on the window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from app.services.errors import SaisieRefusee
from app.services.formulaires import ecrire_formulaires
from app.services.notes_lues import LigneNote
from app.ui.document import Document
from app.ui.main_window import FenetrePrincipale
from app.ui.screen_import import EcranImport
from app.ui.screen_notes import EcranNotes
from tests.fabrique_fenetre import (
    CTRL,
    application,
    demo,
    document,
    fenetre,
    frapper,
    laisser_faire,
    modele,
    nomme,
    operations,
    taper,
)
from tests.test_formulaires import remplir

__all__ = ["application", "demo", "document", "fenetre", "modele"]
ENTREE = Qt.Key.Key_Return
MAJ = Qt.KeyboardModifier.ShiftModifier


def test_les_notes_se_saisissent_se_trient_et_reviennent_remplies(
    qtbot: QtBot,
    fenetre: FenetrePrincipale,
    document: Document,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fenetre.executer("page_notes")
    page = document.page("notes")
    assert isinstance(page, EcranNotes)
    assert page.vue.case_courante()[1] == "tri"  # one key sorts as soon as the page is in view
    nouvelle = _saisir(fenetre, page)
    _trier(fenetre, page, nouvelle)
    _accuser(page, tmp_path, monkeypatch)
    _doublons(page)
    _coller(qtbot, page)
    _formulaire(qtbot, fenetre, document, page, nouvelle, tmp_path)


def _saisir(fenetre: FenetrePrincipale, page: EcranNotes) -> str:
    """Two notes in a row from the keyboard; what is typed and not kept is not lost."""
    avant, connues = operations(page.notes._fichier.chemin), {n.cle for n in page._toutes}
    frapper(Qt.Key.Key_N, CTRL | MAJ)
    taper("Lire au parc")
    frapper(Qt.Key.Key_Tab)
    frapper(Qt.Key.Key_Tab)
    taper("Un club")
    page.vue.aller(0, 0)
    laisser_faire()
    assert _champ(page, "titre").text() == "Lire au parc"
    assert not fenetre.fermer_fichier()
    assert "note en cours de saisie" in fenetre.message.texte
    page.formulaire.prendre_le_clavier("budget_envisage")
    taper("beaucoup")
    frapper(ENTREE)
    assert "Budget envisagé" in nomme(page, page.formulaire._refus.text()).text()
    assert operations(page.notes._fichier.chemin) == avant
    _champ(page, "budget_envisage").setText("12 500")
    frapper(ENTREE)
    assert _champ(page, "titre").text() == ""  # the next one, ready to be typed
    taper("Une idée")
    frapper(ENTREE)
    assert operations(page.notes._fichier.chemin) == avant + 2
    lire, idee = (n for n in page._toutes if n.cle not in connues)
    assert (lire.action.titre, lire.porteur_pressenti, lire.budget_envisage) == (
        "Lire au parc",
        "Un club",
        12_500,
    )
    assert idee.action.statut == "note"
    frapper(Qt.Key.Key_Escape)
    return lire.cle


def _voir(page: EcranNotes, nom: str) -> None:
    """One of the views that come with the page."""
    onglets = page.tableau.onglets
    onglets.choisir(next(vue.cle for vue in onglets.vues if vue.nom == nom))
    laisser_faire()


def _champ(page: EcranNotes, cle: str) -> QLineEdit:
    champ = page.formulaire.champs[cle]
    assert isinstance(champ, QLineEdit)
    return champ


def _note(page: EcranNotes, cle: str) -> LigneNote:
    ligne = page.ligne(cle)
    assert ligne is not None
    return ligne


def _trier(fenetre: FenetrePrincipale, page: EcranNotes, cle: str) -> None:
    _voir(page, "À examiner")
    page.aller_a(cle, "tri")
    frapper(Qt.Key.Key_I)
    assert _note(page, cle).tri is None  # the reason comes first
    taper("Hors des quartiers")
    frapper(ENTREE)
    triee = _note(page, cle)
    assert (triee.tri, triee.tri_motif, triee.action.statut) == (
        "irrecevable",
        "Hors des quartiers",
        "irrecevable",
    )
    assert page.modele.position(cle) >= 0  # nothing moves under the hands
    assert page.vue.case_courante()[1] == "tri"
    fenetre.executer("annuler")
    laisser_faire()
    assert (_note(page, cle).etat, _note(page, cle).action.statut) == ("a_trier", "note")
    page.aller_a(cle, "tri")
    frapper(Qt.Key.Key_R)
    assert _note(page, cle).tri == "recevable"
    _voir(page, "Toutes les notes")
    page.aller_a(cle, "titre")
    frapper(Qt.Key.Key_P)  # elsewhere, a letter is typed in the cell
    frapper(Qt.Key.Key_Escape)
    assert _note(page, cle).tri == "recevable"


def _accuser(page: EcranNotes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The letters are written, then their date is kept."""
    sortie = tmp_path / "accuses.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(sortie), ""))
    attend = next(n for n in page._toutes if n.accusee_le is None)
    page.aller_a(attend.cle, "tri")
    page.fichiers.accuser()
    assert sortie.read_bytes().startswith(b"%PDF")
    assert _note(page, attend.cle).accusee_le is not None
    page.fichiers.imprimer()
    assert sortie.read_bytes().startswith(b"%PDF")


def _coller(qtbot: QtBot, page: EcranNotes) -> None:
    """Rows of a spreadsheet with their titles go to the import page; without them, it says so."""
    page.tableau_choisi.disconnect()
    presse = QGuiApplication.clipboard()
    presse.setText("Lire au parc")
    with pytest.raises(SaisieRefusee, match="ligne des titres"):
        page.fichiers.coller()
    presse.setText("Intitulé\tAmbition\nLire au parc\tDonner envie")
    with qtbot.waitSignal(page.tableau_choisi) as choisi:
        page.fichiers.coller()
    assert choisi.args is not None
    assert choisi.args[0].read_text(encoding="utf-8") == presse.text()


def _doublons(page: EcranNotes) -> None:
    _voir(page, "Doublons possibles")
    page.comparer()
    laisser_faire()
    assert page.cote_a_cote.isVisible()
    compares = {ligne.cle: ligne for ligne in page.cote_a_cote.modele.toutes_les_lignes()}
    assert compares["porteur"].verdict == compares["axe"].verdict == "meme"
    assert compares["echelle"].verdict == "autre"
    page.cote_a_cote.fermer()
    _voir(page, "Toutes les notes")


def _formulaire(
    qtbot: QtBot,
    fenetre: FenetrePrincipale,
    document: Document,
    page: EcranNotes,
    cle: str,
    tmp_path: Path,
) -> None:
    """A form that comes back completes its note, in the page of the imports."""
    formulaires = page.fichiers.formulaires.des_notes(page.annee, [_note(page, cle)])
    dossier = tmp_path / "renvoyes"
    dossier.mkdir()
    remplir(*ecrire_formulaires(formulaires, dossier), {"ambition": ["Lire dehors"]})
    document.deposer([dossier])
    imports = document.page("import")
    assert isinstance(imports, EcranImport)
    qtbot.waitUntil(lambda: not imports.occupe, timeout=10_000)
    for _ in range(3):
        imports.avancer()
        qtbot.waitUntil(lambda: not imports.occupe, timeout=10_000)
    assert document.page_courante == "notes"
    assert _note(page, cle).ambition == "Lire dehors"
    fenetre.executer("annuler")
    laisser_faire()
    assert _note(page, cle).ambition is None

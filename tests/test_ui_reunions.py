"""« Réunions » from the keyboard: proposed, ordered, ticked, noted, closed; and kept at each word."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.ui.document import Document
from app.ui.main_window import FenetrePrincipale
from app.ui.reunions_notes import VoletNotes
from app.ui.screen_reunions import EcranReunions
from tests.fabrique_fenetre import (
    application,
    demo,
    document,
    fenetre,
    frapper,
    laisser_faire,
    lire,
    modele,
    taper,
)

__all__ = ["application", "demo", "document", "fenetre", "modele"]
K = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier
POINT = (
    "SELECT diagnostic, capacite, partenariat, remarques, passe FROM point_reunion WHERE cle = ?"
)


def test_une_reunion_se_tient_au_clavier(
    fenetre: FenetrePrincipale, document: Document, demo: Path
) -> None:
    fenetre.executer("page_reunions")
    page = document.page("reunions")
    assert isinstance(page, EcranReunions)
    assert page.reunion is not None
    assert not page.reunion.est_tenue, "la première qui reste à tenir est en vue"
    _dater(fenetre, page)
    _ordonner(fenetre, page)
    _pointer(page, demo)
    _noter(page, demo)
    _clore(page)
    _proposer(fenetre, page, demo)


def _onglet(page: EcranReunions, volet: object) -> None:
    page.onglets.setCurrentWidget(volet)  # type: ignore[arg-type]
    laisser_faire()


def _dater(fenetre: FenetrePrincipale, page: EcranReunions) -> None:
    """Enter goes down, but the meeting that was dated stays in view; a refusal leaves with its tab."""
    assert page.reunion is not None
    datee = page.reunion.cle
    _onglet(page, page.reunions)
    page.reunions.vue.aller_a(datee, "date")
    taper("23/2/2026")
    frapper(K.Key_Return)
    laisser_faire()
    assert page.reunion.cle == datee
    assert page.reunion.date == "2026-02-23"
    assert page.reunions.vue.cle_courante() != datee
    frapper(K.Key_Down)
    frapper(K.Key_Up)
    assert page.reunion.cle == page.reunions.vue.cle_courante(), "une flèche choisit"
    page.choisir(datee)
    page.refuse.emit("Cela ne se peut pas.")
    assert fenetre.message.texte
    _onglet(page, page.points)
    assert not fenetre.message.texte
    fenetre.executer("annuler")
    laisser_faire()


def _ordonner(fenetre: FenetrePrincipale, page: EcranReunions) -> None:
    """Alt and an arrow, then Ctrl+Z."""
    _onglet(page, page.points)
    avant = [p.cle for p in page.points.modele.lignes]
    heures = [p.creneau for p in page.points.modele.lignes]
    assert heures[0] == "14:00 – 14:15"
    page.points.vue.aller_a(avant[0], "minutes")
    frapper(K.Key_Down, ALT)
    assert [p.cle for p in page.points.modele.lignes][:2] == [avant[1], avant[0]]
    assert [p.creneau for p in page.points.modele.lignes] == heures
    fenetre.executer("annuler")
    laisser_faire()
    assert [p.cle for p in page.points.modele.lignes] == avant


def _pointer(page: EcranReunions, demo: Path) -> None:
    """F6: there, and the cursor goes to the next one; F8: not there."""
    _onglet(page, page.participants)
    premiere, deuxieme = page.participants.modele.lignes[:2]
    page.participants.vue.aller_a(premiere.cle, "present")
    frapper(K.Key_F6)
    frapper(K.Key_F8)
    requete = "SELECT present FROM participant WHERE cle IN (?, ?) ORDER BY rang"
    assert lire(demo, requete, premiere.cle, deuxieme.cle) == [(1,), (0,)]


def _noter(page: EcranReunions, demo: Path) -> None:
    _onglet(page, page.notes)
    notes: VoletNotes = page.notes
    point = notes.point
    assert point is not None
    for touche in (K.Key_O, K.Key_P, K.Key_N, K.Key_Up, K.Key_Delete):
        frapper(touche)
    frapper(K.Key_R)
    taper("Revoir le public")
    assert notes.brouillon() == "une remarque"
    frapper(K.Key_PageDown)
    assert lire(demo, POINT, point.cle) == [("oui", None, "non", "Revoir le public", 1)]
    assert notes.point is not None
    assert notes.point.cle != point.cle, "le projet suivant, remarque gardée"
    frapper(K.Key_D)
    taper("Associer le bailleur")
    frapper(K.Key_Return)
    frapper(K.Key_Escape)
    frapper(K.Key_A)
    taper("Conseil citoyen")
    frapper(K.Key_Return)
    frapper(K.Key_Escape)
    assert [d.texte for d in notes.demandes.modele.lignes] == ["Associer le bailleur"]
    assert [a.voix for a in notes.avis.modele.lignes] == ["Conseil citoyen"]
    frapper(K.Key_PageUp)
    assert notes.remarques.toPlainText() == "Revoir le public"
    frapper(K.Key_V)
    assert lire(demo, POINT, point.cle)[0][-1] == 1, "ce qui a été examiné reste vu"


def _clore(page: EcranReunions) -> None:
    """Closed, the keys write nothing any more; opened again, with a reason that is kept."""
    page.clore.click()
    laisser_faire()
    assert page.reunion is not None
    assert page.reunion.est_tenue
    assert page.notes.remarques.isReadOnly()
    avant = page.notes.point
    frapper(K.Key_N)
    assert page.notes.point == avant
    page.rouvrir.click()
    taper("Une remarque manque")
    frapper(K.Key_Return)
    assert page.reunion is not None
    assert not page.reunion.est_tenue
    assert "Une remarque manque" in (page.reunion.note or "")
    page.documents.copier_adresses(page.reunion)
    assert "@" in QGuiApplication.clipboard().text()


def _proposer(fenetre: FenetrePrincipale, page: EcranReunions, demo: Path) -> None:
    """Looked at first, then made in one operation."""
    _onglet(page, page.reunions)
    [(avant,)] = lire(demo, "SELECT count(*) FROM reunion")
    page.reunions.proposer.click()
    laisser_faire()
    assert lire(demo, "SELECT count(*) FROM reunion") == [(avant,)]
    neuves = [r for r in page.reunions.plan.reunions.lignes if r.reunion is None]
    assert neuves
    frapper(K.Key_Space)  # the button that prepares has the keyboard
    assert lire(demo, "SELECT count(*) FROM reunion") == [(avant + len(neuves),)]
    assert page.reunions.vue.a_le_focus(), "le clavier revient à la liste"
    fenetre.executer("annuler")
    laisser_faire()
    assert lire(demo, "SELECT count(*) FROM reunion") == [(avant,)]

"""The calendar and the things to do, from the keyboard, in the window of the demonstration."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from app.services.a_faire import Genre
from app.services.chiffres import Lien
from app.services.cycle_dates import EtatEtape
from app.services.pieces_attendues import LISTE_PROPOSEE
from app.ui.document import Document
from app.ui.main_window import FenetrePrincipale
from app.ui.screen_a_faire import EcranAFaire
from app.ui.screen_calendrier import EcranCalendrier
from tests.fabrique_fenetre import (
    CTRL,
    application,
    demo,
    document,
    fenetre,
    frapper,
    laisser_faire,
    lire,
    modele,
    nomme,
    taper,
)

__all__ = ["application", "demo", "document", "fenetre", "modele"]
ENTREE = Qt.Key.Key_Return
CTRL_MAJ = CTRL | Qt.KeyboardModifier.ShiftModifier


def test_le_calendrier_et_ce_qui_attend_se_tiennent_au_clavier(
    fenetre: FenetrePrincipale,
    document: Document,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    frapper(Qt.Key.Key_K, CTRL_MAJ)
    page = document.page("calendrier")
    assert isinstance(page, EcranCalendrier)
    _dater_une_etape(fenetre, page)
    _lire_le_retroplanning(page, monkeypatch, tmp_path)
    _creer_un_appel(fenetre, page)
    _lister_des_pieces(fenetre, page)
    _suivre_une_action(fenetre, page)
    frapper(Qt.Key.Key_H, CTRL_MAJ)
    a_faire = document.page("a_faire")
    assert isinstance(a_faire, EcranAFaire)
    _taper_une_tache(fenetre, a_faire)
    _ouvrir_une_etape(document, a_faire, page)


def _etape(page: EcranCalendrier, nature: str) -> Any:
    return next(li for li in page.etapes.modele.lignes if li.nature == nature)


def _dater_une_etape(fenetre: FenetrePrincipale, page: EcranCalendrier) -> None:
    """The COPIL is put back by typing its date; what is counted from it follows."""
    liste = page.etapes
    copil = _etape(page, "copil")
    assert copil.etat == EtatEtape.RETARD
    assert "non précisée par le contrat" in liste.duree.text()
    convention = _etape(page, "convention").debut
    liste.vue.aller_a(copil.cle, "debut")
    taper("15/12/2030")
    frapper(ENTREE)
    assert _etape(page, "copil").etat == EtatEtape.A_VENIR
    assert _etape(page, "convention").debut != convention
    fenetre.executer("annuler")
    assert _etape(page, "copil").debut == copil.debut
    liste.vue.aller_a(copil.cle, "nom")
    nomme(liste, "Terminer l'étape").click()
    laisser_faire()
    liste.barre_fin.champs["date"].poser("un jour")
    frapper(ENTREE)
    assert liste.barre_fin.isVisible(), "refusé, et gardé"
    liste.barre_fin.champs["date"].poser("12/03/2026")
    frapper(ENTREE)
    assert _etape(page, "copil").en_mots == "terminée le 12/03/2026"
    fenetre.executer("annuler")


def _lire_le_retroplanning(
    page: EcranCalendrier, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Arrows go from lane to lane, each says its step; Enter opens it; an agenda is written."""
    page.onglets.setCurrentWidget(page.retro)
    laisser_faire()
    liste = page.retro.liste
    premiere = liste.currentIndex()
    assert page.retro.couloirs.etape(premiere.row()) is not None
    frapper(Qt.Key.Key_Down)
    dite = liste.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    assert "AMI 2026" in dite
    assert "terminée le" in dite
    chemin = tmp_path / "agenda"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(chemin), "Agenda (*.ics)"))
    page.retro._enregistrer("Agenda (*.ics)")
    assert chemin.with_suffix(".ics").read_bytes().startswith(b"BEGIN:VCALENDAR")
    etape = page.retro.couloirs.etape(liste.currentIndex().row())
    assert etape is not None
    frapper(ENTREE)
    assert page.partie is page.etapes
    assert page.etapes.vue.cle_courante() == etape.cle


def _creer_un_appel(fenetre: FenetrePrincipale, page: EcranCalendrier) -> None:
    """From the menu; its steps are next in the other tab; a dotation is typed."""
    page.onglets.setCurrentWidget(page.appels)
    laisser_faire()
    liste = page.appels
    menu = liste.nouveau.menu()
    menu.aboutToShow.emit()
    next(a for a in menu.actions() if a.text() == "Appel à projets").trigger()
    laisser_faire()
    neuf = next(li for li in liste.modele.lignes if li.nature == "aap")
    assert neuf.etapes == 16
    taper("Appel de printemps")
    frapper(ENTREE)
    assert liste.modele.ligne(neuf.cle).nom == "Appel de printemps"
    liste.vue.aller_a(neuf.cle, "nom")
    etat = next(f for f in liste.appels.dotations(2026) if f.financeur_nom == "État").financeur
    liste._doter(etat)
    taper("9000000")
    frapper(ENTREE)
    [dotation] = liste.dotations.lignes
    assert "au-delà de l'enveloppe" in dotation.alerte
    page.onglets.setCurrentWidget(page.etapes)
    assert page.etapes.choix.currentText() == "Appel de printemps"
    assert {li.etat for li in page.etapes.modele.lignes} == {EtatEtape.SANS_DATE}
    for _ in range(4):
        fenetre.executer("annuler")
    assert "Appel de printemps" not in [li.nom for li in liste.appels.lignes(2026)]


def _lister_des_pieces(fenetre: FenetrePrincipale, page: EcranCalendrier) -> None:
    """The list of an appel: typed in the bar, offered by the menu, made optional in its cell."""
    liste = page.pieces
    page.onglets.setCurrentWidget(liste)
    assert liste.appel, "celui qui vient d'être créé"
    liste.ajouter()
    taper("RIB")
    frapper(ENTREE)
    assert [(li.intitule, li.nature) for li in liste.modele.lignes] == [("RIB", "dossier")]
    liste._proposer()
    menu = [action for action in liste._menu.actions() if action.text() == "Toutes celles-ci"]
    menu[0].trigger()
    assert len(liste.modele.lignes) == 1 + len(LISTE_PROPOSEE)
    fenetre.executer("annuler")
    liste.vue.setFocus()
    liste.vue.aller_a(liste.modele.lignes[0].cle, "obligatoire")
    frapper(Qt.Key.Key_Space)
    assert [li.obligatoire for li in liste.modele.lignes] == [False]
    fenetre.executer("annuler")
    fenetre.executer("annuler")
    assert liste.modele.lignes == []


def _suivre_une_action(fenetre: FenetrePrincipale, page: EcranCalendrier) -> None:
    """A step out of its dates asks for a reason, which is kept; the way back takes it away."""
    page.onglets.setCurrentWidget(page.parcours)
    laisser_faire()
    liste = page.parcours
    action = next(li for li in liste.modele.lignes if li.statut == "proposee" and li.debut)
    liste.vue.aller_a(action.cle, "etape")
    nomme(liste, "Sauter l'étape").click()
    frapper(ENTREE)
    assert liste.barre_motif.isVisible(), "sans motif, rien ne se saute"
    liste.barre_motif.champs["motif"].poser("Examinée au comité technique")
    frapper(ENTREE)
    apres = liste.modele.ligne(action.cle)
    assert apres.etape != action.etape
    assert apres.sautees == action.sautees + 1
    saut = next(li for li in liste.passages.lignes if li.etape == action.etape)
    assert (saut.fait, saut.motif) == ("sautée", "Examinée au comité technique")
    nomme(liste, "Revenir en arrière").click()
    assert liste.modele.ligne(action.cle).etape == action.etape


def _taper_une_tache(fenetre: FenetrePrincipale, page: EcranAFaire) -> None:
    """Added in one line for the person in view, ticked, brought back."""
    nomme(page, "Nouvelle tâche").click()
    laisser_faire()
    taper("Appeler la CAF")
    frapper(ENTREE)
    tache = next(li for li in page.modele.lignes if li.quoi == "Appeler la CAF")
    assert (tache.genre, tache.pour) == (Genre.TACHE, page.personne)
    assert lire(page._contexte.fichier.chemin, "SELECT count(*) FROM tache")[0][0] >= 4
    page.vue.aller_a(tache.cle, "faite")
    nomme(page, "C'est fait").click()
    assert tache.cle not in [li.cle for li in page.modele.lignes]
    fenetre.executer("annuler")
    assert tache.cle in [li.cle for li in page.modele.lignes]


def _ouvrir_une_etape(document: Document, page: EcranAFaire, calendrier: EcranCalendrier) -> None:
    """A filter by urgency, then a line that leads to its place."""
    retard = next(bouton for quand, bouton in page.filtres.items() if quand == "retard")
    retard.click()
    assert {str(li.quand) for li in page.modele.lignes_filtrees} == {"retard"}
    etape = next(li for li in page.modele.lignes_filtrees if li.genre == Genre.ETAPE)
    page.vue.ouverte.emit(etape.cle)
    assert document.page_courante == "calendrier"
    assert calendrier.etapes.vue.cle_courante() == etape.cle
    _ouvrir_une_note_et_un_avis(document, page)


def _ouvrir_une_note_et_un_avis(document: Document, page: EcranAFaire) -> None:
    """Each opens where it is done, on its dossier."""
    page.choix.setCurrentIndex(page.choix.count() - 1)
    page._changer_de_personne()
    actions = {li.cle: li for li in document.actions.modele.toutes_les_lignes()}
    note = next(a for a in actions.values() if a.statut == "note")
    page.lien_demande.emit(Lien("note", "", action=note.cle, annee=2026))
    assert document.page_courante == "notes"
    assert document.page("notes").vue.cle_courante() == note.cle
    avis = next(a for a in actions.values() if a.statut == "instruction")
    page.lien_demande.emit(Lien("avis", "", action=avis.cle, annee=2026))
    assert document.page_courante == "instruction"
    assert document.page("instruction").tous.vue.cle_courante() == avis.cle
    attendues = {li.genre: li for li in page.modele.toutes_les_lignes()}
    for genre, ou in ((Genre.REUNION, "reunions"), (Genre.SEANCE, "seances")):
        page.lien_demande.emit(attendues[genre].lien)
        assert document.page_courante == ou
        assert document.page(ou).choix.currentData() == attendues[genre].cle

"""« Droit commun » from the keyboard: answers, alerts handed over, the item of the comité, calls."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from app.ui.document import Document
from app.ui.fiche_action import RANG_AVIS
from app.ui.main_window import FenetrePrincipale
from app.ui.screen_droit_commun import EcranDroitCommun
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
    operations,
    taper,
)

__all__ = ["application", "demo", "document", "fenetre", "modele"]
ENTREE = Qt.Key.Key_Return
ALT = Qt.KeyboardModifier.AltModifier


def test_le_droit_commun_se_demande_se_relaie_et_s_annule(
    fenetre: FenetrePrincipale,
    document: Document,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frapper(Qt.Key.Key_D, CTRL | ALT)
    assert document.page_courante == "droit_commun"
    page = document.page("droit_commun")
    assert isinstance(page, EcranDroitCommun)
    action = _repondre(fenetre, page)
    _relayer(fenetre, page)
    chemin = tmp_path / "liste"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(chemin), ""))
    nomme(page.relais, "Imprimer…").click()
    assert chemin.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
    _orienter(fenetre, page)
    _dans_la_fiche(fenetre, document, page, action)


def _lu(page: EcranDroitCommun, requete: str, *valeurs: Any) -> Any:
    [ligne] = lire(page.d.fichier.chemin, requete, *valeurs)
    return ligne[0] if len(ligne) == 1 else ligne


def _repondre(fenetre: FenetrePrincipale, page: EcranDroitCommun) -> str:
    """An action without answer: asked of a financeur, undone, then « nothing » with its reason."""
    liste = page.reponses
    muette = next(li for li in liste.modele.lignes if li.manque)
    liste.vue.setFocus()
    liste.vue.aller_a(muette.cle, "titre")
    nomme(liste, "Noter une sollicitation").click()
    frapper(ENTREE)
    assert liste.barre_demande.isVisible(), "personne n'est nommé"
    liste.barre_demande.champs["qui"].poser("caf")
    frapper(ENTREE)
    assert not liste.barre_demande.isVisible()
    assert liste.detail.lignes[0].qui == "CAF"
    assert liste.modele.ligne(muette.cle).resultat == "En attente de réponse"
    liste.vue_detail.setFocus()
    liste.vue_detail.aller_a(liste.detail.lignes[0].cle, "resultat")
    taper("ref")
    frapper(ENTREE)
    assert liste.modele.ligne(muette.cle).resultat == "Refus"
    fenetre.activateWindow()  # the list of choices had it
    laisser_faire()
    fenetre.executer("annuler")
    fenetre.executer("annuler")
    assert liste.modele.ligne(muette.cle).manque
    liste.vue.setFocus()
    liste.vue.aller_a(muette.cle, "titre")
    liste.declarer_rien()
    taper("Aucun dispositif connu")
    frapper(ENTREE)
    assert liste.modele.ligne(muette.cle).motif == "Aucun dispositif connu"
    assert "Aucun dispositif connu" in liste._titre.text()
    fenetre.executer("annuler")
    return str(muette.cle)


def _relayer(fenetre: FenetrePrincipale, page: EcranDroitCommun) -> None:
    """From an alert to the list, and to the agenda in one operation."""
    page.onglets.setCurrentWidget(page.alertes)
    alerte = page.alertes.modele.lignes[0]
    assert alerte.nature == "substitution"
    page.alertes.vue.setFocus()
    page.alertes.vue.aller_a(alerte.cle, "titre")
    assert alerte.phrase in page.alertes._dite.text()
    nomme(page.alertes, "Mettre à relayer").click()
    page.onglets.setCurrentWidget(page.relais)
    liste = page.relais
    [neuf] = [r for r in liste.modele.lignes if r.action == alerte.action]
    liste.vue.setFocus()
    liste.vue.aller_a(neuf.cle, "chances")
    taper("70")
    frapper(ENTREE)
    assert liste.modele.ligne(neuf.cle).chances == 70
    liste.proposer_seances()
    depart = operations(page.d.fichier.chemin)
    liste._menu.actions()[0].trigger()
    laisser_faire()
    assert operations(page.d.fichier.chemin) == depart + 1, fenetre.message.texte
    titre = _lu(page, "SELECT titre FROM point WHERE titre LIKE 'Actions à relayer%'")
    assert alerte.numero in titre
    fenetre.executer("annuler")
    assert lire(page.d.fichier.chemin, "SELECT 1 FROM point WHERE titre LIKE 'Actions à r%'") == []


def _orienter(fenetre: FenetrePrincipale, page: EcranDroitCommun) -> None:
    page.onglets.setCurrentWidget(page.appels)
    liste = page.appels
    appel = next(a for a in liste.modele.lignes if a.noeud)
    liste.vue.setFocus()
    liste.vue.aller_a(appel.cle, "nom")
    projet = next(p for p in liste.projets.lignes if not p.deja)
    liste.vue_projets.setFocus()
    liste.vue_projets.aller_a(projet.cle, "titre")
    nomme(liste, "Orienter vers l’appel").click()
    assert next(p for p in liste.projets.lignes if p.cle == projet.cle).deja
    requete = "SELECT count(*) FROM sollicitation WHERE dispositif = ?"
    assert _lu(page, requete, appel.nom) == 1
    fenetre.executer("annuler")
    assert _lu(page, requete, appel.nom) == 0


def _dans_la_fiche(
    fenetre: FenetrePrincipale, document: Document, page: EcranDroitCommun, action: str
) -> None:
    """The sheet warns while nothing is answered, and the answer is typed there too."""
    page.action_demandee.emit(action)
    fiche = document.actions.fiche
    fiche.ouvrir_onglet(4)
    laisser_faire()
    volet = fiche.volet(RANG_AVIS)
    assert ("Droit commun sollicité" in volet._phrase.text()) == bool(
        volet.droit_commun.avertissement
    )
    volet.droit_commun.ajouter()
    taper("Rectorat")
    frapper(ENTREE)
    assert volet.droit_commun.modele.lignes[0].qui == "Rectorat"
    assert volet.droit_commun.avertissement == ""

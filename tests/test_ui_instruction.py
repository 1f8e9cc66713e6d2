"""« Instruction » from the keyboard: avis typed and pasted, the State's repeated, the avis commun."""

import json
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.models.programme import EtapeAppel
from app.services.avis_exceptions import HORS_DATES
from app.services.cycle import Cycle
from app.services.reponses import EN_RETARD
from app.ui.document import Document
from app.ui.fiche_action import RANG_AVIS
from app.ui.main_window import FenetrePrincipale
from app.ui.screen_instruction import EcranInstruction
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
ENTREE, ECHAP = Qt.Key.Key_Return, Qt.Key.Key_Escape
MAJ = Qt.KeyboardModifier.ShiftModifier


def test_l_instruction_se_tape_se_colle_et_s_annule(
    fenetre: FenetrePrincipale, document: Document
) -> None:
    frapper(Qt.Key.Key_A, CTRL | MAJ)
    assert document.page_courante == "instruction"
    page = document.page("instruction")
    assert isinstance(page, EcranInstruction)
    _mes_avis(fenetre, page)
    _meme_avis(page)
    _coller_dans_la_grille(fenetre, page)
    _demander_a_la_main(fenetre, page)
    _relancer(fenetre, page)
    _avis_commun(fenetre, page)
    _affecter(fenetre, page)
    _dans_la_fiche(document, page)
    _hors_des_dates(fenetre, document, page)


def _lu(page: EcranInstruction, requete: str, *valeurs: Any) -> Any:
    [ligne] = lire(page.i.fichier.chemin, requete, *valeurs)
    return ligne[0] if len(ligne) == 1 else ligne


def _service(page: EcranInstruction, nom: str) -> str:
    return next(s.cle for s in page.i.services.lignes() if s.nom_court == nom)


def _mes_avis(fenetre: FenetrePrincipale, page: EcranInstruction) -> None:
    """The referent who signs sees what is late first, and answers in one letter."""
    liste = page.mes_avis
    assert liste.service.currentText() != "Mes services"
    page.i.services.modifier(_service(page, "Région"), referents=[page.i.fichier.signature.auteur])
    page.i.fichier.undo.oublier()
    liste.choisir_service("")
    assert liste.service.currentText() == "Mes services"
    assert {a.service.nom_court for a in liste.modele.lignes} == {"Région"}
    premiere = liste.modele.lignes[0]
    assert premiere.etat == EN_RETARD
    lecture = "SELECT sens, motif, rendu_par FROM avis_instruction WHERE cle = ?"
    taper("r")
    frapper(ENTREE)
    assert "a un motif" in fenetre.message.texte
    frapper(ECHAP)
    taper("r bilan attendu")
    frapper(ENTREE)
    sens, motif, qui = _lu(page, lecture, premiere.cle)
    assert (sens, motif, qui) == ("reserve", "bilan attendu", page.i.fichier.signature.auteur)
    assert liste.modele.lignes[0].cle == premiere.cle, "la ligne reste sous la main"
    fenetre.executer("annuler")
    assert _lu(page, lecture, premiere.cle)[0] is None
    liste.vue.aller_a(premiere.cle, "avis")
    liste.rendre()
    champs = liste.barre_avis.champs
    for cle, texte in (("avis", "f"), ("montant", "700")):
        champs[cle].poser(texte)
    frapper(ENTREE)
    assert not liste.barre_avis.isVisible()
    assert liste.courant(premiere.cle).propose == Decimal(700)


def _meme_avis(page: EcranInstruction) -> None:
    """One key, in the list of a service."""
    liste = page.mes_avis
    etat = {
        a.action: a
        for d in page.i.communs.lignes(2026)
        for a in d.dossier.avis.values()
        if a.service.nom_court == "État" and a.sens == "favorable"
    }
    cible = next(a for a in liste.modele.lignes if a.action in etat and a.sens == "favorable")
    page.i.avis.repondre(cible.cle, sens=None)
    liste.vue.setFocus()
    liste.vue.aller_a(cible.cle, "avis")
    frapper(Qt.Key.Key_F8)
    repris = liste.courant(cible.cle)
    assert repris is not None
    assert (repris.sens, repris.comme) == ("favorable", "État")


def _coller_dans_la_grille(fenetre: FenetrePrincipale, page: EcranInstruction) -> None:
    """A block from a workbook: avis, amount and motive of one service, two actions."""
    page.onglets.setCurrentWidget(page.tous)
    liste = page.tous
    nomme(liste, "Tout déplier").click()
    region = _service(page, "Région")
    cibles = [
        d.cle
        for d in liste.modele.lignes
        if (a := d.avis.get(region)) is not None
        and a.sollicite
        and len(d.demandes_a(a.service)) == 1
    ][:1]
    liste.vue.setFocus()
    liste.vue.aller_a(cibles[0], f"{region}.avis")
    depart = operations(page.i.fichier.chemin)
    QApplication.clipboard().setText("r\t1 250\tPréciser le public\n")
    frapper(Qt.Key.Key_V, CTRL)
    assert operations(page.i.fichier.chemin) == depart + 1, fenetre.message.texte
    avis = liste.modele.ligne(cibles[0]).avis[region]
    assert (avis.sens, avis.montant, avis.propose, avis.motif) == (
        "reserve",
        Decimal(1250),
        Decimal(1250),
        "Préciser le public",
    )
    fenetre.executer("annuler")
    assert liste.modele.ligne(cibles[0]).avis[region].montant != Decimal(1250)


def _demander_a_la_main(fenetre: FenetrePrincipale, page: EcranInstruction) -> None:
    """A service that was not asked is, then no longer; the menu names each of them."""
    liste = page.tous
    dossier, service = next(
        (d, s)
        for d in liste.modele.toutes_les_lignes()
        for s in page.i.services.lignes()
        if s.actif and s.cle not in d.avis
    )
    liste.vue.aller_a(dossier.cle)
    liste.demander.menu().aboutToShow.emit()
    actions = {a.text(): a for a in liste.demander.menu().actions()}
    requete = "SELECT count(*) FROM avis_instruction WHERE action = ? AND service = ?"
    actions[service.nom_court].trigger()
    assert _lu(page, requete, dossier.cle, service.cle) == 1
    sans = {a.text(): a for a in actions["Ne plus demander à"].menu().actions()}
    laisser_faire()
    sans[service.nom_court].trigger()
    assert _lu(page, requete, dossier.cle, service.cle) == 0
    for _ in range(2):
        fenetre.executer("annuler")
        laisser_faire()


def _relancer(fenetre: FenetrePrincipale, page: EcranInstruction) -> None:
    liste = page.tous
    liste.relances.menu().aboutToShow.emit()
    menus = [a for a in liste.relances.menu().actions() if a.menu() is not None]
    assert any("en retard" in a.text() for a in menus)
    avant = _lu(page, "SELECT sum(relances) FROM avis_instruction")
    copier = menus[0].menu().actions()[0]
    assert copier.text() == "Copier le texte"
    copier.trigger()
    laisser_faire()
    assert "est attendu sur" in QApplication.clipboard().text()
    assert _lu(page, "SELECT sum(relances) FROM avis_instruction") > avant


def _avis_commun(fenetre: FenetrePrincipale, page: EcranInstruction) -> None:
    """Refused by name while somebody is missing; excused, it is given, and the comité sees it."""
    page.onglets.setCurrentWidget(page.communs)
    liste = page.communs
    attend = next(li for li in liste.modele.lignes if li.etat == "attend" and li.dossier.manquants)
    liste.vue.setFocus()
    liste.vue.aller_a(attend.cle, "avis")
    taper("f")
    frapper(ENTREE)
    assert attend.dossier.manquants[0] in fenetre.message.texte
    frapper(ECHAP)
    nomme(liste, "Marquer absents").click()
    laisser_faire()
    liste.vue.setFocus()
    liste.vue.aller_a(attend.cle, "avis")
    taper("r suivi par la commune")
    frapper(ENTREE)
    lue = _lu(page, "SELECT statut, avis FROM action WHERE cle = ?", attend.cle)
    assert lue == ("proposee", "Favorable avec réserve\u00a0: suivi par la commune")
    fenetre.executer("annuler")
    assert _lu(page, "SELECT statut FROM action WHERE cle = ?", attend.cle) != "proposee"


def _affecter(fenetre: FenetrePrincipale, page: EcranInstruction) -> None:
    page.onglets.setCurrentWidget(page.services)
    liste = page.services
    prevus = len(liste.prevues.toutes_les_lignes())
    assert prevus
    liste.affecter.click()
    laisser_faire()
    champ = liste.barre_echeance.champs["echeance"]
    champ.poser("demain")
    frapper(ENTREE)
    assert liste.barre_echeance.isVisible()
    champ.poser("15/12/2026")
    frapper(ENTREE)
    assert liste.prevues.toutes_les_lignes() == []
    demandes = "SELECT count(*) FROM avis_instruction WHERE echeance = '2026-12-15'"
    assert _lu(page, demandes) == prevus
    fenetre.executer("annuler")
    assert len(liste.prevues.toutes_les_lignes()) == prevus


def _dans_la_fiche(document: Document, page: EcranInstruction) -> None:
    """Double click leads to the sheet, whose tab says who answered; the consulted stand apart."""
    consulte = next(
        d
        for d in page.tous.modele.toutes_les_lignes()
        if any(not a.sollicite and a.sens for a in d.avis.values())
    )
    page.action_demandee.emit(consulte.cle)
    fiche = document.actions.fiche
    fiche.ouvrir_onglet(4)
    laisser_faire()
    assert fiche.cle == consulte.cle
    volet = fiche.volet(RANG_AVIS)
    assert all(a.sollicite for a in volet.sollicites.lignes)
    assert volet.autres.lignes
    assert consulte.compte in volet._phrase.text()


def _hors_des_dates(fenetre: FenetrePrincipale, document: Document, page: EcranInstruction) -> None:
    """The instruction is over: a cell, then F8, ask why once, and keep it with each avis."""
    with page.i.fichier.operation("Dater l'instruction") as e:
        for appel in Cycle(page.i.fichier).etapes_de_l_annee(2026):
            e.inserer(
                EtapeAppel,
                appel=appel,
                nature="instruction",
                nom="Instruction",
                date_fin="2026-01-31",
                rang=99,
            )
    frapper(Qt.Key.Key_A, CTRL | MAJ)
    liste = page.mes_avis
    page.onglets.setCurrentWidget(liste)
    liste.choisir_service(_service(page, "Région"))
    laisser_faire()
    assert "un avis demande un motif" in liste.bande.phrase.text()
    cle, autre = [a.cle for a in liste.modele.lignes][:2]
    lecture = "SELECT motif, commentaires FROM avis_instruction WHERE cle = ?"
    liste.vue.setFocus()
    liste.vue.aller_a(cle, "avis")
    avant = [_lu(page, lecture, c) for c in (cle, autre)]
    taper("r dates passées")
    frapper(ENTREE)
    laisser_faire()
    assert liste.demande.isVisible()
    assert _lu(page, lecture, cle) == avant[0]
    taper("Arrivé par la poste")
    frapper(ENTREE)
    assert not liste.demande.isVisible()
    motif, dits = _lu(page, lecture, cle)
    assert (motif, json.loads(dits)) == ("dates passées", {HORS_DATES: "Arrivé par la poste"})
    liste.vue.aller_a(autre, "avis")
    taper("d hors appel")
    frapper(ENTREE)
    assert json.loads(_lu(page, lecture, autre)[1]) == {HORS_DATES: "Arrivé par la poste"}
    liste.bande.oublier.click()
    dits_par_l_etat = {
        a.action: a.sens
        for d in page.i.communs.lignes(2026)
        for a in d.dossier.avis.values()
        if a.service.nom_court == "État" and a.sens
    }
    suivi = next(
        a.cle
        for a in liste.modele.lignes
        if a.action in dits_par_l_etat
        and a.cle not in (cle, autre)
        and dits_par_l_etat[a.action] != a.sens
    )
    liste.vue.aller_a(suivi, "avis")
    frapper(Qt.Key.Key_F8)
    assert liste.demande.isVisible(), fenetre.message.texte
    frapper(ECHAP)
    assert not liste.demande.isVisible()
    fenetre.executer("annuler")
    assert _lu(page, lecture, autre) == avant[1]

"""« Cotation » from the keyboard: marks, reasons, the next action, a pasted block, the sheet."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.services.cotations_lues import A_COTER, COMMENCEE, DIVERGENCES, TERMINEE
from app.ui.document import Document
from app.ui.fiche_action import ONGLETS
from app.ui.main_window import FenetrePrincipale
from app.ui.screen_cotation import EcranCotation
from tests.fabrique_fenetre import (
    CTRL,
    application,
    demo,
    document,
    fenetre,
    frapper,
    laisser_faire,
    lire,
    modele_reduit,
    nomme,
    operations,
    taper,
)
from tests.fabrique_fenetre import modele_reduit as modele

__all__ = ["application", "demo", "document", "fenetre", "modele", "modele_reduit"]
ENTREE = Qt.Key.Key_Return


def test_une_action_se_cote_au_clavier(fenetre: FenetrePrincipale, document: Document) -> None:
    frapper(Qt.Key.Key_O, CTRL | Qt.KeyboardModifier.AltModifier)
    assert document.page_courante == "cotation"
    page = document.page("cotation")
    assert isinstance(page, EcranCotation)
    action = _coter(fenetre, page)
    _s_accorder(page)
    _coller(fenetre, page)
    _dans_la_fiche(document, page, action)


def _notes(page: EcranCotation, action: str) -> dict[str, Any]:
    requete = (
        "SELECT k.identifiant, n.valeur, n.motif, n.preuve FROM note_critere n "
        "JOIN cotation c ON c.cle = n.cotation JOIN critere_grille k ON k.cle = n.critere "
        "WHERE c.action = ? AND c.auteur = ?"
    )
    chemin = page.cotations._fichier.chemin
    return {nom: reste for nom, *reste in lire(chemin, requete, action, page.cotations.moi)}


def _coter(fenetre: FenetrePrincipale, page: EcranCotation) -> str:
    """Digits, those of a French keyboard, N and its reason, a proof, then the next action."""
    liste, volet = page.coter, page.coter.volet
    action = next(d.cle for d in liste.modele.lignes if d.etat == A_COTER)
    liste.vue.setFocus()
    liste.vue.aller_a(action, "numero")
    frapper(ENTREE)
    assert volet.vue.a_le_focus()
    assert "Aucune donnée ni constat" in volet._echelle.text()
    assert "Description" in volet._dit.text()
    taper("21é3")
    assert volet.vue.cle_courante() == "C5"
    taper("9")
    assert "tapez 0, 1, 2 ou 3" in fenetre.message.texte
    taper("n")
    taper("Sans gouvernance")
    frapper(ENTREE)
    assert volet.vue.cle_courante() == "C6"
    assert liste.modele.ligne(action).etat == COMMENCEE
    assert "il manque 4 notes" in volet._phrase.text()
    taper("2222")
    frapper(Qt.Key.Key_Right)
    taper("Page 3")
    frapper(ENTREE)
    notes = _notes(page, action)
    assert [notes[c][0] for c in ("C1", "C2", "C3", "C4")] == ["2", "1", "2", "3"]
    assert notes["C5"] == [None, "Sans gouvernance", None]
    assert notes["C9"] == ["2", None, "Page 3"]
    assert volet._phrase.text().startswith("G1")
    frapper(ENTREE, CTRL)
    assert liste.modele.ligne(action).etat == TERMINEE
    assert liste.vue.cle_courante() != action, "the next one is in view"
    assert volet.vue.a_le_focus()
    frapper(Qt.Key.Key_PageUp, CTRL)
    assert liste.vue.cle_courante() == action
    taper("0")
    assert "rouvrez-la" in fenetre.message.texte
    return str(action)


def _s_accorder(page: EcranCotation) -> None:
    """Two persons who do not agree: what they gave alike stays, the rest is decided."""
    liste, volet = page.coter, page.coter.volet
    divisee = next(d for d in liste.modele.lignes if d.etat == DIVERGENCES)
    liste.vue.setFocus()
    liste.vue.aller_a(divisee.cle, "numero")
    assert "divergence" in volet._phrase.text()
    nomme(liste, "Consensus").click()
    laisser_faire()
    attendus = [e.critere for e in divisee.divergences]
    for critere in attendus:
        volet.vue.aller_a(critere, "note")
        taper("1")
    frapper(ENTREE, CTRL)
    lue = liste.modele.ligne(divisee.cle)
    assert (lue.etat, lue.consensus.auteur) == (TERMINEE, page.cotations.moi)


def _coller(fenetre: FenetrePrincipale, page: EcranCotation) -> None:
    """A block from a workbook: two actions, all the criteria, in one operation."""
    page.onglets.setCurrentWidget(page.lot)
    liste = page.lot
    rang, cibles = next(
        (rang, lignes)
        for rang, lignes in enumerate(
            zip(liste.modele.lignes, liste.modele.lignes[1:], strict=False)
        )
        if all(d.mienne is None for d in lignes)
    )
    liste.vue.setFocus()
    liste.vue.aller(rang, liste.modele.rang("note.C1"))
    depart = operations(page.cotations._fichier.chemin)
    bloc = "\t".join("333333333") + "\n" + "\t".join(["0", "n sans public", *"0000000"]) + "\n"
    QApplication.clipboard().setText(bloc)
    frapper(Qt.Key.Key_V, CTRL)
    assert operations(page.cotations._fichier.chemin) == depart + 1, fenetre.message.texte
    une, deux = (liste.modele.ligne(d.cle).mienne for d in cibles)
    assert une.resultat.niveau.code == "G2"
    assert (deux.resultat.niveau.code, deux.notes["C2"].motif) == ("G0", "sans public")
    liste.vue.aller(rang + 1, liste.modele.rang("note.C1"), etendre=True)
    nomme(liste, "Terminer").click()
    assert all(liste.modele.ligne(d.cle).mienne.est_terminee for d in cibles)
    fenetre.executer("annuler")
    fenetre.executer("annuler")
    assert all(liste.modele.ligne(d.cle).mienne is None for d in cibles)


def _dans_la_fiche(document: Document, page: EcranCotation, action: str) -> None:
    document.ouvrir_action(action)
    laisser_faire()
    rang = [nom for nom, _ in ONGLETS].index("Cotation")
    document.actions.fiche.ouvrir_onglet(rang)
    (bloc,) = document.actions.fiche.volet(rang).montres
    assert bloc.titre == "Cotation égalité femmes-hommes P147"
    assert any(p.startswith("Entrée du comité\u00a0: G1") for p in bloc.phrases)
    ligne = document.actions.suivi.lignes[action]
    assert ligne.cotation == "G1"

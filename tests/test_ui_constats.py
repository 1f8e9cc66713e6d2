"""« Constats » from the keyboard: passed over and back, a rule changed, a rule composed and found."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.services.constats_liste import OUTRE
from app.ui.constats_listes import TOUS
from app.ui.document import Document
from app.ui.fiche_action import RANG_CONSTATS
from app.ui.main_window import FenetrePrincipale
from app.ui.screen_constats import EcranConstats
from tests.fabrique_fenetre import (
    CTRL,
    application,
    demo,
    document,
    fenetre,
    frapper,
    laisser_faire,
    nomme,
    taper,
)
from tests.fabrique_fenetre import modele_reduit as modele

__all__ = ["application", "demo", "document", "fenetre", "modele"]
ENTREE = Qt.Key.Key_Return
ALT = Qt.KeyboardModifier.AltModifier


def test_les_constats_se_passent_outre_les_regles_se_changent_et_se_composent(
    fenetre: FenetrePrincipale, document: Document
) -> None:
    _compter_dans_le_tableau(document)
    frapper(Qt.Key.Key_U, CTRL | ALT)
    assert document.page_courante == "constats"
    page = document.page("constats")
    assert isinstance(page, EcranConstats)
    _passer_outre(fenetre, page)
    _ouvrir_le_sujet(document, page)
    _changer_une_regle(fenetre, document, page)
    _composer(fenetre, document, page)


def _compter_dans_le_tableau(document: Document) -> None:
    """Nothing is counted before the window is drawn; then only what changes is."""
    actions = document.actions
    assert actions.constats._revision < 0, "rien n'est lu à l'ouverture"
    actions.constats.relire()
    colonne = actions.modele.rang("constats")
    textes = {li.cle: actions.modele.colonnes[colonne].texte(li) for li in actions.modele.lignes}
    assert sum(bool(texte) for texte in textes.values()) > 5
    actions.ouvrir_fiche()
    ayant = next(cle for cle, texte in textes.items() if texte)
    actions.choisir(ayant)
    actions.fiche.ouvrir_onglet(RANG_CONSTATS)
    volet = actions.fiche.volet(RANG_CONSTATS)
    assert len(volet._montres) >= 1
    assert textes[ayant] in actions.fiche._constats.text()


def _passer_outre(fenetre: FenetrePrincipale, page: EcranConstats) -> None:
    """A reason is asked for; the row goes with those passed over, and Ctrl+Z brings it back."""
    liste = page.constats
    avant = liste.modele.nombre_total
    liste.vue.setFocus()
    liste.vue.aller(0, 0)
    cle = liste.vue.cle_courante()
    assert liste.panneau.titre.text(), "la règle est à un clic"
    nomme(liste, "Passer outre…").click()
    frapper(ENTREE)
    assert liste.barre_motif.isVisible(), "sans motif, rien n'est passé outre"
    taper("Le porteur rend sa pièce lundi")
    frapper(ENTREE)
    assert not liste.barre_motif.isVisible()
    assert liste.modele.nombre_total == avant - 1
    liste.etat.poser(OUTRE)
    liste._filtrer()
    passee = next(li for li in liste.modele.lignes if li.cle == cle)
    assert passee.outre == "Le porteur rend sa pièce lundi"
    frapper(Qt.Key.Key_Z, CTRL)
    laisser_faire()
    liste.perimer()
    assert cle not in {li.cle for li in liste.modele.lignes}
    liste.etat.poser(TOUS)
    liste._filtrer()


def _ouvrir_le_sujet(document: Document, page: EcranConstats) -> None:
    """Enter goes to the action."""
    liste = page.constats
    ligne = next(li for li in liste.modele.lignes if li.cible == "action")
    liste.aller_a(ligne.cle, "phrase")
    frapper(ENTREE)
    assert document.page_courante == "actions"
    assert document.actions.action_courante() == ligne.objet
    document.aller("constats")


def _changer_une_regle(fenetre: FenetrePrincipale, document: Document, page: EcranConstats) -> None:
    page.onglets.setCurrentWidget(page.regles)
    liste = page.regles
    liste.montrer_regle("cpo.duree")
    assert [li.couche for li in liste.panneau.modele.lignes].count("Contrat") >= 1
    nomme(liste, "Changer la valeur…").click()
    champs = liste.barre_valeur.champs
    champs["parametre"].poser("max_ans")
    champs["texte"].poser("5")
    liste.barre_valeur.valider()
    assert liste.barre_valeur.isVisible(), "changer demande un motif"
    champs["motif"].poser("Note de cadrage")
    liste.barre_valeur.valider()
    [duree] = [r for r in liste.modele.lignes if r.code == "cpo.duree"]
    assert (duree.motif, duree.couche) == ("Note de cadrage", "Équipe")
    nomme(liste, "Revenir au texte").click()
    [duree] = [r for r in liste.modele.lignes if r.code == "cpo.duree"]
    assert not duree.changee


def _composer(fenetre: FenetrePrincipale, document: Document, page: EcranConstats) -> None:
    """Count while composing, keep, and find the constats of the rule in the list."""
    page.onglets.setCurrentWidget(page.composees)
    liste = page.composees
    nomme(liste, "Composer une règle").click()
    editeur = liste.editeur
    editeur.nom.setText("Action chère")
    [rangee] = editeur.quand.rangees
    rangee.fait.setCurrentIndex(rangee.fait.findData("cout"))
    rangee._fait_change()
    rangee.texte.setFocus()
    QTest.keyClicks(rangee.texte, "20 000")
    editeur.essayer()
    assert "Elle trouve" in editeur._compte.text()
    nombre = int(editeur._compte.text().split()[2])
    nomme(editeur, "Garder la règle").click()
    [regle] = [r for r in liste.modele.lignes if r.libelle == "Action chère"]
    assert "20" in regle.mots
    constats = document.contexte.constats.de_l_annee(document.annee)
    assert len([c for c in constats if c.regle == regle.identifiant]) == nombre > 0
    nomme(liste, "Modifier").click()
    assert editeur.quand.rangees[0].texte.text() == "20000"
    frapper(Qt.Key.Key_Escape)
    assert editeur.isHidden()

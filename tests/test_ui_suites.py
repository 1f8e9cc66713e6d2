"""« Après le comité » from the keyboard: a deliberation dated, letters sent, payments, a catch-up."""

from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.ui.document import Document
from app.ui.main_window import FenetrePrincipale
from app.ui.screen_suites import EcranSuites
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


def test_les_suites_du_comite_se_tapent_et_s_annulent(
    fenetre: FenetrePrincipale, document: Document
) -> None:
    frapper(Qt.Key.Key_9, CTRL)
    assert document.page_courante == "suites"
    page = document.page("suites")
    assert isinstance(page, EcranSuites)
    _deliberer(fenetre, page)
    cle = _notifier(fenetre, page)
    _verser(fenetre, page, cle)
    document.changer_annee(2025)
    _rattraper(document, fenetre, page)


def _euros(page: EcranSuites, requete: str, *valeurs: Any) -> Decimal:
    [(centimes,)] = lire(page.comite.fichier.chemin, requete, *valeurs)
    return Decimal(centimes or 0) / 100


def _deliberer(fenetre: FenetrePrincipale, page: EcranSuites) -> None:
    """Prepared from the accordé, it votes nothing until its date is typed."""
    liste = page.deliberations
    menu = liste.nouvelle.menu()
    menu.aboutToShow.emit()
    propose = menu.actions()[0]
    somme = "SELECT sum(vote) FROM cofinancement WHERE annee = 2026"
    avant = _euros(page, somme)
    propose.trigger()
    laisser_faire()
    courante = liste.courante()
    assert courante is not None
    assert propose.text().startswith(courante.financeur_nom)
    assert not courante.votee
    assert "tant que la date manque" in " ".join(_phrases(liste))
    assert {ligne.ecart for ligne in liste.modele.lignes} == {"conforme"}
    assert _euros(page, somme) == avant
    taper("02/04/2026")  # the cursor waits there
    frapper(ENTREE)
    assert liste.courante().cle == courante.cle, "datée avant les autres, elle garde son annexe"
    assert _euros(page, somme) == avant + courante.total
    premiere = liste.modele.lignes[0]
    liste.vue.setFocus()
    liste.vue.aller_a(premiere.cle, "montant")
    taper("100")
    frapper(ENTREE)
    assert _euros(page, somme) == avant + courante.total - premiere.accorde + 100
    assert "de moins qu’accordé" in liste.modele.lignes[0].ecart
    fenetre.executer("annuler")
    assert liste.modele.lignes[0].ecart == "conforme"


def _notifier(fenetre: FenetrePrincipale, page: EcranSuites) -> str:
    """A date and a mode for several rows at once. Returns one of them."""
    page.onglets.setCurrentWidget(page.notifications)
    liste = page.notifications
    attendent = [li for li in liste.modele.lignes if not li.est_notifie][:3]
    rangs = [liste.modele.position(li.cle) for li in attendent]
    colonne = liste.modele.rang("notifie_le")
    liste.vue.aller(rangs[0], colonne)
    for rang in rangs[1:]:
        liste.vue.choix.ajouter((rang, colonne))
    nomme(liste, "Notifier la sélection").click()
    laisser_faire()
    champs = liste.barre_lettre.champs
    champs["date"].poser("le printemps")
    frapper(ENTREE)
    assert liste.barre_lettre.isVisible()
    assert not fenetre.fermer_fichier(), "ce qui est tapé ne se perd pas sans le dire"
    assert "réponse en cours" in fenetre.message.texte
    champs["date"].poser("15/04/2026")
    champs["mode"].poser("courriel")
    depart = operations(page.comite.fichier.chemin)
    frapper(ENTREE)
    assert not liste.barre_lettre.isVisible()
    assert operations(page.comite.fichier.chemin) == depart + 1
    lues = {li.cle: li for li in liste.modele.toutes_les_lignes()}
    for attendait in attendent:
        lue = lues[attendait.cle]
        assert (lue.notifie, lue.mode) == (attendait.a_notifier, "courriel")
        assert lue.notifie_le == date(2026, 4, 15)
    return attendent[0].cle


def _verser(fenetre: FenetrePrincipale, page: EcranSuites, cle: str) -> None:
    """A share, then too much: it is kept, and said."""
    page.onglets.setCurrentWidget(page.versements)
    liste = page.versements
    liste.vue.aller_a(cle, "verse")
    attendu = next(li for li in liste.modele.lignes if li.cle == cle).du
    for texte in ("80 %", f"{attendu}".replace(".", ",")):
        liste.verser()
        liste.barre_versement.champs["montant"].poser(texte)
        frapper(ENTREE)
    assert [t.mot for t in liste.tranches.lignes] == ["1re tranche", "2e tranche"]
    assert _euros(page, "SELECT verse FROM cofinancement WHERE cle = ?", cle) == (
        attendu * Decimal("1.8")
    )
    assert "versés de plus que les" in fenetre.message.texte
    fenetre.executer("annuler")
    assert [t.montant for t in liste.tranches.lignes] == [attendu * Decimal("0.8")]


def _rattraper(document: Document, fenetre: FenetrePrincipale, page: EcranSuites) -> None:
    """What is proposed stays a proposal until a person decides it; then it is one operation."""
    page.onglets.setCurrentWidget(page.reliquats)
    liste = page.reliquats
    premiere = liste.parts.lignes[0]
    statut = "SELECT statut FROM action WHERE cle = ?"
    chemin = page.comite.fichier.chemin
    depart = operations(chemin)
    for part in liste.parts.lignes:
        liste.proposer(part.cle, Decimal(100) if part.cle == premiere.cle else None)
    assert operations(chemin) == depart
    document.contexte.actions.modifier(premiere.action, observation="Vue entre-temps")
    assert [p.propose for p in liste.parts.lignes if p.propose] == [Decimal(100)]
    depart = operations(chemin)
    liste.rattraper.click()
    laisser_faire()
    assert (lire(chemin, statut, premiere.action), operations(chemin)) == (
        [("accordee",)],
        depart + 1,
    )
    page.onglets.setCurrentWidget(page.modifications)
    assert [(m.numero, m.actuel) for m in page.modifications.modele.lignes] == [
        (premiere.numero, Decimal(100))
    ]
    page.modifications.action_demandee.emit(premiere.action)
    document.actions.fiche.ouvrir_onglet(3)
    laisser_faire()
    assert "Modification post-comité" in " ".join(_phrases(document.actions.fiche))
    fenetre.executer("annuler")
    assert lire(chemin, statut, premiere.action) == [("proposee",)]
    assert "Modification post-comité" not in " ".join(_phrases(document.actions.fiche))


def _phrases(objet: Any) -> list[str]:
    return [label.text() for label in objet.findChildren(QLabel) if label.isVisible()]

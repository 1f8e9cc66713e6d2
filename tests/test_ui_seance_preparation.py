"""The page of the séances as a person prepares one: mouse, keys, and what the file then holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app import boot
from app.models.action import Cofinancement
from app.models.enums import NatureLien, NaturePoint
from app.services.columns_membres import heure
from app.services.columns_scenarios import cle_payeur
from app.services.decisions import Choix
from app.ui.cockpit import EcranCockpit
from app.ui.completion import Completion
from app.ui.screen_seances import EcranSeances
from app.ui.seance_comparaison import DIFFERENTES, FINANCEURS, MONTANTS
from tests.fabrique_fenetre import (
    application,
    avec_le_clavier,
    frapper,
    laisser_faire,
    montrer,
    nomme,
    taper,
)
from tests.fabrique_seance import Salle, salle_ouverte

__all__ = ["application"]
ALT = Qt.KeyboardModifier.AltModifier
HAUT, BAS, ENTREE, ECHAP = Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Escape
GAUCHE = Qt.MouseButton.LeftButton
D = Decimal


@dataclass(frozen=True)
class Ecran:
    """The page, what it shows, and what was said of refusals and of deeds."""

    page: EcranSeances
    salle: Salle
    refus: list[str]
    faits: list[str]

    def onglet(self, volet: QWidget) -> None:
        self.page.onglets.setCurrentWidget(volet)
        laisser_faire()

    def ouvrir(self, nom: str) -> Any:
        volet = self.page.ouvrir_onglet(nom)
        laisser_faire()
        return volet

    def annuler(self) -> None:
        self.salle.fichier.undo.annuler()
        laisser_faire()

    def remplir(self, champ: str, texte: str) -> None:
        """Click in a field and type."""
        editeur = nomme(self.page, champ)
        QTest.mouseClick(editeur, GAUCHE)
        taper(texte)


@pytest.fixture
def ecran(application: QApplication, tmp_path: Path) -> Iterator[Ecran]:
    with salle_ouverte(tmp_path) as salle:
        page = EcranSeances(boot.assembler(salle.fichier), 2026, list)
        refus: list[str] = []
        faits: list[str] = []
        page.refuse.connect(refus.append)
        page.information.connect(faits.append)
        salle.fichier.bus.abonner(page.sur_avis)
        montrer(page)
        page.montree()
        laisser_faire()
        yield Ecran(page, salle, refus, faits)
        page.close()
        page.deleteLater()


# The agenda ---------------------------------------------------------------------------------------


def _ordre(ecran: Ecran) -> list[int]:
    """The items in their order, by the place that they had at first."""
    points = ecran.salle.comite.ordres.points(ecran.salle.seance)
    return [ecran.salle.points.index(p.cle) + 1 for p in points]


def _place(ecran: Ecran, rang: int, *, dessous: bool = False) -> QPoint:
    """On the number of a row: in its middle, or near its lower edge."""
    vue = ecran.page.points.vue
    grille = vue.volets.grille_de(vue.modele.rang("ordre"))
    cadre = grille.visualRect(vue.modele.index(rang, vue.modele.rang("ordre")))
    return QPoint(cadre.center().x(), cadre.bottom() - 3 if dessous else cadre.top() + 6)


def _glisser(ecran: Ecran, depart: int, *etapes: QPoint, lacher: bool = True) -> None:
    vue = ecran.page.points.vue
    zone = vue.volets.grille_de(vue.modele.rang("ordre")).viewport()
    QTest.mousePress(zone, GAUCHE, pos=_place(ecran, depart))
    for etape in etapes:
        QTest.mouseMove(zone, etape)
    if lacher:
        QTest.mouseRelease(zone, GAUCHE, pos=etapes[-1])
    laisser_faire()


def _prevoir(ecran: Ecran) -> None:
    """Minutes and debate, for every selected item."""
    points = ecran.page.points
    points.vue.choix.choisir(range(2), points.vue.volets.colonnes_visibles())
    menus = {
        a.text(): a for menu in points.findChildren(type(points._menu)) for a in menu.actions()
    }
    menus["Minutes prévues"].trigger()
    taper("12")
    frapper(ENTREE)
    menus["Passer sans débat"].trigger()
    lus = ecran.salle.comite.ordres.points(ecran.salle.seance)
    assert [(p.minutes, p.nature) for p in lus] == [
        (12, str(NaturePoint.BLOC)),
        (12, str(NaturePoint.BLOC)),
        (5, str(NaturePoint.DEBAT)),
    ]
    menus["Montrer les points sans débat"].trigger()
    assert points.modele.rowCount() == 2
    menus["Montrer tous les points"].trigger()
    assert points.modele.rowCount() == 3


def test_l_ordre_du_jour_se_prevoit_et_se_range_a_la_souris_et_au_clavier(ecran: Ecran) -> None:
    _prevoir(ecran)
    vue = ecran.page.points.vue
    fond = _place(ecran, 2, dessous=True)
    _glisser(ecran, 0, _place(ecran, 1), fond)
    assert _ordre(ecran) == [2, 3, 1]
    assert ecran.page.points.choisies() == [ecran.salle.points[0]], "il reste choisi"
    assert ecran.salle.fichier.undo.annuler() == "Déplacer un point"
    assert _ordre(ecran) == [1, 2, 3]
    # Two rows go together, in one operation.
    laisser_faire()
    vue.choix.choisir(range(2), vue.volets.colonnes_visibles())
    _glisser(ecran, 1, _place(ecran, 2), fond)
    assert _ordre(ecran) == [3, 1, 2]
    assert ecran.page.points.choisies() == [*ecran.salle.points[:2]]
    vue.setFocus()
    frapper(HAUT, ALT)
    assert _ordre(ecran) == [1, 2, 3]
    frapper(HAUT, ALT)
    assert _ordre(ecran) == [1, 2, 3], "déjà en tête"
    ecran.annuler()
    assert _ordre(ecran) == [3, 1, 2]
    ecran.annuler()
    vue.aller_a(ecran.salle.points[0], "titre")
    frapper(BAS, ALT)
    assert _ordre(ecran) == [2, 1, 3]
    # Esc in the middle of a drag: nothing moves.
    _glisser(ecran, 0, _place(ecran, 1), fond, lacher=False)
    frapper(ECHAP)
    zone = vue.volets.grille_de(vue.modele.rang("ordre")).viewport()
    QTest.mouseRelease(zone, GAUCHE, pos=fond)
    assert _ordre(ecran) == [2, 1, 3]
    # A sorted list has another order than the agenda: it says so.
    vue.modele.trier([("titre", True)])
    _glisser(ecran, 0, _place(ecran, 1), fond)
    assert _ordre(ecran) == [2, 1, 3]
    assert "enlevez le tri" in ecran.refus[-1]


def test_le_choix_de_la_seance_compte_ce_qui_vient_d_y_etre_inscrit(ecran: Ecran) -> None:
    assert ecran.page.choix.currentText().endswith("3 points")
    ecran.salle.comite.ordres.ajouter_sujet(ecran.salle.seance, "Point d'étape")
    assert ecran.page.choix.currentText().endswith("4 points")


def test_un_vote_sans_debat_impossible_dit_pourquoi(ecran: Ecran) -> None:
    page, salle = ecran.page.points, ecran.salle
    page.tenter(page._demander_bloc)
    assert ecran.refus[-1] == "Aucun point sans débat n'attend de décision."
    with salle.fichier.operation("Ne rien proposer") as e:
        for case in salle.comite.tables.du_point(salle.point).cases:
            e.modifier(Cofinancement, case.siege.cofinancement or "", propose=None)
    salle.comite.ordres.mettre_en_bloc(salle.point)
    page.tenter(page._demander_bloc)
    assert "n'a pas de montant proposé" in ecran.refus[-1]


def test_un_nom_se_complete_sans_ses_accents(application: QApplication) -> None:
    completion = Completion(["Région", "État", "Ville de Denain"], application)
    completion.setCompletionPrefix("etat")
    assert [completion.currentCompletion(), completion.completionCount()] == ["État", 1]
    completion.setCompletionPrefix("DENAIN")
    assert completion.currentCompletion() == "Ville de Denain"
    completion.deleteLater()


# Scenarios ----------------------------------------------------------------------------------------


def test_un_scenario_se_prepare_se_compare_et_se_propose(ecran: Ecran) -> None:
    salle, volet = ecran.salle, ecran.ouvrir("scenarios")
    scenarios = salle.comite.scenarios
    for methode, taux in (("", ""), ("reduction", "25")):
        nomme(ecran.page, "Nouveau scénario").click()
        volet.formulaire.methode.montrer(methode)
        volet.formulaire._change()
        if taux:
            ecran.remplir("Baisse, en %", taux)
        frapper(ENTREE) if taux else nomme(ecran.page, "Créer le scénario").click()
        laisser_faire()
    base, baisse = scenarios.lignes(salle.seance)
    assert [(s.nom, s.total) for s in (base, baisse)] == [
        ("Instruction", D(43_200)),
        ("Moins 25 %", D(32_400)),
    ]
    # What is typed in its table is kept in the scenario alone.
    assert volet.vue.cle_courante() == baisse.cle
    table = volet.tables.page_montants.vue
    table.setFocus()
    table.aller_a(salle.action, cle_payeur(salle.region))
    taper("100")
    frapper(ENTREE)
    assert scenarios.montants(baisse.cle)[salle.action, salle.region] == 100
    assert salle.comite.tables.du_point(salle.point).cases[2].siege.propose == 2400
    # Alone, it is compared with what is proposed; two selected, with each other.
    volet.tables.onglets.setCurrentIndex(FINANCEURS)
    assert _montants(volet, 0) == [D(24_000), D(12_000), D(7200)]
    volet.vue.choix.choisir(range(2), [0])
    laisser_faire()
    volet.tables.onglets.setCurrentIndex(DIFFERENTES)
    assert volet.tables.compares.rowCount() == 3
    assert "3 actions diffèrent" in volet.tables.phrase.text()
    assert not volet.proposer.isEnabled()
    # Proposed: one operation, nothing decided, and it says when and by whom.
    volet.tables.onglets.setCurrentIndex(MONTANTS)
    volet.vue.aller_a(baisse.cle, "nom")
    laisser_faire()
    volet.proposer.click()
    assert "Rien n'est décidé" in ecran.faits[-1]
    sieges = [c.siege for c in salle.comite.tables.du_point(salle.point).cases]
    assert [(s.propose, s.accorde) for s in sieges] == [(6000, None), (3000, None), (100, None)]
    assert "Proposé à la séance le" in volet._phrase.text()
    assert f"par {salle.fichier.signature.auteur}." in volet._phrase.text()
    ecran.annuler()
    assert "Jamais proposé" in volet._phrase.text()
    # Renamed in its cell, then deleted.
    volet.vue.setFocus()
    taper("Basse")
    frapper(ENTREE)
    assert [s.nom for s in scenarios.lignes(salle.seance)] == ["Instruction", "Basse"]
    volet.vue.aller_a(baisse.cle, "nom")
    nomme(volet, "Supprimer").click()
    assert [s.nom for s in scenarios.lignes(salle.seance)] == ["Instruction"]


def _montants(volet: Any, rang: int) -> list[Decimal]:
    modele = volet.tables.compares
    colonne = modele.rang(f"montant{rang}")
    return [modele.valeur(r, colonne) for r in range(modele.rowCount())]


# People -------------------------------------------------------------------------------------------


def test_membres_liens_et_voix_se_saisissent_a_la_suite(ecran: Ecran) -> None:
    salle, page, comite = ecran.salle, ecran.page, ecran.salle.comite
    ecran.onglet(page.membres)
    nomme(page.membres, "Ajouter").click()
    for nom, represente in (("Ada Exemple", "Agglomération"), ("Max Exemple", "Conseil citoyen")):
        taper(nom)
        ecran.remplir("Représente", represente)
        frapper(ENTREE)
    assert avec_le_clavier() is nomme(page, "Nom de la personne"), "prêt pour la suivante"
    frapper(ECHAP)
    ada, max_ = comite.presences.membres(salle.seance)[3:]
    assert (ada.nom, ada.represente, ada.financeur) == (
        "Ada Exemple",
        "Agglomération",
        salle.agglo.financeur,
    )
    assert (max_.represente, max_.financeur) == ("Conseil citoyen", None)
    # A link with the porteur of an action: who leaves is read in the agenda.
    porteur = comite.ordres.points(salle.seance)[0].porteur
    personnes = ecran.ouvrir("personnes")
    personnes.vue.aller_a(ada.personne, "nom")
    nomme(page, "Ajouter un lien").click()
    taper("personne de ce nom")
    frapper(ENTREE)
    assert not comite.personnes.liens(ada.personne)
    editeur = avec_le_clavier()
    editeur.clear()  # type: ignore[attr-defined]
    taper(porteur)
    frapper(ENTREE)
    [lien] = comite.personnes.liens(ada.personne)
    assert (lien.organisme_nom, lien.nature) == (porteur, str(NatureLien.ELU))
    ecran.onglet(page.points)
    assert page.points.modele.ligne(salle.point).se_retirent == "Ada Exemple"
    assert [c.nom for c in comite.deports.bande(salle.point).se_retirent] == ["Ada Exemple"]
    ecran.ouvrir("personnes")
    personnes.vue_liens.aller_a(lien.cle, "nature")
    nomme(page, "Retirer le lien").click()
    assert not comite.personnes.liens(ada.personne)
    # Beside the round table: the voice of the conseil citoyen, projected afterwards.
    cockpit = EcranCockpit(page._contexte, salle.seance)
    montrer(cockpit)
    cockpit.ouvrir()
    salle.fichier.bus.abonner(cockpit.sur_avis)
    case = avec_le_clavier()
    nomme(cockpit, "Recueillir une voix").click()
    taper("Max Exemple (Conseil citoyen)")
    frapper(Qt.Key.Key_F6)  # would put the item off, from the round table
    frapper(ENTREE)
    [dite] = comite.voix.du_point(salle.point)
    assert (dite.membre, dite.sens, dite.projetee) == (max_.cle, "favorable", False)
    frapper(ECHAP)
    assert avec_le_clavier() is case, "le clavier revient à la table"
    nomme(cockpit, "Projeter").click()
    laisser_faire()
    assert comite.voix.du_point(salle.point, projetees=True)
    ecran.annuler()
    assert nomme(cockpit, "Projeter").isVisible(), "l'annulation se voit"
    nomme(cockpit, "Projeter").click()
    salle.fichier.bus.desabonner(cockpit.sur_avis)
    cockpit.fermer()
    cockpit.close()
    cockpit.deleteLater()
    montrer(page)
    [ligne] = ecran.ouvrir("voix").modele.lignes
    assert (ligne.ordre, ligne.projetee) == (1, True)
    # In the list of the séance, the place on the agenda is enough to name the item.
    nomme(page, "Recueillir une voix").click()
    for champ, texte in (("point", "2"), ("qui", "Max Exemple")):
        page.ouvrir_onglet("voix").saisie.champs[champ].editeur.setText(texte)
    nomme(page, "Recueillir").click()
    assert len(comite.voix.du_point(salle.points[1])) == 1
    assert comite.presences.quorum(salle.seance).votants == 0, "jamais comptée"


def test_une_seance_qui_disparait_laisse_la_place_a_une_autre(ecran: Ecran) -> None:
    page, comite = ecran.page, ecran.salle.comite
    autre = comite.seances.creer(2026, titre="Autre comité")
    comite.ordres.ajouter_sujet(autre, "Un sujet")
    cockpit = EcranCockpit(page._contexte, autre)
    cockpit.ouvrir()
    partis: list[bool] = []
    cockpit.quitte.connect(lambda: partis.append(True))
    ecran.salle.fichier.bus.abonner(cockpit.sur_avis)
    page.choisir(autre)
    laisser_faire()
    assert [p.titre for p in page.points.vue.modele.lignes] == ["Un sujet"]

    while any(s.cle == autre for s in comite.seances.lignes()):
        ecran.annuler()
    ecran.salle.fichier.bus.desabonner(cockpit.sur_avis)
    cockpit.fermer()
    cockpit.deleteLater()
    assert partis == [True]
    assert page.seance == ecran.salle.seance
    assert len(page.points.vue.modele.lignes) == 3
    for rang in range(page.onglets.count()):
        page.onglets.setCurrentIndex(rang)
        laisser_faire()


# Hours put right ----------------------------------------------------------------------------------


def test_une_heure_se_corrige_dans_la_liste_et_dit_ce_que_devient_le_quorum(ecran: Ecran) -> None:
    c, membres = ecran.salle.comite, ecran.page.membres
    ecran.onglet(membres)
    siege = c.presences.membres(ecran.salle.seance)[0].cle
    c.presences.arriver(siege)
    ecran.salle.montre.avancer(30)
    c.decisions.decider(ecran.salle.point, Choix("refuse"))
    ecran.salle.montre.avancer(30)
    laisser_faire()
    membres.vue.aller_a(siege, "depart")
    membres.modele.setData(membres.vue.index_courant(), heure("2026-03-12T09:10:00+00:00"))
    laisser_faire()
    assert ecran.faits[-1].replace("\u00a0", " ") == (
        "Quorum recalculé : 2026-001, 0 votant au lieu de 1."
    )
    assert membres.allees.modele.rowCount() == 1
    # An exit that nobody noted, for somebody without a link.
    nomme(membres, "Ajouter un déport").click()
    laisser_faire()
    taper("2026-002")
    frapper(ENTREE)
    assert "tapez le motif" in membres.allees.deport._refus.text()
    ecran.remplir("Motif, s'il n'a pas de lien déclaré", "Voisin du siege")
    frapper(ENTREE)
    prevus = c.deports.prevus(ecran.salle.seance)[ecran.salle.points[1]]
    assert [conflit.motif for conflit in prevus] == ["Voisin du siege"]
    assert membres.allees.modele.rowCount() == 2
    ecran.annuler()
    assert membres.allees.modele.rowCount() == 1


def test_les_motifs_s_ajoutent_depuis_la_page_des_seances(ecran: Ecran) -> None:
    volet = ecran.ouvrir("motifs")
    ecran.page.activateWindow()
    laisser_faire()
    volet.montrer_nature("ajourne")
    avant = volet.modele.rowCount()
    nomme(volet, "Ajouter un motif").click()
    laisser_faire()
    taper("Visite prevue")
    frapper(ENTREE)
    assert volet.modele.rowCount() == avant + 1
    textes = [m.texte for m in ecran.salle.comite.motifs.lignes("ajourne")]
    assert textes[-1] == "Visite prevue"
    # No longer offered, it stays in the list; the button then offers it again.
    nomme(volet, "Ne plus proposer").click()
    laisser_faire()
    motifs = ecran.salle.comite.motifs
    assert textes[-1] not in [m.texte for m in motifs.offerts("ajourne")]
    assert volet.modele.rowCount() == avant + 1
    volet.tenter(volet._reprendre)
    assert "n'est plus proposé" in ecran.refus[-1]
    nomme(volet, "Proposer à nouveau").click()
    laisser_faire()
    assert textes[-1] in [m.texte for m in motifs.offerts("ajourne")]
    ecran.annuler()
    ecran.annuler()
    ecran.annuler()
    assert volet.modele.rowCount() == avant

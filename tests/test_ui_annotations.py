"""Find, replace, colours, comments, formats, duplicates and bulk work, as a person meets them."""

from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.enums import CouleurDeLigne
from app.models.montants import lire_montant
from app.services.annotations import COLONNE_COULEUR
from app.services.bus import Avis
from app.services.columns import Signal
from app.services.contexte import Contexte
from app.services.filtres import Comparaison, Condition
from app.services.lots import Calcul
from app.ui.brouillons import question
from app.ui.commands import COMMANDES
from app.ui.gestes import geste, gestes
from app.ui.gestes_annotations import menu_des_couleurs
from app.ui.habillage import en_bulle
from app.ui.liste_cochable import Element, ListeCochable
from app.ui.panneau_commentaires import PanneauCommentaires
from app.ui.panneau_doublons import PanneauDoublons
from app.ui.panneau_formats import PanneauFormats
from app.ui.panneau_lot import PanneauLot
from app.ui.panneau_recherche import SELECTION, PanneauRecherche
from app.ui.screen_actions import EcranActions
from app.ui.screen_listes import EcranPorteurs
from app.ui.tableau import ACCESSIBLE
from app.ui.teintes import bord_de_ligne, fond_de_barre, teinte
from app.ui.theme import CLAIR, SOMBRE, Couleurs
from tests.fabrique_fenetre import (
    ANNEE,
    CTRL,
    application,
    contexte,
    demo,
    laisser_faire,
    montrer,
)
from tests.fabrique_fenetre import (
    modele_reduit as modele,
)

__all__ = ["application", "contexte", "demo", "modele"]

MAJ = Qt.KeyboardModifier.ShiftModifier


class Ecran:
    """The screen of the actions of the demonstration, following the file as the window does."""

    def __init__(self, contexte: Contexte) -> None:
        self.contexte = contexte
        self.ecran = EcranActions(contexte, ANNEE)
        self.page = self.ecran.tableau
        self.vue, self.modele = self.ecran.vue, self.ecran.modele
        self.refus: list[str] = []
        self.vue.refuse.connect(self.refus.append)
        contexte.fichier.bus.abonner(self._suivre)
        montrer(self.ecran)
        self.vue.setFocus()
        self.vue.aller(0, self.modele.rang("titre"))

    def _suivre(self, avis: Avis) -> None:
        self.ecran.sur_avis(avis)
        self.page.sur_avis(avis)

    def frapper(self, touche: Qt.Key, touches: Any = Qt.KeyboardModifier.NoModifier) -> Any:
        """A key on the table; what opens under it."""
        self.vue.setFocus()
        grille = self.vue.volets.grille_de(self.vue.index_courant().column())
        QTest.keyClick(grille, touche, touches)
        laisser_faire()
        return self.page.panneau

    def titre(self, rang: int) -> str:
        return self.modele.texte(rang, self.modele.rang("titre"))

    def fermer(self) -> None:
        self.contexte.fichier.bus.desabonner(self._suivre)
        self.ecran.close()
        self.ecran.deleteLater()


@pytest.fixture
def ecran(contexte: Contexte) -> Any:
    ouvert = Ecran(contexte)
    yield ouvert
    ouvert.fermer()


def finir(panneau: PanneauRecherche) -> None:
    """Search to the end, as waiting would."""
    panneau.attendre()
    panneau.finir_la_recherche()


# Find and replace ---------------------------------------------------------------------------------


def test_ctrl_f_trouve_f3_va_de_l_un_a_l_autre_et_echap_rend_le_tableau(ecran: Ecran) -> None:
    ecran.ecran.basculer_fiche()  # the panel comes beside the sheet
    panneau = ecran.frapper(Qt.Key.Key_F, CTRL)
    assert isinstance(panneau, PanneauRecherche)
    assert QApplication.focusWidget() is panneau.champ
    assert not panneau.par.isVisible()
    QTest.keyClicks(panneau.champ, "ecole")
    finir(panneau)
    nombre = len(panneau.liste.donnees.elements)
    assert nombre > 2
    assert panneau.phrase.text().startswith(f"{nombre} cases")
    places = []
    for _ in range(2):
        ecran.frapper(Qt.Key.Key_F3)
        index = ecran.vue.index_courant()
        places.append((index.row(), index.column()))
        assert "cole" in str(index.data())
    assert places == sorted(set(places))
    ecran.frapper(Qt.Key.Key_F3, MAJ)
    assert (ecran.vue.index_courant().row(), ecran.vue.index_courant().column()) == places[0]
    QTest.keyClick(panneau, Qt.Key.Key_Escape)
    assert ecran.page.panneau is None
    assert ecran.vue.a_le_focus()


def test_ctrl_h_montre_avant_apres_et_remplace_ce_qui_est_coche(ecran: Ecran) -> None:
    cles = [ecran.modele.cle_de(rang) for rang in range(3)]
    lire = ecran.modele.rang
    financeur = ecran.contexte.cofinancements.financeurs(ANNEE)[0].cle
    colonne = f"{financeur}.propose"
    for cle in cles:
        ecran.contexte.cofinancements.saisir(cle, financeur, etape="propose", montant=Decimal(4321))
    avant = len(ecran.contexte.fichier.undo.a_annuler())
    ecran.vue.aller(0, lire(colonne))
    ecran.vue.aller(2, lire(colonne), etendre=True)
    panneau = ecran.frapper(Qt.Key.Key_H, CTRL)
    assert panneau.portee.currentData() == SELECTION
    panneau.champ.setText("4321")
    panneau.par.setText("1234")
    finir(panneau)
    elements = panneau.liste.donnees.elements
    assert [(e.textes[2], e.textes[3], e.coche) for e in elements] == [
        ("4\u202f321", "1234", True)
    ] * 3
    panneau.liste.donnees.setData(panneau.liste.donnees.index(1, 0), Qt.CheckState.Unchecked)
    assert panneau.bouton.text() == "Remplacer (2)"
    panneau.bouton.click()
    assert [ecran.modele.valeur(rang, lire(colonne)) for rang in range(3)] == [1234, 4321, 1234]
    assert len(ecran.contexte.fichier.undo.a_annuler()) == avant + 1
    ecran.contexte.fichier.undo.annuler()
    assert [ecran.modele.valeur(rang, lire(colonne)) for rang in range(3)] == [4321] * 3


def test_ce_qui_ne_peut_etre_remplace_dit_pourquoi(ecran: Ecran) -> None:
    panneau = ecran.frapper(Qt.Key.Key_H, CTRL)
    panneau.champ.setText("2026-001")
    panneau.par.setText("7")
    finir(panneau)
    [element] = panneau.liste.donnees.elements
    assert element.coche is None
    assert element.textes[4] == "« N° » se lit seulement."
    assert not panneau.bouton.isEnabled()
    panneau.expression.setChecked(True)
    panneau.champ.setText("(a+)+$")
    panneau.attendre()
    panneau.calculer_ici()
    assert "sans fin" in panneau.phrase.text()
    assert panneau.liste.donnees.elements == []


# Colours ------------------------------------------------------------------------------------------


def test_une_couleur_se_donne_a_toutes_les_lignes_choisies_et_se_lit(ecran: Ecran) -> None:
    ecran.vue.aller(2, ecran.modele.rang("titre"), etendre=True)
    menu = menu_des_couleurs(ecran.vue)
    assert len(menu.actions()) == len(CouleurDeLigne) + 1
    lettres = [action.text()[action.text().index("&") + 1] for action in menu.actions()]
    assert len({lettre.casefold() for lettre in lettres}) == len(lettres)
    menu.actions()[0].trigger()
    menu.deleteLater()
    rang = ecran.modele.rang(COLONNE_COULEUR)
    assert [ecran.modele.texte(r, rang) for r in range(4)] == ["Jaune", "Jaune", "Jaune", ""]
    index = ecran.modele.index(0, ecran.modele.rang("titre"))
    assert index.data(ACCESSIBLE) == f"{ecran.titre(0)}, ligne colorée en jaune"
    assert COLONNE_COULEUR in ecran.vue.volets.masquees
    ecran.modele.conditionner([Condition(COLONNE_COULEUR, Comparaison.PARMI, ("Jaune",))])
    assert ecran.modele.rowCount() == 3
    assert ecran.contexte.fichier.undo.a_annuler() == ["Colorer 3 lignes en jaune"]


def pixel(image: QImage, x: int, y: int) -> str:
    return image.pixelColor(x, y).name()


def test_la_couleur_est_un_bord_et_une_teinte(ecran: Ecran) -> None:
    ecran.page.habillage.notes.colorer([ecran.modele.cle_de(1)], "bleu")
    laisser_faire()
    gauche, droite = ecran.vue.volets.grilles
    y = gauche.rowViewportPosition(1) + 3
    image = gauche.viewport().grab().toImage()
    bleue = teinte("bleu", CLAIR, sombre=False).name()
    assert pixel(image, 1, y) == bord_de_ligne("bleu", sombre=False).name()
    assert pixel(image, 10, y) == bleue
    assert pixel(droite.viewport().grab().toImage(), 1, y) == bleue
    assert pixel(image, 10, gauche.rowViewportPosition(2) + 3) == CLAIR.papier.name()


def _luminance(couleur: QColor) -> float:
    def lineaire(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    rouge, vert, bleu = (lineaire(p) for p in couleur.getRgbF()[:3])
    return 0.2126 * rouge + 0.7152 * vert + 0.0722 * bleu


def contraste(une: QColor, autre: QColor) -> float:
    claire, sombre = sorted((_luminance(une), _luminance(autre)), reverse=True)
    return (claire + 0.05) / (sombre + 0.05)


@pytest.mark.parametrize("couleurs", [CLAIR, SOMBRE], ids=["clair", "sombre"])
def test_tout_se_lit_sur_les_teintes(couleurs: Couleurs) -> None:
    sombre = couleurs is SOMBRE
    for couleur in CouleurDeLigne:
        fond = teinte(str(couleur), couleurs, sombre=sombre)
        assert contraste(couleurs.encre, fond) >= 7
        assert contraste(couleurs.encre_douce, fond) >= 4.5, couleur
        assert contraste(bord_de_ligne(str(couleur), sombre=sombre), couleurs.papier) >= 3
    assert contraste(couleurs.encre, fond_de_barre(couleurs)) >= 4.5
    for signal in (Signal.FAVORABLE, Signal.ALERTE, Signal.BLOQUANT, Signal.INFORMATION):
        assert contraste(couleurs.encre, couleurs.fond_signal(signal)) >= 7
        assert contraste(couleurs.signal(signal), couleurs.fond_signal(signal)) >= 3


# Comments -----------------------------------------------------------------------------------------


def test_maj_f2_commente_la_case_et_ctrl_entree_enregistre(ecran: Ecran) -> None:
    panneau = ecran.frapper(Qt.Key.Key_F2, MAJ)
    assert isinstance(panneau, PanneauCommentaires)
    assert QApplication.focusWidget() is panneau.texte
    QTest.keyClicks(panneau.texte, "Voir <b>le porteur</b>")
    assert "cliquez sur «\u00a0Ajouter\u00a0» ou abandonnez" in question(panneau)
    QTest.keyClick(panneau.texte, Qt.Key.Key_Return, CTRL)
    notes = ecran.page.habillage.notes
    [commentaire] = notes.commentaires(ecran.modele.cle_de(0), "titre")
    assert commentaire.texte == "Voir <b>le porteur</b>"
    assert panneau.fil.donnees.elements[0].textes[2] == commentaire.texte
    assert panneau.liste.donnees.elements[0].textes[4] == commentaire.texte
    ligne, colonne = ecran.modele.lignes[0], ecran.modele.colonnes[ecran.modele.rang("titre")]
    assert f"commentaire de {commentaire.auteur}" in ecran.page.habillage.mots(ligne, colonne)
    bulle = ecran.page.habillage.bulle(ligne, colonne, "")
    assert "&lt;b&gt;le porteur&lt;/b&gt;" in bulle
    panneau.fil.choisir(0)
    panneau.corriger.click()
    panneau.texte.setPlainText("Vu")
    panneau.ajouter.click()
    assert [c.texte for c in notes.commentaires()] == ["Vu"]
    panneau.fil.choisir(0)
    panneau.supprimer.click()
    assert notes.commentaires() == []
    ecran.contexte.fichier.undo.annuler()
    assert panneau.phrase.text().startswith("1 commentaire.")


def test_le_commentaire_d_un_autre_ne_se_modifie_pas_et_un_vide_est_refuse(ecran: Ecran) -> None:
    cle = ecran.modele.cle_de(0)
    ecran.page.habillage.notes.commenter(cle, "titre", "À moi")
    ecran.contexte.fichier.signer("Dominique")
    panneau = ecran.frapper(Qt.Key.Key_F2, MAJ)
    panneau.fil.choisir(0)
    assert not panneau.corriger.isEnabled()
    assert panneau.supprimer.isEnabled()
    panneau.texte.setPlainText(" \n ")
    panneau.ajouter.click()
    assert "vide" in ecran.refus[-1]
    assert panneau.auteur.count() == 2


def test_ce_qui_n_est_pas_enregistre_attend_sur_sa_case(ecran: Ecran) -> None:
    panneau = ecran.frapper(Qt.Key.Key_F2, MAJ)
    QTest.keyClicks(panneau.texte, "Pas fini")
    ecran.vue.aller(1, ecran.modele.rang("titre"))
    assert panneau.texte.toPlainText() == ""
    ecran.vue.aller(0, ecran.modele.rang("titre"))
    assert panneau.texte.toPlainText() == "Pas fini"
    QTest.keyClick(panneau.texte, Qt.Key.Key_Escape)
    assert panneau.texte.toPlainText() == ""


def test_le_coin_d_une_case_commentee_est_marque(ecran: Ecran) -> None:
    ecran.page.habillage.notes.commenter(ecran.modele.cle_de(1), "titre", "Ici")
    laisser_faire()
    index = ecran.modele.index(1, ecran.modele.rang("titre"))
    grille = ecran.vue.volets.grille_de(index.column())
    cadre = grille.visualRect(index)
    image = grille.viewport().grab().toImage()
    assert pixel(image, cadre.right() - 1, cadre.top() + 1) == CLAIR.bloquant.name()
    assert pixel(image, cadre.left() + 1, cadre.top() + 1) == CLAIR.papier.name()


# Formats ------------------------------------------------------------------------------------------


def test_une_regle_se_montre_avant_d_etre_gardee(ecran: Ecran) -> None:
    ecran.vue.aller(0, ecran.modele.rang("cout"))
    ecran.vue.faire(geste("mises_en_forme"))
    panneau = ecran.page.panneau
    assert isinstance(panneau, PanneauFormats)
    assert panneau.colonne.currentData() == "cout"
    assert not panneau.enregistrer.isEnabled()
    panneau.test.setCurrentIndex(panneau.test.findData(str(Comparaison.SUPERIEUR)))
    panneau.style.setCurrentIndex(panneau.style.findData("alerte"))
    panneau.valeur.setText("beaucoup")
    panneau.attendre()
    panneau.calculer_ici()
    assert "n’est pas un montant" in panneau.phrase.text()
    panneau.valeur.setText("10 000")
    panneau.attendre()
    panneau.calculer_ici()
    ligne = next(a for a in ecran.modele.lignes if (a.cout or 0) > 10_000)
    assert ecran.page.habillage.habit(ligne, "cout").signal == "alerte"
    assert panneau.phrase.text().startswith("Aperçu : ")
    assert ecran.page.habillage.regles() == ()
    panneau.enregistrer.click()
    [regle] = ecran.page.habillage.regles()
    phrase = panneau.liste.donnees.elements[0].textes[0]
    assert " ".join(phrase.split()) == "Coût total (€) > 10 000"
    assert ecran.page.habillage.essai is None
    panneau.liste.donnees.setData(panneau.liste.donnees.index(0, 0), Qt.CheckState.Unchecked)
    assert ecran.page.habillage.habit(ligne, "cout") is None
    panneau.liste.choisir(0)
    assert panneau.valeur.text() == "10 000"
    panneau.supprimer.click()
    assert regle not in ecran.page.habillage.regles()


def test_les_formes_toutes_pretes_conviennent_au_tableau(ecran: Ecran) -> None:
    ecran.vue.faire(geste("mises_en_forme"))
    panneau = ecran.page.panneau
    panneau._proposer()
    offertes = [action.text() for action in panneau._menu.actions()]
    assert "Accordé supérieur au demandé" in offertes
    assert "Reste négatif : dépassement" not in offertes  # the envelopes have it
    panneau._menu.actions()[offertes.index("Coût non renseigné")].trigger()
    panneau._menu.actions()[offertes.index("Coût non renseigné")].trigger()
    assert len(ecran.page.habillage.regles()) == 1
    sans = ecran.modele.ligne(ecran.contexte.actions.creer(ANNEE, "Sans coût"))
    colonne = ecran.modele.colonnes[ecran.modele.rang("cout")]
    assert ecran.page.habillage.mots(sans, colonne) == "alerte : Coût non renseigné"


# Bulk work and duplicates -------------------------------------------------------------------------


def test_modifier_en_lot_montre_les_totaux_et_ecrit_d_un_geste(ecran: Ecran) -> None:
    financeur = ecran.contexte.cofinancements.financeurs(ANNEE)[0]
    rang = ecran.modele.rang(f"{financeur.cle}.accorde")
    ecran.vue.aller(0, rang)
    ecran.vue.aller(4, rang, etendre=True)
    panneau = ecran.frapper(Qt.Key.Key_M, CTRL)
    assert isinstance(panneau, PanneauLot)
    assert panneau.portee.currentText() == "les 5 lignes sélectionnées"
    panneau.valeur.setText("4 000")
    panneau.attendre()
    panneau.calculer_ici()
    assert len(panneau.liste.donnees.elements) == 5
    assert "20\u202f000" in panneau.totaux.text()
    assert "Reste de l’enveloppe" in panneau.totaux.text()
    avant = ecran.modele.total(rang)
    panneau.bouton.click()
    assert [ecran.modele.valeur(r, rang) for r in range(5)] == [4000] * 5
    assert panneau.valeur.text() == ""
    ecran.contexte.fichier.undo.annuler()
    assert ecran.modele.total(rang) == avant


def test_repartir_le_reste_de_l_enveloppe_se_lit_puis_s_ecrit_d_un_geste(ecran: Ecran) -> None:
    financeur = ecran.contexte.cofinancements.financeurs(ANNEE)[0]
    rang = ecran.modele.rang(f"{financeur.cle}.accorde")
    demande = ecran.modele.rang(f"{financeur.cle}.demande")
    ecran.vue.aller(0, rang)
    ecran.vue.aller(30, rang, etendre=True)
    panneau = ecran.frapper(Qt.Key.Key_M, CTRL)
    assert isinstance(panneau, PanneauLot)
    assert not panneau.partage.isVisible()
    panneau.calcul.setCurrentIndex(panneau.calcul.findData(Calcul.REPARTIR))
    panneau.calcul.activated.emit(panneau.calcul.currentIndex())
    assert panneau.partage.isVisible()
    panneau.partage.reste.click()
    assert lire_montant(panneau.valeur.text()) > 0
    panneau.valeur.setText("1 000")
    panneau.attendre()
    panneau.calculer_ici()
    assert panneau.totaux.text().startswith(
        "Réparti\u00a0: 1\u202f000\u00a0€ sur 1\u202f000\u00a0€."
    )
    avant = [ecran.modele.valeur(r, rang) for r in range(31)]
    panneau.bouton.click()
    apres = [ecran.modele.valeur(r, rang) or 0 for r in range(31)]
    assert sum(apres) == 1000
    assert all(a <= (ecran.modele.valeur(r, demande) or 0) for r, a in enumerate(apres))
    ecran.contexte.fichier.undo.annuler()
    assert [ecran.modele.valeur(r, rang) for r in range(31)] == avant


def test_les_doublons_menent_aux_lignes_et_se_fusionnent_chez_les_porteurs(
    contexte: Contexte, qtbot: QtBot
) -> None:
    contexte.organismes.creer("Les Ateliers du Canal d'essai")
    contexte.organismes.creer("LES ATELIERS du canal d'essai")
    ecran = EcranPorteurs(contexte)
    qtbot.addWidget(ecran)
    montrer(ecran)
    ecran.montree()
    page = ecran.tableau
    ecran.vue.aller(0, 0)
    ecran.vue.faire(geste("doublons"))
    panneau = page.panneau
    assert isinstance(panneau, PanneauDoublons)
    rangs = [
        rang
        for rang, element in enumerate(panneau.liste.donnees.elements)
        if "ateliers du canal d'essai" in element.textes[1].casefold()
    ]
    assert len(rangs) == 3  # the group, then its two rows
    panneau.liste.choisir(rangs[2])
    assert "ateliers du canal" in str(ecran.vue.index_courant().data()).casefold()
    assert panneau.fusionner.isEnabled()
    avant = len(contexte.organismes.lignes())
    panneau.fusionner.click()
    assert len(contexte.organismes.lignes()) == avant - 1
    contexte.fichier.undo.annuler()
    assert len(contexte.organismes.lignes()) == avant
    ecran.close()


# All of them --------------------------------------------------------------------------------------


def test_sans_aucune_ligne_chaque_panneau_s_ouvre_et_se_ferme(ecran: Ecran) -> None:
    ecran.ecran.basculer_fiche()
    ecran.modele.remplacer_lignes([])
    panneaux = ("chercher", "remplacer", "commenter", "mises_en_forme", "doublons")
    for cle in (*panneaux, "modifier_en_lot"):
        ecran.vue.faire(geste(cle))
        panneau = ecran.page.panneau
        assert panneau is not None
        panneau.attendre()
        panneau.calculer_ici()
        laisser_faire()
        QTest.keyClick(panneau, Qt.Key.Key_Escape)
        assert ecran.page.panneau is None


def test_un_fichier_en_lecture_seule_se_lit_sans_rien_offrir_a_ecrire(ecran: Ecran) -> None:
    ecran.modele.lecture_seule = True
    refuses = ("remplacer", "modifier_en_lot", "couleur", "couleur_jaune")
    assert [cle for cle in refuses if geste(cle).permis(ecran.vue)] == []
    panneau = ecran.frapper(Qt.Key.Key_F2, MAJ)
    assert panneau.texte.isReadOnly()
    assert not panneau.ajouter.isEnabled()


def test_aucune_touche_ne_sert_deux_fois() -> None:
    touches = [QKeySequence(t).toString() for g in gestes() for t in g.touches]
    touches += [QKeySequence(c.raccourci).toString() for c in COMMANDES if c.raccourci]
    assert sorted(touches) == sorted(set(touches))


def test_la_liste_se_coche_au_clavier_et_dit_ce_qui_change(qtbot: QtBot, application: Any) -> None:
    liste = ListeCochable("Essai", ("Ligne", "Valeur"), droite=(1,))
    qtbot.addWidget(liste)
    liste.montrer([Element(("a", "1"), coche=True), Element(("b\nc", "2"))])
    montrer(liste, (300, 200))
    changees: list[tuple[int, bool]] = []
    liste.donnees.coche_changee.connect(lambda rang, coche: changees.append((rang, coche)))
    liste.setFocus()
    liste.choisir(0)
    QTest.keyClick(liste, Qt.Key.Key_Space)
    assert changees == [(0, False)]
    assert liste.donnees.cochees() == []
    liste.choisir(1)
    QTest.keyClick(liste, Qt.Key.Key_Space)
    assert changees == [(0, False)]
    liste.donnees.cocher_tout(coche=True)
    assert liste.donnees.cochees() == [0]
    liste.close()


def test_une_bulle_ne_lit_jamais_ce_qu_on_a_tape_comme_une_page() -> None:
    assert en_bulle("<img src=ftp:x>\nsuite") == "<qt>&lt;img src=ftp:x&gt;<br>suite</qt>"
    assert en_bulle("") == ""


# Cells left wrong for now -------------------------------------------------------------------------


def test_une_saisie_refusee_se_garde_entouree_jusqu_a_sa_valeur(ecran: Ecran) -> None:
    """No sum counts it; Alt+F3 goes from one to the next; a value lifts it, in one step of undo."""
    modele, vue = ecran.modele, ecran.vue
    colonne = next(c for c in modele.colonnes if c.cle.endswith(".propose"))
    rang = modele.rang(colonne.cle)
    vide = next(r for r, li in enumerate(modele.lignes) if colonne.lire(li) is None)
    total, offres = modele.total(rang), []
    vue.propose.connect(lambda mots, _geste: offres.append(mots))
    vue.aller(vide, rang)
    ecran.frapper(Qt.Key.Key_V)
    editeur = QApplication.focusWidget()
    QTest.keyClicks(editeur, "ers 1000")
    QTest.keyClick(editeur, Qt.Key.Key_Return)
    assert "pas un montant" in ecran.refus[-1]
    assert offres == ["Garder tel quel, à corriger (Alt+F3)"]
    QTest.keyClick(editeur, Qt.Key.Key_F3, Qt.KeyboardModifier.AltModifier)
    laisser_faire()

    ligne = modele.lignes[vide]
    assert ecran.page.habillage.en_attente(ligne, colonne.cle) == "vers 1000"
    assert "saisie à corriger, vers 1000" in str(modele.index(vide, rang).data(ACCESSIBLE))
    assert (colonne.lire(ligne), modele.total(rang)) == (None, total)
    rouge = CLAIR.bloquant.rgb()
    grille = vue.volets.grille_de(rang)
    case = grille.visualRect(modele.index(vide, rang))
    image = grille.viewport().grab(case).toImage()
    assert image.pixelColor(case.width() // 2, 2).rgb() == rouge, "la case n'est pas entourée"

    vue.aller(0, modele.rang("titre"))
    ecran.frapper(Qt.Key.Key_F3, Qt.KeyboardModifier.AltModifier)
    assert vue.case_courante() == (modele.cle_de(vide), colonne.cle)
    fichier = ecran.contexte.fichier
    assert modele.ecrire([(modele.cle_de(vide), rang, "1 000")])
    assert ecran.page.habillage.en_attente(modele.lignes[vide], colonne.cle) == ""
    assert modele.total(rang) == total + 1000
    assert fichier.undo.annuler().startswith("Corriger")
    assert ecran.page.habillage.en_attente(modele.lignes[vide], colonne.cle) == "vers 1000"
    assert modele.total(rang) == total
    vue.faire(geste("oublier_a_corriger"))
    assert ecran.contexte.annotations.de("actions").nombre(modele.cle_de(vide)) == 0

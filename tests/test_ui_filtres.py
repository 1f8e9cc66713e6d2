"""Filters on screen: the funnel and its window, the chips above the table, the panels under it."""

import pytest
from fabrique_tableau import Atelier, sans_fichier
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.filtres import Comparaison, Condition
from app.ui.gestes import geste, gestes
from app.ui.page_tableau import PageTableau
from app.ui.panneau_colonnes import PanneauColonnes
from app.ui.panneau_tri import PanneauTri
from app.ui.popup_filtre import PopupFiltre
from app.ui.vue_tableau import VueTableau

PARMI = Comparaison.PARMI


@pytest.fixture
def atelier(qapp: QApplication) -> Atelier:
    return Atelier()


@pytest.fixture
def page(atelier: Atelier, qtbot: QtBot) -> PageTableau:
    page = PageTableau(sans_fichier(), "essais", atelier.modele)
    qtbot.addWidget(page)
    page.resize(1200, 600)
    page.show()
    page.vue.setFocus()
    page.vue.aller(0, 0)
    return page


def ouvrir(vue: VueTableau, cle: str) -> PopupFiltre:
    vue.filtrer_colonne(cle)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, PopupFiltre)
    return popup


def puces(page: PageTableau) -> list[str]:
    return [puce.texte for puce in page.barre_filtres.puces]


# The window of a filter ---------------------------------------------------------------------------


def test_cocher_une_valeur_filtre_et_la_puce_le_dit(page: PageTableau, atelier: Atelier) -> None:
    popup = ouvrir(page.vue, "statut")
    assert [v.libelle for v in popup.valeurs.toutes] == ["Déposée", "Accordée", "Ajournée"]
    popup.tout.click()
    assert popup.valeurs.cochees == set()
    popup.valeurs.setData(popup.valeurs.index(0), Qt.CheckState.Checked)
    popup.valeurs.setData(popup.valeurs.index(2), Qt.CheckState.Checked)
    assert popup.tout.checkState() == Qt.CheckState.PartiallyChecked
    assert page.barre_filtres.isHidden()
    popup.appliquer()
    assert atelier.cles() == ["a", "c", "d"]
    assert puces(page) == ["Statut\xa0: Déposée, Ajournée"]
    assert not page.barre_filtres.isHidden()
    popup = ouvrir(page.vue, "statut")
    assert popup.valeurs.cochees == {"Déposée", "Ajournée"}
    popup.tout.click()
    popup.appliquer()
    assert (atelier.cles(), puces(page)) == (["a", "b", "c", "d"], [])
    assert page.barre_filtres.isHidden()


def test_chercher_dans_la_liste_ne_garde_que_ce_qui_est_trouve(
    page: PageTableau, atelier: Atelier
) -> None:
    popup = ouvrir(page.vue, "titre")
    popup.recherche.setText("CHANTIER 10")
    popup.valeurs.chercher("CHANTIER 10")
    assert [v.libelle for v in popup.valeurs.montrees] == ["Chantier 10"]
    popup.appliquer()
    assert atelier.cles() == ["b"]


def test_aucune_valeur_cochee_ou_un_nombre_illisible_se_disent(
    page: PageTableau, atelier: Atelier
) -> None:
    popup = ouvrir(page.vue, "demande")
    popup.valeurs.tout_cocher(coche=False)
    popup.appliquer()
    assert popup._erreur.text() == "Cochez au moins une valeur."
    popup.valeurs.tout_cocher(coche=True)
    popup.tests.setCurrentIndex(popup.tests.findData(Comparaison.ENTRE))
    assert not popup.champs[1].isHidden()
    popup.champs[0].setText("douze")
    popup.champs[1].setText("1 500")
    popup.appliquer()
    assert popup._erreur.text().startswith("« douze » n’est pas un montant")
    popup.champs[0].setText("600")
    popup.appliquer()
    assert atelier.cles() == ["a"]
    assert page.vue.a_le_focus()


def test_une_condition_cachee_par_les_autres_filtres_reste(
    page: PageTableau, atelier: Atelier
) -> None:
    """Values chosen that other filters hide today are still chosen."""
    modele = atelier.modele
    modele.conditionner([Condition("titre", PARMI, ("Élan", "Chantier 9"))])
    modele.conditionner_colonne("statut", [Condition("statut", PARMI, ("Ajournée", "Accordée"))])
    popup = ouvrir(page.vue, "titre")
    assert [v.libelle for v in popup.valeurs.toutes] == ["Chantier 9", "Chantier 10"]
    popup.appliquer()
    assert Condition("titre", PARMI, ("Élan", "Chantier 9")) in modele.conditions
    popup = ouvrir(page.vue, "titre")
    popup.valeurs.ne_cocher_que(1)
    popup.appliquer()
    titres = next(c for c in modele.conditions if c.colonne == "titre")
    assert titres.valeurs == ("Chantier 10", "Élan")
    popup = ouvrir(page.vue, "titre")
    popup.effacer.click()
    assert [c.colonne for c in modele.conditions] == ["statut"]


def test_l_entonnoir_s_ouvre_a_la_souris_et_au_clavier(page: PageTableau, qtbot: QtBot) -> None:
    vue = page.vue
    entete = vue.volets.droite.entete
    statut = vue.modele.rang("statut")
    place = entete._zone_du_filtre(statut).center()
    qtbot.mouseClick(entete.viewport(), Qt.MouseButton.LeftButton, pos=place)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, PopupFiltre)
    assert popup.accessibleName() == "Filtrer la colonne Statut"
    assert list(vue.modele.tri) == []
    qtbot.keyClick(popup, Qt.Key.Key_Escape)
    assert QApplication.activePopupWidget() is None
    vue.aller(0, vue.modele.rang("demande"))
    qtbot.keyClick(
        vue.volets.droite,
        Qt.Key.Key_L,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, PopupFiltre)
    assert popup.colonne.cle == "demande"
    popup.close()


def test_trier_depuis_la_fenetre_du_filtre(page: PageTableau, atelier: Atelier) -> None:
    popup = ouvrir(page.vue, "demande")
    popup._trier(descendant=True)
    assert atelier.cles() == ["b", "a", "c", "d"]


def test_cliquer_sur_le_nom_d_une_valeur_la_coche(page: PageTableau, qtbot: QtBot) -> None:
    popup = ouvrir(page.vue, "statut")
    popup.tout.click()
    liste = popup.liste
    place = liste.visualRect(popup.valeurs.index(1)).center()
    qtbot.mouseClick(liste.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert popup.valeurs.cochees == {"Accordée"}
    qtbot.mouseClick(liste.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert popup.valeurs.cochees == set()
    popup.tout.click()
    qtbot.mouseClick(liste.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(liste.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert popup.valeurs.cochees == {"Accordée"}
    popup.close()


def test_la_fenetre_du_filtre_reste_entiere_quand_une_condition_l_agrandit(
    page: PageTableau,
) -> None:
    ecran = page.screen().availableGeometry()
    popup = ouvrir(page.vue, "demande")
    popup.move(popup.x(), ecran.bottom() - popup.height())
    popup.tests.setCurrentIndex(popup.tests.findData(Comparaison.SUPERIEUR))
    assert popup.tests.currentText() == ">  plus de"
    assert ecran.contains(popup.geometry())
    popup.champs[0].setText("rien")
    popup.appliquer()  # the sentence that refuses it needs room too
    assert popup.isVisible()
    assert ecran.contains(popup.geometry())
    popup.close()


# Chips --------------------------------------------------------------------------------------------


def test_les_puces_se_retirent_une_a_une_puis_toutes(
    page: PageTableau, atelier: Atelier, qtbot: QtBot
) -> None:
    modele = atelier.modele
    modele.disposer(
        conditions=[
            Condition("statut", PARMI, ("Déposée", "Accordée")),
            Condition("demande", Comparaison.AU_MOINS, ("1000",)),
        ],
        texte="a",
        groupes=["statut", "nouveau"],
    )
    assert puces(page) == [
        "Statut\xa0: Déposée, Accordée",
        "État · demandé\xa0(€) ≥ 1\u202f000",
        "Contient «\xa0a\xa0»",
        "Groupé par Statut, puis Nouveau",
    ]
    page.barre_filtres.puces[1].croix.click()
    assert [c.colonne for c in modele.conditions] == ["statut"]
    qtbot.keyClick(page.barre_filtres.puces[0].mots, Qt.Key.Key_Delete)
    assert puces(page) == ["Contient «\xa0a\xa0»", "Groupé par Statut, puis Nouveau"]
    page.barre_filtres.tout_effacer.click()
    assert puces(page) == []
    assert atelier.cles() == ["a", "b", "c", "d"]


# Panels -------------------------------------------------------------------------------------------


def test_le_panneau_de_tri_ajoute_renverse_et_deplace(page: PageTableau, atelier: Atelier) -> None:
    vue, modele = page.vue, atelier.modele
    vue.trier([("statut", False)])
    vue.faire(geste("trier_plusieurs"))
    panneau = page.panneau
    assert isinstance(panneau, PanneauTri)
    panneau.ajouter.click()
    assert list(modele.tri) == [("statut", False), ("titre", False)]
    assert atelier.cles() == ["d", "a", "b", "c"]
    seconde = panneau.rangees[1]
    seconde.sens.setCurrentIndex(1)
    seconde.sens.activated.emit(1)
    assert list(modele.tri) == [("statut", False), ("titre", True)]
    panneau.rangees[1].monter.click()
    assert list(modele.tri) == [("titre", True), ("statut", False)]
    vue.trier([("titre", True), ("statut", True)])
    assert [rangee.critere for rangee in panneau.rangees] == [("titre", True), ("statut", True)]
    panneau.rangees[0].retirer.click()
    assert list(modele.tri) == [("statut", True)]


def test_le_panneau_des_colonnes_masque_et_ordonne(page: PageTableau) -> None:
    vue = page.vue
    vue.faire(geste("colonnes"))
    panneau = page.panneau
    assert isinstance(panneau, PanneauColonnes)
    noms = [panneau.liste.item(r).text() for r in range(panneau.liste.count())]
    assert noms[:2] == ["Intitulé (figée)", "Statut"]
    panneau.liste.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert vue.volets.masquees == {"statut"}
    assert panneau.compte.text() == "6 sur 7 affichées"
    panneau.liste.setCurrentRow(2)
    panneau.monter.click()
    assert vue.etat().ordre[:3] == ("titre", "public", "statut")
    panneau._chercher("etat demande")
    visibles = [r for r in range(panneau.liste.count()) if not panneau.liste.item(r).isHidden()]
    assert [panneau.liste.item(r).text() for r in visibles] == ["État · demandé\xa0(€)"]
    panneau.tout.click()
    assert vue.volets.masquees == set()
    panneau.defaut.click()
    assert vue.etat().ordre is None


def test_une_colonne_reste_toujours(page: PageTableau) -> None:
    vue = page.vue
    vue.volets.masquer_plusieurs([c.cle for c in vue.modele.colonnes[1:]], masquee=True)
    vue.faire(geste("colonnes"))
    assert isinstance(page.panneau, PanneauColonnes)
    page.panneau.liste.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert vue.volets.colonnes_visibles() == [0]
    assert page.panneau.liste.item(0).checkState() == Qt.CheckState.Checked


# Groups on screen ---------------------------------------------------------------------------------


def test_les_groupes_se_replient_au_clavier_et_a_la_souris(page: PageTableau, qtbot: QtBot) -> None:
    vue, modele = page.vue, page.modele
    modele.grouper(["statut"])
    vue.aller(0, 0)
    gauche = vue.volets.gauche
    qtbot.keyClick(gauche, Qt.Key.Key_Left)
    assert modele.rowCount() == 5
    qtbot.keyClick(gauche, Qt.Key.Key_Right)
    assert modele.rowCount() == 7
    qtbot.keyClick(gauche, Qt.Key.Key_Space)
    assert modele.rowCount() == 5
    qtbot.mouseClick(gauche.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(12, 10))
    assert modele.rowCount() == 7
    vue.aller(2, 0)
    maj_alt = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(gauche, Qt.Key.Key_Up, maj_alt)
    assert (modele.rowCount(), vue.index_courant().row()) == (5, 0)


def test_la_selection_et_la_copie_passent_les_groupes(page: PageTableau) -> None:
    vue = page.vue
    page.modele.grouper(["statut"])
    vue.choix.tout()
    assert vue.cles_choisies() == ["a", "d", "b", "c"]
    vue.depots.copier()
    texte = QApplication.clipboard().text()
    assert [ligne.split("\t")[0] for ligne in texte.splitlines()] == [
        "Théâtre à l’école", "Élan", "Chantier 10", "Chantier 9",
    ]  # fmt: skip
    vue.aller(0, 0)
    assert vue.cle_courante() == ""
    assert not geste("ouvrir_fiche").permis(vue)


def test_la_case_courante_survit_au_groupe_et_au_filtre(page: PageTableau) -> None:
    vue, modele = page.vue, page.modele
    vue.aller_a("c", "demande")
    modele.grouper(["statut"])
    assert (vue.cle_courante(), vue.index_courant().column()) == ("c", modele.rang("demande"))
    vue.aller(3, 0)
    assert modele.est_groupe(3)
    modele.conditionner([Condition("statut", PARMI, ("Accordée", "Ajournée"))])
    groupe = modele.groupe(vue.index_courant().row())
    assert groupe is not None
    assert groupe.libelle == "Accordée"


def test_chaque_touche_du_tableau_ne_fait_qu_une_chose() -> None:
    touches = [touche for g in gestes() for touche in g.touches]
    assert sorted(touches) == sorted(set(touches))

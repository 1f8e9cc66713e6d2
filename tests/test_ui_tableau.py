"""The table: sorting, filtering, summing, and the keys of a spreadsheet."""

from decimal import Decimal
from typing import Any

import pytest
from fabrique_tableau import PROJETS, Atelier, Projet
from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QStyleOptionViewItem,
    QToolTip,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.services.columns import Colonne, Erreur, TypeColonne
from app.services.statistiques import Statistiques
from app.ui.deplacements import bord
from app.ui.editeurs import est_refuse
from app.ui.menus_tableau import menu_d_entete, menu_de_cellule, remplir_menu_tableau
from app.ui.presse_papiers import en_html, en_tsv
from app.ui.tableau import CLE, EDITION, TEXTE, VALEUR, ModeleTableau
from app.ui.vue_tableau import VueTableau, suite_de_tri

CTRL = Qt.KeyboardModifier.ControlModifier
MAJ = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def atelier(qapp: QApplication) -> Atelier:
    return Atelier()


# The model: no window -----------------------------------------------------------------------------


def test_les_cases_donnent_texte_valeur_et_cle(atelier: Atelier) -> None:
    index = atelier.modele.index(0, atelier.modele.rang("demande"))
    assert index.data(TEXTE) == "1\u202f000,10"
    assert index.data(VALEUR) == Decimal("1000.10")
    assert index.data(EDITION) == "1000,10"
    assert index.data(CLE) == "a"


def test_le_tri_ignore_les_accents_et_compte_les_nombres(atelier: Atelier) -> None:
    atelier.modele.trier([("titre", False)])
    assert atelier.cles() == ["c", "b", "d", "a"]
    atelier.modele.trier([("titre", True)])
    assert atelier.cles() == ["a", "d", "b", "c"]


def test_les_cases_vides_restent_en_bas_dans_les_deux_sens(atelier: Atelier) -> None:
    atelier.modele.trier([("demande", False)])
    assert atelier.cles() == ["c", "a", "b", "d"]
    atelier.modele.trier([("demande", True)])
    assert atelier.cles() == ["b", "a", "c", "d"]


def test_le_tri_a_plusieurs_colonnes_est_stable(atelier: Atelier) -> None:
    atelier.modele.trier([("nouveau", True), ("titre", False)])
    assert atelier.cles() == ["c", "b", "d", "a"]
    atelier.modele.trier([])
    assert atelier.cles() == ["a", "b", "c", "d"]


def test_le_tri_garde_la_case_courante(atelier: Atelier) -> None:
    fixe = QPersistentModelIndex(atelier.modele.index(0, 3))
    atelier.modele.trier([("titre", False)])
    assert (fixe.row(), fixe.column()) == (3, 3)
    assert fixe.data(CLE) == "a"


@pytest.mark.parametrize(
    ("texte", "cles"),
    [
        ("theatre ECOLE", ["a"]),
        ("chantier", ["b", "c"]),
        ("chantier ajournee", ["c"]),
        ("2000,2", ["b"]),
        ("15/01", ["d"]),
        ("absent", []),
        ("", ["a", "b", "c", "d"]),
    ],
)
def test_le_filtre_veut_tous_les_mots(atelier: Atelier, texte: str, cles: list[str]) -> None:
    atelier.modele.filtrer(texte)
    assert atelier.cles() == cles


def test_le_filtre_ne_lit_que_les_colonnes_a_l_ecran(atelier: Atelier) -> None:
    atelier.modele.chercher_dans({"statut"})
    atelier.modele.filtrer("chantier")
    assert atelier.cles() == []


def test_les_totaux_suivent_le_filtre_au_centime(atelier: Atelier) -> None:
    modele = atelier.modele
    accorde, public = modele.rang("accorde"), modele.rang("public")
    assert (modele.total(accorde), modele.total(public)) == (Decimal("800.05"), 49)
    modele.filtrer("chantier")
    assert (modele.total(accorde), modele.total(public)) == (Decimal(0), 12)
    assert modele.total(modele.rang("titre")) is None


def test_un_montant_change_ne_redessine_que_sa_case(atelier: Atelier, qtbot: QtBot) -> None:
    modele = atelier.modele
    accorde = modele.rang("accorde")
    assert modele.total(accorde) == Decimal("800.05")
    redessines: list[tuple[int, int, int, int]] = []
    remises: list[str] = []
    modele.dataChanged.connect(
        lambda a, b: redessines.append((a.row(), a.column(), b.row(), b.column()))
    )
    modele.modelReset.connect(lambda: remises.append("remise"))
    modele.layoutChanged.connect(lambda: remises.append("disposition"))
    atelier.changer("b", accorde=Decimal("1200.45"))
    assert redessines == [(1, accorde, 1, accorde)]
    assert remises == []
    assert modele.total(accorde) == Decimal("2000.50")


def test_une_ligne_modifiee_ne_bouge_pas_sous_les_doigts(atelier: Atelier) -> None:
    atelier.modele.trier([("accorde", True)])
    atelier.modele.filtrer("chantier")
    avant = atelier.cles()
    atelier.changer("c", titre="Renommé", accorde=Decimal(999_999))
    assert atelier.cles() == avant
    atelier.modele.filtrer("renomme")
    assert atelier.cles() == ["c"]


def test_les_lignes_nouvelles_prennent_leur_place_dans_le_tri(atelier: Atelier) -> None:
    atelier.modele.trier([("titre", False)])
    atelier.modele.actualiser({"e": Projet("e", "Chantier 9 bis"), "f": Projet("f", "Aide")})
    assert atelier.cles() == ["f", "c", "e", "b", "d", "a"]
    atelier.modele.filtrer("chantier")
    atelier.modele.ajouter([Projet("g", "Hors filtre")])
    assert atelier.cles() == ["c", "e", "b"]
    assert atelier.modele.nombre_total == 7


def test_les_lignes_retirees_partent_avec_leurs_totaux(atelier: Atelier) -> None:
    atelier.modele.retirer(["a", "c", "inconnue"])
    assert atelier.cles() == ["b", "d"]
    assert atelier.modele.total(atelier.modele.rang("accorde")) == Decimal("0.05")
    assert [atelier.modele.position(cle) for cle in "abcd"] == [-1, 0, -1, 1]


def test_beaucoup_de_lignes_retirees_d_un_coup(qapp: QApplication) -> None:
    atelier = Atelier(tuple(Projet(f"p{i:03d}", f"Projet {i}") for i in range(400)))
    atelier.modele.retirer([f"p{i:03d}" for i in range(0, 400, 2)])
    assert atelier.cles() == [f"p{i:03d}" for i in range(1, 400, 2)]


def test_synchroniser_ne_redessine_que_ce_qui_differe(atelier: Atelier) -> None:
    remises: list[str] = []
    atelier.modele.modelReset.connect(lambda: remises.append("remise"))
    change = Projet("b", "Chantier 11", "accordee", public=12, demande=Decimal("2000.20"))
    atelier.modele.synchroniser([PROJETS[3], Projet("n", "Neuf"), change, PROJETS[0]])
    assert atelier.cles() == ["d", "n", "b", "a"]
    assert remises == []
    assert atelier.modele.texte(2, 0) == "Chantier 11"


def test_d_autres_colonnes_oublient_un_tri_qui_n_y_est_plus(atelier: Atelier) -> None:
    atelier.modele.trier([("public", True), ("titre", False)])
    restantes = [c for c in atelier.modele.colonnes if c.cle != "public"]
    atelier.modele.definir_colonnes(restantes, PROJETS[:2])
    assert list(atelier.modele.tri) == [("titre", False)]
    assert atelier.cles() == ["b", "a"]


def test_une_saisie_illisible_n_arrive_pas_jusqu_au_service(atelier: Atelier, qtbot: QtBot) -> None:
    index = atelier.modele.index(0, atelier.modele.rang("accorde"))
    with qtbot.waitSignal(atelier.modele.refuse) as refus:
        assert not atelier.modele.setData(index, "douze")
    assert refus.args[0].startswith("« douze » n’est pas un montant")
    assert atelier.ecrits == []


def test_plusieurs_cases_s_ecrivent_en_une_operation(atelier: Atelier) -> None:
    accorde = atelier.modele.rang("accorde")
    assert atelier.modele.ecrire([("a", accorde, ""), ("c", accorde, "1 500")])
    assert atelier.ecrits == [("a", "accorde", None), ("c", "accorde", Decimal(1500))]
    assert atelier.operations == ["Modifier 2 montants"]


def test_plusieurs_cases_se_gardent_toutes_ou_aucune(atelier: Atelier, qtbot: QtBot) -> None:
    accorde, public = (atelier.modele.rang(cle) for cle in ("accorde", "public"))
    for cases, raison in (
        ([("a", accorde, ""), ("c", accorde, "-1")], "Un montant accordé ne peut pas être négatif"),
        ([("a", accorde, ""), ("c", accorde, "douze")], "« douze » n’est pas un montant"),
        ([("a", accorde, ""), ("c", public, "5")], "Ces cases ne se modifient pas ensemble"),
    ):
        with qtbot.waitSignal(atelier.modele.refuse) as refus:
            assert not atelier.modele.ecrire(cases)
        assert refus.args[0].startswith(raison)
    assert (atelier.ecrits, atelier.operations) == ([], [])


def test_en_lecture_seule_rien_ne_se_modifie(atelier: Atelier) -> None:
    accorde = atelier.modele.index(0, atelier.modele.rang("accorde"))
    assert atelier.modele.flags(accorde) & Qt.ItemFlag.ItemIsEditable
    atelier.modele.lecture_seule = True
    assert not atelier.modele.flags(accorde) & Qt.ItemFlag.ItemIsEditable


def test_la_selection_compte_les_montants_sinon_les_personnes(atelier: Atelier) -> None:
    modele = atelier.modele
    montants = [modele.rang("demande"), modele.rang("accorde")]
    public = [modele.rang("public")]
    choisis = modele.chiffres([(range(2), [*public, *montants])])
    assert (choisis.nombre, choisis.somme, choisis.pleines) == (3, Decimal("3800.30"), 5)
    personnes = modele.chiffres([(range(4), public)])
    assert (personnes.somme, personnes.genre) == (49, TypeColonne.ENTIER)


def test_une_colonne_cachee_qui_change_se_lit_quand_on_la_montre(
    atelier: Atelier, qtbot: QtBot
) -> None:
    """Not compared while it does not show, it is not forgotten: its total, its filter are right."""
    modele = atelier.modele
    modele.chercher_dans({"titre"})
    with qtbot.waitSignal(modele.dataChanged):  # a format of another cell may read it
        atelier.changer("a", accorde=Decimal(1))
    assert modele.total(modele.rang("accorde")) == Decimal("1.05")
    atelier.changer("a", accorde=Decimal(3))
    assert modele.total(modele.rang("accorde")) == Decimal("3.05")


def test_vingt_mille_lignes_se_trient_et_se_filtrent(qapp: QApplication) -> None:
    """Not a measure of time: the benchmarks are; this is the exactness of the totals at size."""
    lignes = [Projet(f"k{i}", f"Projet {i % 97}", accorde=Decimal(i) / 100) for i in range(20_000)]
    modele = Atelier(tuple(lignes)).modele
    modele.trier([("titre", False), ("accorde", True)])
    assert modele.lignes[0].titre == "Projet 0"
    assert modele.total(modele.rang("accorde")) == Decimal(20_000 * 19_999 // 2) / 100
    modele.chercher_dans({"titre"})
    modele.filtrer("projet 96")
    assert {projet.titre for projet in modele.lignes} == {"Projet 96"}


def test_le_presse_papiers_donne_des_nombres_aux_tableurs(atelier: Atelier) -> None:
    atelier.changer("a", titre='Dit "ici"\tet là')
    colonnes = [0, 3, 4]
    assert en_tsv(atelier.modele, [0, 2], colonnes) == (
        '"Dit ""ici""\tet là"\t1000,1\t800\nChantier 9\t500\t0\n'
    )
    html = en_html(atelier.modele, [0], colonnes)
    assert 'x:num="1000.1" sdval="1000.1"' in html
    assert ">1\u202f000,10</td>" in html
    assert "Dit &quot;ici&quot;" in html


@pytest.mark.parametrize(
    ("plein", "depart", "pas", "arrivee"),
    [
        ("11101100", 0, 1, 2),
        ("11101100", 2, 1, 4),
        ("11101100", 5, 1, 7),
        ("11101100", 7, -1, 5),
        ("11101100", 4, -1, 2),
        ("0000", 0, 1, 3),
        ("1", 0, 1, 0),
    ],
)
def test_ctrl_fleche_va_au_bord_des_donnees(
    plein: str, depart: int, pas: int, arrivee: int
) -> None:
    assert bord([c == "1" for c in plein], depart, pas=pas) == arrivee


def test_un_clic_trie_puis_inverse_puis_revient() -> None:
    assert suite_de_tri([], "a", ajouter=False) == [("a", False)]
    assert suite_de_tri([("a", False)], "a", ajouter=False) == [("a", True)]
    assert suite_de_tri([("a", True)], "a", ajouter=False) == []
    assert suite_de_tri([("a", True)], "b", ajouter=True) == [("a", True), ("b", False)]
    assert suite_de_tri([("a", True), ("b", False)], "b", ajouter=True) == [
        ("a", True),
        ("b", True),
    ]
    assert suite_de_tri([("a", True), ("b", True)], "b", ajouter=True) == [("a", True)]


# The view: the keyboard ---------------------------------------------------------------------------


@pytest.fixture
def vue(qtbot: QtBot, atelier: Atelier) -> VueTableau:
    resultat = VueTableau(atelier.modele)
    qtbot.addWidget(resultat)
    resultat.resize(1200, 400)
    resultat.show()
    resultat.setFocus()
    resultat.aller(0, 0)
    return resultat


def presser(vue: VueTableau, touche: Qt.Key, modificateur: Any = None) -> None:
    """A key where the keyboard is: the editor if one is open, else the pane of the current cell."""
    from PySide6.QtTest import QTest

    QTest.keyClick(clavier(vue), touche, modificateur or Qt.KeyboardModifier.NoModifier)


def taper(vue: VueTableau, texte: str) -> None:
    from PySide6.QtTest import QTest

    for lettre in texte:
        QTest.keyClicks(clavier(vue), lettre)


def editeur(vue: VueTableau) -> QWidget | None:
    ouverts = [grille.delegue.editeur for grille in vue.volets.grilles if grille.delegue.editeur]
    return ouverts[0] if ouverts else None


def clavier(vue: VueTableau) -> QWidget:
    return editeur(vue) or vue.volets.grille_de(vue.index_courant().column())


def case(vue: VueTableau) -> tuple[int, str]:
    index = vue.index_courant()
    return index.row(), vue.modele.colonnes[index.column()].cle


def choisies(vue: VueTableau) -> set[tuple[int, int]]:
    return {(i.row(), i.column()) for i in vue.volets.choix.selectedIndexes()}


def test_les_fleches_passent_des_colonnes_figees_aux_autres(vue: VueTableau) -> None:
    presser(vue, Qt.Key.Key_Right)
    assert case(vue) == (0, "statut")
    assert vue.volets.gauche.isColumnHidden(1)
    presser(vue, Qt.Key.Key_Down)
    presser(vue, Qt.Key.Key_Left)
    presser(vue, Qt.Key.Key_Left)
    assert case(vue) == (1, "titre")


def test_debut_fin_et_ctrl(vue: VueTableau) -> None:
    presser(vue, Qt.Key.Key_End)
    assert case(vue) == (0, "nouveau")
    presser(vue, Qt.Key.Key_End, CTRL)
    assert case(vue) == (3, "nouveau")
    presser(vue, Qt.Key.Key_Home, CTRL)
    assert case(vue) == (0, "titre")
    vue.aller(0, vue.modele.rang("public"))
    presser(vue, Qt.Key.Key_Down, CTRL)
    assert case(vue) == (1, "public")
    presser(vue, Qt.Key.Key_Down, CTRL)
    assert case(vue) == (3, "public")


def test_maj_fleches_choisit_un_rectangle_a_travers_les_volets(vue: VueTableau) -> None:
    presser(vue, Qt.Key.Key_Right, MAJ)
    presser(vue, Qt.Key.Key_Down, MAJ)
    assert choisies(vue) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    presser(vue, Qt.Key.Key_Left, MAJ)
    assert choisies(vue) == {(0, 0), (1, 0)}


def test_tab_puis_entree_revient_sous_la_premiere_case(vue: VueTableau) -> None:
    presser(vue, Qt.Key.Key_Tab)
    presser(vue, Qt.Key.Key_Tab)
    assert case(vue) == (0, "public")
    presser(vue, Qt.Key.Key_Return)
    assert case(vue) == (1, "titre")
    presser(vue, Qt.Key.Key_Return, MAJ)
    assert case(vue) == (0, "titre")


def test_tab_au_bout_du_tableau_passe_a_la_suite_de_l_ecran(atelier: Atelier, qtbot: QtBot) -> None:
    page = QWidget()
    vue, suite = VueTableau(atelier.modele), QLineEdit()
    colonne = QVBoxLayout(page)
    colonne.addWidget(vue)
    colonne.addWidget(suite)
    qtbot.addWidget(page)
    page.resize(1200, 400)
    page.show()
    vue.setFocus()
    vue.aller(3, vue.modele.rang("nouveau"))
    presser(vue, Qt.Key.Key_Tab)
    assert page.focusWidget() is suite


def test_taper_remplace_la_case_et_entree_descend(vue: VueTableau, atelier: Atelier) -> None:
    vue.aller(0, vue.modele.rang("accorde"))
    taper(vue, "12 500,5")
    presser(vue, Qt.Key.Key_Return)
    assert atelier.ecrits == [("a", "accorde", Decimal("12500.50"))]
    assert atelier.projets["a"].accorde == Decimal("12500.50")
    assert case(vue) == (1, "accorde")
    assert editeur(vue) is None


def test_f2_garde_le_texte_et_echap_abandonne(vue: VueTableau, atelier: Atelier) -> None:
    vue.aller(0, vue.modele.rang("accorde"))
    presser(vue, Qt.Key.Key_F2)
    ouvert = editeur(vue)
    assert isinstance(ouvert, QLineEdit)
    assert ouvert.text() == "800"
    taper(vue, "9")
    assert ouvert.text() == "8009"
    presser(vue, Qt.Key.Key_Left)
    assert ouvert.cursorPosition() == 3
    presser(vue, Qt.Key.Key_Escape)
    assert editeur(vue) is None
    assert atelier.ecrits == []
    assert case(vue) == (0, "accorde")


def test_un_refus_garde_le_texte_et_l_editeur_ouvert(
    vue: VueTableau, atelier: Atelier, qtbot: QtBot
) -> None:
    vue.aller(0, vue.modele.rang("accorde"))
    taper(vue, "-900")
    with qtbot.waitSignal(vue.refuse) as refus:
        presser(vue, Qt.Key.Key_Return)
    assert refus.args == ["Un montant accordé ne peut pas être négatif."]
    ouvert = editeur(vue)
    assert isinstance(ouvert, QLineEdit)
    assert (ouvert.text(), est_refuse(ouvert), case(vue)) == ("-900", True, (0, "accorde"))
    ouvert.setText("")
    taper(vue, "5")
    assert not est_refuse(ouvert)
    presser(vue, Qt.Key.Key_Return)
    assert (editeur(vue), atelier.projets["a"].accorde) == (None, Decimal(5))


def test_un_avis_pendant_la_frappe_n_efface_pas_le_texte(vue: VueTableau, atelier: Atelier) -> None:
    vue.aller(0, vue.modele.rang("accorde"))
    taper(vue, "77")
    atelier.changer("a", accorde=Decimal(1), titre="Changé ailleurs")
    ouvert = editeur(vue)
    assert isinstance(ouvert, QLineEdit)
    assert ouvert.text() == "77"


def test_la_frappe_est_suivie_touche_par_touche(vue: VueTableau, atelier: Atelier) -> None:
    suivies: list[tuple[str, ...]] = []
    finies: list[bool] = []
    vue.saisie.connect(lambda *quoi: suivies.append(quoi))
    vue.saisie_finie.connect(lambda: finies.append(True))
    vue.aller(1, vue.modele.rang("accorde"))
    taper(vue, "12")
    assert suivies == [("b", "accorde", "1"), ("b", "accorde", "12")]
    presser(vue, Qt.Key.Key_Escape)
    assert finies == [True]


def test_un_choix_se_fait_dans_une_liste(
    vue: VueTableau, atelier: Atelier, monkeypatch: pytest.MonkeyPatch
) -> None:
    depliees: list[bool] = []
    monkeypatch.setattr(QComboBox, "showPopup", lambda *_liste: depliees.append(True))
    vue.aller(0, vue.modele.rang("statut"))
    presser(vue, Qt.Key.Key_F2)
    liste = editeur(vue)
    assert isinstance(liste, QComboBox)
    assert liste.currentData() == "deposee"
    assert depliees == [True]
    liste.setCurrentIndex(2)
    liste.activated.emit(2)
    assert atelier.ecrits == [("a", "statut", "ajournee")]
    assert case(vue) == (0, "statut")


def test_la_lettre_tapee_sur_un_choix_le_designe(
    vue: VueTableau, atelier: Atelier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QComboBox, "showPopup", lambda _liste: None)
    vue.aller(0, vue.modele.rang("statut"))
    taper(vue, "a")
    liste = editeur(vue)
    assert isinstance(liste, QComboBox)
    assert liste.view().currentIndex().data() == "Accordée"
    liste.view().keyboardSearch("j")  # the next key goes to the list itself
    assert liste.view().currentIndex().data() == "Ajournée"
    liste.setCurrentIndex(liste.view().currentIndex().row())
    liste.activated.emit(liste.currentIndex())
    assert atelier.ecrits == [("a", "statut", "ajournee")]
    assert case(vue) == (1, "statut")


def test_un_oui_ou_non_bascule_d_un_espace(vue: VueTableau, atelier: Atelier) -> None:
    vue.aller(0, vue.modele.rang("nouveau"))
    presser(vue, Qt.Key.Key_Space)
    presser(vue, Qt.Key.Key_Space)
    assert atelier.ecrits == [("a", "nouveau", "oui"), ("a", "nouveau", "non")]


def test_suppr_vide_les_montants_choisis_et_rien_d_autre(vue: VueTableau, atelier: Atelier) -> None:
    vue.choix.tout()
    presser(vue, Qt.Key.Key_Delete)
    assert atelier.ecrits == [(cle, "accorde", None) for cle in "acd"]
    assert atelier.operations == ["Effacer 3 cases"]


def test_la_barre_d_etat_recoit_les_chiffres_de_la_selection(vue: VueTableau, qtbot: QtBot) -> None:
    with qtbot.waitSignal(vue.statistiques) as chiffres:
        vue.aller(0, vue.modele.rang("demande"))
        vue.aller(2, vue.modele.rang("accorde"), etendre=True)
    assert chiffres.args == [
        Statistiques(
            nombre=5,
            somme=Decimal("4300.30"),
            moyenne=Decimal("860.06"),
            minimum=Decimal(0),
            maximum=Decimal("2000.20"),
            pleines=5,
        )
    ]


def test_copier_met_la_selection_au_presse_papiers(vue: VueTableau) -> None:
    vue.aller(0, 0)
    vue.aller(1, 1, etendre=True)
    presser(vue, Qt.Key.Key_C, CTRL)
    copie = QApplication.clipboard().mimeData()
    assert copie.text() == "Théâtre à l’école\tDéposée\nChantier 10\tAccordée\n"
    assert copie.hasHtml()


def test_le_filtre_retrouve_la_ligne_courante(vue: VueTableau) -> None:
    vue.aller(2, vue.modele.rang("accorde"))
    vue.modele.filtrer("chantier")
    assert (vue.cle_courante(), case(vue)) == ("c", (1, "accorde"))
    vue.modele.filtrer("")
    assert (vue.cle_courante(), case(vue)) == ("c", (2, "accorde"))


def test_les_colonnes_figees_cedent_la_place_quand_la_fenetre_est_etroite(
    vue: VueTableau,
) -> None:
    assert vue.volets.gauche.isVisible()
    vue.resize(240, 400)
    assert not vue.volets.gauche.isVisible()
    assert vue.volets.colonnes_visibles() == list(range(7))
    vue.resize(1200, 400)
    assert vue.volets.gauche.isVisible()


def test_un_total_reste_sous_sa_colonne_quand_le_volet_bouge_apres_coup(vue: VueTableau) -> None:
    volets = vue.volets
    QApplication.processEvents()
    volets.pied.grab()  # the totals are drawn where the columns stand now
    volets.gauche.setFixedWidth(volets.gauche.width() + 60)
    QApplication.processEvents()
    volets.pied.grab()
    entete = volets.droite.entete
    for dessine in volets.pied._dessines:
        debut = entete.viewport().mapTo(volets, QPoint(0, 0)).x()
        assert dessine.cadre.left() == debut + entete.sectionViewportPosition(dessine.rang)
    assert volets.pied._dessines


def test_aucun_mot_d_entete_n_est_coupe(vue: VueTableau) -> None:
    volets = vue.volets
    for rang, colonne in enumerate(vue.modele.colonnes):
        grille = volets.grille_de(rang)
        assert grille.columnWidth(rang) >= grille.entete.largeur_minimale(colonne)


def test_une_largeur_choisie_a_la_main_est_retenue(vue: VueTableau) -> None:
    demande = vue.modele.rang("demande")
    vue.volets.droite.setColumnWidth(demande, 250)
    assert vue.largeurs() == {"demande": 250}
    vue.volets.restaurer_largeurs({"accorde": 180})
    assert vue.volets.droite.columnWidth(vue.modele.rang("accorde")) == 180


def test_une_colonne_masquee_ne_compte_plus_pour_le_clavier(vue: VueTableau) -> None:
    vue.volets.masquer("statut")
    presser(vue, Qt.Key.Key_Right)
    assert case(vue) == (0, "public")
    vue.volets.masquer("statut", masquee=False)
    assert vue.modele.rang("statut") in vue.volets.colonnes_visibles()


def test_un_tri_ne_remet_en_place_aucune_colonne(vue: VueTableau) -> None:
    """Counted, not timed: with hidden columns, each header used to set all of them again."""
    vue.volets.masquer("statut")
    remises: list[int] = []
    for grille in vue.volets.grilles:
        grille.entete.sectionResized.connect(lambda rang, *_: remises.append(rang))
    poses: list[None] = []
    vue.modele.layoutChanged.connect(lambda: poses.append(None))
    vue.trier([("titre", True)])
    assert (len(poses), remises) == (1, [])
    assert vue.modele.cle_de(0) == "a"


def test_double_clic_et_alt_entree_ouvrent_la_fiche(vue: VueTableau, qtbot: QtBot) -> None:
    vue.a_une_fiche = True
    with qtbot.waitSignal(vue.ouverte) as ouverte:
        vue.aller(1, vue.modele.rang("public"))
        presser(vue, Qt.Key.Key_Return, ALT)
    assert ouverte.args == ["b"]
    grille = vue.volets.droite
    centre = grille.visualRect(vue.modele.index(2, vue.modele.rang("public"))).center()
    with qtbot.waitSignal(vue.ouverte) as ouverte:
        qtbot.mouseDClick(grille.viewport(), Qt.MouseButton.LeftButton, pos=centre)
    assert ouverte.args == ["c"]


def test_la_souris_choisit_d_un_volet_a_l_autre(vue: VueTableau, qtbot: QtBot) -> None:
    gauche, droite = vue.volets.grilles
    depart = gauche.visualRect(vue.modele.index(0, 0)).center()
    arrivee = droite.visualRect(vue.modele.index(1, 1)).center()
    qtbot.mousePress(gauche.viewport(), Qt.MouseButton.LeftButton, pos=depart)
    vue._tiree(droite.viewport().mapToGlobal(arrivee))
    qtbot.mouseRelease(gauche.viewport(), Qt.MouseButton.LeftButton, pos=depart)
    assert choisies(vue) == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_le_clic_sur_un_titre_trie(vue: VueTableau, atelier: Atelier, qtbot: QtBot) -> None:
    entete = vue.volets.gauche.entete
    bas = entete.height() - 8
    qtbot.mouseClick(entete.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, bas))
    assert list(vue.modele.tri) == [("titre", False)]
    assert atelier.cles() == ["c", "b", "d", "a"]
    assert vue.cle_courante() == "a"


def test_les_menus_sont_en_francais_et_disent_ce_qui_est_possible(vue: VueTableau) -> None:
    vue.a_une_fiche = True
    vue.aller(0, vue.modele.rang("public"))
    public = menu_de_cellule(vue)
    textes = {a.text().split("\t")[0]: a.isEnabled() for a in public.actions() if a.text()}
    assert (
        textes.items()
        >= {
            "Ouvrir la fiche": True,
            "Modifier": False,
            "Copier": True,
            "Effacer": False,
            "Tout sélectionner": True,
        }.items()
    )
    vue.volets.masquer("accorde")
    entete = menu_d_entete(vue)
    sous_menu = next(a.menu() for a in entete.actions() if a.menu())
    assert [a.text() for a in sous_menu.actions()] == ["État · accordé"]


def test_le_menu_des_colonnes_tient_sur_un_petit_ecran(vue: VueTableau) -> None:
    menu = QMenu()
    remplir_menu_tableau(menu, vue)
    for action in menu.actions():
        sous_menu = action.menu()
        assert isinstance(sous_menu, QMenu)
        libelles = [a.text() for a in sous_menu.actions()]
        assert len(libelles) <= 27, f"« {action.text()} » passe sur deux colonnes à 768 points"
    menu.deleteLater()


def test_le_tableau_se_presente_aux_lecteurs_d_ecran(vue: VueTableau) -> None:
    noms = [vue.volets.gauche.accessibleName(), vue.volets.droite.accessibleName()]
    assert noms == ["Colonnes figées du tableau", "Tableau"]
    vue.aller(0, vue.modele.rang("accorde"))
    presser(vue, Qt.Key.Key_F2)
    ouvert = editeur(vue)
    assert ouvert is not None
    assert ouvert.accessibleName() == "État, accordé"
    presser(vue, Qt.Key.Key_Escape)


def test_un_tableau_sans_ligne_ni_colonne_ne_gene_personne(qtbot: QtBot) -> None:
    modele = ModeleTableau([Colonne(cle="seule", titre="Seule", lire=str)])
    vue = VueTableau(modele)
    qtbot.addWidget(vue)
    vue.show()
    presser(vue, Qt.Key.Key_Down) if vue.index_courant().isValid() else None
    vue.choix.tout()
    vue.depots.copier()
    vue.tenter(vue.depots.coller)
    vue.tenter(vue.depots.effacer)
    assert (vue.cle_courante(), vue.index_courant()) == ("", QModelIndex())


def test_la_bulle_d_une_case_en_erreur_dit_aussi_ce_qui_y_est_pose(
    vue: VueTableau, monkeypatch: pytest.MonkeyPatch
) -> None:
    bulles: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, texte, _vue: bulles.append(texte))
    rang = vue.modele.rang("accorde")
    fausse = Colonne(
        cle="accorde",
        titre="Accordé",
        lire=lambda _: None,
        erreur=lambda _: Erreur("#DIV", "Un calcul divise par zéro."),
    )
    vue.modele.colonnes[rang] = fausse
    delegue = vue.volets.droite.delegue
    index, option = vue.modele.index(0, rang), QStyleOptionViewItem()
    evenement = QHelpEvent(QEvent.Type.ToolTip, QPoint(), QPoint())
    delegue.helpEvent(evenement, vue.volets.droite, option, index)

    class Pose:
        def bulle(self, _ligne: Any, colonne: Colonne, texte: str) -> str:
            return f"{texte} {colonne.titre} est commenté."

    monkeypatch.setattr(delegue, "habillage", Pose())
    delegue.helpEvent(evenement, vue.volets.droite, option, index)
    assert bulles == [
        "<qt>Un calcul divise par zéro.</qt>",
        "Un calcul divise par zéro. Accordé est commenté.",
    ]

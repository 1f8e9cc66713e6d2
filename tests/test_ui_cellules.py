"""Cells and ranges: selecting, pasting, filling, completing, with a spreadsheet user's keys."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fabrique_tableau import Atelier
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.services.etats_vue import EtatVue
from app.ui import depots
from app.ui.document import Document
from app.ui.editeurs import ChampComplete, texte_tape
from app.ui.gestes import geste
from app.ui.main_window import FenetrePrincipale
from app.ui.panneau_collage import PanneauCollage
from app.ui.vue_tableau import VueTableau
from tests.fabrique_fenetre import (
    application,
    demo,
    document,
    fenetre,
    frapper,
    laisser_faire,
    nomme,
    operations,
    taper,
)
from tests.fabrique_fenetre import (
    modele_reduit as modele,
)

__all__ = ["application", "demo", "document", "fenetre", "modele"]

CTRL = Qt.KeyboardModifier.ControlModifier
MAJ = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
Touche = Qt.Key


@pytest.fixture
def atelier(qapp: QApplication) -> Atelier:
    return Atelier()


@pytest.fixture
def vue(qtbot: QtBot, atelier: Atelier) -> VueTableau:
    resultat = VueTableau(atelier.modele)
    qtbot.addWidget(resultat)
    resultat.resize(1200, 500)
    resultat.show()
    resultat.setFocus()
    resultat.aller(0, 0)
    return resultat


class PageSimple:
    """What a page of the program does for a panel: it holds one at a time."""

    def __init__(self, vue: VueTableau) -> None:
        self.vue = vue
        self.panneau: QWidget | None = None
        vue.page = self  # type: ignore[assignment]

    def ouvrir_panneau(self, panneau: QWidget) -> None:
        self.panneau = panneau
        panneau.setParent(self.vue)
        panneau.show()

    def fermer_panneau(self) -> None:
        panneau, self.panneau = self.panneau, None
        if panneau is not None:
            panneau.setParent(None)
            panneau.deleteLater()


@pytest.fixture
def page(vue: VueTableau) -> PageSimple:
    return PageSimple(vue)


def presser(vue: VueTableau, touche: Qt.Key, modificateur: Any = None) -> None:
    QTest.keyClick(clavier(vue), touche, modificateur or Qt.KeyboardModifier.NoModifier)


def taper_dans(vue: VueTableau, texte: str) -> None:
    for lettre in texte:
        QTest.keyClicks(clavier(vue), lettre)


def editeur(vue: VueTableau) -> Any:
    ouverts = [g.delegue.editeur for g in vue.volets.grilles if g.delegue.editeur]
    return ouverts[0] if ouverts else None


def clavier(vue: VueTableau) -> Any:
    return editeur(vue) or vue.volets.grille_de(vue.index_courant().column())


def case(vue: VueTableau) -> tuple[int, str]:
    index = vue.index_courant()
    return index.row(), vue.modele.colonnes[index.column()].cle


def choisies(vue: VueTableau) -> set[tuple[int, int]]:
    return {(i.row(), i.column()) for i in vue.volets.choix.selectedIndexes()}


def coller(texte: str) -> None:
    QApplication.clipboard().setText(texte)


def choisir(vue: VueTableau, haut: int, bas: int, *cles: str) -> None:
    """A zone, by its rows and its columns."""
    vue.aller(haut, vue.modele.rang(cles[0]))
    vue.aller(bas, vue.modele.rang(cles[-1]), etendre=True)


# Selecting ----------------------------------------------------------------------------------------


def cliquer(vue: VueTableau, rang: int, cle: str, touches: Any = None) -> None:
    c = vue.modele.rang(cle)
    grille = vue.volets.grille_de(c)
    centre = grille.visualRect(vue.modele.index(rang, c)).center()
    sans = Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(grille.viewport(), Qt.MouseButton.LeftButton, touches or sans, centre)


def test_etendre_laisse_la_case_courante_ou_l_on_tape(vue: VueTableau) -> None:
    presser(vue, Touche.Key_Down, MAJ)
    presser(vue, Touche.Key_Right, MAJ)
    assert case(vue) == (0, "titre")
    assert choisies(vue) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    presser(vue, Touche.Key_End, CTRL | MAJ)
    assert len(choisies(vue)) == 28
    presser(vue, Touche.Key_Down)
    assert (case(vue), len(choisies(vue))) == ((1, "titre"), 1)


def test_ctrl_clic_ajoute_des_zones_et_en_retire_une_case(vue: VueTableau) -> None:
    cliquer(vue, 0, "titre")
    cliquer(vue, 2, "titre", MAJ)
    cliquer(vue, 1, "accorde", CTRL)
    cliquer(vue, 1, "titre", CTRL)
    accorde = vue.modele.rang("accorde")
    assert choisies(vue) == {(0, 0), (2, 0), (1, accorde)}
    presser(vue, Touche.Key_C, CTRL)
    assert QApplication.clipboard().text() == "Théâtre à l’école\t\n\t\nChantier 9\t\n"


def test_ctrl_et_tirer_dessine_une_seconde_zone(vue: VueTableau) -> None:
    cliquer(vue, 0, "titre")
    c = vue.modele.rang("demande")
    grille = vue.volets.grille_de(c)
    ou = [grille.visualRect(vue.modele.index(r, c)).center() for r in (1, 3)]
    QTest.mousePress(grille.viewport(), Qt.MouseButton.LeftButton, CTRL, ou[0])
    vue._tiree(grille.viewport().mapToGlobal(ou[1]))
    QTest.mouseRelease(grille.viewport(), Qt.MouseButton.LeftButton, CTRL, ou[1])
    assert choisies(vue) == {(0, 0), (1, c), (2, c), (3, c)}
    presser(vue, Touche.Key_Space, CTRL)
    assert choisies(vue) == {(r, x) for r in range(4) for x in (0, c)}


def test_tab_et_entree_tournent_dans_la_selection(vue: VueTableau) -> None:
    choisir(vue, 1, 2, "demande", "accorde")
    passees = []
    for _ in range(4):
        presser(vue, Touche.Key_Tab)
        passees.append(case(vue))
    assert passees == [(1, "accorde"), (2, "demande"), (2, "accorde"), (1, "demande")]
    presser(vue, Touche.Key_Return)
    assert case(vue) == (2, "demande")
    presser(vue, Touche.Key_Return)
    assert case(vue) == (1, "accorde")
    presser(vue, Touche.Key_Return, MAJ)
    assert case(vue) == (2, "demande")
    assert len(choisies(vue)) == 4


def test_ce_qui_est_tape_avance_dans_la_selection(vue: VueTableau, atelier: Atelier) -> None:
    choisir(vue, 0, 1, "accorde")
    taper_dans(vue, "5")
    presser(vue, Touche.Key_Return)
    taper_dans(vue, "6")
    presser(vue, Touche.Key_Return)
    assert [p.accorde for p in list(atelier.projets.values())[:2]] == [Decimal(5), Decimal(6)]
    assert case(vue) == (0, "accorde")


def test_maj_espace_prend_les_lignes_des_zones(vue: VueTableau) -> None:
    choisir(vue, 1, 2, "demande")
    presser(vue, Touche.Key_Space, MAJ)
    assert len(choisies(vue)) == 14


# Pasting ------------------------------------------------------------------------------------------


def test_un_bloc_se_colle_en_une_operation(vue: VueTableau, atelier: Atelier) -> None:
    coller("Premier\tAccordée\nSecond\tajournee\n")
    choisir(vue, 0, 0, "titre")
    presser(vue, Touche.Key_V, CTRL)
    assert [(p.titre, p.statut) for p in list(atelier.projets.values())[:2]] == [
        ("Premier", "accordee"),
        ("Second", "ajournee"),
    ]
    assert atelier.operations == ["Coller 4 cases"]
    assert len(choisies(vue)) == 4


def test_une_valeur_remplit_la_selection(vue: VueTableau, atelier: Atelier) -> None:
    coller("1 250,50 €")
    choisir(vue, 0, 3, "accorde")
    presser(vue, Touche.Key_Insert, MAJ)
    assert {p.accorde for p in atelier.projets.values()} == {Decimal("1250.50")}
    assert atelier.operations == ["Coller 4 cases"]


def test_les_cases_refusees_se_lisent_avant_toute_ecriture(
    page: PageSimple, vue: VueTableau, atelier: Atelier
) -> None:
    coller("12\t100\n13\tdouze\n14\t-5\n15\t0\n16\t1\n17\t2\n")
    choisir(vue, 1, 1, "demande")
    presser(vue, Touche.Key_V, CTRL)
    assert (atelier.ecrits, atelier.operations) == ([], [])
    panneau = page.panneau
    assert isinstance(panneau, PanneauCollage)
    refus = [
        tuple(panneau._modele.texte(r, c) for c in range(4))
        for r in range(panneau._modele.rowCount())
    ]
    lues = "Cette colonne se calcule ou se lit seulement : ses cases ne se modifient pas ici."
    assert [(ligne, colonne, texte) for ligne, colonne, texte, _ in refus] == [
        ("Chantier 10", "État · demandé", "12"),
        ("Chantier 9", "État · demandé", "13"),
        ("Chantier 9", "État · accordé", "douze"),
        ("Élan", "État · demandé", "14"),
        ("Élan", "État · accordé", "-5"),
    ]
    assert refus[0][3] == lues
    assert refus[2][3].startswith("« douze » n’est pas un montant")
    assert refus[4][3] == "Un montant accordé ne peut pas être négatif."
    assert panneau._bilan.phrase == (
        "1 case à changer, 5 refusées\u00a0; hors du tableau\u00a0: 3 lignes."
    )


def test_les_cases_acceptees_se_collent_seules(
    page: PageSimple, vue: VueTableau, atelier: Atelier
) -> None:
    coller("100\ndouze\n300\n0,05\n")
    choisir(vue, 0, 0, "accorde")
    presser(vue, Touche.Key_V, CTRL)
    bouton = nomme(page.vue, "Coller les 2 cases acceptées", QPushButton)
    bouton.click()
    assert [p.accorde for p in atelier.projets.values()] == [
        Decimal(100),
        None,
        Decimal(300),
        Decimal("0.05"),
    ]
    assert (atelier.operations, page.panneau) == (["Coller 2 cases"], None)


def test_ne_rien_coller_ferme_et_n_ecrit_rien(
    page: PageSimple, vue: VueTableau, atelier: Atelier
) -> None:
    coller("100\ndouze\n")
    choisir(vue, 0, 0, "accorde")
    presser(vue, Touche.Key_V, CTRL)
    nomme(page.vue, "Ne rien coller", QPushButton).click()
    assert (atelier.ecrits, page.panneau) == ([], None)


def test_une_seule_case_refusee_se_dit_en_une_phrase(
    page: PageSimple, vue: VueTableau, qtbot: QtBot
) -> None:
    coller("douze")
    choisir(vue, 0, 0, "accorde")
    with qtbot.waitSignal(vue.refuse) as refus:
        presser(vue, Touche.Key_V, CTRL)
    assert refus.args[0].startswith("« douze » n’est pas un montant")
    assert page.panneau is None


def test_les_erreurs_du_tableur_ne_deviennent_pas_des_textes(
    vue: VueTableau, atelier: Atelier, qtbot: QtBot
) -> None:
    coller("#REF!")
    with qtbot.waitSignal(vue.refuse) as refus:
        presser(vue, Touche.Key_V, CTRL)
    assert "en erreur dans le tableur" in refus.args[0]
    coller("-   €")
    choisir(vue, 0, 0, "accorde")
    presser(vue, Touche.Key_V, CTRL)
    assert atelier.projets["a"].accorde == Decimal(0)


def test_en_lecture_seule_on_copie_mais_on_ne_colle_pas(
    vue: VueTableau, atelier: Atelier, qtbot: QtBot
) -> None:
    atelier.modele.lecture_seule = True
    coller("x")
    presser(vue, Touche.Key_V, CTRL)
    presser(vue, Touche.Key_Delete)
    presser(vue, Touche.Key_D, CTRL)
    assert atelier.ecrits == []
    presser(vue, Touche.Key_C, CTRL)
    assert QApplication.clipboard().text() == "Théâtre à l’école\n"


def test_couper_copie_puis_vide(vue: VueTableau, atelier: Atelier) -> None:
    choisir(vue, 0, 2, "accorde")
    presser(vue, Touche.Key_X, CTRL)
    assert QApplication.clipboard().text() == "800\n\n0\n"
    assert [p.accorde for p in list(atelier.projets.values())[:3]] == [None, None, None]
    assert atelier.operations == ["Couper 2 cases"]


def test_copier_avec_les_en_tetes(vue: VueTableau) -> None:
    choisir(vue, 0, 0, "demande", "accorde")
    presser(vue, Touche.Key_C, CTRL | MAJ)
    assert QApplication.clipboard().text() == "État · demandé\tÉtat · accordé\n1000,1\t800\n"


# Filling ------------------------------------------------------------------------------------------


def test_ctrl_d_recopie_vers_le_bas(vue: VueTableau, atelier: Atelier) -> None:
    choisir(vue, 0, 2, "accorde")
    presser(vue, Touche.Key_D, CTRL)
    assert [p.accorde for p in list(atelier.projets.values())[:3]] == [Decimal(800)] * 3
    assert atelier.operations == ["Recopier 2 cases"]
    choisir(vue, 3, 3, "accorde")
    presser(vue, Touche.Key_D, CTRL)
    assert atelier.projets["d"].accorde == Decimal(800)


def test_ctrl_r_recopie_vers_la_droite(vue: VueTableau, atelier: Atelier) -> None:
    choisir(vue, 0, 1, "demande", "accorde")
    presser(vue, Touche.Key_R, CTRL)
    assert [p.accorde for p in list(atelier.projets.values())[:2]] == [
        Decimal("1000.10"),
        Decimal("2000.20"),
    ]


def test_recopier_sans_voisine_se_refuse(vue: VueTableau, qtbot: QtBot) -> None:
    for touche in (Touche.Key_D, Touche.Key_R):
        vue.aller(0, 0)
        with qtbot.waitSignal(vue.refuse) as refus:
            presser(vue, touche, CTRL)
        assert "rien à recopier" in refus.args[0]


def test_ctrl_entree_met_partout_ce_qui_est_tape(vue: VueTableau, atelier: Atelier) -> None:
    choisir(vue, 0, 3, "accorde")
    taper_dans(vue, "=1500*0,8")
    presser(vue, Touche.Key_Return, CTRL)
    assert {p.accorde for p in atelier.projets.values()} == {Decimal(1200)}
    assert atelier.operations == ["Remplir 4 cases"]
    assert editeur(vue) is None
    choisir(vue, 0, 1, "accorde")
    taper_dans(vue, "+500")
    presser(vue, Touche.Key_Return, CTRL)
    assert [p.accorde for p in list(atelier.projets.values())[:2]] == [Decimal(1700)] * 2


def test_suppr_vide_textes_montants_mais_pas_ce_qui_est_obligatoire(
    vue: VueTableau, atelier: Atelier, qtbot: QtBot
) -> None:
    vue.aller(0, 0)
    with qtbot.waitSignal(vue.refuse) as refus:
        presser(vue, Touche.Key_Delete)
    assert "ne peuvent pas rester vides" in refus.args[0]
    assert atelier.ecrits == []


def tirer(vue: VueTableau, vers: tuple[int, str], touches: Any = None) -> None:
    """Drag the fill handle to a cell."""
    poignee = vue._poignee
    assert poignee.isVisible()
    c = vue.modele.rang(vers[1])
    grille = vue.volets.grille_de(c)
    arrivee = grille.viewport().mapToGlobal(
        grille.visualRect(vue.modele.index(vers[0], c)).center()
    )
    sans = Qt.KeyboardModifier.NoModifier
    bouton = Qt.MouseButton.LeftButton
    QTest.mousePress(poignee, bouton, sans, QPoint(2, 2))
    for genre, boutons in (
        (QEvent.Type.MouseMove, bouton),
        (QEvent.Type.MouseButtonRelease, Qt.MouseButton.NoButton),
    ):
        local = QPointF(poignee.mapFromGlobal(arrivee))
        QApplication.sendEvent(
            poignee,
            QMouseEvent(genre, local, QPointF(arrivee), bouton, boutons, touches or sans),
        )


def test_la_poignee_continue_une_serie(vue: VueTableau, atelier: Atelier) -> None:
    atelier.changer("b", accorde=Decimal(900))
    choisir(vue, 0, 1, "accorde")
    tirer(vue, (3, "accorde"))
    assert [p.accorde for p in atelier.projets.values()] == [800, 900, 1000, 1100]
    assert atelier.operations == ["Recopier 2 cases"]
    assert len(choisies(vue)) == 4


def test_ctrl_sur_la_poignee_copie_au_lieu_de_continuer(vue: VueTableau, atelier: Atelier) -> None:
    atelier.changer("b", accorde=Decimal(900))
    choisir(vue, 0, 1, "accorde")
    tirer(vue, (3, "accorde"), CTRL)
    assert [p.accorde for p in atelier.projets.values()] == [800, 900, 800, 900]
    atelier.changer("a", titre="Lot 1")
    choisir(vue, 0, 0, "titre")
    tirer(vue, (2, "titre"), CTRL)
    assert [p.titre for p in list(atelier.projets.values())[:3]] == ["Lot 1", "Lot 2", "Lot 3"]


def test_la_poignee_ne_se_montre_que_la_ou_l_on_peut_ecrire(vue: VueTableau) -> None:
    choisir(vue, 1, 1, "demande")
    assert not vue._poignee.isVisible(), "rien ne s'écrit dans cette colonne"
    choisir(vue, 0, 0, "titre", "accorde")
    assert vue._poignee.isVisible()
    cliquer(vue, 3, "accorde", CTRL)
    assert not vue._poignee.isVisible(), "plusieurs zones n'ont pas de coin"
    vue.modele.lecture_seule = True
    vue.aller(0, 0)
    assert not vue._poignee.isVisible()


def test_la_poignee_recopie_vers_la_droite(vue: VueTableau, atelier: Atelier) -> None:
    """From « accordé » to what follows: a date that is only read, then a yes or no."""
    vue.volets.masquer("depot")
    atelier.changer("a", accorde=Decimal(0))
    choisir(vue, 0, 0, "accorde")
    tirer(vue, (0, "nouveau"))
    assert atelier.projets["a"].nouveau is False
    atelier.changer("a", accorde=Decimal(1))
    choisir(vue, 0, 0, "accorde")
    tirer(vue, (0, "nouveau"))
    assert atelier.projets["a"].nouveau is True


def test_un_double_clic_sur_la_poignee_va_au_bout(vue: VueTableau, atelier: Atelier) -> None:
    """As far as the column at the left is filled: the title is, the status too."""
    choisir(vue, 0, 0, "statut")
    bouton, sans = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    atelier.changer("a", statut="ajournee")
    QTest.mouseDClick(vue._poignee, bouton, sans, QPoint(2, 2))
    assert {p.statut for p in atelier.projets.values()} == {"ajournee"}
    assert len(atelier.operations) == 1


def test_une_serie_se_continue_sans_la_souris(
    vue: VueTableau, atelier: Atelier, qtbot: QtBot
) -> None:
    atelier.changer("a", accorde=Decimal(10))
    for cle in "bcd":
        atelier.changer(cle, accorde=None)
    choisir(vue, 0, 3, "accorde")
    vue.faire(geste("continuer_serie"))
    assert [p.accorde for p in atelier.projets.values()] == [10, 11, 12, 13]
    with qtbot.waitSignal(vue.refuse) as refus:
        vue.faire(geste("continuer_serie"))
    assert refus.args[0].startswith("Choisissez les cases qui commencent la série")


# Typing -------------------------------------------------------------------------------------------


def test_la_saisie_se_complete_avec_ce_que_contient_la_colonne(
    vue: VueTableau, atelier: Atelier
) -> None:
    vue.aller(3, 0)
    taper_dans(vue, "the")
    champ = editeur(vue)
    assert isinstance(champ, ChampComplete)
    assert (champ.text(), champ.selectedText()) == ("theâtre à l’école", "âtre à l’école")
    presser(vue, Touche.Key_Return)
    assert atelier.projets["d"].titre == "Théâtre à l’école"


def test_ce_qui_est_ambigu_ou_efface_ne_se_complete_pas(vue: VueTableau, atelier: Atelier) -> None:
    vue.aller(3, 0)
    taper_dans(vue, "ch")
    assert editeur(vue).text() == "ch", "deux chantiers commencent ainsi"
    taper_dans(vue, "antier 1")
    assert editeur(vue).selectedText() == "0"
    presser(vue, Touche.Key_Backspace)
    assert (editeur(vue).text(), editeur(vue).selectedText()) == ("chantier 1", "")
    presser(vue, Touche.Key_Return)
    assert atelier.projets["d"].titre == "chantier 1"


def test_une_liste_de_noms_se_complete_apres_chaque_point_virgule(qtbot: QtBot) -> None:
    champ = ChampComplete(
        None,  # type: ignore[arg-type]
        lambda: ["Le Trieu", "Les Dutemple", "Œuvre"],
        fermee=True,
        separateur=" ; ",
    )
    qtbot.addWidget(champ)
    champ.show()
    QTest.keyClicks(champ, "le")
    assert champ.text() == "le Trieu"
    assert texte_tape(champ) == "Le Trieu"
    QTest.keyClick(champ, Touche.Key_End)
    QTest.keyClicks(champ, " ; les")
    assert texte_tape(champ) == "le Trieu ; Les Dutemple"


def test_alt_bas_deroule_la_liste_et_ctrl_point_virgule_date(
    vue: VueTableau, atelier: Atelier, monkeypatch: pytest.MonkeyPatch
) -> None:
    depliees: list[bool] = []
    monkeypatch.setattr(QComboBox, "showPopup", lambda *_liste: depliees.append(True))
    vue.aller(0, vue.modele.rang("statut"))
    presser(vue, Touche.Key_Down, ALT)
    assert depliees == [True]
    presser(vue, Touche.Key_Escape)
    vue.aller(0, vue.modele.rang("accorde"))
    taper_dans(vue, "1")
    presser(vue, Touche.Key_Semicolon, CTRL)
    assert len(editeur(vue).text()) == len("115/03/2026")
    presser(vue, Touche.Key_Escape)


def test_ce_qui_est_calcule_se_dit(vue: VueTableau, atelier: Atelier, qtbot: QtBot) -> None:
    vue.aller(0, vue.modele.rang("accorde"))
    with qtbot.waitSignal(vue.modele.dit) as dit:
        taper_dans(vue, "80%")
        presser(vue, Touche.Key_Return)
    assert dit.args == ["80\u00a0% de 1\u202f000,10\u00a0€ donnent 800,08\u00a0€."]
    assert atelier.projets["a"].accorde == Decimal("800.08")


def test_un_oui_ou_non_se_tape_d_une_lettre(vue: VueTableau, atelier: Atelier) -> None:
    vue.aller(0, vue.modele.rang("nouveau"))
    etats = []
    for lettre in "onx0 z":
        taper_dans(vue, lettre)
        etats.append(atelier.projets["a"].nouveau)
    assert etats == [True, False, True, False, True, True]


def test_le_clavier_va_aux_refus_et_echap_revient_au_tableau(
    page: PageSimple, vue: VueTableau, atelier: Atelier
) -> None:
    coller("100\ndouze\ntreize\n")
    choisir(vue, 0, 0, "accorde")
    presser(vue, Touche.Key_V, CTRL)
    panneau = page.panneau
    assert isinstance(panneau, PanneauCollage)
    refus = panneau._refus
    refus.aller(1, 0)
    assert case(vue) == (2, "accorde"), "la case refusée se montre dans le tableau"
    presser(refus, Touche.Key_Escape)
    assert (page.panneau, atelier.ecrits) == (None, [])


def test_tout_choisir_puis_remplir_demande_de_choisir_moins(
    vue: VueTableau, atelier: Atelier, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(depots, "CASES_MAXIMUM", 20)
    vue.choix.tout()
    coller("x")
    with qtbot.waitSignal(vue.refuse) as refus:
        presser(vue, Touche.Key_V, CTRL)
    assert refus.args[0].startswith("28 cases sont choisies")
    assert atelier.ecrits == []


# Groups -------------------------------------------------------------------------------------------


def test_un_bloc_se_colle_dans_les_lignes_et_passe_les_groupes(
    vue: VueTableau, atelier: Atelier
) -> None:
    """Three groups of one, one and two rows: the block is for the rows, in the order seen."""
    atelier.changer("d", statut="deposee")
    vue.modele.grouper(["statut"])
    rangs = [r for r in range(vue.modele.rowCount()) if not vue.modele.est_groupe(r)]
    cles = [vue.modele.cle_de(r) for r in rangs]
    assert len(rangs) < vue.modele.rowCount()
    coller("1\n2\n3\n4\n5\n")
    choisir(vue, rangs[0], rangs[0], "accorde")
    presser(vue, Touche.Key_V, CTRL)
    assert [atelier.projets[cle].accorde for cle in cles] == [1, 2, 3, 4]
    choisir(vue, 0, vue.modele.rowCount() - 1, "accorde")
    presser(vue, Touche.Key_D, CTRL)
    assert {p.accorde for p in atelier.projets.values()} == {Decimal(1)}
    presser(vue, Touche.Key_Delete)
    assert {p.accorde for p in atelier.projets.values()} == {None}


# In the window ------------------------------------------------------------------------------------


def test_un_bloc_melange_s_annule_d_un_coup_et_les_chiffres_se_copient(
    fenetre: FenetrePrincipale, document: Document, demo: Path
) -> None:
    """Title, porteur, status, cost of two actions in one paste; then the sum of the costs."""
    vue, modele = document.actions.vue, document.actions.modele
    avant = [(x.titre, x.porteur, x.statut) for x in modele.lignes[:2]]
    porteur = next(n for n in modele.colonnes[2].proposer() if n not in {p for _, p, _ in avant})
    coller(f'Jardin\t{porteur.upper()}\tAccordée\n"Le ""Foyer"""\t{porteur}\tajournee\n')
    depart = operations(demo)
    vue.aller(0, modele.rang("titre"))
    frapper(Touche.Key_V, CTRL)
    assert document.actions.tableau.panneau is None
    assert [(x.titre, x.porteur, x.statut) for x in modele.lignes[:2]] == [
        ("Jardin", porteur, "accordee"),
        ('Le "Foyer"', porteur, "ajournee"),
    ]
    assert operations(demo) == depart + 1
    assert fenetre.contexte is not None
    changees = sum(x.statut != y for x, (_, _, y) in zip(modele.lignes[:2], avant, strict=True)) + 4
    assert fenetre.contexte.fichier.undo.a_annuler()[0] == f"Coller {changees} cases"
    assert f"{changees} cases changées" in fenetre.statusBar().currentMessage()
    vue.chiffrer()  # the figures of what was pasted come while the word stays
    laisser_faire()
    assert not fenetre.etat.fichier.isVisible(), "le chemin du fichier recouvre la phrase"
    frapper(Touche.Key_Z, CTRL)
    assert [(x.titre, x.porteur, x.statut) for x in modele.lignes[:2]] == avant

    choisir(vue, 0, 2, "cout")
    somme = sum(x.cout or 0 for x in modele.lignes[:3])
    vue.chiffrer()
    bouton = next(
        b for b in fenetre.statusBar().findChildren(QPushButton) if b.text().startswith("Somme")
    )
    bouton.click()
    copie = QApplication.clipboard().text()
    assert Decimal(copie.replace(",", ".")) == somme
    assert fenetre.statusBar().currentMessage() == f"Copié\u00a0: {copie} (somme)."


def test_un_porteur_inconnu_est_refuse_avec_le_plus_proche(
    fenetre: FenetrePrincipale, document: Document
) -> None:
    vue, modele = document.actions.vue, document.actions.modele
    nom = modele.colonnes[modele.rang("porteur")].proposer()[0]
    vue.aller(0, modele.rang("porteur"))
    taper(nom + "zz")
    frapper(Touche.Key_Return)
    assert f"le plus proche est « {nom} »" in fenetre.message.texte
    frapper(Touche.Key_Escape)
    laisser_faire()


@pytest.mark.parametrize("touche", [Qt.Key.Key_Tab, Qt.Key.Key_Right, Qt.Key.Key_Return])
def test_la_case_courante_quitte_une_colonne_masquee(vue: VueTableau, touche: Qt.Key) -> None:
    """Nothing is typed, moved or frozen in a column that nobody sees."""
    for cle in ("public", "statut"):
        vue.aller(0, vue.modele.rang(cle))
        vue.faire(geste("masquer"))
        assert vue.index_courant().column() in vue.volets.colonnes_visibles()
    vue.aller_a("b", "statut")  # as a search does, that names a column
    assert vue.cle_courante() == "b"
    assert vue.colonne_visee() in ("titre", "demande")
    presser(vue, touche)
    for cle in ("decaler_gauche", "decaler_droite", "figer"):
        vue.faire(geste(cle))
    assert vue.index_courant().column() in vue.volets.colonnes_visibles()


def test_une_vue_qui_masque_la_colonne_courante_en_montre_une_autre(vue: VueTableau) -> None:
    vue.aller(0, vue.modele.rang("statut"))
    vue.poser_etat(EtatVue(masquees=frozenset({"statut"})))
    presser(vue, Qt.Key.Key_Tab)
    assert vue.index_courant().column() in vue.volets.colonnes_visibles()

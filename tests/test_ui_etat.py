"""What is chosen in a table and kept: order, hidden and frozen columns, widths, sort, filters, zoom."""

import pytest
from fabrique_tableau import Atelier
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.etats_vue import EtatVue
from app.services.filtres import Comparaison, Condition
from app.ui.vue_tableau import VueTableau

PLEIN = EtatVue(
    ordre=("titre", "accorde", "demande", "statut", "public", "depot", "nouveau"),
    masquees=frozenset({"depot"}),
    figees=frozenset({"titre", "accorde"}),
    largeurs={"titre": 210, "demande": 130},
    tri=(("statut", True), ("titre", False)),
    conditions=(
        Condition("statut", Comparaison.PARMI, ("Déposée", "Accordée")),
        Condition("titre", Comparaison.NE_CONTIENT_PAS, ("zzz",)),
    ),
    texte="a",
    groupes=("statut", "nouveau"),
    replies=frozenset({("Déposée",), ("Accordée", "non")}),
    zoom=125,
    hauteur=2,
)


@pytest.fixture
def atelier(qapp: QApplication) -> Atelier:
    return Atelier()


@pytest.fixture
def vue(atelier: Atelier, qtbot: QtBot) -> VueTableau:
    vue = VueTableau(atelier.modele)
    qtbot.addWidget(vue)
    vue.resize(1200, 300)
    vue.show()
    return vue


def titres(vue: VueTableau) -> list[str]:
    return [vue.modele.colonnes[c].cle for c in vue.volets.colonnes_visibles()]


def test_un_etat_pose_se_relit_tel_quel(vue: VueTableau, qtbot: QtBot) -> None:
    assert vue.etat() == EtatVue()
    with qtbot.waitSignal(vue.etat_change):
        vue.poser_etat(PLEIN)
    assert vue.etat() == PLEIN
    assert EtatVue.depuis_dict(vue.etat().en_dict()) == PLEIN
    assert titres(vue) == ["titre", "accorde", "demande", "statut", "public", "nouveau"]
    assert [vue.volets.est_figee(vue.modele.rang(c)) for c in ("titre", "accorde", "demande")] == [
        True,
        True,
        False,
    ]
    assert [vue.modele.cle_de(r) for r in range(vue.modele.rowCount())] == ["", "", "", ""][:3]
    vue.poser_etat(EtatVue())
    assert vue.etat() == EtatVue()
    assert titres(vue)[0:2] == ["titre", "statut"]
    assert vue.modele.rowCount() == 4


def test_ce_qui_n_existe_plus_est_passe_et_le_reste_garde_sa_place(
    vue: VueTableau, atelier: Atelier
) -> None:
    vue.poser_etat(PLEIN)
    sans = [c for c in atelier.colonnes() if c.cle not in ("demande", "statut")]
    vue.modele.definir_colonnes(sans, list(atelier.projets.values()))
    assert titres(vue) == ["titre", "accorde", "public", "nouveau"]
    assert (list(vue.modele.groupes), list(vue.modele.tri)) == (["nouveau"], [("titre", False)])
    vue.modele.definir_colonnes(atelier.colonnes(), list(atelier.projets.values()))
    assert titres(vue) == ["titre", "accorde", "demande", "statut", "public", "nouveau"]


def test_une_colonne_nouvelle_suit_sa_voisine(vue: VueTableau) -> None:
    vue.poser_etat(EtatVue(ordre=("nouveau", "demande", "titre", "statut", "public", "depot")))
    assert titres(vue) == ["titre", "nouveau", "demande", "accorde", "statut", "public", "depot"]


def test_chaque_changement_se_dit(vue: VueTableau, qtbot: QtBot) -> None:
    volets, modele = vue.volets, vue.modele
    for geste in (
        lambda: modele.trier([("titre", True)]),
        lambda: modele.filtrer("a"),
        lambda: modele.conditionner([Condition("titre", Comparaison.REMPLI)]),
        lambda: modele.grouper(["statut"]),
        lambda: modele.replier(0, replie=True),
        lambda: volets.masquer("depot"),
        lambda: volets.decaler(modele.rang("public"), 1),
        lambda: volets.figer_jusqu_a(modele.rang("statut")),
        lambda: volets.droite.setColumnWidth(modele.rang("demande"), 160),
        lambda: volets.zoomer(1),
        lambda: volets.hausser(2),
    ):
        avant = vue.etat()
        with qtbot.waitSignal(vue.etat_change):
            geste()
        assert vue.etat() != avant


def test_deplacer_figer_liberer(vue: VueTableau) -> None:
    volets, modele = vue.volets, vue.modele
    accorde = modele.rang("accorde")
    assert volets.decaler(accorde, -1)
    assert titres(vue)[3:5] == ["accorde", "demande"]
    assert not volets.decaler(modele.rang("titre"), -1)
    assert not volets.decaler(modele.rang("nouveau"), 1)
    volets.figer_jusqu_a(modele.rang("statut"))
    assert volets.est_figee(modele.rang("statut"))
    assert not volets.decaler(modele.rang("public"), -1)  # would cross the edge of what is frozen
    volets.liberer()
    assert not volets.gauche.isVisible()
    assert titres(vue) == ["titre", "statut", "public", "accorde", "demande", "depot", "nouveau"]


def test_un_titre_tire_deplace_la_colonne_dans_les_deux_volets(vue: VueTableau) -> None:
    volets, modele = vue.volets, vue.modele
    entete = volets.droite.entete
    statut = modele.rang("statut")
    entete.moveSection(entete.visualIndex(statut), entete.visualIndex(modele.rang("demande")))
    assert titres(vue)[:4] == ["titre", "public", "demande", "statut"]
    assert vue.etat().ordre == (
        "titre", "public", "demande", "statut", "accorde", "depot", "nouveau",
    )  # fmt: skip
    volets.figer_jusqu_a(modele.rang("demande"))
    assert titres(vue)[:4] == ["titre", "public", "demande", "statut"]


def test_le_zoom_n_agrandit_que_le_tableau(vue: VueTableau) -> None:
    volets = vue.volets
    avant = (volets.droite.rowHeight(0), volets.droite.entete.sizeHint().height())
    largeur = volets.droite.columnWidth(vue.modele.rang("demande"))
    police = QApplication.font().pixelSize()
    grille = volets.droite
    centre = QPointF(grille.viewport().rect().center())
    molette = QWheelEvent(
        centre, grille.viewport().mapToGlobal(centre), QPoint(), QPoint(0, 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(grille.viewport(), molette)
    assert vue.etat().zoom == 110
    assert volets.droite.rowHeight(0) > avant[0]
    assert volets.droite.entete.sizeHint().height() > avant[1]
    assert volets.droite.columnWidth(vue.modele.rang("demande")) > largeur
    assert grille.viewport().font().pixelSize() > police
    assert QApplication.font().pixelSize() == police
    assert vue.largeurs() == {}
    volets.zoomer(0)
    assert volets.droite.rowHeight(0) == avant[0]


def test_la_hauteur_des_lignes(vue: VueTableau) -> None:
    une = vue.volets.droite.rowHeight(0)
    vue.volets.hausser(3)
    assert vue.volets.droite.rowHeight(0) > une * 2
    assert vue.volets.gauche.rowHeight(0) == vue.volets.droite.rowHeight(0)
    vue.volets.hausser(9)
    assert vue.etat().hauteur == 3

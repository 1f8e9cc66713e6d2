"""A locked column: nothing is written in it by mistake, and one sentence says how to unlock it."""

from decimal import Decimal

import pytest
from fabrique_tableau import Atelier, sans_fichier
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.cases_ecrites import motif_de_refus
from app.services.etats_complets import se_valent
from app.services.etats_vue import EtatVue
from app.services.lots import Calcul, preparer
from app.services.remplacements import Demande, Recherche
from app.services.verrous import avec_verrous, se_verrouille
from app.ui.gestes import geste
from app.ui.page_tableau import PageTableau
from app.ui.panneau_collage import PanneauCollage
from app.ui.tableau import ACCESSIBLE
from tests.fabrique_fenetre import application

__all__ = ["application"]

PHRASE = (
    "«\u00a0État · accordé\u00a0» est verrouillée dans cette vue\u00a0: "
    "clic droit sur son titre, puis «\u00a0Déverrouiller la colonne\u00a0»."
)
SANS, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


class Verrouillee:
    """The small programme in its table, « accordé » locked and current."""

    def __init__(self, atelier: Atelier, qtbot: QtBot) -> None:
        self.atelier = atelier
        self.page = PageTableau(sans_fichier(), "actions", atelier.modele)
        qtbot.addWidget(self.page)
        self.page.resize(1200, 600)
        self.page.show()
        self.vue, self.modele = self.page.vue, atelier.modele
        self.refus: list[str] = []
        self.vue.refuse.connect(self.refus.append)
        self.rang = self.modele.rang("accorde")
        self.vue.aller(0, self.rang)
        self.vue.faire(geste("verrouiller"))

    def frapper(self, touche: Qt.Key, touches: Qt.KeyboardModifier = SANS) -> None:
        QTest.keyClick(self.vue.volets.grille_de(self.rang), touche, touches)


@pytest.fixture
def verrouillee(application: QApplication, qtbot: QtBot) -> Verrouillee:
    return Verrouillee(Atelier(), qtbot)


@pytest.mark.parametrize("touche", [Qt.Key.Key_5, Qt.Key.Key_F2, Qt.Key.Key_Delete])
def test_taper_ou_effacer_est_refuse_en_une_phrase(
    verrouillee: Verrouillee, touche: Qt.Key
) -> None:
    verrouillee.frapper(touche)
    assert verrouillee.refus == [PHRASE]
    assert verrouillee.atelier.ecrits == []


def test_coller_et_recopier_sont_refuses(verrouillee: Verrouillee) -> None:
    QApplication.clipboard().setText("1234")
    verrouillee.frapper(Qt.Key.Key_V, CTRL)
    assert verrouillee.refus == [PHRASE]
    verrouillee.vue.aller(2, verrouillee.rang, etendre=True)
    verrouillee.frapper(Qt.Key.Key_D, CTRL)
    assert raisons(verrouillee) == [PHRASE] * 2
    assert verrouillee.atelier.ecrits == []


def test_un_bloc_qui_la_traverse_montre_ce_qui_est_refuse(verrouillee: Verrouillee) -> None:
    """Nothing is written until the person has seen which cells are left out."""
    colonnes = [verrouillee.modele.rang(cle) for cle in ("statut", "accorde")]
    for rang in range(verrouillee.modele.columnCount()):
        cle = verrouillee.modele.colonnes[rang].cle
        if cle not in ("titre", "statut", "accorde"):
            verrouillee.vue.volets.masquer(cle)
    verrouillee.vue.aller(0, colonnes[0])
    QApplication.clipboard().setText("Ajournée\t1234\n")
    verrouillee.vue.faire(geste("coller"))
    assert raisons(verrouillee) == [PHRASE]
    assert verrouillee.atelier.ecrits == []


def raisons(verrouillee: Verrouillee) -> list[str]:
    """Why cells are refused, in the panel that lists them."""
    panneau = verrouillee.page.panneau
    assert isinstance(panneau, PanneauCollage)
    return [refus.raison for refus in panneau._bilan.refus]


def test_remplacer_et_modifier_en_lot_la_refusent(verrouillee: Verrouillee) -> None:
    colonne = verrouillee.modele.colonnes[verrouillee.rang]
    lignes = [(p.cle, p) for p in verrouillee.modele.lignes]
    assert motif_de_refus(colonne) == PHRASE
    lot = preparer(lignes, colonne, Calcul.METTRE, operande="10")
    assert {m.refus for m in lot.modifications} == {PHRASE}
    cases = [(cle, ligne, colonne) for cle, ligne in lignes]
    trouvees = Recherche(Demande("800", par="900"), cases).tout()
    assert [t.refus for t in trouvees] == [PHRASE]


def test_deverrouillee_elle_se_modifie_de_nouveau(verrouillee: Verrouillee) -> None:
    verrouillee.vue.faire(geste("deverrouiller"))
    assert verrouillee.modele.setData(verrouillee.modele.index(0, verrouillee.rang), "900")
    assert verrouillee.atelier.ecrits == [("a", "accorde", Decimal(900))]


def test_le_titre_le_montre_et_le_dit(verrouillee: Verrouillee) -> None:
    modele, vue, rang = verrouillee.modele, verrouillee.vue, verrouillee.rang
    dit = modele.headerData(rang, Qt.Orientation.Horizontal, ACCESSIBLE)
    assert dit == "État, accordé, verrouillée"
    entete = vue.volets.grille_de(rang).entete
    avec = entete.viewport().grab().toImage()
    assert geste("deverrouiller").permis(vue)
    assert not geste("verrouiller").permis(vue)
    vue.faire(geste("deverrouiller"))
    assert entete.viewport().grab().toImage() != avec
    assert modele.headerData(rang, Qt.Orientation.Horizontal, ACCESSIBLE) == "État, accordé"


def test_les_autres_colonnes_et_les_annees_suivantes(verrouillee: Verrouillee) -> None:
    atelier, modele = verrouillee.atelier, verrouillee.modele
    assert modele.setData(modele.index(0, modele.rang("titre")), "Autre")
    assert atelier.ecrits == [("a", "titre", "Autre")]
    modele.definir_colonnes(atelier.colonnes(), list(atelier.projets.values()))
    assert modele.est_verrouillee(modele.rang("accorde"))
    assert modele.total(modele.rang("accorde")) == Decimal("800.05")


def test_la_vue_la_garde(verrouillee: Verrouillee) -> None:
    etat = verrouillee.vue.etat()
    assert etat.verrouillees == {"accorde"}
    assert EtatVue.depuis_dict(etat.en_dict()) == etat
    colonnes = verrouillee.modele.colonnes
    assert not se_valent(etat, EtatVue(), colonnes)
    verrouillee.vue.poser_etat(EtatVue())
    assert verrouillee.modele.est_modifiable(verrouillee.rang)
    verrouillee.vue.poser_etat(etat)
    assert not verrouillee.modele.est_modifiable(verrouillee.rang)


def test_un_etat_d_avant_les_verrous_se_relit() -> None:
    ancien = EtatVue(texte="sport").en_dict()
    del ancien["verrouillees"]
    assert EtatVue.depuis_dict(ancien) == EtatVue(texte="sport")


def test_ce_qui_se_lit_seulement_ne_se_verrouille_pas(application: QApplication) -> None:
    colonnes = {c.cle: c for c in Atelier().colonnes()}
    assert not se_verrouille(colonnes["demande"])
    assert avec_verrous([colonnes["demande"]], {"demande"}) == [colonnes["demande"]]

"""The panel of pivot tables: it follows the table, leads to its rows, and is taken away whole."""

from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from fabrique_tableau import Atelier, sans_fichier
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.contexte import Contexte
from app.services.export_vue_excel import classeur_de_la_vue
from app.services.filtres import Comparaison, Condition
from app.ui.gestes import geste
from app.ui.page_tableau import PageTableau
from app.ui.panneau_croise import PanneauCroise
from app.ui.screen_actions import EcranActions
from tests.fabrique_fenetre import ANNEE, application, contexte, demo
from tests.fabrique_fenetre import modele_reduit as modele

__all__ = ["application", "contexte", "demo", "modele"]


@pytest.fixture
def atelier(application: QApplication) -> Atelier:
    return Atelier()


@pytest.fixture
def panneau(atelier: Atelier, qtbot: QtBot) -> PanneauCroise:
    page = PageTableau(sans_fichier(), "actions", atelier.modele)
    qtbot.addWidget(page)
    page.resize(1200, 700)
    page.show()
    page.vue.aller(0, atelier.modele.rang("statut"))
    page.vue.faire(geste("tableau_croise"))
    panneau = page.panneau
    assert isinstance(panneau, PanneauCroise)
    return panneau


def grille(panneau: PanneauCroise) -> list[list[str]]:
    """What is copied: titles, rows and totals."""
    contenu = panneau.contenu()
    assert contenu is not None
    return [ligne.split("\t") for ligne in contenu.text().splitlines()]


def test_il_croise_la_colonne_ou_l_on_est_et_se_copie_avec_ses_totaux(
    panneau: PanneauCroise,
) -> None:
    panneau.choisir(selon="nouveau", mesure="Nombre d’actions")
    panneau.copier()
    assert QApplication.clipboard().text() == panneau.contenu().text()
    assert grille(panneau) == [
        ["Statut", "non", "oui", "Total"],
        ["Déposée", "2", "", "2"],
        ["Accordée", "1", "", "1"],
        ["Ajournée", "", "1", "1"],
        ["Total", "3", "1", "4"],
    ]


def test_il_suit_le_filtre_et_chaque_saisie(
    panneau: PanneauCroise, atelier: Atelier, qtbot: QtBot
) -> None:
    panneau.choisir(mesure="État · accordé")
    atelier.changer("b", accorde=Decimal(1000))
    qtbot.waitUntil(lambda: grille(panneau)[-1] == ["Total", "1800,05"])
    atelier.modele.filtrer("chantier")
    qtbot.waitUntil(lambda: [li[0] for li in grille(panneau)[1:-1]] == ["Accordée", "Ajournée"])


def test_entree_sur_une_case_montre_ses_lignes_et_l_on_en_revient(
    panneau: PanneauCroise, atelier: Atelier
) -> None:
    panneau.choisir(selon="nouveau", mesure="Nombre d’actions")
    panneau.resultat.aller(0, 1)
    QTest.keyClick(panneau.resultat.volets.droite, Qt.Key.Key_Return)
    assert atelier.cles() == ["a", "d"]
    assert list(atelier.modele.conditions) == [
        Condition("statut", Comparaison.PARMI, ("Déposée",)),
        Condition("nouveau", Comparaison.PARMI, ("non",)),
    ]
    assert not panneau.page.barre_filtres.isHidden()
    panneau.revenir()
    assert atelier.cles() == ["a", "b", "c", "d"]
    assert grille(panneau)[-1] == ["Total", "3", "1", "4"]


def test_ses_totaux_sont_ceux_du_tableau_et_il_s_exporte(contexte: Contexte, qtbot: QtBot) -> None:
    ecran = EcranActions(contexte, ANNEE)
    qtbot.addWidget(ecran)
    panneau = PanneauCroise(ecran.tableau)
    qtbot.addWidget(panneau)
    modele = ecran.modele
    panneau.choisir(par="axe", mesure="Tous financeurs · Accordé", selon="statut")
    total = modele.total(modele.rang("total.accorde"))
    assert panneau.croise is not None
    assert panneau.croise.totaux.total == total
    feuille = openpyxl.load_workbook(
        BytesIO(classeur_de_la_vue(panneau.figee())), data_only=True
    ).active
    lignes = [[case for case in ligne if case is not None] for ligne in feuille.values]
    dernieres = [li for li in lignes if li and str(li[0]).startswith("Total")]
    assert [Decimal(str(li[-1])) for li in dernieres] == [total], lignes

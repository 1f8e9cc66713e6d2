"""Tabs of views and printing, through the window: what a person does and what is left in the file."""

import re
import subprocess
from pathlib import Path

import openpyxl
import pytest
from fabrique_vue import vue as vue_figee
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from app.services.contexte import Contexte
from app.services.documents import nom_de_fichier
from app.services.etats_vue import EtatVue
from app.services.export_vue_pdf import Reglage, VueEnPages
from app.services.filtres import Comparaison, Condition
from app.ui.document import Document
from app.ui.feuille_peinte import peindre_traces
from app.ui.gestes import geste
from app.ui.impression import Apercu
from app.ui.impression_papier import imprimer_sur, preparer
from app.ui.main_window import FenetrePrincipale
from app.ui.menu_vues import menu_de_vue
from app.ui.onglets_vues import MODIFIEE, OngletsVues
from app.ui.screen_actions import EcranActions
from app.ui.screen_listes import EcranPorteurs
from tests.fabrique_fenetre import (
    ANNEE,
    CTRL,
    application,
    avec_le_clavier,
    contexte,
    demo,
    document,
    fenetre,
    frapper,
    laisser_faire,
    lire,
    montrer,
    nomme,
    operations,
    taper,
)
from tests.fabrique_fenetre import (
    modele_reduit as modele,
)

__all__ = ["application", "contexte", "demo", "document", "fenetre", "modele"]


def onglets(onglets_vues: OngletsVues) -> list[str]:
    return [onglets_vues.barre.tabText(i) for i in range(onglets_vues.barre.count())]


def est_dite_modifiee(ecran: object) -> bool:
    laisser_faire()
    return [e.text() for e in ecran.findChildren(QLabel) if e.isVisible()].count(MODIFIEE) == 1


def attendre(qtbot: QtBot, onglets_vues: OngletsVues, *, modifiee: bool) -> None:
    """The comparison waits for a drag to end."""
    qtbot.waitUntil(lambda: onglets_vues._etat.isVisible() == modifiee, timeout=2000)


def titres(ecran: EcranActions) -> list[str]:
    return [ecran.modele.colonnes[rang].titre for rang in ecran.vue.volets.colonnes_visibles()]


# Tabs ---------------------------------------------------------------------------------------------


def test_on_va_de_vue_en_vue_comme_de_feuille_en_feuille(document: Document, qtbot: QtBot) -> None:
    ecran = document.actions
    ici = ecran.tableau.onglets
    assert onglets(ici)[:3] == ["Toutes les actions", "Instruction", "Comité"]
    ecran.vue.setFocus()
    frapper(Qt.Key.Key_PageDown, CTRL)
    assert ici.courante.nom == "Instruction"
    assert {ligne.statut for ligne in ecran.modele.lignes} <= {"note", "deposee", "instruction"}
    frapper(Qt.Key.Key_PageDown, CTRL)
    assert ecran.modele.groupes == ["axe"]
    assert "Observation" not in titres(ecran)
    assert ecran.modele.nombre_filtre == ecran.modele.nombre_total
    for _ in range(4):
        frapper(Qt.Key.Key_PageUp, CTRL)
    assert ici.courante.nom == "Toutes les actions"
    assert not ici.est_modifiee
    # The keyboard is never lost: a view may hide the row it was on.
    accordee = next(ligne for ligne in ecran.modele.lignes if ligne.statut == "accordee")
    ecran.vue.aller_a(accordee.cle)
    frapper(Qt.Key.Key_PageDown, CTRL)
    assert ecran.vue.index_courant().isValid()
    frapper(Qt.Key.Key_PageUp, CTRL)
    # From the tabs themselves, with the arrows.
    ici.barre.setFocus(Qt.FocusReason.TabFocusReason)
    frapper(Qt.Key.Key_Right)
    assert ici.courante.nom == "Instruction"


def test_ce_qui_change_se_dit_se_garde_et_s_annule(
    document: Document, fenetre: FenetrePrincipale, demo: Path, qtbot: QtBot
) -> None:
    ecran = document.actions
    ici = ecran.tableau.onglets
    attendre(qtbot, ici, modifiee=False)
    ecran.vue.volets.masquer("porteur")
    ecran.vue.trier([("cout", True)])
    attendre(qtbot, ici, modifiee=True)
    assert onglets(ici)[0] == "Toutes les actions ●"
    nomme(ecran, "Revenir à la vue", QPushButton).click()
    assert "Porteur" in titres(ecran)
    assert ecran.modele.tri == []
    attendre(qtbot, ici, modifiee=False)

    ecran.vue.volets.masquer("porteur")
    attendre(qtbot, ici, modifiee=True)
    ici.aller(1)  # left as it is, found again as it was
    attendre(qtbot, ici, modifiee=False)
    assert onglets(ici)[0] == "Toutes les actions ●"
    ici.aller(-1)
    assert "Porteur" not in titres(ecran)
    assert est_dite_modifiee(ecran)

    avant = operations(demo)
    nomme(ecran, "Enregistrer", QPushButton).click()
    assert not est_dite_modifiee(ecran)
    assert operations(demo) == avant + 1
    assert lire(demo, "SELECT nom, liste FROM vue") == [("Toutes les actions", "actions")]
    fenetre.executer("annuler")
    assert est_dite_modifiee(ecran)
    assert lire(demo, "SELECT nom FROM vue") == []
    fenetre.executer("retablir")
    assert not est_dite_modifiee(ecran)


def test_une_vue_se_nomme_en_place_se_renomme_se_deplace_et_se_supprime(
    document: Document, fenetre: FenetrePrincipale, demo: Path
) -> None:
    ecran = document.actions
    ici = ecran.tableau.onglets
    ecran.vue.trier([("cout", True)])
    laisser_faire()
    nomme(ecran, "Enregistrer l’affichage comme nouvelle vue", QToolButton).click()
    frapper(Qt.Key.Key_Return)  # no name: said, and the field stays
    assert "doit avoir un nom" in fenetre.message.texte
    assert avec_le_clavier().accessibleName() == "Nom de la vue"
    taper("Comite")
    frapper(Qt.Key.Key_Return)
    assert "s’appelle déjà" in fenetre.message.texte
    taper(" & budget")
    frapper(Qt.Key.Key_Return)
    assert ici.courante.nom == "Comite & budget"
    assert onglets(ici)[-1] == "Comite && budget"
    assert onglets(ici)[0] == "Toutes les actions"
    assert ecran.vue.a_le_focus()
    assert not est_dite_modifiee(ecran)

    dernier = ici.barre.tabRect(ici.barre.count() - 1).center()
    QTest.mouseDClick(ici.barre, Qt.MouseButton.LeftButton, pos=dernier)
    laisser_faire()
    saisie = nomme(ecran, "Nom de la vue", QLineEdit)
    assert saisie.selectedText() == "Comite & budget"
    taper("Budget")
    frapper(Qt.Key.Key_Escape)
    assert ici.courante.nom == "Comite & budget"
    assert not saisie.isVisible()
    geste("nouvelle_vue").executer(ecran.vue)
    saisie.setText("En trop")
    ecran.vue.setFocus()  # elsewhere: given up
    laisser_faire()
    assert not saisie.isVisible()
    ici.demander_autre_nom()
    taper("Budget")
    frapper(Qt.Key.Key_Return)
    assert ici.courante.nom == "Budget"

    entrees = {a.text(): a for a in menu_de_vue(ici).actions() if a.text()}
    assert not entrees["Déplacer à droite"].isEnabled()
    entrees["Déplacer à gauche"].trigger()
    assert onglets(ici)[-2:] == ["Budget", "Après le comité"]
    entrees["Rendre privée"].trigger()
    assert "vous seul" in ici.barre.tabToolTip(ici.barre.currentIndex())
    entrees["Dupliquer"].trigger()
    assert ici.courante.nom == "Budget (2)"
    assert ici.courante.privee
    {a.text(): a for a in menu_de_vue(ici).actions()}["Supprimer"].trigger()
    assert "Budget (2)" not in onglets(ici)
    assert ici.courante.nom == "Après le comité"
    fenetre.executer("annuler")
    assert "Budget (2)" in onglets(ici)


def test_un_onglet_se_fait_glisser(document: Document, demo: Path, qtbot: QtBot) -> None:
    ici = document.actions.tableau.onglets
    barre, avant = ici.barre, operations(demo)
    depart, arrivee = barre.tabRect(0).center(), barre.tabRect(2).center()
    QTest.mousePress(barre, Qt.MouseButton.LeftButton, pos=depart)
    for pas in range(1, 11):
        QTest.mouseMove(barre, depart + (arrivee - depart + QPoint(8, 0)) * pas / 10)
    QTest.mouseRelease(barre, Qt.MouseButton.LeftButton, pos=arrivee + QPoint(8, 0))
    qtbot.waitUntil(lambda: operations(demo) == avant + 1)
    assert onglets(ici)[:2] == ["Instruction", "Comité"]
    assert onglets(ici).index("Toutes les actions") in (2, 3)
    assert onglets(ici) == [vue.nom for vue in ici.vues]
    assert ici.courante.nom == "Toutes les actions"
    assert lire(demo, "SELECT count(*) FROM vue") == [(1,)]


def test_chaque_liste_revient_comme_on_l_a_laissee(
    fenetre: FenetrePrincipale, demo: Path, qtbot: QtBot
) -> None:
    assert fenetre.ouvrir(demo)
    document = fenetre.document
    assert document is not None
    document.actions.tableau.onglets.aller(2)
    document.actions.vue.modele.filtrer("emploi")
    document.actions.vue.modele.replier_tout(replie=True)
    attendre(qtbot, document.actions.tableau.onglets, modifiee=True)
    document.aller("porteurs")
    porteurs = document.page("porteurs")
    porteurs.tableau.onglets.aller(1)
    laisser_faire()
    avant = document.actions.vue.etat()
    assert operations(demo) == operations(demo)
    assert fenetre.fermer_fichier()
    assert lire(demo, "SELECT count(*) FROM vue") == [(0,)]  # nothing of it is in the file

    assert fenetre.ouvrir(demo)
    document = fenetre.document
    assert document is not None
    ici = document.actions.tableau.onglets
    assert ici.courante.nom == "Comité"
    assert document.actions.vue.etat() == avant
    assert est_dite_modifiee(document.actions)
    document.aller("porteurs")
    assert document.page("porteurs").tableau.onglets.courante.nom == "Associations"


def test_une_autre_annee_garde_la_vue_sur_ses_financeurs(document: Document, qtbot: QtBot) -> None:
    ecran = document.actions
    ici = ecran.tableau.onglets
    ici.aller(2)
    with document.contexte.fichier.operation("Ajouter") as ecriture:
        from app.models.organisme import Financeur

        ecriture.inserer(
            Financeur, identifiant="neuf", nom="Neuf", nom_court="Neuf", nature="autre", rang=99
        )
    qtbot.waitUntil(lambda: any(c.groupe == "Neuf" for c in ecran.modele.colonnes))
    laisser_faire()
    visibles = [ecran.modele.colonnes[r] for r in ecran.vue.volets.colonnes_visibles()]
    assert [c.titre for c in visibles if c.groupe == "Neuf"] == ["Proposé", "Accordé"]
    assert not ici.est_modifiee
    document.changer_annee(ANNEE - 1)
    laisser_faire()
    assert ici.courante.nom == "Comité"
    assert not ici.est_modifiee
    assert ecran.modele.groupes == ["axe"]


def test_les_deux_volets_restent_de_niveau_d_une_vue_a_l_autre(document: Document) -> None:
    document.aller("enveloppes")
    ecran = document.page("enveloppes")
    ecran.tableau.onglets.aller(1)  # groups: the current row goes from the first to the last ones
    laisser_faire()
    gauche, droite = (grille.verticalScrollBar() for grille in ecran.vue.volets.grilles)
    assert droite.value() > 0
    assert gauche.value() == droite.value()


def test_en_lecture_seule_on_change_de_vue_sans_rien_enregistrer(
    fenetre: FenetrePrincipale, demo: Path, qtbot: QtBot
) -> None:
    assert fenetre.ouvrir(demo, lecture_seule=True)
    document = fenetre.document
    assert document is not None
    ici = document.actions.tableau.onglets
    ici.aller(1)
    document.actions.vue.trier([("cout", True)])
    attendre(qtbot, ici, modifiee=True)
    assert not ici._enregistrer.isVisible()
    assert not ici._plus.isVisible()
    geste("nouvelle_vue").executer(document.actions.vue)
    assert "lecture seule" in fenetre.message.texte


def test_trente_vues_aux_noms_longs_gardent_la_place_du_tableau(
    contexte: Contexte, qtbot: QtBot
) -> None:
    for n in range(30):
        contexte.vues.creer(
            "porteurs", f"{n} une vue au nom vraiment très long".ljust(58, "x"), EtatVue()
        )
    ecran = EcranPorteurs(contexte)
    try:
        montrer(ecran, (900, 500))
        ici = ecran.tableau.onglets
        assert ici.barre.count() == 34
        assert ici.width() <= 900
        assert ecran.width() == 900
        toutes = nomme(ecran, "Toutes les vues", QToolButton).menu()
        toutes.aboutToShow.emit()
        assert [a.text() for a in toutes.actions()] == [vue.nom for vue in ici.vues]
        toutes.actions()[-1].trigger()
        assert ici.courante.nom.startswith("29 une vue")
        barre = ici.barre
        assert barre.tabRect(barre.currentIndex()).right() <= barre.width()  # scrolled in sight
        ici.choisir(ici.vues[0].cle)
        ici.aller(1)
        ecran.modele.conditionner([Condition("ville", Comparaison.VIDE)])
        attendre(qtbot, ici, modifiee=True)
        bord = ici._revenir.mapTo(ecran, ici._revenir.rect().topRight()).x()
        assert bord <= 900
    finally:
        ecran.close()
        ecran.deleteLater()


# Printing -----------------------------------------------------------------------------------------


def ouvrir(fenetre: FenetrePrincipale, qtbot: QtBot) -> Apercu:
    frapper(Qt.Key.Key_P, CTRL)
    apercu = fenetre.findChild(Apercu)
    assert apercu is not None
    qtbot.waitUntil(lambda: apercu.pages is not None, timeout=20_000)
    laisser_faire()
    return apercu


def test_ctrl_p_montre_les_pages_puis_les_ecrit(
    document: Document,
    fenetre: FenetrePrincipale,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ecran = document.actions
    ecran.vue.setFocus()
    ecran.tableau.onglets.aller(2)
    ecran.modele.conditionner([Condition("statut", Comparaison.PARMI, ("Accordée",))])
    ecran.vue.volets.masquer("quartiers")
    ecran.modele.replier(0, replie=True)
    ecran.tableau.fond_imprime = lambda _ligne, colonne: "#FFF2CC" if colonne.cle == "cout" else ""
    laisser_faire()
    apercu = ouvrir(fenetre, qtbot)
    assert apercu.pages is not None
    assert apercu.size() == fenetre.centralWidget().size()
    assert apercu.vue.objet == f"Actions {ANNEE} · Comité (modifiée)"
    assert "Quartiers" not in [c.titre for c in apercu.vue.colonnes]
    assert [g.replie for g in apercu.vue.groupes][:2] == [True, False]
    assert apercu.vue.mentions[0].replace("\u00a0", " ") == "Filtre : Statut : Accordée"

    frapper(Qt.Key.Key_End)
    assert apercu.numero == apercu.pages.nombre > 1
    frapper(Qt.Key.Key_PageUp)
    assert nomme(apercu, f"Page {apercu.numero} / {apercu.pages.nombre}", QLabel)
    frapper(Qt.Key.Key_Home)
    frapper(Qt.Key.Key_2, CTRL)  # the keys of the window under it mean nothing
    assert document.page_courante == "actions"
    paysage = apercu.pages
    apercu._sens.setCurrentIndex(1)
    qtbot.waitUntil(lambda: apercu.pages is not paysage, timeout=20_000)
    assert apercu.pages.papier.hauteur > apercu.pages.papier.largeur

    for faire, nom in (
        (apercu.exporter_pdf, "vue"),
        (apercu.exporter_excel, "vue.xlsx"),
        (apercu.publipostage.click, "source.xlsx"),
    ):
        cible = tmp_path / nom
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, c=cible: (str(c), ""))
        faire()
        ecrit = cible if cible.suffix else cible.with_suffix(".pdf")
        qtbot.waitUntil(lambda ecrit=ecrit: str(ecrit) in apercu.message.texte, timeout=20_000)
        assert ecrit.stat().st_size > 1000
    infos = subprocess.run(
        ["pdfinfo", str(tmp_path / "vue.pdf")], check=True, capture_output=True, text=True
    )
    assert int(re.findall(r"Pages:\s+(\d+)", infos.stdout)[0]) == apercu.pages.nombre
    page = openpyxl.load_workbook(tmp_path / "vue.xlsx").worksheets[0]
    colores = {c.column for r in page for c in r if c.fill.fgColor.rgb == "FFFFF2CC"}
    assert colores == {[c.cle for c in apercu.vue.colonnes].index("cout") + 1}
    assert page.cell(page.max_row, 1).value == f"Total · {ecran.modele.nombre_filtre} lignes"

    source = openpyxl.load_workbook(tmp_path / "source.xlsx").worksheets[0]
    assert source.max_row == 1 + ecran.modele.nombre_filtre

    frapper(Qt.Key.Key_Escape)
    laisser_faire()
    assert fenetre.findChild(Apercu) is None
    assert ecran.vue.a_le_focus()


def test_sans_imprimante_la_fenetre_dit_quoi_faire_et_une_page_sans_liste_aussi(
    document: Document,
    fenetre: FenetrePrincipale,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from PySide6.QtPrintSupport import QPrinterInfo

    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", staticmethod(list))
    document.aller("enveloppes")
    laisser_faire()
    apercu = ouvrir(fenetre, qtbot)
    assert apercu.vue.titre == f"Enveloppes {ANNEE}"
    nomme(apercu, "Imprimer…", QPushButton).click()
    assert "Aucune imprimante" in apercu.message.texte
    nomme(apercu, "Fermer", QPushButton).click()
    laisser_faire()
    assert fenetre.findChild(Apercu) is None
    ouvrir(fenetre, qtbot)
    document.aller("contrat")  # by the menu: the pages leave with their table
    laisser_faire()
    assert fenetre.findChild(Apercu) is None
    fenetre.executer("imprimer")
    assert "pas de liste à imprimer" in fenetre.message.texte
    document.aller("actions")
    ouvrir(fenetre, qtbot)
    assert fenetre.fermer_fichier()
    laisser_faire()
    assert fenetre.findChild(Apercu) is None


def test_l_apercu_et_le_papier_montrent_ce_que_le_pdf_dessine(
    application: QApplication, tmp_path: Path
) -> None:
    pages = VueEnPages(vue_figee(30, groupes=("axe",)), Reglage())
    (tmp_path / "vue.pdf").write_bytes(pages.pdf())
    commande = ["pdftoppm", "-r", "144", "-gray", "-png", "-f", "1", "-l", "1"]
    subprocess.run([*commande, str(tmp_path / "vue.pdf"), str(tmp_path / "p")], check=True)
    du_pdf = QImage(str(next(tmp_path.glob("p*.png")))).convertToFormat(
        QImage.Format.Format_Grayscale8
    )
    peinte = QImage(du_pdf.size(), QImage.Format.Format_Grayscale8)
    peinte.fill(Qt.GlobalColor.white)
    with QPainter(peinte) as peintre:
        peintre.setRenderHint(QPainter.RenderHint.Antialiasing)
        peintre.scale(2, 2)
        peindre_traces(peintre, pages.traces(1), pages.papier.hauteur)
    petite = QSize(du_pdf.width() // 16 * 4, du_pdf.height() // 4)  # whole words of four bytes
    # Kept until their bytes are copied: those of an image that is gone may be anything.
    petites = [
        image.scaled(petite, mode=Qt.TransformationMode.SmoothTransformation)
        for image in (du_pdf, peinte)
    ]
    un, autre = (bytes(image.constBits()) for image in petites)
    ecarts = [abs(a - b) for a, b in zip(un, autre, strict=True)]
    assert max(ecarts) < 90
    assert sum(ecarts) / len(ecarts) < 1
    assert sum(255 - a for a in autre) / len(autre) > 2, "la page n'est pas blanche"

    imprimante = preparer(pages)
    imprimante.setOutputFileName(str(tmp_path / "papier.pdf"))
    imprimante.setFromTo(1, 2)
    imprimer_sur(imprimante, pages)
    infos = subprocess.run(
        ["pdfinfo", str(tmp_path / "papier.pdf")], check=True, capture_output=True, text=True
    ).stdout
    assert re.findall(r"Pages:\s+(\d+)", infos) == ["2"]
    large, haut = (float(n) for n in re.findall(r"([\d.]+) x ([\d.]+) pts", infos)[0])
    assert (large, haut) == pytest.approx((841.9, 595.3), abs=1)


@pytest.mark.parametrize(
    ("titre", "nom"),
    [
        ("Actions 2026 · Comité", "Actions 2026 Comité"),
        ('a/b\\c:d*e?"f<g>h|i', "a b c d e f g h i"),
        ("...", "Vue"),
        ("x" * 300, "x" * 80),
    ],
)
def test_le_nom_propose_va_a_tous_les_systemes(titre: str, nom: str) -> None:
    assert nom_de_fichier(titre, "Vue") == nom

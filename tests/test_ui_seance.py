"""A séance held from the keyboard: the cockpit, and what the room sees at each stage."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.models.action import Action
from app.models.enums import NatureDecision
from app.services.affichage_public import (
    BoitePublique,
    CasePublique,
    ColonnePublique,
    JaugePublique,
    LignePublique,
    PagePublique,
    TableauPublic,
    page_publique,
)
from app.services.annotations import Annotations
from app.services.decisions import Choix
from app.services.seance_en_cours import SeanceEnCours
from app.ui import seance_bloc
from app.ui.cockpit import EcranCockpit
from app.ui.cockpit_cases import CaseFinanceur
from app.ui.dessin_bande import Vue, dessiner_jauges
from app.ui.dessin_public import Toile, a_peindre, peindre
from app.ui.disposition_publique import CHIFFRE, SECOND, TITRE, disposer
from app.ui.disposition_tableau import disposer_tableau
from app.ui.document import Document
from app.ui.entetes_publics import entetes
from app.ui.fenetre_publique import FenetrePublique, Projection, choisir_ecran
from app.ui.main_window import FenetrePrincipale
from app.ui.pinceau_public import CLAIR, SOMBRE, Encres, Texte, largeur_en_cadratins
from app.ui.texte_fixe import TexteFixe
from tests import fabriques
from tests.fabrique_fenetre import (
    CTRL,
    application,
    avec_le_clavier,
    fenetre,
    frapper,
    laisser_faire,
    lire,
    montrer,
    nomme,
    taper,
)
from tests.fabrique_seance import Salle, salle_ouverte
from tests.test_ui_bandeau import enveloppe

__all__ = ["application", "fenetre"]
ENTREE, TAB, ECHAP = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape
CLAIRE_ET_SOMBRE = pytest.mark.parametrize("look", [CLAIR, SOMBRE], ids=["clair", "sombre"])


@pytest.fixture
def salle(tmp_path: Path) -> Iterator[Salle]:
    with salle_ouverte(tmp_path) as ouverte:
        yield ouverte


def _page(salle: Salle) -> PagePublique:
    cours = SeanceEnCours(salle.comite, salle.seance)
    return page_publique(cours.contexte, cours.table, [], cours.tableau())


# What the room may see ----------------------------------------------------------------------------

PERMIS = {
    PagePublique: (
        "seance rang numero porteur titre lieu publics duree cotation demande annee_precedente propose "
        "total part en_attente boites decision reserve "
        "quorum regle sans_quorum mouvements retenue voix suivants jauges "
        "tableau"
    ),
    TableauPublic: "colonnes lignes rang demande total",
    ColonnePublique: "nom demande total",
    LignePublique: "ordre numero titre porteur demande cases total decision",
    CasePublique: "montant attente corrige",
    BoitePublique: "nom montant attente corrige",
    JaugePublique: "financeur nom mots au_plus depasse prise donnee",
}
SECRET = "NE-PAS-PROJETER"
TU = Decimal("7654.32")


@pytest.mark.parametrize("classe", list(PERMIS), ids=lambda c: c.__name__)
def test_la_salle_ne_peut_voir_que_les_champs_permis(classe: type) -> None:
    assert [f.name for f in fields(classe)] == PERMIS[classe].split()
    assert classe.__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_ni_note_privee_ni_montant_tu_ni_position_n_atteint_la_salle(salle: Salle) -> None:
    c = salle.comite
    c.passages.ouvrir_point(salle.point)
    c.ordres.noter(salle.point, SECRET)
    c.seances.modifier(salle.seance, note_privee=SECRET)
    c.cpo.dire(salle.point, salle.agglo, favorable=False, motif=SECRET)
    c.tours.dire(salle.point, salle.etat, TU, note=SECRET, auteur=SECRET)
    salle.fichier.undo.oublier()
    c.voix.exprimer(salle.point, "favorable", qui=SECRET)
    c.voix.exprimer(salle.point, "favorable", qui="Conseil citoyen", texte=SECRET, projetee=True)
    annotations = Annotations(salle.fichier)
    annotations.commenter("actions", salle.action, "titre", SECRET)
    annotations.commenter("points", salle.point, "titre", SECRET)
    vus = list(_valeurs(_page(salle)))
    assert SECRET not in " ".join(map(str, vus))
    assert TU not in vus
    assert _page(salle).voix == "Conseil citoyen\u00a0: favorable"
    boite = next(b for b in _page(salle).boites if b.attente)
    assert boite.montant is None
    c.tours.publier(salle.point)
    assert TU in list(_valeurs(_page(salle)))


def test_un_montant_corrige_reste_cache_jusqu_a_sa_publication(salle: Salle) -> None:
    c = salle.comite
    c.passages.ouvrir_point(salle.point)
    c.tours.dire_et_publier(salle.point, salle.etat, Decimal(5000))
    c.tours.dire(salle.point, salle.etat, TU)
    page = _page(salle)
    assert TU not in list(_valeurs(page))
    assert page.total == 5000
    assert page.en_attente
    c.tours.publier(salle.point)
    boite = _page(salle).boites[0]
    assert (boite.montant, boite.corrige) == (TU, True)


def _valeurs(objet: Any) -> Iterator[Any]:
    """Every value of a page, however deep."""
    if is_dataclass(objet):
        for champ in fields(objet):
            yield from _valeurs(getattr(objet, champ.name))
    elif isinstance(objet, tuple):
        for element in objet:
            yield from _valeurs(element)
    else:
        yield objet


# Readable from the back of the room ---------------------------------------------------------------


@pytest.mark.parametrize("taille", [(1920, 1080), (1280, 720), (1024, 768)])
@pytest.mark.parametrize("boites", [1, 4, 8])
def test_les_caracteres_se_lisent_du_fond_de_la_salle(taille: tuple[int, int], boites: int) -> None:
    largeur, hauteur = taille
    plan = disposer(largeur, hauteur, boites, 8)
    assert plan.second_px >= round(hauteur * SECOND)
    assert plan.titre_px >= round(hauteur * TITRE)
    assert all(r.chiffre_px >= round(hauteur * CHIFFRE) for r in plan.reperes)
    plus_petit = round(hauteur * (CHIFFRE if boites <= 4 else 1 / 20))
    assert all(b.chiffre_px >= plus_petit for b in plan.boites)


@pytest.mark.parametrize("boites", [0, 1, 4, 5, 8, 12, 20, 40])
@pytest.mark.parametrize("jauges", [0, 1, 7, 12])
def test_rien_ne_se_recouvre_ni_ne_sort_de_l_ecran(boites: int, jauges: int) -> None:
    plan = disposer(1920, 1080, boites, jauges)
    zones = [plan.rang, plan.quorum, plan.titre, plan.lieu, plan.decision, plan.voix, plan.suivants]
    zones += [plan.regle, *plan.traits]
    for cellule in (*plan.reperes, *plan.boites):
        zones += [cellule.nom, cellule.chiffre]
    for jauge in plan.jauges:
        zones += [jauge.nom, jauge.mots, jauge.trait]
    for rang, zone in enumerate(zones):
        assert zone.left() >= 0
        assert zone.right() < 1920
        assert zone.top() >= 0
        assert zone.bottom() < 1080
        assert not [z for z in zones[:rang] if z.adjusted(1, 1, -1, -1).intersects(zone)]


@pytest.mark.parametrize("taille", [(1920, 1080), (1366, 768), (1024, 768)])
@pytest.mark.parametrize("financeurs", [0, 1, 3, 7, 30])
def test_le_tableau_de_la_salle_tient_a_l_ecran_le_point_au_milieu(
    taille: tuple[int, int], financeurs: int
) -> None:
    plan = disposer_tableau(*taille, financeurs, 7, 8)
    ecran, zones = QRect(0, 0, *taille), [plan.rang, plan.quorum, plan.decision, plan.modifies]
    zones += plan.traits
    for rangee in (plan.entete, *plan.rangees, plan.total):
        zones += [rangee.ordre, rangee.titre, *rangee.cellules, rangee.trait]
    zones += [zone for j in plan.jauges for zone in (j.nom, j.mots, j.trait)]
    for rang, zone in enumerate(zones):
        assert ecran.contains(zone)
        assert not [z for z in zones[:rang] if z.intersects(zone)]
    assert plan.second_px >= round(taille[1] * SECOND)
    assert all(r.titre.height() >= plan.second_px for r in plan.rangees)
    assert len(plan.rangees) == 2 * plan.milieu + 1 >= 5
    assert plan.financeurs + plan.autres >= min(financeurs, 3)


@pytest.mark.parametrize("taille", [(1920, 1080), (1366, 768), (1024, 768)])
def test_les_noms_des_colonnes_de_la_salle_ont_une_taille_et_se_lisent(
    application: QApplication, taille: tuple[int, int]
) -> None:
    plan = disposer_tableau(*taille, 7, 7, 8)
    largeur = min(c.width() for c in plan.entete.cellules) - 2 * (plan.second_px // 5)
    noms = ["Demandé", "État", "Communes", "Département", "Cosignataires", "Autres (2)", "Total"]
    place = (largeur, plan.entete.titre.height())
    montres, pixels = entetes(noms, place, plan.second_px)
    assert montres[:4] == ["Demandé", "État", "Comm.", "Dépt"]
    assert montres[4].startswith("Cosign")
    assert montres[5:] == ["Autres (2)", "Total"]
    assert 0.9 * plan.second_px - 1 <= pixels <= plan.second_px
    assert entetes(noms, place, plan.second_px, zoom=1.5)[0] == montres
    large = (3 * largeur, place[1])
    assert entetes(["Communes"], large, plan.second_px) == (["Communes"], plan.second_px)


@pytest.mark.parametrize("taille", [(1920, 1080), (1366, 768), (1024, 768)])
@pytest.mark.parametrize("nombre", [4, 7, 10])
def test_les_jauges_de_la_salle_ont_une_taille_que_les_montants_ne_changent_pas(
    application: QApplication, salle: Salle, taille: tuple[int, int], nombre: int
) -> None:
    noms = ["Communes (total)", "État", "Département", *["Agglo"] * 7][:nombre]
    vide, plan = SeanceEnCours(salle.comite, salle.seance), disposer(*taille, 3, nombre)
    tailles = set()
    for reste in (100_000, 1_000, 0, -99_000):
        etats = [enveloppe(rang, accorde=100_000 - reste, nom=nom) for rang, nom in enumerate(noms)]
        projetee = page_publique(vide.contexte, None, etats)
        traces = dessiner_jauges(projetee, plan.jauges, plan.second_px, Vue(), CLAIR)
        textes = [t for t in traces if isinstance(t, Texte)]
        for texte in textes[1::2]:
            assert largeur_en_cadratins(texte.texte) * texte.taille <= texte.zone.width()
        tailles.add(tuple(t.taille for t in textes))
    [(premier, restes, *autres)] = tailles
    assert set(autres) == {premier, restes}
    plus_petit = 28 if nombre < 8 and taille[0] > 1024 else 42
    assert restes >= taille[1] // plus_petit


def test_quarante_enveloppes_se_lisent_les_plus_petites_en_une_seule(salle: Salle) -> None:
    cours = SeanceEnCours(salle.comite, salle.seance)
    etats = [enveloppe(rang, montant=1_000 * (rang + 1), accorde=500) for rang in range(40)]
    jauges = page_publique(cours.contexte, None, etats).jauges
    assert [j.nom for j in jauges[:2]] == ["F29", "F30"], "les plus grandes, à leur place"
    assert (len(jauges), jauges[-1].nom) == (12, "Autres (29)")
    assert jauges[-1].mots == "reste 420\u202f500\u00a0€"
    etats[0] = enveloppe(0, montant=1_000, accorde=3_000)
    autres = page_publique(cours.contexte, None, etats).jauges[-1]
    assert (autres.mots, autres.depasse) == ("1 en dépassement de 2 000 €", True)
    assert "f0" in autres.financeur.split()


def test_la_decision_se_lit_comme_un_chiffre() -> None:
    plan = disposer(1366, 768, 4, 7)
    assert plan.decision_px == plan.reperes[0].chiffre_px
    assert plan.decision.height() >= plan.decision_px * 1.1


@CLAIRE_ET_SOMBRE
def test_chaque_encre_de_la_salle_a_un_contraste_de_sept(look: Encres) -> None:
    for encre in (look.encre, look.seconde, look.accent, look.depasse):
        assert _contraste(encre, look.papier) >= 7
    for encre in (look.encre, look.accent, look.depasse):
        assert _contraste(encre, look.touche) >= 7


def _contraste(une: Any, autre: Any) -> float:
    clairs = sorted((_luminance(une), _luminance(autre)), reverse=True)
    return (clairs[0] + 0.05) / (clairs[1] + 0.05)


def _luminance(couleur: Any) -> float:
    def lineaire(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    rouge, vert, bleu = map(lineaire, (couleur.redF(), couleur.greenF(), couleur.blueF()))
    return 0.2126 * rouge + 0.7152 * vert + 0.0722 * bleu


def test_ce_qui_est_repeint_par_morceaux_est_ce_qui_le_serait_en_entier(
    application: QApplication, salle: Salle
) -> None:
    """Another amount moves nothing: the picture differs in the places of the figures, nowhere else."""
    salle.comite.passages.ouvrir_point(salle.point)
    taille, toile = QSize(1280, 720), Toile()
    avant = toile.peindre(taille, _page(salle), Vue()).toImage()
    salle.comite.tours.dire_et_publier(salle.point, salle.etat, Decimal(1_234_567))
    apres = toile.peindre(taille, _page(salle), Vue()).toImage()
    assert apres == peindre(taille, _page(salle), Vue()).toImage() != avant
    plan = disposer(1280, 720, 3, 0)
    ailleurs = (plan.rang, plan.titre, plan.lieu, plan.boites[1].chiffre, plan.reperes[0].chiffre)
    assert all(avant.copy(zone) == apres.copy(zone) for zone in ailleurs)
    assert avant.copy(plan.boites[0].chiffre) != apres.copy(plan.boites[0].chiffre)


def test_dans_le_tableau_aussi_seuls_les_chiffres_changent(
    application: QApplication, salle: Salle
) -> None:
    salle.comite.passages.ouvrir_point(salle.points[1])
    taille, toile, vue = QSize(1280, 720), Toile(), Vue(tableau=True)
    avant = toile.peindre(taille, _page(salle), vue).toImage()
    salle.comite.tours.dire_et_publier(salle.points[1], salle.etat, Decimal(1_234_567))
    apres = toile.peindre(taille, _page(salle), vue).toImage()
    assert apres == peindre(taille, _page(salle), vue).toImage() != avant
    page = _page(salle)
    assert page.tableau is not None
    assert (page.tableau.rang, page.tableau.total) == (1, 1_234_567)
    plan = disposer_tableau(1280, 720, len(page.tableau.colonnes), 0, 8)
    bougees = (plan.rangees[plan.milieu].cellules[1], plan.total.cellules[-1])
    fixes = (plan.entete.titre, plan.rangees[plan.milieu].cellules[0], plan.rangees[0].titre)
    assert all(avant.copy(zone) != apres.copy(zone) for zone in bougees)
    assert all(avant.copy(zone) == apres.copy(zone) for zone in fixes)


@pytest.mark.parametrize("tableau", [False, True], ids=["point", "tableau"])
def test_la_regle_de_vote_et_les_traits_ont_leur_place_qu_aucun_nom_ne_prend(
    application: QApplication, salle: Salle, tableau: bool
) -> None:
    salle.comite.passages.ouvrir_point(salle.point)
    assert _page(salle).regle == "", "le contrat n'en dit rien"
    salle.comite.seances.modifier(salle.seance, regle_vote="majorite")
    page, taille = replace(_page(salle), porteur="Association des habitants " * 9), (1920, 1080)
    seconde = disposer(*taille, 3, 0).second_px
    ecrits = {t.texte: t for t in _textes(page, QSize(*taille), Vue(tableau=tableau))}
    regle = ecrits["Vote à la majorité des présents"]
    assert largeur_en_cadratins(regle.texte) * seconde <= regle.zone.width()
    for texte in (page.publics, page.duree, page.cotation):
        assert largeur_en_cadratins(texte) * seconde <= ecrits[texte].zone.width()
    assert ecrits[page.cotation].texte == "Non cotée"


def _textes(page: PagePublique, taille: QSize, vue: Vue) -> list[Texte]:
    return [t for t in a_peindre(taille, page, vue, CLAIR) if isinstance(t, Texte)]


# The public window --------------------------------------------------------------------------------


def test_la_fenetre_de_la_salle_ne_prend_ni_clavier_ni_souris_et_ne_se_ferme_pas(
    application: QApplication,
) -> None:
    publique = FenetrePublique()
    assert publique.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert publique.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    assert publique.focusPolicy() == Qt.FocusPolicy.NoFocus
    assert publique.cursor().shape() == Qt.CursorShape.BlankCursor
    assert publique.contextMenuPolicy() == Qt.ContextMenuPolicy.PreventContextMenu
    assert not publique.toolTip()
    assert not publique.findChildren(QApplication)
    publique.show()
    publique.close()
    assert publique.isVisible(), "Alt+F4 ne la ferme pas"
    publique.fermer()
    assert not publique.isVisible()
    publique.deleteLater()


def test_avec_un_seul_ecran_la_salle_ne_couvre_pas_le_cockpit(
    application: QApplication, salle: Salle, qtbot: QtBot
) -> None:
    cockpit = QWidget()
    qtbot.addWidget(cockpit)
    cockpit.show()
    phrases: list[str] = []
    projection = Projection(cockpit)
    projection.ecran_change.connect(phrases.append)
    projection.ouvrir()
    publique = projection.fenetre
    assert publique.isHidden()
    assert "Un seul écran" in phrases[-1]
    projection.montrer(_page(salle))
    assert not publique.image.isNull(), "la vignette la montre"
    projection.basculer_fenetre()
    assert publique.isVisible()
    assert not publique.windowFlags() & Qt.WindowType.FramelessWindowHint
    assert publique.minimumWidth() < publique.width()
    publique.close()
    assert publique.isHidden(), "on la ferme comme une autre"
    projection.basculer_fenetre()
    projection.placer()
    assert publique.isVisible(), "elle reste où on l'a mise"
    projection.fermer()


def test_la_salle_est_l_autre_ecran_et_se_retrouve_par_son_nom() -> None:
    portable, mur, autre = _Ecran("portable", 1366), _Ecran("mur", 1920), _Ecran("autre", 2560)
    assert choisir_ecran([portable], portable, "") is None  # type: ignore[arg-type, list-item]
    tous: Any = [portable, mur, autre]
    assert choisir_ecran(tous, tous[0], "") is autre
    assert choisir_ecran(tous, tous[0], "mur") is mur
    assert choisir_ecran(tous[:2], tous[0], "autre") is mur, "débranché : sur celui qui reste"


DEUX_ECRANS = """
import sys
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from app.ui import fenetre_publique
from app.ui.application import preparer
from app.ui.fenetre_publique import Projection
application = preparer()
cockpit = QWidget()
cockpit.setGeometry(100, 100, 800, 600)
cockpit.show()
application.processEvents()
projection = Projection(cockpit)
projection.ouvrir()
application.processEvents()
publique = projection.fenetre
print(publique.geometry().getRect(), publique.isFullScreen(), publique.isActiveWindow())
print(cockpit.isActiveWindow())
portable, mur, phrases = cockpit.screen(), publique.screen(), []
projection.ecran_change.connect(phrases.append)
class Branches:
    screens = staticmethod(lambda: [portable])
fenetre_publique.QGuiApplication = Branches
application.screenRemoved.emit(mur)
print(publique.isVisible(), cockpit.isActiveWindow(), phrases[-1][:35])
Branches.screens = staticmethod(lambda: [mur, portable])
application.screenAdded.emit(mur)
QTest.qWait(500)
print(publique.geometry().getRect(), publique.isFullScreen(), publique.isActiveWindow())
print(cockpit.isActiveWindow())
projection.fermer()
"""


def test_la_salle_a_le_second_ecran_le_perd_et_le_retrouve_sans_prendre_le_clavier(
    tmp_path: Path,
) -> None:
    ecrans = [
        {"name": "portable", "x": 0, "y": 0, "width": 1366, "height": 768},
        {"name": "mur", "x": 1366, "y": 0, "width": 1920, "height": 1080},
    ]
    communs = {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    plan = tmp_path / "ecrans.json"
    plan.write_text(json.dumps({"screens": [e | communs for e in ecrans]}), encoding="utf-8")
    resultat = subprocess.run(
        [sys.executable, "-c", DEUX_ECRANS],
        env=os.environ | {"QT_QPA_PLATFORM": f"offscreen:configfile={plan}"},
        cwd=Path(__file__).resolve().parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    en_place = ["(1366, 0, 1920, 1080) True False", "True"]
    debranche = "False True Projecteur débranché\u00a0: la séance co"
    assert resultat.stdout.splitlines() == [*en_place, debranche, *en_place], resultat.stderr


class _Ecran:
    """A screen beside the others."""

    def __init__(self, nom: str, largeur: int) -> None:
        from PySide6.QtCore import QRect

        self._nom, self._place = nom, QRect(largeur, 0, largeur, largeur * 9 // 16)

    def name(self) -> str:
        return self._nom

    def geometry(self) -> Any:
        return self._place


# A séance, with real keys -------------------------------------------------------------------------


def _cockpit(document: Document) -> EcranCockpit:
    page = document.page("cockpit")
    assert isinstance(page, EcranCockpit)
    return page


def _reprendre(fenetre: FenetrePrincipale, chemin: Path) -> EcranCockpit:
    """Open the file, the page of the séances, and hold the séance, as a person does."""
    assert fenetre.ouvrir(chemin)
    document = fenetre.document
    assert document is not None
    document.changer_annee(2026)
    document.aller("seances")
    laisser_faire()
    nomme(document, "Reprendre la séance").click()
    fenetre.activateWindow()
    laisser_faire()
    return _cockpit(document)


def test_une_seance_entiere_au_clavier_et_ce_que_voit_la_salle(
    fenetre: FenetrePrincipale, tmp_path: Path
) -> None:
    with salle_ouverte(tmp_path) as salle:
        chemin = salle.fichier.chemin
    cockpit = _reprendre(fenetre, chemin)

    def vue() -> PagePublique:
        page = cockpit.projection.fenetre.page
        assert page is not None
        return page

    def boites() -> list[Any]:
        return ["…" if b.attente else b.montant for b in vue().boites]

    assert vue().rang == "1 / 3"
    assert boites() == [None, None, None]
    assert avec_le_clavier() is cockpit.cases.cases[0].champ
    # The State speaks: the room sees that it does, and only once published how much.
    taper("8000")
    assert boites() == ["…", None, None]
    assert vue().total == 0
    assert "reste 12" in cockpit.cases.cases[0].enveloppe.text().replace("\u202f", "")
    assert "Annuel 8\u202f000" in cockpit.volet.enveloppe.texte(), "la ventilation suit la frappe"
    assert lire(chemin, "SELECT montant, publie_le FROM tour") == [(800_000, None)]
    frapper(ENTREE)
    assert cockpit.cases.cases[0].champ.text() == "8\u202f000", "comme partout ailleurs"
    assert boites() == [8000, None, None]
    assert vue().total == 8000
    assert avec_le_clavier() is cockpit.cases.cases[1].champ, "au suivant de parler"
    # The agglomération follows the State, the région gives what is asked, then less.
    frapper(Qt.Key.Key_E)
    assert boites() == [8000, "…", None]
    frapper(ENTREE)
    assert boites() == [8000, 4000, None]
    frapper(Qt.Key.Key_D)
    frapper(ENTREE)
    assert boites() == [8000, 4000, 3000]
    taper("2500")
    assert boites()[2] == "…"
    frapper(ENTREE)
    assert boites()[2] == 2500
    assert vue().boites[2].corrige
    frapper(Qt.Key.Key_R)
    assert boites()[2] == 3000, "un pas en arrière"
    # Freeze: the room keeps what it sees while something else is prepared.
    frapper(Qt.Key.Key_F)
    taper("1")
    assert boites()[2] == 3000
    frapper(ECHAP)
    frapper(Qt.Key.Key_F)
    # Decide: the sentence first.
    frapper(Qt.Key.Key_V)
    assert "est validée pour 15\u202f000\u00a0€" in cockpit.decision.phrase.text()
    assert vue().decision == ""
    assert lire(chemin, "SELECT count(*) FROM decision") == [(0,)]
    frapper(ENTREE)
    assert vue().decision == "Validé"
    annuler = nomme(cockpit, "Annuler la décision sur 2026-001 (10 s)")
    assert nomme(cockpit, "Valider (V)").isVisible(), "les décisions restent à leur place"
    annuler.click()
    assert vue().decision == ""
    frapper(Qt.Key.Key_C)
    taper("Bilan attendu")
    frapper(ENTREE)
    assert (vue().decision, vue().reserve) == ("Validé sous réserve", "Bilan attendu")
    fenetre.activateWindow()  # without a screen, the list of motives that closes takes it away
    laisser_faire()
    # One key away, all that was said of the item and by whom; the letters decide nothing there.
    frapper(Qt.Key.Key_I)
    historique: Any = cockpit.centre.currentWidget()
    dits = [(e.qui, e.etape, e.montant) for e in historique.modele.lignes]
    assert ("Région", "Retour au montant précédent", 3000) in dits
    assert dits[-1] == ("Le comité", "Validé sous réserve", 15_000)
    assert historique.modele.lignes[-1].auteur
    frapper(Qt.Key.Key_N)
    assert not cockpit.decision.est_ouverte
    frapper(ECHAP)
    assert avec_le_clavier() is cockpit.cases.cases[0].champ
    # On to the next ones; one is postponed, one refused.
    frapper(ENTREE, CTRL)
    assert vue().rang == "2 / 3"
    assert boites() == [None, None, None]
    frapper(Qt.Key.Key_F6)
    assert vue().numero != ""
    assert vue().rang == "2 / 3"
    frapper(Qt.Key.Key_N)
    frapper(ENTREE)
    assert vue().decision == NatureDecision.libelle_de("refuse")
    frapper(ENTREE, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert vue().rang == "1 / 3"
    # Black, message, zoom; the keyboard never leaves the cockpit.
    frapper(Qt.Key.Key_B)
    noir = cockpit.projection.fenetre.image.toImage()
    assert noir.pixelColor(noir.width() // 2, noir.height() // 2).lightness() == 0
    frapper(Qt.Key.Key_B)
    frapper(Qt.Key.Key_M)
    taper("Reprise a 14 h")
    frapper(ENTREE)
    assert cockpit.projection.vue.message == "Reprise a 14 h"
    frapper(Qt.Key.Key_M)
    frapper(Qt.Key.Key_Delete)
    frapper(ENTREE)
    assert cockpit.projection.vue.message == ""
    frapper(Qt.Key.Key_G)
    tableau = vue().tableau
    assert tableau is not None
    assert [c.nom for c in tableau.colonnes[:3]] == [b.nom for b in vue().boites]
    assert [ligne.total for ligne in tableau.lignes] == [15_000, 0, None]
    frapper(Qt.Key.Key_G)
    assert vue().tableau is None
    frapper(Qt.Key.Key_Z)
    frapper(ENTREE, CTRL)
    assert cockpit.projection.vue.zoom > 1, "gardé d'un point à l'autre"
    assert fenetre.isAncestorOf(avec_le_clavier()), "l'écran de la salle ne prend rien"
    # The machine dies in the middle of a number: the last key is there, at the same item.
    frapper(ENTREE, CTRL | Qt.KeyboardModifier.ShiftModifier)
    taper("77")
    assert boites()[0] == "…"
    rang_de_la_mort = vue().rang
    mort = chemin.with_name("mort.tdt")
    for suite in ("", "-wal"):
        shutil.copyfile(f"{chemin}{suite}", f"{mort}{suite}")
    frapper(ECHAP)
    frapper(ENTREE, CTRL)
    # Everything is in the file: left and held again, it is at the same item.
    rang = vue().rang
    fenetre.fermer_fichier()
    assert _reprendre(fenetre, chemin).projection.fenetre.page.rang == rang  # type: ignore[union-attr]
    fenetre.fermer_fichier()
    reprise = _reprendre(fenetre, mort)
    assert reprise.projection.fenetre.page.rang == rang_de_la_mort  # type: ignore[union-attr]
    assert reprise.cases.cases[0].champ.text() == "77"
    accordes = lire(chemin, "SELECT accorde FROM cofinancement WHERE accorde > 0 ORDER BY accorde")
    assert [m for (m,) in accordes] == [300_000, 400_000, 800_000]


def test_la_salle_reste_allumee_pendant_qu_on_pointe_les_arrivees(
    fenetre: FenetrePrincipale, tmp_path: Path
) -> None:
    with salle_ouverte(tmp_path) as salle:
        chemin = salle.fichier.chemin
    cockpit = _reprendre(fenetre, chemin)
    document = fenetre.document
    assert document is not None
    publique = cockpit.projection.fenetre
    frapper(Qt.Key.Key_W)
    document.aller("seances")
    page = document.page("seances")
    page.onglets.setCurrentWidget(page.membres)
    page.membres.vue.aller(0, 0)
    laisser_faire()
    nomme(page.membres, "Arrivée").click()
    assert publique.isVisible()
    assert publique.page is not None
    assert publique.page.quorum.startswith("1 votant présent sur 3")
    assert not publique.page.sans_quorum, "le contrat n'en demande pas"
    page.comite.seances.modifier(page.seance, quorum=2)
    laisser_faire()
    assert publique.page.sans_quorum
    nomme(document, "Reprendre la séance").click()
    assert _cockpit(document) is cockpit
    document.aller("seances")
    page.comite.scellements.clore(page.seance, confirmer=True)
    laisser_faire()
    assert document.cockpit is None, "close, la séance rend le second écran"


def test_qui_a_un_lien_avec_le_porteur_sort_d_une_touche_et_le_quorum_suit(
    fenetre: FenetrePrincipale, tmp_path: Path
) -> None:
    with salle_ouverte(tmp_path) as salle:
        chemin = salle.fichier.chemin
        porteur = salle.champ(Action, salle.action, "porteur")
        salle.comite.personnes.lier(salle.personnes["etat"], porteur)
        salle.comite.presences.arriver(
            *[m.cle for m in salle.comite.presences.membres(salle.seance)]
        )
    cockpit = _reprendre(fenetre, chemin)
    page = cockpit.projection.fenetre.page
    assert page is not None
    assert page.mouvements == "Se retire\u00a0: Etat Exemple."
    assert (page.retenue, page.boites, page.demande) == (True, (), None), "pas avant sa sortie"
    frapper(Qt.Key.Key_P)
    page = cockpit.projection.fenetre.page
    assert page is not None
    assert (page.mouvements, page.quorum[:19]) == ("", "2 votants présents ")
    assert (page.retenue, len(page.boites), page.demande) == (False, 3, 18_000)
    assert len(lire(chemin, "SELECT sortie FROM deport WHERE sortie IS NOT NULL")) == 1


def test_un_point_est_masque_a_qui_tient_le_clavier_et_a_un_lien_avec_le_porteur(
    fenetre: FenetrePrincipale, tmp_path: Path
) -> None:
    with salle_ouverte(tmp_path) as salle:
        chemin = salle.fichier.chemin
        pupitre = salle.comite.personnes.ajouter("Camille Pupitre")
        salle.comite.personnes.lier(pupitre, salle.champ(Action, salle.action, "porteur"))
        salle.comite.ordres.noter(salle.point, SECRET)
    cockpit = _reprendre(fenetre, chemin)
    assert fenetre.document is not None
    fichier = fenetre.document.contexte.fichier
    assert SECRET in _lisible(cockpit)
    fichier.signer("camille  PUPITRE")
    frapper(ENTREE, CTRL)
    frapper(ENTREE, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert "18\u202f000" not in _lisible(cockpit)
    assert SECRET not in _lisible(cockpit)
    taper("4000")
    for touche in (ENTREE, Qt.Key.Key_D, Qt.Key.Key_R, Qt.Key.Key_V, Qt.Key.Key_Delete, ENTREE):
        frapper(touche)
    assert lire(chemin, "SELECT count(*) FROM tour") == [(0,)]
    assert lire(chemin, "SELECT count(*) FROM decision") == [(0,)]
    # Somebody else takes the keyboard: the journal bears their name until the item is left.
    frapper(Qt.Key.Key_H)
    taper("Dominique Voisin")
    frapper(ENTREE)
    assert SECRET in _lisible(cockpit)
    taper("4000")
    frapper(ENTREE)
    assert lire(chemin, "SELECT auteur, montant FROM tour") == [("Dominique Voisin", 400_000)]
    frapper(ENTREE, CTRL)
    assert fichier.signature.auteur == "camille  PUPITRE"
    # Lent again: it is said, an empty name gives it back, and so does leaving the séance.
    for rendre in (lambda: (frapper(Qt.Key.Key_H), frapper(ENTREE)), cockpit.quitte.emit):
        frapper(Qt.Key.Key_H)
        taper("Dominique Voisin")
        frapper(ENTREE)
        assert "signe dans toutes les fenêtres" in _lisible(cockpit)
        rendre()
        laisser_faire()
        assert fichier.signature.auteur == "camille  PUPITRE"


def test_motifs_mouvements_et_classement_se_font_au_clavier_dans_la_seance(
    fenetre: FenetrePrincipale, tmp_path: Path
) -> None:
    with salle_ouverte(tmp_path) as salle:
        chemin = salle.fichier.chemin
        for point in salle.points[1:]:
            salle.comite.decisions.decider(point, Choix("complementaire"))
    cockpit = _reprendre(fenetre, chemin)
    maj = Qt.KeyboardModifier.ShiftModifier
    # Somebody leaves without a recorded link: the motive is asked, and kept.
    frapper(Qt.Key.Key_P, maj)
    taper("Etat Exemple")
    frapper(ENTREE)
    assert "tapez le motif" in cockpit.mouvement._refus.text()
    cockpit.mouvement.champs["motif"].montrer("Voisin du siège")
    frapper(ENTREE)
    assert lire(chemin, "SELECT motif, retour FROM deport") == [("Voisin du siège", None)]
    frapper(ECHAP)
    fenetre.activateWindow()
    laisser_faire()
    # The liste complémentaire, ranked in place of the seats.
    frapper(Qt.Key.Key_L, maj)
    assert cockpit.centre.occupe
    frapper(Qt.Key.Key_V)
    assert not cockpit.decision.est_ouverte, "les lettres ne décident pas d'ici"
    volet: Any = cockpit.centre.currentWidget()
    volet.rangeur.deplacer(1)
    classees = "SELECT a.numero FROM decision d JOIN point p ON p.cle = d.point "
    classees += "JOIN action a ON a.cle = p.action ORDER BY d.rang"
    assert lire(chemin, classees) == [("2026-003",), ("2026-002",)]
    frapper(ECHAP)
    assert avec_le_clavier() is cockpit.cases.cases[0].champ
    # A motive of the library put right while deciding, and taken at once.
    frapper(Qt.Key.Key_N)
    frapper(Qt.Key.Key_F12)
    volet = cockpit.centre.currentWidget()
    assert volet.modele.rowCount() == 4
    volet.modele.setData(volet.vue.index_courant(), "Hors appel")
    laisser_faire()
    frapper(ENTREE, Qt.KeyboardModifier.AltModifier)
    assert "Motif\u00a0: Hors appel." in cockpit.decision.phrase.text()
    frapper(ENTREE)
    assert lire(chemin, "SELECT motif FROM decision WHERE nature = 'refuse'") == [("Hors appel",)]


def _lisible(cockpit: EcranCockpit) -> str:
    """All that can be read in the cockpit."""
    textes = [t.text() for t in (*cockpit.findChildren(QLabel), *cockpit.findChildren(TexteFixe))]
    champs = [c.text() for c in cockpit.findChildren(QLineEdit)]
    return " ".join([*textes, *champs, cockpit.volet.enveloppe.texte()])


def test_un_point_pour_information_ne_se_decide_pas(
    fenetre: FenetrePrincipale, tmp_path: Path
) -> None:
    with salle_ouverte(tmp_path) as salle:
        chemin = salle.fichier.chemin
        sujet = salle.comite.ordres.ajouter_sujet(salle.seance, "Calendrier", nature="information")
        salle.comite.passages.ouvrir_point(sujet)
    cockpit = _reprendre(fenetre, chemin)
    for nom in ("= demandé (D)", "Suit l'État (E)", "Valider (V)"):
        assert not nomme(cockpit, nom).isEnabled()
    frapper(Qt.Key.Key_V)
    assert "pour information" in fenetre.message.texte
    assert not cockpit.decision.est_ouverte
    frapper(ENTREE, CTRL)
    for nom in ("= demandé (D)", "Valider (V)"):
        assert nomme(cockpit, nom).isEnabled()


def test_ce_qui_passe_sans_debat_se_vote_du_poste_de_pilotage(
    fenetre: FenetrePrincipale, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with salle_ouverte(tmp_path) as salle:
        chemin = salle.fichier.chemin
        salle.comite.ordres.mettre_en_bloc(salle.points[1])
    cockpit = _reprendre(fenetre, chemin)
    frapper(ENTREE, CTRL)
    assert cockpit.cours.point == salle.points[2]
    assert fenetre.message.texte.startswith("1 point sans débat passé")
    nomme(cockpit, "Voter sans débat (1)").click()
    lus = [e.text() for e in cockpit.demande.findChildren(QLabel) if e.isVisible()]
    assert "2026-002 14\u202f400\u00a0€" in lus[0]
    assert "est validée pour 14\u202f400\u00a0€" in lus[0]
    assert lire(chemin, "SELECT count(*) FROM decision") == [(0,)]
    frapper(ENTREE)
    assert lire(chemin, "SELECT nature, en_bloc FROM decision") == [("valide", 1)]
    assert cockpit.cours.sans_debat == 0
    frapper(Qt.Key.Key_V, Qt.KeyboardModifier.ShiftModifier)
    assert "Aucun point sans débat" in fenetre.message.texte
    # A long one is voted beside the window: what is typed meanwhile goes nowhere.
    assert fenetre.document is not None
    fenetre.document.contexte.fichier.undo.annuler()
    monkeypatch.setattr(seance_bloc, "LONG", 0)
    frapper(Qt.Key.Key_V, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(cockpit.demande.champ, ENTREE)
    assert fenetre.travail.isVisible()
    assert not cockpit.demande.isHidden()
    taper("n9")
    frapper(ECHAP)
    qtbot.waitUntil(cockpit.demande.isHidden)
    assert lire(chemin, "SELECT nature, motif FROM decision") == [("valide", None)]
    assert lire(chemin, "SELECT count(*) FROM tour") == [(0,)]
    assert not cockpit.decision.est_ouverte
    assert avec_le_clavier() is cockpit.cases.cases[0].champ
    # Tab goes round inside: out of the cockpit, Enter would open another page.
    tour: set[Any] = set()
    while avec_le_clavier() not in tour:
        tour.add(avec_le_clavier())
        frapper(TAB)
    assert {case.champ for case in cockpit.cases.cases[:3]} < tour
    assert all(cockpit.isAncestorOf(ou) for ou in tour)


def test_un_texte_illisible_reste_dans_sa_case_et_rien_ne_part(
    fenetre: FenetrePrincipale, tmp_path: Path
) -> None:
    with salle_ouverte(tmp_path) as salle:
        chemin = salle.fichier.chemin
    cockpit = _reprendre(fenetre, chemin)
    taper("12..3")
    frapper(ENTREE)
    frapper(ENTREE, CTRL)
    page = cockpit.projection.fenetre.page
    assert page is not None
    assert page.rang == "1 / 3"
    assert cockpit.cases.cases[0].champ.property("etat") == "refuse"
    assert "pas lisible" in fenetre.message.texte
    frapper(ECHAP)
    assert fenetre.message.texte == "", "la phrase part avec ce qu'elle refusait"
    frapper(Qt.Key.Key_V, Qt.KeyboardModifier.ShiftModifier)
    assert "sans débat" in fenetre.message.texte
    frapper(Qt.Key.Key_F6)
    assert fenetre.message.texte == "", "ce qui fut refusé est passé dès qu'autre chose se fait"
    frapper(Qt.Key.Key_F8)
    assert cockpit.cases.cases[0].champ.text() == ""
    assert lire(chemin, "SELECT count(*) FROM tour") == [(0,)]


def test_un_clic_dans_une_case_remplace_et_un_double_clic_y_entre(
    application: QApplication,
) -> None:
    boite, page = CaseFinanceur(), QWidget()
    champ = boite.champ
    QVBoxLayout(page).addWidget(boite)
    montrer(page)
    champ.setText("2900")
    gauche, fin = Qt.MouseButton.LeftButton, QPoint(champ.width() - 12, champ.height() // 2)
    QTest.mouseClick(champ, gauche, pos=fin)
    QTest.mouseClick(champ, gauche, pos=fin)  # it has the keyboard already
    taper("3000")
    assert champ.text() == "3000", "un chiffre s'est glissé dans l'ancien montant"
    champ.setText("2900")
    boite.grab()  # Qt places a text on the right as it draws it
    QTest.mouseDClick(champ, gauche, pos=fin)
    QTest.mouseRelease(champ, gauche, pos=fin)
    taper("0")
    assert champ.text() == "29000", "un double clic corrige le montant sans le remplacer"
    page.deleteLater()


def test_une_seance_se_prepare_se_clot_et_se_rouvre_dans_sa_page(
    fenetre: FenetrePrincipale, tmp_path: Path
) -> None:
    with salle_ouverte(tmp_path) as salle:
        chemin = salle.fichier.chemin
        with salle.fichier.operation("Une action de plus") as e:
            fabriques.action(e, annee=2026, numero="2026-900", titre="De trop", statut="proposee")
    assert fenetre.ouvrir(chemin)
    document = fenetre.document
    assert document is not None
    document.changer_annee(2026)
    document.aller("seances")
    page = document.page("seances")
    points = page.points
    premier, second = (p.cle for p in points.modele.lignes[:2])
    points.aller_a(premier, "titre")
    frapper(Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert [p.cle for p in points.modele.lignes[:2]] == [second, premier]
    page.onglets.setCurrentWidget(page.membres)
    page.membres.vue.aller(0, 0)
    nomme(page.membres, "Arrivée").click()
    assert "1 votant présent sur 3" in page.membres._phrase.text()
    page.onglets.setCurrentWidget(page.points)
    page.comite.ordres.mettre_en_bloc(premier)
    laisser_faire()
    nomme(points, "Voter sans débat").click()
    assert "1 point sans débat pour 14\u202f400" in points.demande._question.text()
    frapper(ENTREE)
    assert lire(chemin, "SELECT nature, en_bloc FROM decision") == [("valide", 1)]
    fenetre.annuler()
    page.onglets.setCurrentWidget(page.cloture)
    laisser_faire()
    assert page.cloture.controles.count() == 3, "aucun point n'est décidé"
    assert "À venir" in points._phrase.text()
    nomme(page.cloture, "Clore la séance").click()
    taper("Delai des notifications")
    frapper(ENTREE)
    assert "À venir" not in points._phrase.text(), "rien ne vient plus"
    assert lire(chemin, "SELECT etat, version FROM seance") == [("close", 1)]
    nomme(page.cloture, "Rouvrir la séance").click()
    frapper(ENTREE)
    assert "motif" in page.cloture.demande._refus.text()
    taper("Erreur de report")
    frapper(ENTREE)
    assert lire(chemin, "SELECT etat, reouverture FROM seance") == [("ouverte", "Erreur de report")]
    assert page.cloture.demande.isHidden(), "la même touche ne redemande pas de clore"
    page.creer(None)
    laisser_faire()
    assert page.seance != salle.seance
    assert page.points.modele.lignes == []

"""Building blocks of the window: the look, the icons, the bars, the errors, the long jobs."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QCursor, QIcon, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QMainWindow,
    QMenu,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.services.columns import Signal as Sens
from app.services.errors import SaisieRefusee, SourceIllisible, TravailAnnule
from app.ui.barres import BarreMessage, BarreTravail
from app.ui.cadres import LigneTitre
from app.ui.elements import ChampRecherche, PageVide, TexteElide, bouton
from app.ui.errors import RAPPORTS_MAXIMUM, Vigie, rapport
from app.ui.forms import ChampChoix
from app.ui.icons import GLYPHES, icone
from app.ui.rail import Rail
from app.ui.tasks import Ouvrier, Suivi
from app.ui.theme import CLAIR, SOMBRE, Couleurs, theme

LOOKS = [pytest.param(CLAIR, id="clair"), pytest.param(SOMBRE, id="sombre")]


# The look -----------------------------------------------------------------------------------------


@pytest.fixture
def apparence(qapp: QApplication) -> Iterator[None]:
    """Gives back the light look at 100 %."""
    yield
    theme().definir("clair", echelle=100)


def luminance(couleur: QColor) -> float:
    def lineaire(canal: float) -> float:
        return canal / 12.92 if canal <= 0.04045 else ((canal + 0.055) / 1.055) ** 2.4

    rouge, vert, bleu = (lineaire(c) for c in (couleur.redF(), couleur.greenF(), couleur.blueF()))
    return 0.2126 * rouge + 0.7152 * vert + 0.0722 * bleu


def contraste(une: QColor, autre: QColor) -> float:
    """WCAG 2 contrast ratio."""
    clair, sombre = sorted((luminance(une), luminance(autre)), reverse=True)
    return (clair + 0.05) / (sombre + 0.05)


@pytest.mark.parametrize("couleurs", LOOKS)
def test_tout_texte_a_un_contraste_de_4_5(couleurs: Couleurs) -> None:
    fonds = (couleurs.papier, couleurs.fond, couleurs.survol, couleurs.accent_fond)
    for texte in (couleurs.encre, couleurs.encre_douce, couleurs.accent):
        assert min(contraste(texte, fond) for fond in fonds) >= 4.5
    assert contraste(couleurs.sur_accent, couleurs.accent) >= 4.5
    for signal in Sens:
        teinte = couleurs.fond_signal(signal)
        for fond in (teinte, couleurs.papier, couleurs.fond):
            assert contraste(couleurs.signal(signal), fond) >= 4.5, signal
        assert contraste(couleurs.encre, teinte) >= 4.5


@pytest.mark.parametrize("couleurs", LOOKS)
def test_toute_forme_a_un_contraste_de_3(couleurs: Couleurs) -> None:
    for forme in (couleurs.bord, *couleurs.financeurs):
        assert contraste(forme, couleurs.papier) >= 3


@pytest.mark.parametrize("couleurs", LOOKS)
def test_les_financeurs_voisins_se_distinguent_par_leur_clarte_ou_leur_teinte(
    couleurs: Couleurs,
) -> None:
    noms = [couleur.name() for couleur in couleurs.financeurs]
    assert len(set(noms)) == len(noms) >= 8


def test_le_theme_change_a_chaud(apparence: None, qtbot: QtBot) -> None:
    look = theme()
    look.definir("clair", echelle=100)
    with qtbot.waitSignal(look.change):
        look.definir("sombre")
    assert look.est_sombre
    assert QApplication.palette().base().color() == SOMBRE.papier
    assert SOMBRE.accent.name() in QApplication.instance().styleSheet()
    look.definir(echelle=150)
    assert (look.px(28), look.police("titre").pixelSize(), look.mode) == (42, 24, "sombre")


def test_la_feuille_de_style_ne_laisse_aucun_jeton(apparence: None, qapp: QApplication) -> None:
    theme().definir("clair")
    feuille = qapp.styleSheet()
    assert "$" not in feuille
    images = {
        ligne.split("url(")[1].split(")")[0] for ligne in feuille.split("\n") if "url(" in ligne
    }
    assert [image for image in images if not Path(image).is_file()] == []


def test_quatre_tailles_deux_graisses_et_des_chiffres_de_meme_largeur(qapp: QApplication) -> None:
    from PySide6.QtGui import QFontMetricsF

    look = theme()
    assert [look.police(t).pixelSize() for t in ("petit", "texte", "titre", "grand")] == [
        11,
        13,
        16,
        22,
    ]
    for forte in (False, True):
        metrique = QFontMetricsF(look.police(forte=forte))
        assert len({metrique.horizontalAdvance(chiffre) for chiffre in "0123456789"}) == 1


def test_les_icones_sont_bien_celles_de_la_famille(qapp: QApplication) -> None:
    import fonticon_mdi7

    for nom, (glyphe, code) in GLYPHES.items():
        attendu = getattr(fonticon_mdi7.MDI7, glyphe).removeprefix("mdi7.")
        assert chr(code) == attendu, nom


def test_une_icone_est_nette_et_prend_la_couleur_du_theme(
    apparence: None, qapp: QApplication
) -> None:
    theme().definir("clair")
    claire = icone("accueil", "encre").pixmap(QSize(16, 16), 2.0)
    assert claire.size().toTuple() == (32, 32)
    theme().definir("sombre")
    sombre = icone("accueil", "encre").pixmap(QSize(16, 16), 2.0)
    assert {couleur_pleine(claire), couleur_pleine(sombre)} == {
        CLAIR.encre.name(),
        SOMBRE.encre.name(),
    }
    assert couleur_pleine(
        icone("accueil").pixmap(QSize(16, 16), 2.0, QIcon.Mode.Normal, QIcon.State.On)
    ) == (SOMBRE.accent.name())


def couleur_pleine(image: Any) -> str:
    """The colour of the opaque pixels."""
    pixels = image.toImage()
    pleins = {
        pixels.pixelColor(x, y).name()
        for x in range(pixels.width())
        for y in range(pixels.height())
        if pixels.pixelColor(x, y).alpha() == 255
    }
    assert len(pleins) == 1
    return pleins.pop()


def test_une_icone_inconnue_echoue_tout_de_suite(qapp: QApplication) -> None:
    with pytest.raises(KeyError):
        icone("licorne")


# Bars and blocks ----------------------------------------------------------------------------------


def test_la_barre_de_message_dit_une_phrase_et_propose_un_geste(qtbot: QtBot) -> None:
    barre = BarreMessage()
    qtbot.addWidget(barre)
    assert barre.isHidden()
    gestes: list[bool] = []
    barre.montrer("Le disque est plein.", action="Recommencer", geste=lambda: gestes.append(True))
    assert (barre.texte, barre.accessibleName()) == ("Le disque est plein.",) * 2
    assert barre.bouton.text() == "Recommencer"
    qtbot.mouseClick(barre.bouton, Qt.MouseButton.LeftButton)
    assert gestes == [True]
    assert (barre.isHidden(), barre.texte) == (True, "")


def test_un_avis_s_en_va_seul_quand_on_a_eu_le_temps_de_le_lire(qtbot: QtBot) -> None:
    barre = BarreMessage()
    qtbot.addWidget(barre)
    barre.montrer("Enregistré.", Sens.INFORMATION, passager=True)
    assert barre._depart.interval() == 8_000
    barre.montrer("Une phrase " * 20, Sens.INFORMATION, passager=True)
    assert barre._depart.interval() > 15_000
    barre.montrer("La CAF dépasse.", Sens.ALERTE)
    assert not barre._depart.isActive(), "une alerte attend qu'on la ferme"


def test_une_phrase_qui_vient_ou_s_en_va_ne_deplace_rien(qtbot: QtBot) -> None:
    """What is under the pointer stays under it: the sentence lies over the top of the page."""
    page, titre, liste, barre = QWidget(), QLabel("Titre"), QWidget(), BarreMessage()
    qtbot.addWidget(page)
    colonne = QVBoxLayout(page)
    colonne.addWidget(titre)
    colonne.addWidget(liste, 1)
    page.resize(900, 600)
    barre.couvrir(page, sur=titre)
    page.show()
    place = liste.geometry()
    barre.montrer("Un avis court.")
    assert liste.geometry() == place
    assert (barre.y(), barre.width(), barre.height()) == (titre.y(), 878, 40)
    barre.montrer("Une longue phrase qui tient sur plusieurs lignes. " * 6)
    assert barre.height() > 40, "elle se lit en entier"
    page.resize(500, 600)
    QApplication.processEvents()
    assert barre.width() == titre.width(), "elle suit la fenêtre"
    assert barre.pos() == titre.pos()
    place = liste.geometry()
    barre.cacher()
    QApplication.processEvents()
    assert liste.geometry() == place


def test_la_barre_de_message_suit_la_taille_du_texte(apparence: None, qtbot: QtBot) -> None:
    theme().definir(echelle=150)
    barre = BarreMessage()
    qtbot.addWidget(barre)
    barre.montrer("Le disque est plein.")
    grande = barre.sizeHint().height()
    theme().definir(echelle=100)
    assert barre.minimumHeight() == 40
    assert barre.sizeHint().height() < grande
    theme().definir(echelle=150)
    assert barre.minimumHeight() == 60


def test_un_bouton_a_menu_revient_au_repos_quand_son_menu_se_ferme(qtbot: QtBot) -> None:
    vise, menu = bouton("Inscrire"), QMenu()
    qtbot.addWidget(vise)
    qtbot.addWidget(menu)
    menu.addAction("Une action")
    vise.setMenu(menu)
    with qtbot.waitExposed(vise):
        vise.show()
    QCursor.setPos(vise.mapToGlobal(vise.rect().bottomRight() + QPoint(200, 200)))
    with qtbot.waitExposed(menu):
        menu.popup(vise.mapToGlobal(vise.rect().bottomLeft()))
    vise.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)  # as after a click on it
    menu.close()
    qtbot.waitUntil(lambda: not vise.underMouse())
    assert not vise.isDown()


def test_un_bouton_atteint_par_tab_ne_porte_qu_un_cadre(
    apparence: None, qapp: QApplication, qtbot: QtBot
) -> None:
    """The style of Qt would draw its own grey rectangle around the word, inside ours."""
    page = QWidget()
    qtbot.addWidget(page)
    colonne = QVBoxLayout(page)
    avant, vise = bouton("Avant"), bouton("")
    vise.setFixedWidth(120)
    colonne.addWidget(avant)
    colonne.addWidget(vise)
    with qtbot.waitActive(page):
        page.show()
        page.activateWindow()
    avant.setFocus()
    qtbot.keyClick(avant, Qt.Key.Key_Tab)
    assert vise.hasFocus()
    qapp.processEvents()
    image = vise.grab().toImage()
    milieu = image.height() // 2
    dedans = {image.pixelColor(x, milieu).name() for x in range(4, image.width() - 4)}
    assert dedans == {theme().couleurs.papier.name()}


def test_la_barre_de_travail_avance_et_s_annule(qtbot: QtBot) -> None:
    barre = BarreTravail()
    qtbot.addWidget(barre)
    barre.demarrer("Lecture du fichier…")
    barre.avancer(30, 120, "Lecture des lignes")
    assert barre._compte.text() == "30 sur 120"
    with qtbot.waitSignal(barre.annulation):
        qtbot.mouseClick(barre._bouton, Qt.MouseButton.LeftButton)
    assert not barre._bouton.isEnabled()


def test_la_recherche_attend_la_fin_de_la_frappe(qtbot: QtBot) -> None:
    champ = ChampRecherche("Rechercher une action…")
    qtbot.addWidget(champ)
    champ.show()
    cherches: list[str] = []
    champ.cherche.connect(cherches.append)
    qtbot.keyClicks(champ, "jardin")
    qtbot.waitUntil(lambda: cherches == ["jardin"], timeout=1000)
    qtbot.keyClick(champ, Qt.Key.Key_Escape)
    assert (cherches, champ.text()) == (["jardin", ""], "")
    with qtbot.waitSignal(champ.quitte):
        qtbot.keyClick(champ, Qt.Key.Key_Escape)


def test_le_rail_dit_ou_l_on_est_et_garde_ses_mots_une_fois_replie(qtbot: QtBot) -> None:
    rail = Rail()
    qtbot.addWidget(rail)
    actions = rail.ajouter("actions", "actions", "Actions")
    journal = rail.ajouter("journal", "journal", "Journal")
    with qtbot.waitSignal(rail.choisi) as choisi:
        qtbot.mouseClick(journal, Qt.MouseButton.LeftButton)
    assert choisi.args == ["journal"]
    rail.marquer("actions")
    assert (actions.isChecked(), journal.isChecked()) == (True, False)
    with qtbot.waitSignal(rail.replie_change):
        rail.replier(replie=True)
    assert rail.width() == theme().px(56)
    assert (journal.toolTip(), journal.accessibleName()) == ("Journal", "Journal")


def test_la_ligne_de_titre_laisse_choisir_l_annee(qtbot: QtBot) -> None:
    ligne = LigneTitre()
    qtbot.addWidget(ligne)
    ligne.situer("Actions", "Contrat de ville de Valenciennes")
    ligne.annee.proposer([("2025", "2025"), ("2026", "2026")], "2026")
    assert ligne.annee.accessibleName() == "Année : 2026"
    with qtbot.waitSignal(ligne.annee.choisi) as choisi:
        ligne.annee.menu().actions()[0].trigger()
    assert choisi.args == ["2025"]


def test_une_page_vide_dit_quoi_faire(qtbot: QtBot) -> None:
    page = PageVide("Aucune action", "Importez votre tableau.", geste="Importer un tableau")
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.demande):
        qtbot.mouseClick(page.bouton, Qt.MouseButton.LeftButton)


def test_un_texte_coupe_se_lit_dans_sa_bulle(qtbot: QtBot) -> None:
    label = TexteElide("Contrat de ville de Valenciennes Métropole")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.grab()
    assert label.toolTip() == label.text()
    label.resize(600, 20)
    label.grab()
    assert label.toolTip() == ""


# Errors -------------------------------------------------------------------------------------------


@pytest.fixture
def vigie(qapp: QApplication) -> Iterator[Vigie]:
    resultat = Vigie(qapp)
    yield resultat
    if resultat.fenetre is not None:
        resultat.fenetre.close()
    resultat.deleteLater()


def erreur_de(quoi: Exception) -> Exception:
    """The same error, with the trace that raising it gives."""
    try:
        raise quoi
    except Exception as levee:  # noqa: BLE001
        return levee


def test_une_erreur_connue_va_dans_la_barre_de_la_fenetre(vigie: Vigie, qtbot: QtBot) -> None:
    fenetre, barre = QMainWindow(), BarreMessage()
    centre = QWidget()
    QVBoxLayout(centre).addWidget(barre)
    fenetre.setCentralWidget(centre)
    qtbot.addWidget(fenetre)
    fenetre.show()
    vigie.dire(SaisieRefusee("Ce montant est négatif : corrigez-le."))
    assert barre.texte == "Ce montant est négatif : corrigez-le."
    assert vigie.fenetre is None


def test_un_defaut_ouvre_un_rapport_a_copier(vigie: Vigie, qtbot: QtBot) -> None:
    vigie.dire(erreur_de(ZeroDivisionError("par zéro")))
    assert vigie.fenetre is not None
    assert "ZeroDivisionError: par zéro" in vigie.fenetre.texte
    assert "Tour de table 0." in vigie.fenetre.texte
    qtbot.mouseClick(vigie.fenetre.copier, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == vigie.fenetre.texte
    assert vigie.fenetre.copier.text() == "Rapport copié"


def test_un_defaut_qui_se_repete_n_ouvre_qu_une_fenetre(vigie: Vigie, qtbot: QtBot) -> None:
    for rang in range(RAPPORTS_MAXIMUM + 10):
        vigie.dire(erreur_de(ValueError(f"défaut {rang}")))
    assert vigie.fenetre is not None
    assert vigie.fenetre.texte.count("ValueError: défaut") == RAPPORTS_MAXIMUM


def test_ce_qui_vient_d_un_autre_fil_est_dit_dans_la_fenetre(
    vigie: Vigie, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "__excepthook__", lambda *_quoi: None)
    monkeypatch.setattr(threading, "excepthook", vigie.recevoir_du_fil)

    def echouer() -> None:
        raise KeyError("perdu")

    fil = threading.Thread(target=echouer)
    fil.start()
    fil.join()
    qtbot.waitUntil(lambda: vigie.fenetre is not None, timeout=1000)
    assert vigie.fenetre is not None
    assert "KeyError: 'perdu'" in vigie.fenetre.texte


def test_le_rapport_ne_dit_pas_le_dossier_de_la_personne() -> None:
    assert str(Path.home()) not in rapport(f'File "{Path.home()}/programme/x.py"')


ARRET_BRUTAL = """
import faulthandler, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from app.ui.errors import Vigie
application = QApplication([])
Vigie(application).armer(Path(sys.argv[1]))
faulthandler._sigsegv()
"""


def test_un_arret_brutal_est_dit_une_fois_au_demarrage_suivant(
    vigie: Vigie, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    traces = tmp_path / "traces"
    traces.mkdir()
    mort = subprocess.run(
        [sys.executable, "-c", ARRET_BRUTAL, str(traces)], capture_output=True, check=False
    )
    assert mort.returncode != 0
    en_marche = traces / "arret-99990101-000000-000000.txt"
    en_marche.touch()
    monkeypatch.setattr("faulthandler.enable", lambda *_: None)  # the tests keep their own
    monkeypatch.setattr("faulthandler.disable", lambda: None)
    trace = vigie.armer(traces)
    vigie.dire_arret(trace)
    vigie.desarmer()
    assert vigie.fenetre is not None
    assert "Segmentation fault" in vigie.fenetre.texte
    assert "s’est arrêté brutalement" in vigie.fenetre.findChildren(QLabel)[1].text()
    assert list(traces.iterdir()) == [en_marche]


# Long jobs ----------------------------------------------------------------------------------------


@pytest.fixture
def ouvrier(qapp: QApplication) -> Iterator[Ouvrier]:
    resultat = Ouvrier()
    yield resultat
    resultat.fermer()


def test_un_travail_rend_son_resultat_sur_le_fil_de_la_fenetre(
    ouvrier: Ouvrier, qtbot: QtBot
) -> None:
    recus: list[tuple[str, Any, bool]] = []
    ici = threading.get_ident()

    def noter(quoi: str, valeur: Any = None) -> None:
        recus.append((quoi, valeur, threading.get_ident() == ici))

    def travail(suivi: Suivi) -> int:
        for rang in range(3):
            suivi.progression(rang + 1, 3, "Lecture")
        return 42

    tache = ouvrier.lancer(
        travail,
        reussite=lambda valeur: noter("réussite", valeur),
        avance=lambda fait, total, texte: noter("avance", (fait, total, texte)),
        fin=lambda: noter("fin"),
    )
    with qtbot.waitSignal(tache.terminee):
        pass
    assert recus[-2:] == [("réussite", 42, True), ("fin", None, True)]
    assert ("avance", (3, 3, "Lecture"), True) in recus
    assert not ouvrier.est_occupe


def test_un_travail_annule_s_arrete_et_le_dit(ouvrier: Ouvrier, qtbot: QtBot) -> None:
    parti = threading.Event()

    def travail(suivi: Suivi) -> None:
        while True:
            suivi.progression(1, 100)
            parti.set()

    tache = ouvrier.lancer(travail, reussite=lambda _: pytest.fail("annulé"))
    parti.wait(2)
    with qtbot.waitSignal(tache.annulee):
        tache.annuler()


def test_un_travail_qui_echoue_rend_son_erreur(ouvrier: Ouvrier, qtbot: QtBot) -> None:
    erreurs: list[BaseException] = []

    def travail(_suivi: Suivi) -> None:
        raise SourceIllisible("Ce fichier est vide.")

    tache = ouvrier.lancer(travail, reussite=lambda _: None, echec=erreurs.append)
    with qtbot.waitSignal(tache.terminee):
        pass
    assert [str(erreur) for erreur in erreurs] == ["Ce fichier est vide."]


def test_les_travaux_passent_l_un_apres_l_autre(ouvrier: Ouvrier, qtbot: QtBot) -> None:
    ordre: list[int] = []
    for rang in range(3):
        tache = ouvrier.lancer(lambda _suivi, r=rang: ordre.append(r), reussite=lambda _: None)
    with qtbot.waitSignal(tache.terminee):
        pass
    assert ordre == [0, 1, 2]


def test_fermer_annule_ce_qui_court(qtbot: QtBot) -> None:
    ouvrier = Ouvrier()
    vus: list[str] = []

    def travail(suivi: Suivi) -> None:
        try:
            while True:
                suivi.progression(1, 2)
        except TravailAnnule:
            vus.append("annulé")
            raise

    ouvrier.lancer(travail, reussite=lambda _: None)
    qtbot.wait(10)
    ouvrier.fermer()
    assert vus == ["annulé"]


@pytest.mark.qt_log_ignore("This plugin does not support")
@pytest.mark.parametrize("nombre", [3, 9, 30])
def test_la_derniere_entree_d_une_liste_ne_touche_pas_le_bord(
    apparence: None, qapp: QApplication, qtbot: QtBot, nombre: int
) -> None:
    liste = QComboBox()
    qtbot.addWidget(liste)
    liste.addItems([f"Entrée {rang}" for rang in range(nombre)])
    liste.setCurrentIndex(nombre - 1)
    liste.show()
    liste.showPopup()
    qapp.processEvents()
    vue = liste.view()
    derniere = vue.visualRect(vue.model().index(nombre - 1, 0))
    bas = vue.viewport().mapTo(vue.window(), derniere.bottomLeft()).y()
    assert derniere.height() >= theme().px(28)
    assert vue.window().height() - 1 - bas >= theme().px(4)
    liste.hidePopup()


# The fields of the sheet --------------------------------------------------------------------------


def test_la_molette_ne_change_pas_un_choix_que_personne_n_a_ouvert(qtbot: QtBot) -> None:
    ecrits: list[str] = []
    champ = ChampChoix("Statut", ecrire=ecrits.append)
    qtbot.addWidget(champ)
    champ.proposer([("deposee", "Déposée"), ("accordee", "Accordée"), ("refusee", "Refusée")])
    champ.montrer("accordee")
    champ.show()
    liste = champ.editeur
    centre = QPointF(liste.rect().center())
    molette = QWheelEvent(
        centre, liste.mapToGlobal(centre), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    liste.clearFocus()
    QApplication.sendEvent(liste, molette)
    assert (champ.texte(), ecrits) == ("accordee", [])
    assert not molette.isAccepted(), "la fiche défile"

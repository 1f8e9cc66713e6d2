"""The import as a person meets it: from the file to the rows, with keys, and back."""

import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from app import boot
from app.services.actions_lues import Anomalie, ColonneTrouvee
from app.services.contexte import Contexte
from app.services.imports import Imports
from app.services.plans import Compte, Genre, Plan
from app.services.synonymes import CHAMPS, MONTANT
from app.ui import import_champs as champs
from app.ui.import_fichier import lettres
from app.ui.import_lignes import grouper, phrase_finale, premieres, promesse
from app.ui.import_source import taille_lisible, trouver_rangees_d_entete
from app.ui.main_window import FenetrePrincipale
from app.ui.screen_import import APERCU, COLONNES, FICHIER, EcranImport
from tests.fabrique_fenetre import (
    CTRL,
    SANS_ECRAN,
    application,
    avec_le_clavier,
    fenetre,
    frapper,
    laisser_faire,
    lire,
    montrer,
    operations,
)
from tests.fabrique_import import classeur, texte
from tests.fabriques import action, decor, neuf

__all__ = ["application", "fenetre"]
pytestmark = pytest.mark.qt_log_ignore(SANS_ECRAN)

ESPACE = Qt.Key.Key_Space
ENTREE = Qt.Key.Key_Return
ECHAP = Qt.Key.Key_Escape
TITRES = "SELECT titre FROM action ORDER BY titre"
ENTETE = (
    "Porteur", "Intitulé de l'action", "Quartiers concernés", "État demandé", "État accordé",
    "Coût total", "Avis tech.",
)  # fmt: skip
LIGNES = (
    ("Les Ateliers du canal", "Fanfare", "Les Tisserands", 4000, 3000, 9000, "Favorable"),
    ("Le Fil de l'eau", "Jardin nourricier", "La Briquette", "2 500,50 €", None, 6000, "À revoir"),
    ("Le Fil de l'eau", "Théâtre forum", "Les Tisserans", 1000, None, 2000, None),
)  # fmt: skip


@pytest.fixture
def fichier_tdt(tmp_path: Path) -> Path:
    """A small contract, without any action, closed."""
    chemin = tmp_path / "contrat.tdt"
    with neuf(chemin) as ouvert:
        decor(ouvert, actions=0)
    return chemin


@pytest.fixture
def tableau(tmp_path: Path) -> Path:
    """A title, the header on line 3, three actions, a total."""
    rangees = [("Programmation 2026",), (), ENTETE, *LIGNES, ("TOTAL", None, None, 7500.5)]
    return classeur(tmp_path / "tableau.xlsx", {"Programmation 2026": rangees})


@pytest.fixture
def contexte(application: QApplication, fichier_tdt: Path) -> Iterator[Contexte]:
    ouvert = boot.ouvrir(fichier_tdt)
    yield ouvert
    ouvert.fichier.fermer()


@pytest.fixture
def ecran(qtbot: QtBot, contexte: Contexte) -> Iterator[EcranImport]:
    """The import page alone of the size it has in the window."""
    page = EcranImport(contexte)
    qtbot.addWidget(page)
    montrer(page, (1158, 620))
    yield page
    page.fermer()


@pytest.fixture
def attendre(qtbot: QtBot) -> Callable[[EcranImport], None]:
    """Wait until the worker has done what was asked."""

    def attendre(page: EcranImport) -> None:
        qtbot.waitUntil(lambda: not page.occupe, timeout=10_000)
        laisser_faire()

    return attendre


@pytest.fixture
def jusqu_a_l_apercu(
    ecran: EcranImport, attendre: Callable[[EcranImport], None]
) -> Callable[[Path], EcranImport]:
    def mener(chemin: Path) -> EcranImport:
        ecran.ouvrir(chemin, 2026)
        attendre(ecran)
        ecran.avancer()
        ecran.avancer()
        attendre(ecran)
        return ecran

    return mener


def _verdicts(ecran: EcranImport) -> list[tuple[str, str]]:
    return [(ligne.titre, str(ligne.verdict)) for ligne in ecran.apercu.modele.lignes]


# The whole journey --------------------------------------------------------------------------------


def test_le_parcours_au_clavier_du_choix_du_fichier_a_l_annulation(
    fenetre: FenetrePrincipale,
    fichier_tdt: Path,
    tableau: Path,
    attendre: Callable[[EcranImport], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tableau), ""))
    assert fenetre.ouvrir(fichier_tdt)
    laisser_faire()
    frapper(Qt.Key.Key_I, CTRL)
    assert fenetre.document is not None
    ecran: Any = fenetre.document.page("import")

    assert avec_le_clavier().text() == "Choisir un fichier…"
    frapper(ENTREE)
    attendre(ecran)
    assert ecran.fichier.profil.currentText() == "Tableau de programmation (reconnu)"
    assert ecran.fichier.annee.currentText() == "2026, dite par le fichier"
    assert ecran.fichier.apercu.model().data(ecran.fichier.apercu.model().index(2, 0)) == "Porteur"

    assert avec_le_clavier().text() == "Continuer"
    frapper(ENTREE)
    assert ecran.etape == COLONNES
    frapper(ENTREE)
    attendre(ecran)
    assert ecran.etape == APERCU
    assert _verdicts(ecran) == [
        ("Fanfare", "ajouter"),
        ("Jardin nourricier", "ajouter"),
        ("Théâtre forum", "ajouter"),
    ]
    assert ecran.barre.suivant.text() == "Importer 3 lignes"
    assert lire(fichier_tdt, TITRES) == []

    frapper(ENTREE, CTRL)
    attendre(ecran)
    assert fenetre.document.page_courante == "actions"
    assert lire(fichier_tdt, TITRES) == [("Fanfare",), ("Jardin nourricier",), ("Théâtre forum",)]
    assert [a.titre for a in fenetre.document.actions.modele.lignes] == [
        "Fanfare", "Jardin nourricier", "Théâtre forum",
    ]  # fmt: skip
    demandes = "SELECT sum(demande) FROM cofinancement"
    assert lire(fichier_tdt, demandes) == [(750_050,)]

    frapper(Qt.Key.Key_Z, CTRL)
    assert lire(fichier_tdt, TITRES) == []


def test_un_second_import_du_meme_tableau_ne_change_rien_et_le_dit(
    jusqu_a_l_apercu: Callable[[Path], EcranImport],
    attendre: Callable[[EcranImport], None],
    tableau: Path,
    contexte: Contexte,
) -> None:
    phrases: list[str] = []
    ecran = jusqu_a_l_apercu(tableau)
    ecran.termine.connect(phrases.append)
    ecran.avancer()
    attendre(ecran)
    avant = operations(contexte.fichier.chemin)

    jusqu_a_l_apercu(tableau)
    assert ecran.barre.suivant.text() == "Terminer"
    ecran.avancer()
    attendre(ecran)
    assert phrases == [
        "3 actions ajoutées. Un seul Ctrl+Z annule l'import.",
        "Rien à importer\u00a0: les 3 lignes lues sont déjà à jour ou ignorées.",
    ]
    assert operations(contexte.fichier.chemin) == avant


# Step 1 -------------------------------------------------------------------------------------------


def test_la_feuille_choisie_est_lue_a_la_place_de_l_autre(
    ecran: EcranImport, attendre: Callable[[EcranImport], None], tmp_path: Path
) -> None:
    chemin = classeur(
        tmp_path / "deux.xlsx",
        {
            "Retenues": [ENTETE, *LIGNES],
            "Bis": [("Titre du projet", "Structure"), ("Radio", "Le Fil de l'eau")],
        },
    )
    ecran.ouvrir(chemin, 2026)
    attendre(ecran)
    assert ecran.fichier.feuille.currentText() == "Retenues"
    ecran.fichier.feuille.setCurrentIndex(ecran.fichier.feuille.findText("Bis"))
    ecran.fichier.feuille.activated.emit(0)
    attendre(ecran)
    assert list(ecran.colonnes.choisis()) == ["Titre du projet", "Structure"]


def test_l_annee_est_demandee_quand_le_fichier_ne_la_dit_pas(
    ecran: EcranImport,
    attendre: Callable[[EcranImport], None],
    tmp_path: Path,
    contexte: Contexte,
) -> None:
    ecran.ouvrir(texte(tmp_path / "liste.csv", [ENTETE, *LIGNES]), 2027)
    attendre(ecran)
    assert (ecran.fichier.annee.isEnabled(), ecran.fichier.annee.currentText()) == (True, "2027")
    for _ in range(3):
        ecran.avancer()
        attendre(ecran)
    assert lire(contexte.fichier.chemin, "SELECT DISTINCT annee FROM action") == [(2027,)]


@pytest.mark.parametrize(
    ("nom", "octets", "phrase"),
    [
        ("vide.xlsx", b"", "« vide.xlsx » est vide"),
        ("tronque.xlsx", b"PK\x03\x04tronque", "« tronque.xlsx »"),
        ("photo.csv", b"\x00\x01\x02\xff" * 50, "« photo.csv » n'est ni un tableau"),
    ],
)
def test_un_mauvais_fichier_donne_une_phrase_et_laisse_le_precedent_a_l_ecran(
    ecran: EcranImport,
    attendre: Callable[[EcranImport], None],
    tableau: Path,
    tmp_path: Path,
    nom: str,
    octets: bytes,
    phrase: str,
) -> None:
    ecran.ouvrir(tableau, 2026)
    attendre(ecran)
    (tmp_path / nom).write_bytes(octets)
    ecran.ouvrir(tmp_path / nom, 2026)
    attendre(ecran)
    assert ecran.message.texte.replace("\u00a0", " ").startswith(phrase)
    assert (ecran.etape, ecran.barre.suivant.isEnabled()) == (FICHIER, True)
    assert len(ecran.colonnes.choisis()) == len(ENTETE)


def test_un_fichier_sans_en_tete_montre_ses_lignes_et_dit_ce_qui_manque(
    ecran: EcranImport, attendre: Callable[[EcranImport], None], tmp_path: Path
) -> None:
    chemin = classeur(tmp_path / "sans.xlsx", {"A": [("un", "deux"), (1, 2)]})
    ecran.ouvrir(chemin, 2026)
    attendre(ecran)
    assert "pas de ligne d'en-tête reconnaissable" in ecran.message.texte
    assert ecran.fichier.apercu.model().rowCount() == 2
    assert not ecran.barre.suivant.isEnabled()


def test_un_fichier_depose_est_lu(
    ecran: EcranImport, attendre: Callable[[EcranImport], None], tableau: Path
) -> None:
    donnees = QMimeData()
    donnees.setUrls([QUrl.fromLocalFile(str(tableau))])
    depot = QDropEvent(
        QPointF(10, 10), Qt.DropAction.CopyAction, donnees, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    ecran.dropEvent(depot)
    attendre(ecran)
    assert ecran.fichier.montre_un_fichier


def test_echap_recule_d_une_etape_puis_quitte_sans_rien_ecrire(
    jusqu_a_l_apercu: Callable[[Path], EcranImport], tableau: Path, contexte: Contexte
) -> None:
    ecran = jusqu_a_l_apercu(tableau)
    partis: list[bool] = []
    ecran.abandonne.connect(lambda: partis.append(True))
    avant = operations(contexte.fichier.chemin)
    etapes = []
    for _ in range(3):
        frapper(ECHAP)
        etapes.append(ecran.etape)
    assert (etapes, partis) == ([COLONNES, FICHIER, FICHIER], [True])
    assert operations(contexte.fichier.chemin) == avant


# Step 2 -------------------------------------------------------------------------------------------


def test_une_colonne_corrigee_au_clavier_est_importee_puis_retenue(
    ecran: EcranImport,
    attendre: Callable[[EcranImport], None],
    tableau: Path,
    contexte: Contexte,
) -> None:
    ecran.ouvrir(tableau, 2026)
    attendre(ecran)
    ecran.avancer()
    rang = ENTETE.index("Avis tech.")
    assert (ecran.colonnes.modele.lignes[rang].mot, ecran.colonnes.listes[rang].currentText()) == (
        "à vérifier",
        "Ne pas importer",
    )
    ecran.colonnes.listes[rang].setFocus()
    QTest.keyClicks(avec_le_clavier(), "Avis")
    assert ecran.colonnes.modele.lignes[rang].mot == "choisie"
    for _ in range(2):
        ecran.avancer()
        attendre(ecran)
    avis = "SELECT titre, avis FROM action WHERE avis IS NOT NULL ORDER BY titre"
    assert lire(contexte.fichier.chemin, avis) == [
        ("Fanfare", "Favorable"),
        ("Jardin nourricier", "À revoir"),
    ]

    ecran.ouvrir(tableau, 2026)
    attendre(ecran)
    ligne = ecran.colonnes.modele.lignes[rang]
    assert (ligne.sens, ligne.mot) == (("avis", None, None), "choisie")


def test_ce_qui_manque_et_ce_qui_est_dit_deux_fois_est_dit_en_mots(
    ecran: EcranImport, attendre: Callable[[EcranImport], None], tmp_path: Path
) -> None:
    entete = ("Intitulé de l'action", "Quartier", "Remarque du chargé de mission")
    chemin = texte(tmp_path / "liste.csv", [entete, ("Fanfare", "Les Tisserands", "Fanfare bis")])
    ecran.ouvrir(chemin, 2026)
    attendre(ecran)
    assert ecran.colonnes.alertes.phrases == [
        "Aucune colonne pour le porteur, le SIRET et le coût total.",
        "Aucune colonne de montant.",
    ]
    ecran.avancer()
    liste = ecran.colonnes.listes[2]
    liste.setCurrentIndex(liste.findText("Intitulé"))
    liste.activated.emit(liste.currentIndex())
    assert ecran.colonnes.alertes.phrases[-1] == (
        "Intitulé : « Intitulé de l'action » et « Remarque du chargé de mission » disent la même "
        "chose, seule la première est lue."
    )


def test_seules_les_colonnes_a_verifier_sont_montrees_si_on_le_demande(
    ecran: EcranImport, attendre: Callable[[EcranImport], None], tableau: Path
) -> None:
    ecran.ouvrir(tableau, 2026)
    attendre(ecran)
    ecran.avancer()
    ecran.colonnes._seules.setChecked(True)
    montrees = [r for r in range(len(ENTETE)) if not ecran.colonnes.table.isRowHidden(r)]
    assert [ENTETE[rang] for rang in montrees] == ["Avis tech."]


def test_chaque_champ_connu_peut_etre_choisi_une_fois() -> None:
    proposes = [o.sens[0] for o in champs.options([]) if o.sens and o.sens[0] not in ("", MONTANT)]
    assert sorted(proposes) == sorted(champ for champ in CHAMPS if champ != MONTANT)


def test_chaque_financeur_est_propose_a_chaque_etape() -> None:
    libelles = [o.libelle for o in champs.options(["État", "CAF", "État"]) if o.sens]
    assert libelles[-18:-6] == [
        f"{nom} – {mot}" for nom in ("État", "CAF") for mot in champs.ETAPES.values()
    ]


@pytest.mark.parametrize(
    ("champ", "confiance", "libre", "mot"),
    [
        ("titre", 0.95, True, "sûre"),
        ("titre", 0.7, True, "probable"),
        ("titre", 0.6, True, "à vérifier"),
        ("", 0.0, True, "à vérifier"),
        ("", 0.5, True, "laissée"),
        ("", 0.0, False, "laissée"),
    ],
)
def test_la_confiance_est_un_mot(champ: str, confiance: float, libre: bool, mot: str) -> None:
    colonne = ColonneTrouvee(0, "Intitulé", champ, confiance=confiance)
    assert champs.certitude(colonne, libre=libre)[0] == mot


# Step 3 -------------------------------------------------------------------------------------------


def test_un_nom_inconnu_se_resout_et_l_apercu_se_recalcule(
    jusqu_a_l_apercu: Callable[[Path], EcranImport],
    attendre: Callable[[EcranImport], None],
    tableau: Path,
    contexte: Contexte,
) -> None:
    ecran = jusqu_a_l_apercu(tableau)
    liste = ecran.apercu.resolutions.listes[Genre.QUARTIER, "Les Tisserans"]
    liste.remplir()
    tisserands = next(c for c in contexte.fiches.quartiers() if c.nom.startswith("Les Tisserands"))
    liste.choisir(tisserands.cle)
    liste.activated.emit(liste.currentIndex())
    assert ecran.barre.suivant.text() == "Recalculer l'aperçu"

    ecran.apercu.resolutions.recalculer.click()
    attendre(ecran)
    assert ecran.barre.suivant.text() == "Importer 3 lignes"
    assert (Genre.QUARTIER, "Les Tisserans") not in ecran.apercu.resolutions.a_regler()
    ecran.avancer()
    attendre(ecran)
    liens = (
        "SELECT a.titre FROM action_quartier q JOIN action a ON a.cle = q.action "
        "WHERE q.quartier = ? ORDER BY a.titre"
    )
    assert lire(contexte.fichier.chemin, liens, tisserands.cle) == [
        ("Fanfare",),
        ("Théâtre forum",),
    ]


def test_une_ligne_decochee_n_est_pas_importee(
    jusqu_a_l_apercu: Callable[[Path], EcranImport],
    attendre: Callable[[EcranImport], None],
    tableau: Path,
    contexte: Contexte,
) -> None:
    ecran = jusqu_a_l_apercu(tableau)
    ecran.apercu.vue.aller(1, 0)
    frapper(ESPACE)
    assert ecran.barre.suivant.text() == "Importer 2 lignes"
    assert ecran.apercu.filtres.boutons["decochees"].text() == "Décochées 1"
    # One click on the box of another row does the same, a second one takes it back.
    grille = ecran.apercu.vue.volets.gauche
    centre = grille.visualRect(ecran.apercu.modele.index(0, 0)).center()
    for attendu in ("Importer 1 ligne", "Importer 2 lignes"):
        QTest.mouseClick(grille.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(centre))
        assert ecran.barre.suivant.text() == attendu
    ecran.avancer()
    attendre(ecran)
    assert lire(contexte.fichier.chemin, TITRES) == [("Fanfare",), ("Théâtre forum",)]


def test_les_lignes_se_filtrent_par_verdict_et_leurs_changements_se_lisent_case_par_case(
    jusqu_a_l_apercu: Callable[[Path], EcranImport],
    attendre: Callable[[EcranImport], None],
    tableau: Path,
    tmp_path: Path,
) -> None:
    ecran = jusqu_a_l_apercu(tableau)
    ecran.avancer()
    attendre(ecran)
    autres = [(*LIGNES[0][:4], 3500, *LIGNES[0][5:]), *LIGNES[1:], ("Neuf", "Radio", None, 100)]
    rangees = [("Programmation 2026",), ENTETE, *autres]
    jusqu_a_l_apercu(classeur(tmp_path / "suite.xlsx", {"Programmation 2026": rangees}))
    textes = [b.text() for b in ecran.apercu.filtres.boutons.values() if b.isVisible()]
    assert textes[:4] == ["Toutes 4", "À ajouter 1", "À mettre à jour 1", "Ignorées 2"]

    ecran.apercu.filtres.boutons["mettre_a_jour"].click()
    assert _verdicts(ecran) == [("Fanfare", "mettre_a_jour")]
    ecran.apercu.vue.aller(0, ecran.apercu.modele.rang("titre"))
    modele = ecran.apercu.detail.vue.modele
    cases = [modele.texte(0, c).replace("\u202f", " ") for c in range(3)]
    assert cases == ["État – accordé", "3 000\u00a0€", "3 500\u00a0€"]


def test_un_clic_sur_une_anomalie_montre_sa_ligne(
    jusqu_a_l_apercu: Callable[[Path], EcranImport], tableau: Path
) -> None:
    ecran = jusqu_a_l_apercu(tableau)
    ecran.apercu.filtres.boutons["ignorer"].click()
    assert _verdicts(ecran) == []
    groupes = ecran.apercu.anomalies.modele.groupes
    rang = next(r for r, g in enumerate(groupes) if "Les Tisserans" in g.message)
    assert groupes[rang].ou == "Ligne 6"
    ecran.apercu.anomalies.clicked.emit(ecran.apercu.anomalies.modele.index(rang))
    ligne = ecran.apercu.modele.ligne(ecran.apercu.vue.cle_courante())
    assert (ligne.titre, ligne.ligne) == ("Théâtre forum", 6)


def test_la_reconduction_proposee_se_refuse(
    jusqu_a_l_apercu: Callable[[Path], EcranImport],
    attendre: Callable[[EcranImport], None],
    tableau: Path,
    contexte: Contexte,
) -> None:
    porteur = contexte.fiches.porteurs()[0].cle
    with contexte.fichier.operation("Préparer l'essai") as e:
        action(e, annee=2025, numero="2025-001", titre="Fanfare", porteur=porteur)
    ecran = jusqu_a_l_apercu(tableau)
    ecran.apercu.vue.aller(0, ecran.apercu.modele.rang("titre"))
    case = ecran.apercu.detail.filiation
    assert (case.text(), case.isChecked()) == ("Reconduit «\u00a0Fanfare\u00a0» (2025)", True)
    case.click()
    ecran.avancer()
    attendre(ecran)
    precedentes = "SELECT precedente FROM action WHERE titre = 'Fanfare' AND annee = 2026"
    assert lire(contexte.fichier.chemin, precedentes) == [(None,)]


def test_annuler_l_enregistrement_laisse_le_fichier_intact(
    jusqu_a_l_apercu: Callable[[Path], EcranImport],
    attendre: Callable[[EcranImport], None],
    tableau: Path,
    contexte: Contexte,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ecran = jusqu_a_l_apercu(tableau)
    avant = operations(contexte.fichier.chemin)
    annule = threading.Event()
    vrai = Imports.appliquer

    def lent(soi: Imports, plan: Plan, **options: Any) -> Compte:
        assert annule.wait(5)
        return vrai(soi, plan, **options)

    monkeypatch.setattr(Imports, "appliquer", lent)
    ecran.avancer()
    assert ecran.travail.isVisible()
    annuler = next(b for b in ecran.travail.findChildren(QPushButton) if b.text() == "Annuler")
    annuler.click()
    annule.set()
    attendre(ecran)
    assert ecran.message.texte == "Annulé : rien n'a été modifié."
    assert ecran.etape == APERCU
    assert ecran.barre.suivant.text() == "Importer 3 lignes"
    assert operations(contexte.fichier.chemin) == avant


def test_un_fichier_modifie_pendant_l_apercu_demande_un_nouvel_apercu(
    jusqu_a_l_apercu: Callable[[Path], EcranImport],
    attendre: Callable[[EcranImport], None],
    tableau: Path,
    contexte: Contexte,
) -> None:
    ecran = jusqu_a_l_apercu(tableau)
    contexte.actions.creer(2026, "Fanfare", porteur=contexte.fiches.porteurs()[0].cle)
    ecran.avancer()
    attendre(ecran)
    assert "Le fichier a changé depuis l'aperçu" in ecran.message.texte
    assert ecran.message.bouton.text() == "Refaire l'aperçu"
    ecran.message.bouton.click()
    attendre(ecran)
    assert _verdicts(ecran)[0] == ("Fanfare", "mettre_a_jour")


def test_six_cents_lignes_et_autant_de_noms_inconnus_restent_legers(
    ecran: EcranImport, attendre: Callable[[EcranImport], None], tmp_path: Path
) -> None:
    """No widget per row, and two hundred cards at most."""
    lignes = [
        (f"Porteur {rang:04d}", f"Action {rang}", f"Lieu-dit {rang}", 100, None, 200, None)
        for rang in range(600)
    ]
    ecran.ouvrir(texte(tmp_path / "gros.csv", [ENTETE, *lignes]), 2026)
    for _ in range(3):
        attendre(ecran)
        if ecran.etape < APERCU:
            ecran.avancer()
    assert len(ecran.apercu.modele.lignes) == 600
    assert len(ecran.apercu.resolutions.listes) == 200
    assert len(ecran.findChildren(QPushButton)) < 40


# Sentences ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("compte", "phrase"),
    [
        (
            (215, 200, 3, 12),
            "200 actions ajoutées, 3 mises à jour, 12 ignorées. Un seul Ctrl+Z annule l'import.",
        ),
        ((1, 1, 0, 0), "1 action ajoutée. Un seul Ctrl+Z annule l'import."),
        ((2, 0, 1, 1), "1 action mise à jour, 1 ignorée. Un seul Ctrl+Z annule l'import."),
        ((1, 0, 0, 1), "Rien à importer : la ligne lue est déjà à jour ou ignorée."),
        ((1234, 1234, 0, 0), "1\u202f234 actions ajoutées. Un seul Ctrl+Z annule l'import."),
    ],
)
def test_la_phrase_finale(compte: tuple[int, int, int, int], phrase: str) -> None:
    assert phrase_finale(Compte(*compte)) == phrase


def test_ce_que_promet_le_dernier_bouton() -> None:
    assert [promesse(n) for n in (0, 1, 2)] == [
        "Terminer", "Importer 1 ligne", "Importer 2 lignes",
    ]  # fmt: skip


def test_la_meme_anomalie_sur_plusieurs_lignes_est_dite_une_fois_la_plus_grave_d_abord() -> None:
    anomalies = (
        Anomalie("F", 9, "siret", "information", "Complété."),
        *(Anomalie("F", n, "quartiers", "alerte", "Inconnu.") for n in range(1, 8)),
        Anomalie("F", 8, "titre", "bloquant", "Absent."),
        Anomalie("F", 0, "montant", "alerte", "Tous égaux."),
    )
    plan = Plan("f.xlsx", "tableau", 0, (), anomalies, ())
    assert [(g.message, g.ou) for g in grouper(plan)] == [
        ("Absent.", "Ligne 8"),
        ("Tous égaux.", "Feuille « F »"),
        ("Inconnu.", "Lignes 1, 2, 3, 4 et 3 autres"),
        ("Complété.", "Ligne 9"),
    ]


def test_les_premieres_alertes_d_une_ligne_disent_combien_il_en_reste() -> None:
    assert premieres(["a", "b"]) == ["a", "b"]
    assert premieres(["a", "b", "c"]) == ["a", "b", "Et 1 autre : voyez les anomalies."]


def test_l_en_tete_sur_deux_lignes_est_retrouve_sous_les_titres() -> None:
    cellules = [
        ("Programmation",), (None, "État", None), ("Intitulé", "Demandé", "Accordé"), ("Radio", 1),
    ]  # fmt: skip
    colonnes = [
        ColonneTrouvee(0, "Intitulé", "titre"),
        ColonneTrouvee(1, "État – Demandé", MONTANT),
        ColonneTrouvee(2, "État – Accordé", MONTANT),
    ]
    assert trouver_rangees_d_entete(cellules, colonnes) == range(1, 3)
    assert trouver_rangees_d_entete([cellules[2]], colonnes[:1]) == range(1)


def test_les_colonnes_portent_les_lettres_du_tableur() -> None:
    assert [lettres(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_la_taille_du_fichier_est_lisible() -> None:
    assert [taille_lisible(n) for n in (12, 48_300, 3_240_000)] == [
        "1\u00a0Ko", "48\u00a0Ko", "3,2\u00a0Mo",
    ]  # fmt: skip


def test_un_montant_du_tableau_reste_exact(
    jusqu_a_l_apercu: Callable[[Path], EcranImport], tableau: Path
) -> None:
    ecran = jusqu_a_l_apercu(tableau)
    assert [ligne.demande for ligne in ecran.apercu.modele.lignes] == [
        Decimal(4000), Decimal("2500.50"), Decimal(1000),
    ]  # fmt: skip

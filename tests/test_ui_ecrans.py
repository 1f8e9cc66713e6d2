"""The other screens, the dialogs and the look: what they write, and that all of it can be read."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QFontMetrics, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QStyle,
    QStyleOptionFrame,
    QTabBar,
    QToolButton,
    QWidget,
)

from app.models.montants import afficher_montant
from app.services import settings
from app.services.contexte import Contexte
from app.services.contrats import Contrats
from app.services.errors import ErreurConnue
from app.services.sauvegardes import lister
from app.ui import dialogs
from app.ui.aide import AideDialogue
from app.ui.cadres import Selecteur
from app.ui.captures import _ecrans, _photo
from app.ui.document import TOUS_APPELS, Document
from app.ui.elements import TexteElide
from app.ui.main_window import FenetrePrincipale
from app.ui.pages import PAGES
from app.ui.screen_contrat import EcranContrat
from app.ui.screen_listes import EcranJournal, EcranPorteurs
from app.ui.tableau import EDITION, ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau
from tests.fabrique_fenetre import (
    ANNEE,
    CTRL,
    SANS_ECRAN,
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
    texte_de,
)
from tests.fabrique_fenetre import (
    modele as modele_entier,
)
from tests.fabrique_fenetre import (
    modele_reduit as modele,
)

__all__ = ["application", "contexte", "demo", "document", "fenetre", "modele", "modele_entier"]

ANGLAIS = re.compile(
    r"\b(ok|cancel|yes|no|open|save|close|discard|apply|undo|redo|cut|copy|paste|delete|search|help|"
    r"file|edit|view|settings|name|year|amount|all|clear|select|remove|back|next|finish|browse|"
    r"cell|row|column|filter|loading|error|warning|untitled|new)\b"
)


def _suivre(contexte: Contexte, ecran: Any) -> list[str]:
    """Show a page alone, following the file; returns the sentences that it refuses with."""
    refus: list[str] = []
    contexte.fichier.bus.abonner(ecran.sur_avis)
    ecran.refuse.connect(refus.append)
    montrer(ecran, (1100, 600))
    ecran.montree()
    laisser_faire()
    return refus


def _oublier(ecran: QWidget) -> None:
    ecran.close()
    ecran.deleteLater()


def _entrees(menu: QMenu) -> list[QAction]:
    """Entries of a menu filled when it opens."""
    menu.aboutToShow.emit()
    return menu.actions()


# Porteurs -----------------------------------------------------------------------------------------


@pytest.fixture
def porteurs(contexte: Contexte) -> Iterator[tuple[EcranPorteurs, list[str]]]:
    ecran = EcranPorteurs(contexte)
    yield ecran, _suivre(contexte, ecran)
    _oublier(ecran)


def test_le_filtre_retrouve_est_ecrit_dans_sa_case(
    porteurs: tuple[EcranPorteurs, list[str]], contexte: Contexte
) -> None:
    porteurs[0].modele.filtrer("régie")
    porteurs[0].tableau.onglets._comparer()  # as it does shortly after
    rouvert = EcranPorteurs(contexte)
    assert rouvert.modele.filtre == "régie"
    montrer(rouvert)
    assert nomme(rouvert, "Filtrer le tableau", QLineEdit).text() == "régie"
    _oublier(rouvert)


def test_un_porteur_se_cree_se_nomme_et_se_supprime(
    porteurs: tuple[EcranPorteurs, list[str]], contexte: Contexte
) -> None:
    ecran, refus = porteurs
    filtre = nomme(ecran, "Filtrer le tableau", QLineEdit)
    filtre.setFocus()
    taper("ccas")
    frapper(Qt.Key.Key_Return)
    depart = ecran.modele.nombre_total

    nomme(ecran, "Nouveau porteur", QPushButton).click()
    laisser_faire()
    cle = ecran.vue.cle_courante()
    assert ecran.modele.ligne(cle).nom == "Nouveau porteur", "le filtre ne cache pas ce qu'on crée"
    taper("Les Jardins du Lundi")
    frapper(Qt.Key.Key_Return)
    requete = "SELECT nom FROM organisme WHERE cle = ?"
    assert lire(contexte.fichier.chemin, requete, cle) == [("Les Jardins du Lundi",)]

    ecran.vue.aller_a(cle, "siret")
    taper("12345678901234")
    frapper(Qt.Key.Key_Return)
    assert len(refus) == 1
    assert "SIRET" in refus[0]
    frapper(Qt.Key.Key_Escape)

    ecran.vue.aller_a(cle, "nom")
    nomme(ecran, "Supprimer", QPushButton).click()
    assert ecran.modele.nombre_total == depart
    assert len(refus) == 1


def test_un_porteur_qui_porte_des_actions_ne_se_supprime_pas(
    porteurs: tuple[EcranPorteurs, list[str]], contexte: Contexte
) -> None:
    ecran, refus = porteurs
    porteur = next(ligne for ligne in ecran.modele.lignes if ligne.actions)
    depart = operations(contexte.fichier.chemin)
    ecran.vue.aller_a(porteur.cle, "nom")
    nomme(ecran, "Supprimer", QPushButton).click()
    assert refus == [
        "Ce porteur a des actions : changez leur porteur, ou fusionnez-le avec un autre."
    ]
    assert operations(contexte.fichier.chemin) == depart


def test_deux_porteurs_en_double_se_fusionnent_et_se_separent(
    porteurs: tuple[EcranPorteurs, list[str]], contexte: Contexte
) -> None:
    ecran, _ = porteurs
    menu = nomme(ecran, "Doublons possibles", QPushButton).menu()
    doublon = contexte.organismes.doublons()[0]
    ensemble = (
        ecran.modele.ligne(doublon.gardee).actions + ecran.modele.ligne(doublon.autre).actions
    )
    depart = ecran.modele.nombre_total
    _entrees(menu)[0].trigger()
    laisser_faire()
    assert ecran.modele.ligne(doublon.gardee).actions == ensemble
    assert ecran.modele.nombre_total == depart - 1
    contexte.fichier.undo.annuler()
    assert ecran.modele.nombre_total == depart


# Contract and journal -----------------------------------------------------------------------------


def test_le_contrat_se_modifie_dans_la_case_et_dit_ses_silences(contexte: Contexte) -> None:
    ecran = EcranContrat(contexte)
    refus = _suivre(contexte, ecran)
    try:
        vue = ecran.findChild(VueTableau)
        modele: ModeleTableau = vue.modele
        ecran.choisir("quartiers")
        population = modele.rang("population")
        cle = modele.cle_de(0)
        avant = modele.texte(0, population)
        vue.setFocus()
        vue.aller(0, population)
        taper("4 321")
        frapper(Qt.Key.Key_Return)
        requete = "SELECT population FROM quartier WHERE cle = ?"
        assert lire(contexte.fichier.chemin, requete, cle) == [(4321,)]
        vue.aller(0, population)
        frapper(Qt.Key.Key_Delete)
        if not _silencieuse(modele, population):
            frapper(Qt.Key.Key_F2)
            avec_le_clavier().clear()
            frapper(Qt.Key.Key_Return)
        assert _silencieuse(modele, population)
        assert lire(contexte.fichier.chemin, requete, cle) == [(None,)]
        vue.aller(0, population)
        frapper(Qt.Key.Key_F2)
        assert texte_de(avec_le_clavier()) == "", "on tape une valeur, pas à la suite d'une phrase"
        taper("beaucoup")
        frapper(Qt.Key.Key_Return)
        assert len(refus) == 1
        frapper(Qt.Key.Key_Escape)
        for _ in range(2):
            contexte.fichier.undo.annuler()
        assert modele.texte(0, population) == avant
    finally:
        _oublier(ecran)


def _silencieuse(modele: ModeleTableau, colonne: int) -> bool:
    return modele.texte(0, colonne) == "non précisé par le contrat"


def test_chaque_rubrique_du_contrat_s_ouvre_et_s_allonge(contexte: Contexte) -> None:
    ecran = EcranContrat(contexte)
    _suivre(contexte, ecran)
    try:
        liste = nomme(ecran, "Rubriques du contrat", QListWidget)
        modele = ecran.findChild(VueTableau).modele
        for rang in range(liste.count()):
            liste.setCurrentRow(rang)
            laisser_faire()
            compte = re.search(r"\((\d+)\)$", liste.item(rang).text())
            if compte is not None:
                assert modele.rowCount() == int(compte[1]), liste.item(rang).text()
        ecran.choisir("communes")
        avant = modele.rowCount()
        nomme(ecran, "Ajouter", QPushButton).click()
        laisser_faire()
        assert modele.rowCount() == avant + 1
        assert ecran.findChild(VueTableau).index_courant().row() == avant, (
            "on va à la ligne ajoutée"
        )
        nomme(ecran, "Supprimer", QPushButton).click()
        laisser_faire()
        assert modele.rowCount() == avant
    finally:
        _oublier(ecran)


def test_l_arbre_d_un_contrat_se_construit_depuis_l_ecran(contexte: Contexte) -> None:
    """A new row hangs on the current one; another button adds at the top of a nomenclature."""
    ecran = EcranContrat(contexte)
    refus = _suivre(contexte, ecran)
    try:
        vue = ecran.findChild(VueTableau)
        ecran.choisir("nomenclatures")
        assert not ecran._au_sommet.isVisible()
        nomme(ecran, "Ajouter", QPushButton).click()
        nouvelle = vue.cle_courante()
        ecran.choisir("noeuds")
        laisser_faire()
        menu = nomme(ecran, "Ajouter au premier niveau", QPushButton).menu()
        _entrees(menu)[-1].trigger()
        axe = vue.cle_courante()
        nomme(ecran, "Ajouter", QPushButton).click()
        objectif = vue.cle_courante()
        requete = "SELECT cle, parent FROM noeud WHERE nomenclature = ? ORDER BY rang"
        assert lire(contexte.fichier.chemin, requete, nouvelle) == [(axe, None), (objectif, axe)]
        vue.aller_a(axe)
        nomme(ecran, "Supprimer", QPushButton).click()
        assert len(refus) == 1, "une orientation qui a des objectifs reste"
    finally:
        _oublier(ecran)


def test_un_lien_du_contrat_se_choisit_par_sa_cle(contexte: Contexte) -> None:
    """Two nodes have the same label: the second is kept when the second is chosen."""
    ecran = EcranContrat(contexte)
    _suivre(contexte, ecran)
    try:
        modele: ModeleTableau = ecran.findChild(VueTableau).modele
        contrats = Contrats(contexte.fichier)
        axes = contrats.nomenclatures()[0].cle
        for _ in range(2):
            jumeau = contrats.ajouter("noeuds", axes)
        ecran.choisir("priorites")
        nomme(ecran, "Ajouter", QPushButton).click()
        noeud = modele.rang("noeud")
        cle = ecran.findChild(VueTableau).cle_courante()
        rang = modele.position(cle)
        assert modele.setData(modele.index(rang, noeud), jumeau)
        requete = "SELECT noeud FROM priorite_quartier WHERE cle = ?"
        assert lire(contexte.fichier.chemin, requete, cle) == [(jumeau,)]
        assert modele.texte(rang, noeud) == "Nouvelle orientation"
        assert modele.data(modele.index(rang, noeud), EDITION) == jumeau
    finally:
        _oublier(ecran)


def test_le_journal_se_filtre_par_personne_et_detaille_chaque_operation(
    contexte: Contexte,
) -> None:
    cle = contexte.actions.lignes(ANNEE)[0].cle
    contexte.actions.modifier(cle, titre="Un autre titre")
    ecran = EcranJournal(contexte)
    _suivre(contexte, ecran)
    try:
        detail: ModeleTableau = ecran._vue_detail.modele
        assert ecran.modele.rowCount() == operations(contexte.fichier.chemin)
        assert [detail.texte(0, detail.rang(c)) for c in ("champ", "apres")] == [
            "intitulé",
            "Un autre titre",
        ]
        personne = nomme(ecran, "Personne", QComboBox)
        moi = contexte.fichier.signature.auteur
        rang = personne.findText(moi)
        personne.setCurrentIndex(rang)
        personne.activated.emit(rang)
        assert {ligne.auteur for ligne in ecran.modele.lignes} == {moi}
        contexte.fichier.undo.annuler()
        assert personne.currentText() == moi, "le filtre survit à une nouvelle opération"
        assert ecran.modele.lignes[0].libelle == "Annuler : Modifier l'intitulé"

        personne.setCurrentIndex(0)
        personne.activated.emit(0)
        enveloppes = next(ligne for ligne in ecran.modele.lignes if "enveloppes" in ligne.libelle)
        ecran.vue.aller_a(str(enveloppes.numero), "libelle")
        assert detail.rowCount() == enveloppes.lignes
    finally:
        _oublier(ecran)


# Envelopes, year, appel: the pages together -------------------------------------------------------


def test_une_enveloppe_ajoutee_se_voit_dans_le_bandeau(
    fenetre: FenetrePrincipale, document: Document, demo: Path
) -> None:
    sans = next(
        f
        for f in document.contexte.cofinancements.financeurs()
        if document.bandeau.jauge(f.cle).enveloppe.montant is None
    )
    accorde = document.bandeau.jauge(sans.cle).enveloppe.accorde
    frapper(Qt.Key.Key_3, CTRL)
    ecran = document.page("enveloppes")
    menu = nomme(ecran, "Nouvelle enveloppe", QPushButton).menu()
    next(a for a in _entrees(menu) if a.text().startswith(sans.nom_court)).trigger()
    laisser_faire()
    ajoutee = ecran.vue.cle_courante()
    taper("40000")
    frapper(Qt.Key.Key_Return)
    reste = afficher_montant(Decimal(40000) - accorde, euro=True)
    assert document.bandeau.jauge(sans.cle).accessibleName().endswith(f"reste {reste}")
    requete = "SELECT annee, montant FROM enveloppe WHERE financeur = ?"
    assert (ANNEE, 4_000_000) in lire(demo, requete, sans.cle)

    document.bandeau.jauge(sans.cle).click()
    laisser_faire()
    assert ecran.modele.ligne(ecran.vue.cle_courante()).financeur == sans.cle
    ecran.aller_a(ajoutee, "montant")
    nomme(ecran, "Supprimer", QPushButton).click()
    laisser_faire()
    assert document.bandeau.jauge(sans.cle).enveloppe.montant is None


def _choisir(selecteur: Selecteur, libelle: str) -> None:
    next(a for a in selecteur.menu().actions() if a.text() == libelle).trigger()
    laisser_faire()


def test_l_annee_et_l_appel_changent_les_lignes_et_les_enveloppes(
    document: Document, demo: Path
) -> None:
    modele = document.actions.modele
    _choisir(document.titre.annee, "2025")
    assert {ligne.annee for ligne in modele.lignes} == {2025}
    attendu = lire(demo, "SELECT count(*) FROM action WHERE annee = 2025")[0][0]
    assert modele.rowCount() == attendu
    etat = document.contexte.cofinancements.financeurs()[0]
    accorde = lire(
        demo,
        "SELECT sum(accorde) FROM cofinancement WHERE annee = 2025 AND financeur = ?",
        etat.cle,
    )
    assert document.bandeau.jauge(etat.cle).enveloppe.accorde == Decimal(accorde[0][0]) / 100

    appel = document.contexte.fiches.appels(2025)[0]
    _choisir(document.titre.appel, appel.nom)
    retenues = lire(demo, "SELECT cle FROM action WHERE annee = 2025 AND appel = ?", appel.cle)
    assert {ligne.cle for ligne in modele.lignes} == {cle for (cle,) in retenues}
    assert document.titre.appel.text() == appel.nom

    frapper(Qt.Key.Key_N, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert modele.ligne(document.actions.vue.cle_courante()).titre == "Nouvelle action"
    assert document.titre.appel.text() == TOUS_APPELS, "une action sans appel reste visible"

    _choisir(document.titre.annee, "2030")
    assert modele.rowCount() == 0
    assert document.titre.annee.text() == "2030"


def test_supprimer_une_action_ne_demande_rien_et_s_annule(
    fenetre: FenetrePrincipale, document: Document
) -> None:
    modele = document.actions.modele
    libre = document.contexte.actions.creer(ANNEE, "À retirer")
    document.actions.choisir(libre)
    fenetre.actions_fenetre["supprimer"].trigger()
    assert modele.position(libre) == -1
    assert fenetre.message.texte == "Action supprimée. Ctrl+Z la rétablit."
    fenetre.actions_fenetre["annuler"].trigger()
    assert modele.ligne(libre).titre == "À retirer"


# Dialogs ------------------------------------------------------------------------------------------


def _erreur(boite: dialogs.Dialogue) -> str:
    erreurs = [e for e in boite.findChildren(QLabel) if e.property("role") == "erreur"]
    return " ".join(e.text() for e in erreurs if not e.isHidden())


def _valider(boite: dialogs.Dialogue) -> bool:
    boite.principal.click()
    return boite.result() == QDialog.DialogCode.Accepted


def test_un_nouveau_fichier_se_verifie_avant_de_se_creer(
    application: QApplication, tmp_path: Path
) -> None:
    boite = dialogs.NouveauFichier([("valenciennes", "Valenciennes")], None)
    try:
        montrer(boite)
        contrat, nom = nomme(boite, "Contrat", QComboBox), nomme(boite, "Nom du contrat vierge")
        annee = nomme(boite, "Année de programmation")
        chemin = nomme(boite, "Emplacement du fichier")
        chemin.setText(str(tmp_path / "a" / "contrat"))
        assert not nom.isEnabled()
        for texte, raison in (
            ("26", "L'année doit s'écrire en quatre chiffres, par exemple 2026."),
            ("2099", "L'année doit s'écrire en quatre chiffres, par exemple 2026."),
        ):
            annee.setText(texte)
            assert not _valider(boite)
            assert _erreur(boite) == raison
        annee.setText("2026")
        contrat.setCurrentIndex(contrat.count() - 1)
        assert nom.isEnabled()
        assert not _valider(boite)
        assert _erreur(boite) == "Donnez un nom au contrat vierge."
        nom.setText("Mon contrat")
        assert not _valider(boite)
        assert _erreur(boite).startswith("Le dossier « a » n'existe pas")
        (tmp_path / "pris.tdt").touch()
        chemin.setText(str(tmp_path / "pris"))
        assert not _valider(boite)
        assert _erreur(boite).startswith("« pris.tdt » existe déjà")
        chemin.setText("  ")
        assert not _valider(boite)
        assert _erreur(boite) == "Choisissez l'emplacement du fichier."
        chemin.setText(str(tmp_path / "libre"))
        assert _valider(boite)
        assert (boite.contrat, boite.nom, boite.annee) == ("vierge", "Mon contrat", 2026)
        assert boite.chemin == tmp_path / "libre.tdt"
    finally:
        _oublier(boite)


def _repondre(monkeypatch: pytest.MonkeyPatch, boite: type[dialogs.Dialogue], remplir: Any) -> None:
    """Answer a dialog as soon as it opens, through its own button."""

    def exec_(soi: dialogs.Dialogue) -> int:
        remplir(soi)
        assert _valider(soi), _erreur(soi)
        return soi.result()

    monkeypatch.setattr(boite, "exec", exec_)


def test_un_fichier_se_cree_d_un_contrat_fourni_et_s_ouvre(
    fenetre: FenetrePrincipale, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chemin = tmp_path / "hazebrouck.tdt"

    def remplir(boite: dialogs.NouveauFichier, annee: str = "2025") -> None:
        boite._contrat.setCurrentIndex(boite._contrat.findData("hazebrouck"))
        boite._annee.setText(annee)
        boite._chemin.setText(str(chemin))

    _repondre(monkeypatch, dialogs.NouveauFichier, lambda boite: remplir(boite, "2019"))
    nomme(fenetre.accueil, "Nouveau fichier", QPushButton).click()
    assert fenetre.message.texte.startswith("L'année 2019 n'est pas dans la période du contrat")
    assert not chemin.exists(), "un fichier à moitié fait ne reste pas"

    _repondre(monkeypatch, dialogs.NouveauFichier, remplir)
    nomme(fenetre.accueil, "Nouveau fichier", QPushButton).click()
    assert fenetre.document is not None
    assert fenetre.contexte.fichier.chemin == chemin
    assert fenetre.document.annee == 2025
    assert nomme(fenetre, "0 action").isVisible()
    assert settings.lire().recents == [str(chemin)]


def test_les_reglages_signent_le_journal_et_changent_le_look(
    fenetre: FenetrePrincipale, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    boite = dialogs.ReglagesDialogue(settings.lire(), None)
    boite._jours.setText("jamais")
    assert not _valider(boite)
    assert _erreur(boite) == "Le nombre de jours doit être compris entre 1 et 3650."
    boite.deleteLater()

    def remplir(boite: dialogs.ReglagesDialogue) -> None:
        boite._personne.setText("Dominique Essai")
        boite._theme.setCurrentIndex(boite._theme.findData("sombre"))
        boite._echelle.setCurrentIndex(boite._echelle.findData(125))
        boite._jours.setText("60")

    _repondre(monkeypatch, dialogs.ReglagesDialogue, remplir)
    fenetre.actions_fenetre["reglages"].trigger()
    assert (theme().est_sombre, theme().echelle) == (True, 1.25)
    gardes = settings.lire()
    assert (gardes.personne, gardes.theme, gardes.echelle, gardes.sauvegardes_jours) == (
        "Dominique Essai",
        "sombre",
        125,
        60,
    )
    assert fenetre.ouvrir(demo)
    fenetre.contexte.actions.creer(ANNEE, "Signée")
    assert lire(demo, "SELECT auteur FROM operation ORDER BY numero DESC LIMIT 1") == [
        ("Dominique Essai",)
    ]


def test_une_sauvegarde_se_restaure_depuis_la_fenetre(
    fenetre: FenetrePrincipale, document: Document, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fenetre.fermer_fichier()
    avant = operations(demo)
    (faite,) = lister(demo)
    faite.chemin.rename(
        faite.chemin.with_name(faite.chemin.name.replace(f"{faite.date:%Y}", "2020"))
    )
    assert fenetre.ouvrir(demo)
    fenetre.contexte.actions.creer(ANNEE, "Une action de trop")

    def choisir_la_premiere(boite: dialogs.SauvegardesDialogue) -> None:
        assert boite._liste.count() == 1
        assert "À la fermeture" in boite._liste.item(0).text()

    _repondre(monkeypatch, dialogs.SauvegardesDialogue, choisir_la_premiere)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(demo), ""))
    fenetre.actions_fenetre["sauvegardes"].trigger()
    assert fenetre.contexte.fichier.chemin == demo
    assert operations(demo) == avant
    assert fenetre.message.texte == ("Sauvegarde restaurée. Le fichier remplacé a été sauvegardé.")
    assert "avant-restauration" in [s.motif for s in lister(demo)]


def test_sans_sauvegarde_il_n_y_a_rien_a_restaurer(application: QApplication) -> None:
    boite = dialogs.SauvegardesDialogue(None, None)
    try:
        montrer(boite)
        assert not boite.principal.isEnabled()
        assert nomme(
            boite, "Aucune sauvegarde pour l'instant : la première sera faite à la fermeture."
        ).isVisible()
    finally:
        _oublier(boite)


# Look and words -----------------------------------------------------------------------------------


def test_le_clair_le_sombre_et_la_taille_se_changent_au_clavier(
    fenetre: FenetrePrincipale, document: Document
) -> None:
    hauteur = _hauteur_de_ligne(fenetre)
    document.changer_annee(2025)
    document.aller("porteurs")
    choisie = document.actions.modele.cle_de(20)
    document.actions.vue.aller_a(choisie, "cout")
    theme().definir(echelle=125)
    frapper(Qt.Key.Key_Plus, CTRL)
    assert theme().echelle == 1.5
    assert hauteur < _hauteur_de_ligne(fenetre) <= round(hauteur * 1.5)
    assert settings.lire().echelle == 150
    refaite = fenetre.document
    assert (refaite.annee, refaite.page_courante) == (2025, "porteurs")
    assert refaite.actions.vue.cle_courante() == choisie
    frapper(Qt.Key.Key_0, CTRL)
    assert _hauteur_de_ligne(fenetre) == hauteur
    clair = theme().est_sombre
    fenetre.actions_fenetre["apparence"].trigger()
    assert theme().est_sombre is not clair
    assert settings.lire().theme == ("clair" if clair else "sombre")


def _hauteur_de_ligne(fenetre: FenetrePrincipale) -> int:
    return fenetre.document.actions.vue.volets.droite.rowHeight(0)


@pytest.fixture
def demo_entiere(modele_entier: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(modele_entier, tmp_path / "programme.tdt"))


@pytest.mark.parametrize(
    ("largeur", "hauteur", "echelle"), [(1366, 768, 100), (1920, 1080, 100), (1366, 768, 150)]
)
@pytest.mark.qt_log_ignore(SANS_ECRAN)
def test_chaque_ecran_se_lit_en_entier_et_en_francais(
    fenetre: FenetrePrincipale, demo_entiere: Path, largeur: int, hauteur: int, echelle: int
) -> None:
    theme().definir(echelle=echelle)
    montrer(fenetre, (largeur, hauteur))
    assert fenetre.ouvrir(demo_entiere)
    document = fenetre.document
    assert document is not None
    fautes: list[str] = []
    for nom, aller in _ecrans(document, onglets=echelle == 150):  # where the least holds
        aller()
        laisser_faire()
        assert not fenetre.grab().isNull()
        fautes += [f"{nom} : {faute}" for faute in _fautes(fenetre)]
    fenetre.fermer_fichier()
    laisser_faire()
    fautes += [f"accueil : {faute}" for faute in _fautes(fenetre)]
    assert (fenetre.width(), fenetre.height()) == (largeur, hauteur)
    assert not fautes, "\n" + "\n".join(fautes)


@pytest.mark.qt_log_ignore(SANS_ECRAN)
def test_en_tres_gros_neuf_lignes_restent_sous_les_yeux(
    fenetre: FenetrePrincipale, demo: Path
) -> None:
    theme().definir(echelle=200)
    montrer(fenetre, (1366, 768))
    assert fenetre.ouvrir(demo)
    fenetre.message.cacher()
    laisser_faire()
    document = fenetre.document
    assert document is not None
    grille = document.actions.vue.volets.droite
    assert grille.viewport().height() // grille.rowHeight(0) >= 9
    assert grille.rowHeight(0) > QFontMetrics(theme().police()).height(), "le texte tient"
    assert document.bandeau.est_replie
    document.bandeau.replier(replie=False)
    laisser_faire()
    assert not document.bandeau.est_replie, "on peut la déplier à la main"
    assert not settings.lire().bandeau_replie, "sans que ce soit un réglage"
    fenetre.resize(1366, 1400)
    laisser_faire()
    assert not document.bandeau.est_replie


@pytest.mark.parametrize("echelle", [100, 150])
def test_chaque_boite_se_lit_en_entier_et_en_francais(
    fenetre: FenetrePrincipale, echelle: int
) -> None:
    theme().definir(echelle=echelle)
    boites: tuple[QWidget, ...] = (
        dialogs.NouveauFichier([("valenciennes", "Valenciennes")], fenetre),
        dialogs.ReglagesDialogue(settings.lire(), fenetre),
        dialogs.SauvegardesDialogue(None, fenetre),
        *[AideDialogue(page, fenetre) for page, _ in AideDialogue.PAGES],
    )
    fautes: list[str] = []
    for boite in boites:
        boite.show()
        laisser_faire()
        fautes += [f"{boite.windowTitle()} : {faute}" for faute in _fautes(boite)]
        place = boite.screen().availableSize()
        if isinstance(boite, AideDialogue) and boite.size().boundedTo(place) != boite.size():
            fautes.append(f"{boite.windowTitle()} : plus grande que l'écran")
        _oublier(boite)
    assert not fautes, "\n" + "\n".join(fautes)


def test_les_menus_de_qt_sont_en_francais(application: QApplication) -> None:
    for champ in (QLineEdit(), QPlainTextEdit()):
        menu = champ.createStandardContextMenu()
        assert [a.text() for a in menu.actions() if _est_anglais(a.text())] == []
        assert menu.actions()[0].text().startswith("&Annuler")
        menu.deleteLater()
        champ.deleteLater()


def test_aucune_touche_ne_fait_deux_choses(fenetre: FenetrePrincipale, document: Document) -> None:
    for cle, _ in PAGES:
        document.aller(cle)
    raccourcis = [
        touches.toString()
        for action in fenetre.findChildren(QAction)
        for touches in action.shortcuts()
    ] + [raccourci.key().toString() for raccourci in fenetre.findChildren(QShortcut)]
    assert sorted(raccourcis) == sorted(set(raccourcis))
    assert not [r for r in raccourcis if QKeySequence(r).isEmpty()]


def _fautes(fenetre: QWidget) -> list[str]:
    """What cannot be read whole on screen, what has no name, what is not in French."""
    visibles = [widget for widget in fenetre.findChildren(QWidget) if widget.isVisible()]
    fautes = [faute for widget in visibles if (faute := _coupe(widget))]
    fautes += [f"sans nom : {type(w).__name__}" for w in visibles if _sans_nom(w)]
    for widget in [fenetre, *visibles]:
        fautes += [f"anglais : « {mots} »" for mots in _paroles(widget) if _est_anglais(mots)]
    return fautes


def _coupe(widget: QWidget) -> str:
    texte = texte_de(widget)
    if isinstance(widget, TexteElide):
        return "" if widget.toolTip() in ("", texte) else "coupé sans le dire en entier"
    if isinstance(widget, QLabel) and texte:
        if widget.wordWrap():
            manque = widget.heightForWidth(widget.width()) - widget.height()
        else:
            manque = widget.sizeHint().width() - widget.width()
    elif isinstance(widget, (QPushButton, QToolButton)) and texte:
        manque = widget.sizeHint().width() - widget.width()
    elif isinstance(widget, QLineEdit) and not texte and widget.placeholderText():
        texte = widget.placeholderText()
        manque = QFontMetrics(widget.font()).horizontalAdvance(texte) - _place(widget)
    elif isinstance(widget, QTabBar):
        texte = " ".join(widget.tabText(rang) for rang in range(widget.count()))
        droite = widget.tabRect(widget.count() - 1).right() if widget.count() else 0
        manque = 0 if _ont_une_liste(widget) else droite - widget.width()
    else:
        return _hors_cadre(widget)
    return f"coupé de {manque} px : « {texte} »" if manque > 1 else _hors_cadre(widget)


def _ont_une_liste(onglets: QTabBar) -> bool:
    """Tabs that scroll: a button beside them lists them all."""
    boutons = onglets.parentWidget().findChildren(QToolButton)
    listes = ("Toutes les vues", "Tous les onglets")
    return any(b.isVisible() and b.accessibleName() in listes for b in boutons)


def _place(champ: QLineEdit) -> int:
    """Width left for the text of a field, its icons aside."""
    option = QStyleOptionFrame()
    champ.initStyleOption(option)
    place = champ.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, champ)
    icones = [b for b in champ.findChildren(QToolButton) if b.isVisible()]
    return place.width() - sum(b.width() for b in icones) - 4


def _hors_cadre(widget: QWidget) -> str:
    """Something that is read or clicked stands outside what its parents show."""
    if not isinstance(widget, (QLabel, QPushButton, QToolButton, QLineEdit, QComboBox)):
        return ""
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent.parentWidget(), QScrollArea):
        coin = widget.mapTo(parent, widget.rect().topLeft())
        if not parent.rect().adjusted(-1, -1, 1, 1).contains(widget.rect().translated(coin)):
            return f"hors du cadre : « {texte_de(widget) or widget.accessibleName()} »"
        if parent.isWindow():
            break
        parent = parent.parentWidget()
    return ""


def _sans_nom(widget: QWidget) -> bool:
    """A field or an icon that a screen reader could not tell."""
    if isinstance(widget, QToolButton):
        return not (widget.text() or widget.accessibleName() or _d_un_champ(widget))
    if isinstance(widget, (QLineEdit, QComboBox, QPlainTextEdit, QListWidget)):
        dans_une_liste = isinstance(widget.parentWidget(), QComboBox)
        return not widget.accessibleName() and not dans_une_liste
    return False


def _d_un_champ(bouton: QWidget) -> bool:
    return isinstance(bouton.parentWidget(), QLineEdit)


def _paroles(widget: QWidget) -> Iterator[str]:
    yield texte_de(widget) if not isinstance(widget, (QLineEdit, QPlainTextEdit)) else ""
    yield widget.toolTip()
    yield widget.windowTitle()
    yield widget.accessibleName()
    if isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    if isinstance(widget, QTabBar):
        yield from (widget.tabText(rang) for rang in range(widget.count()))
    # Asked of the class: a page of ours calls « actions » its screen of that name.
    yield from (action.text() for action in QWidget.actions(widget))


def _est_anglais(texte: str) -> bool:
    sans_touches = texte.replace("&", "").split("\t")[0]
    return ANGLAIS.search(sans_touches.casefold()) is not None


@pytest.mark.qt_log_ignore(SANS_ECRAN)
def test_a_l_etroit_la_fiche_prend_la_place_du_tableau_puis_la_rend(
    fenetre: FenetrePrincipale, demo: Path
) -> None:
    theme().definir(echelle=200)
    montrer(fenetre, (1366, 768))
    assert fenetre.ouvrir(demo)
    laisser_faire()
    actions = fenetre.document.actions
    assert (actions.vue.isVisible(), actions.fiche.isVisible()) == (True, False)
    actions.basculer_fiche()
    assert (actions.vue.isVisible(), actions.fiche.isVisible()) == (False, True)
    actions.basculer_fiche()
    assert (actions.vue.isVisible(), actions.fiche.isVisible()) == (True, False)
    fenetre.resize(2400, 1200)
    laisser_faire()
    voulue = actions._contexte.settings.fiche_ouverte
    assert (actions.vue.isVisible(), actions.fiche.isVisible()) == (True, voulue)


@contextmanager
def _disque_plein() -> Iterator[None]:
    """No file may grow beyond a few bytes: what a full disk does, without a privilege."""
    resource = pytest.importorskip("resource", reason="propre à Unix")
    _, permis = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, permis))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (permis, permis))


@pytest.mark.parametrize("obstacle", ["dossier à ce nom", "disque plein"])
def test_une_capture_qui_n_a_pas_ete_ecrite_se_dit(
    application: QApplication, tmp_path: Path, obstacle: str
) -> None:
    chemin = tmp_path / "accueil-clair.png"
    objet = QWidget()
    objet.resize(40, 40)
    assert _photo(application, objet, chemin) == chemin
    chemin.unlink()
    if obstacle == "dossier à ce nom":
        chemin.mkdir()
    refuse = pytest.raises(ErreurConnue, match=r"« accueil-clair\.png » n'a pas pu être écrite")
    with refuse, _disque_plein() if obstacle == "disque plein" else nullcontext():
        _photo(application, objet, chemin)
    assert not chemin.is_file()
    objet.resize(0, 0)
    with pytest.raises(ErreurConnue, match="n'a pas pu être dessiné"):
        _photo(application, objet, tmp_path / "vide.png")
    assert not (tmp_path / "vide.png").exists()

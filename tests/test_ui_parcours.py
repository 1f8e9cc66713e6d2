"""Whole journeys in the real window: what is typed, what is shown, what the file holds.

Few tests, since each builds the window: the smaller ones are in test_ui_fiche and test_ui_ecrans.
"""

import json
import re
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import fabriques
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.models.montants import afficher_montant
from app.services.columns import Signal, replier
from app.services.enveloppes import reste_en_mots
from app.services.fichier import Fichier
from app.services.rows import LigneAction
from app.services.rubriques import RUBRIQUES
from app.services.sauvegardes import lister
from app.services.transaction import entites
from app.ui.document import Document
from app.ui.editeurs import est_refuse
from app.ui.main_window import FenetrePrincipale
from app.ui.pages import PAGES
from tests.fabrique_fenetre import (
    ANNEE,
    CTRL,
    SANS_ECRAN,
    application,
    avec_le_clavier,
    demo,
    document,
    fenetre,
    frapper,
    laisser_faire,
    lire,
    modele,
    montrer,
    mot_du_menu,
    nomme,
    operations,
    taper,
    texte_de,
)

__all__ = ["application", "demo", "document", "fenetre", "modele"]

ACCORDE = "SELECT sum(accorde) FROM cofinancement WHERE financeur = ? AND annee = ?"


def _action_a_decider(document: Document, financeur: str) -> LigneAction:
    """An action that the financeur is asked for, on one line, and has not answered."""
    return next(
        ligne
        for ligne in document.actions.modele.lignes
        if (montants := ligne.montants.get(financeur)) is not None
        and montants.lignes == 1
        and montants.accorde is None
    )


def _accorde_par_sql(chemin: Path, financeur: str) -> Decimal:
    return Decimal(lire(chemin, ACCORDE, financeur, ANNEE)[0][0]) / 100


def _tout_concorde(document: Document, financeur: str, chemin: Path) -> Decimal:
    """The column's total, the envelope and SQL say the same sum, which is returned."""
    modele = document.actions.modele
    par_sql = _accorde_par_sql(chemin, financeur)
    jauge = document.bandeau.jauge(financeur)
    assert modele.total(modele.rang(f"{financeur}.accorde")) == par_sql
    assert jauge.enveloppe.accorde == par_sql
    assert jauge.accessibleName().endswith(reste_en_mots(jauge.enveloppe))
    return par_sql


def test_un_montant_tape_bouge_partout_s_annule_et_se_retablit(
    fenetre: FenetrePrincipale, document: Document, demo: Path
) -> None:
    vue, modele = document.actions.vue, document.actions.modele
    assert modele.rowCount() == 200
    assert nomme(document, "200 actions").isVisible()
    etat = document.contexte.cofinancements.financeurs()[0]
    action = _action_a_decider(document, etat.cle)
    avant = _tout_concorde(document, etat.cle, demo)
    reste = document.bandeau.jauge(etat.cle).enveloppe.reste
    colonne = f"{etat.cle}.accorde"
    vue.aller_a(action.cle, colonne)

    taper("12 500,5")
    assert (
        document.bandeau.jauge(etat.cle)
        .accessibleName()
        .endswith(f"reste {afficher_montant(reste - Decimal('12500.50'), euro=True)}")
    ), "l'enveloppe suit la frappe avant la validation"
    assert _tout_en_attente(demo, etat.cle, avant)
    frapper(Qt.Key.Key_Return)

    assert _tout_concorde(document, etat.cle, demo) == avant + Decimal("12500.50")
    assert modele.ligne(action.cle).accorde == action.accorde + Decimal("12500.50")
    assert modele.ligne(action.cle).montants[etat.cle].accorde == Decimal("12500.50")
    total = modele.rang("total.accorde")
    tous = lire(demo, "SELECT sum(accorde) FROM cofinancement WHERE annee = ?", ANNEE)
    assert modele.total(total) == Decimal(tous[0][0]) / 100
    assert vue.index_courant().row() == modele.position(action.cle) + 1

    assert mot_du_menu(fenetre, "annuler") == "Annuler : Accorder 12\u202f500,50\u00a0€"
    frapper(Qt.Key.Key_Z, CTRL)
    assert _tout_concorde(document, etat.cle, demo) == avant
    assert modele.ligne(action.cle) == action
    frapper(Qt.Key.Key_Y, CTRL)
    assert _tout_concorde(document, etat.cle, demo) == avant + Decimal("12500.50")
    assert document.contexte.totaux.ecarts() == []


def _tout_en_attente(chemin: Path, financeur: str, avant: Decimal) -> bool:
    return _accorde_par_sql(chemin, financeur) == avant


@pytest.mark.qt_log_ignore(SANS_ECRAN)
def test_on_filtre_trie_additionne_et_cherche_sans_souris(
    qtbot: QtBot, fenetre: FenetrePrincipale, document: Document, demo: Path
) -> None:
    vue, modele = document.actions.vue, document.actions.modele
    filtre = nomme(document.actions, "Filtrer le tableau", QLineEdit)
    frapper(Qt.Key.Key_F, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert avec_le_clavier() is filtre
    accentuee = next(a for a in modele.lignes if not a.titre.isascii() and len(a.titre) < 30)
    taper(replier(accentuee.titre).upper())
    frapper(Qt.Key.Key_Return)
    assert accentuee in modele.lignes
    assert modele.rowCount() < 200
    assert nomme(document, f"{modele.rowCount()} sur 200 actions").isVisible()
    frapper(Qt.Key.Key_F, CTRL | Qt.KeyboardModifier.ShiftModifier)
    frapper(Qt.Key.Key_Escape)
    assert modele.rowCount() == 200

    vue.setFocus()
    vue.trier([("cout", True)])
    couts = [ligne.cout for ligne in modele.lignes if ligne.cout is not None]
    assert couts == sorted(couts, reverse=True)
    rang = modele.rang("cout")
    vue.aller(0, rang)
    for _ in range(2):
        frapper(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    attendue = f"Somme {afficher_montant(sum(couts[:3]))}"
    qtbot.waitUntil(lambda: _etat(fenetre).startswith(attendue), timeout=2000)
    assert _etat(fenetre).endswith("Nombres 3")

    ancienne = lire(
        demo, "SELECT cle, titre FROM action WHERE annee = 2024 ORDER BY numero LIMIT 1"
    )[0]
    frapper(Qt.Key.Key_K, CTRL)
    taper(f"{ancienne[1]} 2024")
    frapper(Qt.Key.Key_Return)
    assert document.annee == 2024
    assert document.titre.annee.text() == "2024"
    trouvee = modele.ligne(vue.cle_courante())
    assert (trouvee.titre, trouvee.annee) == (ancienne[1], 2024)
    assert vue.cles_choisies() == [trouvee.cle]


def _etat(fenetre: FenetrePrincipale) -> str:
    """Figures of the selection, in the status bar."""
    return fenetre.etat.chiffres.texte()


def test_un_mauvais_montant_se_dit_reste_a_l_ecran_et_n_ecrit_rien(
    fenetre: FenetrePrincipale, document: Document, demo: Path
) -> None:
    vue = document.actions.vue
    etat = document.contexte.cofinancements.financeurs()[0]
    action = _action_a_decider(document, etat.cle)
    depart = operations(demo)
    vue.aller_a(action.cle, f"{etat.cle}.accorde")
    for saisie, raison in (("abc", "n’est pas un montant"), ("-5", "ne peut pas être négatif")):
        taper(saisie)
        frapper(Qt.Key.Key_Return)
        editeur = avec_le_clavier()
        assert isinstance(editeur, QLineEdit)
        assert (editeur.text(), est_refuse(editeur)) == (saisie, True)
        assert raison in fenetre.message.texte
        assert vue.cle_courante() == action.cle
        assert not fenetre.fermer_fichier(), "fermer perdrait ce qui est tapé"
        assert texte_de(avec_le_clavier()) == saisie
        frapper(Qt.Key.Key_Escape)
        assert fenetre.message.texte == "", "la phrase part avec ce qu'elle refusait"
    assert document.actions.modele.ligne(action.cle) == action
    assert (
        document.bandeau.jauge(etat.cle)
        .accessibleName()
        .endswith(reste_en_mots(document.bandeau.jauge(etat.cle).enveloppe))
    )
    assert operations(demo) == depart


def test_deux_fenetres_puis_une_fermeture_qui_laisse_un_seul_fichier(
    fenetre: FenetrePrincipale, document: Document, demo: Path
) -> None:
    document.contexte.cofinancements.saisir(
        _action_a_decider(document, document.contexte.cofinancements.financeurs()[0].cle).cle,
        document.contexte.cofinancements.financeurs()[0].cle,
        etape="accorde",
        montant=Decimal(100),
    )
    seconde = FenetrePrincipale()
    try:
        montrer(seconde)
        assert not seconde.ouvrir(demo)
        assert seconde.message.texte.startswith(
            f"« {demo.name} » est déjà ouvert par {document.contexte.fichier.signature.auteur} (poste "
        )
        nomme(seconde.message, "Ouvrir en lecture seule", QPushButton).setFocus()
        frapper(Qt.Key.Key_Return)
        assert seconde.document is not None
        assert "(lecture seule)" in seconde.windowTitle()
        assert not seconde.actions_fenetre["importer"].isEnabled()
        vue = seconde.document.actions.vue
        vue.setFocus()
        vue.aller(0, vue.modele.rang("titre"))
        avant = operations(demo)
        taper("x")
        assert avec_le_clavier() in vue.volets.grilles, "aucun éditeur ne s'ouvre"
        assert operations(demo) == avant
    finally:
        seconde.close()
        seconde.deleteLater()

    assert fenetre.fermer_fichier()
    assert [c.name for c in demo.parent.glob("*") if c.is_file()] == [demo.name]
    sauvegardes = lister(demo)
    assert [s.motif for s in sauvegardes] == ["fermeture"]
    assert operations(sauvegardes[0].chemin) == operations(demo)

    laisser_faire()
    recent = nomme(fenetre.accueil, demo.stem, QPushButton)
    QTest.mouseClick(recent, Qt.MouseButton.LeftButton)
    laisser_faire()
    assert fenetre.document is not None
    assert fenetre.contexte.fichier.chemin == demo


def test_le_fichier_d_un_programme_mort_est_repris_en_clair(
    fenetre: FenetrePrincipale, demo: Path
) -> None:
    demo.with_name(f".~ouvert.{demo.name}").write_text(
        json.dumps(
            {"personne": "Camille Essai", "machine": "bureau-2", "depuis": "2026-03-05T17:40"}
        ),
        encoding="utf-8",
    )
    assert fenetre.ouvrir(demo)
    laisser_faire()
    assert fenetre.message.texte == (
        "Le fichier n'avait pas été refermé par Camille Essai (poste bureau-2, le 05/03/2026 à "
        "17:40) : vous avez pris la main, tout ce qui avait été validé est là."
    )
    assert fenetre.fermer_fichier()
    laisser_faire()
    assert fenetre.message.texte == "", "l'accueil ne parle plus du fichier fermé"
    pieds = [e for e in fenetre.accueil.findChildren(QWidget) if texte_de(e).startswith("Version")]
    assert len([pied for pied in pieds if pied.isVisible()]) == 1


def test_un_fichier_remplace_pendant_qu_il_est_ouvert_n_est_pas_ferme_sans_le_dire(
    document: Document, fenetre: FenetrePrincipale, demo: Path, tmp_path: Path
) -> None:
    document.contexte.actions.creer(ANNEE, "Saisie à ne pas perdre")
    demo.rename(tmp_path / "ailleurs.tdt")
    assert not fenetre.fermer_fichier()
    assert "enregistrez-en une copie" in fenetre.message.texte
    document.contexte.fichier.enregistrer_copie(tmp_path / "sauvee.tdt")
    fenetre.message.bouton.click()
    assert fenetre.document is None
    requete = "SELECT count(*) FROM action WHERE titre = ?"
    assert lire(tmp_path / "sauvee.tdt", requete, "Saisie à ne pas perdre") == [(1,)]


def test_ctrl_s_dit_l_heure_de_l_enregistrement_et_ecrit_ce_qui_est_tape(
    fenetre: FenetrePrincipale, document: Document, demo: Path
) -> None:
    """Somebody used to Excel presses it after each cell: it must answer, and never refuse."""
    ligne = fenetre.etat.enregistrement
    assert not ligne.isVisible(), "rien n'a été écrit depuis l'ouverture"
    avant = operations(demo)
    frapper(Qt.Key.Key_S, CTRL)
    assert re.fullmatch("Enregistré à\u00a0\\d\\d:\\d\\d", ligne.text())
    assert not fenetre.message.isVisible()
    assert operations(demo) == avant

    ligne.clear()
    action = document.actions.modele.lignes[3]
    document.actions.vue.aller_a(action.cle, "titre")
    taper("Jardin partage")
    frapper(Qt.Key.Key_S, CTRL)
    assert operations(demo) == avant + 1
    assert document.actions.modele.ligne(action.cle).titre == "Jardin partage"
    assert ligne.isVisible()
    assert ligne.text().startswith("Enregistré à")
    assert _titre_dans_une_copie(demo, action.cle) == "Jardin partage"
    frapper(Qt.Key.Key_Down)
    assert avec_le_clavier() is not None, "le clavier reste au tableau"

    assert fenetre.fermer_fichier()
    assert not ligne.isVisible()
    assert fenetre.ouvrir(demo, lecture_seule=True)
    frapper(Qt.Key.Key_S, CTRL)
    assert "lecture seule" in fenetre.message.texte
    assert not ligne.isVisible()


def _titre_dans_une_copie(chemin: Path, action: str) -> str:
    """What the file alone holds, copied as somebody would who mails it without closing."""
    copie = chemin.with_name("copie.tdt")
    copie.write_bytes(chemin.read_bytes())
    with closing(sqlite3.connect(copie)) as connexion:
        ((titre,),) = connexion.execute("SELECT titre FROM action WHERE cle = ?", (action,))
    return str(titre)


def test_un_fichier_recouvert_par_un_autre_programme_ne_recoit_plus_rien(
    document: Document, fenetre: FenetrePrincipale, demo: Path, modele: Path
) -> None:
    """Another program copied a file over the open one: what is typed stays where it was typed."""
    vue = document.actions.vue
    etat = document.contexte.cofinancements.financeurs()[0]
    vue.aller_a(_action_a_decider(document, etat.cle).cle, f"{etat.cle}.accorde")
    taper("12 500")
    autre = demo.with_name("autre.tdt")
    autre.write_bytes(modele.read_bytes())
    with Fichier.ouvrir(autre) as ouvert, ouvert.operation("Ailleurs") as e:
        fabriques.commune(e, nom="Wavrin")
    contenu = autre.read_bytes()
    with demo.open("r+b") as flux:
        flux.truncate(0)
        flux.write(contenu)
    frapper(Qt.Key.Key_Return)
    editeur = avec_le_clavier()
    assert isinstance(editeur, QLineEdit)
    assert (editeur.text(), est_refuse(editeur)) == ("12 500", True)
    assert "a été réécrit par un autre programme" in fenetre.message.texte
    frapper(Qt.Key.Key_Escape)
    assert not fenetre.fermer_fichier()
    assert "ce que vous y avez saisi depuis son ouverture n'y est plus" in fenetre.message.texte
    fenetre.message.bouton.click()
    assert fenetre.document is None
    assert demo.read_bytes() == contenu


def test_un_fichier_aux_liens_rompus_s_ouvre_le_dit_et_se_parcourt(
    fenetre: FenetrePrincipale, demo: Path, dossier_du_programme: Path
) -> None:
    """Another program removed rows and turned a tree round: every page still shows."""
    with closing(sqlite3.connect(demo)) as base:
        liens = [(t.name, c.parent.name) for t in entites().values() for c in t.foreign_keys]
        for rang, (table, champ) in enumerate(sorted(liens)):
            ligne = f"(SELECT max(rowid) - {rang} FROM {table})"
            base.execute(f"UPDATE {table} SET {champ} = 'rien' WHERE rowid = {ligne}")
        base.execute("UPDATE noeud SET parent = cle WHERE rowid % 2")
        base.commit()
    assert fenetre.ouvrir(demo)
    assert "Un autre programme a rompu des liens dans ce fichier" in fenetre.message.texte
    document = fenetre.document
    assert document is not None
    for page, _ in PAGES:
        document.aller(page)
        laisser_faire()
    contrat = document.page("contrat")
    document.aller("contrat")
    for rubrique in RUBRIQUES:
        contrat.choisir(rubrique.cle)
        laisser_faire()
    document.aller("actions")
    document.actions.ouvrir_fiche()
    for ligne in document.actions.modele.lignes[-12:]:
        document.actions.choisir(ligne.cle)
        document.actions.fiche.ouvrir_onglet(1)
    laisser_faire()
    fenetre.executer("verifier")
    assert "ne mène plus à rien" in fenetre.message.texte
    document.contexte.actions.creer(ANNEE, "De quoi sauvegarder")
    (dossier_du_programme / "sauvegardes").touch()
    assert fenetre.fermer_fichier()
    assert fenetre.message.texte.startswith("Tout est enregistré dans « programme.tdt », mais sa ")
    assert fenetre.message._signal == Signal.ALERTE

"""The sheet of an action: each field writes once, is undone, and keeps what it could not accept."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from app.models.montants import afficher_montant
from app.services.contexte import Contexte
from app.ui.editeurs import est_refuse
from app.ui.fiche_action import FicheAction
from app.ui.fiche_listes import VoletBudget, VoletCofinancements, VoletHistorique
from app.ui.tableau import ModeleTableau
from app.ui.vue_tableau import VueTableau
from tests.fabrique_fenetre import (
    ANNEE,
    SANS_ECRAN,
    application,
    avec_le_clavier,
    contexte,
    demo,
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

__all__ = ["application", "contexte", "demo", "modele"]

IDENTITE, PUBLICS, BUDGET, COFINANCEMENTS, _AVIS, _DOSSIER, _COTATION, HISTORIQUE = range(8)


@pytest.fixture
def fiche(contexte: Contexte) -> Iterator[FicheAction]:
    """The sheet of a renewed action that has a budget and is examined, following the file."""
    cle = next(
        ligne.cle
        for ligne in contexte.actions.lignes(ANNEE)
        if (ligne.recurrence, ligne.statut) == ("reconduction", "instruction")
        and ligne.cout
        and ligne.porteur_cle
    )
    ouverte = FicheAction(contexte)
    contexte.fichier.bus.abonner(ouverte.sur_avis)
    ouverte.montrer(cle)
    montrer(ouverte, (400, 700))
    yield ouverte
    ouverte.close()
    ouverte.deleteLater()


def _valeur(contexte: Contexte, fiche: FicheAction, colonne: str) -> Any:
    requete = f"SELECT {colonne} FROM action WHERE cle = ?"
    return lire(contexte.fichier.chemin, requete, fiche.cle)[0][0]


def _choisir(liste: QComboBox, libelle: str) -> None:
    """Choose an entry as a click in the open list does."""
    rang = liste.findText(libelle)
    assert rang >= 0, f"« {libelle} » n'est pas proposé"
    liste.setCurrentIndex(rang)
    liste.activated.emit(rang)
    laisser_faire()


def _remplir(fiche: FicheAction, champ: str, texte: str) -> QWidget:
    """Put a value in a field as a person does, and leave the field."""
    editeur = nomme(fiche, champ)
    if isinstance(editeur, QComboBox):
        _choisir(editeur, texte)
        return editeur
    editeur.setFocus()
    editeur.selectAll()
    taper(texte)
    nomme(fiche, "Statut" if champ != "Statut" else "Nature").setFocus()
    laisser_faire()
    return editeur


def _montre(editeur: QWidget) -> str:
    if isinstance(editeur, QComboBox):
        return editeur.currentText()
    if isinstance(editeur, QPlainTextEdit):
        return editeur.toPlainText()
    assert isinstance(editeur, QLineEdit)
    return editeur.text()


# Identity -----------------------------------------------------------------------------------------

CHAMPS = (
    ("Intitulé", "Chantier jeunes", "titre", "Chantier jeunes"),
    ("Statut", "Ajournée", "statut", "ajournee"),
    ("Nature", "Investissement", "nature", "investissement"),
    ("Description", "Deux lignes", "description", "Deux lignes"),
    ("Nouveau ou reconduction", "Nouveau", "recurrence", "nouveau"),
    ("Référence d'origine", "OS-77", "reference", "OS-77"),
    ("Année de CPO", "2", "cpo_rang", 2),
    ("Durée de la CPO (ans)", "3", "cpo_duree", 3),
    ("Début", "05/09/2026", "date_debut", "2026-09-05"),
    ("Fin", "2026-11-30", "date_fin", "2026-11-30"),
    ("Avis", "Avis partagé", "avis", "Avis partagé"),
    ("Observation", "Revoir le public", "observation", "Revoir le public"),
)


def test_chaque_champ_s_ecrit_une_fois_et_s_annule(fiche: FicheAction, contexte: Contexte) -> None:
    chemin = contexte.fichier.chemin
    for champ, saisi, colonne, garde in CHAMPS:
        avant = _valeur(contexte, fiche, colonne)
        montre_avant = _montre(nomme(fiche, champ))
        depart = operations(chemin)
        assert avant != garde, f"{champ} : la saisie doit changer quelque chose"

        editeur = _remplir(fiche, champ, saisi)

        assert (champ, _valeur(contexte, fiche, colonne)) == (champ, garde)
        assert (champ, operations(chemin)) == (champ, depart + 1)
        contexte.fichier.undo.annuler()
        assert (champ, _valeur(contexte, fiche, colonne)) == (champ, avant)
        assert (champ, _montre(editeur)) == (champ, montre_avant)


def test_une_date_tapee_autrement_se_remet_en_forme(fiche: FicheAction) -> None:
    assert _montre(_remplir(fiche, "Fin", "2026-11-30")) == "30/11/2026"
    assert _montre(_remplir(fiche, "Fin", "1/12/26")) == "01/12/2026"


@pytest.mark.qt_log_ignore(SANS_ECRAN)
def test_passer_sur_un_porteur_homonyme_ne_change_rien(
    fiche: FicheAction, contexte: Contexte
) -> None:
    nom, cle = "Les Jardins du Lundi", fiche.cle or ""
    homonymes = [contexte.organismes.creer(nom) for _ in range(3)]
    for porteur in homonymes:
        contexte.actions.modifier(cle, porteur=porteur)
        depart = operations(contexte.fichier.chemin)
        nomme(fiche, "Porteur", QComboBox).setFocus()
        frapper(Qt.Key.Key_Tab)
        nomme(fiche, "Porteur", QComboBox).setFocus()
        frapper(Qt.Key.Key_Return)
        assert _valeur(contexte, fiche, "porteur") == porteur
        assert operations(contexte.fichier.chemin) == depart


def test_les_porteurs_homonymes_se_distinguent(contexte: Contexte) -> None:
    nom = "Les Jardins du Lundi"
    contexte.organismes.creer(nom, siret="35600000000048")
    contexte.organismes.creer(nom, ville="Ostreval")
    contexte.organismes.creer("Les Jardins du Mardi", ville="Ostreval")
    assert [p.nom for p in contexte.fiches.porteurs() if p.nom.startswith("Les Jardins du ")] == [
        "Les Jardins du Lundi (Ostreval)",
        "Les Jardins du Lundi (35600000000048)",
        "Les Jardins du Mardi",
    ]


@pytest.mark.qt_log_ignore(SANS_ECRAN)
def test_le_porteur_et_l_action_reconduite_se_choisissent_en_tapant(
    fiche: FicheAction, contexte: Contexte
) -> None:
    autre = next(
        p for p in contexte.fiches.porteurs() if p.cle != _valeur(contexte, fiche, "porteur")
    )
    liste = nomme(fiche, "Porteur", QComboBox)
    liste.setFocus()
    liste.lineEdit().selectAll()
    taper(autre.nom)
    frapper(Qt.Key.Key_Return)
    assert _valeur(contexte, fiche, "porteur") == autre.cle

    _choisir(nomme(fiche, "Reconduit l'action", QComboBox), "–")
    assert _valeur(contexte, fiche, "precedente") is None
    assert _montre(nomme(fiche, "Nouveau ou reconduction")) == "Nouveau"


@pytest.mark.qt_log_ignore(SANS_ECRAN)
def test_un_porteur_inconnu_rend_celui_du_fichier(fiche: FicheAction, contexte: Contexte) -> None:
    depart = operations(contexte.fichier.chemin)
    liste = nomme(fiche, "Porteur", QComboBox)
    avant = liste.currentText()
    liste.setFocus()
    liste.lineEdit().selectAll()
    taper("zzz")
    frapper(Qt.Key.Key_Return)
    assert liste.currentText() == avant
    assert operations(contexte.fichier.chemin) == depart


REFUS = (
    ("Intitulé", " ", "Une action doit avoir un intitulé : tapez-en un."),
    ("Début", "31/02/2026", "« 31/02/2026 » n’est pas une date"),
    ("Année de CPO", "deux", "« deux » n’est pas un nombre entier"),
    ("Durée de la CPO (ans)", "-3", "« -3 » est négatif"),
)


def test_un_refus_se_dit_sous_le_champ_et_garde_le_texte(
    fiche: FicheAction, contexte: Contexte
) -> None:
    depart = operations(contexte.fichier.chemin)
    for champ, saisi, raison in REFUS:
        montre_avant = _montre(nomme(fiche, champ))
        editeur = _remplir(fiche, champ, saisi)
        assert (_montre(editeur), est_refuse(editeur)) == (saisi, True)
        (phrase,) = _phrases_de_refus(fiche)
        assert phrase.startswith(raison)
        editeur.setFocus()
        frapper(Qt.Key.Key_Escape)
        assert (_montre(editeur), est_refuse(editeur)) == (montre_avant, False)
    assert operations(contexte.fichier.chemin) == depart


def _phrases_de_refus(fiche: FicheAction) -> list[str]:
    etiquettes = [e for e in fiche.findChildren(QLabel) if e.isVisible()]
    return [e.text() for e in etiquettes if e.property("role") == "erreur"]


def test_en_lecture_seule_rien_ne_se_tape(application: object, demo: Path) -> None:
    from app import boot

    ouvert = boot.ouvrir(demo, lecture_seule=True)
    fiche = FicheAction(ouvert)
    try:
        fiche.montrer(ouvert.actions.lignes(ANNEE)[0].cle)
        montrer(fiche, (400, 700))
        for rang in (IDENTITE, PUBLICS):
            fiche.ouvrir_onglet(rang)
            laisser_faire()
            for sorte in (QLineEdit, QComboBox, QPlainTextEdit):
                assert not [e for e in fiche.findChildren(sorte) if _accepte_des_touches(e)]
        for rang, bouton in (
            (BUDGET, "Ajouter une charge"),
            (COFINANCEMENTS, "Supprimer la ligne"),
        ):
            fiche.ouvrir_onglet(rang)
            laisser_faire()
            assert not nomme(fiche, bouton, QPushButton).isEnabled()
    finally:
        fiche.close()
        fiche.deleteLater()
        ouvert.fichier.fermer()


def _accepte_des_touches(champ: Any) -> bool:
    lisible = isinstance(champ, QComboBox) or not champ.isReadOnly()
    return champ.isVisible() and champ.isEnabled() and lisible


# Publics, places and classification -----------------------------------------------------------------


def test_les_quartiers_s_ajoutent_se_partagent_et_se_retirent(
    fiche: FicheAction, contexte: Contexte
) -> None:
    chemin = contexte.fichier.chemin
    requete = "SELECT quartier, part FROM action_quartier WHERE action = ? ORDER BY rowid"
    contexte.actions.definir_quartiers(fiche.cle or "", {})
    fiche.ouvrir_onglet(PUBLICS)
    laisser_faire()
    premier, second = contexte.fiches.quartiers()[:2]
    _choisir(nomme(fiche, "Ajouter un quartier…", QComboBox), premier.nom)
    _choisir(nomme(fiche, "Ajouter un quartier…", QComboBox), second.nom)
    assert lire(chemin, requete, fiche.cle) == [(premier.cle, None), (second.cle, None)]

    nomme(fiche, f"Part de {premier.nom}, en pourcentage", QLineEdit).setFocus()
    taper("60 %")
    frapper(Qt.Key.Key_Tab)
    assert dict(lire(chemin, requete, fiche.cle)) == {premier.cle: 6000, second.cle: None}
    suivant = avec_le_clavier()
    assert suivant.isVisible()
    assert suivant.window() is fiche, "Tab mène au champ suivant, qui est toujours là"

    nomme(fiche, f"Part de {second.nom}, en pourcentage", QLineEdit).setFocus()
    taper("50")
    frapper(Qt.Key.Key_Return)
    refuse = nomme(fiche, f"Part de {second.nom}, en pourcentage", QLineEdit)
    assert (refuse.text(), est_refuse(refuse)) == ("50", True)
    assert dict(lire(chemin, requete, fiche.cle)) == {premier.cle: 6000, second.cle: None}
    frapper(Qt.Key.Key_Escape)

    nomme(fiche, f"Retirer {premier.nom}", QPushButton).click()
    laisser_faire()
    assert lire(chemin, requete, fiche.cle) == [(second.cle, None)]


def test_les_communes_proposent_l_echelle(fiche: FicheAction, contexte: Contexte) -> None:
    contexte.actions.definir_communes(fiche.cle or "", [])
    fiche.ouvrir_onglet(PUBLICS)
    laisser_faire()
    for rang, phrase in enumerate(
        (
            "Une seule commune : échelle communale proposée.",
            "2 communes : choisissez l'échelle intercommunale ou le regroupement.",
        )
    ):
        commune = contexte.fiches.communes()[rang]
        _choisir(nomme(fiche, "Ajouter une commune…", QComboBox), commune.nom)
        assert nomme(fiche, phrase, QLabel).isVisible()


def test_un_classement_principal_puis_un_secondaire(fiche: FicheAction, contexte: Contexte) -> None:
    chemin = contexte.fichier.chemin
    for noeud in contexte.fiches.lire(fiche.cle or "").classements:
        contexte.actions.declasser(fiche.cle or "", noeud.noeud)
    fiche.ouvrir_onglet(PUBLICS)
    laisser_faire()
    _, noeuds = contexte.fiches.noeuds()[0]
    for noeud in noeuds[:2]:
        liste = nomme(fiche, "Classer l'action…", QComboBox)
        rang = liste.findData(noeud.cle)
        liste.setCurrentIndex(rang)
        liste.activated.emit(rang)
        laisser_faire()
    requete = "SELECT noeud, principal FROM classement WHERE action = ? ORDER BY principal DESC"
    assert lire(chemin, requete, fiche.cle) == [(noeuds[0].cle, 1), (noeuds[1].cle, 0)]


def test_le_public_s_ecrit_et_donne_ses_parts(fiche: FicheAction, contexte: Contexte) -> None:
    contexte.actions.modifier(
        fiche.cle or "", public_total=200, public_qpv=50, public_femmes=None, public_hommes=None
    )
    fiche.ouvrir_onglet(PUBLICS)
    laisser_faire()
    femmes = nomme(fiche, "dont femmes", QLineEdit)
    femmes.setFocus()
    taper("110")
    frapper(Qt.Key.Key_Return)
    assert _valeur(contexte, fiche, "public_femmes") == 110
    assert nomme(fiche, "25\u00a0% en QPV · 55\u00a0% de femmes", QLabel).isVisible()


# Budget, cofinancements, history --------------------------------------------------------------------


def _table(fiche: FicheAction, volet: type[QWidget]) -> tuple[VueTableau, ModeleTableau]:
    vue = fiche.findChild(volet).findChild(VueTableau)
    return vue, vue.modele


def _phrase(fiche: FicheAction, volet: type[QWidget]) -> str:
    return fiche.findChild(volet)._phrase.text()


def test_une_ligne_de_budget_desequilibre_puis_se_reequilibre(
    fiche: FicheAction, contexte: Contexte
) -> None:
    fiche.ouvrir_onglet(BUDGET)
    laisser_faire()
    vue, modele = _table(fiche, VoletBudget)
    nombre = modele.rowCount()
    assert _phrase(fiche, VoletBudget).startswith("Budget équilibré")

    nomme(fiche, "Ajouter une charge", QPushButton).click()
    laisser_faire()
    assert modele.rowCount() == nombre + 1
    nouvelle = next(
        rang for rang in range(modele.rowCount()) if modele.lignes[rang].montant is None
    )
    vue.setFocus()
    vue.aller(nouvelle, modele.rang("montant"))
    taper("1 250")
    frapper(Qt.Key.Key_Return)
    assert _phrase(fiche, VoletBudget).startswith(
        f"Budget à équilibrer : les charges dépassent les produits de "
        f"{afficher_montant(Decimal(1250), euro=True)}."
    )

    vue.aller(nouvelle, modele.rang("montant"))
    nomme(fiche, "Supprimer la ligne", QPushButton).click()
    laisser_faire()
    assert modele.rowCount() == nombre
    assert _phrase(fiche, VoletBudget).startswith("Budget équilibré")


def test_un_financeur_s_ajoute_par_le_menu_et_recoit_un_montant(
    fiche: FicheAction, contexte: Contexte
) -> None:
    fiche.ouvrir_onglet(COFINANCEMENTS)
    laisser_faire()
    vue, modele = _table(fiche, VoletCofinancements)
    avant = {ligne.cle for ligne in modele.lignes}
    menu = nomme(fiche, "Ajouter un financeur", QPushButton).menu()
    menu.aboutToShow.emit()
    attendu = contexte.cofinancements.financeurs()[-1]
    entree = next(a for a in menu.actions() if a.text().startswith(attendu.nom_court))
    entree.trigger()
    laisser_faire()
    (ajoutee,) = {ligne.cle for ligne in modele.lignes} - avant
    vue.setFocus()
    vue.aller_a(ajoutee, "demande")
    taper("3000")
    frapper(Qt.Key.Key_Tab)
    requete = "SELECT financeur, annee, demande, propose FROM cofinancement WHERE cle = ?"
    assert lire(contexte.fichier.chemin, requete, ajoutee) == [(attendu.cle, ANNEE, 300000, None)]
    assert vue.cle_courante() == ajoutee, "la case suivante est sur la même ligne"
    lue = contexte.fiches.lire(fiche.cle or "")
    assert lue is not None
    assert _phrase(fiche, VoletCofinancements).startswith(
        f"Demandé {afficher_montant(lue.demande, euro=True)}, accordé "
    )

    taper("-10")
    frapper(Qt.Key.Key_Return)
    assert est_refuse(avec_le_clavier())
    frapper(Qt.Key.Key_Escape)

    vue.aller_a(ajoutee, "demande")
    nomme(fiche, "Supprimer la ligne", QPushButton).click()
    laisser_faire()
    assert {ligne.cle for ligne in modele.lignes} == avant


def test_plusieurs_lignes_de_la_fiche_se_suppriment_d_un_geste(
    fiche: FicheAction, contexte: Contexte
) -> None:
    for onglet, volet in ((BUDGET, VoletBudget), (COFINANCEMENTS, VoletCofinancements)):
        fiche.ouvrir_onglet(onglet)
        laisser_faire()
        vue, modele = _table(fiche, volet)
        avant, depart = modele.rowCount(), operations(contexte.fichier.chemin)
        assert avant > 1
        vue.choix.tout()
        nomme(fiche, "Supprimer la ligne", QPushButton).click()
        laisser_faire()
        assert (modele.rowCount(), operations(contexte.fichier.chemin)) == (0, depart + 1)
        contexte.fichier.undo.annuler()
        assert modele.rowCount() == avant


def test_l_historique_dit_chaque_changement_meme_deux_fois_le_meme(
    fiche: FicheAction, contexte: Contexte
) -> None:
    cle = fiche.cle or ""
    traces = "SELECT count(*) FROM trace WHERE sujet = ? OR ligne = ?"
    contexte.actions.modifier(cle, titre="Premier titre")
    contexte.actions.modifier(cle, titre="Second titre")
    fiche.ouvrir_onglet(HISTORIQUE)
    laisser_faire()
    _, modele = _table(fiche, VoletHistorique)
    champ, avant, apres = (modele.rang(nom) for nom in ("champ", "avant", "apres"))
    assert [modele.texte(0, c) for c in (champ, avant, apres)] == [
        "intitulé",
        "Premier titre",
        "Second titre",
    ]
    assert modele.rowCount() == lire(contexte.fichier.chemin, traces, cle, cle)[0][0]


def test_la_fiche_suit_son_action_et_se_vide_avec_elle(
    fiche: FicheAction, contexte: Contexte
) -> None:
    contexte.actions.modifier(fiche.cle or "", titre="Renommée ailleurs")
    assert _montre(nomme(fiche, "Intitulé", QLineEdit)) == "Renommée ailleurs"
    contexte.actions.supprimer(fiche.cle or "")
    laisser_faire()
    assert nomme(
        fiche, "Sélectionnez une action dans le tableau pour voir sa fiche.", QLabel
    ).isVisible()
    contexte.fichier.undo.annuler()
    laisser_faire()
    assert _montre(nomme(fiche, "Intitulé", QLineEdit)) == "Renommée ailleurs"

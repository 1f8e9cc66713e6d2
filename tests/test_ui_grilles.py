"""« Grilles » from the keyboard: added, tried, edited, succeeded, compared, sent to a colleague."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fabriques
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from app import boot
from app.models.cotation import Grille
from app.services.fichier import Fichier
from app.services.grilles import Grilles
from app.services.grilles_fiche import livrees
from app.ui.screen_grilles import EcranGrilles
from tests.fabrique_fenetre import (
    application,
    frapper,
    laisser_faire,
    lire,
    montrer,
    nomme,
    taper,
)

__all__ = ["application"]
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def page(application: QApplication, fichier: Fichier) -> Iterator[EcranGrilles]:
    """The page alone, on a file whose appel asks for one grid and offers another."""
    decor = fabriques.decor(fichier)
    grilles = Grilles(fichier)
    fiches = {f.identifiant: f for f in livrees()}
    for nom, obligatoire in (("egalite_p147", True), ("instruction", False)):
        grilles.choisir_pour(decor.appel, grilles.ajouter(fiches[nom]), obligatoire=obligatoire)
    ecran = EcranGrilles(boot.assembler(fichier), 2026)
    fichier.bus.abonner(ecran.sur_avis)
    montrer(ecran)
    ecran.montree()
    yield ecran
    fichier.bus.desabonner(ecran.sur_avis)
    ecran.close()
    ecran.deleteLater()


def test_une_grille_se_choisit_s_essaie_se_change_et_se_compare(
    page: EcranGrilles, fichier: Fichier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _essayer(page)
    _ajouter_une_livree(page)
    _changer(page)
    _figer_et_succeder(fichier, page)
    _echanger(page, tmp_path, monkeypatch)


def _lu(page: EcranGrilles, requete: str, *valeurs: Any) -> Any:
    [ligne] = lire(page.liste._contexte.fichier.chemin, requete, *valeurs)
    return ligne[0] if len(ligne) == 1 else ligne


def _essayer(page: EcranGrilles) -> None:
    """Two grids are on the appel; the trial counts at once and keeps nothing."""
    assert page.liste.modele.rowCount() == 2
    assert [c.obligatoire for c in page.liste.choix.toutes_les_lignes()] == [True, False]
    assert "non officielle" in page.liste.presentation._texte.text()
    page.modifier(page.liste.vue.cle_courante())
    laisser_faire()
    essai = page.contenu.essai
    essai._rangees["C1"]["2"].click()
    assert essai._phrase.text().startswith("Cotation incomplète")
    for numero in range(2, 10):
        essai._rangees[f"C{numero}"]["3"].click()
    assert essai._phrase.text().startswith("G2")
    essai._rangees["C2"]["2"].click()
    assert "G2 demande au moins 3 à C2 : il a 2." in essai._portes.text()
    essai._rangees["C2"]["NA"].click()
    assert "il est « non applicable »" in essai._portes.text()
    assert _lu(page, "SELECT count(*) FROM cotation") == 0


def _ajouter_une_livree(page: EcranGrilles) -> None:
    page.onglets.setCurrentWidget(page.livrees)
    laisser_faire()
    page.livrees.aller_a("participation", "nom")
    nomme(page.livrees, "Ajouter à ce fichier").click()
    assert page.partie is page.liste
    assert (
        page.liste.modele.ligne(page.liste.vue.cle_courante()).nom == "Participation des habitants"
    )


def _changer(page: EcranGrilles) -> None:
    """Typed in a cell: the trial keeps up, and the grid is the team's own from then on."""
    cle = page.liste.vue.cle_courante()
    page.modifier(cle)
    laisser_faire()
    contenu = page.contenu
    assert contenu.grille == cle
    premier = contenu.modele.toutes_les_lignes()[0]
    contenu.aller_a(premier.cle, "libelle")
    taper("Un diagnostic partagé")
    frapper(Qt.Key.Key_Return)
    assert _lu(page, "SELECT libelle FROM critere_grille WHERE cle = ?", premier.cle) == (
        "Un diagnostic partagé"
    )
    assert contenu._phrase.text() == "Grille de l'équipe."
    assert "D'après" in contenu._phrase.toolTip()
    contenu.aller_a(premier.cle, "identifiant")
    frapper(Qt.Key.Key_Down, ALT)
    assert [c.cle for c in contenu.modele.toutes_les_lignes()][1] == premier.cle
    nomme(contenu, "Ajouter un niveau").click()
    champs = contenu.barre_niveau.champs
    champs["code"].poser("P1")
    champs["libelle"].poser("Participation réelle")
    contenu.barre_niveau.valider()
    (niveau,) = contenu.niveaux.toutes_les_lignes()
    contenu.niveaux.ecrire([(niveau.cle, _rang(contenu, "portes"), "P99 ≥ 1")])
    assert "P99" in contenu._defauts.text()
    contenu.niveaux.ecrire([(niveau.cle, _rang(contenu, "portes"), "")])
    contenu.niveaux.ecrire([(niveau.cle, _rang(contenu, "seuil"), "3")])
    assert contenu._defauts.text() == ""


def _rang(contenu: Any, colonne: str) -> int:
    return next(r for r, c in enumerate(contenu.niveaux.colonnes) if c.cle == colonne)


def _figer_et_succeder(fichier: Fichier, page: EcranGrilles) -> None:
    """Once it has served it is only read; its next version says what changed."""
    cle = page.contenu.grille
    with fichier.operation("Servir") as e:
        e.modifier(Grille, cle, figee_le="2026-03-01T09:00:00+00:00")
    assert page.contenu.modele.lecture_seule
    assert page.contenu._phrase.text().startswith("Figée")
    page.onglets.setCurrentWidget(page.liste)
    laisser_faire()
    page.liste.aller_a(cle, "nom")
    nomme(page.liste, "Nouvelle version").click()
    assert page.partie is page.contenu
    assert not page.contenu.modele.lecture_seule
    suivante = page.contenu.grille
    page.contenu.vue.aller(0, 0)
    nomme(page.contenu, "Retirer").click()
    page.onglets.setCurrentWidget(page.differences)
    laisser_faire()
    (difference,) = page.differences.modele.toutes_les_lignes()
    assert (difference.sorte, difference.apres) == ("Retiré", "")
    assert page.differences.apres.currentData() == suivante


def _echanger(page: EcranGrilles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page.onglets.setCurrentWidget(page.liste)
    laisser_faire()
    chemin = tmp_path / "grille"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(chemin), "(*.xlsx)"))
    nomme(page.liste, "Exporter…").click()
    monkeypatch.setattr(
        QFileDialog, "getOpenFileName", lambda *_: (f"{chemin}.xlsx", "Grilles (*.xlsx)")
    )
    avant = _lu(page, "SELECT count(*) FROM grille")
    page.liste._choisir_a_lire()
    assert _lu(page, "SELECT count(*) FROM grille") == avant + 1
    (tmp_path / "grille.xlsx").write_bytes(b"\x00rien")
    refus: list[str] = []
    page.refuse.connect(refus.append)
    page.liste._choisir_a_lire()
    assert len(refus) == 1
    assert _lu(page, "SELECT count(*) FROM grille") == avant + 1

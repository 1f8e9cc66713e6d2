"""The page of the CPO: a convention seen, changed by an avenant, its tranche released, exported."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from app.services.contexte import Contexte
from app.ui.cpo_frise import phrase_de
from app.ui.screen_cpo import EcranCpo
from tests.fabrique_fenetre import application, contexte, demo, laisser_faire, montrer
from tests.fabrique_fenetre import modele_reduit as modele

__all__ = ["application", "contexte", "demo", "modele"]


@pytest.fixture
def page(contexte: Contexte) -> Iterator[EcranCpo]:
    ecran = EcranCpo(contexte, 2026)
    contexte.fichier.bus.abonner(ecran.sur_avis)
    montrer(ecran)
    ecran.montree()
    yield ecran
    contexte.fichier.bus.desabonner(ecran.sur_avis)
    ecran.close()
    ecran.deleteLater()


def test_une_cpo_se_suit_de_la_liste_a_la_tranche(
    page: EcranCpo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dits: list[str] = []
    page.refuse.connect(dits.append)
    page.information.connect(dits.append)
    liste = page.conventions
    signee = next(c for c in liste.service.lignes() if c.etat == "signee" and c.annee_fin > 2026)
    liste.aller_a(signee.cle, "titre")
    laisser_faire()
    assert liste.courante().cle == signee.cle
    payeurs = liste.vue_annees.modele.toutes_les_lignes()
    assert sum(p.total for p in payeurs) == signee.total
    _refuser_puis_amender(page, dits)
    _liberer(page, dits)
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "fiche.pdf"), "")
    )
    page.onglets.setCurrentWidget(liste)
    liste.exporter_fiche()
    assert (tmp_path / "fiche.pdf").read_bytes().startswith(b"%PDF")
    _parcourir(page)


def _refuser_puis_amender(page: EcranCpo, dits: list[str]) -> None:
    liste = page.conventions
    [*_, payeur] = liste.vue_annees.modele.toutes_les_lignes()
    liste.vue_annees.aller_a(payeur.cle, "payeur")
    avant = liste.courante().total
    liste.amender()
    barre = liste.barre_avenant
    barre.champs["objet"].poser("Un lieu de plus")
    barre.champs["annee"].poser("2027")
    barre.champs["montant"].poser("99 000,50")
    barre.valider()
    laisser_faire()
    assert "Avenant ajouté" in dits[-1]
    promis = payeur.tranches[2027].montant
    assert liste.courante().total == avant - promis + 99_000 + type(promis)("0.5")
    assert len(liste.vue_avenants.modele.toutes_les_lignes()) >= 1


def _liberer(page: EcranCpo, dits: list[str]) -> None:
    """What is missing is said; with a reason it is released, and leaves the list."""
    page.onglets.setCurrentWidget(page.tranches)
    laisser_faire()
    lignes = page.tranches.modele.toutes_les_lignes()
    premiere = next(ligne for ligne in lignes if not ligne.prete)
    page.tranches.aller_a(premiere.cle, "titre")
    page.tranches.liberer()
    assert "il manque" in dits[-1]
    page.tranches.barre_motif.champs["motif"].poser("Trésorerie du porteur")
    page.tranches.barre_motif.valider()
    laisser_faire()
    restent = {ligne.cle for ligne in page.tranches.modele.toutes_les_lignes()}
    assert premiere.cle not in restent
    assert len(restent) == len(lignes) - 1


def _parcourir(page: EcranCpo) -> None:
    """Each of the other tabs says something; the timeline leads to the convention."""
    page.onglets.setCurrentWidget(page.echeances)
    laisser_faire()
    lignes = page.echeances.modele.toutes_les_lignes()
    assert lignes
    frise = page.echeances.frise
    assert list(frise.annees) == [2024, 2025, 2026, 2027, 2028]
    gauche, large = frise.place(2028)
    assert gauche + large <= frise.viewport().width() + 1
    convention = frise.convention(0)
    assert frise.model().index(0, 0).data() == phrase_de(convention)
    frise.choisie.emit(convention.cle)
    laisser_faire()
    assert page.conventions.courante().cle == convention.cle
    for partie in (page.suivi, page.part):
        page.onglets.setCurrentWidget(partie)
        laisser_faire()
        assert partie.modele.toutes_les_lignes()
    assert page.part.simulation.toutes_les_lignes()

"""The page « Courriers »: the letter in view, its words, production, sending, templates, who signs."""

import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import docx
import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QFileDialog
from sqlalchemy import select

from app import boot
from app.models.courrier import Courrier
from app.models.enums import NatureCourrier
from app.services.decisions import Choix
from app.services.errors import SaisieRefusee
from app.services.settings import Settings
from app.ui.screen_courriers import EcranCourriers
from tests.fabrique_fenetre import application, laisser_faire
from tests.fabrique_seance import salle_ouverte

__all__ = ["application"]


@pytest.fixture
def page(application: QApplication, tmp_path: Path) -> Iterator[EcranCourriers]:
    """A closed séance: one action granted, one refused."""
    with salle_ouverte(tmp_path) as s:
        s.comite.tours.dire_et_publier(s.points[0], s.etat, Decimal(10_000))
        s.comite.decisions.decider(s.points[0], Choix("valide"))
        s.comite.decisions.decider(s.points[1], Choix("refuse", motif="Hors du quartier."))
        s.comite.decisions.decider(s.points[2], Choix("retire", motif="Le porteur renonce."))
        s.comite.scellements.clore(s.seance, confirmer=True)
        contexte = boot.assembler(s.fichier, Settings())
        ecran = EcranCourriers(contexte, 2026)
        ecran.resize(1200, 700)
        ecran.show()
        ecran.montree()
        s.fichier.bus.abonner(ecran.sur_avis)
        try:
            yield ecran
        finally:
            ecran.close()
            ecran.deleteLater()
            laisser_faire()


def test_une_lettre_se_relit_se_corrige_se_produit_et_s_envoie(
    page: EcranCourriers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ou = tmp_path / "lettres"
    ou.mkdir()
    dites: list[str] = []
    page.information.connect(dites.append)
    page.refuse.connect(dites.append)
    liste, apercu = page.lettres, page.lettres.apercu
    assert liste._phrase.text() == "2 courriers à produire."
    # Who signs, typed in its own list.
    page.signataires.ajouter()
    [signataire] = page.courriers.signataires.lignes()
    page.courriers.signataires.modifier(signataire.cle, nom="Camille Martin")
    # Read: the letter in view is the one of the row.
    liste.vue.aller(0, 0)
    apercu.composer()
    assert apercu.pages is not None
    vus = " ".join(t.texte for t in apercu.pages.traces(1) if hasattr(t, "texte"))
    assert "dix mille euros" in vus
    assert "Camille Martin" in vus
    # Nothing typed: nothing is kept, no-break spaces included.
    apercu.texte.valider()
    fichier = page.courriers.fichier
    assert not fichier.lignes(select(Courrier.cle))
    # Corrected for this letter alone.
    apercu.texte._zone.setPlainText(apercu.texte.texte().replace("Madame, Monsieur,", "Chère Ada,"))
    apercu.texte.valider()
    laisser_faire()
    apercu.composer()
    assert "Texte corrigé pour cette lettre." in apercu._etat.text()
    # Produced where the person says.
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(ou))
    liste.vue.choix.tout()
    liste.produire()
    liste.production.champs["date"].poser("02/04/2026")
    liste.production.champs["signataire"].poser("Dominique Roux")
    liste.production.valider()
    laisser_faire()
    apercu.composer()
    relus = " ".join(t.texte for t in apercu.pages.traces(1) if hasattr(t, "texte"))
    assert "Le 2 avril 2026" in relus
    assert "Dominique Roux" in relus
    [accord, refus] = sorted(ou.glob("*.docx"))
    assert "Chère Ada," in [p.text for p in docx.Document(str(accord)).paragraphs]
    assert "Chère Ada," not in [p.text for p in docx.Document(str(refus)).paragraphs]
    assert "2 fichiers" in dites[-1]
    # Sent: kept for good.
    liste.vue.choix.tout()
    liste.noter_envoi()
    liste.envoi.valider()
    laisser_faire()
    assert liste._phrase.text() == "0 courrier à produire, 2 envoyés."
    assert apercu.texte._zone.isReadOnly() or apercu.composer() is None
    with pytest.raises(SaisieRefusee, match="ne se produit pas de nouveau"):
        liste.produire()


def test_un_modele_s_ouvre_se_casse_et_se_rend(
    page: EcranCourriers, monkeypatch: pytest.MonkeyPatch
) -> None:
    ouverts: list[str] = []
    monkeypatch.setattr(
        QDesktopServices,
        "openUrl",
        lambda url: bool(ouverts.append(QUrl(url).toLocalFile())) or True,
    )
    onglet = page.modeles
    page.onglets.setCurrentWidget(onglet)
    assert onglet.modele.rowCount() == len(NatureCourrier)
    onglet.vue.aller(0, 0)
    onglet.modifier()
    [chemin] = ouverts
    document = docx.Document(chemin)
    document.add_paragraph("{{ porteur.nome }}")
    document.save(chemin)
    with pytest.raises(SaisieRefusee, match=re.escape("écrivez «\u00a0porteur.nom")):
        onglet._verifier()
    page.onglets.setCurrentWidget(page.lettres)
    page.lettres.vue.aller(0, 0)
    page.lettres.apercu.composer()
    assert "porteur.nom" in page.lettres.apercu._etat.text()
    onglet.vue.aller(0, 0)
    onglet._retablir()
    assert not Path(chemin).exists()
    shutil.copyfile(Path(chemin).with_name("Accord (ancien).docx"), chemin)  # kept beside

"""The papers of a séance from its window: their pages first, then a file; what goes wrong, in words."""

import subprocess
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from app.services.decisions import Choix
from app.ui.apercu_papier import ApercuPapier
from app.ui.main_window import FenetrePrincipale
from app.ui.screen_seances import EcranSeances
from tests.fabrique_fenetre import application, fenetre, frapper, laisser_faire, nomme
from tests.fabrique_seance import salle_ouverte

__all__ = ["application", "fenetre"]


def test_les_papiers_d_une_seance_se_voient_puis_s_ecrivent(
    application: QApplication,
    fenetre: FenetrePrincipale,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with salle_ouverte(tmp_path) as salle:
        salle.comite.decisions.decider(salle.point, Choix("ajourne"))
        chemin = salle.fichier.chemin
    assert fenetre.ouvrir(chemin)
    document = fenetre.document
    assert document is not None
    document.changer_annee(2026)
    document.aller("seances")
    laisser_faire()
    ecran = document.page("seances")
    assert isinstance(ecran, EcranSeances)
    assert [a.text() for a in ecran.documents.menu().actions()] == [
        "Procès-verbal…",
        "Relevé de décisions…",
        "Annexe Excel…",
        "Fiches de passage…",
    ]

    def ouvrir(cle: str) -> ApercuPapier:
        ecran.documents.ouvrir(cle)
        apercu = fenetre.findChild(ApercuPapier)
        assert apercu is not None
        qtbot.waitUntil(lambda: apercu.pages is not None, timeout=20_000)
        laisser_faire()
        return apercu

    fiches = ouvrir("fiches")
    assert fiches.pages is not None
    assert fiches.pages.nombre == 3
    frapper(Qt.Key.Key_End)
    assert fiches.numero == 3
    frapper(Qt.Key.Key_Escape)
    laisser_faire()
    assert fenetre.findChild(ApercuPapier) is None

    ecran.onglets.setCurrentWidget(ecran.cloture)
    laisser_faire()
    assert not ecran.cloture.papiers.isVisible()
    ecran.comite.scellements.clore(ecran.seance or "", confirmer=True)
    laisser_faire()
    assert ecran.cloture.papiers.isVisible()
    [sceau] = ecran.comite.scellements.lignes(ecran.seance or "")

    proposes: list[str] = []
    cible = tmp_path / "verbal"

    def choisir(_parent: object, _titre: str, propose: str, _filtre: str) -> tuple[str, str]:
        proposes.append(Path(propose).name)
        return str(cible), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choisir)
    nomme(ecran.cloture, "Procès-verbal…", QPushButton).click()
    apercu = fenetre.findChild(ApercuPapier)
    assert apercu is not None
    qtbot.waitUntil(lambda: apercu.pages is not None, timeout=20_000)
    apercu.pdf.click()
    ecrit = tmp_path / "verbal.pdf"
    qtbot.waitUntil(lambda: str(ecrit) in apercu.message.texte, timeout=20_000)
    lu = subprocess.run(["pdftotext", str(ecrit), "-"], check=True, capture_output=True, text=True)
    assert sceau.empreinte in lu.stdout
    cible = tmp_path / "absent" / "verbal.pdf"
    apercu.pdf.click()
    qtbot.waitUntil(lambda: "n'existe pas" in apercu.message.texte, timeout=20_000)
    apercu.close()

    cible = tmp_path / "absent" / "annexe"
    ecran.documents.ouvrir("annexe")
    qtbot.waitUntil(lambda: "n'existe pas" in fenetre.message.texte, timeout=20_000)
    cible = tmp_path / "annexe"
    ecran.documents.ouvrir("annexe")
    assert "Annexe Excel" in fenetre.travail.accessibleName(), "ce qui se fait est dit"
    qtbot.waitUntil(lambda: (tmp_path / "annexe.xlsx").is_file(), timeout=20_000)
    qtbot.waitUntil(lambda: not fenetre.ouvrier.est_occupe, timeout=20_000)
    assert proposes[0] == "Procès-verbal – Comité des financeurs 2026 – 2026-03-12.pdf"
    assert proposes[-1] == "Annexe Excel – Comité des financeurs 2026 – 2026-03-12.xlsx"

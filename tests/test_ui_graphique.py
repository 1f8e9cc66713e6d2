"""The panel of charts: three clicks, a picture that can be pasted, a PDF that can be read."""

import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from fabrique_tableau import Atelier
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.errors import ErreurConnue
from app.services.graphiques import Forme
from app.ui.encres import lisible_sur
from app.ui.panneau_graphique import PanneauGraphique
from app.ui.theme import CLAIR, SOMBRE
from app.ui.vue_tableau import VueTableau
from tests.fabrique_fenetre import application

__all__ = ["application"]


@pytest.fixture
def atelier(application: QApplication) -> Atelier:
    return Atelier()


@pytest.fixture
def panneau(atelier: Atelier, qtbot: QtBot) -> PanneauGraphique:
    vue = VueTableau(atelier.modele)
    qtbot.addWidget(vue)
    vue.aller(0, atelier.modele.rang("statut"))
    panneau = PanneauGraphique(vue, compte="Nombre de projets")
    qtbot.addWidget(panneau)
    panneau.resize(900, 400)
    panneau.show()
    return panneau


def couleurs(image: QImage) -> set[str]:
    return {
        QColor(image.pixel(x, y)).name()
        for x in range(0, image.width(), 5)
        for y in range(0, image.height(), 5)
    }


def test_il_s_ouvre_sur_la_colonne_ou_l_on_est(panneau: PanneauGraphique) -> None:
    dessin = panneau.graphique
    assert dessin is not None
    assert dessin.titre == "État · accordé par statut"
    assert dessin.categories == ("Déposée", "Accordée", "Ajournée")
    assert dessin.total == Decimal("800.05")


def test_il_suit_le_filtre_et_les_montants_tapes(
    panneau: PanneauGraphique, atelier: Atelier, qtbot: QtBot
) -> None:
    atelier.changer("b", accorde=Decimal(1000))
    qtbot.waitUntil(lambda: panneau.graphique.total == Decimal("1800.05"))
    atelier.modele.filtrer("chantier")
    qtbot.waitUntil(lambda: panneau.graphique.categories == ("Accordée", "Ajournée"))


def test_un_lecteur_d_ecran_entend_les_chiffres(panneau: PanneauGraphique) -> None:
    panneau.choisir(mesure="Nombre de projets")
    assert panneau.dessin.accessibleName() == "Nombre de projets par statut"
    assert "Déposée : Nombre de projets 2" in panneau.dessin.accessibleDescription()


@pytest.mark.parametrize("forme", list(Forme))
def test_l_image_copiee_montre_les_couleurs_sur_du_papier(
    panneau: PanneauGraphique, forme: Forme, qtbot: QtBot
) -> None:
    panneau.choisir(forme=forme, mesure="Nombre de projets", selon="nouveau")
    with qtbot.waitSignal(panneau.informe):
        panneau.copier()
    image = QApplication.clipboard().image()
    presentes = couleurs(image)
    assert "#ffffff" in presentes
    assert len({c.name() for c in CLAIR.financeurs} & presentes) >= 2


def test_le_pdf_se_relit_mot_a_mot(panneau: PanneauGraphique, tmp_path: Path) -> None:
    chemin = tmp_path / "graphique.pdf"
    panneau.choisir(forme=Forme.EMPILEES, mesure="Nombre de projets", selon="nouveau")
    panneau.ecrire_pdf(chemin)
    texte = subprocess.run(
        ["pdftotext", "-layout", str(chemin), "-"], capture_output=True, text=True, check=True
    ).stdout
    for mot in ("Nombre de projets par statut et par nouveau", "Déposée", "Ajournée", "1 non"):
        assert mot in texte
    polices = subprocess.run(["pdffonts", str(chemin)], capture_output=True, text=True, check=True)
    assert all(" yes " in ligne for ligne in polices.stdout.splitlines()[2:])


def test_un_pdf_qui_ne_peut_pas_s_ecrire_le_dit(panneau: PanneauGraphique, tmp_path: Path) -> None:
    with pytest.raises(ErreurConnue, match="absent"):
        panneau.ecrire_pdf(tmp_path / "absent" / "graphique.pdf")


def test_un_tableau_vide_le_dit_sans_casser(panneau: PanneauGraphique, atelier: Atelier) -> None:
    atelier.modele.remplacer_lignes([])
    for forme in Forme:
        panneau.choisir(forme=forme)
        assert panneau.image().width() > 0
    assert panneau.graphique.categories == ()


@pytest.mark.parametrize("look", [CLAIR, SOMBRE], ids=["clair", "sombre"])
def test_les_numeros_se_lisent_sur_chaque_couleur(look: object) -> None:
    for couleur in look.financeurs:
        assert contraste(couleur, lisible_sur(couleur)) >= 4.5, couleur.name()


def contraste(une: QColor, autre: QColor) -> float:
    """The ratio of WCAG 2."""
    clair, fonce = sorted((_clarte(une), _clarte(autre)), reverse=True)
    return (clair + 0.05) / (fonce + 0.05)


def _clarte(couleur: QColor) -> float:
    def lineaire(canal: float) -> float:
        return canal / 12.92 if canal <= 0.04045 else ((canal + 0.055) / 1.055) ** 2.4

    rouge, vert, bleu = (lineaire(c) for c in couleur.getRgbF()[:3])
    return 0.2126 * rouge + 0.7152 * vert + 0.0722 * bleu

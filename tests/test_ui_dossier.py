"""The tab « Dossier » of the sheet: deposit, reopen, compare, join, as a person does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton
from sqlalchemy import select

from app.models.depot import Depot, Piece
from app.services.contexte import Contexte
from app.services.depots import Depots
from app.services.errors import SaisieRefusee
from app.ui.dossier_budget import PartieAnnees, PartiePorteurs
from app.ui.dossier_pieces import PartiePieces
from app.ui.dossier_versions import PartieSuites, PartieVersions
from app.ui.fiche_action import RANG_DOSSIER, FicheAction
from app.ui.fiche_dossier import VoletDossier
from tests.fabrique_fenetre import (
    application,
    contexte,
    demo,
    frapper,
    laisser_faire,
    montrer,
    taper,
)
from tests.fabrique_fenetre import (
    modele_reduit as modele,
)

__all__ = ["application", "contexte", "demo", "modele"]

VERSIONS, DEMANDES, PORTEURS, ANNEES, PIECES = range(5)


class Feuille:
    """The sheet of a dossier that was deposited, on its tab « Dossier »."""

    def __init__(self, contexte: Contexte) -> None:
        self.contexte = contexte
        requete = select(Depot.action).where(Depot.numero == 2)
        self.cle: str = contexte.fichier.lignes(requete)[0].action
        self.fiche = FicheAction(contexte)
        contexte.fichier.bus.abonner(self.fiche.sur_avis)
        self.refus: list[str] = []
        self.dits: list[str] = []
        self.fiche.refuse.connect(self.refus.append)
        self.fiche.information.connect(self.dits.append)
        self.fiche.montrer(self.cle)
        self.fiche.ouvrir_onglet(RANG_DOSSIER)
        montrer(self.fiche, (400, 700))
        self.volet = self.fiche.findChild(VoletDossier)

    def cliquer(self, partie: object, texte: str) -> None:
        [bouton] = [
            b
            for b in partie.findChildren(QPushButton)  # type: ignore[attr-defined]
            if b.text().rstrip("…") == texte
        ]
        assert bouton.isEnabled()
        bouton.click()
        laisser_faire()


@pytest.fixture
def feuille(contexte: Contexte) -> Iterator[Feuille]:
    ouverte = Feuille(contexte)
    yield ouverte
    ouverte.fiche.close()
    ouverte.fiche.deleteLater()


def test_un_dossier_clos_se_rouvre_se_corrige_et_se_redepose_au_clavier(feuille: Feuille) -> None:
    partie = feuille.volet.partie(VERSIONS)
    assert isinstance(partie, PartieVersions)
    avant = len(partie.vue.modele.lignes)
    with pytest.raises(SaisieRefusee, match="rouvrez-le"):
        feuille.contexte.actions.modifier(feuille.cle, description="Corrigé trop tard")
    feuille.cliquer(partie, "Rouvrir le dossier")
    taper("Faute de frappe")
    frapper(Qt.Key.Key_Return)
    assert not partie.rouvrir.isVisible()
    feuille.contexte.actions.modifier(feuille.cle, description="Corrigé à temps")
    laisser_faire()
    assert "Corrigé à temps" in [e.apres for e in partie.ecarts.modele.lignes]
    feuille.cliquer(partie, "Déposer le dossier")
    assert partie.demande.isVisible()  # the dates are over: it asks why
    taper("Version corrigée")
    frapper(Qt.Key.Key_Return)
    assert len(partie.vue.modele.lignes) == avant + 1
    assert partie.vue.modele.lignes[0].note == "Version corrigée"
    assert feuille.dits[-1].startswith("Dossier déposé")
    assert partie.rouvrir.isVisible()
    assert feuille.refus == []


def test_les_parties_montrent_demandes_porteurs_et_annees(feuille: Feuille) -> None:
    demandes = feuille.volet.ouvrir(DEMANDES)
    assert isinstance(demandes, PartieSuites)
    [premiere, *_] = demandes.vue.modele.lignes
    demandes.vue.modele.setData(
        demandes.vue.modele.index(0, demandes.vue.modele.rang("suite")), "Dit au clavier"
    )
    [relue, *_] = demandes.service.lignes(feuille.cle)
    assert (relue.cle, relue.suite) == (premiere.cle, "Dit au clavier")
    porteurs = feuille.volet.ouvrir(PORTEURS)
    assert isinstance(porteurs, PartiePorteurs)
    feuille.cliquer(porteurs, "Ajouter un porteur associé")
    taper("Personne de ce nom")
    frapper(Qt.Key.Key_Return)
    assert porteurs.demande.isVisible()  # refused, and what was typed stays
    porteurs.demande.fermer()
    annees = feuille.volet.ouvrir(ANNEES)
    assert isinstance(annees, PartieAnnees)
    Depots(feuille.contexte.fichier).rouvrir(feuille.cle, "Année oubliée")
    suivante = annees.service.ajouter_annee(feuille.cle, 2031)
    laisser_faire()
    assert suivante in [a.cle for a in annees.vue.modele.lignes]
    assert feuille.refus == []


def test_les_fichiers_deposes_sur_la_fiche_deviennent_des_pieces(
    feuille: Feuille, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chemins = [tmp_path / nom for nom in ("devis.txt", "plan.txt")]
    for chemin in chemins:
        chemin.write_text(chemin.stem)
    donnees = QMimeData()
    donnees.setUrls([QUrl.fromLocalFile(str(c)) for c in chemins])
    gestes = Qt.DropAction.CopyAction, donnees, Qt.MouseButton.LeftButton
    libre = Qt.KeyboardModifier.NoModifier
    feuille.fiche.ouvrir_onglet(0)
    entree = QDragEnterEvent(QPoint(5, 5), *gestes, libre)
    QApplication.sendEvent(feuille.fiche, entree)
    assert entree.isAccepted()
    QApplication.sendEvent(feuille.fiche, QDropEvent(QPointF(5, 5), *gestes, libre))
    laisser_faire()
    partie = feuille.volet.partie(PIECES)
    assert isinstance(partie, PartiePieces)
    assert partie.isVisible()
    assert {"devis", "plan"} <= {p.intitule for p in partie.vue.modele.lignes}
    assert feuille.dits[-1] == "2 pièces jointes."
    ouverts: list[QUrl] = []

    def ouvrir(url: QUrl) -> bool:
        ouverts.append(url)
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", ouvrir)
    [devis] = [p for p in partie.vue.modele.lignes if p.intitule == "devis"]
    partie.vue.aller_a(devis.cle, "intitule")
    feuille.cliquer(partie, "Ouvrir")
    assert Path(ouverts[0].toLocalFile()).read_text() == "devis"
    feuille.cliquer(partie, "Retirer")
    assert devis.cle not in [p.cle for p in partie.vue.modele.lignes]
    feuille.cliquer(partie, "Alléger le fichier")
    taper("oui")
    frapper(Qt.Key.Key_Return)
    assert feuille.dits[-1] == "Fichier allégé."
    assert feuille.refus == []
    assert feuille.contexte.fichier.lignes(select(Piece.cle).where(Piece.cle == devis.cle)) == []

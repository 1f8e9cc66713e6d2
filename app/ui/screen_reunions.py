"""The page of the réunions partenariales: prepare them, invite, take notes, close, count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QTabWidget, QVBoxLayout

from app.models.enums import EtatReunion
from app.services.bus import Avis
from app.services.chiffres import Lien
from app.services.contexte import Contexte
from app.services.errors import SaisieRefusee
from app.services.rencontres import rencontres
from app.services.reunions_lues import LigneReunion
from app.ui.demande import BarreDemande
from app.ui.ecran import Ecran
from app.ui.ecran_onglets import dans_les_onglets
from app.ui.elements import Etiquette, bouton, marges
from app.ui.forms import afficher_date_iso
from app.ui.liens import suivre_lien
from app.ui.reunions_listes import ListeFrequences, ListeReunions
from app.ui.reunions_notes import VoletNotes
from app.ui.reunions_ordre import ListePointsReunion
from app.ui.reunions_papiers import BoutonPapiersReunion
from app.ui.reunions_participants import ListeParticipants
from app.ui.screen_listes import EcranListe
from app.ui.theme import theme

if TYPE_CHECKING:
    from app.ui.document import Document

SIGNAUX = {
    str(EtatReunion.PREPARATION): "neutre",
    str(EtatReunion.TENUE): "favorable",
    str(EtatReunion.ANNULEE): "alerte",
}


class EcranReunions(Ecran):
    """Above, the meeting in view; below, a tab for each thing to do. `action_demandee(action)`."""

    action_demandee = Signal(str)

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__()
        self._contexte = contexte
        self._annee = annee
        self._perime = True
        self._lues: list[LigneReunion] = []
        self.services = services = rencontres(contexte.fichier)
        self.onglets = QTabWidget(self)
        with dans_les_onglets(self.onglets):
            self.reunions = ListeReunions(contexte, services, annee)
            self.points = ListePointsReunion(contexte, services)
            self.participants = ListeParticipants(contexte, services)
            self.notes = VoletNotes(contexte, services)
            self.frequences = ListeFrequences(contexte, services, annee)
        self._construire()
        self._brancher()

    # Building -----------------------------------------------------------------------------------

    def _construire(self) -> None:
        self.choix = QComboBox()
        self.choix.setAccessibleName("Réunion")
        self.choix.setMinimumWidth(theme().px(200))
        self.choix.setMaximumWidth(theme().px(560))
        self.choix.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.choix.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._etat = Etiquette("")
        self.documents = BoutonPapiersReunion(self.services, lambda: self.reunion, self)
        self.clore = bouton("Clore la réunion", "principal")
        self.rouvrir = bouton("Rouvrir")
        barre = QHBoxLayout()
        marges(barre, 8, 16, espace=8)
        barre.addWidget(self.choix, 4)
        barre.addWidget(self._etat)
        barre.addStretch(1)
        for element in (self.documents, self.rouvrir, self.clore):
            barre.addWidget(element)
        self.demande = BarreDemande()
        self.onglets.setAccessibleName("Parties des réunions")
        self.onglets.setDocumentMode(True)
        for volet, titre in (
            (self.reunions, "Réunions"),
            (self.points, "Ordre du jour"),
            (self.participants, "Participants"),
            (self.notes, "Prise de notes"),
            (self.frequences, "Fréquences"),
        ):
            self.onglets.addTab(volet, titre)
        page = QVBoxLayout(self)
        marges(page, 0, espace=0)
        page.addLayout(barre)
        page.addWidget(self.demande)
        page.addWidget(self.onglets, 1)
        self.setFocusProxy(self.reunions)

    def _brancher(self) -> None:
        self.choix.activated.connect(lambda _: self._montrer())
        self.onglets.currentChanged.connect(self._onglet_change)
        self.onglets.currentChanged.connect(lambda _: self.onglet_change.emit())
        self.clore.clicked.connect(lambda: self.tenter(self._clore))
        self.rouvrir.clicked.connect(self._demander_motif)
        self.demande.quittee.connect(self.onglets.setFocus)
        self.reunions.choisie.connect(self.choisir)
        self.frequences.preparee.connect(self._montrer_preparee)
        self.points.vue.ouverte.connect(self._ouvrir_point)
        for volet in (*self._volets(), self.documents):
            volet.refuse.connect(self.refuse)
            volet.information.connect(self.information)

    def _volets(self) -> tuple[EcranListe | VoletNotes, ...]:
        return self.reunions, self.points, self.participants, self.notes, self.frequences

    # Which meeting ------------------------------------------------------------------------------

    @property
    def reunion(self) -> LigneReunion | None:
        """The meeting in view."""
        cle = self.choix.currentData()
        return next((r for r in self._lues if r.cle == cle), None)

    def choisir(self, reunion: str) -> None:
        """Show a meeting of the year."""
        if self.choix.findData(reunion) < 0:
            self._lister(reunion)
        elif reunion == self.choix.currentData():
            return
        self.choix.setCurrentIndex(self.choix.findData(reunion))
        self._montrer()

    def _montrer_preparee(self, reunion: str) -> None:
        self._lister(reunion)
        self.onglets.setCurrentWidget(self.reunions)
        self.reunions.aller_a(reunion, "date")
        self._montrer()
        self.information.emit("Réunion préparée : vérifiez sa date. Ctrl+Z y revient.")

    def changer_annee(self, annee: int) -> None:
        self._annee = annee
        self.notes.garder()
        self.reunions.changer_annee(annee)
        self.frequences.changer_annee(annee)
        self._perime = True
        if self.isVisible():
            self.montree()

    def _lister(self, voulue: str | None) -> None:
        """The meetings of the year again; the one wanted stays in view."""
        self._lues = self.services.reunions.lignes(self._annee)
        self.choix.clear()
        for ligne in self._lues:
            self.choix.addItem(nommer(ligne), ligne.cle)
        self.choix.setCurrentIndex(max(0, self.choix.findData(voulue)))
        self.choix.setEnabled(bool(self._lues))

    def _montrer(self) -> None:
        reunion = self.reunion
        for volet in (self.points, self.participants, self.notes):
            volet.choisir_reunion(reunion)
        self.demande.fermer()
        self._actualiser()

    def _actualiser(self) -> None:
        """What can be done with the meeting in view."""
        reunion = self.reunion
        lecture_seule = self._contexte.fichier.lecture_seule
        ouverte = reunion is not None and reunion.etat == EtatReunion.PREPARATION
        self.clore.setVisible(reunion is None or ouverte)
        self.clore.setDisabled(not ouverte or lecture_seule)
        self.rouvrir.setVisible(reunion is not None and not ouverte)
        self.rouvrir.setDisabled(lecture_seule)
        self.documents.setDisabled(reunion is None)
        self._etat.setVisible(reunion is not None)
        if reunion is not None:
            self._etat.montrer(
                EtatReunion.libelle_de(reunion.etat), SIGNAUX.get(reunion.etat, "neutre")
            )

    # Its tabs -----------------------------------------------------------------------------------

    def montree(self) -> None:
        """Called when the page comes in view."""
        if self._perime:
            self._perime = False
            self._lister(self.choix.currentData() or self._prochaine())
            self._montrer()
        self._onglet_change(self.onglets.currentIndex())

    def _prochaine(self) -> str | None:
        """The first meeting that is still to be held."""
        lignes = self.services.reunions.lignes(self._annee)
        return next((r.cle for r in lignes if r.etat == EtatReunion.PREPARATION), None)

    def _onglet_change(self, _rang: int) -> None:
        volet = self.onglets.currentWidget()
        if isinstance(volet, EcranListe | VoletNotes):
            with QSignalBlocker(self.reunions):  # its first row is not a choice
                volet.montree()
                if volet is self.reunions and (cle := self.choix.currentData()):
                    self.reunions.vue.aller_a(cle, self.reunions.vue.colonne_visee() or "date")
            volet.setFocus()
            self.setFocusProxy(volet)

    def filtrer(self) -> None:
        """Put the cursor in the filter of the list in view."""
        volet = self.onglets.currentWidget()
        if isinstance(volet, EcranListe):
            volet.filtrer()

    def _ouvrir_point(self, cle: str) -> None:
        ligne = next((p for p in self.points.modele.toutes_les_lignes() if p.cle == cle), None)
        if ligne is not None and ligne.action:
            self.action_demandee.emit(ligne.action)

    # Closing ------------------------------------------------------------------------------------

    def _exigee(self) -> LigneReunion:
        if self.reunion is None:
            raise SaisieRefusee("Choisissez d'abord une réunion.")
        return self.reunion

    def _clore(self) -> None:
        if self.notes.garder():
            self.information.emit(self.services.reunions.clore(self._exigee().cle))

    def _demander_motif(self) -> None:
        reunion = self.reunion
        if reunion is None:
            return
        self.demande.demander(
            "Pourquoi rouvrir cette réunion ?",
            lambda motif: self.services.reunions.rouvrir(reunion.cle, motif),
            verbe="Rouvrir",
        )

    # Following the file -------------------------------------------------------------------------

    def sur_avis(self, avis: Avis) -> None:
        if _change_l_entete(avis):
            if self.isVisible():
                self._lister(self.choix.currentData())
                for volet in (self.points, self.participants, self.notes):
                    volet.choisir_reunion(self.reunion)
                self._actualiser()
            else:
                self._perime = True
        for volet in self._volets():
            volet.sur_avis(avis)


def _change_l_entete(avis: Avis) -> bool:
    """True when a meeting changed, or how many lines its agenda has: not when a note is taken."""
    if avis.touche("reunion"):
        return True
    points = (m for m in avis.modifications if m.entite == "point_reunion")
    return any(m.avant is None or m.apres is None for m in points)


def nommer(ligne: LigneReunion) -> str:
    """« Réunion communale – Anzin   ·   03/02/2026   ·   12 points »."""
    points = f"{ligne.points} point{'s' if ligne.points > 1 else ''}"
    parts = [ligne.titre, afficher_date_iso(ligne.date) or "sans date", points]
    return "   ·   ".join(parts)


def batir(document: Document) -> EcranReunions:
    """The page of an open file: its rows lead to the sheets."""

    def ouvrir(action: str) -> None:
        suivre_lien(document, Lien("action", action, action=action))
        document.actions.ouvrir_fiche()

    page = EcranReunions(document.contexte, document.annee)
    page.action_demandee.connect(ouvrir)
    return page

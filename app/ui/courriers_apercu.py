"""The letter in view, beside the list: its pages as they will go out, and its words to correct."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QTabWidget, QVBoxLayout, QWidget

from app.models.enums import NatureCourrier
from app.services.courriers import Courriers, Lettre
from app.services.courriers_contenus import Choix
from app.services.courriers_lus import ENVOYE, LigneCourrier
from app.services.errors import ErreurConnue
from app.services.signataires import LigneSignataire
from app.ui.apercu_pages import Feuille
from app.ui.elements import TexteElide, bouton, bouton_icone, etiquette, marges, minuterie
from app.ui.forms import ChampLong
from app.ui.impression_papier import imprimer_pages
from app.ui.theme import theme

if TYPE_CHECKING:
    from app.services.courriers_pages import PagesDeCourriers

LARGEUR = 470
ATTENTE = 160  # ms: the letter is made once the person stops on a row
AIDE_TEXTE = (
    "Une ligne par paragraphe. « [Tableau des montants] » tient la place du tableau ; une ligne qui "
    "commence par un tiret est une puce. Ce texte ne change que cette lettre."
)


class TexteDeLettre(ChampLong):
    """Keeps no-break spaces, which the plain text of Qt turns into ordinary ones."""

    def texte(self) -> str:
        return self._zone.document().toRawText().replace("\u2029", "\n")


class ApercuCourrier(QWidget):
    """`refuse(sentence)`. Made again when another row is shown, or when its words change."""

    refuse = Signal(str)

    def __init__(self, courriers: Courriers, choix: Callable[[], Choix]) -> None:
        super().__init__()
        self._courriers, self._choix = courriers, choix
        self.ligne: LigneCourrier | None = None
        self.lettre: Lettre | None = None
        self.pages: PagesDeCourriers | None = None
        self.numero = 1
        self._du_modele = ""
        self._attente = minuterie(self, ATTENTE, self.composer)
        self.setMinimumWidth(theme().px(300))
        self._titre = TexteElide("", "fort")
        self._etat = etiquette("", "doux")
        self._etat.setWordWrap(True)
        self.onglets = QTabWidget()
        self.onglets.setDocumentMode(True)
        self.onglets.setAccessibleName("Lettre")
        self.onglets.addTab(self._batir_apercu(), "Aperçu")
        self.onglets.addTab(self._batir_texte(), "Texte")
        colonne = QVBoxLayout(self)
        marges(colonne, 0, 8, 8, 12, espace=4)
        colonne.addWidget(self._titre)
        colonne.addWidget(self._etat)
        colonne.addWidget(self.onglets, 1)
        self._vider("Choisissez un courrier dans la liste.")

    # Building -----------------------------------------------------------------------------------

    def _batir_apercu(self) -> QWidget:
        self._feuille = Feuille()
        self._defile = QScrollArea()
        self._defile.setWidget(self._feuille)
        self._defile.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._defile.setAccessibleName("Aperçu de la lettre")
        self._precedente = bouton_icone("gauche", "Page précédente")
        self._suivante = bouton_icone("droite", "Page suivante")
        self._compte = etiquette("", "doux")
        self._precedente.clicked.connect(lambda: self.aller(self.numero - 1))
        self._suivante.clicked.connect(lambda: self.aller(self.numero + 1))
        pied = QHBoxLayout()
        marges(pied, 0, espace=8)
        for element in (self._precedente, self._compte, self._suivante):
            pied.addWidget(element)
        pied.addStretch(1)
        self.imprimer = bouton("Imprimer…", "discret", dessin="imprimer")
        self.imprimer.clicked.connect(self._imprimer)
        pied.addWidget(self.imprimer)
        page = QWidget()
        colonne = QVBoxLayout(page)
        marges(colonne, 4, 0, espace=4)
        colonne.addWidget(self._defile, 1)
        colonne.addLayout(pied)
        return page

    def _batir_texte(self) -> QWidget:
        self.texte = TexteDeLettre("Texte de cette lettre", ecrire=self._ecrire)
        self.texte.editeur.setMinimumHeight(theme().px(160))
        self.texte.editeur.setMaximumHeight(16_777_215)
        self.texte.refuse.connect(self.refuse)
        self.revenir = bouton("Revenir au texte du modèle", dessin="annuler")
        self.revenir.clicked.connect(self._revenir)
        aide = etiquette(AIDE_TEXTE, "petit")
        aide.setWordWrap(True)
        page = QWidget()
        colonne = QVBoxLayout(page)
        marges(colonne, 4, 0, espace=8)
        colonne.addWidget(self.texte, 1)
        colonne.addWidget(aide)
        ligne = QHBoxLayout()
        ligne.addWidget(self.revenir)
        ligne.addStretch(1)
        colonne.addLayout(ligne)
        return page

    # Showing ------------------------------------------------------------------------------------

    def montrer(self, ligne: LigneCourrier | None) -> None:
        """Another letter: what is typed for the one before is written first."""
        if ligne is not None and self.ligne is not None and ligne.cle != self.ligne.cle:
            self.texte.valider()
            self.numero = 1
        self.ligne = ligne
        self._attente.start()

    def composer(self) -> None:
        """Make the letter now, and show it; a refusal takes its place."""
        self._attente.stop()
        if self.ligne is None:
            self._vider("Choisissez un courrier dans la liste.")
            return
        from app.services.courriers_pages import PagesDeCourriers

        ligne = self.ligne
        choix = self._comme_produite(ligne) or self._choix()
        try:
            [lettre] = self._courriers.composer([ligne], choix)
            if ligne.texte is None:
                self._du_modele = lettre.texte
            else:
                [nue] = self._courriers.composer([ligne], choix, sans_correction=True)
                self._du_modele = nue.texte
        except ErreurConnue as erreur:
            self._vider(str(erreur))
            return
        self.lettre = lettre
        self.pages = PagesDeCourriers(
            [lettre.octets], objet=lettre.objet or lettre.nom, auteur="", jour=choix.date
        )
        self.imprimer.setEnabled(True)
        self._dire(lettre)
        self.aller(self.numero)

    def _comme_produite(self, ligne: LigneCourrier) -> Choix | None:
        """The day and the signatory that the register keeps; None before it was produced."""
        if ligne.datee_du is None:
            return None
        connus = {s.nom: s for s in self._courriers.signataires.lignes()}
        qui = connus.get(ligne.signataire) or LigneSignataire("", ligne.signataire, ligne.qualite)
        return Choix(ligne.datee_du, qui)

    def _dire(self, lettre: Lettre) -> None:
        ligne = lettre.ligne
        self._titre.setText(f"{ligne.numero} · {NatureCourrier.libelle_de(ligne.nature)}")
        signe = (
            f"Signataire : {lettre.signataire.nom}."
            if lettre.signataire and lettre.signataire.nom
            else ""
        )
        phrases = [
            signe or "Aucun signataire : ajoutez-le dans l'onglet « Signataires ».",
            f"Il manque : {ligne.manques}." if ligne.manques else "",
            "Texte corrigé pour cette lettre." if ligne.texte is not None else "",
        ]
        self._etat.setText(" ".join(filter(None, phrases)))
        self.texte.montrer(lettre.texte)
        verrou = self._courriers.fichier.lecture_seule or ligne.etat == ENVOYE
        self.texte.verrouiller(verrou=verrou)
        self.revenir.setEnabled(ligne.texte is not None and not verrou)

    def _vider(self, phrase: str) -> None:
        self.lettre, self.pages = None, None
        self.imprimer.setEnabled(False)
        self._titre.setText("")
        self._etat.setText(phrase)
        self._compte.setText("")
        self.texte.montrer("")
        self.texte.verrouiller(verrou=True)
        self.revenir.setEnabled(False)
        for geste in (self._precedente, self._suivante):
            geste.hide()
        self._feuille.montrer(None, 1, 1.0)
        self._feuille.resize(0, 0)

    def aller(self, numero: int) -> None:
        """Show a page, from 1, as wide as the panel."""
        if self.pages is None:
            return
        nombre = self.pages.nombre
        self.numero = min(max(1, numero), nombre)
        self._compte.setText(f"Page {self.numero} / {nombre}" if nombre > 1 else "")
        for geste in (self._precedente, self._suivante):
            geste.setVisible(nombre > 1)
        self._precedente.setEnabled(self.numero > 1)
        self._suivante.setEnabled(self.numero < nombre)
        barre = self._defile.verticalScrollBar().sizeHint().width()
        large = self._defile.width() - barre - 2 * theme().px(24) - 4
        self._feuille.montrer(self.pages, self.numero, max(0.3, large / self.pages.papier.largeur))

    def _imprimer(self) -> None:
        """This letter alone, on paper; a batch is printed from its PDF."""
        if self.pages is None:
            return
        try:
            imprimer_pages(self.pages, self)
        except ErreurConnue as erreur:
            self.refuse.emit(str(erreur))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.aller(self.numero)

    # Correcting ---------------------------------------------------------------------------------

    def _ecrire(self, texte: str) -> None:
        """Keep the words typed; those of the template again are no correction."""
        if self.ligne is not None and self.lettre is not None:
            propre = texte.rstrip("\n")
            corrige = None if propre == self._du_modele.rstrip("\n") else propre
            self._courriers.corriger(self.ligne, corrige)

    def _revenir(self) -> None:
        if self.ligne is None:
            return
        self.texte.abandonner()
        try:
            self._courriers.corriger(self.ligne, None)
        except ErreurConnue as erreur:
            self.refuse.emit(str(erreur))

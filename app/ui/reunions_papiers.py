"""The papers of a meeting in the window: their pages before they go out, its message, its addresses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from app.services.appels_courants import aujourd_hui
from app.services.documents import ecrire_entier
from app.services.errors import ErreurConnue
from app.services.rencontres import Rencontres
from app.services.reunions_lues import LigneReunion
from app.ui.apercu_pages import COTE, ApercuPages, hote_de, poser_apercu
from app.ui.elements import Bouton, bouton, etiquette, marges, minuterie
from app.ui.tasks import Suivi
from app.ui.theme import theme

if TYPE_CHECKING:
    from app.services.papier_reunion import PagesDeReunion

PAPIERS = (
    ("convocation", "Convocation…"),
    ("creneaux", "Heures de passage des porteurs…"),
    ("emargement", "Feuille d'émargement…"),
    ("compte_rendu", "Compte rendu…"),
)
PDF, WORD, MESSAGE = "PDF (*.pdf)", "Word (*.docx)", "Message (*.eml)"


class BoutonPapiersReunion(Bouton):
    """« Documents »: what the meeting in view prints or writes. `refuse`, `information` (sentence)."""

    refuse = Signal(str)
    information = Signal(str)

    def __init__(
        self, services: Rencontres, reunion: Callable[[], LigneReunion | None], sous: QWidget
    ) -> None:
        super().__init__("Documents")
        self._services, self._reunion, self._sous = services, reunion, sous
        self.setToolTip("Convocation, heures de passage, émargement, compte rendu, message")
        menu = QMenu(self)
        for cle, nom in PAPIERS:
            menu.addAction(nom, lambda cle=cle: self.ouvrir(cle))
        menu.addSeparator()
        menu.addAction("Message de convocation…", lambda: self._tenter(self.ecrire_message))
        menu.addAction(
            "Copier les adresses des invités", lambda: self._tenter(self.copier_adresses)
        )
        menu.addSeparator()
        self.notee = menu.addAction(
            "Noter la convocation envoyée aujourd'hui", lambda: self._tenter(self._noter)
        )
        self.setMenu(menu)

    def _tenter(self, faire: Callable[[LigneReunion], object]) -> None:
        reunion = self._reunion()
        if reunion is None:
            return
        try:
            faire(reunion)
        except ErreurConnue as erreur:
            self.refuse.emit(str(erreur))

    def ouvrir(self, cle: str) -> None:
        """Show the pages of a paper."""
        self._tenter(lambda reunion: ouvrir_papier(self._services, reunion.cle, cle, self._sous))

    def ecrire_message(self, reunion: LigneReunion) -> None:
        """Ask where, then write the message: it is sent by the mail program of the person."""
        from app.services.convocations import message, nom_du_message, sans_adresse
        from app.services.dossiers_reunion import lire_dossier

        dossier = lire_dossier(self._services.fichier, reunion.cle)
        propose = self._services.fichier.chemin.parent / nom_du_message(dossier)
        chemin = _demander("Message de convocation", propose, MESSAGE, self)
        if chemin is None:
            return
        ecrire_entier(chemin, message(dossier))
        manquent = sans_adresse(dossier)
        reste = f" {manquent} invités n'ont pas d'adresse." if manquent > 1 else ""
        self.information.emit(f"Message écrit : {chemin}.{reste}")

    def copier_adresses(self, reunion: LigneReunion) -> None:
        """The addresses, ready to be pasted in a mail program."""
        from app.services.convocations import liste_de_diffusion, sans_adresse
        from app.services.dossiers_reunion import lire_dossier

        dossier = lire_dossier(self._services.fichier, reunion.cle)
        texte = liste_de_diffusion(dossier)
        QGuiApplication.clipboard().setText(texte)
        nombre, manquent = texte.count("@"), sans_adresse(dossier)
        pluriel = "s" if nombre > 1 else ""
        reste = f" {manquent} invités n'en ont pas." if manquent > 1 else ""
        self.information.emit(f"{nombre} adresse{pluriel} copiée{pluriel}.{reste}")

    def _noter(self, reunion: LigneReunion) -> None:
        self._services.reunions.noter_invitation(reunion.cle, aujourd_hui().isoformat())
        self.information.emit("Convocation notée. Ctrl+Z y revient.")


def _demander(titre: str, propose: Path, filtre: str, parent: QWidget) -> Path | None:
    """The file chosen in the window of the system, with the extension it should have."""
    chemin, _ = QFileDialog.getSaveFileName(parent, titre, str(propose), filtre)
    if not chemin:
        return None
    voulu = Path(chemin)
    return voulu if voulu.suffix == propose.suffix else Path(f"{voulu}{propose.suffix}")


class ApercuReunion(ApercuPages):
    """The pages of one paper of a meeting, over the window: look, then PDF or printer."""

    pages: PagesDeReunion | None

    def __init__(self, services: Rencontres, reunion: str, cle: str, hote: QWidget) -> None:
        from app.services.dossiers_reunion import lire_dossier
        from app.services.papiers_reunion import PAPIERS as CONNUS
        from app.services.papiers_reunion import en_pages, en_word, en_word_possible, nom_propose

        papier = CONNUS[cle]
        dossier = lire_dossier(services.fichier, reunion)
        pages = en_pages(dossier, cle)  # refused before anything covers the window
        super().__init__(papier.nom, hote, dossier=services.fichier.chemin.parent)
        self._nom = nom_propose(dossier, cle)
        self._word = lambda: en_word(dossier, cle)
        self.word.setVisible(en_word_possible(cle))
        self.word.clicked.connect(self.enregistrer_word)
        self._phrase.setText(f"{papier.aide[0].upper()}{papier.aide[1:]}.")
        self.pdf.clicked.connect(self.enregistrer)
        self.imprimer.clicked.connect(self._imprimer)
        self.pages = pages
        minuterie(self, 0, lambda: self.aller(1)).start()  # once the sheet has its place

    def _reglages(self) -> QWidget:
        cote = QWidget()
        cote.setFixedWidth(theme().px(COTE))
        colonne = QVBoxLayout(cote)
        marges(colonne, 16, espace=8)
        self._phrase = etiquette("", "doux")
        self._phrase.setWordWrap(True)
        self.pdf = bouton("PDF…", "principal")
        self.word = bouton("Word…")
        self.imprimer = bouton("Imprimer…", dessin="imprimer")
        colonne.addWidget(self._phrase)
        colonne.addStretch(1)
        colonne.addWidget(self.pdf)
        colonne.addWidget(self.word)
        colonne.addWidget(self.imprimer)
        return cote

    def enregistrer(self) -> None:
        """Ask where, then write the PDF beside the window."""
        pages = self.pages
        if pages is None:
            return
        chemin = _demander(self._objet, self._dossier / self._nom, PDF, self)
        if chemin is not None:

            def ecrire(_suivi: Suivi) -> Path:
                ecrire_entier(chemin, pages.pdf())
                return chemin

            self._en_fond(f"Export : {chemin.name}", ecrire, self._dire)

    def enregistrer_word(self) -> None:
        """Ask where, then write the Word file beside the window."""
        nom = Path(self._nom).with_suffix(".docx").name
        chemin = _demander(self._objet, self._dossier / nom, WORD, self)
        if chemin is not None:
            faire = self._word

            def ecrire(_suivi: Suivi) -> Path:
                ecrire_entier(chemin, faire())
                return chemin

            self._en_fond(f"Export : {chemin.name}", ecrire, self._dire)


def ouvrir_papier(services: Rencontres, reunion: str, cle: str, sous: QWidget) -> QWidget:
    """The pages over the window of `sous`; they leave with it. Raises ErreurConnue."""
    apercu = ApercuReunion(services, reunion, cle, hote_de(sous))
    return poser_apercu(apercu, sous)

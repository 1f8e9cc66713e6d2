"""The pages of one paper of a séance, over the window: look, then PDF or printer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.compte_rendu import CompteRendu
from app.services.compte_rendu_lu import lire_compte_rendu
from app.services.documents import ecrire_entier
from app.services.papier_seance import PROJET, PapierEnPages, mentions_du_sceau
from app.services.papiers_seance import Papier, en_pages, nom_propose
from app.ui.apercu_pages import COTE, ApercuPages
from app.ui.elements import bouton, etiquette, marges
from app.ui.papiers import demander
from app.ui.tasks import Suivi
from app.ui.theme import theme

if TYPE_CHECKING:
    from app.services.fichier import Fichier


class ApercuPapier(ApercuPages):
    """A paper, whose sheets are what they are: nothing to choose."""

    pages: PapierEnPages | None

    def __init__(self, fichier: Fichier, seance: str, papier: Papier, hote: QWidget) -> None:
        super().__init__(papier.nom, hote, dossier=fichier.chemin.parent)
        self._papier = papier
        self._nom = papier.nom
        self.pdf.clicked.connect(self.enregistrer)
        self.imprimer.clicked.connect(self._imprimer)

        def mettre_en_page(_suivi: Suivi) -> tuple[CompteRendu, PapierEnPages]:
            cr = lire_compte_rendu(fichier, seance)
            return cr, en_pages(fichier, cr, papier.cle)

        self._actifs(False)
        self._en_fond("Mise en page", mettre_en_page, lambda lu: self._montrer(*lu))

    def _reglages(self) -> QWidget:
        cote = QWidget()
        cote.setFixedWidth(theme().px(COTE))
        colonne = QVBoxLayout(cote)
        marges(colonne, 16, espace=8)
        self._etat = etiquette("", "fort")
        self._etat.setWordWrap(True)
        self._phrase = etiquette("", "doux")
        self._phrase.setWordWrap(True)
        self.pdf = bouton("PDF…", "principal")
        self.imprimer = bouton("Imprimer…", dessin="imprimer")
        for element in (self._etat, self._phrase):
            colonne.addWidget(element)
        colonne.addStretch(1)
        for geste in (self.pdf, self.imprimer):
            colonne.addWidget(geste)
        return cote

    def _actifs(self, actifs: bool) -> None:
        for geste in (self.pdf, self.imprimer):
            geste.setEnabled(actifs)

    def _montrer(self, cr: CompteRendu, pages: PapierEnPages) -> None:
        self.pages = pages
        self._nom = nom_propose(cr, self._papier)
        nombre = f"{pages.nombre} page{'s' if pages.nombre > 1 else ''}"
        if cr.sceau is None:
            self._etat.setText("Fiches à remplir" if self._papier.cle == "fiches" else "Projet")
            self._phrase.setText(f"{nombre}. {PROJET}")
        else:
            self._etat.setText(mentions_du_sceau(cr)[0])
            self._phrase.setText(f"{nombre}. Empreinte du journal : {cr.empreinte[:16]}…")
        self._actifs(True)
        self.aller(self.numero)

    def enregistrer(self) -> None:
        """Ask where, then write the PDF beside the window."""
        pages = self.pages
        if pages is None:
            return
        chemin = demander(self._dossier / self._nom, self._papier, self)
        if chemin is not None:

            def ecrire(_suivi: Suivi) -> Path:
                ecrire_entier(chemin, pages.pdf())
                return chemin

            self._en_fond(f"Export : {chemin.name}", ecrire, self._dire)

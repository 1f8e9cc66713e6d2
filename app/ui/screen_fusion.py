"""The page that brings a partner's copy together with the file: what differs, and what one takes."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout

from app.services.bus import Avis
from app.services.contexte import Contexte
from app.services.copies_lues import REUNIES
from app.services.errors import ErreurConnue
from app.services.fichier import Fichier
from app.services.fusions import Difference, Fusion, Sort, comparer_copie, reprendre
from app.ui.ecran import Ecran
from app.ui.elements import bouton, etiquette, marges
from app.ui.liste_cochable import Element, ListeCochable

TITRES = ("Où", "Quoi", "Ici", "Dans la copie", "Qui", "Quand", "Remarque")
CONSEIL = (
    "Ce qui est coché sera repris de la copie. Une valeur modifiée des deux côtés n’est pas "
    "cochée\u00a0: à vous de choisir. Rien n’est écrit avant le bouton, et Ctrl+Z annule tout d’un coup."
)


class EcranFusion(Ecran):
    """`termine(sentence)` once differences are taken; `abandonne()`: back to the table."""

    termine = Signal(str)
    abandonne = Signal()

    def __init__(self, contexte: Contexte) -> None:
        super().__init__()
        self._fichier = contexte.fichier
        self._chemin: Path | None = None
        self._fusion: Fusion | None = None
        self.phrase = etiquette("", "fort")
        self.phrase.setWordWrap(True)
        conseil = etiquette(CONSEIL, "doux")
        conseil.setWordWrap(True)
        self.liste = ListeCochable("Différences avec la copie", TITRES, souple=3)
        self.liste.largeurs(260, 110, 190, 190, 136, 116)
        self.liste.donnees.coches.connect(self._compter)
        self.tout = QCheckBox("Tout cocher")
        self.tout.clicked.connect(lambda coche: self.liste.donnees.cocher_tout(coche=coche))
        self.prendre = bouton("Reprendre", "principal")
        self.prendre.clicked.connect(self.reprendre)
        self.fermer = bouton("Ne rien reprendre")
        self.fermer.clicked.connect(self.abandonne)
        fin = QHBoxLayout()
        marges(fin, 0)
        fin.addWidget(self.tout)
        fin.addStretch(1)
        fin.addWidget(self.fermer)
        fin.addWidget(self.prendre)
        page = QVBoxLayout(self)
        marges(page, 16, espace=8)
        page.addWidget(self.phrase)
        page.addWidget(conseil)
        page.addWidget(self.liste, 1)
        page.addLayout(fin)
        self.setFocusProxy(self.liste)

    def ouvrir(self, chemin: Path) -> None:
        """Show what a copy brings. Raises ErreurConnue when it cannot be read, or is no copy."""
        self._chemin = None  # nothing to follow until it is read
        fusion = self._comparer(chemin)
        self._chemin = chemin
        self._montrer(fusion)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _comparer(self, chemin: Path) -> Fusion:
        with Fichier.ouvrir(chemin, lecture_seule=True) as copie:
            return comparer_copie(self._fichier, copie)

    def _montrer(self, fusion: Fusion) -> None:
        self._fusion = fusion
        self.phrase.setText(fusion.phrase)
        self.liste.montrer([_element(d) for d in fusion.differences])
        self.tout.setChecked(False)
        self._compter()

    def _compter(self) -> None:
        nombre = len(self.liste.donnees.cochees())
        self.prendre.setText(f"Reprendre {nombre} différence{'s' if nombre > 1 else ''}")
        self.prendre.setEnabled(nombre > 0 and not self._fichier.lecture_seule)

    def choisies(self) -> list[Difference]:
        differences = self._fusion.differences if self._fusion is not None else ()
        return [differences[rang] for rang in self.liste.donnees.cochees()]

    def reprendre(self) -> None:
        """Take what is ticked."""
        fusion, chemin = self._fusion, self._chemin
        if fusion is None:
            return
        self._chemin = None  # our own writing is no reason to compare again
        try:
            nombre = reprendre(self._fichier, fusion, self.choisies())
        except ErreurConnue as erreur:
            self._chemin = chemin
            self.refuse.emit(str(erreur))
            return
        self._fusion = None
        pris = "1 différence reprise" if nombre == 1 else f"{nombre} différences reprises"
        self.termine.emit(f"{pris} de « {fusion.nom} ». Ctrl+Z les rend d’un coup.")

    def sur_avis(self, avis: Avis) -> None:
        """The file moved under the list: it is compared again, for nothing must be taken unread."""
        if self._chemin is None or not avis.touche(*REUNIES):
            return
        try:
            self._montrer(self._comparer(self._chemin))
        except ErreurConnue as erreur:
            self._chemin = None
            self.refuse.emit(str(erreur))


def _element(difference: Difference) -> Element:
    d = difference
    coche = None if d.sort == Sort.PERDUE else d.sort == Sort.PRISE
    textes = (d.objet, d.quoi, d.ici, d.copie, d.qui, d.quand, d.remarque)
    return Element(textes, coche=coche, eteint=coche is None)

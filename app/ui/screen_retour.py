"""The page of a workbook that came back: what others changed in it, and what one takes of it."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout

from app.services.bus import Avis
from app.services.contexte import Contexte
from app.services.errors import ErreurConnue
from app.services.retours import Difference, Retour, Sort, en_mots, lire_retour, reprendre
from app.ui.ecran import Ecran
from app.ui.elements import bouton, etiquette, marges
from app.ui.liste_cochable import Element, ListeCochable

TITRES = ("Action", "Case", "Leur valeur", "La nôtre", "Envoyé", "Remarque")
CONSEIL = (
    "Ce qui est coché sera repris du classeur. Une case changée des deux côtés n’est pas "
    "cochée\u00a0: à vous de choisir. Rien n’est écrit avant le bouton, et Ctrl+Z annule tout d’un coup."
)
SUIVIES = ("action", "cofinancement", "decision", "seance")


class EcranRetour(Ecran):
    """`termine(sentence)` once cells are taken; `abandonne()`: back to the table."""

    termine = Signal(str)
    abandonne = Signal()

    def __init__(self, contexte: Contexte) -> None:
        super().__init__()
        self._fichier = contexte.fichier
        self._chemin: Path | None = None
        self._retour: Retour | None = None
        self.phrase = etiquette("", "fort")
        self.phrase.setWordWrap(True)
        conseil = etiquette(CONSEIL, "doux")
        conseil.setWordWrap(True)
        self.liste = ListeCochable("Cases changées dans le classeur", TITRES, souple=5)
        self.liste.largeurs(260, 180, 140, 120, 120)
        self.liste.donnees.coches.connect(self._compter)
        self.tout = QCheckBox("Tout cocher")
        self.tout.clicked.connect(lambda coche: self.liste.donnees.cocher_tout(coche=coche))
        self.prendre = bouton("Reprendre", "principal")
        self.prendre.clicked.connect(self.reprendre)
        self.fermer = bouton("Ne rien reprendre")
        self.fermer.clicked.connect(self._abandonner)
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

    def ouvrir(self, chemin: Path, retour: Retour) -> None:
        """Show what a workbook brings back, which was read already."""
        self._chemin = chemin
        self._montrer(retour)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _montrer(self, retour: Retour) -> None:
        self._retour = retour
        self.phrase.setText(retour.phrase)
        self.liste.montrer([_element(d) for d in retour.differences])
        self.tout.setChecked(False)
        self.tout.setEnabled(any(d.sort is not Sort.REFUSEE for d in retour.differences))
        self._compter()

    def _compter(self) -> None:
        nombre = len(self.liste.donnees.cochees())
        self.prendre.setText(f"Reprendre {nombre} case{'s' if nombre > 1 else ''}")
        self.prendre.setEnabled(nombre > 0 and not self._fichier.lecture_seule)

    def choisies(self) -> list[Difference]:
        differences = self._retour.differences if self._retour is not None else ()
        return [differences[rang] for rang in self.liste.donnees.cochees()]

    def reprendre(self) -> None:
        """Take what is ticked."""
        retour, chemin = self._retour, self._chemin
        if retour is None:
            return
        self._chemin = None  # our own writing is no reason to compare again
        try:
            nombre = reprendre(self._fichier, retour, self.choisies())
        except ErreurConnue as erreur:
            self._chemin = chemin
            self.refuse.emit(str(erreur))
            return
        self._retour = None
        prises = "1 case reprise" if nombre == 1 else f"{nombre} cases reprises"
        self.termine.emit(f"{prises} de «\u00a0{retour.nom}\u00a0». Ctrl+Z les rend d’un coup.")

    def _abandonner(self) -> None:
        self._chemin = self._retour = None
        self.abandonne.emit()

    def sur_avis(self, avis: Avis) -> None:
        """The file moved under the list: it is compared again, for nothing must be taken unread."""
        if self._chemin is None or not avis.touche(*SUIVIES):
            return
        try:
            retour = lire_retour(self._fichier, self._chemin)
        except ErreurConnue as erreur:
            self._chemin = None
            self.refuse.emit(str(erreur))
            return
        if retour is not None:
            self._montrer(retour)


def _element(difference: Difference) -> Element:
    d = difference
    coche = None if d.sort is Sort.REFUSEE else d.sort is Sort.PRISE
    valeurs = (en_mots(d.leur), en_mots(d.ici), en_mots(d.envoye))
    textes = (f"{d.numero} – {d.titre}", d.quoi, *valeurs, d.remarque)
    return Element(textes, coche=coche, eteint=coche is None)

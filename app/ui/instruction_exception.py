"""Out of the dates of the instruction an avis is given for a reason: asked once, kept with each avis."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.services.columns import Colonne
from app.services.contexte import Contexte
from app.services.errors import ErreurConnue, MotifAttendu, SaisieRefusee
from app.services.instruction import Instruction
from app.ui.demande import BarreDemande
from app.ui.elements import bouton, etiquette, marges
from app.ui.instruction_listes import ListeInstruction
from app.ui.vue_tableau import VueTableau

QUESTION = "Motif de l'exception"


class BandeHorsDates(QWidget):
    """Says that the dates are over or to come, and the reason that is kept meanwhile."""

    def __init__(self, demander: Callable[[], object], oublier: Callable[[], object]) -> None:
        super().__init__()
        self.phrase = etiquette("")
        self.phrase.setWordWrap(True)
        self.donner, self.oublier = QPushButton(), bouton("Ne plus l'écrire", "lien")
        self.donner.clicked.connect(demander)
        self.oublier.clicked.connect(oublier)
        ligne = QHBoxLayout(self)
        marges(ligne, 0, 16, espace=12)
        ligne.addWidget(self.phrase, 1)
        ligne.addWidget(self.donner)
        ligne.addWidget(self.oublier)
        self.hide()

    def montrer(self, phrase: str, motif: str) -> None:
        """`phrase` empty: every avis is within its dates, nothing is said."""
        self.setVisible(bool(phrase))
        if not phrase:
            return
        self.phrase.setText(
            f"Hors des dates : un motif est gardé avec chaque avis, « {motif} »."
            if motif
            else f"Hors des dates, un avis demande un motif. {phrase}."
        )
        self.donner.setText("Changer le motif" if motif else "Donner le motif")
        self.oublier.setVisible(bool(motif))


class ListeDAvis(ListeInstruction):
    """A list where avis are given. What is refused for want of a reason is done once it is given."""

    def __init__(
        self, contexte: Contexte, i: Instruction, annee: int, colonnes: list[Colonne]
    ) -> None:
        super().__init__(contexte, i, annee, self.motivees(colonnes))
        self.bande = BandeHorsDates(self._donner, self._oublier)
        self.inserer(self.bande)
        self.demande = BarreDemande()
        self.poser_barre(self.demande)

    def montree(self) -> None:
        super().montree()
        self._dire_les_dates()

    def rafraichir(self) -> None:
        super().rafraichir()
        self._dire_les_dates()

    def _dire_les_dates(self) -> None:
        avis = self.i.avis
        self.bande.montrer(avis.dates.phrase(self.annee), avis.motif)

    # The reason ---------------------------------------------------------------------------------

    def demander_motif(self, refus: str, refaire: Callable[[], object]) -> None:
        """Ask why, then do what was refused; the reason serves for what follows too."""

        def garder(motif: str) -> None:
            if not motif.strip():
                raise SaisieRefusee("Donnez un motif : il sera gardé avec l'avis.")
            avant, self.i.avis.motif = self.i.avis.motif, motif.strip()
            try:
                refaire()
            except ErreurConnue:
                self.i.avis.motif = avant
                raise
            self._dire_les_dates()

        self.demande.demander(
            QUESTION, garder, texte=self.i.avis.motif, detail=refus, verbe="Garder"
        )

    def _donner(self) -> None:
        self.demander_motif("Il s'écrit avec chaque avis rendu hors des dates.", lambda: None)

    def _oublier(self) -> None:
        self.i.avis.motif = ""
        self._dire_les_dates()

    def essayer(self, faire: Callable[[], object]) -> None:
        """Do something; where it wants a reason, ask it and do it again."""
        try:
            faire()
        except MotifAttendu as refus:
            self.demander_motif(str(refus), faire)

    # What is typed in a cell --------------------------------------------------------------------

    def motivees(self, colonnes: list[Colonne]) -> list[Colonne]:
        """The same columns; a value refused for want of a reason is written once it is given."""
        return [c if c.ecrire is None else self._motivee(c, c.ecrire) for c in colonnes]

    def _motivee(self, colonne: Colonne, ecrire: Callable[[str, Any], object]) -> Colonne:
        def essayer(cle: str, valeur: Any) -> None:
            try:
                ecrire(cle, valeur)
            except MotifAttendu as refus:
                # The editor of the cell is still deciding what to do with its text.
                apres = partial(self._apres_la_case, str(refus), partial(ecrire, cle, valeur))
                QTimer.singleShot(0, self, apres)
                raise

        return replace(colonne, ecrire=essayer)

    def _apres_la_case(self, refus: str, refaire: Callable[[], object]) -> None:
        """Give up the editor, whose value is known, and ask."""
        for vue in self.findChildren(VueTableau):
            for grille in vue.volets.grilles:
                if (editeur := grille.delegue.editeur) is not None:
                    grille.closeEditor(editeur, grille.ABANDON)
        self.demander_motif(refus, refaire)


def liste_de(vue: QWidget) -> ListeDAvis | None:
    """The list of avis that a table stands in."""
    parent: QWidget | None = vue
    while parent is not None and not isinstance(parent, ListeDAvis):
        parent = parent.parentWidget()
    return parent

"""What the parts of the tab « Dossier » share: a sentence, tables, buttons, a question in place."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.services.columns import Colonne
from app.services.contexte import Contexte
from app.services.errors import ErreurConnue
from app.services.fiches import Fiche
from app.ui.demande import BarreDemande
from app.ui.elements import bouton, etiquette, marges
from app.ui.flux import Flux
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau


class Question(BarreDemande):
    """The same question in a narrow sheet: its words stand above the field."""

    def __init__(self) -> None:
        super().__init__()
        colonne = self.layout()
        assert isinstance(colonne, QVBoxLayout)
        colonne.itemAt(1).layout().removeWidget(self._question)
        self._question.setWordWrap(True)
        colonne.insertWidget(1, self._question)


class PartieDossier(QWidget):
    """`refuse(sentence)`, `information(sentence)`; `montrer(sheet)` fills it."""

    refuse = Signal(str)
    information = Signal(str)
    saisie_finie = Signal()

    def __init__(self, contexte: Contexte) -> None:
        super().__init__()
        self._contexte = contexte
        self.fiche: Fiche | None = None
        self._phrase = etiquette("")
        self._phrase.setWordWrap(True)
        self._phrase.setContentsMargins(theme().px(16), 0, theme().px(16), 0)
        self._colonne = QVBoxLayout(self)
        marges(self._colonne, 12, 0, espace=8)
        self._colonne.addWidget(self._phrase)
        self.demande = Question()
        self.demande.quittee.connect(self.setFocus)
        self._colonne.addWidget(self.demande)

    # Building -----------------------------------------------------------------------------------

    def titrer(self, texte: str) -> None:
        titre = etiquette(texte, "fort")
        titre.setContentsMargins(theme().px(16), 0, theme().px(16), 0)
        self._colonne.addWidget(titre)

    def poser_table(
        self, colonnes: list[Colonne], hauteur: int, vide: str, *, etiree: bool = True
    ) -> VueTableau:
        """`etiree`: it takes the room that is left; else it keeps its height."""
        modele = ModeleTableau(colonnes, self)
        modele.lecture_seule = self._contexte.fichier.lecture_seule
        vue = VueTableau(modele)
        vue.setMinimumHeight(theme().px(hauteur))
        if not etiree:
            vue.setMaximumHeight(theme().px(hauteur))
        vue.volets.dire_si_vide(vide)
        modele.refuse.connect(self.refuse)
        vue.refuse.connect(self.refuse)
        vue.saisie_finie.connect(self.saisie_finie)
        self._colonne.addWidget(vue, 1 if etiree else 0)
        return vue

    def poser_boutons(self, *boutons: QPushButton) -> None:
        """On as many lines as the sheet is narrow."""
        rangee = QWidget()
        flux = Flux(rangee, espace=theme().px(4))
        flux.setContentsMargins(theme().px(8), 0, theme().px(8), theme().px(4))
        for element in boutons:
            flux.addWidget(element)
        politique = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        politique.setHeightForWidth(True)
        rangee.setSizePolicy(politique)
        self._colonne.addWidget(rangee)

    def geste(
        self, texte: str, appel: Callable[[], object] | None, *, ecrit: bool = True
    ) -> QPushButton:
        """A button whose refusal is one sentence; off in a file that is read only when it writes."""
        resultat = bouton(texte, "lien")
        if appel is not None:
            resultat.clicked.connect(lambda: self.tenter(appel))
        resultat.setDisabled(ecrit and self._contexte.fichier.lecture_seule)
        return resultat

    # Showing ------------------------------------------------------------------------------------

    def montrer(self, fiche: Fiche) -> None:
        """Show the sheet, or the same one as it is now."""
        if self.fiche is None or self.fiche.cle != fiche.cle:
            self.demande.fermer()
        self.fiche = fiche
        self.relire(fiche)

    def relire(self, fiche: Fiche) -> None:
        raise NotImplementedError

    def remplir(self, vue: VueTableau, lignes: Sequence[Any]) -> None:
        """Show rows; where they are the same ones the keyboard stays."""
        modele = vue.modele
        if [ligne.cle for ligne in lignes] == [ligne.cle for ligne in modele.lignes]:
            modele.synchroniser(lignes)
        else:
            modele.remplacer_lignes(lignes)

    # Doing --------------------------------------------------------------------------------------

    @property
    def cle(self) -> str:
        assert self.fiche is not None
        return self.fiche.cle

    def tenter(self, faire: Callable[[], object]) -> None:
        """Nothing is done before an action is in view."""
        if self.fiche is None:
            return
        try:
            faire()
        except ErreurConnue as erreur:
            self.refuse.emit(str(erreur))

    def ou_enregistrer(self, nom: str, filtre: str) -> Path | None:
        """Where to write; None: given up."""
        propose = self._contexte.fichier.chemin.parent / nom
        chemin, _ = QFileDialog.getSaveFileName(self, "Enregistrer", str(propose), filtre)
        if not chemin:
            return None
        voulu, suffixe = Path(chemin), propose.suffix
        return voulu if not suffixe or voulu.suffix == suffixe else Path(f"{voulu}{suffixe}")

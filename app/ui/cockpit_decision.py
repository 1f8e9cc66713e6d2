"""Deciding: one key for each nature, the sentence of the PV before Enter, ten seconds to take it back."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCompleter,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.models.enums import NatureDecision
from app.services.comite import Comite
from app.services.decisions import Choix, ProjetDeDecision
from app.services.errors import ErreurConnue
from app.ui.cockpit_touches import DECISIONS
from app.ui.elements import bouton, etiquette, marges
from app.ui.theme import theme

ECHELLE_D_UNE_RANGEE = 1.1
DUREE_ANNULATION = 10_000  # ms
CONDITIONS = "Réserve, qui sera dans le PV"
MOTIF = "Motif, facultatif"
DE_LA_LISTE = " (flèche bas : la liste)"


class _ChampMotif(QLineEdit):
    """Down opens the whole list of motives: Qt waits for a letter."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.completer() is not None:
            self.completer().setCompletionPrefix(self.text())
            self.completer().complete()
            return
        super().keyPressEvent(event)


class BarreDecision(QWidget):
    """`decidee(sentence)`: it is kept. `quittee()`: the keyboard may go back to the seats."""

    decidee = Signal(str)
    quittee = Signal()
    refuse = Signal(str)

    def __init__(self, comite: Comite, point: Callable[[], str]) -> None:
        super().__init__()
        self._comite = comite
        self._point = point
        self._choix: Choix | None = None
        self._visee = ""
        self._annuler: Callable[[], None] | None = None
        self._pile = QStackedWidget()
        self._pile.addWidget(self._barre_des_natures())
        self._pile.addWidget(self._barre_de_la_phrase())
        self._pile.addWidget(self._barre_d_annulation())
        self._depart = QTimer(self)
        self._depart.setSingleShot(True)
        self._depart.setInterval(DUREE_ANNULATION)
        self._depart.timeout.connect(lambda: self._montrer(0))
        colonne = QVBoxLayout(self)
        marges(colonne, 0, espace=0)
        colonne.addWidget(self._pile)

    def _barre_des_natures(self) -> QWidget:
        page, grille = QWidget(), QGridLayout()
        grille.setContentsMargins(0, 0, 0, 0)
        grille.setSpacing(theme().px(4))
        de_front = len(DECISIONS) if theme().echelle <= ECHELLE_D_UNE_RANGEE else 4
        for rang, (nature, touche) in enumerate(DECISIONS.items()):
            choix = bouton(f"{touche.mots} ({touche.ecrite})")
            choix.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            choix.clicked.connect(lambda _=False, n=nature: self.proposer(n))
            grille.addWidget(choix, rang // de_front, rang % de_front)
        grille.setColumnStretch(de_front, 1)
        self._decision = etiquette("", "fort")
        self._decision.setWordWrap(True)
        colonne = QVBoxLayout(page)
        marges(colonne, 0, espace=4)
        colonne.addWidget(self._decision)
        colonne.addLayout(grille)
        return page

    def _barre_de_la_phrase(self) -> QWidget:
        page, ligne = QWidget(), QHBoxLayout()
        self.phrase = etiquette("", "fort")
        self.phrase.setWordWrap(True)
        self._motifs = QStringListModel(self)
        self.champ = _ChampMotif()
        completion = QCompleter(self._motifs, self.champ)
        completion.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completion.setFilterMode(Qt.MatchFlag.MatchContains)
        completion.popup().setProperty("completion", True)
        self.champ.setCompleter(completion)
        self.champ.textChanged.connect(self._completer)
        self.champ.returnPressed.connect(self.garder)
        self._pour_l_annee = bouton("Pour l'année seulement (F7)")
        self._pour_l_annee.clicked.connect(self.annee_seule)
        garder = bouton("Décider (Entrée)", "principal")
        garder.clicked.connect(self.garder)
        abandon = bouton("Abandonner (Échap)")
        abandon.clicked.connect(self.abandonner)
        marges(ligne, 0, espace=8)
        ligne.addWidget(self.champ, 1)
        for element in (self._pour_l_annee, garder, abandon):
            ligne.addWidget(element)
        self._refus = etiquette("", "erreur")
        self._refus.setWordWrap(True)
        colonne = QVBoxLayout(page)
        marges(colonne, 0, espace=4)
        colonne.addWidget(self.phrase)
        colonne.addLayout(ligne)
        colonne.addWidget(self._refus)
        return page

    def _barre_d_annulation(self) -> QWidget:
        page = QWidget()
        ligne = QHBoxLayout(page)
        marges(ligne, 0, espace=8)
        self._fait = etiquette("", "fort")
        self._fait.setWordWrap(True)
        self._defaire = bouton("Annuler la décision (10 s)")
        self._defaire.clicked.connect(self.defaire)
        ligne.addWidget(self._fait, 1)
        ligne.addWidget(self._defaire)
        return page

    def _montrer(self, rang: int) -> None:
        self._pile.setCurrentIndex(rang)

    # What the cockpit asks ------------------------------------------------------------------------

    def situer(self, phrase: str) -> None:
        """The decision that counts for the item, in the words of the PV."""
        self._decision.setText(phrase or "Pas encore de décision sur ce point.")

    @property
    def est_ouverte(self) -> bool:
        """A sentence is shown, Enter would keep it."""
        return self._choix is not None

    def proposer(self, nature: str) -> None:
        """Show the sentence of a decision; nothing is kept yet."""
        try:
            self._visee = self._point()
            self._choix = self._comite.decisions.choix_par_defaut(self._visee, nature)
        except ErreurConnue as erreur:
            self.refuse.emit(str(erreur))
            return
        self._depart.stop()
        sous_reserve = nature == NatureDecision.SOUS_RESERVE
        self.champ.setAccessibleName("Réserve" if sous_reserve else "Motif")
        motifs = self._comite.motifs.lignes(nature)
        self._motifs.setStringList([] if sous_reserve else [m.texte for m in motifs])
        motif = f"{MOTIF}{DE_LA_LISTE if motifs else ''}"
        self.champ.setPlaceholderText(CONDITIONS if sous_reserve else motif)
        self.champ.clear()
        self._montrer(1)
        self.champ.setFocus(Qt.FocusReason.OtherFocusReason)
        self._completer("")

    def _completer(self, texte: str) -> None:
        """The sentence follows what is typed."""
        if self._choix is None:
            return
        propre = texte.strip() or None
        if self._choix.nature == NatureDecision.SOUS_RESERVE:
            self._choix = replace(self._choix, conditions=propre)
        else:
            self._choix = replace(self._choix, motif=propre)
        projet = self._preparer(self._choix)
        deja = f"▲ {projet.avertissement}\n" if projet.avertissement else ""
        self.phrase.setText(f"{deja}Au PV : {projet.phrase}")
        self._refus.setText(projet.empechement)
        self._refus.setVisible(bool(projet.empechement))
        self._pour_l_annee.setVisible(self._choix.cpo_annees is not None)

    def _preparer(self, choix: Choix) -> ProjetDeDecision:
        return self._comite.decisions.preparer(self._visee, choix)

    def annee_seule(self) -> None:
        """Grant the year without the pluriannual convention."""
        if self._choix is not None:
            self._choix = replace(self._choix, cpo_annees=None)
            self._completer(self.champ.text())

    def garder(self) -> None:
        """Enter: keep the decision that the sentence says."""
        if self._choix is None:
            return
        try:
            projet = self._comite.decisions.decider(self._visee, self._choix)
        except ErreurConnue as erreur:
            self._refus.setText(str(erreur))
            self._refus.show()
            return
        self._choix = None
        self._fait.setText(projet.phrase)
        self._montrer(2)
        self._depart.start()
        self.decidee.emit(projet.phrase)
        self.quittee.emit()

    def abandonner(self) -> None:
        """Esc: nothing is kept."""
        if self._choix is not None:
            self._choix = None
            self._montrer(0)
            self.quittee.emit()

    def defaire(self) -> None:
        """Take back the decision just made: undone if nothing came since, lifted else."""
        self._depart.stop()
        self._montrer(0)
        undo = self._comite.fichier.undo
        try:
            if undo.a_annuler()[:1] and undo.a_annuler()[0].startswith("Décider"):
                undo.annuler()
            else:
                self._comite.decisions.lever(self._visee)
        except ErreurConnue as erreur:
            self.refuse.emit(str(erreur))
        self.quittee.emit()

    def fermer(self) -> None:
        self._depart.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.est_ouverte:
            self.abandonner()
        elif event.key() == Qt.Key.Key_F7 and self.est_ouverte:
            self.annee_seule()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.est_ouverte:
            event.accept()  # already kept by the field
        else:
            super().keyPressEvent(event)

"""Deciding: one key for each nature, the sentence of the PV before Enter, ten seconds to take it back."""

from collections.abc import Callable, Sequence
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
from app.services.bus import Avis
from app.services.comite import Comite
from app.services.decisions import Choix, ProjetDeDecision
from app.services.effets_decision import ACCORDENT
from app.services.errors import ErreurConnue
from app.ui.cockpit_touches import DECISIONS
from app.ui.elements import bouton, etiquette, marges
from app.ui.theme import theme

ECHELLE_D_UNE_RANGEE = 1.1
SANS_DECISION = "Point pour information : rien ne s'y décide."
A_DEBATTRE = "Passez-le « À débattre » dans l'ordre du jour pour en décider."
TITRE_LISIBLE = 24  # signs
DUREE_ANNULATION = 10_000  # ms
OUTRE = "Des alertes : raison de passer outre, qui sera dans le PV (facultatif)"
MOTIFS = "Motifs (F12)"
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
    """`decidee(sentence)`: it is kept. `quittee()`: the keyboard may go back to the seats.

    `motifs_demandes(nature)`: show the library of motives.
    """

    decidee = Signal(str)
    quittee = Signal()
    refuse = Signal(str)
    motifs_demandes = Signal(str)

    def __init__(
        self,
        comite: Comite,
        point: Callable[[], str],
        alertes: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        """`alertes()`: what is to be watched on the item, in sentences."""
        super().__init__()
        self._comite = comite
        self._point = point
        self._alertes = alertes
        self._choix: Choix | None = None
        self._visee = ""
        self._decidee = ""  # the item of the decision that may still be taken back
        self._natures: list[QWidget] = []
        self._pile = QStackedWidget()
        self._pile.addWidget(self._barre_des_natures())
        self._pile.addWidget(self._barre_de_la_phrase())
        self._depart = QTimer(self)
        self._depart.setSingleShot(True)
        self._depart.setInterval(DUREE_ANNULATION)
        self._depart.timeout.connect(self._oublier)
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
            self._natures.append(choix)
            grille.addWidget(choix, rang // de_front, rang % de_front)
        grille.setColumnStretch(de_front, 1)
        colonne = QVBoxLayout(page)
        marges(colonne, 0, espace=4)
        colonne.addWidget(self._rangee_de_la_decision())
        colonne.addLayout(grille)
        return page

    def _rangee_de_la_decision(self) -> QWidget:
        """What is decided of the item; at the end, in a place kept for it, the way to take back."""
        self._decision = etiquette("", "fort")
        self._decision.setWordWrap(True)
        self._defaire = bouton("")
        self._defaire.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._defaire.clicked.connect(self.defaire)
        tenue = self._defaire.sizePolicy()
        tenue.setRetainSizeWhenHidden(True)  # nothing moves when it comes or goes
        self._defaire.setSizePolicy(tenue)
        self._defaire.hide()
        rangee = QWidget()
        rangee.setMinimumHeight(2 * self._decision.fontMetrics().lineSpacing())
        ligne = QHBoxLayout(rangee)
        marges(ligne, 0, espace=8)
        ligne.addWidget(self._decision, 1)
        ligne.addWidget(self._defaire)
        return rangee

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
        self._bibliotheque = bouton(MOTIFS)
        self._bibliotheque.setToolTip("Ajouter, corriger, ranger ou supprimer les motifs proposés")
        self._bibliotheque.clicked.connect(self.demander_motifs)
        garder = bouton("Décider (Entrée)", "principal")
        garder.clicked.connect(self.garder)
        abandon = bouton("Abandonner (Échap)")
        abandon.clicked.connect(self.abandonner)
        marges(ligne, 0, espace=8)
        ligne.addWidget(self.champ, 1)
        for element in (self._bibliotheque, self._pour_l_annee, garder, abandon):
            ligne.addWidget(element)
        self._refus = etiquette("", "erreur")
        self._refus.setWordWrap(True)
        self.outre = QLineEdit()
        self.outre.setAccessibleName("Raison de passer outre")
        self.outre.setPlaceholderText(OUTRE)
        self.outre.textChanged.connect(lambda _: self._completer(self.champ.text()))
        self.outre.returnPressed.connect(self.garder)
        colonne = QVBoxLayout(page)
        marges(colonne, 0, espace=4)
        colonne.addWidget(self.phrase)
        colonne.addLayout(ligne)
        colonne.addWidget(self.outre)
        QWidget.setTabOrder(self.champ, self.outre)
        colonne.addWidget(self._refus)
        return page

    def _montrer(self, rang: int) -> None:
        self._pile.setCurrentIndex(rang)

    # What the cockpit asks ------------------------------------------------------------------------

    def situer(self, phrase: str, *, a_decider: bool, ouvert: bool = True) -> None:
        """The decision that counts for the item, in the words of the PV; some items have none."""
        attente = "Pas encore de décision sur ce point." if a_decider else SANS_DECISION
        if not ouvert:
            attente = "Aucun point ouvert : rien à décider."
        self._decision.setText(phrase or attente)
        for choix in self._natures:
            choix.setEnabled(a_decider)

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
        self._proposer_motifs()
        self.champ.clear()
        self.outre.clear()
        self._montrer(1)
        self.champ.setFocus(Qt.FocusReason.OtherFocusReason)
        self._completer("")

    def _proposer_motifs(self) -> None:
        """Those of the library for the decision at hand, as they are now."""
        assert self._choix is not None
        nature = self._choix.nature
        sous_reserve = nature == NatureDecision.SOUS_RESERVE
        textes = [m.texte for m in self._comite.motifs.offerts(nature)]
        self._motifs.setStringList(textes)
        mot = CONDITIONS if sous_reserve else MOTIF
        self.champ.setAccessibleName("Réserve" if sous_reserve else "Motif")
        self.champ.setPlaceholderText(f"{mot}{DE_LA_LISTE if textes else ''}")

    def demander_motifs(self) -> None:
        """F12: the library, on the motives of this decision."""
        if self._choix is not None:
            self.motifs_demandes.emit(self._choix.nature)

    def reprendre(self, motif: str = "") -> None:
        """The keyboard comes back to the decision at hand, perhaps with a motive of the library."""
        if motif:
            self.champ.setText(motif)
        self.champ.setFocus(Qt.FocusReason.OtherFocusReason)

    def sur_avis(self, avis: Avis) -> None:
        """The library may change while a decision is being taken."""
        if self._choix is not None and avis.touche("motif"):
            self._proposer_motifs()

    def _completer(self, texte: str) -> None:
        """The sentence follows what is typed."""
        if self._choix is None:
            return
        propre = texte.strip() or None
        if self._choix.nature == NatureDecision.SOUS_RESERVE:
            self._choix = replace(self._choix, conditions=propre)
        else:
            self._choix = replace(self._choix, motif=propre)
        projet = self._preparer(self._avec_les_alertes(self._choix))
        self._choix = projet.choix
        self.outre.setVisible(bool(projet.choix.alertes))
        deja = f"▲ {projet.avertissement}\n" if projet.avertissement else ""
        self.phrase.setText(f"{deja}Au PV : {projet.phrase}")
        self._refus.setText(projet.empechement)
        self._refus.setVisible(bool(projet.empechement))
        self._pour_l_annee.setVisible(self._choix.cpo_annees is not None)

    def _avec_les_alertes(self, choix: Choix) -> Choix:
        """What is to be watched when money is granted, and why it is passed over, if it is said."""
        accorde = NatureDecision.de(choix.nature) in ACCORDENT
        alertes = tuple(self._alertes()) if accorde else ()
        return replace(choix, alertes=alertes, outre=self.outre.text().strip() or None)

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
        self._decidee = self._visee
        self._defaire.setText(f"Annuler la décision sur {self._nommer(projet.point)} (10 s)")
        self._defaire.show()
        self._montrer(0)
        self._depart.start()
        self.decidee.emit(projet.phrase)
        self.quittee.emit()

    def abandonner(self) -> None:
        """Esc: nothing is kept."""
        if self._choix is not None:
            self._choix = None
            self._montrer(0)
            self.quittee.emit()

    def _nommer(self, point: str) -> str:
        """The number of an action, else its first words: the next item may be on the table."""
        numero, titre = self._comite.decisions.nom_du_point(point)
        return numero or (titre if len(titre) <= TITRE_LISIBLE else f"{titre[:TITRE_LISIBLE]}…")

    def _oublier(self) -> None:
        self._depart.stop()
        self._defaire.hide()
        self._defaire.setText("")

    def defaire(self) -> None:
        """Take back the decision just made: undone if nothing came since, lifted else."""
        self._oublier()
        undo = self._comite.fichier.undo
        try:
            if undo.a_annuler()[:1] and undo.a_annuler()[0].startswith("Décider"):
                undo.annuler()
            else:
                self._comite.decisions.lever(self._decidee)
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
        elif event.key() == Qt.Key.Key_F12 and self.est_ouverte:
            self.demander_motifs()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.est_ouverte:
            event.accept()  # already kept by the field
        else:
            super().keyPressEvent(event)

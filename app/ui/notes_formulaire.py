"""The short form of a note, beside the list: typed in the order of the paper, Enter keeps and goes on."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.models.montants import afficher_montant
from app.services.columns import TypeColonne
from app.services.columns_notes import OUI_NON
from app.services.errors import ErreurConnue
from app.services.notes_lues import LigneNote
from app.services.saisie_notes import FORMULAIRE, ChampDeNote, NoteRefusee, SaisieNotes
from app.services.saisies import lire_case
from app.ui.brouillons import Redige
from app.ui.completion import Completion
from app.ui.elements import bouton, etiquette, marges
from app.ui.theme import theme

LARGEUR = 400
_ENTREES = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
MOTIF = "motif"
A_COTE = ("public_qpv", "cpo_annees")  # on the line of the question before
_COURTES = ("public_total", "cpo_demandee")  # which leave them room
_COURTS = {
    "titre": "Intitulé",
    "public_total": "Public",
    "public_qpv": "dont QPV",
    "financeurs": "Financeurs",
    "cpo_demandee": "CPO demandée",
    "cpo_annees": "Années",
    "porteur_pressenti": "ou pressenti",
}
_INDICATIONS = {
    "titre": "Ce que le porteur écrit en tête de sa note",
    "quartiers": "Un ou plusieurs, séparés par ;",
    "communes": "Celles des quartiers, si rien n'est tapé",
    "echelle": "Proposée d'après les communes",
    "financeurs": "Un ou plusieurs, séparés par ;",
    "cpo_annees": "2026-2028",
    "budget_envisage": "En euros",
    "porteur_pressenti": "S'il n'y a pas encore de porteur",
}


class _Plusieurs(Completion):
    """Completes the last of several names, « A ; B »."""

    def splitPath(self, path: str) -> list[str]:
        return super().splitPath(path.rpartition(";")[2].strip())

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        champ = self.widget()
        assert isinstance(champ, QLineEdit)
        debut, separateur, _ = champ.text().rpartition(";")
        nom = super().pathFromIndex(index)
        return f"{debut.strip()} {separateur} {nom}" if separateur else nom


class FormulaireNote(Redige, QWidget):
    """`enregistree(key, was it new)`: kept. `abandonnee()`: given up, nothing was written."""

    enregistree = Signal(str, bool)
    abandonnee = Signal()

    def __init__(self, saisie: SaisieNotes, annee: int, *, lecture_seule: bool) -> None:
        super().__init__()
        self._saisie = saisie
        self.annee = annee
        self._ligne: LigneNote | None = None
        self._depart: dict[str, str] = {}
        self._a_proposer = True
        self._theme_propose = ""  # whose objectives are offered
        self.champs: dict[str, QWidget] = {}
        self._titre = etiquette("", "fort")
        self._etat = etiquette("", "petit")
        self._refus = etiquette("", "erreur")
        for mot in (self._titre, self._etat, self._refus):
            mot.setWordWrap(True)
        self._refus.hide()
        self.enregistrer_ = bouton("Enregistrer", "principal")
        self.enregistrer_.setToolTip("Entrée, depuis n'importe quel champ")
        self.abandon = bouton("Abandonner")
        self.abandon.setToolTip("Échap")
        self._construire()
        self.enregistrer_.clicked.connect(self.enregistrer)
        self.abandon.clicked.connect(self.abandonner)
        self._verrou = lecture_seule
        self.setMinimumWidth(theme().px(320))
        self.setFocusProxy(self.champs["titre"])
        self.nouvelle(prendre_le_clavier=False)

    # Building -----------------------------------------------------------------------------------

    def _construire(self) -> None:
        corps = QWidget()
        grille = QGridLayout(corps)
        px = theme().px
        grille.setContentsMargins(px(16), px(8), px(16), px(8))
        grille.setHorizontalSpacing(px(8))
        grille.setVerticalSpacing(px(4))
        grille.setColumnStretch(1, 1)
        grille.setColumnStretch(3, 1)
        questions = [*FORMULAIRE, ChampDeNote(MOTIF, "Motif du changement de CPO")]
        rang = 0
        for champ in questions:
            rang += champ.cle not in A_COTE
            self._ajouter(grille, rang, champ)
        grille.setRowStretch(rang + 1, 1)
        zone = QScrollArea()
        zone.setWidgetResizable(True)
        zone.setFrameShape(QScrollArea.Shape.NoFrame)
        zone.setWidget(corps)
        zone.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._zone = zone
        tete = QVBoxLayout()
        marges(tete, 8, 16, 0, 16, espace=2)
        tete.addWidget(self._titre)
        tete.addWidget(self._etat)
        pied = QVBoxLayout()
        marges(pied, 4, 16, 8, 16, espace=4)
        boutons = QHBoxLayout()
        boutons.addWidget(self.enregistrer_)
        boutons.addWidget(self.abandon)
        boutons.addStretch(1)
        pied.addWidget(self._refus)
        pied.addLayout(boutons)
        colonne = QVBoxLayout(self)
        marges(colonne, 0, espace=0)
        colonne.addLayout(tete)
        colonne.addWidget(zone, 1)
        colonne.addLayout(pied)

    def _ajouter(self, grille: QGridLayout, rang: int, champ: ChampDeNote) -> None:
        a_cote = champ.cle in A_COTE
        mot = etiquette(_COURTS.get(champ.cle, champ.question), "doux")
        mot.setWordWrap(not a_cote)
        if not a_cote:
            mot.setFixedWidth(theme().px(104))
        editeur = self._editeur(champ)
        editeur.setAccessibleName(champ.question)
        if champ.aide:
            editeur.setToolTip(champ.aide)
        editeur.installEventFilter(self)
        mot.setBuddy(editeur)
        self.champs[champ.cle] = editeur
        cote = Qt.AlignmentFlag.AlignTop if champ.longue else Qt.AlignmentFlag.AlignVCenter
        grille.addWidget(mot, rang, 2 * a_cote, cote)
        grille.addWidget(
            editeur, rang, 2 * a_cote + 1, 1, 1 if a_cote or champ.cle in _COURTES else 3
        )
        if champ.cle == MOTIF:
            self._mot_motif = mot

    def _editeur(self, champ: ChampDeNote) -> QWidget:
        if champ.longue:
            zone = QPlainTextEdit()
            zone.setTabChangesFocus(True)
            zone.setFixedHeight(theme().px(70))
            zone.setPlaceholderText("Maj+Entrée va à la ligne")
            zone.textChanged.connect(self._suivre)
            return zone
        if champ.cle == "cpo_demandee":
            liste = QComboBox()
            for valeur, libelle in OUI_NON:
                liste.addItem(libelle, valeur)
            liste.currentIndexChanged.connect(self._suivre)
            return liste
        ligne = QLineEdit()
        ligne.setPlaceholderText(_INDICATIONS.get(champ.cle, ""))
        ligne.textChanged.connect(self._suivre)
        return ligne

    def oublier_les_listes(self) -> None:
        """The names that typing completes have changed: they are read again for the next note."""
        self._a_proposer = True

    def _proposer(self) -> None:
        """The names of the référentiel, read when they have changed: it would be felt at each key."""
        if not self._a_proposer:
            return
        self._a_proposer = False
        self._theme_propose = ""
        for cle, editeur in self.champs.items():
            colonne = self._saisie.colonnes.get(cle)
            if colonne is None or colonne.proposer is None or not isinstance(editeur, QLineEdit):
                continue
            sorte = _Plusieurs if colonne.separateur else Completion
            editeur.setCompleter(sorte(list(colonne.proposer()), editeur))

    def _proposer_les_objectifs(self) -> None:
        """Those of the theme that is typed."""
        objectif, theme_ = self.champs["objectif"], self.champs["axe"]
        assert isinstance(objectif, QLineEdit)
        if self._theme_propose != (voulu := _lire(theme_)):
            self._theme_propose = voulu
            objectif.setCompleter(Completion(self._saisie.objectifs(voulu), objectif))

    # What is shown ------------------------------------------------------------------------------

    @property
    def cle(self) -> str:
        """The note in the form; empty for a new one."""
        return self._ligne.cle if self._ligne is not None else ""

    def brouillon(self) -> str:
        """What is typed and not in the file."""
        return "une note en cours de saisie" if self._change() else ""

    def _change(self) -> bool:
        return bool(self._depart) and self._textes() != self._depart

    def montrer(self, ligne: LigneNote | None) -> None:
        """Show a note of the list; one that is being typed stays until it is kept or given up."""
        if self._change() or ligne is None:
            return
        self._poser(ligne)

    def nouvelle(self, *, prendre_le_clavier: bool = True) -> None:
        """An empty form, the cursor in its first field. What is being typed stays."""
        if not self._change():
            self._poser(None)
        if prendre_le_clavier:
            self.prendre_le_clavier()

    def prendre_le_clavier(self, champ: str = "titre") -> None:
        self.champs[champ].setFocus(Qt.FocusReason.OtherFocusReason)

    def _poser(self, ligne: LigneNote | None) -> None:
        self._ligne = ligne
        self._proposer()
        textes = {} if ligne is None else self._saisie.textes(ligne)
        for cle, editeur in self.champs.items():
            _ecrire(editeur, self._presenter(cle, textes.get(cle, "")))
            editeur.setEnabled(not self._verrou)
        figee = ligne is not None and ligne.cpo_figee_le is not None
        self._mot_motif.setVisible(figee)
        self.champs[MOTIF].setVisible(figee)
        self._depart = self._textes()
        self._refuser({}, "")
        self._titrer()
        self._suivre()

    def _presenter(self, cle: str, texte: str) -> str:
        """An amount as it is read everywhere, « 2 500 € »; what cannot be read stays as typed."""
        colonne = self._saisie.colonnes.get(cle)
        if colonne is None or colonne.type != TypeColonne.MONTANT or not texte:
            return texte
        try:
            valeur = lire_case(colonne, texte, tapee=False).valeur
        except ErreurConnue:
            return texte
        return afficher_montant(valeur, euro=True)

    def _titrer(self) -> None:
        ligne = self._ligne
        if ligne is None:
            self._titre.setText(f"Nouvelle note d'intention {self.annee}")
            self._etat.setText("Entrée l'enregistre et ouvre la suivante ; Échap l'abandonne.")
            return
        self._titre.setText(f"{ligne.action.numero} · {ligne.action.titre}")
        tard = " Reçue après la clôture de l'appel." if ligne.hors_delai else ""
        self._etat.setText(f"{ligne.completude}.{tard}")

    def _suivre(self) -> None:
        change = self._change()
        self.enregistrer_.setEnabled(change and not self._verrou)
        self.abandon.setEnabled(change)

    def _textes(self) -> dict[str, str]:
        return {cle: _lire(editeur) for cle, editeur in self.champs.items()}

    # Keeping ------------------------------------------------------------------------------------

    def enregistrer(self) -> bool:
        """Keep what was typed, in one operation; the fields refused say why and keep their text."""
        if not self._change():
            return True
        textes = self._textes()
        motif = textes.pop(MOTIF)
        nouvelle = self._ligne is None
        try:
            cle = self._garder(textes, motif)
        except NoteRefusee as erreur:
            self._refuser(erreur.refus, str(erreur))
            return False
        except ErreurConnue as erreur:
            self._refuser({}, str(erreur))
            return False
        self._depart = self._textes()
        if nouvelle:
            self._poser(None)
        self.enregistree.emit(cle, nouvelle)
        return True

    def _garder(self, textes: Mapping[str, str], motif: str) -> str:
        if self._ligne is None:
            return self._saisie.creer(self.annee, textes)
        differences = self._saisie.differences(self._ligne, textes)
        changes = {difference.champ: textes[difference.champ] for difference in differences}
        if changes:
            self._saisie.modifier(self._ligne.cle, changes, motif=motif)
        return self._ligne.cle

    def changer_annee(self, annee: int) -> None:
        """A note that is being typed stays in its own year."""
        if not self._change():
            self.annee = annee
            self._poser(None)

    def abandonner(self) -> None:
        """Give back what the file holds."""
        self._depart = {}
        self._poser(self._ligne)
        self.abandonnee.emit()

    def relire(self, lignes: Sequence[LigneNote]) -> None:
        """The note in view may have changed elsewhere: what is typed here stays."""
        if self._ligne is None or self._change():
            return
        courante = next((ligne for ligne in lignes if ligne.cle == self.cle), None)
        if courante != self._ligne:
            self._depart = {}
            self._poser(courante)

    def _refuser(self, refus: Mapping[str, str], phrase: str) -> None:
        self._refus.setText(phrase)
        self._refus.setVisible(bool(phrase))
        for cle, editeur in self.champs.items():
            etat = "refuse" if cle in refus else ""
            if editeur.property("etat") != etat:
                editeur.setProperty("etat", etat)
                _repolir(editeur)
        if refus:
            premier = self.champs[next(iter(refus))]
            premier.setFocus(Qt.FocusReason.OtherFocusReason)
            self._zone.ensureWidgetVisible(premier)

    # Keyboard -----------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter keeps, Esc gives up, Down opens the names; a field that has the keyboard is in view."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self._zone.ensureWidgetVisible(watched, 0, theme().px(24))
            if watched is self.champs.get("objectif"):
                self._proposer_les_objectifs()
        if event.type() == QEvent.Type.FocusOut and watched is self.champs.get("budget_envisage"):
            _ecrire(watched, self._presenter("budget_envisage", _lire(watched)))
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QComboBox):
            event.ignore()
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._touche(watched, event)
        return super().eventFilter(watched, event)

    def _touche(self, champ: QObject, event: QKeyEvent) -> bool:
        touche, majuscule = event.key(), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if touche in _ENTREES and not (majuscule and isinstance(champ, QPlainTextEdit)):
            if not self._change():
                self.enregistree.emit(self.cle, not self.cle)
            else:
                self.enregistrer()
            return True
        if touche == Qt.Key.Key_Escape:
            self.abandonner()
            return True
        if touche == Qt.Key.Key_Down and isinstance(champ, QLineEdit) and champ.completer():
            completion = champ.completer()
            completion.setCompletionPrefix("" if not champ.text() else champ.text())
            completion.complete()
            return True
        return False


def _lire(editeur: QWidget) -> str:
    if isinstance(editeur, QComboBox):
        return str(editeur.currentData() or "")
    if isinstance(editeur, QPlainTextEdit):
        return editeur.toPlainText().strip()
    assert isinstance(editeur, QLineEdit)
    return editeur.text().strip()


def _ecrire(editeur: Any, texte: str) -> None:
    if isinstance(editeur, QComboBox):
        editeur.setCurrentIndex(max(0, editeur.findData(texte)))
    elif isinstance(editeur, QPlainTextEdit):
        editeur.setPlainText(texte)
    else:
        editeur.setText(texte)
        editeur.setCursorPosition(0)


def _repolir(editeur: QWidget) -> None:
    editeur.style().unpolish(editeur)
    editeur.style().polish(editeur)

"""The editors of cells: a field that completes what is typed, a list, and how a refusal is marked."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.services.columns import Alignement, Colonne, TypeColonne, replier
from app.services.saisies import aujourd_hui
from app.ui.theme import MARGE, theme

_CTRL, _ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
OUI, NON = ("o", "x", "v", "1"), ("n", "f", "0")  # the first letter is enough
_ENTREES = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
Propositions = Callable[[], Sequence[str]]


class ChampComplete(QLineEdit):
    """Completes what is typed with the first proposal that begins so; its end is selected.

    Typing goes on over it, Backspace takes it away, and validating keeps it.
    """

    def __init__(
        self, parent: QWidget, propositions: Propositions, *, fermee: bool, separateur: str = ""
    ) -> None:
        super().__init__(parent)
        self._propositions = propositions
        self._fermee = fermee  # a closed list: the first that fits; else the only one
        self._separateur = separateur
        self._plis: list[tuple[str, str]] | None = None
        self._avant = 0  # length of what stays, before the key
        self._propose = ""
        self.textEdited.connect(self._completer)

    @property
    def accepte(self) -> str:
        """What is kept: the proposal in its own spelling when its end is still there."""
        garde = bool(self._propose) and replier(self.text()) == replier(self._propose)
        return self._propose if garde else self.text()

    def _completer(self, texte: str) -> None:
        self._propose = ""
        if len(texte) <= self._avant or self.cursorPosition() != len(texte):
            return
        debut = texte.rfind(self._separateur.strip()) + 1 if self._separateur else 0
        tape = texte[debut:].lstrip()
        suite = self._suite(tape) if tape else ""
        if suite:
            tete = texte[: len(texte) - len(tape)]
            self._propose = tete + suite
            self.setText(texte + suite[len(tape) :])
            # Backwards: the cursor stays where one types, and the beginning in view.
            self.setSelection(len(texte) + len(suite) - len(tape), len(tape) - len(suite))

            self._elargir()

    def _elargir(self) -> None:
        """A name that is proposed is read whole, over the neighbouring cells."""
        volet = self.parentWidget()
        voulue = self.fontMetrics().horizontalAdvance(self.text()) + 2 * theme().px(MARGE)
        if volet is not None and voulue > self.width():
            self.setMinimumWidth(min(voulue, volet.width() - self.x()))

    def _suite(self, tape: str) -> str:
        """The proposal that goes on from what is typed, or nothing."""
        if self._plis is None:
            self._plis = [(replier(nom), nom) for nom in self._propositions()]
        pli = replier(tape)
        # A ligature folds into two letters: such a name is typed whole.
        trouvees = [
            nom
            for plie, nom in self._plis
            if plie.startswith(pli) and plie != pli and replier(nom[: len(tape)]) == pli
        ]
        return trouvees[0] if trouvees and (self._fermee or len(trouvees) == 1) else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._avant = len(self.text()) - len(self.selectedText())
        if event.key() == Qt.Key.Key_Semicolon and event.modifiers() & _CTRL:
            self.insert(aujourd_hui())
            self.textEdited.emit(self.text())
            return
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._avant = len(self.text()) - len(self.selectedText())
        super().inputMethodEvent(event)


def fabriquer_editeur(
    parent: QWidget, colonne: Colonne, valeurs: Propositions = list
) -> QComboBox | QLineEdit:
    """The editor of a column: its list of choices, or a field. `valeurs()`: what the column holds."""
    editeur = _liste(parent, colonne) if colonne.choix else _champ(parent, colonne, valeurs)
    editeur.setProperty("cellule", True)
    editeur.setAccessibleName(", ".join(p for p in (colonne.groupe, colonne.titre) if p))
    return editeur


def _champ(parent: QWidget, colonne: Colonne, valeurs: Propositions) -> QLineEdit:
    champ = ChampComplete(
        parent,
        _propositions(colonne, valeurs),
        fermee=colonne.proposer is not None,
        separateur=colonne.separateur,
    )
    champ.setFrame(False)
    if colonne.cote == Alignement.DROITE:
        champ.setAlignment(Qt.AlignmentFlag.AlignRight)
    return champ


def _propositions(colonne: Colonne, valeurs: Propositions) -> Propositions:
    """The names of the référentiel, else what the column already holds; nothing for numbers."""
    if colonne.proposer is not None:
        return colonne.proposer
    return valeurs if colonne.type == TypeColonne.TEXTE else list


def _liste(parent: QWidget, colonne: Colonne) -> QComboBox:
    liste = QComboBox(parent)
    for valeur, libelle in colonne.choix:
        liste.addItem(libelle, valeur)
    return liste


def texte_tape(editeur: QWidget) -> str:
    """Text of an editor, or the stored value of the choice."""
    if isinstance(editeur, QComboBox):
        return str(editeur.currentData() or "")
    if isinstance(editeur, ChampComplete):
        return editeur.accepte
    return editeur.text() if isinstance(editeur, QLineEdit) else ""


def est_partout(evenement: QKeyEvent) -> bool:
    """Ctrl+Enter: what is typed goes in every selected cell."""
    return evenement.key() in _ENTREES and bool(evenement.modifiers() & _CTRL)


def est_garder(evenement: QKeyEvent) -> bool:
    """Alt+F3: what is refused is kept as it is, to be corrected."""
    return evenement.key() == Qt.Key.Key_F3 and evenement.modifiers() == _ALT


def est_refuse(editeur: QWidget) -> bool:
    return editeur.property("etat") == "refuse"


def marquer_refus(editeur: QWidget, *, refuse: bool) -> None:
    """Red outline while the text cannot be kept."""
    if est_refuse(editeur) == refuse:
        return
    editeur.setProperty("etat", "refuse" if refuse else "")
    editeur.style().unpolish(editeur)
    editeur.style().polish(editeur)


def est_bascule(colonne: Colonne) -> bool:
    """A yes or no: one key changes it, no editor opens."""
    return colonne.type == TypeColonne.BOOLEEN


def bascule(frappe: str | None, *, oui: bool) -> bool | None:
    """What a key typed over a yes or no makes of it; Space and F2 (None) turn it over."""
    if frappe in (None, " "):
        return not oui
    lettre = (frappe or "").lower()
    return True if lettre in OUI else False if lettre in NON else None


def editeur_refuse(racine: QWidget) -> QWidget | None:
    """What is on screen and holds a text that cannot be kept, None when there is none."""
    editeurs = (e for e in racine.findChildren(QWidget) if est_refuse(e) and e.isVisible())
    return next(editeurs, None)

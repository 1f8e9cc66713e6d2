"""Fields of a sheet: a label, an editor, and the reason under it when a value is refused.

A field writes when it is left or on Enter. Refused, it keeps what was typed; Esc gives back the value.
"""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from app.services.errors import ErreurConnue
from app.ui.theme import theme

Ecrire = Callable[[str], None]


class Champ(QWidget):
    """What all fields share: the label, the editor and the sentence of refusal."""

    refuse = Signal(str)

    def __init__(self, titre: str, editeur: QWidget, *, ecrire: Ecrire | None) -> None:
        super().__init__()
        self._ecrire = ecrire
        self._montree = ""
        self.editeur = editeur
        self.titre = QLabel(titre)
        self.titre.setProperty("role", "petit")
        self.titre.setBuddy(editeur)
        editeur.setAccessibleName(titre)
        self.erreur = QLabel()
        self.erreur.setProperty("role", "erreur")
        self.erreur.setWordWrap(True)
        self.erreur.hide()
        colonne = QVBoxLayout(self)
        colonne.setContentsMargins(0, 0, 0, 0)
        colonne.setSpacing(theme().px(2))
        colonne.addWidget(self.titre)
        colonne.addWidget(editeur)
        colonne.addWidget(self.erreur)

    def texte(self) -> str:
        raise NotImplementedError

    def _poser(self, texte: str) -> None:
        raise NotImplementedError

    def montrer(self, texte: str) -> None:
        """Show a value that the file holds, unless the person is typing another one."""
        if self.editeur.hasFocus() and self.texte() != self._montree:
            self._montree = texte
            return
        self._montree = texte
        self._poser(texte)
        self._accepter()

    def verrouiller(self, *, verrou: bool) -> None:
        """Read only, when the file is or when there is nothing to write to."""
        self._verrouiller(verrou or self._ecrire is None)

    def _verrouiller(self, verrou: bool) -> None:
        self.editeur.setDisabled(verrou)

    def valider(self) -> None:
        """Write what was typed, if it differs from what the file holds."""
        saisi, avant = self.texte(), self._montree
        if saisi == avant or self._ecrire is None:
            return
        try:
            self._ecrire(saisi)
        except ErreurConnue as erreur:
            self._refuser(str(erreur))
        else:
            if self._montree == avant:
                self._montree = saisi
            else:  # the notice brought the value as the file writes it: 2026-09-05 as 05/09/2026
                self._poser(self._montree)
            self._accepter()

    def abandonner(self) -> None:
        """Give back the value of the file."""
        self._poser(self._montree)
        self._accepter()

    def _refuser(self, raison: str) -> None:
        self.erreur.setText(raison)
        self.erreur.show()
        self.editeur.setProperty("etat", "refuse")
        self._repolir()
        self.refuse.emit(raison)

    def _accepter(self) -> None:
        if self.erreur.isHidden():
            return
        self.erreur.hide()
        self.editeur.setProperty("etat", "")
        self._repolir()

    def _repolir(self) -> None:
        self.editeur.style().unpolish(self.editeur)
        self.editeur.style().polish(self.editeur)


class ChampTexte(Champ):
    """One line: a text, an amount, a number or a date, as typed."""

    def __init__(
        self, titre: str, *, ecrire: Ecrire | None, indication: str = "", nombre: bool = False
    ) -> None:
        self._ligne = QLineEdit()
        self._ligne.setPlaceholderText(indication)
        if nombre:
            self._ligne.setAlignment(Qt.AlignmentFlag.AlignRight)
        super().__init__(titre, self._ligne, ecrire=ecrire)
        self._ligne.editingFinished.connect(self.valider)
        self._ligne.installEventFilter(self)

    def texte(self) -> str:
        return self._ligne.text()

    def _poser(self, texte: str) -> None:
        self._ligne.setText(texte)
        self._ligne.setCursorPosition(0)

    def _verrouiller(self, verrou: bool) -> None:
        self._ligne.setReadOnly(verrou)  # the text can still be selected and copied

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        est_echap = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if est_echap and self.texte() != self._montree:
            self.abandonner()
            return True
        return super().eventFilter(watched, event)


class ChampLong(Champ):
    """Several lines; written when it is left."""

    def __init__(self, titre: str, *, ecrire: Ecrire | None, lignes: int = 4) -> None:
        self._zone = QPlainTextEdit()
        self._zone.setTabChangesFocus(True)
        self._zone.setFixedHeight(theme().px(18 * lignes + 16))
        super().__init__(titre, self._zone, ecrire=ecrire)
        self._zone.installEventFilter(self)

    def texte(self) -> str:
        return self._zone.toPlainText()

    def _poser(self, texte: str) -> None:
        self._zone.setPlainText(texte)

    def _verrouiller(self, verrou: bool) -> None:
        self._zone.setReadOnly(verrou)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.valider()
        elif isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self.abandonner()
        return super().eventFilter(watched, event)


class _Liste(QComboBox):
    """A closed list whose value is cut with an ellipsis, and whole in its tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self.currentTextChanged.connect(self.setToolTip)

    def wheelEvent(self, event: QWheelEvent) -> None:
        # The wheel scrolls the sheet, it does not change a value that nobody opened.
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.isEditable():
            super().paintEvent(event)
            return
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        commande = QStyle.ComplexControl.CC_ComboBox
        zone = QStyle.SubControl.SC_ComboBoxEditField
        place = self.style().subControlRect(commande, option, zone, self).width()
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, place
        )
        with QStylePainter(self) as peintre:
            peintre.drawComplexControl(commande, option)
            peintre.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)


class ChampChoix(Champ):
    """One value of a list of (stored value, label); typing filters long lists."""

    def __init__(self, titre: str, *, ecrire: Ecrire | None, filtrable: bool = False) -> None:
        self._liste = _Liste()
        self._liste.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._liste.setMinimumContentsLength(6)
        super().__init__(titre, self._liste, ecrire=ecrire)
        self._filtrable = filtrable
        if filtrable:
            self._rendre_filtrable()
        self._liste.activated.connect(self.valider)
        self._liste.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _rendre_filtrable(self) -> None:
        self._liste.setEditable(True)
        self._liste.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._liste.lineEdit().setAccessibleName(self.titre.text())
        completion = self._liste.completer()
        completion.setFilterMode(Qt.MatchFlag.MatchContains)
        completion.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self._liste.lineEdit().editingFinished.connect(self._retrouver)

    def _retrouver(self) -> None:
        """A label typed whole is chosen; anything else gives back the value of the file."""
        if self._liste.currentText() == self._liste.itemText(self._liste.currentIndex()):
            return  # not typed in: another entry may have the same label
        rang = self._liste.findText(self._liste.currentText(), Qt.MatchFlag.MatchFixedString)
        if rang < 0:
            self.abandonner()
            return
        self._liste.setCurrentIndex(rang)
        self.valider()

    def proposer(self, choix: Sequence[tuple[str, str]]) -> None:
        """The list of (stored value, label)."""
        self._liste.blockSignals(True)  # refilled, not chosen
        self._liste.clear()
        for valeur, libelle in choix:
            self._liste.addItem(libelle, valeur)
        self._liste.blockSignals(False)
        self._poser(self._montree)

    def texte(self) -> str:
        return str(self._liste.currentData() or "")

    def _poser(self, texte: str) -> None:
        self._liste.setCurrentIndex(self._liste.findData(texte))


def afficher_date_iso(texte: str | None) -> str:
    """« 15/03/2026 » of an ISO date; the text itself when it is not one."""
    if not texte:
        return ""
    try:
        return f"{date.fromisoformat(texte):%d/%m/%Y}"
    except ValueError:
        return texte

"""A name typed in place, over what it names: Enter keeps it, Esc or elsewhere gives it up."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.services.errors import ErreurConnue
from app.ui.theme import theme

LARGEUR = 220
ECART = 8


class SaisieNom(QLineEdit):
    """`garder(name)` may refuse with a sentence: `refuse` tells it and the field stays.

    `quittee()`: nothing is typed any more, the keyboard may go back.
    """

    refuse = Signal(str)
    quittee = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setPlaceholderText("Nom de la vue")
        self.setAccessibleName("Nom de la vue")
        self._garder: Callable[[str], None] | None = None
        self.hide()

    def demander(
        self,
        ancre: QWidget,
        nom: str,
        garder: Callable[[str], None],
        cadre: QRect | None = None,
        *,
        avant: QWidget | None = None,
    ) -> None:
        """Open over `ancre`, or over `cadre` in it, with the present name selected; it ends before
        `avant`, when that is shown.
        """
        self._garder = garder
        zone = cadre or ancre.rect()
        coin = ancre.mapTo(self.parentWidget(), zone.topLeft())
        large = max(theme().px(LARGEUR), zone.width())
        montre = avant is not None and avant.isVisible()
        fin = avant.x() if avant is not None and montre else self.parentWidget().width()
        libre = fin - large - theme().px(ECART)
        self.setGeometry(QRect(QPoint(max(0, min(coin.x(), libre)), 0), self.sizeHint()))
        self.resize(large, self.parentWidget().height())
        self._marquer("")
        self.setText(nom)
        self.selectAll()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.fermer()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._valider()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._marquer("")
            self.hide()

    def fermer(self) -> None:
        """Nothing is kept."""
        self._marquer("")
        self.hide()
        self.quittee.emit()

    def _valider(self) -> None:
        garder = self._garder
        assert garder is not None
        try:
            garder(self.text())
        except ErreurConnue as erreur:
            self._marquer(str(erreur))
            self.refuse.emit(str(erreur))
            return
        self._marquer("")
        self.hide()

    def _marquer(self, phrase: str) -> None:
        self.setProperty("etat", "refuse" if phrase else "")
        self.setToolTip(phrase)
        self.style().unpolish(self)
        self.style().polish(self)

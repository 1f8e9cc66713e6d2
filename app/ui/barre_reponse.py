"""What the bars that ask something share: kept or refused in one sentence, given up without a trace."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.services.errors import ErreurConnue
from app.ui.brouillons import Redige
from app.ui.elements import etiquette


class BarreReponse(Redige, QWidget):
    """A bar lays out its own fields, and `_refus` under them. `quittee`: closed, kept or not."""

    quittee = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "fond")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._garder: Callable[[Any], object] | None = None
        self._refus = etiquette("", "erreur")
        self._refus.setWordWrap(True)
        self._refus.hide()

    def fermer(self) -> None:
        """Nothing is kept."""
        if not self.isHidden():
            self._dire("")
            self.hide()
            self.quittee.emit()

    def _soumettre(self, reponse: Callable[[], Any]) -> bool:
        """Give what was typed; False when it was refused, and said, or when nothing is asked."""
        if self._garder is None or self.isHidden():
            return False
        try:
            self._garder(reponse())
        except ErreurConnue as erreur:
            self._dire(str(erreur))
            return False
        return True

    def _dire(self, refus: str) -> None:
        self._refus.setText(refus)
        self._refus.setVisible(bool(refus))

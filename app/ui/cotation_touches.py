"""The keys of the criteria: a digit is a mark, N is « non applicable », without opening a cell."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from app.ui.commands import SANS_MAJ
from app.ui.vue_tableau import VueTableau

_K, _CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
# What the row of digits gives without Shift on a French keyboard.
CHIFFRES = {chiffre: chiffre for chiffre in "0123456789"} | {
    caractere.casefold(): chiffre for chiffre, caractere in SANS_MAJ.items() if chiffre.isdecimal()
}
PAGES = {_K.Key_PageDown: 1, _K.Key_PageUp: -1}
ENTREES = (_K.Key_Return, _K.Key_Enter)


class TouchesDeNote(QObject):
    """Heard while no cell is being typed in. In a column of text, digits and letters are its text."""

    def __init__(
        self,
        vue: VueTableau,
        *,
        noter: Callable[[str], object],
        non_applicable: Callable[[], object],
        passer: Callable[[int], object],
        terminer: Callable[[], object],
    ) -> None:
        super().__init__(vue)
        self._vue = vue
        self._noter, self._non_applicable = noter, non_applicable
        self._passer, self._terminer = passer, terminer
        for grille in vue.volets.grilles:
            grille.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() == QEvent.Type.KeyRelease:
            return False
        faire = self._geste(event)
        if faire is None:
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:  # not the question whether it is a shortcut
            faire()
        return True

    def _geste(self, event: QKeyEvent) -> Callable[[], object] | None:
        touche, modifs = event.key(), event.modifiers()
        if modifs & _CTRL:
            if touche in ENTREES:
                return self._terminer
            sens = PAGES.get(Qt.Key(touche))
            return None if sens is None else lambda: self._passer(sens)
        if modifs & Qt.KeyboardModifier.AltModifier or self._vue.colonne_visee() == "preuve":
            return None
        if touche == _K.Key_N:
            return self._non_applicable
        chiffre = CHIFFRES.get(event.text().casefold())
        return None if chiffre is None else lambda: self._noter(chiffre)

"""Keys that a list answers itself, while none of its cells is being typed in."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QKeyEvent

from app.ui.vue_tableau import VueTableau

_COMPTES = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.ShiftModifier
)


class TouchesDeListe(QObject):
    """`gestes`: what each key does. Two lists may give its own meaning to one key: each hears its own."""

    def __init__(
        self, vue: VueTableau, gestes: Mapping[QKeyCombination | Qt.Key, Callable[[], object]]
    ) -> None:
        super().__init__(vue)
        self._gestes = {_combinaison(touche): geste for touche, geste in gestes.items()}
        for grille in vue.volets.grilles:
            grille.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() == QEvent.Type.KeyRelease:
            return False
        touche = QKeyCombination(event.modifiers() & _COMPTES, Qt.Key(event.key())).toCombined()
        geste = self._gestes.get(touche)
        if geste is None:
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:  # not the question whether it is a shortcut
            geste()
        return True


def _combinaison(touche: QKeyCombination | Qt.Key) -> int:
    return (
        QKeyCombination(touche).toCombined() if isinstance(touche, Qt.Key) else touche.toCombined()
    )

"""Enter on a button of the window."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

_ENTREES = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CLAVIERS = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class ToucheEntree(QObject):
    """Enter presses the button that has the keyboard, as the space bar does.

    Told by the button itself: a field that closes on Enter gives the keyboard to the next button,
    which the same key must not press.
    """

    def __init__(self, fenetre: QWidget) -> None:
        super().__init__(fenetre)
        self._fenetre = fenetre
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._suivre)

    def _suivre(self, _avant: QWidget | None, apres: QWidget | None) -> None:
        if isinstance(apres, QAbstractButton) and apres.window() is self._fenetre:
            apres.installEventFilter(self)

    def eventFilter(self, objet: QObject, evenement: QEvent) -> bool:
        if (
            evenement.type() == QEvent.Type.KeyPress
            and isinstance(evenement, QKeyEvent)
            and isinstance(objet, QAbstractButton)
            and evenement.key() in _ENTREES
            and evenement.modifiers() in _CLAVIERS
        ):
            objet.click()
            return True
        return False

"""From the bus to the window: notices arrive on the main thread, as one Qt signal."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QThread, Signal

from app.services.bus import Avis, Bus


class Pont(QObject):
    """Emits `avis` for each notice. An operation led by the worker is told on the main thread."""

    avis = Signal(object)
    _envoi = Signal(object)

    def __init__(self, bus: Bus, parent: QObject) -> None:
        super().__init__(parent)
        self._bus = bus
        self._envoi.connect(self._executer, Qt.ConnectionType.QueuedConnection)
        bus.acheminer = self._acheminer
        bus.abonner(self._relayer)

    def _acheminer(self, envoi: Callable[[], None]) -> None:
        if QThread.currentThread() is self.thread():
            envoi()
        else:
            self._envoi.emit(envoi)

    def _executer(self, envoi: Callable[[], None]) -> None:
        envoi()

    def _relayer(self, avis: Avis) -> None:
        self.avis.emit(avis)

    def detacher(self) -> None:
        """Stop listening: the file is about to be closed."""
        self._bus.desabonner(self._relayer)

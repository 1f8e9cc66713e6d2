"""From the bus to the window: notices arrive on the main thread, in order, as one Qt signal."""

from collections import deque
from collections.abc import Callable
from threading import Lock

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal

from app.services.bus import Avis, Bus

REPOS = 1_500  # ms without a notice


class Pont(QObject):
    """Emits `avis` for each notice. An operation led by the worker is told on the main thread.

    What the worker committed first is told first: the main thread empties the queue before it
    tells a notice of its own. `au_repos`: done when nothing has been told for a while.
    """

    avis = Signal(object)
    _arrivee = Signal()

    def __init__(
        self, bus: Bus, parent: QObject, *, au_repos: Callable[[], object] | None = None
    ) -> None:
        super().__init__(parent)
        self._bus = bus
        self._envois: deque[Callable[[], None]] = deque()
        self._verrou = Lock()
        self._repos = QTimer(self)
        self._repos.setSingleShot(True)
        self._repos.setInterval(REPOS)
        if au_repos is not None:
            self._repos.timeout.connect(au_repos)
        self._arrivee.connect(self._vider, Qt.ConnectionType.QueuedConnection)
        bus.acheminer = self._acheminer
        bus.abonner(self._relayer)

    def _acheminer(self, envoi: Callable[[], None]) -> None:
        with self._verrou:
            self._envois.append(envoi)
        if QThread.currentThread() is self.thread():
            self._vider()
        else:
            self._arrivee.emit()

    def _vider(self) -> None:
        while True:
            with self._verrou:
                if not self._envois:
                    return
                envoi = self._envois.popleft()
            envoi()

    def _relayer(self, avis: Avis) -> None:
        self._repos.start()
        self.avis.emit(avis)

    def detacher(self) -> None:
        """Stop listening, once all is told: the file is about to be closed."""
        self._vider()
        self._repos.stop()
        self._bus.desabonner(self._relayer)
        self._bus.acheminer = _sur_place


def _sur_place(envoi: Callable[[], None]) -> None:
    envoi()

"""What an open file expects of each of its pages, whether the page has something to do or not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.services.bus import Avis
from app.services.errors import ErreurConnue

_HOTE: ContextVar[QWidget | None] = ContextVar("hote", default=None)


@contextmanager
def dans(hote: QWidget) -> Iterator[None]:
    """Pages made meanwhile are of `hote` from the start.

    Each move of a page to another parent applies the style sheet anew to all that it holds: put in
    place once whole, a page of several lists took four times longer to open.
    """
    avant = _HOTE.set(hote)
    try:
        yield
    finally:
        _HOTE.reset(avant)


def hote() -> QWidget | None:
    """Whose the page or the part being made will be."""
    return _HOTE.get()


class Ecran(QWidget):
    """`refuse(sentence)` and `information(sentence)` are said by the window.

    `bati(part)`: a part of the page was made after the page. `onglet_change()`: another of its tabs.
    """

    refuse = Signal(str)
    information = Signal(str)
    bati = Signal(QWidget)
    onglet_change = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(hote() if parent is None else parent)

    def montree(self) -> None:
        """Called when the page comes in view."""

    def filtrer(self) -> None:
        """Put the cursor in its filter, where it has one."""

    def creer(self) -> bool:
        """Make a new one of what the page lists; False where it is for the page of actions to do."""
        return False

    def imprimer(self) -> bool:
        """Print what is in view where it is no list; False where there is nothing of the kind."""
        return False

    def changer_annee(self, annee: int) -> None:
        """Another year is in view."""

    def sur_avis(self, avis: Avis) -> None:
        """The file has changed."""

    def tenter(self, faire: Callable[[], object]) -> bool:
        """Do something that may be refused with a sentence. False: refused."""
        try:
            faire()
        except ErreurConnue as erreur:
            self.refuse.emit(str(erreur))
            return False
        return True

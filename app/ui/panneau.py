"""What a page may show under its table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.services.bus import Avis
from app.ui.brouillons import Redige

if TYPE_CHECKING:
    from app.ui.reprises import Rouvrir


class Panneau(Redige, QWidget):
    """`sujet`: what it is about, where there may be one for each of several things."""

    sujet: object = None

    def reouverture(self) -> Rouvrir:
        """What opens this panel again, as it is, in a page built anew."""
        raise NotImplementedError

    def sur_avis(self, avis: Avis) -> None:
        """The file has changed."""

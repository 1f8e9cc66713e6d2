"""A page as the strokes that make it: what the PDF draws, kept to be drawn again on a screen."""

# ruff: noqa: N802, N815 - the names are those of the canvas that it takes the place of
from dataclasses import dataclass
from typing import Any

from app.services.polices import REGULIERE


@dataclass(frozen=True, slots=True)
class Mot:
    """A line of text; `y` is its base line. Points, from the bottom left corner of the page."""

    x: float
    y: float
    texte: str
    police: str
    corps: float
    couleur: str
    droite: bool


@dataclass(frozen=True, slots=True)
class Aplat:
    """A rectangle filled with one colour; a rule is a thin one."""

    x: float
    y: float
    largeur: float
    hauteur: float
    couleur: str


Trace = Mot | Aplat


class ToileNotee:
    """Takes the place of the PDF's canvas and notes what is drawn on it, scale included."""

    def __init__(self) -> None:
        self.traces: list[Trace] = []
        self._echelles = [1.0]
        self._police, self._corps = REGULIERE, 1.0
        self._encre = self._plume = "#000000"
        self._epaisseur = 1.0

    def setFont(self, police: str, corps: float) -> None:
        self._police, self._corps = police, corps

    def setFillColor(self, couleur: Any) -> None:
        self._encre = _hexa(couleur)

    def setStrokeColor(self, couleur: Any) -> None:
        self._plume = _hexa(couleur)

    def setLineWidth(self, epaisseur: float) -> None:
        self._epaisseur = epaisseur

    def saveState(self) -> None:
        self._echelles.append(self._echelles[-1])

    def restoreState(self) -> None:
        self._echelles.pop()

    def scale(self, x: float, _y: float) -> None:
        self._echelles[-1] *= x

    def drawString(self, x: float, y: float, texte: str) -> None:
        self._ecrire(x, y, texte, droite=False)

    def drawRightString(self, x: float, y: float, texte: str) -> None:
        self._ecrire(x, y, texte, droite=True)

    def _ecrire(self, x: float, y: float, texte: str, *, droite: bool) -> None:
        e = self._echelles[-1]
        if texte:
            mot = Mot(x * e, y * e, texte, self._police, self._corps * e, self._encre, droite)
            self.traces.append(mot)

    def rect(self, x: float, y: float, largeur: float, hauteur: float, **_: int) -> None:
        e = self._echelles[-1]
        self.traces.append(Aplat(x * e, y * e, largeur * e, hauteur * e, self._encre))

    def line(self, x: float, y: float, a: float, _b: float) -> None:
        """Rules are level: the only lines that our documents have."""
        e = self._echelles[-1]
        haut = self._epaisseur * e
        self.traces.append(Aplat(x * e, y * e - haut / 2, (a - x) * e, haut, self._plume))

    def getPageNumber(self) -> int:
        return 1

    def bookmarkHorizontal(self, *_: object, **__: object) -> None:
        """Nothing to see on the page."""

    addOutlineEntry = bookmarkHorizontal


def _hexa(couleur: Any) -> str:
    return f"#{couleur.hexval()[2:]}"

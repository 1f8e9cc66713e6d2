"""Texts broken between words on a few lines; only what remains too long is elided."""

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics


def en_lignes(texte: str, police: QFont, largeur: int, *, maximum: int = 2) -> tuple[str, ...]:
    """The lines of a text in a width, at most `maximum`."""
    return _couper(texte, police.toString(), largeur, maximum)


@lru_cache(maxsize=4096)
def _couper(texte: str, cle_police: str, largeur: int, maximum: int) -> tuple[str, ...]:
    metrique = _metrique(cle_police)
    lignes: list[str] = []
    for reste in texte.split("\n"):
        while reste and len(lignes) < maximum - 1:
            premiere = _debut(reste, metrique, largeur)
            lignes.append(_elider(premiere, metrique, largeur))
            reste = reste[len(premiere) :].strip()
        if reste and len(lignes) < maximum:
            lignes.append(_elider(reste, metrique, largeur))
    return tuple(lignes)


def _elider(texte: str, metrique: QFontMetrics, largeur: int) -> str:
    if metrique.horizontalAdvance(texte) <= largeur:
        return texte
    return metrique.elidedText(texte, Qt.TextElideMode.ElideRight, largeur)


def _debut(texte: str, metrique: QFontMetrics, largeur: int) -> str:
    """The words that hold on one line, one at least."""
    if metrique.horizontalAdvance(texte) <= largeur:
        return texte
    pris = ""
    for mot in texte.split(" "):
        essai = f"{pris} {mot}" if pris else mot
        if pris and metrique.horizontalAdvance(essai) > largeur:
            break
        pris = essai
    return pris


@lru_cache(maxsize=16)
def _metrique(cle_police: str) -> QFontMetrics:
    police = QFont()
    police.fromString(cle_police)
    return QFontMetrics(police)

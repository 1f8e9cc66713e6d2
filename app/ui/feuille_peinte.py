"""Pages drawn with Qt from the strokes of the PDF: same letters, same places, on screen or printer."""

from collections.abc import Iterable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QGlyphRun, QPainter, QRawFont

from app.services.polices import fichier_police
from app.services.traces_pages import Mot, Trace

FINESSE = 8  # glyphs are measured at that many times their size: no rounding to whole pixels


def peindre_traces(peintre: QPainter, traces: Iterable[Trace], hauteur: float) -> None:
    """Draw a page of so many points in height; the painter's unit is the point."""
    for trace in traces:
        if isinstance(trace, Mot):
            _ecrire(peintre, trace, hauteur)
        else:
            haut = hauteur - trace.y - trace.hauteur
            cadre = QRectF(trace.x, haut, trace.largeur, trace.hauteur)
            peintre.fillRect(cadre, QColor(trace.couleur))


@lru_cache(maxsize=64)
def _police(nom: str, corps: float) -> QRawFont:
    sans_retouche = QFont.HintingPreference.PreferNoHinting
    return QRawFont(str(fichier_police(nom)), corps * FINESSE, sans_retouche)


def _ecrire(peintre: QPainter, mot: Mot, hauteur: float) -> None:
    """Glyphs one after the other without kerning, as the PDF sets them."""
    police = _police(mot.police, round(mot.corps, 2))
    glyphes = police.glyphIndexesForString(mot.texte)
    places, x = [], 0.0
    for avance in police.advancesForGlyphIndexes(glyphes):
        places.append(QPointF(x, 0.0))
        x += avance.x()
    suite = QGlyphRun()
    suite.setRawFont(police)
    suite.setGlyphIndexes(glyphes)
    suite.setPositions(places)
    peintre.save()
    depart = mot.x - x / FINESSE if mot.droite else mot.x
    peintre.translate(depart, hauteur - mot.y)
    peintre.scale(1 / FINESSE, 1 / FINESSE)
    peintre.setPen(QColor(mot.couleur))
    peintre.drawGlyphRun(QPointF(0.0, 0.0), suite)
    peintre.restore()

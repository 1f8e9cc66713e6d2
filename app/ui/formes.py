"""The shapes that stand beside words: one for each meaning, and the tag of a state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF

from app.services.columns import Signal

if TYPE_CHECKING:
    from app.ui.loupe import Loupe
    from app.ui.theme import Theme

FORME = 8  # side of a shape at 100 %


def peindre_forme(peintre: QPainter, cadre: QRectF, signal: str, couleur: QColor) -> None:
    """Favourable ●, alert ▲, blocking ■, information ○, neutral –, filling `cadre`."""
    peintre.save()
    peintre.setRenderHint(QPainter.RenderHint.Antialiasing)
    peintre.setPen(Qt.PenStyle.NoPen)
    peintre.setBrush(couleur)
    if signal == Signal.FAVORABLE:
        peintre.drawEllipse(cadre)
    elif signal == Signal.ALERTE:
        haut = QPointF(cadre.center().x(), cadre.top())
        peintre.drawPolygon(QPolygonF([haut, cadre.bottomRight(), cadre.bottomLeft()]))
    elif signal == Signal.BLOQUANT:
        peintre.drawRect(cadre.adjusted(0.5, 0.5, -0.5, -0.5))
    elif signal == Signal.INFORMATION:
        trait = cadre.width() / 5
        peintre.setBrush(Qt.BrushStyle.NoBrush)
        peintre.setPen(QPen(couleur, trait))
        peintre.drawEllipse(cadre.adjusted(trait / 2, trait / 2, -trait / 2, -trait / 2))
    else:
        milieu = cadre.center().y()
        peintre.drawRect(QRectF(cadre.left(), milieu - 1, cadre.width(), 2))
    peintre.restore()


def taille_etiquette(texte: str, look: Theme | Loupe) -> QSize:
    metrique = QFontMetrics(look.police("petit", forte=True))
    return QSize(
        metrique.horizontalAdvance(texte) + look.px(FORME + 20), look.haut(20, taille="petit")
    )


def peindre_etiquette(
    peintre: QPainter, cadre: QRect, texte: str, *, signal: str, look: Theme | Loupe
) -> None:
    """A state as a word in a small tag with its shape, at the left of `cadre`."""
    couleurs = look.couleurs
    police = look.police("petit", forte=True)
    voulue = taille_etiquette(texte, look)
    boite = QRect(cadre)
    boite.setWidth(min(voulue.width(), cadre.width()))
    boite.setHeight(voulue.height())
    boite.moveTop(cadre.top() + (cadre.height() - boite.height()) // 2)
    peintre.save()
    peintre.setRenderHint(QPainter.RenderHint.Antialiasing)
    peintre.setPen(Qt.PenStyle.NoPen)
    peintre.setBrush(couleurs.fond_signal(signal))
    rayon = look.px(4)
    peintre.drawRoundedRect(boite, rayon, rayon)
    cote = look.px(FORME)
    forme = QRectF(boite.left() + look.px(6), boite.top() + (boite.height() - cote) / 2, cote, cote)
    couleur = couleurs.signal(signal)
    peindre_forme(peintre, forme, signal, couleur)
    peintre.setPen(couleur)
    peintre.setFont(police)
    mot = boite.adjusted(look.px(FORME + 12), 0, -look.px(6), 0)
    visible = QFontMetrics(police).elidedText(texte, Qt.TextElideMode.ElideRight, mot.width())
    peintre.drawText(mot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, visible)
    peintre.restore()

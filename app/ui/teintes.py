"""What the hand of a person and the conditional formats put on a cell: tints, bars, shapes, corners."""

from functools import lru_cache

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygon

from app.models.enums import CouleurDeLigne
from app.services.habits import Habit
from app.ui.formes import FORME, peindre_forme
from app.ui.loupe import Loupe
from app.ui.theme import Couleurs, melanger, theme

BARRE_LIGNE = 4  # width of the edge of a coloured row, at 100 %
COIN = 7  # side of the corner of a comment
RETRAIT = FORME + 6  # what a shape takes from the text
PART_TEINTE = 0.13
PART_BARRE = 0.24
# The edge of a row, on light paper and on dark: at least 3:1 on both.
_BORDS = {
    str(CouleurDeLigne.JAUNE): ("#8F7400", "#E3C548"),
    str(CouleurDeLigne.VERT): ("#2F7D4F", "#6CC493"),
    str(CouleurDeLigne.BLEU): ("#2C6FB0", "#7FB4E6"),
    str(CouleurDeLigne.ROSE): ("#B8437A", "#F09BC0"),
    str(CouleurDeLigne.VIOLET): ("#7A4FB0", "#BFA0EA"),
    str(CouleurDeLigne.GRIS): ("#6B7178", "#A9B0B8"),
}


def bord_de_ligne(couleur: str, *, sombre: bool) -> QColor:
    """The colour of the edge of a row; grey for a name that this version does not know."""
    paire = _BORDS.get(couleur, _BORDS[str(CouleurDeLigne.GRIS)])
    return _couleur(paire[sombre])


@lru_cache(maxsize=32)
def _couleur(nom: str) -> QColor:
    return QColor(nom)


@lru_cache(maxsize=64)
def _teinte(papier: str, bord: str, part: float) -> QColor:
    return melanger(QColor(papier), QColor(bord), part)


def teinte_de_ligne(couleur: str, look: Loupe) -> QColor:
    """A ground quiet enough for both inks to be read on it."""
    return teinte(couleur, look.couleurs, sombre=theme().est_sombre)


def teinte(couleur: str, couleurs: Couleurs, *, sombre: bool) -> QColor:
    bord = bord_de_ligne(couleur, sombre=sombre)
    return _teinte(couleurs.papier.name(), bord.name(), PART_TEINTE)


def fond_de_barre(couleurs: Couleurs) -> QColor:
    return _teinte(couleurs.papier.name(), couleurs.accent.name(), PART_BARRE)


def peindre_fond(
    peintre: QPainter, cadre: QRect, habit: Habit, look: Loupe, *, choisi: bool
) -> None:
    """The tint of a meaning, then its bar: a selected cell keeps the ground of the selection."""
    couleurs = look.couleurs
    if habit.signal and not choisi:
        peintre.fillRect(cadre, couleurs.fond_signal(habit.signal))
    if habit.barre is not None:
        marge = look.px(3)
        boite = cadre.adjusted(marge, marge, -marge, -marge - 1)
        boite.setWidth(max(1, round(boite.width() * habit.barre)) if habit.barre > 0 else 0)
        peintre.fillRect(boite, fond_de_barre(couleurs))


def peindre_signe(peintre: QPainter, cadre: QRect, habit: Habit, look: Loupe) -> int:
    """The shape of a meaning or of a third, at the left; returns the place that it takes."""
    signe = habit.icone or habit.signal
    if not signe:
        return 0
    cote = look.px(FORME)
    gauche = cadre.left() + look.px(6)
    boite = QRectF(gauche, cadre.top() + (cadre.height() - cote) / 2, cote, cote)
    peindre_forme(peintre, boite, signe, look.couleurs.signal(signe))
    return look.px(RETRAIT)


def peindre_bord(peintre: QPainter, cadre: QRect, couleur: str, look: Loupe) -> None:
    """The edge of a coloured row, in its first cell."""
    bord = bord_de_ligne(couleur, sombre=theme().est_sombre)
    peintre.fillRect(cadre.left(), cadre.top(), look.px(BARRE_LIGNE), cadre.height(), bord)


def entourer(peintre: QPainter, cadre: QRect, look: Loupe) -> None:
    """The outline of a cell that waits to be corrected."""
    peintre.save()
    peintre.setRenderHint(QPainter.RenderHint.Antialiasing)
    peintre.setBrush(Qt.BrushStyle.NoBrush)
    peintre.setPen(QPen(look.couleurs.bloquant, 2))
    rayon = look.px(8)
    peintre.drawRoundedRect(cadre.adjusted(3, 2, -4, -3), rayon, rayon)
    peintre.restore()


def peindre_coin(peintre: QPainter, cadre: QRect, look: Loupe) -> None:
    """The corner of a cell that has comments, as in a spreadsheet."""
    cote = look.px(COIN)
    droite, haut = cadre.right() + 1, cadre.top()
    peintre.save()
    peintre.setPen(Qt.PenStyle.NoPen)
    peintre.setBrush(look.couleurs.bloquant)
    peintre.drawPolygon(
        QPolygon([QPoint(droite - cote, haut), QPoint(droite, haut), QPoint(droite, haut + cote)])
    )
    peintre.restore()

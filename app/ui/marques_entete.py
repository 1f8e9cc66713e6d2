"""What a title of column carries: the direction and the rank of its sort, the funnel of its filter."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPolygonF

from app.ui.dispositions import ModeleDispose
from app.ui.icons import peindre_icone
from app.ui.loupe import Loupe

FLECHE = 12  # room kept for the arrow of the sort
ENTONNOIR = 14


@dataclass(frozen=True, slots=True)
class Marque:
    """`rang`: place of the column among several criteria, 0 when it is alone."""

    triee: bool = False
    descendant: bool = False
    rang: int = 0
    filtree: bool = False

    def __bool__(self) -> bool:
        return self.triee or self.filtree


def marque_de(modele: ModeleDispose, cle: str) -> Marque:
    """The marks of a column."""
    filtree = any(condition.colonne == cle for condition in modele.conditions)
    for rang, (triee, descendant) in enumerate(modele.tri):
        if triee == cle:
            return Marque(True, descendant, rang + 1 if len(modele.tri) > 1 else 0, filtree)
    return Marque(filtree=filtree)


def largeur_du_tri(marque: Marque, look: Loupe) -> int:
    """Room that the arrow takes, and its number."""
    if not marque.triee:
        return 0
    return look.px(FLECHE) + (_largeur_du_rang(marque, look) if marque.rang else 0)


def _largeur_du_rang(marque: Marque, look: Loupe) -> int:
    return QFontMetrics(look.police("petit")).horizontalAdvance(str(marque.rang)) + look.px(1)


def peindre_tri(
    peintre: QPainter, cadre: QRect, marque: Marque, *, look: Loupe, a_gauche: bool
) -> None:
    """A small triangle, up when ascending; with its number when several columns count."""
    if not marque.triee:
        return
    demi = look.px(3.5)
    large = _largeur_du_rang(marque, look) if marque.rang else 0
    x = cadre.left() + demi if a_gauche else cadre.right() - demi - large
    y = cadre.bottom() - look.px(7)
    sens = 1 if marque.descendant else -1
    couleur = look.couleurs.accent
    peintre.save()
    peintre.setRenderHint(QPainter.RenderHint.Antialiasing)
    peintre.setPen(Qt.PenStyle.NoPen)
    peintre.setBrush(couleur)
    points = [(x - demi, y - sens * 2), (x + demi, y - sens * 2), (x, y + sens * (demi - 1))]
    peintre.drawPolygon(QPolygonF([QPointF(*point) for point in points]))
    if marque.rang:
        peintre.setPen(couleur)
        peintre.setFont(look.police("petit"))
        place = QRect(round(x + demi + look.px(1)), cadre.top(), large, cadre.height())
        bas = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        peintre.drawText(place, bas, str(marque.rang))
    peintre.restore()


def peindre_entonnoir(
    peintre: QPainter, cadre: QRect, *, look: Loupe, actif: bool, fond: QColor | None
) -> None:
    """Full and in the accent while the column is filtered, an outline under the mouse."""
    if fond is not None:
        peintre.fillRect(cadre, fond)
    couleurs = look.couleurs
    nom, couleur = ("filtre_actif", couleurs.accent) if actif else ("filtre", couleurs.encre_douce)
    peindre_icone(peintre, cadre, nom, couleur=couleur)

"""How a group is drawn among the rows: its chevron, its column, its name, how many rows it has."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter

from app.ui.icons import peindre_icone
from app.ui.loupe import Loupe
from app.ui.regroupement import Groupe
from app.ui.theme import MARGE

CHEVRON = 16
RETRAIT = 16  # of each level
_COTE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)


def largeur_du_chevron(groupe: Groupe, look: Loupe) -> int:
    """From the edge to the name: what a click folds or opens."""
    return look.px(MARGE + groupe.niveau * RETRAIT + CHEVRON)


def peindre_groupe(peintre: QPainter, cadre: QRect, groupe: Groupe, *, look: Loupe) -> None:
    """« ▾ Axe Santé 12 », the name in strong type."""
    debut = largeur_du_chevron(groupe, look)
    cote = look.px(CHEVRON)
    haut = cadre.top() + (cadre.height() - cote) // 2
    chevron = QRect(cadre.left() + debut - cote - look.px(2), haut, cote, cote)
    nom = "droite" if groupe.replie else "bas"
    couleurs = look.couleurs
    peindre_icone(peintre, chevron, nom, couleur=couleurs.encre_douce)
    reste = QRect(cadre.left() + debut + look.px(2), cadre.top(), 0, cadre.height())
    reste.setRight(cadre.right() - look.px(MARGE))
    nombre = str(len(groupe.cles))
    large = QFontMetrics(look.police("petit")).horizontalAdvance(nombre) + look.px(MARGE)
    petit = look.police("petit")
    peintre.setPen(couleurs.encre_douce)
    reste = _ecrire(peintre, reste, groupe.colonne.titre, petit, garder=large + look.px(64))
    peintre.setPen(couleurs.encre)
    reste = _ecrire(peintre, reste, groupe.libelle, look.police(forte=True), garder=large)
    peintre.setPen(couleurs.encre_douce)
    _ecrire(peintre, reste, nombre, petit, garder=0)


def _ecrire(peintre: QPainter, cadre: QRect, texte: str, police: QFont, *, garder: int) -> QRect:
    """Write what holds when `garder` pixels are left; returns what remains at its right."""
    place = cadre.width() - garder
    if place <= 0:
        return cadre
    metrique = QFontMetrics(police)
    visible = metrique.elidedText(texte, Qt.TextElideMode.ElideRight, place)
    peintre.setFont(police)
    peintre.drawText(cadre, _COTE, visible)
    ecart = metrique.horizontalAdvance(" ") * 2
    return cadre.adjusted(metrique.horizontalAdvance(visible) + ecart, 0, 0, 0)

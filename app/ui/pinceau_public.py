"""The inks of the public window, and how a text or a gauge is painted in its place."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QTextOption

from app.models.montants import afficher_montant
from app.ui.theme import theme

GAUCHE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
DROITE = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
BAS = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
BAS_DROITE = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
REDUCTION = 0.85  # a text that does not fit shrinks this far, then is cut with an ellipsis
REDUCTION_CHIFFRE = 0.4  # a figure is never cut


CADRATIN = 100  # pixels: the size at which words are measured


@dataclass(frozen=True)
class Encres:
    """Two looks of the public window: every ink has a contrast of 7 or more on its paper."""

    papier: QColor
    encre: QColor
    seconde: QColor
    filet: QColor
    accent: QColor
    touche: QColor
    depasse: QColor
    jauge: QColor


CLAIR = Encres(
    papier=QColor("#FFFFFF"),
    encre=QColor("#14181D"),
    seconde=QColor("#454D56"),
    filet=QColor("#D5D2CA"),
    accent=QColor("#1C4A73"),
    touche=QColor("#E4EEF6"),
    depasse=QColor("#951A13"),
    jauge=QColor("#23629E"),
)
SOMBRE = Encres(
    papier=QColor("#14171A"),
    encre=QColor("#F2F0EB"),
    seconde=QColor("#B9C0C7"),
    filet=QColor("#3A4047"),
    accent=QColor("#9CC7EC"),
    touche=QColor("#1D3044"),
    depasse=QColor("#FFA79E"),
    jauge=QColor("#7DB2E8"),
)


def encres() -> Encres:
    return SOMBRE if theme().est_sombre else CLAIR


@dataclass(frozen=True)
class Texte:
    """A text in its place; `lignes`: over several lines."""

    place: QRect
    texte: str
    taille: int
    couleur: QColor
    forte: bool = False
    cote: int = GAUCHE
    lignes: bool = False
    reduction: float = REDUCTION
    fond: QColor | None = None
    retrait: int = 0  # pixels left free at both ends

    @property
    def zone(self) -> QRect:
        """Where the words may be."""
        return self.place.adjusted(self.retrait, 0, -self.retrait, 0)


@dataclass(frozen=True)
class Trait:
    """A bar with what is engaged, then granted, as shares of its length."""

    place: QRect
    prise: float
    donnee: float
    couleur: QColor


def poser(peintre: QPainter, trace: Texte | Trait, look: Encres) -> None:
    """Paint one thing over what was in its place."""
    if isinstance(trace, Trait):
        _poser_trait(peintre, trace, look)
        return
    peintre.fillRect(trace.place, trace.fond or look.papier)
    if not trace.texte:
        return
    peintre.setClipRect(trace.place)
    peintre.setPen(trace.couleur)
    texte, zone = theme().typographier(trace.texte), trace.zone
    if trace.lignes:
        _en_lignes(peintre, trace, texte)
    else:
        pixels = min(trace.taille, round(zone.height() / 1.02))
        police = _police_qui_tient(texte, trace, pixels)
        peintre.setFont(police)
        peintre.drawText(zone, trace.cote, _couper(texte, police, zone.width()))
    peintre.setClipping(False)


def _poser_trait(peintre: QPainter, trait: Trait, look: Encres) -> None:
    x, y, large, haut = trait.place.getRect()
    peintre.fillRect(trait.place, look.filet)
    engage = round(large * min(trait.prise, 1.0))
    accorde = min(round(large * min(trait.donnee, 1.0)), large - engage)
    peintre.fillRect(x, y, engage, haut, look.seconde)
    peintre.fillRect(x + engage, y, accorde, haut, trait.couleur)


def _couper(texte: str, police: QFont, largeur: int) -> str:
    mesure = QFontMetrics(police)
    if mesure.horizontalAdvance(texte) <= largeur:
        return texte
    return mesure.elidedText(texte, Qt.TextElideMode.ElideRight, largeur)


@lru_cache(maxsize=256)
def _police(pixels: int, forte: bool, famille: str) -> QFont:
    police = QFont(theme().police("grand", forte=forte))
    police.setPixelSize(max(pixels, 6))
    return police


@lru_cache(maxsize=1024)
def _mesurer(texte: str, pixels: int, forte: bool, famille: str) -> int:
    return QFontMetrics(_police(pixels, forte, famille)).horizontalAdvance(texte)


def largeur_en_cadratins(texte: str) -> float:
    """Width of a text in sizes of its type, whatever the size."""
    famille = theme().police().family()
    return _mesurer(theme().typographier(texte), CADRATIN, False, famille) / CADRATIN


def _police_qui_tient(texte: str, trace: Texte, pixels: int) -> QFont:
    """The size wanted, or the largest under it at which the text fits."""
    famille, largeur = theme().police().family(), trace.zone.width()
    avance = _mesurer(texte, pixels, trace.forte, famille)
    if avance > largeur:
        pixels = max(int(pixels * largeur / avance), round(pixels * trace.reduction))
    return _police(pixels, trace.forte, famille)


def _en_lignes(peintre: QPainter, trace: Texte, texte: str) -> None:
    """Words over several lines, smaller if they do not hold in the zone."""
    zone, famille = trace.zone, theme().police().family()
    option = QTextOption(Qt.AlignmentFlag(trace.cote))
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    police = _police(trace.taille, trace.forte, famille)
    for essai in range(trace.taille, max(round(trace.taille * trace.reduction) - 1, 6), -2):
        police = _police(essai, trace.forte, famille)
        cadre = QFontMetrics(police).boundingRect(zone, int(Qt.TextFlag.TextWordWrap), texte)
        if cadre.height() <= zone.height() and cadre.width() <= zone.width():
            break
    else:
        texte = _couper_en_lignes(texte, police, zone)
    peintre.setFont(police)
    peintre.drawText(QRectF(zone), texte, option)


def _couper_en_lignes(texte: str, police: QFont, zone: QRect) -> str:
    """As much as its lines hold: how full they are depends on where the words break."""
    mesure, plie = QFontMetrics(police), int(Qt.TextFlag.TextWordWrap)
    lignes = max(zone.height() // mesure.lineSpacing(), 1)
    for plein in (0.9, 0.8, 0.7, 0.6):
        coupe = _couper(texte, police, round(zone.width() * lignes * plein))
        if mesure.boundingRect(zone, plie, coupe).height() <= zone.height():
            break
    return coupe


def euros(montant: Decimal | None) -> str:
    return "–" if montant is None else afficher_montant(montant, euro=True)

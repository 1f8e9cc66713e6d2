"""Draws a public page: ink on paper or the reverse, in fixed places, with nothing around."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap, QTextOption

from app.models.montants import afficher_montant, afficher_part
from app.services.affichage_public import ATTENTE, PagePublique
from app.ui.disposition_publique import Cellule, Disposition, disposer
from app.ui.theme import theme

GAUCHE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
DROITE = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
BAS = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
REDUCTION = 0.85  # a text that does not fit shrinks this far, then is cut with an ellipsis
REDUCTION_CHIFFRE = 0.4  # a figure is never cut
REPERES = ("Demandé", "Accordé l'an dernier", "Proposé", "Total")


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
    touche=QColor("#E2ECF5"),
    depasse=QColor("#9A1C15"),
    jauge=QColor("#23629E"),
)
SOMBRE = Encres(
    papier=QColor("#14171A"),
    encre=QColor("#F2F0EB"),
    seconde=QColor("#B9C0C7"),
    filet=QColor("#3A4047"),
    accent=QColor("#9CC7EC"),
    touche=QColor("#22364A"),
    depasse=QColor("#FFA79E"),
    jauge=QColor("#7DB2E8"),
)


def encres() -> Encres:
    return SOMBRE if theme().est_sombre else CLAIR


@dataclass(frozen=True)
class Vue:
    """What is shown besides the page: its zoom, the envelope that has just moved, a message, black."""

    zoom: float = 1.0
    touchee: str = ""
    message: str = ""
    noir: bool = False


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


@dataclass(frozen=True)
class Trait:
    """A bar with what is engaged, then granted, as shares of its length."""

    place: QRect
    prise: float
    donnee: float
    couleur: QColor


class Toile:
    """The picture of the public window. Only the places whose content changes are painted again."""

    def __init__(self) -> None:
        self.image = QPixmap()
        self._peints: list[Texte | Trait] = []
        self._look: Encres | None = None
        self.changees: list[QRect] | None = None  # places painted last; None: everything

    def peindre(self, taille: QSize, page: PagePublique | None, vue: Vue) -> QPixmap:
        """The window as it must be."""
        look = encres()
        voulus = _a_peindre(taille, page, vue, look)
        pareil = (
            self.image.size() == taille
            and look is self._look
            and [v.place for v in voulus] == [p.place for p in self._peints]
            and not vue.noir
        )
        if not pareil:
            self.image = QPixmap(taille)
            self.image.fill(QColor("#000000") if vue.noir else look.papier)
        anciens: list[Texte | Trait | None] = [*self._peints] if pareil else [None] * len(voulus)
        autres = [v for v, ancien in zip(voulus, anciens, strict=True) if v != ancien]
        with QPainter(self.image) as peintre:
            for voulu in autres:
                _poser(peintre, voulu, look)
        self.changees = [voulu.place for voulu in autres] if pareil else None
        self._peints, self._look = voulus, None if vue.noir else look
        return self.image


def peindre(taille: QSize, page: PagePublique | None, vue: Vue) -> QPixmap:
    """The public window as a picture, whole."""
    return Toile().peindre(taille, page, vue)


def _a_peindre(
    taille: QSize, page: PagePublique | None, vue: Vue, look: Encres
) -> list[Texte | Trait]:
    if vue.noir:
        return []
    if vue.message:
        marge = taille.height() // 8
        zone = QRect(0, 0, taille.width(), taille.height()).adjusted(marge, marge, -marge, -marge)
        cote = int(Qt.AlignmentFlag.AlignCenter)
        pixels = round(taille.height() / 12 * vue.zoom)
        return [Texte(zone, vue.message, pixels, look.encre, forte=True, cote=cote, lignes=True)]
    if page is None:
        return []
    plan = disposer(taille.width(), taille.height(), len(page.boites), len(page.jauges))
    return [
        *_tete(page, plan, vue.zoom, look),
        *_reperes(page, plan, vue.zoom, look),
        *_boites(page, plan, vue.zoom, look),
        *_pied(page, plan, vue.zoom, look),
        *_jauges(page, plan, vue, look),
    ]


def _tete(page: PagePublique, plan: Disposition, zoom: float, look: Encres) -> list[Texte | Trait]:
    second = round(plan.second_px * zoom)
    rang = "   ".join(t for t in (page.rang, page.numero, page.porteur) if t)
    return [
        Texte(plan.rang, rang, second, look.encre, forte=True),
        Texte(plan.quorum, page.quorum, second, look.seconde, cote=DROITE),
        Texte(
            plan.titre, page.titre, round(plan.titre_px * zoom), look.encre, forte=True, lignes=True
        ),
        Texte(plan.lieu, page.lieu, second, look.seconde),
    ]


def _reperes(
    page: PagePublique, plan: Disposition, zoom: float, look: Encres
) -> list[Texte | Trait]:
    if page.demande is None:
        return []
    part = afficher_part(page.part)
    noms = (*REPERES[:3], f"{REPERES[3]} · {part} du coût" if part else REPERES[3])
    valeurs = (page.demande, page.annee_precedente, page.propose, page.total)
    return [
        texte
        for cellule, nom, valeur in zip(plan.reperes, noms, valeurs, strict=True)
        for texte in _cellule(cellule, nom, _euros(valeur), plan, look.encre, look, zoom)
    ]


def _boites(
    page: PagePublique, plan: Disposition, zoom: float, look: Encres
) -> list[Texte | Trait]:
    textes: list[Texte | Trait] = []
    for cellule, boite in zip(plan.boites, page.boites, strict=True):
        montant = ATTENTE if boite.attente else _euros(boite.montant)
        nom = f"{boite.nom} · modifié" if boite.corrige else boite.nom
        textes += _cellule(cellule, nom, montant, plan, look.accent, look, zoom)
    return textes


def _cellule(
    cellule: Cellule,
    nom: str,
    texte: str,
    plan: Disposition,
    couleur: QColor,
    look: Encres,
    zoom: float,
) -> list[Texte]:
    second = round(min(plan.second_px, cellule.nom.height() / 1.2) * zoom)
    deux = cellule.nom.height() > 2 * plan.second_px
    return [
        Texte(cellule.nom, nom, second, look.seconde, cote=BAS if deux else GAUCHE, lignes=deux),
        Texte(
            cellule.chiffre,
            texte,
            round(cellule.chiffre_px * zoom),
            couleur,
            forte=True,
            reduction=REDUCTION_CHIFFRE,
        ),
    ]


def _pied(page: PagePublique, plan: Disposition, zoom: float, look: Encres) -> list[Texte | Trait]:
    second = round(plan.second_px * zoom)
    dit = page.mouvements or " : ".join(t for t in (page.decision, page.reserve) if t)
    couleur = look.depasse if page.mouvements else look.encre
    suite = "Ensuite : " + "   ·   ".join(page.suivants) if page.suivants else ""
    return [
        Texte(plan.decision, dit, second, couleur, forte=True),
        Texte(plan.suivants, suite, second, look.seconde),
    ]


def _jauges(page: PagePublique, plan: Disposition, vue: Vue, look: Encres) -> list[Texte | Trait]:
    traces: list[Texte | Trait] = []
    for place, etat in zip(plan.jauges, page.jauges, strict=True):
        marque = "■ " if etat.depasse else ""
        traces.append(
            Texte(
                place.nom,
                f"{marque}{etat.nom} : {etat.mots}",
                round(plan.second_px * vue.zoom),
                look.depasse if etat.depasse else look.encre,
                reduction=REDUCTION_CHIFFRE,
                fond=look.touche if etat.financeur == vue.touchee else None,
            )
        )
        couleur = look.depasse if etat.depasse else look.jauge
        traces.append(Trait(place.trait, etat.prise, etat.donnee, couleur))
    return traces


def _poser(peintre: QPainter, trace: Texte | Trait, look: Encres) -> None:
    """Paint one thing over what was in its place."""
    if isinstance(trace, Trait):
        _poser_trait(peintre, trace, look)
        return
    peintre.fillRect(trace.place, trace.fond or look.papier)
    if not trace.texte:
        return
    peintre.setClipRect(trace.place)
    peintre.setPen(trace.couleur)
    texte = theme().typographier(trace.texte)
    if trace.lignes:
        _en_lignes(peintre, trace, texte)
    else:
        pixels = min(trace.taille, round(trace.place.height() / 1.02))
        police = _police_qui_tient(texte, trace, pixels)
        peintre.setFont(police)
        peintre.drawText(trace.place, trace.cote, _couper(texte, police, trace.place.width()))
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


def _euros(montant: Decimal | None) -> str:
    return "–" if montant is None else afficher_montant(montant, euro=True)


@lru_cache(maxsize=256)
def _police(pixels: int, forte: bool, famille: str) -> QFont:
    police = QFont(theme().police("grand", forte=forte))
    police.setPixelSize(max(pixels, 6))
    return police


@lru_cache(maxsize=1024)
def _mesurer(texte: str, pixels: int, forte: bool, famille: str) -> int:
    return QFontMetrics(_police(pixels, forte, famille)).horizontalAdvance(texte)


def _police_qui_tient(texte: str, trace: Texte, pixels: int) -> QFont:
    """The size wanted, or the largest under it at which the text fits."""
    famille, largeur = theme().police().family(), trace.place.width()
    avance = _mesurer(texte, pixels, trace.forte, famille)
    if avance > largeur:
        pixels = max(int(pixels * largeur / avance), round(pixels * trace.reduction))
    return _police(pixels, trace.forte, famille)


def _en_lignes(peintre: QPainter, trace: Texte, texte: str) -> None:
    """Words over several lines, smaller if they do not hold in the zone."""
    zone, famille = trace.place, theme().police().family()
    option = QTextOption(Qt.AlignmentFlag(trace.cote))
    option.setWrapMode(QTextOption.WrapMode.WordWrap)
    police = _police(trace.taille, trace.forte, famille)
    for essai in range(trace.taille, max(round(trace.taille * trace.reduction) - 1, 6), -2):
        police = _police(essai, trace.forte, famille)
        cadre = QFontMetrics(police).boundingRect(zone, int(Qt.TextFlag.TextWordWrap), texte)
        if cadre.height() <= zone.height() and cadre.width() <= zone.width():
            break
    else:
        lignes = max(zone.height() // QFontMetrics(police).lineSpacing(), 1)
        texte = _couper(texte, police, round(zone.width() * lignes * 0.9))
    peintre.setFont(police)
    peintre.drawText(QRectF(zone), texte, option)

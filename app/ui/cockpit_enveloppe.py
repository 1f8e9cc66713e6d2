"""The envelope of the seat that has the keyboard, and how it spreads; it follows each digit."""

from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.models.montants import afficher_montant, afficher_part
from app.services.ventilations import DIMENSIONS, Ventilation
from app.ui.theme import theme

TITRES = {
    "axe": "Par axe",
    "commune": "Par commune",
    "qpv": "Quartiers",
    "duree": "Durée",
    "recurrence": "Nouveau ou reconduit",
}
HAUT_LIGNE = 20


@dataclass(frozen=True)
class _Rang:
    """A line: a heading when it has no amount."""

    nom: str
    montant: str = ""
    part: str = ""
    forte: bool = False


class VentilationPeinte(QWidget):
    """Painted in one go: nothing is laid out again unless lines come or go."""

    def __init__(self) -> None:
        super().__init__()
        self._rangs: tuple[_Rang, ...] = ()
        self.setAccessibleName("Enveloppe de la case")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().change.connect(self.update)

    def montrer(self, nom: str, ventilation: Ventilation | None) -> None:
        """Of a seat, by name; None: there is none, or it may not be seen."""
        rangs = _rangs(nom, ventilation) if ventilation else (_Rang(nom or "Aucune."),)
        if rangs == self._rangs:
            return
        autant = len(rangs) == len(self._rangs)
        self._rangs = rangs
        if not autant:
            self.updateGeometry()
        self.setAccessibleDescription(self.texte())
        self.update()

    def texte(self) -> str:
        """What is written, line by line."""
        return "\n".join(" ".join(t for t in (r.nom, r.montant, r.part) if t) for r in self._rangs)

    def sizeHint(self) -> QSize:
        return QSize(0, theme().px(HAUT_LIGNE) * max(len(self._rangs), 1))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, evenement: QPaintEvent) -> None:
        haut, couleurs = theme().px(HAUT_LIGNE), theme().couleurs
        large_part = theme().px(44)
        with QPainter(self) as peintre:
            for rang, ligne in enumerate(self._rangs):
                place = QRect(0, rang * haut, self.width(), haut)
                if not place.intersects(evenement.rect()):
                    continue
                titre = not ligne.montant
                peintre.setFont(theme().police("petit", forte=ligne.forte or titre))
                peintre.setPen(couleurs.encre_douce if titre else couleurs.encre)
                droite = place.adjusted(0, 0, -large_part, 0)
                a_droite = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                peintre.drawText(droite, a_droite, theme().typographier(ligne.montant))
                peintre.drawText(place, a_droite, theme().typographier(ligne.part))
                mesure = QFontMetrics(peintre.font())
                pris = mesure.horizontalAdvance(ligne.montant) + large_part if ligne.montant else 0
                reste = place.width() - pris - (0 if titre else theme().px(12))
                nom = mesure.elidedText(ligne.nom, Qt.TextElideMode.ElideRight, reste)
                retrait = place if titre else place.adjusted(theme().px(6), 0, 0, 0)
                peintre.drawText(retrait, int(Qt.AlignmentFlag.AlignVCenter), nom)


def _rangs(nom: str, lue: Ventilation) -> tuple[_Rang, ...]:
    rangs = [_Rang(f"{nom} : {lue.en_mots}", forte=True)]
    if lue.montant is not None:
        rangs.append(_chiffre("Montant", lue.montant, None))
    if lue.reserve:
        rangs.append(_chiffre("Réserve", lue.reserve, lue.part_de(lue.reserve)))
    if lue.engage:
        rangs.append(_chiffre("Engagé par des CPO", lue.engage, lue.part_de(lue.engage)))
    rangs.append(_chiffre("Accordé", lue.accorde, lue.part_de(lue.accorde), forte=True))
    for dimension in DIMENSIONS:
        parts = lue.de(dimension)
        if parts:
            rangs.append(_Rang(TITRES[dimension]))
        rangs += [_chiffre(p.libelle, p.montant, lue.part_accordee(p.montant)) for p in parts]
    return tuple(rangs)


def _chiffre(nom: str, montant: Decimal, part: Decimal | None, *, forte: bool = False) -> _Rang:
    return _Rang(nom, afficher_montant(montant, zero="0"), afficher_part(part), forte)

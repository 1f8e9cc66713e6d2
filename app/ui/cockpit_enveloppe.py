"""The envelope of the seat that has the keyboard, and how it spreads; it follows each digit."""

from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.models.montants import afficher_montant, afficher_part
from app.services.enveloppes import nom_de_l_ensemble, reste_en_mots
from app.services.rows import EtatEnveloppe
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
LISIBLE = 10  # a share beyond ten times the envelope says nothing more
A_DROITE = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True)
class _Rang:
    """A line: a heading when it has no amount."""

    nom: str
    montant: str = ""
    part: str = ""
    forte: bool = False
    suite: str = ""  # what follows the name, never cut: a long name gives way to it


class VentilationPeinte(QWidget):
    """Painted in one go: nothing is laid out again unless lines come or go."""

    def __init__(self) -> None:
        super().__init__()
        self._rangs: tuple[_Rang, ...] = ()
        self._montree: tuple[str, Ventilation | None, EtatEnveloppe | None] = ("", None, None)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Enveloppe de la case")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().change.connect(self.update)

    def montrer(
        self, nom: str, ventilation: Ventilation | None, ensemble: EtatEnveloppe | None = None
    ) -> None:
        """Of a seat, by name; None: there is none, or it may not be seen.

        `ensemble`: all the envelopes of its financeur, as the screen of the room says them.
        """
        montree = nom, ventilation, ensemble
        if montree == self._montree and self._rangs:
            return
        self._montree = montree
        rangs = _rangs(nom, ventilation, ensemble) if ventilation else (_Rang(nom or "Aucune."),)
        anciens, self._rangs = self._rangs, rangs
        if len(rangs) != len(anciens):
            self.updateGeometry()
            self.update()
            return
        haut = theme().px(HAUT_LIGNE)
        for rang, (ancien, nouveau) in enumerate(zip(anciens, rangs, strict=True)):
            if ancien != nouveau:
                self.update(0, rang * haut, self.width(), haut)

    def texte(self) -> str:
        """What is written, line by line."""
        return "\n".join(
            " ".join(t for t in (r.nom + r.suite, r.montant, r.part) if t) for r in self._rangs
        )

    def sizeHint(self) -> QSize:
        return QSize(0, theme().px(HAUT_LIGNE) * max(len(self._rangs), 1))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, evenement: QPaintEvent) -> None:
        haut = theme().px(HAUT_LIGNE)
        with QPainter(self) as peintre:
            peintre.fillRect(self.rect(), theme().couleurs.fond)
            for rang, ligne in enumerate(self._rangs):
                place = QRect(0, rang * haut, self.width(), haut)
                if evenement.region().intersects(place):
                    _peindre(peintre, ligne, place)


def _peindre(peintre: QPainter, ligne: _Rang, place: QRect) -> None:
    """Its name, cut when it is too long, then its amount and its share on the right."""
    couleurs, large_part, titre = theme().couleurs, theme().px(52), not ligne.montant
    peintre.setFont(theme().police("petit", forte=ligne.forte or titre))
    peintre.setPen(couleurs.encre_douce if titre and not ligne.forte else couleurs.encre)
    mesure, pris = QFontMetrics(peintre.font()), 0
    if not titre:
        peintre.drawText(
            place.adjusted(0, 0, -large_part, 0), A_DROITE, theme().typographier(ligne.montant)
        )
        peintre.drawText(place, A_DROITE, theme().typographier(ligne.part))
        pris = mesure.horizontalAdvance(ligne.montant) + large_part + theme().px(12)
    retrait = 0 if titre else theme().px(6)
    libre = place.adjusted(retrait, 0, -pris, 0)
    suite = theme().typographier(ligne.suite)
    large = libre.width() - mesure.horizontalAdvance(suite)
    nom = mesure.elidedText(ligne.nom, Qt.TextElideMode.ElideRight, large)
    peintre.drawText(libre, int(Qt.AlignmentFlag.AlignVCenter), nom + suite)


def _rangs(nom: str, lue: Ventilation, ensemble: EtatEnveloppe | None) -> tuple[_Rang, ...]:
    plusieurs = ensemble is not None and ensemble.lignes > 1
    precise = " (cette ligne)" if plusieurs else ""
    rangs = [_Rang(f"{nom}{precise}", forte=True, suite=f" : {lue.en_mots}")]
    if ensemble is not None and plusieurs:
        suite = f" : {reste_en_mots(ensemble)}"
        rangs.append(_Rang(f"À l'écran, {nom_de_l_ensemble(ensemble)}", suite=suite))
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
    dite = "" if part is not None and part > LISIBLE else afficher_part(part)
    return _Rang(nom, afficher_montant(montant, zero="0"), dite, forte)

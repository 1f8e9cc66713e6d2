"""The timeline of the CPO: years across, a lane a convention, each tranche coloured and shaped by its
state. A list for the keyboard and for screen readers, whose rows are drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.models.enums import EtatConvention
from app.models.montants import afficher_montant
from app.services.columns import Signal as Sens
from app.services.columns_cpo import SIGNAUX_CONVENTION, SIGNAUX_TRANCHE
from app.services.conventions_lues import (
    ETATS_TRANCHE,
    FERME,
    LIBEREE,
    SOUS_RESERVE,
    TOMBEE,
    VOULUE,
    LigneConvention,
)
from app.ui.formes import FORME, peindre_forme
from app.ui.theme import theme

Indice = QModelIndex | QPersistentModelIndex
NOMS = 330  # width of the names, at 100 %
RANGEE = 34
TETE = 30
RACINE = QModelIndex()
_GRAVES = (
    VOULUE,
    SOUS_RESERVE,
    TOMBEE,
    LIBEREE,
    FERME,
)  # the state of a year is that of its weakest tranche
_GAUCHE = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def etat_de_l_annee(convention: LigneConvention, annee: int) -> str | None:
    """Of all its tranches of that year: the one that is least sure. None where it promises nothing."""
    etats = {t.etat for t in convention.tranches if t.annee == annee and t.montant}
    return next((etat for etat in _GRAVES if etat in etats), None)


def phrase_de(convention: LigneConvention) -> str:
    """What a screen reader says of a lane."""
    annees = ", ".join(
        f"{annee}\u00a0: {afficher_montant(convention.de_l_annee(annee), euro=True)}, "
        f"{dict(ETATS_TRANCHE).get(etat_de_l_annee(convention, annee) or '', 'rien').lower()}"
        for annee in convention.annees
    )
    etat = EtatConvention.libelle_de(convention.etat).lower()
    return f"{convention.nom}, {etat}. {annees}"


class _Couloirs(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.conventions: Sequence[LigneConvention] = ()

    def montrer(self, conventions: Sequence[LigneConvention]) -> None:
        self.beginResetModel()
        self.conventions = conventions
        self.endResetModel()

    def rowCount(self, parent: Indice = RACINE) -> int:
        return 0 if parent.isValid() else len(self.conventions)

    def data(self, index: Indice, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return phrase_de(self.conventions[index.row()])
        return None


class FriseCpo(QListView):
    """`choisie(key)`: a lane was opened. The years fill the width, whatever it is."""

    choisie = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Frise des CPO")
        self._couloirs = _Couloirs(self)
        self.setModel(self._couloirs)
        self.setItemDelegate(_Peintre(self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setViewportMargins(0, theme().haut(TETE), 0, 0)
        self.tete = _Tete(self)
        self.activated.connect(lambda i: self.choisie.emit(self._couloirs.conventions[i.row()].cle))

    def convention(self, rang: int) -> LigneConvention:
        return self._couloirs.conventions[rang]

    @property
    def annees(self) -> range:
        lues = self._couloirs.conventions
        if not lues:
            return range(0)
        return range(min(c.annee_debut for c in lues), max(c.annee_fin for c in lues) + 1)

    def montrer(self, conventions: Sequence[LigneConvention]) -> None:
        """The lanes, the first begun at the top."""
        self._couloirs.montrer(sorted(conventions, key=lambda c: (c.annee_debut, c.numero or "")))
        self.tete.update()

    def place(self, annee: int) -> tuple[float, float]:
        """Left edge and width of a year."""
        noms = theme().px(NOMS)
        large = max(1.0, (self.viewport().width() - noms) / max(1, len(self.annees)))
        return noms + (annee - self.annees.start) * large, large

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self.tete.setGeometry(0, 0, self.viewport().width(), theme().haut(TETE))


class _Tete(QWidget):
    """The years, above their columns."""

    def __init__(self, frise: FriseCpo) -> None:
        super().__init__(frise)
        self._frise = frise

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        peintre = QPainter(self)
        peintre.fillRect(self.rect(), look.couleurs.fond)
        peintre.setPen(look.couleurs.encre_douce)
        peintre.setFont(look.police("petit", forte=True))
        for annee in self._frise.annees:
            gauche, large = self._frise.place(annee)
            cadre = QRectF(gauche + look.px(8), 0, large - look.px(8), self.height())
            peintre.drawText(cadre, _GAUCHE, str(annee))
        peintre.end()


class _Peintre(QStyledItemDelegate):
    def __init__(self, frise: FriseCpo) -> None:
        super().__init__(frise)
        self._frise = frise

    def sizeHint(self, option: QStyleOptionViewItem, index: Indice) -> QSize:
        return QSize(theme().px(NOMS), theme().haut(RANGEE))

    def paint(self, peintre: QPainter, option: QStyleOptionViewItem, index: Indice) -> None:
        look = theme()
        convention = self._frise.convention(index.row())
        cadre: QRect = option.rect  # type: ignore[attr-defined]
        etat: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        peintre.save()
        if etat & QStyle.StateFlag.State_Selected:
            peintre.fillRect(cadre, look.couleurs.accent_fond)
        self._nommer(peintre, cadre, convention)
        for annee in convention.annees:
            self._tranche(peintre, cadre, convention, annee)
        peintre.setPen(look.couleurs.filet)
        peintre.drawLine(cadre.bottomLeft(), cadre.bottomRight())
        peintre.restore()

    def _nommer(self, peintre: QPainter, cadre: QRect, convention: LigneConvention) -> None:
        look = theme()
        cote = look.px(FORME)
        sens = SIGNAUX_CONVENTION.get(convention.etat, Sens.NEUTRE)
        forme = QRectF(cadre.left() + look.px(16), cadre.center().y() - cote / 2, cote, cote)
        peindre_forme(peintre, forme, sens, look.couleurs.signal(sens))
        police = look.police("texte")
        peintre.setFont(police)
        peintre.setPen(look.couleurs.encre)
        gauche = look.px(34)
        large = look.px(NOMS) - gauche - look.px(12)
        nom = QFontMetrics(police).elidedText(convention.nom, Qt.TextElideMode.ElideRight, large)
        peintre.drawText(
            QRectF(cadre.left() + gauche, cadre.top(), large, cadre.height()), _GAUCHE, nom
        )

    def _tranche(
        self, peintre: QPainter, cadre: QRect, convention: LigneConvention, annee: int
    ) -> None:
        """A bar: full and tinted when it is sure, dashed when it is not, with its shape and amount."""
        etat = etat_de_l_annee(convention, annee)
        if etat is None:
            return
        look = theme()
        sens = SIGNAUX_TRANCHE.get(etat, Sens.NEUTRE)
        couleur = look.couleurs.signal(sens)
        gauche, large = self._frise.place(annee)
        barre = QRectF(
            gauche + look.px(3),
            cadre.top() + look.px(5),
            large - look.px(6),
            cadre.height() - look.px(10),
        )
        trait = QPen(couleur, 1.5)
        if etat in (VOULUE, SOUS_RESERVE, TOMBEE):
            trait.setStyle(Qt.PenStyle.DashLine)
            peintre.setBrush(Qt.BrushStyle.NoBrush)
        else:
            peintre.setBrush(look.couleurs.fond_signal(sens))
        peintre.setPen(trait)
        peintre.drawRoundedRect(barre, look.px(3), look.px(3))
        cote = look.px(FORME)
        forme = QRectF(barre.left() + look.px(8), barre.center().y() - cote / 2, cote, cote)
        peindre_forme(peintre, forme, Sens.INFORMATION if etat == LIBEREE else sens, couleur)
        police = look.police("petit")
        peintre.setFont(police)
        peintre.setPen(look.couleurs.encre)
        texte = barre.adjusted(look.px(22), 0, -look.px(4), 0)
        montant = afficher_montant(convention.de_l_annee(annee), euro=True)
        lisible = QFontMetrics(police).elidedText(
            montant, Qt.TextElideMode.ElideRight, int(texte.width())
        )
        peintre.drawText(texte, _GAUCHE, lisible)

"""The anomalies of an import, in words: one click goes to the row."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtCore import Signal as SignalQt
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.ui.formes import peindre_etiquette, taille_etiquette
from app.ui.import_lignes import NIVEAUX, NOMS_CHAMPS, GroupeAnomalies
from app.ui.import_source import francais
from app.ui.theme import theme

Indice = QModelIndex | QPersistentModelIndex
AUCUN = QModelIndex()
TEXTE = int(Qt.ItemDataRole.DisplayRole)
ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
VALEUR = int(Qt.ItemDataRole.UserRole)
MARGE_X, MARGE_Y = 16, 8
_PHRASE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
_LIGNE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class ModeleAnomalies(QAbstractListModel):
    """One item per sentence."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.groupes: list[GroupeAnomalies] = []

    def remplacer(self, groupes: Sequence[GroupeAnomalies]) -> None:
        self.beginResetModel()
        self.groupes = list(groupes)
        self.endResetModel()

    def rowCount(self, parent: Indice = AUCUN) -> int:
        return 0 if parent.isValid() else len(self.groupes)

    def data(self, index: Indice, role: int = TEXTE) -> object:
        groupe = self.groupes[index.row()]
        if role == VALEUR:
            return groupe
        if role == TEXTE:
            return francais(groupe.message)
        if role == ACCESSIBLE:
            return f"{NIVEAUX[groupe.niveau][1]}, {sous_titre(groupe)} : {groupe.message}"
        return None


def sous_titre(groupe: GroupeAnomalies) -> str:
    """« Ligne 12 · SIRET »."""
    champ = NOMS_CHAMPS.get(groupe.champ, groupe.champ)
    return f"{groupe.ou} · {champ}" if champ else groupe.ou


class _Dessin(QStyledItemDelegate):
    """The level as a tag, where it is, then the sentence on as many lines as it needs."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Indice) -> None:
        look = theme()
        couleurs = look.couleurs
        groupe: GroupeAnomalies = index.data(VALEUR)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, couleurs.accent_fond)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, couleurs.survol)
        painter.fillRect(
            option.rect.left(), option.rect.bottom(), option.rect.width(), 1, couleurs.filet
        )
        cadre = _dedans(option.rect)
        _, mot, signal = NIVEAUX[groupe.niveau]
        taille = taille_etiquette(mot, look)
        tete = QRect(cadre.left(), cadre.top(), cadre.width(), taille.height())
        peindre_etiquette(painter, tete, mot, signal=signal, look=look)
        police = look.police("petit")
        reste = tete.adjusted(taille.width() + look.px(8), 0, 0, 0)
        coupe = QFontMetrics(police).elidedText(
            sous_titre(groupe), Qt.TextElideMode.ElideRight, reste.width()
        )
        painter.setFont(police)
        painter.setPen(couleurs.encre_douce)
        painter.drawText(reste, _LIGNE, coupe)
        painter.setFont(look.police())
        painter.setPen(couleurs.encre)
        phrase = cadre.adjusted(0, taille.height() + look.px(4), 0, 0)
        painter.drawText(phrase, _PHRASE, look.typographier(str(index.data(TEXTE))))

    def sizeHint(self, option: QStyleOptionViewItem, index: Indice) -> QSize:
        look = theme()
        largeur = option.widget.viewport().width() - 2 * look.px(MARGE_X)  # type: ignore[attr-defined]
        boite = QFontMetrics(look.police()).boundingRect(
            QRect(0, 0, max(largeur, 80), 10_000), _PHRASE, str(index.data(TEXTE))
        )
        tete = taille_etiquette("A", look).height() + look.px(4)
        return QSize(80, tete + boite.height() + 2 * look.px(MARGE_Y) + 1)


def _dedans(cadre: QRect) -> QRect:
    px = theme().px
    return cadre.adjusted(px(MARGE_X), px(MARGE_Y), -px(MARGE_X), -px(MARGE_Y))


class ListeAnomalies(QListView):
    """`ligne_demandee(sheet, line)`: a click, or Enter, on a sentence; again goes to its next row."""

    ligne_demandee = SignalQt(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.modele = ModeleAnomalies(self)
        self._visites: dict[int, int] = {}
        self.setModel(self.modele)
        self.setItemDelegate(_Dessin(self))
        self.setAccessibleName("Anomalies")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(100)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._aller)
        self.activated.connect(self._activer)
        theme().change.connect(self.doItemsLayout)

    def montrer(self, groupes: Sequence[GroupeAnomalies]) -> None:
        self._visites = {}
        self.modele.remplacer(groupes)

    def _aller(self, index: QModelIndex) -> None:
        rang = index.row()
        lignes = self.modele.groupes[rang].lignes
        tour = self._visites.get(rang, 0)
        self._visites[rang] = tour + 1
        self.ligne_demandee.emit(*lignes[tour % len(lignes)])

    def _activer(self, index: QModelIndex) -> None:
        """Enter; a platform that activates on one click has already been heard."""
        if self.hasFocus() and not self.underMouse():
            self._aller(index)

    def resizeEvent(self, e: QResizeEvent) -> None:
        super().resizeEvent(e)
        self.scheduleDelayedItemsLayout()

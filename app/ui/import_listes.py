"""What the three steps share: lists that cut long names properly, and sentences that alert."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QStandardItem, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from app.services.columns import Signal as Sens
from app.ui.elements import TexteElide, etiquette, marges
from app.ui.formes import FORME, peindre_forme
from app.ui.import_source import francais
from app.ui.theme import theme

LISTE_MAXIMUM = 560  # width of a list that opens, in pixels at 100 %


class Liste(QComboBox):
    """A choice of fixed width: a long name ends with « … », whole in the tooltip and once open.

    The wheel scrolls the page; it does not change a list that nobody opened.
    """

    def __init__(self, nom: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(nom)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setMaxVisibleItems(16)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setItemDelegate(QStyledItemDelegate(self))  # the one that follows the style sheet

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        place = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            self,
        )
        texte = theme().typographier(self.currentText().lstrip() or self.placeholderText())
        coupe = self.fontMetrics().elidedText(
            texte, Qt.TextElideMode.ElideRight, place.width() - theme().px(4)
        )
        self.setToolTip("" if coupe == texte else texte)
        option.currentText = coupe
        peintre = QStylePainter(self)
        peintre.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        peintre.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        peintre.end()

    def ajouter_titre(self, titre: str) -> None:
        """A word above the choices that follow; it cannot be chosen itself."""
        self.model().appendRow(titre_de_groupe(titre))  # type: ignore[attr-defined]

    def showPopup(self) -> None:
        """As wide as its longest name, within reason and within the screen."""
        super().showPopup()
        fenetre = self.view().window()
        cadre = fenetre.geometry()
        voulue = self.view().sizeHintForColumn(0) + theme().px(24)
        cadre.setWidth(max(cadre.width(), min(voulue, theme().px(LISTE_MAXIMUM))))
        if cadre.right() > self.screen().availableGeometry().right():
            cadre.moveRight(self.mapToGlobal(self.rect().topRight()).x())
        fenetre.setGeometry(cadre)

    def wheelEvent(self, e: QWheelEvent) -> None:
        e.ignore()


def titre_de_groupe(titre: str) -> QStandardItem:
    """A line of a list that cannot be chosen."""
    element = QStandardItem(titre)
    element.setEnabled(False)
    element.setFont(theme().police("petit", forte=True))
    element.setForeground(theme().couleurs.encre_douce)
    return element


class Alertes(QWidget):
    """Sentences to read, each with the shape of an alert; takes no room when there are none.

    `elidees`: each on one line, cut with an ellipsis and whole in its tooltip.
    """

    def __init__(self, parent: QWidget | None = None, *, elidees: bool = False) -> None:
        super().__init__(parent)
        self.phrases: list[str] = []
        self._labels: list[QLabel] = []
        self._elidees = elidees
        self._colonne = QVBoxLayout(self)
        marges(self._colonne, 0, 0, 0, FORME + 10, espace=2)
        self.hide()

    def montrer(self, phrases: Sequence[str]) -> None:
        self.phrases = list(phrases)
        for label in self._labels:
            label.hide()  # at once: it is deleted later
            self._colonne.removeWidget(label)
            label.deleteLater()
        self._labels = []
        for phrase in phrases:
            texte = theme().typographier(francais(phrase))
            label = TexteElide(texte) if self._elidees else etiquette(texte)
            label.setWordWrap(not self._elidees)
            self._labels.append(label)
            self._colonne.addWidget(label)
        self.setVisible(bool(phrases))

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        look = theme()
        cote = look.px(FORME + 2)
        with QPainter(self) as peintre:
            for label in self._labels:
                haut = label.y() + (QFontMetrics(look.police()).height() - cote) / 2
                forme = QRectF(0, haut, cote, cote)
                peindre_forme(peintre, forme, Sens.ALERTE, look.couleurs.alerte)

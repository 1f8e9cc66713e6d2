"""Bars in the window: a sentence and one action, and the progress of a long job."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.services.columns import Signal as Sens
from app.services.columns import afficher_entier
from app.services.folders import lisible
from app.ui.elements import bouton, bouton_icone, cote_icone, etiquette, marges
from app.ui.formes import FORME, peindre_forme
from app.ui.icons import icone
from app.ui.theme import theme

A_LA_LIGNE = int(
    Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
)
DUREE_AVIS = 8_000  # ms: what asks for nothing leaves by itself, and shows what it lay over
DUREE_D_UN_SIGNE = 100  # ms: a long sentence stays as long as it takes to read


class BarreMessage(QWidget):
    """One sentence, one action, never a modal box. Hidden when empty.

    `couvrir` lays it over the top of a page: what is under the pointer never moves.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing shows through it
        self._signal: str = Sens.INFORMATION
        self._geste: Callable[[], object] | None = None
        self._repere: QWidget | None = None  # what this lies over the top of
        self._texte = _Phrase()
        self.bouton = bouton("", "lien")
        self.bouton.clicked.connect(self._agir)
        fermer = bouton_icone("fermer", "Fermer le message")
        fermer.clicked.connect(self.cacher)
        self._depart = QTimer(self)
        self._depart.setSingleShot(True)
        self._depart.timeout.connect(self.cacher)
        ligne = QHBoxLayout(self)
        ligne.addWidget(self._texte, 1)
        ligne.addWidget(self.bouton)
        ligne.addWidget(fermer)
        self._ligne, self._fermer = ligne, fermer
        self._mesurer()
        theme().change.connect(self._mesurer)
        self.hide()

    def _mesurer(self) -> None:
        """The sentence may stay while the text grows or shrinks."""
        self._texte.fond = theme().couleurs.fond_signal(self._signal)
        marges(self._ligne, 4, 8, 5, 40, espace=8)
        self.setMinimumHeight(theme().px(40))
        self._fermer.setIcon(icone("fermer"))
        self._fermer.setIconSize(cote_icone())
        self._placer()

    def couvrir(self, hote: QWidget, *, sur: QWidget | None = None) -> None:
        """Lie over the top of `hote`, or over one of its elements, and follow its size."""
        if self._repere is not None:
            self._repere.removeEventFilter(self)
        cachee = self.isHidden()
        self._repere = sur or hote
        self._repere.installEventFilter(self)
        self.setParent(hote)
        self.setVisible(not cachee)
        self._placer()

    def eventFilter(self, objet: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._placer()
        return super().eventFilter(objet, event)

    def _placer(self) -> None:
        repere = self._repere
        if repere is None or self.isHidden():
            return
        large, haut = repere.width(), self.minimumHeight()
        coin = QPoint()
        if repere is not self.parent():
            coin, haut = repere.pos(), max(haut, repere.height())  # nothing of it sticks out
        self.setGeometry(QRect(coin, QSize(large, max(haut, self.heightForWidth(large)))))
        self.raise_()

    @property
    def texte(self) -> str:
        return self._texte.text() if not self.isHidden() else ""

    def montrer(
        self,
        phrase: str,
        signal: str = Sens.BLOQUANT,
        *,
        action: str = "",
        geste: Callable[[], object] | None = None,
        passager: bool = False,
    ) -> None:
        """Say one sentence; `action` names the button that runs `geste`; `passager` leaves alone."""
        phrase = lisible(phrase)
        meme = self.isVisible() and (signal, action) == (self._signal, self.bouton.text())
        self._signal, self._geste = signal, geste
        self._depart.stop()
        if passager:
            self._depart.start(max(DUREE_AVIS, len(phrase) * DUREE_D_UN_SIGNE))
        self.setAccessibleName(phrase)
        # After another of the same kind and height, only the words are drawn again.
        if self._texte.ecrire(phrase, theme().couleurs.fond_signal(signal)) and meme:
            return
        self.bouton.setText(action)
        self.bouton.setVisible(bool(action))
        self.show()
        self._placer()
        self.update()

    def proposer(self, action: str, geste: Callable[[], object]) -> None:
        """Add a button to the sentence in view, which has none."""
        if not self.isHidden():
            self._geste = geste
            self.bouton.setText(action)
            self.bouton.show()
            self._placer()

    def cacher(self) -> None:
        self._depart.stop()
        self.hide()

    def _agir(self) -> None:
        geste = self._geste
        self.cacher()
        if geste is not None:
            geste()

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        look = theme()
        couleur = look.couleurs.signal(self._signal)
        with QPainter(self) as peintre:
            peintre.fillRect(self.rect(), look.couleurs.fond_signal(self._signal))
            peintre.fillRect(0, 0, look.px(3), self.height(), couleur)
            peintre.fillRect(0, self.height() - 1, self.width(), 1, look.couleurs.filet)
            cote = look.px(FORME + 2)
            forme = QRectF(look.px(17), (self.height() - cote) / 2, cote, cote)
            peindre_forme(peintre, forme, self._signal, couleur)

    def contextMenuEvent(self, evenement: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Copier le message", lambda: QApplication.clipboard().setText(self.texte))
        menu.popup(evenement.globalPos())


class _Phrase(QWidget):
    """A sentence over several lines where it must, on the ground of its bar.

    Another one of the same height lays nothing out again: a warning comes with each typed amount.
    """

    def __init__(self) -> None:
        super().__init__()
        self.fond = QColor()
        self._texte = ""
        self._place_prise = -1
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        politique = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        politique.setHeightForWidth(True)
        self.setSizePolicy(politique)

    def text(self) -> str:
        return self._texte

    def ecrire(self, phrase: str, fond: QColor) -> bool:
        """Show a sentence on this ground. False: it asks for another height than the one before."""
        self._texte, self.fond = phrase, fond
        self.update()
        if self.heightForWidth(self.width()) == self._place_prise:
            return True
        self.updateGeometry()
        return False

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        with QPainter(self) as peintre:
            peintre.fillRect(self.rect(), self.fond)
            peintre.setFont(theme().police())
            peintre.setPen(theme().couleurs.encre)
            peintre.drawText(self.rect(), A_LA_LIGNE, self._texte)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, largeur: int) -> int:
        cadre = QRect(0, 0, largeur, 10_000)
        return self.fontMetrics().boundingRect(cadre, A_LA_LIGNE, self._texte).height()

    def sizeHint(self) -> QSize:
        large = self.fontMetrics().horizontalAdvance(self._texte)
        return QSize(large, self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(theme().px(120), self.fontMetrics().height())

    def resizeEvent(self, _evenement: QResizeEvent) -> None:
        self._place_prise = self.heightForWidth(self.width())


class BarreTravail(QWidget):
    """What a long job is doing, how far it is, and a way to stop it. `annulation()`."""

    annulation = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texte = etiquette("")
        self._compte = etiquette("", "doux")
        self._barre = QProgressBar()
        self._barre.setTextVisible(False)
        self._bouton = bouton("Annuler")
        self._bouton.clicked.connect(self._annuler)
        haut = QHBoxLayout()
        haut.addWidget(self._texte, 1)
        haut.addWidget(self._compte)
        colonne = QVBoxLayout()
        colonne.setSpacing(theme().px(4))
        colonne.addLayout(haut)
        colonne.addWidget(self._barre)
        ligne = QHBoxLayout(self)
        marges(ligne, 8, 16, espace=16)
        ligne.addLayout(colonne, 1)
        ligne.addWidget(self._bouton)
        self.hide()

    def demarrer(self, texte: str) -> None:
        """Show that something is being done, before its length is known."""
        self._texte.setText(texte)
        self._compte.clear()
        self._barre.setRange(0, 0)
        self._bouton.setEnabled(True)
        self.setAccessibleName(texte)
        self.show()

    def avancer(self, fait: int, total: int, texte: str = "") -> None:
        self._barre.setRange(0, max(total, 0))
        self._barre.setValue(fait)
        self._compte.setText(
            f"{afficher_entier(fait)} sur {afficher_entier(total)}" if total else ""
        )
        if texte:
            self._texte.setText(texte)

    def _annuler(self) -> None:
        self._bouton.setEnabled(False)
        self._texte.setText("Annulation en cours…")
        self.annulation.emit()

    def terminer(self) -> None:
        self.hide()

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        with QPainter(self) as peintre:
            peintre.fillRect(self.rect(), theme().couleurs.papier)
            peintre.fillRect(0, self.height() - 1, self.width(), 1, theme().couleurs.filet)

"""Bars in the window: a sentence and one action, and the progress of a long job."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.services.columns import Signal as Sens
from app.services.columns import afficher_entier
from app.services.folders import lisible
from app.ui.elements import bouton, bouton_icone, cote_icone, etiquette, marges
from app.ui.formes import FORME, peindre_forme
from app.ui.icons import icone
from app.ui.theme import theme

DUREE_AVIS = 12_000  # ms: what asks for nothing leaves by itself


class BarreMessage(QWidget):
    """Under the title line: one sentence, one action, never a modal box. Hidden when empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing shows through it
        self._signal: str = Sens.INFORMATION
        self._geste: Callable[[], object] | None = None
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
        marges(self._ligne, 4, 8, 5, 40, espace=8)
        self.setMinimumHeight(theme().px(40))
        self._fermer.setIcon(icone("fermer"))
        self._fermer.setIconSize(cote_icone())

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
        self._signal, self._geste = signal, geste
        self._texte.setText(phrase)
        self.bouton.setText(action)
        self.bouton.setVisible(bool(action))
        self.setAccessibleName(phrase)
        self._depart.stop()
        if passager:
            self._depart.start(DUREE_AVIS)
        self.show()
        self.update()

    def proposer(self, action: str, geste: Callable[[], object]) -> None:
        """Add a button to the sentence in view, which has none."""
        if not self.isHidden():
            self._geste = geste
            self.bouton.setText(action)
            self.bouton.show()

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


class _Phrase(QWidget):
    """A sentence that may be copied and may run over several lines.

    Another one of the same height lays nothing out again: a warning comes with each typed amount.
    """

    def __init__(self) -> None:
        super().__init__()
        self._label = etiquette("", parent=self)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setSizePolicy(self._label.sizePolicy())
        self._place_prise = -1

    def text(self) -> str:
        return self._label.text()

    def setText(self, phrase: str) -> None:
        self._label.setText(phrase)
        if self._place() != self._place_prise:
            self.updateGeometry()

    def _place(self) -> int:
        """Height at the present width; 0: a single line, which is known at once."""
        large = self._label.fontMetrics().horizontalAdvance(self._label.text())
        return 0 if large < self.width() else self._label.heightForWidth(self.width())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, largeur: int) -> int:
        return self._label.heightForWidth(largeur)

    def sizeHint(self) -> QSize:
        return self._label.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._label.minimumSizeHint()

    def resizeEvent(self, _evenement: QResizeEvent) -> None:
        self._label.setGeometry(self.rect())
        self._place_prise = self._place()


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

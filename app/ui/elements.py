"""Small building blocks that every screen uses: labels, buttons, tags, search, empty page."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCursor, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.services.columns import Signal as Sens
from app.ui.formes import peindre_etiquette, taille_etiquette
from app.ui.icons import PETITE, icone
from app.ui.theme import theme

ATTENTE_RECHERCHE = 120  # ms without a key before a search starts


def etiquette(texte: str, role: str = "", *, parent: QWidget | None = None) -> QLabel:
    """A label in one of the roles of the style sheet: grand, titre, fort, doux, petit, erreur."""
    label = QLabel(texte, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label


def minuterie(parent: QObject, attente: int, faire: Callable[[], object] | None = None) -> QTimer:
    """One ring, `attente` ms after the last `start()`: one answer to a run of keys or edits."""
    resultat = QTimer(parent)
    resultat.setSingleShot(True)
    resultat.setInterval(attente)
    if faire is not None:
        resultat.timeout.connect(faire)
    return resultat


class TexteElide(QLabel):
    """A label that gives way to its neighbours: cut with an ellipsis, whole in its tooltip."""

    def __init__(self, texte: str = "", role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(texte, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        if role:
            self.setProperty("role", role)

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        coupe = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        self.setToolTip("" if coupe == self.text() else self.text())
        with QPainter(self) as peintre:
            peintre.setPen(self.palette().color(self.foregroundRole()))
            peintre.drawText(self.rect(), int(self.alignment()), coupe)


class Bouton(QPushButton):
    """A button that looks at rest once its menu is closed."""

    def setMenu(self, menu: QMenu) -> None:
        super().setMenu(menu)
        rendre_au_repos(self, menu)


def rendre_au_repos(bouton_: QAbstractButton, menu: QMenu) -> None:
    """Qt does not tell a button that the pointer left it while its menu was open."""

    def reposer() -> None:
        dessus = bouton_.rect().contains(bouton_.mapFromGlobal(QCursor.pos()))
        bouton_.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, dessus)
        bouton_.setDown(False)
        bouton_.update()

    # Queued: the button still has to be told that its menu is gone.
    menu.aboutToHide.connect(minuterie(bouton_, 0, reposer).start)


def bouton(texte: str, role: str = "", *, dessin: str = "") -> QPushButton:
    """A button with its word; roles: principal, lien, discret."""
    resultat = Bouton(texte)
    if role:
        resultat.setProperty("role", role)
    if dessin:
        couleur = {"principal": "sur_accent", "lien": "accent"}.get(role, "encre_douce")
        resultat.setIcon(icone(dessin, couleur))
        resultat.setIconSize(cote_icone())
    return resultat


def bouton_icone(dessin: str, mot: str) -> QToolButton:
    """A button that shows only its icon: the word is in its tooltip and its accessible name."""
    resultat = QToolButton()
    resultat.setIcon(icone(dessin))
    resultat.setIconSize(cote_icone())
    resultat.setToolTip(mot)
    resultat.setAccessibleName(mot)
    return resultat


def cote_icone(cote: int = PETITE) -> QSize:
    return QSize(theme().px(cote), theme().px(cote))


def filet(*, vertical: bool = False) -> QFrame:
    """A hairline between two parts of a screen."""
    trait = QFrame()
    trait.setProperty("trait", "vertical" if vertical else "horizontal")
    return trait


def marges(mise_en_page: QVBoxLayout | QHBoxLayout, *cotes: int, espace: int = 8) -> None:
    """Margins (one, two or four, like a style sheet) and spacing on the grid, at the scale in use."""
    haut, droite, bas, gauche = (cotes * (4 // len(cotes)))[:4]
    px = theme().px
    mise_en_page.setContentsMargins(px(gauche), px(haut), px(droite), px(bas))
    mise_en_page.setSpacing(px(espace))


class Etiquette(QWidget):
    """The state of something as a word in a small tag, with its shape."""

    def __init__(
        self, texte: str, signal: str = Sens.NEUTRE, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.montrer(texte, signal)

    def montrer(self, texte: str, signal: str = Sens.NEUTRE) -> None:
        """Another word, another meaning."""
        self._texte, self._signal = texte, signal
        self.setAccessibleName(texte)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return taille_etiquette(self._texte, theme())

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        with QPainter(self) as peintre:
            peindre_etiquette(peintre, self.rect(), self._texte, signal=self._signal, look=theme())


class ChampRecherche(QLineEdit):
    """Searches shortly after the last key; Esc empties it, then gives the keyboard back."""

    cherche = Signal(str)
    quitte = Signal()

    def __init__(self, invite: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(invite)
        self.setAccessibleName(invite.rstrip("…"))
        self.setClearButtonEnabled(False)
        self.addAction(icone("recherche"), QLineEdit.ActionPosition.LeadingPosition)
        self._vider = self.addAction(icone("fermer"), QLineEdit.ActionPosition.TrailingPosition)
        self._vider.setToolTip("Vider la recherche")
        self._vider.setVisible(False)
        self._vider.triggered.connect(self.vider)
        self._attente = minuterie(self, ATTENTE_RECHERCHE, self._chercher)
        self.textChanged.connect(self._texte_change)

    def _texte_change(self, texte: str) -> None:
        self._vider.setVisible(bool(texte))
        self._attente.start()

    def _chercher(self) -> None:
        self.cherche.emit(self.text())

    def montrer(self, texte: str) -> None:
        """Another text, searched already elsewhere; what is being typed stays."""
        if texte.strip() != self.text().strip() and not self._attente.isActive():
            self.setText(texte)
            self._attente.stop()

    def vider(self) -> None:
        """Nothing searched, at once."""
        self.clear()
        self._attente.stop()
        self._chercher()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.vider()
            else:
                self.quitte.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self._attente.stop()
            self._chercher()
            self.quitte.emit()
        else:
            super().keyPressEvent(event)


class PageVide(QWidget):
    """What to do when there is nothing yet: a title, a sentence, one button. `demande()`."""

    demande = Signal()

    def __init__(
        self, titre: str, phrase: str, *, geste: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        colonne = QVBoxLayout(self)
        marges(colonne, 24, espace=8)
        colonne.addStretch(2)
        centre = Qt.AlignmentFlag.AlignHCenter
        colonne.addWidget(etiquette(titre, "titre"), 0, centre)
        texte = etiquette(phrase, "doux")
        texte.setWordWrap(True)
        texte.setAlignment(centre)
        texte.setFixedWidth(theme().px(420))
        texte.setMinimumHeight(texte.heightForWidth(theme().px(420)))
        colonne.addWidget(texte, 0, centre)
        if geste:
            colonne.addSpacing(theme().px(8))
            self.bouton = bouton(geste, "principal")
            self.bouton.clicked.connect(self.demande)
            colonne.addWidget(self.bouton, 0, centre)
        colonne.addStretch(3)

"""The window that the room looks at, on the second screen. It knows one page, and takes nothing.

No menu, no tooltip, no keyboard: the cockpit alone drives it. Alone on its screen, it has no frame
and no cursor, and only the cockpit closes it; beside the cockpit, it is a window like any other.
"""

from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QScreen,
)
from PySide6.QtWidgets import QWidget

from app.services.affichage_public import PagePublique
from app.services.errors import SaisieRefusee
from app.ui.dessin_bande import Vue
from app.ui.dessin_public import Toile
from app.ui.theme import theme

ATTENTE_ECRAN = 400  # ms: a projector that is plugged in comes and goes a few times
DUREE_TOUCHE = 900  # ms during which the envelope that moved is marked, once
ZOOMS = (0.8, 0.9, 1.0, 1.1, 1.2, 1.3)
TAILLE_FENETRE = QSize(960, 540)
MARGE_DU_CADRE = QPoint(16, 16)  # room for the frame
PLUS_PETITE = QSize(320, 180)
CADREE = Qt.WindowType.Window | Qt.WindowType.WindowDoesNotAcceptFocus
SANS_CADRE = CADREE | Qt.WindowType.FramelessWindowHint


class FenetrePublique(QWidget):
    """Painted whole in a picture; what is on screen is that picture."""

    def __init__(self) -> None:
        super().__init__(None)
        self.setObjectName("fenetre_publique")
        self.setWindowTitle("Écran de la salle – Tour de table")
        self.setAccessibleName("Écran de la salle")
        self.encadree = False
        self.resize(TAILLE_FENETRE)  # drawn before it is shown: the cockpit has its small picture
        self.setWindowFlags(SANS_CADRE)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.page: PagePublique | None = None
        self.vue = Vue()
        self._toile = Toile()
        self._fermeture_permise = False
        theme().change.connect(self.redessiner)

    def afficher(self, page: PagePublique | None, vue: Vue) -> None:
        """Show a page; what is on screen already costs nothing."""
        if (page, vue) != (self.page, self.vue) or self._toile.image.isNull():
            self.page, self.vue = page, vue
            self.redessiner()

    def redessiner(self) -> None:
        if self.width() and self.height():
            self._toile.peindre(self.size(), self.page, self.vue)
            if self._toile.changees is None:
                self.update()
            for place in self._toile.changees or ():
                self.update(place)

    @property
    def image(self) -> QPixmap:
        """What the room sees."""
        return self._toile.image

    def encadrer(self, *, cadre: bool) -> None:
        """With a frame to move, resize and close it by; it is hidden meanwhile."""
        if cadre != self.encadree:
            self.hide()
            self.encadree = cadre
            self.setWindowState(Qt.WindowState.WindowNoState)
            self.setWindowFlags(CADREE if cadre else SANS_CADRE)
            self.setCursor(Qt.CursorShape.ArrowCursor if cadre else Qt.CursorShape.BlankCursor)
            self.setMinimumSize(PLUS_PETITE if cadre else QSize(0, 0))

    def fermer(self) -> None:
        """The only way to close it for good."""
        self._fermeture_permise = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.setAccepted(self._fermeture_permise or self.encadree)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.redessiner()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as peintre:
            for place in event.region():
                peintre.drawPixmap(place, self._toile.image, place)


class Projection(QObject):
    """Holds the public window on the right screen, and what the cockpit does to it.

    `change()`: the room sees something else. `ecran_change(sentence)`: where it is seen.
    """

    change = Signal()
    ecran_change = Signal(str)

    def __init__(self, cockpit: QWidget) -> None:
        super().__init__(cockpit)
        self._cockpit = cockpit
        self.fenetre = FenetrePublique()
        self.fige = False
        self._page: PagePublique | None = None
        self._vue = Vue()
        self._nom_ecran = ""  # of the projector, once it was seen
        self.sans_second_ecran = False
        self._suivis: list[QScreen] = []
        self._attente = QTimer(self)
        self._attente.setSingleShot(True)
        self._attente.setInterval(ATTENTE_ECRAN)
        self._attente.timeout.connect(self.placer)
        self._extinction = QTimer(self)
        self._extinction.setSingleShot(True)
        self._extinction.setInterval(DUREE_TOUCHE)
        self._extinction.timeout.connect(lambda: self._regler(touchee=""))
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.screenAdded.connect(self._attendre)
        # At once: left to itself, Qt puts the window of a lost screen over the cockpit.
        application.screenRemoved.connect(self.placer)

    # Screens ------------------------------------------------------------------------------------

    def ouvrir(self) -> None:
        """Show the window, without taking the keyboard."""
        self.placer()
        poignee = self._cockpit.window().windowHandle()
        if poignee is not None:
            poignee.screenChanged.connect(self._attendre)

    def fermer(self) -> None:
        self._attente.stop()
        self._extinction.stop()
        self.fenetre.fermer()
        self.fenetre.deleteLater()

    def _attendre(self, _: object = None) -> None:
        self._attente.start()

    def placer(self, _: object = None) -> None:
        """Full screen on the second screen, found again; else see `_sans_second_ecran`."""
        ecrans, ici = QGuiApplication.screens(), self._cockpit.screen()
        ecran = choisir_ecran(ecrans, ici, self._nom_ecran)
        if ecran is None:
            self._sans_second_ecran(double=len(ecrans) > 1)
            return
        self._suivre(ecran)
        self.sans_second_ecran = False
        self.fenetre.encadrer(cadre=False)
        if self.fenetre.geometry() != ecran.geometry() or not self.fenetre.isVisible():
            self.fenetre.setScreen(ecran)
            self.fenetre.setGeometry(ecran.geometry())
            self._montrer(Qt.WindowState.WindowFullScreen)
        self.ecran_change.emit("La salle est montrée sur le second écran.")

    def _suivre(self, ecran: QScreen) -> None:
        """A projector may change its definition while it is plugged."""
        self._nom_ecran = ecran.name()
        if ecran not in self._suivis:
            self._suivis = [*(e for e in self._suivis if e in QGuiApplication.screens()), ecran]
            ecran.geometryChanged.connect(self._attendre)

    def _sans_second_ecran(self, *, double: bool) -> None:
        """Nothing over the cockpit: its small picture is enough until a window is asked for."""
        self.sans_second_ecran = True
        if not self.fenetre.encadree:
            self.fenetre.hide()
        if self._nom_ecran:
            phrase = "Projecteur débranché : la séance continue, il sera retrouvé."
        elif double:
            phrase = "Les écrans montrent la même image : choisissez d'étendre l'affichage (Windows + P)."
        else:
            phrase = "Un seul écran : la salle est montrée ici en petit."
        self.ecran_change.emit(phrase)

    def basculer_fenetre(self) -> None:
        """With one screen, a window of its own to put where it is wanted; again: it goes.

        Raises SaisieRefusee when the room has its screen.
        """
        if not self.sans_second_ecran:
            raise SaisieRefusee("La salle a déjà son écran.")
        if self.fenetre.encadree and self.fenetre.isVisible():
            self.fenetre.hide()
            return
        self.fenetre.encadrer(cadre=True)
        place = self._cockpit.screen().availableGeometry()
        taille = TAILLE_FENETRE.boundedTo(place.size() / 2)
        coin = place.bottomRight() - QPoint(taille.width(), taille.height()) - MARGE_DU_CADRE
        self.fenetre.setGeometry(QRect(coin, taille))
        self._montrer(Qt.WindowState.WindowNoState)

    def _montrer(self, etat: Qt.WindowState) -> None:
        """Qt's own showFullScreen() takes the keyboard; where the system gives it, it is given back."""
        fenetre = self._cockpit.window()
        active = fenetre.isActiveWindow()
        self.fenetre.setWindowState(etat)
        self.fenetre.show()
        if active:
            fenetre.activateWindow()

    # What is shown ------------------------------------------------------------------------------

    def montrer(self, page: PagePublique, touchee: str = "") -> None:
        """Show a page, unless the screen is frozen; `touchee`: the financeur whose envelope moved."""
        self._page = page
        if touchee and not self.fige:
            self._extinction.start()
            self._regler(touchee=touchee)
        else:
            self._afficher()

    def basculer_noir(self) -> None:
        self._regler(noir=not self._vue.noir)

    @property
    def en_tableau(self) -> bool:
        """The room looks at the whole table, or will once the screen is no longer frozen."""
        return self._vue.tableau

    def basculer_tableau(self) -> None:
        """The item alone, or the whole table: the next page tells it."""
        self._vue = replace(self._vue, tableau=not self._vue.tableau)

    def basculer_gel(self) -> None:
        """Freeze what the room sees, or show again what the cockpit is at."""
        self.fige = not self.fige
        self._afficher()
        self.change.emit()

    def dire(self, message: str) -> None:
        """Show a message over everything; empty: the page comes back."""
        self._regler(message=message.strip())

    def agrandir(self, pas: int) -> None:
        """Larger or smaller type, kept from item to item."""
        rang = min(range(len(ZOOMS)), key=lambda i: abs(ZOOMS[i] - self._vue.zoom))
        self._regler(zoom=ZOOMS[min(max(rang + pas, 0), len(ZOOMS) - 1)])

    @property
    def vue(self) -> Vue:
        return self._vue

    def _regler(self, **champs: object) -> None:
        self._vue = replace(self._vue, **champs)  # type: ignore[arg-type]
        self._afficher()

    def _afficher(self) -> None:
        if self.fige:
            gelee = replace(self._vue, tableau=self.fenetre.vue.tableau)
            self.fenetre.afficher(self.fenetre.page, gelee)
        else:
            self.fenetre.afficher(self._page, self._vue)
        self.change.emit()


def choisir_ecran(ecrans: list[QScreen], cockpit: QScreen | None, connu: str) -> QScreen | None:
    """The screen of the room: the one known by its name, else the largest that is not the cockpit's."""
    autres = [e for e in ecrans if e is not cockpit and e.geometry() != _geometrie(cockpit)]
    for ecran in autres:
        if connu and ecran.name() == connu:
            return ecran
    aires = {e: e.geometry().width() * e.geometry().height() for e in autres}
    return max(autres, key=lambda e: aires[e]) if autres else None


def _geometrie(ecran: QScreen | None) -> QRect:
    return ecran.geometry() if ecran is not None else QRect()

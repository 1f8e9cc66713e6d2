"""Pages shown over the window, to look at before they are printed or written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from app.services.errors import ErreurConnue
from app.ui.barres import BarreMessage, BarreTravail
from app.ui.elements import bouton, bouton_icone, etiquette, filet, marges
from app.ui.feuille_peinte import peindre_traces
from app.ui.impression_papier import imprimer_pages
from app.ui.tasks import Ouvrier, Suivi
from app.ui.theme import theme

if TYPE_CHECKING:
    from app.services.pages_pdf import Papier
    from app.services.traces_pages import Trace

COTE = 260  # width of the column at the right
OMBRE = 24  # ground around the page
ZOOMS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)


class EnPages(Protocol):
    """What can be shown: sheets all alike, drawn one by one."""

    @property
    def objet(self) -> str: ...

    @property
    def papier(self) -> Papier: ...

    @property
    def nombre(self) -> int: ...

    def traces(self, numero: int) -> Iterable[Trace]: ...


class Feuille(QWidget):
    """One page, drawn at a zoom (pixels a point)."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Page")
        self._pages: EnPages | None = None
        self._numero = 1
        self.zoom = 1.0

    def montrer(self, pages: EnPages | None, numero: int, zoom: float) -> None:
        self._pages, self._numero, self.zoom = pages, numero, zoom
        if pages is not None:
            papier, marge = pages.papier, 2 * theme().px(OMBRE)
            self.resize(round(papier.largeur * zoom) + marge, round(papier.hauteur * zoom) + marge)
            self.setAccessibleDescription(f"Page {numero} sur {pages.nombre}")
        self.update()

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        with QPainter(self) as peintre:
            peintre.fillRect(self.rect(), theme().couleurs.fond)
            if self._pages is None:
                return
            papier, marge = self._pages.papier, theme().px(OMBRE)
            cadre = QRect(
                marge, marge, round(papier.largeur * self.zoom), round(papier.hauteur * self.zoom)
            )
            peintre.fillRect(cadre.adjusted(-1, -1, 1, 1), theme().couleurs.bord)
            peintre.fillRect(cadre, Qt.GlobalColor.white)
            peintre.setRenderHint(QPainter.RenderHint.Antialiasing)
            peintre.setClipRect(cadre)
            peintre.translate(marge, marge)
            peintre.scale(self.zoom, self.zoom)
            peindre_traces(peintre, self._pages.traces(self._numero), papier.hauteur)


class ApercuPages(QWidget):
    """Covers `hote` until it is closed. `ferme()`. `_reglages` gives what stands at the right."""

    ferme = Signal()

    def __init__(self, objet: str, hote: QWidget, *, dossier: Path) -> None:
        super().__init__(hote)
        self._objet, self._dossier = objet, dossier
        self.pages: EnPages | None = None
        self.numero = 1
        self._zoom = 0.0  # 0: the whole page
        self._ouvrier = Ouvrier(self)
        self.setAutoFillBackground(True)
        self.setAccessibleName(f"Aperçu avant impression : {objet}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._construire()
        hote.installEventFilter(self)
        self.setGeometry(hote.rect())

    # Building -----------------------------------------------------------------------------------

    def _construire(self) -> None:
        self.message, self.travail = BarreMessage(), BarreTravail()
        self._feuille = Feuille()
        self._defile = QScrollArea()
        self._defile.setWidget(self._feuille)
        self._defile.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._defile.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        centre = QVBoxLayout()
        centre.setContentsMargins(0, 0, 0, 0)
        centre.setSpacing(0)
        for barre in (self._barre_de_titre(), self.message, self.travail):
            centre.addWidget(barre)
        corps = QHBoxLayout()
        corps.setSpacing(0)
        corps.addWidget(self._defile, 1)
        corps.addWidget(filet(vertical=True))
        corps.addWidget(self._reglages())
        centre.addLayout(corps, 1)
        self.setLayout(centre)

    def _barre_de_titre(self) -> QWidget:
        barre = QWidget()
        ligne = QHBoxLayout(barre)
        marges(ligne, 8, 16, espace=8)
        self._titre = etiquette(self._objet, "titre")
        self._precedente = bouton_icone("gauche", "Page précédente")
        self._suivante = bouton_icone("droite", "Page suivante")
        self._compte = etiquette("", "doux")
        self._moins = bouton_icone("retirer", "Réduire")
        self._plus = bouton_icone("ajouter", "Agrandir")
        self._entiere = bouton("Page entière", "discret")
        self._fermer = bouton("Fermer", dessin="fermer")
        self._fermer.setToolTip("Revenir à la page (Échap)")
        ligne.addWidget(self._titre, 1)
        for element in (
            *(self._precedente, self._compte, self._suivante),
            *(self._moins, self._plus, self._entiere, self._fermer),
        ):
            ligne.addWidget(element)
        self._precedente.clicked.connect(lambda: self.aller(self.numero - 1))
        self._suivante.clicked.connect(lambda: self.aller(self.numero + 1))
        self._moins.clicked.connect(lambda: self.zoomer(-1))
        self._plus.clicked.connect(lambda: self.zoomer(1))
        self._entiere.clicked.connect(lambda: self.zoomer(0))
        self._fermer.clicked.connect(self.close)
        return barre

    def _reglages(self) -> QWidget:
        raise NotImplementedError

    # Pages --------------------------------------------------------------------------------------

    def aller(self, numero: int) -> None:
        """Show a page, from 1; the nearest one when there is none of that number."""
        if self.pages is None:
            return
        self.numero = min(max(1, numero), self.pages.nombre)
        self._compte.setText(f"Page {self.numero} / {self.pages.nombre}")
        self._precedente.setEnabled(self.numero > 1)
        self._suivante.setEnabled(self.numero < self.pages.nombre)
        self._feuille.montrer(self.pages, self.numero, self._zoom or self._zoom_entier())

    def zoomer(self, sens: int) -> None:
        """Nearer, farther; 0: the whole page."""
        actuel = self._feuille.zoom
        voisins = [z for z in ZOOMS if (z > actuel if sens > 0 else z < actuel)]
        if sens:
            self._zoom = (voisins[0] if sens > 0 else voisins[-1]) if voisins else actuel
        else:
            self._zoom = 0.0
        self.aller(self.numero)

    def _zoom_entier(self) -> float:
        assert self.pages is not None
        papier, place = self.pages.papier, self._defile.viewport().size()
        marge = 2 * theme().px(OMBRE)
        return max(
            0.1,
            min(
                (place.width() - marge) / papier.largeur, (place.height() - marge) / papier.hauteur
            ),
        )

    # Out of the window --------------------------------------------------------------------------

    def _dire(self, chemin: Path) -> None:
        self.message.montrer(f"Export écrit : {chemin}", passager=True, signal="information")

    def _imprimer(self) -> None:
        if self.pages is None:
            return
        try:
            if imprimer_pages(self.pages, self):
                self.message.montrer(
                    "Les pages sont envoyées à l’imprimante.", passager=True, signal="information"
                )
        except ErreurConnue as erreur:
            self.message.montrer(str(erreur))

    def _en_fond(
        self, texte: str, travail: Callable[[Suivi], object], reussite: Callable[..., None]
    ) -> None:
        self.travail.demarrer(texte)
        tache = self._ouvrier.lancer(
            travail,
            reussite=reussite,
            echec=self._echouer,
            avance=self.travail.avancer,
            fin=self.travail.terminer,
        )
        self.travail.annulation.connect(tache.annuler)

    def _echouer(self, erreur: BaseException) -> None:
        if not isinstance(erreur, ErreurConnue):
            raise erreur
        self.message.montrer(str(erreur))

    # Around -------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """While the pages are shown, the keys of the window under them mean nothing."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window; leave when the table under it does, for another page or for good."""
        if event.type() == QEvent.Type.Resize and watched is self.parentWidget():
            self.setGeometry(self.parentWidget().rect())
        elif event.type() == QEvent.Type.Hide and watched is not self.parentWidget():
            self.close()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.aller(self.numero)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        faire = self._touches(ctrl=ctrl).get(Qt.Key(event.key()))
        if faire is not None:
            faire()
        else:
            super().keyPressEvent(event)

    def _touches(self, *, ctrl: bool) -> dict[Qt.Key, Callable[[], object]]:
        derniere = self.pages.nombre if self.pages else 1
        simples: dict[Qt.Key, Callable[[], object]] = {
            Qt.Key.Key_Escape: self.close,
            Qt.Key.Key_PageDown: partial(self.aller, self.numero + 1),
            Qt.Key.Key_PageUp: partial(self.aller, self.numero - 1),
            Qt.Key.Key_Home: partial(self.aller, 1),
            Qt.Key.Key_End: partial(self.aller, derniere),
            Qt.Key.Key_Plus: partial(self.zoomer, 1),
            Qt.Key.Key_Minus: partial(self.zoomer, -1),
        }
        return {Qt.Key.Key_P: self._imprimer, **simples} if ctrl else simples

    def closeEvent(self, event: QEvent) -> None:
        self._ouvrier.fermer()
        self.ferme.emit()
        self.deleteLater()
        event.accept()


def hote_de(sous: QWidget) -> QWidget:
    """What pages cover, in the window of a widget."""
    fenetre = sous.window()
    return fenetre.centralWidget() if isinstance(fenetre, QMainWindow) else fenetre


def poser_apercu(apercu: ApercuPages, sous: QWidget) -> QWidget:
    """Show pages over a window, until they are left or `sous` goes."""
    sous.installEventFilter(apercu)
    avant = QApplication.focusWidget()

    def rendre_le_clavier() -> None:
        """To whom had it, where it is still there."""
        la = avant is not None and isValid(avant) and avant.isVisible()
        (avant if la and avant else sous).setFocus(Qt.FocusReason.OtherFocusReason)

    apercu.ferme.connect(rendre_le_clavier)
    apercu.show()
    apercu.raise_()
    apercu.setFocus()
    return apercu

"""The Qt application: French, themed, with a report window for bugs, then the main window."""

import gc
import os
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, QObject, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from app.services import settings
from app.services.folders import ressources
from app.ui.theme import theme
from app.ui.traductions import traduire

if TYPE_CHECKING:
    from app.ui.bureau import Ouverture

PETIT_ECRAN = 1440  # pixels
# A search for garbage walks every row that is there, a tenth of a second for 20,000 actions: rarely.
RAMASSAGE = (100_000, 50, 50)
MESURE = "TOUR_DE_TABLE_MESURE"


def preparer(arguments: list[str] | None = None) -> QApplication:
    """The application in French and in the look of this person."""
    gc.set_threshold(*RAMASSAGE)
    application = QApplication.instance() or QApplication(arguments or sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("tour-de-table")
    application.setApplicationDisplayName("Tour de table")
    QGuiApplication.setDesktopFileName("tour-de-table")
    QGuiApplication.setWindowIcon(_icone())
    francais = QLocale(QLocale.Language.French, QLocale.Country.France)
    QLocale.setDefault(francais)
    traduire(application)
    reglages = settings.lire()
    mode = reglages.theme if reglages.theme in ("clair", "sombre", "systeme") else "systeme"
    theme().definir(mode, echelle=reglages.echelle)  # type: ignore[arg-type]
    return application


def _icone() -> QIcon:
    """The program's own, for the frames of the windows; each size is read when it is shown."""
    icone = QIcon()
    for image in sorted((ressources() / "icones").glob("tour-de-table-*.png")):
        icone.addFile(str(image))
    return icone


def lancer(ouverture: "Ouverture | None") -> int:
    """Show the main window, on a file if one is being opened, until it is closed."""
    application = preparer()
    from app.ui.bureau import Bureau
    from app.ui.errors import surveiller
    from app.ui.main_window import FenetrePrincipale

    surveiller()
    fenetre = FenetrePrincipale(Bureau(ouverture))
    if ouverture is not None:
        fenetre.ouvrir(ouverture.chemin)
    if os.environ.get(MESURE):
        fenetre.installEventFilter(_Chronometre(fenetre))
    place = application.primaryScreen().availableGeometry()
    if place.width() <= PETIT_ECRAN:
        fenetre.showMaximized()  # with its frame, a window of that size would pass the edge
    else:
        fenetre.show()
    gc.enable()
    gc.freeze()  # what the start made is there to stay
    return application.exec()


class _Chronometre(QObject):
    """For the benchmark of the start: says when the first window is painted, then leaves."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            # Queued: said once this first paint, children included, is over.
            QTimer.singleShot(0, self, _dire_peint)
        return False


def _dire_peint() -> None:
    sys.stdout.write("peint\n")
    sys.stdout.flush()
    QApplication.quit()

"""What went wrong: known errors are a sentence in the window, bugs open a report to be copied."""

import faulthandler
import platform
import sys
import threading
import traceback
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TextIO

import PySide6
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app import __version__
from app.services.errors import ErreurConnue
from app.services.folders import dossier
from app.ui.barres import BarreMessage
from app.ui.elements import bouton, etiquette, marges
from app.ui.theme import theme

RAPPORTS_MAXIMUM = 5  # reports kept in one window: a fault in a paint event repeats without end
AGE_MAXIMUM = timedelta(days=7)
ARRET = (
    "La dernière fois, le programme s’est arrêté brutalement. Tout ce qui avait été validé est "
    "dans le fichier."
)
IMPREVU = (
    "Une erreur imprévue s’est produite. Tout ce qui avait été validé est dans le fichier ; "
    "vous pouvez continuer."
)


class Vigie(QObject):
    """Receives what no one caught, from any thread, and tells it on the main thread."""

    _recue = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("vigie")
        self.fenetre: FenetreRapport | None = None
        self._trace: TextIO | None = None
        self._recue.connect(self.dire, Qt.ConnectionType.QueuedConnection)

    def recevoir(
        self,
        genre: type[BaseException],
        erreur: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """The interpreter's hook: a screen is not opened from within a paint event."""
        if not issubclass(genre, Exception):
            sys.__excepthook__(genre, erreur, trace)
            return
        if not isinstance(erreur, ErreurConnue):
            sys.__excepthook__(genre, erreur, trace)
        self._recue.emit(erreur)

    def recevoir_du_fil(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self.recevoir(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def dire(self, erreur: BaseException) -> None:
        """A known error goes to the message bar of the window in use, a bug to the report window."""
        if isinstance(erreur, ErreurConnue):
            barre = _barre()
            if barre is not None:
                barre.montrer(str(erreur))
                return
            self._rapporter(str(erreur), "")
            return
        self._rapporter(IMPREVU, rapport("".join(traceback.format_exception(erreur))))

    def _rapporter(self, phrase: str, texte: str) -> None:
        if self.fenetre is None:
            self.fenetre = FenetreRapport(phrase)
            self.fenetre.finished.connect(self._oublier_fenetre)
            self.fenetre.show()
        if texte:
            self.fenetre.ajouter(texte)

    def _oublier_fenetre(self) -> None:
        if self.fenetre is not None:
            self.fenetre.deleteLater()
            self.fenetre = None

    # Crashes of the interpreter itself ----------------------------------------------------------

    def armer(self, ou: Path) -> str:
        """Have a crash write its trace in `ou`; returns the trace that a former crash left there."""
        try:
            ancienne = _derniere_trace(ou)
            nom = f"arret-{datetime.now().astimezone():%Y%m%d-%H%M%S-%f}.txt"
            self._trace = (ou / nom).open("w", encoding="utf-8")
        except OSError:
            return ""  # a folder that cannot be written: the program goes on without this trace
        faulthandler.enable(self._trace)
        return ancienne

    def desarmer(self) -> None:
        """A clean end leaves no trace."""
        if self._trace is not None:
            faulthandler.disable()
            self._trace.close()
            Path(self._trace.name).unlink(missing_ok=True)
            self._trace = None

    def dire_arret(self, trace: str) -> None:
        self._rapporter(ARRET, rapport(trace))


class FenetreRapport(QDialog):
    """What happened, and the details to copy to whoever looks after the tool. Nothing is sent."""

    def __init__(self, phrase: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Tour de table – rapport d’erreur")
        self._nombre = 0
        titre = etiquette("Le programme a rencontré une erreur", "titre")
        texte = etiquette(phrase)
        texte.setWordWrap(True)
        self._aide = etiquette(
            "Rien n’est envoyé. Copiez ce rapport et transmettez-le à la personne qui suit "
            "l’outil : il ne contient aucune donnée de votre fichier.",
            "doux",
        )
        self._aide.setWordWrap(True)
        self._detail = QPlainTextEdit()
        self._detail.setReadOnly(True)
        self._detail.setAccessibleName("Détail de l’erreur")
        self._detail.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.copier = bouton("Copier le rapport", "principal", dessin="copier")
        self.copier.clicked.connect(self._copier)
        self.copier.setDefault(True)
        fermer = bouton("Continuer")
        fermer.setAutoDefault(False)
        fermer.clicked.connect(self.accept)
        bas = QHBoxLayout()
        bas.setSpacing(theme().px(8))
        bas.addStretch(1)
        bas.addWidget(fermer)
        bas.addWidget(self.copier)
        colonne = QVBoxLayout(self)
        marges(colonne, 16, espace=12)
        for element in (titre, texte, self._aide, self._detail):
            colonne.addWidget(element)
        colonne.addLayout(bas)
        for element in (self._aide, self._detail, self.copier):
            element.hide()
        self.setMinimumWidth(theme().px(560))

    @property
    def texte(self) -> str:
        return self._detail.toPlainText()

    def ajouter(self, rapport_d_erreur: str) -> None:
        """Another report in the same window; the same one twice, or too many, are not repeated."""
        if self._nombre >= RAPPORTS_MAXIMUM or rapport_d_erreur in self.texte:
            return
        self._nombre += 1
        self._detail.appendPlainText(rapport_d_erreur)
        for element in (self._aide, self._detail, self.copier):
            element.show()
        self.resize(theme().px(680), theme().px(440))

    def _copier(self) -> None:
        QApplication.clipboard().setText(self.texte)
        self.copier.setText("Rapport copié")


def rapport(trace: str) -> str:
    """Versions, system and trace, with the person's folder left out."""
    entete = (
        f"Tour de table {__version__} · {datetime.now().astimezone():%d/%m/%Y %H:%M}\n"
        f"{platform.platform()} · Python {platform.python_version()} · Qt {PySide6.__version__}\n"
    )
    return (entete + "\n" + trace.rstrip() + "\n").replace(str(Path.home()), "~")


def surveiller() -> Vigie:
    """Watch the running application: errors no one caught, threads, and crashes of last time."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise TypeError("surveiller() asked before there is a QApplication")
    vigie = Vigie(application)
    sys.excepthook = vigie.recevoir
    threading.excepthook = vigie.recevoir_du_fil
    ancienne = vigie.armer(dossier())
    application.aboutToQuit.connect(vigie.desarmer)
    if ancienne:
        QTimer.singleShot(0, vigie, lambda: vigie.dire_arret(ancienne))
    return vigie


def _barre() -> BarreMessage | None:
    """The message bar of the window in use, else of any window on screen."""
    active = QApplication.activeWindow()
    fenetres = [active] if active is not None else []
    fenetres += [f for f in QApplication.topLevelWidgets() if f.isVisible() and f is not active]
    for fenetre in fenetres:
        barre = fenetre.findChild(BarreMessage)
        if barre is not None:
            return barre
    return None


def _derniere_trace(ou: Path) -> str:
    """Text of the last crash, read once. Empty files belong to programs still running."""
    derniere = ""
    limite = (datetime.now().astimezone() - AGE_MAXIMUM).timestamp()
    for chemin in sorted(ou.glob("arret-*.txt")):
        etat = chemin.stat()
        if etat.st_size:
            derniere = chemin.read_text(encoding="utf-8", errors="replace")
        if etat.st_size or etat.st_mtime < limite:
            chemin.unlink(missing_ok=True)
    return derniere

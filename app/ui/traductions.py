"""What Qt's own French leaves in English: labels of its file window, seen where none is native."""

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication

# (context, English) -> French: what the catalogue of Qt 6.11 lacks or words badly.
MANQUANTS = {
    ("QFileDialog", "&Look in:"): "&Dossier\u00a0:",
    ("QFileDialog", "Look in:"): "Dossier\u00a0:",
    ("QFileDialog", "Files of &type:"): "&Type de fichier\u00a0:",
    ("QFileDialog", "Files of type:"): "Type de fichier\u00a0:",
    ("QFileDialog", "Change to detail view mode"): "Affiche la vue détaillée",
}


class Complement(QTranslator):
    """Answers for what is missing; the catalogue of Qt is asked for all the rest."""

    def translate(self, contexte: str, source: str, *_: object) -> str | None:
        return MANQUANTS.get((contexte, source))

    def isEmpty(self) -> bool:
        return False


def traduire(application: QApplication) -> None:
    """Install the French of Qt, then what it lacks: the last installed is asked first."""
    catalogue = QTranslator(application)
    if catalogue.load("qtbase_fr", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(catalogue)
    application.installTranslator(Complement(application))

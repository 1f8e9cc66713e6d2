"""What Qt's own French leaves in English: labels of its file window, seen where none is native."""

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication

# (context, English) -> French: what the catalogue of Qt 6.11 lacks or words badly.
MANQUANTS = {
    ("QFileDialog", "&Look in:"): "&Dossier\u00a0:",
    ("QFileDialog", "Look in:"): "Dossier\u00a0:",
    ("QFileDialog", "Files of &type:"): "&Type de fichier\u00a0:",
    ("QFileDialog", "Files of type:"): "Type de fichier\u00a0:",
    ("QAbstractFileIconProvider", "Drive"): "Disque",
    ("QAbstractFileIconProvider", "Folder"): "Dossier",
    ("QAbstractFileIconProvider", "File Folder"): "Dossier",
    ("QAbstractFileIconProvider", "File"): "Fichier",
    ("QAbstractFileIconProvider", "%1 File"): "Fichier %1",
    ("QAbstractFileIconProvider", "Shortcut"): "Raccourci",
    ("QAbstractFileIconProvider", "Alias"): "Alias",
    ("QAbstractFileIconProvider", "Unknown"): "Inconnu",
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

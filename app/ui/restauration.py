"""Restoring a backup from the window: which one, where, then the file that results is opened."""

from __future__ import annotations

from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QFileDialog

from app.services.errors import ErreurConnue
from app.services.sauvegardes import restaurer
from app.ui import dialogs

if TYPE_CHECKING:
    from app.ui.main_window import FenetrePrincipale


def restaurer_une_sauvegarde(fenetre: FenetrePrincipale, dossier: str) -> None:
    """List the backups; restoring one closes the file first, and opens the result."""
    ouvert = fenetre.contexte.fichier.chemin if fenetre.contexte else None
    boite = dialogs.SauvegardesDialogue(ouvert, fenetre)
    if boite.exec() != QDialog.DialogCode.Accepted:
        return
    nom = boite.choisie.stem.rsplit("_", 3)[0]
    propose = ouvert or Path(dossier, f"{nom}.tdt")
    chemin, _ = QFileDialog.getSaveFileName(
        fenetre, "Restaurer la sauvegarde à cet emplacement", str(propose), dialogs.FILTRE
    )
    if not chemin:
        return
    with TemporaryDirectory() as abri:
        # Closing drops the backups that are too old: the chosen one may be among them.
        choisie = Path(copy(boite.choisie, abri))
        if not (fenetre.bureau.fermer_les_autres(fenetre) and fenetre.fermer_fichier()):
            return
        try:
            gardee = restaurer(choisie, Path(chemin))
        except ErreurConnue:
            if ouvert is not None:
                fenetre.ouvrir(ouvert)
            raise
    if fenetre.ouvrir(Path(chemin)):
        suite = " Le fichier remplacé a été sauvegardé." if gardee else ""
        fenetre.informer(f"Sauvegarde restaurée.{suite}")

"""The write-ahead log beside an open file: gathered into it at a clean close, never into another one."""

import contextlib
import os
import sqlite3
from pathlib import Path

from app.models import database
from app.services.errors import DisquePlein, FichierOccupe

ATTENTE_FERMETURE = 0.5  # seconds given to other programs that read, so that one file is left


def _journal(chemin: Path, suffixe: str = "-wal") -> Path:
    """SQLite puts it beside the real file, whatever link led there."""
    return Path(os.path.realpath(chemin) + suffixe)


def quitter_le_mode_wal(chemin: Path) -> None:
    """So that the file alone holds everything."""
    with contextlib.suppress(sqlite3.Error):
        connexion = sqlite3.connect(
            database.adresse(chemin, "rw"), uri=True, timeout=ATTENTE_FERMETURE
        )
        try:
            connexion.execute("PRAGMA journal_mode=DELETE")
        finally:
            connexion.close()


def vider_journal(chemin: Path) -> None:
    """Of a file that another program wrote over: SQLite would play our log into it on closing."""
    with contextlib.suppress(OSError):
        os.truncate(_journal(chemin), 0)


def est_journal_vide(chemin: Path) -> bool:
    reste = _journal(chemin)
    return not reste.exists() or not reste.stat().st_size


def retirer_journal_vide(chemin: Path) -> None:
    """SQLite leaves the log of a file that was moved: it would come beside the next of that name."""
    reste = _journal(chemin)
    if reste.exists() and not reste.stat().st_size:
        reste.unlink()
        _journal(chemin, "-shm").unlink(missing_ok=True)


def exiger_un_seul_fichier(chemin: Path, *, occupe: bool) -> None:
    """Raises FichierOccupe or DisquePlein when the log still holds the last entries."""
    reste = _journal(chemin)
    if est_journal_vide(chemin):
        return
    a_part = (
        f"Les dernières saisies sont en sécurité, mais à part, dans « {reste.name} » : avant de "
        f"copier « {chemin.name} »,"
    )
    if occupe:
        raise FichierOccupe(
            f"{a_part} fermez l'autre programme qui lit ce fichier, puis rouvrez et refermez le "
            "fichier."
        )
    raise DisquePlein(f"{a_part} libérez de la place, rouvrez-le puis refermez-le.")

"""Who has the file open: an operating-system lock, and a note that names its holder.

The lock itself dies with its owner. A note that outlives its lock is a dead owner's, and is taken over.
"""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.services.errors import FichierOccupe
from app.services.settings import machine

if TYPE_CHECKING:
    from filelock import BaseFileLock


NOTE_MAXIMUM = 10_000  # characters: ours are a hundred


@dataclass(frozen=True, slots=True)
class Detenteur:
    """Who opened a file, on which machine and when (ISO, local time)."""

    personne: str
    machine: str
    depuis: str

    @classmethod
    def ici(cls, personne: str) -> "Detenteur":
        """This person, on this machine, from now on."""
        depuis = datetime.now().astimezone().isoformat(timespec="minutes")
        return cls(personne, machine(), depuis)

    @classmethod
    def lu(cls, texte: str) -> "Detenteur | None":
        """The holder that a note names; None when another program damaged it."""
        try:
            detenteur = cls(**json.loads(texte))
            str(detenteur)
        except (ValueError, TypeError, RecursionError):
            return None
        champs = (detenteur.personne, detenteur.machine)
        return detenteur if all(isinstance(c, str) and c.isprintable() for c in champs) else None

    def __str__(self) -> str:
        quand = datetime.fromisoformat(self.depuis)
        return f"{self.personne} (poste {self.machine}, le {quand:%d/%m/%Y à %H:%M})"


class Verrou:
    """The lock of one file. `repris_de`: the dead owner whose place was taken, if any."""

    def __init__(self, fichier: Path) -> None:
        reel = Path(os.path.realpath(fichier))  # one lock, whatever link leads to the file
        self._serrure = reel.with_name(f".~verrou.{reel.name}")
        self._note = reel.with_name(f".~ouvert.{reel.name}")
        self._nom = fichier.name
        self._tenu: BaseFileLock | None = None
        self.repris_de: Detenteur | None = None

    def prendre(self, detenteur: Detenteur) -> None:
        """Raises FichierOccupe (naming the holder), or OSError when the folder cannot be written."""
        from filelock import FileLock, Timeout

        # A file may open on a thread and close on another: the lock belongs to the program.
        serrure = FileLock(self._serrure, timeout=0, thread_local=False)
        try:
            serrure.acquire()
        except Timeout as cause:
            raise self._occupe() from cause
        self._tenu = serrure
        self.repris_de = self._lire_note()
        self._note.write_text(json.dumps(asdict(detenteur)), encoding="utf-8")

    def _occupe(self) -> FichierOccupe:
        present = self._lire_note()
        qui = str(present) if present else "une autre personne"
        return FichierOccupe(
            f"« {self._nom} » est déjà ouvert par {qui}. "
            "Demandez-lui de le fermer, ou ouvrez-le en lecture seule.",
            detenteur=qui,
        )

    def _lire_note(self) -> Detenteur | None:
        try:
            with self._note.open(encoding="utf-8") as flux:
                return Detenteur.lu(flux.read(NOTE_MAXIMUM))
        except (OSError, ValueError):
            return None

    def rendre(self) -> None:
        """Give the lock back and leave no trace beside the file."""
        if self._tenu is None:
            return
        with contextlib.suppress(OSError):
            self._note.unlink(missing_ok=True)
            if sys.platform != "win32":
                # Removed while still held: removed later, it could be another owner's.
                os.unlink(self._serrure)
        self._tenu.release()
        self._tenu = None


def a_un_autre_nom(fichier: Path) -> bool:
    """True when another name leads to the same file: each would have its own lock, and its own log."""
    return os.stat(fichier).st_nlink > 1


@contextmanager
def reserver(destination: Path, personne: str) -> Iterator[None]:
    """Hold the place where a copy is about to be put: nobody has that file open, nobody opens it.

    Raises FichierOccupe, or OSError when the folder is missing or cannot be written.
    """
    if not destination.parent.is_dir():  # the lock would make it
        raise FileNotFoundError(destination.parent)
    verrou = Verrou(destination)
    try:
        _prendre_pour_copie(verrou, destination, personne)
        yield
    finally:
        verrou.rendre()


def _prendre_pour_copie(verrou: Verrou, destination: Path, personne: str) -> None:
    try:
        verrou.prendre(Detenteur.ici(personne))
    except FichierOccupe as cause:
        raise FichierOccupe(
            f"« {destination.name} » est déjà ouvert par {cause.detenteur} : demandez-lui de le "
            "fermer, ou choisissez un autre nom pour la copie.",
            detenteur=cause.detenteur,
        ) from cause

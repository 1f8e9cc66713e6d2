"""Is the open file still the one that we write? Another program may copy a file over it, in place.

Nothing but us writes to a file that we hold, so that two signs are enough, both cheap: its size and
date on a local disk, where a write-ahead log makes SQLite blind to what lies under it, and the last
entry of its journal, read at the start of each operation.
"""

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from app.models import database
from app.services.journal_wal import est_journal_vide
from app.services.transaction import Maillon, dernier_maillon

_AUTRE_CONTENU = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)  # « no such table » is an ERROR


class Temoin:
    """What we know of the open file since our last write. `suivi`: its size and date count."""

    def __init__(self, chemin: Path, *, suivi: bool, maillon: Maillon) -> None:
        self._chemin = chemin
        self.suivi = suivi
        self._inode, self._ecrit = _regarder(chemin)
        # Nothing in the log: what was just read is what the file holds by itself.
        self._fond = maillon if suivi and est_journal_vide(chemin) else self._lire_fond()
        self.maillon = maillon
        self.est_reecrit = False
        self.verrou = threading.RLock()  # held while we write

    def est_en_place(self) -> bool:
        """False when another program moved, replaced or deleted the file."""
        return _regarder(self._chemin)[0] == self._inode

    def est_la(self, autre: Path) -> bool:
        """True when that name is one more name of the file."""
        return _regarder(autre)[0] == self._inode

    def regarder(self) -> bool:
        """False when another program wrote over the file; examined only when its date moved."""
        if self._a_bouge():
            with self.verrou:  # another thread of ours may have just written it
                if self._a_bouge() and not self.est_reecrit:
                    self.est_reecrit = not self._est_le_notre()
                    self._ecrit = _regarder(self._chemin)[1]
        return not self.est_reecrit

    def _a_bouge(self) -> bool:
        inode, ecrit = _regarder(self._chemin)
        return self.suivi and inode == self._inode and ecrit != self._ecrit

    def noter(self) -> None:
        """What the file looks like after our own write, which now and then takes in the log."""
        ecrit = _regarder(self._chemin)[1]
        if ecrit != self._ecrit:
            self._ecrit, self._fond = ecrit, self._lire_fond()

    def suit(self, pilote: sqlite3.Connection) -> bool:
        """False when the journal, read in a transaction, does not end where we left it."""
        try:
            if dernier_maillon(pilote) != self.maillon:
                self.est_reecrit = True
        except sqlite3.Error as cause:
            if cause.sqlite_errorcode not in _AUTRE_CONTENU:
                raise
            self.est_reecrit = True
        return not self.est_reecrit

    def _lire_fond(self) -> Maillon | None:
        """The last entry that the file holds by itself, whatever its log adds; None: unreadable."""
        if not self.suivi:
            return None
        try:
            with closing(self._connecter("&immutable=1")) as connexion:
                return dernier_maillon(connexion)
        except sqlite3.Error:
            return None

    def _connecter(self, options: str = "") -> sqlite3.Connection:
        return sqlite3.connect(database.adresse(self._chemin, "ro") + options, uri=True)

    def _est_le_notre(self) -> bool:
        """True when the file, read anew with its log, is whole and holds all that we wrote.

        A date alone proves nothing: it moves when a file is touched or copied over itself.
        """
        if self._lire_fond() != self._fond:
            return False
        try:
            with closing(self._connecter()) as connexion:
                return (
                    not database.est_tronque(connexion, self._chemin)
                    and not database.defauts(connexion)
                    and dernier_maillon(connexion) == self.maillon
                    and _sans_trou(connexion)
                )
        except sqlite3.Error:
            return False


def _sans_trou(connexion: sqlite3.Connection) -> bool:
    nombre, dernier = connexion.execute(
        "SELECT count(*), coalesce(max(numero), 0) FROM operation"
    ).fetchone()
    return bool(nombre == dernier)


def _regarder(chemin: Path) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """What tells a file from one put in its place, and from one written over it; None: not there."""
    try:
        etat = os.stat(chemin)
    except FileNotFoundError:
        return None, None
    return (etat.st_dev, etat.st_ino), (etat.st_size, etat.st_mtime_ns)

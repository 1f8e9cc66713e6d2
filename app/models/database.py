"""The SQLite engine: pragmas, read-only by default, identity of our files, integrity."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import QueuePool

APPLICATION_ID = 0x54645431  # « TdT1 »: tells our files from any other SQLite file
DELAI_OCCUPATION = 5.0  # seconds that a connection waits for another one of the same program


def ouvrir_moteur(chemin: Path, *, wal: bool = True, lecture_seule: bool = False) -> Engine:
    """An engine whose connections refuse writes until an operation allows them.

    WAL with `synchronous=FULL` on a local disk: one sync per amount, and an amount voted in public
    survives a power cut. `wal=False` for a network or removable drive, where WAL is unsafe.
    """
    mode = "ro" if lecture_seule else "rw"
    adresse = f"{chemin.resolve().as_uri()}?mode={mode}"

    def connecter() -> sqlite3.Connection:
        # isolation_level=None: SQLAlchemy and the operation say BEGIN, the driver never does.
        return sqlite3.connect(
            adresse,
            uri=True,
            isolation_level=None,
            timeout=DELAI_OCCUPATION,
            check_same_thread=False,
        )

    moteur = create_engine("sqlite://", creator=connecter, poolclass=QueuePool, pool_size=3)
    journal = "WAL" if wal else "DELETE"

    @event.listens_for(moteur, "connect")
    def _regler(connexion: Any, _: Any) -> None:
        connexion.execute("PRAGMA foreign_keys=ON")
        connexion.execute("PRAGMA cache_size=-32000")
        if not lecture_seule:
            connexion.execute(f"PRAGMA journal_mode={journal}")
            connexion.execute("PRAGMA synchronous=FULL")
        connexion.execute("PRAGMA query_only=ON")

    return moteur


def creer_base_vide(chemin: Path) -> None:
    """An empty SQLite file that carries our identity. The file must not exist."""
    with chemin.open("xb"):
        pass
    connexion = sqlite3.connect(chemin)
    try:
        connexion.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connexion.execute("PRAGMA encoding='UTF-8'")
        connexion.commit()
    finally:
        connexion.close()


def identite(chemin: Path) -> tuple[int, str | None]:
    """(application_id, schema revision or None) of a file. Raises sqlite3.DatabaseError if it is none."""
    connexion = sqlite3.connect(f"{chemin.resolve().as_uri()}?mode=ro", uri=True)
    try:
        application: int = connexion.execute("PRAGMA application_id").fetchone()[0]
        table = "SELECT 1 FROM sqlite_master WHERE name='alembic_version'"
        if connexion.execute(table).fetchone() is None:
            return application, None
        ligne = connexion.execute("SELECT version_num FROM alembic_version").fetchone()
        return application, ligne[0] if ligne else None
    finally:
        connexion.close()


def defauts(connexion: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong in a file: damaged pages, broken links. Empty when sound."""
    trouves = [ligne[0] for ligne in connexion.execute("PRAGMA integrity_check(20)")]
    liens = [
        f"lien rompu dans {table} (ligne {rang}) vers {cible}"
        for table, rang, cible, _ in connexion.execute("PRAGMA foreign_key_check")
    ]
    return [texte for texte in trouves if texte != "ok"] + liens


def copier(source: Path, destination: Path) -> None:
    """Copy an SQLite file through the backup API: right even while it is open and in WAL."""
    origine = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)
    try:
        copie = sqlite3.connect(destination)
        try:
            origine.backup(copie)
            # A copy is one file: it is mailed, carried on a key, opened elsewhere.
            copie.execute("PRAGMA journal_mode=DELETE")
        finally:
            copie.close()
    finally:
        origine.close()

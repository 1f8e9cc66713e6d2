"""The SQLite engine: pragmas, read-only by default, identity of our files, integrity."""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import CursorResult, Engine, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import QueuePool
from sqlalchemy.util import LRUCache

APPLICATION_ID = 0x54645431  # « TdT1 »: tells our files from any other SQLite file
AUTOUR = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a file
DEFAUTS_CITES = 20  # SQLite stops there
DELAI_OCCUPATION = 5.0  # seconds that a connection waits for another one of the same program


def adresse(chemin: Path, mode: str) -> str:
    """SQLite's URI of a file, whatever signs its name holds. `mode` is « ro » or « rw »."""
    return f"{chemin.resolve().as_uri()}?mode={mode}"


# Beyond, the log is gathered in the middle of a key (40 ms for 1,000 pages); before, in the pauses.
PAGES_DU_JOURNAL = 4000


def ouvrir_moteur(chemin: Path, *, wal: bool = True, lecture_seule: bool = False) -> Engine:
    """An engine whose connections refuse writes until an operation allows them.

    WAL with `synchronous=FULL` on a local disk: one sync per amount, and an amount voted in public
    survives a power cut. `wal=False` for a network or removable drive, where WAL is unsafe.
    """
    uri = adresse(chemin, "ro" if lecture_seule else "rw")

    def connecter() -> sqlite3.Connection:
        # isolation_level=None: SQLAlchemy and the operation say BEGIN, the driver never does.
        return sqlite3.connect(
            uri,
            uri=True,
            isolation_level=None,
            timeout=DELAI_OCCUPATION,
            check_same_thread=False,
        )

    # hide_parameters: the report of a defect must carry neither names nor amounts.
    moteur = create_engine(
        f"sqlite+{_COMMUN}://",
        creator=connecter,
        poolclass=QueuePool,
        pool_size=3,
        json_serializer=_en_json,
        hide_parameters=True,
        execution_options={"compiled_cache": _COMPILEES},
    )
    journal = "WAL" if wal else "DELETE"

    @event.listens_for(moteur, "connect")
    def _regler(connexion: Any, _: Any) -> None:
        connexion.execute("PRAGMA foreign_keys=ON")
        connexion.execute("PRAGMA cache_size=-32000")
        if not lecture_seule:
            connexion.execute(f"PRAGMA journal_mode={journal}")
            connexion.execute("PRAGMA synchronous=FULL")
            connexion.execute(f"PRAGMA wal_autocheckpoint={PAGES_DU_JOURNAL}")
        connexion.execute("PRAGMA query_only=ON")

    return moteur


class DialecteCommun(SQLiteDialect_pysqlite):
    """The same for every file, so that a statement compiled for one serves all the others.

    Opening a file runs some thirty of them: compiling takes ten times longer than running.
    """

    supports_statement_cache = True

    def __eq__(self, autre: object) -> bool:
        return isinstance(autre, DialecteCommun)

    def __hash__(self) -> int:
        return hash(DialecteCommun)


def toutes(resultat: CursorResult[Any]) -> Sequence[Any]:
    """Every row of a result: plain where the request says so, which costs half as much."""
    if not resultat.context.execution_options.get("nue"):
        return resultat.all()
    curseur = resultat.cursor
    lignes: Sequence[Any] = curseur.fetchall() if curseur else ()
    resultat.close()
    return lignes


_COMMUN = "commun"
_COMPILEES: LRUCache[Any, Any] = LRUCache(1_000)
registry.register(f"sqlite.{_COMMUN}", __name__, DialecteCommun.__name__)


def _en_json(valeur: Any) -> str:
    """Accents as they are: a name searched for in a list of variants is found."""
    return json.dumps(valeur, ensure_ascii=False)


def creer_base_vide(chemin: Path) -> None:
    """An empty SQLite file that carries our identity. The file must not exist."""
    with chemin.open("xb"):
        pass
    try:
        with closing(sqlite3.connect(chemin)) as connexion:
            connexion.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connexion.execute("PRAGMA encoding='UTF-8'")
            connexion.commit()
    except BaseException:
        effacer(chemin)
        raise


def identite(chemin: Path) -> tuple[int, str | None]:
    """(application_id, schema revision or None) of a file. Raises sqlite3.Error if it is none."""
    try:
        return _lire_identite(adresse(chemin, "ro"))
    except sqlite3.OperationalError as cause:
        if cause.sqlite_errorcode == sqlite3.SQLITE_ERROR:
            return 0, None  # its first bytes announce a format that SQLite does not know
        if cause.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
            raise
        # A killed program left a rollback journal: SQLite must be allowed to play it back first.
        return _lire_identite(adresse(chemin, "rw"))


def _lire_identite(uri: str) -> tuple[int, str | None]:
    connexion = sqlite3.connect(uri, uri=True)
    try:
        application: int = connexion.execute("PRAGMA application_id").fetchone()[0]
        return application, revision(connexion) if application == APPLICATION_ID else None
    finally:
        connexion.close()


def revision(connexion: sqlite3.Connection) -> str | None:
    """Which version of the schema the file has; None when it says none."""
    table = "SELECT 1 FROM sqlite_master WHERE name='alembic_version'"
    if connexion.execute(table).fetchone() is None:
        return None
    ligne = connexion.execute("SELECT version_num FROM alembic_version").fetchone()
    return ligne[0] if ligne and isinstance(ligne[0], str) else None


def est_brouille(erreur: BaseException | None) -> bool:
    """True when SQLite cannot make sense of the bytes of a file: another format, or a damaged one."""
    if isinstance(erreur, UnicodeDecodeError):
        return True  # its message repeats bytes of the file, which the driver cannot read
    return isinstance(erreur, sqlite3.Error) and erreur.sqlite_errorcode & 0xFF in (
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_CORRUPT,
    )


def defauts(connexion: sqlite3.Connection, *, a_fond: bool = True) -> list[str]:
    """The damaged pages and indexes that SQLite finds in a file. Empty when sound.

    `a_fond=False`: the pages only, as quick as reading the file once.
    """
    return _pages(connexion, f"integrity_check({DEFAUTS_CITES})" if a_fond else "quick_check(1)")


def liens_rompus(connexion: sqlite3.Connection) -> dict[tuple[str, str], int]:
    """(table, column) -> how many of its rows refer to one that is not there."""
    trouves = Counter(
        (table, rang) for table, _, _, rang in connexion.execute("PRAGMA foreign_key_check")
    )
    colonnes = 'SELECT "from" FROM pragma_foreign_key_list(?) WHERE id=?'
    return {
        (table, connexion.execute(colonnes, (table, rang)).fetchone()[0]): nombre
        for (table, rang), nombre in trouves.items()
    }


def _pages(connexion: sqlite3.Connection, controle: str) -> list[str]:
    """Its lines without the heading that SQLite puts before those of a database."""
    trouves = [texte for (texte,) in connexion.execute(f"PRAGMA {controle}") if texte != "ok"]
    lignes = [ligne for texte in trouves for ligne in texte.splitlines()]
    return [ligne for ligne in lignes if not ligne.startswith("***")]


def est_tronque(connexion: sqlite3.Connection, chemin: Path) -> bool:
    """True when the last page is not whole: SQLite would read zeros in its place."""
    page: int = connexion.execute("PRAGMA page_size").fetchone()[0]
    return chemin.stat().st_size % page != 0


def copier(source: Path, destination: Path) -> None:
    """Copy an SQLite file through the backup API: right even while it is open and in WAL."""
    origine = sqlite3.connect(adresse(source, "ro"), uri=True)
    try:
        copier_depuis(origine, destination)
    finally:
        origine.close()


def copier_depuis(origine: sqlite3.Connection, destination: Path) -> None:
    copie = sqlite3.connect(destination)
    try:
        origine.backup(copie)
        # A copy is one file: it is mailed, carried on a key, opened elsewhere.
        copie.execute("PRAGMA journal_mode=DELETE")
    finally:
        copie.close()


def mettre_en_place(provisoire: Path, destination: Path) -> None:
    """Rename a copy to its place, without what a killed program left beside the file replaced.

    SQLite would play an old log back into the new file.
    """
    for suffixe in AUTOUR:
        destination.with_name(destination.name + suffixe).unlink(missing_ok=True)
    provisoire.replace(destination)


def effacer(chemin: Path) -> None:
    """Remove a file that was not finished, and what SQLite keeps beside it."""
    for suffixe in ("", *AUTOUR):
        chemin.with_name(chemin.name + suffixe).unlink(missing_ok=True)

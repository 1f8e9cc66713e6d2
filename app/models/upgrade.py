"""Upgrade of a stored file to the present schema, by Alembic. Imported only when there is one to do."""

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine

from app.models.database import adresse, defauts, liens_rompus

MIGRATIONS = Path(__file__).parent / "migrations"


def est_connue(revision: str) -> bool:
    """False for a number that no version of the program ever gave to a file."""
    return revision in {c.stem.partition("_")[0] for c in (MIGRATIONS / "versions").glob("0*.py")}


def mettre_a_niveau(chemin: Path, *, revision: str = "head") -> None:
    """Run the migrations up to `revision` in one transaction: all of them or none.

    Raises sqlite3.IntegrityError when they would leave a broken link behind them.
    """

    def connecter() -> sqlite3.Connection:
        # The driver would otherwise commit around each CREATE TABLE. Foreign keys stay off:
        # rebuilding a table drops it for a moment.
        return sqlite3.connect(adresse(chemin, "rw"), uri=True, isolation_level=None)

    moteur = create_engine("sqlite://", creator=connecter)
    try:
        with moteur.connect() as connexion:
            connexion.exec_driver_sql("BEGIN IMMEDIATE")
            avant = liens_rompus(_pilote(connexion))
            command.upgrade(_configuration(connexion), revision)
            _exiger_sain(_pilote(connexion), avant)
            connexion.exec_driver_sql("COMMIT")
    finally:
        moteur.dispose()


def _pilote(connexion: Connection) -> sqlite3.Connection:
    pilote = connexion.connection.driver_connection
    assert isinstance(pilote, sqlite3.Connection)
    return pilote


def _exiger_sain(pilote: sqlite3.Connection, avant: dict[tuple[str, str], int]) -> None:
    """`avant`: the links that another program had broken already, which stay as they were."""
    trouves = defauts(pilote)
    if trouves:
        raise sqlite3.IntegrityError(trouves[0])
    for (table, champ), nombre in liens_rompus(pilote).items():
        if nombre > avant.get((table, champ), 0):
            raise sqlite3.IntegrityError(f"broken links: {table}.{champ}")


def _configuration(connexion: Connection) -> Config:
    configuration = Config()
    # Alembic reads « % » as the start of a variable.
    configuration.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    configuration.attributes["connexion"] = connexion
    return configuration

"""Upgrade of a stored file to the present schema, by Alembic. Imported only when there is one to do."""

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine

from app.models.database import adresse, defauts

MIGRATIONS = Path(__file__).parent / "migrations"


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
            command.upgrade(_configuration(connexion), revision)
            _exiger_sain(connexion)
            connexion.exec_driver_sql("COMMIT")
    finally:
        moteur.dispose()


def _exiger_sain(connexion: Connection) -> None:
    pilote = connexion.connection.driver_connection
    assert isinstance(pilote, sqlite3.Connection)
    trouves = defauts(pilote)
    if trouves:
        raise sqlite3.IntegrityError(trouves[0])


def _configuration(connexion: Connection) -> Config:
    configuration = Config()
    # Alembic reads « % » as the start of a variable.
    configuration.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    configuration.attributes["connexion"] = connexion
    return configuration

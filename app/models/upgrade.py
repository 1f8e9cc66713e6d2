"""Upgrade of a stored file to the present schema, by Alembic. Imported only when there is one to do."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine


def mettre_a_niveau(chemin: Path, *, revision: str = "head") -> None:
    """Run the migrations up to `revision` in one transaction: all of them or none."""
    moteur = create_engine(f"sqlite:///{chemin}")
    try:
        with moteur.begin() as connexion:
            command.upgrade(_configuration(connexion), revision)
    finally:
        moteur.dispose()


def _configuration(connexion: Connection) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    configuration.attributes["connexion"] = connexion
    return configuration

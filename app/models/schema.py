"""The schema that this version reads and writes: its revision, and how a new file gets it."""

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table
from sqlalchemy.schema import CreateIndex, CreateTable

from app.models.base import Base
from app.models.journal import INTERDICTIONS

REVISION = "0003"  # revisions sort as text: a greater one is newer

# Alembic's own table, declared here so that a new file needs no Alembic at all.
TABLE_VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32)),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def creer_schema(connexion: Connection) -> None:
    """Every table, index and trigger, and the revision. The models must all be imported.

    `create_all` would add the indexes in an order of its own at each run, and SQLite chooses among
    equal indexes by that order: a file would be quick or slow by luck.
    """
    for table in Base.metadata.sorted_tables:
        connexion.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connexion.execute(CreateIndex(index))
    for interdiction in INTERDICTIONS:
        connexion.exec_driver_sql(interdiction)
    TABLE_VERSION.create(connexion)
    connexion.execute(TABLE_VERSION.insert(), {"version_num": REVISION})

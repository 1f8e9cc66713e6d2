"""The schema that this version reads and writes: its revision, and how a new file gets it."""

import hashlib
from collections.abc import Iterable
from functools import cache

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable, DDLElement

import app.models.action
import app.models.contrat
import app.models.convention
import app.models.cotation
import app.models.courrier
import app.models.depot
import app.models.droit_commun
import app.models.instruction
import app.models.organisme
import app.models.programme
import app.models.regles
import app.models.reunion
import app.models.seance
import app.models.suivi
import app.models.tableau  # noqa: F401 - every table must be known
from app.models.base import METADONNEES, MODELES, Ligne, Tables
from app.models.journal import INTERDICTIONS

REVISION = "0005"  # revisions sort as text: a greater one is newer

# Of the tables that this revision declares: `empreinte_des_tables` of their orders.
EMPREINTE_DES_TABLES = "14598af9d58adeec944f302be32875b745f2ad627f0aa9a8f7f972fec493317f"

TABLES = Tables(MODELES.values())
# Those that the journal covers.
TABLES_DU_DOMAINE = Tables(
    sorted((m for m in MODELES.values() if issubclass(m, Ligne)), key=lambda m: m.__tablename__)
)

# Alembic's own table, declared here so that a new file needs no Alembic at all.
TABLE_VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32)),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def creer_schema(connexion: Connection) -> None:
    """Every table, index and trigger, and the revision.

    `create_all` would add the indexes in an order of its own at each run, and SQLite chooses among
    equal indexes by that order: a file would be quick or slow by luck.
    """
    for ordre in ordres_du_schema():
        connexion.exec_driver_sql(ordre)
    connexion.execute(TABLE_VERSION.insert(), {"version_num": REVISION})


def metadonnees() -> MetaData:
    """Those of the schema whole."""
    tuple(TABLES.values())  # each is made by being asked for
    return METADONNEES


@cache
def ordres_du_schema() -> tuple[str, ...]:
    """What makes the schema, in SQL; longer to word than to carry out."""
    ordres: list[str] = []
    for table in [*metadonnees().sorted_tables, TABLE_VERSION]:
        ordres.append(_en_sql(CreateTable(table)))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        ordres += [_en_sql(CreateIndex(index)) for index in indexes]
    return (*ordres, *INTERDICTIONS)


def empreinte_des_tables(ordres: Iterable[str]) -> str:
    """SHA-256 of CREATE TABLE orders, whatever the order they come in."""
    return hashlib.sha256("\n".join(sorted(ordres)).encode()).hexdigest()


def _en_sql(ordre: DDLElement) -> str:
    return str(ordre.compile(dialect=sqlite.dialect())).strip()  # as SQLite keeps it

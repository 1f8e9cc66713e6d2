"""The revision of the schema that this version reads and writes."""

from sqlalchemy import Column, MetaData, String, Table

REVISION = "0001"  # revisions sort as text: a greater one is newer

# Alembic's own table, declared here so that a new file needs no Alembic at all.
TABLE_VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), primary_key=True),
)

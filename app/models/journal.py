"""The journal: what was done, by whom, and each value before and after. Nothing here ever changes."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import TAILLE_CLE, Base


class Copie(Base):
    """Which copy of the file this is (one row, outside the journal: it differs between copies)."""

    __tablename__ = "copie"

    cle: Mapped[str] = mapped_column(String(TAILLE_CLE), primary_key=True)
    creee_le: Mapped[str]
    creee_par: Mapped[str]
    origine: Mapped[str | None]


class Operation(Base):
    """One operation. `empreinte` is the SHA-256 of its content and of `empreinte_precedente`."""

    __tablename__ = "operation"

    numero: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cle: Mapped[str] = mapped_column(String(TAILLE_CLE), unique=True)
    horodatage: Mapped[str]
    auteur: Mapped[str]
    machine: Mapped[str]
    copie: Mapped[str] = mapped_column(String(TAILLE_CLE))
    libelle: Mapped[str]
    nature: Mapped[str]
    inverse: Mapped[int | None]
    empreinte_precedente: Mapped[str]
    empreinte: Mapped[str]


class Trace(Base):
    """One row touched by an operation. `avant` and `apres` are JSON objects of the columns touched.

    `sujet` is the action (or the row itself) whose history shows this trace.
    """

    __tablename__ = "trace"
    __table_args__ = (Index(None, "entite", "ligne"), Index(None, "sujet"))

    operation: Mapped[int] = mapped_column(ForeignKey("operation.numero"), primary_key=True)
    rang: Mapped[int] = mapped_column(primary_key=True)
    entite: Mapped[str]
    ligne: Mapped[str] = mapped_column(String(TAILLE_CLE))
    sujet: Mapped[str | None] = mapped_column(String(TAILLE_CLE))
    geste: Mapped[str]
    avant: Mapped[str | None]
    apres: Mapped[str | None]


def _interdire(table: str, ordre: str) -> str:
    """The journal is evidence: even a program that forgets this rule cannot rewrite it."""
    return (
        f"CREATE TRIGGER {table}_sans_{ordre.lower()} BEFORE {ordre} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'journal inalterable'); END"
    )


INTERDICTIONS = tuple(
    _interdire(table, ordre) for table in ("operation", "trace") for ordre in ("UPDATE", "DELETE")
)

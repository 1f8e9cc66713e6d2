"""The journal: what was done, by whom, and each value before and after. Nothing here ever changes."""

from sqlalchemy import ForeignKey, Index, String

from app.models.base import TAILLE_CLE, Base, Champ, champ


class Copie(Base):
    """Which copy of the file this is (one row, outside the journal: it differs between copies)."""

    __tablename__ = "copie"

    cle: Champ[str] = champ(String(TAILLE_CLE), primary_key=True)
    creee_le: Champ[str]
    creee_par: Champ[str]
    origine: Champ[str | None]


class Operation(Base):
    """One operation. `empreinte` is the SHA-256 of its content and of `empreinte_precedente`."""

    __tablename__ = "operation"

    numero: Champ[int] = champ(primary_key=True, autoincrement=False)
    cle: Champ[str] = champ(String(TAILLE_CLE), unique=True)
    horodatage: Champ[str]
    auteur: Champ[str]
    machine: Champ[str]
    copie: Champ[str] = champ(String(TAILLE_CLE))
    libelle: Champ[str]
    nature: Champ[str]
    inverse: Champ[int | None]
    empreinte_precedente: Champ[str]
    empreinte: Champ[str]


class Trace(Base):
    """One row touched by an operation. `avant` and `apres` are JSON objects of the columns touched.

    `sujet` is the action (or the row itself) whose history shows this trace.
    """

    __tablename__ = "trace"
    __table_args__ = (Index(None, "entite", "ligne"), Index(None, "sujet"))

    operation: Champ[int] = champ(ForeignKey("operation.numero"), primary_key=True)
    rang: Champ[int] = champ(primary_key=True)
    entite: Champ[str]
    ligne: Champ[str] = champ(String(TAILLE_CLE))
    sujet: Champ[str | None] = champ(String(TAILLE_CLE))
    geste: Champ[str]
    avant: Champ[str | None]
    apres: Champ[str | None]


def _interdire(table: str, ordre: str) -> str:
    """The journal is evidence: even a program that forgets this rule cannot rewrite it."""
    return (
        f"CREATE TRIGGER {table}_sans_{ordre.lower()} BEFORE {ordre} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'journal inalterable'); END"
    )


INTERDICTIONS = tuple(
    _interdire(table, ordre) for table in ("operation", "trace") for ordre in ("UPDATE", "DELETE")
)

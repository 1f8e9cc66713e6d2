"""What the disk and SQLite refuse, told in one French sentence. Anything else stays a bug."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from app.services.errors import (
    Conflit,
    DisquePlein,
    ErreurConnue,
    FichierIllisible,
    FichierOccupe,
    LectureSeule,
    SaisieRefusee,
)

DISQUE_PLEIN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def en_clair(chemin: Path) -> Iterator[None]:
    """Raise known errors about the file `chemin` instead of those of SQLite and of the system."""
    try:
        with sql_en_clair(chemin):
            yield
    except OSError as cause:
        raise _panne_systeme(cause, chemin.name) from cause


@contextmanager
def sql_en_clair(chemin: Path, *, lecture: bool = False) -> Iterator[None]:
    """The same for SQLite alone: what the body does with other files is its own affair.

    `lecture`: nothing writes here, so that a refused write is a bug and stays one.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as cause:
        origine = cause.orig if isinstance(cause, DBAPIError) else cause
        connue = _panne_sqlite(origine, chemin.name, lecture=lecture)
        if connue is None:
            raise
        raise connue from cause
    except UnicodeDecodeError as cause:
        classe, phrase = _ENDOMMAGE
        raise classe(phrase.format(nom=chemin.name)) from cause
    except UnicodeEncodeError as cause:  # half a character, left by a program that cut a text
        raise SaisieRefusee(
            "Ce texte contient un signe abîmé que le fichier ne peut pas garder : retapez-le."
        ) from cause


def _panne_sqlite(cause: BaseException | None, nom: str, *, lecture: bool) -> ErreurConnue | None:
    """The known error behind an SQLite result code, or None: a bug of ours."""
    code = getattr(cause, "sqlite_errorcode", None) or 0
    if not code and "decode to UTF-8" in str(cause):
        code = sqlite3.SQLITE_CORRUPT  # the driver gives no number to bytes that are no text
    if code == sqlite3.SQLITE_CONSTRAINT_TRIGGER and "FOREIGN KEY" in str(cause):
        code = sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY  # SQLite makes a trigger of each RESTRICT
    if code in _PRECISES:
        classe, phrase = _PRECISES[code]
        return classe(phrase.format(nom=nom))
    if lecture and code & 0xFF == sqlite3.SQLITE_READONLY:
        return None
    if code & 0xFF in _FAMILLES:
        classe, phrase = _FAMILLES[code & 0xFF]
        return classe(phrase.format(nom=nom))
    return None


_ENDOMMAGE = (FichierIllisible, "« {nom} » est endommagé : restaurez une sauvegarde.")
_OCCUPE = (
    FichierOccupe,
    "« {nom} » est utilisé par un autre programme : fermez-le, puis recommencez.",
)
_Panne = tuple[type[ErreurConnue], str]
_PRECISES: dict[int, _Panne] = {
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: (
        Conflit,
        "Cette ligne est liée à d'autres : supprimez ou modifiez d'abord celles qui l'utilisent.",
    ),
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: (
        Conflit,
        "Cette ligne existe déjà dans « {nom} » : actualisez l'écran, puis recommencez.",
    ),
    sqlite3.SQLITE_READONLY_DBMOVED: (
        LectureSeule,
        (
            "« {nom} » a été déplacé, remplacé ou supprimé pendant qu'il était ouvert : "
            "enregistrez-en une copie."
        ),
    ),
    # A quota, or a size that the disk cannot hold: SQLite calls it an error of the disk.
    sqlite3.SQLITE_IOERR_WRITE: (
        DisquePlein,
        (
            "« {nom} » n'a pas pu être écrit, rien n'a été enregistré : libérez de la place sur le "
            "disque ou vérifiez qu'il est branché, puis recommencez."
        ),
    ),
}
_FAMILLES: dict[int, _Panne] = {
    sqlite3.SQLITE_FULL: (
        DisquePlein,
        (
            "Le disque est plein : rien n'a été enregistré dans « {nom} ». "
            "Libérez de la place, puis recommencez."
        ),
    ),
    sqlite3.SQLITE_READONLY: (
        LectureSeule,
        (
            "« {nom} » ne peut plus être modifié (lecture seule ou dossier protégé) : "
            "enregistrez-en une copie ailleurs."
        ),
    ),
    sqlite3.SQLITE_BUSY: _OCCUPE,
    sqlite3.SQLITE_LOCKED: _OCCUPE,
    sqlite3.SQLITE_IOERR: (
        FichierIllisible,
        "Le disque où se trouve « {nom} » ne répond plus : vérifiez-le, puis recommencez.",
    ),
    sqlite3.SQLITE_CORRUPT: _ENDOMMAGE,
    sqlite3.SQLITE_NOTADB: _ENDOMMAGE,
    sqlite3.SQLITE_CANTOPEN: (
        FichierIllisible,
        (
            "« {nom} » ne peut pas être ouvert : vérifiez que le dossier existe et que vous y avez "
            "accès."
        ),
    ),
}


def disque_plein(chemin: Path) -> ErreurConnue:
    classe, phrase = _FAMILLES[sqlite3.SQLITE_FULL]
    return classe(phrase.format(nom=chemin.name))


def _panne_systeme(cause: OSError, nom: str) -> ErreurConnue:
    if cause.errno in DISQUE_PLEIN:
        classe, phrase = _FAMILLES[sqlite3.SQLITE_FULL]
        return classe(phrase.format(nom=nom))
    if isinstance(cause, FileExistsError):
        return ErreurConnue(f"« {nom} » existe déjà : choisissez un autre nom.")
    if isinstance(cause, FileNotFoundError):
        return FichierIllisible(
            f"Le dossier de « {nom} » est introuvable : vérifiez l'emplacement."
        )
    if isinstance(cause, PermissionError):
        return LectureSeule(f"« {nom} » ne peut pas être écrit ici : choisissez un autre dossier.")
    return FichierIllisible(
        f"« {nom} » ne peut pas être lu ou écrit : vérifiez le disque, puis recommencez."
    )

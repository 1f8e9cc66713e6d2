"""The empty base of a new file, and the mark of a copy: what is written outside any operation."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import insert

from app.models import database
from app.models.base import nouvelle_cle
from app.models.journal import Copie
from app.models.schema import creer_schema
from app.services.transaction import Signature, maintenant


def creer_base(chemin: Path, personne: str) -> None:
    """All of the new file or none of it: an empty one would stand in the way of a second try."""
    database.creer_base_vide(chemin)
    try:
        moteur = database.ouvrir_moteur(chemin, wal=False)
        try:
            with moteur.connect() as connexion:
                connexion.exec_driver_sql("PRAGMA query_only=OFF")
                connexion.exec_driver_sql("BEGIN IMMEDIATE")
                creer_schema(connexion)
                copie = {"cle": nouvelle_cle(), "creee_par": personne, "origine": None}
                connexion.execute(insert(Copie), [{**copie, "creee_le": _a_la_seconde()}])
                connexion.exec_driver_sql("COMMIT")
        finally:
            moteur.dispose()
    except BaseException:
        database.effacer(chemin)
        raise


def marquer_copie(chemin: Path, signature: Signature) -> None:
    """Give a copy its own identity, so that the journal tells on which one a thing was done."""
    with closing(sqlite3.connect(chemin)) as connexion:
        connexion.execute(
            "UPDATE copie SET cle=?, creee_le=?, creee_par=?, origine=?",
            (nouvelle_cle(), _a_la_seconde(), signature.auteur, signature.copie),
        )
        connexion.commit()


def _a_la_seconde() -> str:
    return maintenant().isoformat(timespec="seconds")

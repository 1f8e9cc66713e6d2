"""Is this file ours, is it whole, can this version read it? Nothing here writes to it."""

import sqlite3
from pathlib import Path

from app.models import database
from app.models.schema import REVISION
from app.services.errors import FichierIllisible, FichierTropRecent
from app.services.pannes import en_clair

EXTENSION = ".tdt"


def defauts_de(chemin: Path) -> list[str]:
    with en_clair(chemin):
        connexion = sqlite3.connect(database.adresse(chemin, "ro"), uri=True)
        try:
            return database.defauts(connexion)
        finally:
            connexion.close()


def verifier_copie(chemin: Path) -> None:
    """Raises FichierIllisible when a copy just written does not read back whole."""
    if defauts_de(chemin):
        raise FichierIllisible(
            "La copie ne se relit pas : choisissez un autre dossier ou un autre disque."
        )


def verifier_identite(chemin: Path) -> None:
    """Raises FichierIllisible or FichierTropRecent when the file is not one that we can open."""
    if chemin.is_dir():
        raise FichierIllisible(
            f"« {chemin.name} » est un dossier : choisissez un fichier {EXTENSION}."
        )
    if not chemin.exists():
        raise FichierIllisible(f"« {chemin.name} » est introuvable : vérifiez son emplacement.")
    application, revision = _identite(chemin)
    if application != database.APPLICATION_ID or revision is None:
        raise FichierIllisible(
            f"« {chemin.name} » n'est pas un fichier Tour de table : choisissez un fichier "
            f"{EXTENSION}, ou importez-le s'il s'agit d'un tableau."
        )
    if revision > REVISION:
        raise FichierTropRecent(
            f"« {chemin.name} » a été enregistré par une version plus récente : "
            "mettez Tour de table à jour pour l'ouvrir."
        )


def _identite(chemin: Path) -> tuple[int, str | None]:
    try:
        with en_clair(chemin):
            return database.identite(chemin)
    except FichierIllisible as cause:
        if isinstance(cause.__cause__, sqlite3.Error) and database.est_brouille(cause.__cause__):
            raise FichierIllisible(
                f"« {chemin.name} » n'est pas un fichier Tour de table, ou il est endommagé : "
                "restaurez une sauvegarde."
            ) from cause
        raise


def est_endommage(chemin: Path) -> bool:
    """True when what the file holds is no sound file of ours. A disk or a folder that fails is raised."""
    with en_clair(chemin):
        try:
            application, revision = database.identite(chemin)
            if application != database.APPLICATION_ID or revision is None:
                return True
            return _a_des_defauts(chemin)
        except sqlite3.Error as cause:
            if database.est_brouille(cause):
                return True
            raise


def _a_des_defauts(chemin: Path, *, a_fond: bool = True) -> bool:
    connexion = sqlite3.connect(database.adresse(chemin, "ro"), uri=True)
    try:
        tronque = database.est_tronque(connexion, chemin)
        return tronque or bool(database.defauts(connexion, a_fond=a_fond))
    finally:
        connexion.close()


def exiger_sain(chemin: Path, *, a_fond: bool) -> None:
    """Before anything is written to it: a damaged file is left as it is, to be looked into."""
    if _a_des_defauts(chemin, a_fond=a_fond):
        raise FichierIllisible(f"« {chemin.name} » est endommagé : restaurez une sauvegarde.")

"""Is this file ours, is it whole, can this version read it? Nothing here writes to it."""

import re
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from app.models import database
from app.models.schema import REVISION
from app.services.errors import FichierIllisible, FichierTropRecent
from app.services.pannes import en_clair
from app.services.structure import defauts_de_structure, ecarts_du_schema, liens_rompus

EXTENSION = ".tdt"
_INDEX = re.compile(r"(?:missing from|entry in|entries in) index (\S+)")
_VIDE = re.compile(r"NULL value in (\S+)")


def defauts_de(chemin: Path) -> list[str]:
    with en_clair(chemin), _lu(chemin) as connexion:
        return database.defauts(connexion)


def verifier_copie(chemin: Path) -> None:
    """Raises FichierIllisible when a copy just written does not read back whole."""
    if defauts_de(chemin):
        raise FichierIllisible(
            "La copie ne se relit pas : choisissez un autre dossier ou un autre disque."
        )


def verifier_identite(chemin: Path) -> None:
    """Raises FichierIllisible or FichierTropRecent when the file is not one that we can open."""
    with en_clair(chemin):
        _verifier_identite(chemin)


def _verifier_identite(chemin: Path) -> None:
    if chemin.is_dir():
        raise FichierIllisible(
            f"« {chemin.name} » est un dossier : choisissez un fichier {EXTENSION}."
        )
    if not chemin.exists():
        raise FichierIllisible(f"« {chemin.name} » est introuvable : vérifiez son emplacement.")
    # Reading a pipe would wait without end.
    application, revision = _identite(chemin) if chemin.is_file() else (0, None)
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
        if database.est_brouille(cause.__cause__):
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
        except (sqlite3.Error, UnicodeDecodeError) as cause:
            if database.est_brouille(cause):
                return True
            raise


def _a_des_defauts(chemin: Path) -> bool:
    with _lu(chemin) as connexion:
        return _est_abime(connexion, chemin, a_fond=True)


def _est_abime(connexion: sqlite3.Connection, chemin: Path, *, a_fond: bool) -> bool:
    tronque = database.est_tronque(connexion, chemin)
    return tronque or bool(database.defauts(connexion, a_fond=a_fond))


def _lu(chemin: Path) -> "closing[sqlite3.Connection]":
    return closing(sqlite3.connect(database.adresse(chemin, "ro"), uri=True))


def exiger_sain(chemin: Path) -> None:
    """Raises FichierIllisible when its pages are damaged: it is left as it is, to be looked into."""
    with _lu(chemin) as connexion:
        _exiger_sans_defaut(connexion, chemin, a_fond=False)


def _exiger_sans_defaut(connexion: sqlite3.Connection, chemin: Path, *, a_fond: bool) -> None:
    if _est_abime(connexion, chemin, a_fond=a_fond):
        raise FichierIllisible(f"« {chemin.name} » est endommagé : restaurez une sauvegarde.")


def examiner(chemin: Path, *, a_fond: bool) -> tuple[str, ...] | None:
    """Before anything is written to it: what `exiger_sain` then `exiger_lisible` do, in one reading.

    None: an older version wrote the file; it is upgraded before its tables are looked at.
    """
    with _lu(chemin) as connexion:
        _exiger_sans_defaut(connexion, chemin, a_fond=a_fond)
        actuelle = database.revision(connexion) == REVISION
        return _liens_si_lisible(connexion, chemin) if actuelle else None


def exiger_lisible(chemin: Path) -> tuple[str, ...]:
    """Raises FichierIllisible when another program cut tables or put values of another kind in them.

    Returns the links that it broke, a sentence each: with those a file can be opened.
    """
    with _lu(chemin) as connexion:
        return _liens_si_lisible(connexion, chemin)


def _liens_si_lisible(connexion: sqlite3.Connection, chemin: Path) -> tuple[str, ...]:
    defauts = defauts_de_structure(connexion)
    if not defauts:
        return tuple(liens_rompus(connexion))
    raise FichierIllisible(
        f"« {chemin.name} » a été abîmé par un autre programme ({defauts[0].rstrip('.')}) : "
        "restaurez une sauvegarde."
    )


def pages_en_clair(lignes: Sequence[str]) -> list[str]:
    """What SQLite says of damaged pages, in English, as a few sentences; empty when sound."""
    index = Counter(trouve[1] for ligne in lignes if (trouve := _INDEX.search(ligne)))
    phrases = [
        f"L'index « {nom} » ne correspond plus à ses lignes ({_fois(nombre)})."
        for nom, nombre in index.items()
    ]
    vides = {trouve[1] for ligne in lignes if (trouve := _VIDE.search(ligne))}
    phrases += [f"Une valeur obligatoire manque ({champ})." for champ in sorted(vides)]
    autres = [ligne for ligne in lignes if not (_INDEX.search(ligne) or _VIDE.search(ligne))]
    return phrases + ([f"Des pages du fichier sont abîmées ({_fois(len(autres))})."] * bool(autres))


def _fois(nombre: int) -> str:
    return f"{nombre} fois" if nombre < database.DEFAUTS_CITES else f"au moins {nombre} fois"


def protections_de(chemin: Path) -> list[str]:
    """What another program took from the protection of the journal; empty when it is whole."""
    with en_clair(chemin), _lu(chemin) as connexion:
        return ecarts_du_schema(connexion, protections=True)


def est_illisible(chemin: Path) -> bool:
    """True for a file of this version that is damaged to its indexes, or not made as it should be."""
    if database.identite(chemin)[1] != REVISION:
        return False  # an older one is upgraded first
    with _lu(chemin) as connexion:
        return bool(database.defauts(connexion) or defauts_de_structure(connexion))


def liens_rompus_de(chemin: Path) -> tuple[str, ...]:
    with en_clair(chemin), _lu(chemin) as connexion:
        return tuple(liens_rompus(connexion))


def ecarts_de(chemin: Path) -> list[str]:
    """All that is not as this version expects, from the pages to the links; empty when sound."""
    with en_clair(chemin), _lu(chemin) as connexion:
        structure = defauts_de_structure(connexion)
        liens = [] if structure else liens_rompus(connexion)
        pages = pages_en_clair(database.defauts(connexion))
        return list(dict.fromkeys([*pages, *structure, *ecarts_du_schema(connexion), *liens]))

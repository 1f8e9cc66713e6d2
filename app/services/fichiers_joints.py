"""Files that come into a dossier and go out of it: read, named, sized, copied to be looked at. No Qt."""

import contextlib
import errno
import os
import stat
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from app.models.montants import INSECABLE
from app.services import contenus
from app.services.errors import SaisieRefusee

COPIES = "tour-de-table-piece-"  # folders of the copies that are opened
UN_JOUR = 86_400.0  # seconds
# What is read and runs nothing: programs, scripts and macros come by mail too.
_TEXTES = {".pdf", ".txt", ".csv", ".md", ".rtf", ".eml"}
_BUREAUTIQUE = {".doc", ".docx", ".odt", ".xls", ".xlsx", ".ods", ".ppt", ".pptx", ".odp"}
_IMAGES = {".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".bmp"}
OUVRABLES = frozenset(_TEXTES | _BUREAUTIQUE | _IMAGES)


def oublier_les_copies(age: float = UN_JOUR) -> None:
    """Delete the copies that were opened long ago: what a dossier holds is not left lying about."""
    for dossier in Path(tempfile.gettempdir()).glob(f"{COPIES}*"):
        with contextlib.suppress(OSError):
            if time.time() - dossier.stat().st_mtime < age:
                continue
            for copie in dossier.iterdir():
                copie.chmod(stat.S_IRUSR | stat.S_IWUSR)  # some systems keep what is read only
                copie.unlink()
            dossier.rmdir()


def lire_fichier(chemin: Path) -> bytes:
    """The bytes of a file that a person chose. Raises SaisieRefusee or PieceTropLourde in clear."""
    nom = chemin.name
    try:
        if not chemin.is_file():
            raise SaisieRefusee(
                f"« {nom} » n'est pas un fichier : choisissez des fichiers, pas un dossier."
                if chemin.is_dir()
                else f"« {nom} » n'existe plus : choisissez-le de nouveau."
            )
        taille = chemin.stat().st_size
        if taille > contenus.TAILLE_MAXIMUM:
            raise contenus.PieceTropLourde(
                f"« {nom} » pèse {taille_en_mots(taille)}, plus que les "
                f"{taille_en_mots(contenus.TAILLE_MAXIMUM)} permis : réduisez-le, ou gardez-le dans "
                "un dossier à côté du fichier."
            )
        octets = chemin.read_bytes()
    except OSError as cause:
        raise SaisieRefusee(_phrase_de_lecture(nom, cause)) from cause
    if not octets:
        raise SaisieRefusee(f"« {nom} » est vide : choisissez un autre fichier.")
    return octets


def _phrase_de_lecture(nom: str, cause: OSError) -> str:
    if cause.errno in (errno.EACCES, errno.EPERM, errno.EBUSY):
        return (
            f"« {nom} » ne peut pas être lu : fermez-le dans l'autre programme, puis recommencez."
        )
    return f"« {nom} » n'a pas pu être lu : copiez-le sur ce poste, puis recommencez."


def nom_libre(nom: str, pris: Iterable[str]) -> str:
    """The name, numbered until no other bears it; `pris` in casefold."""
    occupes = set(pris)
    base, extension = os.path.splitext(nom)
    rang, essai = 1, nom
    while essai.casefold() in occupes:
        rang += 1
        essai = f"{base} ({rang}){extension}"
    return essai


def taille_en_mots(octets: int) -> str:
    """« 820 octets », « 12 Ko », « 3,4 Mo »."""
    if octets < 1000:
        return f"{octets}{INSECABLE}octets"
    if octets < 1_000_000:
        return f"{round(octets / 1000)}{INSECABLE}Ko"
    return f"{octets / 1e6:.1f}{INSECABLE}Mo".replace(".", ",").replace(",0", "")

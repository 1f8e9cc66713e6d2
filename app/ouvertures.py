"""The files that a command works on: opened for reading, created, and where it writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.services.errors import SaisieRefusee
from app.usage import ValeurRefusee

if TYPE_CHECKING:
    from app.services.fichier import Fichier
    from app.services.referentiel import Referentiel

VIERGE = "vierge"


@contextmanager
def en_lecture(chemin: Path) -> "Iterator[Fichier]":
    """The file for reading only: it may be open in a window at the same moment."""
    from app.services.fichier import Fichier

    with Fichier.ouvrir(chemin, lecture_seule=True) as ouvert:
        yield ouvert


@contextmanager
def en_creation(chemin: Path) -> "Iterator[Fichier]":
    """A new file, removed again when what fills it fails."""
    from app.services.fichier import Fichier

    ouvert = Fichier.creer(chemin)
    try:
        with ouvert:
            yield ouvert
    except BaseException:
        chemin.unlink(missing_ok=True)
        raise


def ou_ecrire(demandee: Path, nom: str, extension: str) -> Path:
    """Where to write: inside a folder, or the path given, with the extension it should have."""
    if demandee.is_dir():
        return demandee / f"{nom}{extension}"
    if not demandee.suffix:
        return demandee.with_name(f"{demandee.name}{extension}")
    if demandee.suffix.lower() != extension:
        raise SaisieRefusee(
            f"« {demandee.name} » doit se terminer par {extension} : changez le nom du fichier."
        )
    return demandee


def contrat_choisi(
    identifiant: str, nom: str | None, periode: tuple[int, int] | None
) -> "Referentiel":
    from app.services.referentiel import VERSION, Contrat, Referentiel
    from app.services.referentiels import charger, vierge

    if identifiant != VIERGE:
        if nom is not None or periode is not None:
            raise ValeurRefusee(
                "Les options --nom et --periode ne valent que pour un contrat vierge."
            )
        return charger(identifiant)
    if nom is None or not nom.strip():
        raise ValeurRefusee("Un contrat vierge a besoin d'un nom : ajoutez --nom.")
    if periode is not None:
        return vierge(nom, *periode)
    return Referentiel(version=VERSION, identifiant=VIERGE, contrat=Contrat(nom=nom.strip()))

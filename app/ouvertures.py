"""The files that a command works on: opened for reading, created, and where it writes."""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import alerter
from app.services.errors import ErreurConnue, SaisieRefusee
from app.services.folders import lisible
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
def en_ecriture(chemin: Path) -> "Iterator[Fichier]":
    """The file for writing; a backup is kept on closing, as the window does.

    What was written stays when only its closing fails: it is said, and the command has succeeded.
    """
    from app.boot import ouvrir

    contexte = ouvrir(chemin)
    alerter_des_liens(chemin, contexte.fichier.liens_rompus)
    try:
        yield contexte.fichier
    except BaseException:
        with suppress(ErreurConnue):  # what failed first is what must be said
            contexte.fermer()
        raise
    try:
        contexte.fermer()
    except ErreurConnue as erreur:
        alerter(f"Attention : {erreur}")


def en_creation(chemin: Path) -> "AbstractContextManager[Fichier]":
    """A new file, which is there only once it is filled."""
    from app.services.creation import nouveau_fichier

    return nouveau_fichier(chemin)


def alerter_des_liens(chemin: Path, liens: Sequence[str]) -> None:
    """Say that another program broke links in a file: it can be used, and copied, as it is."""
    if liens:
        alerter(
            f"Attention : un autre programme a rompu des liens dans « {chemin.name} » "
            f"({liens[0].rstrip('.')}) ; la commande « verifier » les liste."
        )


def ou_ecrire(demandee: Path, nom: str, extension: str) -> Path:
    """Where to write: inside a folder, or the path given, with the extension it should have."""
    if os.path.isdir(demandee):
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
    nom = lisible(nom)
    if periode is not None:
        return vierge(nom, *periode)
    return Referentiel(version=VERSION, identifiant=VIERGE, contrat=Contrat(nom=nom.strip()))

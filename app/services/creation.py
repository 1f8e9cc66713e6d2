"""A new file takes its name once it is complete: a full disk or a killed program leaves none."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.models import database
from app.services import settings
from app.services.errors import DisquePlein
from app.services.fichier import Fichier
from app.services.pannes import disque_plein, en_clair
from app.services.verrou import reserver


@contextmanager
def nouveau_fichier(chemin: Path, *, auteur: str | None = None) -> Iterator[Fichier]:
    """The file to fill; leaving the block puts it in its place, an exception leaves nothing.

    Raises ErreurConnue when a file is already there or none can be written.
    """
    with en_clair(chemin):
        _exiger_libre(chemin)
        chantier = chemin.with_name(f".~neuf.{chemin.name}")
    with _place(chemin, auteur), _dossier(chantier, chemin):
        provisoire = chantier / chemin.name
        try:
            with Fichier.creer(provisoire, auteur=auteur) as ouvert:
                yield ouvert
        except DisquePlein as cause:  # what was put aside on closing goes too
            raise disque_plein(chemin) from cause
        with en_clair(chemin):
            _exiger_libre(chemin)
            database.mettre_en_place(provisoire, chemin)


def _exiger_libre(chemin: Path) -> None:
    if os.path.lexists(chemin):
        raise FileExistsError(chemin)


@contextmanager
def _place(chemin: Path, auteur: str | None) -> Iterator[None]:
    """The place held while the file is filled: nobody else makes one there."""
    with ExitStack() as pile:
        with en_clair(chemin):
            pile.enter_context(reserver(chemin, auteur or settings.lire().nom()))
        yield


@contextmanager
def _dossier(chantier: Path, chemin: Path) -> Iterator[None]:
    """A folder beside, of the same disk, where the file already bears its name; empty at first."""
    with en_clair(chemin):
        shutil.rmtree(chantier, ignore_errors=True)  # of a program that was killed
        chantier.mkdir()
    try:
        yield
    finally:
        shutil.rmtree(chantier, ignore_errors=True)

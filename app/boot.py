"""Assembles the services of an open file, once. Only the window, the commands and tests import it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.services import settings
from app.services.actions import Actions
from app.services.annotations import Annotations
from app.services.cofinancements import Cofinancements
from app.services.colonnes_libres import ColonnesLibres
from app.services.contexte import Contexte
from app.services.enveloppes import Enveloppes
from app.services.fiches import Fiches
from app.services.fichier import Fichier
from app.services.mises_en_forme import MisesEnForme
from app.services.recherche import Recherche
from app.services.settings import Settings
from app.services.totaux import Totaux
from app.services.vues import Vues


def ouvrir(
    chemin: Path, *, lecture_seule: bool = False, reglages: Settings | None = None
) -> Contexte:
    """Open a file with its services. Raises the errors of Fichier.ouvrir.

    `reglages`: the settings that other windows of the program already use.
    """
    return assembler(Fichier.ouvrir(chemin, lecture_seule=lecture_seule), reglages)


class Ouverture:
    """A file that opens while the window is being made: most of it is SQLite reading every page."""

    def __init__(self, chemin: Path) -> None:
        self.chemin = chemin
        fil = ThreadPoolExecutor(max_workers=1)
        self._contexte = fil.submit(ouvrir, chemin)
        fil.shutdown(wait=False)

    def contexte(self) -> Contexte:
        """The file once it is open. Raises the errors of Fichier.ouvrir."""
        return self._contexte.result()


def assembler(fichier: Fichier, reglages: Settings | None = None) -> Contexte:
    return Contexte(
        fichier=fichier,
        settings=reglages or settings.lire(),
        actions=Actions(fichier),
        cofinancements=Cofinancements(fichier),
        colonnes_libres=ColonnesLibres(fichier),
        enveloppes=Enveloppes(fichier),
        fiches=Fiches(fichier),
        recherche=Recherche(fichier),
        totaux=Totaux(fichier),
        annotations=Annotations(fichier),
        mises_en_forme=MisesEnForme(fichier),
        vues=Vues(fichier),
    )

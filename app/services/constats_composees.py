"""Rules composed by the team: read, and made into checks."""

from collections.abc import Iterable

from app.models.enums import CibleConstat
from app.services.constats_registre import Fonction
from app.services.fichier import Lire
from app.services.regles_couches import RegleEnVigueur


def lire_composees(lire: Lire) -> Iterable[tuple[CibleConstat, RegleEnVigueur, Fonction]]:
    return ()

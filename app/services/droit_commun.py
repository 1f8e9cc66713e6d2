"""The services of « Le droit commun d'abord » for an open file, made together."""

from dataclasses import dataclass

from app.services.appels_partenaires import AppelsPartenaires
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge
from app.services.relais import TableDesRelais
from app.services.sollicitations import Sollicitations
from app.services.transaction import maintenant


@dataclass(frozen=True, slots=True)
class DroitCommun:
    """None of them keeps anything: the file is the only state."""

    fichier: Fichier
    sollicitations: Sollicitations
    relais: TableDesRelais
    appels: AppelsPartenaires


def droit_commun(fichier: Fichier, *, horloge: Horloge = maintenant) -> DroitCommun:
    """The services of an open file; `horloge` says what time it is."""
    return DroitCommun(
        fichier=fichier,
        sollicitations=Sollicitations(fichier),
        relais=TableDesRelais(fichier, horloge=horloge),
        appels=AppelsPartenaires(fichier, horloge=horloge),
    )

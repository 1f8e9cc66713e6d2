"""The services of the instruction for an open file, made together when its page is first seen."""

from dataclasses import dataclass

from app.services.affectations import Affectations
from app.services.avis import AvisDesServices
from app.services.avis_communs import AvisCommuns
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge
from app.services.relances import Relances
from app.services.services_instructeurs import ServicesInstructeurs
from app.services.transaction import maintenant


@dataclass(frozen=True, slots=True)
class Instruction:
    """Everything that gives avis. The file is the only state, but for the reason of `avis.motif`."""

    fichier: Fichier
    services: ServicesInstructeurs
    affectations: Affectations
    avis: AvisDesServices
    communs: AvisCommuns
    relances: Relances


def instruction(fichier: Fichier, *, horloge: Horloge = maintenant) -> Instruction:
    """The services of an open file; `horloge` says what time it is."""
    return Instruction(
        fichier=fichier,
        services=ServicesInstructeurs(fichier),
        affectations=Affectations(fichier, horloge=horloge),
        avis=AvisDesServices(fichier, horloge=horloge),
        communs=AvisCommuns(fichier, horloge=horloge),
        relances=Relances(fichier, horloge=horloge),
    )

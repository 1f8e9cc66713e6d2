"""The services of the séance for an open file, made together when a séance is first worked on."""

from dataclasses import dataclass

from app.services.allees_venues import AlleesVenues
from app.services.constats_service import Constats
from app.services.cpo import Cpo
from app.services.decisions import Decisions
from app.services.deliberations import Deliberations
from app.services.deports import Deports
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge
from app.services.historiques import Historiques
from app.services.motifs import Motifs
from app.services.notifications import Notifications
from app.services.ordres_du_jour import OrdresDuJour
from app.services.passages import Passages
from app.services.personnes import Personnes
from app.services.presences import Presences
from app.services.registres import Registres
from app.services.scellement import Scellements
from app.services.scenarios import Scenarios
from app.services.seances import Seances
from app.services.suites import Suites
from app.services.tables_rondes import TablesRondes
from app.services.tours import Tours
from app.services.transaction import maintenant
from app.services.versements import Versements
from app.services.voix_consultatives import VoixConsultatives


@dataclass(frozen=True, slots=True)
class Comite:
    """Everything that a séance needs. None of them keeps anything: the file is the only state."""

    fichier: Fichier
    personnes: Personnes
    seances: Seances
    ordres: OrdresDuJour
    passages: Passages
    presences: Presences
    deports: Deports
    allees_venues: AlleesVenues
    voix: VoixConsultatives
    tables: TablesRondes
    tours: Tours
    registres: Registres
    historiques: Historiques
    motifs: Motifs
    cpo: Cpo
    decisions: Decisions
    scenarios: Scenarios
    scellements: Scellements
    suites: Suites
    deliberations: Deliberations
    notifications: Notifications
    versements: Versements


def comite(
    fichier: Fichier, *, horloge: Horloge = maintenant, constats: Constats | None = None
) -> Comite:
    """The services of an open file; `horloge` says what time it is, `constats` what is followed."""
    deports = Deports(fichier, horloge=horloge)
    registres, decisions = Registres(fichier), Decisions(fichier, horloge=horloge)
    return Comite(
        fichier=fichier,
        personnes=Personnes(fichier),
        seances=Seances(fichier, horloge=horloge),
        ordres=OrdresDuJour(fichier),
        passages=Passages(fichier, horloge=horloge),
        presences=Presences(fichier, horloge=horloge),
        deports=deports,
        allees_venues=AlleesVenues(fichier, deports, horloge=horloge),
        voix=VoixConsultatives(fichier),
        tables=TablesRondes(fichier),
        tours=Tours(fichier, horloge=horloge),
        registres=registres,
        historiques=Historiques(fichier, registres, decisions),
        motifs=Motifs(fichier),
        cpo=Cpo(fichier, horloge=horloge),
        decisions=decisions,
        scenarios=Scenarios(fichier, horloge=horloge),
        scellements=Scellements(fichier, horloge=horloge, constats=constats),
        suites=Suites(fichier),
        deliberations=Deliberations(fichier, horloge=horloge),
        notifications=Notifications(fichier, horloge=horloge),
        versements=Versements(fichier),
    )

"""The services of the réunions partenariales for an open file, made together when first needed."""

from dataclasses import dataclass

from app.services.fichier import Fichier
from app.services.frequences import Frequences
from app.services.gardes_seance import Horloge
from app.services.notes_reunion import NotesReunion
from app.services.ordres_reunion import OrdresReunion
from app.services.participants import Participants
from app.services.plans_reunions import PlansReunions
from app.services.reunions import Reunions
from app.services.transaction import maintenant


@dataclass(frozen=True, slots=True)
class Rencontres:
    """Everything that a meeting needs. None of them keeps anything: the file is the only state."""

    fichier: Fichier
    reunions: Reunions
    ordres: OrdresReunion
    participants: Participants
    notes: NotesReunion
    plans: PlansReunions
    frequences: Frequences


def rencontres(fichier: Fichier, *, horloge: Horloge = maintenant) -> Rencontres:
    """The services of an open file; `horloge` says what time it is."""
    return Rencontres(
        fichier=fichier,
        reunions=Reunions(fichier, horloge=horloge),
        ordres=OrdresReunion(fichier),
        participants=Participants(fichier),
        notes=NotesReunion(fichier),
        plans=PlansReunions(fichier),
        frequences=Frequences(fichier),
    )

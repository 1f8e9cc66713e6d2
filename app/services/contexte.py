"""An open file and its services: what every screen receives."""

from dataclasses import dataclass

from app.services.actions import Actions
from app.services.cofinancements import Cofinancements
from app.services.enveloppes import Enveloppes
from app.services.fiches import Fiches
from app.services.fichier import Fichier
from app.services.journal import JournalLu
from app.services.organismes import Organismes
from app.services.recherche import Recherche
from app.services.settings import Settings
from app.services.totaux import Totaux
from app.services.vues import Vues


@dataclass(frozen=True, slots=True)
class Contexte:
    """One open file. Built by `boot`, closed once."""

    fichier: Fichier
    settings: Settings
    actions: Actions
    cofinancements: Cofinancements
    enveloppes: Enveloppes
    fiches: Fiches
    journal: JournalLu
    organismes: Organismes
    recherche: Recherche
    totaux: Totaux
    vues: Vues

    def fermer(self) -> None:
        """Close the file, then keep a verified backup if anything changed."""
        try:
            self.fichier.fermer()
        finally:
            # Even when the log could not be gathered: the backup reads it too.
            if not self.fichier.lecture_seule:
                from app.services.sauvegardes import sauvegarder_si_change

                sauvegarder_si_change(self.fichier.chemin, jours=self.settings.sauvegardes_jours)

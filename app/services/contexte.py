"""An open file and its services: what every screen receives."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from app.services.actions import Actions
from app.services.annotations import Annotations
from app.services.cofinancements import Cofinancements
from app.services.colonnes_libres import ColonnesLibres
from app.services.enveloppes import Enveloppes
from app.services.errors import ErreurConnue, SauvegardeManquee
from app.services.fiches import Fiches
from app.services.fichier import Fichier
from app.services.mises_en_forme import MisesEnForme
from app.services.recherche import Recherche
from app.services.settings import Settings
from app.services.totaux import Totaux
from app.services.vues import Vues

if TYPE_CHECKING:
    from app.services.constats_service import Constats
    from app.services.journal import JournalLu
    from app.services.organismes import Organismes


@dataclass(frozen=True)
class Contexte:
    """One open file. Built by `boot`, closed once. The first window does not wait for what it hides."""

    fichier: Fichier
    settings: Settings
    actions: Actions
    cofinancements: Cofinancements
    colonnes_libres: ColonnesLibres
    enveloppes: Enveloppes
    fiches: Fiches
    recherche: Recherche
    totaux: Totaux
    annotations: Annotations
    mises_en_forme: MisesEnForme
    vues: Vues

    @cached_property
    def constats(self) -> "Constats":
        from app.services.constats_service import Constats

        return Constats(self.fichier)

    @cached_property
    def journal(self) -> "JournalLu":
        from app.services.journal import JournalLu

        return JournalLu(self.fichier)

    @cached_property
    def organismes(self) -> "Organismes":
        from app.services.organismes import Organismes

        return Organismes(self.fichier)

    def fermer(self) -> None:
        """Close the file, then keep a verified backup if anything changed.

        Raises what Fichier.fermer does, or SauvegardeManquee.
        """
        try:
            self.fichier.fermer()
        finally:
            # Even when the log could not be gathered: the backup reads it too. What another program
            # wrote over the file is no state of it.
            if not (self.fichier.lecture_seule or self.fichier.est_reecrit()):
                self._sauvegarder()

    def _sauvegarder(self) -> None:
        from app.services.sauvegardes import sauvegarder_si_change

        try:
            sauvegarder_si_change(self.fichier.chemin, jours=self.settings.sauvegardes_jours)
        except ErreurConnue as cause:
            nom = self.fichier.chemin.name
            raise SauvegardeManquee(
                f"Tout est enregistré dans « {nom} », mais sa sauvegarde a échoué. {cause}"
            ) from cause

"""The constats of the open file, by year: computed when asked, then following each notice."""

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime

from app.models.enums import CibleConstat, NiveauConstat
from app.services.bus import Avis
from app.services.constats import Constat
from app.services.constats_calcul import Objet
from app.services.constats_controles import CONTROLES
from app.services.constats_faits import Faits
from app.services.constats_registre import Controle
from app.services.constats_suivi import AnneeSuivie
from app.services.fichier import Fichier
from app.services.gardes_seance import jour_courant

GRAVITE = {niveau: -rang for rang, niveau in enumerate(NiveauConstat)}


class Constats:
    """What the rules say of each action, porteur, appel, séance and year.

    Nothing is computed before somebody asks; then only what was touched since is.
    """

    def __init__(
        self,
        fichier: Fichier,
        *,
        controles: Iterable[Controle] = CONTROLES,
        horloge: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._fichier = fichier
        self._controles = controles
        self._horloge = horloge
        self._annees: dict[int, AnneeSuivie] = {}
        self._verrou = threading.RLock()
        fichier.bus.abonner(self.sur_avis)

    def sur_avis(self, avis: Avis) -> None:
        """Note what was touched; a few microseconds."""
        with self._verrou:
            for annee in self._annees.values():
                annee.suivre(avis)

    def fermer(self) -> None:
        self._fichier.bus.desabonner(self.sur_avis)

    def de_l_annee(self, annee: int) -> list[Constat]:
        """Every constat of a year, the most serious first, then by rule, target and object."""
        with self._verrou:
            trouves = [c for lot in self._jugee(annee).constats.values() for c in lot]
        return sorted(
            trouves, key=lambda c: (GRAVITE[c.niveau], c.regle, c.cible, c.objet or "", c.phrase)
        )

    def de(self, annee: int, cible: CibleConstat, objet: str | None = None) -> tuple[Constat, ...]:
        """Those of one object; of the year itself when `objet` is None."""
        with self._verrou:
            return self._suivie(annee).constats_de((cible, objet))

    def faits(self, annee: int, cible: CibleConstat) -> list[tuple[str | None, Faits]]:
        """(object, its facts) of a target: what a rule would look at."""
        with self._verrou:
            suivie = self._suivie(annee)
            objets = {*suivie.tous(), (CibleConstat.ANNEE, None)}
            lus = ((cle, suivie.faits((c, cle))) for c, cle in objets if c == cible)
            trouves = [(cle, faits) for cle, faits in lus if faits is not None]
        return sorted(trouves, key=lambda trouve: trouve[0] or "")

    def revision(self, annee: int) -> int:
        """A number that grows each time that constats are judged again."""
        with self._verrou:
            return self._jugee(annee).revision

    def changes(self, annee: int, depuis: int) -> set[Objet]:
        """The objects whose constats changed after that revision: what a screen redraws."""
        with self._verrou:
            revisions = self._jugee(annee).revisions
            return {objet for objet, revision in revisions.items() if revision > depuis}

    def _jugee(self, annee: int) -> AnneeSuivie:
        suivie = self._suivie(annee)
        suivie.tout_juger()
        return suivie

    def _suivie(self, annee: int) -> AnneeSuivie:
        suivie = self._annees.setdefault(annee, AnneeSuivie(annee, self._controles))
        jour: date = jour_courant(self._horloge)
        if not suivie.est_a_jour(jour):
            with self._fichier.instant() as lire:
                suivie.mettre_a_jour(lire, jour)
        return suivie

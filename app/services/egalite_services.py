"""The services of the page « Égalité » for an open file, made together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.services.egalite import Accompagnements, BonusDesPorteurs
from app.services.egalite_budget import BudgetsGenre
from app.services.egalite_niveaux import GrilleSuivie, lire_grilles_suivies
from app.services.egalite_progres import Progres
from app.services.egalite_volumes import ChoixVolumes, LigneVolume, lire_volumes
from app.services.fichier import Fichier, Lire
from app.services.formations import Formations
from app.services.gardes_seance import Horloge
from app.services.transaction import maintenant


@dataclass(frozen=True, slots=True)
class Egalite:
    """None of them keeps anything: the file is the only state."""

    fichier: Fichier
    formations: Formations
    accompagnements: Accompagnements
    bonus: BonusDesPorteurs
    budgets: BudgetsGenre
    progres: Progres

    def grilles(self) -> list[GrilleSuivie]:
        with self.fichier.instant() as lire:
            return lire_grilles_suivies(lire)

    def volumes(self, annee: int, choix: ChoixVolumes) -> list[LigneVolume]:
        with self.fichier.instant() as lire:
            return lire_volumes(lire, annee, choix)

    def noms(self, lire_les: Callable[[Lire], Mapping[str, str]]) -> Mapping[str, str]:
        """name -> key, of what a cell may name."""
        with self.fichier.instant() as lire:
            return lire_les(lire)


def egalite(fichier: Fichier, *, horloge: Horloge = maintenant) -> Egalite:
    """The services of an open file; `horloge` says what time it is."""
    return Egalite(
        fichier=fichier,
        formations=Formations(fichier, horloge=horloge),
        accompagnements=Accompagnements(fichier),
        bonus=BonusDesPorteurs(fichier),
        budgets=BudgetsGenre(fichier, horloge=horloge),
        progres=Progres(fichier),
    )

"""In the cockpit: somebody comes, goes, leaves for the item or is back, noted by hand."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from app.services.comite import Comite
from app.services.errors import SaisieRefusee
from app.services.presences import LigneMembre, trouver_membre
from app.ui.forms import ChampChoix, ChampTexte
from app.ui.seance_saisie import BarreSaisie


class Mouvement(StrEnum):
    """What somebody does."""

    SORT = "sort"
    RENTRE = "rentre"
    ARRIVE = "arrive"
    PART = "part"


MOTS = (
    (str(Mouvement.SORT), "Se retire"),
    (str(Mouvement.RENTRE), "Revient"),
    (str(Mouvement.ARRIVE), "Arrive"),
    (str(Mouvement.PART), "S'en va"),
)


class BarreMouvement(BarreSaisie):
    """Who, what, and why where no link is declared. `point()` raises SaisieRefusee without an item."""

    def __init__(self, comite: Comite, seance: str, point: Callable[[], str]) -> None:
        self._comite, self._seance, self._point = comite, seance, point
        quoi = ChampChoix("Mouvement", ecrire=None)
        quoi.proposer(MOTS)
        quoi.montrer(str(Mouvement.SORT))
        super().__init__(
            {
                "qui": ChampTexte("Membre de la séance", ecrire=None),
                "quoi": quoi,
                "motif": ChampTexte("Motif, s'il n'a pas de lien déclaré", ecrire=None),
            },
            verbe="Noter",
        )

    def demander(self) -> None:
        """The cursor in the name."""
        self.completer("qui", [m.designation for m in self._membres()])
        self.ouvrir(self.noter)

    def _membres(self) -> list[LigneMembre]:
        return self._comite.presences.membres(self._seance)

    def noter(self, saisi: Mapping[str, str]) -> None:
        """One operation. Raises SaisieRefusee, and what was typed stays."""
        if not saisi["qui"]:
            raise SaisieRefusee("Tapez le nom d'un membre de la séance.")
        membre = trouver_membre(self._membres(), saisi["qui"])
        gestes: dict[str, Callable[[LigneMembre], object]] = {
            Mouvement.SORT: lambda m: self._comite.deports.sortir(
                self._point(), m.cle, motif=saisi["motif"]
            ),
            Mouvement.RENTRE: self._rentrer,
            Mouvement.ARRIVE: lambda m: self._comite.presences.arriver(m.cle),
            Mouvement.PART: lambda m: self._comite.presences.partir(m.cle),
        }
        gestes[saisi["quoi"]](membre)

    def _rentrer(self, membre: LigneMembre) -> None:
        dehors = [
            d
            for d in self._comite.deports.de_la_seance(self._seance)
            if d.membre == membre.cle and d.retour is None
        ]
        if not dehors:
            raise SaisieRefusee(f"{membre.designation} n'est pas sorti : rien n'est à noter.")
        self._comite.deports.rentrer(dehors[-1].cle)

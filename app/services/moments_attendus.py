"""When in the year an instance must sit: before the appel, before or after the comité (B-73, B-74).

Read from the steps of the contract that the instance holds, by their place among the others; the days
come from the appels and the séances of the year. Where a day is not known, nothing is said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from app.models.contrat import Etape
from app.models.enums import EtatSeance, NatureEtape
from app.models.programme import Appel, Exercice
from app.models.seance import Seance
from app.services.documents import jour_de
from app.services.fichier import Lire
from app.services.instances_reunies import InstanceReunie

APPEL = (str(NatureEtape.LANCEMENT), str(NatureEtape.DEPOT), str(NatureEtape.NOTE_INTENTION))
COMITE = str(NatureEtape.COMITE_FINANCEURS)
UN_AN = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Creneau:
    """A stretch of the year in which a meeting is expected, both ends included."""

    mots: str
    debut: date
    fin: date


@dataclass(frozen=True, slots=True)
class Moments:
    """What the contract and the year say. `ouverture`, `comite`: their days, None when unknown."""

    etapes: Mapping[str, tuple[int, str]]  # identifiant of a step -> (rank, nature)
    ouverture: date | None
    comite: date | None

    def creneaux(self, instance: InstanceReunie) -> list[Creneau]:
        """When this instance is expected, in the order of the year."""
        appel = min((r for r, n in self.etapes.values() if n in APPEL), default=None)
        comite = min((r for r, n in self.etapes.values() if n == COMITE), default=None)
        trouves: list[Creneau] = []
        for identifiant in instance.etapes:
            rang, nature = self.etapes.get(identifiant, (0, ""))
            if nature == NatureEtape.REUNIONS and appel is not None and comite is not None:
                trouves += self._creneau(rang, appel, comite)
        return sorted(trouves, key=lambda c: c.debut)

    def _creneau(self, rang: int, appel: int, comite: int) -> Iterable[Creneau]:
        if rang < appel:
            if self.ouverture:
                yield Creneau("avant l'appel", self.ouverture - UN_AN, self.ouverture)
        elif self.comite is None:
            return
        elif rang > comite:
            yield Creneau("après le comité", self.comite, self.comite + UN_AN)
        elif self.ouverture:
            yield Creneau("avant le comité", self.ouverture, self.comite)


def lire_moments(lire: Lire, annee: int, instances: Sequence[InstanceReunie]) -> Moments:
    """The steps of the contract, and the days of the year that they hang on."""
    etapes = lire(
        select(Etape.identifiant, Etape.rang, Etape.nature).where(Etape.nature.is_not(None))
    )
    ouvertures = lire(
        select(Appel.date_ouverture)
        .join(Exercice, Exercice.cle == Appel.exercice)
        .where(Exercice.annee == annee, Appel.date_ouverture.is_not(None))
    )
    par_etape = {e.identifiant: (e.rang, e.nature) for e in etapes}
    comites = [
        i.cle
        for i in instances
        if any(par_etape.get(etape, (0, ""))[1] == COMITE for etape in i.etapes)
    ]
    seances = lire(
        select(Seance.date)
        .where(Seance.annee == annee, Seance.instance.in_(comites), Seance.date.is_not(None))
        .order_by((Seance.etat == str(EtatSeance.CLOSE)).desc(), Seance.date)
        .limit(1)
    )
    jours = [jour for (texte,) in ouvertures if (jour := jour_de(texte))]
    return Moments(
        par_etape, min(jours, default=None), jour_de(seances[0].date) if seances else None
    )


def en_mots(creneaux: Sequence[Creneau], jours: Sequence[date]) -> str:
    """« avant l'appel : oui · après le comité : manque »."""
    return " · ".join(f"{c.mots} : {'oui' if est_tenu(c, jours) else 'manque'}" for c in creneaux)


def est_tenu(creneau: Creneau, jours: Iterable[date]) -> bool:
    return any(creneau.debut <= jour <= creneau.fin for jour in jours)


def est_manque(creneaux: Iterable[Creneau], jours: Sequence[date], aujourd_hui: date) -> bool:
    """True when a stretch is over and nobody met in it."""
    return any(c.fin < aujourd_hui and not est_tenu(c, jours) for c in creneaux)

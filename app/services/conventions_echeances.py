"""What the CPO bring, year by year: their deadlines, and what signing more of them would take. No Qt."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.models.calculs import ZERO, part
from app.models.enums import EtatConvention
from app.services.cofinancements import lire_financeurs
from app.services.conventions_lues import (
    LigneConvention,
    lire_bilans,
    lire_conventions,
    lire_revues_tenues,
)
from app.services.conventions_regles import CALENDRIER, ReglesCpo
from app.services.conventions_tranches import lire_a_liberer
from app.services.fichier import Lire
from app.services.promesses import lire_promesses, sommer
from app.services.totaux import TotauxLus

RETARD, PROCHE, A_VENIR = "retard", "proche", "a_venir"
ETATS_ECHEANCE = ((RETARD, "En retard"), (PROCHE, "Bientôt"), (A_VENIR, "À venir"))
PROCHES = 92  # days: a quarter
MOIS_DU_BILAN = 6

Due = tuple[datetime.date, str]  # the day, what is to be done


@dataclass(frozen=True, slots=True)
class Echeance:
    """Something to do by a day. `etat`: one of ETATS_ECHEANCE."""

    convention: str
    numero: str | None
    titre: str
    porteur: str | None
    date: datetime.date
    quoi: str
    etat: str

    @property
    def cle(self) -> str:
        return f"{self.convention}|{self.date}|{self.quoi}"


@dataclass(frozen=True, slots=True)
class LigneSimulee:
    """An envelope of a year if more conventions were signed (euros).

    `enveloppe` None: nobody knows its amount yet.
    """

    annee: int
    financeur: str
    enveloppe: Decimal | None
    promis: Decimal
    en_plus: Decimal
    reste: Decimal | None = None  # today, all that is granted, kept back or promised taken off

    @property
    def cle(self) -> str:
        return f"{self.annee} {self.financeur}"

    @property
    def total(self) -> Decimal:
        return self.promis + self.en_plus

    @property
    def part(self) -> Decimal | None:
        """Of the envelope, as a ratio."""
        return part(self.total, self.enveloppe)

    @property
    def libre(self) -> Decimal | None:
        """What would be left to decide; negative: the envelope would not be enough."""
        return None if self.reste is None else self.reste - self.en_plus


def lire_echeances(lire: Lire, jour: datetime.date) -> list[Echeance]:
    """Those of the conventions in life, the nearest first."""
    suivi = _Suivi(lire)
    return sorted(
        (
            Echeance(c.cle, c.numero, c.titre, c.porteur, date, quoi, etat_de(date, jour))
            for c in lire_conventions(lire)
            for date, quoi in suivi.de(c)
        ),
        key=lambda e: (e.date, e.numero or "", e.quoi),
    )


class _Suivi:
    """What is done of the conventions, read once."""

    def __init__(self, lire: Lire) -> None:
        self._bilans, self._revues = lire_bilans(lire), lire_revues_tenues(lire)
        self._attendent: dict[str, set[int]] = defaultdict(set)
        for ligne in lire_a_liberer(lire, None):
            self._attendent[ligne.tranche.convention].add(ligne.tranche.annee)
        etape = ReglesCpo(lire).dit(CALENDRIER, "mi_parcours").valeur
        self._etape = None if etape is None else int(etape)

    def de(self, c: LigneConvention) -> list[Due]:
        if c.etat == EtatConvention.ACCORDEE:
            return [(datetime.date(c.annee_debut, 12, 31), "Faire signer la convention")]
        if c.etat != EtatConvention.SIGNEE:
            return []
        recus = {annee for annee in c.annees if (c.lignee, annee) in self._bilans}
        tenues = {annee for annee in c.annees if (c.cle, annee) in self._revues}
        return [*_dues(c, recus, tenues, self._attendent[c.cle]), *self._point_d_etape(c)]

    def _point_d_etape(self, c: LigneConvention) -> list[Due]:
        if self._etape is None or c.point_etape_le is not None:
            return []
        if not c.annee_debut <= self._etape < c.annee_fin:
            return []
        return [(datetime.date(self._etape, 12, 31), f"Point d’étape du contrat, {self._etape}")]


def _dues(
    convention: LigneConvention,
    recus: Collection[int],
    tenues: Collection[int],
    a_liberer: Collection[int],
) -> list[Due]:
    """What a signed convention asks for, that is not done."""
    dues = []
    for annee in convention.annees:
        if annee not in recus:
            dues.append((datetime.date(annee + 1, MOIS_DU_BILAN, 30), f"Bilan {annee}"))
        if annee not in tenues:
            dues.append((datetime.date(annee + 1, MOIS_DU_BILAN, 30), f"Revue {annee}"))
        if annee in a_liberer:
            dues.append((datetime.date(annee, 12, 31), f"Libérer la tranche {annee}"))
    fin = datetime.date(convention.annee_fin, 12, 31)
    return [*dues, (fin, "Évaluation finale, renouveler ou non")]


def etat_de(date: datetime.date, jour: datetime.date) -> str:
    if date < jour:
        return RETARD
    return PROCHE if (date - jour).days <= PROCHES else A_VENIR


def simuler(lire: Lire, conventions: Sequence[str]) -> list[LigneSimulee]:
    """What each envelope would have left if these conventions, only asked for, were signed."""
    promis = sommer(lire_promesses(lire))
    avec = sommer(lire_promesses(lire, aussi=conventions)) if conventions else promis
    totaux = TotauxLus(lire)
    lignes = []
    for annee in sorted({annee for annee, _ in avec}):
        for financeur in lire_financeurs(lire, annee):
            total = avec.get((annee, financeur.cle), ZERO)
            if not total:
                continue
            deja = promis.get((annee, financeur.cle), ZERO)
            etat = totaux.etat(annee, financeur)
            lignes.append(
                LigneSimulee(
                    annee, financeur.nom_court, etat.montant, deja, total - deja, etat.reste
                )
            )
    return lignes

"""The frozen rows that reading a file gives: actions as the source tells them, and its anomalies.

Nothing here is matched with the open file yet: names and labels are those of the source. An absent
value is None or empty, and never erases anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.models.enums import NiveauConstat


@dataclass(frozen=True, slots=True)
class Anomalie:
    """Something to know about a line of the source. `ligne` counts from 1; 0: the whole sheet."""

    feuille: str
    ligne: int
    champ: str
    niveau: str
    message: str


@dataclass(frozen=True, slots=True)
class Correspondance:
    """What a person says a column is. An empty `champ` leaves the column out."""

    champ: str
    financeur: str | None = None
    etape: str | None = None


@dataclass(frozen=True, slots=True)
class ColonneTrouvee:
    """What a column was understood as; `confiance` from 0 (left out) to 1. `annee`: printed in it."""

    index: int
    entete: str
    champ: str
    financeur: str | None = None
    etape: str | None = None
    annee: int | None = None
    confiance: float = 0.0
    feuille: str = ""


@dataclass(frozen=True, slots=True)
class PublicsLus:
    """How many persons; `ages`: (band, count) pairs."""

    total: int | None = None
    qpv: int | None = None
    femmes: int | None = None
    hommes: int | None = None
    ages: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class LigneBudgetLue:
    """A line of budget (euros). `sens`: charge or produit."""

    sens: str
    compte: str
    libelle: str | None
    montant: Decimal


@dataclass(frozen=True, slots=True)
class CofinancementLu:
    """What a financeur is asked and gives, as the source says it (euros; None: not given)."""

    financeur: str
    ligne_credit: str | None = None
    annee: int | None = None
    nature_credit: str | None = None
    demande: Decimal | None = None
    propose: Decimal | None = None
    accorde: Decimal | None = None
    vote: Decimal | None = None
    notifie: Decimal | None = None
    verse: Decimal | None = None
    statut: str | None = None
    avis_prise_en_charge: str | None = None
    avis_recevabilite: str | None = None
    commentaire: str | None = None


@dataclass(frozen=True, slots=True)
class NoteLue:
    """What a note d'intention says beside its action (euros; None or empty: not said)."""

    ambition: str | None = None
    porteur_pressenti: str | None = None
    budget_envisage: Decimal | None = None
    cpo_demandee: bool | None = None
    cpo_annees: tuple[str, ...] = ()
    financeurs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionLue:
    """One action of the source. `ligne`: its first line there, from 1.

    `accorde_n1` is what the source says was granted the year before: checked, never stored.
    `existante` True: the source has too little to create an action, it only completes one.
    `cle`: the row of the file that the source names itself; `note`: it is a note d'intention.
    """

    feuille: str
    ligne: int
    reference: str | None = None
    numero: str | None = None
    annee: int | None = None
    titre: str | None = None
    description: str | None = None
    porteur: str | None = None
    sigle: str | None = None
    siret: str | None = None
    rna: str | None = None
    nature_porteur: str | None = None
    code_postal: str | None = None
    ville: str | None = None
    nature: str | None = None
    echelle: str | None = None
    quartiers: tuple[tuple[str, Decimal | None], ...] = ()
    communes: tuple[str, ...] = ()
    classements: tuple[str, ...] = ()
    publics: PublicsLus = PublicsLus()
    cout_total: Decimal | None = None
    budget: tuple[LigneBudgetLue, ...] = ()
    cofinancements: tuple[CofinancementLu, ...] = ()
    recurrence: str | None = None
    cpo_rang: int | None = None
    cpo_duree: int | None = None
    statut: str | None = None
    avis: str | None = None
    observation: str | None = None
    accorde_n1: Decimal | None = None
    date_depot: str | None = None
    date_debut: str | None = None
    date_fin: str | None = None
    existante: bool = False
    cle: str | None = None
    note: NoteLue | None = None


@dataclass(frozen=True, slots=True)
class Lecture:
    """A file read and understood. `signature` tells apart the layouts, whatever the column order.

    `corrections`: what a person changed in the columns, by header, remembered when it is applied.
    """

    fichier: str
    profil: str
    profil_nom: str
    feuilles: tuple[str, ...]
    feuille: str
    colonnes: tuple[ColonneTrouvee, ...]
    actions: tuple[ActionLue, ...]
    anomalies: tuple[Anomalie, ...]
    signature: str = ""
    corrections: Mapping[str, Correspondance] | None = None


class Releve:
    """Anomalies noted on the way, in reading order."""

    def __init__(self) -> None:
        self._anomalies: list[Anomalie] = []

    def noter(
        self,
        feuille: str,
        ligne: int,
        *,
        champ: str,
        message: str,
        niveau: NiveauConstat = NiveauConstat.ALERTE,
    ) -> None:
        self._anomalies.append(Anomalie(feuille, ligne, champ, str(niveau), message))

    def informer(self, feuille: str, ligne: int, *, champ: str, message: str) -> None:
        self.noter(feuille, ligne, champ=champ, message=message, niveau=NiveauConstat.INFORMATION)

    def tout(self) -> tuple[Anomalie, ...]:
        return tuple(self._anomalies)

"""The frozen rows that cross from services to screens and exports. No logic here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

ETAPES_MONTANT = ("demande", "propose", "accorde", "vote", "notifie", "verse")


class Montants(NamedTuple):
    """What one financeur is asked and gives to one action (euros; None: not given).

    `lignes`: how many cofinancements are summed here; `cle`: the only one when `lignes == 1`;
    `parts`: each of them when there are several. A tuple, since a year has a hundred thousand.
    """

    demande: Decimal | None = None
    propose: Decimal | None = None
    accorde: Decimal | None = None
    vote: Decimal | None = None
    notifie: Decimal | None = None
    verse: Decimal | None = None
    lignes: int = 0
    cle: str | None = None
    parts: "tuple[Montants, ...]" = ()


@dataclass(frozen=True, slots=True)
class LigneFinanceur:
    """A financeur as a block of columns. `rang` is the speaking order."""

    cle: str
    identifiant: str
    nom: str
    nom_court: str
    nature: str
    rang: int


class LigneAction(NamedTuple):
    """One action, as one row of the table, the workbook and the PDF.

    A tuple too: twenty thousand of them are made four times faster than as dataclasses.
    """

    cle: str
    annee: int
    numero: str
    reference: str | None
    titre: str
    porteur_cle: str | None
    porteur: str
    siret: str | None
    appel: str
    statut: str
    recurrence: str | None
    echelle: str
    nature: str
    axe: str
    objectif: str
    axe_rang: int
    quartiers: str
    communes: str
    cpo: str
    public_total: int | None
    public_qpv: int | None
    public_femmes: int | None
    public_hommes: int | None
    cout: Decimal | None
    accorde_n1: Decimal | None
    accorde_n2: Decimal | None
    avis: str | None
    observation: str | None
    cotation: str
    montants: Mapping[str, Montants]
    demande: Decimal
    propose: Decimal
    accorde: Decimal


@dataclass(frozen=True, slots=True)
class EtatEnveloppe:
    """An envelope and what is drawn on it (euros). `montant` None: nothing notified nor forecast.

    `disponible` = montant - reserve - engage; `reste` = disponible - accorde (negative: overshoot).
    Both are None when `montant` is None. `lignes`: how many envelopes are added up.
    """

    financeur: LigneFinanceur
    annee: int
    montant: Decimal | None
    notifie: bool
    reserve: Decimal
    engage: Decimal
    demande: Decimal
    propose: Decimal
    accorde: Decimal
    disponible: Decimal | None
    reste: Decimal | None
    lignes: int = 0


@dataclass(frozen=True, slots=True)
class ColonneAjoutee:
    """A column that people added, with what it shows for each action (by key; nothing: not there).

    `type` is a TypeColonne: a Decimal for numbers, a date, else a text.
    """

    titre: str
    type: str
    total: bool
    valeurs: Mapping[str, Decimal | date | str]


@dataclass(frozen=True, slots=True)
class Programmation:
    """A year's programme, whole: what the exports print. `empreinte` is the journal's last hash."""

    contrat: str
    annee: int
    appel: str
    financeurs: tuple[LigneFinanceur, ...]
    actions: tuple[LigneAction, ...]
    enveloppes: tuple[EtatEnveloppe, ...]
    empreinte: str
    date: str
    ajoutees: tuple[ColonneAjoutee, ...] = ()

"""All that a séance leaves on paper, frozen: what the documents print.

What is not a field here cannot be printed: private notes and amounts that the room has not seen.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from app.models.calculs import somme, somme_ou_rien
from app.services.decisions_lues import LigneDecision
from app.services.deports import LigneDeport
from app.services.effets_decision import ACCORDENT
from app.services.payeurs import Payeur
from app.services.phrases_pv import CHIFFREES
from app.services.presences import LigneMembre
from app.services.rows import LigneAction
from app.services.sceaux import LigneScellement
from app.services.scellement import ModificationPostComite


@dataclass(frozen=True, slots=True)
class Sejour:
    """A stay in the room (ISO moments); `depart` None: until the end."""

    arrivee: str
    depart: str | None


@dataclass(frozen=True, slots=True)
class MembreVenu:
    """A seat, with its stays."""

    siege: LigneMembre
    sejours: tuple[Sejour, ...]


@dataclass(frozen=True, slots=True)
class MontantDit:
    """What one payeur was asked, what the instruction proposed, what was decided (euros).

    `n1`: what it granted the year before.
    """

    payeur: Payeur
    nom: str
    financeur: str
    demande: Decimal | None
    propose: Decimal | None
    decide: Decimal | None
    n1: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Annonce:
    """An amount that the room has seen (euros): who, in which round."""

    numero: int
    nom: str
    montant: Decimal | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Avis:
    """What somebody said: a financeur on a pluriannual convention, or a voice never counted."""

    qui: str
    sens: str
    texte: str


@dataclass(frozen=True, slots=True)
class ConstatOutre:
    """A constat that somebody passed over, as it was read, and why."""

    phrase: str
    motif: str
    auteur: str


@dataclass(frozen=True, slots=True)
class PointRendu:
    """An item of the agenda, whole. `votants` None: nobody's presence was recorded, or no decision."""

    cle: str
    ordre: int
    titre: str
    nature: str
    action: LigneAction | None
    decision: LigneDecision | None
    rectifiee: str
    montants: tuple[MontantDit, ...]
    annonces: tuple[Annonce, ...]
    passages: tuple[Sejour, ...]
    deports: tuple[LigneDeport, ...]
    positions: tuple[Avis, ...]
    voix: tuple[Avis, ...]
    votants: int | None
    modifications: tuple[ModificationPostComite, ...]
    outre: tuple[ConstatOutre, ...] = ()

    @property
    def numero(self) -> str:
        return self.action.numero if self.action else ""

    @property
    def porteur(self) -> str:
        return self.action.porteur if self.action else ""

    @property
    def accorde(self) -> bool:
        return self.decision is not None and self.decision.nature in ACCORDENT

    @property
    def chiffre(self) -> bool:
        """The decision has amounts to print, granted or only ranked."""
        return self.decision is not None and self.decision.nature in CHIFFREES

    @property
    def demande(self) -> Decimal | None:
        return somme_ou_rien(m.demande for m in self.montants)

    @property
    def propose(self) -> Decimal | None:
        return somme_ou_rien(m.propose for m in self.montants)

    def accorde_par(self, *financeurs: str) -> Decimal | None:
        """What these financeurs grant (euros); None where they say nothing of it."""
        if not self.accorde:
            return None
        return somme_ou_rien(m.decide for m in self.montants if m.payeur.financeur in financeurs)

    @property
    def total(self) -> Decimal:
        """What is granted (euros): a ranked or postponed item engages nothing."""
        return self.decision.total if self.decision and self.accorde else Decimal(0)


@dataclass(frozen=True, slots=True)
class FinanceurRendu:
    """A financeur that the séance speaks of, in speaking order."""

    cle: str
    nom: str
    nom_court: str
    nature: str


@dataclass(frozen=True, slots=True)
class CompteRendu:
    """One séance as its documents print it. `sceau` None: not closed, everything is a draft."""

    cle: str
    contrat: str
    titre: str
    instance: str
    annee: int
    date: str | None
    heure: str | None
    lieu: str | None
    etat: str
    convoquee_le: str | None
    secretaire: str | None
    ouverte_le: str | None
    close_le: str | None
    reouverture: str | None
    quorum: int | None
    quorum_source: str | None
    regle_vote: str | None
    regle_vote_source: str | None
    sceau: LigneScellement | None
    sceaux: tuple[LigneScellement, ...]
    membres: tuple[MembreVenu, ...]
    points: tuple[PointRendu, ...]
    financeurs: tuple[FinanceurRendu, ...]
    outre: tuple[ConstatOutre, ...] = ()  # of the séance or the year, no item of the agenda

    @property
    def empreinte(self) -> str:
        """Of the journal at the closing; empty for a draft."""
        return self.sceau.empreinte if self.sceau else ""

    @property
    def version(self) -> int:
        return self.sceau.version if self.sceau else 0

    @property
    def actions(self) -> tuple[PointRendu, ...]:
        return tuple(p for p in self.points if p.action is not None)

    @property
    def complementaires(self) -> tuple[PointRendu, ...]:
        """The liste complémentaire, by rank."""
        inscrits = [p for p in self.points if p.chiffre and not p.accorde]
        return tuple(sorted(inscrits, key=_rang_complementaire))


def _rang_complementaire(point: PointRendu) -> tuple[int, int]:
    rang = point.decision.rang if point.decision else None
    return (rang if rang is not None else 1_000_000, point.ordre)


def totaux_par_financeur(points: Iterable[PointRendu]) -> dict[str, Decimal]:
    """financeur -> what it grants over the séance (euros)."""
    totaux: defaultdict[str, list[Decimal | None]] = defaultdict(list)
    for point in points:
        if point.accorde:
            for montant in point.montants:
                totaux[montant.payeur.financeur].append(montant.decide)
    return {cle: somme(montants) for cle, montants in totaux.items()}

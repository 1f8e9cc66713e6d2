"""The facts that checks read: frozen, whole, and nothing else.

None is « not known », never zero. Amounts are Decimal euros, dates are ISO texts except `jour`, today.
Names of kinds (nature, statut…) are the values stored, those of `models/enums`.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from app.models.calculs import BilanBudget, bilan_budget, somme_ou_rien
from app.models.enums import NatureQuartier, SensBudget

Plus = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FaitsOrganisme:
    cle: str
    nom: str
    nature: str
    siret: str | None
    rna: str | None
    effectif: Decimal | None
    budget: Decimal | None


@dataclass(frozen=True, slots=True)
class FaitsFinanceur:
    """`echelles`, `themes`: what it says that it funds (identifiants of échelles, of nodes)."""

    cle: str
    identifiant: str
    nom: str
    nature: str
    echelles: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    cpo: bool | None = None
    constitue_enveloppe: bool | None = None
    actif: bool = True


@dataclass(frozen=True, slots=True)
class FaitsLigneCredit:
    identifiant: str
    nom: str
    nature_credit: str
    dispositif: str | None
    nature_depense: str | None


class FaitsMontant(NamedTuple):
    """One cofinancement line: what a financeur is asked, proposes, gives. `commune`: key, if it pays.

    A tuple, since a year has ten thousand of them.
    """

    cle: str
    financeur: FaitsFinanceur
    ligne: FaitsLigneCredit | None
    commune: str | None
    annee: int
    nature_credit: str | None  # a NatureCredit: of the line itself, else of its line of credit
    demande: Decimal | None
    propose: Decimal | None
    accorde: Decimal | None
    vote: Decimal | None
    notifie: Decimal | None
    verse: Decimal | None
    statut: str
    securise: bool

    @property
    def en_jeu(self) -> Decimal | None:
        """What is granted, else proposed, else asked: the figure that a comité has in front of it."""
        if self.accorde is not None:
            return self.accorde
        return self.demande if self.propose is None else self.propose


@dataclass(frozen=True, slots=True)
class FaitsQuartier:
    """`communes`: keys. `part` of the action in it, in %."""

    cle: str
    code: str | None
    nom: str
    nature: str
    eligible_bop147: bool | None
    communes: tuple[str, ...]
    part: Decimal | None


@dataclass(frozen=True, slots=True)
class FaitsNoeud:
    """A node an action is on. `sommet`: identifiant of the node at the top of its branch."""

    cle: str
    identifiant: str
    code: str | None
    libelle: str
    nomenclature: str
    role: str
    sommet: str
    financement_epci: bool | None
    transversal: bool
    principal: bool


@dataclass(frozen=True, slots=True)
class FaitsEchelle:
    identifiant: str
    nom: str
    financeurs: tuple[str, ...]
    epci_peut_financer: bool | None
    commune_peut_financer: bool | None


@dataclass(frozen=True, slots=True)
class FaitsLigneBudget:
    sens: str
    compte: str
    libelle: str | None
    montant: Decimal | None


@dataclass(frozen=True, slots=True)
class FaitsBilan:
    """The report of an action; `attendu_le` None: no date was given."""

    attendu_le: str | None
    recu_le: str | None
    examine_le: str | None
    conclusion: str | None
    cout_realise: Decimal | None


@dataclass(frozen=True, slots=True)
class FaitsAction:
    """One action of the year, with all that hangs on it.

    `echelle`: identifiant. `noeuds`: identifiants of its nodes and of all above them. `anterieurs`:
    year (N-1, N-2) -> identifiant of a financeur -> what it granted to the lineage. `bilan_n1`: of the
    action that this one renews; None when it renews none, or when nothing is noted of it.
    """

    cle: str
    annee: int
    jour: datetime.date
    numero: str
    titre: str
    statut: str
    nature: str
    recurrence: str | None
    lignee: str
    precedente: str | None
    appel: str | None
    appel_nature: str | None
    porteur: FaitsOrganisme | None
    echelle: str | None
    echelle_lue: FaitsEchelle | None
    cpo_rang: int | None
    cpo_duree: int | None
    public_total: int | None
    public_qpv: int | None
    public_femmes: int | None
    public_hommes: int | None
    hors_qpv_motif: str | None
    description: str | None
    avis: str | None
    cout: Decimal | None
    date_depot: str | None
    date_debut: str | None
    date_fin: str | None
    quartiers: tuple[FaitsQuartier, ...] = ()
    communes: tuple[str, ...] = ()
    classements: tuple[FaitsNoeud, ...] = ()
    noeuds: frozenset[str] = frozenset()
    montants: tuple[FaitsMontant, ...] = ()
    budget: tuple[FaitsLigneBudget, ...] = ()
    anterieurs: Mapping[int, Mapping[str, Decimal]] = field(default_factory=dict)
    bilan: FaitsBilan | None = None
    bilan_n1: FaitsBilan | None = None
    demande: Decimal | None = None  # totals of `montants`; None: nothing known
    propose: Decimal | None = None
    accorde: Decimal | None = None
    plus: Plus = field(default_factory=dict)

    @property
    def nom(self) -> str:
        """« 2026-014 « Titre » », as sentences call it."""
        return f"{self.numero} «\u00a0{self.titre}\u00a0»"

    @property
    def en_jeu(self) -> Decimal | None:
        return somme_ou_rien(m.en_jeu for m in self.montants)

    @property
    def en_cpo(self) -> bool:
        return bool(self.cpo_duree)

    @property
    def hors_qpv(self) -> bool | None:
        """True when it is in quartiers that are all outside the QPV, or gives why it is outside.

        None when nothing is known of where it takes place.
        """
        if self.hors_qpv_motif:
            return True
        if not self.quartiers:
            return None
        return all(q.nature != NatureQuartier.QPV for q in self.quartiers)

    @property
    def equilibre(self) -> BilanBudget | None:
        """Its budget added up; None when it has no lines on both sides."""
        lignes = {
            sens: [(b.compte, b.montant) for b in self.budget if b.sens == sens]
            for sens in map(str, SensBudget)
        }
        if not all(lignes.values()):
            return None
        return bilan_budget(lignes[str(SensBudget.CHARGE)], lignes[str(SensBudget.PRODUIT)])


@dataclass(frozen=True, slots=True)
class FaitsPorteur:
    """A porteur and its actions of the year."""

    organisme: FaitsOrganisme
    annee: int
    jour: datetime.date
    actions: tuple[FaitsAction, ...]
    plus: Plus = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FaitsDotation:
    financeur: FaitsFinanceur
    montant: Decimal | None


@dataclass(frozen=True, slots=True)
class FaitsEtape:
    """A step of an appel; its dates as they are typed or None (those that follow another are None)."""

    nature: str
    nom: str
    active: bool
    date_debut: str | None
    date_fin: str | None
    terminee_le: str | None


@dataclass(frozen=True, slots=True)
class FaitsAppel:
    cle: str
    annee: int
    jour: datetime.date
    nom: str
    nature: str
    date_ouverture: str | None
    date_cloture: str | None
    noeud: str | None
    leger: bool
    pluriannuel: bool
    instructeurs: int | None
    cadrage: str | None
    dotations: tuple[FaitsDotation, ...]
    etapes: tuple[FaitsEtape, ...]
    actions: tuple[FaitsAction, ...]
    plus: Plus = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FaitsPoint:
    """An item of an agenda. `decision`: a NatureDecision, of the last one that was not cancelled."""

    cle: str
    nature: str
    action: FaitsAction | None
    decision: str | None
    cpo_annees: int | None


@dataclass(frozen=True, slots=True)
class FaitsSeance:
    """`instance`: identifiant of the instance that sits."""

    cle: str
    annee: int
    jour: datetime.date
    titre: str
    date: str | None
    etat: str
    instance: str | None
    points: tuple[FaitsPoint, ...]
    plus: Plus = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FaitsReunion:
    """`instances`: identifiants of those for which the meeting counts. `commune`: key."""

    cle: str
    titre: str
    date: str | None
    etat: str
    commune: str | None
    instances: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FaitsEnveloppe:
    financeur: FaitsFinanceur
    ligne: FaitsLigneCredit | None
    commune: str | None
    montant: Decimal | None
    notifie: bool
    reserve: Decimal | None
    engage: Decimal | None


@dataclass(frozen=True, slots=True)
class FaitsContrat:
    identifiant: str
    nom: str
    parent: str | None
    departement: str | None
    region: str | None
    annee_debut: int | None
    annee_fin: int | None
    annee_mi_parcours: int | None
    date_signature: str | None


@dataclass(frozen=True, slots=True)
class FaitsAnnee:
    """The whole year: its actions in the order of their number, its envelopes, meetings, appels."""

    annee: int
    jour: datetime.date
    contrat: FaitsContrat | None
    actions: tuple[FaitsAction, ...]
    financeurs: tuple[FaitsFinanceur, ...]
    enveloppes: tuple[FaitsEnveloppe, ...]
    appels: tuple[FaitsAppel, ...]
    seances: tuple[FaitsSeance, ...]
    reunions: tuple[FaitsReunion, ...]
    plus: Plus = field(default_factory=dict)


Faits = FaitsAction | FaitsPorteur | FaitsAppel | FaitsSeance | FaitsAnnee

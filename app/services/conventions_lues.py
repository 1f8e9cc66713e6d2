"""The CPO as screens and papers read them: conventions, tranches, avenants, signatures. No Qt."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import Action
from app.models.calculs import ZERO
from app.models.contrat import Commune
from app.models.convention import (
    Avenant,
    AvisCpo,
    Convention,
    RevueCpo,
    SignatureConvention,
    Tranche,
)
from app.models.enums import EtatConvention
from app.models.organisme import Financeur, LigneCredit, Organisme
from app.models.suivi import Bilan
from app.services.fichier import Lire

# State of a tranche
FERME, LIBEREE, SOUS_RESERVE, TOMBEE = "ferme", "liberee", "sous_reserve", "tombee"
VOULUE = "demandee"  # its convention is only asked for
ETATS_TRANCHE = (
    (FERME, "Ferme"),
    (LIBEREE, "Libérée"),
    (SOUS_RESERVE, "Sous réserve du vote"),
    (TOMBEE, "Sans suite"),
    (VOULUE, "Demandée"),
)
CLOSES = (str(EtatConvention.RESILIEE), str(EtatConvention.ANNUELLE))


def nommer_payeur(financeur: str, credit: str | None, commune: str | None) -> str:
    """« État – BOP 147 », « Commune (Denain) »."""
    nom = f"{financeur} ({commune})" if commune else financeur
    return f"{nom} – {credit}" if credit else nom


@dataclass(frozen=True, slots=True)
class LigneTranche:
    """What a financeur promises for a year. `etat` is one of ETATS_TRANCHE."""

    cle: str
    convention: str
    annee: int
    financeur: str
    financeur_nom: str
    nature: str
    ligne_credit: str | None
    credit_nom: str | None
    commune: str | None
    commune_nom: str | None
    montant: Decimal | None
    ferme: bool
    liberee_le: str | None
    liberee_par: str | None
    liberation: str | None
    note: str | None
    acte: str = str(EtatConvention.SIGNEE)  # the state of its convention

    @property
    def payeur(self) -> str:
        return nommer_payeur(self.financeur_nom, self.credit_nom, self.commune_nom)

    @property
    def qui(self) -> tuple[str, str | None, str | None]:
        return self.financeur, self.ligne_credit, self.commune

    @property
    def etat(self) -> str:
        if self.liberee_le is not None:
            return LIBEREE
        if self.acte == EtatConvention.DEMANDEE:
            return VOULUE
        if self.ferme:
            return FERME
        return TOMBEE if self.acte in CLOSES else SOUS_RESERVE


@dataclass(frozen=True, slots=True)
class LigneConvention:
    """A convention with its tranches; `etat` is an EtatConvention."""

    cle: str
    numero: str | None
    titre: str
    objet: str | None
    organisme: str | None
    porteur: str | None
    lignee: str
    etat: str
    annee_debut: int
    annee_fin: int
    profil: str | None
    engagement_etat: bool | None
    soutien_territoire: bool | None
    bloquee_par: str | None
    signee_le: str | None
    resiliee_le: str | None
    motif: str | None
    point_etape_le: str | None
    evaluee_le: str | None
    evaluation: str | None
    suivi_renforce: bool
    copilote: str | None
    renouvelle: str | None
    note: str | None
    tranches: tuple[LigneTranche, ...] = ()
    avenants: int = 0

    @property
    def duree(self) -> int:
        return self.annee_fin - self.annee_debut + 1

    @property
    def annees(self) -> range:
        return range(self.annee_debut, self.annee_fin + 1)

    @property
    def periode(self) -> str:
        return f"{self.annee_debut}–{self.annee_fin}"

    @property
    def total(self) -> Decimal:
        return sum((t.montant or ZERO for t in self.tranches), ZERO)

    @property
    def financeurs(self) -> str:
        return ", ".join(dict.fromkeys(t.payeur for t in self.tranches))

    @property
    def nom(self) -> str:
        return f"{self.numero} – {self.titre}" if self.numero else self.titre

    def de_l_annee(self, annee: int) -> Decimal:
        return sum((t.montant or ZERO for t in self.tranches if t.annee == annee), ZERO)


@dataclass(frozen=True, slots=True)
class LigneAvenant:
    """An avenant. `contenu`: what it changes, field -> (before, after), as it is stored."""

    cle: str
    convention: str
    numero: int
    date: str | None
    objet: str
    motif: str | None
    contenu: dict[str, Any]
    signe_le: str | None


@dataclass(frozen=True, slots=True)
class LigneSignature:
    cle: str
    convention: str
    avenant: str | None
    avenant_numero: int | None
    partie: str
    qualite: str | None
    date: str | None

    @property
    def acte(self) -> str:
        return "Convention" if self.avenant_numero is None else f"Avenant n° {self.avenant_numero}"


@dataclass(frozen=True, slots=True)
class LigneAvis:
    """What a financeur says of one year. `favorable` None: it has not answered."""

    cle: str
    convention: str
    financeur: str
    financeur_nom: str
    commune: str | None
    commune_nom: str | None
    annee: int
    favorable: bool | None
    montant: Decimal | None
    motif: str | None
    dit_le: str | None

    @property
    def payeur(self) -> str:
        return nommer_payeur(self.financeur_nom, None, self.commune_nom)


def lire_tranches(lire: Lire, convention: str | None = None) -> list[LigneTranche]:
    """Those of a convention, or of all, year by year in the order of the financeurs."""
    requete = _TRANCHES if convention is None else _TRANCHES.where(Tranche.convention == convention)
    return [LigneTranche(*ligne) for ligne in lire(requete)]


def lire_conventions(lire: Lire, cle: str | None = None) -> list[LigneConvention]:
    """All of them (or one), the last begun first, with their tranches."""
    tranches: dict[str, list[LigneTranche]] = defaultdict(list)
    avenants: dict[str, int] = defaultdict(int)
    requete, des_avenants = _CONVENTIONS, select(Avenant.convention)
    if cle is not None:
        requete = requete.where(Convention.cle == cle)
        des_avenants = des_avenants.where(Avenant.convention == cle)
    for tranche in lire_tranches(lire, cle):
        tranches[tranche.convention].append(tranche)
    for (convention,) in lire(des_avenants):
        avenants[convention] += 1
    return [
        LigneConvention(*[*ligne, tuple(tranches[ligne.cle]), avenants[ligne.cle]])
        for ligne in lire(requete)
    ]


def lire_avenants(lire: Lire, convention: str) -> list[LigneAvenant]:
    return [LigneAvenant(*li) for li in lire(_AVENANTS.where(Avenant.convention == convention))]


def lire_signatures(lire: Lire, convention: str) -> list[LigneSignature]:
    requete = _SIGNATURES.where(SignatureConvention.convention == convention)
    return [LigneSignature(*ligne) for ligne in lire(requete)]


def lire_avis(lire: Lire, convention: str) -> list[LigneAvis]:
    return [LigneAvis(*ligne) for ligne in lire(_AVIS.where(AvisCpo.convention == convention))]


def lire_bilans(lire: Lire) -> dict[tuple[str, int], str]:
    """(lignée, year) -> the day its bilan came, from the follow-up of actions or the reviews."""
    recus = {(lignee, annee): jour for lignee, annee, jour in lire(_BILANS)}
    revues = lire(
        select(Convention.lignee, RevueCpo.annee, RevueCpo.bilan_recu_le)
        .join(Convention, Convention.cle == RevueCpo.convention)
        .where(RevueCpo.bilan_recu_le.is_not(None))
    )
    return recus | {(lignee, annee): jour for lignee, annee, jour in revues}


def lire_revues_tenues(lire: Lire) -> dict[tuple[str, int], str]:
    """(convention, year) -> the day of its review."""
    requete = select(RevueCpo.convention, RevueCpo.annee, RevueCpo.tenue_le)
    tenues: Sequence[Any] = lire(requete.where(RevueCpo.tenue_le.is_not(None)))
    return {(convention, annee): jour for convention, annee, jour in tenues}


_CONVENTIONS = (
    select(
        Convention.cle,
        Convention.numero,
        Convention.titre,
        Convention.objet,
        Convention.organisme,
        Organisme.nom,
        Convention.lignee,
        Convention.etat,
        Convention.annee_debut,
        Convention.annee_fin,
        Convention.profil,
        Convention.engagement_etat,
        Convention.soutien_territoire,
        Convention.bloquee_par,
        Convention.signee_le,
        Convention.resiliee_le,
        Convention.motif,
        Convention.point_etape_le,
        Convention.evaluee_le,
        Convention.evaluation,
        Convention.suivi_renforce,
        Convention.copilote,
        Convention.renouvelle,
        Convention.note,
    )
    .join(Organisme, Organisme.cle == Convention.organisme, isouter=True)
    .order_by(Convention.annee_debut.desc(), Convention.numero, Convention.cle)
)
_TRANCHES = (
    select(
        Tranche.cle,
        Tranche.convention,
        Tranche.annee,
        Tranche.financeur,
        Financeur.nom_court,
        Financeur.nature,
        Tranche.ligne_credit,
        LigneCredit.nom,
        Tranche.commune,
        Commune.nom,
        Tranche.montant,
        Tranche.ferme,
        Tranche.liberee_le,
        Tranche.liberee_par,
        Tranche.liberation,
        Tranche.note,
        Convention.etat,
    )
    .join(Convention, Convention.cle == Tranche.convention)
    .join(Financeur, Financeur.cle == Tranche.financeur)
    .join(LigneCredit, LigneCredit.cle == Tranche.ligne_credit, isouter=True)
    .join(Commune, Commune.cle == Tranche.commune, isouter=True)
    .order_by(Tranche.annee, Financeur.rang, LigneCredit.rang, Commune.rang, Tranche.cle)
)
_AVENANTS = select(
    Avenant.cle,
    Avenant.convention,
    Avenant.numero,
    Avenant.date,
    Avenant.objet,
    Avenant.motif,
    Avenant.contenu,
    Avenant.signe_le,
).order_by(Avenant.numero)
_SIGNATURES = (
    select(
        SignatureConvention.cle,
        SignatureConvention.convention,
        SignatureConvention.avenant,
        Avenant.numero,
        SignatureConvention.partie,
        SignatureConvention.qualite,
        SignatureConvention.date,
    )
    .join(Avenant, Avenant.cle == SignatureConvention.avenant, isouter=True)
    .order_by(Avenant.numero, SignatureConvention.rang, SignatureConvention.cle)
)
_AVIS = (
    select(
        AvisCpo.cle,
        AvisCpo.convention,
        AvisCpo.financeur,
        Financeur.nom_court,
        AvisCpo.commune,
        Commune.nom,
        AvisCpo.annee,
        AvisCpo.favorable,
        AvisCpo.montant,
        AvisCpo.motif,
        AvisCpo.dit_le,
    )
    .join(Financeur, Financeur.cle == AvisCpo.financeur)
    .join(Commune, Commune.cle == AvisCpo.commune, isouter=True)
    .order_by(AvisCpo.annee, Financeur.rang, Commune.rang, AvisCpo.cle)
)
_BILANS = (
    select(Action.lignee, Action.annee, Bilan.recu_le)
    .join(Bilan, Bilan.action == Action.cle)
    .where(Bilan.recu_le.is_not(None))
)

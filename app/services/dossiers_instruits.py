"""An action being instructed: who is asked, what each service answered, what is missing. No Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.models.calculs import somme_ou_rien
from app.models.enums import StatutAction
from app.services.accords import compter
from app.services.reponses import COMMENTE, CONSULTE, en_mots
from app.services.services_instructeurs import FINANCEUR, LigneService

# A dossier that is not deposited yet, or that is out, waits for no avis. One that the comité
# reorients has avis already, and is shown with them: a note that the triage reorients has none.
HORS_INSTRUCTION = (
    StatutAction.NOTE,
    StatutAction.IRRECEVABLE,
    StatutAction.REORIENTEE,
    StatutAction.RETIREE,
)
A_AFFECTER = (StatutAction.DEPOSEE, StatutAction.INSTRUCTION)


@dataclass(frozen=True, slots=True)
class Demande:
    """What a financeur (or one of its communes) is asked for: one line of cofinancement (euros)."""

    cofinancement: str
    financeur: str
    commune: str | None
    nom: str
    credits: str
    demande: Decimal | None
    propose: Decimal | None

    @property
    def sollicite(self) -> bool:
        return bool(self.demande)


@dataclass(frozen=True, slots=True)
class LigneAvis:
    """A service asked about an action, and its answer (euros). `demande`, `propose`: of its lines."""

    cle: str
    action: str
    numero: str
    titre: str
    porteur: str
    statut: str
    service: LigneService
    demande: Decimal | None
    propose: Decimal | None
    demande_le: date | None
    echeance: date | None
    pris_en_charge_le: date | None
    pris_en_charge_par: str | None
    recevable: bool | None
    sens: str | None
    vers: str | None
    motif: str | None
    montant: Decimal | None
    commentaires: Mapping[str, str]
    rendu_le: date | None
    rendu_par: str | None
    absent: bool
    comme: str
    relances: int
    relance_le: date | None
    etat: str

    @property
    def sollicite(self) -> bool:
        """A financeur with a request: its answer is waited for. The others are only consulted."""
        return bool(self.demande) and not self.service.expertise

    @property
    def repondu(self) -> bool:
        return self.sens is not None or self.recevable is False or self.etat == COMMENTE

    @property
    def attendu(self) -> bool:
        """Somebody still has to answer."""
        return not (self.repondu or self.absent)

    @property
    def en_mots(self) -> str:
        """The answer, else where it stands."""
        return en_mots(self.sens, self.vers) or self.etat

    @property
    def en_mots_a_part(self) -> str:
        """The same, which says that a financeur who is not solicited is only consulted (A-74)."""
        consulte = self.sens is not None and self.service.role == FINANCEUR and not self.sollicite
        return f"{self.en_mots}{CONSULTE}" if consulte else self.en_mots


@dataclass(frozen=True, slots=True)
class LigneCommun:
    """The avis commun of an action (euros)."""

    cle: str
    action: str
    reunion: str | None
    sens: str
    vers: str | None
    motif: str | None
    montant: Decimal | None
    rendu_le: date | None
    rendu_par: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """An action being instructed: who is asked for money, and the avis by service."""

    cle: str
    numero: str
    titre: str
    porteur: str
    statut: str
    appel: str
    instructeurs: int | None
    demandes: tuple[Demande, ...]
    avis: Mapping[str, LigneAvis]
    commun: LigneCommun | None
    communes_des_services: Mapping[str, frozenset[str]] = field(repr=False)

    @property
    def sollicites(self) -> list[Demande]:
        """Who is asked for something, each once."""
        vus: dict[tuple[str, str | None], Demande] = {}
        for demande in self.demandes:
            if demande.sollicite:
                vus.setdefault((demande.financeur, demande.commune), demande)
        return list(vus.values())

    @property
    def demandes_et_recus(self) -> tuple[int, int]:
        """How many answers the solicited financeurs owe, and how many came.

        Several communes that one service speaks for owe one.
        """
        dus: dict[tuple[str, ...], bool] = {}
        for demande in self.sollicites:
            siens = self.avis_de(demande)
            qui = tuple(a.cle for a in siens) or (demande.financeur,)
            dus[qui] = any(a.repondu for a in siens)
        return len(dus), sum(dus.values())

    @property
    def compte(self) -> str:
        """« 3 demandés, 2 reçus »."""
        demandes, recus = self.demandes_et_recus
        return f"{compter(demandes, 'demandé')}, {compter(recus, 'reçu')}" if demandes else ""

    @property
    def manquants(self) -> list[str]:
        """Names of the solicited financeurs that neither answered nor are marked absent."""
        return list(
            dict.fromkeys(
                d.nom
                for d in self.sollicites
                if not any(a.repondu or a.absent for a in self.avis_de(d))
            )
        )

    @property
    def sans_reponse(self) -> int:
        """How many answers the appel still wants, whoever they come from."""
        recus = sum(a.repondu for a in self.avis.values())
        return max((self.instructeurs or 0) - recus, 0)

    @property
    def propose(self) -> Decimal | None:
        return somme_ou_rien(d.propose for d in self.demandes)

    def avis_de(self, demande: Demande) -> list[LigneAvis]:
        """The avis of the services that speak for a financeur, or for one of its communes."""
        return [a for a in self.avis.values() if self.parle_pour(a.service, demande)]

    def demandes_a(self, service: LigneService) -> list[Demande]:
        """What is asked of a service."""
        return [d for d in self.demandes if self.parle_pour(service, d)]

    def parle_pour(self, service: LigneService, demande: Demande) -> bool:
        return parle_pour(service, demande, self.communes_des_services.get(service.cle))


@dataclass(frozen=True, slots=True)
class Instruites:
    """The dossiers of a year and the services that are shown for them."""

    services: tuple[LigneService, ...]
    dossiers: tuple[Dossier, ...]

    def avis(self) -> list[LigneAvis]:
        return [a for dossier in self.dossiers for a in dossier.avis.values()]


def parle_pour(
    service: LigneService, demande: Demande, communes: frozenset[str] | None = None
) -> bool:
    """Whether a service answers for a request: that of its financeur, and of its communes if it has."""
    if service.financeur != demande.financeur or service.expertise:
        return False
    return not communes or demande.commune is None or demande.commune in communes

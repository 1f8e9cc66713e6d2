"""What the room may see, and nothing else: one frozen page, made by one function, field by field.

The public window knows this page only. What is not a field here cannot be projected: private notes,
amounts not yet published, positions of each financeur, comments.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from app.models.calculs import ZERO, part
from app.models.enums import NatureDecision, NaturePoint
from app.services.enveloppes import reste_en_mots
from app.services.rows import EtatEnveloppe
from app.services.seance_en_cours import PointEnSeance
from app.services.tables_rondes import Case, TourDeTable

ATTENTE = "…"
SUIVANTS = 2


@dataclass(frozen=True, slots=True)
class BoitePublique:
    """A seat (euros). `attente`: something is being said, the room sees « … »."""

    nom: str
    montant: Decimal | None
    attente: bool
    corrige: bool


@dataclass(frozen=True, slots=True)
class JaugePublique:
    """An envelope: shares of it (0 to 1 and more), and what is left in words."""

    financeur: str
    nom: str
    mots: str
    depasse: bool
    prise: float
    donnee: float


@dataclass(frozen=True, slots=True)
class PagePublique:
    """All that the public window shows (euros; None: not known, shown as a dash)."""

    seance: str
    rang: str
    numero: str
    porteur: str
    titre: str
    lieu: str
    demande: Decimal | None
    annee_precedente: Decimal | None
    propose: Decimal | None
    total: Decimal | None
    part: Decimal | None
    en_attente: bool
    boites: tuple[BoitePublique, ...]
    decision: str
    reserve: str
    quorum: str
    mouvements: str
    suivants: tuple[str, ...]
    jauges: tuple[JaugePublique, ...]


def page_publique(
    point: PointEnSeance, table: TourDeTable | None, enveloppes: Iterable[EtatEnveloppe]
) -> PagePublique:
    """The only maker of a public page. `enveloppes`: of the file, where all granted is published."""
    ligne, action = point.point, point.action
    return PagePublique(
        seance=point.titre_seance,
        rang=f"{ligne.ordre} / {point.total}" if ligne else "",
        numero=ligne.numero if ligne else "",
        porteur=ligne.porteur if ligne else "",
        titre=ligne.titre if ligne else point.titre_seance,
        lieu=" · ".join(t for t in (action.axe, action.quartiers) if t) if action else "",
        demande=table.demande if table else None,
        annee_precedente=action.accorde_n1 if action else None,
        propose=action.propose if action else None,
        total=table.total_public if table else None,
        part=part(table.total_public, table.cout) if table else None,
        en_attente=any(case.parole.en_attente for case in table.cases) if table else False,
        boites=tuple(_boite(case) for case in table.cases) if table else (),
        decision=NatureDecision.libelle_de(point.nature_decidee) if point.nature_decidee else "",
        reserve=point.reserve,
        quorum=point.phrase_quorum,
        mouvements=point.mouvements,
        suivants=_suivants(point),
        jauges=tuple(_jauge(etat) for etat in enveloppes),
    )


def _boite(case: Case) -> BoitePublique:
    attente = case.parole.en_attente
    return BoitePublique(
        nom=case.nom,
        montant=None if attente else case.public,
        attente=attente,
        corrige=case.parole.corrige and not attente,
    )


def _jauge(etat: EtatEnveloppe) -> JaugePublique:
    total = etat.montant or ZERO
    return JaugePublique(
        financeur=etat.financeur.cle,
        nom=etat.financeur.nom_court,
        mots=reste_en_mots(etat),
        depasse=etat.reste is not None and etat.reste < 0,
        prise=float((etat.engage + etat.reserve) / total) if total else 0.0,
        donnee=float(etat.accorde / total) if total else 0.0,
    )


def _suivants(point: PointEnSeance) -> tuple[str, ...]:
    debattus = (p for p in point.a_venir if p.nature != NaturePoint.BLOC)
    return tuple(f"{p.numero} {p.titre}".strip() for p in islice(debattus, SUIVANTS))

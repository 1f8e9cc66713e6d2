"""The decisions as they are read: for the history of an item, the PV, the seal and what follows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select

from app.models.action import Action
from app.models.calculs import somme
from app.models.seance import Decision, MontantDecide, Point
from app.services.fichier import Lire
from app.services.payeurs import NomsPayeurs, Payeur, payeur_de


@dataclass(frozen=True, slots=True)
class LigneMontantDecide:
    """The amount of one payeur, frozen with the decision (euros)."""

    payeur: Payeur
    nom: str
    annee: int
    montant: Decimal | None


@dataclass(frozen=True, slots=True)
class LigneDecision:
    """A decision. `rang`: place on the liste complémentaire; `annulee`: lifted, it no longer counts."""

    cle: str
    point: str
    action: str | None
    numero: str
    titre: str
    nature: str
    motif: str | None
    conditions: str | None
    rang: int | None
    cpo_annees: int | None
    phrase: str
    en_bloc: bool
    decidee_le: str
    annulee: bool
    montants: tuple[LigneMontantDecide, ...]

    @property
    def total(self) -> Decimal:
        return somme(m.montant for m in self.montants)

    def par_payeur(self) -> dict[Payeur, Decimal | None]:
        return {m.payeur: m.montant for m in self.montants}


_DECISIONS = (
    select(
        *Decision.__table__.columns,
        Point.action,
        Point.titre.label("sujet"),
        Action.titre,
        Action.numero,
    )
    .join(Point, Point.cle == Decision.point)
    .join(Action, Action.cle == Point.action, isouter=True)
    .order_by(Point.rang, Point.cle, Decision.decidee_le, Decision.cle)
)
_MONTANTS = select(*MontantDecide.__table__.columns).where(
    MontantDecide.decision.in_(bindparam("decisions", expanding=True))
)


def lire_decisions(lire: Lire, *conditions: Any) -> list[LigneDecision]:
    """Decisions, in the order of the agenda then of time; the lifted ones too."""
    lues = lire(_DECISIONS.where(*conditions))
    if not lues:
        return []
    noms = NomsPayeurs(lire)
    montants: dict[str, list[LigneMontantDecide]] = {d.cle: [] for d in lues}
    for debut in range(0, len(lues), 500):
        cles = [d.cle for d in lues[debut : debut + 500]]
        for m in lire(_MONTANTS, {"decisions": cles}):
            payeur = payeur_de(m)
            ligne = LigneMontantDecide(payeur, noms.nom(payeur), m.annee, m.montant)
            montants[m.decision].append(ligne)
    for lignes in montants.values():
        lignes.sort(key=lambda m: (noms.rang(m.payeur), m.nom))
    return [_ligne(d, montants[d.cle]) for d in lues]


def _ligne(decision: Any, montants: Sequence[LigneMontantDecide]) -> LigneDecision:
    return LigneDecision(
        cle=decision.cle,
        point=decision.point,
        action=decision.action,
        numero=decision.numero or "",
        titre=decision.sujet or decision.titre or "",
        nature=decision.nature,
        motif=decision.motif,
        conditions=decision.conditions,
        rang=decision.rang,
        cpo_annees=decision.cpo_annees,
        phrase=decision.phrase,
        en_bloc=decision.en_bloc,
        decidee_le=decision.decidee_le,
        annulee=decision.annulee,
        montants=tuple(montants),
    )


def derniere_comptee(decisions: Iterable[LigneDecision]) -> LigneDecision | None:
    """The one that counts, of decisions given in the order of time: the last one not lifted."""
    return next((d for d in reversed(list(decisions)) if not d.annulee), None)


def comptees(decisions: Iterable[LigneDecision]) -> list[LigneDecision]:
    """The one that counts for each item, in the order given."""
    return list({d.point: d for d in decisions if not d.annulee}.values())

"""What a decision does to the money and to the action, on the rows of an open operation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from app.models.action import Cofinancement
from app.models.calculs import ZERO, somme
from app.models.enums import NatureDecision, StatutAction, StatutCofinancement
from app.models.seance import Decision, Point
from app.services.decisions_lues import LigneDecision
from app.services.payeurs import LignePayeur, Payeur, champs_etape, poser_montant
from app.services.tables_rondes import Case, TourDeTable
from app.services.transaction import Ecriture

STATUTS = {
    NatureDecision.VALIDE: StatutAction.ACCORDEE,
    NatureDecision.SOUS_RESERVE: StatutAction.ACCORDEE,
    NatureDecision.REFUSE: StatutAction.REFUSEE,
    NatureDecision.AJOURNE: StatutAction.AJOURNEE,
    NatureDecision.REORIENTE: StatutAction.REORIENTEE,
    NatureDecision.COMPLEMENTAIRE: StatutAction.PROPOSEE,
    NatureDecision.RETIRE: StatutAction.RETIREE,
}
ACCORDENT = (NatureDecision.VALIDE, NatureDecision.SOUS_RESERVE)
REVENUS = (StatutCofinancement.ACCORDE, StatutCofinancement.REFUSE)  # left when a grant is cleared


def quelqu_un_a_parle(table: TourDeTable) -> bool:
    return any(case.parole.a_parle for case in table.cases)


def a_valider(table: TourDeTable) -> list[tuple[LignePayeur, Decimal | None]]:
    """What a vote without debate and the liste complémentaire keep for each seat (euros).

    What the room heard as soon as one seat spoke: a silent one then gives nothing. Nobody spoke:
    what is granted already, else what the instruction proposes.
    """
    if quelqu_un_a_parle(table):
        return [(case.siege, case.public) for case in table.cases]
    return [(c.siege, c.siege.propose if c.effectif is None else c.effectif) for c in table.cases]


def total_a_valider(table: TourDeTable) -> Decimal:
    return somme(montant for _, montant in a_valider(table))


def proposes_sans_debat(table: TourDeTable, nature: str) -> bool:
    """True when the amounts of a decision are proposals that nobody said: its sentence says so."""
    return (
        nature == NatureDecision.COMPLEMENTAIRE
        and not quelqu_un_a_parle(table)
        and any(case.siege.propose and case.effectif is None for case in table.cases)
    )


def montants_prevus(
    table: TourDeTable, nature: NatureDecision, *, bloc: bool
) -> Iterator[tuple[LignePayeur, Decimal | None]]:
    """What a decision freezes for each seat, in speaking order (euros)."""
    for siege, montant in _montants(table, nature, bloc=bloc):
        if montant is not None:
            yield siege, montant


def _montants(
    table: TourDeTable, nature: NatureDecision, *, bloc: bool
) -> list[tuple[LignePayeur, Decimal | None]]:
    if nature is NatureDecision.REFUSE:
        return [(case.siege, ZERO if _sollicite(case) else None) for case in table.cases]
    if bloc or nature is NatureDecision.COMPLEMENTAIRE:
        return a_valider(table)
    if nature in ACCORDENT:  # what is not published prevents it: the sentence shows it meanwhile
        return [(case.siege, case.effectif) for case in table.cases]
    return [(case.siege, case.public) for case in table.cases]


def _sollicite(case: Case) -> bool:
    """Asked, or answered without being asked."""
    siege = case.siege
    return any(m is not None for m in (siege.demande, siege.propose, case.effectif))


@dataclass(frozen=True, slots=True)
class Effet:
    """A decision as it makes what is granted follow. `decides`: euros, by payeur."""

    table: TourDeTable
    nature: str
    decides: Mapping[Payeur, Decimal | None]


def appliquer(ecriture: Ecriture, *effets: Effet) -> None:
    """Make what is granted follow decisions: granted, refused (0), or not engaged (cleared)."""
    champs: dict[str, dict[str, Any]] = {}
    for effet in effets:
        decision, decides = NatureDecision.de(effet.nature), effet.decides
        engage = decision in ACCORDENT or decision is NatureDecision.REFUSE
        for case in effet.table.cases:
            montant = decides.get(case.payeur) if engage else None
            refus = decision is NatureDecision.REFUSE and case.payeur in decides
            if case.siege.cofinancement is None:
                accorder(ecriture, effet.table.action, case.siege, montant)
            else:
                champs[case.siege.cofinancement] = _champs(case.siege, montant, refus=refus)
    ecriture.modifier_lot(Cofinancement, champs)


def accorder(ecriture: Ecriture, action: str, siege: LignePayeur, montant: Decimal | None) -> None:
    """Set what a seat grants (euros); cleared, its status goes back to where it was before."""
    if siege.cofinancement is None:
        poser_montant(ecriture, action, siege.payeur, etape="accorde", montant=montant)
        return
    ecriture.modifier(Cofinancement, siege.cofinancement, **_champs(siege, montant))


def _champs(siege: LignePayeur, montant: Decimal | None, *, refus: bool = False) -> dict[str, Any]:
    champs: dict[str, Any] = champs_etape(siege.statut, "accorde", montant)
    if refus:
        champs["statut"] = str(StatutCofinancement.REFUSE)
    elif montant is None and siege.statut in REVENUS:
        champs["statut"] = str(_statut_d_avant(siege))
    return champs


def _statut_d_avant(siege: LignePayeur) -> StatutCofinancement:
    if siege.propose is not None:
        return StatutCofinancement.PROPOSE
    return StatutCofinancement.DEMANDE if siege.demande is not None else StatutCofinancement.INCONNU


def champs_de_l_action(cpo_rang: int | None, nature: str, cpo_annees: int | None) -> dict[str, Any]:
    """What a decision writes in the action: its status, and its CPO when one is granted or not.

    A CPO that runs (second year and later) is not undone by an annual decision.
    """
    decision = NatureDecision.de(nature)
    champs: dict[str, Any] = {"statut": str(STATUTS[decision])}
    if decision in ACCORDENT:
        if cpo_annees is not None:
            champs |= {"cpo_rang": cpo_rang or 1, "cpo_duree": cpo_annees}
        elif cpo_rang == 1:
            champs |= {"cpo_rang": None, "cpo_duree": None}
    return champs


def attendus_de(decision: LigneDecision) -> dict[Payeur, Decimal | None]:
    """What a decision leaves granted: its amounts, or nothing where it engages none."""
    if decision.nature in ACCORDENT or decision.nature == NatureDecision.REFUSE:
        return decision.par_payeur()
    return dict.fromkeys(decision.par_payeur())


def rang_complementaire(ecriture: Ecriture, seance: str, nature: str) -> int | None:
    """The next rank of the liste complémentaire; None for any other decision."""
    if nature != NatureDecision.COMPLEMENTAIRE:
        return None
    requete = select(func.max(Decision.rang)).join(Point, Point.cle == Decision.point)
    [(dernier,)] = ecriture.lignes(requete.where(Point.seance == seance))
    return (dernier or 0) + 1

"""What a decision does to the money and to the action, on the rows of an open operation."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from app.models.action import Action, Cofinancement
from app.models.calculs import ZERO
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


def a_valider(case: Case) -> Decimal | None:
    """What the block vote grants (euros): what was said, else what the instruction proposes."""
    return case.effectif if case.effectif is not None else case.siege.propose


def montants_prevus(
    table: TourDeTable, nature: NatureDecision, *, bloc: bool
) -> Iterator[tuple[LignePayeur, Decimal | None]]:
    """What a decision freezes for each seat, in speaking order (euros)."""
    for case in table.cases:
        if nature is NatureDecision.REFUSE:
            montant = ZERO if _sollicite(case) else None
        elif bloc or nature is NatureDecision.COMPLEMENTAIRE:
            montant = a_valider(case)
        else:
            montant = case.effectif
        if montant is not None:
            yield case.siege, montant


def _sollicite(case: Case) -> bool:
    """Asked, or answered without being asked."""
    siege = case.siege
    return any(m is not None for m in (siege.demande, siege.propose, case.effectif))


def appliquer(
    ecriture: Ecriture,
    action: str,
    table: TourDeTable,
    nature: str,
    decides: Mapping[Payeur, Decimal | None],
) -> None:
    """Make what is granted follow a decision: granted, refused (0), or not engaged (cleared)."""
    decision = NatureDecision.de(nature)
    engage = decision in ACCORDENT or decision is NatureDecision.REFUSE
    for case in table.cases:
        payeur = case.payeur
        accorder(
            ecriture,
            action,
            case.siege,
            decides.get(payeur) if engage else None,
            refus=decision is NatureDecision.REFUSE and payeur in decides,
        )


def accorder(
    ecriture: Ecriture,
    action: str,
    siege: LignePayeur,
    montant: Decimal | None,
    *,
    refus: bool = False,
) -> None:
    """Set what a seat grants (euros); cleared, its status goes back to where it was before."""
    if siege.cofinancement is None:
        poser_montant(ecriture, action, siege.payeur, etape="accorde", montant=montant)
        return
    champs: dict[str, Any] = champs_etape(siege.statut, "accorde", montant)
    if refus:
        champs["statut"] = str(StatutCofinancement.REFUSE)
    elif montant is None and siege.statut in REVENUS:
        champs["statut"] = str(_statut_d_avant(siege))
    ecriture.modifier(Cofinancement, siege.cofinancement, **champs)


def _statut_d_avant(siege: LignePayeur) -> StatutCofinancement:
    if siege.propose is not None:
        return StatutCofinancement.PROPOSE
    return StatutCofinancement.DEMANDE if siege.demande is not None else StatutCofinancement.INCONNU


def champs_de_l_action(
    ecriture: Ecriture, action: str, nature: str, cpo_annees: int | None
) -> dict[str, Any]:
    """What a decision writes in the action: its status, and its CPO when one is granted or not.

    A CPO that runs (second year and later) is not undone by an annual decision.
    """
    decision = NatureDecision.de(nature)
    champs: dict[str, Any] = {"statut": str(STATUTS[decision])}
    if decision in ACCORDENT:
        rang = ecriture.lire(Action, action)["cpo_rang"]
        if cpo_annees is not None:
            champs |= {"cpo_rang": rang or 1, "cpo_duree": cpo_annees}
        elif rang == 1:
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

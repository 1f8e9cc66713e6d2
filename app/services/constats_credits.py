"""Whose money an amount is: what checks of financeurs, échelles and quartiers share."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from app.models.calculs import somme_ou_rien
from app.models.enums import NatureCredit, NatureOrganisme, StatutAction, StatutCofinancement
from app.services.constats_faits import FaitsAction, FaitsMontant

DRAC = "drac"
# Who pays public money, among the kinds of financeur.
PUBLICS = frozenset(
    str(nature)
    for nature in (
        NatureOrganisme.ETAT,
        NatureOrganisme.EPCI,
        NatureOrganisme.COMMUNE,
        NatureOrganisme.REGION,
        NatureOrganisme.DEPARTEMENT,
        NatureOrganisme.CAF,
        NatureOrganisme.ETABLISSEMENT_PUBLIC,
        NatureOrganisme.EUROPE,
    )
)
LOCAUX = frozenset((str(NatureOrganisme.COMMUNE), str(NatureOrganisme.EPCI)))
# Neither funded nor to be: their amounts are memories.
HORS_JEU = frozenset(
    str(statut)
    for statut in (
        StatutAction.REFUSEE,
        StatutAction.REORIENTEE,
        StatutAction.IRRECEVABLE,
        StatutAction.RETIREE,
    )
)
REFUSES = frozenset((str(StatutCofinancement.REFUSE), str(StatutCofinancement.NON_RECEVABLE)))


def est_etat_specifique(montant: FaitsMontant) -> bool:
    """A specific credit of the State: the BOP 147, whatever the contract calls its line.

    A line of the State whose nature nobody told counts: it is the BOP 147 in every contract read.
    """
    if montant.financeur.nature != NatureOrganisme.ETAT or est_drac(montant):
        return False
    return montant.nature_credit in (None, NatureCredit.SPECIFIQUE)


def est_drac(montant: FaitsMontant) -> bool:
    return montant.financeur.identifiant.casefold() == DRAC


def est_de(montant: FaitsMontant, *natures: str) -> bool:
    return montant.financeur.nature in natures


def total(montants: Iterable[FaitsMontant]) -> Decimal | None:
    """Of what is in play; None when nothing is known."""
    return somme_ou_rien(m.en_jeu for m in montants)


def positifs(action: FaitsAction) -> Iterator[FaitsMontant]:
    """The amounts that an action may still get; none for one that is out."""
    if action.statut in HORS_JEU:
        return iter(())
    return (m for m in action.montants if m.en_jeu and m.statut not in REFUSES)


def en_jeu(actions: Iterable[FaitsAction]) -> Iterator[FaitsAction]:
    """The actions that are funded, or may be."""
    return (a for a in actions if a.statut not in HORS_JEU)


def etat_specifique(action: FaitsAction) -> Decimal:
    """Euros of the BOP 147 in play for an action, zero when there are none."""
    return total(m for m in positifs(action) if est_etat_specifique(m)) or Decimal(0)

"""The cofinancements of actions, as facts: read with the rest, or alone when only they changed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Integer, select, type_coerce

from app.models.action import Cofinancement
from app.models.base import Requete, depuis_centiemes
from app.models.calculs import somme_ou_rien
from app.services.constats_faits import FaitsAction, FaitsMontant
from app.services.constats_references import References
from app.services.constats_registre import Portee, restreindre
from app.services.fichier import Lire

_ETAPES = ("demande", "propose", "accorde", "vote", "notifie", "verse")
Montants = Mapping[str, tuple[FaitsMontant, ...]]


def lire_montants(lire: Lire, references: References, portee: Portee) -> Montants:
    """action -> its cofinancements, in the order of the table."""
    rangs = references.rangs_financeurs
    par_action: dict[str, list[Any]] = defaultdict(list)
    for ligne in lire(_requete(portee.cles is not None), portee.parametres):
        if ligne.financeur in rangs:  # another program may have removed it
            par_action[ligne.action].append(ligne)
    return {
        action: _faits(sorted(lignes, key=lambda m: (rangs[m.financeur], m.cle)), references)
        for action, lignes in par_action.items()
    }


def avec_montants(action: FaitsAction, montants: tuple[FaitsMontant, ...]) -> FaitsAction:
    """The same action, its amounts and their totals as they now are."""
    demande, propose, accorde = sommes(montants)
    return replace(action, montants=montants, demande=demande, propose=propose, accorde=accorde)


def sommes(
    montants: Sequence[FaitsMontant],
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Asked, proposed and granted by all the financeurs; None where nothing is known."""
    return (
        somme_ou_rien(m.demande for m in montants),
        somme_ou_rien(m.propose for m in montants),
        somme_ou_rien(m.accorde for m in montants),
    )


@cache
def _requete(par_cles: bool) -> Requete:
    """Amounts in cents: a year has more of them than of all the rest."""
    requete = select(
        Cofinancement.action,
        Cofinancement.cle,
        Cofinancement.financeur,
        Cofinancement.ligne_credit,
        Cofinancement.commune,
        Cofinancement.annee,
        Cofinancement.nature_credit,
        *(type_coerce(getattr(Cofinancement, e), Integer).label(e) for e in _ETAPES),
        Cofinancement.statut,
        Cofinancement.securise,
    )
    return restreindre(requete, Cofinancement.action, Portee(0, () if par_cles else None))


def _faits(lignes: Sequence[Any], references: References) -> tuple[FaitsMontant, ...]:
    """Rows taken apart in their order: a year has ten thousand of them."""
    financeurs, credits_, montants = references.financeurs, references.lignes, []
    for ligne in lignes:
        (
            _, cle, financeur, ligne_credit, commune, annee, nature,
            demande, propose, accorde, vote, notifie, verse, statut, securise,
        ) = ligne  # fmt: skip
        credit = credits_.get(ligne_credit) if ligne_credit else None
        if nature is None and credit is not None:
            nature = credit.nature_credit
        montants.append(
            FaitsMontant(
                cle,
                financeurs[financeur],
                credit,
                commune,
                annee,
                nature,
                euros(demande),
                euros(propose),
                euros(accorde),
                euros(vote),
                euros(notifie),
                euros(verse),
                statut,
                bool(securise),
            )
        )
    return tuple(montants)


def euros(centimes: int | None) -> Decimal | None:
    return None if centimes is None else depuis_centiemes(centimes)

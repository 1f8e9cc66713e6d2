"""What a scenario holds and what the séance has, read side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select

from app.models.calculs import somme
from app.models.seance import MontantScenario, Point
from app.services.fichier import Lire
from app.services.methodes_scenario import Cle, Montants, methode_en_mots
from app.services.ordres_du_jour import decisions_comptees
from app.services.payeurs import LignePayeur, NomsPayeurs, Payeur, payeur_de, payeurs_des_actions


@dataclass(frozen=True, slots=True)
class LigneScenario:
    """A scenario in the list (euros). `methode`: how it was made, as parameters.

    `ecarts`: how many of its amounts are not those proposed to the séance now. `promu_le` (ISO) and
    `promu_par`: when and by whom it was last made the proposal of the séance, if it was; `remplace`:
    another one was since.
    """

    cle: str
    nom: str
    methode: dict[str, Any]
    methode_en_mots: str
    note: str | None
    rang: int
    total: Decimal
    actions: int
    ecarts: int
    promu_le: str | None
    promu_par: str
    remplace: bool


MONTANTS = select(
    MontantScenario.cle,
    MontantScenario.action,
    MontantScenario.financeur,
    MontantScenario.ligne_credit,
    MontantScenario.commune,
    MontantScenario.montant,
).where(MontantScenario.scenario == bindparam("scenario"))


def lire_montants(lire: Lire, scenario: str) -> Montants:
    lues = lire(MONTANTS, {"scenario": scenario})
    return {(m.action, payeur_de(m)): m.montant for m in lues if m.montant is not None}


def lire_sieges(lire: Lire, seance: str) -> dict[Cle, LignePayeur]:
    """The seats of every action of the agenda, in its order."""
    requete = select(Point.action).where(Point.seance == seance, Point.action.is_not(None))
    actions = [a for (a,) in lire(requete.order_by(Point.rang, Point.cle))]
    par_action = payeurs_des_actions(lire, actions)
    return {(action, s.payeur): s for action in actions for s in par_action[action]}


def proposes(sieges: Mapping[Cle, LignePayeur]) -> Montants:
    return {cle: s.propose for cle, s in sieges.items() if s.propose is not None}


def demandes(sieges: Mapping[Cle, LignePayeur]) -> Montants:
    return {cle: s.demande for cle, s in sieges.items() if s.demande is not None}


def par_action(montants: Montants) -> dict[str, dict[Payeur, Decimal]]:
    """action -> payeur -> euros."""
    siens: dict[str, dict[Payeur, Decimal]] = {}
    for (action, payeur), montant in montants.items():
        siens.setdefault(action, {})[payeur] = montant
    return siens


def lire_decidees(lire: Lire, seance: str) -> set[str]:
    """The actions that the séance has decided."""
    decides = decisions_comptees(lire, seance)
    requete = select(Point.cle, Point.action).where(Point.seance == seance)
    return {action for point, action in lire(requete) if action and point in decides}


def differences(
    montants: Montants, sieges: Mapping[Cle, LignePayeur], actions: set[str]
) -> list[tuple[Cle, Decimal | None]]:
    """What would change in the proposals of these actions: whose, and the amount wanted."""
    voulus = [cle for cle in dict.fromkeys([*sieges, *montants]) if cle[0] in actions]
    presents = proposes(sieges)
    return [(c, montants.get(c)) for c in voulus if presents.get(c) != montants.get(c)]


def nombre_d_actions(montants: Montants) -> int:
    """How many actions are given something."""
    return len({action for (action, _), m in montants.items() if m})


def promu(ligne: Any) -> Mapping[str, str]:
    """When (« le ») and by whom (« par ») a scenario was proposed; empty: never."""
    return ligne.methode.get("promu") or {}


def ligne_scenario(
    ligne: Any,
    montants: Montants,
    sieges: Mapping[Cle, LignePayeur],
    noms: NomsPayeurs,
    *,
    dernier: str,
) -> LigneScenario:
    fait = promu(ligne)
    siennes = {action for action, _ in montants}
    return LigneScenario(
        ligne.cle,
        ligne.nom,
        ligne.methode,
        methode_en_mots(ligne.methode, noms.financeur),
        ligne.note,
        ligne.rang,
        somme(montants.values()),
        nombre_d_actions(montants),
        len(differences(montants, sieges, siennes)),
        fait.get("le"),
        fait.get("par") or "",
        fait.get("le", dernier) != dernier,
    )

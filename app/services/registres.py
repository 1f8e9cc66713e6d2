"""The ledger of an item and a financeur: demandé, instruction, each round, accordé – by whom, when."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select

from app.models.journal import Operation, Trace
from app.models.seance import Point
from app.services.fichier import Fichier, Lire
from app.services.payeurs import LignePayeur, NomsPayeurs, Payeur, payeur_de, payeurs_des_actions
from app.services.tours import RETOUR, lire_tours

ETAPES = (("demande", "Demandé"), ("propose", "Instruction"))


@dataclass(frozen=True, slots=True)
class LigneRegistre:
    """One step (euros; ISO moment). `publie` False: the room has not seen it.

    `quand` and `auteur` are empty where the journal does not tell (a figure never changed here).
    """

    payeur: Payeur
    nom: str
    etape: str
    montant: Decimal | None
    auteur: str
    quand: str
    publie: bool = True
    corrige: bool = False
    note: str | None = None


class Registres:
    """Reads the ledgers. Nothing writes them: they are made of what was said and of the journal."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier

    def du_point(self, point: str, payeur: Payeur | None = None) -> list[LigneRegistre]:
        """The steps of an item, by payeur in speaking order; of one payeur when it is named."""
        with self._fichier.instant() as lire:
            action = lire(select(Point.action).where(Point.cle == point))
            if not action or action[0][0] is None:
                return []
            sieges = payeurs_des_actions(lire, [action[0][0]])[action[0][0]]
            tours = lire_tours(lire, [point])[point]
            noms = NomsPayeurs(lire)
            traces = _traces(lire, sieges)
        tous = {siege.payeur: siege for siege in sieges}
        for tour in tours:
            tous.setdefault(payeur_de(tour), noms.siege(payeur_de(tour)))
        lignes: list[LigneRegistre] = []
        for siege in sorted(tous.values(), key=lambda s: (s.rang, s.nom)):
            if payeur is None or siege.payeur == payeur:
                lignes += _du_siege(siege, tours, traces)
        return lignes


def _du_siege(
    siege: LignePayeur, tours: Sequence[Any], traces: Mapping[tuple[str, str], Any]
) -> list[LigneRegistre]:
    cle = siege.cofinancement or ""
    lignes = [
        LigneRegistre(
            siege.payeur,
            siege.nom,
            titre,
            montant,
            *_qui(traces.get((cle, etape))),
        )
        for etape, titre in ETAPES
        if (montant := getattr(siege, etape)) is not None
    ]
    lignes += [_tour(siege, tour) for tour in tours if payeur_de(tour) == siege.payeur]
    if siege.accorde is not None:
        qui = _qui(traces.get((cle, "accorde")))
        lignes.append(LigneRegistre(siege.payeur, siege.nom, "Accordé", siege.accorde, *qui))
    return lignes


def _tour(siege: LignePayeur, tour: Any) -> LigneRegistre:
    return LigneRegistre(
        siege.payeur,
        siege.nom,
        RETOUR if tour.note == RETOUR else f"Tour {tour.numero}",
        tour.montant,
        tour.auteur or "",
        tour.publie_le or tour.dit_le,
        publie=tour.publie_le is not None,
        corrige=tour.corrige,
        note=None if tour.note == RETOUR else tour.note,
    )


def _qui(trace: Any) -> tuple[str, str]:
    return ("", "") if trace is None else (trace.auteur, trace.horodatage)


_TRACES = (
    select(Trace.ligne, Trace.apres, Operation.auteur, Operation.horodatage)
    .join(Operation, Operation.numero == Trace.operation)
    .where(
        Trace.entite == "cofinancement",
        Trace.ligne.in_(bindparam("lignes", expanding=True)),
        Trace.apres.is_not(None),
    )
    .order_by(Trace.operation, Trace.rang)
)


def _traces(lire: Lire, sieges: Sequence[LignePayeur]) -> dict[tuple[str, str], Any]:
    """(cofinancement, column) -> the entry of the journal that last gave it a value."""
    cles = [s.cofinancement for s in sieges if s.cofinancement]
    dernieres: dict[tuple[str, str], Any] = {}
    for trace in lire(_TRACES, {"lignes": cles}):
        for champ, valeur in json.loads(trace.apres).items():
            if champ in ("demande", "propose", "accorde") and valeur is not None:
                dernieres[trace.ligne, champ] = trace
    return dernieres

"""What was said and decided of an item, by everybody, in the order in which it was."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import bindparam, select

from app.models.enums import NatureDecision
from app.models.journal import Operation, Trace
from app.services.decisions import Decisions
from app.services.decisions_lues import LigneDecision
from app.services.fichier import Fichier
from app.services.registres import LigneRegistre, Registres

COMITE = "Le comité"
LEVEE = "levée depuis"


@dataclass(frozen=True, slots=True)
class EtapeDuPoint:
    """One thing said or decided (euros; ISO moment, empty where the journal does not tell).

    `qui`: a financeur, or the comité. `precision`: what the room has not seen, a correction, a
    sentence of the PV.
    """

    cle: str
    quand: str
    qui: str
    etape: str
    montant: Decimal | None
    auteur: str
    precision: str


class Historiques:
    """Reads the history of an item. Nothing is kept for it: it is made of ledgers and decisions."""

    def __init__(self, fichier: Fichier, registres: Registres, decisions: Decisions) -> None:
        self._fichier, self._registres, self._decisions = fichier, registres, decisions

    def du_point(self, point: str) -> list[EtapeDuPoint]:
        """All the seats and all the decisions, those lifted too, the first one first."""
        decisions = self._decisions.historique(point)
        etapes = [
            *_des_registres(self._registres.du_point(point)),
            *_des_decisions(decisions, self._auteurs(decisions)),
        ]
        return sorted(etapes, key=lambda etape: etape.quand)

    def _auteurs(self, decisions: Sequence[LigneDecision]) -> dict[str, str]:
        """decision -> who typed it."""
        cles = [decision.cle for decision in decisions]
        return {
            ligne.ligne: ligne.auteur for ligne in self._fichier.lignes(_AUTEURS, {"cles": cles})
        }


def _des_registres(lignes: Sequence[LigneRegistre]) -> Iterator[EtapeDuPoint]:
    for rang, ligne in enumerate(lignes):
        dits = (
            "" if ligne.publie else "la salle ne l'a pas vu",
            "modifié" if ligne.corrige else "",
            ligne.note or "",
        )
        yield EtapeDuPoint(
            f"registre-{rang}",
            ligne.quand,
            ligne.nom,
            ligne.etape,
            ligne.montant,
            ligne.auteur,
            ", ".join(dit for dit in dits if dit),
        )


def _des_decisions(
    decisions: Sequence[LigneDecision], auteurs: dict[str, str]
) -> Iterator[EtapeDuPoint]:
    for decision in decisions:
        etape = NatureDecision.libelle_de(decision.nature)
        yield EtapeDuPoint(
            decision.cle,
            decision.decidee_le,
            COMITE,
            f"{etape} ({LEVEE})" if decision.annulee else etape,
            decision.total,
            auteurs.get(decision.cle, ""),
            decision.phrase,
        )


_AUTEURS = (
    select(Trace.ligne, Operation.auteur)
    .join(Operation, Operation.numero == Trace.operation)
    .where(
        Trace.entite == "decision",
        Trace.ligne.in_(bindparam("cles", expanding=True)),
        Trace.avant.is_(None),
    )
)

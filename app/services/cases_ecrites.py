"""Many cells written in one operation, and what of them would be refused, said before. No Qt."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from app.services.columns import Colonne
from app.services.errors import ErreurConnue, SaisieRefusee
from app.services.titres import nom_de

ESSAIS_MAXIMUM = 1500  # cells tried before anything is written: half a second


@dataclass(frozen=True, slots=True)
class CaseVoulue:
    """What a cell would hold: the row, the column, the value that `lire_case` understood."""

    cle: str
    colonne: Colonne
    valeur: Any


class CasesRefusees(SaisieRefusee):
    """Some cells cannot be written: none was. `refus`: rank of the cell -> its sentence."""

    def __init__(self, refus: dict[int, str]) -> None:
        premiere = next(iter(refus.values()))
        combien = "Une case est refusée" if len(refus) == 1 else f"{len(refus)} cases sont refusées"
        super().__init__(f"{combien}, rien n’a été modifié : {premiere}")
        self.refus = refus


class _Essai(Exception):
    """Gives up an operation that was only tried."""


def motif_de_refus(colonne: Colonne) -> str:
    """Why cells of a column cannot be written with others; empty when they can."""
    if colonne.verrouillee:
        return colonne.pourquoi
    if colonne.ecrire is None and colonne.pose is None:
        return f"« {nom_de(colonne)} » se lit seulement."
    if colonne.pose is None:
        return f"« {nom_de(colonne)} » ne se modifie que case par case, dans le tableau."
    return ""


def eprouver(cases: Sequence[CaseVoulue]) -> dict[int, str]:
    """What the services refuse of these cells, by rank. Everything is tried, then given up.

    Beyond ESSAIS_MAXIMUM, nothing is tried: writing says it.
    """
    if not cases or len(cases) > ESSAIS_MAXIMUM:
        return {}
    refus: dict[int, str] = {}
    try:
        with _ouvrir(cases, "Essayer") as ecriture:
            refus = _poser(ecriture, cases)
            raise _Essai
    except _Essai:
        return refus
    except ErreurConnue as erreur:  # the file cannot be written at all
        return dict.fromkeys(range(len(cases)), str(erreur))


def ecrire_en_lot(libelle: str, cases: Sequence[CaseVoulue]) -> None:
    """Write every cell in one operation, or none of them: raises CasesRefusees with the reasons."""
    if not cases:
        return
    with _ouvrir(cases, libelle) as ecriture:
        refus = _poser(ecriture, cases)
        if refus:
            raise CasesRefusees(refus)


def _ouvrir(cases: Sequence[CaseVoulue], libelle: str) -> AbstractContextManager[Any]:
    for case in cases:
        if case.colonne.pose is None:
            raise SaisieRefusee(motif_de_refus(case.colonne))
    pose = cases[0].colonne.pose
    assert pose is not None
    return pose.ouvrir(libelle)


def _poser(ecriture: Any, cases: Sequence[CaseVoulue]) -> dict[int, str]:
    refus: dict[int, str] = {}
    for rang, case in enumerate(cases):
        assert case.colonne.pose is not None
        try:
            case.colonne.pose.poser(ecriture, case.cle, case.valeur)
        except ErreurConnue as erreur:
            refus[rang] = str(erreur)
    return refus

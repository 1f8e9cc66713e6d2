"""Many cells written in one operation, and what of them would be refused, said before. No Qt."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import Any

from app.services.columns import Colonne, Pose, TypeColonne
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
            refus = poser_tout(ecriture, cases)
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
        refus = poser_tout(ecriture, cases)
        if refus:
            raise CasesRefusees(refus)


def _ouvrir(cases: Sequence[CaseVoulue], libelle: str) -> AbstractContextManager[Any]:
    poses = [pose_de(case.colonne) for case in cases]
    return poses[0].ouvrir(libelle)


def ecrire_ensemble(cases: Sequence[tuple[str, Colonne, Any]], libelle: str = "") -> None:
    """Write (row key, column, value) in one operation: one gesture is one step of undo.

    Columns of several services may be mixed: what they open is an operation of the same file.
    Raises ErreurConnue when one of them cannot be kept: then none is.
    """
    voulues = [CaseVoulue(*case) for case in cases]
    if not voulues or any(case.colonne.pose is None for case in voulues):
        raise SaisieRefusee("Ces cases ne se modifient pas ensemble : modifiez-les une à une.")
    with _ouvrir(voulues, libelle or _libelle(voulues)) as ecriture:
        refus = poser_tout(ecriture, voulues)
        if refus:
            raise SaisieRefusee(next(iter(refus.values())))


def _libelle(cases: Sequence[CaseVoulue]) -> str:
    """« Effacer 12 montants », or « Modifier 3 cases »."""
    verbe = "Effacer" if all(case.valeur is None for case in cases) else "Modifier"
    montants = all(case.colonne.type == TypeColonne.MONTANT for case in cases)
    return f"{verbe} {len(cases)} {'montants' if montants else 'cases'}"


# One way to write, whatever the gesture -----------------------------------------------------------


def poser_tout(ecriture: Any, cases: Sequence[CaseVoulue]) -> dict[int, str]:
    """Write every cell in an open operation; those that are refused, by rank, with why.

    The caller gives the operation up when it wants all of them or none.
    """
    refus: dict[int, str] = {}
    for groupe in _par_ligne(cases):
        refus |= _poser_groupe(ecriture, groupe)
    return refus


_Rangee = list[tuple[int, CaseVoulue]]


def _par_ligne(cases: Sequence[CaseVoulue]) -> Iterable[_Rangee]:
    """Cells that one write can take together: those of a row whose columns are of one group."""
    groupes: dict[Any, _Rangee] = {}
    for rang, case in enumerate(cases):
        groupe = pose_de(case.colonne).groupe
        cle = rang if groupe is None else (groupe, case.cle)
        groupes.setdefault(cle, []).append((rang, case))
    return groupes.values()


def _poser_groupe(ecriture: Any, groupe: _Rangee) -> dict[int, str]:
    """Together, then one by one when something is refused: which cell is it?"""
    _, premiere = groupe[0]
    pose = pose_de(premiere.colonne)
    if len(groupe) > 1 and pose.ensemble is not None:
        with suppress(ErreurConnue):
            champs = dict(_champ(ecriture, case) for _, case in groupe)
            pose.ensemble(ecriture, premiere.cle, champs)
            return {}
    refus: dict[int, str] = {}
    for rang, case in groupe:
        try:
            pose_de(case.colonne).poser(ecriture, case.cle, case.valeur)
        except ErreurConnue as erreur:
            refus[rang] = str(erreur)
    return refus


def _champ(ecriture: Any, case: CaseVoulue) -> tuple[str, Any]:
    pose = pose_de(case.colonne)
    preparer = pose.preparer
    return pose.champ, case.valeur if preparer is None else preparer(ecriture, case.valeur)


def pose_de(colonne: Colonne) -> Pose:
    """How a column writes with others. Raises SaisieRefusee when it does not."""
    if colonne.pose is None:
        raise SaisieRefusee(motif_de_refus(colonne))
    return colonne.pose

"""The constats that a séance should not close over without saying why."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from app.models.enums import CibleConstat, NiveauConstat
from app.services.constats import Constat
from app.services.constats_service import Constats
from app.services.fichier import Fichier

DETAILLES = 3  # actions that break one rule, each with its line


def a_lever(
    fichier: Fichier,
    constats: Constats | None,
    *,
    annee: int,
    seance: str,
    actions: Sequence[str],
) -> list[tuple[str | None, str]]:
    """(action, sentence with its source) of what is not passed over: blocking constats of the actions
    granted and of the year, and all that the rules say of the séance itself but information.

    A rule that many actions break is told once, with the first of them. `constats`: those that the
    window follows; None: computed for this once.
    """
    with _suivis(fichier, constats) as suivis:
        trouves = [
            *(c for action in actions for c in suivis.de(annee, CibleConstat.ACTION, action)),
            *suivis.de(annee, CibleConstat.ANNEE),
            *suivis.de(annee, CibleConstat.SEANCE, seance),
        ]
    par_regle: dict[tuple[str, CibleConstat], list[Constat]] = {}
    for constat in trouves:
        if constat.outre is None and _pese(constat):
            par_regle.setdefault((constat.regle, constat.cible), []).append(constat)
    return [dit for lot in par_regle.values() for dit in _dits(lot)]


def _dits(lot: Sequence[Constat]) -> Iterator[tuple[str | None, str]]:
    if len(lot) <= DETAILLES:
        yield from map(_dit, lot)
        return
    action, phrase = _dit(lot[0])
    yield action, f"{phrase} De même pour {len(lot) - 1} autres actions accordées."


def _pese(constat: Constat) -> bool:
    if constat.cible == CibleConstat.SEANCE:
        return constat.niveau != NiveauConstat.INFORMATION
    return constat.niveau == NiveauConstat.BLOQUANT


def _dit(constat: Constat) -> tuple[str | None, str]:
    source = f" ({constat.source})" if constat.source else ""
    action = constat.objet if constat.cible == CibleConstat.ACTION else None
    return action, f"{constat.phrase.rstrip(' .')}{source}."


@contextmanager
def _suivis(fichier: Fichier, constats: Constats | None) -> Iterator[Constats]:
    if constats is not None:
        yield constats
        return
    siens = Constats(fichier)
    try:
        yield siens
    finally:
        siens.fermer()

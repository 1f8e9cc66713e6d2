"""The constats that a séance should not close over without saying why."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from app.models.enums import CibleConstat, NiveauConstat
from app.services.constats import Constat
from app.services.constats_service import Constats
from app.services.fichier import Fichier


def a_lever(
    fichier: Fichier,
    constats: Constats | None,
    *,
    annee: int,
    seance: str,
    actions: Iterable[str],
) -> list[tuple[str | None, str]]:
    """(action, sentence with its source) of what is not passed over: blocking constats of the actions
    granted and of the year, and all that the rules say of the séance itself but information.

    `constats`: those that the window follows; None: computed for this once.
    """
    with _suivis(fichier, constats) as suivis:
        trouves = [
            *(c for action in actions for c in suivis.de(annee, CibleConstat.ACTION, action)),
            *suivis.de(annee, CibleConstat.ANNEE),
            *suivis.de(annee, CibleConstat.SEANCE, seance),
        ]
    return [_dit(c) for c in trouves if c.outre is None and _pese(c)]


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

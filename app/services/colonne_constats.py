"""The column « Constats » of the table of actions. Light: the first window has it."""

from collections.abc import Callable, Iterable
from typing import Any

from app.models.enums import NiveauConstat
from app.services.columns import Alignement, Colonne, Signal
from app.services.constats_comptes import GRAVES_D_ABORD, Comptes, niveaux_dits

COLONNE = "constats"
NON_COMPTES = "Non comptés"  # where there are too many actions to count those of each, unasked
COMPTES = 99  # of one level, that the order of the column knows
SIGNAUX = {
    str(NiveauConstat.BLOQUANT): Signal.BLOQUANT,
    str(NiveauConstat.ALERTE): Signal.ALERTE,
    str(NiveauConstat.INFORMATION): Signal.INFORMATION,
}


def colonne_des_constats(
    comptes_de: Callable[[str], Comptes | None], *, trop: Callable[[], bool] = lambda: False
) -> Colonne:
    """« 1 bloquant, 2 alertes » of each action; None: not read yet. Sorts by gravity.

    `trop`: true of a year too large for counting, which the cells then say.
    """

    def lire(ligne: Any) -> str | None:
        comptes = comptes_de(ligne.cle)
        if comptes is None and trop():
            return NON_COMPTES
        return niveaux_dits(comptes) or None if comptes else None

    return Colonne(
        cle=COLONNE,
        titre="Constats",
        lire=lire,
        largeur=172,
        alignement=Alignement.GAUCHE,
        ordre=tuple(_par_gravite()),
        plusieurs=True,
        signal=signal_des_comptes,
        aide="Ce qui ne suit pas une règle et n'est pas passé outre (page « Constats »)",
        pourquoi="Les constats se calculent : la page « Constats » dit lesquels, et pourquoi.",
    )


def _par_gravite() -> Iterable[str]:
    """Every count in words, from the least serious."""
    yield NON_COMPTES
    for niveau in NiveauConstat:
        for nombre in range(1, COMPTES + 1):
            yield niveaux_dits({niveau: nombre})


def signal_des_comptes(texte: str | None) -> Signal:
    """The shape of the most serious, named first."""
    for niveau in GRAVES_D_ABORD:
        if niveau.libelle.lower() in (texte or "").partition(",")[0]:
            return SIGNAUX[str(niveau)]
    return Signal.NEUTRE

"""How many constats count, level by level, and how it is said."""

from collections import Counter
from collections.abc import Iterable, Mapping

from app.models.enums import NiveauConstat
from app.services.accords import compter
from app.services.constats import Constat

GRAVES_D_ABORD = tuple(reversed(NiveauConstat))
Comptes = Mapping[NiveauConstat, int]
_MOTS = {
    NiveauConstat.BLOQUANT: "bloquant",
    NiveauConstat.ALERTE: "alerte",
    NiveauConstat.INFORMATION: "information",
}


def compter_niveaux(constats: Iterable[Constat]) -> dict[NiveauConstat, int]:
    """How many still count, level by level, the most serious first."""
    comptes = Counter(c.niveau for c in constats if c.outre is None)
    return {niveau: comptes[niveau] for niveau in GRAVES_D_ABORD if comptes[niveau]}


def niveaux_dits(comptes: Comptes) -> str:
    """« 1 bloquant, 2 alertes »; empty when nothing counts."""
    return ", ".join(compter(nombre, _MOTS[niveau]) for niveau, nombre in comptes.items())

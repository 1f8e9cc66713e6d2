"""Years as people write them: « 2026-2028 », « 2026, 2027 », « 2026 à 2028 »."""

import re

_ANNEE = re.compile(r"\d+")
_INTERVALLE = re.compile(r"(20\d\d)\s*(?:[-–—/]|à|au)\s*(20\d\d)")
ANNEES_MAXIMUM = 10


def annees_dites(texte: str | None) -> list[str]:
    """The years in order, none when nothing is written. Raises ValueError when it says no years."""
    entier = (texte or "").strip()
    if not entier:
        return []
    annees: set[int] = set()
    for debut, fin in _INTERVALLE.findall(entier):
        annees.update(range(int(debut), int(fin) + 1))
    annees.update(int(lu) for lu in _ANNEE.findall(_INTERVALLE.sub(" ", entier)))
    sensees = all(2000 < annee < 2100 for annee in annees)
    if not annees or not sensees or len(annees) > ANNEES_MAXIMUM:
        raise ValueError(entier)
    return [str(annee) for annee in sorted(annees)]

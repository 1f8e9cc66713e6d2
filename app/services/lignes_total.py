"""Is a row that says « total » a total? Its words alone do not tell: « Total Énergies » is a porteur.

A line of total has no title of its own and no SIRET, and its amounts are the sums of those above.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from app.services.identifiants import sans_accents

_MOT: Final = (
    r"(?:sous[\s-]*tota(?:l|ux)|s\s*/\s*t(?:otal)?|tota(?:l|ux)|"
    r"consolidation|cumul|a reporter|report)"
)
_DEBUT = re.compile(rf"{_MOT}\b")
# What a spreadsheet writes after the word: what is summed, never somebody.
_SEUL = re.compile(
    rf"{_MOT}\s*[:=–-]?\s*"
    r"(?:(?:general|generaux|generale|global|globaux|axe|pilier|enjeu|orientation|theme|thematique|"
    r"objectif|page|feuille|annee|demande|propose|accorde|par|de|du|des|d|pour|tous|toutes|qpv|\d+)\b.*)?"
)
_COMPTE = re.compile(r"(?:nombre\b.*|\d+(?:\s+(?:action|projet|dossier|ligne|demande)s?)?)")
_RIEN: Final = Decimal(0)


def est_un_total(texte: str) -> bool:
    """True for the label of a line of total: « Sous-total axe 1 », « TOTAL », « Consolidation »."""
    return _DEBUT.match(_propre(texte)) is not None


def ne_dit_qu_un_total(texte: str) -> bool:
    """True when the words can name nobody: « Total général », not « Total Énergies »."""
    return _SEUL.fullmatch(_propre(texte)) is not None


def est_un_compte(texte: str) -> bool:
    """True for what stands under the titles in a line of total: « 12 actions »."""
    return _COMPTE.fullmatch(_propre(texte)) is not None


def _propre(texte: str) -> str:
    return " ".join(sans_accents(texte).replace("'", " ").split()).strip(" *-–")


class Sommes:
    """What the amounts above a row add up to, by column: since the first, and since the last total."""

    def __init__(self) -> None:
        self._toutes: dict[int, Decimal] = defaultdict(Decimal)
        self._partie: dict[int, Decimal] = defaultdict(Decimal)
        self._lignes = self._lignes_de_la_partie = 0

    def ajouter(self, montants: Mapping[int, Decimal]) -> None:
        """An action was read."""
        self._lignes += 1
        self._lignes_de_la_partie += 1
        for colonne, montant in montants.items():
            self._toutes[colonne] += montant
            self._partie[colonne] += montant

    def solder(self) -> None:
        """A line of total was read: another part begins."""
        self._partie.clear()
        self._lignes_de_la_partie = 0

    def egalent(self, montants: Mapping[int, Decimal]) -> bool:
        """True when each amount sums those above: an action that repeats the one above is no sum."""
        return any(
            lignes >= 2 and all(sommes.get(c, _RIEN) == montant for c, montant in montants.items())
            for sommes, lignes in (
                (self._toutes, self._lignes),
                (self._partie, self._lignes_de_la_partie),
            )
        ) and any(montants.values())

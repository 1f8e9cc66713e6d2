"""Regular expressions that a person types, refused when they could keep the program busy for ever.

Python cannot interrupt an expression: what could explode is told by its form, and the text that each
form may read is bounded by what it could cost.
"""

import re
from collections.abc import Iterator
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as analyse  # type: ignore[attr-defined]
from typing import Any

from app.services.errors import SaisieRefusee

LONGUEUR_MAXIMUM = 200
FOIS_MAXIMUM = 1000  # « (a{50}){20} »
# Signs of a cell that an expression may read, by its free repetitions (« .* »): n^(r+1) steps at
# worst. Three options (« a? », « a|b ») weigh as one: each doubles the work.
SIGNES = {0: 20_000, 1: 2_000, 2: 300, 3: 80}

_REPETE = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_CHOIX = (codes.BRANCH, codes.GROUPREF, codes.GROUPREF_EXISTS)


class Expression:
    """An expression fit to run, and the length of the texts that it may read."""

    def __init__(self, motif: str, *, casse: bool) -> None:
        if len(motif) > LONGUEUR_MAXIMUM:
            raise SaisieRefusee(
                f"Cette expression est trop longue : ramenez-la à {LONGUEUR_MAXIMUM} signes au plus."
            )
        drapeaux = 0 if casse else re.IGNORECASE
        try:
            arbre = analyse.parse(motif, drapeaux)
            pesee = _Pesee()
            pesee.parcourir(arbre)
            self.motif = re.compile(motif, drapeaux)
        except (re.error, RecursionError, OverflowError, ValueError):
            raise SaisieRefusee(
                f"L’expression « {motif[:40]} » n’est pas complète : vérifiez parenthèses et crochets."
            ) from None
        self.signes = SIGNES[pesee.rang]

    def remplacer(self, trouve: re.Match[str], modele: str) -> str:
        """The text that replaces a match: `\\1` is its first group, as `$1` is."""
        try:
            return trouve.expand(_GROUPE.sub(r"\\g<\1>", modele))
        except (re.error, IndexError):
            raise SaisieRefusee(
                "Le texte de remplacement nomme un groupe que l’expression n’a pas : vérifiez les \\1."
            ) from None


_GROUPE = re.compile(r"\$(\d)")


class _Pesee:
    """What an expression could cost, told by its form. Raises SaisieRefusee when it could explode."""

    def __init__(self) -> None:
        self.repetitions = 0
        self.options = 0

    @property
    def rang(self) -> int:
        """Index in SIGNES."""
        rang = self.repetitions + self.options // 3
        if rang not in SIGNES:
            raise _trop_lourde()
        return rang

    def parcourir(self, arbre: Any, *, repete: bool = False, fois: int = 1) -> None:
        """`repete`: inside a free repetition, nothing may vary. `fois`: fixed repetitions around."""
        for code, argument in arbre:
            if code in _REPETE:
                self._repetition(argument, repete=repete, fois=fois)
                continue
            if code in _CHOIX:
                if repete:
                    raise _trop_lourde()
                self.options += 1
            for partie in _parties(argument):
                self.parcourir(partie, repete=repete, fois=fois)

    def _repetition(self, argument: Any, *, repete: bool, fois: int) -> None:
        minimum, maximum, dedans = argument
        if minimum == maximum:
            fois *= maximum
            if fois > FOIS_MAXIMUM:
                raise _trop_lourde()
        elif repete:
            raise _trop_lourde()
        elif maximum == 1:
            self.options += 1
        else:
            self.repetitions += 1
        self.parcourir(dedans, repete=repete or maximum > 1, fois=fois)


def _parties(argument: Any) -> Iterator[Any]:
    """The expressions that a part of another one holds."""
    if isinstance(argument, analyse.SubPattern):
        yield argument
    elif isinstance(argument, list | tuple):
        for partie in argument:
            yield from _parties(partie)


def _trop_lourde() -> SaisieRefusee:
    return SaisieRefusee(
        "Cette expression pourrait chercher sans fin : retirez les répétitions placées l’une dans "
        "l’autre."
    )

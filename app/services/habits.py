"""How each cell looks under the rules of conditional formats. No Qt.

A colour never stands alone: each meaning has its shape, a bar its length, and a sentence says why.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import is_
from typing import Any

from app.services.columns import Colonne, Signal
from app.services.errors import SaisieRefusee
from app.services.filtres import predicat
from app.services.mises_en_forme import DE_CHIFFRES, TOUTES, Regle, Style
from app.services.modeles_de_forme import PAR_CLE, Modele, Test

LIGNES_COMPAREES = 200  # rows changed at once whose values are compared one by one


@dataclass(frozen=True, slots=True)
class Habit:
    """What a cell wears: a meaning with its shape, bold, a bar (0 to 1), a shape alone, and why."""

    signal: str = ""
    gras: bool = False
    barre: float | None = None
    icone: str = ""
    raisons: tuple[str, ...] = ()


Habiller = Callable[[Any], Habit | None]  # of a row


@dataclass(slots=True)
class _Piece:
    """One rule ready for one column. `mesurer(value)` gives the share of a bar or of an icon."""

    style: str
    raison: str
    tester: Test
    mesurer: Callable[[Any], float] | None = None


@dataclass(slots=True)
class _Armoire:
    """What is computed of one column: its pieces when they are made, and the rows already dressed."""

    regles: list[Regle]
    ensemble: bool
    pieces: list[_Piece] | None = None
    habits: dict[str, tuple[Any, Habit | None]] = field(default_factory=dict)


class Habilleur:
    """How the cells of a table look under its rules: each row is looked at once, until it changes.

    A row is known by its object: rows are frozen, so a new version is another one.
    """

    def __init__(
        self,
        regles: Sequence[Regle],
        colonnes: Sequence[Colonne],
        lignes: Callable[[], Sequence[Any]],
        *,
        cle: Callable[[Any], str],
    ) -> None:
        self._par_cle = {colonne.cle: colonne for colonne in colonnes}
        self._lignes = lignes
        self._cle = cle
        self._vues = list(lignes())
        self._armoires: dict[str, _Armoire] = {}
        for regle in regles:
            if regle.active:
                self._ranger(regle, colonnes)

    def _ranger(self, regle: Regle, colonnes: Sequence[Colonne]) -> None:
        modele = PAR_CLE.get(regle.modele)
        if modele is not None and regle.colonne == TOUTES:
            cibles = modele.cibles(colonnes)
        else:
            cibles = [c for c in colonnes if c.cle == regle.colonne]
        for colonne in cibles:
            armoire = self._armoires.setdefault(colonne.cle, _Armoire([], ensemble=False))
            armoire.regles.append(regle)
            armoire.ensemble |= regle.style in DE_CHIFFRES or bool(modele and modele.ensemble)

    @property
    def colonnes(self) -> frozenset[str]:
        """Keys of the columns that some rule dresses."""
        return frozenset(self._armoires)

    def habillage(self, colonne: str) -> Habiller | None:
        """How the cells of a column look, None when no rule stands on it."""
        armoire = self._armoires.get(colonne)
        if armoire is None:
            return None
        habits, cle = armoire.habits, self._cle

        def habiller(ligne: Any) -> Habit | None:
            place = cle(ligne)
            connu = habits.get(place)
            if connu is not None and connu[0] is ligne:
                return connu[1]
            habit = self._habiller(self._par_cle[colonne], armoire, ligne)
            habits[place] = (ligne, habit)
            return habit

        return habiller

    def oublier(self, cles: Sequence[str]) -> None:
        """Rows whose cells read something that is not in the row itself."""
        for armoire in self._armoires.values():
            for cle in cles:
                armoire.habits.pop(cle, None)

    def suivre(self) -> bool:
        """Rows may have come, gone or changed: what reads all of them is computed again if so.

        True when every cell of some column has to be looked at again.
        """
        ensembles = [cle for cle, armoire in self._armoires.items() if armoire.ensemble]
        if not ensembles:
            return False
        avant, self._vues = self._vues, list(self._lignes())
        changees = _changees(avant, self._vues)
        touchees = [cle for cle in ensembles if _differe(self._par_cle[cle], changees)]
        for cle in touchees:
            self._armoires[cle].pieces = None
            self._armoires[cle].habits.clear()
        return bool(touchees)

    def _habiller(self, colonne: Colonne, armoire: _Armoire, ligne: Any) -> Habit | None:
        if armoire.pieces is None:
            armoire.pieces = [self._piece(regle, colonne) for regle in armoire.regles]
        portees = [piece for piece in armoire.pieces if piece.tester(ligne)]
        return _assembler(portees, colonne.lire(ligne)) if portees else None

    def _piece(self, regle: Regle, colonne: Colonne) -> _Piece:
        raison = regle.phrase(self._par_cle)
        modele = PAR_CLE.get(regle.modele)
        tester = self._test(regle, colonne, modele)
        mesurer = None
        if regle.style in DE_CHIFFRES:
            mesurer = _mesure([colonne.lire(ligne) for ligne in self._lignes()], regle.style)
        return _Piece(regle.style, raison, tester, mesurer)

    def _test(self, regle: Regle, colonne: Colonne, modele: Modele | None) -> Test:
        if modele is not None:
            return modele.tester(colonne, self._par_cle, self._lignes)
        if regle.condition is None:
            return lambda _ligne: True
        lue = self._par_cle.get(regle.condition.colonne)
        if lue is None:  # the column it looks at is gone
            return lambda _ligne: False
        try:
            return predicat(regle.condition, lue)
        except SaisieRefusee:  # the column is of another kind than when the rule was made
            return lambda _ligne: False


def _changees(avant: Sequence[Any], apres: Sequence[Any]) -> list[tuple[Any, Any]] | None:
    """The rows that are others, before and after; None when some came, went or moved."""
    if len(avant) != len(apres):
        return None
    if all(map(is_, avant, apres)):
        return []
    changees = [(a, b) for a, b in zip(avant, apres, strict=True) if a is not b]
    return changees if len(changees) <= LIGNES_COMPAREES else None


def _differe(colonne: Colonne, changees: list[tuple[Any, Any]] | None) -> bool:
    """Whether some of these rows now hold another value in a column."""
    if changees is None:
        return True
    return any(colonne.lire(avant) != colonne.lire(apres) for avant, apres in changees)


def _mesure(valeurs: Sequence[Any], style: str) -> Callable[[Any], float]:
    """Share of a value between the ends of a column; a bar starts from zero."""
    connues = [valeur for valeur in valeurs if _est_nombre(valeur)]
    bas = min(connues, default=0) if style == Style.ICONE else 0
    haut = max(connues, default=0)

    def mesurer(valeur: Any) -> float:
        if haut <= bas:
            return 1.0
        return min(max(float((valeur - bas) / (haut - bas)), 0.0), 1.0)

    return mesurer


def _est_nombre(valeur: Any) -> bool:
    return valeur is not None and not isinstance(valeur, str | bool)


def _assembler(portees: Sequence[_Piece], valeur: Any) -> Habit | None:
    """The first meaning wins; bold, bar and icon are added to it."""
    signal, gras, icone, barre = "", False, "", None
    raisons: list[str] = []
    for piece in portees:
        if piece.mesurer is not None:
            if not _est_nombre(valeur):
                continue
            part = piece.mesurer(valeur)
            if piece.style == Style.BARRE:
                barre = part
                continue  # its length says it
            icone = _icone(part)
        elif piece.style == Style.GRAS:
            gras = True
        elif not signal:
            signal = piece.style
        raisons.append(piece.raison)
    if not (signal or gras or icone or barre is not None):
        return None
    return Habit(signal, gras, barre, icone, tuple(raisons))


def _icone(part: float) -> str:
    """● the highest third, ○ the middle one, ▲ the lowest."""
    if part >= 2 / 3:
        return Signal.FAVORABLE
    return Signal.INFORMATION if part >= 1 / 3 else Signal.ALERTE


MOTS_SIGNAUX = {
    str(Signal.FAVORABLE): "favorable",
    str(Signal.ALERTE): "alerte",
    str(Signal.BLOQUANT): "bloquant",
    str(Signal.INFORMATION): "information",
}


def mots_de(habit: Habit) -> str:
    """« alerte : Coût non renseigné », for tooltips and screen readers."""
    pourquoi = ", ".join(habit.raisons)
    mot = MOTS_SIGNAUX.get(habit.signal, "")
    return f"{mot} : {pourquoi}" if mot else pourquoi

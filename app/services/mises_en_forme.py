"""Conditional formats: rules kept in the file, and how each cell looks under them. No Qt.

A colour never stands alone: each meaning has its shape, a bar its length, and a sentence says why.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import is_
from typing import Any

from sqlalchemy import bindparam, select

from app.models.enums import Enumeration
from app.models.tableau import MiseEnForme
from app.services.bus import Avis
from app.services.cases_ecrites import nom_de
from app.services.columns import Colonne, Signal
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.filtres import Condition, phrase, predicat
from app.services.modeles_de_forme import CHIFFRES, PAR_CLE, Modele, Test

TOUTES = "*"  # a ready format that stands on every column it can
MODELE = "modele"
REGLES_MAXIMUM = 40
LIGNES_COMPAREES = 200  # rows changed at once whose values are compared one by one


class Style(Enumeration):
    """How a cell looks where a rule holds."""

    FAVORABLE = "favorable", "● Favorable"
    ALERTE = "alerte", "▲ Alerte"
    BLOQUANT = "bloquant", "■ Bloquant"
    INFORMATION = "information", "○ Information"
    GRAS = "gras", "Gras"
    BARRE = "barre", "Barre de données"
    ICONE = "icone", "Icône ●○▲ selon le tiers"


SIGNAUX = (Style.FAVORABLE, Style.ALERTE, Style.BLOQUANT, Style.INFORMATION)
DE_CHIFFRES = (Style.BARRE, Style.ICONE)


@dataclass(frozen=True, slots=True)
class Regle:
    """One format. `modele` is the key of a ready one; else `condition`, or every cell when None."""

    cle: str
    colonne: str
    style: str
    condition: Condition | None = None
    modele: str = ""
    active: bool = True
    rang: int = 0

    def phrase(self, colonnes: Mapping[str, Colonne]) -> str:
        """« Coût total (€) > 5 000 », for the list of rules and the tooltip."""
        if self.modele in PAR_CLE:
            modele = PAR_CLE[self.modele]
            if self.colonne == TOUTES or not modele.au_choix:
                return modele.libelle
            return f"{modele.libelle} : {_nom(self.colonne, colonnes)}"
        lue = None if self.condition is None else colonnes.get(self.condition.colonne)
        if self.condition is None or lue is None:
            return f"{_nom(self.colonne, colonnes)} : toutes les cases"
        ailleurs = "" if lue.cle == self.colonne else f"{_nom(self.colonne, colonnes)} où "
        return ailleurs + phrase(self.condition, lue)


def _nom(cle: str, colonnes: Mapping[str, Colonne]) -> str:
    return nom_de(colonnes[cle]) if cle in colonnes else "colonne absente"


class MisesEnForme:
    """The rules of the open file, by list: read once, read again when a notice touches them."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self._lues: dict[str, tuple[Regle, ...]] = {}
        fichier.bus.abonner(self.sur_avis)

    def sur_avis(self, avis: Avis) -> None:
        if avis.touche("mise_en_forme"):
            self._lues.clear()

    def regles(self, liste: str) -> tuple[Regle, ...]:
        """In the order in which they are looked at: the first that gives a meaning wins."""
        if liste not in self._lues:
            lignes = self._fichier.lignes(_REGLES, {"liste": liste})
            self._lues[liste] = tuple(_regle(ligne) for ligne in lignes)
        return self._lues[liste]

    def ajouter(
        self,
        liste: str,
        colonne: str,
        style: str,
        *,
        condition: Condition | None = None,
        modele: str = "",
    ) -> str:
        """Add a rule after the others. Raises SaisieRefusee when there are too many."""
        regles = self.regles(liste)
        if len(regles) >= REGLES_MAXIMUM:
            raise SaisieRefusee(
                f"Il y a déjà {REGLES_MAXIMUM} mises en forme : supprimez-en une avant d’en ajouter."
            )
        with self._fichier.operation("Ajouter une mise en forme") as ecriture:
            return ecriture.inserer(
                MiseEnForme,
                liste=liste,
                colonne=colonne,
                style=str(Style.de(style)),
                condition=_en_dict(condition, modele),
                rang=max((regle.rang for regle in regles), default=-1) + 1,
            )

    def modifier(
        self, cle: str, *, colonne: str, style: str, condition: Condition | None = None
    ) -> None:
        """Change a rule of the user."""
        with self._fichier.operation("Modifier une mise en forme") as ecriture:
            ecriture.modifier(
                MiseEnForme,
                cle,
                colonne=colonne,
                style=str(Style.de(style)),
                condition=_en_dict(condition, ""),
            )

    def activer(self, cle: str, *, active: bool) -> None:
        """Switch a rule on or off, without losing it."""
        verbe = "Activer" if active else "Désactiver"
        with self._fichier.operation(f"{verbe} une mise en forme") as ecriture:
            ecriture.modifier(MiseEnForme, cle, active=active)

    def deplacer(self, liste: str, cle: str, sens: int) -> None:
        """Look at a rule earlier (-1) or later (1) than its neighbour."""
        cles = [regle.cle for regle in self.regles(liste)]
        place = cles.index(cle)
        voisine = min(max(place + sens, 0), len(cles) - 1)
        cles[place], cles[voisine] = cles[voisine], cles[place]
        with self._fichier.operation("Déplacer une mise en forme") as ecriture:
            for rang, autre in enumerate(cles):
                ecriture.modifier(MiseEnForme, autre, rang=rang)

    def supprimer(self, cle: str) -> None:
        with self._fichier.operation("Supprimer une mise en forme") as ecriture:
            ecriture.supprimer(MiseEnForme, cle)


_REGLES = (
    select(
        MiseEnForme.cle,
        MiseEnForme.colonne,
        MiseEnForme.style,
        MiseEnForme.condition,
        MiseEnForme.active,
        MiseEnForme.rang,
    )
    .where(MiseEnForme.liste == bindparam("liste"))
    .order_by(MiseEnForme.rang, MiseEnForme.cle)
)


def _en_dict(condition: Condition | None, modele: str) -> dict[str, Any]:
    if modele:
        return {MODELE: modele}
    return {} if condition is None else condition.en_dict()


def _regle(ligne: Any) -> Regle:
    """A stored rule; one that this version cannot read stays in the list, off."""
    brut = ligne.condition
    regle = Regle(ligne.cle, ligne.colonne, ligne.style, active=ligne.active, rang=ligne.rang)
    lisible = True
    condition, modele = None, ""
    if isinstance(brut, dict) and MODELE in brut:
        modele = str(brut[MODELE])
        lisible = modele in PAR_CLE
    elif brut:
        try:
            condition = Condition.depuis_dict(brut)
        except (KeyError, ValueError, TypeError, AttributeError):
            lisible = False
    connu = ligne.style in Style._value2member_map_
    return Regle(
        regle.cle,
        regle.colonne,
        regle.style,
        condition,
        modele,
        active=regle.active and lisible and connu,
        rang=regle.rang,
    )


# How cells look -----------------------------------------------------------------------------------


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


def styles_de(colonne: Colonne) -> list[Style]:
    """The looks that a column can have: bars and thirds need numbers."""
    return [style for style in Style if style not in DE_CHIFFRES or colonne.type in CHIFFRES]

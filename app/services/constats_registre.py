"""The checks: pure functions registered by the code of the rule they check.

A check takes the facts of one object and the rule in force, and yields sentences: what is wrong, with
the figures, and what to do. It reads nothing else, and keeps silent on what it does not know.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import bindparam, select

from app.models.action import Action
from app.models.base import Requete
from app.models.enums import CibleConstat
from app.services.constats_faits import Faits
from app.services.fichier import Lire
from app.services.regles_couches import RegleEnVigueur

F = TypeVar("F", bound=Faits)
Fonction = Callable[[Any, RegleEnVigueur], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Controle:
    """A check and the rules it answers for."""

    codes: tuple[str, ...]
    cible: CibleConstat
    fonction: Fonction


@dataclass(frozen=True, slots=True)
class Complement:
    """Facts that an area adds to those of a target, read beside: `faits.plus[nom]`.

    `lire(lire, portee)` gives them by key of the object (for the year: the one value). `suit` tells
    which tables change them, and by which column each leads to the object: « action »,
    « cotation.action » (the action of its cotation); « » when any change may touch any object.
    """

    nom: str
    cible: CibleConstat
    suit: Mapping[str, str]
    lire: "Callable[[Lire, Portee], Any]"


@dataclass(frozen=True, slots=True)
class Portee:
    """What is to be read: the objects of a year, or some of them (`cles`), by key."""

    annee: int
    cles: Sequence[str] | None = None

    @property
    def parametres(self) -> dict[str, Any]:
        """Values for a request restricted with `restreindre`."""
        return {"annee": self.annee} if self.cles is None else {"cles": list(self.cles)}


def restreindre(requete: Requete, action: Any, portee: Portee) -> Requete:
    """The rows of a request that hang on the actions of a scope; `action`: the column of their key."""
    if portee.cles is not None:
        return requete.where(action.in_(bindparam("cles", expanding=True)))
    if action is Action.cle:
        return requete.where(Action.annee == bindparam("annee"))
    return requete.where(action.in_(select(Action.cle).where(Action.annee == bindparam("annee"))))


CONTROLES: list[Controle] = []
COMPLEMENTS: list[Complement] = []


def controle(
    *codes: str, cible: CibleConstat
) -> Callable[
    [Callable[[F, RegleEnVigueur], Iterator[str]]], Callable[[F, RegleEnVigueur], Iterator[str]]
]:
    """Register a check for one or several codes: it runs once for each that is in force."""

    def inscrire(
        fonction: Callable[[F, RegleEnVigueur], Iterator[str]],
    ) -> Callable[[F, RegleEnVigueur], Iterator[str]]:
        CONTROLES.append(Controle(codes, cible, fonction))
        return fonction

    return inscrire


def complement(
    nom: str, *, cible: CibleConstat, suit: Mapping[str, str]
) -> "Callable[[Callable[[Lire, Portee], Any]], Callable[[Lire, Portee], Any]]":
    """Register a reading that fills `faits.plus[nom]` of a target."""

    def inscrire(lire: Callable[[Lire, Portee], Any]) -> Callable[[Lire, Portee], Any]:
        COMPLEMENTS.append(Complement(nom, cible, suit, lire))
        return lire

    return inscrire


def codes_controles() -> frozenset[str]:
    """Every code that some check answers for."""
    return frozenset(code for controle in CONTROLES for code in controle.codes)

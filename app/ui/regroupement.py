"""Rows put together by what a column says of them, on several levels. No Qt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as Ensemble
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.services.columns import Colonne, parties
from app.services.filtres import VIDES
from app.ui.valeurs import Memoire

Chemin = tuple[str, ...]  # texts of the groups, outermost first
PLUSIEURS = "Plusieurs "
REPERE = "\x1f"  # no key of a row begins with it


@dataclass(slots=True, eq=False)
class Groupe:
    """A heading among the rows: those that show the same text in a column, under the same parents.

    `cles` are its rows, whether it is folded or not; `sommes` its subtotals by column rank.
    """

    chemin: Chemin
    colonne: Colonne
    cles: list[str]
    parent: Groupe | None = None
    replie: bool = False
    dedans: list[Groupe] = field(default_factory=list)
    sommes: dict[int, Decimal | int] = field(default_factory=dict)

    @property
    def niveau(self) -> int:
        return len(self.chemin) - 1

    @property
    def libelle(self) -> str:
        return self.chemin[-1] or VIDES

    @property
    def repere(self) -> str:
        """What names it among the keys of the rows."""
        return REPERE + REPERE.join(self.chemin)

    def lignee(self) -> Iterator[Groupe]:
        """Itself and the groups around it."""
        groupe: Groupe | None = self
        while groupe is not None:
            yield groupe
            groupe = groupe.parent


@dataclass(frozen=True, slots=True)
class Niveau:
    """One level: its column, the value of each row, the text of a value, the direction."""

    colonne: Colonne
    valeurs: Mapping[str, Any]
    textes: Memoire
    descendant: bool = False

    @property
    def plusieurs(self) -> str:
        """« Plusieurs quartiers », where a cell may name several things; else nothing."""
        return PLUSIEURS + self.colonne.titre.lower() if self.colonne.plusieurs else ""

    def groupes(self) -> Memoire:
        """The group of each value. A row is in one group, so that subtotals make the total: those
        that name several things stand together, not one group for each combination.
        """
        textes, plusieurs = self.textes, self.plusieurs
        if not plusieurs:
            return textes
        return Memoire(
            lambda valeur: plusieurs if len(parties(textes[valeur])) > 1 else textes[valeur]
        )


def regrouper(
    cles: Sequence[str],
    niveaux: Sequence[Niveau],
    *,
    replies: Ensemble[Chemin],
    parent: Groupe | None = None,
) -> list[Groupe]:
    """The groups of sorted rows, in the order of their column; rows keep their order inside."""
    if not niveaux:
        return []
    niveau = niveaux[0]
    textes, valeurs = niveau.groupes(), niveau.valeurs
    paquets: dict[str, list[str]] = {}
    for cle in cles:
        texte = textes[valeurs[cle]]
        if texte in paquets:
            paquets[texte].append(cle)
        else:
            paquets[texte] = [cle]
    debut = parent.chemin if parent is not None else ()
    groupes = []
    for texte in _ordonner(paquets, niveau):
        chemin = (*debut, texte)
        groupe = Groupe(chemin, niveau.colonne, paquets[texte], parent, chemin in replies)
        groupe.dedans = regrouper(groupe.cles, niveaux[1:], replies=replies, parent=groupe)
        groupes.append(groupe)
    return groupes


def _ordonner(paquets: Mapping[str, Sequence[str]], niveau: Niveau) -> list[str]:
    """The texts in the order of the column; « plusieurs », then the empty one, last both ways."""
    cles = {
        texte: niveau.colonne.cle_de_valeur(niveau.valeurs[dedans[0]])
        for texte, dedans in paquets.items()
        if texte and texte != niveau.plusieurs
    }
    pleins = sorted(cles, key=lambda texte: cles[texte], reverse=niveau.descendant)
    return [
        *pleins,
        *(texte for texte in dict.fromkeys((niveau.plusieurs, "")) if texte in paquets),
    ]


def derouler(groupes: Sequence[Groupe], base: Mapping[str, Any]) -> list[Any]:
    """Groups and rows as they follow one another on screen."""
    suite: list[Any] = []
    for groupe in groupes:
        suite.append(groupe)
        if not groupe.replie:
            suite.extend(dessous(groupe, base))
    return suite


def dessous(groupe: Groupe, base: Mapping[str, Any]) -> list[Any]:
    """What stands under a group when it is open."""
    if groupe.dedans:
        return derouler(groupe.dedans, base)
    return [base[cle] for cle in groupe.cles]


def tous(groupes: Sequence[Groupe]) -> Iterator[Groupe]:
    """Groups of every level."""
    for groupe in groupes:
        yield groupe
        yield from tous(groupe.dedans)

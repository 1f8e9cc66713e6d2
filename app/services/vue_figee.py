"""What is on screen, frozen to be printed: columns, rows, groups, totals and the words around them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.models.montants import FINE, INSECABLE
from app.services.columns import Colonne, TypeColonne
from app.services.documents import date_longue

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class GroupeFige:
    """A heading and what it heads: other groups, or rows. `replie`: its rows are folded on screen.

    `chemin` names the groups that hold it, then itself.
    """

    chemin: tuple[str, ...]
    lignes: tuple[Any, ...] = ()
    groupes: tuple["GroupeFige", ...] = ()
    replie: bool = False

    @property
    def niveau(self) -> int:
        """0: the outermost."""
        return len(self.chemin) - 1

    @property
    def titre_court(self) -> str:
        """Its own name, where the groups around it are in sight."""
        return f"{self.chemin[-1]} ({len(self.toutes)})"

    @property
    def titre(self) -> str:
        """The same after the names of those around it, which a page may have left behind."""
        return f"{' › '.join(self.chemin)} ({len(self.toutes)})"

    @property
    def toutes(self) -> tuple[Any, ...]:
        """Every row under it, folded or not."""
        return self.lignes or tuple(ligne for g in self.groupes for ligne in g.toutes)


@dataclass(frozen=True, slots=True)
class VueFigee:
    """`colonnes` in the order of the screen, the first `figees` stay in sight; `largeurs` in pixels.

    `lignes`: all the rows that the filter keeps, in order; `groupes` share them out when there are any.
    `mentions`: filter, sort and groups in words. `fond_de(row, column)`: « #rrggbb » of a cell, or "".
    """

    contrat: str
    titre: str
    nom: str
    date: str
    empreinte: str
    colonnes: tuple[Colonne, ...]
    largeurs: tuple[int, ...]
    lignes: tuple[Any, ...]
    figees: int = 0
    nombre_total: int = 0
    groupes: tuple[GroupeFige, ...] = ()
    mentions: tuple[str, ...] = ()
    fond_de: Callable[[Any, Colonne], str] | None = field(default=None, compare=False)

    @property
    def objet(self) -> str:
        """« Actions 2026 · Comité »."""
        return " · ".join(texte for texte in (self.titre, self.nom) if texte)

    @property
    def etat(self) -> str:
        """« État au 21 novembre 2026 · 12 lignes sur 200 »."""
        montrees, toutes = len(self.lignes), max(self.nombre_total, len(self.lignes))
        mot = "lignes" if toutes > 1 else "ligne"
        compte = f"{montrees} {mot}" if montrees == toutes else f"{montrees} sur {toutes} {mot}"
        return f"État au {date_longue(self.date)} · {compte}"

    @property
    def a_des_montants(self) -> bool:
        return any(c.type == TypeColonne.MONTANT for c in self.colonnes)

    @property
    def marque(self) -> str:
        """What stands at the foot of each page."""
        unite = "Montants en euros · " if self.a_des_montants else ""
        return f"{unite}Empreinte du journal : {self.empreinte}"


def total(colonne: Colonne, lignes: Iterable[Any]) -> Decimal | int | None:
    """Exact sum of a column; None when it is not summed."""
    if not colonne.total:
        return None
    return sum((v for v in map(colonne.lire, lignes) if v is not None), zero_de(colonne))


def zero_de(colonne: Colonne) -> Decimal | int:
    """What the sums of a column begin with."""
    return ZERO if colonne.type == TypeColonne.MONTANT else 0


def a_plat(groupes: Sequence[GroupeFige]) -> Iterator[GroupeFige]:
    """Groups as they come on screen when nothing is folded: each before those that it holds."""
    for groupe in groupes:
        yield groupe
        yield from a_plat(groupe.groupes)


def profondeur(groupes: Sequence[GroupeFige]) -> int:
    """How many levels of groups there are."""
    return max((1 + profondeur(groupe.groupes) for groupe in groupes), default=0)


def texte_imprime(texte: str) -> str:
    """The text of a cell with wider spaces: the narrow ones vanish on paper."""
    return texte.replace(FINE, INSECABLE)

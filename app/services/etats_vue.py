"""How a list is looked at: columns, order, widths, sort, filters, groups. Data only, kept in views."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.services.filtres import Condition

Critere = tuple[str, bool]  # column key, descending
LARGEURS, ZOOMS, HAUTEURS, RECULS = (1, 4_000), (10, 500), (1, 20), (0, 50)


@dataclass(frozen=True, slots=True)
class EtatVue:
    """Columns are named by their keys: one that is no longer there is passed over, a new one keeps
    its own place. None: as the list shows itself by default.

    `largeurs` are in pixels at 100 %; `zoom` in %; `hauteur` is the number of text lines of a row.
    `replies` are the paths of the groups folded, outermost first; nothing is written in the columns
    `verrouillees`. `recul`: how many years back is the year put beside, 0: none.
    """

    ordre: tuple[str, ...] | None = None
    masquees: frozenset[str] | None = None
    figees: frozenset[str] | None = None
    largeurs: Mapping[str, int] = field(default_factory=dict)
    tri: tuple[Critere, ...] = ()
    conditions: tuple[Condition, ...] = ()
    texte: str = ""
    groupes: tuple[str, ...] = ()
    replies: frozenset[tuple[str, ...]] = frozenset()
    zoom: int = 100
    hauteur: int = 1
    verrouillees: frozenset[str] = frozenset()
    recul: int = 0

    def en_dict(self) -> dict[str, Any]:
        return {
            "ordre": None if self.ordre is None else list(self.ordre),
            "masquees": None if self.masquees is None else sorted(self.masquees),
            "figees": None if self.figees is None else sorted(self.figees),
            "largeurs": dict(self.largeurs),
            "tri": [[cle, descendant] for cle, descendant in self.tri],
            "conditions": [condition.en_dict() for condition in self.conditions],
            "texte": self.texte,
            "groupes": list(self.groupes),
            "replies": sorted(list(chemin) for chemin in self.replies),
            "zoom": self.zoom,
            "hauteur": self.hauteur,
            "verrouillees": sorted(self.verrouillees),
            "recul": self.recul,
        }

    @classmethod
    def depuis_dict(cls, brut: Mapping[str, Any]) -> "EtatVue":
        """Raises KeyError, TypeError or ValueError on what this version cannot read."""
        try:
            return cls(**_lus(brut))
        except OverflowError as cause:  # « Infinity » is a number for JSON
            raise ValueError(str(cause)) from None


def _lus(brut: Mapping[str, Any]) -> dict[str, Any]:
    ordre, masquees, figees = (brut.get(nom) for nom in ("ordre", "masquees", "figees"))
    return {
        "ordre": None if ordre is None else _cles(ordre),
        "masquees": None if masquees is None else frozenset(_cles(masquees)),
        "figees": None if figees is None else frozenset(_cles(figees)),
        "largeurs": {
            str(cle): _borner(large, LARGEURS) for cle, large in brut.get("largeurs", {}).items()
        },
        "tri": tuple((str(cle), bool(descendant)) for cle, descendant in brut.get("tri", ())),
        "conditions": tuple(Condition.depuis_dict(c) for c in brut.get("conditions", ())),
        "texte": str(brut.get("texte", "")),
        "groupes": _cles(brut.get("groupes", ())),
        "replies": frozenset(_cles(chemin) for chemin in brut.get("replies", ())),
        "zoom": _borner(brut.get("zoom", 100), ZOOMS),
        "hauteur": _borner(brut.get("hauteur", 1), HAUTEURS),
        "verrouillees": frozenset(_cles(brut.get("verrouillees", ()))),
        "recul": _borner(brut.get("recul", 0), RECULS),
    }


def _cles(brut: Any) -> tuple[str, ...]:
    """Names in a list. Raises TypeError on anything else: a text is no list of its letters."""
    if not isinstance(brut, list | tuple) or not all(isinstance(cle, str) for cle in brut):
        raise TypeError(f"no list of names: {brut!r:.80}")
    return tuple(brut)


def _borner(brut: Any, bornes: tuple[int, int]) -> int:
    """What a screen can show, whatever was kept."""
    return max(bornes[0], min(int(brut), bornes[1]))

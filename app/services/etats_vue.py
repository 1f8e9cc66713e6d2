"""How a list is looked at: columns, order, widths, sort, filters, groups. Data only, kept in views."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.services.filtres import Condition

Critere = tuple[str, bool]  # column key, descending


@dataclass(frozen=True, slots=True)
class EtatVue:
    """Columns are named by their keys: one that is no longer there is passed over, a new one keeps
    its own place. None: as the list shows itself by default.

    `largeurs` are in pixels at 100 %; `zoom` in %; `hauteur` is the number of text lines of a row.
    `replies` are the paths of the groups folded, outermost first; nothing is written in the columns
    `verrouillees`.
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
        }

    @classmethod
    def depuis_dict(cls, brut: Mapping[str, Any]) -> "EtatVue":
        """Raises KeyError, TypeError or ValueError on what this version cannot read."""
        return cls(
            ordre=None if brut.get("ordre") is None else tuple(brut["ordre"]),
            masquees=None if brut.get("masquees") is None else frozenset(brut["masquees"]),
            figees=None if brut.get("figees") is None else frozenset(brut["figees"]),
            largeurs={str(cle): int(large) for cle, large in brut.get("largeurs", {}).items()},
            tri=tuple((str(cle), bool(descendant)) for cle, descendant in brut.get("tri", ())),
            conditions=tuple(Condition.depuis_dict(c) for c in brut.get("conditions", ())),
            texte=str(brut.get("texte", "")),
            groupes=tuple(brut.get("groupes", ())),
            replies=frozenset(tuple(chemin) for chemin in brut.get("replies", ())),
            zoom=int(brut.get("zoom", 100)),
            hauteur=int(brut.get("hauteur", 1)),
            verrouillees=frozenset(map(str, brut.get("verrouillees", ()))),
        )

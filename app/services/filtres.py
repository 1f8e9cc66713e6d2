"""What a filter keeps of a column: conditions as data, kept in views and conditional formats. No Qt."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Comparaison(StrEnum):
    """What a condition asks of a cell; the values stand beside it, as a person types them."""

    PARMI = "parmi"  # one of `valeurs`, as the cells show them; "" is an empty cell
    CONTIENT = "contient"
    NE_CONTIENT_PAS = "ne_contient_pas"
    EGAL = "egal"
    DIFFERENT = "different"
    SUPERIEUR = "superieur"  # strictly
    AU_MOINS = "au_moins"
    INFERIEUR = "inferieur"  # strictly
    AU_PLUS = "au_plus"
    ENTRE = "entre"  # both ends included
    VIDE = "vide"
    REMPLI = "rempli"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on one column. Conditions of several columns all have to hold."""

    colonne: str
    test: Comparaison
    valeurs: tuple[str, ...] = ()

    def en_dict(self) -> dict[str, Any]:
        return {"colonne": self.colonne, "test": str(self.test), "valeurs": list(self.valeurs)}

    @classmethod
    def depuis_dict(cls, brut: Mapping[str, Any]) -> "Condition":
        """Raises KeyError or ValueError on what this version cannot read."""
        return cls(
            str(brut["colonne"]), Comparaison(brut["test"]), tuple(str(v) for v in brut["valeurs"])
        )

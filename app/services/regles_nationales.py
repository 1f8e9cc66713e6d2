"""The national rules shipped in `resources/regles/`: statements in our words, values, sources.

Only what a text prints (décret, loi, notice of the Cerfa); their levels are a proposal of ours.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from app.services.folders import ressources


@dataclass(frozen=True, slots=True)
class RegleNationale:
    """A rule of the State that no contract needs to repeat. `source`: its text and where to read it."""

    code: str
    theme: str
    enonce: str
    parametres: Mapping[str, Any]
    niveau: str | None
    source: str
    note: str | None = None


@cache
def nationales() -> Mapping[str, RegleNationale]:
    """Every rule shipped, by code."""
    chemins = sorted((ressources() / "regles").glob("*.json"))
    brutes = [json.loads(chemin.read_text(encoding="utf-8")) for chemin in chemins]
    lues = [RegleNationale(**regle) for brute in brutes for regle in brute["regles"]]
    return MappingProxyType({regle.code: regle for regle in lues})

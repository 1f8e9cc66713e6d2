"""Two registers: what `exigences.csv` and `tableur.csv` say, and the tests that they name."""

import ast
import csv
import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parent.parent
REGISTRE = Path(__file__).with_name("exigences.csv")
TABLEUR = Path(__file__).with_name("tableur.csv")
PREUVE = re.compile(r"tests/\w+\.py(?:::\w+)+")


@dataclass(frozen=True, slots=True)
class Exigence:
    numero: str
    etat: str
    preuve: str

    @property
    def essais(self) -> list[str]:
        return PREUVE.findall(self.preuve)


@cache
def registre() -> tuple[Exigence, ...]:
    with REGISTRE.open(encoding="utf-8", newline="") as source:
        lignes = csv.reader(source, delimiter=";", strict=True)
        assert next(lignes) == ["id", "etat", "preuve"]
        return tuple(Exigence(*ligne) for ligne in lignes)


@cache
def essais_du_module(nom: str) -> frozenset[str]:
    """Node names defined in a test module: « test_x » and « TestY::test_x »."""
    chemin = RACINE / nom
    if not chemin.is_file():
        return frozenset()
    trouves = set()
    for noeud in ast.parse(chemin.read_text(encoding="utf-8")).body:
        if isinstance(noeud, ast.FunctionDef):
            trouves.add(noeud.name)
        elif isinstance(noeud, ast.ClassDef):
            trouves |= {
                f"{noeud.name}::{m.name}" for m in noeud.body if isinstance(m, ast.FunctionDef)
            }
    return frozenset(trouves)


def existe(essai: str) -> bool:
    module, _, nom = essai.partition("::")
    return nom in essais_du_module(module)


def toute_la_suite(config: pytest.Config) -> bool:
    """False for a run of some tests only: what was not run cannot have passed."""
    choisis = config.args_source is not pytest.Config.ArgsSource.TESTPATHS
    options = ("keyword", "markexpr", "deselect", "lf", "failedfirst", "ignore", "ignore_glob")
    return not choisis and not any(config.getoption(nom, None) for nom in options)


@dataclass(frozen=True, slots=True)
class Acquis:
    """One thing that a spreadsheet gives for free, and how it is given here."""

    numero: str
    priorite: str
    etat: str
    aide: str
    preuve: str

    @property
    def essais(self) -> list[str]:
        return PREUVE.findall(self.preuve)


@cache
def acquis() -> tuple[Acquis, ...]:
    """`tableur.csv`: the things that must (M) or should (S) be matched, by their number."""
    with TABLEUR.open(encoding="utf-8", newline="") as source:
        lignes = csv.reader(source, delimiter=";", strict=True)
        assert next(lignes) == ["numero", "priorite", "etat", "aide", "preuve"]
        return tuple(Acquis(*ligne) for ligne in lignes)


def preuves_manquantes(reussis: AbstractSet[str]) -> list[str]:
    """« A-12 tests/test_x.py::test_y » for each proof named that is not among the tests passed."""
    return [
        f"{e.numero} {essai}"
        for e in (*registre(), *acquis())
        if e.etat in ("fait", "partiel")
        for essai in e.essais
        if essai not in reussis
    ]

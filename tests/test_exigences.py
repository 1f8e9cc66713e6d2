"""The register of requirements is whole and honest: every proof that it names exists and has passed.

`exigences.csv` says of each requirement A-1…A-227 and B-1…B-226: `fait`, `partiel` or `non`, and why.
What is `fait` or `partiel` names the tests that show it (`tests/test_x.py::test_y`); free words may
stand beside them. What is `non` says where it is foreseen.
"""

import ast
import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from conftest import REUSSIS

RACINE = Path(__file__).resolve().parent.parent
REGISTRE = Path(__file__).with_name("exigences.csv")
ATTENDUES = [f"A-{n}" for n in range(1, 228)] + [f"B-{n}" for n in range(1, 227)]
ETATS = {"fait", "partiel", "non", "hors-objet"}
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


def aucune(fautives: list[str]) -> None:
    assert not fautives, "\n" + "\n".join(fautives)


def test_chaque_exigence_est_au_registre_une_fois() -> None:
    assert [e.numero for e in registre()] == ATTENDUES


def test_chaque_exigence_dit_son_etat_et_pourquoi() -> None:
    aucune([str(e) for e in registre() if e.etat not in ETATS or not e.preuve.strip()])


def test_ce_qui_est_fait_nomme_ses_essais() -> None:
    aucune([str(e) for e in registre() if e.etat in ("fait", "partiel") and not e.essais])


def test_chaque_essai_nomme_existe() -> None:
    aucune([f"{e.numero} {essai}" for e in registre() for essai in e.essais if not existe(essai)])


def test_chaque_essai_nomme_a_reussi(pytestconfig: pytest.Config) -> None:
    """Runs last (see conftest.py), and only after the whole suite."""
    if not toute_la_suite(pytestconfig):
        pytest.skip("seule la suite entière montre que les essais nommés réussissent")
    reussis = pytestconfig.stash[REUSSIS]
    aucune(
        [
            f"{e.numero} {essai}"
            for e in registre()
            if e.etat in ("fait", "partiel")
            for essai in e.essais
            if essai not in reussis
        ]
    )

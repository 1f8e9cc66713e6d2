"""French spaces in all that a person reads: none may break before « : ; ? ! » nor inside « »."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parent.parent
MODULES = sorted((RACINE / "app").rglob("*.py"))
PAGES = sorted((RACINE / "resources" / "aide").glob("*.md"))
SECABLE = re.compile(r"\S [:;?!»](?![\w/=*])|^ [:;?!»](?![\w/=*])|« ")
SQL = re.compile(r"\b(SELECT|DELETE FROM|INSERT INTO|ORDER BY|WHERE)\b")
# What is stored and compared, not only shown.
DONNEES = {(" ; ", "existants.py"), (" ; ", "rattachements.py")}
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def textes(arbre: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, text) of each literal but the docstrings; what an f-string inserts is an « x »."""
    docstrings, morceaux = set(), set()
    noeuds = list(ast.walk(arbre))
    for noeud in noeuds:
        corps = getattr(noeud, "body", None)
        if isinstance(corps, list) and corps and isinstance(corps[0], ast.Expr):
            docstrings.add(corps[0].value)
        if isinstance(noeud, ast.JoinedStr):
            morceaux |= {v for v in noeud.values if isinstance(v, ast.Constant)}
            yield (
                noeud.lineno,
                "".join(str(v.value) if isinstance(v, ast.Constant) else "x" for v in noeud.values),
            )
    for noeud in noeuds:
        if noeud in docstrings or noeud in morceaux or not isinstance(noeud, ast.Constant):
            continue
        if isinstance(noeud.value, str):
            yield noeud.lineno, noeud.value


def test_les_phrases_ont_leurs_espaces_insecables() -> None:
    fautes = [
        f"{module.name}:{ligne} : {texte!r}"
        for module in MODULES
        for ligne, texte in textes(ast.parse(module.read_text(encoding="utf-8")))
        if SECABLE.search(texte) and not SQL.search(texte) and (texte, module.name) not in DONNEES
    ]
    assert fautes == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_les_pages_d_aide_ont_leurs_espaces_insecables(page: Path) -> None:
    texte = CODE.sub("x", page.read_text(encoding="utf-8"))
    assert [ligne for ligne in texte.splitlines() if SECABLE.search(ligne)] == []


def test_une_phrase_fautive_est_trouvee() -> None:
    source = (
        'def f(x):\n    """A « doc » : kept."""\n    return f"« {x}\u00a0» est vide : relisez"\n'
    )
    assert [texte for _, texte in textes(ast.parse(source)) if SECABLE.search(texte)] == [
        "« x\u00a0» est vide : relisez"
    ]
    assert not SECABLE.search("«\u00a0x\u00a0» est vide\u00a0: relisez à 14:32 sur http://x ?y=1")

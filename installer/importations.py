"""Does every import of the program find its module in the tree that will be installed?

The modules are looked for by name in the folders of the tree, never imported: the tree may be made
for another system than the one that checks. All imports of the program are followed, even those
inside functions; of the libraries, those that happen when the module is loaded.
"""

import ast
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

SUFFIXES = (".py", ".pyc", ".pyd", ".so")
PAR_UN_AUTRE_NOM = ("os.path",)  # modules that another one puts in their place


@dataclass(frozen=True)
class Arbre:
    """Where the modules of a tree are: names of files, from the roots of its search path."""

    fichiers: frozenset[str]
    integres: frozenset[str] = frozenset()  # built into the interpreter itself
    _modules: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        modules = {m for f in self.fichiers if (m := nom_de_module(f)) is not None}
        object.__setattr__(
            self, "_modules", frozenset({*modules, *self.integres, *PAR_UN_AUTRE_NOM})
        )

    def a(self, module: str) -> bool:
        """Known, as a module, a package, or a folder that serves as one."""
        dossier = module.replace(".", "/") + "/"
        return module in self._modules or any(f.startswith(dossier) for f in self.fichiers)


def lire(racines: Iterable[Path], integres: Iterable[str] = ()) -> Arbre:
    """The tree found in `racines`: folders, or zip files as Windows' own library is."""
    noms: set[str] = set()
    for racine in racines:
        if racine.is_dir():
            noms |= {c.relative_to(racine).as_posix() for c in racine.rglob("*") if c.is_file()}
        else:
            with zipfile.ZipFile(racine) as archive:
                noms |= set(archive.namelist())
    return Arbre(frozenset(noms), frozenset(integres))


def nom_de_module(fichier: str) -> str | None:
    """« a/b.cpython-311-x86_64-linux-gnu.so » is the module a.b; None for what is no module."""
    chemin = PurePosixPath(fichier)
    if chemin.suffix not in SUFFIXES or "__pycache__" in chemin.parts:
        return None
    morceaux = [*chemin.parent.parts, chemin.name.partition(".")[0]]
    return ".".join(morceaux[:-1] if morceaux[-1] == "__init__" else morceaux)


@dataclass(frozen=True)
class Importation:
    module: str
    origine: str  # file:line


def du_programme(programme: Path) -> Iterator[Importation]:
    """Every import written in the program's sources, save those that only a type checker reads."""
    for source in sorted(programme.rglob("*.py")):
        arbre = ast.parse(source.read_text(encoding="utf-8"))
        nom = source.relative_to(programme).as_posix()
        yield from (Importation(m, f"{nom}:{ligne}") for m, ligne in _toutes(arbre, nom))


def des_bibliotheques(sources: Iterable[tuple[str, str]]) -> Iterator[Importation]:
    """What (name, text) modules ask for as soon as they are loaded: the statements that nothing
    guards, neither an `if` nor a `try`.
    """
    for nom, texte in sources:
        nus = [n for n in ast.parse(texte).body if isinstance(n, ast.Import | ast.ImportFrom)]
        for noeud in nus:
            yield from (Importation(m, f"{nom}:{noeud.lineno}") for m in _modules(noeud, nom))


def _toutes(arbre: ast.AST, nom: str) -> Iterator[tuple[str, int]]:
    for noeud in ast.iter_child_nodes(arbre):
        if isinstance(noeud, ast.Import | ast.ImportFrom):
            yield from ((module, noeud.lineno) for module in _modules(noeud, nom))
        elif not (isinstance(noeud, ast.If) and "TYPE_CHECKING" in ast.unparse(noeud.test)):
            yield from _toutes(noeud, nom)


def _modules(noeud: ast.Import | ast.ImportFrom, fichier: str) -> list[str]:
    """The full names of the modules of one statement; a relative one is counted from `fichier`."""
    if isinstance(noeud, ast.Import):
        return [alias.name for alias in noeud.names]
    base = list(PurePosixPath(fichier).parent.parts)
    tete = base[: len(base) - noeud.level + 1] if noeud.level else []
    return [".".join([*tete, noeud.module] if noeud.module else tete)]


def introuvables(arbre: Arbre, importations: Iterable[Importation]) -> list[str]:
    """« module (file:line) » for each that the tree lacks, once a module."""
    manquants: dict[str, str] = {}
    for importation in importations:
        if not arbre.a(importation.module):
            manquants.setdefault(importation.module, importation.origine)
    return [f"{module} ({origine})" for module, origine in sorted(manquants.items())]


def chargees(arbre: Arbre, departs: Iterable[str], sources: dict[str, str]) -> set[str]:
    """The files of `sources` that loading the modules `departs` loads in turn, at once."""
    par_module = {m: f for f in sources if (m := nom_de_module(f)) is not None}
    vus: set[str] = set()
    a_voir = list(departs)
    while a_voir:
        module = a_voir.pop()
        for nom in _avec_parents(module):
            fichier = par_module.get(nom)
            if fichier is not None and fichier not in vus:
                vus.add(fichier)
                demandes = des_bibliotheques([(fichier, sources[fichier])])
                a_voir += [d.module for d in demandes if arbre.a(d.module)]
    return vus


def _avec_parents(module: str) -> list[str]:
    """a, a.b, a.b.c: loading the last loads them all."""
    morceaux = module.split(".")
    return [".".join(morceaux[:rang]) for rang in range(1, len(morceaux) + 1)]

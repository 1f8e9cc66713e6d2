"""The rules that hold the house: who may import whom, who may write, how large things may grow."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import fabriques

RACINE = Path(__file__).resolve().parent.parent
NOMS_INTERDITS = {"utils", "util", "manager", "helper", "helpers", "controller", "common", "misc"}
MONTANTS = re.compile(
    r"montant|total|budget|cout|coût|euro|solde|reste|enveloppe|subvention|reserve"
    r"|demande|propose|accorde|vote|notifie|verse|charge|produit"
)
VALIDENT = {
    "app.services.transaction",
    "app.services.fichier",
    "app.services.bases",  # a new file, and the mark of a copy
    "app.models.database",
    "app.models.upgrade",
}
CHANGENT_DES_LIGNES = {
    "app.services.transaction",
    "app.services.contenus",  # the bytes of pièces, which the journal does not tell
}
SQL_EN_CLAIR = {"app.services.fichier", "app.services.ordres_sql", "app.services.recherche"}
ATTRAPENT_TOUT = {
    "app.__main__",  # the command line: one sentence, then the exit code
    "app.ui.errors",  # the report window
    "app.services.bus",  # every subscriber hears of it, then the first failure is raised
}
ASSEMBLENT = {"app.__main__", "app.ouvertures", "app.ui.bureau"}  # who opens files
LOURDS = {
    "alembic",
    "openpyxl",
    "pydantic",
    "python_calamine",
    "rapidfuzz",
    "reportlab",
    "sqlalchemy.orm",  # nothing maps a row to an object
    "stdnum",
    "typer",
    "xlsxwriter",
}
# What the first window does not show: imported when it is asked for.
A_L_USAGE = {
    "app.services.chiffres",
    "app.services.collages",
    "app.services.constats_service",
    "app.services.dependants_action",
    "app.services.depots",
    "app.services.journal",
    "app.services.journal_mots",
    "app.services.organismes",
    "app.services.provenance",
    "app.services.reouvertures",
    "app.services.annuaire_lieux",
}
LIGNES_PAR_FICHIER = 500
LIGNES_PAR_FONCTION = 80


# Reading the sources ------------------------------------------------------------------------------


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the program, parsed, by dotted name."""
    return {nom_du_module(chemin): arbre(chemin) for chemin in sorted(RACINE.glob("app/**/*.py"))}


@cache
def marche(module: str) -> tuple[ast.AST, ...]:
    """Every node of a module: walked once, read by every rule."""
    return tuple(ast.walk(modules()[module]))


@cache
def arbre(chemin: Path) -> ast.Module:
    return ast.parse(chemin.read_text(encoding="utf-8"), str(chemin))


def nom_du_module(chemin: Path) -> str:
    parties = chemin.relative_to(RACINE).with_suffix("").parts
    return ".".join(parties[:-1] if parties[-1] == "__init__" else parties)


def dans(nom: str, *paquets: str) -> bool:
    return any(nom == paquet or nom.startswith(f"{paquet}.") for paquet in paquets)


def imports(module: str) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of each import, anywhere in the module; `from a import b` gives a.b."""
    for noeud in marche(module):
        if isinstance(noeud, ast.Import):
            yield from ((noeud.lineno, alias.name) for alias in noeud.names)
        elif isinstance(noeud, ast.ImportFrom):
            base = noeud.module or ""
            if noeud.level:
                base = ".".join([*module.split(".")[: -noeud.level], *filter(None, [base])])
            yield from ((noeud.lineno, f"{base}.{alias.name}") for alias in noeud.names)


def importe(couche: str, *interdits: str, sauf: tuple[str, ...] = ()) -> list[str]:
    """Imports of forbidden packages in a layer, as « module:line name »."""
    return [
        f"{module}:{ligne} {nom}"
        for module in modules()
        if dans(module, couche)
        for ligne, nom in imports(module)
        if dans(nom, *interdits) and not dans(nom, *sauf)
    ]


def noeuds(*genres: type[ast.AST], hors: set[str]) -> Iterator[tuple[str, ast.AST]]:
    """(« module:line », node) of these kinds, outside the modules named."""
    for module in modules():
        if module not in hors and not dans(module, "app.models.migrations"):
            for noeud in marche(module):
                if isinstance(noeud, genres):
                    yield f"{module}:{noeud.lineno}", noeud  # type: ignore[attr-defined]


def aucun(fautifs: list[str]) -> None:
    """Fails with every offender, one a line."""
    assert not fautifs, "\n" + "\n".join(fautifs)


# Layers -------------------------------------------------------------------------------------------


def test_les_modeles_ne_connaissent_ni_les_services_ni_la_fenetre() -> None:
    aucun(importe("app.models", "app.services", "app.ui", "app.boot", "PySide6"))


def test_les_services_ne_connaissent_pas_la_fenetre() -> None:
    aucun(importe("app.services", "app.ui", "app.boot", "PySide6"))


def test_la_fenetre_ne_parle_pas_a_la_base() -> None:
    aucun(importe("app.ui", "sqlalchemy", "sqlite3", "alembic"))


def test_la_fenetre_ne_prend_des_modeles_que_les_etats_et_les_montants() -> None:
    permis = ("app.models.enums", "app.models.montants")
    aucun(importe("app.ui", "app.models", sauf=permis))


def test_personne_n_importe_l_assemblage() -> None:
    fautifs = [
        ligne for ligne in importe("app", "app.boot") if ligne.split(":")[0] not in ASSEMBLENT
    ]
    aucun(fautifs)


def test_aucun_module_fourre_tout() -> None:
    chemins = [*RACINE.glob("app/**/*.py"), *RACINE.glob("tests/**/*.py")]
    aucun([c.name for c in chemins if NOMS_INTERDITS & set(c.stem.split("_"))])


def test_les_dossiers_restent_plats() -> None:
    permis = {"app", "app.models", "app.models.migrations", "app.services", "app.ui"}
    permis.add("app.models.migrations.versions")
    assert {nom.rpartition(".")[0] for nom in modules() if "." in nom} <= permis


def test_rien_ne_parle_au_reseau() -> None:
    """The file is on this machine, and stays there: no module opens a connection."""
    reseau = ("socket", "ssl", "http", "urllib", "ftplib", "smtplib", "requests", "httpx")
    aucun(importe("app", *reseau, "PySide6.QtNetwork", "asyncio", "sqlalchemy.ext.asyncio"))


def test_personne_ne_passe_par_l_orm() -> None:
    """Its import alone takes a tenth of a second; `__table__.alias()` names a table twice."""
    aucun(importe("app", "sqlalchemy.orm"))


# The write path -----------------------------------------------------------------------------------


def test_une_transaction_ne_se_valide_qu_a_un_endroit() -> None:
    fautifs = [
        ou
        for ou, noeud in noeuds(ast.Call, hors=VALIDENT)
        if isinstance(noeud, ast.Call)
        and isinstance(noeud.func, ast.Attribute)
        and noeud.func.attr in {"commit", "begin", "begin_nested"}
    ]
    aucun(fautifs)


def test_aucune_ligne_ne_change_hors_d_une_operation() -> None:
    """Bulk update() and delete() change rows without a journal entry, a notice or an undo step."""
    fautifs = [
        f"{module}:{ligne} {nom}"
        for module in modules()
        if module not in CHANGENT_DES_LIGNES and not dans(module, "app.models.migrations")
        for ligne, nom in imports(module)
        if dans(nom, "sqlalchemy") and nom.rpartition(".")[2] in {"update", "delete"}
    ]
    fautifs += [
        ou
        for ou, noeud in noeuds(ast.Attribute, hors=CHANGENT_DES_LIGNES)
        if isinstance(noeud, ast.Attribute)
        and noeud.attr in {"update", "delete"}
        and ast.unparse(noeud.value).endswith("__table__")
    ]
    aucun(fautifs)


def test_le_sql_qui_ecrit_ne_se_trouve_que_sous_le_chemin_d_ecriture() -> None:
    ecrit = re.compile(
        r"\s*(BEGIN(?!:)|COMMIT|UPDATE\s+\w+\s+SET|DELETE\s+FROM|INSERT\s+INTO|REPLACE\s+INTO)\b"
    )
    fautifs = [
        f"{ou} {noeud.value[:40]!r}"
        for ou, noeud in noeuds(ast.Constant, hors=VALIDENT | SQL_EN_CLAIR)
        if isinstance(noeud, ast.Constant)
        and isinstance(noeud.value, str)
        and ecrit.match(noeud.value)
    ]
    fautifs = [ligne for ligne in fautifs if not ligne.startswith("app.models.journal:")]
    fautifs += [
        f"{module}:{ligne} {nom}"
        for module in modules()
        if module not in VALIDENT
        for ligne, nom in imports(module)
        if dans(nom, "app.services.ordres_sql")
    ]
    aucun(fautifs)


def test_la_base_ne_supprime_rien_en_cascade() -> None:
    fautifs = [
        ou
        for ou, noeud in noeuds(ast.keyword, hors=set())
        if isinstance(noeud, ast.keyword)
        and noeud.arg in {"ondelete", "onupdate", "passive_deletes"}
        and ast.unparse(noeud.value).strip("'\"") != "RESTRICT"
    ]
    aucun(fautifs)


# House style --------------------------------------------------------------------------------------


def test_un_montant_n_est_jamais_un_flottant() -> None:
    fautifs = [
        f"{ou} {nom}"
        for ou, noeud in noeuds(ast.arg, ast.AnnAssign, ast.FunctionDef, hors=set())
        for nom, annotation in [nom_et_annotation(noeud)]
        if re.search(r"\bfloat\b", annotation) and MONTANTS.search(nom)
    ]
    aucun(fautifs)


def nom_et_annotation(noeud: ast.AST) -> tuple[str, str]:
    if isinstance(noeud, ast.arg):
        return noeud.arg, ast.unparse(noeud.annotation) if noeud.annotation else ""
    if isinstance(noeud, ast.AnnAssign):
        return ast.unparse(noeud.target), ast.unparse(noeud.annotation)
    assert isinstance(noeud, ast.FunctionDef)
    return noeud.name, ast.unparse(noeud.returns) if noeud.returns else ""


def test_aucun_defaut_n_est_cache_par_une_exception_attrapee() -> None:
    """A handler that takes everything hides bugs, unless it ends by raising again."""
    fautifs = [
        ou
        for ou, noeud in noeuds(ast.ExceptHandler, hors=ATTRAPENT_TOUT)
        if isinstance(noeud, ast.ExceptHandler)
        and (noeud.type is None or re.search(r"\b(Base)?Exception\b", ast.unparse(noeud.type)))
        and not (isinstance(noeud.body[-1], ast.Raise) and noeud.body[-1].exc is None)
    ]
    aucun(fautifs)


def test_on_sait_ce_que_repond_un_objet_sans_le_lui_demander() -> None:
    """What an object answers is declared by its class: `hasattr` would hide a name that changed."""
    fautifs = [
        ou
        for ou, noeud in noeuds(ast.Call, hors=set())
        if isinstance(noeud, ast.Call) and ast.unparse(noeud.func) == "hasattr"
    ]
    aucun(fautifs)


def test_fichiers_et_fonctions_restent_lisibles() -> None:
    sources = [*RACINE.glob("app/**/*.py"), *RACINE.glob("installer/**/*.py"), RACINE / "dev.py"]
    trop_longs = [
        f"{chemin.relative_to(RACINE)} : {lignes} lignes"
        for chemin in sources
        if (lignes := chemin.read_text(encoding="utf-8").count("\n")) > LIGNES_PAR_FICHIER
    ]
    trop_longues = [
        f"{chemin.relative_to(RACINE)}:{noeud.lineno} {noeud.name} : {lignes} lignes"
        for chemin in sources
        for noeud in ast.walk(arbre(chemin))
        if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lignes := (noeud.end_lineno or 0) - noeud.lineno + 1) > LIGNES_PAR_FONCTION
    ]
    aucun(trop_longs + trop_longues)


# Start-up and independence from Qt ----------------------------------------------------------------


def modules_de(programme: str, *arguments: object) -> set[str]:
    """The modules that a program has imported when it ends, and the packages that hold them."""
    suite = "; import sys; print(*sys.modules)"
    fini = subprocess.run(
        [sys.executable, "-c", programme + suite, *map(str, arguments)],
        cwd=RACINE,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "TOUR_DE_TABLE_MESURE": "1"},
    )
    assert fini.returncode == 0, fini.stderr
    return set(fini.stdout.split())


def test_les_services_n_importent_rien_de_lourd() -> None:
    importes = modules_de("import app.services.fichier")
    aucun(sorted(importes & {*LOURDS, "PySide6"}))


def test_la_premiere_fenetre_n_attend_rien_de_ce_qu_elle_ne_montre_pas(tmp_path: Path) -> None:
    """Each of these costs milliseconds before the table is there: import it when it is used."""
    chemin = tmp_path / "contrat.tdt"
    with fabriques.neuf(chemin) as fichier:
        fabriques.decor(fichier)
    importes = modules_de(
        "import sys, pathlib; from app.boot import Ouverture;"
        "ouverture = Ouverture(pathlib.Path(sys.argv[1]));"
        "from app.ui.application import lancer; lancer(ouverture)",
        chemin,
    )
    assert {"peint", "app.ui.vue_tableau"} <= importes
    aucun(sorted(importes & (LOURDS | A_L_USAGE)))

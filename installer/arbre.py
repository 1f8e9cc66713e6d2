"""The tree of an installed program, the same for every package but for its Python.

programme/        app and resources, side by side as in the sources
bibliotheques/    the locked libraries, lightened
python/           the interpreter (Linux); beside the rest on Windows
demarrer.py       finds both folders and starts the program
"""

import re
import shutil
from pathlib import Path

from installer import qt, roues, verrous
from installer.projet import GABARITS, RACINE, Besoin, dire, dossier_neuf, executer, exiger

COMPILATEUR = Path("/usr/bin/python3.11")  # Debian's: the same minor version as in every package
PYTHON_DE_DEBIAN = Besoin("python3.11", "commande", "python3.11")
DEMARRAGE = "demarrer.py"
_IMPORT_DE_QT = re.compile(r"^\s*from PySide6\.(\w+) import", re.MULTILINE)


def construire(systeme: str, cible: Path) -> Path:
    """The tree without its Python, made anew in `cible`."""
    dossier_neuf(cible)
    copier_programme(cible / "programme")
    bibliotheques = cible / "bibliotheques"
    for roue in roues.telecharger(systeme, verrous.pour(systeme)):
        roues.deballer(roue, bibliotheques)
    qt.alleger(bibliotheques, systeme, modules_qt(cible / "programme" / "app"))
    shutil.copyfile(GABARITS / DEMARRAGE, cible / DEMARRAGE)
    return cible


def copier_programme(cible: Path) -> None:
    """The program's own files: its modules, its migrations, its resources."""
    for dossier in ("app", "resources"):
        for source in sorted((RACINE / dossier).rglob("*")):
            if source.is_file() and "__pycache__" not in source.parts:
                copie = cible / source.relative_to(RACINE)
                copie.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, copie)


def modules_qt(app: Path) -> set[str]:
    """The modules of PySide6 that the program imports, wherever it does."""
    return {
        module
        for source in app.rglob("*.py")
        for module in _IMPORT_DE_QT.findall(source.read_text(encoding="utf-8"))
    }


def compiler(cible: Path) -> None:
    """Byte code for every module: the first start is as quick as the next ones, and nothing is ever
    written where the program is installed.

    The program keeps its sources, which a report of a bug quotes and the migrations are read from;
    the libraries keep only their byte code. « unchecked-hash » keeps the dates out of the files, and
    lets them be copied anywhere.
    """
    exiger(PYTHON_DE_DEBIAN)
    dire("Compilation des modules…")
    for source in (cible / DEMARRAGE, cible / "programme"):
        _compiler(cible, source)
    for dossier in (cible / "bibliotheques", cible / "python"):
        if dossier.exists():
            _compiler(cible, dossier, "-b")
            for source in dossier.rglob("*.py"):
                source.unlink()


def _compiler(racine: Path, quoi: Path, *options: str) -> None:
    """compileall, in one process and with a fixed seed: the same sources give the same bytes."""
    commande = [str(COMPILATEUR), "-I", "-S", "-m", "compileall", "-q", "-f", "-j", "1", *options]
    mode = ["--invalidation-mode", "unchecked-hash", "-s", str(racine), str(quoi)]
    executer([*commande, *mode], PYTHONHASHSEED="0")


def peser(dossier: Path) -> int:
    """Bytes of all the files of a tree."""
    return sum(c.stat().st_size for c in dossier.rglob("*") if c.is_file() and not c.is_symlink())

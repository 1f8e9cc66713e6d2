#!/usr/bin/env python3
"""Run and test Tour de table from its sources, on a machine that has nothing but Python.

Standard library only, since it runs before anything is installed. It makes `.venv` from the locked,
hashed requirements and installs the system libraries that Qt needs where it may (root, or sudo that
asks no password); elsewhere it prints the exact line to type and stops with 1. Once all is there, it
only compares a stamp.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import dropwhile
from pathlib import Path
from typing import NamedTuple

RACINE = Path(__file__).resolve().parent
VENV = RACINE / ".venv"
SORTIES = RACINE / "sorties"
ANNEE_DEMO = "2026"  # the year in course of decision in the demonstration
PYTHON_MINIMAL = (3, 11)
WINDOWS = sys.platform == "win32"
LINUX = sys.platform.startswith("linux")
STYLE = (
    ("ruff format", ["-m", "ruff", "format", "--check", "--quiet", "."]),
    ("ruff check", ["-m", "ruff", "check", "--quiet", "."]),
)
TYPES = ("mypy", ["-m", "mypy", "--no-error-summary"])
# One process for each processor; a module stays whole, its fixtures are made once. In their order:
# otherwise the modules of one test come last, and one of those is the longest of all.
PARTAGE = ["--numprocesses=auto", "--dist=loadscope", "--no-loadscope-reorder"]
MEMOIRE, PLACE = "/dev/shm", 2 << 30
AIDE = """\
python3 dev.py run [-- ARGUMENTS]     le programme ; sans argument, la démonstration
python3 dev.py test [-- ARGUMENTS]    toutes les vérifications ; avec arguments, pytest seul
python3 dev.py verifier               ruff et mypy seulement
python3 dev.py preparer               installe ce que demande « test », sans le lancer
python3 dev.py verrouiller            verrouille à nouveau les versions de pyproject.toml
"""


class Besoin(NamedTuple):
    """A thing that the system must have, and the Debian package that brings it.

    The thing is looked for, not the package: names differ between releases, sonames do not.
    """

    paquet: str
    genre: str
    nom: str


class Niveau(NamedTuple):
    """What one command needs: things of the system, then packages of Python."""

    nom: str
    besoins: tuple[Besoin, ...]
    verrou: str


EXECUTION = Niveau(
    "execution",
    (
        Besoin("python{}.{}-venv".format(*sys.version_info), "module", "ensurepip"),
        Besoin("libglib2.0-0", "bibliotheque", "libgthread-2.0.so.0"),
        Besoin("libegl1", "bibliotheque", "libEGL.so.1"),
        Besoin("libgl1", "bibliotheque", "libGL.so.1"),
        Besoin("libfontconfig1", "bibliotheque", "libfontconfig.so.1"),
        Besoin("libxkbcommon0", "bibliotheque", "libxkbcommon.so.0"),
        Besoin("libdbus-1-3", "bibliotheque", "libdbus-1.so.3"),
        Besoin("libxcb-cursor0", "bibliotheque", "libxcb-cursor.so.0"),
        Besoin("libxkbcommon-x11-0", "bibliotheque", "libxkbcommon-x11.so.0"),
        Besoin("libxcb-icccm4", "bibliotheque", "libxcb-icccm.so.4"),
        Besoin("libxcb-keysyms1", "bibliotheque", "libxcb-keysyms.so.1"),
        Besoin("libxcb-shape0", "bibliotheque", "libxcb-shape.so.0"),
        Besoin("libwayland-cursor0", "bibliotheque", "libwayland-cursor.so.0"),
        Besoin("libwayland-egl1", "bibliotheque", "libwayland-egl.so.1"),
        Besoin("fonts-dejavu-core", "police", "*.ttf"),
    ),
    "requirements.txt",
)
ESSAIS = Niveau(
    "essais",
    (
        Besoin("libreoffice-calc", "commande", "localc"),
        Besoin("libreoffice-writer", "commande", "lowriter"),
        Besoin("poppler-utils", "commande", "pdftotext"),
        Besoin("xvfb", "commande", "Xvfb"),
        Besoin("xauth", "commande", "xauth"),
        Besoin("xdotool", "commande", "xdotool"),
    ),
    "requirements-dev.txt",
)
NIVEAUX = {EXECUTION.nom: (EXECUTION,), ESSAIS.nom: (EXECUTION, ESSAIS)}
DOSSIERS_DE_POLICES = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts")


class Arret(Exception):
    """The work cannot go on; the message, in French, says what to do."""


# The system ---------------------------------------------------------------------------------------


def manquants(niveaux: list[Niveau]) -> list[str]:
    """Debian packages whose thing is absent. Only Linux leaves Qt's libraries to the system."""
    if not LINUX:
        return []
    return [b.paquet for niveau in niveaux for b in niveau.besoins if not est_present(b)]


def est_present(besoin: Besoin) -> bool:
    if besoin.genre == "module":
        return importlib.util.find_spec(besoin.nom) is not None
    if besoin.genre == "commande":
        return shutil.which(besoin.nom) is not None
    if besoin.genre == "police":
        dossiers = (Path(d).expanduser() for d in DOSSIERS_DE_POLICES)
        return any(next(d.rglob(besoin.nom), None) for d in dossiers if d.is_dir())
    try:
        ctypes.CDLL(besoin.nom)
    except OSError:
        return False
    return True


def exiger_systeme(niveaux: list[Niveau]) -> None:
    """Install what the system lacks, or raise Arret with the line to type."""
    paquets = manquants(niveaux)
    if not paquets:
        return
    droits = droits_d_installer()
    if droits is None:
        raise Arret(consigne(paquets))
    print(f"Installation de paquets du système : {' '.join(paquets)}", flush=True)
    installer(droits, paquets)
    restants = manquants(niveaux)
    if restants:
        raise Arret(f"Après installation, il manque encore : {' '.join(restants)}.")


def droits_d_installer() -> list[str] | None:
    """What to put before apt-get, or None when nothing may be installed from here."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    essai = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if essai.returncode == 0 else None


def consigne(paquets: list[str]) -> str:
    """The exact line to type, for somebody who may not install from here."""
    liste = " ".join(paquets)
    if shutil.which("apt-get") is None:
        return (
            "Il manque des bibliothèques du système. Installez avec l'outil de votre distribution "
            f"ce qui correspond à ces paquets Debian, puis recommencez :\n\n    {liste}\n"
        )
    ligne = f"apt-get update && apt-get install -y --no-install-recommends {liste}"
    avec = f"sudo sh -c '{ligne}'" if shutil.which("sudo") else f"su - -c '{ligne}'"
    return (
        f"Il manque des paquets du système. Tapez cette ligne, puis recommencez :\n\n    {avec}\n"
    )


def installer(droits: list[str], paquets: list[str]) -> None:
    """apt-get, asking nothing; the lists are fetched only when there are none or when they are old."""
    apt = [*droits, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    ajout = [*apt, "install", "-y", "-qq", "--no-install-recommends", *paquets]
    a_jour = not any(Path("/var/lib/apt/lists").glob("*_Packages*"))
    if a_jour:
        appeler([*apt, "update", "-qq"])
    if appeler(ajout, silencieux=True) == 0:
        return
    if not a_jour:
        appeler([*apt, "update", "-qq"])
    if appeler(ajout) != 0:
        raise Arret(f"L'installation a échoué. {consigne(paquets)}")


# The environment ----------------------------------------------------------------------------------


def python_de_l_environnement() -> Path:
    return VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")


def empreinte(niveau: Niveau) -> str:
    """What the level was made from: this Python, its needs, its locked packages."""
    machine = (sys.implementation.name, sys.version_info[:2], sys.platform, platform.machine())
    hachage = hashlib.sha256(repr((machine, niveau)).encode())
    hachage.update((RACINE / niveau.verrou).read_bytes())
    return hachage.hexdigest()


def est_pret(niveau: Niveau) -> bool:
    """The stamp is written last: without it, the level is absent, old, or was left half made."""
    tampon = VENV / f"empreinte-{niveau.nom}"
    if not (tampon.is_file() and python_de_l_environnement().exists()):
        return False
    return tampon.read_text(encoding="ascii") == empreinte(niveau)


def preparer(nom: str) -> None:
    """Bring everything that a command needs. Costs a few file reads when it is there already.

    From the first level that is not ready, all are done again: making the first empties `.venv`.
    """
    niveaux = list(dropwhile(est_pret, NIVEAUX[nom]))
    if not niveaux:
        return
    exiger_systeme(niveaux)
    for niveau in niveaux:
        if niveau is EXECUTION:
            creer_environnement()
        ajouter_bibliotheques(niveau)
        (VENV / f"empreinte-{niveau.nom}").write_text(empreinte(niveau), encoding="ascii")


def creer_environnement() -> None:
    """An empty `.venv`, whatever stood there before."""
    print("Préparation de l'environnement, une fois pour toutes (une minute environ)…", flush=True)
    python = getattr(sys, "_base_executable", None) or sys.executable
    if appeler([python, "-m", "venv", "--clear", str(VENV)]) != 0:
        raise Arret("L'environnement Python n'a pas pu être créé : le message est ci-dessus.")


def ajouter_bibliotheques(niveau: Niveau) -> None:
    """Exactly the locked files: each is checked against its hash, none is built here."""
    options = ["--require-hashes", "--no-deps", "--only-binary=:all:"]
    discret = ["--quiet", "--no-input", "--disable-pip-version-check"]
    pip = [str(python_de_l_environnement()), "-m", "pip", "install", *options, *discret]
    if appeler([*pip, "-r", str(RACINE / niveau.verrou)], PIP_USER="0") != 0:
        raise Arret(
            "Les bibliothèques Python n'ont pas pu être installées : le message est ci-dessus. "
            "Vérifiez la connexion au réseau, puis recommencez."
        )


def verrouiller() -> int:
    """Write the two locked files again from pyproject.toml: Linux and Windows, Python 3.11 and later."""
    commun = [
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
        "--upgrade",
        "--quiet",
    ]
    commun += ["--no-emit-index-url", "--custom-compile-command", "python3 dev.py verrouiller"]
    with tempfile.TemporaryDirectory() as dossier:
        appeler([sys.executable, "-m", "venv", dossier])
        python = str(Path(dossier) / python_de_l_environnement().relative_to(VENV))
        appeler([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv"])
        uv = [python, "-m", "uv", "pip", "compile", *commun]
        suite = ["--group", "pyproject.toml:dev", "--constraint", EXECUTION.verrou]
        code = appeler([*uv, "pyproject.toml", "--output-file", EXECUTION.verrou])
        return code or appeler([*uv, *suite, "--output-file", ESSAIS.verrou])


# Processes ----------------------------------------------------------------------------------------


def environnement(**ajouts: str) -> dict[str, str]:
    """The caller's variables, less those that would bring another Python's packages in.

    What is compiled is kept: a run of the tests starts the program some hundred times.
    """
    ecartees = ("PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
    variables = {k: v for k, v in os.environ.items() if k not in ecartees}
    if LINUX and not est_utf8(variables):
        variables["LC_ALL"] = "C.UTF-8"  # Qt warns under any other encoding
    return {**variables, **ajouts}


def est_utf8(variables: dict[str, str]) -> bool:
    regle = variables.get("LC_ALL") or variables.get("LC_CTYPE") or variables.get("LANG") or ""
    return regle.lower().replace("-", "").endswith("utf8")


def appeler(commande: list[str], *, silencieux: bool = False, **variables: str) -> int:
    """Run from the root of the sources. Returns the exit code, 128 + n for a signal n."""
    sortie = subprocess.DEVNULL if silencieux else None
    fini = subprocess.run(
        commande,
        cwd=RACINE,
        env=environnement(**variables),
        stdout=sortie,
        stderr=sortie,
        check=False,
    )
    return code_de_sortie(fini.returncode)


def code_de_sortie(code: int) -> int:
    return code if code >= 0 else 128 - code


def programme(*arguments: str, **variables: str) -> int:
    """Run the program from the current folder, where the caller's relative paths lead.

    `-P`: a folder named `app` there must not be taken for the program.
    """
    commande = [str(python_de_l_environnement()), "-P", "-m", "app", *arguments]
    variables_du_programme = environnement(PYTHONPATH=str(RACINE), **variables)
    fini = subprocess.run(commande, env=variables_du_programme, check=False)
    return code_de_sortie(fini.returncode)


# Commands -----------------------------------------------------------------------------------------


def lancer(arguments: list[str]) -> int:
    """The program with these arguments, from the current folder; without any, the demo."""
    preparer(EXECUTION.nom)
    if arguments:
        return programme(*arguments)
    SORTIES.mkdir(exist_ok=True)
    return montrer_la_demonstration() if a_un_ecran() else derouler_la_demonstration()


def a_un_ecran() -> bool:
    return not LINUX or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def montrer_la_demonstration() -> int:
    """The demo in a window. What was typed in it the last time is kept."""
    fichier = SORTIES / "demonstration.tdt"
    if not fichier.exists():
        code = programme("demo", str(fichier))
        if code != 0:
            return code
    return programme(str(fichier))


def derouler_la_demonstration() -> int:
    """The same journey without a screen: a new demo file, what it exports, pictures of its screens."""
    fichier = SORTIES / "demonstration-sans-ecran.tdt"
    tableau = SORTIES / "programmation.xlsx"
    releve = SORTIES / "decisions.pdf"
    ecrans = SORTIES / "ecrans"
    print("Aucun écran : la démonstration est déroulée sans fenêtre.", flush=True)
    effacer(fichier, tableau, releve, ecrans)
    etapes = (
        ("le fichier", fichier, ["demo", str(fichier)]),
        ("le tableau Excel", tableau, exporter(fichier, "programmation", tableau)),
        ("les décisions en PDF", releve, exporter(fichier, "decisions", releve)),
        ("les images des écrans", ecrans, ["captures", str(ecrans)]),
    )
    for titre, cible, arguments in etapes:
        code = programme(*arguments, QT_QPA_PLATFORM="offscreen")
        if code != 0 or not cible.exists():
            raise Arret(f"La démonstration s'est arrêtée : {titre} n'a pas pu être écrit.")
    print("\nLa démonstration est prête :")
    for titre, cible, _ in etapes:
        print(f"  {titre} : {cible}")
    return 0


def exporter(fichier: Path, sortie: str, cible: Path) -> list[str]:
    return ["exporter", str(fichier), sortie, "--annee", ANNEE_DEMO, "--sortie", str(cible)]


def effacer(*chemins: Path) -> None:
    for chemin in chemins:
        if chemin.is_dir():
            shutil.rmtree(chemin)
        else:
            with suppress(FileNotFoundError):
                chemin.unlink()


def tester(arguments: list[str]) -> int:
    """Everything that must hold before a change is kept; with arguments, pytest alone with them."""
    preparer(ESSAIS.nom)
    with tempfile.TemporaryDirectory(dir=memoire(), ignore_cleanup_errors=True) as dossier:
        if arguments:
            return enchainer([("pytest", ["-m", "pytest", *arguments])], TMPDIR=dossier)
        with types_a_cote() as code_des_types:
            code = enchainer([*STYLE, ("pytest", ["-m", "pytest", *PARTAGE])], TMPDIR=dossier)
            return code_des_types() or code


@contextmanager
def types_a_cote() -> Iterator[Callable[[], int]]:
    """Check the types beside the tests. Gives what waits for the end and tells the outcome.

    The first time they take ten seconds of one processor, while the other would have nothing to do.
    """
    nom, options = TYPES
    commande = [str(python_de_l_environnement()), *options]
    with subprocess.Popen(
        commande, cwd=RACINE, env=environnement(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as processus:

        def attendre() -> int:
            dit, _ = processus.communicate()
            print(f"— {nom}", dit.decode(errors="replace"), sep="\n", end="", flush=True)
            code = code_de_sortie(processus.returncode)
            if code != 0:
                print(f"Échec : {nom}.", file=sys.stderr)
            return code

        yield attendre


def memoire() -> str | None:
    """A disk in memory with room enough: the tests write thousands of files, each one synced."""
    if LINUX and os.access(MEMOIRE, os.W_OK) and shutil.disk_usage(MEMOIRE).free > PLACE:
        return MEMOIRE
    return None


def verifier() -> int:
    preparer(ESSAIS.nom)
    return enchainer([*STYLE, TYPES])


def enchainer(etapes: list[tuple[str, list[str]]], **variables: str) -> int:
    """Every step, even after a failure; the exit code of the first that failed."""
    python = str(python_de_l_environnement())
    echecs: dict[str, int] = {}
    for nom, options in etapes:
        print(f"— {nom}", flush=True)
        code = appeler([python, *options], QT_QPA_PLATFORM="offscreen", **variables)
        if code != 0:
            echecs[nom] = code
    if echecs:
        print(f"Échec : {', '.join(echecs)}.", file=sys.stderr)
    return next(iter(echecs.values()), 0)


def obeir(commande: str, arguments: list[str]) -> int:
    if commande == "run":
        return lancer(arguments)
    if commande == "test":
        return tester(arguments)
    sans_argument = {"verifier": verifier, "verrouiller": verrouiller}
    if commande in sans_argument and not arguments:
        return sans_argument[commande]()
    if commande == "preparer" and not arguments:
        preparer(ESSAIS.nom)
        return 0
    demandee = commande in ("-h", "--help")
    print(AIDE, end="", file=sys.stdout if demandee else sys.stderr)
    return 0 if demandee else 2


def main(arguments: list[str]) -> int:
    if sys.version_info < PYTHON_MINIMAL:
        print(
            "Tour de table demande Python {}.{} ou plus récent ; celui-ci est en {}.{}.".format(
                *PYTHON_MINIMAL, *sys.version_info
            ),
            file=sys.stderr,
        )
        return 1
    commande, reste = (arguments[0], arguments[1:]) if arguments else ("", [])
    try:
        return obeir(commande, reste[1:] if reste[:1] == ["--"] else reste)
    except Arret as arret:
        print(arret, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The private Python of the Linux packages: Debian's own 3.11, without what the program can't use.

It is copied from the system that builds, where apt keeps it patched. Libraries that it needs of the
system stay outside: the .deb depends on them, the portable archive carries them.
"""

import shutil
import subprocess
from pathlib import Path

from installer.arbre import COMPILATEUR, PYTHON_DE_DEBIAN
from installer.projet import exiger

NOM = "python3.11"
BIBLIOTHEQUE = Path("/usr/lib") / NOM
INUTILES = {
    "EXTERNALLY-MANAGED", "__pycache__", "sitecustomize.py",
    "config-3.11-x86_64-linux-gnu", "distutils", "ensurepip", "idlelib", "lib2to3", "pydoc_data",
    "test", "tkinter", "turtle.py", "turtledemo", "venv", "curses", "dbm", "wsgiref", "xmlrpc",
    "crypt.py", "nntplib.py", "telnetlib.py", "smtpd.py", "imaplib.py", "poplib.py", "ftplib.py",
}  # fmt: skip
MODULES_INUTILES = (
    "_crypt", "_ctypes_test", "_curses", "_dbm", "_test", "_xx", "audioop",
    "nis", "ossaudiodev", "readline", "xx",
)  # fmt: skip


def installer(cible: Path) -> None:
    """`cible/bin/python3.11` and its library, which it finds by its place."""
    exiger(PYTHON_DE_DEBIAN)
    bibliotheque = cible / "lib" / NOM
    (cible / "bin").mkdir(parents=True)
    shutil.copy(COMPILATEUR, cible / "bin" / NOM)
    shutil.copytree(BIBLIOTHEQUE, bibliotheque, ignore=lambda _, noms: INUTILES & set(noms))
    for module in (bibliotheque / "lib-dynload").iterdir():
        if module.name.startswith(MODULES_INUTILES):
            module.unlink()


def version() -> str:
    """The package that the interpreter comes from, as dpkg knows it."""
    commande = ["dpkg-query", "--show", "--showformat=${Version}", "python3.11"]
    fini = subprocess.run(commande, capture_output=True, text=True, check=False)
    return f"Python 3.11, paquet Debian {fini.stdout or 'inconnu'} — PSF-2.0"

"""Entry point: the window at once for a file or for nothing, the command line otherwise."""

import gc
import sys
from pathlib import Path

COMMANDES = {
    "nouveau",
    "demo",
    "importer",
    "exporter",
    "verifier",
    "sauvegarder",
    "captures",
    "autotest",
    "contrats",
    "seance",
    "grilles",
}


def main() -> int:
    """Run the program. The window does not wait for the command line's libraries."""
    gc.disable()  # imports make nothing but what stays: collecting there costs a tenth of the start
    arguments = sys.argv[1:]
    if not arguments or (len(arguments) == 1 and _est_un_fichier(arguments[0])):
        # PySide6 comes last: its import hook slows every import after it by a quarter.
        from app.boot import Ouverture

        ouverture = Ouverture(Path(arguments[0])) if arguments else None
        from app.ui.application import lancer

        return lancer(ouverture)
    from app.cli import executer

    gc.enable()
    return executer()


def _est_un_fichier(argument: str) -> bool:
    """True for a file to open: a .tdt, even a missing one (the window says so), or any other file."""
    if argument.startswith("-") or argument in COMMANDES:
        return False
    return argument.lower().endswith(".tdt") or Path(argument).is_file()


if __name__ == "__main__":
    sys.exit(main())

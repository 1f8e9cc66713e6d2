"""Entry point: the window at once for a file or for nothing, the command line otherwise."""

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
}


def main() -> int:
    """Run the program. The window does not wait for the command line's libraries."""
    arguments = sys.argv[1:]
    if not arguments or (len(arguments) == 1 and arguments[0] not in COMMANDES | {"--help", "-h"}):
        if arguments and arguments[0].startswith("-"):
            return _ligne_de_commande()
        from app.ui.application import lancer

        return lancer(Path(arguments[0]) if arguments else None)
    return _ligne_de_commande()


def _ligne_de_commande() -> int:
    from app.cli import executer

    return executer()


if __name__ == "__main__":
    sys.exit(main())

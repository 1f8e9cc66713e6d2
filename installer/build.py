#!/usr/bin/env python3
"""Make the installers of Tour de table, one command each. See README.md, beside this file."""

import hashlib
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from installer.projet import SORTIES, Arret, dire

AIDE = """\
python3 installer/build.py deb          le paquet Debian
python3 installer/build.py portable     l'archive Linux qui s'ouvre sans installation
python3 installer/build.py windows      l'installateur Windows et son archive sans installation
python3 installer/build.py icones       redessine les icônes après un changement de leur dessin
python3 installer/build.py --verifier   contrôle ce qui a été fabriqué, fichier par fichier

Windows : --python CHEMIN prend un Python « embeddable » (.zip) que vous avez.
"""
SOMMES = "SHA256SUMS"


def fabriquer(quoi: str, options: list[str]) -> list[Path]:
    """Each recipe is imported alone: none asks for the tools of another."""
    if quoi == "deb" and not options:
        from installer import deb

        return [deb.construire()]
    if quoi == "portable" and not options:
        from installer import portable

        return [portable.construire()]
    if quoi == "windows":
        from installer import windows

        return windows.construire(options)
    raise Arret(AIDE)


def ecrire_les_sommes() -> None:
    """The sums of everything in `dist/`, that `sha256sum -c` reads."""
    fichiers = sorted(c for c in SORTIES.iterdir() if c.is_file() and c.name != SOMMES)
    lignes = [f"{hashlib.sha256(c.read_bytes()).hexdigest()}  {c.name}\n" for c in fichiers]
    (SORTIES / SOMMES).write_text("".join(lignes), encoding="utf-8")


def obeir(arguments: list[str]) -> int:
    if arguments == ["--verifier"]:
        from installer import verification

        return verification.verifier()
    if arguments == ["icones"]:
        from installer import icones

        icones.redessiner()
        return 0
    debut = time.monotonic()
    for cible in fabriquer(arguments[0] if arguments else "", arguments[1:]):
        dire(f"{cible.name} : {cible.stat().st_size / 1e6:.1f} Mo")
    ecrire_les_sommes()
    dire(f"Fini en {time.monotonic() - debut:.0f} s, dans {SORTIES.name}/.")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(obeir(sys.argv[1:]))
    except Arret as arret:
        sys.exit(str(arret))

"""The Linux archive that runs where it is unpacked, from a USB key for instance.

It carries, beside the tree of the Debian package, the libraries that a desktop may lack. It holds no
link, which a FAT key can't keep.
"""

import shutil
from pathlib import Path

from installer import archives, composants, dependances
from installer.deb import arbre_linux
from installer.projet import (
    ATELIER,
    NOM,
    SORTIES,
    VERSION,
    date_des_sources,
    dire,
    dossier_neuf,
    gabarit,
)

# Every desktop has these, each made for its own screen, fonts and session: they stay outside.
DU_BUREAU = {
    "libEGL.so.1", "libGL.so.1", "libX11.so.6", "libX11-xcb.so.1", "libxcb.so.1",
    "libfontconfig.so.1", "libfreetype.so.6", "libdbus-1.so.3", "libcups.so.2",
    "libglib-2.0.so.0", "libgthread-2.0.so.0", "libgobject-2.0.so.0", "libgio-2.0.so.0",
    "libstdc++.so.6", "libgcc_s.so.1",
}  # fmt: skip
SI_REFUSE = """
S'il ne s'ouvre pas (certaines clés refusent les programmes), ouvrez un terminal dans ce dossier et
tapez : sh @NOM@"""


def construire() -> Path:
    """Write the archive into `dist/`."""
    date = date_des_sources()
    nom = f"{NOM}-{VERSION}-linux-x86_64"
    racine = dossier_neuf(ATELIER / "portable") / nom
    interne = racine / "interne"
    version_python = arbre_linux(interne)
    copier_les_bibliotheques(interne)
    composants.ecrire(interne / "bibliotheques", version_python, racine / "composants.txt")
    lanceur = racine / NOM
    lanceur.write_text(gabarit("lanceur-portable.sh"), encoding="utf-8")
    lanceur.chmod(0o755)
    lisez_moi = gabarit(
        "LISEZMOI-portable.txt", LANCEUR=NOM, SI_REFUSE=SI_REFUSE.replace("@NOM@", NOM)
    )
    (racine / "LISEZMOI.txt").write_text(lisez_moi, encoding="utf-8")
    (racine / "reglages").mkdir()
    SORTIES.mkdir(exist_ok=True)
    cible = SORTIES / f"{nom}.tar.xz"
    dire("Compression de l'archive…")
    cible.write_bytes(archives.xz(archives.tar(archives.contenu(racine, f"{nom}/"), date)))
    return cible


def copier_les_bibliotheques(interne: Path) -> None:
    """What the tree asks for, and what that asks for in turn, less what belongs to the desktop."""
    cible = interne / "bibliotheques-systeme"
    cible.mkdir()
    while manquent := dependances.demandees(interne) - DU_BUREAU:
        for nom in sorted(manquent):
            shutil.copyfile(dependances.trouver(nom).resolve(), cible / nom)

"""Where the program keeps what is not in the file: settings, backups, crash reports."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.services.errors import ErreurConnue

VARIABLE = "TOUR_DE_TABLE_DOSSIER"
RESEAUX = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "davfs",
    "ceph",
    "vboxsf",
    "vmhgfs",
}
AMOVIBLES = {"vfat", "exfat", "msdos", "ntfs", "ntfs3"}
DRIVE_FIXED, DRIVE_RAMDISK = 3, 6  # values of the Windows call GetDriveTypeW


def dossier() -> Path:
    """The program's own folder, made when missing. `TOUR_DE_TABLE_DOSSIER` overrides the platform's."""
    choisi = os.environ.get(VARIABLE)
    if choisi:
        chemin = Path(choisi)
    else:
        from platformdirs import user_data_path

        chemin = user_data_path("tour-de-table", appauthor=False)
    chemin.mkdir(parents=True, exist_ok=True)
    return chemin


def dossier_sauvegardes() -> Path:
    chemin = dossier() / "sauvegardes"
    chemin.mkdir(exist_ok=True)
    return chemin


def lisible(texte: str) -> str:
    """Text that can be kept and shown: bytes of a name that are no text become « � »."""
    return texte.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def nom_lisible(chemin: Path) -> str:
    return lisible(chemin.name)


@contextmanager
def dossier_temporaire() -> Iterator[Path]:
    """A folder for one job, removed after it. Raises ErreurConnue when none can be made."""
    try:
        dossier = tempfile.TemporaryDirectory(prefix="tour-de-table-", ignore_cleanup_errors=True)
    except OSError as cause:
        raise ErreurConnue(
            "Aucun dossier temporaire ne peut être créé : libérez de la place sur le disque."
        ) from cause
    with dossier as chemin:
        yield Path(chemin)


def ressources() -> Path:
    """The `resources` folder: beside `app`, in the sources as in the packages; inside, in a wheel."""
    app = Path(__file__).resolve().parents[1]
    dedans = app / "resources"
    return dedans if dedans.is_dir() else app.parent / "resources"


def est_disque_local(chemin: Path) -> bool:
    """False on a network or removable drive, where SQLite's WAL is unsafe."""
    if sys.platform == "win32":
        import ctypes

        racine = str(chemin.resolve().anchor)
        return ctypes.windll.kernel32.GetDriveTypeW(racine) in (DRIVE_FIXED, DRIVE_RAMDISK)
    systeme = _systeme_de_fichiers(chemin)
    # Behind FUSE stands nearly always a network: the shares that a file browser mounts, a cloud.
    return systeme not in RESEAUX | AMOVIBLES and not systeme.startswith("fuse")


def _systeme_de_fichiers(chemin: Path) -> str:
    """Type of the file system that holds `chemin`, from the kernel's table; empty when unknown."""
    table = Path("/proc/mounts")
    if not table.exists():
        return ""
    cible = f"{chemin.resolve()}/"
    meilleur = (0, "")
    for ligne in table.read_text(encoding="utf-8", errors="replace").splitlines():
        _, point, nature, *_ = ligne.split(" ")
        montage = point.replace("\\040", " ").rstrip("/") + "/"
        if cible.startswith(montage):
            meilleur = max(meilleur, (len(montage), nature))
    return meilleur[1]

"""Archives that depend on their content alone: sorted names, one date, no owner."""

import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

EXECUTABLE, LISIBLE = 0o755, 0o644


def tar(entrees: Iterable[tuple[str, Path]], date: int) -> bytes:
    """(name in the archive, file) pairs as one tar; the folders above each name are added."""
    tampon = io.BytesIO()
    with tarfile.open(fileobj=tampon, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for nom, source in avec_dossiers(entrees):
            archive.addfile(*_membre(nom, source, date))
    return tampon.getvalue()


def avec_dossiers(entrees: Iterable[tuple[str, Path]]) -> list[tuple[str, Path | None]]:
    """Sorted, with each folder before what it holds."""
    toutes: dict[str, Path | None] = {}
    for nom, source in entrees:
        morceaux = nom.split("/")
        for rang in range(1, len(morceaux)):
            toutes.setdefault("/".join(morceaux[:rang]), None)
        toutes[nom] = source
    toutes.pop(".", None)
    return sorted(toutes.items())


def _membre(nom: str, source: Path | None, date: int) -> tuple[tarfile.TarInfo, io.BytesIO | None]:
    info = tarfile.TarInfo(nom)
    info.mtime = date
    info.uname = info.gname = "root"
    if source is None or (source.is_dir() and not source.is_symlink()):
        info.type, info.mode = tarfile.DIRTYPE, EXECUTABLE
        return info, None
    if source.is_symlink():
        info.type, info.linkname, info.mode = tarfile.SYMTYPE, str(source.readlink()), 0o777
        return info, None
    contenu = source.read_bytes()
    info.size = len(contenu)
    info.mode = EXECUTABLE if source.stat().st_mode & 0o100 else LISIBLE
    return info, io.BytesIO(contenu)


def contenu(dossier: Path, prefixe: str = "") -> list[tuple[str, Path]]:
    """Every file of a folder, named from it, and its empty folders."""
    return [
        (prefixe + chemin.relative_to(dossier).as_posix(), chemin)
        for chemin in sorted(dossier.rglob("*"))
        if not chemin.is_dir() or chemin.is_symlink() or not any(chemin.iterdir())
    ]


def xz(octets: bytes) -> bytes:
    """Preset 1: a third of the time of the usual one, for a seventh more of size."""
    return lzma.compress(octets, preset=1)


def gz(octets: bytes) -> bytes:
    return gzip.compress(octets, 9, mtime=0)


def ar(membres: Iterable[tuple[str, bytes]], date: int) -> bytes:
    """The archive that a .deb is."""
    morceaux = [b"!<arch>\n"]
    for nom, octets in membres:
        entete = f"{nom:<16}{date:<12}{0:<6}{0:<6}{'100644':<8}{len(octets):<10}`\n"
        morceaux += [entete.encode("ascii"), octets, b"\n" if len(octets) % 2 else b""]
    return b"".join(morceaux)


def ecrire_zip(cible: Path, entrees: Iterable[tuple[str, Path]], date: int) -> None:
    instant = datetime.fromtimestamp(date, UTC).timetuple()[:6]
    with zipfile.ZipFile(cible, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for nom, source in sorted(entrees):
            dossier = source.is_dir()
            info = zipfile.ZipInfo(nom + "/" if dossier else nom, instant)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0  # as made on Windows: no permissions of another system
            archive.writestr(info, b"" if dossier else source.read_bytes())

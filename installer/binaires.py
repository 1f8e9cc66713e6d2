"""What a compiled file asks of others: shared libraries of an ELF file, DLLs of a PE file.

Read here, byte by byte, because the same check must run on Linux for both systems.
"""

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

AMD64_PE = 0x8664
X86_64_ELF = 62
_DYNAMIC, _LOAD, _BESOIN, _CHAINES = 2, 1, 1, 5
_VERSIONS_DEMANDEES, _NOMBRE_DE_VERSIONS = 0x6FFFFFFE, 0x6FFFFFFF


@dataclass(frozen=True)
class Binaire:
    """`besoins`: names of the libraries it loads; `versions`: symbol versions, such as GLIBC_2.34."""

    systeme: str  # « linux » or « win32 »
    machine: int
    besoins: tuple[str, ...]
    versions: tuple[str, ...] = ()


def lire(chemin: Path) -> Binaire | None:
    """The compiled file's needs; None for any other kind of file."""
    with chemin.open("rb") as ouvert:
        debut = ouvert.read(4)
        if debut != b"\x7fELF" and debut[:2] != b"MZ":
            return None
        with mmap.mmap(ouvert.fileno(), 0, access=mmap.ACCESS_READ) as octets:
            return _Elf(octets).binaire() if debut[:1] == b"\x7f" else _Pe(octets).binaire()


def binaires(dossier: Path) -> dict[Path, Binaire]:
    """Every compiled file below a folder."""
    fichiers = sorted(c for c in dossier.rglob("*") if c.is_file() and not c.is_symlink())
    return {chemin: lu for chemin in fichiers if (lu := lire(chemin)) is not None}


class _Elf:
    """A 64-bit little-endian ELF file."""

    def __init__(self, octets: mmap.mmap) -> None:
        self._octets = octets
        (self._machine,) = struct.unpack_from("<H", octets, 18)
        debut, taille, nombre = (
            struct.unpack_from("<Q", octets, 32)[0],
            *struct.unpack_from("<HH", octets, 54),
        )
        champs = "<IIQQQQ"  # type, flags, offset, address, physical address, size in file
        self._segments = [
            struct.unpack_from(champs, octets, debut + rang * taille) for rang in range(nombre)
        ]

    def binaire(self) -> Binaire:
        entrees = list(self._entrees())
        valeurs = dict(entrees)
        chaines = self._place(valeurs[_CHAINES]) if _CHAINES in valeurs else 0
        besoins = tuple(self._texte(chaines + v) for cle, v in entrees if cle == _BESOIN)
        versions = tuple(self._versions(valeurs, chaines))
        return Binaire("linux", self._machine, besoins, versions)

    def _entrees(self) -> Iterator[tuple[int, int]]:
        """(tag, value) of the dynamic section."""
        for genre, _, place, _, _, taille in self._segments:
            if genre == _DYNAMIC:
                yield from struct.iter_unpack("<qQ", self._octets[place : place + taille])

    def _place(self, adresse: int) -> int:
        """Offset in the file of an address in memory."""
        for genre, _, place, debut, _, taille in self._segments:
            if genre == _LOAD and debut <= adresse < debut + taille:
                return place + adresse - debut
        raise ValueError(f"address out of the file: {adresse:#x}")

    def _versions(self, valeurs: dict[int, int], chaines: int) -> Iterator[str]:
        """Names of the symbol versions asked of each library (Elf64_Verneed, then Elf64_Vernaux)."""
        place = self._place(valeurs[_VERSIONS_DEMANDEES]) if _VERSIONS_DEMANDEES in valeurs else 0
        for _ in range(valeurs.get(_NOMBRE_DE_VERSIONS, 0)):
            _, nombre, _, premiere, suivant = struct.unpack_from("<HHIII", self._octets, place)
            detail = place + premiere
            for _ in range(nombre):
                _, _, _, nom, saut = struct.unpack_from("<IHHII", self._octets, detail)
                yield self._texte(chaines + nom)
                detail += saut
            place += suivant

    def _texte(self, place: int) -> str:
        return self._octets[place : self._octets.find(b"\0", place)].decode()


class _Pe:
    """A 64-bit PE file: its import table, and the one of what is loaded late."""

    _IMPORTS, _TARDIFS = 1, 13  # ranks among the data directories

    def __init__(self, octets: mmap.mmap) -> None:
        self._octets = octets
        (entete,) = struct.unpack_from("<I", octets, 0x3C)
        self._machine, sections, taille = (
            *struct.unpack_from("<HH", octets, entete + 4),
            struct.unpack_from("<H", octets, entete + 20)[0],
        )
        self._repertoires = entete + 24 + 112
        self._sections = [
            struct.unpack_from("<IIII", octets, entete + 24 + taille + 40 * rang + 8)
            for rang in range(sections)
        ]

    def binaire(self) -> Binaire:
        besoins = [*self._noms(self._IMPORTS, 20, 12), *self._noms(self._TARDIFS, 32, 4)]
        return Binaire("win32", self._machine, tuple(besoins))

    def _noms(self, repertoire: int, pas: int, champ: int) -> Iterator[str]:
        """The names of the DLLs of a table whose entries take `pas` bytes."""
        adresse, taille = struct.unpack_from(
            "<II", self._octets, self._repertoires + 8 * repertoire
        )
        if not taille:
            return
        place = self._place(adresse)
        while any(self._octets[place : place + pas]):
            (nom,) = struct.unpack_from("<I", self._octets, place + champ)
            debut = self._place(nom)
            yield self._octets[debut : self._octets.find(b"\0", debut)].decode()
            place += pas

    def _place(self, adresse: int) -> int:
        for taille, debut, brute, place in self._sections:
            if debut <= adresse < debut + max(taille, brute):
                return place + adresse - debut
        raise ValueError(f"address out of the file: {adresse:#x}")

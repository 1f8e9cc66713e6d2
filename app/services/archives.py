"""The zip of a workbook, opened with suspicion: bombs, lies about sizes, entities, passwords.

Everything is read by chunks and nothing of what a file contains is ever run.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from app.services.errors import SourceIllisible

TAILLE_DECOMPRESSEE: Final = 800_000_000  # bytes, all parts together
RAPPORT_MAXIMUM: Final = 250  # a sheet compresses 10 to 60 times
SEUIL_RAPPORT: Final = 5_000_000  # a small part may compress more without harm
PARTIES_MAXIMUM: Final = 10_000
MORCEAU: Final = 1 << 18
CHEVAUCHEMENT: Final = 64  # bytes kept between chunks, so that no mark is cut in two

# What a damaged archive gives: a name that is no text, a place before its beginning…
ILLISIBLE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    UnicodeDecodeError,
    struct.error,
    NotImplementedError,
)
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class Archive:
    """A zip archive whose parts are streamed, sizes checked on the way."""

    def __init__(self, archive: zipfile.ZipFile, nom: str) -> None:
        self._archive = archive
        self.nom = nom
        self.parties = {partie.filename: partie for partie in archive.infolist()}
        _refuser_bombe(archive.infolist(), nom)
        if any(partie.flag_bits & 1 for partie in archive.infolist()):
            raise protege_par_mot_de_passe(nom)

    def flux(self, partie: str) -> Iterator[bytes]:
        """Chunks of a part. One that unfolds into more than it declares is a bomb that lies."""
        declaree = self.parties[partie].file_size
        produit = 0
        for morceau in self._decompresser(self.parties[partie]):
            produit += len(morceau)
            if produit > declaree:
                raise SourceIllisible(
                    f"« {self.nom} » annonce une taille fausse : ce n'est pas un tableau normal, "
                    "il n'a pas été ouvert."
                )
            yield morceau

    def _decompresser(self, partie: zipfile.ZipInfo) -> Iterator[bytes]:
        if partie.compress_type == zipfile.ZIP_STORED:
            yield from self._brut(partie)
        elif partie.compress_type == zipfile.ZIP_DEFLATED:
            detente = zlib.decompressobj(-15)
            for lu in self._brut(partie):
                reste = lu
                while reste:
                    yield detente.decompress(reste, 4 * MORCEAU)
                    reste = detente.unconsumed_tail
        else:
            raise zipfile.BadZipFile(partie.filename)

    def _brut(self, partie: zipfile.ZipInfo) -> Iterator[bytes]:
        fichier = self._archive.fp
        if fichier is None:
            raise zipfile.BadZipFile(partie.filename)
        fichier.seek(partie.header_offset)
        entete = fichier.read(30)
        if entete[:4] != b"PK\x03\x04":
            raise zipfile.BadZipFile(partie.filename)
        position = partie.header_offset + 30 + sum(struct.unpack("<HH", entete[26:30]))
        reste = partie.compress_size
        while reste > 0:
            fichier.seek(position)
            lu = fichier.read(min(MORCEAU, reste))
            if not lu:
                raise EOFError(partie.filename)
            position, reste = position + len(lu), reste - len(lu)
            yield lu

    def xml(self, partie: str) -> Iterator[bytes]:
        """The same chunks; a DTD is refused wherever it stands, also when written in UTF-16."""
        queue = b""
        for morceau in self.flux(partie):
            vu = queue + morceau
            if _DOCTYPE.search(vu) or (b"\0" in vu and _DOCTYPE.search(vu.replace(b"\0", b""))):
                raise SourceIllisible(
                    f"« {self.nom} » contient des définitions XML dangereuses : "
                    "ce n'est pas un tableau normal, il n'a pas été ouvert."
                )
            queue = vu[-CHEVAUCHEMENT:]
            yield morceau

    def arbre(self, partie: str) -> ElementTree.Element:
        """A small part, parsed. Its DTD, if any, was refused before the parser saw it."""
        try:
            return ElementTree.fromstring(b"".join(self.xml(partie)))
        except ElementTree.ParseError as cause:
            raise zipfile.BadZipFile(partie) from cause


@contextmanager
def ouvrir_archive(chemin: Path) -> Iterator[Archive]:
    """The archive of a workbook. Raises SourceIllisible when it is damaged, or too good to be true."""
    try:
        with zipfile.ZipFile(chemin) as archive:
            yield Archive(archive, chemin.name)
    except ILLISIBLE as cause:
        raise endommage(chemin.name) from cause


def _refuser_bombe(parties: list[zipfile.ZipInfo], nom: str) -> None:
    total = sum(partie.file_size for partie in parties)
    enorme = any(
        partie.file_size > SEUIL_RAPPORT
        and partie.file_size > RAPPORT_MAXIMUM * max(partie.compress_size, 1)
        for partie in parties
    )
    if enorme or total > TAILLE_DECOMPRESSEE or len(parties) > PARTIES_MAXIMUM:
        raise SourceIllisible(
            f"« {nom} » se déploie en un contenu démesuré ({total // 1_000_000} Mo) : "
            "ce n'est pas un tableau normal, il n'a pas été ouvert."
        )


def endommage(nom: str) -> SourceIllisible:
    return SourceIllisible(
        f"« {nom} » est incomplet ou endommagé : demandez-le à nouveau, "
        "ou enregistrez-le une nouvelle fois depuis le tableur."
    )


def protege_par_mot_de_passe(nom: str) -> SourceIllisible:
    return SourceIllisible(
        f"« {nom} » est protégé par un mot de passe : ouvrez-le dans le tableur, "
        "enregistrez-le sans mot de passe, puis recommencez."
    )

"""The private Python of the Windows packages: the « embeddable » one of the Python Software Foundation.

It is given by its path, or taken from the upload of a third party, whose hash is locked. That
archive is read, never installed.
"""

import io
import re
import tarfile
import zipfile
from pathlib import Path

from installer import roues, verrous
from installer.projet import ATELIER, Arret, dire

DLL = "python311.dll"
INUTILES = {"python.exe", "pythonw.exe", "python.cat", "_msi.pyd", "winsound.pyd"}
# What the search path holds; demarrer.py adds the program and its libraries.
CHEMINS = "python311.zip\n.\n"
# Modules that python311.dll holds itself.
INTEGRES = frozenset({
    "_abc", "_ast", "_bisect", "_blake2", "_codecs", "_codecs_cn", "_codecs_hk",
    "_codecs_iso2022", "_codecs_jp", "_codecs_kr", "_codecs_tw", "_collections", "_contextvars",
    "_csv", "_datetime", "_functools", "_heapq", "_imp", "_io", "_json", "_locale", "_lsprof",
    "_md5", "_multibytecodec", "_opcode", "_operator", "_pickle", "_random", "_sha1", "_sha256",
    "_sha3", "_sha512", "_signal", "_sre", "_stat", "_statistics", "_string", "_struct",
    "_symtable", "_thread", "_tokenize", "_tracemalloc", "_typing", "_warnings", "_weakref",
    "_winapi", "_xxsubinterpreters", "array", "atexit", "audioop", "binascii", "builtins",
    "cmath", "errno", "faulthandler", "gc", "itertools", "marshal", "math", "mmap", "msvcrt",
    "nt", "sys", "time", "winreg", "xxsubtype", "zlib",
})  # fmt: skip


def installer(cible: Path, donne: Path | None) -> str:
    """Unpack it into `cible`. Returns what the list of components says of it."""
    membres = _lire_zip(_donne(donne)) if donne else _lire_depot(_depot())
    if DLL not in membres:
        raise Arret(
            f"Ce Python pour Windows ne contient pas {DLL} : donnez un Python 3.11 64 bits."
        )
    cible.mkdir(parents=True, exist_ok=True)
    for nom, octets in membres.items():
        if nom not in INUTILES:
            (cible / nom).write_bytes(octets)
    (cible / DLL.replace(".dll", "._pth")).write_text(CHEMINS, encoding="ascii")
    return f"Python {version(membres[DLL])} — PSF-2.0"


def version(dll: bytes) -> str:
    """The version written in the resources of the DLL, in UTF-16."""
    cle = "ProductVersion\0".encode("utf-16-le")
    trouve = re.search(re.escape(cle) + rb"(?:\0\0)*((?:[0-9.]\0)+)", dll)
    return trouve[1].decode("utf-16-le") if trouve else "3.11"


def _donne(chemin: Path) -> bytes:
    if not chemin.is_file():
        raise Arret(f"Le Python donné n'existe pas : {chemin}.")
    return chemin.read_bytes()


def _depot() -> bytes:
    """The archive of the locked upload, kept from one build to the next."""
    (verrouille,) = verrous.lire(verrous.PYTHON_WINDOWS)
    dossier = ATELIER / "python-windows" / verrouille.version
    if not any(dossier.glob("*.tar.gz")):
        dire("Téléchargement du Python de Windows…")
        dossier.mkdir(parents=True, exist_ok=True)
        demande = dossier / "demande.txt"
        demande.write_text(verrouille.ligne() + "\n", encoding="utf-8")
        roues.pip(
            "download", "--require-hashes", "--no-deps", "--no-binary=:all:",
            "--quiet", "--dest", str(dossier), "--requirement", str(demande),
        )  # fmt: skip
    return next(dossier.glob("*.tar.gz")).read_bytes()


def _lire_depot(octets: bytes) -> dict[str, bytes]:
    """The files of the zip that the upload carries as data."""
    with tarfile.open(fileobj=io.BytesIO(octets)) as archive:
        nom = next(n for n in archive.getnames() if n.endswith("/data.zip"))
        contenu = archive.extractfile(nom)
        assert contenu is not None  # a file, by its name
        return _lire_zip(contenu.read())


def _lire_zip(octets: bytes) -> dict[str, bytes]:
    """Name -> content, without the folder that may stand above."""
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        membres = [m for m in archive.infolist() if not m.is_dir()]
        return {m.filename.rpartition("/")[2]: archive.read(m) for m in membres}

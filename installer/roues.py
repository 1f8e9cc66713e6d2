"""The libraries as wheels: fetched from the lock for one system, then unpacked and lightened."""

import hashlib
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import dev
from installer.projet import ATELIER, Arret, dire, executer
from installer.verrous import Verrouillee

PYTHON = "3.11"
ABI = "cp311"
# From the newest to the oldest system that a wheel may ask for: Debian 12 has glibc 2.36.
_GLIBC = (f"manylinux_2_{n}_x86_64" for n in range(36, 16, -1))
PLATEFORMES = {"linux": (*_GLIBC, "manylinux2014_x86_64"), "win32": ("win_amd64",)}
INUTILES = (
    "*.pyi", "*.pyx", "*.pxd", "*.c", "*.cpp", "*.h", "*.hpp", "*.a", "*.lib",
    "*/py.typed", "*/tests/*", "*/testing/*", "*/test/*",
    # Metadata: the licences and the description stay, the rest serves only pip.
    "*.dist-info/RECORD", "*.dist-info/WHEEL", "*.dist-info/INSTALLER", "*.dist-info/REQUESTED",
    "*.dist-info/top_level.txt", "*.dist-info/sboms/*",
    "*.data/scripts/*", "*.data/headers/*", "*.data/data/*",
    # Fonts: only the TrueType files are read.
    "font_source_sans_pro/*.otf", "font_source_sans_pro/*.woff", "font_source_sans_pro/*.woff2",
    "PIL/_avif*", "pillow.libs/libavif*",  # pictures of a kind that no document here holds
)  # fmt: skip


def telecharger(systeme: str, verrouillees: list[Verrouillee]) -> list[Path]:
    """The wheels of a system, each checked against its hash; kept from one build to the next."""
    lignes = "\n".join(v.ligne() for v in verrouillees) + "\n"
    dossier = ATELIER / "roues" / f"{systeme}-{hashlib.sha256(lignes.encode()).hexdigest()[:12]}"
    if not (dossier / "complet").exists():
        dire(f"Téléchargement de {len(verrouillees)} bibliothèques…")
        dossier.mkdir(parents=True, exist_ok=True)
        demande = dossier / "demande.txt"
        demande.write_text(lignes, encoding="utf-8")
        cibles = [o for p in PLATEFORMES[systeme] for o in ("--platform", p)]
        abis = [o for a in (ABI, "abi3", "none") for o in ("--abi", a)]
        pip(
            "download", "--require-hashes", "--no-deps", "--only-binary=:all:", "--quiet",
            "--python-version", PYTHON, "--implementation", "cp", *cibles, *abis,
            "--dest", str(dossier), "--requirement", str(demande),
        )  # fmt: skip
        (dossier / "complet").touch()
    trouvees = sorted(dossier.glob("*.whl"))
    if len(trouvees) != len(verrouillees):
        raise Arret(
            f"{len(trouvees)} roues trouvées au lieu de {len(verrouillees)} : videz build/."
        )
    return trouvees


def pip(*arguments: str) -> None:
    """pip of the environment that `dev.py` keeps, which is made when it is missing."""
    python = dev.python_de_l_environnement()
    if not python.exists():
        dev.preparer(dev.EXECUTION.nom)
    executer([str(python), "-m", "pip", *arguments, "--disable-pip-version-check", "--no-input"])


def deballer(roue: Path, cible: Path) -> None:
    """The files of a wheel that the program may read, where Python looks for them."""
    with zipfile.ZipFile(roue) as archive:
        for membre in archive.infolist():
            place = _place(membre.filename)
            if membre.is_dir() or not place or est_inutile(membre.filename):
                continue
            chemin = cible / place
            chemin.parent.mkdir(parents=True, exist_ok=True)
            chemin.write_bytes(archive.read(membre))


def est_inutile(nom: str) -> bool:
    return any(fnmatch(nom, motif) for motif in INUTILES)


def _place(nom: str) -> str:
    """Where a member goes: « x.data/purelib/y » is « y »."""
    tete, _, reste = nom.partition("/")
    if tete.endswith(".data"):
        _, _, reste = reste.partition("/")
        return reste
    return nom

"""Word files turned into PDF by LibreOffice, where it is installed. Nothing of ours is asked of it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from app.services.errors import ErreurConnue
from app.services.folders import dossier_temporaire

ATTENTE = 60.0  # seconds, and a second more for each file
_WINDOWS = ("LibreOffice/program/soffice.com", "LibreOffice/program/soffice.exe")
_MAC = "/Applications/LibreOffice.app/Contents/MacOS/soffice"


class ConversionManquee(ErreurConnue):
    """LibreOffice gave no PDF: our own pages can take its place."""


def libreoffice() -> str | None:
    """The program that converts, None where there is none, or where it cannot read letters."""
    trouve = shutil.which("soffice") or shutil.which("libreoffice")
    if trouve is not None:
        return trouve if _sait_lire_word(Path(trouve)) else None
    if sys.platform == "win32":
        dossiers = (os.environ.get(n) for n in ("ProgramFiles", "ProgramFiles(x86)"))
        candidats = [Path(d) / c for d in dossiers if d for c in _WINDOWS]
    else:
        candidats = [Path(_MAC)]
    return next((str(c) for c in candidats if c.is_file()), None)


def _sait_lire_word(programme: Path) -> bool:
    """Debian sells the word processor apart from the rest: its library tells whether it is there."""
    dossier = programme.resolve().parent
    bibliotheques = [dossier / f"libswlo.{suite}" for suite in ("so", "dylib")]
    connu = (dossier / "libsclo.so").exists()  # a folder whose libraries have names that we know
    return not connu or any(b.exists() for b in bibliotheques)


def en_pdf(documents: Sequence[bytes]) -> list[bytes]:
    """Each Word file as a PDF, in one run of LibreOffice. Raises ConversionManquee."""
    programme = libreoffice()
    if programme is None:
        raise ConversionManquee("LibreOffice n'est pas installé sur ce poste.")
    with dossier_temporaire() as dossier:
        sources = []
        for rang, octets in enumerate(documents):
            source = dossier / f"courrier-{rang:04d}.docx"
            source.write_bytes(octets)
            sources.append(source)
        _convertir(programme, dossier, sources)
        return [_lire(source.with_suffix(".pdf")) for source in sources]


def _convertir(programme: str, dossier: Path, sources: Sequence[Path]) -> None:
    """A profile of its own: an open LibreOffice goes on working, and no macro of its owner runs."""
    profil = (dossier / "profil").as_uri()
    commande = [programme, f"-env:UserInstallation={profil}", "--headless", "--norestore"]
    commande += ["--nologo", "--convert-to", "pdf:writer_pdf_Export", "--outdir", str(dossier)]
    variables = {k: v for k, v in os.environ.items() if k != "LD_LIBRARY_PATH"}
    try:
        subprocess.run(
            [*commande, *map(str, sources)],
            check=False,
            capture_output=True,
            timeout=ATTENTE + len(sources),
            env=variables,
        )
    except (OSError, subprocess.TimeoutExpired) as cause:
        raise ConversionManquee("LibreOffice n'a pas répondu : le PDF n'est pas fait.") from cause


def _lire(chemin: Path) -> bytes:
    try:
        octets = chemin.read_bytes()
    except OSError as cause:
        raise ConversionManquee("LibreOffice n'a pas pu faire le PDF.") from cause
    if not octets.startswith(b"%PDF"):
        raise ConversionManquee("LibreOffice n'a pas pu faire le PDF.")
    return octets

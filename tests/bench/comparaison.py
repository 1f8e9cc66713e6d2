"""What the benchmarks share: LibreOffice without a window, a run timed, medians."""

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

RACINE = Path(__file__).resolve().parents[2]
if str(RACINE) not in sys.path:
    sys.path.insert(0, str(RACINE))


def bureautique() -> str:
    """The command of LibreOffice; the benchmarks have nothing to compare with without it."""
    commande = shutil.which("soffice") or shutil.which("libreoffice")
    if commande is None:
        sys.exit("LibreOffice (soffice) est nécessaire à la comparaison.")
    return commande


def convertir(classeur: Path, dossier: Path, *, format_: str = "xlsx") -> float:
    """Seconds that LibreOffice takes to load, recalculate and write a workbook, start included.

    Its profile is kept in `dossier`: made by the first run, which must not count.
    """
    sortie = dossier / "sortie"
    sortie.mkdir(exist_ok=True)
    profil = (dossier / "profil-bureautique").as_uri()
    commande = [bureautique(), f"-env:UserInstallation={profil}", "--headless", "--norestore"]
    commande += ["--convert-to", format_, "--outdir", str(sortie), str(classeur)]
    duree = chronometrer(
        lambda: subprocess.run(commande, check=True, capture_output=True, timeout=600)
    )
    if not (sortie / f"{classeur.stem}.{format_}").exists():
        sys.exit("LibreOffice n'a rien écrit.")
    return duree


def chronometrer(fonction: Callable[[], object]) -> float:
    depart = time.perf_counter()
    fonction()
    return time.perf_counter() - depart


def en_alternance(tours: int, *fonctions: Callable[[], float]) -> list[list[float]]:
    """Each function run in turn, so that a slow moment of the machine falls on all of them."""
    mesures: list[list[float]] = [[] for _ in fonctions]
    for _ in range(tours):
        for mesure, fonction in zip(mesures, fonctions, strict=True):
            mesure.append(fonction())
    return mesures


def environnement(dossier: Path, **variables: str) -> dict[str, str]:
    """The environment of a program run for measuring: its own folder, no window on the screen.

    Modules are kept compiled, as in an installed program, but outside of the sources.
    """
    herite = {nom: v for nom, v in os.environ.items() if nom != "PYTHONDONTWRITEBYTECODE"}
    return {
        **herite,
        "PYTHONPATH": str(RACINE),
        "PYTHONPYCACHEPREFIX": str(dossier / "compile"),
        "QT_QPA_PLATFORM": "offscreen",
        "TOUR_DE_TABLE_DOSSIER": str(dossier),
        **variables,
    }


def resume(nom: str, mesures: Sequence[float]) -> str:
    etendue = f"{min(mesures):.3f} à {max(mesures):.3f}"
    return f"{nom:<38} médiane {statistics.median(mesures):7.3f} s   ({etendue})"


def rapport(nom: str, mesures: Sequence[float], temoin: Sequence[float], objectif: str) -> str:
    valeur = statistics.median(mesures) / statistics.median(temoin)
    return f"{nom:<38} rapport {valeur:7.2f}     (objectif : {objectif})"

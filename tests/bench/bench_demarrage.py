"""Process start to first painted window on a 200-action year, against LibreOffice on the same table.

Run: `python tests/bench/bench_demarrage.py`. Goal: at most 0.6 of the time that LibreOffice, without a
window, takes to convert the workbook exported from the same file. Runs are interleaved.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from comparaison import convertir, en_alternance, environnement, rapport, resume

TOURS = 5
ACTIONS = 200
ANNEE = 2026


def main() -> None:
    from app.services.demo import creer_demo
    from app.services.export_excel import ecrire_classeur
    from app.services.fichier import Fichier
    from app.services.programmation import lire_programmation

    with tempfile.TemporaryDirectory() as temporaire:
        dossier = Path(temporaire)
        fichier, classeur = dossier / "demo.tdt", dossier / "programmation.xlsx"
        creer_demo(fichier, annee_courante=ANNEE, actions_par_an=ACTIONS)
        with Fichier.ouvrir(fichier, lecture_seule=True) as ouvert:
            ecrire_classeur(lire_programmation(ouvert, ANNEE), classeur)
        premiere_fenetre(fichier, dossier)  # modules compiled, disk cache: as on a second day
        convertir(classeur, dossier)
        nous, eux = en_alternance(
            TOURS,
            lambda: premiere_fenetre(fichier, dossier),
            lambda: convertir(classeur, dossier),
        )
    print(f"{ACTIONS} actions dans l'année, {TOURS} tours alternés")
    print(resume("Première fenêtre peinte", nous))
    print(resume("LibreOffice, conversion du classeur", eux))
    print(rapport("Fenêtre / LibreOffice", nous, eux, "0,60 au plus"))


def premiere_fenetre(fichier: Path, dossier: Path) -> float:
    """Seconds from the start of the process to the first painted window."""
    commande = [sys.executable, "-P", "-m", "app", str(fichier)]
    depart = time.perf_counter()
    with subprocess.Popen(
        commande,
        env=environnement(dossier, TOUR_DE_TABLE_MESURE="1"),
        stdout=subprocess.PIPE,
        text=True,
    ) as programme:
        assert programme.stdout is not None
        ligne = programme.stdout.readline()
        duree = time.perf_counter() - depart
        programme.communicate(timeout=60)
    if not ligne.startswith("peint"):
        sys.exit("La fenêtre ne s'est pas ouverte.")
    return duree


if __name__ == "__main__":
    main()

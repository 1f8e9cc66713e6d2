"""One key of the cockpit, to both windows redrawn: an amount typed, then published.

Run: `python tests/bench/bench_seance.py [sizes…]`. In the real windows without a screen, the public one
at 1920 × 1080: each digit is a real key, written durably, journalled; the envelope, the alerts and the
ledger follow; the paint events of both windows are all done. Publishing also grants the amount.

Goal: 16 ms at p99, for 200 actions and for 2,000. Beside the time that passes, the processor's, and its
least over some séances where the same keys are typed: a machine that others share slows any key at
random, and only what the program itself does comes back at the same key. As in a room, there are
silences.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench_saisie import ANNEE, fabriquer

Mesures = tuple[list[float], list[float]]  # time passed, time of the processor (ms)
SEANCES = 3  # held alike at each size
TAILLES = (200, 2_000)
TOURS = 60  # amounts typed then published at each size
CHAUFFE = 8
SILENCE = 15  # amounts between two pauses
PAUSE = 1_700  # ms
SUIVANTS = 12  # items passed


def main() -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    tailles = [int(argument) for argument in sys.argv[1:]] or TAILLES
    with tempfile.TemporaryDirectory() as temporaire:
        os.environ["TOUR_DE_TABLE_DOSSIER"] = temporaire
        print(f"Étalon : un million d'additions en {etalon():.0f} ms de processeur")
        for taille in tailles:
            lues: list[dict[str, Mesures]] = []
            for rang in range(SEANCES):
                chemin = Path(temporaire) / f"{taille}-{rang}.tdt"
                fabriquer(Path(temporaire) / f"modele-{rang}.tdt", chemin, taille)
                lues.append(mesurer(chemin, preparer_seance(chemin)))
            print(f"{taille} actions, {SEANCES} séances")
            for nom in lues[0]:
                print(ligne(nom, [mesures[nom] for mesures in lues]))


def etalon() -> float:
    """What a fixed work costs now: neighbours that share the processor slow its very instructions."""
    depart, somme = time.process_time(), 0
    for rang in range(1_000_000):
        somme += rang
    return (time.process_time() - depart) * 1000


def preparer_seance(chemin: Path) -> str:
    """A séance with every action of the year on its agenda."""
    from app.services.comite import comite
    from app.services.fichier import Fichier
    from app.services.ordres_du_jour import Filtre

    with Fichier.ouvrir(chemin) as fichier:
        services = comite(fichier)
        seance = services.seances.creer(ANNEE, titre="Mesure")
        services.ordres.construire(seance, Filtre(statuts=()), minutes=3)
        return seance


def mesurer(chemin: Path, seance: str) -> dict[str, Mesures]:
    """What each key of a séance costs."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from app.ui.application import preparer
    from app.ui.main_window import FenetrePrincipale

    application = preparer()
    fenetre = FenetrePrincipale()
    fenetre.resize(1366, 768)
    fenetre.show()
    fenetre.ouvrir(chemin)
    document = fenetre.document
    if document is None:
        sys.exit("La fenêtre n'a pas pu ouvrir le fichier.")
    document.tenir(seance)
    cockpit: Any = document.page("cockpit")
    while cockpit.cours.table is None or len(cockpit.cours.table.cases) < 4:
        cockpit.cours.suivant()
    cockpit.projection.fenetre.resize(1920, 1080)
    fenetre.activateWindow()
    application.processEvents()
    cockpit.montree()
    chiffres: Mesures = ([], [])
    publications: Mesures = ([], [])
    passages: Mesures = ([], [])

    def frapper(touche: Any, mesures: Mesures, *, compte: bool, avec: Any = None) -> None:
        visee = application.focusWidget()
        depart, calcul = time.perf_counter(), time.process_time()
        QTest.keyClick(visee, touche, avec or Qt.KeyboardModifier.NoModifier)
        application.processEvents()
        if compte:
            mesures[0].append((time.perf_counter() - depart) * 1000)
            mesures[1].append((time.process_time() - calcul) * 1000)

    for tour in range(CHAUFFE + TOURS):
        if tour % SILENCE == 0:
            QTest.qWait(PAUSE)
        cockpit.cases.aller(tour % 4)
        for chiffre in str(1_000 + 37 * tour):
            frapper(chiffre, chiffres, compte=tour >= CHAUFFE)
        frapper(Qt.Key.Key_Return, publications, compte=tour >= CHAUFFE)
    for _ in range(SUIVANTS):
        QTest.qWait(200)
        frapper(Qt.Key.Key_Return, passages, compte=True, avec=Qt.KeyboardModifier.ControlModifier)
    fenetre.close()
    return {
        "Un chiffre tapé": chiffres,
        "Un montant publié": publications,
        "Le point suivant": passages,
    }


def ligne(nom: str, seances: Sequence[Mesures]) -> str:
    passe = [duree for mur, _ in seances for duree in mur]
    calcul = [duree for _, processeur in seances for duree in processeur]
    moindre = [min(memes) for memes in zip(*(p for _, p in seances), strict=True)]
    dits = (("au mur", passe), ("processeur", calcul), ("au moins", moindre))
    return f"{nom:<18} " + "   ".join(
        f"{quoi} : médiane {statistics.median(durees):5.1f}, p99 {centile(durees):5.1f} ms"
        for quoi, durees in dits
    )


def centile(durees: Sequence[float]) -> float:
    return statistics.quantiles(durees, n=100)[98]


if __name__ == "__main__":
    main()

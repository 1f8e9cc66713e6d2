"""The constats of a year, whole then after one amount: against bare SQLite reading the same rows.

Run: `python tests/bench/bench_constats.py [sizes…]`. Times are those of the processor: on a machine
that others share, they alone tell what the program costs.

« Son action » judges the action whose amount was typed, as its sheet and its row do; « toute l'année »
judges besides all that the amount bears on: its porteur, its appel, its séance, the year.

Goals at 2,000 actions: an amount judged again within 16 ms at p99, the whole year in about a second.
"""

import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from bench_saisie import ANNEE, fabriquer

TAILLES = (200, 2_000)
TOURS = 200
ENTIERS = 5
DE_L_ACTION = (
    "action_quartier",
    "action_commune",
    "classement",
    "ligne_budget",
    "cofinancement",
    "bilan",
)


def main() -> None:
    tailles = [int(argument) for argument in sys.argv[1:]] or TAILLES
    with tempfile.TemporaryDirectory() as temporaire:
        os.environ["TOUR_DE_TABLE_DOSSIER"] = temporaire
        for taille in tailles:
            chemin = Path(temporaire) / f"{taille}.tdt"
            fabriquer(Path(temporaire) / "modele.tdt", chemin, taille)
            mesurer(chemin, taille)
            chemin.unlink()


def mesurer(chemin: Path, taille: int) -> None:
    from app.models.enums import CibleConstat
    from app.services.actions import Actions
    from app.services.cofinancements import Cofinancements
    from app.services.constats_service import Constats
    from app.services.fichier import Fichier

    with Fichier.ouvrir(chemin) as fichier:
        constats = Constats(fichier)
        entiers = [
            chronometrer(lambda: Constats(fichier).de_l_annee(ANNEE)) for _ in range(ENTIERS)
        ]
        trouves = len(constats.de_l_annee(ANNEE))
        simples = [
            (ligne.cle, financeur)
            for ligne in Actions(fichier).lignes(ANNEE)
            for financeur, montants in ligne.montants.items()
            if montants.lignes == 1
        ]
        montants = Cofinancements(fichier)
        siennes, suites, lectures = [], [], []
        with closing(sqlite3.connect(chemin)) as nue:
            nues = [chronometrer(lambda: lire_l_annee(nue)) for _ in range(ENTIERS)]
            for rang in range(TOURS):
                action, financeur = simples[rang * 37 % len(simples)]
                montants.saisir(action, financeur, etape="accorde", montant=Decimal(1_000 + rang))
                siennes.append(
                    chronometrer(lambda: constats.de(ANNEE, CibleConstat.ACTION, action))  # noqa: B023
                )
                suites.append(chronometrer(lambda: constats.revision(ANNEE)))
                lectures.append(chronometrer(lambda: lire_l_action(nue, action)))  # noqa: B023
    entier, nu = statistics.median(entiers), statistics.median(nues)
    print(f"{taille} actions, {trouves} constats")
    print(
        f"  l'année entière : {entier:8.1f} ms   SQLite nu {nu:6.2f} ms   rapport {entier / nu:5.1f}"
    )
    lue = statistics.median(lectures)
    toutes = [sienne + suite for sienne, suite in zip(siennes, suites, strict=True)]
    for nom, durees in (("son action", siennes), ("toute l'année", toutes)):
        une, pire = statistics.median(durees), sorted(durees)[int(len(durees) * 0.99) - 1]
        print(
            f"  après un montant, {nom:13} : {une:6.2f} ms   SQLite nu {lue:6.3f} ms   "
            f"rapport {une / lue:5.1f}   p99 {pire:.2f} ms (objectif : 16)"
        )


def chronometrer(fonction: Callable[[], object]) -> float:
    """Milliseconds of processor."""
    depart = time.process_time()
    fonction()
    return (time.process_time() - depart) * 1000


def lire_l_annee(nue: sqlite3.Connection) -> None:
    """The rows of the year, as the driver gives them."""
    siennes = "SELECT cle FROM action WHERE annee = ?"
    nue.execute("SELECT * FROM action WHERE annee = ?", (ANNEE,)).fetchall()
    for table in DE_L_ACTION:
        nue.execute(f"SELECT * FROM {table} WHERE action IN ({siennes})", (ANNEE,)).fetchall()


def lire_l_action(nue: sqlite3.Connection, cle: str) -> None:
    nue.execute("SELECT * FROM action WHERE cle = ?", (cle,)).fetchall()
    for table in DE_L_ACTION:
        nue.execute(f"SELECT * FROM {table} WHERE action = ?", (cle,)).fetchall()


if __name__ == "__main__":
    main()

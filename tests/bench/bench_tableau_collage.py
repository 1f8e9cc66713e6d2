"""A block of 1,000 cells pasted in one operation, against the same updates made by SQLite alone.

Run: `python tests/bench/bench_tableau_collage.py [sizes…]`. In the real window without a screen: the
text is on the clipboard, Ctrl+V's gesture reads it, every cell is read, asked to its service, written,
journalled and synced; the notice moves the totals and the rows; the paint events are all done. Beside
it, `sqlite3` alone updates the same number of rows of a copy of the file in one transaction of the
same mode. Both take turns in one run. Two blocks: amounts of three financeurs, and mixed columns
(title, porteur by name, status, cost, amounts).

Goal: 500 ms for the median, whatever the size.
"""

import os
import random
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from bench_saisie import ANNEE, GRAINE, TAILLES, Fenetre, fabriquer
from comparaison import RACINE

TOURS = 7
CHAUFFE = 2
CASES = 1_000
PREMIERE_LIGNE = 20  # those of the demonstration come first, with several lines of one financeur


def main() -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    tailles = [int(argument) for argument in sys.argv[1:]] or TAILLES
    with tempfile.TemporaryDirectory() as temporaire:
        os.environ["TOUR_DE_TABLE_DOSSIER"] = temporaire
        modele = Path(temporaire) / "modele.tdt"
        for taille in tailles:
            chemin = Path(temporaire) / f"{taille}.tdt"
            fabriquer(modele, chemin, taille)
            mesurer(chemin, taille)
            chemin.unlink()


def mesurer(chemin: Path, taille: int) -> None:
    temoin = chemin.with_name("temoin.tdt")
    shutil.copyfile(chemin, temoin)
    with closing(sqlite3.connect(temoin, isolation_level=None)) as nue:
        nue.execute("PRAGMA journal_mode=WAL")
        nue.execute("PRAGMA synchronous=FULL")
        fenetre = Fenetre(chemin)
        gestes = (MisesAJour(nue), Montants(fenetre), Melange(fenetre))
        mesures: list[list[float]] = [[] for _ in gestes]
        for tour in range(CHAUFFE + TOURS):
            for mesure, geste in zip(mesures, gestes, strict=True):
                duree = geste.faire(tour) * 1000
                if tour >= CHAUFFE:
                    mesure.append(duree)
        fenetre.fermer()
    temoin.unlink()
    print(f"{taille} actions dans l'année, {CASES} cases, {TOURS} tours alternés")
    print(ligne("Mises à jour nues de SQLite", mesures[0]))
    for nom, mesure in (("Montants collés", mesures[1]), ("Colonnes mélangées", mesures[2])):
        rapport = statistics.median(mesure) / statistics.median(mesures[0])
        print(f"{ligne(nom, mesure)}   rapport {rapport:6.1f}   (objectif : 500 ms)")


def ligne(nom: str, mesures: Sequence[float]) -> str:
    etendue = f"{min(mesures):.0f} à {max(mesures):.0f}"
    return f"{nom:<30} médiane {statistics.median(mesures):7.1f} ms   ({etendue})"


class MisesAJour:
    """The least that a durable write of so many cells can cost: one commit."""

    def __init__(self, connexion: sqlite3.Connection) -> None:
        self._connexion = connexion
        lues = connexion.execute("SELECT cle FROM cofinancement").fetchall()
        alea = random.Random(GRAINE)
        self._cles = [cle for (cle,) in alea.choices(lues, k=CASES)]

    def faire(self, tour: int) -> float:
        depart = time.perf_counter()
        self._connexion.execute("BEGIN IMMEDIATE")
        for rang, cle in enumerate(self._cles):
            self._connexion.execute(
                "UPDATE cofinancement SET accorde=? WHERE cle=?", (100_000 + tour + rang, cle)
            )
        self._connexion.execute("COMMIT")
        return time.perf_counter() - depart


class Collage:
    """Ctrl+V on a block whose corner is a cell of the table of the year."""

    def __init__(self, fenetre: Fenetre) -> None:
        self._fenetre = fenetre
        self._vue = fenetre.document.actions.vue
        self._modele = fenetre.modele
        for cle in ("cpo", "accorde_n1"):  # only read, in the middle of the columns to paste in
            self._vue.volets.masquer(cle)
        self._vue.refuse.connect(sys.exit)

    def premiere(self) -> str:
        """Key of the column where the block begins."""
        raise NotImplementedError

    def bloc(self, tour: int) -> list[list[str]]:
        raise NotImplementedError

    def faire(self, tour: int) -> float:
        from PySide6.QtWidgets import QApplication

        QApplication.clipboard().setText("\n".join(map("\t".join, self.bloc(tour))) + "\n")
        self._vue.aller(PREMIERE_LIGNE, self._modele.rang(self.premiere()))
        self._fenetre.laisser_faire()
        depart = time.perf_counter()
        self._vue.depots.coller()
        self._fenetre.laisser_faire()
        duree = time.perf_counter() - depart
        page = self._vue.page
        if page is not None and page.panneau is not None:
            sys.exit("Des cases ont été refusées.")
        return duree


class Montants(Collage):
    """Demandé, proposé, accordé of the first three financeurs: 1,008 cells."""

    def premiere(self) -> str:
        financeurs = self._fenetre.document.contexte.cofinancements.financeurs(ANNEE)
        return f"{financeurs[0].cle}.demande"

    def bloc(self, tour: int) -> list[list[str]]:
        return [[f"{1_000 + tour * 7 + rang + c} €" for c in range(9)] for rang in range(112)]


class Melange(Collage):
    """Title, porteur by its name, status, cost, two amounts: 1,002 cells."""

    def premiere(self) -> str:
        return "titre"

    def bloc(self, tour: int) -> list[list[str]]:
        proposer = self._modele.colonnes[self._modele.rang("porteur")].proposer
        noms = proposer() if proposer is not None else []
        statuts = ("Déposée", "Accordée", "Ajournée")
        return [
            [
                f"Action {tour} {rang}",
                noms[(rang + tour) % len(noms)],
                statuts[(rang + tour) % 3],
                *(f"{2_000 + tour * 11 + rang + c},50" for c in range(3)),
            ]
            for rang in range(167)
        ]


if __name__ == "__main__":
    sys.path.insert(0, str(RACINE))
    main()

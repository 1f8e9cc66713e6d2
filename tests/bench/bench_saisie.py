"""One typed amount, to the durable commit, to the redrawn totals: against a bare SQLite update.

Run: `python tests/bench/bench_saisie.py [sizes…]`. In the real window without a screen: the text is
given to the table, written, journalled and synced; the notice moves the totals, the row and the gauge;
the paint events are all done. Beside it, `sqlite3` alone updates one row of a copy of the same file in
the same mode (WAL, synced at each commit). Both take turns in one run.

Beside the time that passes, the processor's: on a machine that others share, and whose disk they keep
busy, it alone tells what the program costs.

Goals: at most 8 times the bare update and 16 ms at p99, and no growth with the size beyond 1.5.
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
from decimal import Decimal
from pathlib import Path
from typing import Any

from comparaison import RACINE

TAILLES = (200, 2_000, 20_000)
TOURS = 400
CHAUFFE = 40
ANNEE = 2026
PAR_ACTION = 5  # cofinancements of each action
GRAINE = 147


def main() -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    tailles = [int(argument) for argument in sys.argv[1:]] or TAILLES
    medianes = []
    with tempfile.TemporaryDirectory() as temporaire:
        os.environ["TOUR_DE_TABLE_DOSSIER"] = temporaire
        modele = Path(temporaire) / "modele.tdt"
        for taille in tailles:
            chemin = Path(temporaire) / f"{taille}.tdt"
            fabriquer(modele, chemin, taille)
            medianes.append(mesurer(chemin, taille))
            chemin.unlink()
    croissance = max(medianes) / medianes[0]
    print(
        f"Croissance de {tailles[0]} à {tailles[-1]} : {croissance:.2f}   (objectif : 1,5 au plus)"
    )


def fabriquer(modele: Path, chemin: Path, taille: int) -> None:
    """A file whose table of the year shows `taille` actions, in a real contract."""
    from app.models.action import Action, Cofinancement
    from app.services.demo import creer_demo
    from app.services.fichier import Fichier

    if not modele.exists():
        creer_demo(modele, annee_courante=ANNEE, actions_par_an=20)
    shutil.copyfile(modele, chemin)
    alea = random.Random(GRAINE)
    with Fichier.ouvrir(chemin) as fichier, fichier.operation("Remplir l'année") as ecriture:
        presentes = [dict(ligne) for ligne in _actions_de_l_annee(ecriture)]
        financeurs = _financeurs(ecriture)
        cles = []
        for rang in range(taille - len(presentes)):
            action = {**presentes[rang % len(presentes)], "numero": f"{ANNEE}-{rang + 1000}"}
            action["cle"] = action["lignee"] = f"{alea.getrandbits(128):032x}"
            action["precedente"] = None
            cles.append(action)
        ecriture.inserer_lot(Action, cles)
        ecriture.inserer_lot(
            Cofinancement,
            [
                {
                    "action": action["cle"],
                    "financeur": financeur,
                    "annee": ANNEE,
                    "statut": "demande",
                    "demande": Decimal(alea.randrange(500, 20_000, 100)),
                }
                for action in cles
                for financeur in alea.sample(financeurs, PAR_ACTION)
            ],
        )


def _actions_de_l_annee(ecriture: Any) -> Sequence[Any]:
    from sqlalchemy import select

    from app.models.action import Action

    requete = select(Action.__table__).where(Action.annee == ANNEE)
    return [ligne._mapping for ligne in ecriture.lignes(requete)]


def _financeurs(ecriture: Any) -> list[str]:
    from sqlalchemy import select

    from app.models.organisme import Financeur

    return [cle for (cle,) in ecriture.lignes(select(Financeur.cle).where(Financeur.actif))]


def mesurer(chemin: Path, taille: int) -> float:
    """Print what one amount costs at this size; returns the median in milliseconds."""
    temoin = chemin.with_name("temoin.tdt")
    shutil.copyfile(chemin, temoin)
    with closing(sqlite3.connect(temoin, isolation_level=None)) as nue:
        nue.execute("PRAGMA journal_mode=WAL")
        nue.execute("PRAGMA synchronous=FULL")
        fenetre = Fenetre(chemin)
        services = Services(fenetre)
        mise_a_jour = MiseAJour(nue)
        gestes = (mise_a_jour, services, fenetre)
        mesures: list[list[float]] = [[] for _ in gestes]
        calculs: list[list[float]] = [[] for _ in gestes]
        for tour in range(CHAUFFE + TOURS):
            for mesure, calcul, geste in zip(mesures, calculs, gestes, strict=True):
                depart = time.process_time()
                duree = geste.faire(tour)
                if tour >= CHAUFFE:
                    mesure.append(duree * 1000)
                    calcul.append((time.process_time() - depart) * 1000)
        services.fermer()
        fenetre.fermer()
    temoin.unlink()
    brute, _, entiere = mesures
    print(f"{taille} actions dans l'année, {TOURS} tours alternés")
    print(ligne("Mise à jour nue de SQLite", brute, calculs[0]))
    for nom, mesure, calcul in (
        ("Montant enregistré, totaux suivis", mesures[1], calculs[1]),
        ("Montant tapé, fenêtre redessinée", entiere, calculs[2]),
    ):
        rapport = statistics.median(mesure) / statistics.median(brute)
        dit = ligne(nom, mesure, calcul)
        print(f"{dit}   rapport {rapport:5.2f}   (objectif : 8 au plus, p99 16 ms)")
    return statistics.median(entiere)


def ligne(nom: str, mesures: Sequence[float], calculs: Sequence[float]) -> str:
    centile = statistics.quantiles(mesures, n=100)[98]
    return (
        f"{nom:<36} médiane {statistics.median(mesures):6.3f} ms   p99 {centile:6.3f} ms   "
        f"processeur {statistics.median(calculs):6.3f} ms"
    )


class MiseAJour:
    """The least that a durable write can cost: one row, one commit."""

    def __init__(self, connexion: sqlite3.Connection) -> None:
        self._connexion = connexion
        lues = connexion.execute("SELECT cle FROM cofinancement").fetchall()
        self._cles = [cle for (cle,) in random.Random(GRAINE).sample(lues, min(len(lues), 400))]

    def faire(self, tour: int) -> float:
        depart = time.perf_counter()
        self._connexion.execute("BEGIN IMMEDIATE")
        self._connexion.execute(
            "UPDATE cofinancement SET accorde=? WHERE cle=?",
            (100_000 + tour, self._cles[tour % len(self._cles)]),
        )
        self._connexion.execute("COMMIT")
        return time.perf_counter() - depart


class Fenetre:
    """The window on the table of the year, where amounts are typed in cells on the screen."""

    def __init__(self, chemin: Path) -> None:
        from app.ui.application import preparer
        from app.ui.main_window import FenetrePrincipale

        self.application = preparer()
        self._fenetre = FenetrePrincipale()
        self._fenetre.resize(1366, 768)
        self._fenetre.show()
        self._fenetre.ouvrir(chemin)
        document = self._fenetre.document
        if document is None:
            sys.exit("La fenêtre n'a pas pu ouvrir le fichier.")
        self.document = document
        self.modele = document.actions.modele
        self.cellules = self._modifiables()
        document.actions.vue.aller_a(*self.cellules[0])
        self.laisser_faire()
        while self.modele.se_prepare:  # as while a person looks at what has just opened
            self.laisser_faire()

    def _modifiables(self) -> list[tuple[str, str]]:
        """(action, column) of amounts granted that one line holds, on the rows in sight."""
        return [
            (ligne.cle, f"{financeur}.accorde")
            for ligne in self.modele.lignes[:12]
            for financeur, montants in ligne.montants.items()
            if montants.lignes == 1
        ]

    def laisser_faire(self) -> None:
        self.application.processEvents()

    def faire(self, tour: int) -> float:
        cle, colonne = self.cellules[tour % len(self.cellules)]
        index = self.modele.index(self.modele.position(cle), self.modele.rang(colonne))
        depart = time.perf_counter()
        ecrit = self.modele.setData(index, f"{1_000 + tour} €")
        self.laisser_faire()
        duree = time.perf_counter() - depart
        if not ecrit:
            sys.exit("Un montant a été refusé.")
        return duree

    def fermer(self) -> None:
        self._fenetre.close()
        self.laisser_faire()


class Services:
    """The same amount without a window: written, journalled, totals and rows of the year followed."""

    def __init__(self, fenetre: Fenetre) -> None:
        from app.services.cofinancements import Cofinancements
        from app.services.fichier import Fichier
        from app.services.programme_suivi import ProgrammeSuivi
        from app.services.totaux import Totaux

        contexte = fenetre.document.contexte
        copie = contexte.fichier.chemin.with_name("services.tdt")
        contexte.fichier.enregistrer_copie(copie)
        self._fichier = Fichier.ouvrir(copie)
        self._totaux = Totaux(self._fichier)
        self._suivi = ProgrammeSuivi(self._fichier, ANNEE)
        self._fichier.bus.abonner(self._suivi.suivre)
        self._saisir = Cofinancements(self._fichier).saisir
        self._financeurs = {f.cle: f for f in Cofinancements(self._fichier).financeurs()}
        self._cellules = [(cle, col.partition(".")[0]) for cle, col in fenetre.cellules]

    def faire(self, tour: int) -> float:
        action, financeur = self._cellules[tour % len(self._cellules)]
        depart = time.perf_counter()
        self._saisir(action, financeur, etape="accorde", montant=Decimal(1_000 + tour))
        self._totaux.etat(ANNEE, self._financeurs[financeur])
        return time.perf_counter() - depart

    def fermer(self) -> None:
        self._fichier.fermer()
        self._fichier.chemin.unlink()


if __name__ == "__main__":
    sys.path.insert(0, str(RACINE))
    main()

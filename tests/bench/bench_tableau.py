"""The table at size: open, sort, filter, group, fold, scroll; against LibreOffice loading the same rows.

Run: `python tests/bench/bench_tableau.py [sizes…]`. In the real window without a screen, on a file
whose year has so many actions, all their titles different, and some 30 columns on and off screen.
A gesture is timed from its call to the end of its paint events; the first time that a column is sorted
or filtered counts as the others do. A frame is a turn of the wheel, painted. Opening is the reading of
the year and the first painted table; LibreOffice converts the workbook exported from the same file.

Goals at 20,000: sort and filter 50 ms, frames 16 ms at p95, opening 1 s and 0.3 of LibreOffice.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench_saisie import fabriquer
from comparaison import RACINE, chronometrer, convertir, en_alternance, rapport, resume

TAILLES = (200, 2_000, 20_000)
TOURS = 5
TOURS_D_OUVERTURE = 3
COUPS_DE_MOLETTE = 200
ANNEE = 2026
GRAINE = 30


def main() -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    tailles = [int(argument) for argument in sys.argv[1:]] or TAILLES
    with tempfile.TemporaryDirectory() as temporaire:
        os.environ["TOUR_DE_TABLE_DOSSIER"] = temporaire
        dossier = Path(temporaire)
        modele = dossier / "modele.tdt"
        for taille in tailles:
            chemin = dossier / f"{taille}.tdt"
            fabriquer(modele, chemin, taille)
            varier(chemin)
            mesurer(chemin, taille)
        comparer(chemin, taille, dossier)


def varier(chemin: Path) -> None:
    """Titles, costs and observations that differ from one action to another, as in real life."""
    from sqlalchemy import select

    from app.models.action import Action
    from app.services.fichier import Fichier

    alea = random.Random(GRAINE)
    mots = [
        "école",
        "été",
        "santé",
        "jeunesse",
        "œuvre",
        "forêt",
        "quartier",
        "atelier",
        "théâtre",
        "lecture",
        "vélo",
        "emploi",
    ]
    with Fichier.ouvrir(chemin) as fichier, fichier.operation("Varier") as ecriture:
        cles = [c for (c,) in ecriture.lignes(select(Action.cle).where(Action.annee == ANNEE))]
        for rang, cle in enumerate(cles):
            ecriture.modifier(
                Action,
                cle,
                titre=f"{alea.choice(mots).capitalize()} et {alea.choice(mots)} {rang}",
                cout_total=Decimal(alea.randrange(1_000, 90_000, 10)),
                observation=f"À revoir avec {alea.choice(mots)} le {rang % 28 + 1}"
                if rang % 3
                else None,
            )


# In the window ------------------------------------------------------------------------------------


def mesurer(chemin: Path, taille: int) -> None:
    """Print what each gesture costs at this size."""
    fenetre = Fenetre(chemin)
    print(f"{taille} actions, {fenetre.colonnes} colonnes dont {fenetre.visibles} montrées")
    for nom, gestes in fenetre.gestes():
        print(ligne(nom, [fenetre.chronometrer(geste) for geste in gestes for _ in range(1)]))
    images = fenetre.defiler()
    centile = statistics.quantiles(images, n=20)[18]
    print(
        f"{'Image en défilant':<38} médiane {statistics.median(images):6.1f} ms   p95 {centile:6.1f} ms   (objectif : 16)"
    )
    fenetre.fermer()


def ligne(nom: str, mesures: list[float]) -> str:
    detail = " ".join(f"{mesure:.0f}" for mesure in mesures)
    return f"{nom:<38} médiane {statistics.median(mesures):6.1f} ms   pire {max(mesures):6.1f} ms   ({detail})"


class Fenetre:
    """The window of the program on the table of the year."""

    def __init__(self, chemin: Path) -> None:
        from app.ui.application import preparer
        from app.ui.main_window import FenetrePrincipale

        self.application = preparer()
        self._fenetre = FenetrePrincipale()
        self._fenetre.resize(1366, 768)
        self._fenetre.show()
        self._fenetre.ouvrir(chemin)
        if self._fenetre.document is None:
            sys.exit("La fenêtre n'a pas pu ouvrir le fichier.")
        self.vue = self._fenetre.document.actions.vue
        self.modele = self.vue.modele
        self.colonnes = len(self.modele.colonnes)
        self.visibles = len(self.vue.volets.colonnes_visibles())
        self.vue.setFocus()
        self.laisser_faire()

    def laisser_faire(self, secondes: float = 0.6) -> None:
        """As a person does between two gestures: what the program does meanwhile is done."""
        fin = time.perf_counter() + secondes
        while time.perf_counter() < fin:
            self.application.processEvents()
            time.sleep(0.002)

    def chronometrer(self, geste: Callable[[], object]) -> float:
        duree = chronometrer(lambda: (geste(), self.application.processEvents())) * 1000
        self.laisser_faire(0.05)
        return duree

    def gestes(self) -> list[tuple[str, list[Callable[[], object]]]]:
        """(name, gestures of that kind, each on another column or value)."""
        from app.services.filtres import Comparaison as C
        from app.services.filtres import Condition

        modele, vue = self.modele, self.vue
        premier = next(c.cle for c in modele.colonnes if c.groupe)

        def trier(*criteres: tuple[str, bool]) -> Callable[[], object]:
            return lambda: vue.trier(list(criteres))

        def garder(colonne: str, test: C, *valeurs: str) -> Callable[[], object]:
            return lambda: modele.conditionner([Condition(colonne, test, valeurs)])

        axes = [v.texte for v in modele.valeurs_offertes("axe")]
        return [
            (
                "Tri sur une colonne",
                [
                    trier((c, d))
                    for c in ("titre", "cout", "statut", premier)
                    for d in (False, True)
                ],
            ),
            (
                "Tri sur trois colonnes",
                [trier(("axe", False), ("statut", d), ("titre", False)) for d in (True, False)],
            ),
            (
                "Filtre par liste",
                [garder("axe", C.PARMI, *axes[:n]) for n in (1, 3)]
                + [garder("statut", C.PARMI, "Déposée")],
            ),
            (
                "Filtre par condition",
                [
                    garder("cout", C.AU_MOINS, "40000"),
                    garder("titre", C.CONTIENT, "école"),
                    garder(premier, C.REMPLI),
                ],
            ),
            ("Filtres effacés", [modele.tout_montrer]),
            (
                "Mots tapés",
                [lambda m=m: modele.filtrer(m) for m in ("é", "éco", "école", "école 12", "")],
            ),
            (
                "Liste des valeurs",
                [lambda c=c: modele.valeurs_offertes(c) for c in ("axe", "titre", "cout")],
            ),
            (
                "Groupes",
                [lambda g=g: modele.grouper(g) for g in (["axe"], ["axe", "statut"], ["porteur"])],
            ),
            (
                "Tout replier, tout déplier",
                [lambda r=r: modele.replier_tout(replie=r) for r in (True, False)],
            ),
            (
                "Un groupe replié, déplié",
                [lambda r=r: modele.replier(0, replie=r) for r in (True, False)],
            ),
            ("Sans groupe", [lambda: modele.grouper([])]),
        ]

    def defiler(self) -> list[float]:
        """Milliseconds of each frame while the wheel turns, by rows then by columns."""
        barre = self.vue.volets.droite.verticalScrollBar()
        images = []
        for tour in range(COUPS_DE_MOLETTE):
            pas = 84 if tour % 20 else barre.maximum() // 12
            images.append(
                self.chronometrer_image(
                    lambda p=pas: barre.setValue((barre.value() + p) % max(1, barre.maximum()))
                )
            )
        horizontale = self.vue.volets.barre
        for tour in range(COUPS_DE_MOLETTE // 4):
            images.append(
                self.chronometrer_image(
                    lambda t=tour: horizontale.setValue(t % max(1, horizontale.maximum()))
                )
            )
        return images

    def chronometrer_image(self, geste: Callable[[], object]) -> float:
        return chronometrer(lambda: (geste(), self.application.processEvents())) * 1000

    def fermer(self) -> None:
        self._fenetre.close()
        self.laisser_faire(0.05)


# Beside LibreOffice -------------------------------------------------------------------------------


def comparer(chemin: Path, taille: int, dossier: Path) -> None:
    """The same year: our table painted from the open file, LibreOffice's conversion of its workbook."""
    from app.services.export_excel import ecrire_classeur
    from app.services.fichier import Fichier
    from app.services.programmation import lire_programmation

    classeur = dossier / "programmation.xlsx"
    with Fichier.ouvrir(chemin, lecture_seule=True) as ouvert:
        ecrire_classeur(lire_programmation(ouvert, ANNEE), classeur)
    convertir(classeur, dossier)
    vue = Ouverture(chemin)
    vue.ouvrir()
    nous, eux = en_alternance(TOURS_D_OUVERTURE, vue.ouvrir, lambda: convertir(classeur, dossier))
    vue.fermer()
    print(resume(f"Vue de {taille} actions ouverte", nous) + "   (objectif : 1 s)")
    print(resume("LibreOffice, même classeur", eux))
    print(rapport("Ouverture / LibreOffice", nous, eux, "0,30 au plus"))


class Ouverture:
    """An open file, on which the table of the year is read and shown again and again."""

    def __init__(self, chemin: Path) -> None:
        from app.boot import ouvrir
        from app.ui.application import preparer

        self.application = preparer()
        self._contexte: Any = ouvrir(chemin, lecture_seule=True)

    def ouvrir(self) -> float:
        from app.ui.screen_actions import EcranActions

        depart = time.perf_counter()
        ecran = EcranActions(self._contexte, ANNEE)
        ecran.resize(1366, 700)
        ecran.show()
        self.application.processEvents()
        duree = time.perf_counter() - depart
        ecran.close()
        ecran.deleteLater()
        self.application.processEvents()
        return duree

    def fermer(self) -> None:
        self._contexte.fermer()


if __name__ == "__main__":
    sys.path.insert(0, str(RACINE))
    main()

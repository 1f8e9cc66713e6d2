"""The cofinancement matrix at 200, 2,000 and 20,000 actions: opening, folding, one amount, one total.

Run: `python tests/bench/bench_matrice.py [sizes…]`. In the real page without a screen.

Goals at 20,000: opening under 1 s (the rows of the year are those of the page of actions, which has
read them), a fold repainted under
50 ms, an amount typed no dearer than at 200, the parts of a total under 1 s.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from bench_saisie import ANNEE, TAILLES, fabriquer

TOURS = 20


def chrono(geste: Callable[[], object]) -> float:
    """Milliseconds."""
    debut = time.perf_counter()
    geste()
    return (time.perf_counter() - debut) * 1000


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
    """Print what the page costs at this size."""
    from app import boot
    from app.services.programme_suivi import ProgrammeSuivi
    from app.services.provenance import Provenance
    from app.ui.application import preparer
    from app.ui.screen_matrice import EcranMatrice

    application = preparer()
    contexte = boot.ouvrir(chemin)
    suivis: list[ProgrammeSuivi] = []
    lecture = chrono(lambda: suivis.append(ProgrammeSuivi(contexte.fichier, ANNEE)))
    pages: list[EcranMatrice] = []

    def ouvrir() -> None:
        page = EcranMatrice(contexte, ANNEE, suivi=suivis[0])
        page.resize(1366, 768)
        page.show()
        application.processEvents()
        pages.append(page)

    ouverture = chrono(ouvrir)
    (page,) = pages
    contexte.fichier.bus.abonner(page.sur_avis)

    def plier() -> None:
        page.plis.basculer(page.plis.groupes()[0])
        application.processEvents()

    plis = statistics.median(chrono(plier) for _ in range(TOURS))
    financeur = page._financeurs[0].cle
    cles = [ligne.cle for ligne in page.modele.lignes[:TOURS]]

    def saisir(rang: int) -> None:
        page.modele.setData(
            page.modele.index(
                page.modele.position(cles[rang]), page.modele.rang(f"{financeur}.accorde")
            ),
            str(rang + 100),
        )
        application.processEvents()

    saisies = statistics.median(chrono(lambda rang=rang: saisir(rang)) for rang in range(len(cles)))
    colonne = page.modele.colonnes[page.modele.rang("total.demande")]
    total = chrono(lambda: Provenance(contexte.fichier).total(colonne, page.modele.lignes))
    comparaison = chrono(lambda: page.comparer(ANNEE - 1))
    print(
        f"{taille:>6} actions   lignes de l'année {lecture:6.0f} ms   ouverture {ouverture:6.0f} ms   "
        f"pli {plis:5.1f} ms   montant {saisies:5.1f} ms   parts d'un total {total:5.0f} ms   "
        f"comparer {comparaison:5.0f} ms"
    )
    assert page.modele.total(page.modele.rang("total.accorde")) >= Decimal(0)
    page.close()
    contexte.fichier.fermer()


if __name__ == "__main__":
    main()

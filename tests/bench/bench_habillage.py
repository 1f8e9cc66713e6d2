"""Scrolling a table that wears colours, comments and three conditional formats, at 20,000 rows.

Run: `python tests/bench/bench_habillage.py [sizes…]`. A table of 30 columns without a screen: the
wheel turns by three rows and the frame that follows is painted; then whole pages. Beside it, the same
table without any of them. An edit then makes what reads every row be computed again, for one frame.
Processor time: other programs do not count.

Goal: 16 ms a frame of the wheel at p95, whatever the size.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from comparaison import RACINE  # noqa: F401 - puts the program on the path

TAILLES = (200, 2_000, 20_000)
IMAGES = 300
COLONNES = 30
GRAINE = 147


@dataclass(frozen=True, slots=True)
class Projet:
    cle: str
    titre: str
    montants: tuple[Decimal | None, ...]


def main() -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    tailles = [int(argument) for argument in sys.argv[1:]] or TAILLES
    with tempfile.TemporaryDirectory() as temporaire:
        os.environ["TOUR_DE_TABLE_DOSSIER"] = temporaire
        from app.ui.application import preparer

        application = preparer()
        for taille in tailles:
            mesurer(Path(temporaire) / f"{taille}.tdt", taille, application)


def mesurer(chemin: Path, taille: int, application: Any) -> None:
    from app import boot
    from app.services.fichier import Fichier
    from app.ui.page_tableau import PageTableau
    from app.ui.tableau import ModeleTableau

    contexte = boot.assembler(Fichier.creer(chemin))
    modele = ModeleTableau(colonnes(contexte))
    modele.remplacer_lignes(projets(taille))
    page = PageTableau(contexte, "essai", modele)
    page.habiller()
    contexte.fichier.bus.abonner(page.sur_avis)
    page.resize(1920, 1000)
    page.show()
    application.processEvents()
    for etat in ("nu", "habillé"):
        molette = dire(images(page, application, rangs=3))
        pages = dire(images(page, application, rangs=30))
        print(f"{taille:>6} lignes {etat:8} molette : {molette}   page entière : {pages}")
        if etat == "nu":
            habiller(contexte, modele)
            application.processEvents()
    reprise = apres_une_saisie(modele, application)
    print(
        f"{taille:>6} lignes après une saisie : {reprise:.1f} ms   (molette : 16 ms à p95 au plus)"
    )
    page.deleteLater()
    contexte.fichier.fermer()


def colonnes(contexte: Any) -> list[Any]:
    from operator import attrgetter

    from app.services.columns import Colonne, TypeColonne, lire_attribut

    def montant(rang: int) -> Any:
        return lambda projet: projet.montants[rang]

    cles = [("demande", "accorde")[rang % 2] for rang in range(COLONNES - 1)]
    return [
        Colonne(cle="titre", titre="Intitulé", lire=lire_attribut("titre"), figee=True),
        *(
            Colonne(
                cle=f"f{rang // 2}.{cle}",
                titre=cle,
                lire=montant(rang),
                type=TypeColonne.MONTANT,
                total=True,
                largeur=70,
            )
            for rang, cle in enumerate(cles)
        ),
        *contexte.annotations.de("essai").colonnes(attrgetter("cle")),
    ]


def projets(taille: int) -> list[Projet]:
    alea = Random(GRAINE)
    return [
        Projet(
            str(rang),
            f"Action {alea.randint(0, taille)} au pied des immeubles",
            tuple(
                None if alea.random() < 0.3 else Decimal(alea.randint(0, 90) * 100)
                for _ in range(COLONNES - 1)
            ),
        )
        for rang in range(taille)
    ]


def habiller(contexte: Any, modele: Any) -> None:
    """A tenth of the rows coloured, comments, and three formats of which two read every row."""
    formes, notes = contexte.mises_en_forme, contexte.annotations.de("essai")
    formes.ajouter("essai", "*", "bloquant", modele="accorde_depasse")
    formes.ajouter("essai", "titre", "information", modele="en_double")
    formes.ajouter("essai", "f0.accorde", "barre", modele="barres")
    cles = [ligne.cle for ligne in modele.lignes]
    notes.colorer(cles[::10], "jaune")
    for cle in cles[:40:4]:
        notes.commenter(cle, "titre", "À revoir")


def images(page: Any, application: Any, *, rangs: int) -> list[float]:
    """Milliseconds of each frame of a scroll by so many rows."""
    barre = page.vue.volets.droite.verticalScrollBar()
    pas = rangs * page.vue.volets.droite.rowHeight(0)
    barre.setValue(0)
    durees = []
    for image in range(1, IMAGES):
        debut = time.process_time()
        barre.setValue(image * pas % max(1, barre.maximum()))
        application.processEvents()
        durees.append((time.process_time() - debut) * 1000)
    return durees


def apres_une_saisie(modele: Any, application: Any) -> float:
    """The middle one of some edits: the new row, then the frame that follows."""
    durees = []
    for rang in range(20):
        ligne = modele.lignes[rang]
        nouvelle = replace(ligne, montants=(Decimal(rang), *ligne.montants[1:]))
        debut = time.process_time()
        modele.actualiser({ligne.cle: nouvelle})
        application.processEvents()
        durees.append((time.process_time() - debut) * 1000)
    return statistics.median(durees)


def dire(durees: Sequence[float]) -> str:
    p95 = statistics.quantiles(durees, n=20)[-1]
    return f"médiane {statistics.median(durees):.1f} ms, p95 {p95:.1f} ms"


if __name__ == "__main__":
    main()

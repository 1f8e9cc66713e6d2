"""Import of 20,000 rows of xlsx into a file, against LibreOffice loading and saving the same workbook.

Run: `python tests/bench/bench_import.py [rows]`. The import is the whole journey of a person: read the
file, recognise its columns, compare it with the open file, write it in one journalled operation.
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import xlsxwriter
from comparaison import convertir, en_alternance, rapport, resume

TOURS = 3
LIGNES = 20_000
ANNEE = 2026
ENTETE = (
    "N°", "Porteur", "Intitulé de l'action", "Quartiers", "Nouveau ou reconduction", "Coût total",
    "Public total", "État demandé", "État accordé", "Région demandé", "Région accordé",
    "Département demandé", "Département accordé",
)  # fmt: skip


def main() -> None:
    lignes = int(sys.argv[1]) if len(sys.argv) > 1 else LIGNES
    with tempfile.TemporaryDirectory() as temporaire:
        dossier = Path(temporaire)
        classeur, neuf = dossier / "tableau.xlsx", dossier / "neuf.tdt"
        ecrire_tableau(classeur, lignes, quartiers=creer_fichier(neuf))
        print(f"{lignes} lignes, {len(ENTETE)} colonnes, {classeur.stat().st_size // 1024} Ko")
        convertir(classeur, dossier)
        numeros = count()
        nous, eux = en_alternance(
            TOURS,
            lambda: importer(neuf, dossier / f"essai-{next(numeros)}.tdt", classeur),
            lambda: convertir(classeur, dossier),
        )
    print(resume("Import journalisé", nous), f"{lignes / sorted(nous)[TOURS // 2]:8.0f} lignes/s")
    print(resume("LibreOffice, charger et enregistrer", eux))
    print(rapport("Import / LibreOffice", nous, eux, "aucun ; la valeur est montrée"))


def creer_fichier(chemin: Path) -> list[str]:
    """A file for a contract; returns the names of its quartiers."""
    from app.services.contrats import Contrats
    from app.services.fichier import Fichier
    from app.services.programmation import ouvrir_exercice
    from app.services.referentiels import charger

    with Fichier.creer(chemin, auteur="Mesure") as fichier:
        contrats = Contrats(fichier)
        contrats.charger(charger("valenciennes"))
        ouvrir_exercice(fichier, ANNEE)
        return [quartier.nom for quartier in contrats.quartiers()]


def ecrire_tableau(chemin: Path, lignes: int, *, quartiers: list[str]) -> None:
    livre = xlsxwriter.Workbook(str(chemin), {"constant_memory": True})
    feuille = livre.add_worksheet("Programmation")
    feuille.write_row(0, 0, [f"Programmation {ANNEE}"])
    feuille.write_row(1, 0, ENTETE)
    for rang, ligne in enumerate(rangees(lignes, quartiers), start=2):
        feuille.write_row(rang, 0, ligne)
    livre.close()


def rangees(lignes: int, quartiers: list[str]) -> Iterator[list[object]]:
    """Invented rows: a porteur has some ten actions, three financeurs are asked and two give."""
    hasard = random.Random(ANNEE)
    themes = ("Ateliers", "Chantier", "Permanence", "Festival", "Parcours", "Tournoi")
    for rang in range(lignes):
        cout = hasard.randrange(20, 900) * 100
        demandes = [hasard.randrange(5, 60) * 100 for _ in range(3)]
        accordes = [demande * hasard.choice((0, 5, 8, 10)) // 10 for demande in demandes]
        yield [
            f"{rang + 1:05d}",
            f"Association numéro {rang // 10:04d}",
            f"{hasard.choice(themes)} {rang + 1}",
            hasard.choice(quartiers),
            hasard.choice(("Nouveau", "Reconduction")),
            cout,
            hasard.randrange(8, 400),
            *(m for couple in zip(demandes, accordes, strict=True) for m in couple),
        ]


def importer(neuf: Path, chemin: Path, classeur: Path) -> float:
    """Seconds to open a copy of the new file, import the workbook into it, and close it."""
    from app.services.fichier import Fichier
    from app.services.imports import Imports

    chemin.write_bytes(neuf.read_bytes())
    depart = time.perf_counter()
    with Fichier.ouvrir(chemin, auteur="Mesure") as fichier:
        imports = Imports(fichier)
        etapes = [("ouvrir", time.perf_counter())]
        lecture = imports.lire(classeur)
        etapes.append(("lire", time.perf_counter()))
        plan = imports.preparer(lecture, annee=ANNEE)
        etapes.append(("comparer", time.perf_counter()))
        compte = imports.appliquer(plan)
        etapes.append(("écrire", time.perf_counter()))
    duree = time.perf_counter() - depart
    if compte.ajoutees != compte.lues:
        sys.exit(f"{compte.ajoutees} lignes ajoutées sur {compte.lues}.")
    avant = depart
    details = []
    for nom, fin in etapes:
        details.append(f"{nom} {fin - avant:.2f} s")
        avant = fin
    print("   " + ", ".join(details))
    return duree


if __name__ == "__main__":
    main()

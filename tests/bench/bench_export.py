"""Export of the workbooks at 200 and 20,000 rows, against LibreOffice on the very same workbooks.

Three of them: the programme, the workbook to be returned, and a view of the same actions grouped by
axe then porteur, one axe folded.

Run: `python tests/bench/bench_export.py`. LibreOffice loads, recalculates (as its profile asks: it does
not by itself) and saves the workbook that we have just written. Its time holds its start; ours
holds the loading of the library, in a process that has just been born, not the invented data. Runs are
interleaved. Goal: no more time than LibreOffice. The PDFs are printed for the record.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from comparaison import RACINE, convertir, en_alternance, environnement, rapport, resume

TAILLES = ((200, 5), (20_000, 3))  # rows, rounds
EXPORT = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from fabrique_programmation import programmation
nombre, cible = int(sys.argv[2]), Path(sys.argv[3])
if cible.stem.startswith("vue"):
    from fabrique_vue import vue
    programme = vue(nombre, groupes=("axe", "porteur"), replies=1)
else:
    programme = programmation(nombre)
if cible.stem.startswith("envoi"):
    from fabrique_envoi import envoi
    programme = envoi(programme)
depart = time.perf_counter()
if cible.name.startswith("vue"):
    if cible.suffix == ".xlsx":
        from app.services.export_vue_excel import ecrire_vue_excel as ecrire
    else:
        from app.services.export_vue_pdf import Reglage, ecrire_vue_pdf
        def ecrire(vue, cible):
            ecrire_vue_pdf(vue, Reglage(), cible)
elif cible.stem.startswith("envoi"):
    from app.services.classeur_envoi import ecrire_classeur_envoi as ecrire
elif cible.suffix == ".xlsx":
    from app.services.export_excel import ecrire_classeur as ecrire
else:
    from app.services.export_pdf import ecrire_decisions as ecrire
ecrire(programme, cible)
print(time.perf_counter() - depart)
"""
PROFIL = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


def main() -> None:
    with tempfile.TemporaryDirectory() as temporaire:
        dossier = Path(temporaire)
        reglages = dossier / "profil-bureautique" / "user"
        reglages.mkdir(parents=True)
        (reglages / "registrymodifications.xcu").write_text(PROFIL, encoding="utf-8")
        for lignes, tours in TAILLES:
            mesurer(dossier, lignes, tours)


def mesurer(dossier: Path, lignes: int, tours: int) -> None:
    print(f"{lignes} lignes, {tours} tours alternés")
    comparer(dossier, "Classeur « programmation »", f"p{lignes}.xlsx", lignes, tours)
    comparer(dossier, "Classeur à compléter", f"envoi{lignes}.xlsx", lignes, tours)
    comparer(dossier, "Classeur d'une vue groupée", f"vue{lignes}.xlsx", lignes, tours)
    for nom, fichier in (("PDF « décisions »", "d"), ("PDF d'une vue groupée", "vue")):
        print(resume(nom, [exporter(dossier, lignes, dossier / f"{fichier}{lignes}.pdf")]))


def comparer(dossier: Path, nom: str, fichier: str, lignes: int, tours: int) -> None:
    classeur = dossier / fichier
    exporter(dossier, lignes, classeur)  # compiled modules and disk cache, as on a second day
    convertir(classeur, dossier)
    nous, eux = en_alternance(
        tours,
        lambda: exporter(dossier, lignes, classeur),
        lambda: convertir(classeur, dossier),
    )
    print(resume(nom, nous))
    print(resume("LibreOffice, charger recalculer écrire", eux))
    print(rapport(f"{nom} / LibreOffice", nous, eux, "1 au plus"))


def exporter(dossier: Path, lignes: int, cible: Path) -> float:
    """Seconds of one export, library loaded and file written, in a process of its own."""
    commande = [sys.executable, "-P", "-c", EXPORT, str(RACINE / "tests"), str(lignes), str(cible)]
    fait = subprocess.run(
        commande, env=environnement(dossier), check=True, capture_output=True, text=True
    )
    return float(fait.stdout)


if __name__ == "__main__":
    main()

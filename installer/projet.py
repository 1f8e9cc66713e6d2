"""What is built, from where, and where it goes: the names that every package shares."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from app import __version__ as VERSION  # noqa: N812 — the only place where the version is written
from dev import RACINE, Arret, Besoin, Niveau, exiger_systeme

NOM = "tour-de-table"
TITRE = "Tour de table"
TYPE_MIME = "application/vnd.tour-de-table"
IDENTIFIANT = "fr.tourdetable.TourDeTable"  # AppStream wants a name of this form
GABARITS = RACINE / "installer" / "gabarits"
ICONES = RACINE / "resources" / "icones"
TAILLES_ICONES = (16, 24, 32, 48, 64, 128, 256, 512)
ATELIER = RACINE / "build" / "installer"
SORTIES = RACINE / "dist"

__all__ = ["RACINE", "VERSION", "Arret", "Besoin"]


def date_des_sources() -> int:
    """Seconds since 1970 given to every file of a package: the sources' date, never the clock's."""
    donnee = os.environ.get("SOURCE_DATE_EPOCH")
    if donnee and donnee.isdecimal():
        return int(donnee)
    commande = ["git", "log", "-1", "--format=%ct"]
    fini = subprocess.run(commande, cwd=RACINE, capture_output=True, text=True, check=False)
    if fini.returncode != 0:
        raise Arret(
            "La date des sources est inconnue hors d'un dépôt git : donnez-la, en secondes, dans la "
            "variable SOURCE_DATE_EPOCH."
        )
    return int(fini.stdout)


def exiger(*besoins: Besoin) -> None:
    """Install what the build lacks where it may, or say the line to type (as `dev.py` does)."""
    exiger_systeme([Niveau("fabrication", besoins, "")])


def dossier_neuf(chemin: Path) -> Path:
    """An empty folder there, whatever stood before."""
    if chemin.exists():
        shutil.rmtree(chemin)
    chemin.mkdir(parents=True)
    return chemin


def gabarit(nom: str, **valeurs: str) -> str:
    """A text of `gabarits/`, where each `@MOT@` takes its value; a word left without one is a bug."""
    texte = (GABARITS / nom).read_text(encoding="utf-8")
    communes = {"VERSION": VERSION, "NOM": NOM, "TITRE": TITRE, "TYPE_MIME": TYPE_MIME}
    for mot, valeur in {**communes, "IDENTIFIANT": IDENTIFIANT, **valeurs}.items():
        texte = texte.replace(f"@{mot}@", valeur)
    return texte


def dire(texte: str) -> None:
    print(texte, flush=True)


def executer(commande: list[str], **variables: str) -> None:
    """Run a tool of the build; its output is shown only when it fails."""
    environnement = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONPATH")}
    fini = subprocess.run(
        commande,
        cwd=RACINE,
        env={**environnement, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if fini.returncode != 0:
        sys.stderr.write(fini.stdout)
        raise Arret(f"« {Path(commande[0]).name} » a échoué : son message est ci-dessus.")

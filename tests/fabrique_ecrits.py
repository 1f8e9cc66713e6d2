"""A commune written, what a file and a folder hold: for the tests, and for the programs they start.

Those programs import this and not the tests themselves, which would bring pytest with them.
"""

from pathlib import Path

import fabriques
from sqlalchemy import select

from app.models.contrat import Commune
from app.services.fichier import Fichier


def ajouter(fichier: Fichier, nom: str) -> None:
    with fichier.operation(f"Ajouter {nom}") as e:
        fabriques.commune(e, nom=nom)


def noms(fichier: Fichier) -> list[str]:
    return [nom for (nom,) in fichier.lignes(select(Commune.nom).order_by(Commune.nom))]


def presents(dossier: Path) -> list[str]:
    return sorted(chemin.name for chemin in dossier.iterdir())

"""The command on the grids: those of a file, and one of them written for a colleague."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.console import accorder, aligner, dire, ecrire_json
from app.ouvertures import en_lecture
from app.services.errors import SaisieRefusee
from app.usage import ValeurRefusee

if TYPE_CHECKING:
    from app.services.fichier import Fichier
    from app.services.grilles_lues import LigneGrille


def grilles(
    fichier: Annotated[Path, typer.Argument(metavar="FICHIER", help="Fichier .tdt.")],
    grille: Annotated[
        str | None,
        typer.Option("--grille", metavar="ID", help="Grille à écrire, dans sa dernière version."),
    ] = None,
    sortie: Annotated[
        Path | None,
        typer.Option(
            "--sortie", metavar="CHEMIN", help="Fichier .xlsx ou .json à écrire, ou dossier."
        ),
    ] = None,
    en_json: Annotated[bool, typer.Option("--json", help="Écrire le résultat en JSON.")] = False,
) -> None:
    """Lister les grilles de cotation d'un fichier, ou en écrire une (Excel, JSON)."""
    if grille is None and sortie is not None:
        raise ValeurRefusee("--sortie écrit une grille : ajoutez --grille ID.")
    with en_lecture(fichier) as ouvert:
        if grille is None:
            _lister(ouvert, en_json=en_json)
        else:
            _ecrire(ouvert, grille, sortie or fichier.parent, en_json=en_json)


def _lister(fichier: "Fichier", *, en_json: bool) -> None:
    from app.models.enums import NatureGrille
    from app.services.grilles import Grilles

    lignes = Grilles(fichier).lignes()
    if en_json:
        ecrire_json([_en_json(ligne) for ligne in lignes])
        return
    if not lignes:
        dire("Aucune grille dans ce fichier : elles s'ajoutent dans la page « Grilles ».")
        return
    rangees = [
        (
            ligne.identifiant,
            ligne.titre,
            NatureGrille.libelle_de(ligne.nature),
            ligne.etat,
            accorder(ligne.cotations, "cotation"),
            ", ".join(ligne.appels) or "aucun appel",
        )
        for ligne in lignes
    ]
    entete = ("ID", "Grille", "D'où elle vient", "État", "Cotations", "Appels")
    for rangee in aligner(rangees, entete=entete):
        dire(rangee)


def _en_json(ligne: "LigneGrille") -> dict[str, object]:
    return {
        "identifiant": ligne.identifiant,
        "nom": ligne.nom,
        "version": ligne.version,
        "objet": ligne.objet,
        "nature": ligne.nature,
        "sources": list(ligne.sources),
        "etat": ligne.etat.lower(),
        "criteres": ligne.criteres,
        "cotations": ligne.cotations,
        "appels": list(ligne.appels),
    }


def _ecrire(fichier: "Fichier", identifiant: str, ou: Path, *, en_json: bool) -> None:
    from app.services.documents import nom_de_fichier
    from app.services.grilles import Grilles
    from app.services.grilles_fichiers import ecrire_grille

    service = Grilles(fichier)
    siennes = [g for g in service.lignes() if g.identifiant == identifiant]
    if not siennes:
        raise SaisieRefusee(
            f"Aucune grille n'a l'identifiant « {identifiant} » : la commande « grilles » sans "
            "option les liste."
        )
    derniere = max(siennes, key=lambda g: g.version)
    cible = ou / f"{nom_de_fichier(derniere.titre, 'Grille')}.xlsx" if ou.is_dir() else ou
    ecrire_grille(service.entiere(derniere.cle).fiche, cible)
    if en_json:
        ecrire_json({"sortie": str(cible), **_en_json(derniere)})
        return
    dire(f"« {cible.name} » est écrit : {accorder(derniere.criteres, 'critère')}.")

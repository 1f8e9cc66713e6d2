"""A grid in a file of its own, to send to a colleague: JSON, or a workbook of three sheets. No Qt."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.models.enums import NatureGrille
from app.services.documents import ecrire_entier
from app.services.errors import SaisieRefusee, SourceIllisible
from app.services.grilles_fiche import FicheGrille, fiche, lire_fiche, livrees
from app.services.grilles_rubriques import (
    CRITERES,
    DE_LA_GRILLE,
    DU_CRITERE,
    DU_NIVEAU,
    LISEZ_MOI,
    NIVEAUX,
    NOTE,
    OUI_NON,
    Rubrique,
)

Valeur = Any


def ecrire_grille(lue: FicheGrille, chemin: Path) -> None:
    """Write a grid whole, in the form that the name of the file asks for. Raises an ErreurConnue."""
    if chemin.suffix.lower() == ".json":
        ecrire_entier(chemin, en_json(lue))
    elif chemin.suffix.lower() == ".xlsx":
        from app.services.grilles_classeur import en_classeur

        ecrire_entier(chemin, en_classeur(lue))
    else:
        raise SaisieRefusee(
            f"« {chemin.name} » : donnez au fichier un nom qui finit par .xlsx ou .json."
        )


def lire_grille(chemin: Path) -> FicheGrille:
    """The grid of a file written by `ecrire_grille`, edited since or not. Raises SourceIllisible.

    It is one of the shipped grids only as long as nobody changed it.
    """
    est_json = chemin.suffix.lower() == ".json"
    lue = lire_fiche(chemin) if est_json else _du_classeur(chemin)
    if lue.nature == NatureGrille.LOCALE or lue in livrees():
        return lue
    sources = [f"D'après « {lue.nom} »", *lue.sources]
    return lue.model_copy(update={"nature": str(NatureGrille.LOCALE), "sources": sources})


def en_json(lue: FicheGrille) -> bytes:
    """Readable by a person too: numbers are numbers, nothing empty is written."""
    brut = lue.model_dump(exclude_none=True, warnings=False)
    texte = json.dumps(brut, ensure_ascii=False, indent=2, default=_nombre)
    return f"{texte}\n".encode()


def _nombre(valeur: object) -> float | int:
    assert isinstance(valeur, Decimal)
    return int(valeur) if valeur == int(valeur) else float(valeur)


# The workbook -----------------------------------------------------------------------------------


def _du_classeur(chemin: Path) -> FicheGrille:
    from app.services.feuilles import ouvrir

    source = ouvrir(chemin)
    feuilles = {f.nom: f.cellules for f in source.feuilles}
    absentes = [nom for nom in (LISEZ_MOI, CRITERES, NIVEAUX) if nom not in feuilles]
    if absentes:
        raise SourceIllisible(
            f"« {chemin.name} » n'est pas une grille : il y manque la feuille « {absentes[0]} »."
        )
    try:
        brut = {
            **_lire_lisez_moi(feuilles[LISEZ_MOI]),
            "criteres": list(_lire_lignes(feuilles[CRITERES], DU_CRITERE, notes=True)),
            "niveaux": list(_lire_lignes(feuilles[NIVEAUX], DU_NIVEAU)),
        }
    except SaisieRefusee as cause:
        raise SourceIllisible(f"Dans « {chemin.name} » : {cause}") from cause
    return fiche(brut, chemin.name)


def _lire_lisez_moi(cellules: Sequence[Sequence[Valeur]]) -> dict[str, Any]:
    connues = {titre: (champ, lire) for titre, champ, _, lire in DE_LA_GRILLE}
    lues: dict[str, Any] = {}
    for rangee in cellules:
        titre, texte = (_mots(rangee, colonne) for colonne in (0, 1))
        if titre in connues and texte:
            champ, lire = connues[titre]
            lues.setdefault(champ, lire(texte))
    return lues


def _lire_lignes(
    cellules: Sequence[Sequence[Valeur]], rubriques: Sequence[Rubrique], *, notes: bool = False
) -> Iterator[dict[str, Any]]:
    """The rows that hold something; columns are found by their title, in any order."""
    titres = [_mots(cellules[0], c) for c in range(len(cellules[0]))] if cellules else []
    connues: Mapping[str, Rubrique] = {r[0]: r for r in rubriques}
    for rangee in cellules[1:]:
        lue: dict[str, Any] = {}
        niveaux: dict[str, str] = {}
        for colonne, titre in enumerate(titres):
            texte = _mots(rangee, colonne)
            if texte and titre in connues:
                _, champ, _, lire = connues[titre]
                lue[champ] = lire(texte)
            elif texte and notes and titre.startswith(NOTE):
                niveaux[titre.removeprefix(NOTE).strip()] = texte
        if lue or niveaux:
            yield {**lue, "niveaux": niveaux} if notes else lue


def _mots(rangee: Sequence[Valeur], colonne: int) -> str:
    """What a cell says; a spreadsheet may have made a number of a code."""
    valeur = rangee[colonne] if colonne < len(rangee) else None
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return OUI_NON[valeur]
    if isinstance(valeur, Decimal) and valeur == int(valeur):
        return str(int(valeur))
    return str(valeur).strip()

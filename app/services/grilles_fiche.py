"""A grid as one JSON file: the schema, those shipped in `resources/grilles/`, and a check. No Qt.

`seuil` of a level is in the unit of the method: % of the points, or a number of criteria. `portes`
name criteria by their identifiant. Values of `niveaux` of a criterion are whole numbers, or words of
which « oui » is worth one point.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.models.enums import MethodeGrille, MomentCotation, NatureGrille, ObjetGrille
from app.services.errors import SourceIllisible
from app.services.folders import ressources
from app.services.grilles_calcul import points

TAILLE_MAXIMUM: Final = 2_000_000  # bytes: a grid is a few thousand
TEXTE_MAXIMUM: Final = 4_000  # characters
NOMBRE_MAXIMUM: Final = 200  # criteria, or levels


class Partie(BaseModel):
    """An unknown key is refused, texts are short and trimmed."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        use_enum_values=True,
        str_strip_whitespace=True,
        str_max_length=TEXTE_MAXIMUM,
    )


class FicheCritere(Partie):
    identifiant: str = Field(min_length=1)
    libelle: str = Field(min_length=1)
    aide: str | None = None
    poids: Decimal | None = Field(default=None, gt=0, le=1000)
    niveaux: dict[str, str] = Field(min_length=1)
    requis_pour: list[str] = []
    na_admis: bool = True
    champs: list[str] = []
    inspire_de: str | None = None


class FicheNiveau(Partie):
    code: str = Field(min_length=1)
    libelle: str = Field(min_length=1)
    definition: str | None = None
    seuil: Decimal | None = Field(default=None, ge=0, le=1000)
    portes: dict[str, int] = {}
    poids_budget: Decimal | None = Field(default=None, ge=0, le=100)
    condition: str | None = None


class FicheGrille(Partie):
    """A whole grid, criteria and levels in their order (levels from the lowest)."""

    identifiant: str = Field(min_length=1)
    nom: str = Field(min_length=1)
    objet: ObjetGrille
    nature: NatureGrille
    methode: MethodeGrille
    sources: list[str] = []
    usage: str | None = None
    note: str | None = None
    moments: list[MomentCotation] = []
    masquee: bool = False
    criteres: list[FicheCritere] = Field(default=[], max_length=NOMBRE_MAXIMUM)
    niveaux: list[FicheNiveau] = Field(default=[], max_length=NOMBRE_MAXIMUM)


@cache
def livrees() -> tuple[FicheGrille, ...]:
    """The grids that come with the program: those about equality first, then by name."""
    fiches = [lire_fiche(chemin) for chemin in (ressources() / "grilles").glob("*.json")]
    ordre = [str(objet) for objet in ObjetGrille]
    return tuple(sorted(fiches, key=lambda f: (ordre.index(f.objet), f.nature, f.nom)))


def lire_fiche(chemin: Path) -> FicheGrille:
    """The grid of a JSON file. Raises SourceIllisible with one sentence."""
    try:
        if chemin.stat().st_size > TAILLE_MAXIMUM:
            raise SourceIllisible(
                f"« {chemin.name} » est trop gros pour une grille : choisissez un autre fichier."
            )
        brut = json.loads(chemin.read_text(encoding="utf-8-sig"))
    except OSError as cause:
        raise SourceIllisible(
            f"« {chemin.name} » ne peut pas être lu : vérifiez son emplacement."
        ) from cause
    except (ValueError, RecursionError) as cause:
        raise SourceIllisible(
            f"« {chemin.name} » n'est pas une grille enregistrée par Tour de table : "
            "choisissez un autre fichier."
        ) from cause
    return fiche(brut, chemin.name)


def fiche(brut: Any, nom: str) -> FicheGrille:
    """A grid from what was read of the file `nom`. Raises SourceIllisible."""
    try:
        lue = FicheGrille.model_validate(brut)
    except ValidationError as cause:
        raise SourceIllisible(_phrase(cause, nom)) from cause
    for defaut in defauts(lue):
        raise SourceIllisible(f"Dans « {nom} », {defaut}")
    return lue


def defauts(lue: FicheGrille) -> Iterator[str]:
    """What would make a grid count wrong, each as the end of a sentence."""
    for sorte, codes in (
        ("critères", [c.identifiant for c in lue.criteres]),
        ("niveaux", [n.code for n in lue.niveaux]),
    ):
        double = next((code for code in codes if codes.count(code) > 1), None)
        if double is not None:
            yield f"deux {sorte} s'appellent « {double} » : renommez l'un des deux."
    connus = {c.identifiant: max(map(points, c.niveaux)) for c in lue.criteres}
    for niveau in lue.niveaux:
        yield from _portes_fausses(niveau, connus)
    atteints = {n.code for n in lue.niveaux}
    for critere in lue.criteres:
        for code in critere.requis_pour:
            if code not in atteints:
                yield (
                    f"le critère « {critere.identifiant} » est requis pour le niveau « {code} », "
                    "qui n'existe pas : corrigez-le."
                )
    seuils = [n.seuil for n in lue.niveaux if n.seuil is not None]
    if seuils != sorted(seuils):
        yield "les seuils des niveaux ne montent pas : rangez les niveaux du plus bas au plus haut."
    if lue.methode == MethodeGrille.CHOISI and not lue.niveaux:
        yield "aucun niveau n'est décrit : ajoutez ceux que l'on choisit."
    if lue.methode != MethodeGrille.CHOISI and not lue.criteres:
        yield "aucun critère n'est décrit : ajoutez-en, ou choisissez les niveaux directement."


def _portes_fausses(niveau: FicheNiveau, maximums: Mapping[str, int]) -> Iterator[str]:
    for critere, minimum in niveau.portes.items():
        if critere not in maximums:
            yield (
                f"le niveau « {niveau.code} » demande le critère « {critere} », "
                "qui n'existe pas : corrigez-le."
            )
        elif not 0 < minimum <= maximums[critere]:
            yield (
                f"le niveau « {niveau.code} » demande {minimum} au critère « {critere} », "
                f"qui va jusqu'à {maximums[critere]} : corrigez-le."
            )


_MOTIFS = {
    "too_long": f"{{cle}} dépasse {NOMBRE_MAXIMUM} lignes : retirez-en",
    "extra_forbidden": "la rubrique {cle} n'est pas connue : retirez-la",
    "missing": "il manque la rubrique {cle} : ajoutez-la",
    "string_too_long": f"le texte de {{cle}} dépasse {TEXTE_MAXIMUM} caractères : raccourcissez-le",
}


def _phrase(erreur: ValidationError, nom: str) -> str:
    """The first fault as one sentence that says where it is."""
    detail = erreur.errors(include_url=False)[0]
    *endroit, cle = detail["loc"] or ["grille"]
    motif = _MOTIFS.get(detail["type"], "la valeur de {cle} n'est pas acceptée : corrigez-la")
    ou = f" ({', '.join(_endroits(endroit))})" if endroit else ""
    return f"Dans « {nom} »{ou}, {motif.format(cle=f'« {_MOTS.get(str(cle), cle)} »')}."


def _endroits(endroit: Sequence[int | str]) -> Iterator[str]:
    """« critère 3 », « Échelle »: rows are counted from one."""
    for avant, partie in pairwise(["", *endroit]):
        if isinstance(partie, int):
            yield f"{_UN.get(str(avant), str(avant))} {partie + 1}"
        elif partie not in _UN:
            yield _MOTS.get(partie, partie)


_UN = {"criteres": "critère", "niveaux": "niveau"}
_MOTS = {
    "grille": "grille",
    "nom": "Nom",
    "objet": "Objet",
    "nature": "Nature",
    "methode": "Méthode",
    "identifiant": "Identifiant",
    "libelle": "Libellé",
    "aide": "Aide",
    "poids": "Poids",
    "niveaux": "Échelle",
    "criteres": "Critères",
    "code": "Code",
    "definition": "Définition",
    "seuil": "Seuil",
    "portes": "Portes",
    "poids_budget": "Part du budget (%)",
    "condition": "Condition",
    "sources": "Sources",
    "usage": "Usage",
    "note": "Remarque",
    "moments": "Moments",
}

"""The headings of a grid in a workbook: (title, name in the grid, how it is written, how it is read)."""

from collections.abc import Callable
from typing import Any, Final

from app.models.enums import Enumeration, MethodeGrille, NatureGrille, ObjetGrille
from app.services.grilles_mots import (
    champs_en_mots,
    codes_en_mots,
    lire_champs,
    lire_codes,
    lire_moments,
    lire_portes,
    lire_sources,
    moments_en_mots,
    portes_en_mots,
)

LISEZ_MOI, CRITERES, NIVEAUX = "Lisez-moi", "Critères", "Niveaux"
NOTE: Final = "Note "  # heads the columns of the scale: « Note 0 », « Note oui »
OUI_NON: Final = {True: "Oui", False: "Non"}
Ecrit = Callable[[Any], str]
Lu = Callable[[str], Any]


def _texte(valeur: object) -> str:
    return "" if valeur is None else str(valeur)


def _oui_non(valeur: object) -> str:
    return OUI_NON[bool(valeur)]


def _lire_oui_non(texte: str) -> bool:
    return texte.casefold() != "non"


def _membre(sorte: type[Enumeration]) -> tuple[Ecrit, Lu]:
    def lire(texte: str) -> str:
        return next((str(m) for m in sorte if texte in (m.libelle, str(m))), texte)

    return lambda valeur: sorte.de(str(valeur)).libelle, lire


def _decimal(texte: str) -> str:
    return texte.replace(",", ".")


Rubrique = tuple[str, str, Ecrit, Lu]
DE_LA_GRILLE: Final[tuple[Rubrique, ...]] = (
    ("Nom", "nom", _texte, str),
    ("Nature", "nature", *_membre(NatureGrille)),
    ("Sources", "sources", codes_en_mots, lire_sources),
    ("Objet", "objet", *_membre(ObjetGrille)),
    ("Méthode", "methode", *_membre(MethodeGrille)),
    ("Moments", "moments", moments_en_mots, lire_moments),
    ("Notes des autres masquées", "masquee", _oui_non, _lire_oui_non),
    ("Usage", "usage", _texte, str),
    ("Remarque", "note", _texte, str),
    ("Identifiant", "identifiant", _texte, str),
)
DU_CRITERE: Final[tuple[Rubrique, ...]] = (
    ("Identifiant", "identifiant", _texte, str),
    ("Libellé", "libelle", _texte, str),
    ("Poids", "poids", _texte, _decimal),
    ("Non applicable admis", "na_admis", _oui_non, _lire_oui_non),
    ("Aide", "aide", _texte, str),
    ("Rubriques utiles", "champs", champs_en_mots, lire_champs),
    ("Requis pour", "requis_pour", codes_en_mots, lire_codes),
    ("Inspiré de", "inspire_de", _texte, str),
)
DU_NIVEAU: Final[tuple[Rubrique, ...]] = (
    ("Code", "code", _texte, str),
    ("Libellé", "libelle", _texte, str),
    ("Seuil", "seuil", _texte, _decimal),
    ("Portes", "portes", portes_en_mots, lire_portes),
    ("Part du budget (%)", "poids_budget", _texte, _decimal),
    ("Définition", "definition", _texte, str),
    ("Condition", "condition", _texte, str),
)
MODE_D_EMPLOI = (
    "Une ligne par critère et par niveau ; les niveaux vont du plus bas au plus haut.",
    "Les colonnes « Note 0 », « Note 1 »… disent en mots ce que mérite chaque note.",
    "Une porte s'écrit « C1 ≥ 2 » : sans cette note au critère C1, le niveau n'est pas atteint.",
    "Dans une case qui en nomme plusieurs, séparez par des points-virgules.",
    "La page « Grilles » de Tour de table relit ce fichier : « Ajouter », « Importer un fichier ».",
)

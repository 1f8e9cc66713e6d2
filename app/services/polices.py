"""Where the typeface of documents and screens lies: TrueType files of the package Source Sans Pro.

The package is found, never imported: importing it lists its folder and fills its namespace.
"""

from importlib.util import find_spec
from pathlib import Path

PAQUET = "font_source_sans_pro"
REGULIERE = "SourceSansPro-Regular"
DEMI_GRASSE = "SourceSansPro-Semibold"


def fichier_police(nom: str) -> Path:
    """Path of the TrueType file of a weight. FileNotFoundError: the program is badly installed."""
    paquet = find_spec(PAQUET)
    dossiers = paquet.submodule_search_locations if paquet else None
    for dossier in dossiers or ():
        chemin = Path(dossier) / "files" / f"{nom}.ttf"
        if chemin.is_file():
            return chemin
    raise FileNotFoundError(f"{PAQUET}: {nom}.ttf")

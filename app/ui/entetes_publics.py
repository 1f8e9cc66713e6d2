"""The names above the columns of the room's table: all of one size, shortened rather than shrunk."""

from collections.abc import Sequence
from functools import lru_cache

from app.ui.pinceau_public import largeur_en_cadratins

USUELS = {
    "Agglomération": "Agglo",
    "Communes": "Comm.",
    "Département": "Dépt",
    "Départements": "Dépts",
}
VOYELLES = frozenset("aeiouyàâéèêëîïôùûüœ")
PERTE = 0.9  # of the size wanted, under which a name is shortened
INTERLIGNE = 1.3  # height of a line, in sizes of its type
LETTRES = 3  # kept at least of a name that is shortened


def entetes(
    noms: Sequence[str], place: tuple[float, float], taille: int, zoom: float = 1.0
) -> tuple[list[str], int]:
    """The names as they hold in a `place` (width and height in pixels), over two lines if need be,
    and the one size of all of them, at most `taille` zoomed.
    """
    largeur, hauteur = place
    montres = [_abreger(nom, largeur / (taille * PERTE)) for nom in noms]
    mots = [mot for nom in montres for mot in nom.split(" ")]
    en_une = largeur / max(map(largeur_en_cadratins, montres))
    en_deux = min(largeur / max(map(largeur_en_cadratins, mots)), hauteur / (2 * INTERLIGNE))
    return montres, min(round(taille * zoom), int(max(en_une, en_deux)))


@lru_cache(maxsize=256)
def _abreger(nom: str, place: float) -> str:
    """Each word whole if it holds in `place`, else its usual short form, else cut after a consonant."""
    return " ".join(_abreger_mot(mot, place) for mot in nom.split(" "))


def _abreger_mot(mot: str, place: float) -> str:
    if largeur_en_cadratins(mot) <= place:
        return mot
    if (usuel := USUELS.get(mot)) is not None:
        return usuel
    coupes = [
        f"{mot[:rang]}."
        for rang in range(len(mot) - 2, LETTRES - 1, -1)
        if mot[rang - 1] not in VOYELLES and mot[rang] in VOYELLES
    ]
    return next((coupe for coupe in coupes if largeur_en_cadratins(coupe) <= place), mot)

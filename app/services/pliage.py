"""Text folded, so that « Été » is found by « ete » and « Lot 9 » stands before « Lot 10 ». No Qt."""

import re
import unicodedata
from functools import lru_cache

from app.models.montants import FINE, INSECABLE, MOINS

_CHIFFRES = re.compile(r"\d+")
_LIGATURES = {"œ": "oe", "æ": "ae", "’": "'", "–": "-", INSECABLE: " ", FINE: " ", MOINS: "-"}


def _table_de_pliage() -> dict[int, str]:
    """Each accented Latin letter to its plain one: one pass folds nearly every French text."""
    lettres = (chr(code) for code in range(0xC0, 0x180))
    decomposees = {lettre: unicodedata.normalize("NFD", lettre) for lettre in lettres}
    simples = {lettre: d[0] for lettre, d in decomposees.items() if len(d) > 1}
    return str.maketrans(simples | _LIGATURES)


_PLIAGE = _table_de_pliage()


@lru_cache(maxsize=65_536)
def replier(texte: str) -> str:
    """Text without accents, case, ligatures nor kinds of spaces, to search and to sort."""
    plie = texte.casefold().translate(_PLIAGE)
    if plie.isascii():
        return plie
    decompose = unicodedata.normalize("NFD", plie)
    return "".join(c for c in decompose if not unicodedata.combining(c))


@lru_cache(maxsize=65_536)
def cle_naturelle(texte: str) -> str:
    """Folded text whose numbers compare as numbers: « Lot 9 » before « Lot 10 »."""
    return _CHIFFRES.sub(_sur_douze, replier(texte))


def _sur_douze(trouve: re.Match[str]) -> str:
    return trouve[0].zfill(12)

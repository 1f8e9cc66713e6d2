"""Texts that people type or paste: what a cell can hold of them, and how a sentence names them."""

import re

from app.services.errors import SaisieRefusee

LONGUEUR_MAXIMUM = 32_767  # characters in a cell, as in a workbook
# Halves of characters, which no file can hold, and controls, which no document can.
_ILLISIBLES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def texte_de_case(texte: str) -> str:
    """What a cell can hold of a text. Raises SaisieRefusee when it is too long."""
    if len(texte) > LONGUEUR_MAXIMUM:
        raise SaisieRefusee("Ce texte est trop long pour une case : raccourcissez-le.")
    return _ILLISIBLES.sub("", texte).strip()


def citer(texte: str) -> str:
    """A text named in a sentence, cut when it is long."""
    return texte if len(texte) <= 60 else f"{texte[:59].rstrip()}…"

"""The words of a formula: numbers, texts, columns between brackets, names, signs; where each stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from app.services.errors import SaisieRefusee

LONGUEUR = 2_000  # characters of a formula


class FormuleRefusee(SaisieRefusee):
    """A formula that cannot be read: a sentence, and the place it is about (from, to)."""

    def __init__(self, message: str, debut: int = 0, fin: int = 0) -> None:
        super().__init__(message)
        self.debut, self.fin = debut, max(debut, fin)


class Genre(Enum):
    NOMBRE = "nombre"
    TEXTE = "texte"
    COLONNE = "colonne"
    NOM = "nom"
    SIGNE = "signe"
    FIN = "fin"


@dataclass(frozen=True, slots=True)
class Jeton:
    """`texte` is what it says: digits, the text without its quotes, the name between brackets."""

    genre: Genre
    texte: str
    debut: int
    fin: int


_MOTIF = re.compile(
    r"""
      (?P<blanc>\s+)
    | (?P<nombre>[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?(?![0-9])
        | [0-9]+(?:[.,][0-9]+)? | [.,][0-9]+)
    | (?P<texte>"(?:[^"]|"")*"|“[^“”]*”)
    | (?P<colonne>\[[^\[\]]*\])
    | (?P<nom>AUJOURD['’]HUI|[^\W\d_][\w.]*)
    | (?P<signe><>|<=|>=|[-+*/&=<>();%×÷−≤≥≠])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SIGNES = {"×": "*", "÷": "/", "−": "-", "≤": "<=", "≥": ">=", "≠": "<>"}
_ETRANGERS = {
    '"': "Il manque le guillemet qui ferme ce texte.",
    "“": "Il manque le guillemet qui ferme ce texte.",
    "[": "Il manque le crochet « ] » après le nom de cette colonne.",
    "]": "Il manque le crochet « [ » avant le nom de cette colonne.",
    ",": "Séparez les valeurs d'une fonction par un point-virgule.",
    "«": 'Mettez les textes entre guillemets droits, comme "accordé".',
    "»": 'Mettez les textes entre guillemets droits, comme "accordé".',
    "'": 'Mettez les textes entre guillemets droits, comme "accordé".',
    "^": "La puissance n'existe pas ici : multipliez, comme [A]*[A].",
}


def decouper(texte: str) -> Iterator[Jeton]:
    """The words of a formula, the sign « = » it may begin with left out, then an end.

    Raises FormuleRefusee.
    """
    if len(texte) > LONGUEUR:
        raise FormuleRefusee(
            f"Ce calcul est trop long : gardez moins de {LONGUEUR} signes, ou faites-le en deux "
            "colonnes.",
            LONGUEUR,
            len(texte),
        )
    place = _apres_egal(texte)
    while place < len(texte):
        trouve = _MOTIF.match(texte, place)
        if trouve is None:
            raise _illisible(texte, place)
        if trouve.lastgroup != "blanc":
            yield _jeton(trouve)
        place = trouve.end()
    yield Jeton(Genre.FIN, "", len(texte), len(texte))


def _apres_egal(texte: str) -> int:
    debut = len(texte) - len(texte.lstrip())
    return debut + 1 if texte[debut : debut + 1] == "=" else debut


def _jeton(trouve: re.Match[str]) -> Jeton:
    genre = Genre(trouve.lastgroup)
    texte = trouve[0]
    if genre is Genre.TEXTE:
        texte = texte[1:-1].replace('""', '"')
    elif genre is Genre.COLONNE:
        texte = texte[1:-1].strip()
    elif genre is Genre.SIGNE:
        texte = _SIGNES.get(texte, texte)
    return Jeton(genre, texte, trouve.start(), trouve.end())


def _illisible(texte: str, place: int) -> FormuleRefusee:
    signe = texte[place]
    fin = len(texte) if signe in '"“[' else place + 1
    phrase = _ETRANGERS.get(signe, f"Le signe « {signe} » n'a pas de sens ici : retirez-le.")
    return FormuleRefusee(phrase, place, fin)

"""What formulas compute on: exact numbers, texts, dates, yes or no, nothing; and what goes wrong.

An empty cell counts as in a spreadsheet: 0 in a sum, no text, no.
"""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from app.models.montants import lire_decimal
from app.services.columns import Erreur, afficher_date, nombre_brut, replier

Valeur = Decimal | str | date | bool | None
CALCUL = Context(prec=40, rounding=ROUND_HALF_UP)
ZERO, UN = Decimal(0), Decimal(1)
_COMPARE = Decimal(1).scaleb(-12)  # two numbers closer than that are the same: 1/3*3 is 1
CHIFFRES_MAXIMUM = 15
MAXIMUM = Decimal(10) ** CHIFFRES_MAXIMUM
_PAS = {d: Decimal(1).scaleb(-d) for d in range(-CHIFFRES_MAXIMUM, CHIFFRES_MAXIMUM + 1)}
LONGUEUR_MAXIMUM = 32_767  # characters in a cell, as in a workbook

DIVISION = Erreur("÷ 0", "Ce calcul divise par zéro, ou par une case vide.")
TROP_GRAND = Erreur("trop grand", "Le résultat dépasse quinze chiffres.")
TROP_LONG = Erreur("trop long", "Le texte obtenu est trop long pour une case.")
HORS_DATES = Erreur("date", "Le résultat n'est pas une date du calendrier.")
INTROUVABLE = Erreur("introuvable", "Le texte cherché ne se trouve pas dans la case.")


class ErreurDeCalcul(Exception):
    """Leaves a calculation; the cell shows the word of `erreur`."""

    def __init__(self, erreur: Erreur) -> None:
        super().__init__(erreur.mot)
        self.erreur = erreur


def mauvais_type(phrase: str) -> ErreurDeCalcul:
    return ErreurDeCalcul(Erreur("type", phrase))


# From one kind to another -------------------------------------------------------------------------


def nombre(valeur: Valeur) -> Decimal:
    """Raises ErreurDeCalcul on a date, and on a text that is not a number."""
    if isinstance(valeur, Decimal):
        return valeur
    if valeur is None or valeur == "":
        return ZERO
    if isinstance(valeur, bool):
        return UN if valeur else ZERO
    if isinstance(valeur, date):
        raise mauvais_type("Une date se trouve là où il faut un nombre.")
    try:
        return lire_decimal(valeur)
    except ValueError:
        raise mauvais_type(f"« {valeur[:40]} » est un texte, là où il faut un nombre.") from None


def texte(valeur: Valeur) -> str:
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, Decimal):
        return nombre_brut(arrondir(valeur, 10))
    return afficher_date(valeur) if isinstance(valeur, date) else valeur


_MOTS = {"oui": True, "vrai": True, "non": False, "faux": False, "": False}


def logique(valeur: Valeur) -> bool:
    """Raises ErreurDeCalcul on a date or on a text that is neither yes nor no."""
    if isinstance(valeur, bool):
        return valeur
    if valeur is None:
        return False
    if isinstance(valeur, Decimal):
        return valeur != 0
    mot = replier(texte(valeur))
    if isinstance(valeur, date) or mot not in _MOTS:
        raise mauvais_type(f"« {mot[:40]} » se trouve là où il faut oui ou non.")
    return _MOTS[mot]


def jour(valeur: Valeur) -> date:
    if isinstance(valeur, date):
        return valeur
    raise mauvais_type("La date manque." if valeur is None else "Cette valeur n'est pas une date.")


def entier(valeur: Valeur) -> int:
    return int(proche(nombre(valeur)))


# Numbers ------------------------------------------------------------------------------------------


def borner(valeur: Decimal) -> Decimal:
    """The number itself. Raises ErreurDeCalcul when it is too large."""
    if -MAXIMUM < valeur < MAXIMUM:
        return valeur
    raise ErreurDeCalcul(TROP_GRAND)


def proche(valeur: Decimal) -> Decimal:
    """Without the dust that divisions leave far behind the decimal point."""
    return CALCUL.quantize(borner(valeur), _COMPARE)


def arrondir(valeur: Decimal, decimales: int, arrondi: str = ROUND_HALF_UP) -> Decimal:
    """Half away from zero by default; a negative number of decimals rounds to tens, hundreds…"""
    pas = _PAS[max(-CHIFFRES_MAXIMUM, min(decimales, CHIFFRES_MAXIMUM))]
    return proche(valeur).quantize(pas, arrondi, CALCUL)


def additionner(a: Valeur, b: Valeur) -> Valeur:
    if isinstance(a, date) or isinstance(b, date):
        return _decaler(a, b)
    return borner(CALCUL.add(nombre(a), nombre(b)))


def _decaler(a: Valeur, b: Valeur) -> date:
    if isinstance(a, date) and isinstance(b, date):
        raise mauvais_type("Deux dates ne s'ajoutent pas : soustrayez-les pour compter les jours.")
    return plus_tard(a, entier(b)) if isinstance(a, date) else plus_tard(jour(b), entier(a))


def plus_tard(depart: date, jours: int) -> date:
    try:
        return depart + timedelta(days=jours)
    except OverflowError:
        raise ErreurDeCalcul(HORS_DATES) from None


def soustraire(a: Valeur, b: Valeur) -> Valeur:
    if isinstance(a, date):
        if isinstance(b, date):
            return Decimal((a - b).days)
        return plus_tard(a, -entier(b))
    return borner(CALCUL.subtract(nombre(a), nombre(b)))


def multiplier(a: Valeur, b: Valeur) -> Valeur:
    return borner(CALCUL.multiply(nombre(a), nombre(b)))


def diviser(a: Valeur, b: Valeur) -> Valeur:
    haut, bas = nombre(a), nombre(b)
    if not proche(bas):
        raise ErreurDeCalcul(DIVISION)
    return borner(CALCUL.divide(haut, bas))


def accoler(a: Valeur, b: Valeur) -> Valeur:
    return court(texte(a) + texte(b))


def court(resultat: str) -> str:
    if len(resultat) > LONGUEUR_MAXIMUM:
        raise ErreurDeCalcul(TROP_LONG)
    return resultat


# Comparisons --------------------------------------------------------------------------------------


def comparer(a: Valeur, b: Valeur) -> int:
    """-1, 0 or 1. As in a spreadsheet: an empty cell is 0 or no text; numbers come before texts."""
    if type(a) is Decimal and type(b) is Decimal:
        ecart = proche(CALCUL.subtract(a, b))
        return (ecart > 0) - (ecart < 0)
    a, b = _meme_genre(a, b)
    gauche, droite = _ordre(a), _ordre(b)
    if {gauche[0], droite[0]} == {_NOMBRE, _DATE}:
        raise mauvais_type("Une date se compare à une date, pas à un nombre : utilisez ANNEE.")
    return (gauche > droite) - (gauche < droite)


_NOMBRE, _DATE, _TEXTE, _LOGIQUE = range(4)
_RIEN: dict[type, Valeur] = {str: "", Decimal: ZERO, bool: False, date: date.min}


def _meme_genre(a: Valeur, b: Valeur) -> tuple[Valeur, Valeur]:
    """Nothing becomes the nothing of the other; « oui » becomes yes beside a yes."""
    if a is None or b is None:
        return (
            _RIEN[type(b)] if a is None and b is not None else a,
            _RIEN[type(a)] if b is None and a is not None else b,
        )
    if isinstance(a, bool) != isinstance(b, bool):
        return _mot_logique(a), _mot_logique(b)
    return a, b


def _mot_logique(valeur: Valeur) -> Valeur:
    return _MOTS.get(replier(valeur), valeur) if isinstance(valeur, str) and valeur else valeur


def _ordre(valeur: Valeur) -> tuple[int, Any]:
    if valeur is None:
        return _NOMBRE, ZERO
    if isinstance(valeur, bool):
        return _LOGIQUE, valeur
    if isinstance(valeur, Decimal):
        return _NOMBRE, proche(valeur)
    if isinstance(valeur, date):
        return _DATE, valeur
    return _TEXTE, (replier(valeur), valeur.casefold())

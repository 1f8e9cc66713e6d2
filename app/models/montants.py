"""French numbers, read and written in one place. Pure: no database, no screen."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

CENTIME = Decimal("0.01")
ZERO = Decimal(0)
FINE = "\u202f"  # narrow no-break space: thousands
INSECABLE = "\u00a0"  # no-break space: before €
MOINS = "\u2212"
MONTANT_MAXIMUM = Decimal("999999999999.99")

_BLANCS = re.compile(r"[\s\u00a0\u202f\u2007\u2009']+")
_POINT_MILLIERS = re.compile(r"[+-]?\d{1,3}\.\d{3}")
_NOMBRE = re.compile(r"[+-]?(\d+)([.,]\d*)?|[+-]?[.,]\d+")


def lire_montant(texte: str) -> Decimal:
    """Decimal euros of a French or plain number, rounded half up to the cent.

    Understands spaces of any width, « € » or « EUR », parentheses or a true minus for negatives,
    comma or point for decimals, and point or comma thousands when both are there.
    Raises ValueError when the text is not one number.
    """
    propre = _BLANCS.sub("", texte).replace(MOINS, "-").replace("–", "-")
    propre = re.sub(r"(?i)(€|eur(os?)?)", "", propre)
    negatif = propre.startswith("(") and propre.endswith(")")
    if negatif:
        propre = propre[1:-1]
    propre = _sans_milliers(propre)
    if not _NOMBRE.fullmatch(propre):
        raise ValueError(texte)
    try:
        valeur = Decimal(propre.replace(",", "."))
    except InvalidOperation as cause:
        raise ValueError(texte) from cause
    if abs(valeur) > MONTANT_MAXIMUM:
        raise ValueError(texte)
    valeur = valeur.quantize(CENTIME, rounding=ROUND_HALF_UP)
    return -valeur if negatif else valeur


def _sans_milliers(propre: str) -> str:
    """Drop thousands marks: « 1.234,50 » and « 1,234.50 » have both marks, the last one is decimal."""
    if "," in propre and "." in propre:
        milliers = "." if propre.rfind(",") > propre.rfind(".") else ","
        return propre.replace(milliers, "")
    for marque in ",.":
        if propre.count(marque) > 1:
            return propre.replace(marque, "")
    # Nobody types tenths of a cent: « 12.500 » is twelve thousand five hundred.
    return propre.replace(".", "") if _POINT_MILLIERS.fullmatch(propre) else propre


@lru_cache(maxsize=65_536)
def _chiffres(montant: Decimal) -> str:
    arrondi = abs(montant).quantize(CENTIME, rounding=ROUND_HALF_UP)
    entier, decimales = f"{arrondi:.2f}".split(".")
    groupes = f"{int(entier):,}".replace(",", FINE)
    return groupes if decimales == "00" else f"{groupes},{decimales}"


def afficher_montant(montant: Decimal | None, *, euro: bool = False, zero: str = "–") -> str:
    """« 12 500 » or « 12 500,50 »; None is empty, zero a dash; `euro` adds « € »."""
    if montant is None:
        return ""
    if montant == 0 and not euro:
        return zero
    signe = MOINS if montant < 0 else ""
    return f"{signe}{_chiffres(montant)}{INSECABLE + '€' if euro else ''}"


def afficher_part(part: Decimal | None) -> str:
    """A ratio (0.5) as « 50 % », one decimal when it matters; None is empty."""
    if part is None:
        return ""
    pourcent = (part * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    texte = f"{pourcent:.1f}".replace(".", ",").removesuffix(",0").replace("-", MOINS)
    return f"{texte}{INSECABLE}%"

"""French numbers, read and written in one place. Pure: no database, no screen."""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

CENTIME = Decimal("0.01")
MILLIONIEME = Decimal("0.000001")
ZERO = Decimal(0)
FINE = "\u202f"  # narrow no-break space: thousands
INSECABLE = "\u00a0"  # no-break space: before €
MOINS = "\u2212"
MONTANT_MAXIMUM = Decimal("999999999999.99")

_BLANC = r"[\s'’]"
_DEVISE = re.compile(rf"(?i)^(?:€|eur(?:os?)?){_BLANC}*|{_BLANC}*(?:€|eur(?:os?)?)$")
_SIGNE = re.compile(rf"([+-]){_BLANC}*")
# How the digits may be grouped, and the sign of the decimals that goes with it. Nobody types tenths
# of a cent: « 12.500 » is twelve thousand five hundred. Anything else is two numbers, or a mistake.
_ECRITURES = (
    (re.compile(rf"\d{{1,3}}(?:{_BLANC}\d{{3}})+(?:[.,]\d*)?"), ""),
    (re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?"), "."),
    (re.compile(r"[1-9]\d{0,2}(?:(?:,\d{3})+\.\d*|(?:,\d{3}){2,})"), ","),
    (re.compile(r"\d+(?:[.,]\d*)?|[.,]\d+"), ""),
)


def au_centime(montant: Decimal) -> Decimal:
    """To the cent, the half upwards, as an accountant does."""
    return montant.quantize(CENTIME, rounding=ROUND_HALF_UP)


def lire_montant(texte: str) -> Decimal:
    """Decimal euros of a French or plain number, rounded half up to the cent.

    Understands spaces of any width, « € » or « EUR », parentheses or a true minus for negatives,
    comma or point for decimals, and point or comma thousands when they are groups of three.
    Raises ValueError when the text is not one number.
    """
    return au_centime(lire_decimal(texte))


def lire_decimal(texte: str) -> Decimal:
    """The same with all its decimals, for a number that is not an amount."""
    propre = _sans_devise(texte.replace(MOINS, "-").replace("–", "-"))
    negatif = propre.startswith("(") and propre.endswith(")")
    if negatif:
        propre = _sans_devise(propre[1:-1])
    elif signe := _SIGNE.match(propre):
        negatif = signe[1] == "-"
        propre = propre[signe.end() :]
    valeur = _lire_chiffres(propre, texte)
    if valeur > MONTANT_MAXIMUM:
        raise ValueError(texte)
    return -valeur if negatif else valeur


def _sans_devise(texte: str) -> str:
    return _DEVISE.sub("", texte.strip()).strip()


def _lire_chiffres(propre: str, texte: str) -> Decimal:
    for ecriture, milliers in _ECRITURES:
        if ecriture.fullmatch(propre):
            propre = re.sub(_BLANC, "", propre)
            return Decimal((propre.replace(milliers, "") if milliers else propre).replace(",", "."))
    raise ValueError(texte)


@lru_cache(maxsize=65_536)
def _chiffres(montant: Decimal) -> str:
    arrondi = au_centime(abs(montant))
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


def plus_ou_moins(difference: Decimal, que: str) -> str:
    """« 200 € de moins qu’accordé », of a difference and what it is reckoned from."""
    sens = "plus" if difference > 0 else "moins"
    return f"{afficher_montant(abs(difference), euro=True)} de {sens} {que}"


def afficher_nombre(valeur: Decimal, *, zero: str = "–") -> str:
    """« 12 500,25 », « 2026 »: up to six decimals, no space under ten thousand; zero is a dash."""
    arrondi = valeur.quantize(MILLIONIEME, rounding=ROUND_HALF_UP)
    if arrondi == 0:
        return zero
    entier, _, decimales = f"{abs(arrondi):f}".partition(".")
    if len(entier) > 4:
        entier = f"{int(entier):,}".replace(",", FINE)
    decimales = decimales.rstrip("0")
    return f"{MOINS if arrondi < 0 else ''}{entier}{',' if decimales else ''}{decimales}"


def afficher_part(part: Decimal | None) -> str:
    """A ratio (0.5) as « 50 % », one decimal when it matters; None is empty."""
    if part is None:
        return ""
    pourcent = (part * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    texte = f"{pourcent:.1f}".replace(".", ",").removesuffix(",0").replace("-", MOINS)
    return f"{texte}{INSECABLE}%"

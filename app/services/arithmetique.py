"""« =1500*0,8 »: the arithmetic that may be typed in a cell. Numbers, + − × ÷, brackets, per cent."""

import re
from dataclasses import dataclass
from decimal import Context, Decimal

from app.models.montants import FINE, INSECABLE, MOINS
from app.services.errors import SaisieRefusee

LONGUEUR_MAXIMUM = 200
PROFONDEUR_MAXIMUM = 20

_ESPACES = rf" {INSECABLE}{FINE}"
_NOMBRE = rf"\d{{1,3}}(?:[{_ESPACES}]\d{{3}})+(?!\d)(?:[.,]\d*)?|\d+(?:[.,]\d*)?|[.,]\d+"
_SIGNE = re.compile(rf"\s*(?:({_NOMBRE})(?:\s*€)?|(.))", re.DOTALL)
_MILLIERS_OU_DECIMALES = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_SYNONYMES = str.maketrans({"×": "*", "÷": "/", MOINS: "-", "–": "-"})
_CALCUL = Context(prec=34)
_REFUS = {
    "long": f"Ce calcul est trop long{INSECABLE}: faites-le en plusieurs fois.",
    "vide": f"Il manque un nombre dans ce calcul{INSECABLE}: écrivez-le comme =1500*0,8.",
    "ouverte": f"Une parenthèse n’est pas fermée dans ce calcul{INSECABLE}: ajoutez «{INSECABLE})"
    f"{INSECABLE}».",
    "zero": f"Ce calcul divise par zéro{INSECABLE}: corrigez-le.",
    "case": "Un calcul ne connaît que des nombres, + - * / % et des parenthèses"
    f"{INSECABLE}: tapez les nombres eux-mêmes, comme =1500*0,8.",
}


def calculer(texte: str) -> Decimal:
    """The exact result of an expression (without its « = »). Raises SaisieRefusee with a sentence."""
    if len(texte) > LONGUEUR_MAXIMUM:
        raise _refus("long")
    calcul = _Calcul(_decouper(texte))
    valeur = calcul.somme(0)
    if calcul.suivant is not None:
        raise _refus("case")
    return valeur


def _refus(raison: str) -> SaisieRefusee:
    return SaisieRefusee(_REFUS[raison])


def _decouper(texte: str) -> list[Decimal | str]:
    """Numbers and signs, in order."""
    morceaux: list[Decimal | str] = []
    propre = texte.translate(_SYNONYMES).strip()
    place = 0
    while place < len(propre):
        trouve = _SIGNE.match(propre, place)
        if trouve is None:
            break
        place = trouve.end()
        nombre, signe = trouve.groups()
        if nombre is None and signe not in "+-*/()%":
            raise _refus("case")
        morceaux.append(signe if nombre is None else _lire(nombre))
    return morceaux


def _lire(nombre: str) -> Decimal:
    if _MILLIERS_OU_DECIMALES.fullmatch(nombre):
        raise SaisieRefusee(
            f"«{INSECABLE}{nombre}{INSECABLE}» peut se lire de deux façons{INSECABLE}: tapez "
            f"{nombre.replace('.', '')} ou {nombre.replace('.', ',')}."
        )
    return Decimal(re.sub(rf"[{_ESPACES}]", "", nombre).replace(",", "."))


@dataclass
class _Calcul:
    """Reads the pieces from left to right: a sum of products of signed numbers."""

    morceaux: list[Decimal | str]
    place: int = 0

    @property
    def suivant(self) -> Decimal | str | None:
        return self.morceaux[self.place] if self.place < len(self.morceaux) else None

    def _prendre(self) -> Decimal | str | None:
        pris = self.suivant
        self.place += 1
        return pris

    def somme(self, profondeur: int) -> Decimal:
        if profondeur > PROFONDEUR_MAXIMUM:
            raise _refus("long")
        valeur = self._produit(profondeur)
        while self.suivant in ("+", "-"):
            plus = self._prendre() == "+"
            terme = self._produit(profondeur)
            valeur = _CALCUL.add(valeur, terme) if plus else _CALCUL.subtract(valeur, terme)
        return valeur

    def _produit(self, profondeur: int) -> Decimal:
        valeur = self._facteur(profondeur)
        while self.suivant in ("*", "/"):
            fois = self._prendre() == "*"
            facteur = self._facteur(profondeur)
            if not fois and facteur == 0:
                raise _refus("zero")
            valeur = _CALCUL.multiply(valeur, facteur) if fois else _CALCUL.divide(valeur, facteur)
        return valeur

    def _facteur(self, profondeur: int) -> Decimal:
        negatif = False
        while self.suivant in ("+", "-"):
            negatif ^= self._prendre() == "-"
        valeur = self._nombre(profondeur)
        while self.suivant == "%":
            self._prendre()
            valeur = _CALCUL.divide(valeur, Decimal(100))
        return -valeur if negatif else valeur

    def _nombre(self, profondeur: int) -> Decimal:
        pris = self._prendre()
        if isinstance(pris, Decimal):
            return pris
        if pris != "(":
            raise _refus("vide")
        valeur = self.somme(profondeur + 1)
        if self._prendre() != ")":
            raise _refus("ouverte")
        return valeur

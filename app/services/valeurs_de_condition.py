"""Values that a condition is compared with, as they are typed and as they are kept."""

from decimal import Decimal
from typing import Any

from app.services.columns import TypeColonne, lire_date, lire_valeur, nombre_brut
from app.services.constats_operateurs import CHIFFREES, NatureFait
from app.services.errors import SaisieRefusee


def lire_valeur_tapee(nature: str, texte: str) -> str:
    """What is kept of what was typed: « 12 500,5 » is « 12500.5 », « 15/3/2026 » its ISO date.

    Raises SaisieRefusee with one sentence.
    """
    propre = texte.strip()
    if nature in map(str, CHIFFREES):
        lu: Decimal | None = lire_valeur(TypeColonne.MONTANT, propre.removesuffix("%"))
        if lu is None:
            raise SaisieRefusee("Il manque un nombre dans une condition : tapez-le.")
        return nombre_brut(lu).replace(",", ".")
    if nature == NatureFait.DATE:
        quand = lire_date(propre)
        if quand is None:
            raise SaisieRefusee("Il manque une date dans une condition : tapez-la.")
        return quand
    if not propre:
        raise SaisieRefusee("Il manque un texte dans une condition : tapez-le.")
    return propre


def dire_valeur(nature: str, gardee: Any) -> str:
    """What the field shows of what is kept."""
    texte = str(gardee)
    if nature in map(str, CHIFFREES):
        return texte.replace(".", ",")
    if nature == NatureFait.DATE:
        return "/".join(reversed(texte[:10].split("-")))
    return texte

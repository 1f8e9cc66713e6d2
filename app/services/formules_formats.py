"""The formats of TEXTE, as a French spreadsheet writes them: « # ##0,00 € », « 0 % », « jj/mm/aaaa »."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from app.models.montants import FINE, MOINS
from app.services.formules_valeurs import (
    CALCUL,
    Valeur,
    arrondir,
    court,
    jour,
    mauvais_type,
    nombre,
)

MOIS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
    *("septembre", "octobre", "novembre", "décembre"),
)
MOIS_COURTS = (
    *("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août"),
    *("sept.", "oct.", "nov.", "déc."),
)
JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_CORPS = re.compile(r"[#0](?:[#0\s\u202f]*[#0])?(?:,[#0]+)?")
_DATE = re.compile(r"j{1,4}|m{1,4}|a{4}|a{2}", re.IGNORECASE)


def mettre_en_forme(valeur: Valeur, modele: str) -> str:
    """A value as a format shows it. Raises ErreurDeCalcul."""
    corps = _CORPS.search(modele)
    if corps is not None and not isinstance(valeur, date):
        return court(_nombre(nombre(valeur), modele, corps))
    if corps is None and _DATE.search(modele):
        return "" if valeur in (None, "") else court(_jour(jour(valeur), modele))
    if isinstance(valeur, date):
        raise mauvais_type('Une date se met en forme avec des lettres, comme "jj/mm/aaaa".')
    raise mauvais_type('Ce format n\'est pas connu : essayez "# ##0,00" ou "jj/mm/aaaa".')


def _nombre(valeur: Decimal, modele: str, corps: re.Match[str]) -> str:
    avant, apres = modele[: corps.start()], modele[corps.end() :]
    if "%" in apres:
        valeur = CALCUL.multiply(valeur, Decimal(100))
    entier, _, decimales = corps[0].partition(",")
    rond = arrondir(valeur, len(decimales))
    chiffres, _, suite = f"{abs(rond):f}".partition(".")
    suite = suite.ljust(len(decimales), "0")[: len(decimales)]
    while suite and suite[-1] == "0" and decimales[len(suite) - 1] == "#":
        suite = suite[:-1]
    chiffres = chiffres.zfill(entier.count("0"))
    if not entier.count("0"):
        chiffres = chiffres.lstrip("0")
    if any(signe.isspace() for signe in entier):
        chiffres = _par_milliers(chiffres)
    signe = MOINS if rond < 0 else ""
    return f"{avant}{signe}{chiffres}{',' if suite else ''}{suite}{apres}"


def _par_milliers(chiffres: str) -> str:
    premiers = len(chiffres) % 3
    groupes = [chiffres[:premiers]] if premiers else []
    groupes += [chiffres[i : i + 3] for i in range(premiers, len(chiffres), 3)]
    return FINE.join(groupes)


def _jour(valeur: date, modele: str) -> str:
    def partie(trouve: re.Match[str]) -> str:
        lettres = trouve[0].lower()
        return _PARTIES[lettres](valeur)

    return _DATE.sub(partie, modele)


_PARTIES: dict[str, Callable[[date], str]] = {
    "j": lambda d: str(d.day),
    "jj": lambda d: f"{d.day:02}",
    "jjj": lambda d: JOURS[d.weekday()][:3],
    "jjjj": lambda d: JOURS[d.weekday()],
    "m": lambda d: str(d.month),
    "mm": lambda d: f"{d.month:02}",
    "mmm": lambda d: MOIS_COURTS[d.month - 1],
    "mmmm": lambda d: MOIS[d.month - 1],
    "aa": lambda d: f"{d.year % 100:02}",
    "aaaa": lambda d: f"{d.year:04}",
}

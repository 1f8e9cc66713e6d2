"""One cell, understood: an amount, a date, a year, a count, yes or no. Raises ValueError otherwise."""

import datetime as dt
import re
from decimal import Decimal
from typing import Final

from app.models.montants import MONTANT_MAXIMUM, au_centime, lire_montant
from app.services.feuilles import Cellule
from app.services.identifiants import sans_accents, sans_invisibles

# What people and tools write for « nothing »: NR in the ventilation by QPV, # in Chorus.
_RIEN: Final = frozenset(
    ("", "-", "–", "—", "/", "#", "nr", "nc", "n/a", "na", "so", "s/o", "sans objet", "neant", "?")
)
LONGUEUR_DE_RIEN: Final = 16
_OUI: Final = frozenset(("oui", "o", "x", "on", "true", "vrai", "1", "yes", "✓", "✔"))
_NON: Final = frozenset(("non", "n", "off", "false", "faux", "0", "no"))
_MOIS: Final = (
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre"
)
_JOUR_MOIS_AN = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})\b")
_AN_MOIS_JOUR = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{2}):(\d{2})(?:.*?(Z))?)?")
_EN_LETTRES = re.compile(r"(?:le )?(\d{1,2})(?:er)? ([a-z]+) (\d{4})")
_AN = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_ORIGINE_EXCEL = dt.date(1899, 12, 30)
_SERIE: Final = range(36_526, 73_051)  # 2000-01-01 to 2099-12-31
_ENTIER = re.compile(r"-?\d{1,9}")


def est_vide(cellule: Cellule) -> bool:
    """True for nothing, and for what people write to say nothing."""
    if not isinstance(cellule, str):
        return cellule is None
    return len(cellule) <= LONGUEUR_DE_RIEN and (
        sans_accents(cellule).replace(".", "").strip() in _RIEN
    )


def en_texte(cellule: Cellule) -> str:
    """What a person sees in the cell: a whole number has no « .0 », spaces are single."""
    if cellule is None:
        return ""
    if isinstance(cellule, bool):
        return "Oui" if cellule else "Non"
    if isinstance(cellule, dt.date):
        return cellule.strftime("%d/%m/%Y")
    return " ".join(sans_invisibles(str(cellule)).split())


def en_montant(cellule: Cellule) -> Decimal | None:
    """Euros to the cent, None for nothing."""
    if est_vide(cellule):
        return None
    if isinstance(cellule, (bool, dt.date)):
        raise ValueError(cellule)
    if isinstance(cellule, (int, Decimal)):
        montant = Decimal(cellule)
        if abs(montant) > MONTANT_MAXIMUM:
            raise ValueError(cellule)
        return au_centime(montant)
    return lire_montant(str(cellule))


NOMBRE_MAXIMUM = 10**9  # persons, ranks: beyond, the cell is not what its column says


def en_entier(cellule: Cellule) -> int | None:
    """A count of persons or a rank."""
    if est_vide(cellule):
        return None
    texte = re.sub(r"[\s\u00a0\u202f]", "", en_texte(cellule)).removesuffix(",0").removesuffix(".0")
    if not _ENTIER.fullmatch(texte) or abs(int(texte)) > NOMBRE_MAXIMUM:
        raise ValueError(cellule)
    return int(texte)


def en_annee(cellule: Cellule) -> int | None:
    """A year of this century: « 2026 », « Exercice 2026 », « 2026-2027 » (the first), or a date."""
    if est_vide(cellule):
        return None
    if isinstance(cellule, dt.date):
        return cellule.year
    trouve = _AN.search(en_texte(cellule))
    if trouve is None:
        raise ValueError(cellule)
    return int(trouve.group(1))


def en_date(cellule: Cellule) -> str | None:
    """An ISO date, from any of the shapes met: a date, Excel's serial number, French or ISO text."""
    if est_vide(cellule):
        return None
    if isinstance(cellule, dt.date):
        return cellule.isoformat()
    if isinstance(cellule, int) and cellule in _SERIE:
        return (_ORIGINE_EXCEL + dt.timedelta(days=cellule)).isoformat()
    texte = sans_accents(en_texte(cellule))
    if texte.isdigit() and int(texte) in _SERIE:
        return (_ORIGINE_EXCEL + dt.timedelta(days=int(texte))).isoformat()
    return _date_ecrite(texte).isoformat()


def _date_ecrite(texte: str) -> dt.date:
    if trouve := _AN_MOIS_JOUR.match(texte.upper()):
        return _date_iso(trouve)
    if trouve := _JOUR_MOIS_AN.match(texte):
        jour, mois, an = (int(partie) for partie in trouve.groups())
        return dt.date(an if an > 99 else 2000 + an, mois, jour)
    if trouve := _EN_LETTRES.fullmatch(texte):
        return dt.date(
            int(trouve.group(3)), _MOIS.split().index(trouve.group(2)) + 1, int(trouve.group(1))
        )
    raise ValueError(texte)


def _date_iso(trouve: re.Match[str]) -> dt.date:
    """DAUPHIN writes local midnights in UTC (22:00Z or 23:00Z of the day before)."""
    jour = dt.date(int(trouve.group(1)), int(trouve.group(2)), int(trouve.group(3)))
    veille = trouve.group(6) is not None and int(trouve.group(4)) >= 22
    return jour + dt.timedelta(days=1) if veille and jour < dt.date.max else jour


def en_oui_non(cellule: Cellule) -> bool | None:
    if isinstance(cellule, bool):
        return cellule
    texte = sans_accents(en_texte(cellule))
    if texte in _OUI:
        return True
    if texte in _NON:
        return False
    if est_vide(cellule):
        return None
    raise ValueError(cellule)


def est_numerique(cellule: Cellule) -> bool:
    """True when the cell can be an amount."""
    if isinstance(cellule, bool):
        return False
    if isinstance(cellule, (int, Decimal)):
        return True
    if not isinstance(cellule, str) or not any(c.isdigit() for c in cellule):
        return False
    try:
        lire_montant(cellule)
    except ValueError:
        return False
    return True

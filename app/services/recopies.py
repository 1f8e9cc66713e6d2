"""What a fill gives: the same cells again, or the series that they begin."""

import calendar
import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from app.services.columns import Colonne, TypeColonne, nombre_brut

_NUMEROTE = re.compile(r"(.*?)(\d{1,9})(\D{0,12})", re.DOTALL)


def prolonger(
    colonne: Colonne, lignes: Sequence[Any], nombre: int, *, serie: bool | None = None
) -> list[str]:
    """The texts of the `nombre` cells that follow those of `lignes` in a column.

    `serie` None: a series when two cells or more give its step, else the same again.
    """
    textes = [colonne.texte_a_copier(ligne) for ligne in lignes]
    voulue = len(lignes) > 1 if serie is None else serie
    suivre = _serie(colonne, [colonne.lire(ligne) for ligne in lignes]) if voulue else None
    if suivre is None:
        return [textes[rang % len(textes)] for rang in range(nombre)]
    return [suivre(rang) for rang in range(1, nombre + 1)]


def repeter(textes: Sequence[str], nombre: int) -> list[str]:
    """The same texts again and again."""
    return [textes[rang % len(textes)] for rang in range(nombre)]


Suivre = Callable[[int], str]  # text of the n-th cell after the last one


def _serie(colonne: Colonne, valeurs: Sequence[Any]) -> Suivre | None:
    if colonne.choix or any(valeur is None for valeur in valeurs):
        return None
    if colonne.est_nombre:
        return _serie_de_nombres(colonne, valeurs)
    if colonne.type == TypeColonne.DATE:
        return _serie_de_dates(valeurs)
    return _serie_de_textes(valeurs) if colonne.type == TypeColonne.TEXTE else None


def _pas(nombres: Sequence[Any], seul: Any) -> Any:
    """The constant step of some numbers, None when it varies; `seul`: the step of one alone."""
    pas = {b - a for a, b in pairwise(nombres)} or {seul}
    return pas.pop() if len(pas) == 1 else None


def _serie_de_nombres(colonne: Colonne, valeurs: Sequence[Decimal | int]) -> Suivre | None:
    part = colonne.type == TypeColonne.PART
    pas = _pas(valeurs, Decimal("0.01") if part else 1)
    if pas is None:
        return None

    def suivre(rang: int) -> str:
        valeur = valeurs[-1] + pas * rang
        return f"{nombre_brut(valeur * 100)}%" if part else nombre_brut(valeur)

    return suivre


def _serie_de_dates(valeurs: Sequence[date]) -> Suivre | None:
    """By days, or by months when each is the same day of another month."""
    mois = _pas([jour.year * 12 + jour.month for jour in valeurs], 0)
    if mois and len({jour.day for jour in valeurs}) == 1:
        return lambda rang: f"{_plus_mois(valeurs[-1], mois * rang):%d/%m/%Y}"
    jours = _pas(valeurs, timedelta(days=1))
    if jours is None:
        return None
    return lambda rang: f"{valeurs[-1] + jours * rang:%d/%m/%Y}"


def _plus_mois(jour: date, mois: int) -> date:
    annee, rang = divmod(jour.year * 12 + jour.month - 1 + mois, 12)
    dernier = calendar.monthrange(annee, rang + 1)[1]
    return date(annee, rang + 1, min(jour.day, dernier))


def _serie_de_textes(valeurs: Sequence[str]) -> Suivre | None:
    """« Lot 1 », « Lot 2 »: the last number of the text goes on, all around it stays."""
    lus = [_NUMEROTE.fullmatch(valeur) for valeur in valeurs]
    trouves = [lu for lu in lus if lu is not None]
    if len(trouves) < len(valeurs) or len({(lu[1], lu[3]) for lu in trouves}) > 1:
        return None
    pas = _pas([int(lu[2]) for lu in trouves], 1)
    if pas is None:
        return None
    avant, dernier, apres = trouves[-1].groups()
    taille = len(dernier) if dernier.startswith("0") else 0
    return lambda rang: f"{avant}{str(max(0, int(dernier) + pas * rang)).zfill(taille)}{apres}"

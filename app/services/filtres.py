"""What a filter keeps of a column: conditions as data, kept in views and conditional formats. No Qt.

`predicat` makes a test of a condition: typed values are read once, and each value of the column is
judged once, whatever the number of rows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.models.montants import INSECABLE
from app.services.columns import Colonne, TypeColonne, lire_valeur, parties, replier
from app.services.errors import SaisieRefusee
from app.services.pliage import cle_naturelle
from app.services.titres import nom_avec_unite

VIDES = "(vides)"
NOMMEES = 3  # values named in the words of a condition


class Comparaison(StrEnum):
    """What a condition asks of a cell; the values stand beside it, as a person types them."""

    PARMI = "parmi"  # one of `valeurs`, as the cells show them; "" is an empty cell
    CONTIENT = "contient"
    NE_CONTIENT_PAS = "ne_contient_pas"
    EGAL = "egal"
    DIFFERENT = "different"
    SUPERIEUR = "superieur"  # strictly
    AU_MOINS = "au_moins"
    INFERIEUR = "inferieur"  # strictly
    AU_PLUS = "au_plus"
    ENTRE = "entre"  # both ends included
    CETTE_ANNEE = "cette_annee"
    VIDE = "vide"
    REMPLI = "rempli"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on one column. Conditions of several columns all have to hold."""

    colonne: str
    test: Comparaison
    valeurs: tuple[str, ...] = ()

    def en_dict(self) -> dict[str, Any]:
        return {"colonne": self.colonne, "test": str(self.test), "valeurs": list(self.valeurs)}

    @classmethod
    def depuis_dict(cls, brut: Mapping[str, Any]) -> "Condition":
        """Raises KeyError or ValueError on what this version cannot read."""
        return cls(
            str(brut["colonne"]), Comparaison(brut["test"]), tuple(str(v) for v in brut["valeurs"])
        )


Epreuve = Callable[[Any], bool]

# What can be asked --------------------------------------------------------------------------------

_DE_FIN = ((Comparaison.VIDE, "est vide"), (Comparaison.REMPLI, "n’est pas vide"))
_DES_NOMBRES = (
    (Comparaison.EGAL, "="),
    (Comparaison.DIFFERENT, "≠"),
    (Comparaison.SUPERIEUR, ">"),
    (Comparaison.AU_MOINS, "≥"),
    (Comparaison.INFERIEUR, "<"),
    (Comparaison.AU_PLUS, "≤"),
    (Comparaison.ENTRE, "entre"),
    *_DE_FIN,
)
_SIGNES = {
    "=": "égal à",
    "≠": "différent de",
    ">": "plus de",
    "≥": "au moins",
    "<": "moins de",
    "≤": "au plus",
}
_DES_DATES = (
    (Comparaison.EGAL, "le"),
    (Comparaison.INFERIEUR, "avant le"),
    (Comparaison.SUPERIEUR, "après le"),
    (Comparaison.ENTRE, "entre le"),
    (Comparaison.CETTE_ANNEE, "cette année"),
    *_DE_FIN,
)
_DES_TEXTES = (
    (Comparaison.CONTIENT, "contient"),
    (Comparaison.NE_CONTIENT_PAS, "ne contient pas"),
    (Comparaison.EGAL, "est égal à"),
    (Comparaison.DIFFERENT, "est différent de"),
    *_DE_FIN,
)


def comparaisons_de(colonne: Colonne) -> tuple[tuple[Comparaison, str], ...]:
    """(comparison, words) that suit the type of a column, besides the list of its values."""
    if colonne.est_nombre:
        return _DES_NOMBRES
    return _DES_DATES if colonne.type == TypeColonne.DATE else _DES_TEXTES


def en_clair(mots: str) -> str:
    """The words of a comparison where one chooses it: a sign alone is not read by everyone."""
    return f"{mots}  {_SIGNES[mots]}" if mots in _SIGNES else mots


def valeurs_attendues(test: Comparaison) -> int:
    """How many values a comparison needs."""
    if test in (Comparaison.VIDE, Comparaison.REMPLI, Comparaison.CETTE_ANNEE):
        return 0
    return 2 if test == Comparaison.ENTRE else 1


# Tests --------------------------------------------------------------------------------------------


def predicat(condition: Condition, colonne: Colonne) -> Epreuve:
    """A test of rows. Raises SaisieRefusee when a value typed is not of the column's type."""
    lire, eprouver = colonne.lire, epreuve(condition, colonne)

    def tester(ligne: Any) -> bool:
        return eprouver(lire(ligne))

    return tester


def epreuve(
    condition: Condition, colonne: Colonne, *, plier: Callable[[Any], str] | None = None
) -> Epreuve:
    """The same test on values of the column; each distinct value is judged once.

    `plier` gives the folded text of a value to those who have it already.
    """
    if plier is not None and condition.test in _DANS_LE_TEXTE and not colonne.est_nombre:
        return _juge_de_texte(condition, colonne, plier)
    return _Memoire(_juge(condition, colonne)).__getitem__


class _Memoire(dict[Any, bool]):
    """Answers already given, by value."""

    def __init__(self, juger: Epreuve) -> None:
        super().__init__()
        self._juger = juger

    def __missing__(self, valeur: Any) -> bool:
        reponse = self[valeur] = self._juger(valeur)
        return reponse


_DANS_LE_TEXTE = (Comparaison.CONTIENT, Comparaison.NE_CONTIENT_PAS)


def _juge(condition: Condition, colonne: Colonne) -> Epreuve:
    if condition.test == Comparaison.VIDE:
        return est_vide
    if condition.test == Comparaison.REMPLI:
        return lambda valeur: not est_vide(valeur)
    if condition.test == Comparaison.PARMI:
        voulues = frozenset(condition.valeurs)
        return lambda valeur: not voulues.isdisjoint(valeurs_de(colonne, valeur))
    if colonne.est_nombre or colonne.type == TypeColonne.DATE:
        return _juge_de_grandeur(condition, colonne)
    return _juge_de_texte(condition, colonne)


def est_vide(valeur: Any) -> bool:
    # The type first: an amount takes ten times longer to say that it is not a text.
    return valeur is None or (isinstance(valeur, str) and not valeur)


def valeurs_de(colonne: Colonne, valeur: Any) -> tuple[str, ...]:
    """What a cell counts for in the list of values: its text, each of its names, or "" when empty."""
    texte = "" if est_vide(valeur) else colonne.texte_de(valeur)
    return parties(texte) if colonne.plusieurs and texte else (texte,)


def _juge_de_grandeur(condition: Condition, colonne: Colonne) -> Epreuve:
    """Numbers and dates: typed values are read as cells are; an empty cell only differs."""
    if condition.test == Comparaison.CETTE_ANNEE:
        annee = datetime.now().astimezone().year
        return lambda valeur: valeur is not None and valeur.year == annee
    bornes = _lire_bornes(condition, colonne)
    premiere, derniere = bornes[0], bornes[-1]
    montre = colonne.texte_de(premiere)

    def egal(valeur: Any) -> bool:
        return bool(valeur == premiere or colonne.texte_de(valeur) == montre)

    comparer: Mapping[Comparaison, Epreuve] = {
        Comparaison.EGAL: egal,
        Comparaison.DIFFERENT: lambda valeur: not egal(valeur),
        Comparaison.SUPERIEUR: lambda valeur: bool(valeur > premiere),
        Comparaison.AU_MOINS: lambda valeur: bool(valeur >= premiere),
        Comparaison.INFERIEUR: lambda valeur: bool(valeur < premiere),
        Comparaison.AU_PLUS: lambda valeur: bool(valeur <= premiere),
        Comparaison.ENTRE: lambda valeur: bool(premiere <= valeur <= derniere),
    }
    if condition.test not in comparer:
        return _juge_de_texte(condition, colonne)
    juger, si_vide = comparer[condition.test], condition.test == Comparaison.DIFFERENT
    return lambda valeur: si_vide if est_vide(valeur) else juger(valeur)


def _lire_bornes(condition: Condition, colonne: Colonne) -> list[Any]:
    """The typed values, in order. Raises SaisieRefusee on one that is missing or not readable."""
    attendues = valeurs_attendues(condition.test)
    textes = condition.valeurs[:attendues]
    lues = [lire_valeur(colonne.type, texte) for texte in textes]
    if len(lues) < attendues or None in lues:
        raise SaisieRefusee(f"Tapez la valeur à comparer avec « {colonne.titre} ».")
    return sorted(lues)


def _juge_de_texte(
    condition: Condition, colonne: Colonne, plier: Callable[[Any], str] | None = None
) -> Epreuve:
    """Words, accents and case ignored."""
    voulu = replier(condition.valeurs[0].strip()) if condition.valeurs else ""
    if not voulu:
        raise SaisieRefusee(f"Tapez le texte à chercher dans « {colonne.titre} ».")

    def plier_la_case(valeur: Any) -> str:
        return "" if est_vide(valeur) else replier(colonne.texte_de(valeur))

    montre = plier or plier_la_case
    cle = cle_naturelle(condition.valeurs[0].strip())
    derniere = cle_naturelle(condition.valeurs[-1].strip())
    comparer: Mapping[Comparaison, Epreuve] = {
        Comparaison.CONTIENT: lambda valeur: voulu in montre(valeur),
        Comparaison.NE_CONTIENT_PAS: lambda valeur: voulu not in montre(valeur),
        Comparaison.EGAL: lambda valeur: voulu == montre(valeur),
        Comparaison.DIFFERENT: lambda valeur: voulu != montre(valeur),
        Comparaison.SUPERIEUR: lambda valeur: cle_naturelle(montre(valeur)) > cle,
        Comparaison.AU_MOINS: lambda valeur: cle_naturelle(montre(valeur)) >= cle,
        Comparaison.INFERIEUR: lambda valeur: cle_naturelle(montre(valeur)) < cle,
        Comparaison.AU_PLUS: lambda valeur: cle_naturelle(montre(valeur)) <= cle,
        Comparaison.ENTRE: lambda valeur: cle <= cle_naturelle(montre(valeur)) <= derniere,
    }
    if condition.test not in comparer:
        raise SaisieRefusee(f"Cette condition ne convient pas à « {colonne.titre} ».")
    return comparer[condition.test]


# Words and lists ----------------------------------------------------------------------------------


def phrase(condition: Condition, colonne: Colonne) -> str:
    """A condition in words: « Axe : Santé, Emploi », « Coût total (€) ≥ 10 000 »."""
    titre = nom_avec_unite(colonne)
    if condition.test == Comparaison.PARMI:
        noms = [valeur or VIDES for valeur in condition.valeurs]
        reste = len(noms) - NOMMEES
        if reste > 1:
            noms = [*noms[:NOMMEES], f"et {reste} autres"]
            return f"{titre}{INSECABLE}: {', '.join(noms[:-1])} {noms[-1]}"
        return f"{titre}{INSECABLE}: {', '.join(noms) or 'aucune valeur'}"
    mots = dict(comparaisons_de(colonne)).get(condition.test, str(condition.test))
    valeurs = tuple(
        _telle_que_montree(valeur, colonne)
        for valeur in condition.valeurs[: valeurs_attendues(condition.test)]
    )
    if not colonne.est_nombre and colonne.type != TypeColonne.DATE:
        valeurs = tuple(f"«{INSECABLE}{valeur}{INSECABLE}»" for valeur in valeurs)
    liaison = " et le " if colonne.type == TypeColonne.DATE else " et "
    return f"{titre} {mots} {liaison.join(valeurs)}".strip()


def _telle_que_montree(valeur: str, colonne: Colonne) -> str:
    """A typed value as the cells show it: « 12500 » is « 12 500 »."""
    try:
        return colonne.texte_de(lire_valeur(colonne.type, valeur))
    except SaisieRefusee:
        return valeur


@dataclass(frozen=True, slots=True)
class ValeurComptee:
    """A value offered by a filter: its text (empty: the blanks) and the rows that have it."""

    texte: str
    nombre: int

    @property
    def libelle(self) -> str:
        return self.texte or VIDES


def valeurs_comptees(
    colonne: Colonne, nombres: Mapping[Any, int], *, cle_de: Callable[[Any], Any] | None = None
) -> list[ValeurComptee]:
    """The values of a column in its order, blanks last, from how many rows have each raw value.

    `cle_de` gives the key of a value, to sort by, to those who have it already.
    """
    cle_de = cle_de or colonne.cle_de_valeur
    comptes: dict[str, int] = {}
    cles: dict[str, Any] = {}
    for valeur, nombre in nombres.items():
        textes = valeurs_de(colonne, valeur)
        for texte in textes:
            comptes[texte] = comptes.get(texte, 0) + nombre
            if texte not in cles:
                cles[texte] = cle_de(texte if len(textes) > 1 else valeur)
    pleines = sorted((t for t in comptes if t), key=lambda texte: cles[texte])
    return [ValeurComptee(t, comptes[t]) for t in [*pleines, *([""] if "" in comptes else [])]]

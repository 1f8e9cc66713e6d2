"""What a filter keeps of a column: conditions as data, kept in views and conditional formats. No Qt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.services.columns import Colonne, TypeColonne, lire_valeur, replier


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


def predicat(condition: Condition, colonne: Colonne) -> Callable[[Any], bool]:
    """Whether a row passes a condition. Raises SaisieRefusee on a value that is not of the column."""
    test, lire, texte = condition.test, colonne.lire, colonne.texte
    if test in (Comparaison.VIDE, Comparaison.REMPLI):
        vide = test is Comparaison.VIDE
        return lambda ligne: (lire(ligne) in (None, "")) is vide
    if test is Comparaison.PARMI:
        parmi = {replier(valeur) for valeur in condition.valeurs}
        return lambda ligne: replier(texte(ligne)) in parmi
    if test in (Comparaison.CONTIENT, Comparaison.NE_CONTIENT_PAS):
        mot, contient = replier(condition.valeurs[0]), test is Comparaison.CONTIENT
        return lambda ligne: (mot in replier(texte(ligne))) is contient
    return _comparer(condition, colonne)


def _comparer(condition: Condition, colonne: Colonne) -> Callable[[Any], bool]:
    par_texte = colonne.choix or colonne.type in (TypeColonne.TEXTE, TypeColonne.BOOLEEN)

    def valeur_de(ligne: Any) -> Any:
        valeur = colonne.lire(ligne)
        return replier(colonne.texte_de(valeur)) if par_texte and valeur is not None else valeur

    bornes = [replier(v) if par_texte else lire_valeur(colonne.type, v) for v in condition.valeurs]
    if not bornes or None in bornes:
        return lambda _ligne: False
    comparer = _COMPARAISONS[condition.test]

    def tester(ligne: Any) -> bool:
        valeur = valeur_de(ligne)
        if valeur is None:
            return condition.test is Comparaison.DIFFERENT
        return bool(comparer(valeur, bornes))

    return tester


_COMPARAISONS: Mapping[Comparaison, Callable[[Any, Any], bool]] = {
    Comparaison.EGAL: lambda v, b: v == b[0],
    Comparaison.DIFFERENT: lambda v, b: v != b[0],
    Comparaison.SUPERIEUR: lambda v, b: v > b[0],
    Comparaison.AU_MOINS: lambda v, b: v >= b[0],
    Comparaison.INFERIEUR: lambda v, b: v < b[0],
    Comparaison.AU_PLUS: lambda v, b: v <= b[0],
    Comparaison.ENTRE: lambda v, b: b[0] <= v <= b[-1],
}

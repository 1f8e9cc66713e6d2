"""The formulas of a list, computed row by row, each after those it reads: nothing calls itself.

What they gave on a row is kept until the row is replaced, or one of its values typed.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from app.models.montants import afficher_montant, afficher_part
from app.services import formules_sortes as sortes_de
from app.services.columns import Colonne, Erreur, TypeColonne
from app.services.formules import colonnes_lues, compiler, lire_formule, sortes
from app.services.formules_fonctions import Calcul, aujourdhui
from app.services.formules_jetons import FormuleRefusee
from app.services.formules_sortes import Sortes
from app.services.formules_valeurs import (
    ErreurDeCalcul,
    Valeur,
    arrondir,
    jour,
    logique,
    nombre,
    texte,
)

BOUCLE = Erreur("boucle", "Ce calcul dépend de lui-même : modifiez sa formule.")
ABSENTE = Erreur("colonne", "Une colonne de ce calcul a été supprimée : modifiez sa formule.")
ILLISIBLE = Erreur("formule", "Cette formule ne se lit pas : modifiez-la.")
DECIMALES = 10
# The columns of a financeur are absent in the years when it gives nothing: nothing is there to read.
_FINANCEUR = re.compile(r"[0-9a-f]{32}\.\w+")


class _Lecteurs(dict[str, Calcul]):
    def __missing__(self, cle: str) -> Calcul:
        return _rien if _FINANCEUR.fullmatch(cle) else _echec(ABSENTE)


class _Sortes(dict[str, Sortes]):
    def __missing__(self, cle: str) -> Sortes:
        return sortes_de.MONTANTS if _FINANCEUR.fullmatch(cle) else sortes_de.RIEN


class Calculs:
    """`formules`: key of a column -> its formula as it is kept; `colonnes`: those that hold values."""

    def __init__(self, formules: Mapping[str, str], colonnes: Sequence[Colonne]) -> None:
        self._faits: dict[str, tuple[Any, dict[str, Any]]] = {}
        self._jour: date | None = None  # the day of what is kept, when a formula asks for it
        if any("AUJOURD" in formule.upper() for formule in formules.values()):
            self._jour = aujourdhui()
        self._ordres: dict[str, tuple[str, ...]] = {}
        self._calculs: dict[str, Calcul] = {}
        self._lecteurs = _Lecteurs({c.cle: _lecteur(c) for c in colonnes})
        self._sortes = _Sortes({c.cle: sortes_de.de_la_colonne(c.type) for c in colonnes})
        lues = {cle: colonnes_lues(formule) for cle, formule in formules.items()}
        for cle in formules:
            self._lecteurs[cle] = _deja_fait(cle)
        for cle in en_ordre(lues):
            self._preparer(cle, formules[cle])
            avant = {c for lue in lues[cle] if lue in formules for c in self._ordres[lue]}
            self._ordres[cle] = (*(c for c in self._ordres if c in avant), cle)
        for cle in formules.keys() - self._calculs.keys():
            self._condamner(cle, BOUCLE)
        self._types = {cle: sortes_de.resultat(self._sortes[cle]) for cle in formules}

    def _preparer(self, cle: str, formule: str) -> None:
        try:
            noeud = lire_formule(formule)
        except FormuleRefusee:
            self._condamner(cle, ILLISIBLE)
        else:
            self._calculs[cle] = compiler(noeud, self._lecteurs)
            self._sortes[cle] = sortes(noeud, self._sortes)

    def _condamner(self, cle: str, erreur: Erreur) -> None:
        self._calculs[cle], self._sortes[cle] = _echec(erreur), sortes_de.RIEN
        self._ordres.setdefault(cle, (cle,))

    def type_de(self, cle: str) -> TypeColonne:
        """Type of what the formula of a column gives."""
        return self._types[cle]

    def lecteur(self, cle: str) -> Callable[[Any], Any]:
        """What a column shows on a row; None when it is empty or wrong."""
        rendre = _en_texte(self._sortes[cle]) if self.type_de(cle) is TypeColonne.TEXTE else None

        def lire(ligne: Any) -> Any:
            valeur = self._resultat(cle, ligne)
            if valeur is None or isinstance(valeur, Erreur):
                return None
            return valeur if rendre is None else rendre(valeur)

        return lire

    def fautif(self, cle: str) -> Callable[[Any], Erreur | None]:
        """Why a column shows nothing on a row."""

        def erreur(ligne: Any) -> Erreur | None:
            valeur = self._resultat(cle, ligne)
            return valeur if isinstance(valeur, Erreur) else None

        return erreur

    def oublier(self, lignes: Iterable[str]) -> None:
        """Values of these rows changed: compute them again when they are read."""
        for cle in lignes:
            self._faits.pop(cle, None)

    def _resultat(self, cle: str, ligne: Any) -> Any:
        if self._jour is not None and self._jour != aujourdhui():
            self._jour = aujourdhui()
            self._faits.clear()
        gardes = self._faits.get(ligne.cle)
        if gardes is None or gardes[0] is not ligne:
            gardes = self._faits[ligne.cle] = (ligne, {})
        faits = gardes[1]
        if cle not in faits:
            for etape in self._ordres[cle]:
                if etape not in faits:
                    faits[etape] = self._calculer(etape, ligne, faits)
        return faits[cle]

    def _calculer(self, cle: str, ligne: Any, faits: dict[str, Any]) -> Any:
        try:
            return _finir(self._calculs[cle](ligne, faits), self._types[cle])
        except ErreurDeCalcul as erreur:
            return erreur.erreur


def _finir(valeur: Valeur, genre: TypeColonne) -> Valeur:
    """The value as its column holds it: euros to the cent, so that a total adds what is shown."""
    if valeur is None or valeur == "":
        return None
    if genre is TypeColonne.MONTANT:
        return arrondir(nombre(valeur), 2)
    if genre in (TypeColonne.NOMBRE, TypeColonne.PART):
        return arrondir(nombre(valeur), DECIMALES)
    if genre is TypeColonne.DATE:
        return jour(valeur)
    return logique(valeur) if genre is TypeColonne.BOOLEEN else valeur


def _en_texte(possibles: Sortes) -> Callable[[Valeur], str]:
    """How a column that mixes words and numbers writes its numbers."""
    genre = sortes_de.le_plus_precis(possibles)

    def rendre(valeur: Valeur) -> str:
        if isinstance(valeur, Decimal) and genre is TypeColonne.MONTANT:
            return afficher_montant(valeur, zero="0")
        if isinstance(valeur, Decimal) and genre is TypeColonne.PART:
            return afficher_part(valeur)
        return texte(valeur)

    return rendre


# How formulas read columns ------------------------------------------------------------------------


def _rien(_ligne: Any, _faits: Any) -> Valeur:
    return None


def _echec(erreur: Erreur) -> Calcul:
    def calculer(_ligne: Any, _faits: Any) -> Valeur:
        raise ErreurDeCalcul(erreur)

    return calculer


def _deja_fait(cle: str) -> Calcul:
    def lire(_ligne: Any, faits: Any) -> Valeur:
        valeur: Valeur | Erreur = faits[cle]
        if isinstance(valeur, Erreur):
            raise ErreurDeCalcul(valeur)
        return valeur

    return lire


def _lecteur(colonne: Colonne) -> Calcul:
    """A column of values: a choice is read as the list shows it, a count as a number."""
    valeur_de, erreur_de = colonne.lire, colonne.erreur

    def lire(ligne: Any, _faits: Any) -> Valeur:
        valeur = valeur_de(ligne)
        if valeur is None and erreur_de is not None:
            erreur = erreur_de(ligne)
            if erreur is not None:
                raise ErreurDeCalcul(erreur)
        if type(valeur) is int:
            return Decimal(valeur)
        if colonne.choix and valeur is not None:
            return colonne.texte_de(valeur) if valeur != "" else None
        return valeur  # type: ignore[no-any-return]

    return lire


# Order --------------------------------------------------------------------------------------------


def en_ordre(lues: Mapping[str, Sequence[str]]) -> list[str]:
    """Formulas, each after those it reads; those that go round in circles are left out."""
    ordre: dict[str, None] = {}
    reste = {cle: {c for c in de if c in lues} for cle, de in lues.items()}
    while pretes := [cle for cle, de in reste.items() if de <= ordre.keys()]:
        for cle in pretes:
            ordre[cle] = None
            del reste[cle]
    return list(ordre)


def boucle(depart: str, lues: Mapping[str, Sequence[str]]) -> list[str]:
    """The way from a formula back to itself, empty when there is none."""
    chemins, vues = [[depart]], set()
    while chemins:
        chemin = chemins.pop(0)
        for lue in lues.get(chemin[-1], ()):
            if lue == depart:
                return [*chemin, depart]
            if lue not in vues:
                vues.add(lue)
                chemins.append([*chemin, lue])
    return []

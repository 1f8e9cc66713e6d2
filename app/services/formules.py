"""Formulas of the columns of the user: read, checked, compiled to plain functions; never `eval`.

A formula is kept as it was typed, save that columns stand in it by their keys: renaming a column
breaks nothing. It is shown with their titles.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from app.services import formules_sortes as sortes_de
from app.services.columns import replier
from app.services.formules_arbre import (
    Appel,
    Constante,
    Noeud,
    Pourcent,
    Reference,
    Suite,
    analyser,
    references,
)
from app.services.formules_fonctions import Calcul
from app.services.formules_jetons import FormuleRefusee, Genre, decouper
from app.services.formules_sortes import Sortes
from app.services.formules_valeurs import (
    Valeur,
    accoler,
    additionner,
    comparer,
    diviser,
    multiplier,
    nombre,
    soustraire,
)

SEPARATEUR = " · "
DISPARUE = "colonne supprimée"


class Repertoire:
    """The names of columns in formulas: « Coût total », or « État · Accordé » for one of a block."""

    def __init__(self, colonnes: Sequence[tuple[str, str, str]]) -> None:
        """Columns as (key, block, title)."""
        self._noms: dict[str, str] = {}
        self._cles: dict[str, list[str]] = {}
        self._pris: set[str] = set()
        for cle, groupe, titre in colonnes:
            nom = self._nommer(cle, f"{groupe}{SEPARATEUR}{titre}" if groupe else titre)
            court = _pli(_entre_crochets(titre))
            if court != _pli(nom):
                self._cles.setdefault(court, []).append(cle)

    def _nommer(self, cle: str, voulu: str) -> str:
        """Give a name that no other column has."""
        propre = _entre_crochets(voulu)
        essais = (propre, *(f"{propre} ({rang})" for rang in range(2, len(self._pris) + 3)))
        nom = next(essai for essai in essais if _pli(essai) not in self._pris)
        self._pris.add(_pli(nom))
        self._noms[cle] = nom
        self._cles.setdefault(_pli(nom), []).append(cle)
        return nom

    def nom(self, cle: str) -> str:
        """Its name; that of a column that is no longer there can be typed again and stays broken."""
        return self._noms.get(cle) or self._nommer(cle, DISPARUE)

    def noms(self) -> list[str]:
        """Every name, in the order of the columns."""
        return list(self._noms.values())

    def cle(self, nom: str) -> str:
        """Key of the column of this name. Raises FormuleRefusee when there is none, or several."""
        trouvees = self._cles.get(_pli(nom), [])
        exactes = [cle for cle in trouvees if _pli(self._noms[cle]) == _pli(nom)]
        if len(exactes or trouvees) == 1:
            return (exactes or trouvees)[0]
        if not trouvees:
            raise FormuleRefusee(
                f"Aucune colonne ne s'appelle « {nom} » : choisissez-la dans la liste."
            )
        precisions = " ou ".join(f"[{self._noms[cle]}]" for cle in trouvees[:3])
        raise FormuleRefusee(f"Plusieurs colonnes s'appellent « {nom} » : précisez {precisions}.")


def _entre_crochets(nom: str) -> str:
    """A name that can stand between brackets."""
    return " ".join(nom.replace("[", "(").replace("]", ")").split())


def _pli(nom: str) -> str:
    return " ".join(replier(nom).split())


# Text kept and text shown -------------------------------------------------------------------------


def en_cles(texte: str, repertoire: Repertoire) -> str:
    """What is kept of a formula that was typed. Raises FormuleRefusee when it cannot be read."""
    analyser(texte, repertoire.cle)
    return _reecrire(texte.strip(), repertoire.cle)


def en_titres(formule: str, repertoire: Repertoire) -> str:
    """A kept formula as people read it."""
    try:
        return _reecrire(formule, repertoire.nom)
    except FormuleRefusee:  # written by another version: shown as it stands
        return formule


def _reecrire(texte: str, renommer: Callable[[str], str]) -> str:
    morceaux, place = [], 0
    for jeton in decouper(texte):
        if jeton.genre is Genre.COLONNE:
            morceaux += [texte[place : jeton.debut], f"[{renommer(jeton.texte)}]"]
            place = jeton.fin
    return "".join([*morceaux, texte[place:]])


@lru_cache(maxsize=256)
def lire_formule(formule: str) -> Noeud:
    """The tree of a formula as it is kept. Raises FormuleRefusee."""
    return analyser(formule, _telle_quelle)


def _telle_quelle(cle: str) -> str:
    return cle


def colonnes_lues(formule: str) -> tuple[str, ...]:
    """Keys of the columns that a kept formula reads; none when it cannot be read."""
    try:
        return tuple(dict.fromkeys(references(lire_formule(formule))))
    except FormuleRefusee:
        return ()


# What it gives ------------------------------------------------------------------------------------


def sortes(noeud: Noeud, colonnes: Mapping[str, Sortes]) -> Sortes:
    """What a formula may give, from what its columns hold."""
    if isinstance(noeud, Constante):
        return _d_une_constante(noeud.valeur)
    if isinstance(noeud, Reference):
        return colonnes[noeud.cle]
    if isinstance(noeud, Appel):
        return noeud.fonction.sortes([sortes(fils, colonnes) for fils in noeud.arguments])
    if isinstance(noeud, Suite):
        cumul = sortes(noeud.premier, colonnes)
        for signe, operande in noeud.suites:
            cumul = sortes_de.de_l_operation(signe, cumul, sortes(operande, colonnes))
        return cumul
    if isinstance(noeud, Pourcent):
        return sortes_de.PARTS
    return frozenset({sortes_de.le_plus_precis(sortes(noeud.de, colonnes))})


def _d_une_constante(valeur: Valeur) -> Sortes:
    if valeur is None or valeur == "":
        return sortes_de.RIEN
    if isinstance(valeur, bool):
        return sortes_de.LOGIQUES
    return sortes_de.NOMBRES if isinstance(valeur, Decimal) else sortes_de.TEXTES


# From a tree to a function ------------------------------------------------------------------------

Lecteurs = Mapping[str, Calcul]
CENT = Decimal(100)


def compiler(noeud: Noeud, lecteurs: Lecteurs) -> Calcul:
    """A function (row, results of the formula columns on it) -> value; it raises ErreurDeCalcul."""
    if isinstance(noeud, Constante):
        return _rendre(noeud.valeur)
    if isinstance(noeud, Reference):
        return lecteurs[noeud.cle]
    if isinstance(noeud, Appel):
        return _appeler(noeud, lecteurs)
    if isinstance(noeud, Suite):
        return _suivre(noeud, lecteurs)
    de = compiler(noeud.de, lecteurs)
    if isinstance(noeud, Pourcent):
        return lambda ligne, faits: diviser(de(ligne, faits), CENT)
    return lambda ligne, faits: -nombre(de(ligne, faits))


def _rendre(valeur: Valeur) -> Calcul:
    return lambda _ligne, _faits: valeur


def _suivre(noeud: Suite, lecteurs: Lecteurs) -> Calcul:
    premier = compiler(noeud.premier, lecteurs)
    pas = [(_OPERATIONS[signe], compiler(operande, lecteurs)) for signe, operande in noeud.suites]

    def calculer(ligne: Any, faits: Any) -> Valeur:
        cumul = premier(ligne, faits)
        for operation, operande in pas:
            cumul = operation(cumul, operande(ligne, faits))
        return cumul

    return calculer


def _appeler(noeud: Appel, lecteurs: Lecteurs) -> Calcul:
    fonction, calculer = noeud.fonction, noeud.fonction.calculer
    calculs = [compiler(argument, lecteurs) for argument in noeud.arguments]
    if fonction.paresseuse:
        return lambda ligne, faits: calculer(calculs, ligne, faits)
    if fonction.groupe:
        de_colonne = [isinstance(argument, Reference) for argument in noeud.arguments]
        cas = list(zip(calculs, de_colonne, strict=True))
        return lambda ligne, faits: calculer([(c(ligne, faits), ref) for c, ref in cas])
    return lambda ligne, faits: calculer(*[c(ligne, faits) for c in calculs])


_OPERATIONS: dict[str, Callable[[Valeur, Valeur], Valeur]] = {
    "+": additionner,
    "-": soustraire,
    "*": multiplier,
    "/": diviser,
    "&": accoler,
    "=": lambda a, b: comparer(a, b) == 0,
    "<>": lambda a, b: comparer(a, b) != 0,
    "<": lambda a, b: comparer(a, b) < 0,
    ">": lambda a, b: comparer(a, b) > 0,
    "<=": lambda a, b: comparer(a, b) <= 0,
    ">=": lambda a, b: comparer(a, b) >= 0,
}

"""What a formula gives, known from its columns before any row: euros, a share, a date, a text…"""

from collections.abc import Iterable

from app.services.columns import TypeColonne

T = TypeColonne
Sortes = frozenset[TypeColonne]  # what a part of a formula may give; empty: nothing at all

RIEN: Sortes = frozenset()
NOMBRES: Sortes = frozenset({T.NOMBRE})
MONTANTS: Sortes = frozenset({T.MONTANT})
PARTS: Sortes = frozenset({T.PART})
TEXTES: Sortes = frozenset({T.TEXTE})
DATES: Sortes = frozenset({T.DATE})
LOGIQUES: Sortes = frozenset({T.BOOLEEN})

_COLONNES = {T.ENTIER: NOMBRES, T.CHOIX: TEXTES}


def de_la_colonne(genre: TypeColonne) -> Sortes:
    return _COLONNES.get(genre, frozenset({genre}))


def reunies(sortes: Iterable[Sortes]) -> Sortes:
    return RIEN.union(*sortes)


def le_plus_precis(sortes: Sortes) -> TypeColonne:
    """Euros, else a share, else a plain number."""
    return next((genre for genre in (T.MONTANT, T.PART) if genre in sortes), T.NOMBRE)


def resultat(sortes: Sortes) -> TypeColonne:
    """The type of the column that a formula fills. Different kinds make a column of texts."""
    nombres = sortes & {T.MONTANT, T.PART, T.NOMBRE}
    if nombres and nombres == sortes:
        return le_plus_precis(sortes)
    return next(iter(sortes)) if len(sortes) == 1 else T.TEXTE


def de_l_operation(signe: str, a: Sortes, b: Sortes) -> Sortes:
    if signe == "&":
        return TEXTES
    if signe in "+-":
        return _addition(signe, a, b)
    if signe == "*":
        return frozenset({_PRODUITS.get((le_plus_precis(a), le_plus_precis(b)), T.NOMBRE)})
    if signe == "/":
        return frozenset({_QUOTIENTS.get((le_plus_precis(a), le_plus_precis(b)), T.NOMBRE)})
    return LOGIQUES


def _addition(signe: str, a: Sortes, b: Sortes) -> Sortes:
    if T.DATE in a or T.DATE in b:
        return NOMBRES if signe == "-" and T.DATE in a and T.DATE in b else DATES
    return frozenset({le_plus_precis(a | b)})


_PRODUITS = {
    (T.MONTANT, T.NOMBRE): T.MONTANT,
    (T.NOMBRE, T.MONTANT): T.MONTANT,
    (T.MONTANT, T.PART): T.MONTANT,
    (T.PART, T.MONTANT): T.MONTANT,
    (T.PART, T.PART): T.PART,
}
_QUOTIENTS = {
    (T.MONTANT, T.MONTANT): T.PART,
    (T.MONTANT, T.NOMBRE): T.MONTANT,
    (T.MONTANT, T.PART): T.MONTANT,
    (T.PART, T.NOMBRE): T.PART,
}

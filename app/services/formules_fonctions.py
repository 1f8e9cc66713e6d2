"""The functions of formulas, under the names that a French spreadsheet gives them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_UP, Decimal
from operator import attrgetter
from typing import Any

from app.services.columns import TypeColonne
from app.services.formules_formats import mettre_en_forme
from app.services.formules_sortes import (
    DATES,
    LOGIQUES,
    NOMBRES,
    PARTS,
    TEXTES,
    Sortes,
    le_plus_precis,
    reunies,
)
from app.services.formules_valeurs import (
    CALCUL,
    DIVISION,
    HORS_DATES,
    INTROUVABLE,
    LONGUEUR_MAXIMUM,
    TROP_LONG,
    ZERO,
    ErreurDeCalcul,
    Valeur,
    accoler,
    additionner,
    arrondir,
    court,
    diviser,
    entier,
    jour,
    logique,
    mauvais_type,
    nombre,
    proche,
    texte,
)

Calcul = Callable[[Any, Any], Valeur]  # (row, what formula columns gave on it) -> value
Cas = tuple[Valeur, bool]  # a value, and whether it is that of a column


@dataclass(frozen=True, slots=True)
class Fonction:
    """`calculer` takes the values; `paresseuse`: calculations not done yet; `groupe`: a list of Cas."""

    nom: str
    arguments: str
    aide: str
    calculer: Callable[..., Valeur]
    sortes: Callable[[Sequence[Sortes]], Sortes]
    minimum: int = 1
    maximum: int | None = 1
    paresseuse: bool = False
    groupe: bool = False

    @property
    def ecriture(self) -> str:
        """« SI(condition; si oui; si non) »."""
        return f"{self.nom}({self.arguments})"


def _toujours(sortes: Sortes) -> Callable[[Sequence[Sortes]], Sortes]:
    return lambda _arguments: sortes


def _du_premier(arguments: Sequence[Sortes]) -> Sortes:
    return frozenset({le_plus_precis(arguments[0])})


def _de_tous(arguments: Sequence[Sortes]) -> Sortes:
    return frozenset({le_plus_precis(reunies(arguments))})


# Choices ------------------------------------------------------------------------------------------


def _si(calculs: Sequence[Calcul], ligne: Any, faits: Any) -> Valeur:
    if logique(calculs[0](ligne, faits)):
        return calculs[1](ligne, faits)
    return calculs[2](ligne, faits) if len(calculs) > 2 else None


def _sierreur(calculs: Sequence[Calcul], ligne: Any, faits: Any) -> Valeur:
    try:
        return calculs[0](ligne, faits)
    except ErreurDeCalcul:
        return calculs[1](ligne, faits)


def _et(*valeurs: Valeur) -> Valeur:
    return False not in [logique(v) for v in valeurs]


def _ou(*valeurs: Valeur) -> Valeur:
    return True in [logique(v) for v in valeurs]


def _non(valeur: Valeur) -> Valeur:
    return not logique(valeur)


def _estvide(valeur: Valeur) -> Valeur:
    return valeur is None or valeur == ""


# Numbers ------------------------------------------------------------------------------------------


def _nombres(cas: Sequence[Cas]) -> list[Decimal]:
    """Numbers of a list: texts of columns are passed over, as a spreadsheet does."""
    gardes: list[Decimal] = []
    for valeur, de_colonne in cas:
        passe = valeur is None or valeur == "" or (de_colonne and isinstance(valeur, str | bool))
        if not passe:
            gardes.append(nombre(valeur))
    return gardes


def _somme(cas: Sequence[Cas]) -> Valeur:
    total: Valeur = ZERO
    for valeur in _nombres(cas):
        total = additionner(total, valeur)
    return total


def _moyenne(cas: Sequence[Cas]) -> Valeur:
    compte = len(_nombres(cas))
    if not compte:
        raise ErreurDeCalcul(replace(DIVISION, explication="Aucun nombre : pas de moyenne."))
    return diviser(_somme(cas), Decimal(compte))


def _extreme(choisir: Callable[..., Any]) -> Callable[[Sequence[Cas]], Valeur]:
    """The least or the greatest of numbers, or of dates; nothing when all is empty."""

    def calculer(cas: Sequence[Cas]) -> Valeur:
        dates = [valeur for valeur, _ in cas if isinstance(valeur, date)]
        autres = _nombres([c for c in cas if not isinstance(c[0], date)])
        if dates and autres:
            raise mauvais_type("Des dates et des nombres ne se comparent pas.")
        trouve: Valeur = choisir(dates or autres, default=None)
        return trouve

    return calculer


def _des_extremes(arguments: Sequence[Sortes]) -> Sortes:
    reunion = reunies(arguments)
    return DATES if TypeColonne.DATE in reunion else frozenset({le_plus_precis(reunion)})


def _nb(cas: Sequence[Cas]) -> Valeur:
    return Decimal(sum(isinstance(valeur, Decimal | date) for valeur, _ in cas))


def _nbval(cas: Sequence[Cas]) -> Valeur:
    return Decimal(sum(valeur is not None and valeur != "" for valeur, _ in cas))


def _arrondi(sens: str = "ROUND_HALF_UP") -> Callable[..., Valeur]:
    def calculer(valeur: Valeur, decimales: Valeur = None) -> Valeur:
        return arrondir(nombre(valeur), entier(decimales), sens)

    return calculer


def _abs(valeur: Valeur) -> Valeur:
    return CALCUL.abs(nombre(valeur))


def _ent(valeur: Valeur) -> Valeur:
    return arrondir(nombre(valeur), 0, ROUND_FLOOR)


def _part(valeur: Valeur, total: Valeur) -> Valeur:
    """Nothing when there is no total: a share of nothing is not known."""
    return None if proche(nombre(total)) == 0 else diviser(valeur, total)


# Texts --------------------------------------------------------------------------------------------


def _longueur(valeur: Valeur) -> int:
    compte = 1 if valeur is None else entier(valeur)
    if compte < 0:
        raise mauvais_type("Un nombre de lettres ne peut pas être négatif.")
    return compte


def _gauche(valeur: Valeur, compte: Valeur = None) -> Valeur:
    return texte(valeur)[: _longueur(compte)]


def _droite(valeur: Valeur, compte: Valeur = None) -> Valeur:
    lettres, garde = texte(valeur), _longueur(compte)
    return lettres[max(0, len(lettres) - garde) :]


def _stxt(valeur: Valeur, place: Valeur, compte: Valeur) -> Valeur:
    debut = entier(place) - 1
    if debut < 0:
        raise mauvais_type("Les lettres se comptent à partir de 1.")
    return texte(valeur)[debut : debut + _longueur(compte)]


def _cherche(cherche: Valeur, dans: Valeur, depart: Valeur = Decimal(1)) -> Valeur:
    debut = entier(depart) - 1
    place = texte(dans).casefold().find(texte(cherche).casefold(), debut) if debut >= 0 else -1
    if place < 0:
        raise ErreurDeCalcul(INTROUVABLE)
    return Decimal(place + 1)


def _substitue(valeur: Valeur, ancien: Valeur, nouveau: Valeur, rang: Valeur = None) -> Valeur:
    entree, retire, pose = texte(valeur), texte(ancien), texte(nouveau)
    if not retire:
        return entree
    if rang is None:
        # Known before it is made: a short text can become a very long one.
        if len(entree) + entree.count(retire) * (len(pose) - len(retire)) > LONGUEUR_MAXIMUM:
            raise ErreurDeCalcul(TROP_LONG)
        return entree.replace(retire, pose)
    morceaux = entree.split(retire)
    n = entier(rang)
    if not 0 < n < len(morceaux):
        return entree
    return court(retire.join(morceaux[:n]) + pose + retire.join(morceaux[n:]))


def _concat(*valeurs: Valeur) -> Valeur:
    bout: Valeur = ""
    for valeur in valeurs:
        bout = accoler(bout, valeur)
    return bout


def _majuscule(valeur: Valeur) -> Valeur:
    return court(texte(valeur).upper())


def _minuscule(valeur: Valeur) -> Valeur:
    return court(texte(valeur).lower())


def _nbcar(valeur: Valeur) -> Valeur:
    return Decimal(len(texte(valeur)))


def _texte(valeur: Valeur, modele: Valeur) -> Valeur:
    return mettre_en_forme(valeur, texte(modele))


# Dates --------------------------------------------------------------------------------------------


def _date(annee: Valeur, mois: Valeur, jours: Valeur) -> Valeur:
    """A month or a day beyond the end goes on in the next year or month, as in a spreadsheet."""
    rang = entier(annee) * 12 + entier(mois) - 1
    if not 1900 * 12 <= rang < 9999 * 12:
        raise ErreurDeCalcul(HORS_DATES)
    return additionner(date(rang // 12, rang % 12 + 1, 1), Decimal(entier(jours) - 1))


def aujourdhui() -> date:
    return date.today()  # noqa: DTZ011 - the day on the wall of the person who looks


def _de_la_date(partie: Callable[[date], int]) -> Callable[[Valeur], Valeur]:
    def calculer(valeur: Valeur) -> Valeur:
        return Decimal(partie(jour(valeur)))

    return calculer


def _jours(fin: Valeur, debut: Valeur) -> Valeur:
    return Decimal((jour(fin) - jour(debut)).days)


# The list -----------------------------------------------------------------------------------------

_VALEURS = "valeur; valeur…"
_DEUX, _TROIS, _SANS_FIN = (2, 2), (3, 3), (1, None)


def _fonction(
    nom: str,
    arguments: str,
    aide: str,
    calculer: Callable[..., Valeur],
    sortes: Callable[[Sequence[Sortes]], Sortes] | Sortes,
    bornes: tuple[int, int | None] = (1, 1),
) -> Fonction:
    rendues = _toujours(sortes) if isinstance(sortes, frozenset) else sortes
    return Fonction(nom, arguments, aide, calculer, rendues, *bornes)


_CHOIX = [
    replace(
        _fonction(
            "SI",
            "condition; si oui; si non",
            "Choisit l'une ou l'autre valeur.",
            _si,
            lambda arguments: reunies(arguments[1:]),
            (2, 3),
        ),
        paresseuse=True,
    ),
    replace(
        _fonction(
            "SIERREUR",
            "calcul; sinon",
            "Donne l'autre valeur quand le calcul échoue.",
            _sierreur,
            reunies,
            _DEUX,
        ),
        paresseuse=True,
    ),
    _fonction(
        "ET",
        "condition; condition…",
        "Oui si toutes les conditions sont vraies.",
        _et,
        LOGIQUES,
        _SANS_FIN,
    ),
    _fonction(
        "OU",
        "condition; condition…",
        "Oui si une condition au moins est vraie.",
        _ou,
        LOGIQUES,
        _SANS_FIN,
    ),
    _fonction("NON", "condition", "Le contraire.", _non, LOGIQUES),
    _fonction("ESTVIDE", "valeur", "Oui si la case est vide.", _estvide, LOGIQUES),
]
_GROUPES = [
    replace(_fonction(nom, _VALEURS, aide, calculer, sortes, _SANS_FIN), groupe=True)
    for nom, aide, calculer, sortes in (
        ("SOMME", "La somme des nombres.", _somme, _de_tous),
        ("MOYENNE", "La moyenne ; les cases vides ne comptent pas.", _moyenne, _de_tous),
        ("MIN", "Le plus petit nombre, ou la première date.", _extreme(min), _des_extremes),
        ("MAX", "Le plus grand nombre, ou la dernière date.", _extreme(max), _des_extremes),
        ("NB", "Combien de nombres ou de dates.", _nb, NOMBRES),
        ("NBVAL", "Combien de cases remplies.", _nbval, NOMBRES),
    )
]
_NOMBRES = [
    *_GROUPES,
    *(
        _fonction(nom, "nombre; décimales", aide, calculer, _du_premier, (1, 2))
        for nom, aide, calculer in (
            ("ARRONDI", "Arrondit au plus proche.", _arrondi()),
            ("ARRONDI.INF", "Arrondit vers zéro.", _arrondi(ROUND_DOWN)),
            ("ARRONDI.SUP", "Arrondit en s'éloignant de zéro.", _arrondi(ROUND_UP)),
        )
    ),
    _fonction("ABS", "nombre", "Le nombre sans son signe.", _abs, _du_premier),
    _fonction("ENT", "nombre", "L'entier juste au-dessous.", _ent, _du_premier),
    _fonction(
        "PART", "valeur; total", "La valeur en % du total ; vide sans total.", _part, PARTS, _DEUX
    ),
]
_TEXTES = [
    _fonction("CONCAT", _VALEURS, "Met des textes bout à bout.", _concat, TEXTES, _SANS_FIN),
    _fonction("GAUCHE", "texte; combien", "Les premières lettres.", _gauche, TEXTES, (1, 2)),
    _fonction("DROITE", "texte; combien", "Les dernières lettres.", _droite, TEXTES, (1, 2)),
    _fonction("STXT", "texte; depuis; combien", "Des lettres du milieu.", _stxt, TEXTES, _TROIS),
    _fonction("NBCAR", "texte", "Combien de lettres et de signes.", _nbcar, NOMBRES),
    _fonction("MAJUSCULE", "texte", "Tout en majuscules.", _majuscule, TEXTES),
    _fonction("MINUSCULE", "texte", "Tout en minuscules.", _minuscule, TEXTES),
    _fonction("CHERCHE", "texte; dans; depuis", "La place d'un texte.", _cherche, NOMBRES, (2, 3)),
    _fonction(
        "SUBSTITUE",
        "texte; ancien; nouveau; lequel",
        "Remplace un texte par un autre.",
        _substitue,
        TEXTES,
        (3, 4),
    ),
    _fonction("TEXTE", "valeur; format", "Écrit un nombre ou une date.", _texte, TEXTES, _DEUX),
]
_DATES = [
    _fonction("DATE", "année; mois; jour", "Une date.", _date, DATES, _TROIS),
    _fonction("AUJOURDHUI", "", "La date du jour.", aujourdhui, DATES, (0, 0)),
    _fonction("ANNEE", "date", "L'année d'une date.", _de_la_date(attrgetter("year")), NOMBRES),
    _fonction("MOIS", "date", "Le mois, de 1 à 12.", _de_la_date(attrgetter("month")), NOMBRES),
    _fonction("JOUR", "date", "Le jour du mois.", _de_la_date(attrgetter("day")), NOMBRES),
    _fonction("JOURS", "fin; début", "Les jours entre deux dates.", _jours, NOMBRES, _DEUX),
]
FAMILLES: dict[str, Sequence[Fonction]] = {
    "Choix": _CHOIX,
    "Nombres": _NOMBRES,
    "Textes": _TEXTES,
    "Dates": _DATES,
}
FONCTIONS: dict[str, Fonction] = {f.nom: f for famille in FAMILLES.values() for f in famille}

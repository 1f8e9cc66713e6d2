"""Columns as data: one list drives the table on screen, the workbook and the PDF. No Qt here."""

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any

from app.models.montants import (
    FINE,
    INSECABLE,
    MOINS,
    afficher_montant,
    afficher_nombre,
    afficher_part,
    lire_decimal,
    lire_montant,
)
from app.services.errors import SaisieRefusee
from app.services.pliage import cle_naturelle
from app.services.pliage import replier as replier  # most modules take it from here
from app.services.textes_saisis import citer, texte_de_case

ZERO_AFFICHE = "–"
ENSEMBLE = 400  # rows from which a column that can is read whole

_SEPARATEUR = re.compile(r", (?![^()]*\))")


class TypeColonne(StrEnum):
    """What `Colonne.lire` returns: str, Decimal euros, int, date, stored choice, bool, ratio, number."""

    TEXTE = "texte"
    MONTANT = "montant"
    ENTIER = "entier"
    DATE = "date"
    CHOIX = "choix"
    BOOLEEN = "booleen"
    PART = "part"
    NOMBRE = "nombre"  # with decimals, and no unit


NOMBRES = (TypeColonne.MONTANT, TypeColonne.ENTIER, TypeColonne.PART, TypeColonne.NOMBRE)


class Alignement(StrEnum):
    GAUCHE = "gauche"
    CENTRE = "centre"
    DROITE = "droite"


class Signal(StrEnum):
    """The meanings a colour may have; each is drawn with its own shape."""

    FAVORABLE = "favorable"
    ALERTE = "alerte"
    BLOQUANT = "bloquant"
    INFORMATION = "information"
    NEUTRE = "neutre"


Ecrire = Callable[[str, Any], None]


@dataclass(frozen=True, slots=True)
class Pose:
    """How a column writes inside an operation that it shares with others.

    `ouvrir(label)` starts the operation; `poser(operation, row key, value)` writes in it.
    Columns of one `groupe` may be written together on a row, which costs one write in place of many:
    `ensemble(operation, row key, {champ: value})`, each value as `preparer(operation, value)` made it.
    """

    ouvrir: Callable[[str], AbstractContextManager[Any]]
    poser: Callable[[Any, str, Any], None]
    groupe: Hashable = None
    champ: str = ""
    ensemble: Callable[[Any, str, Mapping[str, Any]], None] | None = None
    preparer: Callable[[Any, Any], Any] | None = None


@dataclass(frozen=True, slots=True)
class Erreur:
    """Why a cell has no value: the word it shows, and the sentence of its tooltip."""

    mot: str
    explication: str


@dataclass(frozen=True, kw_only=True)
class Colonne:
    """One column. `lire` takes a row and returns the value, or None when there is none; `lire_tout`
    the same of many rows at once, where that costs less than a call for each.

    `ecrire(row key, value)` keeps what `lire_saisie` understood of what was typed (None: clear), or
    raises ErreurConnue; `pose` does the same for several cells in one operation.
    `groupe` heads a block of neighbouring columns; `largeur` is in pixels at 100 %.
    `signal(value)` draws the value as a tag of state; `nuance` sets the column in second ink.
    `base(row)`: what « 80 % » typed there is a share of (else of what the cell holds);
    `proposer()`: the names of the référentiel that typing completes, several of them when there is a
    `separateur`; `obligatoire`: it cannot be emptied; `negatif`: amounts may be below zero;
    `pourquoi`: one sentence, why it cannot be typed in; `verrouillee`: because a view locks it.
    `erreur(row)` says why a row has no value, where there should be one.
    `ordre`: the texts in an order of their own, to sort by (that of the référentiel);
    `plusieurs`: a cell may name several things, « A, B ».
    """

    cle: str
    titre: str
    lire: Callable[[Any], Any]
    lire_tout: Callable[[Sequence[Any]], Iterable[Any]] | None = None
    type: TypeColonne = TypeColonne.TEXTE
    groupe: str = ""
    afficher: Callable[[Any], str] | None = None
    ecrire: Ecrire | None = None
    pose: Pose | None = None
    largeur: int = 0
    alignement: Alignement | None = None
    total: bool = False
    figee: bool = False
    visible: bool = True
    nuance: bool = False
    choix: tuple[tuple[str, str], ...] = ()
    ordre: tuple[str, ...] = ()
    plusieurs: bool = False
    signal: Callable[[Any], Signal] | None = None
    erreur: Callable[[Any], Erreur | None] | None = None
    aide: str = ""
    base: Callable[[Any], Decimal | None] | None = None
    proposer: Callable[[], Sequence[str]] | None = None
    separateur: str = ""
    obligatoire: bool = False
    negatif: bool = False
    pourquoi: str = ""
    verrouillee: bool = False

    @property
    def est_nombre(self) -> bool:
        return self.type in NOMBRES

    @cached_property
    def cote(self) -> Alignement:
        """Side of the cell where the text stands: numbers on the right unless told otherwise."""
        if self.alignement is not None:
            return self.alignement
        if self.est_nombre:
            return Alignement.DROITE
        return Alignement.CENTRE if self.type == TypeColonne.BOOLEEN else Alignement.GAUCHE

    @property
    def largeur_voulue(self) -> int:
        return self.largeur or _LARGEURS[self.type]

    def lire_lignes(self, lignes: Collection[Any]) -> Iterable[Any]:
        """The value of each row."""
        if self.lire_tout is not None and len(lignes) >= ENSEMBLE:
            return self.lire_tout(list(lignes))
        return map(self.lire, lignes)

    def texte(self, ligne: Any) -> str:
        """What the cell shows."""
        valeur = self.lire(ligne)
        if valeur is None and self.erreur is not None:
            return self.mot_d_erreur(ligne)
        return self.texte_de(valeur)

    def mot_d_erreur(self, ligne: Any) -> str:
        """The word shown in place of a value, empty when nothing is wrong."""
        erreur = self.erreur(ligne) if self.erreur is not None else None
        return "" if erreur is None else erreur.mot

    def texte_de(self, valeur: Any) -> str:
        if self.afficher is not None:
            return self.afficher(valeur)
        if valeur is None:
            return ""
        if self.choix:
            return next((libelle for cle, libelle in self.choix if cle == valeur), str(valeur))
        return _AFFICHAGES[self.type](valeur)

    def texte_a_editer(self, ligne: Any) -> str:
        """What the editor starts from: a plain number, the date in full, the stored choice."""
        valeur = self.lire(ligne)
        if valeur is None:
            return ""
        if self.type == TypeColonne.MONTANT:
            return f"{valeur:.2f}".removesuffix(".00").replace(".", ",")
        if self.type == TypeColonne.PART:
            return nombre_brut(valeur * 100)
        if self.type == TypeColonne.NOMBRE:
            return nombre_brut(valeur)
        return self.texte_de(valeur) if self.type == TypeColonne.DATE else str(valeur)

    def texte_a_copier(self, ligne: Any) -> str:
        """What another program reads: numbers without spaces nor dash, words as shown."""
        valeur = self.lire(ligne) if self.est_nombre else None
        if valeur is None:
            return "" if self.est_nombre else self.texte(ligne)
        # A ratio is read back in percent, by us as by a spreadsheet.
        return (
            f"{nombre_brut(valeur * 100)}%"
            if self.type == TypeColonne.PART
            else nombre_brut(valeur)
        )

    def cle_de_tri(self, ligne: Any) -> Any:
        """Value to sort by, None when the cell is empty. Choices sort in the order of their list."""
        return self.cle_de_valeur(self.lire(ligne))

    def cle_de_valeur(self, valeur: Any) -> Any:
        """The same for a value of the column."""
        if valeur is None or (isinstance(valeur, str) and not valeur):
            return None
        if self.choix:
            rangs = _rangs(self.choix)
            return rangs.get(valeur, len(rangs))
        if self.type != TypeColonne.TEXTE:
            return valeur
        texte = self.texte_de(valeur)
        return self._cle_ordonnee(texte) if self.ordre else cle_naturelle(texte)

    def _cle_ordonnee(self, texte: str) -> tuple[tuple[int, ...], str]:
        """The ranks of what the cell names, those unknown last, then its text."""
        rangs = _places(self.ordre)
        noms = parties(texte) if self.plusieurs else (texte,)
        return tuple(rangs.get(nom, len(rangs)) for nom in noms), cle_naturelle(texte)


def nombre_brut(valeur: Decimal | int) -> str:
    """« 12500,5 »: a number that a French spreadsheet reads as a number."""
    texte = f"{valeur:f}" if isinstance(valeur, Decimal) else str(valeur)
    if "." in texte:
        texte = texte.rstrip("0").rstrip(".")
    return texte.replace(".", ",")


def afficher_entier(valeur: int) -> str:
    """« 1 234 »; zero is a dash, as for amounts."""
    if valeur == 0:
        return ZERO_AFFICHE
    return f"{MOINS if valeur < 0 else ''}{abs(valeur):,}".replace(",", FINE)


def afficher_date(valeur: date) -> str:
    return f"{valeur:%d/%m/%Y}"


def afficher_booleen(valeur: bool) -> str:
    return "oui" if valeur else "non"


_AFFICHAGES: dict[TypeColonne, Callable[[Any], str]] = {
    TypeColonne.TEXTE: str,
    TypeColonne.MONTANT: afficher_montant,
    TypeColonne.ENTIER: afficher_entier,
    TypeColonne.DATE: afficher_date,
    TypeColonne.CHOIX: str,
    TypeColonne.BOOLEEN: afficher_booleen,
    TypeColonne.PART: afficher_part,
    TypeColonne.NOMBRE: afficher_nombre,
}
_LARGEURS: dict[TypeColonne, int] = {
    TypeColonne.TEXTE: 180,
    TypeColonne.MONTANT: 92,
    TypeColonne.ENTIER: 72,
    TypeColonne.DATE: 92,
    TypeColonne.CHOIX: 136,
    TypeColonne.BOOLEEN: 64,
    TypeColonne.PART: 72,
    TypeColonne.NOMBRE: 80,
}


@lru_cache(maxsize=64)
def _rangs(choix: tuple[tuple[str, str], ...]) -> dict[str, int]:
    return {cle: rang for rang, (cle, _) in enumerate(choix)}


@lru_cache(maxsize=64)
def _places(ordre: tuple[str, ...]) -> dict[str, int]:
    return {texte: rang for rang, texte in enumerate(ordre)}


def parties(texte: str) -> tuple[str, ...]:
    """What a cell names: « Centre, Le Trieu (Lille, Lomme) » are two quartiers."""
    return tuple(_SEPARATEUR.split(texte)) if texte else ()


# What is typed ------------------------------------------------------------------------------------

_DATE = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4}|\d{2})")
_JOUR_ET_MOIS = re.compile(r"\d{1,2}/\d{1,2}")
_RIEN = ("", "-", ZERO_AFFICHE, MOINS)  # what people type in a number for « nothing »


def lire_saisie(colonne: Colonne, texte: str) -> Any:
    """Value of what was typed in a cell: see `lire_valeur`."""
    return lire_valeur(colonne.type, texte)


def lire_valeur(genre: TypeColonne, texte: str) -> Any:
    """Value of what a person typed, None when it is empty (a dash alone is, in a number).

    The only reader of typed values: a Decimal in euros, a whole number, a date, a ratio typed in
    percent; the text itself for the other types (a boolean is « oui » or « non »).
    Raises SaisieRefusee with a sentence when the text is not of that type.
    """
    propre = texte_de_case(texte)
    if not propre or (genre in NOMBRES and propre in _RIEN):
        return None
    lire = _LECTURES.get(genre)
    if lire is None:
        return propre
    try:
        return lire(propre)
    except ValueError:
        raise SaisieRefusee(f"« {citer(propre)} » {_ATTENDUS[genre]}") from None


def lire_nombre(texte: str) -> int | None:
    """Whole number of persons or of years, never negative; None: empty. Raises SaisieRefusee."""
    nombre: int | None = lire_valeur(TypeColonne.ENTIER, texte)
    if nombre is not None and nombre < 0:
        raise SaisieRefusee(
            f"« {citer(texte.strip())} » est négatif{INSECABLE}: tapez un nombre positif, comme 120."
        )
    return nombre


def lire_date(texte: str) -> str | None:
    """ISO date of « 15/03/2026 », « 15/3 » (of this year) or « 2026-03-15 »; None: empty.

    Raises SaisieRefusee.
    """
    lue: date | None = lire_valeur(TypeColonne.DATE, avec_son_annee(texte))
    return None if lue is None else lue.isoformat()


def avec_son_annee(texte: str) -> str:
    """« 15/3 » typed by hand is of this year, as in a spreadsheet; any other text as it is."""
    propre = texte.strip()
    if _JOUR_ET_MOIS.fullmatch(propre) is None:
        return texte
    return f"{propre}/{datetime.now().astimezone().year}"


def est_oui(texte: str | None) -> bool:
    return (texte or "").strip().casefold() in ("oui", "o", "vrai", "true", "1", "x")


def _lire_entier(texte: str) -> int:
    nombre = lire_montant(texte)
    if nombre != int(nombre):
        raise ValueError(texte)
    return int(nombre)


def _lire_part(texte: str) -> Decimal:
    """A ratio typed in percent, with or without its sign."""
    return lire_montant(texte.removesuffix("%")) / 100


def _lire_date(texte: str) -> date:
    trouve = _DATE.fullmatch(texte)
    if trouve is None:
        return date.fromisoformat(texte)
    jour, mois, annee = (int(nombre) for nombre in trouve.groups())
    return date(annee + 2000 if annee < 100 else annee, mois, jour)


_LECTURES: dict[TypeColonne, Callable[[str], Any]] = {
    TypeColonne.MONTANT: lire_montant,
    TypeColonne.ENTIER: _lire_entier,
    TypeColonne.PART: _lire_part,
    TypeColonne.NOMBRE: lire_decimal,
    TypeColonne.DATE: _lire_date,
}
_ATTENDUS: dict[TypeColonne, str] = {
    TypeColonne.MONTANT: f"n’est pas un montant{INSECABLE}: tapez un nombre, comme 12{FINE}500,50.",
    TypeColonne.ENTIER: f"n’est pas un nombre entier{INSECABLE}: tapez des chiffres, comme 120.",
    TypeColonne.NOMBRE: f"n’est pas un nombre{INSECABLE}: tapez des chiffres, comme 12,5.",
    TypeColonne.PART: f"n’est pas une part{INSECABLE}: tapez un nombre en pour cent, comme 60.",
    TypeColonne.DATE: f"n’est pas une date{INSECABLE}: tapez le jour, le mois, l’année (15/03/2026).",
}


# What columns are made of -------------------------------------------------------------------------


def lire_attribut(nom: str) -> Callable[[Any], Any]:
    """The field of a row, read without a call of Python: a column has one for each of its cells."""
    return attrgetter(nom)


def colonne_lue(cle: str, titre: str, largeur: int, **options: Any) -> Colonne:
    """The field of a row that bears the name of its column."""
    return Colonne(cle=cle, titre=titre, lire=lire_attribut(cle), largeur=largeur, **options)

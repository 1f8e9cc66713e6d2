"""Columns as data: one list drives the table on screen, the workbook and the PDF. No Qt here."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from app.models.montants import FINE, INSECABLE, MOINS, afficher_montant, afficher_part

ZERO_AFFICHE = "–"

_CHIFFRES = re.compile(r"\d+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "’": "'", INSECABLE: " ", FINE: " "})


class TypeColonne(StrEnum):
    """What `Colonne.lire` returns: str, Decimal euros, int, date, stored choice, bool, ratio."""

    TEXTE = "texte"
    MONTANT = "montant"
    ENTIER = "entier"
    DATE = "date"
    CHOIX = "choix"
    BOOLEEN = "booleen"
    PART = "part"


NOMBRES = (TypeColonne.MONTANT, TypeColonne.ENTIER, TypeColonne.PART)


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


@dataclass(frozen=True, kw_only=True)
class Colonne:
    """One column. `lire` takes a row and returns the value, or None when there is none.

    `ecrire(row key, text)` keeps what was typed, or raises ErreurConnue: a choice gives its stored
    value, a boolean « oui » or « non », everything else the text as typed (empty: clear).
    `groupe` heads a block of neighbouring columns; `largeur` is in pixels at 100 %.
    `signal(value)` draws the value as a tag of state; `nuance` sets the column in second ink.
    """

    cle: str
    titre: str
    lire: Callable[[Any], Any]
    type: TypeColonne = TypeColonne.TEXTE
    groupe: str = ""
    afficher: Callable[[Any], str] | None = None
    ecrire: Callable[[str, str], None] | None = None
    largeur: int = 0
    alignement: Alignement | None = None
    total: bool = False
    figee: bool = False
    visible: bool = True
    nuance: bool = False
    choix: tuple[tuple[str, str], ...] = ()
    signal: Callable[[Any], Signal] | None = None
    aide: str = ""

    @property
    def est_nombre(self) -> bool:
        return self.type in NOMBRES

    @property
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

    def texte(self, ligne: Any) -> str:
        """What the cell shows."""
        return self.texte_de(self.lire(ligne))

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
            return nombre_brut(valeur)
        if self.type == TypeColonne.PART:
            return nombre_brut(valeur * 100)
        return self.texte_de(valeur) if self.type == TypeColonne.DATE else str(valeur)

    def texte_a_copier(self, ligne: Any) -> str:
        """What another program reads: numbers without spaces nor dash, words as shown."""
        if self.est_nombre:
            valeur = self.lire(ligne)
            return "" if valeur is None else nombre_brut(valeur)
        return self.texte(ligne)

    def cle_de_tri(self, ligne: Any) -> Any:
        """Value to sort by, None when the cell is empty. Choices sort in the order of their list."""
        valeur = self.lire(ligne)
        if valeur is None or valeur == "":
            return None
        if self.choix:
            rangs = _rangs(self.choix)
            return rangs.get(valeur, len(rangs))
        return cle_naturelle(self.texte_de(valeur)) if self.type == TypeColonne.TEXTE else valeur


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
}
_LARGEURS: dict[TypeColonne, int] = {
    TypeColonne.TEXTE: 180,
    TypeColonne.MONTANT: 92,
    TypeColonne.ENTIER: 72,
    TypeColonne.DATE: 92,
    TypeColonne.CHOIX: 136,
    TypeColonne.BOOLEEN: 64,
    TypeColonne.PART: 72,
}


@lru_cache(maxsize=64)
def _rangs(choix: tuple[tuple[str, str], ...]) -> dict[str, int]:
    return {cle: rang for rang, (cle, _) in enumerate(choix)}


def replier(texte: str) -> str:
    """Text without accents, case, ligatures nor kinds of spaces, to search and to sort."""
    if texte.isascii():
        return texte.casefold()
    decompose = unicodedata.normalize("NFD", texte.casefold().translate(_LIGATURES))
    return "".join(c for c in decompose if not unicodedata.combining(c))


def cle_naturelle(texte: str) -> str:
    """Folded text whose numbers compare as numbers: « Lot 9 » before « Lot 10 »."""
    return _CHIFFRES.sub(lambda trouve: trouve[0].zfill(12), replier(texte))


def titre_avec_unite(colonne: Colonne) -> str:
    """Title of a column outside a group: « € » stands in the header, not in each cell."""
    if colonne.type == TypeColonne.MONTANT:
        return f"{colonne.titre}{INSECABLE}(€)"
    return colonne.titre


def groupe_avec_unite(colonnes: Sequence[Colonne]) -> str:
    """Title of a block: with « € » when all its columns are amounts."""
    groupe = colonnes[0].groupe
    if groupe and all(c.type == TypeColonne.MONTANT for c in colonnes):
        return f"{groupe}{INSECABLE}(€)"
    return groupe


@dataclass(frozen=True, slots=True)
class Statistiques:
    """Figures of a selection. Decimal sums are euros, int sums are counts; None: no number."""

    nombre: int = 0
    somme: Decimal | int | None = None
    moyenne: Decimal | None = None
    minimum: Decimal | int | None = None
    maximum: Decimal | int | None = None


def statistiques(valeurs: Iterable[Any]) -> Statistiques:
    """Exact figures of numbers of one kind; None values do not count."""
    connues = [v for v in valeurs if v is not None]
    if not connues:
        return Statistiques()
    somme = sum(connues)
    return Statistiques(
        nombre=len(connues),
        somme=somme,
        moyenne=Decimal(somme) / len(connues),
        minimum=min(connues),
        maximum=max(connues),
    )


def phrase_statistiques(chiffres: Statistiques) -> str:
    """« Somme 12 500 €   Moyenne 6 250 €   … » for the status bar; empty under two numbers."""
    if chiffres.nombre < 2:
        return ""
    euros = isinstance(chiffres.somme, Decimal)
    parties = [
        f"{mot} {_figure(valeur, euros=euros)}"
        for mot, valeur in (
            ("Somme", chiffres.somme),
            ("Moyenne", chiffres.moyenne),
            ("Min.", chiffres.minimum),
            ("Max.", chiffres.maximum),
        )
    ]
    return f"{INSECABLE * 3} ".join([*parties, f"{chiffres.nombre} valeurs"])


def _figure(valeur: Decimal | int | None, *, euros: bool) -> str:
    return afficher_montant(None if valeur is None else Decimal(valeur), euro=euros, zero="0")

"""The figures of a selection: sum, mean, least, greatest, and how many."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.models.montants import afficher_montant, afficher_part, au_centime
from app.services.columns import TypeColonne, nombre_brut


@dataclass(frozen=True, slots=True)
class Statistiques:
    """Figures of a selection: euros, counts or ratios as `genre` says. None: no number.

    `nombre`: of numbers; `pleines`: of cells that hold something.
    """

    nombre: int = 0
    somme: Decimal | int | None = None
    moyenne: Decimal | None = None
    minimum: Decimal | int | None = None
    maximum: Decimal | int | None = None
    pleines: int = 0
    genre: TypeColonne = TypeColonne.MONTANT


@dataclass(frozen=True, slots=True)
class Resultat:
    """One figure: its name, as it is shown, and as a spreadsheet reads it."""

    nom: str
    texte: str
    brut: str


def statistiques(
    valeurs: Iterable[Any], *, pleines: int = 0, genre: TypeColonne = TypeColonne.MONTANT
) -> Statistiques:
    """Exact figures of numbers of one kind; None values do not count."""
    connues = [v for v in valeurs if v is not None]
    if not connues:
        return Statistiques(pleines=pleines)
    somme = sum(connues)
    return Statistiques(
        nombre=len(connues),
        somme=somme,
        moyenne=Decimal(somme) / len(connues),
        minimum=min(connues),
        maximum=max(connues),
        pleines=max(pleines, len(connues)),
        genre=genre,
    )


def chiffres(figures: Statistiques) -> list[Resultat]:
    """What the status bar shows, from left to right; nothing under two cells that are filled."""
    if figures.pleines < 2:
        return []
    comptes = [Resultat("Cases remplies", str(figures.pleines), str(figures.pleines))]
    if figures.nombre < 2:
        return comptes
    comptes.append(Resultat("Nombres", str(figures.nombre), str(figures.nombre)))
    lus = (
        ("Somme", figures.somme),
        ("Moyenne", figures.moyenne),
        ("Min.", figures.minimum),
        ("Max.", figures.maximum),
    )
    # The sum of ratios says nothing.
    return [
        _chiffre(nom, valeur, figures.genre)
        for nom, valeur in lus
        if valeur is not None and (figures.genre != TypeColonne.PART or nom != "Somme")
    ] + comptes


def _chiffre(nom: str, valeur: Decimal | int, genre: TypeColonne) -> Resultat:
    if genre == TypeColonne.PART:
        return Resultat(nom, afficher_part(Decimal(valeur)), f"{_brut(Decimal(valeur) * 100)}%")
    euros = genre == TypeColonne.MONTANT
    return Resultat(nom, afficher_montant(Decimal(valeur), euro=euros, zero="0"), _brut(valeur))


def _brut(valeur: Decimal | int) -> str:
    return nombre_brut(au_centime(Decimal(valeur)))

"""Charts as data: rows of a list gathered by one column, measured by others. No Qt here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.models.montants import afficher_montant, afficher_part
from app.services.columns import NOMBRES, Colonne, TypeColonne, afficher_entier, nombre_brut
from app.services.pliage import cle_naturelle
from app.services.titres import nom_de

ZERO = Decimal(0)
VIDES = "(vides)"
CATEGORIES_MAXIMUM = 12
SERIES_MAXIMUM = 10  # as many colours as can be told apart


class Forme(StrEnum):
    BARRES = "barres"
    EMPILEES = "empilees"
    ANNEAU = "anneau"


LIBELLES_FORMES = {
    Forme.BARRES: "Barres",
    Forme.EMPILEES: "Barres empilées",
    Forme.ANNEAU: "Anneau",
}


@dataclass(frozen=True, slots=True)
class Serie:
    """One colour of the chart: a value for each category, in their order."""

    nom: str
    valeurs: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Graphique:
    """`unite`: « € » for amounts, else what is counted. `lignes`: how many rows were gathered.

    `additive` False: the series show the same things at several times, a total would mean nothing.
    """

    titre: str
    forme: Forme
    categories: tuple[str, ...]
    series: tuple[Serie, ...]
    unite: str
    lignes: int
    additive: bool = True

    def total_de(self, categorie: int) -> Decimal:
        return sum((serie.valeurs[categorie] for serie in self.series), ZERO)

    @property
    def total(self) -> Decimal:
        return sum((self.total_de(rang) for rang in range(len(self.categories))), ZERO)

    @property
    def a_du_negatif(self) -> bool:
        """A part of a whole cannot be drawn of it."""
        return any(valeur < 0 for serie in self.series for valeur in serie.valeurs)


@dataclass(frozen=True, slots=True)
class Mesure:
    """What is added up: some columns of numbers, one series each; none: the rows are counted."""

    titre: str
    colonnes: tuple[Colonne, ...] = ()

    @property
    def unite(self) -> str:
        if any(colonne.type == TypeColonne.MONTANT for colonne in self.colonnes):
            return "€"
        return "" if self.colonnes else "lignes"


def mesures_possibles(colonnes: Sequence[Colonne], *, compte: str) -> list[Mesure]:
    """Count of rows, each column that has a total, then what stands under several financeurs."""
    sommables = [c for c in colonnes if c.total and c.type in NOMBRES]
    seules = [Mesure(nom_de(colonne), (colonne,)) for colonne in sommables]
    par_titre: dict[str, list[Colonne]] = {}
    for colonne in sommables:
        if colonne.groupe:
            par_titre.setdefault(colonne.titre, []).append(colonne)
    blocs = [
        Mesure(f"{titre}, financeur par financeur", tuple(_sans_le_total(bloc)))
        for titre, bloc in par_titre.items()
        if len(_sans_le_total(bloc)) > 1
    ]
    return [Mesure(compte), *seules, *blocs]


def _sans_le_total(bloc: Sequence[Colonne]) -> list[Colonne]:
    """The block « tous financeurs » already holds the others."""
    return [colonne for colonne in bloc if not colonne.cle.startswith("total.")]


def composer(
    lignes: Iterable[Any],
    *,
    par: Colonne,
    mesure: Mesure,
    forme: Forme = Forme.BARRES,
    selon: Colonne | None = None,
) -> Graphique:
    """Gather the rows by what `par` shows; `selon` cuts each bar by what it shows.

    Categories with an order of their own (choices, numbers, dates) keep it; the others come biggest
    first. Beyond twelve, the smallest are gathered under « Autres ».
    """
    cases, cles, total_lignes = _ranger(lignes, par=par, mesure=mesure, selon=selon)
    series = list(dict.fromkeys(serie for _, serie in cases))
    if selon is None:
        series = [_nom_de_serie(c, mesure) for c in mesure.colonnes] or [mesure.titre]
    categories = _ordonner(cases, cles, par)
    gardees, autres = _limiter(categories, CATEGORIES_MAXIMUM, _poids(cases, place=0))
    series_gardees, series_autres = _limiter(series, SERIES_MAXIMUM, _poids(cases, place=1))

    def valeur(categories: Sequence[str], series: Sequence[str]) -> Decimal:
        return sum((cases.get((c, s), ZERO) for c in categories for s in series), ZERO)

    groupes = [[c] for c in gardees] + ([autres] if autres else [])
    noms = gardees + ([f"Autres ({len(autres)})"] if autres else [])
    lots = [(s, [s]) for s in series_gardees]
    if series_autres:
        lots.append((f"Autres ({len(series_autres)})", series_autres))
    return Graphique(
        titre=intitule(par, mesure, selon),
        forme=forme,
        categories=tuple(noms),
        series=tuple(Serie(nom, tuple(valeur(g, lot) for g in groupes)) for nom, lot in lots),
        unite=mesure.unite,
        lignes=total_lignes,
    )


def intitule(par: Colonne, mesure: Mesure, selon: Colonne | None) -> str:
    """« Accordé par axe et par financeur »."""
    quoi = mesure.colonnes[0].titre if len(mesure.colonnes) > 1 else mesure.titre
    decoupe = "financeur" if len(mesure.colonnes) > 1 else _en_minuscule(selon)
    suite = f" et par {decoupe}" if decoupe else ""
    return f"{quoi} par {_en_minuscule(par)}{suite}"


def _en_minuscule(colonne: Colonne | None) -> str:
    return "" if colonne is None else f"{colonne.titre[:1].lower()}{colonne.titre[1:]}"


Cases = dict[tuple[str, str], Decimal]  # (category, series) -> value


def _ranger(
    lignes: Iterable[Any], *, par: Colonne, mesure: Mesure, selon: Colonne | None
) -> tuple[Cases, dict[str, Any], int]:
    """Values of each category and series, the sort key of each category, the number of rows."""
    cases: Cases = {}
    cles: dict[str, Any] = {}
    nombre = 0
    for ligne in lignes:
        nombre += 1
        categorie = par.texte(ligne) or VIDES
        cles.setdefault(categorie, par.cle_de_tri(ligne))
        decoupe = None if selon is None else selon.texte(ligne) or VIDES
        for serie, valeur in _valeurs(ligne, mesure):
            place = (categorie, serie if decoupe is None else decoupe)
            cases[place] = cases.get(place, ZERO) + valeur
    return cases, cles, nombre


def _valeurs(ligne: Any, mesure: Mesure) -> list[tuple[str, Decimal]]:
    if not mesure.colonnes:
        return [(mesure.titre, Decimal(1))]
    lues = [(_nom_de_serie(c, mesure), c.lire(ligne)) for c in mesure.colonnes]
    return [
        (nom, Decimal(valeur) if isinstance(valeur, int | Decimal) else ZERO)
        for nom, valeur in lues
    ]


def _nom_de_serie(colonne: Colonne, mesure: Mesure) -> str:
    return colonne.groupe if len(mesure.colonnes) > 1 else mesure.titre


def _ordonner(cases: Cases, cles: dict[str, Any], par: Colonne) -> list[str]:
    poids = _poids(cases, place=0)
    if par.choix or par.type not in (TypeColonne.TEXTE, TypeColonne.CHOIX):
        pleines = sorted((c for c in cles if cles[c] is not None), key=lambda c: cles[c])
        return pleines + [c for c in cles if cles[c] is None]
    return sorted(cles, key=lambda c: (c == VIDES, -abs(poids(c)), cle_naturelle(c)))


def _poids(cases: Cases, *, place: int) -> Callable[[str], Decimal]:
    """Sum of a category (place 0) or of a series (place 1)."""
    sommes: dict[str, Decimal] = {}
    for cle, valeur in cases.items():
        sommes[cle[place]] = sommes.get(cle[place], ZERO) + valeur
    return lambda nom: sommes.get(nom, ZERO)


def _limiter(
    noms: Sequence[str], maximum: int, poids: Callable[[str], Decimal]
) -> tuple[list[str], list[str]]:
    """The names kept, in their order, and the smallest ones that would be too many."""
    if len(noms) <= maximum:
        return list(noms), []
    gros = set(sorted(noms, key=lambda nom: -abs(poids(nom)))[: maximum - 1])
    return [n for n in noms if n in gros], [n for n in noms if n not in gros]


def valeur_en_mots(valeur: Decimal, unite: str) -> str:
    """« 12 500 € », « 34 », « 2,5 »."""
    if unite == "€":
        return afficher_montant(valeur, euro=True)
    entiere = valeur == valeur.to_integral_value()
    return afficher_entier(int(valeur)) if entiere else nombre_brut(valeur)


def en_texte(graphique: Graphique) -> str:
    """The whole chart in words, for those who hear it: one line for each category."""
    lignes = [graphique.titre]
    for rang, categorie in enumerate(graphique.categories):
        parts = [
            f"{serie.nom} {valeur_en_mots(serie.valeurs[rang], graphique.unite)}"
            for serie in graphique.series
            if serie.valeurs[rang] or len(graphique.series) == 1
        ]
        lignes.append(f"{categorie} : {', '.join(parts) or '–'}")
    return "\n".join(lignes)


def part_de(valeur: Decimal, total: Decimal) -> str:
    """« 23 % » of the whole; empty when there is none."""
    return afficher_part(valeur / total) if total else ""

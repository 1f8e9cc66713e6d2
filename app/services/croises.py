"""Pivot tables as data: rows of a list gathered by one column, cut by another, measured. No Qt here.

Nothing is gathered under « Autres »: every row counts once, so that totals are those of the list.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from app.services.columns import Colonne, TypeColonne, lire_attribut, parties, replier
from app.services.filtres import VIDES, Comparaison, Condition, est_vide
from app.services.graphiques import Mesure, intitule

TOTAL = "total"
NOM = "nom"
NOM_DU_COMPTE = "compte"
LARGEUR_NOM = 240
LARGEUR_CASE = 110

Nombre = Decimal | int


@dataclass(frozen=True, slots=True)
class Intitule:
    """What heads a row or a column: its name, and the conditions that keep what it counts."""

    cle: str
    nom: str
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class LigneCroisee:
    """One row: a value under each column heading that has one, and their sum."""

    intitule: Intitule
    valeurs: Mapping[str, Nombre]
    total: Nombre

    @property
    def cle(self) -> str:
        return self.intitule.cle

    @property
    def nom(self) -> str:
        return self.intitule.nom


@dataclass(frozen=True, slots=True)
class Croise:
    """`lignes` and `colonnes` in their order; `nombre`: how many rows of the list were gathered."""

    titre: str
    mesure: Mesure
    lignes: tuple[LigneCroisee, ...]
    colonnes: tuple[Intitule, ...]
    nombre: int

    @property
    def totaux(self) -> LigneCroisee:
        """The last row: the sum of each column, then of everything."""
        sommes: dict[str, Nombre] = {}
        for ligne in self.lignes:
            for cle, valeur in ligne.valeurs.items():
                sommes[cle] = sommes.get(cle, 0) + valeur
        return LigneCroisee(Intitule(TOTAL, "Total"), sommes, sum(sommes.values()))

    def conditions(self, ligne: str, colonne: str = "") -> tuple[Condition, ...]:
        """What keeps the rows counted in a cell, in a whole row when there is no such column."""
        des_lignes = next(li.intitule.conditions for li in self.lignes if li.cle == ligne)
        des_colonnes = next((c.conditions for c in self.colonnes if c.cle == colonne), ())
        return (*des_lignes, *des_colonnes)


def croiser(
    lignes: Iterable[Any], *, par: Colonne, mesure: Mesure, selon: Colonne | None = None
) -> Croise:
    """Rows by what `par` shows, columns by what `selon` shows, or one for each column measured.

    Headings keep the order of their column: its list, its dates, else the alphabet; empty ones last.
    """
    des_lignes, des_colonnes = _Intitules(par), _Intitules(selon) if selon else None
    cases: dict[str, dict[str, Nombre]] = {}
    presentes: set[str] = set()
    nombre = 0
    for ligne in lignes:
        nombre += 1
        case = cases.setdefault(des_lignes.ranger(ligne), {})
        decoupe = des_colonnes.ranger(ligne) if des_colonnes else ""
        for cle, valeur in _mesurer(ligne, mesure):
            place = decoupe or cle
            presentes.add(place)
            case[place] = case.get(place, 0) + valeur
    colonnes = des_colonnes.en_ordre() if des_colonnes else _mesurees(mesure, presentes)
    return Croise(
        titre=intitule(par, mesure, selon),
        mesure=mesure,
        lignes=tuple(
            LigneCroisee(tete, cases[tete.cle], sum(cases[tete.cle].values()))
            for tete in des_lignes.en_ordre()
        ),
        colonnes=tuple(colonnes),
        nombre=nombre,
    )


class _Intitules:
    """The headings met in a column, by key."""

    def __init__(self, colonne: Colonne) -> None:
        self._colonne = colonne
        self._connus: dict[str, Intitule] = {}
        self._ordre: dict[str, Any] = {}

    def ranger(self, ligne: Any) -> str:
        """The key of what a row stands under."""
        colonne = self._colonne
        valeur = colonne.lire(ligne)
        texte = "" if est_vide(valeur) else colonne.texte_de(valeur)
        # The same words written with another case are one heading where the filter takes them so.
        cle = f"={replier(texte) if colonne.plusieurs else texte}"
        if cle not in self._connus:
            self._connus[cle] = Intitule(cle, texte or VIDES, (_condition(colonne, texte),))
            self._ordre[cle] = colonne.cle_de_valeur(valeur) if texte else None
        return cle

    def en_ordre(self) -> list[Intitule]:
        pleins = [cle for cle in self._connus if self._ordre[cle] is not None]
        pleins.sort(key=self._ordre.__getitem__)
        vides = [cle for cle in self._connus if self._ordre[cle] is None]
        return [self._connus[cle] for cle in (*pleins, *vides)]


def _condition(colonne: Colonne, texte: str) -> Condition:
    """What keeps the rows that show this text, and no other."""
    if colonne.plusieurs and texte and parties(texte):
        return Condition(colonne.cle, Comparaison.EGAL, (texte,))  # not those that name more
    return Condition(colonne.cle, Comparaison.PARMI, (texte,))


def _mesurer(ligne: Any, mesure: Mesure) -> list[tuple[str, Nombre]]:
    if not mesure.colonnes:
        return [(NOM_DU_COMPTE, 1)]
    lues = ((colonne.cle, colonne.lire(ligne)) for colonne in mesure.colonnes)
    return [(cle, valeur) for cle, valeur in lues if isinstance(valeur, int | Decimal)]


def _mesurees(mesure: Mesure, presentes: set[str]) -> list[Intitule]:
    """One heading for each column measured; several: those that hold something."""
    if len(mesure.colonnes) > 1:
        return [
            Intitule(c.cle, c.groupe, (Condition(c.cle, Comparaison.REMPLI),))
            for c in mesure.colonnes
            if c.cle in presentes
        ]
    cle = mesure.colonnes[0].cle if mesure.colonnes else NOM_DU_COMPTE
    return [Intitule(cle, mesure.titre)]


# As a list ----------------------------------------------------------------------------------------


def colonnes_du_croise(croise: Croise, par: Colonne) -> list[Colonne]:
    """The columns of a table that shows it; a single one needs no total beside it."""
    patron = _patron(croise.mesure)
    cases = [
        replace(patron, cle=f"c{tete.cle}", titre=tete.nom, lire=_lire_case(tete.cle))
        for tete in croise.colonnes
    ]
    if len(cases) != 1:
        cases.append(replace(patron, cle=TOTAL, titre="Total", lire=lire_attribut(TOTAL)))
    noms = tuple(ligne.nom for ligne in croise.lignes)
    nom = Colonne(
        cle=NOM,
        titre=par.titre,
        lire=lire_attribut(NOM),
        ordre=noms,
        figee=True,
        largeur=LARGEUR_NOM,
    )
    return [nom, *cases]


def intitule_de_colonne(cle_colonne: str) -> str:
    """The heading that a column of the list stands for, "" for its names and its totals."""
    return "" if cle_colonne in (NOM, TOTAL) else cle_colonne[1:]


def _lire_case(cle: str) -> Callable[[LigneCroisee], Nombre | None]:
    return lambda ligne: ligne.valeurs.get(cle)


def _patron(mesure: Mesure) -> Colonne:
    """A column of numbers of the kind that is measured."""
    genres = {colonne.type for colonne in mesure.colonnes}
    genre = genres.pop() if len(genres) == 1 else TypeColonne.MONTANT
    return Colonne(
        cle="",
        titre="",
        lire=lire_attribut(TOTAL),
        type=genre if mesure.colonnes else TypeColonne.ENTIER,
        total=True,
        largeur=LARGEUR_CASE,
    )


def en_mots(croise: Croise) -> str:
    """What the table holds and what can be done with it, in one sentence."""
    if not croise.lignes:
        return "Le tableau n’affiche aucune ligne à croiser."
    lignes = "une ligne croisée" if croise.nombre == 1 else f"{croise.nombre} lignes croisées"
    return f"{croise.titre}, {lignes}. Entrée ou double clic sur une case montre ses lignes."

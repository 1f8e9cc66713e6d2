"""The shape of the settings of a contract: a list, its columns, and short ways to write them. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from app.models.enums import Enumeration
from app.services.rubriques_libelles import Options

Nature = Literal["texte", "entier", "montant", "booleen", "choix", "liste", "lien", "dict"]


@dataclass(frozen=True, slots=True)
class Colonne:
    """A column. `objet` names it with its article, as in « Modifier la population ».

    `options`: stored value and label of a choix, or of the elements of a liste. `cible`: rubrique that
    a lien points to, or whose identifiants a liste holds. `silence`: an empty cell means that the
    contract says nothing. `largeur` is in characters.
    """

    nom: str
    objet: str
    nature: Nature = "texte"
    options: Options = ()
    cible: str = ""
    largeur: int = 20
    silence: bool = True
    modifiable: bool = True

    @property
    def titre(self) -> str:
        nu = re.sub(r"^(les |le |la |l'|l’)", "", self.objet)
        return nu[0].upper() + nu[1:]


@dataclass(frozen=True, slots=True)
class Rubrique:
    """A list. `entite` is its table, `nom` the column that names a row, `un` the row in a sentence.

    `parent`: column to give when a row is added. `emporte`: rows (table, column) that have no life of
    their own and go with it. `fixe`: rows are neither added nor deleted.
    """

    cle: str
    titre: str
    entite: str
    nom: str
    un: str
    colonnes: tuple[Colonne, ...]
    parent: str = ""
    emporte: tuple[tuple[str, str], ...] = ()
    defauts: Mapping[str, Any] = field(default_factory=dict)
    fixe: bool = False

    def colonne(self, nom: str) -> Colonne:
        """Raises KeyError: a screen only names the columns that it was given."""
        return {colonne.nom: colonne for colonne in self.colonnes}[nom]


def options(enumeration: type[Enumeration]) -> Options:
    return tuple((membre.value, membre.libelle) for membre in enumeration)


def note() -> Colonne:
    return Colonne("note", "la note", largeur=40, silence=False)


def nom(objet: str = "le nom", nom: str = "nom", largeur: int = 36) -> Colonne:
    return Colonne(nom, objet, largeur=largeur, silence=False)


def choix(nom: str, objet: str, options: Options, *, silence: bool = False) -> Colonne:
    return Colonne(nom, objet, "choix", options=options, silence=silence)


def oui(nom: str, objet: str) -> Colonne:
    return Colonne(nom, objet, "booleen", largeur=10)


def liste(nom: str, objet: str, **reglages: Any) -> Colonne:
    return Colonne(nom, objet, "liste", largeur=28, **{"silence": False, **reglages})


def lien(nom: str, objet: str, cible: str, *, modifiable: bool = True) -> Colonne:
    return Colonne(
        nom, objet, "lien", cible=cible, largeur=28, silence=False, modifiable=modifiable
    )


def nombre(nom: str, objet: str, nature: Nature = "entier") -> Colonne:
    return Colonne(nom, objet, nature, largeur=12)

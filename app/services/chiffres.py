"""The address of a figure, and how it is explained: its parts, where they are, who set them when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.models.calculs import ZERO
from app.models.montants import MOINS, afficher_montant, afficher_part
from app.services.columns import TypeColonne, afficher_entier

Nombre = Decimal | int
TERMES_ECRITS = 6  # a sum of more is told by its number of terms


class Sorte(StrEnum):
    """What a figure is made of. `Chiffre` says which one."""

    VALEUR = "valeur"  # one column of one stored row (`entite`, `cle`, `champ`)
    CELLULE = "cellule"  # a financeur on an action, at a step
    LIGNE = "ligne"  # all financeurs on an action, at a step
    COUT = "cout"  # of an action
    RESSOURCES = "ressources"  # own resources of an action
    PART = "part"  # granted, over the cost of an action
    A_FINANCER = "a_financer"  # what an action still has to find
    SUR_DEMANDE = "sur_demande"  # granted, less what was asked for
    NON_VERSE = "non_verse"  # granted, less what was paid
    ANTERIEUR = "anterieur"  # granted in year `annee` to what an action renews
    ECART = "ecart"  # granted, less what was granted in year `annee`
    EVOLUTION = "evolution"  # the same, as a share
    POSTE = "poste"  # a figure of the envelopes of a financeur for a year
    TIRAGE = "tirage"  # a figure of one envelope
    PORTEUR = "porteur"  # of a porteur, over all years or for `annee`


@dataclass(frozen=True, slots=True)
class Chiffre:
    """The address of a figure: read again at any time, it gives its parts of that moment."""

    sorte: Sorte
    cle: str = ""
    champ: str = ""
    entite: str = ""
    financeur: str = ""
    annee: int = 0


@dataclass(frozen=True, slots=True)
class Lien:
    """A row of the program that one can go to. `action`: the action it hangs on, of year `annee`."""

    entite: str
    cle: str
    action: str = ""
    annee: int = 0
    champ: str = ""


@dataclass(frozen=True, slots=True)
class Origine:
    """The journal entry that set a value. `quand` is local time."""

    quand: datetime
    auteur: str
    libelle: str
    numero: int


@dataclass(frozen=True, slots=True)
class Part:
    """One term of a figure, with its sign. `chiffre`: its own address, when it has parts itself."""

    libelle: str
    montant: Nombre | None
    detail: str = ""
    lien: Lien | None = None
    origine: Origine | None = None
    chiffre: Chiffre | None = None
    cle: str = ""

    @property
    def connu(self) -> Nombre:
        """The amount; nothing known counts for nothing."""
        return 0 if self.montant is None else self.montant

    @property
    def quand(self) -> datetime | None:
        return None if self.origine is None else self.origine.quand

    @property
    def auteur(self) -> str:
        return "" if self.origine is None else self.origine.auteur

    @property
    def operation(self) -> str:
        return "" if self.origine is None else self.origine.libelle

    @property
    def numero(self) -> int | None:
        return None if self.origine is None else self.origine.numero


@dataclass(frozen=True, slots=True)
class Explication:
    """A figure and its parts. `additif`: the parts add up to it; False for a share.

    `phrase` says it in words, as « = 12 500 + 3 000 » or why there is nothing.
    """

    titre: str
    montant: Nombre | str | None
    phrase: str
    parts: tuple[Part, ...] = ()
    type: TypeColonne = TypeColonne.MONTANT
    additif: bool = True
    lien: Lien | None = None

    @property
    def texte(self) -> str:
        """The figure as the table writes it, with its unit."""
        if self.montant is None:
            return "vide"
        if isinstance(self.montant, str):
            return self.montant
        if self.type == TypeColonne.PART:
            return afficher_part(Decimal(self.montant))
        return en_chiffres(self.montant, euro=True)


def en_chiffres(montant: Nombre, *, euro: bool = False) -> str:
    """Decimals are euros, whole numbers are counts."""
    if isinstance(montant, Decimal):
        return afficher_montant(montant, euro=euro, zero="0")
    return afficher_entier(montant) if montant else "0"


def numeroter(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Give each part the key that a list needs."""
    return tuple(replace(part, cle=str(rang)) for rang, part in enumerate(parts))


def _taille(montant: Nombre) -> Nombre:
    return -montant if montant < 0 else montant


def plus_grandes_d_abord(parts: Iterable[Part]) -> list[Part]:
    return sorted(parts, key=lambda part: -_taille(part.connu))


def en_somme(parts: Sequence[Part], *, nommer: bool = False) -> str:
    """« = 12 500 + 3 000 »; `nommer` puts its word before each term."""
    termes = [part for part in parts if part.montant is not None]
    if not termes:
        return "Aucun montant n’a été saisi."
    if len(termes) > TERMES_ECRITS:
        return f"= somme de {afficher_entier(len(termes))} montants"
    mots = [_terme(part, premier=not rang, nommer=nommer) for rang, part in enumerate(termes)]
    return f"= {' '.join(mots)}"


def _terme(part: Part, *, premier: bool, nommer: bool) -> str:
    montant = part.connu
    nom = f"{part.libelle.lower()} " if nommer else ""
    moins = montant < 0 or (nommer and not montant and not premier)
    signe = f"{MOINS} " if moins else "" if premier else "+ "
    return f"{signe}{nom}{en_chiffres(_taille(montant))}"


def additionner(parts: Iterable[Part]) -> Nombre | None:
    """Sum of the known parts, None when none is: absent is not zero."""
    connus = [part.montant for part in parts if part.montant is not None]
    if not connus:
        return None
    return sum(connus, ZERO) if any(isinstance(m, Decimal) for m in connus) else sum(connus)


def somme_de(titre: str, parts: Iterable[Part], *, lien: Lien | None = None) -> Explication:
    """A figure that is the sum of its parts."""
    toutes = numeroter(parts)
    return Explication(titre, additionner(toutes), en_somme(toutes), toutes, lien=lien)


def formule(
    titre: str, parts: Iterable[Part], *, definie: bool = True, manque: str = ""
) -> Explication:
    """A figure that is a sum of named terms; `definie` False: it has no value, `manque` says why."""
    toutes = numeroter(parts)
    if not definie:
        return Explication(titre, None, manque, toutes, additif=False)
    return Explication(titre, additionner(toutes), en_somme(toutes, nommer=True), toutes)


def rapport(titre: str, dessus: Part, dessous: Part) -> Explication:
    """A share: what is above over what is below."""
    parts = numeroter((dessus, dessous))
    haut, bas = dessus.montant, dessous.montant
    if haut is None or not bas:
        manque = f"Pas de part : {dessous.libelle.lower()} non précisé."
        return Explication(titre, None, manque, parts, TypeColonne.PART, additif=False)
    part = Decimal(haut) / Decimal(bas)
    phrase = f"= {en_chiffres(haut)} ÷ {en_chiffres(bas)}"
    return Explication(titre, part, phrase, parts, TypeColonne.PART, additif=False)


def oppose(montant: Nombre | None) -> Nombre | None:
    return None if montant is None else -montant

"""A rule as a panel tells it: every layer of each of its values, which applies, what it replaces."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.services.surcharges import LigneRegle, LigneValeur

APPLIQUEE, REMPLACEE, SILENCE = "S'applique", "Remplacée", "Silence"


@dataclass(frozen=True, slots=True)
class LigneCouche:
    """What one layer says of one value. `valeur`: named once, on the first of its layers."""

    cle: str
    parametre: str
    valeur: str
    texte: str
    couche: str
    etat: str
    source: str


def couches_dites(regle: LigneRegle) -> list[LigneCouche]:
    """Value by value, the layer that wins first."""
    return [ligne for valeur in regle.valeurs for ligne in _couches(valeur)]


def _couches(valeur: LigneValeur) -> Iterator[LigneCouche]:
    nom = valeur.parametre
    yield LigneCouche(
        f"{nom}.0",
        nom,
        valeur.libelle,
        valeur.texte,
        valeur.couche if valeur.dite else "",
        APPLIQUEE if valeur.dite else SILENCE,
        valeur.source,
    )
    for rang, (couche, texte, source) in enumerate(valeur.remplacees, start=1):
        yield LigneCouche(f"{nom}.{rang}", nom, "", texte, couche, REMPLACEE, source)

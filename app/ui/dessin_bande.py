"""What both pages of the public window share: what is shown besides the page, the band of envelopes."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect

from app.services.affichage_public import PagePublique
from app.ui.disposition_publique import Jauge
from app.ui.pinceau_public import DROITE, REDUCTION_CHIFFRE, Encres, Texte, Trait


@dataclass(frozen=True)
class Vue:
    """What is shown besides the page: its zoom, the envelope that has just moved, a message, black.

    `tableau`: the whole table, rather than the item alone.
    """

    zoom: float = 1.0
    touchee: str = ""
    message: str = ""
    noir: bool = False
    tableau: bool = False


def dessiner_quorum(page: PagePublique, place: QRect, taille: int, look: Encres) -> Texte:
    """At the right of the head of both pages."""
    return Texte(place, page.quorum, taille, look.seconde, cote=DROITE, reduction=REDUCTION_CHIFFRE)


def dessiner_jauges(
    page: PagePublique, places: Sequence[Jauge], taille: int, vue: Vue, look: Encres
) -> list[Texte | Trait]:
    traces: list[Texte | Trait] = []
    for place, etat in zip(places, page.jauges, strict=True):
        marque = "■ " if etat.depasse else ""
        traces.append(
            Texte(
                place.nom,
                f"{marque}{etat.nom} : {etat.mots}",
                round(taille * vue.zoom),
                look.depasse if etat.depasse else look.encre,
                reduction=REDUCTION_CHIFFRE,
                fond=look.touche if etat.financeur == vue.touchee else None,
            )
        )
        couleur = look.depasse if etat.depasse else look.jauge
        traces.append(Trait(place.trait, etat.prise, etat.donnee, couleur))
    return traces

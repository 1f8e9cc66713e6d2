"""What both pages of the public window share: what is shown besides the page, the band of envelopes."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect

from app.services.affichage_public import PagePublique
from app.ui.disposition_publique import Jauge
from app.ui.pinceau_public import (
    DROITE,
    REDUCTION_CHIFFRE,
    Encres,
    Texte,
    Trait,
    largeur_en_cadratins,
)

MARQUE = "■ "  # of an envelope exceeded: colour is never alone
JAMBAGES = 1.12  # height of a line whose g and p are whole, in sizes of its type
PLUS_PETIT_NOM = 0.75  # of the size wanted: under it, a name is cut rather than shrunk


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
    """At the right of the head of both pages, in the ink of what is wrong where people are missing."""
    encre = look.depasse if page.sans_quorum else look.seconde
    return Texte(place, page.quorum, taille, encre, cote=DROITE, reduction=REDUCTION_CHIFFRE)


def dessiner_traits(
    page: PagePublique, places: Sequence[QRect], taille: int, look: Encres
) -> list[Texte]:
    """Publics, duration, cotation: made smaller rather than cut."""
    return [
        Texte(place, texte, taille, look.encre, reduction=REDUCTION_CHIFFRE)
        for place, texte in zip(places, (page.publics, page.duree, page.cotation), strict=True)
    ]


def dessiner_jauges(
    page: PagePublique, places: Sequence[Jauge], taille: int, vue: Vue, look: Encres
) -> list[Texte | Trait]:
    """One size for all the names, one for all that is left: no figure changes it."""
    if not places:
        return []
    premiere = places[0]
    voulue = min(round(taille * vue.zoom), int(premiere.mots.height() / JAMBAGES))
    noms = taille_commune([j.nom for j in page.jauges], premiere.nom.width(), voulue)
    noms = max(noms, round(taille * PLUS_PETIT_NOM))
    plus_longs = [MARQUE + jauge.au_plus for jauge in page.jauges]
    mots = taille_commune(plus_longs, premiere.mots.width(), voulue)
    traces: list[Texte | Trait] = []
    for place, etat in zip(places, page.jauges, strict=True):
        touchee = vue.touchee in etat.financeur.split()
        fond = look.touche if touchee else None
        encre = look.depasse if etat.depasse else look.encre
        dits = f"{MARQUE}{etat.mots}" if etat.depasse else etat.mots
        traces += [
            Texte(place.nom, etat.nom, noms, look.seconde, fond=fond, reduction=1),
            Texte(place.mots, dits, mots, encre, reduction=REDUCTION_CHIFFRE, fond=fond),
            Trait(
                place.trait,
                etat.prise,
                etat.donnee,
                look.depasse if etat.depasse else look.jauge,
            ),
        ]
    return traces


def taille_commune(textes: Sequence[str], largeur: int, voulue: int) -> int:
    """The size at which the longest of these texts holds in a width, at most the one wanted."""
    return min(voulue, int(largeur / max(map(largeur_en_cadratins, textes))))

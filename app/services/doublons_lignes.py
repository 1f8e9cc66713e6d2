"""Rows that say the same thing twice: exactly, but for accents and capitals, or nearly. No Qt.

Near rows are only compared when they share a word, within a window of neighbours: 20,000 rows take a
few seconds at most, and a search cut short says so.
"""

import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.services.columns import Colonne, replier
from app.services.errors import SaisieRefusee

SECONDES = 4.0
VOISINES = 30  # rows compared with each one, in the bucket of a word
MOTS_RARES = 4  # buckets of a row
ARRET = "La recherche a été arrêtée avant la fin : filtrez le tableau, puis recommencez."
_MOTS = re.compile(r"[a-z0-9]{3,}")


class Maniere(StrEnum):
    """How alike two rows have to be."""

    EXACTE = "exacte"
    SANS_ACCENTS = "sans_accents"
    PROCHE = "proche"


LIBELLES = {
    Maniere.EXACTE: "au signe près",
    Maniere.SANS_ACCENTS: "sans les accents ni les majuscules",
    Maniere.PROCHE: "ressemblantes",
}
# What a person asks, and the likeness in % that it means, the strictest first.
DEGRES = ((96, "presque pareilles"), (88, "très proches"), (80, "proches"), (72, "voisines"))


@dataclass(frozen=True, slots=True)
class Groupe:
    """Rows that look alike, in the order of the list. `ressemblance` in %, of the least alike."""

    cles: tuple[str, ...]
    texte: str
    ressemblance: int = 100


@dataclass(frozen=True, slots=True)
class Doublons:
    """What was found, the largest groups first. `arret`: the sentence of a search cut short."""

    groupes: tuple[Groupe, ...]
    arret: str = ""


def chercher(
    lignes: Sequence[tuple[str, Any]],
    colonnes: Sequence[Colonne],
    maniere: Maniere = Maniere.SANS_ACCENTS,
    *,
    seuil: int = DEGRES[1][0],
    secondes: float = SECONDES,
) -> Doublons:
    """Groups of rows (key, row) that say the same in these columns. Rows empty in all are left out."""
    if not colonnes:
        raise SaisieRefusee("Choisissez au moins une colonne à comparer.")
    plier: Callable[[str], str] = str.strip if maniere is Maniere.EXACTE else _plier
    textes = {
        cle: SEPARATEUR.join([plier(colonne.texte(ligne)) for colonne in colonnes])
        for cle, ligne in lignes
    }
    textes = {cle: texte for cle, texte in textes.items() if texte.strip(SEPARATEUR)}
    arret = ""
    if maniere is Maniere.PROCHE:
        paires, arret = _proches(textes, seuil, secondes)
    else:
        paires = _pareilles(textes)
    montrees = {cle: _montrer(ligne, colonnes) for cle, ligne in lignes if cle in textes}
    return Doublons(tuple(_grouper(paires, montrees)), arret)


SEPARATEUR = "\x1f"
Paires = list[tuple[str, str, int]]  # two rows and their likeness


def _plier(texte: str) -> str:
    """Without accents, capitals, punctuation nor repeated spaces."""
    return " ".join(_SIGNES.sub(" ", replier(texte)).split())


_SIGNES = re.compile(r"[^\w]+")


def _montrer(ligne: Any, colonnes: Sequence[Colonne]) -> str:
    return " · ".join(texte for c in colonnes if (texte := c.texte(ligne).strip()))


def _pareilles(textes: dict[str, str]) -> Paires:
    premieres: dict[str, str] = {}
    paires: Paires = []
    for cle, texte in textes.items():
        premiere = premieres.setdefault(texte, cle)
        if premiere != cle:
            paires.append((premiere, cle, 100))
    return paires


def _proches(textes: dict[str, str], seuil: int, secondes: float) -> tuple[Paires, str]:
    from rapidfuzz import fuzz, process

    fin = time.monotonic() + secondes
    paires = _pareilles(textes)
    distincts = {texte: cle for cle, texte in reversed(textes.items())}
    tries = {texte: " ".join(sorted(texte.split())) for texte in distincts}
    for panier in _paniers(list(distincts)):
        ranges = [tries[texte] for texte in panier]
        for rang, texte in enumerate(panier):
            if rang % 64 == 0 and time.monotonic() > fin:
                return paires, ARRET
            suivants = ranges[rang + 1 : rang + 1 + VOISINES]
            for _, note, place in process.extract(
                ranges[rang], suivants, scorer=fuzz.ratio, score_cutoff=seuil, limit=None
            ):
                autre = panier[rang + 1 + place]
                if _nombres(texte) == _nombres(autre):
                    paires.append((distincts[texte], distincts[autre], int(note)))
    return paires, ""


def _nombres(texte: str) -> tuple[str, ...]:
    """« Lot 1 » and « Lot 2 » are two things, however alike."""
    return tuple(re.findall(r"\d+", texte))


def _paniers(textes: Sequence[str]) -> list[list[str]]:
    """The texts that share the beginning of a rare word, in order: those that may be alike are near."""
    mots = {texte: set(_MOTS.findall(texte)) for texte in textes}
    frequences = Counter(mot[:5] for siens in mots.values() for mot in siens)
    paniers: dict[str, list[str]] = defaultdict(list)
    for texte in sorted(textes):
        debuts = sorted({mot[:5] for mot in mots[texte]}, key=lambda d: (frequences[d], d))
        for debut in debuts[:MOTS_RARES] or [texte[:5]]:
            paniers[debut].append(texte)
    return sorted(paniers.values(), key=len)


def _grouper(paires: Paires, montrees: dict[str, str]) -> list[Groupe]:
    """Rows linked by a pair, directly or not, are one group."""
    chefs: dict[str, str] = {}

    def chef(cle: str) -> str:
        while (suivant := chefs.get(cle, cle)) != cle:
            chefs[cle] = chefs.get(suivant, suivant)
            cle = suivant
        return cle

    for une, autre, _ in paires:
        chefs[chef(autre)] = chef(une)
    notes: dict[str, int] = {}
    for une, _, note in paires:
        notes[chef(une)] = min(note, notes.get(chef(une), 100))
    membres: dict[str, list[str]] = defaultdict(list)
    for cle in montrees:  # in the order of the list
        if chef(cle) in notes:
            membres[chef(cle)].append(cle)
    groupes = [
        Groupe(tuple(cles), montrees[cles[0]], notes[premier]) for premier, cles in membres.items()
    ]
    return sorted(groupes, key=lambda g: (-len(g.cles), -g.ressemblance))


def colonnes_comparees(colonnes: Sequence[Colonne]) -> list[Colonne]:
    """Those compared when nobody chose: porteur and title of an action, else the name, else the first
    text.
    """
    par_cle = {colonne.cle: colonne for colonne in colonnes}
    for voulues in (("porteur", "titre"), ("nom",)):
        if all(cle in par_cle for cle in voulues):
            return [par_cle[cle] for cle in voulues]
    return list(colonnes[:1])

"""Text files people have, csv and json: decoded, and never read further than a table may go."""

import codecs
import csv
import itertools
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TextIO

from app.services.archives import MORCEAU, endommage
from app.services.classeurs import COLONNES_MAXIMUM, LIGNES_MAXIMUM, trop_de_lignes
from app.services.errors import SourceIllisible
from app.services.identifiants import sans_invisibles

# A programme of 20 000 actions weighs some twenty million bytes and a million cells.
TAILLE_TEXTE: Final = 80_000_000  # bytes on disk
RANGEE_MAXIMUM: Final = 1_000_000  # characters of one row, over as many lines as it takes
CELLULES_TEXTE: Final = 4_000_000
VALEURS_JSON: Final = 3_000_000  # once read, each takes some hundred bytes
LIGNES_D_UNE_CELLULE: Final = 50  # a description may run over lines, not over a page of rows
APERCU: Final = 100_000  # characters looked at to tell what the text is

_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CONTROLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1b\x7f]")
_PAGE_WEB = re.compile(r"\s*<(!doctype html|html|\?xml|table|meta)", re.IGNORECASE)

RangeeDeTexte = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Texte:
    """A text file recognised: how it is encoded, and how it begins."""

    chemin: Path
    encodage: str
    debut: str

    @property
    def nom(self) -> str:
        return self.chemin.name

    @property
    def est_json(self) -> bool:
        return self.debut.lstrip()[:1] in ("{", "[")

    @property
    def est_page_web(self) -> bool:
        return _PAGE_WEB.match(self.debut) is not None

    def ouvrir(self) -> TextIO:
        return self.chemin.open(encoding=self.encodage, errors="replace", newline="")


def trop_lourd(nom: str, taille: int, maximum: int) -> SourceIllisible:
    return SourceIllisible(
        f"« {nom} » pèse {taille // 1_000_000} Mo, plus que les "
        f"{maximum // 1_000_000} Mo que Tour de table accepte : découpez-le."
    )


def reconnaitre_texte(chemin: Path) -> Texte:
    """Raises SourceIllisible when the file is no text, or too heavy a one."""
    taille = chemin.stat().st_size
    if taille > TAILLE_TEXTE:
        raise trop_lourd(chemin.name, taille, TAILLE_TEXTE)
    texte = Texte(chemin, _encodage(chemin), "")
    with texte.ouvrir() as flux:
        debut = flux.read(APERCU)
    if _CONTROLE.search(debut) or debut[:2000].count("\ufffd") > 5:
        raise SourceIllisible(
            f"« {chemin.name} » n'est ni un tableau ni un fichier texte lisible : il est endommagé, "
            "ou son nom ne correspond pas à son contenu."
        )
    return Texte(chemin, texte.encodage, debut)


def _encodage(chemin: Path) -> str:
    """What the BOM tells, else UTF-8, else the Windows page of western Europe."""
    with chemin.open("rb") as flux:
        octets = flux.read(MORCEAU)
        nom = next((nom for bom, nom in _BOMS if octets.startswith(bom)), "utf-8")
        decodeur = codecs.getincrementaldecoder(nom)()
        try:
            while octets:
                decodeur.decode(octets)
                octets = flux.read(MORCEAU)
            decodeur.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return nom


# json -------------------------------------------------------------------------------------------


def lire_json(texte: Texte) -> Any:
    """The document, its decimal numbers exact. Raises SourceIllisible."""
    with texte.ouvrir() as flux:
        contenu = flux.read()
    # Commas and brackets tell how many values there are, before the memory for them is taken.
    if sum(map(contenu.count, ",[{")) > VALEURS_JSON:
        raise SourceIllisible(
            f"« {texte.nom} » contient plus de {VALEURS_JSON // 1_000_000} millions de valeurs, "
            "ce n'est pas un programme : demandez un export au format .xlsx."
        )
    try:
        return json.loads(contenu, parse_float=Decimal, parse_constant=str)
    except (ValueError, RecursionError) as cause:
        raise SourceIllisible(
            f"« {texte.nom} » n'est pas un fichier JSON complet : demandez-le à nouveau."
        ) from cause


# csv --------------------------------------------------------------------------------------------


def lire_csv(texte: Texte, arreter: Callable[[], None]) -> tuple[RangeeDeTexte, ...]:
    """The rows, without their empty ends. Raises SourceIllisible."""
    rangees: list[RangeeDeTexte] = []
    cellules = 0
    with texte.ouvrir() as flux:
        for ligne in _Lignes(texte, flux).rangees():
            if len(rangees) % 1000 == 0:
                arreter()
            rangee = _rangee(ligne)
            rangees.append(rangee)
            cellules += len(rangee)
            if len(rangees) > LIGNES_MAXIMUM:
                raise trop_de_lignes(texte.nom)
            if len(rangee) > COLONNES_MAXIMUM or cellules > CELLULES_TEXTE:
                raise _demesure(texte.nom)
    if not cellules:
        raise SourceIllisible(f"« {texte.nom} » ne contient aucune donnée.")
    return tuple(rangees)


def _rangee(ligne: Sequence[str]) -> RangeeDeTexte:
    valeurs = [sans_invisibles(cellule).strip() or None for cellule in ligne]
    while valeurs and valeurs[-1] is None:
        valeurs.pop()
    return tuple(valeurs)


class _Lignes:
    """The lines of a csv as its reader asks for them; raises SourceIllisible when a row has no end."""

    def __init__(self, texte: Texte, flux: TextIO) -> None:
        self._nom = texte.nom
        self._flux = flux
        self._separateur = _declare(texte.debut) or _separateur(texte.debut)
        self._lues = 0
        if _declare(texte.debut):
            self._suivante()
        self._debut = self._lues + 1
        self._longueur = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if not (ligne := self._suivante()):
            raise StopIteration
        self._longueur += len(ligne)
        if self._longueur > RANGEE_MAXIMUM:
            raise self._guillemet() if self._avale() else _demesure(self._nom)
        return ligne

    def _suivante(self) -> str:
        self._lues += 1
        return self._flux.readline(RANGEE_MAXIMUM + 1)

    def rangees(self) -> Iterator[list[str]]:
        lecteur = csv.reader(self, delimiter=self._separateur)
        try:
            for ligne in lecteur:
                longues = (c for c in ligne if c.count("\n") >= LIGNES_D_UNE_CELLULE)
                if self._avale() and any(self._separateur in cellule for cellule in longues):
                    raise self._guillemet()
                yield ligne
                self._debut, self._longueur = self._lues + 1, 0
        except csv.Error as cause:
            raise (self._guillemet() if self._avale() else endommage(self._nom)) from cause

    def _avale(self) -> bool:
        """True when the present row runs over so many lines that it must have swallowed others."""
        return self._lues - self._debut >= LIGNES_D_UNE_CELLULE

    def _guillemet(self) -> SourceIllisible:
        return SourceIllisible(
            f"La ligne {self._debut} de « {self._nom} » ouvre un guillemet qui n'est pas refermé : "
            "corrigez-la, puis recommencez."
        )


def _demesure(nom: str) -> SourceIllisible:
    return SourceIllisible(
        f"« {nom} » a une ligne sans fin, plus de {COLONNES_MAXIMUM} colonnes ou plus de "
        f"{CELLULES_TEXTE // 1_000_000} millions de cellules : ce n'est pas un tableau d'actions, "
        "demandez un export au format .xlsx."
    )


def _declare(debut: str) -> str:
    """The delimiter that Excel declares on a line of its own (« sep=; »), or nothing."""
    premiere = debut.partition("\n")[0].strip()
    declaree = premiere.lower().startswith("sep=") and len(premiere) == 5
    return premiere[4] if declaree else ""


def _separateur(debut: str) -> str:
    """The delimiter found on most of the first lines."""
    lignes = list(itertools.islice((li for li in debut.splitlines() if li.strip()), 60))
    comptes = {s: [_hors_guillemets(ligne).count(s) for ligne in lignes] for s in ";\t,|"}
    # A delimiter is on every line and as often; the « , » of « 12,50 » is neither.
    return max(comptes, key=lambda s: (_regularite(comptes[s]), sum(comptes[s])))


def _hors_guillemets(ligne: str) -> str:
    return re.sub(r'"[^"]*"', "", ligne)


def _regularite(comptes: Sequence[int]) -> float:
    """Share of the lines that have the most frequent count, when it is not zero."""
    presents = [c for c in comptes if c]
    if not presents:
        return 0.0
    return max(presents.count(c) for c in set(presents)) / len(comptes)

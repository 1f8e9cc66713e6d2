"""Any file people have, read into raw sheets: xlsx, xls, ods, csv, tsv, json. No meaning given yet.

The kind is told by the content, never by the name. Whatever is wrong with a file is one French
sentence (SourceIllisible), said before anything is written anywhere.
"""

import csv
import datetime as dt
import io
import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeAlias

from app.services.archives import endommage, protege_par_mot_de_passe
from app.services.classeurs import (
    CELLULES_MAXIMUM,
    COLONNES_MAXIMUM,
    LIGNES_MAXIMUM,
    Classeur,
    Fautes,
    inspecter,
    trop_de_lignes,
)
from app.services.errors import SourceIllisible, TravailAnnule
from app.services.folders import lisible, nom_lisible

Cellule: TypeAlias = str | int | Decimal | bool | dt.date | None
Rangee: TypeAlias = tuple[Cellule, ...]

TAILLE_MAXIMUM: Final = 200_000_000  # bytes on disk
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CONTROLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1b\x7f]")
MACROS: Final = (
    "Ce classeur contient des macros : elles n'ont pas été exécutées, "
    "seules ses valeurs ont été lues."
)
_PAGE_WEB = re.compile(r"\s*<(!doctype html|html|\?xml|table|meta)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Feuille:
    """A raw sheet. Row and column 0 are the first ones of the file, so that line numbers are true.

    `fautes`: (row, column) -> what is wrong in this cell. `fusions`: merged ranges, ends included.
    """

    nom: str
    cellules: tuple[Rangee, ...]
    fautes: Mapping[tuple[int, int], str] = field(default_factory=dict)
    fusions: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A file read: its sheets, or its JSON document; `informations` are for the person to know."""

    nom: str
    feuilles: tuple[Feuille, ...] = ()
    document: Any = None
    informations: tuple[str, ...] = ()


def jamais() -> bool:
    """Nobody cancels."""
    return False


def ouvrir(chemin: Path, *, annulation: Callable[[], bool] = jamais) -> Source:
    """Read a file whole. Raises SourceIllisible, or TravailAnnule when `annulation()` turns true."""
    arreter = arret(annulation)
    debut = _entete(chemin)
    arreter()
    if debut.startswith(_ZIP):
        return _classeur(chemin, inspecter(chemin, arreter), arreter)
    if debut.startswith(_OLE):
        return _classeur(chemin, _inspecter_ole(chemin), arreter)
    texte = _decoder(chemin)
    if texte.lstrip()[:1] in ("{", "["):
        return _json(nom_lisible(chemin), texte)
    if _PAGE_WEB.match(texte):
        raise SourceIllisible(
            f"« {chemin.name} » est une page web ou un document XML, pas un tableau : "
            "ouvrez-le dans le tableur, enregistrez-le au format .xlsx, puis recommencez."
        )
    return Source(nom_lisible(chemin), (_csv(nom_lisible(chemin), texte, arreter),))


def arret(annulation: Callable[[], bool]) -> Callable[[], None]:
    """A function that raises TravailAnnule once the person has cancelled."""

    def verifier() -> None:
        if annulation():
            raise TravailAnnule("Import annulé : rien n'a été modifié.")

    return verifier


def _entete(chemin: Path) -> bytes:
    """First bytes of the file, whose kind and size are checked."""
    if chemin.is_dir():
        raise SourceIllisible(f"« {chemin.name} » est un dossier : choisissez un fichier.")
    try:
        taille = chemin.stat().st_size
        with chemin.open("rb") as flux:
            debut = flux.read(8)
    except FileNotFoundError as cause:
        raise SourceIllisible(
            f"« {chemin.name} » est introuvable : vérifiez son emplacement."
        ) from cause
    except OSError as cause:
        raise SourceIllisible(
            f"« {chemin.name} » ne peut pas être lu ({cause.strerror}) : "
            "fermez-le dans les autres programmes, puis recommencez."
        ) from cause
    if taille == 0:
        raise SourceIllisible(f"« {chemin.name} » est vide : demandez-le à nouveau.")
    if taille > TAILLE_MAXIMUM:
        raise SourceIllisible(
            f"« {chemin.name} » pèse {taille // 1_000_000} Mo, plus que les "
            f"{TAILLE_MAXIMUM // 1_000_000} Mo que Tour de table accepte : découpez-le."
        )
    return debut


# Workbooks --------------------------------------------------------------------------------------


def _inspecter_ole(chemin: Path) -> Classeur:
    from app.services import classeurs_xls as xls

    try:
        ole = xls.Ole(chemin.read_bytes())
        if not ole.noms & {"Root Entry"}:
            raise endommage(chemin.name)
        if not xls.est_un_classeur(ole):
            raise SourceIllisible(
                f"« {chemin.name} » n'est pas un tableau : "
                "enregistrez-le au format .xlsx ou .ods, puis recommencez."
            )
        if xls.est_protege(ole):
            raise protege_par_mot_de_passe(chemin.name)
        return Classeur(macros=xls.a_des_macros(ole), fautes=xls.fautes(ole))
    except xls.ILLISIBLE as cause:
        raise endommage(chemin.name) from cause


def _classeur(chemin: Path, vu: Classeur, arreter: Callable[[], None]) -> Source:
    from python_calamine import CalamineError, PasswordError

    try:
        feuilles = tuple(_lire_feuilles(chemin, vu, arreter))
    except PasswordError as cause:
        raise protege_par_mot_de_passe(chemin.name) from cause
    except CalamineError as cause:
        raise endommage(chemin.name) from cause
    except BaseException as cause:
        # The reader is compiled: what it did not foresee comes out as a « panic », not as an Exception.
        if type(cause).__name__ == "PanicException":
            raise endommage(chemin.name) from cause
        raise
    if not any(feuille.cellules for feuille in feuilles):
        raise SourceIllisible(f"« {chemin.name} » ne contient aucune donnée.")
    informations = (MACROS,) if vu.macros else ()
    return Source(nom_lisible(chemin), feuilles, informations=informations)


def _lire_feuilles(chemin: Path, vu: Classeur, arreter: Callable[[], None]) -> Iterator[Feuille]:
    from python_calamine import SheetTypeEnum, load_workbook

    # calamine opens by name, and only a name that is text.
    est_texte = lisible(str(chemin)) == str(chemin)
    source = str(chemin) if est_texte else io.BytesIO(chemin.read_bytes())
    with load_workbook(source) as classeur:
        for description in classeur.sheets_metadata:
            arreter()
            if description.typ is not SheetTypeEnum.WorkSheet:
                continue
            feuille = classeur.get_sheet_by_name(description.name)
            fautes: Fautes = dict(vu.fautes.get(description.name, {}))
            yield Feuille(
                description.name,
                tuple(_rangees(feuille.to_python(skip_empty_area=False), arreter)),
                fautes,
                tuple(feuille.merged_cell_ranges or ()),
            )


def _rangees(lignes: Iterable[Sequence[Any]], arreter: Callable[[], None]) -> Iterator[Rangee]:
    """Rows as tuples without their empty end."""
    for rang, ligne in enumerate(lignes):
        if rang % 1000 == 0:
            arreter()
        valeurs = [_cellule(valeur) for valeur in ligne]
        while valeurs and valeurs[-1] is None:
            valeurs.pop()
        yield tuple(valeurs)


def _cellule(valeur: Any) -> Cellule:
    """A cell as Python holds it: no float survives, money must not pass through one."""
    if isinstance(valeur, str):
        return valeur.strip() or None
    if isinstance(valeur, bool):
        return valeur
    if isinstance(valeur, float):
        if valeur != valeur or valeur in (float("inf"), float("-inf")):
            return str(valeur)
        return int(valeur) if valeur.is_integer() else Decimal(repr(valeur))
    if isinstance(valeur, dt.datetime):
        return valeur.date()
    if isinstance(valeur, (int, dt.date, Decimal)) or valeur is None:
        return valeur
    return str(valeur)


# Text -------------------------------------------------------------------------------------------


def _decoder(chemin: Path) -> str:
    """The text of a file: its BOM tells, else UTF-8, else the Windows page of western Europe."""
    octets = chemin.read_bytes()
    encodage = next((nom for bom, nom in _BOMS if octets.startswith(bom)), None)
    try:
        texte = octets.decode(encodage or "utf-8")
    except UnicodeDecodeError:
        texte = octets.decode("cp1252", "replace")
    if _CONTROLE.search(texte[:100_000]) or texte[:2000].count("\ufffd") > 5:
        raise SourceIllisible(
            f"« {chemin.name} » n'est ni un tableau ni un fichier texte lisible : il est endommagé, "
            "ou son nom ne correspond pas à son contenu."
        )
    if not texte.strip():
        raise SourceIllisible(f"« {chemin.name} » ne contient aucune donnée.")
    return texte


def _csv(nom: str, texte: str, arreter: Callable[[], None]) -> Feuille:
    separateur, texte = _separateur(texte)
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur)
    avalees = _lignes_avalees(texte, separateur)
    if avalees:
        raise SourceIllisible(
            f"La ligne {avalees} de « {nom} » ouvre un guillemet qui n'est pas refermé : "
            "corrigez-la, puis recommencez."
        )
    rangees: list[Rangee] = []
    cellules = 0
    try:
        for ligne in lecteur:
            if len(rangees) % 1000 == 0:
                arreter()
            rangee = next(iter(_rangees([ligne], lambda: None)))
            rangees.append(rangee)
            cellules += len(rangee)
            if len(rangees) > LIGNES_MAXIMUM:
                raise trop_de_lignes(nom)
            if len(rangee) > COLONNES_MAXIMUM or cellules > CELLULES_MAXIMUM:
                raise endommage(nom)
    except csv.Error as cause:
        raise endommage(nom) from cause
    return Feuille(Path(nom).stem, tuple(rangees))


def _separateur(texte: str) -> tuple[str, str]:
    """The delimiter: the one Excel declares (« sep=; »), else the one found on most first lines."""
    premiere, _, suite = texte.partition("\n")
    if premiere.strip().lower().startswith("sep=") and len(premiere.strip()) == 5:
        return premiere.strip()[4], suite
    lignes = list(itertools.islice((li for li in texte.splitlines() if li.strip()), 60))
    comptes = {s: [_hors_guillemets(ligne).count(s) for ligne in lignes] for s in ";\t,|"}
    # A delimiter is on every line and as often; the « , » of « 12,50 » is neither.
    return max(comptes, key=lambda s: (_regularite(comptes[s]), sum(comptes[s]))), texte


def _hors_guillemets(ligne: str) -> str:
    return re.sub(r'"[^"]*"', "", ligne)


def _regularite(comptes: Sequence[int]) -> float:
    """Share of the lines that have the most frequent count, when it is not zero."""
    presents = [c for c in comptes if c]
    if not presents:
        return 0.0
    return max(presents.count(c) for c in set(presents)) / len(comptes)


def _json(nom: str, texte: str) -> Source:
    try:
        document = json.loads(texte, parse_float=Decimal, parse_constant=str)
    except (ValueError, RecursionError) as cause:
        raise SourceIllisible(
            f"« {nom} » n'est pas un fichier JSON complet : demandez-le à nouveau."
        ) from cause
    return Source(nom, document=document)


LIGNES_D_UNE_CELLULE = 50  # a description may run over lines, not over a page of rows


def _lignes_avalees(texte: str, separateur: str) -> int:
    """Number of the line whose open quote swallows rows that follow; 0 when there is none."""
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur)
    debut = 1
    try:
        for ligne in lecteur:
            etendue = lecteur.line_num - debut + 1
            longues = (c for c in ligne if c.count("\n") >= LIGNES_D_UNE_CELLULE)
            if etendue > LIGNES_D_UNE_CELLULE and any(separateur in cellule for cellule in longues):
                return debut
            debut = lecteur.line_num + 1
    except csv.Error:
        return 0  # told by the reading itself
    return 0

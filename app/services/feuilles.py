"""Any file people have, read into raw sheets: xlsx, xls, ods, csv, tsv, json. No meaning given yet.

The kind is told by the content, never by the name. Whatever is wrong with a file is one French
sentence (SourceIllisible), said before anything is written anywhere.
"""

import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeAlias

from app.services.archives import endommage, protege_par_mot_de_passe
from app.services.classeurs import Classeur, Fautes, inspecter
from app.services.errors import SourceIllisible, TravailAnnule
from app.services.folders import lisible, nom_lisible
from app.services.identifiants import sans_invisibles
from app.services.textes_sources import lire_csv, lire_json, reconnaitre_texte, trop_lourd

Cellule: TypeAlias = str | int | Decimal | bool | dt.date | None
Rangee: TypeAlias = tuple[Cellule, ...]

TAILLE_MAXIMUM: Final = 200_000_000  # bytes on disk
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MACROS: Final = (
    "Ce classeur contient des macros : elles n'ont pas été exécutées, "
    "seules ses valeurs ont été lues."
)


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


Progression = Callable[[int, int, str], None]  # done, of how many, what is being done


def muette(fait: int, total: int, texte: str) -> None:
    """Nobody watches the progress."""


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
    texte = reconnaitre_texte(chemin)
    if texte.est_json:
        return Source(nom_lisible(chemin), document=lire_json(texte))
    if texte.est_page_web:
        raise SourceIllisible(
            f"« {chemin.name} » est une page web ou un document XML, pas un tableau : "
            "ouvrez-le dans le tableur, enregistrez-le au format .xlsx, puis recommencez."
        )
    return Source(nom_lisible(chemin), (Feuille(lisible(chemin.stem), lire_csv(texte, arreter)),))


def arret(annulation: Callable[[], bool]) -> Callable[[], None]:
    """A function that raises TravailAnnule once the person has cancelled."""

    def verifier() -> None:
        if annulation():
            raise TravailAnnule("Import annulé : rien n'a été modifié.")

    return verifier


def _entete(chemin: Path) -> bytes:
    """First bytes of the file, whose kind and size are checked."""
    if chemin.is_dir():
        raise SourceIllisible(f"« {chemin.name} » est un dossier : choisissez un fichier.")
    try:
        taille = chemin.stat().st_size
        with chemin.open("rb") as flux:
            debut = flux.read(8)
    except FileNotFoundError as cause:
        raise SourceIllisible(
            f"« {chemin.name} » est introuvable : vérifiez son emplacement."
        ) from cause
    except OSError as cause:
        raise SourceIllisible(
            f"« {chemin.name} » ne peut pas être lu ({cause.strerror}) : "
            "fermez-le dans les autres programmes, puis recommencez."
        ) from cause
    if taille == 0:
        raise SourceIllisible(f"« {chemin.name} » est vide : demandez-le à nouveau.")
    if taille > TAILLE_MAXIMUM:
        raise trop_lourd(chemin.name, taille, TAILLE_MAXIMUM)
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
                f"« {chemin.name} » n'est pas un tableau : "
                "enregistrez-le au format .xlsx ou .ods, puis recommencez."
            )
        if xls.est_protege(ole):
            raise protege_par_mot_de_passe(chemin.name)
        return Classeur(macros=xls.a_des_macros(ole), fautes=xls.fautes(ole, chemin.name))
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
        raise SourceIllisible(f"« {chemin.name} » ne contient aucune donnée.")
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
                tuple(_rangees(feuille.iter_rows(), arreter)),
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
        return sans_invisibles(valeur).strip() or None
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

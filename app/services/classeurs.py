"""What the reader of spreadsheets would swallow: cells in error, and tables without end.

calamine is quick, but gives a cell that holds #REF! or a formula never computed as an empty one, and
allocates as far as the last filled cell. Both are found here first, in one pass over the parts.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Final

from app.services.archives import Archive, endommage, ouvrir_archive, protege_par_mot_de_passe
from app.services.errors import SourceIllisible

Fautes = dict[tuple[int, int], str]  # (row, column) from 0 -> what is wrong, in French

# Limits written in the help: a programme holds some hundreds of rows, 20 000 at the very most.
LIGNES_MAXIMUM: Final = 200_000
COLONNES_MAXIMUM: Final = 1_000
CELLULES_MAXIMUM: Final = 8_000_000
ELEMENT_MAXIMUM: Final = 50_000_000  # bytes of one row, or of one tag

ERREUR: Final = "la formule donne une erreur"
SANS_VALEUR: Final = (
    "la formule n'a jamais été calculée (ouvrez le fichier dans le tableur, puis enregistrez-le)"
)


@dataclass(frozen=True, slots=True)
class Classeur:
    """What was seen of a workbook. `fautes` by sheet name."""

    macros: bool = False
    fautes: Mapping[str, Fautes] = field(default_factory=dict)


def inspecter(chemin: Path, annulation: Callable[[], None]) -> Classeur:
    """Check an .xlsx or .ods whole. Raises SourceIllisible; `annulation` may raise at any part."""
    with ouvrir_archive(chemin) as archive:
        if "xl/workbook.xml" in archive.parties:
            return _inspecter_xlsx(archive, annulation)
        if "content.xml" in archive.parties:
            return _inspecter_ods(archive, annulation)
    raise SourceIllisible(
        f"« {chemin.name} » n'est pas un tableau que Tour de table sait lire : "
        "enregistrez-le au format .xlsx ou .ods, puis recommencez."
    )


def trop_de_lignes(nom: str) -> SourceIllisible:
    return SourceIllisible(
        f"« {nom} » a plus de {LIGNES_MAXIMUM // 1000} 000 lignes remplies : supprimez celles "
        "qui ne sont pas des actions, ou découpez le fichier, puis recommencez."
    )


class Mesure:
    """How far the filled cells of a sheet go; raises SourceIllisible when it is too far."""

    def __init__(self, nom: str) -> None:
        self._nom = nom
        self.rang = 0
        self._largeur = 0

    def cellule(self, ligne: int, colonne: int) -> None:
        """A cell is filled at this row and column, from 0, in any order."""
        self.rang = max(self.rang, ligne + 1)
        self.rangee(colonne + 1)

    def rangee(self, largeur: int) -> None:
        """The row number `rang` (from 1) is filled as far as `largeur` columns."""
        if self.rang > LIGNES_MAXIMUM:
            raise trop_de_lignes(self._nom)
        self._largeur = max(self._largeur, largeur)
        if self._largeur > COLONNES_MAXIMUM or self.rang * self._largeur > CELLULES_MAXIMUM:
            raise SourceIllisible(
                f"« {self._nom} » a des cellules remplies bien au-delà du tableau (plus de "
                f"{COLONNES_MAXIMUM} colonnes ou de {CELLULES_MAXIMUM // 1_000_000} millions de "
                "cellules) : supprimez-les dans le tableur, puis recommencez."
            )


def _jusqu_a(
    flux: Iterable[bytes], marques: tuple[bytes, ...], *, nom: str, annulation: Callable[[], None]
) -> Iterator[bytes]:
    """The chunks cut again after the last of `marques`, so that no element is cut in two."""
    reste = b""
    for morceau in flux:
        annulation()
        reste += morceau
        fin = max(reste.rfind(marque) + len(marque) for marque in marques)
        if fin >= min(map(len, marques)):
            yield reste[:fin]
            reste = reste[fin:]
        elif len(reste) > ELEMENT_MAXIMUM:
            raise endommage(nom)
    yield reste


# xlsx -------------------------------------------------------------------------------------------

_LIEN = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_RANGEE = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_NUMERO = re.compile(rb"""\br\s*=\s*["'](\d+)""")
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_REMPLIE = re.compile(rb"<(?:\w+:)?(?:v|is|f)\b")
_LARGE = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']([A-Za-z]{1,})\d+["']""")
_FAUTIVE = re.compile(
    rb'<(?:\w+:)?c\b([^>]*\bt="e"[^>]*)>'
    rb"|<(?:\w+:)?c\b([^>]*[^/])>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:</(?:\w+:)?c>|<(?:\w+:)?v\s*/>|<(?:\w+:)?v></)"
)


def _inspecter_xlsx(archive: Archive, annulation: Callable[[], None]) -> Classeur:
    feuilles = _feuilles_xlsx(archive)
    fautes: dict[str, Fautes] = {}
    for partie in archive.parties:
        annulation()
        if partie in feuilles:
            fautes[feuilles[partie]] = _parcourir_feuille(archive, partie, annulation)
        elif partie.endswith((".xml", ".rels")):
            _epuiser(archive.xml(partie))
    return Classeur(macros="xl/vbaProject.bin" in archive.parties, fautes=fautes)


def _epuiser(flux: Iterable[bytes]) -> None:
    for _ in flux:
        pass


def _feuilles_xlsx(archive: Archive) -> dict[str, str]:
    """part -> sheet name, through the relations of the workbook."""
    liens = "xl/_rels/workbook.xml.rels"
    if liens not in archive.parties:
        return {}
    parties = {lien.get("Id"): _partie(lien.get("Target") or "") for lien in archive.arbre(liens)}
    return {
        partie: feuille.get("name") or ""
        for feuille in archive.arbre("xl/workbook.xml").iter()
        if feuille.tag.endswith("}sheet")
        and (partie := parties.get(feuille.get(_LIEN))) is not None
        and partie in archive.parties
    }


def _partie(cible: str) -> str:
    return cible[1:] if cible.startswith("/") else f"xl/{cible}"


def _parcourir_feuille(archive: Archive, partie: str, annulation: Callable[[], None]) -> Fautes:
    mesure, fautes = Mesure(archive.nom), Fautes()
    for texte in _jusqu_a(
        archive.xml(partie), (b"</row>", b"</x:row>"), nom=archive.nom, annulation=annulation
    ):
        _mesurer_rangees(texte, mesure)
        fautes |= dict(_cellules_fautives(texte))
    return fautes


def _mesurer_rangees(texte: bytes, mesure: Mesure) -> None:
    debuts = list(_RANGEE.finditer(texte))
    fins = [*(debut.start() for debut in debuts[1:]), len(texte)]
    for debut, fin in zip(debuts, fins, strict=False):
        trouve = _NUMERO.search(debut.group(1))
        mesure.rang = int(trouve.group(1)) if trouve else mesure.rang + 1
        contenu = texte[debut.end() : fin]
        if _REMPLIE.search(contenu):
            mesure.rangee(_largeur(contenu))


def _largeur(contenu: bytes) -> int:
    """Columns that a row reaches: its count of cells, or its furthest reference."""
    large = max((_colonne(lettres) for lettres in _LARGE.findall(contenu)), default=0)
    return max(contenu.count(b"<c "), large)


def _colonne(lettres: bytes) -> int:
    """1 for A, 27 for AA."""
    total = 0
    for lettre in lettres.upper():
        total = total * 26 + lettre - 64
    return total


def _cellules_fautives(texte: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    for faute in _FAUTIVE.finditer(texte):
        place = _REFERENCE.search(faute.group(1) or faute.group(2))
        if place:
            motif = ERREUR if faute.group(1) else SANS_VALEUR
            yield (int(place.group(2)) - 1, _colonne(place.group(1)) - 1), motif


# ods --------------------------------------------------------------------------------------------

_MANIFESTE = "META-INF/manifest.xml"
_BALISE = re.compile(
    rb"<(/?)table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*?)(/?)>"
)
_COLONNES_REPETEES = re.compile(rb"""number-columns-repeated\s*=\s*["'](\d+)""")
_LIGNES_REPETEES = re.compile(rb"""number-rows-repeated\s*=\s*["'](\d+)""")
_NOM = re.compile(rb"""table:name\s*=\s*(["'])(.*?)\1""")


def _inspecter_ods(archive: Archive, annulation: Callable[[], None]) -> Classeur:
    if _MANIFESTE in archive.parties and b"encryption-data" in b"".join(archive.flux(_MANIFESTE)):
        raise protege_par_mot_de_passe(archive.nom)
    for partie in archive.parties:
        annulation()
        if partie.endswith(".xml") and partie not in (_MANIFESTE, "content.xml"):
            _epuiser(archive.xml(partie))
    parcours = _ParcoursOds(archive.nom)
    for texte in _jusqu_a(
        archive.xml("content.xml"), (b">",), nom=archive.nom, annulation=annulation
    ):
        parcours.lire(texte)
    return Classeur(
        macros=any(partie.startswith("Basic/") for partie in archive.parties),
        fautes=parcours.fautes,
    )


class _ParcoursOds:
    """Follows tables, rows and cells with their repetitions: five bytes may hide a million rows."""

    def __init__(self, nom: str) -> None:
        self.fautes: dict[str, Fautes] = {}
        self._nom = nom
        self._ici: Fautes = {}
        self._mesure = Mesure(nom)
        self._repetition = 1
        self._colonne = 0
        self._remplie = 0

    def lire(self, texte: bytes) -> None:
        for fermante, balise, attributs, vide in _BALISE.findall(texte):
            if balise == b"table":
                self._table(attributs)
            elif balise == b"table-row":
                if not fermante:
                    self._repetition = _repetition(_LIGNES_REPETEES, attributs)
                    self._colonne = self._remplie = 0
                if fermante or vide:
                    self._fermer_rangee()
            elif not fermante:
                self._cellule(attributs)

    def _table(self, attributs: bytes) -> None:
        trouve = _NOM.search(attributs)
        if trouve is not None:
            self._ici = self.fautes[unescape(trouve.group(2).decode("utf-8", "replace"))] = {}
            self._mesure = Mesure(self._nom)

    def _fermer_rangee(self) -> None:
        self._mesure.rang += self._repetition
        if self._remplie:
            self._mesure.rangee(self._remplie)

    def _cellule(self, attributs: bytes) -> None:
        repetition = _repetition(_COLONNES_REPETEES, attributs)
        valeur = b"value-type=" in attributs
        if valeur or b"table:formula=" in attributs:
            self._remplie = self._colonne + repetition
            if not valeur or b'calcext:value-type="error"' in attributs:
                motif = ERREUR if valeur else SANS_VALEUR
                self._ici[self._mesure.rang, self._colonne] = motif
        self._colonne += repetition


def _repetition(motif: re.Pattern[bytes], attributs: bytes) -> int:
    trouve = motif.search(attributs)
    return int(trouve.group(1)[:9]) if trouve else 1

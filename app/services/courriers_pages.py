"""Letters on our own sheets: what the preview shows, and the PDF where there is no LibreOffice.

Read back from the Word file, so that what is seen is what was filled: its words, its tables, their
sizes and indents. Pictures and fancy layouts are for the word processor.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4, portrait

from app.services.courriers_fournis import OBJET
from app.services.documents_word import est_paragraphe
from app.services.pages_pdf import MARGE, Document, MiseEnPage, Morceau, Papier
from app.services.papier_seance import abrege, papier_net
from app.services.polices import DEMI_GRASSE, REGULIERE
from app.services.tableau_pdf import (
    ENCRE,
    FILET,
    GOUTTIERE,
    SECONDE,
    Colonne,
    Rangee,
    Style,
    Tableau,
    charger_polices,
    couper,
)
from app.services.traces_pages import ToileNotee, Trace

CORPS = 10.5
PLACE_MINIMUM = 60.0  # points, of a text whatever its indents


class PapierALettres(Papier):
    """A portrait sheet with the margins of a letter."""

    __slots__ = ()

    @property
    def utile(self) -> float:
        return self.largeur - 2 * self.marge

    @property
    def marge(self) -> float:
        return 2.25 * 72 / 2.54


PORTRAIT = PapierALettres(*portrait(A4))


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of one letter, with what stands around it."""

    morceaux: tuple[Morceau, ...]
    entete: tuple[str, ...]
    pied: tuple[str, ...]


class PagesDeCourriers:
    """One letter or several, one after the other: drawn as a PDF, or page by page for a preview."""

    papier = PORTRAIT

    def __init__(self, lettres: Sequence[bytes], *, objet: str, auteur: str, jour: date) -> None:
        charger_polices()
        self.objet = papier_net(abrege(objet, 120))
        self._auteur, self._jour = papier_net(abrege(auteur, 200)), jour
        self._pages = [page for lettre in lettres for page in _pages(lettre)]

    @property
    def nombre(self) -> int:
        return len(self._pages)

    def pdf(self) -> bytes:
        """The bytes; the same for the same letters."""
        document = self._document()
        return document.dessiner(
            [page.morceaux for page in self._pages],
            lambda numero, _: self._habiller(document, self._pages[numero - 1]),
        )

    def traces(self, numero: int) -> list[Trace]:
        """What the PDF draws on a page, from 1."""
        toile = ToileNotee()
        document, page = self._document(toile), self._pages[numero - 1]
        self._habiller(document, page)
        document.dessiner_page(page.morceaux)
        return toile.traces

    def _document(self, toile: Any = None) -> Document:
        return Document(
            titre=self.objet, auteur=self._auteur, jour=self._jour, papier=PORTRAIT, toile=toile
        )

    def _habiller(self, document: Document, page: _Page) -> None:
        """The head and the foot that the template gives to every page."""
        for rang, ligne in enumerate(page.entete):
            document.ecrire(
                PORTRAIT.marge, PORTRAIT.haut - 2 - 10 * rang, ligne, corps=8, couleur=SECONDE
            )
        for rang, ligne in enumerate(reversed(page.pied)):
            document.ecrire(PORTRAIT.marge, MARGE - 4 + 10 * rang, ligne, corps=8, couleur=SECONDE)


def _pages(lettre: bytes) -> Iterator[_Page]:
    from docx import Document as Ouvrir

    document = Ouvrir(BytesIO(lettre))
    section = document.sections[0]
    retrait = max(0.0, _points(section.left_margin) - PORTRAIT.marge)
    place = PORTRAIT.utile - 2 * retrait
    entete, pied = (_autour(partie, PORTRAIT.utile) for partie in (section.header, section.footer))
    sommet = PORTRAIT.haut - max(0.0, _points(section.top_margin) - MARGE) - 10 * len(entete)
    pages = MiseEnPage(sommet, PORTRAIT, entre=0)
    for tableau in _tableaux(document, retrait, place):
        pages.ajouter(tableau)
    for page in pages.pages:
        yield _Page(tuple(page), entete, pied)


def _autour(partie: Any, place: float) -> tuple[str, ...]:
    textes = (papier_net(p.text) for p in partie.paragraphs)
    return tuple(ligne for t in textes if t.strip() for ligne in couper(t, place, REGULIERE, 8))[:3]


def _tableaux(document: Any, retrait: float, place: float) -> Iterator[Tableau]:
    """Paragraphs of one indent make one table of our pages; a table makes its own."""
    en_cours: list[Rangee] = []
    cle: tuple[float, bool] | None = None
    for element in document.iter_inner_content():
        if not est_paragraphe(element):
            if en_cours and cle is not None:
                yield _paragraphes(en_cours, *cle, place, retrait)
            en_cours, cle = [], None
            yield _table(element, retrait, place)
            continue
        forme = _forme(element)
        nouvelle = (forme.gauche, forme.droite)
        if cle is not None and nouvelle != cle:
            yield _paragraphes(en_cours, *cle, place, retrait)
            en_cours = []
        cle = nouvelle
        en_cours += _rangees(element, forme)
    if en_cours and cle is not None:
        yield _paragraphes(en_cours, *cle, place, retrait)


def _paragraphes(
    rangees: Sequence[Rangee], gauche: float, droite: bool, place: float, retrait: float
) -> Tableau:
    gauche = min(gauche, place - PLACE_MINIMUM)
    colonnes = (
        Colonne("", retrait + gauche),
        Colonne("", place - gauche + GOUTTIERE, droite=droite),
    )
    return Tableau(colonnes, tuple(rangees), entete=False)


@dataclass(frozen=True, slots=True)
class _Forme:
    """How a paragraph is set (points)."""

    gauche: float
    droite: bool
    avant: float
    apres: float
    corps: float
    gras: bool
    solidaire: bool


def _forme(paragraphe: Any) -> _Forme:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    runs = [r for r in paragraphe.runs if r.text.strip()]
    style = paragraphe.style
    return _Forme(
        gauche=_points(_herite(paragraphe, "left_indent")),
        droite=_herite(paragraphe, "alignment") == WD_ALIGN_PARAGRAPH.RIGHT,
        avant=_points(_herite(paragraphe, "space_before")),
        apres=_points(_herite(paragraphe, "space_after")),
        corps=_corps(runs[0] if runs else None, style),
        gras=all(_gras(r, style) for r in runs) if runs else False,
        solidaire=bool(_herite(paragraphe, "keep_with_next")),
    )


def _herite(paragraphe: Any, nom: str) -> Any:
    """A property of the paragraph, else of its styles."""
    valeur = getattr(paragraphe.paragraph_format, nom)
    style = paragraphe.style
    while valeur is None and style is not None:
        valeur = getattr(style.paragraph_format, nom, None)
        style = style.base_style
    return valeur


def _corps(run: Any, style: Any) -> float:
    taille = None if run is None else run.font.size
    while taille is None and style is not None:
        taille, style = style.font.size, style.base_style
    return min(max(_points(taille) or CORPS, 5.0), 40.0)


def _gras(run: Any, style: Any) -> bool:
    gras = run.bold
    while gras is None and style is not None:
        gras, style = style.font.bold, style.base_style
    return bool(gras)


def _points(longueur: Any) -> float:
    return 0.0 if longueur is None else float(longueur.pt)


def _rangees(paragraphe: Any, forme: _Forme) -> list[Rangee]:
    """The lines that the paragraph breaks itself; they stay together with what it keeps."""
    lignes = str(paragraphe.text).split("\n")
    police = DEMI_GRASSE if forme.gras else REGULIERE
    titre = paragraphe.style is not None and paragraphe.style.name == OBJET
    return [
        Rangee(
            ("", papier_net(ligne) or " "),
            Style(
                police,
                corps=forme.corps,
                avant=forme.avant if rang == 0 else 0,
                apres=forme.apres if rang == len(lignes) - 1 else 0,
                filet="",
            ),
            solidaire=forme.solidaire or titre or rang < len(lignes) - 1,
        )
        for rang, ligne in enumerate(lignes)
    ]


def _table(table: Any, retrait: float, place: float) -> Tableau:
    """Columns as wide as the template says, within the sheet; a total is in semibold, as there."""
    nombre = max(1, len(table.columns))
    larges = [_points(c.width) or place / nombre for c in table.columns] or [place]
    part = min(1.0, (place + GOUTTIERE) / sum(larges))
    droites = _droites(table, nombre)
    colonnes = (
        Colonne("", retrait),
        *(
            Colonne("", large * part, droite=droite)
            for large, droite in zip(larges, droites, strict=True)
        ),
    )
    rangees = tuple(
        Rangee(
            ("", *_textes(rangee, nombre)),
            _style(rangee),
        )
        for rangee in table.rows
    )
    return Tableau(colonnes, rangees, entete=False)


def _textes(rangee: Any, nombre: int) -> list[str]:
    textes = [papier_net(c.text) for c in rangee.cells][:nombre]
    return textes + [""] * (nombre - len(textes))


def _style(rangee: Any) -> Style:
    runs = [r for c in rangee.cells for p in c.paragraphs for r in p.runs if r.text.strip()]
    gras = bool(runs) and all(r.bold for r in runs)
    grise = bool(runs) and all(r.font.size is not None and r.font.size.pt < CORPS for r in runs)
    return Style(
        DEMI_GRASSE if gras else REGULIERE,
        corps=9 if grise else CORPS - 0.5,
        couleur=SECONDE if grise else ENCRE,
        filet=ENCRE if gras or grise else FILET,
    )


def _droites(table: Any, nombre: int) -> list[bool]:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    if not table.rows:
        return [False] * nombre
    cellules = table.rows[-1].cells[:nombre]
    vus = [
        any(p.alignment == WD_ALIGN_PARAGRAPH.RIGHT for p in cellule.paragraphs)
        for cellule in cellules
    ]
    return vus + [False] * (nombre - len(vus))

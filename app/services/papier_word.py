"""A paper as a Word file, from the tables that its PDF draws: headings, true tables, text to be edited.

Read by a screen reader as it is seen: titles are titles, heads of tables are said so, French is told.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from app.services.documents_word import (
    ENCRE,
    GRIS,
    POLICE,
    en_octets,
    franciser,
    repeter_en_tete,
    souligner,
    titrer,
)
from app.services.polices import DEMI_GRASSE
from app.services.tableau_pdf import Colonne, Rangee, Tableau

if TYPE_CHECKING:
    from docx.document import Document

TITRES = (("Heading 1", 17), ("Heading 2", 12), ("Heading 3", 10.5))
CORPS = 9.5


def en_word(titre: str, situation: Sequence[str], tableaux: Iterable[Tableau]) -> bytes:
    """`situation`: the lines under the title. Tables without a row are left out."""
    from docx import Document

    document = Document()
    _mettre_en_page(document)
    document.add_heading(titre, 1)
    for ligne in situation:
        document.add_paragraph(ligne)
    for tableau in tableaux:
        if tableau.rangees:
            _ajouter(document, tableau)
    titrer(document, titre)
    return en_octets(document)


def _mettre_en_page(document: "Document") -> None:
    from docx.shared import Cm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(1.5)
    normal: Any = document.styles["Normal"]
    franciser(normal)
    normal.font.size = Pt(CORPS)
    normal.paragraph_format.space_after = Pt(2)
    for nom, corps in (("Normal", CORPS), *TITRES):
        style: Any = document.styles[nom]
        style.font.name, style.font.size = POLICE, Pt(corps)
        style.font.color.rgb = RGBColor.from_string(ENCRE)
        _sans_theme(style)


def _sans_theme(style: Any) -> None:
    """The headings of the library take their typeface from a theme, which would win over ours."""
    from docx.oxml.ns import qn

    polices = style.element.get_or_add_rPr().find(qn("w:rFonts"))
    for nom in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        if polices is not None:
            polices.attrib.pop(qn(f"w:{nom}"), None)


def _ajouter(document: "Document", tableau: Tableau) -> None:
    """Its title, then its rows: a row that heads others is a title too."""
    if tableau.titre:
        document.add_heading(tableau.titre, 2)
    if len(tableau.colonnes) == 1:
        for rangee in tableau.rangees:
            document.add_paragraph(rangee.textes[0].strip())
        return
    table = None
    for rangee in tableau.rangees:
        if rangee.titre:
            document.add_heading(rangee.textes[0], 3)
            table = None
            continue
        if table is None:
            table = _table(document, tableau)
        _rangee(table, rangee, tableau.colonnes)


def _table(document: "Document", tableau: Tableau) -> Any:
    from docx.shared import Pt

    table = document.add_table(rows=0, cols=len(tableau.colonnes))
    table.autofit = False
    for place, colonne in zip(table.columns, tableau.colonnes, strict=True):
        place.width = Pt(colonne.largeur)
    if tableau.entete:
        titres = tuple(colonne.titre for colonne in tableau.colonnes)
        _rangee(table, Rangee(titres), tableau.colonnes, tete=True)
        repeter_en_tete(table.rows[0])
    return table


def _rangee(table: Any, rangee: Rangee, colonnes: Sequence[Colonne], *, tete: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    cellules = table.add_row().cells
    for cellule, colonne in zip(cellules, colonnes, strict=True):
        cellule.width = Pt(colonne.largeur)
        souligner(cellule, forte=tete)
    if rangee.etendue > 1:
        cellules[0].merge(cellules[min(rangee.etendue, len(cellules)) - 1])
    places = (0, *range(rangee.etendue, len(colonnes)))
    for texte, debut in zip(rangee.textes, places, strict=False):
        colonne = colonnes[debut]
        paragraphe = cellules[debut].paragraphs[0]
        run = paragraphe.add_run(texte.strip())
        run.bold = (rangee.style.police == DEMI_GRASSE or colonne.forte) or None
        if tete or (colonne.discrete and not run.bold):
            run.font.color.rgb = RGBColor.from_string(GRIS)
        if colonne.droite and not (debut == 0 or rangee.etendue > debut):
            paragraphe.alignment = WD_ALIGN_PARAGRAPH.RIGHT

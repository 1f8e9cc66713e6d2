"""The templates of letters that come with the program, made as Word files from their texts.

The texts lie in `resources/courriers`; around them, one sober letter: who writes, to whom, the day,
the object, the table of amounts, who signs. Arial: what every office has, whatever opens the file.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from app.models.enums import NatureCourrier
from app.models.montants import INSECABLE
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
from app.services.folders import ressources

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

# The styles of the letter: those of the words are what is corrected letter by letter.
TEXTE, LISTE = "Texte de la lettre", "Liste de la lettre"
EXPEDITEUR, DESTINATAIRE, SIGNATURE = "Expéditeur", "Destinataire", "Signature de la lettre"
OBJET, TABLEAU, PIED = "Objet de la lettre", "Tableau de la lettre", "Pied de la lettre"
MARQUE_TABLEAU = "[Tableau des montants]"
TIRET = f"–{INSECABLE}"
_INUTILES = ("stylesWithEffects", "customXml", "thumbnail", "webSettings")
_COLONNES = (
    ("Financeur", "financeur", 6.2),
    ("Crédits", "credit", 6.6),
    ("Montant", "accorde", 3.7),
)


def texte_fourni(nature: NatureCourrier) -> str:
    """The words of a letter, with their fields, one paragraph a line; the object first."""
    return (ressources() / "courriers" / f"{nature}.txt").read_text(encoding="utf-8")


@cache
def modele_fourni(nature: NatureCourrier) -> bytes:
    """The template as a Word file."""
    from docx import Document

    document = Document()
    _mettre_en_page(document)
    _styles(document)
    _alleger(document)
    _expediteur(document)
    objet, *lignes = texte_fourni(nature).splitlines()
    document.add_paragraph(objet, OBJET)
    for ligne in lignes:
        _ligne(document, ligne)
    _signature(document)
    _pied(document)
    titrer(document, f"Modèle de courrier : {nature.libelle}")
    return en_octets(document)


def _mettre_en_page(document: "Document") -> None:
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.25)
    section.top_margin, section.bottom_margin = Cm(2), Cm(2)


def _styles(document: "Document") -> None:
    from docx.shared import Cm, Pt, RGBColor

    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = POLICE, Pt(10.5)
    normal.font.color.rgb = RGBColor.from_string(ENCRE)
    normal.paragraph_format.space_after = Pt(0)
    franciser(normal)
    _style(document, EXPEDITEUR, apres=0)
    _style(document, DESTINATAIRE, gauche=Cm(8.5), apres=0)
    _style(document, OBJET, avant=18, apres=14, gras=True)
    texte = _style(document, TEXTE, apres=8)
    texte.paragraph_format.line_spacing = 1.15
    liste = _style(document, LISTE, gauche=Cm(0.9), apres=4)
    liste.paragraph_format.first_line_indent = Cm(-0.5)
    _style(document, TABLEAU, avant=2, apres=2)
    _style(document, SIGNATURE, gauche=Cm(8.5), apres=0).paragraph_format.keep_with_next = True
    pied = _style(document, PIED)
    pied.font.size, pied.font.color.rgb = Pt(8), RGBColor.from_string(GRIS)


def _alleger(document: "Document") -> None:
    """Without what python-docx brings and no letter uses: a hundred styles, parts of old versions."""
    from docx.oxml.ns import qn

    styles = document.styles.element
    utiles = {TEXTE, LISTE, EXPEDITEUR, DESTINATAIRE, SIGNATURE, OBJET, TABLEAU, PIED}
    for element in list(styles):
        garde = element.tag == qn("w:style") and (
            element.get(qn("w:default")) or element.find(qn("w:name")).get(qn("w:val")) in utiles
        )
        if not garde and element.tag != qn("w:docDefaults"):
            styles.remove(element)
    for source in (document.part, document.part.package):
        for cle, relation in list(source.rels.items()):
            if relation.reltype.rpartition("/")[2] in _INUTILES:
                del source.rels[cle]


def _style(
    document: "Document",
    nom: str,
    *,
    avant: float = 0,
    apres: float = 0,
    gauche: Any = None,
    gras: bool = False,
) -> Any:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    style: Any = document.styles.add_style(nom, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    forme = style.paragraph_format
    forme.space_before, forme.space_after = Pt(avant), Pt(apres)
    if gauche is not None:
        forme.left_indent = gauche
    style.font.bold = gras or None
    return style


def _expediteur(document: "Document") -> None:
    """Who writes, to whom, when."""
    from docx.shared import Pt

    tete = document.add_paragraph("", EXPEDITEUR)
    tete.add_run("{{ contrat.nom }}").bold = True
    document.add_paragraph("{%p if contrat.epci and contrat.epci != contrat.nom %}", EXPEDITEUR)
    document.add_paragraph("{{ contrat.epci }}", EXPEDITEUR)
    document.add_paragraph("{%p endif %}", EXPEDITEUR)
    for rang, ligne in enumerate(
        (
            "{{ porteur.nom }}",
            "{%p if porteur.adresse %}",
            "{{ porteur.adresse }}",
            "{%p endif %}",
            "{{ porteur.code_postal }} {{ porteur.ville }}",
            "Le {{ courrier.date }}",
        )
    ):
        paragraphe = document.add_paragraph(ligne, DESTINATAIRE)
        if rang == 0:
            paragraphe.paragraph_format.space_before = Pt(40)
    paragraphe.paragraph_format.space_before = Pt(20)
    document.add_paragraph("{%p if courrier.reference %}", EXPEDITEUR)
    document.add_paragraph(f"Référence{INSECABLE}: {{{{ courrier.reference }}}}", EXPEDITEUR)
    document.add_paragraph("{%p endif %}", EXPEDITEUR)


def _ligne(document: "Document", ligne: str) -> None:
    if ligne == MARQUE_TABLEAU:
        _tableau(document)
    elif ligne.startswith("- "):
        document.add_paragraph(TIRET + ligne[2:], LISTE)
    else:
        document.add_paragraph(ligne, TEXTE)


def _tableau(document: "Document") -> None:
    """One row for an amount, and their total."""
    from docx.shared import Cm, Pt

    table = document.add_table(rows=0, cols=len(_COLONNES))
    table.autofit = False
    _aligner(table)
    for colonne, (_, _, large) in zip(table.columns, _COLONNES, strict=True):
        colonne.width = Cm(large)
    _rangee(table, [titre for titre, _, _ in _COLONNES], gris=True)
    _rangee(table, ["{%tr for m in montants %}", "", ""])
    _rangee(table, [f"{{{{ m.{nom} }}}}" for _, nom, _ in _COLONNES])
    _rangee(table, ["{%tr endfor %}", "", ""])
    _rangee(table, ["Total", "", "{{ total.accorde }}"], gras=True)
    repeter_en_tete(table.rows[0])
    suite = document.add_paragraph("", TABLEAU)  # air, and a place to type under the table
    suite.paragraph_format.space_after = Pt(4)


def _aligner(table: Any) -> None:
    """The words of the table begin where those of the letter do, despite the margin of its cells."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    retrait = OxmlElement("w:tblInd")
    retrait.set(qn("w:w"), "108")
    retrait.set(qn("w:type"), "dxa")
    table._tbl.tblPr.find(qn("w:tblW")).addnext(retrait)  # noqa: SLF001 - python-docx has no indent


def _rangee(table: Any, textes: list[str], *, gras: bool = False, gris: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt, RGBColor

    rangee = table.add_row()
    for rang, (texte, (_, _, large)) in enumerate(zip(textes, _COLONNES, strict=True)):
        cellule = rangee.cells[rang]
        cellule.width = Cm(large)
        paragraphe: Paragraph = cellule.paragraphs[0]
        paragraphe.style = TABLEAU
        run = paragraphe.add_run(texte)
        run.bold = gras or None
        if gris:
            run.font.color.rgb, run.font.size = RGBColor.from_string(GRIS), Pt(9)
        if rang == len(_COLONNES) - 1:
            paragraphe.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        souligner(cellule, forte=gras or gris)


def _signature(document: "Document") -> None:
    from docx.shared import Pt

    lignes = (
        "{%p if signataire.mention %}",
        "{{ signataire.mention }}",
        "{%p endif %}",
        "{%p if signataire.qualite %}",
        "{{ signataire.qualite }}",
        "{%p endif %}",
        "{{ signataire.nom }}",
    )
    document.add_paragraph("", SIGNATURE)
    for ligne in lignes:
        paragraphe = document.add_paragraph(ligne, SIGNATURE)
    paragraphe.paragraph_format.space_before = Pt(44)  # room to sign
    paragraphe.paragraph_format.keep_with_next = False


def _pied(document: "Document") -> None:
    paragraphe = document.sections[0].footer.paragraphs[0]
    paragraphe.style = PIED
    paragraphe.add_run("{{ contrat.nom_court }} · dossier n°\u00a0{{ action.numero }}")

"""What our Word files share: their typeface, their language, hairlines, the head of a table repeated."""

from io import BytesIO
from typing import Any

POLICE = "Arial"  # what every office has, whatever opens the file
ENCRE, GRIS, FILET = "1C2127", "59636E", "DFDDD7"


def en_octets(document: Any) -> bytes:
    tampon = BytesIO()
    document.save(tampon)
    return tampon.getvalue()


def franciser(style: Any) -> None:
    """The spelling that Word checks."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    langue = OxmlElement("w:lang")
    langue.set(qn("w:val"), "fr-FR")
    style.element.get_or_add_rPr().append(langue)


def souligner(cellule: Any, *, forte: bool) -> None:
    """A hairline under the cell; no vertical lines."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    bords = OxmlElement("w:tcBorders")
    bas = OxmlElement("w:bottom")
    for nom, valeur in (
        ("val", "single"),
        ("sz", "6" if forte else "4"),
        ("space", "0"),
        ("color", ENCRE if forte else FILET),
    ):
        bas.set(qn(f"w:{nom}"), valeur)
    bords.append(bas)
    cellule._tc.get_or_add_tcPr().append(bords)  # noqa: SLF001 - python-docx has no borders


def repeter_en_tete(rangee: Any) -> None:
    from docx.oxml import OxmlElement

    rangee._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - as above


def titrer(document: Any, titre: str) -> None:
    from datetime import UTC, datetime

    proprietes = document.core_properties
    proprietes.title, proprietes.author, proprietes.language = titre, "", "fr-FR"
    proprietes.comments = ""
    proprietes.created = proprietes.modified = datetime(2024, 1, 1, tzinfo=UTC)


def est_paragraphe(element: Any) -> bool:
    """A paragraph, and not a table: of what a Word file holds."""
    from docx.text.paragraph import Paragraph

    return isinstance(element, Paragraph)

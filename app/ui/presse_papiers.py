"""What the clipboard gets of a table, and the blocks that are read from it. No widget.

Text is tab-separated. HTML carries, beside what is shown, what Excel and LibreOffice need to keep a
number a number, a date a date, and « 00123 » or « =A1 » the text that it is.
"""

import html
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QMimeData

from app.services.blocs import Bloc, lire_html, lire_tsv
from app.services.columns import Alignement, Colonne, TypeColonne, nombre_brut
from app.services.titres import nom_de
from app.ui.tableau import ModeleTableau

# LibreOffice's own flavour keeps the line ends of a cell; its plain text makes them spaces.
TSV_DE_LIBREOFFICE = "application/x-libreoffice-tsvc"
ORIGINE_DES_DATES = date(1899, 12, 30)
LANGUES = "1033;1036"  # numbers of the page with a point, formats in French

# Excel's format, LibreOffice's format in French.
_FORMATS = {
    TypeColonne.MONTANT: (r"\#\,\#\#0\.00", "# ##0,00"),
    TypeColonne.ENTIER: (r"\#\,\#\#0", "# ##0"),
    TypeColonne.PART: (r"0\.0%", "0,0%"),
    TypeColonne.DATE: (r"dd\/mm\/yyyy", "JJ/MM/AAAA"),
}
_TEXTE = (r"\@", "@")

Choisies = Mapping[int, set[int]]  # selected rows of each column


def donnees(
    modele: ModeleTableau,
    choisies: Choisies,
    visibles: Sequence[int],
    *,
    entetes: bool = False,
    affiche: bool = False,
) -> QMimeData | None:
    """The selection for a spreadsheet, a text or a mail; None when nothing is selected.

    `affiche`: numbers as they are shown, with their spaces, rather than as a program reads them.
    What is not selected between several zones is left empty.
    """
    colonnes = [c for c in visibles if c in choisies]
    rangs = sorted({rang for suite in choisies.values() for rang in suite})
    if not rangs:
        return None
    resultat = QMimeData()
    options = {"choisies": choisies, "entetes": entetes, "affiche": affiche}
    resultat.setText(en_tsv(modele, rangs, colonnes, **options))
    resultat.setHtml(en_html(modele, rangs, colonnes, **options))
    return resultat


def bloc_de(contenu: QMimeData | None) -> Bloc | None:
    """The block that the clipboard holds, or None when it holds no text."""
    if contenu is None:
        return None
    if contenu.hasFormat(TSV_DE_LIBREOFFICE):
        return lire_tsv(bytes(contenu.data(TSV_DE_LIBREOFFICE).data()).decode("utf-8", "replace"))
    if contenu.hasText() and contenu.text():
        return lire_tsv(contenu.text())
    return lire_html(contenu.html()) if contenu.hasHtml() else None


def _titres(modele: ModeleTableau, colonnes: Iterable[int]) -> list[str]:
    return [nom_de(modele.colonnes[c]) for c in colonnes]


# Text ---------------------------------------------------------------------------------------------


def en_tsv(
    modele: ModeleTableau,
    rangs: Sequence[int],
    colonnes: Sequence[int],
    *,
    choisies: Choisies | None = None,
    entetes: bool = False,
    affiche: bool = False,
) -> str:
    """Rows of tab-separated cells; numbers are plain, so that a spreadsheet reads them as numbers."""
    lignes = [_titres(modele, colonnes)] if entetes else []
    for rang in rangs:
        ligne = modele.lignes[rang]
        lignes.append(
            [
                _texte(modele.colonnes[c], ligne, affiche=affiche)
                if choisies is None or rang in choisies[c]
                else ""
                for c in colonnes
            ]
        )
    return "".join("\t".join(map(_proteger, ligne)) + "\n" for ligne in lignes)


def _texte(colonne: Colonne, ligne: Any, *, affiche: bool) -> str:
    return colonne.texte(ligne) if affiche else colonne.texte_a_copier(ligne)


def _proteger(texte: str) -> str:
    if any(c in texte for c in '\t\n\r"'):
        return '"' + texte.replace('"', '""') + '"'
    return texte


# HTML ---------------------------------------------------------------------------------------------


def en_html(
    modele: ModeleTableau,
    rangs: Sequence[int],
    colonnes: Sequence[int],
    *,
    choisies: Choisies | None = None,
    entetes: bool = False,
    affiche: bool = False,
) -> str:
    """The same as a table. `affiche`: every cell is a text, the very one that is shown."""
    lignes = []
    if entetes:
        titres = _titres(modele, colonnes)
        lignes.append("".join(f"<th>{html.escape(titre)}</th>" for titre in titres))
    for rang in rangs:
        ligne = modele.lignes[rang]
        lignes.append(
            "".join(
                _case(modele.colonnes[c], ligne, affiche=affiche)
                if choisies is None or rang in choisies[c]
                else "<td></td>"
                for c in colonnes
            )
        )
    corps = "".join(f"<tr>{ligne}</tr>" for ligne in lignes)
    espace = 'xmlns:x="urn:schemas-microsoft-com:office:excel"'
    tete = '<head><meta charset="utf-8"></head>'
    return f"<html {espace}>{tete}<body><table>{corps}</table></body></html>"


def _case(colonne: Colonne, ligne: Any, *, affiche: bool) -> str:
    nombre = None if affiche else _nombre(colonne, colonne.lire(ligne))
    excel, libre = _TEXTE if nombre is None else _FORMATS[colonne.type]
    attributs = [f"style=\"mso-number-format:'{excel}'\""]
    if colonne.cote == Alignement.DROITE:
        attributs.append('align="right"')
    if nombre is None:
        # Said to be a text: else « 00123 » would lose its zeros, and « =A1 » be computed.
        attributs.append(f'sdnum="{LANGUES};{libre}"')
        return _balise(attributs, colonne.texte(ligne))
    attributs.append(f'x:num="{nombre}" sdval="{nombre}" sdnum="{LANGUES};{libre}"')
    return _balise(attributs, colonne.texte(ligne))


def _balise(attributs: Sequence[str], texte: str) -> str:
    lignes = html.escape(texte).replace("\n", '<br style="mso-data-placement:same-cell">')
    return f"<td {' '.join(attributs)}>{lignes}</td>"


def _nombre(colonne: Colonne, valeur: Any) -> str | None:
    """The number that a spreadsheet keeps for this value; None when it is a text."""
    if colonne.type == TypeColonne.DATE and isinstance(valeur, date):
        return str((valeur - ORIGINE_DES_DATES).days)
    if not colonne.est_nombre or not isinstance(valeur, int | Decimal):
        return None
    return nombre_brut(valeur).replace(",", ".")

"""A grid as a workbook of three sheets: where it comes from, its criteria, its levels. No Qt."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

import xlsxwriter

from app.services.documents import texte_net
from app.services.feuille_classeur import (
    FOND,
    POLICE_CLASSEUR,
    Styles,
    hauteur_lignes,
    nombre_lignes,
)
from app.services.grilles_calcul import en_ordre
from app.services.grilles_fiche import FicheGrille
from app.services.grilles_rubriques import (
    CRITERES,
    DE_LA_GRILLE,
    DU_CRITERE,
    DU_NIVEAU,
    LISEZ_MOI,
    MODE_D_EMPLOI,
    NIVEAUX,
    NOTE,
    Rubrique,
)

_LARGES: Final = {  # pixels; the others are narrow
    "Libellé": 230,
    "Aide": 160,
    "Rubriques utiles": 160,
    "Inspiré de": 150,
    "Portes": 170,
    "Définition": 330,
    "Condition": 260,
}
_ETROITE, _D_UNE_NOTE = 84, 170
_TITRES, _TEXTES = 170, 640  # the two columns of « Lisez-moi »
_NOMBRES: Final = {"Poids", "Seuil", "Part du budget (%)"}
_A3, _A4 = 8, 9


def en_classeur(lue: FicheGrille) -> bytes:
    """The bytes of the xlsx; the same for the same grid."""
    tampon = BytesIO()
    livre = xlsxwriter.Workbook(
        tampon, {"in_memory": True, "default_format_properties": {**POLICE_CLASSEUR}}
    )
    livre.set_properties(
        {"title": texte_net(lue.nom)[:250], "created": datetime(2024, 1, 1, tzinfo=UTC)}
    )
    styles = Styles(livre)
    _lisez_moi(livre.add_worksheet(LISEZ_MOI), styles, lue)
    valeurs = list(en_ordre({v: "" for c in lue.criteres for v in c.niveaux}))
    criteres = [
        [*_cases(DU_CRITERE, c), *(c.niveaux.get(v, "") for v in valeurs)] for c in lue.criteres
    ]
    titres = [*(r[0] for r in DU_CRITERE), *(f"{NOTE}{v}" for v in valeurs)]
    _table(livre.add_worksheet(CRITERES), styles, titres, criteres)
    niveaux = [list(_cases(DU_NIVEAU, n)) for n in lue.niveaux]
    _table(livre.add_worksheet(NIVEAUX), styles, [r[0] for r in DU_NIVEAU], niveaux)
    livre.close()
    return tampon.getvalue()


def _cases(rubriques: Sequence[Rubrique], partie: object) -> Iterator[str]:
    for _, champ, ecrire, _ in rubriques:
        yield texte_net(ecrire(getattr(partie, champ)))


def _lisez_moi(page: Any, styles: Styles, lue: FicheGrille) -> None:
    """What it is and where it comes from, then how to fill the other sheets."""
    page.set_column_pixels(0, 0, _TITRES)
    page.set_column_pixels(1, 1, _TEXTES)
    page.write_string(0, 0, texte_net(lue.nom), styles(bold=True, font_size=14))
    page.set_row_pixels(0, 26)
    lignes = list(zip((r[0] for r in DE_LA_GRILLE), _cases(DE_LA_GRILLE, lue), strict=True))
    lignes += [("", phrase) for phrase in ("", *MODE_D_EMPLOI)]
    texte = styles(num_format="@", text_wrap=True, valign="top")
    fort = styles(bold=True, valign="top")
    for rang, (titre, mots) in enumerate(lignes, start=2):
        page.write_string(rang, 0, titre, fort)
        page.write_string(rang, 1, mots, texte)
        page.set_row_pixels(rang, hauteur_lignes(nombre_lignes(mots, _TEXTES)))
    _imprimer(page, _A4)


def _table(
    page: Any, styles: Styles, titres: Sequence[str], rangees: Sequence[Sequence[str]]
) -> None:
    """A heading, then a row a part; text is text, whatever it begins with."""
    largeurs = [_LARGES.get(t, _D_UNE_NOTE if t.startswith(NOTE) else _ETROITE) for t in titres]
    tete = styles(bold=True, text_wrap=True, bg_color=FOND, bottom=1)
    texte = styles(num_format="@", text_wrap=True, valign="top")
    nombre = styles(valign="top", align="center")
    for colonne, (titre, largeur) in enumerate(zip(titres, largeurs, strict=True)):
        page.set_column_pixels(colonne, colonne, largeur)
        page.write_string(0, colonne, titre, tete)
    page.set_row_pixels(0, hauteur_lignes(3))
    for rang, cases in enumerate(rangees, start=1):
        for colonne, case in enumerate(cases):
            if case and titres[colonne] in _NOMBRES:
                page.write_number(rang, colonne, float(case), nombre)
            else:
                page.write_string(rang, colonne, case, texte)
        lignes = max(nombre_lignes(c, lg) for c, lg in zip(cases, largeurs, strict=True))
        page.set_row_pixels(rang, hauteur_lignes(lignes))
    page.freeze_panes(1, 2)
    page.repeat_rows(0)
    _imprimer(page, _A3 if sum(largeurs) > 1200 else _A4)


def _imprimer(page: Any, papier: int) -> None:
    page.set_landscape()
    page.set_paper(papier)
    page.fit_to_pages(1, 0)

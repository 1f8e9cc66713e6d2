"""The table of the CPO as a workbook: convention × financeur × year, totals as live formulas."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from app.models.calculs import ZERO
from app.models.enums import EtatConvention
from app.services.conventions_lues import ETATS_TRANCHE, LigneConvention, lire_conventions
from app.services.conventions_tranches import LignePayeur, par_payeur
from app.services.errors import SaisieRefusee
from app.services.feuille_classeur import POLICE_CLASSEUR, Styles, net
from app.services.fichier import Fichier

EUROS = "#,##0.00"
FIXES = (("N°", 13), ("Intitulé", 42), ("Porteur", 28), ("État", 18), ("Financeur", 26))
ENTETE = 2  # row of the titles, as the library counts
AU_PLUS_TOT = datetime(2024, 1, 1, tzinfo=UTC)  # the same table gives the same bytes


def table_cpo(fichier: Fichier) -> bytes:
    """The bytes of the xlsx. Raises SaisieRefusee when it would say nothing."""
    with fichier.instant() as lire:
        conventions = lire_conventions(lire)
    lignes = [(c, payeur) for c in reversed(conventions) for payeur in par_payeur(c)]
    if not lignes:
        raise SaisieRefusee("Aucune CPO à exporter\u00a0: créez-en une d’abord.")
    tampon = BytesIO()
    livre = xlsxwriter.Workbook(
        tampon, {"in_memory": True, "default_format_properties": {**POLICE_CLASSEUR}}
    )
    livre.set_properties({"title": "CPO", "created": AU_PLUS_TOT})
    styles = Styles(livre)
    _montants(livre.add_worksheet("Montants"), styles, lignes)
    _tranches(livre.add_worksheet("Tranches"), styles, conventions)
    livre.close()
    return tampon.getvalue()


def _montants(
    page: Any, styles: Styles, lignes: Sequence[tuple[LigneConvention, LignePayeur]]
) -> None:
    """One row a payeur, one column a year; a total for each row and each column."""
    debut = min(c.annee_debut for c, _ in lignes)
    annees = range(debut, max(c.annee_fin for c, _ in lignes) + 1)
    _entete(page, styles, "Conventions pluriannuelles d’objectifs", [t for t, _ in FIXES])
    for colonne, (_, largeur) in enumerate(FIXES):
        page.set_column(colonne, colonne, largeur)
    premiere, total = len(FIXES), len(FIXES) + len(annees)
    page.set_column(premiere, total, 14)
    for colonne, titre in enumerate([*map(str, annees), "Total"], premiere):
        page.write_string(ENTETE, colonne, titre, styles.titre(droite=True))
    euros, fort = styles(num_format=EUROS), styles(num_format=EUROS, bold=True, top=1)
    sommes = dict.fromkeys(annees, ZERO)
    for rang, (convention, payeur) in enumerate(lignes, ENTETE + 1):
        _identite(page, styles, rang, convention, payeur)
        for colonne, annee in enumerate(annees, premiere):
            tranche = payeur.tranches.get(annee)
            if tranche is not None and tranche.montant is not None:
                page.write_number(rang, colonne, float(tranche.montant), euros)
                sommes[annee] += tranche.montant
        _somme(page, rang, total, (rang, premiere), (rang, total - 1), payeur.total, euros)
    fin = ENTETE + len(lignes)
    page.write_string(fin + 1, 0, "Total", styles(bold=True, top=1))
    for colonne in range(1, premiere):
        page.write_blank(fin + 1, colonne, None, styles(top=1))
    valeurs = [*sommes.values(), sum(sommes.values(), ZERO)]
    for colonne, valeur in enumerate(valeurs, premiere):
        _somme(page, fin + 1, colonne, (ENTETE + 1, colonne), (fin, colonne), valeur, fort)
    page.freeze_panes(ENTETE + 1, 2)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(ENTETE)


def _somme(
    page: Any,
    rang: int,
    colonne: int,
    de: tuple[int, int],
    a: tuple[int, int],
    valeur: Decimal,
    style: Any,
) -> None:
    plage = f"{xl_rowcol_to_cell(*de)}:{xl_rowcol_to_cell(*a)}"
    page.write_formula(rang, colonne, f"=SUM({plage})", style, float(valeur))


def _identite(
    page: Any, styles: Styles, rang: int, convention: LigneConvention, payeur: LignePayeur
) -> None:
    textes = (
        convention.numero or "",
        convention.titre,
        convention.porteur or "",
        EtatConvention.libelle_de(convention.etat),
        payeur.payeur,
    )
    for colonne, texte in enumerate(textes):
        page.write_string(rang, colonne, net(texte), styles(num_format="@", text_wrap=True))


def _tranches(page: Any, styles: Styles, conventions: Sequence[LigneConvention]) -> None:
    """The long form: a row a tranche, with who released it and why."""
    titres = (
        *("N°", "Année", "Financeur", "Montant", "État", "Libérée le", "Par"),
        *("Motif", "Remarque"),
    )
    _entete(page, styles, "Tranches des CPO", titres)
    mots = dict(ETATS_TRANCHE)
    rang = ENTETE
    for c in reversed(conventions):
        for t in c.tranches:
            rang += 1
            textes = {
                0: c.numero,
                2: t.payeur,
                4: mots[t.etat],
                5: t.liberee_le,
                6: t.liberee_par,
                7: t.liberation,
                8: t.note,
            }
            for colonne, texte in textes.items():
                page.write_string(rang, colonne, net(texte or ""), styles(num_format="@"))
            page.write_number(rang, 1, t.annee, styles(num_format="0"))
            if t.montant is not None:
                page.write_number(rang, 3, float(t.montant), styles(num_format=EUROS))
    for colonne, largeur in enumerate((13, 8, 30, 14, 22, 12, 20, 30, 30)):
        page.set_column(colonne, colonne, largeur)
    page.freeze_panes(ENTETE + 1, 1)
    page.autofilter(ENTETE, 0, rang, len(titres) - 1)


def _entete(page: Any, styles: Styles, titre: str, titres: Sequence[str]) -> None:
    page.hide_gridlines(2)
    page.write_string(0, 0, titre, styles(bold=True, font_size=14, num_format="@"))
    for colonne, texte in enumerate(titres):
        page.write_string(ENTETE, colonne, texte, styles.titre(droite=False))

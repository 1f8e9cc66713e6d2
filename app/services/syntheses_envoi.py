"""The sheet « Synthèses »: totals by axis, quartier, commune, porteur…, live, each with its chart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name

from app.models.calculs import somme
from app.services.colonnes_classeur import ETAPES, TOTAL, Genre
from app.services.feuille_classeur import (
    A4,
    ENCRE,
    ENTETE,
    FILET,
    MARGE_MM,
    PART,
    PIXELS_PAR_MM,
    SECONDE,
    Feuille,
    Styles,
    format_montant,
    hauteur_lignes,
    net,
    nombre_lignes,
    texte_affiche,
)

if TYPE_CHECKING:
    from app.services.classeur_envoi import TableProgrammation

SYNTHESES = "Synthèses"
LARGEUR_NOM = 300
MONTREES = 12  # bars of a chart
HAUTEUR_GRAPHIQUE, LARGEUR_GRAPHIQUE = 300, 540
COLONNES_GRAPHIQUE, LARGEUR_COLONNE = 7, 80  # what stands under the charts
RANGEES_GRAPHIQUE = 15  # rows of a block at least, so that charts never overlap
RANGEE_PX, HAUTEUR_TITRES = 22, 110  # a row of the sheet, what heads its first page
UTILE, HAUTEUR_PAGE = (297 - 2 * MARGE_MM) * PIXELS_PAR_MM, (210 - 2 * MARGE_MM - 6) * PIXELS_PAR_MM
ACCORDE, DEMANDE = "#2F6690", "#B9C6D0"
# What a criterion would read otherwise than as a text: numbers, dates, comparisons.
_AMBIGU = re.compile(r"[^\w«“\"(]|[\d\s.,/:%€+\-()eE]+$|(vrai|faux|true|false)$", re.IGNORECASE)
CRITERE_MAXIMUM = 240


@dataclass(frozen=True, slots=True)
class Groupe:
    """A line of a block: how many actions, then the amounts, and the formulas that find the same."""

    nom: str
    actions: int
    montants: tuple[Decimal, ...]
    compter: str
    sommer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bloc:
    """The totals by one column of the table."""

    titre: str
    groupes: tuple[Groupe, ...]
    actions_en_tout: int | None  # None: an action counts under several lines


def ecrire_syntheses(livre: Any, styles: Styles, table: "TableProgrammation") -> None:
    feuille = Feuille(livre, SYNTHESES, styles, A4)
    programmation = table.programmation
    feuille.intituler(programmation, f"Synthèses {programmation.annee}")
    synthese = _Synthese(livre, feuille, table)
    synthese.ecrire()
    feuille.imprimer(programmation, figees=1, fin=len(feuille.largeurs))
    synthese.paginer()


class _Synthese:
    """Blocks one under the other; charts beside them."""

    def __init__(self, livre: Any, feuille: Feuille, table: "TableProgrammation") -> None:
        self.livre, self.feuille, self.table = livre, feuille, table
        self.sommes = [i for i, c in enumerate(table.colonnes) if _est_somme(c)]
        self.titres = ["Coût total", *(ETAPES[e] for e in ETAPES if len(self.sommes) > 1)]
        tous = [v[i] for v in table.valeurs for i in self.sommes]
        self.nombre = format_montant(tous)
        self._debuts: list[tuple[int, int]] = []  # row where each block begins, and its height

    def ecrire(self) -> None:
        blocs = list(self._blocs())
        self._dimensionner(blocs)
        self._titrer()
        ligne = ENTETE + 1
        for bloc in blocs:
            ligne = self._ecrire_bloc(bloc, ligne)
        page = self.feuille.page
        page.freeze_panes(ENTETE + 1, 1)
        page.print_area(0, 0, ligne, len(self.feuille.largeurs) - 1)

    def paginer(self) -> None:
        """A scale that fits the width, since a spreadsheet that fits pages ignores their breaks."""
        echelle = min(100, int(97 * UTILE / sum(self.feuille.largeurs.values())))
        page = self.feuille.page
        page.set_print_scale(echelle)
        haut, coupes = (HAUTEUR_TITRES, [])
        for ligne, hauteur in self._debuts:
            if haut > HAUTEUR_TITRES and (haut + hauteur) * echelle > HAUTEUR_PAGE * 100:
                coupes.append(ligne)
                haut = HAUTEUR_TITRES
            haut += hauteur
        page.set_h_pagebreaks(coupes)

    # Counting -----------------------------------------------------------------------------------

    def _blocs(self) -> Iterator[Bloc]:
        from app.services.classeur_envoi import PAR_COMMUNE, PAR_QUARTIER

        for titre, colonne in (
            ("Axe", "Axe"),
            ("Quartier", PAR_QUARTIER),
            ("Commune", PAR_COMMUNE),
            ("Porteur", "Porteur"),
        ):
            yield self._par(titre, self.table.indice(colonne))
        yield self._par_financeur()
        yield self._par("Nouveau ou reconduction", self.table.indice("Nouveau ou reconduction"))
        yield self._par("CPO", self.table.indice("CPO"))

    def _par(self, titre: str, i: int) -> Bloc:
        """Spreadsheets compare without capitals: so do the groups."""
        rangees: dict[str, list[list[Any]]] = {}
        noms: dict[str, str] = {}
        for valeurs in self.table.valeurs:
            nom = net(str(valeurs[i]))
            rangees.setdefault(nom.casefold(), []).append(valeurs)
            noms.setdefault(nom.casefold(), nom)
        groupes = [self._groupe(noms[pli], i, liste) for pli, liste in rangees.items()]
        if titre != "Axe":
            groupes.sort(key=lambda g: (-g.montants[-1], g.nom))
        return Bloc(titre, tuple(groupes), len(self.table.valeurs))

    def _groupe(self, nom: str, i: int, rangees: list[list[Any]]) -> Groupe:
        colonne = self.table.plage(i)
        sommes = tuple(
            somme(Decimal(r[j]) for r in rangees if r[j] is not None) for j in self.sommes
        )
        plages = [self.table.plage(j) for j in self.sommes]
        if _AMBIGU.match(nom) or len(nom) > CRITERE_MAXIMUM:
            egal = f"({colonne}=$A#)*1"
            compter = f"=SUMPRODUCT({egal})"
            sommer = tuple(f"=SUMPRODUCT({egal},{plage})" for plage in plages)
        else:
            critere = f'"="&{_sans_motif(nom)}'
            compter = f"=COUNTIFS({colonne},{critere})"
            sommer = tuple(f"=SUMIFS({plage},{colonne},{critere})" for plage in plages)
        return Groupe(nom, len(rangees), sommes, compter, sommer)

    def _par_financeur(self) -> Bloc:
        """The cost is that of the actions that it supports: it is not added up."""
        from app.services.envois import noms_des_financeurs

        groupes = []
        for cle, nom in noms_des_financeurs(self.table.programmation).items():
            colonnes = [i for i, c in enumerate(self.table.colonnes) if c.financeur == cle]
            accorde = colonnes[-1]
            plages = [self.table.plage(i) for i in colonnes]
            cout = self.table.plage(self.sommes[0])
            soutenues = [v for v in self.table.valeurs if (v[accorde] or 0) > 0]  # type: ignore[operator]
            sommes = [
                somme(v[self.sommes[0]] for v in soutenues),  # type: ignore[misc]
                *(somme(v[i] for v in self.table.valeurs) for i in colonnes),  # type: ignore[misc]
            ]
            sommer = (
                f'=SUMIFS({cout},{plages[-1]},">0")',
                *(f"=SUM({plage})" for plage in plages),
            )
            compter = f'=COUNTIFS({plages[-1]},">0")'
            groupes.append(Groupe(nom, len(soutenues), tuple(sommes), compter, sommer))
        return Bloc("Financeur", tuple(groupes), None)

    # Writing ------------------------------------------------------------------------------------

    def _dimensionner(self, blocs: list[Bloc]) -> None:
        feuille = self.feuille
        feuille.largeurs[0] = LARGEUR_NOM
        feuille.largeurs[1] = 72
        for j in range(len(self.titres)):
            feuille.largir(j + 2, self.titres[j])
            for bloc in blocs:
                total = somme(g.montants[j] for g in bloc.groupes)
                feuille.largir(j + 2, texte_affiche(total, self.nombre))
        feuille.largeurs[len(self.titres) + 2] = 72
        for j in range(COLONNES_GRAPHIQUE):
            feuille.largeurs[len(self.titres) + 3 + j] = LARGEUR_COLONNE
        for j, large in feuille.largeurs.items():
            feuille.page.set_column_pixels(j, j, large)

    def _titrer(self) -> None:
        """The headings, once: they stand for every block and come back on each page."""
        droite = {"align": "right", "valign": "bottom", "font_color": SECONDE}
        style = self.feuille.styles(**droite)
        for j, titre in enumerate(("Actions", *self.titres, "Part"), start=1):
            self.feuille.page.write_string(ENTETE, j, titre, style)

    def _ecrire_bloc(self, bloc: Bloc, debut: int) -> int:
        """Title row, lines, total, and the chart. Returns the row where the next block begins."""
        page, styles = self.feuille.page, self.feuille.styles
        style = styles(bold=True, bottom=1, bottom_color=ENCRE, valign="bottom", font_color=ENCRE)
        page.write_string(debut, 0, _intitule(bloc), style)
        for j in range(1, len(self.titres) + 3):
            page.write_blank(debut, j, None, style)
        page.set_row_pixels(debut, 26)
        ligne = debut + 1
        fin = ligne + len(bloc.groupes)
        total = somme(g.montants[-1] for g in bloc.groupes)
        for groupe in bloc.groupes:
            self._ecrire_groupe(groupe, ligne, fin=fin, total=total)
            ligne += 1
        self._totaliser(bloc, debut + 1, fin)
        self._dessiner(bloc, debut)
        suite = max(fin + 2, debut + RANGEES_GRAPHIQUE)
        self._debuts.append((debut, (suite - debut) * RANGEE_PX))
        return suite

    def _ecrire_groupe(self, groupe: Groupe, ligne: int, *, fin: int, total: Decimal) -> None:
        page, styles, rang = self.feuille.page, self.feuille.styles, str(ligne + 1)
        filet = {"bottom": 1, "bottom_color": FILET}
        page.write_string(ligne, 0, groupe.nom, styles.cellule(Genre.TEXTE, "", **filet))
        nombre = styles.cellule(Genre.MONTANT, self.nombre, **filet)
        entier = styles.cellule(Genre.ENTIER, "#,##0", **filet)
        page.write_formula(ligne, 1, groupe.compter.replace("#", rang), entier, groupe.actions)
        for j, (valeur, formule) in enumerate(
            zip(groupe.montants, groupe.sommer, strict=True), start=2
        ):
            page.write_formula(ligne, j, formule.replace("#", rang), nombre, float(valeur))
        accorde = len(self.titres) + 1
        lettre = xl_col_to_name(accorde)
        formule = f'=IF(N({lettre}${fin + 1})=0,"",{lettre}{rang}/{lettre}${fin + 1})'
        part = float(groupe.montants[-1] / total) if total else ""
        style = styles.cellule(Genre.PART, PART, **filet)
        page.write_formula(ligne, accorde + 1, formule, style, part)
        page.set_row_pixels(ligne, hauteur_lignes(nombre_lignes(groupe.nom, LARGEUR_NOM)))

    def _totaliser(self, bloc: Bloc, debut: int, fin: int) -> None:
        page, styles = self.feuille.page, self.feuille.styles
        traits = {"bold": True, "top": 1, "top_color": ENCRE}
        page.write_string(fin, 0, "Total", styles(**traits))
        totaux: list[Decimal | int | None] = [bloc.actions_en_tout]
        for j in range(len(self.titres)):
            en_tout = somme(g.montants[j] for g in bloc.groupes)
            # Of a financeur, actions and costs overlap those of the others.
            totaux.append(None if j == 0 and bloc.actions_en_tout is None else en_tout)
        for j, total in enumerate(totaux, start=1):
            style = styles.cellule(Genre.MONTANT, self.nombre if j > 1 else "#,##0", **traits)
            if total is None:
                page.write_blank(fin, j, None, style)
                continue
            lettre = xl_col_to_name(j)
            formule = f"=SUM({lettre}{debut + 1}:INDEX({lettre}:{lettre},ROW()-1))"
            page.write_formula(fin, j, formule, style, float(total))
        page.write_blank(fin, len(self.titres) + 2, None, styles(**traits))
        page.set_row_pixels(fin, 24)

    def _dessiner(self, bloc: Bloc, debut: int) -> None:
        """Bars of what is asked and granted, the first lines only."""
        if not bloc.groupes or len(self.titres) < 4:
            return
        fin = debut + min(len(bloc.groupes), MONTREES)
        graphique = self.livre.add_chart({"type": "bar"})
        noms = [SYNTHESES, debut + 1, 0, fin, 0]
        for titre, couleur in (("Demandé", DEMANDE), ("Accordé", ACCORDE)):
            j = self.titres.index(titre) + 2
            graphique.add_series(
                {
                    "name": titre,
                    "categories": noms,
                    "values": [SYNTHESES, debut + 1, j, fin, j],
                    "fill": {"color": couleur},
                    "gap": 60,
                }
            )
        police = {"name": "Arial", "size": 8, "color": SECONDE}
        titre = _intitule(bloc)
        if len(bloc.groupes) > MONTREES:
            titre = f"{titre} : les {MONTREES} premiers"
        graphique.set_title({"name": titre, "name_font": {**police, "size": 10, "bold": True}})
        graphique.set_y_axis({"reverse": True, "num_font": police, "line": {"color": FILET}})
        graphique.set_x_axis(
            {
                "num_font": police,
                "num_format": '#,##0,"\u00a0k€"',
                "major_gridlines": {"visible": True, "line": {"color": FILET}},
                "line": {"none": True},
                "label_position": "high",
            }
        )
        graphique.set_legend({"position": "bottom", "font": police})
        graphique.set_size({"width": LARGEUR_GRAPHIQUE, "height": HAUTEUR_GRAPHIQUE})
        graphique.set_chartarea({"border": {"color": FILET}})
        ou = {"x_offset": 16, "y_offset": 0, "object_position": 2}
        self.feuille.page.insert_chart(debut, len(self.titres) + 3, graphique, ou)


def _intitule(bloc: Bloc) -> str:
    return "Par CPO" if bloc.titre == "CPO" else f"Par {bloc.titre[0].lower()}{bloc.titre[1:]}"


def _est_somme(colonne: Any) -> bool:
    if colonne.titre == "Coût total":
        return True
    return colonne.groupe == TOTAL and colonne.genre is Genre.MONTANT


def _sans_motif(nom: str) -> str:
    """The name in the cell; « * », « ? » and « ~ » are signs of a pattern for a criterion."""
    texte = "$A#"
    for signe in "~*?":
        if signe in nom:
            texte = f'SUBSTITUTE({texte},"{signe}","~{signe}")'
    return texte

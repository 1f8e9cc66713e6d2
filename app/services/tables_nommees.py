"""A sheet that holds one named table of Excel: headings that never change, filters, live totals.

Columns of a table can be moved, sorted or hidden by anybody: what reads it back goes by the headings.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from app.models.calculs import somme
from app.services.colonnes_classeur import Colonne, Genre, Valeur
from app.services.feuille_classeur import (
    DATE,
    ENCRE,
    ENTETE,
    FILET,
    FOND,
    NOMBRE,
    PART,
    RETRAIT_PX,
    SECONDE,
    Feuille,
    Styles,
    format_montant,
    format_nombre,
    hauteur_lignes,
    largeur_texte,
    net,
    nombre_lignes,
    texte_affiche,
)
from app.services.rows import Programmation

BOUTON_PX = 17  # the filter button that the spreadsheet draws in each heading
TITRE_PX = 60  # width under which a heading takes several lines
DEBUT = ENTETE + 1
_SIMPLES = frozenset(" –°’_")


def reference(table: str, nom: str) -> str:
    """How a formula of any sheet names a column of a table."""
    simple = all(lettre.isalnum() or lettre in _SIMPLES for lettre in nom)
    return f"{table}[{nom}]" if simple else f"{table}[[{nom}]]"


def noms_uniques(noms: Sequence[str]) -> list[str]:
    """A table refuses two headings that differ by their capitals only."""
    pris: set[str] = set()
    uniques = []
    for nom in noms:
        essai, suite = nom, 2
        while essai.casefold() in pris:
            essai, suite = f"{nom} ({suite})", suite + 1
        pris.add(essai.casefold())
        uniques.append(essai)
    return uniques


class TableNommee(Feuille):
    """`cachees`: the last columns, which nobody has to see. `reprises`: columns to be typed in."""

    def __init__(
        self,
        livre: Any,
        nom: str,
        styles: Styles,
        *,
        papier: tuple[int, int],
        colonnes: Sequence[Colonne],
        noms: Sequence[str],
        objets: Sequence[Any],
        cachees: int,
        reprises: frozenset[int] = frozenset(),
    ) -> None:
        super().__init__(livre, nom, styles, papier)
        self.livre, self.nom, self.colonnes = livre, nom, tuple(colonnes)
        self.noms, self.cachees, self.reprises = noms_uniques(noms), cachees, reprises
        self.objets = objets
        self.valeurs: list[list[Valeur]] = [[c.lire(o) for c in self.colonnes] for o in objets]
        self.visibles = len(self.colonnes) - cachees
        # On paper, the details are left out.
        details = (i for i, c in enumerate(self.colonnes) if c.detail)
        self.imprimees = min(self.visibles, next(details, self.visibles))
        self.nombres = [self._nombre(i, c) for i, c in enumerate(self.colonnes)]
        self.styles_colonnes = [self._style(i) for i in range(len(self.colonnes))]
        self.fin = DEBUT + max(1, len(self.valeurs))  # row of the totals

    def _nombre(self, i: int, colonne: Colonne) -> str:
        if colonne.genre in (Genre.PART, Genre.DATE):
            return PART if colonne.genre is Genre.PART else DATE
        if colonne.genre is Genre.NOMBRE:
            return format_nombre(v[i] for v in self.valeurs)
        return format_montant(v[i] for v in self.valeurs) if colonne.se_somme else NOMBRE

    def _style(self, i: int) -> Any:
        colonne = self.colonnes[i]
        encre = SECONDE if colonne.discrete else ENCRE
        retrait = {"indent": 1} if colonne.genre is Genre.TEXTE and i else {}
        return self.styles.cellule(colonne.genre, self.nombres[i], font_color=encre, **retrait)

    # What a subclass says -----------------------------------------------------------------------

    def formule(self, i: int, rang: int) -> str:
        """The formula of a cell, « # » standing for its row in the sheet; empty for a value."""
        return ""

    # Writing ------------------------------------------------------------------------------------

    def indice(self, titre: str) -> int:
        """Of a column, by the end of its heading."""
        return next(i for i, c in enumerate(self.colonnes) if c.titre == titre)

    def plage(self, i: int) -> str:
        return reference(self.nom, self.noms[i])

    def ecrire(self, programmation: Programmation, titre: str, *, figees: int) -> None:
        self.intituler(programmation, titre)
        self._dimensionner()
        for rang, valeurs in enumerate(self.valeurs):
            self._ecrire_rangee(rang, valeurs)
        self._creer_la_table()
        self._totaliser()
        self._regler(programmation, figees)

    def _dimensionner(self) -> None:
        for i, colonne in enumerate(self.colonnes):
            for texte in self._plus_larges(i, colonne):
                self.largir(i, texte, plafond=colonne.largeur)
            mots = [largeur_texte(mot) for mot in self.noms[i].split()]
            titre = max(min(largeur_texte(self.noms[i]), TITRE_PX), *mots) + BOUTON_PX
            self.largeurs[i] = max(self.largeurs.get(i, 0) + RETRAIT_PX, titre)

    def _plus_larges(self, i: int, colonne: Colonne) -> Sequence[str]:
        if colonne.genre is Genre.TEXTE:
            return sorted({texte_affiche(v[i], "") for v in self.valeurs})
        nombres = [v[i] for v in self.valeurs if v[i] is not None]
        total = [somme(Decimal(n) for n in nombres)] if colonne.se_somme else []  # type: ignore[arg-type]
        extremes = [min(nombres), max(nombres)] if nombres else []  # type: ignore[type-var]
        return [texte_affiche(n, self.nombres[i]) for n in (*extremes, *total)]

    def _ecrire_rangee(self, rang: int, valeurs: list[Valeur]) -> None:
        ligne, page = DEBUT + rang, self.page
        lignes = 1
        for i, valeur in enumerate(valeurs):
            style = self.styles_colonnes[i]
            formule = self.formule(i, rang)
            if formule:
                resultat = "" if valeur is None else float(valeur)
                page.write_formula(ligne, i, formule.replace("#", str(ligne + 1)), style, resultat)
            elif isinstance(valeur, str):
                if valeur:
                    page.write_string(ligne, i, net(valeur), style)
                    if i < self.visibles:
                        utile = self.largeurs[i] - RETRAIT_PX
                        lignes = max(lignes, nombre_lignes(valeur, utile))
            elif valeur is not None:
                page.write_number(ligne, i, valeur, style)
        page.set_row_pixels(ligne, hauteur_lignes(lignes))

    def _creer_la_table(self) -> None:
        colonnes = []
        for i, colonne in enumerate(self.colonnes):
            entete = self._entete(i, colonne)
            colonnes.append({"header": self.noms[i], "header_format": entete})
            if colonne.se_somme:
                colonnes[-1]["total_function"] = "sum"
        colonnes[0]["total_string"] = "Total"
        hauteur = max(
            nombre_lignes(nom, self.largeurs[i] - BOUTON_PX)
            for i, nom in enumerate(self.noms[: self.visibles])
        )
        self.page.set_row_pixels(ENTETE - 1, 6)
        self.page.set_row_pixels(ENTETE, hauteur_lignes(hauteur) + 8)
        reglages = {"name": self.nom, "columns": colonnes, "total_row": True, "style": None}
        self.page.add_table(ENTETE, 0, self.fin, len(self.colonnes) - 1, reglages)

    def _entete(self, i: int, colonne: Colonne) -> Any:
        """Headings of one financeur share a tint, which changes with the next; those to type are bold."""
        financeurs = dict.fromkeys(c.financeur for c in self.colonnes if c.financeur)
        rang = list(financeurs).index(colonne.financeur) if colonne.financeur else 0
        fond = {"bg_color": ("#E6EDF2", "#F3EDE0")[rang % 2] if colonne.financeur else FOND}
        traits = {"text_wrap": True, "valign": "top", "bottom": 1, "bottom_color": ENCRE, **fond}
        cote = {"align": "left", "indent": 1} if i and colonne.genre is Genre.TEXTE else {}
        gras = i in self.reprises
        encre = ENCRE if gras else SECONDE
        return self.styles(bold=gras, num_format="@", **{**traits, **cote, "font_color": encre})

    def _totaliser(self) -> None:
        traits = {"bold": True, "top": 1, "top_color": ENCRE}
        self.page.set_row_pixels(self.fin, 24)
        for i, colonne in enumerate(self.colonnes):
            style = self.styles.cellule(colonne.genre, self.nombres[i], **traits)
            if colonne.se_somme:
                total = somme(Decimal(v[i]) for v in self.valeurs if v[i] is not None)  # type: ignore[arg-type]
                formule = f"=SUBTOTAL(109,{self.plage(i)})"
                self.page.write_formula(self.fin, i, formule, style, float(total))
            else:
                self.page.write_blank(self.fin, i, None, style)
        self.page.write_string(self.fin, 0, "Total", self.styles(**traits))

    def _regler(self, programmation: Programmation, figees: int) -> None:
        page, fin = self.page, len(self.colonnes) - 1
        for i, style in enumerate(self.styles_colonnes):
            cachee = {"hidden": True} if i >= self.visibles else {}
            page.set_column_pixels(i, i, self.largeurs[i], style, cachee)
        page.freeze_panes(DEBUT, figees)
        plage = f"A{DEBUT + 1}:{xl_col_to_name(fin)}{self.fin + 1}"
        page.ignore_errors({"number_stored_as_text": plage, "formula_differs": plage})
        filet = self.livre.add_format({"bottom": 1, "bottom_color": FILET})
        cle = xl_col_to_name(fin)
        regle = {"type": "formula", "criteria": f'=${cle}{DEBUT + 1}<>""', "format": filet}
        page.conditional_format(DEBUT, 0, self.fin - 1, self.visibles - 1, regle)
        page.print_area(0, 0, self.fin, self.imprimees - 1)
        self.imprimer(programmation, figees=figees, fin=self.imprimees)

    def blocs(self, fin: int) -> Iterable[tuple[int, int]]:
        """The columns of one financeur go together on paper."""
        cles = [c.financeur or c.groupe or i for i, c in enumerate(self.colonnes)]
        for _, indices in groupby(range(fin), lambda i: cles[i]):
            bloc = list(indices)
            yield bloc[0], bloc[-1] + 1

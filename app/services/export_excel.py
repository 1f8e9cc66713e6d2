"""The workbook « programmation »: one row per action, a block of columns per financeur, live totals.

Every formula is written with its computed value, since readers other than Excel show it as it stands.
Text is always written as text: nothing that a porteur typed can become a formula.

Subtotals are SUBTOTAL(9, …) from the heading of the axis down to the row just above: they follow
the filters, keep what a folded outline hides, count a row inserted anywhere in the block, both
ends included, and the grand total skips them. Sorting across axes would shuffle them, as in any
workbook; the sheet « Par axe » recounts by the column « Axe » and stays right even then.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from app.models.calculs import somme
from app.services.colonnes_classeur import Colonne, Genre, Valeur, colonnes
from app.services.documents import Axe, ecrire_entier, jour_de, par_axe, texte_net
from app.services.feuille_classeur import (
    A3,
    DATE,
    ENCRE,
    ENTETE,
    FILET,
    FOND,
    NOMBRE,
    PART,
    POLICE_CLASSEUR,
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
from app.services.ramassage import sans_ramassage
from app.services.rows import Programmation
from app.services.syntheses_classeur import ecrire_enveloppes, ecrire_par_axe

FEUILLE = "Programmation"
FIGEES = 3  # N°, porteur, intitulé stay in sight and come back on each page


def ecrire_classeur(programmation: Programmation, chemin: Path) -> None:
    """Write the workbook whole, or raise an ErreurConnue and leave what was there."""
    ecrire_entier(chemin, classeur(programmation))


def classeur(programmation: Programmation) -> bytes:
    """The bytes of the xlsx; the same for the same programme."""
    with sans_ramassage():
        return _composer(programmation)


def _composer(programmation: Programmation) -> bytes:
    tampon = BytesIO()
    livre = xlsxwriter.Workbook(
        tampon, {"in_memory": True, "default_format_properties": {**POLICE_CLASSEUR}}
    )
    titre = f"Programmation {programmation.annee} – {programmation.contrat}"
    livre.set_properties(
        {"title": texte_net(titre)[:250], "created": jour_du_document(programmation.date)}
    )
    livre.set_custom_property("Language", "fr-FR")
    axes = par_axe(programmation)
    table = Table(livre, programmation, axes)
    table.ecrire()
    if axes:
        ecrire_par_axe(livre, table)
    if programmation.enveloppes:
        ecrire_enveloppes(livre, table)
    livre.close()
    return tampon.getvalue()


def jour_du_document(texte: str) -> datetime:
    """Creation date of the document, so that the same programme gives the same bytes."""
    return datetime.combine(jour_de(texte) or date(2024, 1, 1), time(), tzinfo=UTC)


class Table(Feuille):
    """The great table: title, two rows of headers, the axes one after the other, the grand total."""

    def __init__(self, livre: Any, programmation: Programmation, axes: Sequence[Axe]) -> None:
        super().__init__(livre, FEUILLE, Styles(livre), A3)
        self.livre, self.programmation, self.axes = livre, programmation, axes
        self.colonnes = colonnes(programmation)
        self.valeurs = [[c.lire(a) for c in self.colonnes] for axe in axes for a in axe.actions]
        self.nombres = [self._nombre(i, c) for i, c in enumerate(self.colonnes)]
        self.formats = [
            self.styles.cellule(c.genre, n, **_traits(c))
            for c, n in zip(self.colonnes, self.nombres, strict=True)
        ]
        self.modeles = [self._modele(i) for i in range(len(self.colonnes))]
        self.textes = [i for i, c in enumerate(self.colonnes) if c.genre is Genre.TEXTE]
        self.hauteur_groupes = 1
        self.fin = ENTETE + 1  # row of the grand total, known once the rest is written

    def _nombre(self, i: int, colonne: Colonne) -> str:
        if colonne.genre is Genre.PART:
            return PART
        if colonne.genre is Genre.DATE:
            return DATE
        if colonne.genre is Genre.NOMBRE:
            return format_nombre(v[i] for v in self.valeurs)
        return format_montant(v[i] for v in self.valeurs) if colonne.se_somme else NOMBRE

    def indice(self, titre: str) -> int:
        return next(i for i, c in enumerate(self.colonnes) if c.titre == titre)

    def plage(self, i: int) -> str:
        """Column `i` from the first to the last row of the table, as another sheet names it."""
        lettre = xl_col_to_name(i)
        return f"{FEUILLE}!${lettre}${ENTETE + 2}:${lettre}${self.fin}"

    def ecrire(self) -> None:
        self.intituler(self.programmation, f"Programmation {self.programmation.annee}")
        self._ecrire_entete()
        self._dimensionner()
        ligne, suite = ENTETE + 1, iter(self.valeurs)
        for axe in self.axes:
            ligne = self._ecrire_axe(axe, [next(suite) for _ in axe.actions], ligne)
        if not self.axes:
            vide = "Aucune action dans cette programmation."
            self.page.write_string(ligne, 0, vide, self.styles(font_color=SECONDE))
            ligne += 1
        self.fin = ligne
        traits = {"bold": True, "top": 1, "top_color": ENCRE, "bottom": 1, "bottom_color": ENCRE}
        self._ecrire_sommes(ligne, "Total général", self.valeurs, depart=ENTETE, traits=traits)
        for i, style in enumerate(self.formats):
            self.page.set_column_pixels(i, i, self.largeurs[i], style)
        self._regler()

    def _ecrire_entete(self) -> None:
        for i, colonne in enumerate(self.colonnes):
            droite = colonne.genre is not Genre.TEXTE
            self.titrer(i, colonne.titre, droite=droite, valign="top", **_retrait(colonne))
        for debut, suite in self.blocs(len(self.colonnes)):
            if self.colonnes[debut].groupe:
                self._ecrire_groupe(debut, suite - 1)
        self.page.set_row_pixels(ENTETE - 1, hauteur_lignes(self.hauteur_groupes + 1))
        self.page.set_row_pixels(ENTETE, 36)

    def _ecrire_groupe(self, debut: int, dernier: int) -> None:
        style = self.styles.groupe(align="center")
        texte = net(self.colonnes[debut].groupe)
        mot = max(largeur_texte(mot) for mot in texte.split(" "))
        for i in range(debut, dernier + 1):
            self.largeurs[i] = max(self.largeurs[i], -(-mot // (dernier - debut + 1)))
        large = sum(self.largeurs[i] for i in range(debut, dernier + 1))
        self.hauteur_groupes = max(self.hauteur_groupes, nombre_lignes(texte, large))
        if dernier > debut:
            self.page.merge_range(ENTETE - 1, debut, ENTETE - 1, dernier, "", style)
        self.page.write_string(ENTETE - 1, debut, texte, style)

    def _ecrire_axe(self, axe: Axe, valeurs: list[list[Valeur]], titre: int) -> int:
        """Heading, actions, subtotal. Returns the row that follows."""
        self.page.set_row_pixels(titre, 26)
        traits = {"bold": True, "num_format": "@", "font_size": 10, "valign": "bottom"}
        self.page.write_string(titre, 0, net(axe.nom), self.styles(**traits))
        ligne = titre + 1
        for rangee in valeurs:
            hauteur = hauteur_lignes(self._lignes(rangee))
            self.page.set_row_pixels(ligne, hauteur, None, {"level": 1})
            self._ecrire_action(ligne, rangee)
            ligne += 1
        fond = {"bold": True, "bg_color": FOND}
        self._ecrire_sommes(ligne, "Sous-total", valeurs, depart=titre, traits=fond)
        # The subtotal carries its axis, so that filtering on it keeps the subtotal in sight.
        style = self.styles(num_format="@", indent=1, **fond)
        self.page.write_string(ligne, self.indice("Axe"), net(axe.nom), style)
        return ligne + 1

    def _lignes(self, valeurs: list[Valeur]) -> int:
        return max(
            nombre_lignes(str(valeurs[i] or ""), self.largeurs[i] - RETRAIT_PX) for i in self.textes
        )

    def _ecrire_action(self, ligne: int, valeurs: list[Valeur]) -> None:
        page, rang = self.page, str(ligne + 1)
        for i, valeur in enumerate(valeurs):
            style, modele = self.formats[i], self.modeles[i]
            if modele:
                resultat = "" if valeur is None else float(valeur)
                page.write_formula(ligne, i, modele.replace("#", rang), style, resultat)
            elif isinstance(valeur, str):
                if valeur:
                    page.write_string(ligne, i, net(valeur), style)
            elif valeur is not None:
                page.write_number(ligne, i, valeur, style)

    def _modele(self, i: int) -> str:
        """The formula of a column, « # » standing for the row; empty for a plain value.

        The blocks are added by their title: a block of columns inserted among them counts as well.
        """
        if not self.colonnes[i].calculee:
            return ""
        if self.colonnes[i].calculee == "part":
            cout = xl_col_to_name(self.indice("Coût total"))
            return f'=IF(N({cout}#)>0,{xl_col_to_name(i - 1)}#/{cout}#,"")'
        blocs = [j for j, c in enumerate(self.colonnes) if c.financeur]
        de, a, titre = (xl_col_to_name(j) for j in (blocs[0], blocs[-1], i))
        rang = ENTETE + 1
        return f"=SUMIF(${de}${rang}:${a}${rang},{titre}${rang},${de}#:${a}#)"

    def _ecrire_sommes(
        self,
        ligne: int,
        libelle: str,
        valeurs: list[list[Valeur]],
        *,
        depart: int,
        traits: dict[str, object],
    ) -> None:
        fond = self.styles(**traits)
        self.page.set_row_pixels(ligne, 24)
        for i, colonne in enumerate(self.colonnes):
            if not colonne.se_somme:
                self.page.write_blank(ligne, i, None, fond)
                continue
            total = somme(Decimal(v[i]) for v in valeurs if v[i] is not None)  # type: ignore[arg-type]
            lettre = xl_col_to_name(i)
            formule = f"=SUBTOTAL(9,{lettre}{depart + 1}:INDEX({lettre}:{lettre},ROW()-1))"
            style = self.styles.cellule(colonne.genre, self.nombres[i], **traits)
            self.page.write_formula(ligne, i, formule, style, float(total))
            self.largir(i, texte_affiche(total, self.nombres[i]))
        self.page.write_string(ligne, 0, libelle, fond)

    def _dimensionner(self) -> None:
        """Widths first: the heights of the rows follow from them."""
        for i, colonne in enumerate(self.colonnes):
            for texte in self._plus_larges(i):
                self.largir(i, texte, plafond=colonne.largeur)
        for i, colonne in enumerate(self.colonnes):
            ouvre_un_bloc = colonne.groupe and colonne.titre == "Demandé"
            self.largeurs[i] += RETRAIT_PX if _retrait(colonne) or ouvre_un_bloc else 0

    def _plus_larges(self, i: int) -> Iterable[str]:
        """Texts to make room for: of numbers, the two extremes are enough."""
        if self.colonnes[i].genre is Genre.TEXTE:
            return {texte_affiche(v[i], "") for v in self.valeurs}
        nombres = [v[i] for v in self.valeurs if v[i] is not None]
        extremes = (min(nombres), max(nombres)) if nombres else ()  # type: ignore[type-var]
        return [texte_affiche(nombre, self.nombres[i]) for nombre in extremes]

    def _regler(self) -> None:
        page, fin = self.page, len(self.colonnes) - 1
        page.freeze_panes(ENTETE + 1, FIGEES)
        page.autofilter(ENTETE, 0, self.fin - 1, fin)
        plage = f"A{ENTETE + 2}:{xl_col_to_name(fin)}{self.fin + 1}"
        page.ignore_errors({"number_stored_as_text": plage, "formula_differs": plage})
        # A rule of format, not borders: a row inserted or moved is ruled as well.
        statut = xl_col_to_name(self.indice("Statut"))
        filet = self.livre.add_format({"bottom": 1, "bottom_color": FILET})
        regle = {"type": "formula", "criteria": f'=${statut}{ENTETE + 2}<>""', "format": filet}
        page.conditional_format(ENTETE + 1, 0, self.fin - 1, fin, regle)
        papier = next(i for i, c in enumerate(self.colonnes) if c.detail)
        page.print_area(0, 0, self.fin, papier - 1)
        self.imprimer(self.programmation, figees=FIGEES, fin=papier)

    def blocs(self, fin: int) -> Iterable[tuple[int, int]]:
        """The columns of one financeur go together."""
        cles = [(c.groupe, c.financeur) if c.groupe else i for i, c in enumerate(self.colonnes)]
        for _, indices in groupby(range(fin), lambda i: cles[i]):
            bloc = list(indices)
            yield bloc[0], bloc[-1] + 1


def _traits(colonne: Colonne) -> dict[str, object]:
    return {"font_color": SECONDE if colonne.discrete else ENCRE, **_retrait(colonne)}


def _retrait(colonne: Colonne) -> dict[str, object]:
    """Texts keep away from the column before them."""
    return {"indent": 1} if colonne.genre is Genre.TEXTE and colonne.titre != "N°" else {}

"""A sheet of the annex of a séance: title block with its fingerprint, columns, live totals, its paper."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from xlsxwriter.utility import xl_col_to_name

from app.models.calculs import somme
from app.services.colonnes_classeur import Genre, Valeur
from app.services.compte_rendu import CompteRendu
from app.services.feuille_classeur import (
    ENCRE,
    ENTETE,
    FILET,
    NOMBRE,
    PART,
    SECONDE,
    Feuille,
    format_montant,
    hauteur_lignes,
    net,
    nombre_lignes,
    texte_affiche,
)
from app.services.papier_seance import PROJET, mentions_du_sceau, quand

VIDE = "Aucune ligne."
FIGEES = 3


@dataclass(frozen=True, slots=True)
class Champ:
    """A column, whole. `formule` gives the live formula of a row (from 1) that finds `valeurs`.

    `largeur` in pixels caps a text column; `detail`: at the end of the table, and not on paper.
    """

    titre: str
    valeurs: Sequence[Valeur]
    genre: Genre = Genre.TEXTE
    largeur: int = 0
    groupe: str = ""
    formule: Callable[[int], str] | None = None
    total: bool = False
    forte: bool = False
    detail: bool = False

    @property
    def somme(self) -> Decimal:
        return somme(Decimal(v) for v in self.valeurs if v is not None)

    @property
    def nombre(self) -> str:
        if self.genre is Genre.PART:
            return PART
        return format_montant([*self.valeurs, self.somme]) if self.total else self._nombre

    @property
    def _nombre(self) -> str:
        return format_montant(self.valeurs) if self.genre is Genre.MONTANT else NOMBRE


class FeuilleSeance(Feuille):
    """Writes one list."""

    def ecrire(self, cr: CompteRendu, titre: str, champs: Sequence[Champ]) -> None:
        lignes = len(champs[0].valeurs)
        self.fin = ENTETE + 1 + max(lignes, 1)  # row of the totals
        self._intituler(cr, titre)
        for i, champ in enumerate(champs):
            self._dimensionner(i, champ)
            self._colonne(i, champ)
            self.page.set_column_pixels(i, i, self.largeurs[i])
        self._grouper(champs)
        if not lignes:
            self.page.write_string(ENTETE + 1, 1, VIDE, self.styles(font_color=SECONDE))
        self._hauteurs(champs, lignes)
        self._regler(cr, champs)

    def _intituler(self, cr: CompteRendu, titre: str) -> None:
        grand = self.styles(bold=True, font_size=14, num_format="@")
        seconde = {"font_color": SECONDE, "num_format": "@"}
        self.page.write_string(0, 0, net(titre), grand)
        situation = " · ".join(t for t in (cr.titre, quand(cr), cr.lieu or "", cr.contrat) if t)
        self.page.write_string(1, 0, net(situation), self.styles(**seconde))
        marque = " ".join(mentions_du_sceau(cr)[:2]) or PROJET
        marque = f"Montants en euros · {marque}"
        self.page.write_string(2, 0, net(marque), self.styles(font_size=7, **seconde))

    def _dimensionner(self, i: int, champ: Champ) -> None:
        droite = champ.genre is not Genre.TEXTE
        retrait = {} if droite or i == 0 else {"indent": 1}
        self.titrer(i, champ.titre, droite=droite, valign="bottom", **retrait)
        if champ.groupe:
            self.largir(i, champ.groupe, plafond=60)
        nombre = champ.nombre
        textes = {texte_affiche(v, nombre) for v in champ.valeurs}
        if champ.total:
            textes.add(texte_affiche(champ.somme, nombre))
        for texte in textes:
            self.largir(i, texte, plafond=champ.largeur)
        self.largeurs[i] += 9 if retrait else 0

    def _colonne(self, i: int, champ: Champ) -> None:
        page, styles = self.page, self.styles
        droite = champ.genre is not Genre.TEXTE
        traits = {"bottom": 1, "bottom_color": FILET, "bold": champ.forte}
        retrait = {} if droite or i == 0 else {"indent": 1, "align": "left"}
        style = styles.cellule(champ.genre, champ.nombre, **traits, **retrait)
        for ligne, valeur in enumerate(champ.valeurs, start=ENTETE + 1):
            formule = champ.formule(ligne + 1) if champ.formule else ""
            if formule:
                page.write_formula(ligne, i, formule, style, _resultat(valeur))
            elif isinstance(valeur, str):
                page.write_string(ligne, i, net(valeur), style)
            elif valeur is None:
                page.write_blank(ligne, i, None, style)
            else:
                page.write_number(ligne, i, valeur, style)
        self._totaliser(i, champ)

    def _totaliser(self, i: int, champ: Champ) -> None:
        traits = {"bold": True, "top": 1, "top_color": ENCRE, "bottom": 1, "bottom_color": ENCRE}
        if i == 0:
            self.page.write_string(self.fin, 0, "Total", self.styles(**traits))
        elif not champ.total:
            self.page.write_blank(self.fin, i, None, self.styles(**traits))
        else:
            lettre = xl_col_to_name(i)
            formule = f"=SUBTOTAL(9,{lettre}{ENTETE + 2}:INDEX({lettre}:{lettre},ROW()-1))"
            style = self.styles.cellule(champ.genre, champ.nombre, **traits)
            self.page.write_formula(self.fin, i, formule, style, float(champ.somme))

    def _grouper(self, champs: Sequence[Champ]) -> None:
        """Names over blocks of columns."""
        for groupe, indices in groupby(range(len(champs)), lambda i: champs[i].groupe):
            bloc = list(indices)
            if not groupe:
                continue
            style = self.styles.groupe(align="center")
            if len(bloc) > 1:
                self.page.merge_range(ENTETE - 1, bloc[0], ENTETE - 1, bloc[-1], "", style)
            self.page.write_string(ENTETE - 1, bloc[0], net(groupe), style)

    def _hauteurs(self, champs: Sequence[Champ], lignes: int) -> None:
        titres = [nombre_lignes(c.titre, self.largeurs[i]) for i, c in enumerate(champs)]
        self.page.set_row_pixels(ENTETE, hauteur_lignes(max(titres)))
        self.page.set_row_pixels(self.fin, 24)
        textes = [(i, c) for i, c in enumerate(champs) if c.genre is Genre.TEXTE]
        for rang in range(lignes):
            hautes = (nombre_lignes(str(c.valeurs[rang]), self.largeurs[i] - 9) for i, c in textes)
            self.page.set_row_pixels(ENTETE + 1 + rang, hauteur_lignes(max(hautes, default=1)))

    def _regler(self, cr: CompteRendu, champs: Sequence[Champ]) -> None:
        page, dernier = self.page, len(champs) - 1
        page.freeze_panes(ENTETE + 1, FIGEES)
        page.autofilter(ENTETE, 0, self.fin - 1, dernier)
        plage = f"A{ENTETE + 2}:{xl_col_to_name(dernier)}{self.fin + 1}"
        page.ignore_errors({"number_stored_as_text": plage, "formula_differs": plage})
        papier = next((i for i, c in enumerate(champs) if c.detail), len(champs))
        page.print_area(0, 0, self.fin, papier - 1)
        self.mettre_en_page(cr.titre[:60], "", figees=FIGEES, fin=papier)
        self._signer(cr)

    def _signer(self, cr: CompteRendu) -> None:
        """The whole fingerprint at each foot."""
        corps = '&"Arial,Regular"&7 '
        marque = f"Empreinte : {cr.empreinte}" if cr.empreinte else "Projet, sans empreinte"
        self.page.set_footer(f"&L{corps}{marque}&R{corps}Page &P / &N")


def _resultat(valeur: Valeur) -> float | str:
    return "" if valeur is None else float(valeur)

"""A view as a workbook, exactly as on screen: columns, widths, order, groups folded or not, totals.

Subtotals and totals are SUBTOTAL(9, …) written with their computed value: they follow the filters and
never count each other. A subtotal stands on the heading of its group, over its rows, as on screen.
Text is always written as text: nothing that was typed can become a formula.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO
from itertools import groupby, repeat
from pathlib import Path
from types import MappingProxyType
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from app.services.colonnes_classeur import Genre
from app.services.columns import Alignement, Colonne, TypeColonne
from app.services.documents import ecrire_entier, jour_de, texte_net
from app.services.feuille_classeur import (
    A3,
    A4,
    ENCRE,
    ENTETE,
    FILET,
    FOND,
    NOMBRE,
    PART,
    POLICE_CLASSEUR,
    SECONDE,
    Feuille,
    Styles,
    format_montant,
    format_nombre,
    hauteur_lignes,
    net,
    nom_de_feuille,
    nombre_lignes,
    texte_affiche,
)
from app.services.ramassage import sans_ramassage
from app.services.titres import groupe_avec_unite, titre_avec_unite
from app.services.vue_figee import GroupeFige, VueFigee, a_plat, zero_de

NIVEAUX_MAXIMUM = 6  # outline levels left for groups: the format has seven
_DATE = "dd/mm/yyyy"
VIDE = "Aucune ligne à afficher."


def ecrire_vue_excel(vue: VueFigee, chemin: Path) -> None:
    """Write the workbook whole, or raise an ErreurConnue and leave what was there."""
    ecrire_entier(chemin, classeur_de_la_vue(vue))


def classeur_de_la_vue(vue: VueFigee) -> bytes:
    """The bytes of the xlsx; the same for the same view."""
    with sans_ramassage():
        tampon = BytesIO()
        livre = xlsxwriter.Workbook(
            tampon, {"in_memory": True, "default_format_properties": {**POLICE_CLASSEUR}}
        )
        jour = datetime.combine(jour_de(vue.date) or date(2024, 1, 1), time(), tzinfo=UTC)
        titre = texte_net(f"{vue.objet} – {vue.contrat}")[:250]
        livre.set_properties({"title": titre, "comments": vue.marque, "created": jour})
        livre.set_custom_property("Language", "fr-FR")
        ecrite = _Vue(livre, vue)
        ecrite.ecrire()
        livre.close()
        ecrite.page.table.clear()  # a cell each, which the search for garbage would walk
        return tampon.getvalue()


class _Vue(Feuille):
    """Title block, two rows of headers, the rows, the total."""

    def __init__(self, livre: Any, vue: VueFigee) -> None:
        papier = A3 if sum(vue.largeurs) > 1400 else A4
        super().__init__(livre, nom_de_feuille(vue.nom or vue.titre, "Vue"), Styles(livre), papier)
        self.livre, self.vue = livre, vue
        self.suites = [_valeurs(colonne, vue.lignes) for colonne in vue.colonnes]
        rangees = zip(*self.suites, strict=True) if self.suites else repeat(())
        self.valeurs: dict[int, Sequence[Any]] = dict(
            zip(map(id, vue.lignes), rangees, strict=bool(self.suites))
        )
        self._sommes: dict[int, list[Decimal | int | None]] = {}
        self.nombres = [self._nombre(i, c) for i, c in enumerate(vue.colonnes)]
        self.formats = [self._format(i, c) for i, c in enumerate(vue.colonnes)]
        self.textes = [i for i, c in enumerate(vue.colonnes) if not c.est_nombre]
        self._colores: dict[tuple[int, str], Any] = {}

    def _nombre(self, i: int, colonne: Colonne) -> str:
        if colonne.type == TypeColonne.MONTANT:
            return format_montant(self.suites[i])
        if colonne.type == TypeColonne.NOMBRE:
            return format_nombre(self.suites[i])
        return {TypeColonne.PART: PART, TypeColonne.DATE: _DATE}.get(colonne.type, NOMBRE)

    def _format(self, i: int, colonne: Colonne, **traits: object) -> Any:
        traits = {"font_color": SECONDE if colonne.nuance else ENCRE, **traits}
        if colonne.est_nombre:
            return self.styles.cellule(Genre.MONTANT, self.nombres[i], **traits)
        if colonne.type == TypeColonne.DATE:
            return self.styles(num_format=_DATE, align="left", **traits)
        cote = {Alignement.DROITE: "right", Alignement.CENTRE: "center"}.get(colonne.cote, "left")
        return self.styles.cellule(Genre.TEXTE, "", align=cote, **traits)

    # Writing ------------------------------------------------------------------------------------

    def ecrire(self) -> None:
        self._intituler()
        self._ecrire_entete()
        self._dimensionner()
        ligne = ENTETE + 1
        if not self.vue.lignes:
            self.page.write_string(ligne, 0, VIDE, self.styles(font_color=SECONDE))
            ligne += 1
        elif self.vue.groupes:
            # A heading says its subtotal: the button that folds stands on it.
            self.page.outline_settings(True, False, True, False)
            for groupe in self.vue.groupes:
                ligne = self._ecrire_groupe(groupe, ligne, cache=False)
        else:
            for rangee in self.vue.lignes:
                self._ecrire_ligne(ligne, rangee, {})
                ligne += 1
        self._ecrire_total(ligne)
        for i, style in enumerate(self.formats):
            self.page.set_column_pixels(i, i, self.largeurs[i], style)
        self._regler(ligne)

    def _intituler(self) -> None:
        grand = self.styles(bold=True, font_size=14, num_format="@")
        seconde = self.styles(font_color=SECONDE, num_format="@")
        self.page.write_string(0, 0, net(self.vue.contrat), grand)
        self.page.write_string(1, 0, net(f"{self.vue.objet} · {self.vue.etat}"), seconde)
        self.page.write_string(2, 0, net(" · ".join(self.vue.mentions)), seconde)

    def _ecrire_entete(self) -> None:
        for i, colonne in enumerate(self.vue.colonnes):
            titre = colonne.titre if colonne.groupe else titre_avec_unite(colonne)
            droite = colonne.cote == Alignement.DROITE
            self.titrer(i, titre, droite=droite, valign="top")
        lignes = 1
        for debut, suite in self.blocs(len(self.vue.colonnes)):
            if self.vue.colonnes[debut].groupe:
                lignes = max(lignes, self._ecrire_bloc(debut, suite - 1))
        self.page.set_row_pixels(ENTETE - 1, hauteur_lignes(lignes))
        self.page.set_row_pixels(ENTETE, 36)

    def _ecrire_bloc(self, debut: int, dernier: int) -> int:
        """Name of a block over its columns. Returns the lines that it takes."""
        style = self.styles.groupe(align="center")
        texte = net(groupe_avec_unite(self.vue.colonnes[debut : dernier + 1]))
        if dernier > debut:
            self.page.merge_range(ENTETE - 1, debut, ENTETE - 1, dernier, "", style)
        self.page.write_string(ENTETE - 1, debut, texte, style)
        large = sum(self.vue.largeurs[debut : dernier + 1])
        return nombre_lignes(texte, large) + 1

    def _dimensionner(self) -> None:
        """The widths of the screen, and room for every number."""
        for i, colonne in enumerate(self.vue.colonnes):
            self.largeurs[i] = max(self.largeurs[i], self.vue.largeurs[i])
            if colonne.est_nombre:
                nombres = _nombres(self.suites[i])
                for nombre in {min(nombres), max(nombres)} if nombres else ():
                    self.largir(i, texte_affiche(nombre, self.nombres[i]))
            elif colonne.type == TypeColonne.DATE:
                self.largir(i, "00/00/0000")

    def _ecrire_groupe(self, groupe: GroupeFige, ligne: int, *, cache: bool) -> int:
        """Heading with its subtotals, then what it heads. Returns the row that follows."""
        titre, suite = ligne, ligne + 1
        niveau = min(groupe.niveau + 1, NIVEAUX_MAXIMUM)
        dedans = cache or groupe.replie
        for autre in groupe.groupes:
            suite = self._ecrire_groupe(autre, suite, cache=dedans)
        options = {"level": niveau, "hidden": dedans}
        for rangee in groupe.lignes:
            self._ecrire_ligne(suite, rangee, options)
            suite += 1
        tenue: dict[str, object] = {"level": niveau - 1, "hidden": cache}
        self.page.set_row_pixels(titre, 24, None, {**tenue, "collapsed": groupe.replie})
        traits: dict[str, object] = {"bold": True, "bg_color": FOND}
        bornes = (titre + 1, suite - 1)
        retrait = {"indent": min(groupe.niveau, NIVEAUX_MAXIMUM)}
        sommes = self._sommer_groupe(groupe)
        self._ecrire_sommes(titre, groupe.titre_court, sommes, bornes, traits, retrait=retrait)
        return suite

    def _ecrire_ligne(self, ligne: int, rangee: Any, options: Mapping[str, object]) -> None:
        valeurs = self.valeurs[id(rangee)]
        lignes = max(
            (nombre_lignes(str(valeurs[i] or ""), self.largeurs[i]) for i in self.textes), default=1
        )
        self.page.set_row_pixels(ligne, hauteur_lignes(lignes), None, options)
        page = self.page
        for i, (valeur, style) in enumerate(zip(valeurs, self._styles(rangee), strict=True)):
            if valeur == "":
                if style is not self.formats[i]:
                    page.write_blank(ligne, i, None, style)
            elif isinstance(valeur, str):
                page.write_string(ligne, i, net(valeur), style)
            elif isinstance(valeur, date):
                page.write_datetime(ligne, i, datetime.combine(valeur, time()), style)
            else:
                page.write_number(ligne, i, valeur, style)

    def _styles(self, rangee: Any) -> Sequence[Any]:
        if self.vue.fond_de is None:
            return self.formats
        return [self._style(i, rangee) for i in range(len(self.formats))]

    def _style(self, i: int, rangee: Any) -> Any:
        """The format of a cell: that of its column, with its own ground when it has one."""
        fond = self.vue.fond_de(rangee, self.vue.colonnes[i]) if self.vue.fond_de else ""
        if not fond:
            return self.formats[i]
        if (i, fond) not in self._colores:
            self._colores[i, fond] = self._format(i, self.vue.colonnes[i], bg_color=fond)
        return self._colores[i, fond]

    def _ecrire_total(self, ligne: int) -> None:
        if not any(c.total for c in self.vue.colonnes):
            return
        traits: dict[str, object] = {
            "bold": True,
            "top": 1,
            "top_color": ENCRE,
            "bottom": 1,
            "bottom_color": ENCRE,
        }
        nombre = len(self.vue.lignes)
        libelle = f"Total · {nombre} ligne{'s' if nombre > 1 else ''}"
        self.page.set_row_pixels(ligne, 24)
        sommes = self._sommer(self.vue.lignes)
        self._ecrire_sommes(ligne, libelle, sommes, (ENTETE + 1, ligne - 1), traits)

    def _sommer(self, lignes: Sequence[Any]) -> list[Decimal | int | None]:
        """Exact sum of each column over some rows; None where there is none."""
        rangees = [self.valeurs[id(ligne)] for ligne in lignes]
        return [
            sum(_nombres([rangee[i] for rangee in rangees]), zero_de(c)) if c.total else None
            for i, c in enumerate(self.vue.colonnes)
        ]

    def _sommer_groupe(self, groupe: GroupeFige) -> list[Decimal | int | None]:
        """The same over a group, from those that it holds: no row is added up at each level."""
        if id(groupe) not in self._sommes:
            dedans = [self._sommer_groupe(autre) for autre in groupe.groupes]
            self._sommes[id(groupe)] = (
                [_ajouter(sommes) for sommes in zip(*dedans, strict=True)]
                if dedans
                else self._sommer(groupe.lignes)
            )
        return self._sommes[id(groupe)]

    def _ecrire_sommes(
        self,
        ligne: int,
        libelle: str,
        sommes: Sequence[Decimal | int | None],
        bornes: tuple[int, int],
        traits: dict[str, object],
        *,
        retrait: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        """Sums, written for the rows between two ranks; the label in the first column not summed."""
        fond = self.styles(num_format="@", **traits)
        place = next((i for i, c in enumerate(self.vue.colonnes) if not c.total), None)
        for i, somme in enumerate(sommes):
            if somme is None:
                self.page.write_blank(ligne, i, None, fond)
                continue
            self._ecrire_somme(ligne, i, somme, bornes, traits)
        if place is not None:
            style = self.styles(num_format="@", **traits, **retrait)
            self.page.write_string(ligne, place, net(libelle), style)

    def _ecrire_somme(
        self,
        ligne: int,
        i: int,
        somme: Decimal | int,
        bornes: tuple[int, int],
        traits: dict[str, object],
    ) -> None:
        lettre = xl_col_to_name(i)
        style = self.styles.cellule(Genre.MONTANT, self.nombres[i], **traits)
        formule = f"=SUBTOTAL(9,{lettre}{bornes[0] + 1}:{lettre}{bornes[1] + 1})"
        self.page.write_formula(ligne, i, formule, style, float(somme))
        self.largir(i, texte_affiche(somme, self.nombres[i]))

    def _regler(self, fin: int) -> None:
        """`fin`: row of the total."""
        page, dernier = self.page, len(self.vue.colonnes) - 1
        page.freeze_panes(ENTETE + 1, self.vue.figees)
        if not any(groupe.replie for groupe in a_plat(self.vue.groupes)):
            # LibreOffice takes rows folded under a filter for filtered ones: subtotals would be zero.
            page.autofilter(ENTETE, 0, fin - 1, dernier)
        plage = f"A{ENTETE + 2}:{xl_col_to_name(dernier)}{fin + 1}"
        page.ignore_errors({"number_stored_as_text": plage, "formula_differs": plage})
        filet = self.livre.add_format({"bottom": 1, "bottom_color": FILET})
        page.conditional_format(
            ENTETE + 1, 0, fin - 1, dernier, {"type": "no_errors", "format": filet}
        )
        page.print_area(0, 0, fin, dernier)
        gauche = f"{self.vue.contrat[:50]} – {self.vue.objet[:50]}"
        self.mettre_en_page(
            gauche, self.vue.empreinte, figees=max(self.vue.figees, 1), fin=dernier + 1
        )

    def blocs(self, fin: int) -> Iterable[tuple[int, int]]:
        """The columns of one financeur go together."""
        return _blocs(self.vue.colonnes[:fin])


def _blocs(colonnes: Sequence[Colonne]) -> Iterator[tuple[int, int]]:
    cles = [c.groupe or i for i, c in enumerate(colonnes)]
    for _, indices in groupby(range(len(colonnes)), lambda i: cles[i]):
        bloc = list(indices)
        yield bloc[0], bloc[-1] + 1


def _valeurs(colonne: Colonne, lignes: Sequence[Any]) -> list[Any]:
    """Of each row, a number or a date as such, anything else as the text that is shown."""
    natures: tuple[type, ...] = (Decimal, int) if colonne.est_nombre else ()
    if colonne.type == TypeColonne.DATE:
        natures = (date,)
    valeurs = list(colonne.lire_lignes(lignes))
    muette = colonne.erreur is None and colonne.afficher is None  # of what is not there
    for rang, valeur in enumerate(valeurs):
        if not isinstance(valeur, natures):
            sans = muette and valeur is None
            valeurs[rang] = "" if sans else colonne.texte(lignes[rang])
    return valeurs


def _nombres(valeurs: Iterable[Any]) -> list[Decimal | int]:
    return [valeur for valeur in valeurs if valeur.__class__ is not str]


def _ajouter(sommes: Sequence[Decimal | int | None]) -> Decimal | int | None:
    connues = [somme for somme in sommes if somme is not None]
    return sum(connues[1:], connues[0]) if connues else None

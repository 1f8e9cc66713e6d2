"""The two short sheets of the workbook: totals by axis, and the envelopes beside what is granted."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_col_to_name

from app.models.calculs import somme
from app.services.colonnes_classeur import TOTAL, Genre, Valeur
from app.services.enveloppes import etat_en_mots
from app.services.feuille_classeur import (
    A4,
    CENTIMES,
    ENCRE,
    ENTETE,
    FILET,
    NOMBRE,
    SECONDE,
    Feuille,
    format_montant,
    hauteur_lignes,
    net,
    nombre_lignes,
    texte_affiche,
)

if TYPE_CHECKING:
    from app.services.export_excel import Table

PREMIERE = ENTETE + 1
# A negative rest is said in a word, not by a colour alone.
DEPASSE = "dépasse de "


@dataclass(frozen=True, slots=True)
class Champ:
    """A column, whole. `formule` gives the live formula of a row (from 1) that finds `valeurs`."""

    titre: str
    valeurs: tuple[Valeur, ...]
    formule: Callable[[int], str] | None = None
    groupe: str = ""
    total: bool = True
    reste: bool = False

    @property
    def texte(self) -> bool:
        return any(isinstance(valeur, str) for valeur in self.valeurs)

    @property
    def nombre(self) -> str:
        nombre = format_montant((*self.valeurs, self.somme))
        return nombre.replace("−", DEPASSE) if self.reste else nombre

    @property
    def somme(self) -> Decimal:
        return somme(Decimal(v) for v in self.valeurs if v is not None and not self.texte)


def ecrire_par_axe(livre: Any, table: "Table") -> None:
    """One row per axis, counted on the column « Axe » of the table, whatever its sort and filters."""
    axe, statut = (table.plage(table.indice(titre)) for titre in ("Axe", "Statut"))

    def critere(ligne: int) -> str:
        # Equality, not SUMIFS: a name that holds « * » or begins with « = » is no pattern here.
        return f'({axe}=$A{ligne})*({statut}<>"")'

    def ajouter(i: int) -> Callable[[int], str]:
        return lambda ligne: f"=SUMPRODUCT({critere(ligne)},{table.plage(i)})"

    champs = [
        Champ("Axe", tuple(a.nom for a in table.axes)),
        Champ(
            "Actions",
            tuple(len(a.actions) for a in table.axes),
            lambda ligne: f"=SUMPRODUCT({critere(ligne)})",
        ),
        *(
            Champ(titre, _par_axe(table, i), ajouter(i), groupe=groupe)
            for titre, groupe, i in _sommees(table)
        ),
    ]
    feuille = Feuille(livre, "Par axe", table.styles, A4)
    note = "Le tri et les filtres du tableau ne changent pas ces totaux."
    _ecrire(feuille, table, champs, intitule="Totaux par axe", note=note)


def _sommees(table: "Table") -> list[tuple[str, str, int]]:
    """(title, group, column of the table): the cost, the three totals, what each financeur grants."""
    colonnes = list(enumerate(table.colonnes))
    cout = [(c.titre, "", i) for i, c in colonnes if c.titre == "Coût total"]
    totaux = [
        (c.titre, c.groupe, i)
        for i, c in colonnes
        if c.groupe == TOTAL and c.genre is Genre.MONTANT
    ]
    accordes = [(c.titre, c.groupe, i) for i, c in colonnes if c.financeur and c.titre == "Accordé"]
    return [*cout, *totaux, *accordes]


def _par_axe(table: "Table", i: int) -> tuple[Decimal, ...]:
    suite = iter(table.valeurs)
    return tuple(somme(next(suite)[i] for _ in axe.actions) for axe in table.axes)  # type: ignore[misc]


def ecrire_enveloppes(livre: Any, table: "Table") -> None:
    """What each financeur puts in, what is drawn on it over the year, and what this table draws."""
    etats = table.programmation.enveloppes
    colonnes = {
        c.financeur: i for i, c in enumerate(table.colonnes) if c.titre == "Accordé" and c.financeur
    }
    indices = [colonnes.get(e.financeur.cle) for e in etats]
    dans_le_tableau = tuple(
        None if i is None else somme(v[i] for v in table.valeurs)  # type: ignore[misc]
        for i in indices
    )

    def accorde(ligne: int) -> str:
        i = indices[ligne - PREMIERE - 1]
        statut = table.plage(table.indice("Statut"))
        return "" if i is None else f'=SUMPRODUCT(({statut}<>"")*1,{table.plage(i)})'

    champs = [
        Champ("Financeur", tuple(e.financeur.nom for e in etats)),
        Champ("Enveloppe", tuple(e.montant for e in etats)),
        Champ("État", tuple(etat_en_mots(e.montant, notifie=e.notifie) for e in etats)),
        Champ("Réserve", tuple(e.reserve for e in etats)),
        Champ("Engagé par convention", tuple(e.engage for e in etats)),
        Champ("Disponible", tuple(e.disponible for e in etats), _si_connue("B{0}-D{0}-E{0}")),
        Champ("Demandé", tuple(e.demande for e in etats)),
        Champ("Proposé", tuple(e.propose for e in etats)),
        Champ("Accordé", tuple(e.accorde for e in etats)),
        Champ(
            "Reste",
            tuple(e.reste for e in etats),
            _si_connue("F{0}-I{0}"),
            # A sum that leaves out what nobody announced would not be what is left.
            total=all(e.reste is not None for e in etats),
            reste=True,
        ),
        Champ("Accordé dans ce tableau", dans_le_tableau, accorde),
    ]
    feuille = Feuille(livre, "Enveloppes", table.styles, A4)
    _ecrire(feuille, table, champs, intitule="Enveloppes", note="")


def _si_connue(calcul: str) -> Callable[[int], str]:
    """An envelope that nobody announced has neither « disponible » nor « reste »."""
    return lambda ligne: f'=IF(B{ligne}="","",{calcul.format(ligne)})'


def _ecrire(
    feuille: Feuille, table: "Table", champs: list[Champ], *, intitule: str, note: str
) -> None:
    programmation = table.programmation
    feuille.intituler(programmation, f"{intitule} {programmation.annee}")
    fin = PREMIERE + len(champs[0].valeurs)
    for j, champ in enumerate(champs):
        _ecrire_champ(feuille, j, champ, fin)
        feuille.page.set_column_pixels(j, j, feuille.largeurs[j])
    page = feuille.page
    page.write_string(fin, 0, "Total général", table.styles(bold=True, top=1, top_color=ENCRE))
    page.set_row_pixels(fin, 24)
    entetes = [nombre_lignes(c.titre, feuille.largeurs[j]) for j, c in enumerate(champs)]
    groupes = [
        nombre_lignes(c.groupe, feuille.largeurs[j]) for j, c in enumerate(champs) if c.groupe
    ]
    page.set_row_pixels(ENTETE - 1, hauteur_lignes(max(groupes) + 1) if groupes else 8)
    page.set_row_pixels(ENTETE, hauteur_lignes(max(entetes)))
    for rang, texte in enumerate(champs[0].valeurs, start=PREMIERE):
        lignes = nombre_lignes(str(texte), feuille.largeurs[0])
        page.set_row_pixels(rang, hauteur_lignes(lignes))
    page.write_string(fin + 2, 0, note, table.styles(font_color=SECONDE))
    page.freeze_panes(PREMIERE, 1)
    page.print_area(0, 0, fin + 2, len(champs) - 1)
    feuille.imprimer(programmation, figees=1, fin=len(champs))


def _ecrire_champ(feuille: Feuille, j: int, champ: Champ, fin: int) -> None:
    page, styles = feuille.page, feuille.styles
    retrait = {"indent": 1} if champ.texte and j else {}
    feuille.titrer(j, champ.titre, droite=not champ.texte, valign="bottom", **retrait)
    if champ.groupe:
        page.write_string(ENTETE - 1, j, net(champ.groupe), styles.groupe(align="right"))
        feuille.largir(j, champ.groupe, plafond=80)
    genre = Genre.TEXTE if champ.texte else Genre.MONTANT
    style = styles.cellule(genre, champ.nombre, bottom=1, bottom_color=FILET, **retrait)
    for ligne, valeur in enumerate(champ.valeurs, start=PREMIERE):
        formule = champ.formule(ligne + 1) if champ.formule else ""
        if formule:
            page.write_formula(ligne, j, formule, style, "" if valeur is None else float(valeur))
        elif isinstance(valeur, str):
            page.write_string(ligne, j, net(valeur), style)
        elif valeur is None:
            page.write_blank(ligne, j, None, style)
        else:
            page.write_number(ligne, j, valeur, style)
        feuille.largir(j, _affiche(valeur, champ.nombre), plafond=320 if champ.texte else 0)
    _totaliser(feuille, j, champ, fin)


def _totaliser(feuille: Feuille, j: int, champ: Champ, fin: int) -> None:
    traits = {"bold": True, "top": 1, "top_color": ENCRE}
    if champ.texte or not champ.total:
        feuille.page.write_blank(fin, j, None, feuille.styles(**traits))
        return
    lettre = xl_col_to_name(j)
    formule = f"=SUM({lettre}{PREMIERE + 1}:INDEX({lettre}:{lettre},ROW()-1))"
    style = feuille.styles.cellule(Genre.MONTANT, champ.nombre, **traits)
    feuille.page.write_formula(fin, j, formule, style, float(champ.somme))
    feuille.largir(j, _affiche(champ.somme, champ.nombre))


def _affiche(valeur: Valeur, nombre: str) -> str:
    if DEPASSE not in nombre or valeur is None or isinstance(valeur, str):
        return texte_affiche(valeur, nombre)
    ordinaire = CENTIMES if "0.00" in nombre else NOMBRE
    return (DEPASSE if valeur < 0 else "") + texte_affiche(Decimal(valeur), ordinaire)

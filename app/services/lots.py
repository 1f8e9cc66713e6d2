"""One column changed on many rows at once: each row before and after, the totals, the refusals. No Qt."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.models.montants import INSECABLE, afficher_montant
from app.services.cases_ecrites import CaseVoulue, ecrire_en_lot, eprouver, motif_de_refus
from app.services.columns import Colonne, TypeColonne, afficher_booleen, est_oui, lire_valeur
from app.services.errors import ErreurConnue, SaisieRefusee
from app.services.rows import EtatEnveloppe
from app.services.saisies import arrondir, lire_case
from app.services.titres import nom_de

ZERO = Decimal(0)
_CALCULABLES = (TypeColonne.MONTANT, TypeColonne.ENTIER)


class Calcul(StrEnum):
    """What is done to each cell."""

    METTRE = "mettre"
    AJOUTER = "ajouter"
    RETIRER = "retirer"
    MULTIPLIER = "multiplier"
    PLAFONNER = "plafonner"
    REPARTIR = "repartir"  # prepared by `repartition_lots`
    REPRENDRE = "reprendre"
    VIDER = "vider"


LIBELLES = {
    Calcul.METTRE: "mettre à",
    Calcul.AJOUTER: "ajouter",
    Calcul.RETIRER: "retirer",
    Calcul.MULTIPLIER: "multiplier par (%)",
    Calcul.PLAFONNER: "plafonner à",
    Calcul.REPARTIR: "répartir un montant",
    Calcul.REPRENDRE: "reprendre la colonne",
    Calcul.VIDER: "vider",
}
SANS_OPERANDE = (Calcul.VIDER, Calcul.REPRENDRE)


@dataclass(frozen=True, slots=True)
class Modification:
    """What one row would become. `refus`: why it would stay as it is."""

    cle: str
    avant: Any
    apres: Any
    refus: str = ""


@dataclass(frozen=True, slots=True)
class Lot:
    """What is about to be changed, whole. Totals count what is written: None when nothing is summed."""

    colonne: Colonne
    libelle: str
    modifications: tuple[Modification, ...]
    inchangees: int

    @property
    def faisables(self) -> list[Modification]:
        return [m for m in self.modifications if not m.refus]

    @property
    def total_avant(self) -> Decimal | None:
        return self._total(lambda m: m.avant)

    @property
    def total_apres(self) -> Decimal | None:
        return self._total(lambda m: m.avant if m.refus else m.apres)

    def _total(self, lire: Callable[[Modification], Any]) -> Decimal | None:
        if self.colonne.type not in _CALCULABLES:
            return None
        return sum((Decimal(lire(m) or 0) for m in self.modifications), ZERO)

    @property
    def ecart(self) -> Decimal:
        """What the whole lot adds (euros, or units of the column)."""
        return (self.total_apres or ZERO) - (self.total_avant or ZERO)


def calculs_de(colonne: Colonne) -> tuple[Calcul, ...]:
    """What can be done to a column: sums on numbers, a value on the rest."""
    if colonne.type in _CALCULABLES:
        return tuple(Calcul)
    return (Calcul.METTRE, Calcul.REPRENDRE, Calcul.VIDER)


def sources_de(colonne: Colonne, colonnes: Iterable[Colonne]) -> list[Colonne]:
    """Columns whose value can be taken over: of the same kind, those of the same block first."""
    pareilles = [
        c
        for c in colonnes
        if c.cle != colonne.cle and c.type == colonne.type and c.choix == colonne.choix
    ]
    return sorted(pareilles, key=lambda c: (c.groupe != colonne.groupe, not c.visible))


def preparer(
    lignes: Sequence[tuple[str, Any]],
    colonne: Colonne,
    calcul: Calcul,
    *,
    operande: str = "",
    source: Colonne | None = None,
) -> Lot:
    """What `calcul` would do to the cells of a column, without writing anything.

    `operande` is typed text, read as the column's own values are (a percentage for MULTIPLIER).
    Raises SaisieRefusee with a sentence when it cannot be read.
    """
    calculer = _calculateur(colonne, calcul, operande, source)
    modifications = [_modifier(cle, ligne, colonne, calculer) for cle, ligne in lignes]
    return lot_de(colonne, _libelle(colonne, calcul, operande, source), modifications)


def lot_de(colonne: Colonne, libelle: str, modifications: Sequence[Modification]) -> Lot:
    """These changes as a whole, once those that the services refuse are told."""
    changees = [m for m in modifications if m.refus or m.apres != m.avant]
    faisables = [rang for rang, m in enumerate(changees) if not m.refus]
    voulues = [_case(colonne, changees[rang]) for rang in faisables]
    for place, phrase in eprouver(voulues).items():
        rang = faisables[place]
        changees[rang] = replace(changees[rang], refus=phrase)
    return Lot(colonne, libelle, tuple(changees), len(modifications) - len(changees))


def appliquer(lot: Lot) -> int:
    """Write what is not refused, in one operation; how many rows changed."""
    faisables = lot.faisables
    if not faisables:
        raise SaisieRefusee("Aucune ligne ne changerait : choisissez une autre valeur.")
    combien = "une ligne" if len(faisables) == 1 else f"{len(faisables)} lignes"
    cases = [_case(lot.colonne, modification) for modification in faisables]
    ecrire_en_lot(f"{lot.libelle} sur {combien}", cases)
    return len(faisables)


def _modifier(
    cle: str, ligne: Any, colonne: Colonne, calculer: Callable[[Any, Any], Any]
) -> Modification:
    avant = colonne.lire(ligne)
    refus = motif_de_refus(colonne)
    if refus:
        return Modification(cle, avant, avant, refus)
    try:
        apres = calculer(ligne, avant)
        if colonne.type == TypeColonne.BOOLEEN:  # typed « oui », held as a boolean
            apres = apres if isinstance(apres, bool) or apres is None else est_oui(str(apres))
        return Modification(cle, avant, apres)
    except ErreurConnue as erreur:
        return Modification(cle, avant, avant, str(erreur))


def _case(colonne: Colonne, modification: Modification) -> CaseVoulue:
    """What the column is given to write: a yes or no is typed « oui » or « non »."""
    valeur = modification.apres
    if isinstance(valeur, bool):
        valeur = afficher_booleen(valeur)
    return CaseVoulue(modification.cle, colonne, valeur)


Calculer = Callable[[Any, Any], Any]  # (row, value) -> value


def _calculateur(
    colonne: Colonne, calcul: Calcul, operande: str, source: Colonne | None
) -> Calculer:
    if calcul is Calcul.VIDER:
        return lambda _ligne, _avant: None
    if calcul is Calcul.REPRENDRE:
        if source is None:
            raise SaisieRefusee("Choisissez la colonne à reprendre.")
        return lambda ligne, _avant: source.lire(ligne)
    if calcul is Calcul.METTRE:
        valeur = _valeur_mise(colonne, operande)
        return lambda _ligne, _avant: valeur
    return _sur_un_nombre(colonne, calcul, operande)


def _valeur_mise(colonne: Colonne, operande: str) -> Any:
    # Nothing typed is not « non »: a whole column would lose its « oui ».
    valeur = lire_case(colonne, operande, tapee=False).valeur if operande.strip() else None
    if valeur is None:
        raise SaisieRefusee("Tapez la valeur à mettre, ou choisissez « vider ».")
    return valeur


def _sur_un_nombre(colonne: Colonne, calcul: Calcul, operande: str) -> Calculer:
    genre = TypeColonne.MONTANT if calcul is Calcul.MULTIPLIER else colonne.type
    nombre = lire_valeur(genre, operande.removesuffix("%").strip())
    if nombre is None:
        raise SaisieRefusee(f"Tapez un nombre pour « {LIBELLES[calcul]} ».")
    faire = _CALCULS[calcul]

    def calculer(_ligne: Any, avant: Any) -> Any:
        if avant is None and calcul is not Calcul.AJOUTER:
            return None  # nothing is not zero: a cell left empty stays so
        return arrondir(colonne, faire(Decimal(avant or 0), Decimal(nombre)))

    return calculer


_CALCULS: dict[Calcul, Callable[[Decimal, Decimal], Decimal]] = {
    Calcul.AJOUTER: lambda avant, nombre: avant + nombre,
    Calcul.RETIRER: lambda avant, nombre: avant - nombre,
    Calcul.MULTIPLIER: lambda avant, nombre: avant * nombre / 100,
    Calcul.PLAFONNER: min,
}


def _libelle(colonne: Colonne, calcul: Calcul, operande: str, source: Colonne | None) -> str:
    """« Modifier en lot « État · Accordé » : plafonner à 5 000 »."""
    suite = LIBELLES[calcul]
    if calcul is Calcul.REPRENDRE and source is not None:
        suite += f" « {nom_de(source)} »"
    elif calcul is Calcul.MULTIPLIER:
        suite = f"multiplier par {operande.removesuffix('%').strip()} %"
    elif calcul not in SANS_OPERANDE:
        court = operande.strip()
        suite += f" {court if len(court) <= 30 else court[:29] + '…'}"
    return f"Modifier en lot « {nom_de(colonne)} » : {suite}"


def effet_sur_enveloppe(lot: Lot, etat: EtatEnveloppe) -> str:
    """« Reste de l’enveloppe État 2026 : 12 000 € → 8 000 € »: what granting so would leave."""
    nom = f"l’enveloppe {etat.financeur.nom_court} {etat.annee}"
    if etat.reste is None:
        return f"Aucun montant n’est connu pour {nom}."
    apres = etat.reste - lot.ecart
    phrase = (
        f"Reste de {nom}{INSECABLE}: {afficher_montant(etat.reste, euro=True, zero='0')}"
        f" → {afficher_montant(apres, euro=True, zero='0')}"
    )
    if apres < 0:
        phrase += f"{INSECABLE}: dépasse de {afficher_montant(-apres, euro=True)}"
    return f"{phrase}."

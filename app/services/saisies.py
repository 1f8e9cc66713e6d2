"""What is typed or pasted in a cell, read as the value of its column: choices, yes or no, arithmetic."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from app.models.montants import (
    INSECABLE,
    MOINS,
    MONTANT_MAXIMUM,
    afficher_montant,
    afficher_part,
    au_centime,
    lire_montant,
)
from app.services.arithmetique import calculer
from app.services.columns import (
    Colonne,
    TypeColonne,
    afficher_date,
    avec_son_annee,
    est_oui,
    lire_saisie,
    replier,
)
from app.services.errors import ErreurConnue, SaisieRefusee
from app.services.textes_saisis import citer, texte_de_case

NON = ("non", "n", "faux", "false", "0")
CALCULES = (TypeColonne.MONTANT, TypeColonne.ENTIER)
TOTALE = "Cette colonne se calcule ou se lit seulement : ses cases ne se modifient pas ici."


@dataclass(frozen=True, slots=True)
class Saisie:
    """The value read; `note` says what was computed, when something was."""

    valeur: Any
    note: str = ""


def lire_case(colonne: Colonne, texte: str, ligne: Any = None, *, tapee: bool = True) -> Saisie:
    """Value of a text for the cell of a row (None: clear). Raises SaisieRefusee with a sentence.

    `tapee`: by hand in the cell: « +500 » then adds to what is there. Pasted, a sign is only a sign.
    """
    propre = texte_de_case(texte)
    if colonne.choix:
        return Saisie(_lire_choix(colonne, propre))
    if colonne.type == TypeColonne.BOOLEEN:
        return Saisie(_lire_booleen(propre))
    if colonne.type in CALCULES and propre:
        calculee = _calculee(colonne, propre.replace(MOINS, "-"), ligne, tapee=tapee)
        if calculee is not None:
            return calculee
    if colonne.type == TypeColonne.DATE:
        texte = _date_en_chiffres(propre)
        if tapee and (entiere := avec_son_annee(texte)) != texte:
            lue = lire_saisie(colonne, entiere)
            return Saisie(lue, f"{texte} : l'année en cours, {afficher_date(lue)}.")
    return Saisie(lire_saisie(colonne, texte))


def ecart_tape(colonne: Colonne, texte: str, ligne: Any) -> Decimal:
    """What a text that is being typed in an amount would add to it; nothing while it cannot be read."""
    try:
        voulu = lire_case(colonne, texte, ligne).valeur
    except ErreurConnue:
        return Decimal(0)
    return (voulu or Decimal(0)) - (colonne.lire(ligne) or Decimal(0))


def est_inchangee(colonne: Colonne, valeur: Any, ligne: Any) -> bool:
    """True when the cell already holds this value."""
    presente = colonne.lire(ligne)
    if colonne.type == TypeColonne.BOOLEEN:
        return est_oui(valeur) == bool(presente)
    return bool(presente == valeur) or (presente in (None, "") and valeur in (None, ""))


def se_vide(colonne: Colonne) -> bool:
    """Whether a cell of this column may hold nothing."""
    if colonne.obligatoire or colonne.type == TypeColonne.BOOLEEN:
        return False
    return not colonne.choix or any(not cle for cle, _ in colonne.choix)


def aujourd_hui() -> str:
    """Today as it is typed."""
    return afficher_date(datetime.now().astimezone().date())


# Choices, yes or no -------------------------------------------------------------------------------


def _lire_choix(colonne: Colonne, texte: str) -> str | None:
    """The stored value of a choice given by its value or by its label, accents and case ignored."""
    if not texte:
        if se_vide(colonne):
            return None
        raise SaisieRefusee(
            "Cette case ne peut pas rester vide : choisissez une valeur de sa liste."
        )
    plie = replier(texte)
    for trouve in (
        lambda cle, _: cle == texte,
        lambda _, libelle: replier(libelle) == plie,
        lambda cle, _: replier(cle) == plie,
    ):
        for cle, libelle in colonne.choix:
            if trouve(cle, libelle):
                return cle or None
    raise SaisieRefusee(
        f"«{INSECABLE}{citer(texte)}{INSECABLE}» n’est pas dans la liste{INSECABLE}: "
        f"choisissez {_enumerer([libelle for cle, libelle in colonne.choix if cle])}."
    )


def _enumerer(mots: list[str]) -> str:
    """« a, b ou c », cut when there are many."""
    if len(mots) > 6:
        return f"{', '.join(mots[:3])}… ou une autre de ses valeurs"
    return " ou ".join([", ".join(mots[:-1]), mots[-1]] if len(mots) > 1 else mots)


def _lire_booleen(texte: str) -> str:
    if est_oui(texte):
        return "oui"
    if texte.casefold() in NON or texte in ("", "-", "–"):
        return "non"
    raise SaisieRefusee(
        f"«{INSECABLE}{citer(texte)}{INSECABLE}» n’est ni oui ni non{INSECABLE}: tapez l’un des deux."
    )


# Dates --------------------------------------------------------------------------------------------

_MOIS = ("janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec")
_EN_LETTRES = re.compile(r"(?:[a-z]+\.? )?(\d{1,2})(?:er)?[ /.-]([a-z]+)\.?[ /.-](\d{4}|\d{2})")
_MINUIT = re.compile(r"[ T]0?0:00(:00)?$")  # what a spreadsheet adds to a day


def _date_en_chiffres(texte: str) -> str:
    """« 15-mars-26 » and « 1er avril 2026 » as « 15/3/26 », « 1/4/2026 »; any other text as it is."""
    propre = _MINUIT.sub("", texte)
    lue = _EN_LETTRES.fullmatch(replier(propre))
    if lue is None:
        return propre
    jour, mot, annee = lue.groups()
    rangs = [rang for rang, mois in enumerate(_MOIS, start=1) if mot.startswith(mois)]
    return f"{jour}/{rangs[0]}/{annee}" if rangs else propre


# Arithmetic ---------------------------------------------------------------------------------------


def _calculee(colonne: Colonne, texte: str, ligne: Any, *, tapee: bool) -> Saisie | None:
    """What an expression, an addition or a share comes to; None when the text is a plain number."""
    if texte.startswith("="):
        valeur = _arrondir(colonne, calculer(texte[1:]), exact=True)
        return Saisie(valeur, f"{texte} donne {_montrer(colonne, valeur)}.")
    if texte.endswith("%") and ligne is not None:
        return _part(colonne, texte, ligne)
    if tapee and texte.startswith(("+", "-")):
        return _relative(colonne, texte, ligne)
    return None


def _part(colonne: Colonne, texte: str, ligne: Any) -> Saisie:
    """« 80 % »: of what was asked where the column says so, else of what the cell holds."""
    try:
        part = lire_montant(texte[:-1]) / 100
    except ValueError:
        raise SaisieRefusee(
            f"«{INSECABLE}{citer(texte)}{INSECABLE}» n’est pas une part{INSECABLE}: tapez un nombre "
            "et %, comme 80%."
        ) from None
    lire = colonne.base or colonne.lire
    base = lire(ligne)
    if base is None:
        manque = "rien n’est demandé sur cette ligne" if colonne.base else "cette case est vide"
        raise SaisieRefusee(
            f"«{INSECABLE}{citer(texte)}{INSECABLE}» de quoi{INSECABLE}? {manque.capitalize()}"
            f"{INSECABLE}: tapez un montant."
        )
    valeur = _arrondir(colonne, Decimal(base) * part, exact=False)
    montree, pourcent = _montrer(colonne, valeur), afficher_part(part)
    return Saisie(valeur, f"{pourcent} de {_montrer(colonne, base)} donnent {montree}.")


def _relative(colonne: Colonne, texte: str, ligne: Any) -> Saisie | None:
    """« +500 » adds to what is there, « -200 » takes from it when enough is left."""
    presente = None if ligne is None else colonne.lire(ligne)
    try:
        ecart = lire_montant(texte)
    except ValueError:
        return None
    if presente is None or (ecart < 0 and (colonne.negatif or presente + ecart < 0)):
        return None
    valeur = _arrondir(colonne, Decimal(presente) + ecart, exact=True)
    signe = MOINS if ecart < 0 else "+"
    return Saisie(
        valeur,
        f"{_montrer(colonne, presente)} {signe} {_montrer(colonne, abs(ecart))} "
        f"donnent {_montrer(colonne, valeur)}.",
    )


def arrondir(colonne: Colonne, valeur: Decimal) -> Decimal | int:
    """To the cent, or to the unit, the half upwards, as an accountant does."""
    if colonne.type == TypeColonne.ENTIER:
        return int(valeur.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return au_centime(valeur)


def _arrondir(colonne: Colonne, valeur: Decimal, *, exact: bool) -> Decimal | int:
    """There is no half a person: a sum says it, a share of people is rounded."""
    if abs(valeur) > MONTANT_MAXIMUM:
        raise SaisieRefusee("Ce calcul donne un nombre trop grand : corrigez-le.")
    arrondie = arrondir(colonne, valeur)
    if exact and colonne.type == TypeColonne.ENTIER and arrondie != valeur:
        raise SaisieRefusee("Ce calcul ne donne pas un nombre entier : corrigez-le.")
    return arrondie


def _montrer(colonne: Colonne, valeur: Any) -> str:
    return afficher_montant(Decimal(valeur), euro=colonne.type == TypeColonne.MONTANT, zero="0")

"""A cell of the settings as text: how a value is shown, how what is typed is read. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.models.montants import MOINS, afficher_montant, lire_montant
from app.services.errors import SaisieRefusee
from app.services.rubriques_formes import Colonne
from app.services.rubriques_libelles import MOTS, PARAMETRES, SANS_MILLIERS, UNITES, VALEURS

SILENCE = "non précisé par le contrat"
SEPARATEUR = " ; "
_EXACT = re.compile(r"-?\d+\.\d+")  # how a number that is not whole is kept, to its last decimal
_JOUR = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_A_VIRGULE = re.compile(r"(-?)(\d+)(?:,(\d+)|\.(\d{1,2}|\d{4,}))")  # « 12.500 » is twelve thousand
_BLANCS = re.compile(r"\s")


def libelle_parametre(nom: str) -> str:
    """« duree_max_ans » reads « Durée max (ans) »."""
    if nom in PARAMETRES:
        return PARAMETRES[nom]
    *mots, fin = nom.split("_")
    unite = f" ({UNITES[fin]})" if mots and fin in UNITES else ""
    texte = " ".join(MOTS.get(mot, mot) for mot in (mots if unite else [*mots, fin]))
    return texte[0].upper() + texte[1:] + unite


def afficher_valeur(valeur: Any) -> str:
    """A typed value as a person reads it; None is a silence of the contract."""
    if valeur is None:
        return SILENCE
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, (int, float, Decimal)):
        return afficher_montant(Decimal(str(valeur)), zero="0")
    if isinstance(valeur, Mapping):
        return _paires(valeur, ", ")
    if isinstance(valeur, (list, tuple)):
        return SEPARATEUR.join(afficher_valeur(element) for element in valeur) or SILENCE
    return _mots(str(valeur))


def _mots(texte: str) -> str:
    """A text, or what a person says for the code that it is."""
    if _EXACT.fullmatch(texte):
        return texte.replace(".", ",").replace("-", MOINS)
    if jour := _JOUR.fullmatch(texte):
        return "/".join(reversed(jour.groups()))
    return VALEURS.get(texte, texte)


def afficher_parametre(nom: str, valeur: Any) -> str:
    """A value of a rule, by its name: a year has no space between its thousands."""
    if isinstance(valeur, int) and (nom in SANS_MILLIERS or "annee" in nom.split("_")):
        return str(valeur) if not isinstance(valeur, bool) else afficher_valeur(valeur)
    return afficher_valeur(valeur)


def afficher_parametres(valeurs: Mapping[str, Any]) -> str:
    """All the values of a rule, on one line."""
    return _paires(valeurs, SEPARATEUR)


def _paires(valeurs: Mapping[str, Any], separateur: str) -> str:
    return separateur.join(
        f"{libelle_parametre(nom)} : {afficher_parametre(nom, valeur)}"
        for nom, valeur in valeurs.items()
    )


def afficher(colonne: Colonne, valeur: Any) -> str:
    """Text of a cell, except for a lien, whose name is read from its target."""
    if valeur is None or valeur == [] or valeur == {}:
        return SILENCE if colonne.silence else ""
    if colonne.nature == "choix":
        return dict(colonne.options).get(valeur, str(valeur))
    if colonne.nature == "dict":
        return afficher_parametres(valeur)
    if colonne.nature == "entier" and "annee" in colonne.nom:
        return str(valeur)
    return afficher_valeur(valeur)


def lire(colonne: Colonne, texte: str) -> Any:
    """Value typed in a cell; None when it is emptied or left silent. Raises SaisieRefusee."""
    propre = texte.strip()
    if colonne.nature == "liste":
        return _lire_liste(propre)
    if propre in ("", SILENCE):
        return None
    return _LECTURES.get(colonne.nature, _lire_texte)(colonne, propre)


def _lire_texte(_: Colonne, texte: str) -> str:
    return texte


def _lire_liste(texte: str) -> list[str]:
    return [] if texte == SILENCE else [p for p in (m.strip() for m in texte.split(";")) if p]


def _lire_nombre(colonne: Colonne, texte: str) -> Decimal:
    try:
        return lire_montant(texte)
    except ValueError as cause:
        raise SaisieRefusee(
            f"« {texte} » n'est pas un nombre : saisissez {colonne.objet} en chiffres."
        ) from cause


def _lire_entier(colonne: Colonne, texte: str) -> int:
    nombre = _lire_nombre(colonne, texte)
    if nombre != nombre.to_integral_value() or nombre < 0:
        raise SaisieRefusee(
            f"« {texte} » ne convient pas : saisissez {colonne.objet} en nombre entier."
        )
    return int(nombre)


_OUI_NON = {"oui": True, "o": True, "vrai": True, "non": False, "n": False, "faux": False}


def _lire_oui_non(_: Colonne, texte: str) -> bool:
    if texte.casefold() not in _OUI_NON:
        raise SaisieRefusee(f"« {texte} » n'est ni « oui » ni « non » : choisissez l'un des deux.")
    return _OUI_NON[texte.casefold()]


def _lire_choix(colonne: Colonne, texte: str) -> str:
    for valeur, libelle in colonne.options:
        if texte.casefold() in (valeur.casefold(), libelle.casefold()):
            return valeur
    possibles = ", ".join(libelle for _, libelle in colonne.options)
    raise SaisieRefusee(f"« {texte} » n'est pas proposé : choisissez parmi {possibles}.")


_LECTURES: dict[str, Callable[[Colonne, str], Any]] = {
    "entier": _lire_entier,
    "montant": _lire_nombre,
    "booleen": _lire_oui_non,
    "choix": _lire_choix,
}


def lire_parametre(texte: str, actuelle: Any) -> Any:
    """Value of a rule as typed: oui/non, a number, a list when the current one is, or a text.

    A number that is not whole is a decimal string (« 2.5 »), exact. Raises SaisieRefusee on a value
    that has parts of its own: one line of text would lose them.
    """
    if _est_composee(actuelle):
        raise SaisieRefusee(
            "Cette valeur a plusieurs parties : elle ne se modifie pas dans la case, "
            "complétez plutôt l'énoncé ou la note de la règle."
        )
    propre = texte.strip()
    if propre in ("", SILENCE):
        return None
    if isinstance(actuelle, list):
        return [_code(element, actuelle) for element in _lire_liste(propre)]
    if propre.casefold() in ("oui", "non"):
        return propre.casefold() == "oui"
    code = _code(propre, [actuelle])
    return code if code != propre else _lire_nombre_exact(propre)


def _code(texte: str, actuelles: Sequence[Any]) -> str:
    """What a word stands for, where the value is one of codes: « au moins » is kept as « >= »."""
    if any(isinstance(v, str) and _JOUR.fullmatch(v) for v in actuelles):
        jour = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", texte)
        return "-".join(reversed(jour.groups())) if jour else texte
    if not any(v in VALEURS for v in actuelles if isinstance(v, str)):
        return texte
    codes = {mots.casefold(): code for code, mots in VALEURS.items()}
    return codes.get(texte.casefold(), texte)


def _est_composee(valeur: Any) -> bool:
    if isinstance(valeur, (list, tuple)):
        return any(not isinstance(element, str) for element in valeur)
    return isinstance(valeur, Mapping)


def _lire_nombre_exact(texte: str) -> int | str:
    """A whole number, a decimal string, or the text itself when it is no number."""
    try:
        nombre = lire_montant(texte)
    except ValueError:
        return texte
    trouve = _A_VIRGULE.fullmatch(_BLANCS.sub("", texte.replace(MOINS, "-")))
    if trouve is not None:  # `lire_montant` rounds to the cent
        signe, entier, *decimales = trouve.groups()
        nombre = Decimal(f"{signe}{entier}.{decimales[0] or decimales[1]}")
    return int(nombre) if nombre == nombre.to_integral_value() else f"{nombre.normalize():f}"

"""What a composed rule may ask of a fact: the kinds of facts, and their operators in French. Pure.

An operator answers True, False, or None when it cannot tell: a fact that is absent is neither.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from app.models.enums import Enumeration
from app.models.montants import afficher_montant, afficher_nombre
from app.services.accords import enumerer


class NatureFait(Enumeration):
    """The kind of a fact: what it may be compared with."""

    NOMBRE = "nombre", "Nombre"
    EUROS = "euros", "Montant en euros"
    POURCENT = "pourcent", "Part en %"
    TEXTE = "texte", "Texte"
    CHOIX = "choix", "Choix"
    OUI_NON = "oui_non", "Oui ou non"
    LISTE = "liste", "Liste"
    DATE = "date", "Date"


CHIFFREES = (NatureFait.NOMBRE, NatureFait.EUROS, NatureFait.POURCENT)
Juger = Callable[[Any, Any], bool | None]


@dataclass(frozen=True, slots=True)
class Operateur:
    """`avec`: what it is compared with: « rien », « valeur » or « liste » (of values)."""

    nom: str
    libelle: str
    natures: tuple[NatureFait, ...]
    avec: str
    juger: Juger
    dit_l_absence: bool = False  # speaks of facts that are not known, the others keep silent


def _plie(valeur: Any) -> Any:
    return valeur.casefold() if isinstance(valeur, str) else valeur


def _egaux(fait: Any, valeur: Any) -> bool:
    return bool(_plie(fait) == _plie(valeur))


def _parmi(fait: Any, valeurs: Any) -> bool:
    return any(_egaux(fait, valeur) for valeur in valeurs)


def _croise(fait: Any, valeurs: Any) -> bool:
    return any(_parmi(element, valeurs) for element in fait)


_TEXTES = (NatureFait.TEXTE, NatureFait.CHOIX)
_TOUTES = tuple(NatureFait)
OPERATEURS: Mapping[str, Operateur] = {
    o.nom: o
    for o in (
        Operateur("plus_de", "dépasse", CHIFFREES, "valeur", lambda f, v: f > v),
        Operateur("au_moins", "vaut au moins", CHIFFREES, "valeur", lambda f, v: f >= v),
        Operateur("moins_de", "est inférieur à", CHIFFREES, "valeur", lambda f, v: f < v),
        Operateur("au_plus", "ne dépasse pas", CHIFFREES, "valeur", lambda f, v: f <= v),
        Operateur("egal", "est égal à", CHIFFREES, "valeur", lambda f, v: f == v),
        Operateur("different", "n'est pas égal à", CHIFFREES, "valeur", lambda f, v: f != v),
        Operateur("est", "est", _TEXTES, "valeur", _egaux),
        Operateur("n_est_pas", "n'est pas", _TEXTES, "valeur", lambda f, v: not _egaux(f, v)),
        Operateur("parmi", "est l'un de", _TEXTES, "liste", _parmi),
        Operateur("hors", "n'est aucun de", _TEXTES, "liste", lambda f, v: not _parmi(f, v)),
        Operateur(
            "contient_le_mot",
            "contient le texte",
            (NatureFait.TEXTE,),
            "valeur",
            lambda f, v: _plie(v) in _plie(f),
        ),
        Operateur(
            "comprend", "comprend l'un de", (NatureFait.LISTE,), "liste", lambda f, v: _croise(f, v)
        ),
        Operateur(
            "ne_comprend_pas",
            "ne comprend aucun de",
            (NatureFait.LISTE,),
            "liste",
            lambda f, v: not _croise(f, v),
        ),
        Operateur(
            "seulement",
            "ne comprend que",
            (NatureFait.LISTE,),
            "liste",
            lambda f, v: all(_parmi(element, v) for element in f),
        ),
        Operateur("oui", "est vrai", (NatureFait.OUI_NON,), "rien", lambda f, _: bool(f)),
        Operateur("non", "est faux", (NatureFait.OUI_NON,), "rien", lambda f, _: not f),
        Operateur("avant", "est avant le", (NatureFait.DATE,), "valeur", lambda f, v: f < v),
        Operateur("apres", "est après le", (NatureFait.DATE,), "valeur", lambda f, v: f > v),
        Operateur(
            "renseigne",
            "est renseigné",
            _TOUTES,
            "rien",
            lambda f, _: not est_absent(f),
            dit_l_absence=True,
        ),
        Operateur(
            "absent",
            "n'est pas renseigné",
            _TOUTES,
            "rien",
            lambda f, _: est_absent(f),
            dit_l_absence=True,
        ),
    )
}


def operateurs_de(nature: NatureFait) -> list[Operateur]:
    """Those that a kind of fact takes, in the order in which they are offered."""
    return [o for o in OPERATEURS.values() if nature in o.natures]


def est_absent(fait: Any) -> bool:
    return fait is None or fait == () or fait == ""


def appliquer(operateur: Operateur, fait: Any, valeur: Any) -> bool | None:
    """None: the fact, or what it is compared with, is not known."""
    if operateur.dit_l_absence:
        return operateur.juger(fait, valeur)
    if est_absent(fait) or (operateur.avec != "rien" and valeur is None):
        return None
    return operateur.juger(fait, valeur)


# Values -------------------------------------------------------------------------------------------


def lire_valeur(nature: NatureFait, brute: Any) -> Any:
    """A stored value as the facts are: Decimal, ISO date, text. Raises ValueError."""
    if nature in CHIFFREES:
        if isinstance(brute, bool) or not isinstance(brute, (int, str)):
            raise ValueError(brute)
        try:
            nombre = Decimal(str(brute))
        except InvalidOperation as cause:
            raise ValueError(brute) from cause
        if not nombre.is_finite():
            raise ValueError(brute)
        return nombre
    if not isinstance(brute, str) or not brute.strip():
        raise ValueError(brute)
    if nature == NatureFait.DATE:
        return date.fromisoformat(brute).isoformat()
    return brute


def dire(nature: NatureFait, valeur: Any, noms: Mapping[str, str]) -> str:
    """A fact, or a value to compare with, in words; `noms`: stored value -> label."""
    if est_absent(valeur):
        return "non renseigné"
    if nature == NatureFait.EUROS:
        return afficher_montant(valeur, euro=True, zero="0")
    if nature in CHIFFREES:
        unite = "\u00a0%" if nature == NatureFait.POURCENT else ""
        return afficher_nombre(valeur.quantize(Decimal("0.1")).normalize(), zero="0") + unite
    if nature == NatureFait.OUI_NON:
        return "oui" if valeur else "non"
    if nature == NatureFait.DATE:
        return date.fromisoformat(valeur[:10]).strftime("%d/%m/%Y")
    if nature == NatureFait.LISTE:
        return enumerer(noms.get(v, v) for v in valeur)
    return noms.get(valeur, valeur)

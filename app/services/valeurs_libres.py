"""What a column of the user holds: how a value is kept as text, read again, typed, converted."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from app.models.enums import NatureColonne
from app.models.montants import au_centime
from app.services.columns import Erreur, TypeColonne, est_oui, lire_valeur, nombre_brut, replier
from app.services.errors import SaisieRefusee
from app.services.textes_saisis import LONGUEUR_MAXIMUM

TYPES = {
    NatureColonne.TEXTE: TypeColonne.TEXTE,
    NatureColonne.MONTANT: TypeColonne.MONTANT,
    NatureColonne.NOMBRE: TypeColonne.NOMBRE,
    NatureColonne.DATE: TypeColonne.DATE,
    NatureColonne.CHOIX: TypeColonne.CHOIX,
    NatureColonne.OUI_NON: TypeColonne.BOOLEEN,
}
_NON = ("non", "n", "faux", "false", "0")


def type_de(nature: str) -> TypeColonne:
    """Type of a column of values; a kind that a newer version wrote is read as text."""
    return TYPES.get(nature, TypeColonne.TEXTE)  # type: ignore[call-overload, no-any-return]


# What is typed ------------------------------------------------------------------------------------


def en_garde(nature: str, choix: Sequence[str], valeur: Any) -> str | None:
    """The text kept of a value that `lire_valeur` read; None: nothing. Raises SaisieRefusee."""
    if valeur is None or valeur == "":
        return None
    if nature == NatureColonne.CHOIX:
        return _le_choix(choix, str(valeur))
    if nature == NatureColonne.OUI_NON:
        return _oui_ou_non(valeur)
    if nature == NatureColonne.MONTANT:
        return f"{valeur:.2f}"
    if nature == NatureColonne.NOMBRE:
        return f"{valeur.normalize():f}"
    if isinstance(valeur, date):
        return valeur.isoformat()
    if len(str(valeur)) > LONGUEUR_MAXIMUM:
        raise SaisieRefusee("Ce texte est trop long pour une case : raccourcissez-le.")
    return str(valeur)


def _le_choix(choix: Sequence[str], tape: str) -> str:
    """The choice that was typed or pasted, whatever its capitals and accents."""
    proche = [c for c in choix if replier(c) == replier(tape)]
    if tape in choix or proche:
        return tape if tape in choix else proche[0]
    connus = ", ".join(choix[:6]) + ("…" if len(choix) > 6 else "")
    raise SaisieRefusee(f"« {tape[:40]} » n'est pas dans la liste : {connus}.")


def _oui_ou_non(valeur: Any) -> str:
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if est_oui(valeur):
        return "oui"
    if str(valeur).strip().casefold() in _NON:
        return "non"
    raise SaisieRefusee(f"« {str(valeur)[:40]} » n'est ni oui ni non : tapez oui ou non.")


# What is kept -------------------------------------------------------------------------------------


def depuis_garde(nature: str, garde: str) -> Any:
    """The value of a kept text; an Erreur when it is not of that kind (a merged or foreign file)."""
    lire = _LECTURES.get(nature)
    if lire is None:
        return garde
    try:
        return lire(garde)
    except (ValueError, InvalidOperation):
        return Erreur(
            "illisible", f"« {garde[:60]} » ne convient pas à cette colonne : retapez-le."
        )


def _decimal(garde: str) -> Decimal:
    valeur = Decimal(garde)
    if not valeur.is_finite() or abs(valeur.adjusted()) > 30:
        raise ValueError(garde)
    return valeur


def _montant(garde: str) -> Decimal:
    return au_centime(_decimal(garde))


def _booleen(garde: str) -> bool:
    if garde not in ("oui", "non"):
        raise ValueError(garde)
    return garde == "oui"


_LECTURES: dict[str, Callable[[str], Any]] = {
    NatureColonne.MONTANT: _montant,
    NatureColonne.NOMBRE: _decimal,
    NatureColonne.DATE: date.fromisoformat,
    NatureColonne.OUI_NON: _booleen,
}


def en_clair(nature: str, garde: str) -> str:
    """A kept text as a person types it: « 12,50 », « 15/03/2026 »."""
    valeur = depuis_garde(nature, garde)
    if isinstance(valeur, Decimal):
        return (
            f"{valeur:.2f}".replace(".", ",")
            if nature == NatureColonne.MONTANT
            else (nombre_brut(valeur))
        )
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return f"{valeur:%d/%m/%Y}" if isinstance(valeur, date) else garde


def convertir(garde: str, *, depuis: str, vers: str, choix: Sequence[str]) -> str | None:
    """A kept text in another kind of column. Raises SaisieRefusee when it has no place there."""
    return en_garde(vers, choix, lire_valeur(type_de(vers), en_clair(depuis, garde)))

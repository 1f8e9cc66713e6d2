"""What a dossier says under the fields that a criterion is read in. No Qt."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.models.enums import SensBudget
from app.models.montants import afficher_montant
from app.services.columns import afficher_entier
from app.services.fiches import Fiche

SANS_CHAMP = ("description", "public_femmes", "public_hommes")  # where a criterion names none
RIEN = "non renseigné"


def dit_par_le_dossier(fiche: Fiche, champs: Iterable[str]) -> list[tuple[str, str]]:
    """(title, text) of each field, in the order asked; those that the program does not know are left."""
    voulus = tuple(champs) or SANS_CHAMP
    return [(_CHAMPS[nom][0], _CHAMPS[nom][1](fiche) or RIEN) for nom in voulus if nom in _CHAMPS]


def _texte(nom: str) -> Callable[[Fiche], str]:
    return lambda fiche: str(fiche.champs.get(nom) or "")


def _nombre(nom: str) -> Callable[[Fiche], str]:
    def lire(fiche: Fiche) -> str:
        valeur: Any = fiche.champs.get(nom)
        return "" if valeur is None else "0" if valeur == 0 else afficher_entier(valeur)

    return lire


def _budget(fiche: Fiche) -> str:
    """The charges, line by line, then the total."""
    charges = [b for b in fiche.budget if b.sens == SensBudget.CHARGE and b.montant]
    lignes = [f"{b.compte} {b.libelle} : {afficher_montant(b.montant, euro=True)}" for b in charges]
    if fiche.cout is not None:
        lignes.append(f"Coût de l'action : {afficher_montant(fiche.cout, euro=True)}")
    return "\n".join(lignes)


_CHAMPS: Mapping[str, tuple[str, Callable[[Fiche], str]]] = {
    "intitule": ("Intitulé", _texte("titre")),
    "titre": ("Intitulé", _texte("titre")),
    "description": ("Description", _texte("description")),
    "porteur": ("Porteur", lambda fiche: fiche.porteur),
    "public_total": ("Public total", _nombre("public_total")),
    "public_qpv": ("Public des quartiers", _nombre("public_qpv")),
    "public_femmes": ("Femmes", _nombre("public_femmes")),
    "public_hommes": ("Hommes", _nombre("public_hommes")),
    "quartiers": ("Quartiers", lambda fiche: ", ".join(q.nom for q in fiche.quartiers)),
    "communes": ("Communes", lambda fiche: ", ".join(c.nom for c in fiche.communes)),
    "budget": ("Budget", _budget),
}

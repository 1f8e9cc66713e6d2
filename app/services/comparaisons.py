"""What an action of a source changes in the rows of the file: the writes, and what a person reads.

A value that the source does not give never erases one. Lists that it gives whole replace those of
the file.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from app.models.action import (
    Action,
    ActionCommune,
    ActionQuartier,
    Classement,
)
from app.models.enums import NatureAction, Recurrence, StatutAction
from app.models.montants import afficher_montant
from app.services.actions_lues import ActionLue
from app.services.ecarts import Ecart
from app.services.existants import SEPARATEUR_REFERENCES, Existante, formes_de_reference
from app.services.identifiants import nom_normalise

LIBELLES: Final[Mapping[str, str]] = {
    "reference": "Référence", "titre": "Intitulé", "description": "Description",
    "porteur": "Porteur", "nature": "Nature", "echelle": "Échelle", "statut": "Statut",
    "recurrence": "Nouveau ou reconduction", "cpo_rang": "Année de CPO",
    "cpo_duree": "Durée de la CPO", "public_total": "Public total", "public_qpv": "Public en QPV",
    "public_femmes": "Femmes", "public_hommes": "Hommes", "public_ages": "Âges",
    "cout_total": "Coût total", "avis": "Avis", "observation": "Observation",
    "date_depot": "Date de dépôt", "date_debut": "Date de début", "date_fin": "Date de fin",
}  # fmt: skip
_ENUMERATIONS: Final[Mapping[str, type[Any]]] = {
    "statut": StatutAction, "recurrence": Recurrence, "nature": NatureAction,
}  # fmt: skip
# The action itself --------------------------------------------------------------------------------


def champs_de(action: ActionLue, porteur: str | None) -> dict[str, Any]:
    """Columns of the action that the source gives."""
    publics = action.publics
    tous = {
        "reference": action.reference,
        "titre": action.titre,
        "description": action.description,
        "porteur": porteur,
        "nature": action.nature,
        "echelle": action.echelle,
        "statut": action.statut,
        "recurrence": action.recurrence,
        "cpo_rang": action.cpo_rang,
        "cpo_duree": action.cpo_duree,
        "public_total": _positif(publics.total),
        "public_qpv": _positif(publics.qpv),
        "public_femmes": _positif(publics.femmes),
        "public_hommes": _positif(publics.hommes),
        "public_ages": dict(publics.ages) or None,
        "cout_total": action.cout_total,
        "avis": action.avis,
        "observation": action.observation,
        "date_depot": action.date_depot,
        "date_debut": action.date_debut,
        "date_fin": action.date_fin,
    }
    return {nom: valeur for nom, valeur in tous.items() if valeur is not None}


def _positif(nombre: int | None) -> int | None:
    """A count of persons; a negative one is told by the checks, and not kept."""
    return nombre if nombre is None or nombre >= 0 else None


def comparer_action(
    ecart: Ecart,
    existante: Existante,
    voulus: Mapping[str, Any],
    *,
    nom_porteur: Callable[[str | None], str],
) -> None:
    avant = existante.action
    changes = {
        nom: _ajoutee(avant[nom], valeur) if nom == "reference" else valeur
        for nom, valeur in voulus.items()
        if avant[nom] != valeur and not _revient_au_meme(nom, avant[nom], valeur)
    }
    if not changes:
        return
    ecart.modifier(Action, existante.cle, **changes)
    for nom, valeur in changes.items():
        if nom == "porteur":
            ecart.noter(LIBELLES[nom], nom_porteur(avant[nom]), nom_porteur(valeur))
        else:
            ecart.noter(LIBELLES[nom], _afficher(nom, avant[nom]), _afficher(nom, valeur))


def _revient_au_meme(nom: str, avant: Any, apres: Any) -> bool:
    """A title in other capitals, the short form of a reference, other kinds of spaces: no change."""
    if avant is None:
        return False
    if isinstance(avant, str) and isinstance(apres, str) and avant.split() == apres.split():
        return True
    if nom == "titre":
        return nom_normalise(avant) == nom_normalise(apres)
    if nom == "reference":
        return bool(set(formes_de_reference(avant)) & set(formes_de_reference(apres)))
    return False


def _ajoutee(avant: str | None, reference: str) -> str:
    """DAUPHIN and Osiris each number an action: neither reference drives the other out."""
    return reference if avant is None else f"{avant}{SEPARATEUR_REFERENCES}{reference}"


def _afficher(nom: str, valeur: Any) -> str:
    if valeur is None:
        return ""
    if nom in _ENUMERATIONS:
        return str(_ENUMERATIONS[nom].libelle_de(valeur))
    if isinstance(valeur, Decimal):
        return afficher_montant(valeur, euro=True)
    if isinstance(valeur, dict):
        return ", ".join(f"{cle} : {nombre}" for cle, nombre in valeur.items())
    return str(valeur)


# Places and classes -------------------------------------------------------------------------------


def comparer_quartiers(
    ecart: Ecart,
    presents: Sequence[Any],
    voulus: Mapping[str, Decimal | None],
    *,
    action: str,
    complet: bool,
    nom: Callable[[str], str],
) -> None:
    """Make the quartiers of the action be `voulus`; those unnamed go only when the list is whole."""
    if not voulus:
        return
    avant = {present.quartier: present for present in presents}
    touche = False
    for quartier, part in voulus.items():
        present = avant.get(quartier)
        if present is None:
            ecart.creer(ActionQuartier, action=action, quartier=quartier, part=part)
        elif part is not None and present.part != part:
            ecart.modifier(ActionQuartier, present.cle, part=part)
        else:
            continue
        touche = True
    partis = [p for q, p in avant.items() if q not in voulus] if complet else []
    for present in partis:
        ecart.supprimer(ActionQuartier, present.cle)
    if (touche or partis) and presents:
        apres = {**{q: p.part for q, p in avant.items() if p not in partis}, **voulus}
        ecart.noter(
            "Quartiers",
            _avec_parts({q: p.part for q, p in avant.items()}, nom),
            _avec_parts(apres, nom),
        )
    elif touche:
        ecart.noter("Quartiers", "", _avec_parts(voulus, nom))


def _avec_parts(parts: Mapping[str, Decimal | None], nom: Callable[[str], str]) -> str:
    return ", ".join(
        nom(quartier) if part is None else f"{nom(quartier)} ({afficher_montant(part)} %)"
        for quartier, part in parts.items()
    )


def comparer_communes(
    ecart: Ecart,
    presentes: Sequence[Any],
    voulues: Iterable[str],
    *,
    action: str,
    complet: bool,
    nom: Callable[[str], str],
) -> None:
    avant = {present.commune: present.cle for present in presentes}
    liste = list(dict.fromkeys(voulues))
    nouvelles = [commune for commune in liste if commune not in avant]
    parties = [c for c in avant if c not in liste] if complet and liste else []
    for commune in nouvelles:
        ecart.creer(ActionCommune, action=action, commune=commune)
    for commune in parties:
        ecart.supprimer(ActionCommune, avant[commune])
    if nouvelles or parties:
        apres = [c for c in avant if c not in parties] + nouvelles
        ecart.noter("Communes", ", ".join(map(nom, avant)), ", ".join(map(nom, apres)))


def comparer_classements(
    ecart: Ecart,
    presents: Sequence[Any],
    voulus: Mapping[str, bool],
    *,
    action: str,
    nomenclature: Callable[[str], str | None],
    nom: Callable[[str], str],
) -> None:
    """Class the action; a new principal takes the place of the former of its nomenclature."""
    avant = {present.noeud: present for present in presents}
    for noeud, principal in voulus.items():
        present = avant.get(noeud)
        if present is not None and (present.principal or not principal):
            continue
        remplaces = [
            p
            for p in presents
            if principal
            and (p is present or p.principal)
            and nomenclature(p.noeud) == nomenclature(noeud)
        ]
        for remplace in remplaces:
            ecart.supprimer(Classement, remplace.cle)
        ecart.creer(Classement, action=action, noeud=noeud, principal=principal)
        ecart.noter("Classement", ", ".join(nom(p.noeud) for p in remplaces), nom(noeud))

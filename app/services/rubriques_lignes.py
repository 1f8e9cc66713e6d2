"""Rows of the settings added at their place, and what still refers to a row to be deleted."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import func, select

from app.models.base import Base, nouvelle_cle
from app.models.contrat import Noeud
from app.services.chargement_contrat import PAS
from app.services.errors import SaisieRefusee
from app.services.rubriques import Rubrique
from app.services.transaction import Ecriture, entites


@cache
def modele(entite: str) -> type[Base]:
    """The mapped class of a table."""
    return next(m.class_ for m in Base.registry.mappers if m.class_.__tablename__ == entite)


def inserer_en_fin(ecriture: Ecriture, classe: type[Base], valeurs: Mapping[str, Any]) -> str:
    """Insert a row last in its list; its identifiant is its key until somebody needs a better one."""
    table = entites()[classe.__tablename__]
    cle = nouvelle_cle()
    complete = {**valeurs, "cle": cle}
    if "identifiant" in table.c:
        complete["identifiant"] = cle
    if "rang" in table.c:
        ((dernier,),) = ecriture.lignes(select(func.max(table.c.rang)))
        complete["rang"] = 0 if dernier is None else dernier + 1
    return ecriture.inserer(classe, **complete)


def inserer_noeud(ecriture: Ecriture, liste: Rubrique, parent: str | None) -> str:
    """Add a node under a node, or at the top of a nomenclature, after the branch it joins."""
    if parent is None:
        raise SaisieRefusee("Choisissez d'abord la nomenclature ou l'orientation qui la portera.")
    requete = select(Noeud.cle, Noeud.parent, Noeud.nomenclature, Noeud.niveau, Noeud.rang)
    porteurs = ecriture.lignes(requete.where(Noeud.cle == parent))
    nomenclature = porteurs[0].nomenclature if porteurs else parent
    tous = ecriture.lignes(requete.where(Noeud.nomenclature == nomenclature).order_by(Noeud.rang))
    branche = _branche(tous, parent) if porteurs else tous
    cle = nouvelle_cle()
    valeurs = {
        **liste.defauts,
        "cle": cle,
        "identifiant": cle,
        "nomenclature": nomenclature,
        "parent": parent if porteurs else None,
        "niveau": porteurs[0].niveau + 1 if porteurs else 0,
        "rang": branche[-1].rang + (1 if porteurs else PAS) if branche else PAS,
    }
    return ecriture.inserer(Noeud, **valeurs)


def _branche(noeuds: Sequence[Any], racine: str) -> list[Any]:
    """A node and all that hangs on it, in reading order."""
    dedans = {racine}
    for noeud in noeuds:
        if noeud.parent in dedans:
            dedans.add(noeud.cle)
    return [noeud for noeud in noeuds if noeud.cle in dedans]


_USAGES = {
    "action_commune": ("commune d'action", "communes d'actions"),
    "action_quartier": ("quartier d'action", "quartiers d'actions"),
    "classement": ("classement d'action", "classements d'actions"),
    "cofinancement": ("cofinancement", "cofinancements"),
    "enveloppe": ("enveloppe", "enveloppes"),
    "indicateur": ("indicateur", "indicateurs"),
    "ligne_credit": ("ligne de crédit", "lignes de crédit"),
    "noeud": ("orientation", "orientations"),
    "priorite_quartier": ("priorité de quartier", "priorités de quartiers"),
    "quartier_commune": ("quartier de la commune", "quartiers de la commune"),
}


def usages_de(ecriture: Ecriture, liste: Rubrique, cle: str) -> list[str]:
    """« 12 cofinancements », for each table that refers to the row and does not go with it."""
    usages = []
    cible = entites()[liste.entite]
    for table in entites().values():
        for lien in table.foreign_keys:
            colonne = lien.parent
            if lien.column.table is not cible or (table.name, colonne.name) in liste.emporte:
                continue
            requete = select(func.count()).select_from(table).where(colonne == cle)
            ((nombre,),) = ecriture.lignes(requete)
            if nombre:
                usages.append(f"{nombre} {_USAGES[table.name][nombre > 1]}")
    return usages

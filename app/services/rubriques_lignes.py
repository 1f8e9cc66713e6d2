"""Rows of the settings added at their place, and what still refers to a row to be deleted."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, func, select

from app.models.base import MODELES, Base, nouvelle_cle, table_liee
from app.models.contrat import Echelle, Noeud
from app.services.chargement_contrat import PAS
from app.services.errors import SaisieRefusee
from app.services.rubriques_formes import Rubrique
from app.services.transaction import Ecriture, entites


def modele(entite: str) -> type[Base]:
    """The class of a table."""
    return MODELES[entite]


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


def inserer_noeud(ecriture: Ecriture, liste: Rubrique, parent: str) -> str:
    """Add a node under a node, or at the top of a nomenclature, after the branch it joins."""
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


def supprimer_ligne(ecriture: Ecriture, liste: Rubrique, cle: str, *, nom: str) -> None:
    """Delete a row with what has no life without it. Raises SaisieRefusee when it is used."""
    usages = usages_de(ecriture, liste, cle)
    if usages:
        raise SaisieRefusee(
            f"« {nom} » est encore utilisé ({', '.join(usages)}) : "
            "modifiez ou supprimez d'abord ces lignes."
        )
    for entite, colonne in liste.emporte:
        table = entites()[entite]
        portees = ecriture.lignes(select(table.c.cle).where(table.c[colonne] == cle))
        ecriture.supprimer_lot(modele(entite), [portee for (portee,) in portees])
    ecriture.supprimer(modele(liste.entite), cle)


def _branche(noeuds: Sequence[Any], racine: str) -> list[Any]:
    """A node and all that hangs on it, in reading order."""
    dedans = {racine}
    for noeud in noeuds:
        if noeud.parent in dedans:
            dedans.add(noeud.cle)
    return [noeud for noeud in noeuds if noeud.cle in dedans]


_USAGES = {
    "accompagnement": ("accompagnement", "accompagnements"),
    "action": ("action", "actions"),
    "action_commune": ("commune d'action", "communes d'actions"),
    "action_quartier": ("quartier d'action", "quartiers d'actions"),
    "appel": ("appel", "appels"),
    "appel_partenaire": ("appel d'un partenaire", "appels de partenaires"),
    "avis_cpo": ("avis sur une CPO", "avis sur des CPO"),
    "avis_instruction": ("avis d'un service", "avis de services"),
    "bilan": ("bilan", "bilans"),
    "bonus_egalite": ("bonus égalité", "bonus égalité"),
    "classement": ("classement d'action", "classements d'actions"),
    "cofinancement": ("cofinancement", "cofinancements"),
    "convention": ("convention", "conventions"),
    "cotation": ("cotation", "cotations"),
    "courrier": ("courrier", "courriers"),
    "deliberation": ("délibération", "délibérations"),
    "dotation_appel": ("dotation d'appel", "dotations d'appels"),
    "enveloppe": ("enveloppe", "enveloppes"),
    "etape_appel": ("étape d'un appel", "étapes d'appels"),
    "grille_appel": ("grille d'appel", "grilles d'appels"),
    "indicateur": ("indicateur", "indicateurs"),
    "inscription_formation": ("inscription à une formation", "inscriptions à des formations"),
    "ligne_credit": ("ligne de crédit", "lignes de crédit"),
    "montant_decide": ("montant décidé", "montants décidés"),
    "montant_scenario": ("montant de scénario", "montants de scénarios"),
    "noeud": ("orientation", "orientations"),
    "participant": ("participation à une réunion", "participations à des réunions"),
    "passage_outre": ("constat passé outre", "constats passés outre"),
    "personne": ("personne", "personnes"),
    "piece_attendue": ("pièce attendue", "pièces attendues"),
    "position_cpo": ("position sur une CPO", "positions sur des CPO"),
    "poste_adulte_relais": ("poste d'adulte-relais", "postes d'adultes-relais"),
    "priorite_quartier": ("priorité de quartier", "priorités de quartiers"),
    "programme_tfpb": ("programme TFPB", "programmes TFPB"),
    "quartier_commune": ("quartier de la commune", "quartiers de la commune"),
    "regle_affectation": ("règle d'affectation", "règles d'affectation"),
    "regle_composee": ("règle composée", "règles composées"),
    "relais": ("relais du droit commun", "relais du droit commun"),
    "reunion": ("réunion", "réunions"),
    "reunion_instance": ("réunion de l'instance", "réunions de l'instance"),
    "seance": ("séance", "séances"),
    "service": ("service instructeur", "services instructeurs"),
    "signature_convention": ("signature de convention", "signatures de conventions"),
    "sollicitation": ("sollicitation", "sollicitations"),
    "surcharge_regle": ("règle modifiée", "règles modifiées"),
    "tour": ("montant annoncé", "montants annoncés"),
    "tranche": ("tranche de convention", "tranches de conventions"),
}


def usages_de(ecriture: Ecriture, liste: Rubrique, cle: str) -> list[str]:
    """« 12 cofinancements », for each table that refers to the row and does not go with it."""
    usages = []
    for colonne, valeur in _citations(ecriture, liste, cle):
        requete = select(func.count()).select_from(colonne.table).where(colonne == valeur)
        ((nombre,),) = ecriture.lignes(requete)
        if nombre:
            usages.append(f"{nombre} {_USAGES[colonne.table.name][nombre > 1]}")
    return usages


def _citations(ecriture: Ecriture, liste: Rubrique, cle: str) -> Iterator[tuple[Column[Any], str]]:
    """(column, value) by which other rows refer to this one: links, then a plain identifiant."""
    for table in entites().values():
        for lien in table.foreign_keys:
            if (
                table_liee(lien) == liste.entite
                and (table.name, lien.parent.name) not in liste.emporte
            ):
                yield lien.parent, cle
    if liste.entite == "echelle":
        yield entites()["action"].c.echelle, ecriture.lire(Echelle, cle)["identifiant"]

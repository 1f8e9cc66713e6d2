"""What is read of the actions of a year, or of some of them. Each statement is built once.

Making a statement costs more than running it.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Integer, bindparam, func, null, or_, select, text, type_coerce, union_all

from app.models.action import (
    Action,
    ActionCommune,
    ActionQuartier,
    Classement,
    Cofinancement,
    LigneBudget,
)
from app.models.base import NUE, Requete
from app.models.contrat import Commune, Echelle, Noeud, Nomenclature, Quartier, QuartierCommune
from app.models.enums import SensBudget
from app.models.organisme import Organisme
from app.models.programme import Appel
from app.services.rows import ETAPES_MONTANT

LUES = (
    "cle",
    "annee",
    "numero",
    "reference",
    "titre",
    "porteur",
    "appel",
    "statut",
    "recurrence",
    "echelle",
    "nature",
    "lignee",
    "cpo_rang",
    "cpo_duree",
    "public_total",
    "public_qpv",
    "public_femmes",
    "public_hommes",
    "cout_total",
    "avis",
    "observation",
)  # columns of an action, in the order in which they are read
_DE_L_ANNEE = Action.annee == bindparam("annee")
# « + »: one pass over the table takes half the time of going to each action that the index names.
_PARCOURUES = text("+action.annee = :annee")


@dataclass(frozen=True, slots=True)
class Requetes:
    """What is read of some actions, chosen by year (`:annee`) or by keys (`:cles`).

    `ou`: the same choice, for what is read by others.
    """

    actions: Requete
    quartiers: Requete
    communes: Requete
    classements: Requete
    noms: Requete
    cofinancements: Requete
    charges: Requete
    anterieurs: Requete
    ou: Any


@cache
def requetes(*, par_cles: bool) -> Requetes:
    def choisir(requete: Requete, action: Any) -> Requete:
        if par_cles:
            return requete.where(action.in_(bindparam("cles", expanding=True)))
        if action is not Action.cle:
            return requete.join(Action, Action.cle == action).where(_DE_L_ANNEE)
        return requete.where(_PARCOURUES)

    return Requetes(
        actions=choisir(_actions(), Action.cle),
        quartiers=choisir(_quartiers(), ActionQuartier.action),
        communes=choisir(_communes(), ActionCommune.action),
        classements=choisir(_classements(), Classement.action),
        cofinancements=_cofinancements(par_cles=par_cles),
        noms=_noms(par_cles=par_cles),
        charges=choisir(charges_du_budget(), LigneBudget.action),
        anterieurs=_accordes_anterieurs(par_lignee=par_cles),
        ou=Action.cle.in_(bindparam("cles", expanding=True)) if par_cles else _DE_L_ANNEE,
    )


def _actions() -> Requete:
    """Plain, the columns of `LUES`; the cost in cents."""
    colonnes = [getattr(Action, nom) for nom in LUES]
    couts = {"cout_total": type_coerce(Action.cout_total, Integer)}
    return select(*(couts.get(c.key, c) for c in colonnes)).execution_options(**NUE)


def _quartiers() -> Requete:
    return (
        select(ActionQuartier.action, ActionQuartier.quartier)
        .join(Quartier, Quartier.cle == ActionQuartier.quartier)
        .order_by(Quartier.rang, Quartier.nom)
        .execution_options(**NUE)
    )


def _communes() -> Requete:
    return (
        select(ActionCommune.action, Commune.nom)
        .join(Commune, Commune.cle == ActionCommune.commune)
        .order_by(Commune.rang, Commune.nom)
        .execution_options(**NUE)
    )


def _classements() -> Requete:
    requete = select(Classement.action, Classement.noeud).where(Classement.principal)
    return requete.execution_options(**NUE)


def _noms(*, par_cles: bool) -> Requete:
    """(key, name, SIRET) of the porteurs, of the appels, of the échelles (by their identifier).

    Joined, they would be looked for at each action of a year.
    """
    porteurs = select(Organisme.cle, Organisme.nom, Organisme.siret)
    if par_cles:
        cles = Action.cle.in_(bindparam("cles", expanding=True))
        porteurs = porteurs.where(Organisme.cle.in_(select(Action.porteur).where(cles)))
    appels = select(Appel.cle, Appel.nom, null())
    echelles = select(Echelle.identifiant, Echelle.nom, null())
    return select(union_all(porteurs, appels, echelles).subquery()).execution_options(**NUE)


def _cofinancements(*, par_cles: bool) -> Requete:
    """In the order that `MontantsLus` takes, and plain: a year has more of them than of all the rest."""
    requete = select(
        Cofinancement.action,
        Cofinancement.financeur,
        Cofinancement.cle,
        *(type_coerce(getattr(Cofinancement, etape), Integer) for etape in ETAPES_MONTANT),
    ).execution_options(**NUE)
    if par_cles:
        return requete.where(Cofinancement.action.in_(bindparam("cles", expanding=True)))
    # One pass over the table, where the year of the line nearly always answers for that of its action.
    siennes = select(Action.cle).where(_PARCOURUES)
    return requete.where(
        or_(text("+cofinancement.annee = :annee"), Cofinancement.action.in_(siennes))
    )


def charges_du_budget() -> Requete:
    """(action, account, amount) of the charges, added up by account: what `cout_de_l_action` takes."""
    return (
        select(LigneBudget.action, LigneBudget.compte, func.sum(LigneBudget.montant))
        .where(LigneBudget.sens == str(SensBudget.CHARGE))
        .group_by(LigneBudget.action, LigneBudget.compte)
    )


def _accordes_anterieurs(*, par_lignee: bool) -> Requete:
    """What lineages were granted in other years: those named, or all those of the years named."""
    requete = select(Action.lignee, Action.annee, Cofinancement.accorde).join(
        Cofinancement, Cofinancement.action == Action.cle
    )
    if par_lignee:
        return requete.where(Action.lignee.in_(bindparam("lignees", expanding=True)))
    # Their keys first: SQLite would look up the year of every cofinancement of the file.
    anciennes = Action.annee.between(bindparam("premiere"), bindparam("derniere"))
    return requete.where(Cofinancement.action.in_(select(Action.cle).where(anciennes)))


QUARTIERS = (
    select(Quartier.cle, Quartier.nom, Commune.nom)
    .join(QuartierCommune, QuartierCommune.quartier == Quartier.cle, isouter=True)
    .join(Commune, Commune.cle == QuartierCommune.commune, isouter=True)
    .order_by(QuartierCommune.principale.desc(), Commune.rang)
)
NOEUDS = (
    select(
        Noeud.cle,
        Noeud.parent,
        Noeud.libelle,
        Noeud.libelle_court,
        Noeud.rang,
        Nomenclature.rang.label("nomenclature_rang"),
    )
    .join(Nomenclature, Nomenclature.cle == Noeud.nomenclature)
    .order_by(Nomenclature.rang, Noeud.rang)
)

"""Rows of the table of actions, built from a fixed number of reads, whatever their number."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Integer, bindparam, func, select, type_coerce

from app.models.action import (
    Action,
    ActionCommune,
    ActionQuartier,
    Classement,
    Cofinancement,
    LigneBudget,
)
from app.models.base import Requete, depuis_centiemes
from app.models.calculs import cout_de_l_action, somme, somme_ou_rien
from app.models.contrat import (
    Commune,
    Echelle,
    Noeud,
    Nomenclature,
    Quartier,
    QuartierCommune,
)
from app.models.enums import SensBudget
from app.models.organisme import Organisme
from app.models.programme import Appel
from app.services.arbres import remonter
from app.services.fichier import Fichier, Lire
from app.services.rows import ETAPES_MONTANT, LigneAction, Montants


def lignes_de_l_annee(fichier: Fichier, annee: int) -> list[LigneAction]:
    """Every action of a year, in the order of their number."""
    with fichier.instant() as lire:
        return lire_l_annee(lire, annee)


def lire_l_annee(lire: Lire, annee: int) -> list[LigneAction]:
    """The same, among other reads of one moment."""
    anciennes = {"premiere": annee - 2, "derniere": annee - 1}
    return _lignes(lire, _requetes(par_cles=False), {"annee": annee}, lambda _: anciennes)


def lignes_des_cles(fichier: Fichier, cles: Sequence[str]) -> list[LigneAction]:
    """Some actions, by their keys."""
    with fichier.instant() as lire:
        return _lignes(
            lire,
            _requetes(par_cles=True),
            {"cles": list(cles)},
            lambda actions: {"lignees": [action.lignee for action in actions]},
        )


def _lignes(
    source: Lire,
    requetes: "_Requetes",
    parametres: Mapping[str, Any],
    anciennes: Callable[[Sequence[Any]], Mapping[str, Any]],
) -> list[LigneAction]:
    def lire(requete: Requete, valeurs: Mapping[str, Any] = parametres) -> Sequence[Any]:
        return source(requete, valeurs)

    actions = lire(requetes.actions)
    if not actions:
        return []
    noms = noms_des_quartiers(lire)
    quartiers = _textes((a, noms[quartier]) for a, quartier in lire(requetes.quartiers))
    communes = _textes(lire(requetes.communes))
    axes = _axes(lire(requetes.classements), noeuds_ordonnes(lire))
    montants = montants_par_action(lire(requetes.cofinancements))
    charges = _charges(lire(requetes.charges))
    anterieurs = _anterieurs(lire(requetes.anterieurs, anciennes(actions)))
    echelles = dict(lire(_ECHELLES, {}))
    return [
        _ligne(
            action,
            quartiers=quartiers.get(action.cle, ""),
            communes=communes.get(action.cle, ""),
            axe=axes.get(action.cle, (0, "", "")),
            montants=montants.get(action.cle, {}),
            cout=cout_de_l_action(charges.get(action.cle, ()), action.cout_total),
            anterieurs=anterieurs.get(action.lignee, {}),
            echelle=echelles.get(action.echelle, action.echelle or ""),
        )
        for action in actions
    ]


# Reads, built once: making a statement costs more than running it ---------------------------------


@dataclass(frozen=True, slots=True)
class _Requetes:
    """What is read of some actions, chosen by year (`:annee`) or by keys (`:cles`)."""

    actions: Requete
    quartiers: Requete
    communes: Requete
    classements: Requete
    cofinancements: Requete
    charges: Requete
    anterieurs: Requete


@cache
def _requetes(*, par_cles: bool) -> _Requetes:
    def choisir(requete: Requete, action: Any) -> Requete:
        if par_cles:
            return requete.where(action.in_(bindparam("cles", expanding=True)))
        if action is not Action.cle:
            requete = requete.join(Action, Action.cle == action)
        return requete.where(Action.annee == bindparam("annee"))

    return _Requetes(
        actions=choisir(_actions(), Action.cle),
        quartiers=choisir(_quartiers(), ActionQuartier.action),
        communes=choisir(_communes(), ActionCommune.action),
        classements=choisir(_classements(), Classement.action),
        cofinancements=choisir(_cofinancements(), Cofinancement.action),
        charges=choisir(charges_du_budget(), LigneBudget.action),
        anterieurs=_accordes_anterieurs(par_lignee=par_cles),
    )


_COLONNES = [
    c for c in Action.__table__.columns if c.name not in ("description", "public_ages", "appel")
]


def _actions() -> Requete:
    return (
        select(
            *_COLONNES,
            Organisme.nom.label("porteur_nom"),
            Organisme.siret,
            Appel.nom.label("appel_nom"),
        )
        .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
        .join(Appel, Appel.cle == Action.appel, isouter=True)
        .order_by(Action.numero)
    )


def _quartiers() -> Requete:
    return (
        select(ActionQuartier.action, ActionQuartier.quartier)
        .join(Quartier, Quartier.cle == ActionQuartier.quartier)
        .order_by(Quartier.rang, Quartier.nom)
    )


def _communes() -> Requete:
    return (
        select(ActionCommune.action, Commune.nom)
        .join(Commune, Commune.cle == ActionCommune.commune)
        .order_by(Commune.rang, Commune.nom)
    )


def _classements() -> Requete:
    return select(Classement.action, Classement.noeud).where(Classement.principal)


def _cofinancements() -> Requete:
    """Amounts in cents: a year has more of them than of all the rest, most of them absent."""
    return select(
        Cofinancement.action,
        Cofinancement.financeur,
        Cofinancement.cle,
        *(type_coerce(getattr(Cofinancement, etape), Integer) for etape in ETAPES_MONTANT),
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
    return requete.where(Action.annee.between(bindparam("premiere"), bindparam("derniere")))


_QUARTIERS = (
    select(Quartier.cle, Quartier.nom, Commune.nom)
    .join(QuartierCommune, QuartierCommune.quartier == Quartier.cle, isouter=True)
    .join(Commune, Commune.cle == QuartierCommune.commune, isouter=True)
    .order_by(QuartierCommune.principale.desc(), Commune.rang)
)
_NOEUDS = (
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
_ECHELLES = select(Echelle.identifiant, Echelle.nom)


# Assembly -----------------------------------------------------------------------------------------


def _anterieurs(lignes: Sequence[Any]) -> dict[str, dict[int, Decimal]]:
    """lineage -> year -> granted."""
    resultat: dict[str, dict[int, Decimal]] = defaultdict(dict)
    for lignee, annee, accorde in lignes:
        if accorde is not None:
            par_annee = resultat[lignee]
            par_annee[annee] = par_annee.get(annee, Decimal(0)) + accorde
    return resultat


def _charges(lignes: Iterable[Any]) -> dict[str, list[tuple[str, Decimal | None]]]:
    """action -> (account, amount) of its charges."""
    charges: dict[str, list[tuple[str, Decimal | None]]] = defaultdict(list)
    for action, compte, montant in lignes:
        charges[action].append((compte, montant))
    return charges


def noms_des_quartiers(lire: Callable[..., Sequence[Any]]) -> dict[str, str]:
    """Name by key, with its communes where another quartier has the same (A-8)."""
    lignes = lire(_QUARTIERS, {})
    noms = {cle: nom for cle, nom, _ in lignes}
    homonymes = Counter(noms.values())
    communes: dict[str, list[str]] = defaultdict(list)
    for cle, _, commune in lignes:
        if commune is not None:
            communes[cle].append(commune)
    return {
        cle: f"{nom} ({', '.join(communes[cle])})" if homonymes[nom] > 1 and communes[cle] else nom
        for cle, nom in noms.items()
    }


def noeuds_ordonnes(lire: Callable[..., Sequence[Any]]) -> Sequence[Any]:
    """Every node, in the order of the nomenclatures."""
    return lire(_NOEUDS, {})


def _textes(lignes: Iterable[Any]) -> dict[str, str]:
    """action -> names joined, in the order read."""
    noms: dict[str, list[str]] = defaultdict(list)
    for action, nom in lignes:
        noms[action].append(nom)
    return {action: ", ".join(liste) for action, liste in noms.items()}


def _axes(classements: Sequence[Any], noeuds: Sequence[Any]) -> dict[str, tuple[int, str, str]]:
    """action -> (rank of its axis, axis, objective), by its principal node in the first nomenclature."""
    par_cle = {noeud.cle: (rang, noeud) for rang, noeud in enumerate(noeuds)}
    parents = {noeud.cle: noeud.parent for noeud in noeuds}
    resultat: dict[str, tuple[int, str, str]] = {}
    retenus: dict[str, int] = {}
    for action, cle in classements:
        if cle not in par_cle:
            continue  # another program removed the node
        _, noeud = par_cle[cle]
        if action in retenus and retenus[action] <= noeud.nomenclature_rang:
            continue
        retenus[action] = noeud.nomenclature_rang
        *_, dernier = remonter(cle, parents)
        rang, sommet = par_cle[dernier]
        objectif = "" if sommet is noeud else noeud.libelle
        resultat[action] = (rang, sommet.libelle_court or sommet.libelle, objectif)
    return resultat


def montants_par_action(lignes: Iterable[Any]) -> dict[str, dict[str, Montants]]:
    """action -> financeur -> amounts, summed when a financeur has several lines."""
    montants: dict[str, dict[str, Montants]] = {}
    plusieurs: dict[tuple[str, str], list[Montants]] = {}
    euros = _Euros()
    for action, financeur, cle, dem, prop, acc, vote, notifie, verse in lignes:
        lus = Montants(
            euros[dem], euros[prop], euros[acc], euros[vote], euros[notifie], euros[verse], 1, cle
        )
        par_financeur = montants.get(action)
        if par_financeur is None:
            montants[action] = {financeur: lus}
        elif financeur in par_financeur:
            premier = par_financeur[financeur]
            plusieurs.setdefault((action, financeur), [premier]).append(lus)
        else:
            par_financeur[financeur] = lus
    for (action, financeur), lot in plusieurs.items():
        montants[action][financeur] = cumuler(lot)
    return montants


class _Euros(dict[int | None, Decimal | None]):
    """Euros of a number of cents, each made once."""

    def __missing__(self, centimes: int | None) -> Decimal | None:
        euros = self[centimes] = None if centimes is None else depuis_centiemes(centimes)
        return euros


def cumuler(lignes: Sequence[Any]) -> Montants:
    """Amounts of one financeur on one action."""
    if len(lignes) == 1:
        une = lignes[0]
        return Montants(
            une.demande, une.propose, une.accorde, une.vote, une.notifie, une.verse, 1, une.cle
        )
    return Montants(
        somme_ou_rien(ligne.demande for ligne in lignes),
        somme_ou_rien(ligne.propose for ligne in lignes),
        somme_ou_rien(ligne.accorde for ligne in lignes),
        somme_ou_rien(ligne.vote for ligne in lignes),
        somme_ou_rien(ligne.notifie for ligne in lignes),
        somme_ou_rien(ligne.verse for ligne in lignes),
        len(lignes),
        None,
    )


def _ligne(
    action: Any,
    *,
    quartiers: str,
    communes: str,
    axe: tuple[int, str, str],
    montants: Mapping[str, Montants],
    cout: Decimal | None,
    anterieurs: Mapping[int, Decimal],
    echelle: str,
) -> LigneAction:
    return LigneAction(
        cle=action.cle,
        annee=action.annee,
        numero=action.numero,
        reference=action.reference,
        titre=action.titre,
        porteur_cle=action.porteur,
        porteur=action.porteur_nom or "",
        siret=action.siret,
        appel=action.appel_nom or "",
        statut=action.statut,
        recurrence=action.recurrence,
        echelle=echelle,
        nature=action.nature,
        axe=axe[1],
        objectif=axe[2],
        axe_rang=axe[0],
        quartiers=quartiers,
        communes=communes,
        cpo=f"{action.cpo_rang}/{action.cpo_duree}" if action.cpo_rang and action.cpo_duree else "",
        public_total=action.public_total,
        public_qpv=action.public_qpv,
        public_femmes=action.public_femmes,
        public_hommes=action.public_hommes,
        cout=cout,
        accorde_n1=anterieurs.get(action.annee - 1),
        accorde_n2=anterieurs.get(action.annee - 2),
        avis=action.avis,
        observation=action.observation,
        montants=montants,
        demande=somme(m.demande for m in montants.values()),
        propose=somme(m.propose for m in montants.values()),
        accorde=somme(m.accorde for m in montants.values()),
    )

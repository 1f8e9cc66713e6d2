"""Rows of the table of actions, built from a fixed number of reads, whatever their number."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from operator import attrgetter
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
from app.models.calculs import ZERO, cout_de_l_action, somme_ou_rien
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
from app.services.ramassage import sans_ramassage
from app.services.rows import ETAPES_MONTANT, LigneAction, Montants


def lignes_de_l_annee(fichier: Fichier, annee: int) -> list[LigneAction]:
    """Every action of a year, in the order of their number."""
    with fichier.instant() as lire:
        return lire_l_annee(lire, annee)


def lire_l_annee(lire: Lire, annee: int) -> list[LigneAction]:
    """The same, among other reads of one moment."""
    anciennes = {"premiere": annee - 2, "derniere": annee - 1}
    with sans_ramassage():
        return _lignes(lire, _requetes(par_cles=False), {"annee": annee}, lambda _: anciennes)


def lignes_des_cles(fichier: Fichier, cles: Sequence[str]) -> list[LigneAction]:
    """Some actions, by their keys."""
    with fichier.instant() as lire:
        return lire_des_cles(lire, cles)


def lire_des_cles(lire: Lire, cles: Sequence[str]) -> list[LigneAction]:
    """The same, among other reads of one moment."""
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
    noms, euros = noms_des_quartiers(lire), _Euros()
    autour = _Autour(
        quartiers=_textes((a, noms[quartier]) for a, quartier in lire(requetes.quartiers)),
        communes=_textes(lire(requetes.communes)),
        axes=_axes(lire(requetes.classements), noeuds_ordonnes(lire)),
        montants=montants_par_action(lire(requetes.cofinancements), euros),
        charges=_charges(lire(requetes.charges)),
        anterieurs=_anterieurs(lire(requetes.anterieurs, anciennes(actions))),
        echelles=dict(lire(_ECHELLES, {})),
        euros=euros,
    )
    # Sorted here: SQLite would carry every column of every row through its own sort.
    return sorted((_ligne(action, autour) for action in actions), key=attrgetter("numero"))


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
        cofinancements=_cofinancements().where(
            Cofinancement.action.in_(
                bindparam("cles", expanding=True)
                if par_cles
                # One pass over the table: a search by action for each of a year takes half as long again.
                else select(Action.cle).where(Action.annee == bindparam("annee"))
            )
        ),
        charges=choisir(charges_du_budget(), LigneBudget.action),
        anterieurs=_accordes_anterieurs(par_lignee=par_cles),
    )


def _actions() -> Requete:
    """Columns in the order in which `_ligne` takes them apart; the cost in cents."""
    return (
        select(
            Action.cle,
            Action.annee,
            Action.numero,
            Action.reference,
            Action.titre,
            Action.porteur,
            Organisme.nom.label("porteur_nom"),
            Organisme.siret,
            Appel.nom.label("appel_nom"),
            Action.statut,
            Action.recurrence,
            Action.echelle,
            Action.nature,
            Action.lignee,
            Action.cpo_rang,
            Action.cpo_duree,
            Action.public_total,
            Action.public_qpv,
            Action.public_femmes,
            Action.public_hommes,
            type_coerce(Action.cout_total, Integer),
            Action.avis,
            Action.observation,
        )
        .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
        .join(Appel, Appel.cle == Action.appel, isouter=True)
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
    # Their keys first: SQLite would look up the year of every cofinancement of the file.
    anciennes = Action.annee.between(bindparam("premiere"), bindparam("derniere"))
    return requete.where(Cofinancement.action.in_(select(Action.cle).where(anciennes)))


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


def montants_par_action(lignes: Iterable[Any], euros: "_Euros") -> dict[str, dict[str, Montants]]:
    """action -> financeur -> amounts, summed when a financeur has several lines."""
    montants: dict[str, dict[str, Montants]] = defaultdict(dict)
    plusieurs: dict[tuple[str, str], list[Montants]] = {}
    faire = partial(tuple.__new__, Montants)
    for action, financeur, cle, dem, prop, acc, vote, notifie, verse in lignes:
        etapes = euros[dem], euros[prop], euros[acc], euros[vote], euros[notifie], euros[verse]
        lus = faire((*etapes, 1, cle, ()))
        par_financeur = montants[action]
        if financeur in par_financeur:
            premier = par_financeur[financeur]
            plusieurs.setdefault((action, financeur), [premier]).append(lus)
        else:
            par_financeur[financeur] = lus
    for (action, financeur), lot in plusieurs.items():
        montants[action][financeur] = cumuler(lot)
    return montants


class _Euros(dict[int | None, Decimal | None]):
    """Euros of a number of cents, each made once; nothing stays nothing."""

    def __missing__(self, centimes: int | None) -> Decimal | None:
        euros = self[centimes] = None if centimes is None else depuis_centiemes(centimes)
        return euros


def cumuler(lignes: Sequence[Montants]) -> Montants:
    """Amounts of one financeur on one action."""
    if len(lignes) == 1:
        return lignes[0]
    sommes = [somme_ou_rien(getattr(ligne, etape) for ligne in lignes) for etape in ETAPES_MONTANT]
    parts = tuple(sorted(lignes, key=attrgetter("cle")))
    return Montants._make((*sommes, len(lignes), None, parts))


def totaux(montants: Mapping[str, Montants]) -> tuple[Decimal, Decimal, Decimal]:
    """Asked, proposed and granted by all the financeurs of an action."""
    demande = propose = accorde = ZERO
    for lus in montants.values():
        if lus.demande is not None:
            demande += lus.demande
        if lus.propose is not None:
            propose += lus.propose
        if lus.accorde is not None:
            accorde += lus.accorde
    return demande, propose, accorde


@dataclass(frozen=True, slots=True)
class _Autour:
    """What is told of actions besides their own columns, by action (by lineage for former years)."""

    quartiers: Mapping[str, str]
    communes: Mapping[str, str]
    axes: Mapping[str, tuple[int, str, str]]
    montants: Mapping[str, Mapping[str, Montants]]
    charges: Mapping[str, Sequence[tuple[str, Decimal | None]]]
    anterieurs: Mapping[str, Mapping[int, Decimal]]
    echelles: Mapping[str, str]
    euros: "_Euros"

    def cout(self, action: str, centimes: int | None) -> Decimal | None:
        charges, declare = self.charges.get(action), self.euros[centimes]
        return declare if charges is None else cout_de_l_action(charges, declare)


_RIEN: Mapping[Any, Any] = {}
_SANS_AXE = (0, "", "")


def _ligne(action: Any, autour: _Autour) -> LigneAction:
    """One row. It is made of what was read in its order: 20,000 calls by name would cost a tenth."""
    (
        cle, annee, numero, reference, titre, porteur, porteur_nom, siret, appel,
        statut, recurrence, echelle, nature, lignee, cpo_rang, cpo_duree,
        total, qpv, femmes, hommes, cout, avis, observation,
    ) = action  # fmt: skip
    axe_rang, axe, objectif = autour.axes.get(cle, _SANS_AXE)
    montants = autour.montants.get(cle, _RIEN)
    anterieurs = autour.anterieurs.get(lignee, _RIEN)
    return LigneAction(
        cle, annee, numero, reference, titre, porteur, porteur_nom or "", siret, appel or "",
        statut, recurrence, autour.echelles.get(echelle, echelle or ""), nature,
        axe, objectif, axe_rang,
        autour.quartiers.get(cle, ""), autour.communes.get(cle, ""),
        f"{cpo_rang}/{cpo_duree}" if cpo_rang and cpo_duree else "",
        total, qpv, femmes, hommes,
        autour.cout(cle, cout), anterieurs.get(annee - 1), anterieurs.get(annee - 2),
        avis, observation, montants, *totaux(montants),
    )  # fmt: skip

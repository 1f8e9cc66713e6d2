"""Rows of the table of actions, built from a fixed number of reads, whatever their number."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import repeat
from operator import itemgetter
from typing import Any

from app.models.base import Requete
from app.models.calculs import cout_de_l_action
from app.services.arbres import remonter
from app.services.assemblage_requetes import (
    LUES,
    NOEUDS,
    QUARTIERS,
    Requetes,
    requetes,
)
from app.services.cotations_retenues import retenues_parmi
from app.services.fichier import Fichier, Lire
from app.services.montants_lus import Euros, MontantsLus
from app.services.ramassage import sans_ramassage, tenir_pour_durable
from app.services.rows import LigneAction

BEAUCOUP = 1_500  # rows whose making is worth care for the search for garbage


def lignes_de_l_annee(fichier: Fichier, annee: int) -> list[LigneAction]:
    """Every action of a year, in the order of their number."""
    with fichier.instant() as lire:
        return lire_l_annee(lire, annee)


def lire_l_annee(lire: Lire, annee: int) -> list[LigneAction]:
    """The same, among other reads of one moment."""
    anciennes = {"premiere": annee - 2, "derniere": annee - 1}
    with sans_ramassage():
        lignes = _lignes(lire, requetes(par_cles=False), {"annee": annee}, lambda _: anciennes)
        if len(lignes) > BEAUCOUP:
            tenir_pour_durable()
        return lignes


def lignes_des_cles(fichier: Fichier, cles: Sequence[str]) -> list[LigneAction]:
    """Some actions, by their keys."""
    with fichier.instant() as lire:
        return lire_des_cles(lire, cles)


def lire_des_cles(lire: Lire, cles: Sequence[str]) -> list[LigneAction]:
    """The same, among other reads of one moment."""
    return _lignes(
        lire,
        requetes(par_cles=True),
        {"cles": list(cles)},
        lambda lignees: {"lignees": list(lignees)},
    )


def _lignes(
    source: Lire,
    quoi: Requetes,
    parametres: Mapping[str, Any],
    anciennes: Callable[[Sequence[Any]], Mapping[str, Any]],
) -> list[LigneAction]:
    def lire(requete: Requete, valeurs: Mapping[str, Any] = parametres) -> Sequence[Any]:
        return source(requete, valeurs)

    # Sorted here: SQLite would carry every column of every row through its own sort.
    actions = _Actions(sorted(lire(quoi.actions), key=itemgetter(LUES.index("numero"))))
    if not actions.cles:
        return []
    noms, euros = noms_des_quartiers(lire), Euros()
    return actions.lignes(
        _Autour(
            noms={cle: (nom, siret) for cle, nom, siret in lire(quoi.noms)},
            quartiers=_textes((a, noms[quartier]) for a, quartier in lire(quoi.quartiers)),
            communes=_textes(lire(quoi.communes)),
            axes=_axes(lire(quoi.classements), noeuds_ordonnes(lire)),
            montants=MontantsLus(actions.cles, lire(quoi.cofinancements), euros),
            charges=_charges(lire(quoi.charges)),
            anterieurs=_anterieurs(lire(quoi.anterieurs, anciennes(actions["lignee"]))),
            euros=euros,
            cotations=_cotations(source, quoi.ou, parametres),
        )
    )


# Assembly -----------------------------------------------------------------------------------------


def _anterieurs(lignes: Sequence[Any]) -> dict[str, dict[int, Decimal]]:
    """lineage -> year -> granted."""
    resultat: dict[str, dict[int, Decimal]] = defaultdict(dict)
    for lignee, annee, accorde in lignes:
        if accorde is not None:
            par_annee = resultat[lignee]
            par_annee[annee] = par_annee.get(annee, Decimal(0)) + accorde
    return resultat


_Charges = Mapping[str, Sequence[tuple[str, Decimal | None]]]


def _charges(lignes: Iterable[Any]) -> _Charges:
    """action -> (account, amount) of its charges."""
    charges: dict[str, list[tuple[str, Decimal | None]]] = defaultdict(list)
    for action, compte, montant in lignes:
        charges[action].append((compte, montant))
    return charges


def noms_des_quartiers(lire: Callable[..., Sequence[Any]]) -> dict[str, str]:
    """Name by key, with its communes where another quartier has the same (A-8)."""
    lignes = lire(QUARTIERS, {})
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
    return lire(NOEUDS, {})


def _cotations(lire: Lire, ou: Any, parametres: Mapping[str, Any]) -> dict[str, str]:
    """action -> its level about equality; what a grid masks is shown to nobody here."""
    retenues = retenues_parmi(lire, ou, parametres, lecteur="")
    return {action: retenue.texte for action, retenue in retenues.items()}


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


@dataclass(frozen=True, slots=True)
class _Autour:
    """What is told of actions besides their own columns, by action (by lineage for former years)."""

    noms: Mapping[str, tuple[str, str | None]]  # and SIRET: of porteurs, appels, échelles
    quartiers: Mapping[str, str]
    communes: Mapping[str, str]
    axes: Mapping[str, tuple[int, str, str]]
    montants: MontantsLus
    charges: _Charges
    anterieurs: Mapping[str, Mapping[int, Decimal]]
    euros: Euros
    cotations: Mapping[str, str]


Colonne = Sequence[Any]
_SANS_AXE = (0, "", "")
_SANS_NOM = ("", None)
_RIEN: Mapping[Any, Any] = {}
_faire = partial(tuple.__new__, LigneAction)


class _Actions:
    """Actions as they were read, column by column.

    Rows are made a column at a time: twenty thousand made one by one cost four times as long.
    """

    def __init__(self, lues: Sequence[Sequence[Any]]) -> None:
        colonnes = zip(*lues, strict=True) if lues else repeat((), len(LUES))
        self._lues: dict[str, Colonne] = dict(zip(LUES, colonnes, strict=True))
        self.cles = self._lues["cle"]

    def __getitem__(self, champ: str) -> Colonne:
        return self._lues[champ]

    def lignes(self, autour: _Autour) -> list[LigneAction]:
        champs = {
            **self._lues,
            **self._qui(autour),
            **self._ou(autour),
            **self._combien(autour),
        }
        return list(map(_faire, zip(*map(champs.__getitem__, LigneAction._fields), strict=True)))

    def _qui(self, autour: _Autour) -> dict[str, Colonne]:
        porteurs = _chercher(autour.noms, self["porteur"], _SANS_NOM)
        durees = zip(self["cpo_rang"], self["cpo_duree"], strict=True)
        return {
            "porteur_cle": self["porteur"],
            "porteur": [nom for nom, _ in porteurs],
            "siret": [siret for _, siret in porteurs],
            "appel": [nom for nom, _ in _chercher(autour.noms, self["appel"], _SANS_NOM)],
            "cpo": [f"{rang}/{duree}" if rang and duree else "" for rang, duree in durees],
        }

    def _ou(self, autour: _Autour) -> dict[str, Colonne]:
        """Where an action takes place and where it stands in the contract."""
        axes, noms = _chercher(autour.axes, self.cles, _SANS_AXE), autour.noms
        return {
            "echelle": [noms[e][0] if e in noms else e or "" for e in self["echelle"]],
            "axe_rang": [rang for rang, _, _ in axes],
            "axe": [axe for _, axe, _ in axes],
            "objectif": [objectif for _, _, objectif in axes],
            "quartiers": _chercher(autour.quartiers, self.cles, ""),
            "communes": _chercher(autour.communes, self.cles, ""),
        }

    def _combien(self, autour: _Autour) -> dict[str, Colonne]:
        totaux = autour.montants.totaux()
        anterieurs = _chercher(autour.anterieurs, self["lignee"], _RIEN)
        annees = self["annee"]
        return {
            "cotation": _chercher(autour.cotations, self.cles, ""),
            "cout": self._couts(autour.charges, autour.euros),
            "accorde_n1": [a.get(n - 1) for a, n in zip(anterieurs, annees, strict=True)],
            "accorde_n2": [a.get(n - 2) for a, n in zip(anterieurs, annees, strict=True)],
            "montants": autour.montants.par_action(),
            "demande": [demande for demande, _, _ in totaux],
            "propose": [propose for _, propose, _ in totaux],
            "accorde": [accorde for _, _, accorde in totaux],
        }

    def _couts(self, charges: _Charges, euros: Euros) -> Colonne:
        return [
            cout_de_l_action(charges[cle], euros[declare]) if cle in charges else euros[declare]
            for cle, declare in zip(self.cles, self["cout_total"], strict=True)
        ]


def _chercher(table: Mapping[str, Any], cles: Colonne, sinon: Any) -> Colonne:
    """What a table says of each key."""
    return list(map(table.get, cles, repeat(sinon)))

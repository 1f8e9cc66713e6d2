"""What to say, in words, of the amounts of an item while they are said. It warns, it never prevents.

Only what the data can say: a rule that the contract does not print, a floor that nobody typed, are
silent.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select

from app.models.action import Action, Classement
from app.models.base import Requete
from app.models.contrat import Echelle, Noeud
from app.models.enums import NatureOrganisme, NiveauConstat
from app.models.montants import afficher_montant, lire_montant
from app.models.organisme import Financeur
from app.models.seance import Point
from app.models.tableau import ColonneLibre, ValeurLibre
from app.services.actions import par_lots
from app.services.columns import est_oui
from app.services.cotations_retenues import VIDE, retenues_de
from app.services.deja_decidees import deja_decidee
from app.services.fichier import Fichier, Lire
from app.services.identifiants import mots
from app.services.payeurs import Payeur
from app.services.tables_rondes import Case, TourDeTable
from app.services.ventilations import Ventilations


@dataclass(frozen=True, slots=True)
class AlerteDeTable:
    """A sentence on an item; `payeur` None: it concerns the item as a whole."""

    niveau: str
    message: str
    payeur: Payeur | None = None


@dataclass(frozen=True, slots=True)
class Contraintes:
    """What bears on an item and does not change while it is on the table.

    `plancher`: below it the porteur cannot do the action (euros). `bilan_recu`: of last year's;
    None: nothing tells. `cotation`: the level retained, or that the team typed. `echelles`,
    `themes`: financeur -> what it says that it funds. `deja_decidee`: by another séance that is
    closed, in a sentence.
    """

    echelle: str | None = None
    echelle_nom: str = ""
    epci_peut_financer: bool | None = None
    commune_peut_financer: bool | None = None
    noeuds: frozenset[str] = frozenset()
    plancher: Decimal | None = None
    bilan_recu: bool | None = None
    cotation: str = ""
    deja_decidee: str = ""
    echelles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    themes: Mapping[str, Sequence[str]] = field(default_factory=dict)


def alertes(
    table: TourDeTable, contraintes: Contraintes, ventilations: Ventilations
) -> list[AlerteDeTable]:
    """Sentences on what is said, the most serious first; empty when all is plain. No read."""
    donnees = [case for case in table.cases if case.effectif]
    return [
        *_deja(contraintes),
        *_enveloppes(table, donnees, ventilations),
        *_hors_champ(donnees, contraintes),
        *_plancher(table, contraintes),
        *_plan(table),
        *_au_dela(donnees),
        *_bilan(contraintes),
    ]


def _alerte(message: str, payeur: Payeur | None = None) -> AlerteDeTable:
    return AlerteDeTable(str(NiveauConstat.ALERTE), message, payeur)


def _euros(montant: Decimal) -> str:
    return afficher_montant(montant, euro=True)


def _enveloppes(
    table: TourDeTable, donnees: Iterable[Case], ventilations: Ventilations
) -> Iterator[AlerteDeTable]:
    for case in donnees:
        etat = ventilations.pour(case.payeur, action=table.action, montant=case.effectif)
        if etat.depassement:
            yield _alerte(
                f"L'enveloppe {etat.annee} de {case.nom} est dépassée de {_euros(etat.depassement)}.",
                case.payeur,
            )


def _hors_champ(donnees: Iterable[Case], contraintes: Contraintes) -> Iterator[AlerteDeTable]:
    for case in donnees:
        if _hors_echelle(case, contraintes):
            yield _alerte(
                f"{case.nom} ne finance pas l'échelle « {contraintes.echelle_nom} ».", case.payeur
            )
        themes = contraintes.themes.get(case.payeur.financeur)
        if themes and contraintes.noeuds and not contraintes.noeuds & set(themes):
            yield _alerte(f"{case.nom} ne finance pas l'axe de cette action.", case.payeur)


def _hors_echelle(case: Case, contraintes: Contraintes) -> bool:
    if contraintes.echelle is None:
        return False
    siennes = contraintes.echelles.get(case.payeur.financeur)
    if siennes:
        return contraintes.echelle not in siennes
    permis = {
        str(NatureOrganisme.EPCI): contraintes.epci_peut_financer,
        str(NatureOrganisme.COMMUNE): contraintes.commune_peut_financer,
    }
    return permis.get(case.siege.nature) is False


def _plancher(table: TourDeTable, contraintes: Contraintes) -> Iterator[AlerteDeTable]:
    plancher = contraintes.plancher
    if plancher is not None and table.tous_ont_parle and 0 < table.total < plancher:
        yield _alerte(
            f"Le total ({_euros(table.total)}) est sous le plancher viable du porteur "
            f"({_euros(plancher)})."
        )


def _plan(table: TourDeTable) -> Iterator[AlerteDeTable]:
    """Told once everybody has spoken: before, every plan lacks something."""
    if table.cout is not None and table.total > table.cout:
        yield _alerte(
            f"Le total ({_euros(table.total)}) dépasse le coût de l'action ({_euros(table.cout)})."
        )
    elif table.tous_ont_parle and table.total and table.manque:
        if table.manque > 0:
            yield _alerte(f"Le budget n'est plus équilibré : il manque {_euros(table.manque)}.")
        else:
            yield _alerte(
                f"Le budget n'est plus équilibré : {_euros(-table.manque)} de plus que le besoin."
            )


def _au_dela(donnees: Iterable[Case]) -> Iterator[AlerteDeTable]:
    for case in donnees:
        demande, dit = case.siege.demande, case.effectif
        if demande is not None and dit is not None and dit > demande:
            yield _alerte(
                f"{case.nom} donne {_euros(dit)}, plus que demandé ({_euros(demande)}).",
                case.payeur,
            )


def _deja(contraintes: Contraintes) -> Iterator[AlerteDeTable]:
    if contraintes.deja_decidee:
        yield _alerte(contraintes.deja_decidee)


def _bilan(contraintes: Contraintes) -> Iterator[AlerteDeTable]:
    if contraintes.bilan_recu is False:
        yield _alerte("Le bilan de l'année précédente n'a pas été reçu.")


# Reading ------------------------------------------------------------------------------------------

PLANCHER = {("plancher",), ("plancher", "viable"), ("plancher", "de", "viabilite")}
COTATION = {("cotation",), ("cote",), ("niveau", "de", "cotation"), ("note", "de", "cotation")}
BILAN = {("bilan", "n", "1"), ("bilan", "n", "1", "recu"), ("bilan", "recu")}
_ACTION = (
    select(
        Action.cle,
        Action.echelle,
        Echelle.nom,
        Echelle.epci_peut_financer,
        Echelle.commune_peut_financer,
    )
    .join(Point, Point.action == Action.cle)
    .join(Echelle, Echelle.identifiant == Action.echelle, isouter=True)
    .where(Point.cle == bindparam("point"))
)
_FINANCEURS = select(Financeur.cle, Financeur.echelles, Financeur.themes)
_CLASSEMENTS = select(Classement.noeud).where(Classement.action == bindparam("action"))
_NOEUDS = select(Noeud.cle, Noeud.parent, Noeud.identifiant)
_LIBRES = (
    select(ColonneLibre.titre, ValeurLibre.valeur)
    .join(ValeurLibre, ValeurLibre.colonne == ColonneLibre.cle)
    .where(ColonneLibre.liste == "actions", ValeurLibre.ligne == bindparam("action"))
)


def lire_contraintes(fichier: Fichier, point: str) -> Contraintes:
    """Read once when an item comes on the table. A subject has none."""
    with fichier.instant() as lire:
        for action in lire(_ACTION, {"point": point}):
            return replace(_contraintes(lire, action), deja_decidee=deja_decidee(lire, point))
    return Contraintes()


_COTATIONS = (
    select(ValeurLibre.ligne, ColonneLibre.titre, ValeurLibre.valeur)
    .join(ColonneLibre, ColonneLibre.cle == ValeurLibre.colonne)
    .where(
        ColonneLibre.liste == "actions",
        ValeurLibre.ligne.in_(bindparam("actions", expanding=True)),
    )
)


def lire_cotations(lire: Lire, actions: Sequence[str]) -> dict[str, str]:
    """action -> its level on the grid about equality, or else what the team typed in a column."""
    retenues = retenues_de(lire, actions)
    lues = {action: r.phrase for action, r in retenues.items()}
    saisies = lire_cotations_saisies(lire, actions)
    return lues | {a: dite for a, dite in saisies.items() if not retenues.get(a, VIDE).est_finie}


def lire_cotations_finies(lire: Lire, actions: Sequence[str]) -> set[str]:
    """The actions that somebody rated to the end, or whose level is typed in a column."""
    finies = {a for a, r in retenues_de(lire, actions).items() if r.est_finie}
    return finies | lire_cotations_saisies(lire, actions).keys()


def lire_cotations_saisies(lire: Lire, actions: Sequence[str]) -> dict[str, str]:
    """action -> the level typed in a column of the team, of those that have one."""
    return {
        action: valeur
        for lot in par_lots(actions)
        for action, titre, valeur in lire(_COTATIONS, {"actions": list(lot)})
        if valeur and tuple(mots(titre)) in COTATION
    }


def _contraintes(lire: Lire, action: Any) -> Contraintes:
    financeurs = lire(_FINANCEURS)
    libres = {tuple(mots(titre)): v for titre, v in _de(lire, _LIBRES, action.cle)}
    bilan = next((v for titre, v in libres.items() if titre in BILAN), None)
    cotation = lire_cotations(lire, [action.cle]).get(action.cle, "")
    return Contraintes(
        echelle=action.echelle,
        echelle_nom=action.nom or action.echelle or "",
        epci_peut_financer=action.epci_peut_financer,
        commune_peut_financer=action.commune_peut_financer,
        noeuds=_avec_leurs_parents(lire, action.cle),
        plancher=_montant(next((v for titre, v in libres.items() if titre in PLANCHER), None)),
        cotation=cotation,
        bilan_recu=None if bilan is None else est_oui(bilan),
        echelles={f.cle: f.echelles for f in financeurs},
        themes={f.cle: f.themes for f in financeurs},
    )


def _de(lire: Lire, requete: Requete, action: str) -> Sequence[Any]:
    return lire(requete, {"action": action})


def _avec_leurs_parents(lire: Lire, action: str) -> frozenset[str]:
    """Identifiants of the nodes of an action and of all that is above them."""
    a_suivre = [cle for (cle,) in _de(lire, _CLASSEMENTS, action)]
    if not a_suivre:
        return frozenset()
    noeuds = {n.cle: n for n in lire(_NOEUDS)}
    trouves: set[str] = set()
    while a_suivre:
        noeud = noeuds[a_suivre.pop()]
        trouves.add(noeud.identifiant)
        if noeud.parent is not None:
            a_suivre.append(noeud.parent)
    return frozenset(trouves)


def _montant(texte: str | None) -> Decimal | None:
    """The amount that somebody typed in a column of their own; None when it is none."""
    try:
        return lire_montant(texte) if texte else None
    except ValueError:
        return None

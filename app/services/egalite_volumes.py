"""The volumes by level at two moments side by side, whole or spread; nothing is typed. No Qt.

A level enters no score and no ranking: these rows are only shown, drawn and exported.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, type_coerce

from app.models.action import Action, ActionQuartier, Cofinancement
from app.models.base import Centiemes
from app.models.contrat import Commune, Noeud, Quartier
from app.models.organisme import Financeur, Organisme
from app.services.accords import compter
from app.services.egalite import (
    HORS_NIVEAUX,
    NON_COTEE,
    ActionCotee,
    Volume,
    par_financeur,
    ventiler,
    volumes,
)
from app.services.egalite_niveaux import MOMENTS, GrilleSuivie, lire_niveaux_retenus
from app.services.fichier import Lire
from app.services.formations import SANS_DOSSIER
from app.services.graphiques import CATEGORIES_MAXIMUM, ZERO, Forme, Graphique, Serie
from app.services.lieux_actions import communes_des_actions, themes_des_actions

ENSEMBLE, FINANCEUR, ANNEE = "ensemble", "financeur", "annee"
DIMENSIONS = (
    (ENSEMBLE, "toute l'année"),
    ("theme", "par thème"),
    ("quartier", "par quartier"),
    ("commune", "par commune"),
    ("porteur", "par porteur"),
    (FINANCEUR, "par financeur"),
    (ANNEE, "d'année en année"),
)
SANS = {
    "theme": "Sans thème",
    "quartier": "Sans quartier",
    "commune": "Sans commune",
    "porteur": "Sans porteur",
}
# An action may count under several of them.
PLUSIEURS = frozenset(("quartier", "commune", FINANCEUR))
EUROS = (("demande", "demandés"), ("propose", "proposés"), ("accorde", "accordés"))


@dataclass(frozen=True, slots=True)
class ChoixVolumes:
    """What is shown. `moments`: the two compared; `euros`: step of the amounts; `lecteur`: who reads."""

    grille: GrilleSuivie
    moments: tuple[str, str]
    dimension: str = ENSEMBLE
    euros: str = "accorde"
    lecteur: str | None = None


@dataclass(frozen=True, slots=True)
class LigneVolume:
    """A level under one name of the dimension, at the two moments.

    Shares are ratios, of what has a level.
    """

    cle: str
    objet: str
    niveau: str
    libelle: str
    actions_a: int
    part_actions_a: Decimal | None
    euros_a: Decimal | None
    part_euros_a: Decimal | None
    ponderes_a: Decimal | None
    actions_b: int
    part_actions_b: Decimal | None
    euros_b: Decimal | None
    part_euros_b: Decimal | None
    ponderes_b: Decimal | None

    @property
    def ecart(self) -> int:
        return self.actions_b - self.actions_a


def lire_volumes(lire: Lire, annee: int, choix: ChoixVolumes) -> list[LigneVolume]:
    """The rows of a year, or of every year when they are compared."""
    if choix.dimension != ANNEE:
        return _lignes(choix, *_par_objet(lire, annee, choix))
    annees = [a for (a,) in lire(select(Action.annee).distinct().order_by(Action.annee))]
    entiere = replace(choix, dimension=ENSEMBLE)
    gauche, droite = {}, {}
    for une in annees:
        a, b = _par_objet(lire, une, entiere)
        gauche[str(une)], droite[str(une)] = a[""], b[""]
    return _lignes(choix, gauche, droite)


ParObjet = Mapping[str, Sequence[ActionCotee]]


def _par_objet(lire: Lire, annee: int, choix: ChoixVolumes) -> tuple[ParObjet, ParObjet]:
    """The actions under each name, at each of the two moments."""
    gauche, droite = lire_actions_cotees(lire, annee, choix)
    return _ventiler(gauche, choix.dimension), _ventiler(droite, choix.dimension)


def _ventiler(actions: Sequence[ActionCotee], dimension: str) -> ParObjet:
    if dimension == ENSEMBLE:
        return {"": actions}
    if dimension == FINANCEUR:
        return par_financeur(actions)
    return ventiler(actions, dimension, sans=SANS[dimension])


def _lignes(choix: ChoixVolumes, gauche: ParObjet, droite: ParObjet) -> list[LigneVolume]:
    grille = choix.grille
    poids = grille.poids or None
    lignes = []
    for objet in gauche:  # the same actions, hence the same names, at both moments
        a = {v.niveau: v for v in volumes(gauche[objet], grille.niveaux, poids)}
        b = {v.niveau: v for v in volumes(droite.get(objet, ()), grille.niveaux, poids)}
        for code, nom in (*grille.niveaux, *HORS_NIVEAUX):
            if code in a or code in b:
                lignes.append(_ligne(objet, code, nom, a.get(code), b.get(code)))
    return lignes


def _ligne(objet: str, code: str, nom: str, a: Volume | None, b: Volume | None) -> LigneVolume:
    vide = Volume(code, nom, 0, None, None, None)
    a, b = a or vide, b or vide
    hors = code in dict(HORS_NIVEAUX)
    return LigneVolume(
        f"{objet}|{code}",
        objet,
        nom if hors else f"{code} · {nom}",
        nom,
        a.actions,
        _ratio(a.part_actions),
        a.euros,
        _ratio(a.part_euros),
        a.ponderes,
        b.actions,
        _ratio(b.part_actions),
        b.euros,
        _ratio(b.part_euros),
        b.ponderes,
    )


def _ratio(part: Decimal | None) -> Decimal | None:
    return None if part is None else part / 100


def phrase_des_volumes(lignes: Iterable[LigneVolume], choix: ChoixVolumes) -> str:
    """How many have a level, how many have none, and what the lines add up to."""
    connus = {code for code, _ in choix.grille.niveaux}
    cotees = {True: 0, False: 0}
    for ligne in lignes:
        cotees[ligne.cle.rsplit("|", 1)[1] in connus] += ligne.actions_b
    if choix.dimension in PLUSIEURS:
        return "Une action compte dans chaque ligne qui la concerne\u00a0: rien ne s'additionne."
    if choix.dimension == ANNEE:
        return "Chaque année, avec les cotations de son moment."
    sans = f", {cotees[False]} sans niveau" if cotees[False] else ""
    return f"{compter(cotees[True], 'action')} avec un niveau{sans}."


def graphique_des_volumes(lignes: Sequence[LigneVolume], choix: ChoixVolumes) -> Graphique:
    """The euros by level at both moments; spread, those of the second moment, level by level."""
    nom_euros = dict(EUROS)[choix.euros]
    moments = [dict(MOMENTS)[m] for m in choix.moments]
    if choix.dimension == ENSEMBLE:
        series = tuple(
            Serie(moment, tuple(getattr(li, f"euros_{cote}") or ZERO for li in lignes))
            for cote, moment in zip("ab", moments, strict=True)
        )
        niveaux = tuple(li.niveau for li in lignes)
        titre = f"Euros {nom_euros} par niveau"
        return Graphique(titre, Forme.BARRES, niveaux, series, "€", len(lignes), additive=False)
    objets = tuple(dict.fromkeys(li.objet for li in lignes))
    niveaux = tuple(dict.fromkeys(li.niveau for li in lignes))
    euros = {(li.niveau, li.objet): li.euros_b or ZERO for li in lignes}
    if choix.dimension != ANNEE:
        totaux = {o: sum((euros.get((n, o), ZERO) for n in niveaux), ZERO) for o in objets}
        objets = tuple(sorted(objets, key=lambda o: -totaux[o])[:CATEGORIES_MAXIMUM])
    return Graphique(
        f"Euros {nom_euros} {dict(DIMENSIONS)[choix.dimension]}, {moments[1].lower()}",
        Forme.EMPILEES,
        objets,
        tuple(Serie(n, tuple(euros.get((n, o), ZERO) for o in objets)) for n in niveaux),
        "€",
        len(objets),
        additive=choix.dimension not in PLUSIEURS,
    )


# Reading --------------------------------------------------------------------------------------------


def lire_actions_cotees(
    lire: Lire, annee: int, choix: ChoixVolumes
) -> tuple[list[ActionCotee], list[ActionCotee]]:
    """Every action of a year that has a dossier, at each of the two moments."""
    actions = {
        a.cle: a
        for a in lire(
            select(Action.cle, Organisme.nom.label("porteur"))
            .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
            .where(Action.annee == annee, Action.statut.not_in(sorted(SANS_DOSSIER)))
            .order_by(Action.numero, Action.cle)
        )
    }
    niveaux = lire_niveaux_retenus(lire, choix.grille, Action.annee == annee, choix.lecteur)
    montants = _montants(lire, annee, choix.euros)
    objets = _objets(lire, annee, actions, choix.dimension)

    def cotee(cle: str, moment: str) -> ActionCotee:
        lu = niveaux.get((cle, moment))
        siens = montants.get(cle, {})
        return ActionCotee(
            cle,
            NON_COTEE if lu is None else lu.code,
            sum(siens.values(), Decimal(0)) if siens else None,
            siens,
            {choix.dimension: objets.get(cle, ())},
        )

    gauche, droite = choix.moments
    return [cotee(c, gauche) for c in actions], [cotee(c, droite) for c in actions]


def _montants(lire: Lire, annee: int, etape: str) -> Mapping[str, dict[str, Decimal]]:
    """action -> financeur -> euros of a step."""
    colonne = Cofinancement.__table__.c[etape]
    requete = (
        select(
            Cofinancement.action,
            Financeur.nom_court,
            type_coerce(func.sum(colonne), Centiemes),
        )
        .join(Financeur, Financeur.cle == Cofinancement.financeur)
        .where(Cofinancement.annee == annee, colonne.is_not(None))
        .group_by(Cofinancement.action, Financeur.nom_court)
        .order_by(Cofinancement.action, Financeur.nom_court)
    )
    montants: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for action, financeur, euros in lire(requete):
        montants[action][financeur] = euros
    return montants


def _objets(
    lire: Lire, annee: int, actions: Mapping[str, Any], dimension: str
) -> Mapping[str, Sequence[str]]:
    """action -> the names it counts under."""
    if dimension == "porteur":
        return {cle: (a.porteur,) for cle, a in actions.items() if a.porteur}
    if dimension == "theme":
        noms = dict(lire(select(Noeud.cle, func.coalesce(Noeud.libelle_court, Noeud.libelle))))
        themes = themes_des_actions(lire, actions)
        return {cle: (noms[noeud],) for cle, noeud in themes.items()}
    if dimension == "commune":
        noms = dict(lire(select(Commune.cle, Commune.nom)))
        communes = communes_des_actions(lire, actions)
        return {cle: [noms[c] for c in siennes] for cle, siennes in communes.items()}
    return _quartiers(lire, annee) if dimension == "quartier" else {}


def _quartiers(lire: Lire, annee: int) -> Mapping[str, Sequence[str]]:
    requete = (
        select(ActionQuartier.action, Quartier.nom)
        .join(Quartier, Quartier.cle == ActionQuartier.quartier)
        .join(Action, Action.cle == ActionQuartier.action)
        .where(Action.annee == annee)
        .order_by(Quartier.nom)
    )
    noms: dict[str, list[str]] = defaultdict(list)
    for action, nom in lire(requete):
        noms[action].append(nom)
    return noms

"""The amounts of the last years, action by action, as the alerts of substitution need them. No Qt."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select

from app.models.action import Action, Cofinancement
from app.models.droit_commun import Relais
from app.models.enums import StatutAction
from app.models.organisme import Financeur, LigneCredit
from app.services.assemblage import lire_l_annee
from app.services.fichier import Fichier
from app.services.substitutions import (
    ANNEES_DE_SUITE,
    ECARTES,
    ETAPES,
    NATURES,
    Alerte,
    Part,
    Projet,
    alertes_du_projet,
)

HORS_PROGRAMME = (
    StatutAction.IRRECEVABLE,
    StatutAction.RETIREE,
    StatutAction.REFUSEE,
    StatutAction.REORIENTEE,
)


def lire_alertes(fichier: Fichier, annee: int) -> list[Alerte]:
    """The alerts of a year: substitutions first, then by number. A fixed number of reads."""
    ordre = [nature for nature, _ in NATURES]
    alertes = [a for projet in lire_projets(fichier, annee) for a in alertes_du_projet(projet)]
    return sorted(alertes, key=lambda a: (ordre.index(a.nature), a.numero, a.cle))


def lire_projets(fichier: Fichier, annee: int) -> list[Projet]:
    """The actions of a year that are not out, with what they received before."""
    valeurs = {"premiere": annee - ANNEES_DE_SUITE + 1, "derniere": annee}
    with fichier.instant() as lire:
        lignes = lire_l_annee(lire, annee)
        suivies = {a.cle: a for a in lire(_ACTIONS, valeurs)}
        parts: dict[str, list[Part]] = {}
        for cofinancement in lire(_PARTS, valeurs):
            parts.setdefault(cofinancement.action, []).append(_part(cofinancement))
        relayees = {lignee for (lignee,) in lire(_RELAYEES)}
    lignees: dict[str, dict[int, list[str]]] = {}
    for action in suivies.values():
        lignees.setdefault(action.lignee, {}).setdefault(action.annee, []).append(action.cle)
    projets = []
    for ligne in lignes:
        if ligne.statut in HORS_PROGRAMME:
            continue
        action = suivies[ligne.cle]
        annees = lignees[action.lignee]
        avant = _precedente(action, suivies, annees)
        projets.append(
            Projet(
                ligne.cle,
                ligne.numero,
                ligne.titre,
                ligne.porteur,
                annee,
                ligne.cout,
                parts.get(ligne.cle, ()),
                None if avant is None else parts.get(avant, ()),
                _suite(annee, annees, parts),
                action.lignee in relayees,
            )
        )
    return projets


def _precedente(
    action: Any, suivies: Mapping[str, Any], annees: Mapping[int, Sequence[str]]
) -> str | None:
    """The action of the year before; None when there is none, or when several may be it."""
    liee = suivies.get(action.precedente or "")
    if liee is not None and liee.annee == action.annee - 1:
        return str(liee.cle)
    autres = annees.get(action.annee - 1, ())
    return autres[0] if len(autres) == 1 else None


def _suite(
    annee: int, annees: Mapping[int, Sequence[str]], parts: Mapping[str, Sequence[Part]]
) -> list[int]:
    """The years on end, back from this one, in which the State's specific credits are there."""
    suite: list[int] = []
    while any(_finance(p) for cle in annees.get(annee, ()) for p in parts.get(cle, ())):
        suite.append(annee)
        annee -= 1
    return suite


def _finance(part: Part) -> bool:
    """Something is given, or still asked."""
    if not part.est_de_l_etat or part.statut in ECARTES:
        return False
    connu = next((m for e, _ in ETAPES if (m := part.a(e)) is not None), None)
    return bool(connu)


def _part(ligne: Any) -> Part:
    nom = ligne.dispositif or ligne.credit or f"{ligne.nom_court}, crédits spécifiques"
    return Part(
        ligne.nature_financeur,
        ligne.nature_credit,
        nom,
        ligne.demande,
        ligne.propose,
        ligne.accorde,
        ligne.statut,
    )


_ACTIONS = select(Action.cle, Action.annee, Action.lignee, Action.precedente).where(
    Action.annee.between(bindparam("premiere"), bindparam("derniere"))
)
_PARTS = (
    select(
        Cofinancement.action,
        Cofinancement.demande,
        Cofinancement.propose,
        Cofinancement.accorde,
        Cofinancement.statut,
        func.coalesce(Cofinancement.nature_credit, LigneCredit.nature_credit).label(
            "nature_credit"
        ),
        Financeur.nature.label("nature_financeur"),
        Financeur.nom_court,
        LigneCredit.nom.label("credit"),
        LigneCredit.dispositif,
    )
    .join(Action, Action.cle == Cofinancement.action)
    .join(Financeur, Financeur.cle == Cofinancement.financeur)
    .join(LigneCredit, LigneCredit.cle == Cofinancement.ligne_credit, isouter=True)
    .where(Action.annee.between(bindparam("premiere"), bindparam("derniere")))
    .order_by(Financeur.rang, Cofinancement.cle)
)
_RELAYEES = select(Action.lignee).join(Relais, Relais.action == Action.cle).distinct()

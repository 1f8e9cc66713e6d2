"""Checks of what an action answers to: the tree of the contract, its transversal aims, priorities."""

from collections.abc import Iterator, Mapping

from sqlalchemy import and_, select

from app.models.action import ActionQuartier, Classement
from app.models.contrat import PrioriteQuartier
from app.models.enums import CibleConstat, StatutAction
from app.services.constats_credits import en_jeu
from app.services.constats_faits import FaitsAction
from app.services.constats_lus import restreindre
from app.services.constats_mots import plusieurs
from app.services.constats_registre import Portee, complement, controle
from app.services.fichier import Lire
from app.services.regles_couches import RegleEnVigueur

PRIORITES = "priorites"
COMMUNALE = "communale"


@controle("arbre.rattachement", cible=CibleConstat.ACTION)
def objectif_de_l_arbre(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    nomenclature = regle.valeur("nomenclature")
    if nomenclature is None or not _a_juger(action):
        return
    if not any(n.nomenclature == nomenclature for n in action.classements):
        yield "Aucun objectif de l'arbre du contrat\u00a0: rattachez l'action avant l'instruction."


@controle("jeunesse.transversale", "discriminations.orientations", cible=CibleConstat.ACTION)
def objectif_transversal(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """A transversal branch of the tree on which the action says nothing."""
    nomenclature, noeud = regle.valeur("nomenclature"), regle.valeur("noeud")
    if noeud is None or not _a_juger(action) or noeud in action.noeuds:
        return
    dite = (
        "la jeunesse" if regle.code.startswith("jeunesse") else "l'égalité et les discriminations"
    )
    yield (
        f"Rien sur {dite} (axe {noeud} de la nomenclature «\u00a0{nomenclature}\u00a0»)\u00a0: "
        "rattachez l'action à une de ses orientations, ou notez pourquoi non."
    )


def _a_juger(action: FaitsAction) -> bool:
    return action.statut != StatutAction.NOTE and bool(list(en_jeu((action,))))


@complement(
    PRIORITES,
    cible=CibleConstat.ACTION,
    suit={"action_quartier": "action", "classement": "action", "priorite_quartier": ""},
)
def lire_priorites(
    lire: Lire, portee: Portee
) -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    """action -> (its quartiers that have priorities, those of them that one of its nodes serves)."""
    avec = select(ActionQuartier.action, ActionQuartier.quartier).where(
        ActionQuartier.quartier.in_(select(PrioriteQuartier.quartier))
    )
    servis = (
        select(ActionQuartier.action, ActionQuartier.quartier)
        .join(Classement, Classement.action == ActionQuartier.action)
        .join(
            PrioriteQuartier,
            and_(
                PrioriteQuartier.quartier == ActionQuartier.quartier,
                PrioriteQuartier.noeud == Classement.noeud,
            ),
        )
    )
    lus = [
        _par_action(lire(restreindre(requete, ActionQuartier.action, portee), portee.parametres))
        for requete in (avec, servis)
    ]
    return {
        action: (quartiers, lus[1].get(action, frozenset())) for action, quartiers in lus[0].items()
    }


def _par_action(lignes: object) -> dict[str, frozenset[str]]:
    groupes: dict[str, set[str]] = {}
    for action, quartier in lignes:  # type: ignore[attr-defined]
        groupes.setdefault(action, set()).add(quartier)
    return {action: frozenset(quartiers) for action, quartiers in groupes.items()}


@controle("priorites.par_quartier", "VAL-ECH-05", cible=CibleConstat.ACTION)
def priorites_des_quartiers(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """Quartiers whose own priorities the action serves in none; silent where they print none."""
    if regle.code == "VAL-ECH-05" and action.echelle != COMMUNALE:
        return
    avec, servis = action.plus.get(PRIORITES, (frozenset(), frozenset()))
    hors = [q.nom for q in action.quartiers if q.cle in avec - servis]
    if hors and action.noeuds and _a_juger(action):
        yield (
            f"Hors des priorités fixées pour {plusieurs(hors)}\u00a0: rattachez l'action à un enjeu "
            "du projet de quartier, ou motivez l'écart."
        )

"""Where actions are, and what they are about: communes touched, and the top of their classification."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import select

from app.models.action import ActionCommune, ActionQuartier, Classement
from app.models.contrat import Commune, Noeud, Nomenclature, QuartierCommune
from app.models.enums import RoleNomenclature
from app.services.actions import par_lots
from app.services.arbres import remonter
from app.services.fichier import Lire


def communes_des_actions(lire: Lire, actions: Collection[str]) -> dict[str, tuple[str, ...]]:
    """action -> keys of the communes it touches, in the order of the contract.

    Those that it names; else those of its quartiers.
    """
    directes, par_quartier = _vide(), _vide()
    for lot in par_lots(sorted(actions)):
        _ranger(
            directes,
            lire(
                select(ActionCommune.action, ActionCommune.commune, Commune.rang)
                .join(Commune, Commune.cle == ActionCommune.commune)
                .where(ActionCommune.action.in_(lot))
            ),
        )
        _ranger(
            par_quartier,
            lire(
                select(ActionQuartier.action, QuartierCommune.commune, Commune.rang)
                .join(QuartierCommune, QuartierCommune.quartier == ActionQuartier.quartier)
                .join(Commune, Commune.cle == QuartierCommune.commune)
                .where(ActionQuartier.action.in_(lot))
            ),
        )
    trouvees = {**par_quartier, **directes}
    return {
        action: tuple(commune for _, commune in sorted(lieux)) for action, lieux in trouvees.items()
    }


def _vide() -> dict[str, set[tuple[int, str]]]:
    return defaultdict(set)


def _ranger(ou: dict[str, set[tuple[int, str]]], lues: Collection[tuple[str, str, int]]) -> None:
    for action, commune, rang in lues:
        ou[action].add((rang, commune))


def themes_des_actions(lire: Lire, actions: Collection[str]) -> dict[str, str]:
    """action -> the top node it hangs under in the nomenclature by which projects are examined."""
    instruction = Nomenclature.role == str(RoleNomenclature.INSTRUCTION)
    parents: Mapping[str, str | None] = dict(
        lire(
            select(Noeud.cle, Noeud.parent)
            .join(Nomenclature, Nomenclature.cle == Noeud.nomenclature)
            .where(instruction)
        )
    )
    themes: dict[str, str] = {}
    for lot in par_lots(sorted(actions)):
        requete = select(Classement.action, Classement.noeud, Classement.principal)
        lues = lire(requete.where(Classement.action.in_(lot)).order_by(Classement.principal))
        for action, noeud, _ in lues:  # the principal one comes last
            if noeud in parents:
                themes[action] = list(remonter(noeud, parents))[-1]
    return themes

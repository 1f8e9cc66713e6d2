"""What each person was looking at in each file: the view of each list and its unsaved state.

Kept in the settings of the person, under the number of the copy: it is nobody else's business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.services.etats_vue import EtatVue
from app.services.settings import Settings

FICHIERS_MAXIMUM = 24


@dataclass(frozen=True, slots=True)
class Retenu:
    """The view on screen, and what was not saved of each view, by its key."""

    vue: str
    etats: Mapping[str, EtatVue] = field(default_factory=dict)


def retenu(settings: Settings, copie: str, liste: str) -> Retenu | None:
    """What was on screen; None when nothing is known, or is written by another version."""
    listes = settings.vues.get(copie)
    brut = listes.get(liste) if isinstance(listes, Mapping) else None
    try:
        if brut is None:
            return None
        etats = {str(cle): EtatVue.depuis_dict(etat) for cle, etat in brut["etats"].items()}
        return Retenu(str(brut["vue"]), etats)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def retenir(settings: Settings, copie: str, liste: str, ce: Retenu) -> None:
    """Note what is on screen. The files not seen for longest are forgotten."""
    avant = settings.vues.pop(copie, None)
    listes: dict[str, Any] = dict(avant) if isinstance(avant, Mapping) else {}
    etats = {cle: etat.en_dict() for cle, etat in ce.etats.items()}
    listes[liste] = {"vue": ce.vue, "etats": etats}
    settings.vues[copie] = listes
    for ancienne in list(settings.vues)[:-FICHIERS_MAXIMUM]:
        del settings.vues[ancienne]

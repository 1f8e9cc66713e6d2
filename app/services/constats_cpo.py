"""Checks of the conventions pluriannuelles d'objectifs."""

from collections.abc import Iterator

from app.models.enums import CibleConstat
from app.services.constats_faits import FaitsAction
from app.services.constats_registre import controle
from app.services.regles_couches import RegleEnVigueur


@controle("cpo.duree", cible=CibleConstat.ACTION)
def duree_de_la_cpo(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """Silent where the contract prints no bound, and for what is not pluriannual."""
    duree = action.cpo_duree
    if not duree:
        return
    minimum, maximum = regle.valeur("min_ans"), regle.valeur("max_ans")
    if minimum is not None and duree < minimum:
        yield (
            f"CPO de {duree} ans, moins que les {minimum} ans du contrat\u00a0: "
            "allongez-la ou financez l'action pour un an."
        )
    if maximum is not None and duree > maximum:
        yield (
            f"CPO de {duree} ans, plus que les {maximum} ans du contrat\u00a0: ramenez-la à "
            f"{maximum} ans."
        )

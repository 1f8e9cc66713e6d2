"""When an avis may be given: on a dossier deposited, within the dates of the instruction (A-76).

Out of that it is given for a reason, kept with it under a heading of its own. No Qt.
"""

from typing import Any

from app.models.action import Action
from app.models.enums import NatureEtape, StatutAction
from app.services.cycle import Cycle, hors_fenetre
from app.services.dossiers_instruits import HORS_INSTRUCTION
from app.services.errors import SaisieRefusee
from app.services.transaction import Ecriture

AVANT_DEPOT = "Avant le dépôt définitif"
HORS_DATES = "Hors des dates de l'instruction"
EXCEPTIONS = (AVANT_DEPOT, HORS_DATES)
INSTRUCTION = str(NatureEtape.INSTRUCTION)
_DITS = ("sens", "vers", "motif", "recevable", "montant", "reserve")


def dits(avis: dict[str, Any]) -> dict[str, str]:
    """What an expert says, by heading."""
    return {r: texte for r, texte in avis["commentaires"].items() if r not in EXCEPTIONS}


class DatesDesAvis:
    """Refuses an avis out of its time, unless a reason is given, which it puts in `apres`."""

    def __init__(self, cycle: Cycle) -> None:
        self._cycle = cycle

    def exiger(
        self,
        ecriture: Ecriture,
        avant: dict[str, Any],
        apres: dict[str, Any],
        exception: str | None,
        motif: str,
    ) -> None:
        """Raises SaisieRefusee before the deposit, MotifAttendu out of the dates.

        `exception`: the reason of this very avis; `motif`: that of all which are given now, out of
        the dates only.
        """
        action = ecriture.lire(Action, avant["action"])
        if apres["rendu_le"] and not avant["rendu_le"] and action["statut"] in HORS_INSTRUCTION:
            _exiger_depose(action, apres, exception)
        if any(apres[n] != avant[n] for n in _DITS) or dits(apres) != dits(avant):
            self._exiger_dates(ecriture, action, apres, exception or motif)

    def _exiger_dates(
        self, ecriture: Ecriture, action: dict[str, Any], apres: dict[str, Any], motif: str
    ) -> None:
        commentaires = apres["commentaires"]
        if action["statut"] == StatutAction.NOTE and AVANT_DEPOT in commentaires:
            return  # one reason is enough
        motif = (motif or commentaires.get(HORS_DATES) or "").strip()
        if self._cycle.exiger_ouverte(ecriture, action["cle"], INSTRUCTION, motif):
            apres["commentaires"] = {**commentaires, HORS_DATES: motif}

    def phrase(self, annee: int) -> str:
        """« « Instruction » est close depuis le 31/01/2026 (AMI 2026) »; empty: nothing is asked."""
        jour = self._cycle.jour()
        appels: dict[str, list[str]] = {}
        for etapes in self._cycle.etapes_de_l_annee(annee).values():
            for etape in etapes:
                if etape.active and etape.nature == INSTRUCTION and hors_fenetre(etape, jour):
                    dite = f"« {etape.nom} » {hors_fenetre(etape, jour)}"
                    appels.setdefault(dite, []).append(etape.appel_nom)
        return " ; ".join(f"{dite} ({', '.join(noms)})" for dite, noms in appels.items())


def _exiger_depose(action: dict[str, Any], apres: dict[str, Any], exception: str | None) -> None:
    if action["statut"] != StatutAction.NOTE:
        statut = StatutAction.libelle_de(action["statut"]).lower()
        raise SaisieRefusee(f"« {action['numero']} » est {statut} : elle n'attend plus d'avis.")
    if not (exception or AVANT_DEPOT in apres["commentaires"]):
        raise SaisieRefusee(
            f"« {action['numero']} » est une note d'intention : l'avis se rend sur le dossier "
            "déposé. Pour le rendre avant, dites pourquoi dans « Avis avant dépôt »."
        )
    if exception:
        apres["commentaires"] = {**apres["commentaires"], AVANT_DEPOT: exception}

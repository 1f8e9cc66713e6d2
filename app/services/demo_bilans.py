"""Bilans in the demonstration: most porteurs sent theirs, some were reminded, a few never did."""

from typing import Any

from sqlalchemy import select

from app.models.action import Action
from app.models.enums import Appreciation, NatureOperation, StatutAction
from app.models.suivi import Bilan
from app.services.demo_territoire import Tirage
from app.services.fichier import Fichier

MENEES = (str(StatutAction.ACCORDEE), str(StatutAction.TERMINEE))
RECUS = 90  # % of the bilans of a year
CONCLUSIONS = (Appreciation.OUI, Appreciation.EN_PARTIE, Appreciation.NON)


class DemonstrationBilans:
    """Writes the bilans of the actions carried out before this year."""

    def __init__(self, fichier: Fichier, tirage: Tirage, annee: int) -> None:
        self._fichier = fichier
        self._tirage = tirage
        self._annee = annee

    def ecrire(self) -> None:
        menees = self._fichier.lignes(
            select(Action.cle, Action.annee, Action.cout_total, Action.public_qpv)
            .where(Action.annee < self._annee, Action.statut.in_(MENEES))
            .order_by(Action.annee, Action.numero, Action.cle)
        )
        with self._fichier.operation(
            "Préparer la démonstration\u00a0: bilans", nature=NatureOperation.SYSTEME
        ) as e:
            for action in menees:
                e.inserer(Bilan, cle=self._tirage.cle(), **self._bilan(action))

    def _bilan(self, action: Any) -> dict[str, Any]:
        """What was carried out is close to what was planned; a late one was reminded."""
        suivante = action.annee + 1
        commun = {"action": action.cle, "attendu_le": f"{suivante}-06-30"}
        if not self._tirage.chance(RECUS):
            return {**commun, "relances": self._tirage.entier(0, 2)}
        part = self._tirage.entier(80, 105)
        return {
            **commun,
            "recu_le": f"{suivante}-0{self._tirage.entier(1, 3)}-{self._tirage.entier(10, 28)}",
            "conclusion": str(self._tirage.pese(CONCLUSIONS, (70, 25, 5))),
            "cout_realise": None if action.cout_total is None else action.cout_total * part / 100,
            "public_qpv_realise": None
            if action.public_qpv is None
            else action.public_qpv * part // 100,
            "relances": int(self._tirage.chance(20)),
        }

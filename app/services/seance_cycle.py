"""What closing a séance moves in the cycle of the actions it decided; opening it again takes it back."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.models.contrat import Etape, Instance
from app.models.enums import EtatSeance, NatureDecision, NatureEtape
from app.models.seance import Decision, Point, Seance
from app.services.cycle import Cycle
from app.services.etapes_des_actes import EtapesDesActes
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge
from app.services.transaction import Ecriture, maintenant

# The steps where a séance decides, in the order in which an action meets them.
NATURES = (str(NatureEtape.COMITE_FINANCEURS), str(NatureEtape.COPIL))


class EtapesDuComite:
    """Crosses the step of the comité, or takes back what this very séance had crossed."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._cycle = Cycle(fichier, horloge=horloge)
        self._actes = EtapesDesActes(fichier, horloge=horloge)

    def franchir(self, ecriture: Ecriture, seance: Mapping[str, Any]) -> None:
        """What the comité decided has done with its step; what it put off waits for the next one.

        Rectified, it may grant what no assembly has voted yet: what follows is counted again.
        """
        decidees = _decidees(ecriture, seance["cle"])
        self._franchir(ecriture, seance, decidees)
        self._actes.suivre(ecriture, decidees)

    def _franchir(
        self, ecriture: Ecriture, seance: Mapping[str, Any], actions: Sequence[str]
    ) -> None:
        """One step at most for each action."""
        restantes = list(actions)
        for nature in _natures(ecriture, seance["instance"]):
            faites = set(
                self._cycle.franchir_ceux_qui_y_sont(
                    ecriture, restantes, nature, motif=_motif(seance)
                )
            )
            restantes = [action for action in restantes if action not in faites]

    def reprendre(self, ecriture: Ecriture, seance: Mapping[str, Any]) -> None:
        """The séance is open again: its actions wait for it, unless another closed one decided them."""
        decidees = _decidees(ecriture, seance["cle"])
        motif = _motif(seance)
        reprises = set(self._cycle.reprendre(ecriture, decidees, NATURES, motif=motif))
        if not reprises:
            return
        for autre in _autres_closes(ecriture, seance["cle"], seance["annee"]):
            siennes = [a for a in _decidees(ecriture, autre["cle"]) if a in reprises]
            self._franchir(ecriture, autre, siennes)


def _motif(seance: Mapping[str, Any]) -> str:
    return f"Décidée en séance : {seance['titre']}"


def _decidees(ecriture: Ecriture, seance: str) -> list[str]:
    """The actions that a séance decided, in its order, but those that it put off."""
    requete = (
        select(Point.action, Decision.nature)
        .join(Decision, Decision.point == Point.cle)
        .where(Point.seance == seance, Point.action.is_not(None), Decision.annulee.is_(False))
        .order_by(Point.rang, Decision.decidee_le, Decision.cle)
    )
    natures = {lue.action: lue.nature for lue in ecriture.lignes(requete)}
    return [action for action, nature in natures.items() if nature != NatureDecision.AJOURNE]


def _natures(ecriture: Ecriture, instance: str | None) -> Collection[str]:
    """Those of the steps where the contract says that the instance sits; it says nothing: any."""
    if instance is None:
        return NATURES
    [(etapes,)] = ecriture.lignes(select(Instance.etapes).where(Instance.cle == instance))
    lues = ecriture.lignes(select(Etape.nature).where(Etape.identifiant.in_(list(etapes or ()))))
    siennes = {nature for (nature,) in lues}
    return [nature for nature in NATURES if nature in siennes] or NATURES


def _autres_closes(ecriture: Ecriture, seance: str, annee: int) -> list[dict[str, Any]]:
    requete = (
        select(Seance.cle, Seance.titre, Seance.instance)
        .where(Seance.annee == annee, Seance.etat == str(EtatSeance.CLOSE), Seance.cle != seance)
        .order_by(Seance.close_le, Seance.cle)
    )
    return [lue._asdict() for lue in ecriture.lignes(requete)]

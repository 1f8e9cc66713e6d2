"""What an avis commun moves in the cycle of its action: the instruction is done, and the comité."""

from contextlib import suppress
from datetime import date

from sqlalchemy import select

from app.models.enums import NatureEtape
from app.models.programme import EtapeAppel, Franchissement
from app.services.cycle import Cycle
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge
from app.services.transaction import Ecriture, maintenant

NATURES = (NatureEtape.INSTRUCTION, NatureEtape.COMITE_PARTENARIAL)


class EtapesDeLInstruction:
    """The two steps of the cycle that the avis go through."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._cycle = Cycle(fichier, horloge=horloge)

    def franchir(self, ecriture: Ecriture, action: str) -> None:
        """Cross them where nothing stands in the way.

        A step out of its dates, or after one that is not done, wants a reason: it is given in the
        calendar, and the avis is kept meanwhile.
        """
        for nature in NATURES:
            with suppress(SaisieRefusee):
                self._cycle.franchir(ecriture, action, nature)

    def reprendre(self, ecriture: Ecriture, action: str) -> None:
        """The action is being instructed again."""
        faits = ecriture.lignes(
            select(Franchissement.cle)
            .join(EtapeAppel, EtapeAppel.cle == Franchissement.etape)
            .where(
                Franchissement.action == action,
                EtapeAppel.nature.in_([str(nature) for nature in NATURES]),
            )
        )
        ecriture.supprimer_lot(Franchissement, [fait.cle for fait in faits])

    def echeance(self, annee: int) -> date | None:
        """By when the services answer: the first end to come of a step of instruction of that year."""
        jour = self._cycle.jour()
        fins = [
            etape.fin
            for etapes in self._cycle.etapes_de_l_annee(annee).values()
            for etape in etapes
            if etape.nature == NatureEtape.INSTRUCTION and etape.fin and etape.fin >= jour
        ]
        return min(fins, default=None)

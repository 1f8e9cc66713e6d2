"""Reminders: who is late on which dossiers, the text that is sent, and how often it was. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.models.instruction import AvisInstruction
from app.services.accords import compter
from app.services.avis_lus import lire_instruction
from app.services.courriels import adresses_dans, brouillon
from app.services.documents import date_longue
from app.services.dossiers_instruits import LigneAvis
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge, jour_courant
from app.services.programmation import nom_du_contrat
from app.services.reponses import EN_RETARD
from app.services.services_instructeurs import LigneService
from app.services.transaction import maintenant

_TABLE: Any = AvisInstruction.__table__


@dataclass(frozen=True, slots=True)
class Relance:
    """What is sent to one service: the dossiers whose avis it still owes."""

    service: LigneService
    avis: tuple[LigneAvis, ...]
    objet: str
    texte: str

    @property
    def en_retard(self) -> int:
        return sum(a.etat == EN_RETARD for a in self.avis)

    @property
    def courriel(self) -> bytes:
        """The message as mail programs open it (.eml), not sent yet."""
        adresses = adresses_dans(self.service.courriel)
        return brouillon(self.objet, self.texte, [("", adresse) for adresse in adresses])


class Relances:
    """Makes the reminders and counts them. `horloge` says what time it is."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge

    @property
    def aujourd_hui(self) -> date:
        return jour_courant(self._horloge)

    def a_faire(self, annee: int, *, retard: bool = True) -> list[Relance]:
        """One for each service that owes avis: late ones alone, or all that are waited for."""
        lues = lire_instruction(self._fichier, annee, self.aujourd_hui)
        attendus = [a for a in lues.avis() if a.attendu and (not retard or a.etat == EN_RETARD)]
        return self.de(attendus)

    def de(self, avis: Sequence[LigneAvis]) -> list[Relance]:
        """One for each service of these avis; those already given are left out."""
        contrat = nom_du_contrat(self._fichier)
        par_service: dict[str, list[LigneAvis]] = {}
        for a in avis:
            if a.attendu:
                par_service.setdefault(a.service.cle, []).append(a)
        ordonnes = sorted(par_service.values(), key=lambda siens: siens[0].service.rang)
        return [self._relance(contrat, siens) for siens in ordonnes]

    def _relance(self, contrat: str, avis: list[LigneAvis]) -> Relance:
        service = avis[0].service
        nombre = compter(len(avis), "dossier")
        objet = f"{contrat} : {nombre} en attente de votre avis"
        texte = "\n".join(
            [
                "Bonjour,",
                "",
                f"L'avis de {service.nom} est attendu sur {nombre} :",
                "",
                *(_ligne(a) for a in avis),
                "",
                "Merci de nous le faire parvenir avant le comité partenarial.",
                "",
                f"{self._fichier.signature.auteur}",
                f"{contrat}, le {date_longue(self.aujourd_hui.isoformat())}",
                "",
            ]
        )
        return Relance(service, tuple(avis), objet, texte)

    def noter(self, cles: Sequence[str]) -> int:
        """Count a reminder, today, on these avis. Raises SaisieRefusee when all are given already."""
        jour = self.aujourd_hui.isoformat()
        with self._fichier.operation(f"Relancer {compter(len(cles), 'service')}") as e:
            attendus = [
                lu
                for lu in e.lire_lot(_TABLE, cles)
                if not (lu["sens"] or lu["rendu_le"] or lu["absent"])
            ]
            if not attendus:
                raise SaisieRefusee("Ces avis sont déjà rendus : il n'y a personne à relancer.")
            for lu in attendus:
                e.modifier_lue(AvisInstruction, lu, relances=lu["relances"] + 1, relance_le=jour)
            return len(attendus)


def _ligne(avis: LigneAvis) -> str:
    """« - 2026-014, Théâtre à l'école (Compagnie du Terril), attendu le 12 mars 2026, relancé 1 fois »"""
    morceaux = [f"- {avis.numero}, {avis.titre}"]
    if avis.porteur:
        morceaux[0] += f" ({avis.porteur})"
    if avis.echeance is not None:
        morceaux.append(f"attendu le {date_longue(avis.echeance.isoformat())}")
    if avis.relances:
        morceaux.append(f"relancé {avis.relances} fois")
    return ", ".join(morceaux)

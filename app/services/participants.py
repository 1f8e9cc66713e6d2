"""The people of a meeting: proposed from its instances, added, ticked when they come."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.models.enums import College
from app.models.reunion import Participant
from app.services.accords import denombrer
from app.services.attaches import detacher
from app.services.convives import convier
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.invitations import college_de
from app.services.personnes import LignePersonne, lire_personnes
from app.services.reunions import exiger_ouverte
from app.services.reunions_lues import LigneParticipant, lire_participants
from app.services.transaction import Ecriture


@dataclass(frozen=True, slots=True)
class Assistance:
    """A college at a meeting: how many lines, how many came, how many are not known."""

    college: str
    invites: int
    presents: int
    inconnus: int


class Participants:
    """Reads and writes the people of the meetings."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation

    def lignes(self, reunion: str) -> list[LigneParticipant]:
        """Those invited, in their order."""
        with self._fichier.instant() as lire:
            return lire_participants(lire, reunion)

    def connus(self) -> dict[str, LignePersonne]:
        """Those who sit in the comités, by name."""
        with self._fichier.instant() as lire:
            return {p.nom: p for p in lire_personnes(lire, actives=True)}

    def proposer(self, reunion: str) -> int:
        """Add those whom the contract and the agenda call for and who are not there. How many."""
        with self._fichier.operation("Compléter les invités d'une réunion") as ecriture:
            exiger_ouverte(ecriture, reunion)
            return convier(ecriture, reunion)

    def ajouter(self, reunion: str, nom: str, *, present: bool | None = None, **champs: Any) -> str:
        """Add somebody; a person of the comités comes with whom they represent.

        `champs`: fonction, represente, college, courriel. Raises SaisieRefusee without a name nor body.
        """
        nom = nom.strip()
        if not nom and not (champs.get("represente") or champs.get("fonction")):
            raise SaisieRefusee("Tapez un nom, ou au moins qui est représenté.")
        personne = self.connus().get(nom)
        if personne is not None:
            champs.setdefault("fonction", personne.fonction or None)
            champs["represente"] = champs.get("represente") or personne.au_nom_de or None
            champs["college"] = champs.get("college") or college_de(personne)
        champs["college"] = champs.get("college") or str(College.INSTITUTION)
        College.de(champs["college"])
        with self._fichier.operation(
            f"Ajouter « {nom or champs['represente']} » à la réunion"
        ) as e:
            exiger_ouverte(e, reunion)
            dernier = e.lignes(
                select(func.max(Participant.rang)).where(Participant.reunion == reunion)
            )[0][0]
            return e.inserer(
                Participant,
                reunion=reunion,
                personne=personne.cle if personne else None,
                nom=nom,
                present=present,
                rang=0 if dernier is None else dernier + 1,
                **champs,
            )

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """Change columns of a line inside an operation. Raises SaisieRefusee once it is closed."""
        exiger_ouverte(ecriture, ecriture.lire(Participant, cle)["reunion"])
        if "nom" in champs:
            champs["nom"] = (champs["nom"] or "").strip()
            champs["personne"] = self._personne(ecriture, champs["nom"])
        ecriture.modifier(Participant, cle, **champs)

    def _personne(self, ecriture: Ecriture, nom: str) -> str | None:
        trouvees = [p.cle for p in lire_personnes(ecriture.lignes) if p.nom == nom]
        return trouvees[0] if nom and trouvees else None

    def pointer(self, present: bool | None, *cles: str) -> None:
        """Say that people came, did not, or that it is not known (None)."""
        mots = {True: "Noter la présence", False: "Noter l'absence", None: "Effacer la présence"}
        with self._fichier.operation(f"{mots[present]} de {_combien(cles)}") as ecriture:
            for cle in cles:
                self.poser(ecriture, cle, present=present)

    def retirer(self, *cles: str) -> None:
        """Take people off the list."""
        with self._fichier.operation(f"Retirer {_combien(cles)} d'une réunion") as ecriture:
            for cle in cles:
                exiger_ouverte(ecriture, ecriture.lire(Participant, cle)["reunion"])
            detacher(ecriture, cles)
            ecriture.supprimer_lot(Participant, cles)


def par_college(participants: Iterable[LigneParticipant]) -> list[Assistance]:
    """Attendance of each college that was invited, in the order of the colleges."""
    comptes: Counter[tuple[str, str]] = Counter()
    for p in participants:
        comptes[p.college, "invites"] += 1
        comptes[p.college, "presents"] += bool(p.present)
        comptes[p.college, "inconnus"] += p.present is None
    return [
        Assistance(str(c), comptes[c, "invites"], comptes[c, "presents"], comptes[c, "inconnus"])
        for c in map(str, College)
        if comptes[c, "invites"]
    ]


def _combien(cles: Sequence[str]) -> str:
    return denombrer(len(cles), "une personne")

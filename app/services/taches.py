"""What people type themselves among the things to do: added in one line, ticked once done."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.models.instruction import Tache
from app.services.accords import denombrer
from app.services.attaches import detacher
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge, jour_courant
from app.services.transaction import Ecriture, maintenant


class Taches:
    """Writes the tasks typed by hand."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self.operation = fichier.operation

    def jour(self) -> date:
        return jour_courant(self._horloge)

    def ajouter(self, titre: str, **champs: Any) -> str:
        """Add a task. `champs`: action, personne (None: the whole team), echeance (ISO), note."""
        titre = exiger_titre(titre)
        with self.operation(f"Ajouter la tâche « {titre[:60]} »") as e:
            return e.inserer(Tache, titre=titre, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """Change fields of a task, inside an operation that does more."""
        if "titre" in champs:
            champs["titre"] = exiger_titre(champs["titre"])
        ecriture.modifier(Tache, cle, **champs)

    def cocher(self, cles: Sequence[str], *, faites: bool = True) -> None:
        """Tick tasks as done today, or as to be done again."""
        quand = self.jour().isoformat() if faites else None
        combien = denombrer(len(cles), "une tâche")
        with self.operation(f"{'Cocher' if faites else 'Rouvrir'} {combien}") as e:
            for cle in cles:
                e.modifier(Tache, cle, faite_le=quand)

    def supprimer(self, cles: Sequence[str]) -> None:
        combien = denombrer(len(cles), "une tâche")
        with self.operation(f"Supprimer {combien}") as e:
            detacher(e, cles)
            e.supprimer_lot(Tache, cles)


def exiger_titre(titre: str | None) -> str:
    propre = (titre or "").strip()
    if not propre:
        raise SaisieRefusee("Dites ce qu'il y a à faire, comme « Rappeler le porteur ».")
    return propre

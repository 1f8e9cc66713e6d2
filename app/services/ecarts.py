"""The difference that an action of a source makes: writes, and the changes that a person reads."""

from dataclasses import dataclass, field
from typing import Any

from app.models.base import nouvelle_cle
from app.services.plans import Changement, Geste


@dataclass(slots=True)
class Ecart:
    """What is to be written for one action, as it is found."""

    gestes: list[Geste] = field(default_factory=list)
    changements: list[Changement] = field(default_factory=list)
    laisses: list[str] = field(default_factory=list)  # sentences: what is not written, and why

    def noter(self, champ: str, avant: str, apres: str) -> None:
        self.changements.append(Changement(champ, avant, apres))

    def creer(self, modele: type[Any], **valeurs: Any) -> None:
        cle = valeurs.pop("cle", None) or nouvelle_cle()
        self.gestes.append(Geste(modele, cle, valeurs, nouveau=True))

    def modifier(self, modele: type[Any], cle: str, **valeurs: Any) -> None:
        self.gestes.append(Geste(modele, cle, valeurs))

    def supprimer(self, modele: type[Any], cle: str) -> None:
        self.gestes.append(Geste(modele, cle, None))

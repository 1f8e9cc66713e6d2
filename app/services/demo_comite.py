"""What the two séances of the demonstration share: their people, their description, their rows.

Every person here is invented; the towns are those of the contract.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from app.models.base import Base
from app.models.contrat import Instance
from app.models.enums import EtatPoint, EtatSeance, NatureOperation, NaturePoint, RoleMembre
from app.models.seance import (
    Decision,
    Deport,
    Membre,
    MontantDecide,
    Passage,
    Point,
    Presence,
    Tour,
    VoixConsultative,
)
from app.services.demo_territoire import Ligne, Tirage
from app.services.fichier import Fichier
from app.services.rows import LigneAction

# (name, function, financeur, whom they speak for); chairs first.
PERSONNES: tuple[tuple[str, str, str | None, str | None], ...] = (
    ("Alix Hautecendre", "Préfecture, égalité des chances", "etat", None),
    ("Dominique Clairbrune", "Vice-présidence, cohésion sociale", "epci", None),
    ("Camille Sombrelande", "Délégation du préfet", "etat", None),
    ("Swann Verdelune", "Direction de la cohésion sociale", "epci", None),
    ("Sacha Terrebrise", "Direction de la solidarité", "region", None),
    ("Maxence Longuesaule", "Développement social local", "departement", None),
    ("Morgan Briselune", "Action sociale", "caf", None),
    ("Noa Rochegrise", "Gestion de proximité", "bailleurs", None),
    ("Andrea Malevigne", "Délégation à la politique de la ville", "communes", "Valenciennes"),
    ("Charlie Boisferrand", "Délégation à la cohésion sociale", "communes", "Denain"),
    ("Eden Champailette", "Conseil citoyen", None, "Habitants des quartiers"),
)
PRESIDENTS = 2
QUORUM_FICTIF = 6
SOURCE_QUORUM = "Règlement intérieur de la démonstration"
Lots = tuple[tuple[type[Base], list[Ligne]], ...]


@dataclass(slots=True)
class Deroule:
    """The rows of a séance being written, table by table in the order in which they are inserted."""

    membres: list[Ligne] = field(default_factory=list)
    presences: list[Ligne] = field(default_factory=list)
    points: list[Ligne] = field(default_factory=list)
    passages: list[Ligne] = field(default_factory=list)
    deports: list[Ligne] = field(default_factory=list)
    tours: list[Ligne] = field(default_factory=list)
    decisions: list[Ligne] = field(default_factory=list)
    montants: list[Ligne] = field(default_factory=list)
    voix: list[Ligne] = field(default_factory=list)

    def lots(self) -> Lots:
        return (
            (Membre, self.membres),
            (Presence, self.presences),
            (Point, self.points),
            (Passage, self.passages),
            (Deport, self.deports),
            (Tour, self.tours),
            (Decision, self.decisions),
            (MontantDecide, self.montants),
            (VoixConsultative, self.voix),
        )


def jour_de_la_seance(annee: int, courante: int) -> date:
    """No deliberation of a year is older: the assemblies vote what the comité decided."""
    return date(annee, 3, 13 if annee < courante else 12)


class DemonstrationComite:
    """Makes the rows that any séance has."""

    def __init__(
        self, fichier: Fichier, tirage: Tirage, annee: int, personnes: list[Ligne]
    ) -> None:
        self._fichier = fichier
        self._tirage = tirage
        self._annee = annee
        self._personnes = personnes

    def operation(self, sujet: str) -> Any:
        return self._fichier.operation(
            f"Préparer la démonstration : {sujet}", nature=NatureOperation.SYSTEME
        )

    def description(self, annee: int, etat: EtatSeance) -> Ligne:
        copil = self._fichier.lignes(select(Instance.cle).where(Instance.identifiant == "copil"))
        return {
            "cle": self._tirage.cle(),
            "instance": copil[0][0] if copil else None,
            "titre": f"Comité de pilotage, programmation {annee}",
            "annee": annee,
            "date": jour_de_la_seance(annee, self._annee).isoformat(),
            "heure": "09:30",
            "lieu": "Hôtel de l'agglomération",
            "etat": str(etat),
            "convoquee_le": f"{annee}-02-20",
            "quorum": QUORUM_FICTIF,
            "quorum_source": SOURCE_QUORUM,
        }

    def membres(self, seance: str) -> list[Ligne]:
        return [
            {
                "cle": self._tirage.cle(),
                "seance": seance,
                "personne": personne["cle"],
                "role": str(role_de(rang, personne)),
                "votant": personne["financeur"] is not None,
                "rang": rang,
            }
            for rang, personne in enumerate(self._personnes)
        ]

    def sujet(self, seance: str, titre: str, rang: int, etat: str = "passe") -> Ligne:
        return {
            "cle": self._tirage.cle(),
            "seance": seance,
            "titre": titre,
            "nature": str(NaturePoint.INFORMATION),
            "etat": etat,
            "minutes": 10,
            "rang": rang,
        }

    def point(self, seance: str, action: LigneAction, rang: int, *, bloc: bool) -> Ligne:
        return {
            "cle": self._tirage.cle(),
            "seance": seance,
            "action": action.cle,
            "nature": str(NaturePoint.BLOC if bloc else NaturePoint.DEBAT),
            "etat": str(EtatPoint.A_VENIR),
            "minutes": None if bloc else 3,
            "rang": rang,
        }


def role_de(rang: int, personne: Ligne) -> RoleMembre:
    if rang < PRESIDENTS:
        return RoleMembre.PRESIDENT
    return RoleMembre.MEMBRE if personne["financeur"] else RoleMembre.CONSULTATIF

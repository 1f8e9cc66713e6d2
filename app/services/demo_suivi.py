"""What follows the decision, in the demonstration: programmes TFPB of three bailleurs, four posts.

Every name and figure is invented.
"""

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.contrat import Commune, Quartier
from app.models.enums import NatureOperation, NatureOrganisme, NatureQuartier
from app.models.organisme import Organisme
from app.models.suivi import PosteAdulteRelais, ProgrammeTfpb
from app.services.demo_territoire import Tirage
from app.services.fichier import Fichier

BAILLEURS = ("Habitat des Trois Rives", "Logis du Beffroi", "Foyers de la Scarpe")
# Mission, year it begins less the current one, length in years, contract, age, in a QPV, out of work.
POSTES: tuple[tuple[str, int, int, str, int, bool | None, bool | None], ...] = (
    ("Médiation sociale", -1, 3, "CDD", 34, True, True),
    ("Médiation santé", 0, 3, "CDD", 41, True, True),
    ("Lien avec les écoles", -2, 3, "CDD", 29, None, True),
    ("Médiation numérique", 0, 3, "CDD", 25, True, None),
)
AIDE = Decimal(22_000)


class DemonstrationSuivi:
    """Writes what the team noted of the current year, in one operation."""

    def __init__(self, fichier: Fichier, tirage: Tirage, annee: int) -> None:
        self._fichier, self._tirage, self._annee = fichier, tirage, annee

    def ecrire(self) -> None:
        quartiers = [cle for (cle,) in self._fichier.lignes(_QUARTIERS)]
        employeurs = [cle for (cle,) in self._fichier.lignes(_EMPLOYEURS)]
        ville = next((nom for (nom,) in self._fichier.lignes(_VILLE)), None)
        with self._fichier.operation(
            f"Préparer la démonstration\u00a0: suivi {self._annee}", nature=NatureOperation.SYSTEME
        ) as e:
            for rang, nom in enumerate(BAILLEURS):
                bailleur = e.inserer(
                    Organisme,
                    cle=self._tirage.cle(),
                    nom=nom,
                    nature=str(NatureOrganisme.BAILLEUR),
                    ville=ville,
                )
                quartier = quartiers[rang] if rang < len(quartiers) else None
                e.inserer(ProgrammeTfpb, **self._programme(bailleur, quartier, rang))
            for rang, poste in enumerate(POSTES if employeurs else ()):
                employeur = employeurs[rang % len(employeurs)]
                quartier = quartiers[rang] if rang < len(quartiers) else None
                e.inserer(PosteAdulteRelais, **self._poste(employeur, quartier, *poste))

    def _programme(self, bailleur: str, quartier: str | None, rang: int) -> dict[str, Any]:
        """The last one is not signed, and its spending is not known yet."""
        logements = self._tirage.entier(120, 480)
        abattement = Decimal(logements * self._tirage.entier(180, 230))
        connu = rang < len(BAILLEURS) - 1
        return {
            "cle": self._tirage.cle(),
            "bailleur": bailleur,
            "quartier": quartier,
            "annee": self._annee,
            "logements": logements,
            "abattement": abattement,
            "depense": Decimal(round(abattement * self._tirage.entier(85, 110) / 100))
            if connu
            else None,
            "signe_le": f"{self._annee}-01-{self._tirage.entier(10, 28)}" if connu else None,
        }

    def _poste(
        self,
        employeur: str,
        quartier: str | None,
        mission: str,
        recul: int,
        duree: int,
        contrat: str,
        age: int,
        reside: bool | None,
        sans_emploi: bool | None,
    ) -> dict[str, Any]:
        debut = self._annee + recul
        return {
            "cle": self._tirage.cle(),
            "organisme": employeur,
            "quartier": quartier,
            "intitule": mission,
            "debut": f"{debut}-03-01",
            "fin": f"{debut + duree}-02-28",
            "contrat": contrat,
            "age": age,
            "reside_en_qpv": reside,
            "sans_emploi": sans_emploi,
            "montant": AIDE,
        }


_VILLE = select(Commune.nom).order_by(Commune.nom, Commune.cle).limit(1)
_QUARTIERS = (
    select(Quartier.cle)
    .where(Quartier.nature == str(NatureQuartier.QPV))
    .order_by(Quartier.nom, Quartier.cle)
    .limit(len(POSTES))
)
_EMPLOYEURS = (
    select(Organisme.cle)
    .where(Organisme.nature == str(NatureOrganisme.ASSOCIATION))
    .order_by(Organisme.nom, Organisme.cle)
    .limit(len(POSTES))
)

"""Equality in the demonstration: trainings with their registers, help, classes of budgets, bonus.

Everything is invented but the contract's own figures: two years of validity, a bonus for three porteurs.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select

from app.models.action import Action
from app.models.cotation import (
    Accompagnement,
    BonusEgalite,
    BudgetGenre,
    Formation,
    InscriptionFormation,
)
from app.models.enums import ClasseGenre, NatureOperation, NatureOrganisme
from app.models.organisme import Financeur, Organisme
from app.services.demo_territoire import Ligne, Tirage
from app.services.fichier import Fichier
from app.services.formations import SANS_DOSSIER

QUI = "Camille Martin"
BONUS, BONUS_POUR = Decimal(10_000), 3
# Title, years before, month and day, place, hours, validity in months, share of the porteurs there (%).
FORMATIONS: tuple[tuple[str, int, str, str, int, int, int], ...] = (
    ("Égalité femmes-hommes : les bases", 1, "11-18", "Maison des associations", 6, 24, 55),
    ("Écrire un projet qui compte pour l'égalité", 0, "01-22", "Hôtel de ville", 3, 24, 35),
)
OBJETS = (
    ("Revoir le diagnostic", "Les chiffres de participation par sexe manquent.", "Les demander"),
    ("Relire le budget", "Part des heures du groupe de filles à détailler.", "Envoyer le budget"),
    ("Préparer la communication", "Affiches avec des rôles stéréotypés.", "Nouvelles affiches"),
    ("Visite d'une séance", "Horaires peu adaptés aux mères seules.", "Essayer le samedi matin"),
)
CLASSES = (
    (str(ClasseGenre.INTEGRANT), None),
    (str(ClasseGenre.NEUTRE), None),
    (str(ClasseGenre.DEDIEE), None),
    (str(ClasseGenre.A_RISQUE), "Groupe presque sans filles, sans mesure pour y remédier"),
)
MOTIF_BONUS = "Formation suivie et projet au cœur de l'égalité"


class DemonstrationEgalite:
    """Writes what the team noted of the current year, in one operation."""

    def __init__(self, fichier: Fichier, tirage: Tirage, annee: int) -> None:
        self._fichier, self._tirage, self._annee = fichier, tirage, annee

    def ecrire(self) -> None:
        actions = self._fichier.lignes(_ACTIONS, {"annee": self._annee})
        porteurs = list(
            dict.fromkeys(a.porteur for a in actions if a.nature == NatureOrganisme.ASSOCIATION)
        )
        formations = list(self._formations())
        with self._fichier.operation(
            f"Préparer la démonstration : égalité {self._annee}", nature=NatureOperation.SYSTEME
        ) as e:
            e.inserer_lot(Formation, formations)
            e.inserer_lot(InscriptionFormation, list(self._registres(formations, porteurs)))
            e.inserer_lot(Accompagnement, list(self._accompagnements(actions)))
            e.inserer_lot(BudgetGenre, list(self._classes(actions)))
            e.inserer_lot(BonusEgalite, list(self._bonus(actions)))

    def _formations(self) -> Iterator[Ligne]:
        for titre, recul, jour, lieu, heures, mois, _ in FORMATIONS:
            yield {
                "cle": self._tirage.cle(),
                "titre": titre,
                "theme": "Égalité",
                "date": f"{self._annee - recul}-{jour}",
                "lieu": lieu,
                "heures": Decimal(heures),
                "obligatoire": True,
                "validite_mois": mois,
                "intervenant": QUI,
            }

    def _registres(self, formations: Sequence[Ligne], porteurs: Sequence[str]) -> Iterator[Ligne]:
        """Some are absent; nobody has noted yet the last ones of the second training."""
        for formation, (*_, part) in zip(formations, FORMATIONS, strict=True):
            for porteur in porteurs:
                if self._tirage.chance(part):
                    yield {
                        "cle": self._tirage.cle(),
                        "formation": formation["cle"],
                        "organisme": porteur,
                        "present": self._tirage.pese((True, False, None), (8, 1, 1)),
                    }

    def _accompagnements(self, actions: Sequence[Any]) -> Iterator[Ligne]:
        suivies = self._tirage.plusieurs(actions, 3 * len(OBJETS))
        for rang, action in enumerate(suivies):
            objet, texte, suite = OBJETS[rang % len(OBJETS)]
            yield {
                "cle": self._tirage.cle(),
                "organisme": action.porteur,
                "action": action.cle,
                "date": f"{self._annee}-{1 + rang % 3:02d}-{self._tirage.entier(1, 28):02d}",
                "objet": objet,
                "par": QUI,
                "texte": texte,
                "suite": suite,
            }

    def _classes(self, actions: Sequence[Any]) -> Iterator[Ligne]:
        for action in actions:
            if not self._tirage.chance(88):
                continue
            classe, motif = self._tirage.pese(CLASSES, (9, 8, 2, 1))
            yield {
                "cle": self._tirage.cle(),
                "action": action.cle,
                "classe": classe,
                "motif": motif,
                "auteur": QUI,
                "moment": f"{self._annee}-02-02T09:00:00+00:00",
            }

    def _bonus(self, actions: Sequence[Any]) -> Iterator[Ligne]:
        """Of the agglomération: the contract has its own money pay for it."""
        financeurs = self._fichier.lignes(
            select(Financeur.cle).where(Financeur.identifiant == "epci")
        )
        vus: set[str] = set()
        for action in self._tirage.plusieurs(actions, len(actions)):
            if action.nature != NatureOrganisme.ASSOCIATION or action.porteur in vus:
                continue
            vus.add(action.porteur)
            yield {
                "cle": self._tirage.cle(),
                "annee": self._annee,
                "organisme": action.porteur,
                "action": action.cle,
                "financeur": financeurs[0].cle if financeurs else None,
                "montant": BONUS,
                "motif": MOTIF_BONUS,
            }
            if len(vus) == BONUS_POUR:
                return


_ACTIONS = (
    select(Action.cle, Action.porteur, Organisme.nature)
    .join(Organisme, Organisme.cle == Action.porteur)
    .where(Action.annee == bindparam("annee"), Action.statut.not_in(sorted(SANS_DOSSIER)))
    .order_by(Action.numero, Action.cle)
)

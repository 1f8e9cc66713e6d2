"""The séance that the demonstration prepares for the current year: its agenda and two scenarios."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from app.models.enums import EtatPoint, EtatSeance, StatutAction
from app.models.seance import MontantScenario, Scenario, Seance
from app.services.actions import Actions
from app.services.demo_comite import DemonstrationComite, Deroule, Lots
from app.services.demo_territoire import Ligne, Tirage
from app.services.fichier import Fichier
from app.services.payeurs import payeurs_des_actions
from app.services.repartitions import reduire
from app.services.seances import DROIT_COMMUN, TFPB


class SeanceAVenir:
    """Writes the séance of the current year."""

    def __init__(
        self, fichier: Fichier, tirage: Tirage, annee: int, comite: DemonstrationComite
    ) -> None:
        self._fichier = fichier
        self._tirage = tirage
        self._annee = annee
        self._comite = comite

    def ecrire(self) -> None:
        seance = self._comite.description(self._annee, EtatSeance.PREPARATION)
        cle = seance["cle"]
        deroule = Deroule(membres=self._comite.membres(cle))
        for titre in (DROIT_COMMUN, TFPB):
            sujet = self._comite.sujet(cle, titre, len(deroule.points), str(EtatPoint.A_VENIR))
            deroule.points.append(sujet)
        lignes = Actions(self._fichier).lignes(self._annee)
        retenues = [a for a in lignes if a.statut == StatutAction.PROPOSEE]
        ordre = sorted(retenues, key=lambda a: (a.axe_rang, a.numero))
        for action in ordre:
            bloc = bool(action.cpo) and not action.cpo.startswith("1/")
            deroule.points.append(self._comite.point(cle, action, len(deroule.points), bloc=bloc))
        if ordre:
            deroule.points[2]["note_privee"] = "Le porteur a rappelé : il attend notre réponse."
        with self._comite.operation(f"séance {self._annee}") as e:
            e.inserer(Seance, **seance)
            for modele, rows in deroule.lots():
                e.inserer_lot(modele, rows)
            for modele, rows in self._scenarios(cle, [a.cle for a in ordre]):
                e.inserer_lot(modele, rows)

    def _scenarios(self, seance: str, actions: Sequence[str]) -> Lots:
        """What the instruction proposes, and five percent less."""
        with self._fichier.instant() as lire:
            sieges = payeurs_des_actions(lire, actions)
        proposes = {
            (action, s.payeur): s.propose
            for action in actions
            for s in sieges[action]
            if s.propose is not None
        }
        etapes: tuple[tuple[str, list[Ligne], dict[Any, Decimal]], ...] = (
            ("Instruction", [{"genre": "instruction"}], proposes),
            (
                "Moins 5 %",
                [
                    {"genre": "instruction"},
                    {"genre": "reduction", "taux": "5", "montant": None, "financeur": None},
                ],
                reduire(proposes, Decimal(5)),
            ),
        )
        scenarios: list[Ligne] = []
        montants: list[Ligne] = []
        for rang, (nom, methode, parts) in enumerate(etapes):
            cle = self._tirage.cle()
            scenarios.append(
                {
                    "cle": cle,
                    "seance": seance,
                    "nom": nom,
                    "methode": {"etapes": methode},
                    "rang": rang,
                }
            )
            montants += [
                {
                    "cle": self._tirage.cle(),
                    "scenario": cle,
                    "action": action,
                    "montant": montant,
                    **payeur.champs(),
                }
                for (action, payeur), montant in parts.items()
            ]
        return (Scenario, scenarios), (MontantScenario, montants)

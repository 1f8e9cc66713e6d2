"""The instruction of the demonstration: services, rules, and avis of the current year in every state.

Every person here is invented.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from app.models.action import Action, Cofinancement
from app.models.calculs import ZERO
from app.models.contrat import Noeud
from app.models.enums import NatureOperation, SensInstruction, StatutAction
from app.models.instruction import (
    AvisCommun,
    AvisInstruction,
    Referent,
    RegleAffectation,
    Service,
)
from app.models.organisme import Financeur
from app.services.demo_territoire import Ligne, Tirage
from app.services.fichier import Fichier
from app.services.reponses import phrase_d_avis
from app.services.services_instructeurs import proposes

# As one contract of the region prints them.
FONDAMENTAUX = (
    "Recours à des équipes artistiques professionnelles",
    "Qualité artistique des propositions et intervenants",
    "Capacité à porter des propositions auprès des habitants des quartiers",
    "Prise en compte des acteurs locaux et des partenariats",
    "Logique de parcours",
    "Implication des habitants",
)
REFERENTS = {
    "etat": "Camille Sombrelande",
    "epci": "Swann Verdelune",
    "region": "Sacha Terrebrise",
    "departement": "Maxence Longuesaule",
    "caf": "Morgan Briselune",
    "bailleurs": "Noa Rochegrise",
    "communes": "Andrea Malevigne",
}
CITOYEN, EXPERT = "Eden Champailette", "Lou Grandpré"
MOTIFS: dict[SensInstruction, tuple[str, ...]] = {
    SensInstruction.RESERVE: (
        "Préciser le nombre d'habitants des quartiers",
        "Bilan de l'année précédente attendu",
        "Convention à passer avec la commune",
        "Calendrier à revoir",
    ),
    SensInstruction.DEFAVORABLE: (
        "Hors des priorités de l'appel",
        "Coût élevé pour le public touché",
    ),
    SensInstruction.AJOURNE: ("Pièces attendues du porteur",),
    SensInstruction.REORIENTE: ("Relève d'un autre dispositif",),
}
VERS = "le droit commun du service"
# What each avis commun says, by statut of the action: what the comité then decided.
SENS = {
    StatutAction.PROPOSEE: (SensInstruction.FAVORABLE,) * 3 + (SensInstruction.RESERVE,),
    StatutAction.ACCORDEE: (SensInstruction.FAVORABLE,) * 4 + (SensInstruction.RESERVE,),
    StatutAction.AJOURNEE: (SensInstruction.AJOURNE,),
    StatutAction.REFUSEE: (SensInstruction.DEFAVORABLE,),
    StatutAction.REORIENTEE: (SensInstruction.REORIENTE,),
}
EN_COURS = (SensInstruction.FAVORABLE,) * 5 + (
    SensInstruction.RESERVE,
    SensInstruction.RESERVE,
    SensInstruction.DEFAVORABLE,
    SensInstruction.SANS_AVIS,
)


class DemonstrationInstruction:
    """Writes what the services of the current year said, in one operation."""

    def __init__(self, fichier: Fichier, tirage: Tirage, annee: int) -> None:
        self._fichier = fichier
        self._tirage = tirage
        self._annee = annee
        self._demande_le = f"{annee}-01-19"
        self._echeances = (f"{annee}-02-13", f"{annee}-02-13", f"{annee}-12-18")

    def ecrire(self) -> None:
        services = self._services()
        actions = self._fichier.lignes(_ACTIONS.where(Action.annee == self._annee))
        demandes = self._demandes()
        avis: list[Ligne] = []
        communs: list[Ligne] = []
        for action in actions:
            siens = demandes.get(action.cle, {})
            if not siens or StatutAction.de(action.statut) not in (
                *SENS,
                StatutAction.INSTRUCTION,
            ):
                continue
            lus = self._dossier(action, siens, services)
            avis += lus
            if (commun := self._commun(action, siens, lus)) is not None:
                communs.append(commun)
        with self._operation(f"instruction {self._annee}") as e:
            e.inserer_lot(Service, list(services.values()))
            e.inserer_lot(Referent, self._referents(services))
            e.inserer_lot(RegleAffectation, self._regles(services))
            e.inserer_lot(AvisInstruction, avis)
            e.inserer_lot(AvisCommun, communs)
            for commun in communs:
                phrase = phrase_d_avis(commun["sens"], commun["vers"], commun["motif"])
                e.modifier(Action, commun["action"], avis=phrase)

    def _operation(self, sujet: str) -> Any:
        return self._fichier.operation(
            f"Préparer la démonstration : {sujet}", nature=NatureOperation.SYSTEME
        )

    # Services -----------------------------------------------------------------------------------

    def _services(self) -> dict[str, Ligne]:
        """By the identifiant of their financeur, else « citoyens » and « drac »."""
        noms = {
            f.cle: f.identifiant
            for f in self._fichier.lignes(select(Financeur.cle, Financeur.identifiant))
        }
        services: dict[str, Ligne] = {}
        with self._fichier.instant() as lire:
            voulus = proposes(lire)
        for voulu in voulus:
            if not voulu.get("expertise"):
                services[noms.get(voulu["financeur"], "citoyens")] = voulu
        services["drac"] = {
            "nom": "DRAC Hauts-de-France",
            "nom_court": "DRAC",
            "expertise": True,
            "rubriques": list(FONDAMENTAUX),
        }
        for rang, (cle, service) in enumerate(services.items()):
            courriel = f"instruction@{cle.replace('_', '-')}.example"
            service |= {"cle": self._tirage.cle(), "rang": rang, "courriel": courriel}
        return services

    def _referents(self, services: dict[str, Ligne]) -> list[Ligne]:
        noms = {**REFERENTS, "citoyens": CITOYEN, "drac": EXPERT}
        return [
            {"cle": self._tirage.cle(), "service": services[cle]["cle"], "nom": nom}
            for cle, nom in noms.items()
            if cle in services
        ]

    def _regles(self, services: dict[str, Ligne]) -> list[Ligne]:
        """The experts are asked about culture."""
        culture = self._fichier.lignes(
            select(Noeud.cle).where(Noeud.libelle.ilike("%cultur%")).order_by(Noeud.rang).limit(1)
        )
        return [
            {"cle": self._tirage.cle(), "service": services["drac"]["cle"], "noeud": cle}
            for (cle,) in culture
        ]

    # Avis ---------------------------------------------------------------------------------------

    def _demandes(self) -> dict[str, dict[str, Any]]:
        """action -> identifiant of a solicited financeur -> what it proposes in all."""
        requete = (
            select(
                Cofinancement.action,
                Financeur.identifiant,
                func.sum(Cofinancement.propose).label("propose"),
            )
            .join(Financeur, Financeur.cle == Cofinancement.financeur)
            .where(Cofinancement.annee == self._annee, Cofinancement.demande > ZERO)
            .group_by(Cofinancement.action, Financeur.identifiant, Financeur.rang)
            .order_by(Cofinancement.action, Financeur.rang)
        )
        demandes: dict[str, dict[str, Any]] = {}
        for action, identifiant, propose in self._fichier.lignes(requete):
            demandes.setdefault(action, {})[identifiant] = propose
        return demandes

    def _dossier(
        self, action: Any, siens: dict[str, Any], services: dict[str, Ligne]
    ) -> list[Ligne]:
        """What each solicited service said, and a few that are only consulted."""
        statut = StatutAction.de(action.statut)
        voulu = self._tirage.un(SENS[statut]) if statut in SENS else None
        reserve = self._tirage.entier(0, len(siens) - 1)
        prete = voulu is not None or self._tirage.chance(25)
        echeance = self._tirage.un(self._echeances)
        lus = []
        for rang, (financeur, propose) in enumerate(siens.items()):
            avis = self._vide(action.cle, services[financeur]["cle"], echeance)
            if voulu is not None:
                reste = SensInstruction.FAVORABLE if voulu == SensInstruction.RESERVE else voulu
                self._rendre(avis, financeur, voulu if rang == reserve else reste, propose)
            elif prete or self._tirage.chance(50):
                self._rendre(avis, financeur, self._tirage.un(EN_COURS), propose)
            else:
                self._laisser(avis, financeur)
            lus.append(avis)
        return [*lus, *self._consultatifs(action.cle, services, echeance)]

    def _vide(self, action: str, service: str, echeance: str) -> Ligne:
        return {
            "cle": self._tirage.cle(),
            "action": action,
            "service": service,
            "demande_le": self._demande_le,
            "echeance": echeance,
        }

    def _rendre(self, avis: Ligne, qui: str, sens: SensInstruction, propose: Any) -> None:
        jour = f"{self._annee}-02-{self._tirage.entier(2, 20):02d}"
        avis |= {
            "sens": str(sens),
            "vers": VERS if sens is SensInstruction.REORIENTE else None,
            "motif": self._tirage.un(MOTIFS[sens]) if sens in MOTIFS else None,
            "montant": propose,
            "pris_en_charge_le": self._demande_le,
            "pris_en_charge_par": REFERENTS.get(qui, CITOYEN),
            "rendu_le": jour,
            "rendu_par": REFERENTS.get(qui, CITOYEN),
        }

    def _laisser(self, avis: Ligne, qui: str) -> None:
        """Not answered yet: taken in charge or not, reminded or not, or not there."""
        if self._tirage.chance(12):
            avis["absent"] = True
            return
        if self._tirage.chance(60):
            avis |= {"pris_en_charge_le": self._demande_le, "pris_en_charge_par": REFERENTS[qui]}
        if self._tirage.chance(30):
            avis |= {
                "relances": self._tirage.entier(1, 2),
                "relance_le": f"{self._annee}-02-24",
            }

    def _consultatifs(
        self, action: str, services: dict[str, Ligne], echeance: str
    ) -> Sequence[Ligne]:
        lus = []
        if self._tirage.chance(20):
            avis = self._vide(action, services["citoyens"]["cle"], echeance)
            self._rendre(avis, "citoyens", self._tirage.un(EN_COURS), None)
            lus.append(avis)
        if self._tirage.chance(10):
            avis = self._vide(action, services["drac"]["cle"], echeance)
            if self._tirage.chance(60):
                self._commenter(avis)
            lus.append(avis)
        return lus

    def _commenter(self, avis: Ligne) -> None:
        """An expertise: a sentence under some of its headings, and no mark."""
        avis |= {
            "commentaires": {
                FONDAMENTAUX[0]: "Équipe professionnelle reconnue, à conforter.",
                FONDAMENTAUX[4]: "Prévoir des ateliers avant et après la visite.",
            },
            "rendu_le": f"{self._annee}-02-16",
            "rendu_par": EXPERT,
        }

    def _commun(self, action: Any, siens: dict[str, Any], avis: Sequence[Ligne]) -> Ligne | None:
        """What the comité partenarial said of a dossier that has been proposed since."""
        if StatutAction.de(action.statut) not in SENS:
            return None
        rendus = avis[: len(siens)]
        autre = next((a for a in rendus if a["sens"] != SensInstruction.FAVORABLE), rendus[0])
        connus = [p for p in siens.values() if p is not None]
        return {
            "cle": self._tirage.cle(),
            "action": action.cle,
            "sens": autre["sens"],
            "vers": autre["vers"],
            "motif": autre["motif"],
            "montant": sum(connus) if connus else None,
            "rendu_le": f"{self._annee}-02-26",
            "rendu_par": REFERENTS["epci"],
        }


_ACTIONS = select(Action.cle, Action.statut).order_by(Action.numero, Action.cle)

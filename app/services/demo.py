"""The demonstration: a whole contract with three years of programming, drawn from a seed.

The towns and quartiers are those of the contract; associations, numbers and amounts are invented.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.models.action import (
    Action,
    ActionCommune,
    ActionQuartier,
    Classement,
    Cofinancement,
    LigneBudget,
)
from app.models.base import Base
from app.models.enums import NatureAppel, NatureOperation, StatutAction
from app.models.organisme import Organisme
from app.models.programme import Appel, Enveloppe, Exercice
from app.services.creation import nouveau_fichier
from app.services.demo_actions import (
    SANS_COUT,
    Edition,
    ligne_action,
    lignes_classement,
    lignes_communes,
    lignes_quartiers,
    programmer,
)
from app.services.demo_bilans import DemonstrationBilans
from app.services.demo_conventions import DemonstrationConventions
from app.services.demo_cotations import DemonstrationCotations
from app.services.demo_cycle import DemonstrationCycle
from app.services.demo_depots import DemonstrationDepots
from app.services.demo_donnees import COMMENTAIRES
from app.services.demo_droit_commun import DemonstrationDroitCommun
from app.services.demo_egalite import DemonstrationEgalite
from app.services.demo_enveloppes import cumuler, enveloppes
from app.services.demo_grilles import DemonstrationGrilles
from app.services.demo_instruction import DemonstrationInstruction
from app.services.demo_montants import (
    A_EXAMINER,
    Demande,
    budget,
    decider,
    demandes,
    ligne_cofinancement,
)
from app.services.demo_notes import DemonstrationNotes
from app.services.demo_regles import DemonstrationRegles
from app.services.demo_reunions import DemonstrationReunions
from app.services.demo_seance import DemonstrationSeances
from app.services.demo_suivi import DemonstrationSuivi
from app.services.demo_territoire import (
    Ligne,
    Porteur,
    Territoire,
    Tirage,
    creer_porteurs,
    lire_territoire,
)
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.transaction import Ecriture

CONTRAT = "valenciennes"
ANNEE_COURANTE = 2026
GRAINE = 2030
AUTEUR = "Démonstration"
ANNEES = 3
OUVERTES = {StatutAction.NOTE, StatutAction.DEPOSEE, StatutAction.INSTRUCTION}


def creer_demo(
    chemin: Path,
    *,
    graine: int = GRAINE,
    annee_courante: int | None = None,
    actions_par_an: int = 200,
) -> None:
    """Write a demonstration file. The same seed gives the same rows, keys included.

    The seal alone differs: it names the entry of the journal, which tells when it was written.

    Raises ErreurConnue when a file is already there, SaisieRefusee when the contract does not cover
    the current year and the two before.
    """
    from app.services.referentiels import charger

    annee = annee_courante or ANNEE_COURANTE
    referentiel = charger(CONTRAT)
    _exiger_annees(annee, referentiel.contrat.annee_debut, referentiel.contrat.annee_fin)
    with nouveau_fichier(chemin, auteur=AUTEUR) as fichier:
        tirage = Tirage(graine, annee)
        _charger_contrat(fichier, tirage, referentiel)
        Demonstration(fichier, tirage, annee).ecrire(actions_par_an)
        DemonstrationSeances(fichier, tirage, annee).ecrire()
        DemonstrationNotes(fichier, tirage, annee).ecrire()
        DemonstrationReunions(fichier, graine, annee).ecrire()
        DemonstrationInstruction(fichier, Tirage(graine + 6, annee), annee).ecrire()
        DemonstrationDroitCommun(fichier, Tirage(graine + 7, annee), annee).ecrire()
        DemonstrationConventions(fichier, Tirage(graine + 12, annee), annee).ecrire()
        DemonstrationCycle(fichier, Tirage(graine + 4, annee), annee).ecrire()
        DemonstrationDepots(fichier, Tirage(graine + 9, annee), annee).ecrire()
        DemonstrationGrilles(fichier, Tirage(graine + 11, annee), annee).ecrire()
        DemonstrationCotations(fichier, Tirage(graine + 13, annee), annee).ecrire()
        DemonstrationBilans(fichier, Tirage(graine + 17, annee), annee).ecrire()
        DemonstrationEgalite(fichier, Tirage(graine + 18, annee), annee).ecrire()
        DemonstrationSuivi(fichier, Tirage(graine + 19, annee), annee).ecrire()
        # Last: it judges what the others wrote.
        DemonstrationRegles(fichier, Tirage(graine + 16, annee), annee).ecrire()
        fichier.undo.oublier()


def _exiger_annees(annee: int, debut: int | None, fin: int | None) -> None:
    if debut is None or fin is None or not debut + ANNEES - 1 <= annee <= fin:
        raise SaisieRefusee(
            f"La démonstration couvre trois années du contrat ({debut}–{fin}) : "
            "choisissez une année courante qui en laisse deux avant elle."
        )


def _charger_contrat(fichier: Fichier, tirage: Tirage, referentiel: Any) -> None:
    """The contract as any new file receives it, under keys that come from the seed."""
    from app.services.chargement_contrat import lots

    tables = [(modele, [dict(ligne) for ligne in lignes]) for modele, lignes in lots(referentiel)]
    cles: dict[str, str] = {}
    for _, lignes in tables:
        for ligne in lignes:
            nouvelle = tirage.cle()
            cles[ligne.get("cle", nouvelle)] = nouvelle
            ligne.setdefault("cle", nouvelle)
    with fichier.operation(
        f"Charger le contrat « {referentiel.contrat.nom} »", nature=NatureOperation.SYSTEME
    ) as ecriture:
        for modele, lignes in tables:
            ecriture.inserer_lot(modele, [_recler(ligne, cles) for ligne in lignes])


def _recler(ligne: Ligne, cles: dict[str, str]) -> Ligne:
    """The row with its key and those it refers to replaced."""
    return {n: cles.get(v, v) if isinstance(v, str) else v for n, v in ligne.items()}


@dataclass(slots=True)
class Programme:
    """The rows of a year, table by table in the order in which they are inserted."""

    actions: list[Ligne] = field(default_factory=list)
    quartiers: list[Ligne] = field(default_factory=list)
    communes: list[Ligne] = field(default_factory=list)
    classements: list[Ligne] = field(default_factory=list)
    budget: list[Ligne] = field(default_factory=list)
    cofinancements: list[Ligne] = field(default_factory=list)
    decisions: list[tuple[Demande, Ligne]] = field(default_factory=list)

    def inserer(self, ecriture: Ecriture) -> None:
        lots: tuple[tuple[type[Base], list[Ligne]], ...] = (
            (Action, self.actions),
            (ActionQuartier, self.quartiers),
            (ActionCommune, self.communes),
            (Classement, self.classements),
            (LigneBudget, self.budget),
            (Cofinancement, self.cofinancements),
        )
        for modele, lignes in lots:
            ecriture.inserer_lot(modele, lignes)


class Demonstration:
    """Writes everything that the team would have typed, one operation by subject."""

    def __init__(self, fichier: Fichier, tirage: Tirage, annee: int) -> None:
        self._fichier = fichier
        self._tirage = tirage
        self._annee = annee
        self._territoire = lire_territoire(fichier)
        self._noms = _noms_des_subventions(self._territoire)

    def ecrire(self, actions_par_an: int) -> None:
        porteurs, doublon = self._porteurs()
        appels = self._appels()
        editions: Sequence[Edition] = ()
        effectifs = (actions_par_an, actions_par_an + actions_par_an // 60, actions_par_an)
        for recul in reversed(range(ANNEES)):
            annee = self._annee - recul
            editions = programmer(
                self._tirage,
                self._territoire,
                porteurs,
                editions,
                annee=annee,
                recul=recul,
                nombre=effectifs[recul],
            )
            self._annee_entiere(editions, appels, doublon)

    def _ecrire(self, sujet: str, *lots: tuple[type[Base], list[Ligne]]) -> None:
        with self._operation(sujet) as ecriture:
            for modele, lignes in lots:
                ecriture.inserer_lot(modele, lignes)

    def _operation(self, sujet: str) -> Any:
        return self._fichier.operation(
            f"Préparer la démonstration : {sujet}", nature=NatureOperation.SYSTEME
        )

    def _porteurs(self) -> tuple[list[Porteur], str]:
        """The porteurs, and the key of the one typed twice."""
        porteurs, lignes = creer_porteurs(self._tirage, self._territoire)
        self._ecrire("porteurs", (Organisme, lignes))
        return porteurs, lignes[-1]["cle"]

    def _appels(self) -> dict[tuple[int, NatureAppel], str]:
        """Keys of the calls, by year and kind."""
        annees = range(self._annee - ANNEES + 1, self._annee + 1)
        cles: dict[tuple[int, NatureAppel], str] = {}
        exercices: list[Ligne] = []
        appels: list[Ligne] = []
        for annee in annees:
            exercice = self._tirage.cle()
            exercices.append({"cle": exercice, "annee": annee, "clos": annee <= self._annee - 2})
            for appel in _appels_de(annee, fonds=annee == self._annee - 1):
                cle = cles[annee, NatureAppel.de(appel["nature"])] = self._tirage.cle()
                appels.append({"cle": cle, "exercice": exercice, **appel})
        self._ecrire("exercices et appels", (Exercice, exercices), (Appel, appels))
        return cles

    def _annee_entiere(
        self,
        editions: Sequence[Edition],
        appels: dict[tuple[int, NatureAppel], str],
        doublon: str,
    ) -> None:
        programme = Programme()
        for edition in editions:
            appel = appels[edition.annee, edition.projet.appel]
            self._ajouter(programme, edition, appel=appel, doublon=doublon)
        annee = editions[0].annee
        with self._operation(f"programmation {annee}") as ecriture:
            programme.inserer(ecriture)
        lignes = enveloppes(
            self._tirage,
            self._territoire,
            cumuler(programme.decisions),
            annee=annee,
            en_cours=editions[0].recul == 0,
        )
        self._ecrire(f"enveloppes {annee}", (Enveloppe, lignes))

    def _ajouter(self, programme: Programme, edition: Edition, *, appel: str, doublon: str) -> None:
        """All the rows of one action."""
        faites = self._demandes(edition)
        etat = any(d.source.financeur == "etat" for d in faites)
        programme.actions.append(
            ligne_action(self._tirage, edition, appel=appel, doublon=doublon, cofinancee_etat=etat)
        )
        programme.quartiers += lignes_quartiers(self._tirage, edition)
        programme.communes += lignes_communes(self._tirage, edition)
        programme.classements += lignes_classement(self._tirage, self._territoire, edition)
        programme.budget += self._budget(edition, faites)
        for rang, demande in enumerate(faites):
            decision = decider(
                self._tirage,
                demande,
                statut=edition.statut,
                recul=edition.recul,
                cpo=edition.cpo_rang is not None,
                principale=rang == 0,
            )
            programme.decisions.append((demande, decision))
            programme.cofinancements.append(self._cofinancement(edition, demande, decision))

    def _demandes(self, edition: Edition) -> list[Demande]:
        """What is asked; in the current year, some secondary amounts are not told yet."""
        projet = edition.projet
        faites = demandes(projet.sources, cout=projet.cout, taux=projet.taux)
        if edition.recul or edition.statut not in OUVERTES:
            return faites
        return [
            Demande(d.source, None) if rang and self._tirage.chance(8) else d
            for rang, d in enumerate(faites)
        ]

    def _budget(self, edition: Edition, faites: Sequence[Demande]) -> Iterator[Ligne]:
        """Lines of the budget; a note d'intention has none, nor an action whose cost is unknown."""
        if edition.statut == StatutAction.NOTE or edition.lacune == SANS_COUT:
            return
        lignes = budget(
            self._tirage, cout=edition.projet.cout, demandes_faites=faites, noms=self._noms
        )
        for ligne in lignes:
            yield {"cle": self._tirage.cle(), "action": edition.cle, **ligne}

    def _cofinancement(self, edition: Edition, demande: Demande, decision: Ligne) -> Ligne:
        return ligne_cofinancement(
            self._territoire,
            demande,
            decision,
            cle=self._tirage.cle(),
            action=edition.cle,
            annee=edition.annee,
            commentaire=self._commentaire(edition, demande, decision["statut"]),
        )

    def _commentaire(self, edition: Edition, demande: Demande, statut: str) -> str | None:
        service, attendue = edition.projet.theme.service, statut in A_EXAMINER
        if demande.source.credit == "etat_droit_commun":
            return COMMENTAIRES["sollicite" if attendue else "service"].format(service=service)
        if demande.source.credit.endswith("droit_commun") and self._tirage.chance(25):
            return COMMENTAIRES["droit_commun"]
        if demande.source.commune and attendue and self._tirage.chance(10):
            return COMMENTAIRES["partage"]
        return None


def _noms_des_subventions(territoire: Territoire) -> dict[str, str]:
    """Label of the 74 lines, by financeur and by paying commune (its key)."""
    return {
        "etat": "État",
        "epci": "Valenciennes Métropole",
        "region": "Région Hauts-de-France",
        "departement": "Département du Nord",
        "caf": "Caf du Nord",
        "bailleurs": "Bailleurs sociaux",
        **{cle: f"Commune : {nom}" for nom, cle in territoire.communes.items()},
    }


def _appels_de(annee: int, *, fonds: bool) -> list[Ligne]:
    """Calls of a year: the AMI in two deposits, then what the State opens in the course of it."""
    appels = [
        _appel(
            NatureAppel.AMI,
            f"AMI {annee}",
            f"{annee - 1}-10-01",
            f"{annee - 1}-12-31",
            note="Deux temps de dépôt : note d'intention, puis dossier après les réunions "
            "partenariales.",
        ),
        _appel(NatureAppel.VACANCES, f"Appel vacances {annee}", f"{annee}-03-10", f"{annee}-04-30"),
        {
            **_appel(NatureAppel.FIL_DE_L_EAU, f"Petits projets au fil de l'eau {annee}"),
            "leger": True,
            "instructeurs": 2,
        },
    ]
    if fonds:
        appels.append(
            _appel(
                NatureAppel.AMI_SPECIFIQUE,
                f"Fonds thématique {annee}",
                f"{annee}-04-15",
                f"{annee}-05-31",
                note="AMI spécifique, financé par la réserve que le comité a décidée.",
            )
        )
    return [{**appel, "rang": rang} for rang, appel in enumerate(appels)]


def _appel(
    nature: NatureAppel,
    nom: str,
    ouverture: str | None = None,
    cloture: str | None = None,
    *,
    note: str | None = None,
) -> Ligne:
    return {
        "nature": str(nature),
        "nom": nom,
        "date_ouverture": ouverture,
        "date_cloture": cloture,
        "note": note,
    }

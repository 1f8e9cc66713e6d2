"""Deposits: each one freezes a version of the dossier and has done with a step of the cycle.

Once a dossier is deposited and the dates of the rewriting are over, what the porteur wrote only
changes after somebody reopened it for a reason, which is kept beside the action.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import func, select

from app.models.action import Action
from app.models.depot import Depot
from app.models.enums import NatureDepot, NatureEtape, StatutAction
from app.services.cycle import Cycle
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge, moment
from app.services.reouvertures import rouvrir
from app.services.transaction import Ecriture, maintenant
from app.services.versions_lues import Version, lire_contenu, lire_contenus, lire_versions

ETAPES = {
    NatureDepot.NOTE: str(NatureEtape.NOTE_INTENTION),
    NatureDepot.DOSSIER: str(NatureEtape.DEPOT),
}
A_DEPOSER = (StatutAction.NOTE, StatutAction.AJOURNEE)  # a deposit makes them « Déposée »


class Depots:
    """Freezes the versions of the dossiers; a Depot row is inserted and never changed."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self._cycle = Cycle(fichier, horloge=horloge)
        self.operation = fichier.operation

    # Reading --------------------------------------------------------------------------------------

    def versions(self, action: str) -> list[Version]:
        return lire_versions(self._fichier.lignes, action)

    # Depositing -----------------------------------------------------------------------------------

    def deposer(
        self,
        ecriture: Ecriture,
        action: str,
        nature: NatureDepot,
        *,
        motif: str | None = None,
        note: str | None = None,
    ) -> str:
        """Freeze what the dossier says now and have done with the step. The key of the version.

        Raises SaisieRefusee outside the dates of the step when no `motif` is given, or when a dossier
        has no porteur.
        """
        motif = (motif or "").strip() or None
        ligne = ecriture.lire(Action, action)
        if nature == NatureDepot.DOSSIER:
            _exiger_complet(ligne)
        self._cycle.exiger_ouverte(ecriture, action, ETAPES[nature], motif)
        self._cycle.franchir(ecriture, action, ETAPES[nature], motif=motif)
        if nature == NatureDepot.DOSSIER and ligne["statut"] in A_DEPOSER:
            ecriture.modifier_lue(Action, ligne, statut=str(StatutAction.DEPOSEE))
        return self._figer(ecriture, action, nature, note=note or motif)

    def _figer(
        self, ecriture: Ecriture, action: str, nature: NatureDepot, *, note: str | None
    ) -> str:
        requete = select(func.max(Depot.numero), func.max(Depot.moment)).where(
            Depot.action == action
        )
        [(numero, dernier)] = ecriture.lignes(requete)
        return ecriture.inserer(
            Depot,
            action=action,
            nature=str(nature),
            numero=(numero or 0) + 1,
            moment=moment(self._horloge, apres=dernier or ""),
            auteur=self._fichier.signature.auteur,
            contenu=lire_contenu(ecriture.lignes, action),
            note=note,
        )

    def naitre(self, ecriture: Ecriture, actions: Sequence[str], note: str) -> None:
        """Dossiers made as « Déposée » begin with a first version, and past their deposit.

        `note`: where they come from; it is the reason of the steps that they did not go through.
        Nothing is refused: what another tool received is deposited, whatever it lacks.
        """
        quand, auteur = moment(self._horloge), self._fichier.signature.auteur
        contenus = lire_contenus(ecriture.lignes, actions, neuves=True)
        commun = {"nature": str(NatureDepot.DOSSIER), "numero": 1, "moment": quand}
        ecriture.inserer_lot(
            Depot,
            [
                {**commun, "action": cle, "auteur": auteur, "contenu": contenu, "note": note}
                for cle, contenu in contenus.items()
            ],
        )
        self._cycle.franchir_neuves(ecriture, actions, ETAPES[NatureDepot.DOSSIER], motif=note)

    def figer_note(self, ecriture: Ecriture, action: str) -> None:
        """Keep a note as it was received, the first time only: the triage has done with its step."""
        deja = select(Depot.cle).where(Depot.action == action)
        if not ecriture.lignes(deja.limit(1)):
            self._figer(ecriture, action, NatureDepot.NOTE, note=None)

    def deposer_du_tableau(self, ecriture: Ecriture, action: str) -> None:
        """The status « Déposée » given by hand deposits the dossier, within its dates.

        Raises SaisieRefusee, which says where a reason can be given.
        """
        try:
            self.deposer(ecriture, action, NatureDepot.DOSSIER)
        except SaisieRefusee as refus:
            raise SaisieRefusee(
                f"{refus} L'onglet « Dossier » de la fiche dépose le dossier, motif compris."
            ) from refus

    # The same as gestures -------------------------------------------------------------------------

    def deposer_dossiers(self, actions: Sequence[str], *, motif: str | None = None) -> list[str]:
        """Deposit dossiers in one operation, all of them or none. The keys of the versions."""
        combien = "un dossier" if len(actions) == 1 else f"{len(actions)} dossiers"
        with self.operation(f"Déposer {combien}") as ecriture:
            return [
                self.deposer(ecriture, action, NatureDepot.DOSSIER, motif=motif)
                for action in actions
            ]

    def deposer_notes(self, actions: Iterable[str], *, motif: str | None = None) -> list[str]:
        """Keep another version of notes, corrected by their porteur."""
        with self.operation("Garder une version de la note") as ecriture:
            return [
                self.deposer(ecriture, action, NatureDepot.NOTE, motif=motif) for action in actions
            ]

    def rouvrir(self, action: str, motif: str) -> None:
        """Let a dossier be rewritten outside its dates, for a reason that is kept."""
        if not motif.strip():
            raise SaisieRefusee("Donnez le motif de la réouverture : il sera gardé.")
        with self.operation("Rouvrir un dossier déposé") as ecriture:
            rouvrir(
                ecriture,
                action,
                motif.strip(),
                auteur=self._fichier.signature.auteur,
                moment=moment(self._horloge),
            )


def _exiger_complet(action: dict[str, Any]) -> None:
    """An idea may have no porteur; a dossier has one (A-91)."""
    if action["porteur"] is None:
        raise SaisieRefusee(
            "Ce dossier n'a pas de porteur : choisissez-le dans l'onglet « Identité », puis déposez-le."
        )
    if action["statut"] in (StatutAction.IRRECEVABLE, StatutAction.REORIENTEE):
        mot = StatutAction.libelle_de(action["statut"]).lower()
        raise SaisieRefusee(
            f"Cette note est « {mot} » : remettez-la à examiner avant d'en déposer le dossier."
        )

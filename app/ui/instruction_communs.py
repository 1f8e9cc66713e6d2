"""« Avis commun »: what the services say together, what is missing, and the avis of the comité."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QMenu

from app.services.avis_communs import ATTEND, PRET, RENDU, LigneAvisCommun
from app.services.columns_communs import colonnes_communs
from app.services.contexte import Contexte
from app.services.instruction import Instruction
from app.ui.instruction_listes import ListeInstruction


class ListeCommuns(ListeInstruction):
    """The dossiers before the comité partenarial. Nothing closes while a financeur is missing."""

    liste = "avis_communs"

    def __init__(self, contexte: Contexte, i: Instruction, annee: int) -> None:
        super().__init__(contexte, i, annee, colonnes_communs(i.communs))
        self.tableau.intitule = lambda: f"Avis communs {self.annee}"
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._proposer_comites)
        self.rendre = self.bouton("Rendre les avis prêts")
        self.rendre.setToolTip(
            "Ce que les services proposent devient l'avis commun de la sélection"
        )
        self.rendre.setMenu(self._menu)
        self.geste("Marquer absents", self._excuser)
        self.geste("Retirer l’avis commun", self._retirer)
        self.vue.volets.dire_si_vide(
            "Aucun dossier en instruction cette année : l'onglet « Services » affecte les dossiers."
        )

    def lire(self) -> list[object]:
        lignes = self.i.communs.lignes(self.annee)
        self.resumer(lignes)
        return list(lignes)

    def relire(self, actions: Sequence[str]) -> Mapping[str, Any]:
        return {li.cle: li for li in self.i.communs.lignes(self.annee, actions=actions)}

    def resumer(self, lignes: Sequence[Any]) -> None:
        self._phrase.setText(phrase_des_communs(lignes))

    def _proposer_comites(self) -> None:
        """On what is selected, or on all that is ready; in the name of a comité when there are any."""
        self._menu.clear()
        comites = self.i.communs.comites(self.annee)
        for titre, reunion in [("Sans réunion", None), *((t, cle) for cle, t in comites)]:
            menu = self._menu if not comites else self._menu.addMenu(titre)
            menu.addAction(
                "De la sélection",
                lambda r=reunion: self.tenter(lambda: self.rendre_avis(self.choisies(), r)),
            )
            menu.addAction(
                "De toutes les actions prêtes",
                lambda r=reunion: self.tenter(lambda: self.rendre_avis(self._pretes(), r)),
            )

    def _pretes(self) -> list[str]:
        return [li.cle for li in self.modele.toutes_les_lignes() if li.etat == PRET]

    def rendre_avis(self, actions: list[str], reunion: str | None = None) -> None:
        """Give the avis communs of these actions that are ready, as proposed."""
        nombre = self.i.communs.rendre_plusieurs(actions, reunion=reunion)
        reste = len(actions) - nombre
        suite = f" Pas encore prêts : {reste}." if reste else ""
        self.information.emit(f"Avis communs rendus : {nombre}.{suite} Ctrl+Z y revient.")

    def _excuser(self) -> None:
        noms = self.i.communs.excuser(self.choisies())
        self.information.emit(
            f"Marqués absents : {', '.join(noms)}." if noms else "Personne ne manque."
        )

    def _retirer(self) -> None:
        nombre = self.i.communs.retirer(*self.choisies())
        self.information.emit(f"Avis communs retirés : {nombre}. Ctrl+Z y revient.")


def phrase_des_communs(lignes: Sequence[LigneAvisCommun]) -> str:
    """« Avis communs prêts : 40, en attente : 12, rendus : 60. »"""
    if not lignes:
        return ""
    etats = [ligne.etat for ligne in lignes]
    return (
        f"Avis communs prêts : {etats.count(PRET)}, en attente : {etats.count(ATTEND)}, "
        f"rendus : {etats.count(RENDU)}."
    )

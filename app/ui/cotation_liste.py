"""What the two lists of the scoring page share: the grid in view, and rows that follow the file."""

from collections.abc import Sequence

from PySide6.QtCore import Signal

from app.services.accords import compter
from app.services.bus import Avis
from app.services.columns import Colonne
from app.services.contexte import Contexte
from app.services.cotations import Cotations
from app.services.cotations_lues import (
    A_COTER,
    A_REVOIR,
    COMMENCEE,
    DIVERGENCES,
    TERMINEE,
    Cotees,
    DossierCote,
)
from app.services.grilles_lues import GrilleEntiere
from app.ui.cotation_choix import AUCUNE, ChoixCotation
from app.ui.screen_listes import ListeDeLAnnee

RIEN = "Aucune action à coter cette année sur cette grille."
PAR_LIGNE = {"cotation", "note_critere", "grille"}
LIGNES_RELUES = 50  # actions that a notice may touch before the whole list is read again


class ListeCotation(ListeDeLAnnee):
    """`action_demandee(key)`: see the sheet of an action."""

    action_demandee = Signal(str)
    entites = (
        "cotation",
        "note_critere",
        "grille",
        "critere_grille",
        "niveau_grille",
        "grille_appel",
        "action",
        "organisme",
        "depot",
        "service",
        "referent",
    )

    def __init__(
        self,
        contexte: Contexte,
        cotations: Cotations,
        choix: ChoixCotation,
        annee: int,
        colonnes: list[Colonne],
    ) -> None:
        self.cotations, self.choix = cotations, choix
        self.grille: GrilleEntiere | None = None
        super().__init__(contexte, colonnes, annee)
        self.vue.a_une_fiche = True
        choix.change.connect(self.perimer)

    def montree(self) -> None:
        self.choix.relire()
        super().montree()

    def lire(self) -> list[object]:
        self.choix.relire()
        if not self.choix.grille:
            self._poser(None)
            self.vue.volets.dire_si_vide(AUCUNE)
            self._phrase.setText("")
            return []
        lues = self.cotations.cotees(self.annee, self.choix.grille, self.choix.moment)
        self._poser(lues)
        self.vue.volets.dire_si_vide(RIEN)
        self._phrase.setText(phrase_des_dossiers(lues.dossiers))
        return list(lues.dossiers)

    def _poser(self, lues: Cotees | None) -> None:
        """Take what is shown: the grid may be another one."""
        self.grille = None if lues is None else lues.grille

    def sur_avis(self, avis: Avis) -> None:
        """Marks that are typed only read their own rows again."""
        touchees = {m.entite for m in avis.modifications}
        if self._perime or not self.isVisible() or touchees - PAR_LIGNE:
            super().sur_avis(avis)
            return
        actions = self._actions_de(avis)
        if len(actions) > LIGNES_RELUES:
            super().sur_avis(avis)
            return
        lues = self.cotations.dossiers(sorted(actions), self.choix.grille, self.choix.moment)
        self.modele.actualiser({cle: d for cle, d in lues.items() if self.modele.contient(cle)})
        self._phrase.setText(phrase_des_dossiers(self.modele.toutes_les_lignes()))

    def _actions_de(self, avis: Avis) -> set[str]:
        """The actions in view whose marks a notice touches."""
        de = {c.cle: d.cle for d in self.modele.toutes_les_lignes() for c in d.cotations}
        de |= {m.cle: m.valeur("action") for m in avis.modifications if m.entite == "cotation"}
        cles = {
            m.cle if m.entite == "cotation" else m.valeur("cotation")
            for m in avis.modifications
            if m.entite in ("cotation", "note_critere")
        }
        return {de[cle] for cle in cles if cle in de and self.modele.contient(de[cle])}

    def dossier(self, cle: str) -> DossierCote | None:
        return self.modele.ligne(cle) if cle and self.modele.contient(cle) else None

    # What the two lists do alike ----------------------------------------------------------------

    def terminer_la_selection(self) -> None:
        """Keep the level of the selected rows that miss nothing."""
        lignes: list[DossierCote] = [self.modele.ligne(cle) for cle in self.choisies()]
        miennes = [d.mienne.cle for d in lignes if d.mienne and not d.mienne.est_terminee]
        if not miennes:
            self.information.emit("Aucune de ces actions n'a de cotation commencée par vous.")
            return
        faites, incompletes = self.cotations.terminer_plusieurs(miennes)
        phrase = f"Terminées : {compter(faites, 'cotation')}."
        if incompletes:
            phrase += f" Incomplètes : {incompletes}, il leur manque des notes."
        self.information.emit(phrase)


_MOTS = (
    (A_COTER, "à coter"),
    (COMMENCEE, "commencées"),
    (TERMINEE, "terminées"),
    (A_REVOIR, "à revoir"),
    (DIVERGENCES, "en divergence"),
)


def phrase_des_dossiers(dossiers: Sequence[DossierCote]) -> str:
    """« 120 actions : 30 à coter, 80 terminées, 10 à revoir. »"""
    if not dossiers:
        return ""
    etats = [d.etat for d in dossiers]
    dits = [f"{nombre} {mot}" for etat, mot in _MOTS if (nombre := etats.count(etat))]
    return f"{compter(len(dossiers), 'action')} : {', '.join(dits)}."

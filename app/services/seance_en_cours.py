"""The séance being held: the item on the table with all that surrounds it, always up to date.

Amounts typed cost a few reads of one item; the agenda is read again only when it moves.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from app.models.enums import EtatPoint, EtatSeance
from app.services.actions import Actions
from app.services.alertes_seance import AlerteDeTable, Contraintes, alertes, lire_contraintes
from app.services.bus import Avis
from app.services.comite import Comite
from app.services.cpo import SituationCpo
from app.services.decisions_lues import LigneDecision
from app.services.deports import Bande
from app.services.errors import SaisieRefusee
from app.services.etats_seance import SyntheseSeance
from app.services.ordres_du_jour import LignePoint
from app.services.payeurs import Payeur, payeurs_des_actions
from app.services.registres import LigneRegistre
from app.services.rows import LigneAction
from app.services.tables_rondes import RIEN, Case, TourDeTable
from app.services.tours import lire_tours, paroles, tour_en_cours
from app.services.ventilations import Ventilation, Ventilations

D_UN_POINT = {"tour", "cofinancement", "enveloppe"}
DE_LA_SEANCE = {
    "seance",
    "point",
    "passage",
    "decision",
    "montant_decide",
    "presence",
    "membre",
    "deport",
    "lien_interet",
    "position_cpo",
    "action",
    "organisme",
    "financeur",
}


@dataclass(frozen=True, slots=True)
class PointEnSeance:
    """The item on the table and its place in the séance. `point` None: nothing is on the table."""

    titre_seance: str
    etat: str
    point: LignePoint | None
    action: LigneAction | None
    total: int
    a_venir: tuple[LignePoint, ...]
    synthese: SyntheseSeance
    bande: Bande | None
    decision: LigneDecision | None
    cpo: SituationCpo | None
    contraintes: Contraintes = field(default_factory=Contraintes)

    @property
    def nature_decidee(self) -> str:
        return self.decision.nature if self.decision else ""

    @property
    def reserve(self) -> str:
        return (self.decision.conditions or "") if self.decision else ""

    @property
    def mouvements(self) -> str:
        """Who leaves and who comes back, while it is not done."""
        return self.bande.phrase if self.bande is not None and not self.bande.est_vide else ""

    @property
    def phrase_quorum(self) -> str:
        """« 8 votants présents sur 10 · quorum (6) : réuni »."""
        quorum = self.synthese.quorum
        pluriel = "s" if quorum.votants > 1 else ""
        presents = f"{quorum.votants} votant{pluriel} présent{pluriel} sur {quorum.composition}"
        if quorum.requis is None:
            return f"{presents} · quorum {quorum.phrase}"
        mot = "réuni" if quorum.reuni else quorum.phrase
        return f"{presents} · quorum ({quorum.requis}) : {mot}"


class SeanceEnCours:
    """Reads and moves one open séance. `sur_avis` must be given every notice of the file."""

    def __init__(self, comite: Comite, seance: str) -> None:
        self.comite = comite
        self.seance = seance
        self._actions = Actions(comite.fichier)
        self.annee = comite.seances.lire(seance).annee
        self._ventilations = Ventilations(comite.fichier, self.annee)
        self._ventilations.fermer()  # told by `sur_avis`, before anything here is read again
        self.contexte: PointEnSeance
        self.table: TourDeTable | None = None
        self.relire()

    # Reading --------------------------------------------------------------------------------------

    def relire(self) -> None:
        """Everything: after the item, the agenda or the room has moved."""
        points = self.comite.ordres.points(self.seance)
        synthese = self.comite.seances.etat_de(self.seance)
        point = next((p for p in points if p.en_cours), None)
        est_action = point is not None and point.action is not None
        self.table = self.comite.tables.du_point(point.cle) if point and est_action else None
        actions = self._actions.lignes_de({point.action}) if point and point.action else {}
        restants = [p for p in points if p.etat in (EtatPoint.A_VENIR, EtatPoint.REPORTE)]
        ouverte = synthese.etat == EtatSeance.OUVERTE
        self.contexte = PointEnSeance(
            titre_seance=synthese.titre,
            etat=synthese.etat,
            point=point,
            action=actions.get(point.action or "") if point else None,
            total=len(points),
            a_venir=tuple(_dans_l_ordre(restants, point)),
            synthese=synthese,
            bande=self.comite.deports.bande(point.cle) if point and ouverte else None,
            decision=self.comite.decisions.du_point(point.cle) if point else None,
            cpo=self._cpo(actions.get(point.action or "") if point else None),
            contraintes=lire_contraintes(self.comite.fichier, point.cle)
            if point
            else Contraintes(),
        )

    def _cpo(self, action: LigneAction | None) -> SituationCpo | None:
        """Only where a pluriannual convention is asked for."""
        if self.table is None or action is None or not action.cpo:
            return None
        return self.comite.cpo.situation_de(self.table)

    def sur_avis(self, avis: Avis) -> bool:
        """Follow a notice. False: nothing shown has moved."""
        self._ventilations.sur_avis(avis)
        entites = {m.entite for m in avis.modifications}
        if entites & DE_LA_SEANCE:
            self.relire()
            return True
        if entites & D_UN_POINT and self.table is not None:
            self._relire_montants(self.table)
            return True
        return bool(entites & D_UN_POINT)

    def _relire_montants(self, table: TourDeTable) -> None:
        """What is said and granted on the item, in two reads: the rest has not moved."""
        with self.comite.fichier.instant() as lire:
            dites = paroles(tours := lire_tours(lire, [table.point])[table.point])
            sieges = payeurs_des_actions(lire, [table.action])[table.action]
        if [s.payeur for s in sieges] != [c.payeur for c in table.cases]:
            self.table = self.comite.tables.du_point(table.point)  # somebody else speaks
            return
        cases = tuple(
            Case(siege, dites.get(siege.payeur, RIEN), case.n1)
            for siege, case in zip(sieges, table.cases, strict=True)
        )
        self.table = replace(table, cases=cases, numero=tour_en_cours(tours))

    @property
    def point(self) -> str:
        """The item on the table. Raises SaisieRefusee when there is none."""
        if self.contexte.point is None:
            raise SaisieRefusee("Aucun point n'est ouvert : passez au point suivant (Ctrl+Entrée).")
        return self.contexte.point.cle

    def enveloppe(self, case: Case) -> Ventilation:
        """That of a seat, with what is being said counted in. No read."""
        assert self.table is not None
        return self._ventilations.pour(case.payeur, action=self.table.action, montant=case.effectif)

    def alertes(self) -> list[AlerteDeTable]:
        if self.table is None:
            return []
        return alertes(self.table, self.contexte.contraintes, self._ventilations)

    def registre(self, payeur: Payeur) -> list[LigneRegistre]:
        return self.comite.registres.du_point(self.point, payeur)

    # Saying ---------------------------------------------------------------------------------------

    def dire(self, payeur: Payeur, montant: Decimal | None) -> None:
        """One key: what is typed so far, that the room does not see. Nothing typed: taken back."""
        if montant is None:
            self.comite.tours.taire(self.point, payeur)
        else:
            self.comite.tours.dire(self.point, payeur, montant)

    def repondre(self, payeur: Payeur, reponse: str) -> None:
        """A quick answer: « demande », « etat » or « reste »."""
        table = self._exiger_table()
        calculs: dict[str, Callable[[Payeur], Decimal | None]] = {
            "demande": table.egal_demande,
            "etat": table.suit_l_etat,
            "reste": table.reste_a_financer,
        }
        self.comite.tours.dire(self.point, payeur, calculs[reponse](payeur))

    def publier(self, payeur: Payeur) -> bool:
        """Show the room what a payeur said. False: there was nothing to show."""
        case = self._exiger_table().case(payeur)
        if case is None or not case.parole.en_attente:
            return False
        return bool(self.comite.tours.publier(self.point, payeur))

    def reculer(self, payeur: Payeur) -> None:
        self.comite.tours.reculer(self.point, payeur)

    def nouveau_tour(self) -> int:
        return self.comite.tours.nouveau_tour(self.point)

    def _exiger_table(self) -> TourDeTable:
        if self.table is None:
            raise SaisieRefusee("Ce point n'est pas une action : aucun montant ne s'y décide.")
        return self.table

    # Moving ---------------------------------------------------------------------------------------

    def ouvrir(self) -> None:
        """Open the séance where it was left; the first item comes when nothing is on the table."""
        if self.contexte.etat == EtatSeance.PREPARATION:
            self.comite.seances.ouvrir(self.seance)
        if self.contexte.point is None and self.contexte.etat != EtatSeance.CLOSE:
            self.comite.passages.suivant(self.seance)
        self.relire()

    def suivant(self) -> None:
        if self.comite.passages.suivant(self.seance) is None:
            raise SaisieRefusee(
                "Tous les points à débattre sont passés : la séance peut être close."
            )

    def precedent(self) -> None:
        if self.comite.passages.precedent(self.seance) is None:
            raise SaisieRefusee("C'est le premier point.")

    def reporter(self) -> None:
        self.comite.passages.reporter(self.point)

    def revenir(self) -> None:
        if self.comite.passages.revenir(self.seance) is None:
            raise SaisieRefusee("Aucun autre point n'a encore été ouvert.")

    def confirmer_mouvements(self) -> int:
        return self.comite.deports.confirmer(self.point)

    def confier(self, payeur: Payeur, *, favorable: bool) -> None:
        """What a financeur says of the pluriannual convention."""
        if self.contexte.cpo is None:
            raise SaisieRefusee("Cette action ne demande pas de convention pluriannuelle.")
        self.comite.cpo.dire(self.point, payeur, favorable)

    def lever(self) -> None:
        """Lift the decision that counts."""
        self.comite.decisions.lever(self.point)


def _dans_l_ordre(restants: list[LignePoint], courant: LignePoint | None) -> list[LignePoint]:
    """As they will come: after the current one, then from the top; those postponed last."""
    rang = courant.ordre if courant else 0
    return sorted(restants, key=lambda p: (p.etat == EtatPoint.REPORTE, p.ordre < rang, p.ordre))

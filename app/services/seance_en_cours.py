"""The séance being held: the item on the table with all that surrounds it, always up to date.

Amounts typed cost a few reads of one item; the agenda is read again only when it moves.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from app.models.enums import EtatSeance, NaturePoint
from app.services.agenda_suivi import AgendaSuivi
from app.services.alertes_seance import AlerteDeTable, Contraintes, alertes, lire_contraintes
from app.services.bus import Avis
from app.services.comite import Comite
from app.services.cpo import Dites, RegleUnanimite, SituationCpo, situer
from app.services.decisions_lues import LigneDecision
from app.services.deports import Bande
from app.services.errors import SaisieRefusee
from app.services.etats_seance import SyntheseSeance
from app.services.operateur import lien_de
from app.services.ordres_du_jour import LignePoint
from app.services.payeurs import Payeur
from app.services.registres import LigneRegistre
from app.services.rows import LigneAction
from app.services.tableau_seance import TableauSeance
from app.services.tables_rondes import Case, TourDeTable, lire_tables, suivre_table
from app.services.tours import lire_tours, suivre_tours
from app.services.ventilations import Ventilation, Ventilations
from app.services.voix_consultatives import LigneVoix

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
    "voix_consultative",
    "personne",
    "action",
    "ligne_budget",
    "classement",
    "valeur_libre",
    "organisme",
    "financeur",
    "regle",
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
    voix: tuple[LigneVoix, ...] = ()  # consultative, and that the room may see
    regle_vote: str | None = None  # None: the contract does not say
    clavier: str = ""  # who was lent the keyboard for this item
    lien: str = ""  # what ties who holds the keyboard to the porteur: the item is hidden from them

    @property
    def retenu(self) -> bool:
        """Somebody must go out first: the room sees no figure of the item before."""
        return bool(self.bande and self.bande.se_retirent)

    @property
    def a_decider(self) -> bool:
        """An item is on the table, and it is not there for information only."""
        return self.point is not None and self.point.nature != NaturePoint.INFORMATION

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
        self.annee = comite.seances.lire(seance).annee
        self._agenda = AgendaSuivi(comite, seance, self.annee)
        self._ventilations = Ventilations(comite.fichier, self.annee)
        self._ventilations.fermer()  # told by `sur_avis`, before anything here is read again
        self.contexte: PointEnSeance
        self.table: TourDeTable | None = None
        self._tours: list[Any] = []
        self._regle_cpo: RegleUnanimite | None = None  # of the contract, once it was needed
        self._dites_cpo: Dites = {}  # on the item on the table
        self._titulaire = comite.fichier.signature.auteur
        self._prete_pour: str | None = None  # the item for which somebody else has the keyboard
        self._situer()

    # Reading --------------------------------------------------------------------------------------

    def relire(self) -> None:
        """Everything, from the file."""
        self._regle_cpo = None
        self._agenda.relire()
        self._situer()

    def _situer(self) -> None:
        """The item on the table with all that surrounds it, and its place in the agenda."""
        agenda = self._agenda
        synthese, point = agenda.synthese(), agenda.courant
        lien = self._lien(point)
        action = agenda.action(point)
        self._lire_table(point)
        ouverte = synthese.etat == EtatSeance.OUVERTE
        self.contexte = PointEnSeance(
            titre_seance=synthese.titre,
            etat=synthese.etat,
            point=point,
            action=action,
            total=len(agenda.points),
            a_venir=tuple(agenda.restants()),
            synthese=synthese,
            bande=self.comite.deports.bande(point.cle) if point and ouverte else None,
            decision=self.comite.decisions.du_point(point.cle) if point else None,
            cpo=self._lire_cpo(action),
            contraintes=lire_contraintes(self.comite.fichier, point.cle)
            if point
            else Contraintes(),
            voix=tuple(self.comite.voix.du_point(point.cle, projetees=True)) if point else (),
            regle_vote=agenda.regle_vote,
            clavier=self.comite.fichier.signature.auteur if self._prete_pour else "",
            lien=lien,
        )

    def _lien(self, point: LignePoint | None) -> str:
        """Whoever was given the keyboard for an item gives it back with the item."""
        if self._prete_pour is not None and self._prete_pour != (point.cle if point else None):
            self._prete_pour = None
            self.comite.fichier.signer(self._titulaire)
        if point is None:
            return ""
        with self.comite.fichier.instant() as lire:
            return lien_de(lire, point.cle, self.comite.fichier.signature.auteur)

    def passer_la_main(self, nom: str) -> None:
        """Somebody else holds the keyboard until the item is left: the journal bears their name.

        Every window of the file signs with it. No name: it is given back. Raises SaisieRefusee when
        there is none and nobody has it, or when that person has a link too.
        """
        nom = " ".join(nom.split())
        if not nom and self._prete_pour is not None:
            self.rendre_la_main()
            self._situer()
            return
        if not nom:
            raise SaisieRefusee("Tapez le nom de la personne qui prend le clavier.")
        with self.comite.fichier.instant() as lire:
            if lien := lien_de(lire, self.point, nom):
                raise SaisieRefusee(f"{nom} ne peut pas prendre le clavier : {lien}.")
        if self._prete_pour is None:
            self._titulaire = self.comite.fichier.signature.auteur
        self._prete_pour = self.point
        self.comite.fichier.signer(nom)
        self._situer()

    def rendre_la_main(self) -> None:
        """The keyboard is its holder's again: the séance is left."""
        if self._prete_pour is not None:
            self._prete_pour = None
            self.comite.fichier.signer(self._titulaire)

    def _lire_table(self, point: LignePoint | None) -> None:
        self.table, self._tours = None, []
        if point is None or point.action is None:
            return
        with self.comite.fichier.instant() as lire:
            self._tours = lire_tours(lire, [point.cle])[point.cle]
            self.table = lire_tables(lire, [point.cle])[point.cle]

    def _lire_cpo(self, action: LigneAction | None) -> SituationCpo | None:
        """The rule is read once, what was answered at each item."""
        if self.table is not None and action is not None and action.cpo:
            self._regle_cpo = self._regle_cpo or self.comite.cpo.regle()
            self._dites_cpo = self.comite.cpo.dites(self.table.point)
        return self._cpo(action)

    def _cpo(self, action: LigneAction | None) -> SituationCpo | None:
        """Only where a pluriannual convention is asked for. No read."""
        if self.table is None or action is None or not action.cpo or self._regle_cpo is None:
            return None
        return situer(self._regle_cpo, self._dites_cpo, self.table)

    def battre(self) -> None:
        """Time has passed: nothing else has. No read."""
        self.contexte = replace(self.contexte, synthese=self._agenda.synthese())

    def sur_avis(self, avis: Avis) -> bool:
        """Follow a notice. False: nothing shown has moved."""
        self._ventilations.sur_avis(avis)
        self._agenda.sur_avis(avis)
        entites = {m.entite for m in avis.modifications}
        if "regle" in entites:
            self._regle_cpo = None
        if entites & DE_LA_SEANCE:
            self._situer()
            return True
        if entites & D_UN_POINT:
            self._suivre_montants(avis)
            return True
        return False

    def _suivre_montants(self, avis: Avis) -> None:
        """What is said and granted on the item, from what the notice carries."""
        table = self.table
        if table is None:
            return
        tours = suivre_tours(self._tours, avis, table.point)
        suivie = suivre_table(table, tours, avis)
        if suivie is None:
            self._lire_table(self.contexte.point)  # somebody else speaks, or no longer does
        else:
            self.table, self._tours = suivie, self._tours if tours is None else tours
        action = self._agenda.action(self.contexte.point)
        cpo = self._cpo(action)
        if action is not self.contexte.action or cpo != self.contexte.cpo:
            self.contexte = replace(self.contexte, action=action, cpo=cpo)

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

    def tableau(self) -> TableauSeance:
        """The whole table of the séance near the item. No read."""
        return self._agenda.autour()

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

    @property
    def sans_debat(self) -> int:
        """How many items wait for the block vote. No read."""
        return len(self._agenda.sans_debat())

    def sautes(self, depart: int) -> int:
        """Of those, how many lie between a place of the agenda and the item on the table."""
        point = self.contexte.point
        arrivee = point.ordre if point is not None else 0
        return sum(depart < p.ordre < arrivee for p in self._agenda.sans_debat())

    def suivant(self) -> None:
        if self.comite.passages.suivant(self.seance) is None:
            raise SaisieRefusee(f"Tous les points à débattre sont passés : {self._reste()}.")

    def _reste(self) -> str:
        """What is left to do once every item was debated."""
        nombre = self.sans_debat
        if not nombre:
            return "la séance peut être close"
        quoi = "il reste 1 point" if nombre == 1 else f"il reste {nombre} points"
        return f"{quoi} sans débat, à voter par Maj+V"

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

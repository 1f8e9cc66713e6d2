"""What the comité decides of an item: the sentence first, then one operation that keeps it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select

from app.models.action import Action
from app.models.calculs import ZERO, somme
from app.models.enums import EtatPoint, NatureDecision, NaturePoint, StatutAction
from app.models.organisme import Organisme
from app.models.seance import Decision, MontantDecide, Point, Seance
from app.services.actions import par_lots
from app.services.cpo import Cpo
from app.services.decisions_lues import LigneDecision, comptees, derniere_comptee, lire_decisions
from app.services.deja_decidees import deja_decidee
from app.services.effets_decision import (
    ACCORDENT,
    STATUTS,
    Effet,
    accorder,
    appliquer,
    champs_de_l_action,
    montants_prevus,
    proposes_sans_debat,
    rang_complementaire,
    total_a_valider,
)
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.gardes_seance import (
    Horloge,
    dernier_moment,
    exiger_ouverte,
    moment,
    point_ouvert,
    points_ouverts,
)
from app.services.payeurs import LignePayeur
from app.services.phrases_pv import SujetDecide, phrase
from app.services.tables_rondes import TablesRondes, TourDeTable
from app.services.transaction import Ecriture, maintenant


@dataclass(frozen=True, slots=True)
class Choix:
    """What the operator chose. `cpo_annees` None: for the year only.

    `outre`: why the comité passes over the `alertes` that were read; the sentence says both.
    """

    nature: str
    motif: str | None = None
    conditions: str | None = None
    cpo_annees: int | None = None
    outre: str | None = None
    alertes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MontantPrevu:
    """What a decision would freeze for one payeur (euros)."""

    siege: LignePayeur
    montant: Decimal | None


@dataclass(frozen=True, slots=True)
class ProjetDeDecision:
    """A decision as it will be kept. `empechement`: why it cannot be, in a sentence; else empty.

    `avertissement`: a closed séance has decided it already, in a sentence. It prevents nothing.
    """

    point: str
    choix: Choix
    phrase: str
    montants: tuple[MontantPrevu, ...]
    total: Decimal
    empechement: str = ""
    avertissement: str = ""


@dataclass(frozen=True, slots=True)
class LigneBloc:
    """An item of the block vote, with what it would be granted (euros)."""

    point: str
    ordre: int
    numero: str
    titre: str
    total: Decimal
    phrase: str = ""  # of the PV


class Decisions:
    """Reads and writes the decisions of a séance."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self._tables = TablesRondes(fichier)
        self._cpo = Cpo(fichier, horloge=horloge)

    # Reading --------------------------------------------------------------------------------------

    def historique(self, point: str) -> list[LigneDecision]:
        """Every decision on an item, the lifted ones too, the first one first."""
        with self._fichier.instant() as lire:
            return lire_decisions(lire, Decision.point == point)

    def du_point(self, point: str) -> LigneDecision | None:
        """The one that counts."""
        return derniere_comptee(self.historique(point))

    def de_la_seance(self, seance: str) -> list[LigneDecision]:
        """Those that count, in the order of the agenda."""
        with self._fichier.instant() as lire:
            toutes = lire_decisions(lire, Point.seance == seance)
        return comptees(toutes)

    def choix_par_defaut(self, point: str, nature: str) -> Choix:
        """What the keys start from: an action deposited for its first year of CPO asks for it."""
        requete = select(Action.cpo_rang, Action.cpo_duree).join(Point, Point.action == Action.cle)
        for rang, duree in self._fichier.lignes(requete.where(Point.cle == point)):
            if rang == 1 and nature in ACCORDENT:
                return Choix(nature, cpo_annees=duree)
        return Choix(nature)

    def preparer(self, point: str, choix: Choix) -> ProjetDeDecision:
        """The sentence of the PV and the amounts, before anything is kept. Writes nothing."""
        sujet = self._sujets([point])[point]
        if not sujet.numero:
            dite = phrase(sujet, choix.nature, (), motif=choix.motif, conditions=choix.conditions)
            return ProjetDeDecision(point, choix, dite, (), ZERO)
        table = self._tables.du_point(point)
        projet = self._projet(table, sujet, choix, self._empechement(table, choix))
        with self._fichier.instant() as lire:
            return replace(projet, avertissement=deja_decidee(lire, point))

    def nom_du_point(self, point: str) -> tuple[str, str]:
        """The number of the action of an item (empty: it has none), and its title."""
        sujet = self._sujets([point])[point]
        return sujet.numero, sujet.titre

    def bloc(self, seance: str) -> tuple[list[LigneBloc], list[LigneBloc]]:
        """The items left to vote without debate, and those that cannot: no amount is proposed."""
        choix = Choix(str(NatureDecision.VALIDE))
        lignes = [
            LigneBloc(p.cle, ordre, s.numero, s.titre, projet.total, projet.phrase)
            for ordre, p, s, t in self._en_bloc(seance)
            for projet in [self._projet(t, s, choix, "", bloc=True)]
        ]
        return [b for b in lignes if b.total], [b for b in lignes if not b.total]

    # Deciding -------------------------------------------------------------------------------------

    def decider(self, point: str, choix: Choix) -> ProjetDeDecision:
        """Keep a decision, in one operation that one undo takes back: sentence, amounts, statuses.

        Raises SaisieRefusee with what `preparer` said prevents it.
        """
        projet = self.preparer(point, choix)
        if projet.empechement:
            raise SaisieRefusee(projet.empechement)
        table = self._tables.des_points([point]).get(point)
        with self._fichier.operation(f"Décider : {NatureDecision.libelle_de(choix.nature)}") as e:
            apres = dernier_moment(e, point_ouvert(e, point).seance)
            self._ecrire(e, [(projet, table)], en_bloc=False, apres=apres)
        return projet

    def decider_en_bloc(
        self, seance: str, *, motif: str | None = None, respirer: Callable[[], object] | None = None
    ) -> int:
        """Validate what the instruction proposes for every item voted without debate. How many.

        One operation, given up where `respirer`, called now and then, raises. Items without any
        proposed amount are left: they have to be debated.
        """
        choix = Choix(str(NatureDecision.VALIDE), motif=motif)
        projets: list[tuple[ProjetDeDecision, TourDeTable | None]] = [
            (self._projet(t, s, choix, "", bloc=True), t)
            for _, _, s, t in self._en_bloc(seance)
            if total_a_valider(t)
        ]
        if not projets:
            raise SaisieRefusee("Aucun point sans débat n'attend de décision.")
        pluriel = "s" if len(projets) > 1 else ""
        with self._fichier.operation(f"Décider en bloc {len(projets)} point{pluriel}") as e:
            exiger_ouverte(e.lire(Seance, seance))
            apres = dernier_moment(e, seance)
            self._ecrire(e, projets, en_bloc=True, apres=apres, respirer=respirer)
            passe = {"etat": str(EtatPoint.PASSE)}
            e.modifier_lot(Point, {projet.point: passe for projet, _ in projets})
            if respirer is not None:
                respirer()
        return len(projets)

    def lever(self, point: str) -> None:
        """Lift the decision that counts: the one before counts again, if any; none is erased.

        Without one, the action waits for its decision and what was published is granted again.
        """
        historique = self.historique(point)
        derniere = derniere_comptee(historique)
        if derniere is None:
            raise SaisieRefusee("Aucune décision n'est à lever sur ce point.")
        avant = derniere_comptee([d for d in historique if d.cle != derniere.cle])
        table = self._tables.des_points([point]).get(point)
        with self._fichier.operation("Lever une décision") as e:
            ligne = point_ouvert(e, point)
            e.modifier(Decision, derniere.cle, annulee=True)
            if table is None:
                return
            if avant is None:
                e.modifier(Action, ligne.action, statut=str(StatutAction.PROPOSEE))
                for case in table.cases:
                    accorder(e, ligne.action, case.siege, case.parole.publie)
                return
            e.modifier(Action, ligne.action, statut=str(STATUTS[NatureDecision.de(avant.nature)]))
            appliquer(e, Effet(table, avant.nature, avant.par_payeur()))

    # Liste complémentaire -------------------------------------------------------------------------

    def ranger_complementaire(self, decisions: Sequence[str], avant: str | None) -> None:
        """Put actions together before another one of the list (None: at the end). One operation."""
        with self._fichier.operation("Classer la liste complémentaire") as e:
            classees = self._classees(e, [*decisions, *([avant] if avant else [])])
            restes = [cle for cle in classees if cle not in decisions]
            place = restes.index(avant) if avant in restes else len(restes)
            partants = [cle for cle in classees if cle in decisions]
            _classer(e, [*restes[:place], *partants, *restes[place:]])

    def _classees(self, ecriture: Ecriture, decisions: Sequence[str]) -> list[str]:
        """The liste complémentaire that these are on, by rank: that of one open séance."""
        points = [ecriture.lire(Decision, decision)["point"] for decision in decisions]
        seances = {point_ouvert(ecriture, point).seance for point in points}
        if len(seances) != 1:
            raise SaisieRefusee(
                "Chaque séance a sa liste complémentaire : classez une action parmi celles de la sienne."
            )
        lues = comptees(lire_decisions(ecriture.lignes, Point.seance == seances.pop()))
        complementaires = [d for d in lues if d.nature == NatureDecision.COMPLEMENTAIRE]
        return [d.cle for d in sorted(complementaires, key=lambda d: (d.rang or 0, d.decidee_le))]

    # Inside ---------------------------------------------------------------------------------------

    def _empechement(self, table: TourDeTable, choix: Choix) -> str:
        if choix.nature not in ACCORDENT:
            return "" if choix.cpo_annees is None else "Une CPO n'accompagne qu'un accord."
        if any(case.parole.en_attente for case in table.cases):
            return "Un montant n'est pas encore publié : publiez-le (Entrée) ou effacez-le, puis décidez."
        if choix.nature == NatureDecision.SOUS_RESERVE and not (choix.conditions or "").strip():
            return "Un accord sous réserve dit sa réserve : tapez-la."
        if choix.cpo_annees is not None:
            try:
                self._cpo.exiger(table, choix.cpo_annees)
            except SaisieRefusee as refus:
                return str(refus)
        return ""

    def _projet(
        self,
        table: TourDeTable,
        sujet: SujetDecide,
        choix: Choix,
        empechement: str,
        *,
        bloc: bool = False,
    ) -> ProjetDeDecision:
        montants = tuple(
            MontantPrevu(siege, montant)
            for siege, montant in montants_prevus(table, NatureDecision.de(choix.nature), bloc=bloc)
        )
        return ProjetDeDecision(
            table.point,
            choix,
            phrase(
                sujet,
                choix.nature,
                [(m.siege.nom, m.montant) for m in montants],
                motif=choix.motif,
                conditions=choix.conditions,
                cpo_annees=choix.cpo_annees,
                proposes=proposes_sans_debat(table, choix.nature),
            )
            + _en_passant_outre(choix),
            montants,
            somme(m.montant for m in montants),
            empechement,
        )

    def _ecrire(
        self,
        ecriture: Ecriture,
        projets: Sequence[tuple[ProjetDeDecision, TourDeTable | None]],
        *,
        en_bloc: bool,
        apres: str,
        respirer: Callable[[], object] | None = None,
    ) -> None:
        """Decisions, their amounts, and what the actions and their cofinancements become."""
        points = points_ouverts(ecriture, [projet.point for projet, _ in projets])
        decisions = ecriture.inserer_lot(
            Decision,
            [
                {
                    "point": projet.point,
                    "nature": projet.choix.nature,
                    "motif": projet.choix.motif,
                    "conditions": projet.choix.conditions,
                    "rang": rang_complementaire(
                        ecriture, points[projet.point].seance, projet.choix.nature
                    ),
                    "cpo_annees": projet.choix.cpo_annees,
                    "phrase": projet.phrase,
                    "en_bloc": en_bloc,
                    "decidee_le": moment(self._horloge, apres=apres),
                }
                for projet, _ in projets
            ],
        )
        ecriture.inserer_lot(
            MontantDecide,
            [
                {
                    "decision": decision,
                    "annee": points[projet.point].annee,
                    "montant": m.montant,
                    **m.siege.payeur.champs(),
                }
                for decision, (projet, _) in zip(decisions, projets, strict=True)
                for m in projet.montants
            ],
        )
        if respirer is not None:
            respirer()
        self._suivre(ecriture, projets)

    def _suivre(
        self,
        ecriture: Ecriture,
        projets: Sequence[tuple[ProjetDeDecision, TourDeTable | None]],
    ) -> None:
        tables = [(projet, table) for projet, table in projets if table is not None]
        rangs: dict[str, int | None] = {}
        for lot in par_lots([table.action for _, table in tables]):
            rangs |= dict(ecriture.lignes(_RANGS_CPO, {"actions": list(lot)}))
        ecriture.modifier_lot(
            Action,
            {
                table.action: champs_de_l_action(
                    rangs[table.action], projet.choix.nature, projet.choix.cpo_annees
                )
                for projet, table in tables
            },
        )
        appliquer(
            ecriture,
            *(
                Effet(
                    table,
                    projet.choix.nature,
                    {m.siege.payeur: m.montant for m in projet.montants},
                )
                for projet, table in tables
            ),
        )

    def _sujets(self, points: Sequence[str]) -> dict[str, SujetDecide]:
        requete = (
            select(Point.cle, Point.titre, Action.titre, Action.numero, Organisme.nom)
            .join(Action, Action.cle == Point.action, isouter=True)
            .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
            .where(Point.cle.in_(points))
        )
        sujets = {
            cle: SujetDecide(titre or intitule or "", numero or "", porteur or "")
            for cle, titre, intitule, numero, porteur in self._fichier.lignes(requete)
        }
        if len(sujets) != len(points):
            raise SaisieRefusee("Ce point n'est plus à l'ordre du jour : actualisez l'écran.")
        return sujets

    def _en_bloc(self, seance: str) -> list[tuple[int, Any, SujetDecide, TourDeTable]]:
        """Items to vote without debate that have no decision: order, item, subject, round table."""
        requete = select(Point.cle, Point.action, Point.nature).where(Point.seance == seance)
        points = self._fichier.lignes(requete.order_by(Point.rang, Point.cle))
        decides = {d.point for d in self.de_la_seance(seance)}
        restants = [
            (ordre, p)
            for ordre, p in enumerate(points, start=1)
            if p.nature == NaturePoint.BLOC and p.action and p.cle not in decides
        ]
        cles = [p.cle for _, p in restants]
        tables, sujets = self._tables.des_points(cles), self._sujets(cles) if cles else {}
        return [(ordre, p, sujets[p.cle], tables[p.cle]) for ordre, p in restants]


def _en_passant_outre(choix: Choix) -> str:
    """What the minutes say of the alerts that the comité read and passed over, and why."""
    if not choix.outre or not choix.alertes:
        return ""
    dites = " ".join(f"{alerte.rstrip(' .')}." for alerte in choix.alertes)
    return f" {dites} Le comité passe outre : {choix.outre.rstrip(' .')}."


_RANGS_CPO = select(Action.cle, Action.cpo_rang).where(
    Action.cle.in_(bindparam("actions", expanding=True))
)


def _classer(ecriture: Ecriture, decisions: Sequence[str]) -> None:
    for rang, cle in enumerate(decisions, start=1):
        ecriture.modifier(Decision, cle, rang=rang)

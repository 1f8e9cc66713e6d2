"""An item as the round table sees it: each seat, its amounts, the total, and the quick answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select

from app.models.action import Action, Cofinancement, LigneBudget
from app.models.calculs import ZERO, cout_de_l_action, part, somme, somme_ou_rien
from app.models.enums import NatureOrganisme, SensBudget
from app.models.montants import au_centime
from app.models.seance import Point
from app.services.bus import Avis, Modification
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.payeurs import LignePayeur, NomsPayeurs, Payeur, payeur_de, payeurs_des_actions
from app.services.tours import Parole, lire_tours, paroles, tour_en_cours

RIEN = Parole()
MONTANTS_DU_SIEGE = ("demande", "propose", "accorde", "statut")


@dataclass(frozen=True, slots=True)
class Case:
    """A seat of the round table for one item (euros). `n1`: granted last year; None: nothing known."""

    siege: LignePayeur
    parole: Parole
    n1: Decimal | None

    @property
    def payeur(self) -> Payeur:
        return self.siege.payeur

    @property
    def nom(self) -> str:
        return self.siege.nom

    @property
    def effectif(self) -> Decimal | None:
        """What counts for the operator: what is being said, else what is granted."""
        return self.parole.effectif if self.parole.a_parle else self.siege.accorde

    @property
    def public(self) -> Decimal | None:
        """What the room may see: published or granted, never what is still being said."""
        return self.parole.publie if self.parole.est_publie else self.siege.accorde


@dataclass(frozen=True, slots=True)
class TourDeTable:
    """An item with its seats in speaking order (euros).

    `manque`: what the plan lacks with the amounts said (negative: more than it needs), None when
    nothing is asked and no budget is known.
    """

    point: str
    action: str
    annee: int
    numero: int
    cases: tuple[Case, ...]
    cout: Decimal | None
    ressources: Decimal | None

    @property
    def demande(self) -> Decimal:
        return somme(case.siege.demande for case in self.cases)

    @property
    def propose(self) -> Decimal | None:
        """None where nothing is proposed: the room must not read that zero is."""
        return somme_ou_rien(case.siege.propose for case in self.cases)

    @property
    def total(self) -> Decimal:
        """Of what is said or granted."""
        return somme(case.effectif for case in self.cases)

    @property
    def total_public(self) -> Decimal:
        return somme(case.public for case in self.cases)

    @property
    def part(self) -> Decimal | None:
        """Share of the cost that the total pays."""
        return part(self.total, self.cout)

    @property
    def manque(self) -> Decimal | None:
        besoin = self._besoin
        return None if besoin is None else besoin - self.total

    @property
    def _besoin(self) -> Decimal | None:
        """What the funders must bring: the cost less the porteur's own means, else what is asked."""
        if self.cout is not None and self.ressources is not None:
            return self.cout - self.ressources
        return somme_ou_rien(case.siege.demande for case in self.cases)

    @property
    def tous_ont_parle(self) -> bool:
        """Everybody who is asked has said something, or has already granted."""
        return all(
            case.parole.a_parle or case.siege.accorde is not None
            for case in self.cases
            if case.siege.demande
        )

    def case(self, payeur: Payeur) -> Case | None:
        return next((case for case in self.cases if case.payeur == payeur), None)

    # Quick answers --------------------------------------------------------------------------------

    def egal_demande(self, payeur: Payeur) -> Decimal | None:
        """« = demandé »: what is asked of it. Raises SaisieRefusee when nothing is."""
        case = self.case(payeur)
        if case is None or case.siege.demande is None:
            raise SaisieRefusee("Rien n'est demandé à ce financeur : tapez un montant.")
        return case.siege.demande

    def reste_a_financer(self, payeur: Payeur) -> Decimal:
        """What the plan lacks once all the others have said theirs; never negative.

        Raises SaisieRefusee when neither a request nor a budget tells what is needed.
        """
        besoin = self._besoin
        if besoin is None:
            raise SaisieRefusee("Ni demande ni budget : le reste à financer n'est pas connu.")
        autres = somme(case.effectif for case in self.cases if case.payeur != payeur)
        return max(besoin - autres, ZERO)

    def suit_l_etat(self, payeur: Payeur) -> Decimal:
        """« Suit l'État »: of what is asked of it, the share that the State gives of its own.

        To the cent. Where one of the two requests is not known, the same amount as the State.
        Raises SaisieRefusee while the State has said nothing.
        """
        etat = [c for c in self.cases if c.siege.nature == NatureOrganisme.ETAT]
        dits = [c for c in etat if c.effectif is not None and c.payeur != payeur]
        if not dits:
            raise SaisieRefusee("L'État n'a encore rien dit sur ce point : tapez un montant.")
        donne = somme(c.effectif for c in dits)
        demande = somme_ou_rien(c.siege.demande for c in dits)
        case = self.case(payeur)
        sien = case.siege.demande if case else None
        if not demande or sien is None:
            return donne
        return au_centime(sien * donne / demande)


_POINT = (
    select(Point.cle, Point.action, Action.annee, Action.lignee, Action.cout_total, Point.titre)
    .join(Action, Action.cle == Point.action)
    .where(Point.cle.in_(bindparam("points", expanding=True)))
)
_BUDGET = select(
    LigneBudget.action, LigneBudget.sens, LigneBudget.compte, LigneBudget.montant
).where(LigneBudget.action.in_(bindparam("actions", expanding=True)))
_ANTERIEURS = (
    select(
        Action.lignee,
        Action.annee,
        Cofinancement.financeur,
        Cofinancement.ligne_credit,
        Cofinancement.commune,
        Cofinancement.accorde,
    )
    .join(Cofinancement, Cofinancement.action == Action.cle)
    .where(
        Action.lignee.in_(bindparam("lignees", expanding=True)), Cofinancement.accorde.is_not(None)
    )
)


def suivre_table(table: TourDeTable, tours: Sequence[Any] | None, avis: Avis) -> TourDeTable | None:
    """The table after a notice; `tours`: what is now said, None when it has not moved.

    No read. Seats that have not moved stay the same objects. Returns None when it must be read again:
    somebody else speaks, or somebody who was not asked took it back.
    """
    touches = [
        m
        for m in avis.modifications
        if m.entite == "cofinancement" and table.action in (m.valeur("action"), _avant(m))
    ]
    sieges = {m.cle: m for m in touches}
    connus = {case.siege.cofinancement for case in table.cases}
    if any(m.cle not in connus or not _meme_siege(m) for m in touches):
        return None
    dites = None if tours is None else paroles(tours)
    if dites is not None and dites.keys() ^ {
        c.payeur for c in table.cases if _de_passage(c, dites)
    }:
        return None
    cases = tuple(_suivre_case(case, sieges, dites) for case in table.cases)
    if tours is None:
        return replace(table, cases=cases)
    return replace(table, cases=cases, numero=tour_en_cours(tours))


def _de_passage(case: Case, dites: Mapping[Payeur, Parole]) -> bool:
    """A seat that what is said must account for: one that speaks, or that is there for that alone."""
    return case.payeur in dites or case.siege.cofinancement is None


def _avant(modification: Modification) -> Any:
    return None if modification.avant is None else modification.avant["action"]


def _meme_siege(modification: Modification) -> bool:
    avant, apres = modification.avant, modification.apres
    return (
        avant is not None
        and apres is not None
        and all(avant[nom] == apres[nom] for nom in ("action", *Payeur.__slots__))
    )


def _suivre_case(
    case: Case, sieges: Mapping[str, Modification], dites: Mapping[Payeur, Parole] | None
) -> Case:
    siege, parole = case.siege, case.parole
    modification = sieges.get(siege.cofinancement or "")
    if modification is not None and modification.apres is not None:
        siege = replace(siege, **{nom: modification.apres[nom] for nom in MONTANTS_DU_SIEGE})
    if dites is not None:
        parole = dites.get(siege.payeur, RIEN)
    if siege is case.siege and parole == case.parole:
        return case
    return Case(siege, parole, case.n1)


class TablesRondes:
    """Reads the items of a séance as round tables."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier

    def du_point(self, point: str) -> TourDeTable:
        """Raises SaisieRefusee when the item is no action, or is no longer there."""
        tables = self.des_points([point])
        if point not in tables:
            raise SaisieRefusee("Ce point n'est pas une action : aucun montant ne s'y décide.")
        return tables[point]

    def des_points(self, points: Sequence[str]) -> dict[str, TourDeTable]:
        """The same for many items, in a fixed number of reads by 500; subjects are left out."""
        with self._fichier.instant() as lire:
            lues: dict[str, TourDeTable] = {}
            for debut in range(0, len(points), 500):
                lues |= lire_tables(lire, points[debut : debut + 500])
            return lues


def lire_tables(lire: Lire, points: Sequence[str]) -> dict[str, TourDeTable]:
    """Round tables among other reads of one moment."""
    lus = lire(_POINT, {"points": list(points)})
    if not lus:
        return {}
    actions = [p.action for p in lus]
    sieges = payeurs_des_actions(lire, actions)
    tours = lire_tours(lire, [p.cle for p in lus])
    budgets = _budgets(lire(_BUDGET, {"actions": actions}))
    anciens = _anterieurs(lire(_ANTERIEURS, {"lignees": list({p.lignee for p in lus})}))
    noms = NomsPayeurs(lire) if _inattendus(lus, sieges, tours) else None
    return {
        p.cle: _table(
            p,
            sieges[p.action],
            tours[p.cle],
            budget=budgets.get(p.action, ([], [])),
            n1=anciens.get((p.lignee, p.annee - 1), {}),
            noms=noms,
        )
        for p in lus
    }


def _inattendus(
    points: Sequence[Any],
    sieges: Mapping[str, Sequence[LignePayeur]],
    tours: Mapping[str, Sequence[Any]],
) -> bool:
    """True when somebody spoke for an item without being asked: their names must be read."""
    return any(
        payeur_de(tour) not in {s.payeur for s in sieges[p.action]}
        for p in points
        for tour in tours[p.cle]
    )


def _table(
    point: Any,
    sieges: Sequence[LignePayeur],
    tours: Sequence[Any],
    *,
    budget: tuple[list[Any], list[Any]],
    n1: Mapping[Payeur, Decimal],
    noms: NomsPayeurs | None,
) -> TourDeTable:
    dites = paroles(tours)
    tous = list(sieges)
    if noms is not None:
        connus = {siege.payeur for siege in sieges}
        tous += [noms.siege(payeur) for payeur in dites if payeur not in connus]
        tous.sort(key=lambda siege: (siege.rang, siege.nom))
    cases = tuple(Case(s, dites.get(s.payeur, RIEN), n1.get(s.payeur)) for s in tous)
    charges, produits = budget
    demandes = somme(s.demande for s in sieges)
    propres = somme_ou_rien(m for compte, m in produits if not compte.startswith("87"))
    return TourDeTable(
        point=point.cle,
        action=point.action,
        annee=point.annee,
        numero=tour_en_cours(tours),
        cases=cases,
        cout=cout_de_l_action(charges, point.cout_total),
        ressources=None if propres is None else propres - demandes,
    )


def _budgets(lignes: Sequence[Any]) -> dict[str, tuple[list[Any], list[Any]]]:
    """action -> (account, amount) of its charges and of its produits."""
    budgets: dict[str, tuple[list[Any], list[Any]]] = {}
    for action, sens, compte, montant in lignes:
        charges, produits = budgets.setdefault(action, ([], []))
        (charges if sens == SensBudget.CHARGE else produits).append((compte, montant))
    return budgets


def _anterieurs(lignes: Sequence[Any]) -> dict[tuple[str, int], dict[Payeur, Decimal]]:
    """(lineage, year) -> payeur -> granted."""
    trouves: dict[tuple[str, int], dict[Payeur, Decimal]] = {}
    for ligne in lignes:
        par_payeur = trouves.setdefault((ligne.lignee, ligne.annee), {})
        payeur = payeur_de(ligne)
        par_payeur[payeur] = par_payeur.get(payeur, ZERO) + ligne.accorde
    return trouves

"""What is checked before a séance is closed: each finding says where to go and mend it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.models.calculs import ZERO, somme
from app.models.enums import NaturePoint, NiveauConstat
from app.models.montants import afficher_montant
from app.services.alertes_seance import lire_cotations_finies
from app.services.constats_cloture import a_lever
from app.services.constats_service import Constats
from app.services.contrats import Contrats
from app.services.cpo import Cpo
from app.services.decisions import Decisions
from app.services.decisions_lues import LigneDecision
from app.services.effets_decision import ACCORDENT, attendus_de
from app.services.fichier import Fichier
from app.services.ordres_du_jour import LignePoint, OrdresDuJour
from app.services.payeurs import Payeur
from app.services.presences import Presences
from app.services.seances import Seances
from app.services.tables_rondes import TablesRondes, TourDeTable
from app.services.ventilations import Ventilations


@dataclass(frozen=True, slots=True)
class Controle:
    """A finding before closing. `point` or `payeur`: where to jump; both None: the séance itself.

    `niveau` « bloquant » prevents from closing; « alerte » asks for a confirmation.
    """

    niveau: str
    message: str
    point: str | None = None
    payeur: Payeur | None = None


def controles(fichier: Fichier, seance: str, constats: Constats | None = None) -> list[Controle]:
    """The findings, those that prevent first, then in the order of the agenda.

    `constats`: those that the window follows, if it does.
    """
    points, annee = OrdresDuJour(fichier).points(seance), Seances(fichier).lire(seance).annee
    tables = TablesRondes(fichier).des_points([p.cle for p in points if p.action])
    decisions = {d.point: d for d in Decisions(fichier).de_la_seance(seance)}
    trouves = [
        *_sans_decision(points),
        *_non_publies(points, tables),
        *_depassements(fichier, annee, tables.values()),
        *_changes(points, tables, decisions),
        *_desequilibres(points, tables, decisions),
        *_cpo(fichier, tables, decisions),
        *_quorum(fichier, seance),
        *_cotation(fichier, points, decisions),
        *_regles(fichier, constats, seance, annee, _accordees(points, decisions)),
    ]
    ordre = list(reversed(NiveauConstat))
    return sorted(trouves, key=lambda c: ordre.index(NiveauConstat.de(c.niveau)))


def _alerte(message: str, point: str | None = None, payeur: Payeur | None = None) -> Controle:
    return Controle(str(NiveauConstat.ALERTE), message, point, payeur)


def _nommer(point: LignePoint) -> str:
    return f"{point.numero} « {point.titre} »" if point.numero else f"« {point.titre} »"


def _sans_decision(points: Iterable[LignePoint]) -> Iterator[Controle]:
    for point in points:
        if point.decision is None and point.nature != NaturePoint.INFORMATION:
            yield _alerte(f"{_nommer(point)} n'a pas de décision.", point.cle)


def _non_publies(
    points: Iterable[LignePoint], tables: dict[str, TourDeTable]
) -> Iterator[Controle]:
    for point in points:
        table = tables.get(point.cle)
        for case in table.cases if table else ():
            if case.parole.en_attente:
                yield _alerte(
                    f"{_nommer(point)} : le montant de {case.nom} n'est pas publié.",
                    point.cle,
                    case.payeur,
                )


def _depassements(
    fichier: Fichier, annee: int, tables: Iterable[TourDeTable]
) -> Iterator[Controle]:
    """Of every payeur of the agenda, once for each envelope."""
    ventilations = Ventilations(fichier, annee)
    try:
        vus: set[tuple[object, ...]] = set()
        for case in (case for table in tables for case in table.cases):
            etat = ventilations.pour(case.payeur)
            signe = (case.payeur.financeur, etat.montant, etat.accorde)
            if etat.depassement and signe not in vus:
                vus.add(signe)
                yield _alerte(
                    f"L'enveloppe {annee} de {case.nom} est dépassée de "
                    f"{afficher_montant(etat.depassement, euro=True)}.",
                    payeur=case.payeur,
                )
    finally:
        ventilations.fermer()


def _decides(
    points: Iterable[LignePoint],
    tables: dict[str, TourDeTable],
    decisions: dict[str, LigneDecision],
) -> Iterator[tuple[LignePoint, TourDeTable, LigneDecision]]:
    """The actions of the agenda that have a decision."""
    for point in points:
        table, decision = tables.get(point.cle), decisions.get(point.cle)
        if table is not None and decision is not None:
            yield point, table, decision


def _changes(
    points: Iterable[LignePoint],
    tables: dict[str, TourDeTable],
    decisions: dict[str, LigneDecision],
) -> Iterator[Controle]:
    """Amounts said or typed after the decision: the PV would not say what the table does."""
    for point, table, decision in _decides(points, tables, decisions):
        attendus = attendus_de(decision)
        noms = {c.payeur: c.nom for c in table.cases} | {m.payeur: m.nom for m in decision.montants}
        actuels = {c.payeur: c.siege.accorde for c in table.cases}
        for payeur, nom in noms.items():
            decide, actuel = attendus.get(payeur) or ZERO, actuels.get(payeur) or ZERO
            if decide != actuel:
                yield _alerte(
                    f"{_nommer(point)} : {nom}, {afficher_montant(decide, euro=True)} décidés mais "
                    f"{afficher_montant(actuel, euro=True)} accordés depuis, décidez de nouveau.",
                    point.cle,
                    payeur,
                )


def _desequilibres(
    points: Iterable[LignePoint],
    tables: dict[str, TourDeTable],
    decisions: dict[str, LigneDecision],
) -> Iterator[Controle]:
    """Actions granted whose plan no longer holds together."""
    for point, table, decision in _decides(points, tables, decisions):
        if decision.nature not in ACCORDENT:
            continue
        if not somme(m.montant for m in decision.montants):
            yield _alerte(f"{_nommer(point)} est validée sans montant.", point.cle)
        elif table.manque:
            ecart = afficher_montant(abs(table.manque), euro=True)
            sens = "il manque" if table.manque > 0 else "trop de"
            yield _alerte(
                f"{_nommer(point)} : le budget n'est plus équilibré, {sens} {ecart}.", point.cle
            )


def _cpo(
    fichier: Fichier, tables: dict[str, TourDeTable], decisions: dict[str, LigneDecision]
) -> Iterator[Controle]:
    """A pluriannual grant whose unanimity was lost since: a rule of the contract is broken."""
    cpo = Cpo(fichier)
    for point, decision in decisions.items():
        if decision.cpo_annees is None or point not in tables:
            continue
        situation = cpo.situation_de(tables[point])
        if not situation.permise:
            yield Controle(
                str(NiveauConstat.BLOQUANT),
                f"{decision.numero} « {decision.titre} » a une CPO. {situation.phrase}",
                point,
            )


def _quorum(fichier: Fichier, seance: str) -> Iterator[Controle]:
    quorum = Presences(fichier).quorum(seance)
    if quorum.reuni is False:
        yield _alerte(f"Le quorum n'est pas réuni : {quorum.phrase}.")


def _cotation(
    fichier: Fichier, points: Sequence[LignePoint], decisions: dict[str, LigneDecision]
) -> Iterator[Controle]:
    """Where the contract asks that each funded file be rated; told once, of those that are not."""
    regle = Contrats(fichier).valeur("egalite.cotation", "obligatoire")
    accordees = [p.action for p in _accordees(points, decisions) if p.action]
    if regle.valeur is not True or not accordees:
        return
    with fichier.instant() as lire:
        cotees = lire_cotations_finies(lire, accordees)
    nombre = len(set(accordees) - cotees)
    if nombre:
        source = f" ({regle.source})" if regle.source else ""
        quoi = f"de {nombre} actions accordées" if nombre > 1 else "d'une action accordée"
        if len(accordees) == 1:
            quoi = "de l'action accordée"
        yield Controle(
            str(NiveauConstat.INFORMATION),
            f"Le contrat exige la cotation de chaque dossier financé{source} : "
            f"vérifiez celle {quoi}.",
        )


def _accordees(
    points: Sequence[LignePoint], decisions: dict[str, LigneDecision]
) -> list[LignePoint]:
    return [
        p
        for p in points
        if p.cle in decisions and decisions[p.cle].nature in ACCORDENT and p.action
    ]


def _regles(
    fichier: Fichier,
    constats: Constats | None,
    seance: str,
    annee: int,
    accordees: Sequence[LignePoint],
) -> Iterator[Controle]:
    """What the rules find blocking and nobody passed over: it asks for a reason, it never prevents."""
    points = {p.action: p for p in accordees if p.action}
    for action, phrase in a_lever(
        fichier, constats, annee=annee, seance=seance, actions=list(points)
    ):
        point = points.get(action or "")
        yield _alerte(
            f"{_nommer(point)} : {phrase}" if point else phrase, point.cle if point else None
        )

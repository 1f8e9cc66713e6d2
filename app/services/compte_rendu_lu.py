"""Reads a séance for its documents: everything of one moment, in a fixed number of reads by 500."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import bindparam, select

from app.models.base import depuis_centiemes
from app.models.enums import EtatSeance
from app.models.journal import Trace
from app.models.organisme import Financeur
from app.models.seance import (
    Membre,
    Passage,
    Point,
    PositionCpo,
    Presence,
    Scellement,
    VoixConsultative,
)
from app.services.actions import par_lots
from app.services.allees_venues import couvre
from app.services.assemblage import lire_des_cles
from app.services.compte_rendu import (
    Annonce,
    Avis,
    CompteRendu,
    ConstatOutre,
    FinanceurRendu,
    MembreVenu,
    MontantDit,
    PointRendu,
    Sejour,
)
from app.services.constats_outre import lire_passages
from app.services.decisions_lues import LigneDecision, comptees, lire_decisions
from app.services.deports import LigneDeport, lire_deports
from app.services.etats_seance import lire_seance
from app.services.fichier import Fichier, Lire
from app.services.payeurs import NomsPayeurs, Payeur, payeur_de
from app.services.presences import lire_membres
from app.services.programmation import lire_nom_du_contrat
from app.services.rows import LigneAction
from app.services.sceaux import LigneScellement, exiger_intact, lire_scellements
from app.services.scellement import ModificationPostComite, lire_modifications
from app.services.tables_rondes import TourDeTable, lire_tables
from app.services.tours import lire_tours

T = TypeVar("T")


def lire_compte_rendu(fichier: Fichier, seance: str) -> CompteRendu:
    """Raises SaisieRefusee when it is no longer there, FichierIllisible when its seal is broken."""
    with fichier.instant() as lire:
        return _Lecture(lire, seance).tout()


class _Lecture:
    """The reads of one séance, all of one moment."""

    def __init__(self, lire: Lire, seance: str) -> None:
        self._lire, self._cle = lire, seance
        self._seance = lire_seance(lire, seance)
        self._actions = _lire_actions(lire, seance)
        self._noms = NomsPayeurs(lire)
        self._sceaux = tuple(lire_scellements(lire, Scellement.seance == seance))
        close = self._seance.etat == EtatSeance.CLOSE
        self._sceau = self._sceaux[-1] if close and self._sceaux else None
        if self._sceau is not None:
            exiger_intact(lire, self._sceau, self._seance)

    def tout(self) -> CompteRendu:
        s = self._seance
        membres = self._membres()
        points = tuple(self._points(membres))
        return CompteRendu(
            cle=self._cle,
            contrat=lire_nom_du_contrat(self._lire),
            titre=s.titre,
            instance=s.instance_nom,
            annee=s.annee,
            date=s.date,
            heure=s.heure,
            lieu=s.lieu,
            etat=s.etat,
            convoquee_le=s.convoquee_le,
            secretaire=s.secretaire,
            ouverte_le=s.ouverte_le,
            close_le=s.close_le,
            reouverture=s.reouverture,
            quorum=s.quorum,
            quorum_source=s.quorum_source,
            regle_vote=s.regle_vote,
            regle_vote_source=s.regle_vote_source,
            sceau=self._sceau,
            sceaux=self._sceaux,
            membres=membres,
            points=points,
            financeurs=self._financeurs(points),
            outre=tuple(self._outre[""]),
        )

    def _membres(self) -> tuple[MembreVenu, ...]:
        requete = (
            select(Presence.membre, Presence.arrivee, Presence.depart)
            .join(Membre, Membre.cle == Presence.membre)
            .where(Membre.seance == self._cle)
            .order_by(Presence.arrivee, Presence.cle)
        )
        sejours = _grouper((m, Sejour(a, d)) for m, a, d in self._lire(requete))
        return tuple(
            MembreVenu(membre, tuple(sejours[membre.cle]))
            for membre in lire_membres(self._lire, self._cle)
        )

    def _points(self, membres: Sequence[MembreVenu]) -> Iterable[PointRendu]:
        lire, cle = self._lire, self._cle
        requete = select(Point.cle, Point.action, Point.titre, Point.nature)
        points = lire(requete.where(Point.seance == cle).order_by(Point.rang, Point.cle))
        cles = [p.cle for p in points]
        tables: dict[str, TourDeTable] = {}
        for debut in range(0, len(cles), 500):
            tables |= lire_tables(lire, cles[debut : debut + 500])
        toutes = lire_decisions(lire, Point.seance == cle)
        decisions = {d.point: d for d in comptees(toutes)}
        deports = _de_presents(membres, lire_deports(lire, Point.seance == cle))
        passages = self._passages()
        annonces = self._annonces(cles, tables)
        positions, voix = self._positions(), self._voix()
        modifications = self._modifications()
        self._outre = self._passages_outre()
        figes = _valeurs_au_sceau(lire, self._sceau, tables)
        for ordre, p in enumerate(points, start=1):
            decision = decisions.get(p.cle)
            action = self._actions.get(p.action or "")
            yield PointRendu(
                cle=p.cle,
                ordre=ordre,
                titre=p.titre or (action.titre if action else ""),
                nature=p.nature,
                action=action,
                decision=decision,
                rectifiee=self._rectifiee(toutes, decision),
                montants=tuple(self._montants(tables.get(p.cle), decision, figes)),
                annonces=tuple(annonces[p.cle]),
                passages=tuple(passages[p.cle]),
                deports=tuple(d for d in deports if d.point == p.cle),
                positions=tuple(positions[p.cle]),
                voix=tuple(voix[p.cle]),
                votants=_votants(membres, deports, decision),
                modifications=tuple(modifications[p.action or ""]),
                outre=tuple(self._outre[p.action] if p.action else ()),
            )

    def _montants(
        self,
        table: TourDeTable | None,
        decision: LigneDecision | None,
        figes: Mapping[tuple[str, str], Decimal | None],
    ) -> Iterable[MontantDit]:
        """Everybody asked, in speaking order, then those who gave without being asked."""
        decides = {m.payeur: m for m in decision.montants} if decision else {}
        for case in table.cases if table else ():
            siege, dit = case.siege, decides.pop(case.payeur, None)
            cofinancement = siege.cofinancement or ""
            yield MontantDit(
                case.payeur,
                siege.nom,
                siege.financeur_nom,
                figes.get((cofinancement, "demande"), siege.demande),
                figes.get((cofinancement, "propose"), siege.propose),
                dit.montant if dit else None,
                case.n1,
            )
        for payeur, dit in decides.items():
            financeur = self._noms.financeur(payeur.financeur)
            yield MontantDit(payeur, dit.nom, financeur, None, None, dit.montant)

    def _passages(self) -> defaultdict[str, list[Sejour]]:
        requete = (
            select(Passage.point, Passage.debut, Passage.fin)
            .join(Point, Point.cle == Passage.point)
            .where(Point.seance == self._cle)
            .order_by(Passage.debut, Passage.cle)
        )
        return _grouper((p, Sejour(debut, fin)) for p, debut, fin in self._lire(requete))

    def _passages_outre(self) -> defaultdict[str, list[ConstatOutre]]:
        """action -> what was passed over of it; « » for what no item of the agenda tells."""
        jusque = self._sceau.scelle_le if self._sceau else None
        return _grouper(
            (
                p.action if p.action in self._actions else "",
                ConstatOutre(p.phrase, p.motif, p.auteur),
            )
            for p in lire_passages(self._lire, self._cle, jusque)
        )

    def _annonces(
        self, points: Sequence[str], tables: Mapping[str, TourDeTable]
    ) -> defaultdict[str, list[Annonce]]:
        """What the room has seen, under the name that each seat has for that item."""
        sieges = {(t.point, c.payeur): c.nom for t in tables.values() for c in t.cases}

        def nom(point: str, payeur: Payeur) -> str:
            return sieges.get((point, payeur)) or self._noms.nom(payeur)

        return _grouper(
            (point, Annonce(tour.numero, nom(point, payeur_de(tour)), tour.montant, tour.note))
            for point, tours in lire_tours(self._lire, points).items()
            for tour in tours
            if tour.publie_le is not None
        )

    def _positions(self) -> defaultdict[str, list[Avis]]:
        """The last answer of each, in speaking order."""
        requete = (
            select(*PositionCpo.__table__.columns)
            .join(Point, Point.cle == PositionCpo.point)
            .where(Point.seance == self._cle)
            .order_by(PositionCpo.dit_le, PositionCpo.cle)
        )
        dernieres = {(p.point, p.financeur, p.commune): p for p in self._lire(requete)}
        dites = [
            (p, Payeur(p.financeur, None, p.commune))
            for p in dernieres.values()
            if p.favorable is not None
        ]
        dites.sort(key=lambda dite: self._noms.rang(dite[1]))
        return _grouper(
            (
                p.point,
                Avis(
                    self._noms.nom(payeur), "favorable" if p.favorable else "opposé", p.motif or ""
                ),
            )
            for p, payeur in dites
        )

    def _voix(self) -> defaultdict[str, list[Avis]]:
        requete = (
            select(*VoixConsultative.__table__.columns)
            .join(Point, Point.cle == VoixConsultative.point)
            .where(Point.seance == self._cle)
            .order_by(VoixConsultative.cle)
        )
        return _grouper((v.point, Avis(v.qui, v.sens, v.texte or "")) for v in self._lire(requete))

    def _modifications(self) -> defaultdict[str, list[ModificationPostComite]]:
        toutes = lire_modifications(self._lire, self._seance.annee) if self._sceau else []
        return _grouper((m.action, m) for m in toutes if m.seance == self._cle)

    def _rectifiee(self, toutes: Sequence[LigneDecision], decision: LigneDecision | None) -> str:
        """The sentence that the version before had for the same item, when it is another one."""
        if decision is None or len(self._sceaux) < 2:
            return ""
        avant = self._sceaux[-2].scelle_le
        anciennes = [d for d in toutes if d.point == decision.point and d.decidee_le <= avant]
        if decision.decidee_le <= avant or not anciennes:
            return ""
        return anciennes[-1].phrase if anciennes[-1].phrase != decision.phrase else ""

    def _financeurs(self, points: Sequence[PointRendu]) -> tuple[FinanceurRendu, ...]:
        cites = {m.payeur.financeur for p in points for m in p.montants}
        requete = select(
            Financeur.cle, Financeur.nom, Financeur.nom_court, Financeur.nature
        ).order_by(Financeur.rang, Financeur.nom_court, Financeur.cle)
        return tuple(FinanceurRendu(*f) for f in self._lire(requete) if f.cle in cites)


def _lire_actions(lire: Lire, seance: str) -> dict[str, LigneAction]:
    requete = select(Point.action).where(Point.seance == seance, Point.action.is_not(None))
    cles = sorted({cle for (cle,) in lire(requete)})
    return {ligne.cle: ligne for lot in par_lots(cles) for ligne in lire_des_cles(lire, lot)}


def _grouper(paires: Iterable[tuple[str, T]]) -> defaultdict[str, list[T]]:
    groupes: defaultdict[str, list[T]] = defaultdict(list)
    for cle, element in paires:
        groupes[cle].append(element)
    return groupes


def _votants(
    membres: Sequence[MembreVenu], deports: Sequence[LigneDeport], decision: LigneDecision | None
) -> int | None:
    """Members with a vote who were in the room when an item was decided."""
    if decision is None or not any(m.sejours for m in membres):
        return None
    quand = decision.decidee_le
    sortis = {d.membre for d in deports if d.sortie and couvre(d.sortie, d.retour, quand)}
    return sum(
        m.siege.votant
        and m.siege.cle not in sortis
        and any(couvre(s.arrivee, s.depart, quand) for s in m.sejours)
        for m in membres
    )


def _de_presents(
    membres: Sequence[MembreVenu], deports: Sequence[LigneDeport]
) -> list[LigneDeport]:
    """Who was not in the building did not leave the room; all are kept where no presence was recorded."""
    if not any(m.sejours for m in membres):
        return list(deports)
    sejours = {m.siege.cle: m.sejours for m in membres}
    return [d for d in deports if any(_se_croisent(s, d) for s in sejours.get(d.membre, ()))]


def _se_croisent(sejour: Sejour, deport: LigneDeport) -> bool:
    """A stay and an exit have a moment in common."""
    if deport.sortie is None:
        return True
    venu_avant = deport.retour is None or sejour.arrivee < deport.retour
    return venu_avant and (sejour.depart is None or deport.sortie < sejour.depart)


_TRACES = (
    select(Trace.ligne, Trace.avant)
    .where(
        Trace.operation > bindparam("operation"),
        Trace.entite == "cofinancement",
        Trace.ligne.in_(bindparam("lignes", expanding=True)),
    )
    .order_by(Trace.operation, Trace.rang)
)


def _valeurs_au_sceau(
    lire: Lire, sceau: LigneScellement | None, tables: Mapping[str, TourDeTable]
) -> dict[tuple[str, str], Decimal | None]:
    """(cofinancement, step) -> what it was when the séance was sealed, where it has changed since."""
    if sceau is None:
        return {}
    cles = [
        c.siege.cofinancement for t in tables.values() for c in t.cases if c.siege.cofinancement
    ]
    figes: dict[tuple[str, str], Decimal | None] = {}
    for debut in range(0, len(cles), 500):
        lot = {"operation": sceau.operation, "lignes": cles[debut : debut + 500]}
        for ligne, avant in lire(_TRACES, lot):
            # A row that did not exist then asked nothing.
            valeurs = json.loads(avant) if avant else {"demande": None, "propose": None}
            for etape in ("demande", "propose"):
                if etape in valeurs:
                    centimes = valeurs[etape]
                    figes.setdefault(
                        (ligne, etape), None if centimes is None else depuis_centiemes(centimes)
                    )
    return figes

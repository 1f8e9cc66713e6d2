"""The facts of a year beside its actions: appels, séances, meetings, envelopes."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from app.models.contrat import Instance
from app.models.programme import Appel, DotationAppel, Enveloppe, EtapeAppel, Exercice
from app.models.reunion import Reunion, ReunionInstance
from app.models.seance import Decision, Point, Seance
from app.services.constats_faits import (
    FaitsAction,
    FaitsAppel,
    FaitsDotation,
    FaitsEnveloppe,
    FaitsEtape,
    FaitsPoint,
    FaitsReunion,
    FaitsSeance,
)
from app.services.constats_references import References
from app.services.fichier import Lire

DE_L_ANNEE = (
    "exercice",
    "appel",
    "dotation_appel",
    "etape_appel",
    "enveloppe",
    "seance",
    "point",
    "decision",
    "reunion",
    "reunion_instance",
)
_APPELS = (
    select(
        Appel.cle,
        Appel.nom,
        Appel.nature,
        Appel.date_ouverture,
        Appel.date_cloture,
        Appel.noeud,
        Appel.leger,
        Appel.pluriannuel,
        Appel.instructeurs,
        Appel.cadrage,
    )
    .join(Exercice, Exercice.cle == Appel.exercice)
    .where(Exercice.annee == bindparam("annee"))
    .order_by(Appel.rang, Appel.cle)
)
_DOTATIONS = select(DotationAppel.appel, DotationAppel.financeur, DotationAppel.montant).order_by(
    DotationAppel.cle
)
_ETAPES = select(
    EtapeAppel.appel,
    EtapeAppel.nature,
    EtapeAppel.nom,
    EtapeAppel.active,
    EtapeAppel.date_debut,
    EtapeAppel.date_fin,
    EtapeAppel.terminee_le,
).order_by(EtapeAppel.rang, EtapeAppel.cle)
_SEANCES = (
    select(
        Seance.cle,
        Seance.titre,
        Seance.date,
        Seance.etat,
        Instance.identifiant.label("instance"),
    )
    .join(Instance, Instance.cle == Seance.instance, isouter=True)
    .where(Seance.annee == bindparam("annee"))
    .order_by(Seance.date, Seance.cle)
)
_POINTS = (
    select(Point.seance, Point.cle, Point.nature, Point.action)
    .join(Seance, Seance.cle == Point.seance)
    .where(Seance.annee == bindparam("annee"))
    .order_by(Point.rang, Point.cle)
)
_DECISIONS = (
    select(Decision.point, Decision.nature, Decision.cpo_annees)
    .join(Point, Point.cle == Decision.point)
    .join(Seance, Seance.cle == Point.seance)
    .where(Seance.annee == bindparam("annee"), Decision.annulee.is_(False))
    .order_by(Decision.decidee_le, Decision.cle)
)
_REUNIONS = (
    select(Reunion.cle, Reunion.titre, Reunion.date, Reunion.etat, Reunion.commune)
    .where(Reunion.annee == bindparam("annee"))
    .order_by(Reunion.date, Reunion.cle)
)
_LEURS_INSTANCES = (
    select(ReunionInstance.reunion, Instance.identifiant)
    .join(Instance, Instance.cle == ReunionInstance.instance)
    .order_by(ReunionInstance.cle)
)
_ENVELOPPES = (
    select(
        Enveloppe.financeur,
        Enveloppe.ligne_credit,
        Enveloppe.commune,
        Enveloppe.montant,
        Enveloppe.notifie,
        Enveloppe.reserve,
        Enveloppe.engage,
    )
    .where(Enveloppe.annee == bindparam("annee"))
    .order_by(Enveloppe.cle)
)


@dataclass(frozen=True, slots=True)
class AutourDeLAnnee:
    """Rows of a year as they were read; facts are made of them when the actions are known."""

    annee: int
    jour: datetime.date
    references: References
    appels: Sequence[Any]
    dotations: Mapping[str, Sequence[Any]]
    etapes: Mapping[str, Sequence[Any]]
    seances: Sequence[Any]
    points: Mapping[str, Sequence[Any]]
    decisions: Mapping[str, Any]
    reunions: tuple[FaitsReunion, ...]
    enveloppes: tuple[FaitsEnveloppe, ...]

    def appel(
        self, ligne: Any, actions: tuple[FaitsAction, ...], plus: Mapping[str, Any]
    ) -> FaitsAppel:
        return FaitsAppel(
            cle=ligne.cle,
            annee=self.annee,
            jour=self.jour,
            nom=ligne.nom,
            nature=ligne.nature,
            date_ouverture=ligne.date_ouverture,
            date_cloture=ligne.date_cloture,
            noeud=ligne.noeud,
            leger=bool(ligne.leger),
            pluriannuel=bool(ligne.pluriannuel),
            instructeurs=ligne.instructeurs,
            cadrage=ligne.cadrage,
            dotations=tuple(
                FaitsDotation(self.references.financeur(d.financeur), d.montant)
                for d in self.dotations.get(ligne.cle, ())
            ),
            etapes=tuple(
                FaitsEtape(e.nature, e.nom, bool(e.active), e.date_debut, e.date_fin, e.terminee_le)
                for e in self.etapes.get(ligne.cle, ())
            ),
            actions=actions,
            plus=plus,
        )

    def seance(
        self, ligne: Any, actions: Mapping[str, FaitsAction], plus: Mapping[str, Any]
    ) -> FaitsSeance:
        return FaitsSeance(
            cle=ligne.cle,
            annee=self.annee,
            jour=self.jour,
            titre=ligne.titre,
            date=ligne.date,
            etat=ligne.etat,
            instance=ligne.instance,
            points=tuple(self._point(p, actions) for p in self.points.get(ligne.cle, ())),
            plus=plus,
        )

    def _point(self, ligne: Any, actions: Mapping[str, FaitsAction]) -> FaitsPoint:
        decision = self.decisions.get(ligne.cle)
        return FaitsPoint(
            ligne.cle,
            ligne.nature,
            actions.get(ligne.action),
            decision.nature if decision else None,
            decision.cpo_annees if decision else None,
        )


def lire_l_annee(
    lire: Lire, references: References, annee: int, jour: datetime.date
) -> AutourDeLAnnee:
    de = {"annee": annee}
    instances = _par(lire(_LEURS_INSTANCES))
    return AutourDeLAnnee(
        annee=annee,
        jour=jour,
        references=references,
        appels=lire(_APPELS, de),
        dotations=_par(lire(_DOTATIONS)),
        etapes=_par(lire(_ETAPES)),
        seances=lire(_SEANCES, de),
        points=_par(lire(_POINTS, de)),
        decisions={d.point: d for d in lire(_DECISIONS, de)},  # the last one is kept
        reunions=tuple(
            FaitsReunion(
                r.cle,
                r.titre,
                r.date,
                r.etat,
                r.commune,
                tuple(i.identifiant for i in instances.get(r.cle, ())),
            )
            for r in lire(_REUNIONS, de)
        ),
        enveloppes=tuple(_enveloppe(e, references) for e in lire(_ENVELOPPES, de)),
    )


def _par(lignes: Sequence[Any]) -> dict[str, list[Any]]:
    """first column -> rows."""
    groupes: dict[str, list[Any]] = defaultdict(list)
    for ligne in lignes:
        groupes[ligne[0]].append(ligne)
    return groupes


def _enveloppe(e: Any, references: References) -> FaitsEnveloppe:
    return FaitsEnveloppe(
        references.financeur(e.financeur),
        references.lignes.get(e.ligne_credit),
        e.commune,
        e.montant,
        bool(e.notifie),
        e.reserve,
        e.engage,
    )

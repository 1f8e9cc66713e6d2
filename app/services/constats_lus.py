"""The facts of a year read in a fixed number of statements, and again for some actions only.

Built once, run often: the statements take either a year (`:annee`) or keys (`:cles`).
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Integer, bindparam, select, type_coerce

from app.models.action import (
    Action,
    ActionCommune,
    ActionQuartier,
    Classement,
    Cofinancement,
    LigneBudget,
)
from app.models.base import Requete, depuis_centiemes
from app.models.calculs import cout_de_l_action
from app.models.enums import CibleConstat, SensBudget
from app.models.suivi import Bilan
from app.services.constats_faits import (
    FaitsAction,
    FaitsBilan,
    FaitsLigneBudget,
    FaitsNoeud,
    FaitsQuartier,
)
from app.services.constats_montants import Montants, euros, lire_montants, sommes
from app.services.constats_references import References
from app.services.constats_registre import COMPLEMENTS, Portee
from app.services.constats_registre import restreindre as restreindre
from app.services.fichier import Lire

ANNEES_LUES = 2  # before the year: N-1 and N-2


def lire_actions(
    lire: Lire,
    references: References,
    portee: Portee,
    jour: datetime.date,
    plus: Callable[[str], Mapping[str, Any]],
) -> dict[str, FaitsAction]:
    """action -> its facts, in the order of their numbers. `plus`: what the areas add, by action."""
    requetes = _requetes(portee.cles is not None)
    actions = lire(requetes.actions, portee.parametres)
    if portee.cles is not None:
        actions = [a for a in actions if a.annee == portee.annee]
    lues = {
        nom: _par_action(lire(requete, portee.parametres))
        for nom, requete in requetes.listes.items()
    }
    anterieurs = _anterieurs(lire, references, portee, actions)
    precedents = {
        ligne.suivante: _bilan(ligne) for ligne in lire(requetes.bilans_n1, portee.parametres)
    }
    montants = lire_montants(lire, references, portee)
    autour = _Autour(references, jour, lues, montants, anterieurs, precedents, plus)
    return {
        action.cle: autour.faits(action)
        for action in sorted(actions, key=lambda a: (a.numero, a.cle))
    }


def lire_plus(lire: Lire, portee: Portee) -> Callable[[str], Mapping[str, Any]]:
    """action -> what the areas add to it, by name; nothing where an area says nothing."""
    lus = {c.nom: c.lire(lire, portee) for c in COMPLEMENTS if c.cible == CibleConstat.ACTION}
    return lambda cle: {nom: valeurs[cle] for nom, valeurs in lus.items() if cle in valeurs}


@dataclass(frozen=True, slots=True)
class _Requetes:
    actions: Requete
    listes: Mapping[str, Requete]
    bilans_n1: Requete


@cache
def _requetes(par_cles: bool) -> _Requetes:
    portee = Portee(0, () if par_cles else None)

    def de(colonne: Any, *autres: Any) -> Requete:
        return restreindre(select(colonne.label("action"), *autres), colonne, portee)

    suivante = Action.__table__.alias()
    return _Requetes(
        actions=restreindre(_actions(), Action.cle, portee),
        listes={
            "quartiers": de(ActionQuartier.action, ActionQuartier.quartier, ActionQuartier.part),
            "communes": de(ActionCommune.action, ActionCommune.commune),
            "classements": de(Classement.action, Classement.noeud, Classement.principal),
            "budget": de(
                LigneBudget.action,
                LigneBudget.sens,
                LigneBudget.compte,
                LigneBudget.libelle,
                type_coerce(LigneBudget.montant, Integer).label("montant"),
            ).order_by(LigneBudget.rang, LigneBudget.cle),
            "bilans": de(Bilan.action, *_BILAN).order_by(Bilan.cle),
        },
        bilans_n1=select(suivante.c.cle.label("suivante"), *_BILAN)
        .join(suivante, suivante.c.precedente == Bilan.action)
        .where(
            suivante.c.cle.in_(bindparam("cles", expanding=True))
            if par_cles
            else suivante.c.annee == bindparam("annee")
        )
        .order_by(Bilan.cle),
    )


_BILAN = (
    Bilan.attendu_le,
    Bilan.recu_le,
    Bilan.examine_le,
    Bilan.conclusion,
    type_coerce(Bilan.cout_realise, Integer).label("cout_realise"),
)


def _actions() -> Requete:
    return select(
        Action.cle,
        Action.annee,
        Action.numero,
        Action.titre,
        Action.statut,
        Action.nature,
        Action.recurrence,
        Action.lignee,
        Action.precedente,
        Action.appel,
        Action.porteur,
        Action.echelle,
        Action.cpo_rang,
        Action.cpo_duree,
        Action.public_total,
        Action.public_qpv,
        Action.public_femmes,
        Action.public_hommes,
        Action.hors_qpv_motif,
        Action.description,
        Action.avis,
        type_coerce(Action.cout_total, Integer).label("cout_total"),
        Action.date_depot,
        Action.date_debut,
        Action.date_fin,
    )


def _par_action(lignes: Iterable[Any]) -> dict[str, list[Any]]:
    par_action: dict[str, list[Any]] = defaultdict(list)
    for ligne in lignes:
        par_action[ligne[0]].append(ligne)
    return par_action


# Former years -------------------------------------------------------------------------------------

_ANTERIEURS = select(
    Action.lignee,
    Action.annee,
    Cofinancement.financeur,
    type_coerce(Cofinancement.accorde, Integer).label("accorde"),
).join(Cofinancement, Cofinancement.action == Action.cle)
_DES_LIGNEES = _ANTERIEURS.where(
    Action.lignee.in_(bindparam("lignees", expanding=True)),
    Action.annee.between(bindparam("premiere"), bindparam("derniere")),
)
_DES_ANNEES = _ANTERIEURS.where(
    Cofinancement.action.in_(
        select(Action.cle).where(Action.annee.between(bindparam("premiere"), bindparam("derniere")))
    )
)

_Anterieurs = Mapping[str, Mapping[int, Mapping[str, Decimal]]]


def _anterieurs(
    lire: Lire, references: References, portee: Portee, actions: Sequence[Any]
) -> _Anterieurs:
    """lineage -> year -> identifiant of a financeur -> what it granted."""
    bornes: dict[str, Any] = {"premiere": portee.annee - ANNEES_LUES, "derniere": portee.annee - 1}
    if portee.cles is None:
        lignes = lire(_DES_ANNEES, bornes)
    else:
        lignes = lire(_DES_LIGNEES, bornes | {"lignees": [a.lignee for a in actions]})
    lus: dict[str, dict[int, dict[str, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    for lignee, annee, financeur, accorde in lignes:
        if accorde is not None:
            par_financeur = lus[lignee][annee]
            nom = references.financeur(financeur).identifiant
            par_financeur[nom] = par_financeur.get(nom, Decimal(0)) + depuis_centiemes(accorde)
    return {lignee: {a: dict(p) for a, p in par_annee.items()} for lignee, par_annee in lus.items()}


# Assembly -----------------------------------------------------------------------------------------


def _bilan(ligne: Any) -> FaitsBilan:
    return FaitsBilan(
        ligne.attendu_le,
        ligne.recu_le,
        ligne.examine_le,
        ligne.conclusion,
        euros(ligne.cout_realise),
    )


@dataclass(frozen=True, slots=True)
class _Autour:
    """What is told of actions besides their own columns."""

    references: References
    jour: datetime.date
    lues: Mapping[str, Mapping[str, Sequence[Any]]]
    montants: Montants
    anterieurs: _Anterieurs
    bilans_n1: Mapping[str, FaitsBilan]
    plus: Callable[[str], Mapping[str, Any]]

    def _de(self, liste: str, action: str) -> Sequence[Any]:
        return self.lues[liste].get(action, ())

    def faits(self, a: Any) -> FaitsAction:
        cle, refs = a.cle, self.references
        montants = self.montants.get(cle, ())
        demande, propose, accorde = sommes(montants)
        budget = tuple(map(_ligne_budget, self._de("budget", cle)))
        classements = self._classements(cle)
        return FaitsAction(
            cle=cle,
            annee=a.annee,
            jour=self.jour,
            numero=a.numero,
            titre=a.titre,
            statut=a.statut,
            nature=a.nature,
            recurrence=a.recurrence,
            lignee=a.lignee,
            precedente=a.precedente,
            appel=a.appel,
            appel_nature=refs.natures_appels.get(a.appel),
            porteur=refs.organismes.get(a.porteur),
            echelle=a.echelle,
            echelle_lue=refs.echelles.get(a.echelle),
            cpo_rang=a.cpo_rang,
            cpo_duree=a.cpo_duree,
            public_total=a.public_total,
            public_qpv=a.public_qpv,
            public_femmes=a.public_femmes,
            public_hommes=a.public_hommes,
            hors_qpv_motif=a.hors_qpv_motif,
            description=a.description,
            avis=a.avis,
            cout=_cout(budget, a.cout_total),
            date_depot=a.date_depot,
            date_debut=a.date_debut,
            date_fin=a.date_fin,
            quartiers=self._quartiers(cle),
            communes=tuple(sorted(ligne.commune for ligne in self._de("communes", cle))),
            classements=classements,
            noeuds=refs.avec_leurs_parents(n.cle for n in classements),
            montants=montants,
            budget=budget,
            anterieurs=self.anterieurs.get(a.lignee, {}),
            bilan=next((_bilan(ligne) for ligne in self._de("bilans", cle)), None),
            bilan_n1=self.bilans_n1.get(cle),
            plus=self.plus(cle),
            demande=demande,
            propose=propose,
            accorde=accorde,
        )

    def _quartiers(self, action: str) -> tuple[FaitsQuartier, ...]:
        connus = self.references.quartiers
        siens = [
            (connus[q.quartier], q.part)
            for q in self._de("quartiers", action)
            if q.quartier in connus
        ]
        faits = [
            FaitsQuartier(q.cle, q.code, q.nom, q.nature, q.eligible_bop147, q.communes, part)
            for q, part in siens
        ]
        return tuple(sorted(faits, key=lambda q: (q.nom, q.cle)))

    def _classements(self, action: str) -> tuple[FaitsNoeud, ...]:
        siens = [
            noeud
            for c in self._de("classements", action)
            if (noeud := self.references.noeud(c.noeud, principal=bool(c.principal))) is not None
        ]
        return tuple(sorted(siens, key=lambda n: (not n.principal, n.nomenclature, n.identifiant)))


def _ligne_budget(ligne: Any) -> FaitsLigneBudget:
    return FaitsLigneBudget(ligne.sens, ligne.compte, ligne.libelle, euros(ligne.montant))


def _cout(budget: Sequence[FaitsLigneBudget], declare: int | None) -> Decimal | None:
    charges = ((b.compte, b.montant) for b in budget if b.sens == SensBudget.CHARGE)
    return cout_de_l_action(charges, euros(declare))

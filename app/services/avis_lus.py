"""The avis on the dossiers of a year, read whole in a fixed number of reads. No Qt."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select

from app.models.action import Action, Cofinancement
from app.models.calculs import somme, somme_ou_rien
from app.models.contrat import Commune
from app.models.instruction import AvisCommun, AvisInstruction, RegleAffectation, Service
from app.models.organisme import Financeur, LigneCredit, Organisme
from app.models.programme import Appel
from app.services.documents import jour_de
from app.services.dossiers_instruits import (
    HORS_INSTRUCTION,
    Demande,
    Dossier,
    Instruites,
    LigneAvis,
    LigneCommun,
    parle_pour,
)
from app.services.fichier import Fichier, Lire
from app.services.reponses import (
    A_RENDRE,
    ABSENT,
    COMMENTE,
    EN_RETARD,
    NON_RECEVABLE,
    PRIS_EN_CHARGE,
    RENDU,
)
from app.services.services_instructeurs import LigneService, lire_services


def lire_instruction(
    fichier: Fichier, annee: int, aujourd_hui: date, *, actions: Sequence[str] | None = None
) -> Instruites:
    """The dossiers of a year (or those of these keys), by number, with all that is said of them."""
    ou = Action.annee == annee
    with fichier.instant() as lire:
        return _lire(lire, ou if actions is None else ou & Action.cle.in_(actions), aujourd_hui)


def lire_dossier(fichier: Fichier, action: str, aujourd_hui: date) -> Dossier | None:
    """One action, whatever its statut; None when it is no longer there."""
    with fichier.instant() as lire:
        dossiers = dossiers_de(lire, [action], aujourd_hui)
    return dossiers[0] if dossiers else None


def dossiers_de(lire: Lire, actions: Sequence[str], aujourd_hui: date) -> tuple[Dossier, ...]:
    """These actions, whatever their statut, inside an operation too."""
    return _lire(lire, Action.cle.in_(actions), aujourd_hui, toutes=True).dossiers


def _lire(
    lire: Lire, ou: ColumnElement[bool], aujourd_hui: date, *, toutes: bool = False
) -> Instruites:
    services = {s.cle: s for s in lire_services(lire)}
    assembleur = _Assembleur(services, communes_des_services(lire), aujourd_hui)
    avis = _par_action(lire(_AVIS.where(ou)))
    demandes = lire_demandes(lire, ou)
    communs = {c.action: _commun(c) for c in lire(_COMMUNS.where(ou))}
    dossiers = tuple(
        assembleur.dossier(a, demandes.get(a.cle, ()), avis.get(a.cle, ()), communs.get(a.cle))
        for a in lire(_ACTIONS.where(ou))
        if toutes or a.cle in avis or a.statut not in HORS_INSTRUCTION
    )
    utiles = {cle for d in dossiers for cle in d.avis}
    return Instruites(tuple(s for s in services.values() if s.actif or s.cle in utiles), dossiers)


_ACTIONS = (
    select(
        Action.cle,
        Action.numero,
        Action.titre,
        Action.statut,
        Organisme.nom.label("porteur"),
        Appel.nom.label("appel"),
        Appel.instructeurs,
    )
    .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
    .join(Appel, Appel.cle == Action.appel, isouter=True)
    .order_by(Action.numero, Action.cle)
)
# A service that a broken link no longer finds has no avis to show: `verifier` tells it.
_AVIS = (
    select(AvisInstruction.__table__)
    .join(Action, Action.cle == AvisInstruction.action)
    .join(Service, Service.cle == AvisInstruction.service)
)
_COMMUNS = (
    select(AvisCommun.__table__)
    .join(Action, Action.cle == AvisCommun.action)
    .order_by(AvisCommun.cle)
)
_DEMANDES = (
    select(
        Cofinancement.cle,
        Cofinancement.action,
        Cofinancement.financeur,
        Cofinancement.commune,
        Financeur.nom_court.label("financeur_nom"),
        Commune.nom.label("commune_nom"),
        LigneCredit.nom.label("ligne_nom"),
        Cofinancement.demande,
        Cofinancement.propose,
    )
    .join(Action, Action.cle == Cofinancement.action)
    .join(Financeur, Financeur.cle == Cofinancement.financeur)
    .join(Commune, Commune.cle == Cofinancement.commune, isouter=True)
    .join(LigneCredit, LigneCredit.cle == Cofinancement.ligne_credit, isouter=True)
    .order_by(Financeur.rang, LigneCredit.rang, Commune.rang, Cofinancement.cle)
)


def communes_des_services(lire: Lire) -> dict[str, frozenset[str]]:
    """service -> the communes that its rules name: it speaks for those alone."""
    communes: dict[str, set[str]] = {}
    for service, commune in lire(
        select(RegleAffectation.service, RegleAffectation.commune).where(
            RegleAffectation.commune.is_not(None)
        )
    ):
        communes.setdefault(service, set()).add(commune)
    return {service: frozenset(siennes) for service, siennes in communes.items()}


def lire_demandes(lire: Lire, ou: ColumnElement[bool]) -> dict[str, tuple[Demande, ...]]:
    lues = lire(_DEMANDES.where(ou, Cofinancement.annee == Action.annee))
    return {
        action: tuple(demande_de(ligne) for ligne in lignes)
        for action, lignes in _par_action(lues).items()
    }


def demande_de(ligne: Any) -> Demande:
    """A row of `demandes_de_l_action`."""
    return Demande(
        ligne.cle,
        ligne.financeur,
        ligne.commune,
        ligne.commune_nom or ligne.financeur_nom,
        ligne.ligne_nom or "",
        ligne.demande,
        ligne.propose,
    )


def demandes_de_l_action(lire: Lire, action: str) -> list[Demande]:
    """What is asked for one action, inside an operation too."""
    requete = _DEMANDES.where(Action.cle == action, Cofinancement.annee == Action.annee)
    return [demande_de(ligne) for ligne in lire(requete)]


def _par_action(lignes: Sequence[Any]) -> dict[str, list[Any]]:
    groupes: dict[str, list[Any]] = {}
    for ligne in lignes:
        groupes.setdefault(ligne.action, []).append(ligne)
    return groupes


def _commun(lue: Any) -> LigneCommun:
    return LigneCommun(
        lue.cle,
        lue.action,
        lue.reunion,
        lue.sens,
        lue.vers,
        lue.motif,
        lue.montant,
        jour_de(lue.rendu_le),
        lue.rendu_par,
    )


class _Assembleur:
    """Makes the rows of what was read."""

    def __init__(
        self,
        services: Mapping[str, LigneService],
        communes: Mapping[str, frozenset[str]],
        aujourd_hui: date,
    ) -> None:
        self._services = services
        self._rangs = {cle: rang for rang, cle in enumerate(services)}
        self._communes = communes
        self._aujourd_hui = aujourd_hui

    def dossier(
        self,
        action: Any,
        demandes: tuple[Demande, ...],
        avis: Sequence[Any],
        commun: LigneCommun | None,
    ) -> Dossier:
        # Two copies that were reunited may both have asked a service: the answer given counts.
        ordonnes = sorted(
            avis, key=lambda a: (self._rangs[a.service], a.rendu_le is not None, a.cle)
        )
        noms = {a.cle: self._services[a.service].nom_court for a in avis}
        return Dossier(
            action.cle,
            action.numero,
            action.titre,
            action.porteur or "",
            action.statut,
            action.appel or "",
            action.instructeurs,
            demandes,
            {a.service: self._avis(a, action, demandes, noms) for a in ordonnes},
            commun,
            self._communes,
        )

    def _avis(
        self, lu: Any, action: Any, demandes: tuple[Demande, ...], noms: Mapping[str, str]
    ) -> LigneAvis:
        service = self._services[lu.service]
        communes = self._communes.get(service.cle)
        siennes = [d for d in demandes if parle_pour(service, d, communes)]
        return LigneAvis(
            cle=lu.cle,
            action=action.cle,
            numero=action.numero,
            titre=action.titre,
            porteur=action.porteur or "",
            statut=action.statut,
            service=service,
            demande=somme(d.demande for d in siennes) or None,
            propose=somme_ou_rien(d.propose for d in siennes),
            demande_le=jour_de(lu.demande_le),
            echeance=jour_de(lu.echeance),
            pris_en_charge_le=jour_de(lu.pris_en_charge_le),
            pris_en_charge_par=lu.pris_en_charge_par,
            recevable=lu.recevable,
            sens=lu.sens,
            vers=lu.vers,
            motif=lu.motif,
            montant=lu.montant,
            commentaires=lu.commentaires or {},
            rendu_le=jour_de(lu.rendu_le),
            rendu_par=lu.rendu_par,
            absent=lu.absent,
            comme=noms.get(lu.comme, ""),
            relances=lu.relances,
            relance_le=jour_de(lu.relance_le),
            etat=self._etat(lu),
        )

    def _etat(self, lu: Any) -> str:
        if lu.sens is not None:
            return RENDU
        if lu.recevable is False:
            return NON_RECEVABLE
        if lu.absent:
            return ABSENT
        if lu.rendu_le:
            return COMMENTE
        echeance = jour_de(lu.echeance)
        if echeance is not None and echeance < self._aujourd_hui:
            return EN_RETARD
        return PRIS_EN_CHARGE if lu.pris_en_charge_le else A_RENDRE

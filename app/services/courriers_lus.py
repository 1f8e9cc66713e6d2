"""The letters of a year as a list: those that are due, those prepared, produced and sent."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, type_coerce

from app.models.action import Action, Cofinancement
from app.models.base import TAILLE_CLE, Centiemes
from app.models.calculs import ZERO
from app.models.courrier import Courrier
from app.models.enums import EtatSeance, NatureCourrier, NatureDecision, StatutAction
from app.models.organisme import Organisme
from app.models.seance import Point, Seance
from app.models.suivi import Bilan
from app.services.decisions_lues import LigneDecision, comptees, lire_decisions
from app.services.documents import jour_de
from app.services.fichier import Fichier, Lire
from app.services.pieces_attendues import MANQUANTES

A_PRODUIRE, PREPARE, A_REFAIRE, PRODUIT, ENVOYE = (
    "a_produire",
    "prepare",
    "a_refaire",
    "produit",
    "envoye",
)
_DES_DECISIONS: dict[str, NatureCourrier] = {
    NatureDecision.VALIDE: NatureCourrier.ACCORD,
    NatureDecision.SOUS_RESERVE: NatureCourrier.ACCORD_RESERVE,
    NatureDecision.REFUSE: NatureCourrier.REFUS,
    NatureDecision.AJOURNE: NatureCourrier.AJOURNEMENT,
    NatureDecision.REORIENTE: NatureCourrier.REORIENTATION,
}
# For an action that no séance decided: its statut was typed in the table.
_DES_STATUTS: dict[str, NatureCourrier] = {
    StatutAction.ACCORDEE: NatureCourrier.ACCORD,
    StatutAction.REFUSEE: NatureCourrier.REFUS,
    StatutAction.AJOURNEE: NatureCourrier.AJOURNEMENT,
    StatutAction.REORIENTEE: NatureCourrier.REORIENTATION,
}
_EN_EXAMEN = (StatutAction.DEPOSEE, StatutAction.INSTRUCTION)
_PIECES_UTILES = (*_EN_EXAMEN, StatutAction.PROPOSEE)
ANNONCENT = (NatureCourrier.ACCORD, NatureCourrier.ACCORD_RESERVE, NatureCourrier.CPO)
CHIFFRES = (*ANNONCENT, NatureCourrier.RELANCE_BILAN)
DE_DECISION = (*_DES_DECISIONS.values(), NatureCourrier.CPO)


@dataclass(frozen=True, slots=True)
class LigneCourrier:
    """A letter of one action (euros). `courrier` None: nothing is kept of it yet.

    `cle` stays the same from the due letter to the sent one (`cle_de`); an older letter of the same
    kind has its own. `manques`: what the person must add before it goes out.
    """

    cle: str
    courrier: str | None
    action: str
    numero: str
    titre: str
    porteur: str
    nature: str
    etat: str
    montant: Decimal | None
    decision: str | None
    decidee_le: date | None
    datee_du: date | None = None
    objet: str = ""
    texte: str | None = None
    complement: str = ""
    signataire: str = ""
    qualite: str = ""
    fichier: str = ""
    produit_le: date | None = None
    produit_par: str = ""
    envoye_le: date | None = None
    mode: str | None = None
    reference: str = ""
    note: str = ""
    manques: str = ""

    @property
    def corrige(self) -> str:
        """« corrigé », « complété »: what this letter alone has."""
        mots = (("corrigé", self.texte is not None), ("complété", bool(self.complement)))
        return ", ".join(mot for mot, vrai in mots if vrai)


@dataclass(frozen=True, slots=True)
class _Lue:
    """One action, and what decides of its letters."""

    ligne: Any
    accorde: Decimal | None
    decision: LigneDecision | None
    decidee_le: date | None
    decidee_ailleurs: bool
    pieces: int
    bilan: Any


def lire_courriers(fichier: Fichier, annee: int, aujourd_hui: date) -> list[LigneCourrier]:
    """Every letter of a year, by action then in the order of the kinds."""
    with fichier.instant() as lire:
        lues = _lire_actions(lire, annee)
        gardes = lire(
            select(*Courrier.__table__.columns)
            .join(Action, Action.cle == Courrier.action)
            .where(Action.annee == annee)
            .order_by(Courrier.cle)
        )
    par_action: dict[str, list[Any]] = {}
    for courrier in gardes:
        par_action.setdefault(courrier.action, []).append(courrier)
    return [
        ligne
        for lue in lues
        for ligne in _de_l_action(lue, par_action.get(lue.ligne.cle, ()), aujourd_hui)
    ]


def cle_de(action: str, nature: str, decision: str | None) -> str:
    """The key of the letter that an action has, or is due, of a kind; apart by decision.

    As long as that of any row: notes and colours are kept under it.
    """
    texte = f"{action}:{nature}:{decision or ''}"
    return hashlib.blake2s(texte.encode(), digest_size=TAILLE_CLE // 2).hexdigest()


def reprend(courrier: Any, decision: str | None) -> bool:
    """The letter kept is the one to work on; once sent, another decision wants another letter."""
    autre = decision is not None and courrier.decision not in (None, decision)
    return courrier.envoye_le is None or not autre


def _de_l_action(lue: _Lue, gardes: Any, aujourd_hui: date) -> Iterator[LigneCourrier]:
    attendus = set(_attendus(lue, aujourd_hui))
    for nature in NatureCourrier:
        siens = [c for c in gardes if c.nature == nature]
        decision = lue.decision if nature in DE_DECISION else None
        voulue = decision.cle if decision else None
        courant = siens.pop() if siens and reprend(siens[-1], voulue) else None
        for ancien in siens:
            yield _ligne(lue, nature, ancien, ancien.cle, decision)
        if courant is not None or nature in attendus:
            yield _ligne(lue, nature, courant, cle_de(lue.ligne.cle, nature, voulue), decision)


def _attendus(lue: _Lue, aujourd_hui: date) -> Iterator[NatureCourrier]:
    """The kinds of letter that this action is due."""
    statut = lue.ligne.statut
    if lue.decision is not None:
        nature = _DES_DECISIONS.get(lue.decision.nature)
        if nature in ANNONCENT and lue.decision.cpo_annees:
            nature = NatureCourrier.CPO
        if nature is not None:
            yield nature
    elif statut in _DES_STATUTS and not lue.decidee_ailleurs:
        yield _DES_STATUTS[statut]
    if statut in _EN_EXAMEN:
        yield NatureCourrier.ACCUSE
    if statut in _PIECES_UTILES and lue.pieces:
        yield NatureCourrier.PIECES
    if _bilan_en_retard(lue, aujourd_hui):
        yield NatureCourrier.RELANCE_BILAN


def _bilan_en_retard(lue: _Lue, aujourd_hui: date) -> bool:
    """The day given is past, else the end of the action; what is received is not asked again."""
    if lue.ligne.statut != StatutAction.ACCORDEE or not lue.accorde:
        return False
    bilan = lue.bilan
    if bilan is not None and bilan.recu_le is not None:
        return False
    limite = jour_de(bilan.attendu_le) if bilan is not None else None
    fin = jour_de(lue.ligne.date_fin) or date(lue.ligne.annee, 12, 31)
    return (limite or fin) < aujourd_hui


def _ligne(
    lue: _Lue, nature: NatureCourrier, courrier: Any, cle: str, decision: LigneDecision | None
) -> LigneCourrier:
    gardes = {} if courrier is None else _gardes(courrier)
    return LigneCourrier(
        cle=cle,
        courrier=None if courrier is None else courrier.cle,
        action=lue.ligne.cle,
        numero=lue.ligne.numero,
        titre=lue.ligne.titre,
        porteur=lue.ligne.porteur or "",
        nature=str(nature),
        etat=_etat(courrier, None if decision is None else decision.cle),
        montant=lue.accorde if nature in CHIFFRES else None,
        decision=None if decision is None else decision.cle,
        decidee_le=lue.decidee_le if decision is not None else None,
        manques=_manques(lue),
        **gardes,
    )


def _etat(courrier: Any, decision: str | None) -> str:
    if courrier is None:
        return A_PRODUIRE
    if courrier.envoye_le is not None:
        return ENVOYE
    if courrier.produit_le is None:
        return PREPARE
    autre = decision is not None and courrier.decision not in (None, decision)
    return A_REFAIRE if autre else PRODUIT


def _gardes(courrier: Any) -> dict[str, Any]:
    """What is kept of a letter, as its row shows it."""
    return {
        "datee_du": jour_de(courrier.date),
        "texte": courrier.texte,
        "mode": courrier.mode,
        "produit_le": _jour_local(courrier.produit_le),
        "envoye_le": jour_de(courrier.envoye_le),
    } | {
        nom: getattr(courrier, nom) or ""
        for nom in (
            *("objet", "complement", "signataire", "qualite", "fichier", "produit_par"),
            *("reference", "note"),
        )
    }


def _jour_local(moment: str | None) -> date | None:
    return datetime.fromisoformat(moment).astimezone().date() if moment else None


def _manques(lue: _Lue) -> str:
    if not lue.ligne.porteur:
        return "porteur"
    return "" if lue.ligne.adresse and lue.ligne.ville else "adresse"


# Reading --------------------------------------------------------------------------------------------


def _lire_actions(lire: Lire, annee: int) -> list[_Lue]:
    lignes = lire(
        select(
            Action.cle,
            Action.annee,
            Action.numero,
            Action.titre,
            Action.statut,
            Action.date_fin,
            Organisme.nom.label("porteur"),
            Organisme.adresse,
            Organisme.ville,
        )
        .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
        .where(Action.annee == annee)
        .order_by(Action.numero, Action.cle)
    )
    accordes = _accordes(lire, annee)
    decisions, dates, ouvertes = _decisions(lire, annee)
    pieces = _pieces_manquantes(lire, annee)
    bilans = _bilans(lire, annee)
    return [
        _Lue(
            ligne,
            accordes.get(ligne.cle),
            decisions.get(ligne.cle),
            dates.get(ligne.cle),
            ligne.cle in ouvertes,
            pieces.get(ligne.cle, 0),
            bilans.get(ligne.cle),
        )
        for ligne in lignes
    ]


def _accordes(lire: Lire, annee: int) -> Mapping[str, Decimal]:
    """action -> what it is told: voted, else granted."""
    dit = type_coerce(func.coalesce(Cofinancement.vote, Cofinancement.accorde), Centiemes)
    requete = (
        select(Cofinancement.action, type_coerce(func.sum(dit), Centiemes))
        .where(Cofinancement.annee == annee, dit > ZERO)
        .group_by(Cofinancement.action)
    )
    return dict(lire(requete))


def _decisions(
    lire: Lire, annee: int
) -> tuple[dict[str, LigneDecision], dict[str, date | None], set[str]]:
    """action -> its last decision of a closed séance, its day; the actions of a séance still open.

    What is decided is told once the séance is closed: until then it may be taken back.
    """
    etats = {
        cle: (etat, jour)
        for cle, etat, jour in lire(
            select(Seance.cle, Seance.etat, Seance.date).where(Seance.annee == annee)
        )
    }
    points = dict(lire(select(Point.cle, Point.seance).where(Point.seance.in_(list(etats)))))
    lues = lire_decisions(lire, Point.seance.in_(list(etats))) if etats else []
    dernieres: dict[str, LigneDecision] = {}
    dates: dict[str, date | None] = {}
    ouvertes: set[str] = set()
    for decision in sorted(comptees(lues), key=lambda d: d.decidee_le):
        if decision.action is None:
            continue
        etat, jour = etats[points[decision.point]]
        if etat != EtatSeance.CLOSE:
            ouvertes.add(decision.action)
            continue
        dernieres[decision.action] = decision
        dates[decision.action] = jour_de(jour) or jour_de(decision.decidee_le)
    return dernieres, dates, ouvertes


def _pieces_manquantes(lire: Lire, annee: int) -> Mapping[str, int]:
    requete = (
        select(MANQUANTES.c.action, func.count(MANQUANTES.c.cle))
        .join(Action, Action.cle == MANQUANTES.c.action)
        .where(Action.annee == annee)
        .group_by(MANQUANTES.c.action)
    )
    return dict(lire(requete))


def _bilans(lire: Lire, annee: int) -> Mapping[str, Any]:
    requete = (
        select(Bilan.action, Bilan.attendu_le, Bilan.recu_le)
        .join(Action, Action.cle == Bilan.action)
        .where(Action.annee == annee)
    )
    return {bilan.action: bilan for bilan in lire(requete)}

"""What became of each amount granted: the rows of the notifications and of the payments of a year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select

from app.models.action import Action, Cofinancement
from app.models.calculs import ZERO, du_au_porteur
from app.models.contrat import Commune
from app.models.montants import afficher_montant, plus_ou_moins
from app.models.organisme import Financeur, LigneCredit, Organisme
from app.models.seance import Decision, Deliberation, Notification, Point, Seance, Versement
from app.models.seance import VoteDeliberation as Vote
from app.services.documents import jour_de
from app.services.fichier import Fichier, Lire
from app.services.payeurs import qui_paie


@dataclass(frozen=True, slots=True)
class LigneSuite:
    """One amount granted to one action, and what followed (euros). Keyed by its cofinancement.

    `jours`: from the séance to the letter, or to today where none was sent; None: neither is dated.
    """

    cle: str
    action: str
    numero: str
    titre: str
    porteur: str
    financeur: str
    payeur: str
    credits: str
    accorde: Decimal | None
    vote: Decimal | None
    notifie: Decimal | None
    verse: Decimal | None
    seance: date | None
    lettre: str | None
    lettres: int
    notifie_le: date | None
    mode: str | None
    reference: str | None
    tranches: int
    verse_le: date | None
    jours: int | None

    @property
    def est_notifie(self) -> bool:
        return self.notifie is not None

    @property
    def a_notifier(self) -> Decimal:
        """What a letter would say: what is voted, else granted."""
        return self.vote if self.vote is not None else self.accorde or ZERO

    @property
    def du(self) -> Decimal:
        """What the porteur is owed: notified, else voted, else granted."""
        return du_au_porteur(self.notifie, self.vote, self.accorde)

    @property
    def reste(self) -> Decimal:
        """What is still to be paid; negative: too much was."""
        return self.du - (self.verse or ZERO)

    @property
    def delai(self) -> str:
        """« notifié en 21 jours », « attend depuis 34 jours »; empty where no séance has decided."""
        if self.jours is None:
            return ""
        if self.jours < 0:
            return "notifié avant la séance" if self.est_notifie else ""
        tete = "notifié en" if self.est_notifie else "attend depuis"
        return f"{tete} {self.jours} jour{'s' if self.jours > 1 else ''}"

    @property
    def ecart_notifie(self) -> str:
        """How the letter differs from what is voted (else granted); empty when it does not."""
        if self.notifie is None or self.notifie == self.a_notifier:
            return ""
        mot = "que voté" if self.vote is not None else "qu’accordé"
        return plus_ou_moins(self.notifie - self.a_notifier, mot)

    @property
    def ecart_verse(self) -> str:
        """« reste 2 000 € », « soldé », « 200 € de trop »."""
        if not self.verse and not self.du:
            return ""
        if self.reste < 0:
            return f"{afficher_montant(-self.reste, euro=True)} de trop"
        return "soldé" if self.reste == 0 else f"reste {afficher_montant(self.reste, euro=True)}"


@dataclass(frozen=True, slots=True)
class Suivi:
    """One thing that happened to an amount: the sheet of an action lists them (euros)."""

    cle: str
    date: date | None
    fait: str
    payeur: str
    montant: Decimal | None
    reference: str


MONTANTS_SUIVIS = (
    select(
        Cofinancement.cle,
        Cofinancement.action,
        Action.numero,
        Action.titre,
        Organisme.nom.label("porteur"),
        Cofinancement.financeur,
        Cofinancement.commune,
        Cofinancement.accorde,
        Cofinancement.vote,
        Cofinancement.notifie,
        Cofinancement.verse,
        Financeur.nom_court.label("financeur_nom"),
        LigneCredit.nom.label("ligne_nom"),
        Commune.nom.label("commune_nom"),
    )
    .join(Action, Action.cle == Cofinancement.action)
    .join(Financeur, Financeur.cle == Cofinancement.financeur)
    .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
    .join(LigneCredit, LigneCredit.cle == Cofinancement.ligne_credit, isouter=True)
    .join(Commune, Commune.cle == Cofinancement.commune, isouter=True)
    .order_by(Action.numero, Financeur.rang, LigneCredit.rang, Commune.rang, Cofinancement.cle)
)
_SUIVIS = or_(
    Cofinancement.accorde > ZERO,
    Cofinancement.vote > ZERO,
    Cofinancement.notifie > ZERO,
    Cofinancement.verse > ZERO,
)


def lire_suites(fichier: Fichier, annee: int, aujourd_hui: date) -> list[LigneSuite]:
    """Every amount granted for a year, by action then in speaking order."""
    with fichier.instant() as lire:
        lettres, nombres = _lettres(lire, annee)
        tranches = _tranches(lire, annee)
        seances = seances_des_actions(lire, annee)
        lignes = lire(MONTANTS_SUIVIS.where(Cofinancement.annee == annee, _SUIVIS))
    return [
        _ligne(
            ligne,
            lettres.get(ligne.cle),
            nombres.get(ligne.cle, 0),
            tranches.get(ligne.cle, (0, None)),
            seances.get(ligne.action),
            aujourd_hui,
        )
        for ligne in lignes
    ]


def _ligne(
    lue: Any,
    lettre: Any,
    lettres: int,
    tranches: tuple[int, str | None],
    seance: date | None,
    aujourd_hui: date,
) -> LigneSuite:
    quand = None if lettre is None else jour_de(lettre.date)
    fin = quand if lue.notifie is not None else aujourd_hui
    return LigneSuite(
        cle=lue.cle,
        action=lue.action,
        numero=lue.numero,
        titre=lue.titre,
        porteur=lue.porteur or "",
        financeur=lue.financeur,
        payeur=qui_paie(lue),
        credits=lue.ligne_nom or "",
        accorde=lue.accorde,
        vote=lue.vote,
        notifie=lue.notifie,
        verse=lue.verse,
        seance=seance,
        lettre=None if lettre is None else lettre.cle,
        lettres=lettres,
        notifie_le=quand,
        mode=None if lettre is None else lettre.mode,
        reference=None if lettre is None else lettre.reference,
        tranches=tranches[0],
        verse_le=jour_de(tranches[1]),
        jours=None if seance is None or fin is None else (fin - seance).days,
    )


def _lettres(lire: Lire, annee: int) -> tuple[dict[str, Any], dict[str, int]]:
    """cofinancement -> its last letter, and how many there are."""
    requete = (
        select(*Notification.__table__.columns)
        .join(Cofinancement, Cofinancement.cle == Notification.cofinancement)
        .where(Cofinancement.annee == annee)
        .order_by(Notification.cle)
    )
    dernieres: dict[str, Any] = {}
    nombres: dict[str, int] = {}
    for lettre in lire(requete):
        dernieres[lettre.cofinancement] = lettre
        nombres[lettre.cofinancement] = nombres.get(lettre.cofinancement, 0) + 1
    return dernieres, nombres


def _tranches(lire: Lire, annee: int) -> dict[str, tuple[int, str | None]]:
    """cofinancement -> how many payments, and the date of the last."""
    requete = (
        select(Versement.cofinancement, func.count(Versement.cle), func.max(Versement.date))
        .join(Cofinancement, Cofinancement.cle == Versement.cofinancement)
        .where(Cofinancement.annee == annee)
        .group_by(Versement.cofinancement)
    )
    return {cle: (nombre, derniere) for cle, nombre, derniere in lire(requete)}


def seances_des_actions(lire: Lire, annee: int) -> Mapping[str, date | None]:
    """action -> date of the last séance of the year that decided it."""
    requete = (
        select(Point.action, func.max(Seance.date))
        .join(Seance, Seance.cle == Point.seance)
        .join(Decision, Decision.point == Point.cle)
        .where(Seance.annee == annee, Point.action.is_not(None), Decision.annulee.is_(False))
        .group_by(Point.action)
    )
    return {action: jour_de(quand) for action, quand in lire(requete)}


def suivis_de_l_action(fichier: Fichier, action: str) -> list[Suivi]:
    """Votes, letters and payments of an action, in the order of their dates."""
    with fichier.instant() as lire:
        lignes = {li.cle: li for li in lire(MONTANTS_SUIVIS.where(Cofinancement.action == action))}
        if not lignes:
            return []
        votes = lire(
            select(
                Vote.cle,
                Vote.cofinancement,
                Vote.montant,
                Deliberation.date,
                Deliberation.numero.label("reference"),
            )
            .join(Deliberation, Deliberation.cle == Vote.deliberation)
            .where(Vote.cofinancement.in_(lignes))
        )
        lettres, paiements = (
            lire(
                select(m.cle, m.cofinancement, m.montant, m.date, m.reference).where(
                    m.cofinancement.in_(lignes)
                )
            )
            for m in (Notification, Versement)
        )
    faits = [
        Suivi(
            r.cle,
            jour_de(r.date),
            mot if r.date or mot != "Voté" else "À voter",
            qui_paie(lignes[r.cofinancement]),
            r.montant,
            r.reference or "",
        )
        for mot, lus in (("Voté", votes), ("Notifié", lettres), ("Versé", paiements))
        for r in lus
    ]
    return sorted(faits, key=lambda f: (f.date is None, f.date or date.min, f.cle))

"""After the decision: each financeur's own vote, the letters to the porteurs, the payments.

What is written here moves the cofinancements: voté, notifié, versé, and their status.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, select

from app.models.action import Action, Cofinancement
from app.models.base import depuis_centiemes
from app.models.calculs import ZERO, somme_ou_rien
from app.models.enums import StatutCofinancement
from app.models.montants import afficher_montant
from app.models.organisme import Financeur
from app.models.seance import Deliberation, Notification, Versement, VoteDeliberation
from app.services.attaches import detacher
from app.services.cofinancements import ORDRE_DES_STATUTS, exiger_montant
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.payeurs import champs_etape
from app.services.transaction import Ecriture


@dataclass(frozen=True, slots=True)
class LigneDeliberation:
    """The vote of a financeur's assembly (euros). `votes`: how many cofinancements it voted."""

    cle: str
    financeur: str
    financeur_nom: str
    annee: int
    numero: str | None
    date: str | None
    assemblee: str | None
    note: str | None
    votes: int
    total: Decimal


@dataclass(frozen=True, slots=True)
class LigneVote:
    """What a deliberation voted for one action (euros)."""

    cle: str
    deliberation: str
    cofinancement: str
    action: str
    numero: str
    titre: str
    accorde: Decimal | None
    montant: Decimal | None


@dataclass(frozen=True, slots=True)
class LigneMouvement:
    """A notification or a payment of one cofinancement (euros, ISO date)."""

    cle: str
    cofinancement: str
    action: str
    numero: str
    titre: str
    financeur_nom: str
    date: str | None
    reference: str | None
    montant: Decimal | None


class Deliberations:
    """Reads and writes what follows the decisions."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation

    # Reading --------------------------------------------------------------------------------------

    def lignes(self, annee: int) -> list[LigneDeliberation]:
        """The deliberations of a year, by financeur then date."""
        requete = (
            select(
                Deliberation.cle,
                Deliberation.financeur,
                Financeur.nom_court,
                Deliberation.annee,
                Deliberation.numero,
                Deliberation.date,
                Deliberation.assemblee,
                Deliberation.note,
                func.count(VoteDeliberation.cle),
                func.sum(VoteDeliberation.montant),
            )
            .join(Financeur, Financeur.cle == Deliberation.financeur)
            .join(VoteDeliberation, VoteDeliberation.deliberation == Deliberation.cle, isouter=True)
            .where(Deliberation.annee == annee)
            .group_by(Deliberation.cle, Financeur.nom_court, Financeur.rang)
            .order_by(Financeur.rang, Deliberation.date, Deliberation.cle)
        )
        return [
            LigneDeliberation(
                cle, financeur, nom, annee, numero, date, assemblee, note, votes, _euros(total)
            )
            for cle, financeur, nom, annee, numero, date, assemblee, note, votes, total in (
                self._fichier.lignes(requete)
            )
        ]

    def votes(self, deliberation: str) -> list[LigneVote]:
        """What a deliberation voted, by number of action."""
        requete = (
            select(
                VoteDeliberation.cle,
                VoteDeliberation.deliberation,
                VoteDeliberation.cofinancement,
                Action.cle,
                Action.numero,
                Action.titre,
                Cofinancement.accorde,
                VoteDeliberation.montant,
            )
            .join(Cofinancement, Cofinancement.cle == VoteDeliberation.cofinancement)
            .join(Action, Action.cle == Cofinancement.action)
            .where(VoteDeliberation.deliberation == deliberation)
            .order_by(Action.numero, VoteDeliberation.cle)
        )
        return [LigneVote(*ligne) for ligne in self._fichier.lignes(requete)]

    def a_voter(self, annee: int, financeur: str) -> list[LigneMouvement]:
        """What a financeur granted and has not voted yet, by number: the annex of its deliberation."""
        requete = _mouvements(Cofinancement).add_columns(Cofinancement.accorde)
        requete = requete.where(
            Cofinancement.annee == annee,
            Cofinancement.financeur == financeur,
            Cofinancement.accorde > ZERO,
            Cofinancement.vote.is_(None),
        )
        return [
            LigneMouvement(cofinancement, cofinancement, action, numero, titre, nom, None, None, m)
            for cofinancement, action, numero, titre, nom, m in self._fichier.lignes(requete)
        ]

    def notifications(self, annee: int) -> list[LigneMouvement]:
        return self._lire(Notification, annee)

    def versements(self, annee: int) -> list[LigneMouvement]:
        return self._lire(Versement, annee)

    def _lire(
        self, modele: type[Notification] | type[Versement], annee: int
    ) -> list[LigneMouvement]:
        requete = (
            _mouvements(Cofinancement)
            .join(modele, modele.cofinancement == Cofinancement.cle)
            .add_columns(modele.cle, modele.date, modele.reference, modele.montant)
            .where(Cofinancement.annee == annee)
            .order_by(modele.date, modele.cle)
        )
        return [
            LigneMouvement(cle, cofinancement, action, numero, titre, nom, date, reference, montant)
            for cofinancement, action, numero, titre, nom, cle, date, reference, montant in (
                self._fichier.lignes(requete)
            )
        ]

    # Deliberations --------------------------------------------------------------------------------

    def ajouter(self, financeur: str, annee: int, **champs: Any) -> str:
        """Add a deliberation. `champs`: numero, date (ISO), assemblee, note."""
        with self._fichier.operation("Ajouter une délibération") as e:
            return e.inserer(Deliberation, financeur=financeur, annee=annee, **champs)

    def modifier(self, cle: str, **champs: Any) -> None:
        with self._fichier.operation("Modifier une délibération") as e:
            self.poser(e, cle, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation that does more."""
        ecriture.modifier(Deliberation, cle, **champs)

    def supprimer(self, *cles: str) -> None:
        """Delete deliberations with what they voted: « voté » follows."""
        with self._fichier.operation("Supprimer des délibérations") as e:
            requete = select(VoteDeliberation.cle, VoteDeliberation.cofinancement)
            votes = e.lignes(requete.where(VoteDeliberation.deliberation.in_(cles)))
            e.supprimer_lot(VoteDeliberation, [vote for vote, _ in votes])
            detacher(e, cles)
            e.supprimer_lot(Deliberation, cles)
            for cofinancement in dict.fromkeys(c for _, c in votes):
                _suivre(e, cofinancement, "vote")

    def voter(self, deliberation: str, montants: Mapping[str, Decimal | None]) -> None:
        """Record what a deliberation votes: cofinancement -> euros (None: taken off the deliberation).

        In one operation; « voté » is the sum of what the deliberations vote. Raises SaisieRefusee on
        a negative amount or a cofinancement of another financeur.
        """
        with self._fichier.operation(f"Voter {len(montants)} montants") as e:
            financeur = e.lire(Deliberation, deliberation)["financeur"]
            requete = select(VoteDeliberation.cofinancement, VoteDeliberation.cle).where(
                VoteDeliberation.deliberation == deliberation
            )
            deja = dict(e.lignes(requete))
            for cofinancement, montant in montants.items():
                exiger_montant(montant)
                if e.lire(Cofinancement, cofinancement)["financeur"] != financeur:
                    raise SaisieRefusee(
                        "Une délibération ne vote que les crédits de son financeur : "
                        "choisissez les siens."
                    )
                _voter(e, deliberation, cofinancement, montant, deja.get(cofinancement))
                _suivre(e, cofinancement, "vote")

    # Notifications and payments -------------------------------------------------------------------

    def notifier(
        self,
        cofinancements: Mapping[str, Decimal | None],
        *,
        date: str | None,
        reference: str | None = None,
    ) -> None:
        """Record letters: cofinancement -> euros (None: what is voted, else granted).

        The last letter counts. One operation. Raises SaisieRefusee where nothing can be notified.
        """
        with self._fichier.operation(f"Notifier {len(cofinancements)} montants") as e:
            for cofinancement, montant in cofinancements.items():
                exiger_montant(montant)
                ligne = e.lire(Cofinancement, cofinancement)
                notifie = next(
                    (m for m in (montant, ligne["vote"], ligne["accorde"]) if m is not None), None
                )
                if notifie is None:
                    raise SaisieRefusee("Rien n'est accordé : il n'y a pas de montant à notifier.")
                e.inserer(
                    Notification,
                    cofinancement=cofinancement,
                    date=date,
                    reference=reference,
                    montant=notifie,
                )
                _suivre(e, cofinancement, "notifie")

    def verser(
        self,
        cofinancement: str,
        montant: Decimal,
        *,
        date: str | None,
        reference: str | None = None,
    ) -> str:
        """Record a payment (euros; negative: paid back). « versé » is the sum of the payments."""
        if montant == 0:
            raise SaisieRefusee("Un versement a un montant : tapez-le.")
        dit = afficher_montant(montant, euro=True)
        with self._fichier.operation(f"Verser {dit}") as e:
            cle = e.inserer(
                Versement,
                cofinancement=cofinancement,
                montant=montant,
                date=date,
                reference=reference,
            )
            _suivre(e, cofinancement, "verse")
            return cle

    def modifier_mouvement(self, cle: str, *, versement: bool, **champs: Any) -> None:
        """Change a payment, or a notification: date, reference, montant."""
        modele: type[Notification] | type[Versement] = Versement if versement else Notification
        with self._fichier.operation("Modifier un mouvement") as e:
            e.modifier(modele, cle, **champs)
            _suivre(e, e.lire(modele, cle)["cofinancement"], "verse" if versement else "notifie")

    def supprimer_mouvements(self, *cles: str, versements: bool) -> None:
        """Delete payments, or notifications: the cofinancements follow."""
        modele: type[Notification] | type[Versement] = Versement if versements else Notification
        with self._fichier.operation("Supprimer des mouvements") as e:
            touches = dict.fromkeys(e.lire(modele, cle)["cofinancement"] for cle in cles)
            detacher(e, cles)
            e.supprimer_lot(modele, cles)
            for cofinancement in touches:
                _suivre(e, cofinancement, "verse" if versements else "notifie")


def _mouvements(cofinancement: type[Cofinancement]) -> Any:
    return (
        select(cofinancement.cle, Action.cle, Action.numero, Action.titre, Financeur.nom_court)
        .join(Action, Action.cle == cofinancement.action)
        .join(Financeur, Financeur.cle == cofinancement.financeur)
        .order_by(Action.numero)
    )


def _voter(
    ecriture: Ecriture,
    deliberation: str,
    cofinancement: str,
    montant: Decimal | None,
    deja: str | None,
) -> None:
    if montant is None:
        if deja is not None:
            ecriture.supprimer(VoteDeliberation, deja)
    elif deja is not None:
        ecriture.modifier(VoteDeliberation, deja, montant=montant)
    else:
        ecriture.inserer(
            VoteDeliberation,
            deliberation=deliberation,
            cofinancement=cofinancement,
            montant=montant,
        )


_SUIVIS: dict[str, Any] = {
    "vote": select(VoteDeliberation.montant).where(
        VoteDeliberation.cofinancement == bindparam("cofinancement")
    ),
    "notifie": select(Notification.montant)
    .where(Notification.cofinancement == bindparam("cofinancement"))
    .order_by(Notification.cle.desc())
    .limit(1),
    "verse": select(Versement.montant).where(Versement.cofinancement == bindparam("cofinancement")),
}


def _suivre(ecriture: Ecriture, cofinancement: str, etape: str) -> None:
    """Make a step of a cofinancement be what its rows say, and its status the furthest step reached."""
    lus = ecriture.lignes(_SUIVIS[etape], {"cofinancement": cofinancement})
    montant = somme_ou_rien(m for (m,) in lus)
    ligne = ecriture.lire(Cofinancement, cofinancement)
    champs = champs_etape(ligne["statut"], etape, montant)
    if montant is None and "statut" not in champs:
        champs["statut"] = _recule({**ligne, etape: None})
    ecriture.modifier(Cofinancement, cofinancement, **champs)


_ATTEINTS = {
    "verse": StatutCofinancement.VERSE,
    "notifie": StatutCofinancement.NOTIFIE,
    "vote": StatutCofinancement.VOTE,
    "accorde": StatutCofinancement.ACCORDE,
    "propose": StatutCofinancement.PROPOSE,
    "demande": StatutCofinancement.DEMANDE,
}


def _recule(ligne: Mapping[str, Any]) -> str:
    """The status once a step was taken back: never further than it was."""
    statut: str = ligne["statut"]
    if statut not in ORDRE_DES_STATUTS:
        return statut
    atteint = next((s for e, s in _ATTEINTS.items() if ligne[e] is not None), None)
    rangs = [ORDRE_DES_STATUTS.index(StatutCofinancement.de(statut))]
    if atteint is not None:
        rangs.append(ORDRE_DES_STATUTS.index(atteint))
    return str(ORDRE_DES_STATUTS[min(rangs)])


def _euros(somme: Any) -> Decimal:
    """A sum that SQLite may give back as stored cents."""
    if somme is None:
        return ZERO
    return depuis_centiemes(somme) if isinstance(somme, int) else Decimal(somme)

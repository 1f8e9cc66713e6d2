"""What followed the séances of the demonstration: deliberations, letters, payments.

Every number here is invented; the amounts are those that the cofinancements hold already.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import Cofinancement
from app.models.base import Base
from app.models.calculs import ZERO
from app.models.contrat import Commune
from app.models.enums import ModeNotification, NatureOperation
from app.models.organisme import Financeur
from app.models.seance import Deliberation, Notification, Versement, VoteDeliberation
from app.services.demo_territoire import Ligne, Tirage
from app.services.fichier import Fichier

# identifiant of a financeur -> (assembly, days after the séance, form of its numbers)
ASSEMBLEES = {
    "etat": ("Arrêté attributif", 24, "{annee}-DDETS-{rang:03d}"),
    "epci": ("Conseil communautaire", 33, "CC-{annee}-{rang:03d}"),
    "region": ("Commission permanente", 61, "{annee}.00{rang:03d}"),
    "departement": ("Commission permanente", 75, "CP-{annee}-{rang:03d}"),
    "caf": ("Commission d'action sociale", 40, "CAS {annee}/{rang:02d}"),
    "bailleurs": ("Conseil d'administration", 52, "CA {annee}-{rang:02d}"),
}
MUNICIPAL = ("Conseil municipal", 47, "{annee}-{rang:03d}")
AVANCE = Decimal("0.8")
EN_DEUX_FOIS = Decimal(5000)  # euros from which the avance and the solde are paid apart


class DemonstrationSuites:
    """Writes the rows behind what is voted, notified and paid."""

    def __init__(self, fichier: Fichier, tirage: Tirage) -> None:
        self._fichier = fichier
        self._tirage = tirage
        self._lots: dict[type[Base], list[Ligne]] = {
            modele: [] for modele in (Deliberation, VoteDeliberation, Notification, Versement)
        }

    def ecrire(self, annee: int, seance: date) -> None:
        """Those of one year, dated from its séance."""
        lignes = self._fichier.lignes(_LIGNES.where(Cofinancement.annee == annee))
        groupes: dict[tuple[str, str | None], list[Any]] = {}
        for ligne in lignes:
            groupes.setdefault((ligne.financeur, ligne.commune), []).append(ligne)
        for rang, groupe in enumerate(groupes.values(), 1):
            self._deliberer(groupe, annee, seance, rang)
        with self._fichier.operation(
            f"Préparer la démonstration : suites {annee}", nature=NatureOperation.SYSTEME
        ) as e:
            for modele, rows in self._lots.items():
                e.inserer_lot(modele, rows)
                rows.clear()

    def _deliberer(self, groupe: Sequence[Any], annee: int, seance: date, rang: int) -> None:
        """The deliberation of a financeur (or of one commune), then its letters and payments."""
        assemblee, jours, forme = ASSEMBLEES.get(groupe[0].identifiant, MUNICIPAL)
        if groupe[0].commune_nom:
            assemblee = f"{assemblee} ({groupe[0].commune_nom})"
        vote = seance + timedelta(days=jours)
        deliberation = self._tirage.cle()
        self._ajouter(
            Deliberation,
            cle=deliberation,
            financeur=groupe[0].financeur,
            annee=annee,
            numero=forme.format(annee=annee, rang=rang * 7 + 3),
            date=vote.isoformat(),
            assemblee=assemblee,
        )
        for ligne in groupe:
            self._ajouter(
                VoteDeliberation,
                deliberation=deliberation,
                cofinancement=ligne.cle,
                montant=ligne.vote,
            )
            self._notifier(ligne, vote)

    def _notifier(self, ligne: Any, vote: date) -> None:
        if ligne.notifie is None:
            return
        lettre = vote + timedelta(days=self._tirage.entier(6, 20))
        mode = (
            ModeNotification.PORTAIL if ligne.identifiant == "etat" else ModeNotification.COURRIEL
        )
        self._ajouter(
            Notification,
            cofinancement=ligne.cle,
            date=lettre.isoformat(),
            mode=str(mode),
            montant=ligne.notifie,
        )
        for quand, montant in _tranches(ligne, lettre):
            etat = ligne.identifiant == "etat"
            numero = self._tirage.entier(10_000, 99_999)
            self._ajouter(
                Versement,
                cofinancement=ligne.cle,
                date=quand.isoformat(),
                montant=montant,
                reference=f"21047{numero}" if etat else f"M-{numero}",
            )

    def _ajouter(self, modele: type[Base], **valeurs: Any) -> None:
        self._lots[modele].append({"cle": self._tirage.cle(), **valeurs})


_LIGNES = (
    select(
        Cofinancement.cle,
        Cofinancement.financeur,
        Cofinancement.commune,
        Cofinancement.vote,
        Cofinancement.notifie,
        Cofinancement.verse,
        Financeur.identifiant,
        Commune.nom.label("commune_nom"),
    )
    .join(Financeur, Financeur.cle == Cofinancement.financeur)
    .join(Commune, Commune.cle == Cofinancement.commune, isouter=True)
    .where(Cofinancement.vote > ZERO)
    .order_by(Financeur.rang, Commune.rang, Cofinancement.cle)
)


def _tranches(ligne: Any, lettre: date) -> Iterator[tuple[date, Decimal]]:
    """What was paid, at once or as an avance then the solde of the next winter."""
    if not ligne.verse:
        return
    premiere = lettre + timedelta(days=28)
    if ligne.verse < EN_DEUX_FOIS or ligne.verse < ligne.notifie:
        yield premiere, ligne.verse
        return
    avance = (ligne.verse * AVANCE).quantize(Decimal(1))
    yield premiere, avance
    yield premiere + timedelta(days=190), ligne.verse - avance

"""Each financeur's own vote, after the comité: its annex is prepared from what was granted.

A deliberation without a date is being prepared; dated, its amounts are what its assembly voted, and
« voté » follows in the cofinancements.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from app.models.action import Cofinancement
from app.models.calculs import ZERO
from app.models.contrat import Commune
from app.models.montants import afficher_montant, plus_ou_moins
from app.models.organisme import Financeur
from app.models.seance import Deliberation, VoteDeliberation
from app.services.attaches import detacher
from app.services.cofinancements import exiger_montant
from app.services.errors import SaisieRefusee
from app.services.etapes_des_actes import EtapesDesActes
from app.services.etapes_suivies import suivre
from app.services.fichier import Fichier, Lire
from app.services.gardes_seance import Horloge
from app.services.payeurs import qui_paie
from app.services.suites_lues import MONTANTS_SUIVIS
from app.services.transaction import Ecriture, maintenant


@dataclass(frozen=True, slots=True)
class LigneDeliberation:
    """The vote of a financeur's assembly (euros). `votes`: how many cofinancements it is about."""

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

    @property
    def votee(self) -> bool:
        return self.date is not None


@dataclass(frozen=True, slots=True)
class LigneVote:
    """What a deliberation may vote for one cofinancement, by the key of that one (euros).

    `ailleurs`: what the other dated deliberations vote for it.
    """

    cle: str
    action: str
    numero: str
    titre: str
    porteur: str
    payeur: str
    credits: str
    commune: str | None
    accorde: Decimal | None
    montant: Decimal | None
    ailleurs: Decimal

    @property
    def ecart(self) -> str:
        """« conforme », « 200 € de moins qu’accordé »: all that is voted beside what was granted."""
        if self.montant is None and not self.ailleurs:
            return "à voter"
        difference = (self.montant or ZERO) + self.ailleurs - (self.accorde or ZERO)
        if difference == 0:
            return "conforme"
        return plus_ou_moins(difference, "qu’accordé")


@dataclass(frozen=True, slots=True)
class AVoter:
    """What a financeur (or one of its communes) granted and no deliberation is about yet (euros)."""

    financeur: str
    commune: str | None
    nom: str
    nombre: int
    total: Decimal


class Deliberations:
    """Reads and writes the deliberations."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._etapes = EtapesDesActes(fichier, horloge=horloge)
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
            LigneDeliberation(*[*ligne[:-1], ligne[-1] or ZERO])
            for ligne in self._fichier.lignes(requete)
        ]

    def votes(self, deliberation: str) -> list[LigneVote]:
        """The annex of a deliberation, by number: what it votes, and what it could vote.

        One that only votes for some of the communes of its financeur keeps to them.
        """
        with self._fichier.instant() as lire:
            return _lire_votes(lire, deliberation)

    def a_voter(self, annee: int) -> list[AVoter]:
        """Who still has something to vote, in speaking order; communes each on their own."""
        groupes: dict[tuple[str, str | None], list[Any]] = {}
        for ligne in self._fichier.lignes(_A_VOTER.where(Cofinancement.annee == annee)):
            groupes.setdefault((ligne.financeur, ligne.commune), []).append(ligne)
        return [
            AVoter(
                financeur,
                commune,
                lignes[0].commune_nom or lignes[0].financeur_nom,
                len(lignes),
                sum((ligne.accorde for ligne in lignes), ZERO),
            )
            for (financeur, commune), lignes in groupes.items()
        ]

    # Writing --------------------------------------------------------------------------------------

    def ajouter(self, financeur: str, annee: int, **champs: Any) -> str:
        """Add an empty deliberation. `champs`: numero, date (ISO), assemblee, note."""
        with self._fichier.operation("Ajouter une délibération") as e:
            return e.inserer(Deliberation, financeur=financeur, annee=annee, **champs)

    def preparer(
        self, financeur: str, annee: int, *, commune: str | None = None, **champs: Any
    ) -> str:
        """A deliberation with what its financeur (or this commune) granted and has not voted.

        One operation. Raises SaisieRefusee when there is nothing to vote.
        """
        with self._fichier.operation("Préparer une délibération") as e:
            requete = _A_VOTER.where(
                Cofinancement.annee == annee,
                Cofinancement.financeur == financeur,
                Cofinancement.commune == commune,
            )
            lignes = e.lignes(requete)
            if not lignes:
                raise SaisieRefusee("Tout ce qui est accordé par ce financeur est déjà délibéré.")
            if lignes[0].commune_nom and not champs.get("assemblee"):
                champs["assemblee"] = f"Conseil municipal ({lignes[0].commune_nom})"
            cle = e.inserer(Deliberation, financeur=financeur, annee=annee, **champs)
            e.inserer_lot(
                VoteDeliberation,
                [
                    {"deliberation": cle, "cofinancement": ligne.cle, "montant": ligne.accorde}
                    for ligne in lignes
                ],
            )
            if champs.get("date"):
                self._suivre(e, [ligne.cle for ligne in lignes])
            return cle

    def modifier(self, cle: str, **champs: Any) -> None:
        with self._fichier.operation("Modifier une délibération") as e:
            self.poser(e, cle, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation that does more. Its date makes its amounts voted, or not."""
        avant = ecriture.lire(Deliberation, cle)
        ecriture.modifier(Deliberation, cle, **champs)
        if "date" in champs and (champs["date"] is None) != (avant["date"] is None):
            self._suivre(ecriture, list(_votes_de(ecriture, [cle]).values()))

    def supprimer(self, *cles: str) -> None:
        """Delete deliberations with what they voted: « voté » follows."""
        libelle = "Supprimer une délibération" if len(cles) == 1 else "Supprimer des délibérations"
        with self._fichier.operation(libelle) as e:
            votes = _votes_de(e, cles)
            e.supprimer_lot(VoteDeliberation, list(votes))
            detacher(e, cles)
            e.supprimer_lot(Deliberation, cles)
            self._suivre(e, list(votes.values()))

    def voter(self, deliberation: str, montants: Mapping[str, Decimal | None]) -> None:
        """Record what a deliberation votes: cofinancement -> euros (None: taken off the deliberation).

        In one operation. Raises SaisieRefusee on a negative amount or a cofinancement of another
        financeur.
        """
        if len(montants) == 1:
            seul = next(iter(montants.values()))
            libelle = f"Voter {afficher_montant(seul, euro=True) or 'rien'}"
        else:
            libelle = f"Voter {len(montants)} montants"
        with self._fichier.operation(libelle) as e:
            self._voter(e, deliberation, montants)

    def _voter(
        self, ecriture: Ecriture, deliberation: str, montants: Mapping[str, Decimal | None]
    ) -> None:
        for cofinancement, montant in montants.items():
            _poser_vote(ecriture, deliberation, cofinancement, montant)
        self._suivre(ecriture, list(montants))

    def _suivre(self, ecriture: Ecriture, cofinancements: Sequence[str]) -> None:
        """What is voted follows, and the step of the cycle with it."""
        suivre(ecriture, cofinancements, "vote")
        self._etapes.suivre_montants(ecriture, cofinancements)

    def poser_vote(
        self, ecriture: Ecriture, deliberation: str, cofinancement: str, montant: Decimal | None
    ) -> None:
        """One amount, inside an operation that does more."""
        _poser_vote(ecriture, deliberation, cofinancement, montant)
        self._suivre(ecriture, [cofinancement])

    def reprendre_l_accorde(self, deliberation: str, cofinancements: Sequence[str]) -> None:
        """Vote what was granted for each, less what other deliberations vote, in one operation."""
        with self._fichier.operation("Voter ce qui est accordé") as e:
            lignes = {ligne.cle: ligne for ligne in _lire_votes(e.lignes, deliberation)}
            montants: dict[str, Decimal | None] = {
                cle: max((ligne.accorde or ZERO) - ligne.ailleurs, ZERO)
                for cle in cofinancements
                if (ligne := lignes.get(cle)) is not None
            }
            if not montants:
                raise SaisieRefusee("Sélectionnez d'abord des lignes de cette délibération.")
            self._voter(e, deliberation, montants)


def _poser_vote(
    ecriture: Ecriture, deliberation: str, cofinancement: str, montant: Decimal | None
) -> None:
    exiger_montant(montant)
    financeur = ecriture.lire(Deliberation, deliberation)["financeur"]
    if ecriture.lire(Cofinancement, cofinancement)["financeur"] != financeur:
        raise SaisieRefusee(
            "Une délibération ne vote que les crédits de son financeur : choisissez les siens."
        )
    requete = select(VoteDeliberation.cle).where(
        VoteDeliberation.deliberation == deliberation,
        VoteDeliberation.cofinancement == cofinancement,
    )
    deja = next((cle for (cle,) in ecriture.lignes(requete)), None)
    if deja is None and montant is not None:
        ecriture.inserer(
            VoteDeliberation,
            deliberation=deliberation,
            cofinancement=cofinancement,
            montant=montant,
        )
    elif deja is not None and montant is None:
        ecriture.supprimer(VoteDeliberation, deja)
    elif deja is not None:
        ecriture.modifier(VoteDeliberation, deja, montant=montant)


_A_VOTER = (
    select(
        Cofinancement.cle,
        Cofinancement.financeur,
        Cofinancement.commune,
        Cofinancement.accorde,
        Financeur.nom_court.label("financeur_nom"),
        Commune.nom.label("commune_nom"),
    )
    .join(Financeur, Financeur.cle == Cofinancement.financeur)
    .join(Commune, Commune.cle == Cofinancement.commune, isouter=True)
    .where(
        Cofinancement.accorde > ZERO,
        Cofinancement.vote.is_(None),
        ~select(VoteDeliberation.cle)
        .where(VoteDeliberation.cofinancement == Cofinancement.cle)
        .exists(),
    )
    .order_by(Financeur.rang, Commune.rang, Cofinancement.cle)
)


def _lire_votes(lire: Lire, deliberation: str) -> list[LigneVote]:
    [(financeur, annee)] = lire(
        select(Deliberation.financeur, Deliberation.annee).where(Deliberation.cle == deliberation)
    ) or [("", 0)]
    du_financeur = Cofinancement.financeur == financeur, Cofinancement.annee == annee
    possibles = lire(MONTANTS_SUIVIS.where(*du_financeur))
    rows = lire(
        select(
            VoteDeliberation.cofinancement,
            VoteDeliberation.deliberation,
            VoteDeliberation.montant,
            Deliberation.date,
        )
        .join(Deliberation, Deliberation.cle == VoteDeliberation.deliberation)
        .where(Deliberation.financeur == financeur, Deliberation.annee == annee)
    )
    siens = {r.cofinancement: r.montant for r in rows if r.deliberation == deliberation}
    ailleurs: dict[str, Decimal] = {}
    for r in rows:
        if r.deliberation != deliberation and r.date is not None:
            ailleurs[r.cofinancement] = ailleurs.get(r.cofinancement, ZERO) + (r.montant or ZERO)
    lignes = [_ligne_vote(p, siens, ailleurs) for p in possibles]
    communes = {ligne.commune for ligne in lignes if ligne.cle in siens}
    return [
        ligne
        for ligne in lignes
        if ligne.cle in siens
        or ((ligne.accorde or ligne.ailleurs) and (not communes or ligne.commune in communes))
    ]


def _ligne_vote(
    possible: Any, siens: Mapping[str, Decimal | None], ailleurs: Mapping[str, Decimal]
) -> LigneVote:
    return LigneVote(
        cle=possible.cle,
        action=possible.action,
        numero=possible.numero,
        titre=possible.titre,
        porteur=possible.porteur or "",
        payeur=qui_paie(possible),
        credits=possible.ligne_nom or "",
        commune=possible.commune,
        accorde=possible.accorde,
        montant=siens.get(possible.cle),
        ailleurs=ailleurs.get(possible.cle, ZERO),
    )


def _votes_de(ecriture: Ecriture, deliberations: Sequence[str]) -> dict[str, str]:
    """key of a vote -> its cofinancement."""
    requete = select(VoteDeliberation.cle, VoteDeliberation.cofinancement)
    lues = ecriture.lignes(requete.where(VoteDeliberation.deliberation.in_(deliberations)))
    return {vote.cle: vote.cofinancement for vote in lues}

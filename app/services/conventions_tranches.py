"""The tranches of a CPO: what each financeur promises, and when a year may be released. No Qt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import Action, Cofinancement
from app.models.convention import Tranche
from app.models.enums import EtatConvention, NatureOrganisme
from app.services.accords import compter, denombrer, enumerer
from app.services.conventions_gardes import la, la_convention
from app.services.conventions_lues import (
    SOUS_RESERVE,
    LigneConvention,
    LigneTranche,
    lire_bilans,
    lire_conventions,
    lire_revues_tenues,
)
from app.services.errors import MotifAttendu, SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.gardes_seance import Horloge, jour_courant
from app.services.transaction import Ecriture, maintenant

Qui = tuple[str, str | None, str | None]  # financeur, line of credit, commune
BILAN, REVUE, VOTE = "bilan reçu", "revue tenue", "vote"
SANS_VOTE = "l’État ne vote pas"


@dataclass(frozen=True, slots=True)
class Condition:
    """What a tranche waits for. `quand`: the day or the amount that meets it, in words."""

    nom: str
    tenue: bool
    quand: str = ""


@dataclass(frozen=True, slots=True)
class LigneALiberer:
    """A tranche still « sous réserve », with what it waits for."""

    tranche: LigneTranche
    numero: str | None
    titre: str
    porteur: str | None
    conditions: tuple[Condition, ...]

    @property
    def cle(self) -> str:
        return self.tranche.cle

    @property
    def manques(self) -> tuple[str, ...]:
        return tuple(c.nom for c in self.conditions if not c.tenue)

    @property
    def prete(self) -> bool:
        return not self.manques

    @property
    def en_mots(self) -> str:
        """« Prête », « Manque\u00a0: revue tenue, vote »."""
        return "Prête" if self.prete else f"Manque\u00a0: {', '.join(self.manques)}"


@dataclass(frozen=True, slots=True)
class LignePayeur:
    """A payeur of a convention with its tranches, year by year."""

    convention: str
    qui: Qui
    payeur: str
    tranches: Mapping[int, LigneTranche]

    @property
    def cle(self) -> str:
        return "|".join((self.convention, *(q or "" for q in self.qui)))

    @property
    def total(self) -> Decimal:
        return sum((t.montant or Decimal(0) for t in self.tranches.values()), Decimal(0))


class TranchesCpo:
    """Reads and writes the tranches of the conventions."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self.operation = fichier.operation

    # Reading --------------------------------------------------------------------------------------

    def a_liberer(self, annee: int | None = None) -> list[LigneALiberer]:
        """The tranches of signed conventions still to be released, for a year or for all."""
        with self._fichier.instant() as lire:
            return lire_a_liberer(lire, annee)

    # Amounts --------------------------------------------------------------------------------------

    def poser_case(
        self, ecriture: Ecriture, ligne: str, annee: int, montant: Decimal | None
    ) -> None:
        """The amount of a payeur (key of a LignePayeur) for a year; None takes the tranche away."""
        cle, *qui = ligne.split("|")
        convention = la_convention(ecriture.lignes, cle)
        exiger_a_ecrire(convention)
        if annee not in convention.annees:
            raise SaisieRefusee(
                f"{annee} est hors de {la(convention)}, {convention.periode}\u00a0: "
                "changez d’abord sa durée."
            )
        if montant is not None and montant < 0:
            raise SaisieRefusee(
                "Une tranche ne peut pas être négative\u00a0: tapez un montant positif."
            )
        financeur, credit, commune = qui[0], qui[1] or None, qui[2] or None
        connue = next(
            (
                t
                for t in convention.tranches
                if t.annee == annee and t.qui == (financeur, credit, commune)
            ),
            None,
        )
        if connue is not None:
            ecriture.modifier(Tranche, connue.cle, montant=montant)
            return
        ecriture.inserer(
            Tranche,
            convention=cle,
            annee=annee,
            financeur=financeur,
            ligne_credit=credit,
            commune=commune,
            montant=montant,
            ferme=annee == convention.annee_debut,
        )

    def ajouter(
        self,
        convention: str,
        financeur: str,
        *,
        ligne_credit: str | None = None,
        commune: str | None = None,
        montant: Decimal | None = None,
    ) -> None:
        """A payeur more, for every year of the convention."""
        lue = la_convention(self._fichier.lignes, convention)
        exiger_a_ecrire(lue)
        if any(t.qui == (financeur, ligne_credit, commune) for t in lue.tranches):
            raise SaisieRefusee(
                "Ce financeur est déjà dans la convention\u00a0: tapez ses montants."
            )
        with self.operation(f"Ajouter un financeur à {la(lue)}") as e:
            for annee in lue.annees:
                e.inserer(
                    Tranche,
                    convention=convention,
                    annee=annee,
                    financeur=financeur,
                    ligne_credit=ligne_credit,
                    commune=commune,
                    montant=montant,
                    ferme=annee == lue.annee_debut,
                )

    def retirer(self, convention: str, qui: Qui) -> None:
        """Take a payeur out of a convention that is not signed."""
        lue = la_convention(self._fichier.lignes, convention)
        exiger_a_ecrire(lue)
        siennes = [t.cle for t in lue.tranches if t.qui == qui]
        with self.operation(f"Retirer un financeur de {la(lue)}") as e:
            e.supprimer_lot(Tranche, siennes)

    def poser(self, ecriture: Ecriture, cle: str, *, note: str | None) -> None:
        """The remark of a tranche: why it is lower, for instance."""
        ecriture.modifier(Tranche, cle, note=note)

    # Release --------------------------------------------------------------------------------------

    def liberer(self, cles: Sequence[str], *, motif: str | None = None) -> int:
        """Release tranches whose conditions are met; with a reason, the others too. How many.

        Raises MotifAttendu, saying what is missing, when one of them still waits.
        """
        attendent = {a.cle: a for a in self.a_liberer()}
        choisies = [attendent[cle] for cle in dict.fromkeys(cles) if cle in attendent]
        if not choisies:
            raise SaisieRefusee(
                "Rien à libérer ici\u00a0: seules les tranches sous réserve d’une convention signée "
                "se libèrent."
            )
        manquent = [a for a in choisies if not a.prete]
        raison = (motif or "").strip()
        if manquent and not raison:
            raise MotifAttendu(_ce_qui_manque(manquent))
        with self.operation(f"Libérer {denombrer(len(choisies), 'une tranche')}") as e:
            fait = {
                "liberee_le": jour_courant(self._horloge).isoformat(),
                "liberee_par": self._fichier.signature.auteur,
            }
            for a in choisies:
                e.modifier(
                    Tranche, a.cle, ferme=True, liberation=None if a.prete else raison, **fait
                )
        return len(choisies)

    def retenir(self, cles: Sequence[str]) -> int:
        """Take back a release: « sous réserve » again."""
        with self.operation(f"Retenir {denombrer(len(cles), 'une tranche')}") as e:
            liberees = [cle for cle in cles if e.lire(Tranche, cle)["liberee_le"] is not None]
            if not liberees:
                raise SaisieRefusee(
                    "Ces tranches ne sont pas libérées\u00a0: rien n’est à retenir."
                )
            vide: dict[str, Any] = dict.fromkeys(("liberee_le", "liberee_par", "liberation"))
            for cle in liberees:
                e.modifier(Tranche, cle, ferme=False, **vide)
        return len(liberees)


def par_payeur(convention: LigneConvention) -> list[LignePayeur]:
    """The table year × financeur of a convention, one row a payeur."""
    lignes: dict[Qui, dict[int, LigneTranche]] = {}
    for t in convention.tranches:
        lignes.setdefault(t.qui, {})[t.annee] = t
    return [
        LignePayeur(convention.cle, qui, next(iter(siennes.values())).payeur, siennes)
        for qui, siennes in lignes.items()
    ]


def lire_a_liberer(lire: Lire, annee: int | None) -> list[LigneALiberer]:
    signees = [c for c in lire_conventions(lire) if c.etat == EtatConvention.SIGNEE]
    if not signees:
        return []
    bilans, revues = lire_bilans(lire), lire_revues_tenues(lire)
    votes = {(lignee, quand, f, c): vote for lignee, quand, f, c, vote in lire(_VOTES)}
    lignes = []
    for c in signees:
        for t in c.tranches:
            if t.etat == SOUS_RESERVE and t.montant and annee in (None, t.annee):
                avant = t.annee - 1
                conditions = (
                    _condition(BILAN, bilans.get((c.lignee, avant))),
                    _condition(REVUE, revues.get((c.cle, avant))),
                    _vote(t, votes.get((c.lignee, t.annee, t.financeur, t.commune))),
                )
                lignes.append(LigneALiberer(t, c.numero, c.titre, c.porteur, conditions))
    return sorted(lignes, key=lambda a: (a.tranche.annee, a.numero or ""))


def exiger_a_ecrire(convention: LigneConvention) -> None:
    """Raises SaisieRefusee once it is signed: only an avenant changes an amount then."""
    if convention.etat == EtatConvention.SIGNEE:
        raise SaisieRefusee(
            f"{la(convention, debut=True)} est signée\u00a0: changez ce montant par un avenant."
        )
    if convention.etat not in (EtatConvention.DEMANDEE, EtatConvention.ACCORDEE):
        raise SaisieRefusee(
            f"{la(convention, debut=True)} n’est plus en cours\u00a0: ses montants ne changent plus."
        )


def _condition(nom: str, jour: str | None) -> Condition:
    return Condition(nom, jour is not None, jour or "")


def _vote(tranche: LigneTranche, vote: Decimal | None) -> Condition:
    if tranche.nature == NatureOrganisme.ETAT:
        return Condition(VOTE, True, SANS_VOTE)
    return Condition(VOTE, vote is not None)


def _ce_qui_manque(lignes: Sequence[LigneALiberer]) -> str:
    manques = enumerer(dict.fromkeys(m for ligne in lignes for m in ligne.manques))
    return (
        f"{compter(len(lignes), 'tranche')} à libérer sans tout avoir\u00a0: il manque {manques}. "
        "Tapez le motif pour libérer quand même."
    )


_VOTES = (
    select(
        Action.lignee,
        Cofinancement.annee,
        Cofinancement.financeur,
        Cofinancement.commune,
        Cofinancement.vote,
    )
    .join(Action, Action.cle == Cofinancement.action)
    .where(Cofinancement.vote.is_not(None), Cofinancement.annee == Action.annee)
)

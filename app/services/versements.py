"""The payments, one row for each tranche: what is paid is their sum.

Neither the contracts nor the program forbid a payment beyond what is owed: it is said, and kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import Action, Cofinancement
from app.models.calculs import ZERO, du_au_porteur, pourcentage, somme
from app.models.montants import afficher_montant, afficher_part
from app.models.organisme import Financeur
from app.models.seance import Versement
from app.services.attaches import detacher
from app.services.errors import SaisieRefusee
from app.services.etapes_suivies import suivre
from app.services.fichier import Fichier, Lire
from app.services.transaction import Ecriture

REPRISE = "Repris de la saisie"


@dataclass(frozen=True, slots=True)
class Tranche:
    """One payment (euros, ISO date). `cumul`: what is paid up to it; `mot`: its place among them."""

    cle: str
    cofinancement: str
    date: str | None
    montant: Decimal
    reference: str | None
    cumul: Decimal
    mot: str


class Versements:
    """Reads and writes the payments."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation

    def tranches(self, cofinancement: str) -> list[Tranche]:
        """The payments of a cofinancement in the order of their dates, those without a date last."""
        requete = select(Versement.cle, Versement.date, Versement.montant, Versement.reference)
        lues = self._fichier.lignes(requete.where(Versement.cofinancement == cofinancement))
        [(notifie, vote, accorde)] = self._fichier.lignes(
            select(Cofinancement.notifie, Cofinancement.vote, Cofinancement.accorde).where(
                Cofinancement.cle == cofinancement
            )
        ) or [(None, None, None)]
        return _tranches(cofinancement, lues, du_au_porteur(notifie, vote, accorde))

    def verser(
        self,
        montants: Mapping[str, Decimal],
        *,
        date: str | None,
        reference: str | None = None,
    ) -> list[str]:
        """Record payments: cofinancement -> euros (negative: paid back). Returns their keys.

        One operation. Raises SaisieRefusee on an amount of zero, or when more would be paid back
        than was paid.
        """
        with self._fichier.operation(_libelle(montants)) as e:
            return _payer_tout(e, montants, date=date, reference=reference)

    def reste_a_verser(self, cofinancements: Sequence[str]) -> dict[str, Decimal]:
        """cofinancement -> euros still owed; those paid whole are left out."""
        return _restes(self._fichier.lignes, cofinancements)

    def verser_une_part(
        self,
        cofinancements: Sequence[str],
        taux: Decimal,
        *,
        date: str | None,
        reference: str | None = None,
    ) -> int:
        """Pay `taux` % of what is still owed to each, in one operation. Returns how many are paid.

        Raises SaisieRefusee on a share that is none, or when nothing is owed.
        """
        if not 0 < taux <= 100:
            raise SaisieRefusee(
                "Une part du reste va de 1 à 100 % : tapez-la, ou un montant en euros."
            )
        part = afficher_part(taux / 100)
        with self._fichier.operation(f"Verser {part} de ce qui reste") as e:
            restes = _restes(e.lignes, cofinancements)
            parts = {cle: pourcentage(taux, reste) for cle, reste in restes.items()}
            montants = {cle: montant for cle, montant in parts.items() if montant}
            if not montants:
                raise SaisieRefusee("Il ne reste rien à verser dans cette sélection.")
            return len(_payer_tout(e, montants, date=date, reference=reference))

    def modifier(self, cle: str, **champs: Any) -> None:
        with self._fichier.operation("Modifier un versement") as e:
            self.poser(e, cle, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """Change a payment: date, montant, reference."""
        if "montant" in champs:
            _exiger_montant(champs["montant"])
        ecriture.modifier(Versement, cle, **champs)
        _suivre(ecriture, ecriture.lire(Versement, cle)["cofinancement"])

    def supprimer(self, *cles: str) -> None:
        """Delete payments: what is paid follows."""
        libelle = "Supprimer un versement" if len(cles) == 1 else "Supprimer des versements"
        with self._fichier.operation(libelle) as e:
            touches = dict.fromkeys(e.lire(Versement, cle)["cofinancement"] for cle in cles)
            detacher(e, cles)
            e.supprimer_lot(Versement, cles)
            for cofinancement in touches:
                _suivre(e, cofinancement)

    def alerte(self, *cofinancements: str) -> str:
        """What to say of the first of these that is paid beyond what is owed; empty: all is well."""
        requete = (
            select(
                Action.numero,
                Financeur.nom_court,
                Cofinancement.accorde,
                Cofinancement.vote,
                Cofinancement.notifie,
                Cofinancement.verse,
            )
            .join(Action, Action.cle == Cofinancement.action)
            .join(Financeur, Financeur.cle == Cofinancement.financeur)
            .where(Cofinancement.cle.in_(cofinancements))
            .order_by(Action.numero, Financeur.rang, Cofinancement.cle)
        )
        for ligne in self._fichier.lignes(requete):
            attendu = du_au_porteur(ligne.notifie, ligne.vote, ligne.accorde)
            trop = (ligne.verse or ZERO) - attendu
            if trop > 0:
                return (
                    f"{ligne.numero}, {ligne.nom_court} : "
                    f"{afficher_montant(trop, euro=True)} versés de plus que les "
                    f"{afficher_montant(attendu, euro=True)} attendus. Vérifiez, ou Ctrl+Z."
                )
        return ""


def _restes(lire: Lire, cofinancements: Sequence[str]) -> dict[str, Decimal]:
    requete = select(
        Cofinancement.cle,
        Cofinancement.accorde,
        Cofinancement.vote,
        Cofinancement.notifie,
        Cofinancement.verse,
    ).where(Cofinancement.cle.in_(cofinancements))
    restes = {
        ligne.cle: du_au_porteur(ligne.notifie, ligne.vote, ligne.accorde) - (ligne.verse or ZERO)
        for ligne in lire(requete)
    }
    return {cle: restes[cle] for cle in cofinancements if restes.get(cle, ZERO) > 0}


def _payer_tout(
    ecriture: Ecriture, montants: Mapping[str, Decimal], **champs: str | None
) -> list[str]:
    return [_payer(ecriture, cle, montant, **champs) for cle, montant in montants.items()]


def _payer(
    ecriture: Ecriture,
    cofinancement: str,
    montant: Decimal,
    *,
    date: str | None,
    reference: str | None = None,
) -> str:
    _exiger_montant(montant)
    _reprendre(ecriture, cofinancement)
    cle = ecriture.inserer(
        Versement, cofinancement=cofinancement, montant=montant, date=date, reference=reference
    )
    _suivre(ecriture, cofinancement)
    return cle


def _reprendre(ecriture: Ecriture, cofinancement: str) -> None:
    """What was typed as paid before there were tranches becomes the first one: nothing is lost."""
    verse = ecriture.lire(Cofinancement, cofinancement)["verse"]
    requete = select(Versement.cle).where(Versement.cofinancement == cofinancement).limit(1)
    if verse and not ecriture.lignes(requete):
        ecriture.inserer(
            Versement, cofinancement=cofinancement, montant=verse, date=None, reference=REPRISE
        )


def _suivre(ecriture: Ecriture, cofinancement: str) -> None:
    suivre(ecriture, [cofinancement], "verse")
    verse = ecriture.lire(Cofinancement, cofinancement)["verse"]
    if verse is not None and verse < 0:
        raise SaisieRefusee(
            f"Le porteur rendrait {afficher_montant(-verse, euro=True)} de plus que ce qu'il a "
            "reçu : corrigez le montant."
        )


def _exiger_montant(montant: Decimal | None) -> None:
    if not montant:
        raise SaisieRefusee("Un versement a un montant : tapez-le.")


def _libelle(montants: Mapping[str, Decimal]) -> str:
    if len(montants) == 1:
        return f"Verser {afficher_montant(next(iter(montants.values())), euro=True)}"
    return f"Verser {len(montants)} montants"


def _tranches(cofinancement: str, lues: Any, attendu: Decimal) -> list[Tranche]:
    ordre = sorted(lues, key=lambda v: (v.date is None, v.date or "", v.cle))
    total = somme(v.montant for v in ordre)
    tranches: list[Tranche] = []
    cumul, rang = ZERO, 0
    for versement in ordre:
        cumul += versement.montant
        rang += versement.montant > 0
        dernier = versement is ordre[-1] and total == attendu
        tranches.append(
            Tranche(
                versement.cle,
                cofinancement,
                versement.date,
                versement.montant,
                versement.reference,
                cumul,
                _mot(versement.montant, rang, solde=dernier),
            )
        )
    return tranches


def _mot(montant: Decimal, rang: int, *, solde: bool) -> str:
    """« 1re tranche », « Solde », « Remboursement »."""
    if montant < 0:
        return "Remboursement"
    if solde:
        return "Solde" if rang > 1 else "En une fois"
    return "1re tranche" if rang == 1 else f"{rang}e tranche"

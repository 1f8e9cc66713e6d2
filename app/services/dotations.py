"""What each financeur sets apart for each appel, what is drawn on it, and what goes beyond."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from app.models.action import Action, Cofinancement
from app.models.calculs import ZERO
from app.models.enums import NatureAppel
from app.models.montants import afficher_montant
from app.models.organisme import Financeur
from app.models.programme import Appel, DotationAppel, Enveloppe, Exercice
from app.services.errors import SaisieRefusee
from app.services.fichier import Lire

# Financed by what was kept back of the enveloppe; the others by what is left of it.
SUR_RESERVE = (NatureAppel.AMI_SPECIFIQUE, NatureAppel.FONDS_THEMATIQUE)


@dataclass(frozen=True, slots=True)
class LigneDotation:
    """What a financeur sets apart for one appel, and what is drawn on it (euros).

    `plafond`: its enveloppe of the year, or the reserve for an appel financed by it; None: unknown.
    """

    cle: str
    appel: str
    appel_nom: str
    financeur: str
    financeur_nom: str
    montant: Decimal | None
    note: str | None
    demande: Decimal
    accorde: Decimal
    plafond: Decimal | None
    alerte: str

    @property
    def reste(self) -> Decimal | None:
        return None if self.montant is None else self.montant - self.accorde


def exiger_positif(montant: Decimal | None) -> None:
    if montant is not None and montant < 0:
        raise SaisieRefusee("Une dotation ne peut pas être négative : tapez un montant positif.")


def sommes_par_appel(lire: Lire, annee: int) -> dict[str, tuple[Decimal, Decimal]]:
    """appel -> (asked, granted), all financeurs together."""
    sommes: dict[str, tuple[Decimal, Decimal]] = {}
    for (appel, _), (demande, accorde) in _tirages(lire, annee).items():
        avant = sommes.get(appel, (ZERO, ZERO))
        sommes[appel] = avant[0] + demande, avant[1] + accorde
    return sommes


def _tirages(lire: Lire, annee: int) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    """(appel, financeur) -> (asked, granted)."""
    requete = (
        select(
            Action.appel,
            Cofinancement.financeur,
            func.sum(Cofinancement.demande),
            func.sum(Cofinancement.accorde),
        )
        .join(Action, Action.cle == Cofinancement.action)
        .where(Cofinancement.annee == annee, Action.appel.is_not(None))
        .group_by(Action.appel, Cofinancement.financeur)
    )
    return {
        (appel, financeur): (demande or ZERO, accorde or ZERO)
        for appel, financeur, demande, accorde in lire(requete)
    }


def total_de(dotations: Sequence[LigneDotation], appel: str) -> Decimal | None:
    connues = [d.montant for d in dotations if d.appel == appel and d.montant is not None]
    return sum(connues, ZERO) if connues else None


def lire_dotations(lire: Lire, annee: int) -> list[LigneDotation]:
    requete = (
        select(
            DotationAppel.cle,
            DotationAppel.appel,
            Appel.nom.label("appel_nom"),
            Appel.nature,
            DotationAppel.financeur,
            Financeur.nom_court.label("financeur_nom"),
            DotationAppel.montant,
            DotationAppel.note,
        )
        .join(Appel, Appel.cle == DotationAppel.appel)
        .join(Exercice, Exercice.cle == Appel.exercice)
        .join(Financeur, Financeur.cle == DotationAppel.financeur)
        .where(Exercice.annee == annee)
        .order_by(Appel.rang, Financeur.rang, DotationAppel.cle)
    )
    rangees = lire(requete)
    if not rangees:
        return []
    tirages, plafonds = _tirages(lire, annee), _plafonds(lire, annee)
    engagees: dict[tuple[str, bool], Decimal] = {}
    for r in rangees:
        cle = r.financeur, r.nature in SUR_RESERVE
        engagees[cle] = engagees.get(cle, ZERO) + (r.montant or ZERO)
    return [_dotation(r, tirages, plafonds, engagees) for r in rangees]


def _plafonds(lire: Lire, annee: int) -> dict[tuple[str, bool], Decimal]:
    """(financeur, on the reserve) -> what its enveloppes of the year allow, where it is known."""
    requete = select(Enveloppe.financeur, Enveloppe.montant, Enveloppe.reserve)
    plafonds: dict[tuple[str, bool], Decimal] = {}
    for financeur, montant, reserve in lire(requete.where(Enveloppe.annee == annee)):
        if montant is not None:
            cle = financeur, False
            plafonds[cle] = plafonds.get(cle, ZERO) + montant - (reserve or ZERO)
        if reserve is not None:
            cle = financeur, True
            plafonds[cle] = plafonds.get(cle, ZERO) + reserve
    return plafonds


def _dotation(
    rangee: Any,
    tirages: Mapping[tuple[str, str], tuple[Decimal, Decimal]],
    plafonds: Mapping[tuple[str, bool], Decimal],
    engagees: Mapping[tuple[str, bool], Decimal],
) -> LigneDotation:
    demande, accorde = tirages.get((rangee.appel, rangee.financeur), (ZERO, ZERO))
    sur_reserve = rangee.nature in SUR_RESERVE
    plafond = plafonds.get((rangee.financeur, sur_reserve))
    return LigneDotation(
        cle=rangee.cle,
        appel=rangee.appel,
        appel_nom=rangee.appel_nom,
        financeur=rangee.financeur,
        financeur_nom=rangee.financeur_nom,
        montant=rangee.montant,
        note=rangee.note,
        demande=demande,
        accorde=accorde,
        plafond=plafond,
        alerte=_alerte(
            rangee,
            accorde,
            engagees[rangee.financeur, sur_reserve],
            plafond,
            sur_reserve=sur_reserve,
        ),
    )


def _alerte(
    rangee: Any, accorde: Decimal, engage: Decimal, plafond: Decimal | None, *, sur_reserve: bool
) -> str:
    """What to say of a dotation: drawn beyond what it holds, or beyond the enveloppe."""
    if rangee.montant is not None and accorde > rangee.montant:
        trop = afficher_montant(accorde - rangee.montant, euro=True)
        return f"{rangee.financeur_nom} : dotation dépassée de {trop}"
    if plafond is not None and engage > plafond:
        trop = afficher_montant(engage - plafond, euro=True)
        quoi = "la réserve" if sur_reserve else "l'enveloppe"
        return f"{rangee.financeur_nom} : dotations au-delà de {quoi} de {trop}"
    return ""

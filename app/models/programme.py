"""The year: exercice, appels and the dated steps of each, enveloppes."""

from decimal import Decimal

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Ligne, lien


class Exercice(Ligne):
    """A year of the contract."""

    __tablename__ = "exercice"

    annee: Mapped[int]
    clos: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None]


class Appel(Ligne):
    """A call of an exercice: AAP, AMI, enveloppe au fil de l'eau… Dates are ISO, None when unknown.

    `noeud`: the only theme it is open to. `leger`: the short form is enough. `instructeurs`: how many
    services must answer. `cadrage`: what the State's framing asks of its actions (B-70).
    """

    __tablename__ = "appel"

    exercice: Mapped[str] = lien("exercice")
    nom: Mapped[str]
    nature: Mapped[str]
    date_ouverture: Mapped[str | None]
    date_cloture: Mapped[str | None]
    noeud: Mapped[str | None] = lien("noeud", facultatif=True)
    leger: Mapped[bool] = mapped_column(default=False)
    pluriannuel: Mapped[bool] = mapped_column(default=False)
    instructeurs: Mapped[int | None]
    cadrage: Mapped[str | None]
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class DotationAppel(Ligne):
    """What a financeur sets apart for one appel, in euros, within its enveloppe of the year."""

    __tablename__ = "dotation_appel"

    appel: Mapped[str] = lien("appel")
    financeur: Mapped[str] = lien("financeur")
    montant: Mapped[Decimal | None]
    note: Mapped[str | None]


class EtapeAppel(Ligne):
    """A step of the cycle of one appel, copied from the contract's, then dated by the team.

    `nature` is a NatureEtape. Each end is an ISO date, or a number of days after the end of the step
    `ancre` (before it when negative): a date given wins. `requiert`: keys of the steps to be done
    first. `etape`: the step of the contract it was made from, which carries the source.
    """

    __tablename__ = "etape_appel"

    appel: Mapped[str] = lien("appel")
    etape: Mapped[str | None] = lien("etape", facultatif=True)
    nature: Mapped[str]
    nom: Mapped[str]
    acteur: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    date_debut: Mapped[str | None]
    date_fin: Mapped[str | None]
    ancre: Mapped[str | None] = lien("etape_appel", facultatif=True)
    jours_debut: Mapped[int | None]
    jours_fin: Mapped[int | None]
    requiert: Mapped[list[str]] = mapped_column(default=list)
    terminee_le: Mapped[str | None]
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class Franchissement(Ligne):
    """An action has done with a step of its appel, or skips it for a reason that is kept.

    `moment` is ISO, UTC; `motif` is required when `saute`, or when the step was out of its dates.
    """

    __tablename__ = "franchissement"

    action: Mapped[str] = lien("action")
    etape: Mapped[str] = lien("etape_appel")
    saute: Mapped[bool] = mapped_column(default=False)
    motif: Mapped[str | None]
    auteur: Mapped[str]
    moment: Mapped[str]


class Enveloppe(Ligne):
    """What a financeur has for a year, by line of credit (None: all lines) and commune if it matters.

    `montant`, `reserve` (kept back) and `engage` are in euros. `engage` is what conventions already
    promise outside the amounts granted in the table: counted there too, it would weigh twice.
    `notifie` False: the amount is a forecast.
    """

    __tablename__ = "enveloppe"
    __table_args__ = (Index(None, "annee"),)

    annee: Mapped[int]
    financeur: Mapped[str] = lien("financeur")
    ligne_credit: Mapped[str | None] = lien("ligne_credit", facultatif=True)
    commune: Mapped[str | None] = lien("commune", facultatif=True)
    montant: Mapped[Decimal | None]
    notifie: Mapped[bool] = mapped_column(default=False)
    date_notification: Mapped[str | None]
    reserve: Mapped[Decimal | None]
    engage: Mapped[Decimal | None]
    note: Mapped[str | None]

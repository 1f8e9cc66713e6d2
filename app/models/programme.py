"""The year: exercice, appels, enveloppes."""

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
    """A call of an exercice: AAP, AMI, enveloppe au fil de l'eau… Dates are ISO, None when unknown."""

    __tablename__ = "appel"

    exercice: Mapped[str] = lien("exercice")
    nom: Mapped[str]
    nature: Mapped[str]
    date_ouverture: Mapped[str | None]
    date_cloture: Mapped[str | None]
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


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

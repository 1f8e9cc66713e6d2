"""The year: exercice, appels and the dated steps of each, enveloppes."""

from decimal import Decimal

from sqlalchemy import Index

from app.models.base import Champ, Ligne, champ, lien


class Exercice(Ligne):
    """A year of the contract."""

    __tablename__ = "exercice"

    annee: Champ[int]
    clos: Champ[bool] = champ(default=False)
    note: Champ[str | None]


class Appel(Ligne):
    """A call of an exercice: AAP, AMI, enveloppe au fil de l'eau… Dates are ISO, None when unknown.

    `noeud`: the only theme it is open to. `leger`: the short form is enough. `instructeurs`: how many
    services must answer. `cadrage`: what the State's framing asks of its actions (B-70).
    """

    __tablename__ = "appel"

    exercice: Champ[str] = lien("exercice")
    nom: Champ[str]
    nature: Champ[str]
    date_ouverture: Champ[str | None]
    date_cloture: Champ[str | None]
    noeud: Champ[str | None] = lien("noeud")
    leger: Champ[bool] = champ(default=False)
    pluriannuel: Champ[bool] = champ(default=False)
    instructeurs: Champ[int | None]
    cadrage: Champ[str | None]
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class DotationAppel(Ligne):
    """What a financeur sets apart for one appel, in euros, within its enveloppe of the year."""

    __tablename__ = "dotation_appel"

    appel: Champ[str] = lien("appel")
    financeur: Champ[str] = lien("financeur")
    montant: Champ[Decimal | None]
    note: Champ[str | None]


class EtapeAppel(Ligne):
    """A step of the cycle of one appel, copied from the contract's, then dated by the team.

    `nature` is a NatureEtape. Each end is an ISO date, or a number of days after the end of the step
    `ancre` (before it when negative): a date given wins. `requiert`: keys of the steps to be done
    first. `etape`: the step of the contract it was made from, which carries the source.
    """

    __tablename__ = "etape_appel"

    appel: Champ[str] = lien("appel")
    etape: Champ[str | None] = lien("etape")
    nature: Champ[str]
    nom: Champ[str]
    acteur: Champ[str | None]
    active: Champ[bool] = champ(default=True)
    date_debut: Champ[str | None]
    date_fin: Champ[str | None]
    ancre: Champ[str | None] = lien("etape_appel")
    jours_debut: Champ[int | None]
    jours_fin: Champ[int | None]
    requiert: Champ[list[str]] = champ(default=list)
    terminee_le: Champ[str | None]
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class Franchissement(Ligne):
    """An action has done with a step of its appel, or skips it for a reason that is kept.

    `moment` is ISO, UTC; `motif` is required when `saute`, or when the step was out of its dates.
    """

    __tablename__ = "franchissement"

    action: Champ[str] = lien("action")
    etape: Champ[str] = lien("etape_appel")
    saute: Champ[bool] = champ(default=False)
    motif: Champ[str | None]
    auteur: Champ[str]
    moment: Champ[str]


class Enveloppe(Ligne):
    """What a financeur has for a year, by line of credit (None: all lines) and commune if it matters.

    `montant`, `reserve` (kept back) and `engage` are in euros. `engage` is what conventions already
    promise outside the amounts granted in the table: counted there too, it would weigh twice.
    `notifie` False: the amount is a forecast.
    """

    __tablename__ = "enveloppe"
    __table_args__ = (Index(None, "annee"),)

    annee: Champ[int]
    financeur: Champ[str] = lien("financeur")
    ligne_credit: Champ[str | None] = lien("ligne_credit")
    commune: Champ[str | None] = lien("commune")
    montant: Champ[Decimal | None]
    notifie: Champ[bool] = champ(default=False)
    date_notification: Champ[str | None]
    reserve: Champ[Decimal | None]
    engage: Champ[Decimal | None]
    note: Champ[str | None]

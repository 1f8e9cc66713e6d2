"""The action: the project that a porteur asks to have funded for one year."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Ligne, lien


class Action(Ligne):
    """One project in one year. `precedente` links it to last year's, `lignee` is shared by them all.

    `reference` is the number given by the source system (DAUPHIN, Osiris…), `numero` ours.
    `cout_total` is the cost declared when no budget by account is known (euros).
    """

    __tablename__ = "action"
    __table_args__ = (Index(None, "annee"), Index(None, "reference"), Index(None, "lignee"))

    annee: Mapped[int]
    numero: Mapped[str]
    reference: Mapped[str | None]
    appel: Mapped[str | None] = lien("appel", facultatif=True)
    porteur: Mapped[str | None] = lien("organisme", facultatif=True)
    titre: Mapped[str]
    description: Mapped[str | None]
    echelle: Mapped[str | None]
    nature: Mapped[str] = mapped_column(default="action")
    statut: Mapped[str]
    recurrence: Mapped[str | None]
    precedente: Mapped[str | None] = lien("action", facultatif=True)
    lignee: Mapped[str]
    cpo_rang: Mapped[int | None]
    cpo_duree: Mapped[int | None]
    public_total: Mapped[int | None]
    public_qpv: Mapped[int | None]
    public_femmes: Mapped[int | None]
    public_hommes: Mapped[int | None]
    public_ages: Mapped[dict[str, Any]] = mapped_column(default=dict)
    hors_qpv_motif: Mapped[str | None]
    cout_total: Mapped[Decimal | None]
    date_depot: Mapped[str | None]
    date_debut: Mapped[str | None]
    date_fin: Mapped[str | None]
    avis: Mapped[str | None]
    observation: Mapped[str | None]


class ActionQuartier(Ligne):
    """Where the action takes place. `part` of the action in this quartier, in %."""

    __tablename__ = "action_quartier"

    action: Mapped[str] = lien("action")
    quartier: Mapped[str] = lien("quartier")
    part: Mapped[Decimal | None]


class ActionCommune(Ligne):
    """The communes really targeted: a QPV may straddle five of them (A-5)."""

    __tablename__ = "action_commune"

    action: Mapped[str] = lien("action")
    commune: Mapped[str] = lien("commune")


class Classement(Ligne):
    """An action on a node; one `principal` per nomenclature at most, counted once in totals."""

    __tablename__ = "classement"

    action: Mapped[str] = lien("action")
    noeud: Mapped[str] = lien("noeud")
    principal: Mapped[bool] = mapped_column(default=False)


class LigneBudget(Ligne):
    """A line of the budget of the action, by account of the Cerfa 12156. `montant` in euros."""

    __tablename__ = "ligne_budget"

    action: Mapped[str] = lien("action")
    sens: Mapped[str]
    compte: Mapped[str]
    libelle: Mapped[str | None]
    montant: Mapped[Decimal | None]
    version_nomenclature: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class Cofinancement(Ligne):
    """What one financeur is asked for, proposes and gives to one action for one year (euros).

    Absent amounts are None: an amount not given is not a zero.
    """

    __tablename__ = "cofinancement"
    __table_args__ = (Index(None, "annee", "financeur"),)

    action: Mapped[str] = lien("action")
    financeur: Mapped[str] = lien("financeur")
    ligne_credit: Mapped[str | None] = lien("ligne_credit", facultatif=True)
    commune: Mapped[str | None] = lien("commune", facultatif=True)
    annee: Mapped[int]
    nature_credit: Mapped[str | None]
    demande: Mapped[Decimal | None]
    propose: Mapped[Decimal | None]
    accorde: Mapped[Decimal | None]
    vote: Mapped[Decimal | None]
    notifie: Mapped[Decimal | None]
    verse: Mapped[Decimal | None]
    statut: Mapped[str]
    securise: Mapped[bool] = mapped_column(default=False)
    commentaire: Mapped[str | None]


class CorrespondanceImport(Ligne):
    """Columns matched once by a person, remembered by the signature of the headers."""

    __tablename__ = "correspondance_import"

    signature: Mapped[str]
    profil: Mapped[str]
    colonnes: Mapped[dict[str, Any]] = mapped_column(default=dict)

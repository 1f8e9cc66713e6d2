"""The action: the project that a porteur asks to have funded for one year."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Index

from app.models.base import Champ, Ligne, champ, lien


class Action(Ligne):
    """One project in one year. `precedente` links it to last year's, `lignee` is shared by them all.

    `reference` is the number given by the source system (DAUPHIN, Osiris…), `numero` ours.
    `cout_total` is the cost declared when no budget by account is known (euros).
    """

    __tablename__ = "action"
    __table_args__ = (Index(None, "annee"), Index(None, "reference"), Index(None, "lignee"))

    annee: Champ[int]
    numero: Champ[str]
    reference: Champ[str | None]
    appel: Champ[str | None] = lien("appel")
    porteur: Champ[str | None] = lien("organisme")
    titre: Champ[str]
    description: Champ[str | None]
    echelle: Champ[str | None]
    nature: Champ[str] = champ(default="action")
    statut: Champ[str]
    recurrence: Champ[str | None]
    precedente: Champ[str | None] = lien("action")
    lignee: Champ[str]
    cpo_rang: Champ[int | None]
    cpo_duree: Champ[int | None]
    public_total: Champ[int | None]
    public_qpv: Champ[int | None]
    public_femmes: Champ[int | None]
    public_hommes: Champ[int | None]
    public_ages: Champ[dict[str, Any]] = champ(default=dict)
    hors_qpv_motif: Champ[str | None]
    cout_total: Champ[Decimal | None]
    date_depot: Champ[str | None]
    date_debut: Champ[str | None]
    date_fin: Champ[str | None]
    avis: Champ[str | None]
    observation: Champ[str | None]


class ActionQuartier(Ligne):
    """Where the action takes place. `part` of the action in this quartier, in %."""

    __tablename__ = "action_quartier"

    action: Champ[str] = lien("action")
    quartier: Champ[str] = lien("quartier")
    part: Champ[Decimal | None]


class ActionCommune(Ligne):
    """The communes really targeted: a QPV may straddle five of them (A-5)."""

    __tablename__ = "action_commune"

    action: Champ[str] = lien("action")
    commune: Champ[str] = lien("commune")


class Classement(Ligne):
    """An action on a node; one `principal` per nomenclature at most, counted once in totals."""

    __tablename__ = "classement"

    action: Champ[str] = lien("action")
    noeud: Champ[str] = lien("noeud")
    principal: Champ[bool] = champ(default=False)


class LigneBudget(Ligne):
    """A line of the budget of the action, by account of the Cerfa 12156. `montant` in euros."""

    __tablename__ = "ligne_budget"

    action: Champ[str] = lien("action")
    sens: Champ[str]
    compte: Champ[str]
    libelle: Champ[str | None]
    montant: Champ[Decimal | None]
    version_nomenclature: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class Cofinancement(Ligne):
    """What one financeur is asked for, proposes and gives to one action for one year (euros).

    Absent amounts are None: an amount not given is not a zero.
    """

    __tablename__ = "cofinancement"
    __table_args__ = (Index(None, "annee", "financeur"),)

    action: Champ[str] = lien("action")
    financeur: Champ[str] = lien("financeur")
    ligne_credit: Champ[str | None] = lien("ligne_credit")
    commune: Champ[str | None] = lien("commune")
    annee: Champ[int]
    nature_credit: Champ[str | None]
    demande: Champ[Decimal | None]
    propose: Champ[Decimal | None]
    accorde: Champ[Decimal | None]
    vote: Champ[Decimal | None]
    notifie: Champ[Decimal | None]
    verse: Champ[Decimal | None]
    statut: Champ[str]
    securise: Champ[bool] = champ(default=False)
    commentaire: Champ[str | None]


class CorrespondanceImport(Ligne):
    """Columns matched once by a person, remembered by the signature of the headers."""

    __tablename__ = "correspondance_import"

    signature: Champ[str]
    profil: Champ[str]
    colonnes: Champ[dict[str, Any]] = champ(default=dict)

"""Instruction: services that give an avis, what they answer, the avis commun, each one's tasks."""

from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Ligne, lien


class Service(Ligne):
    """A service instructeur. `financeur` None: it funds nothing, its avis is consultative.

    `expertise`: comments on headings, without a mark and without blocking (B-120); `rubriques` are
    those headings.
    """

    __tablename__ = "service"

    nom: Mapped[str]
    nom_court: Mapped[str]
    financeur: Mapped[str | None] = lien("financeur", facultatif=True)
    expertise: Mapped[bool] = mapped_column(default=False)
    rubriques: Mapped[list[str]] = mapped_column(default=list)
    courriel: Mapped[str | None]
    actif: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class Referent(Ligne):
    """A person who works for a service: what waits for the service waits for that person."""

    __tablename__ = "referent"

    service: Mapped[str] = lien("service")
    nom: Mapped[str]
    courriel: Mapped[str | None]


class RegleAffectation(Ligne):
    """Actions of that theme, commune and appel (None: any) go to that service."""

    __tablename__ = "regle_affectation"

    service: Mapped[str] = lien("service")
    noeud: Mapped[str | None] = lien("noeud", facultatif=True)
    commune: Mapped[str | None] = lien("commune", facultatif=True)
    appel: Mapped[str | None] = lien("appel", facultatif=True)


class AvisInstruction(Ligne):
    """A service asked about an action, and its answer. Dates are ISO; the amount is euros.

    `sens` is a SensInstruction, None while it has not answered; `absent`: marked so at the comité
    partenarial. `comme` is the avis it repeats (« même avis que l'État »). `depot`: the version read.
    """

    __tablename__ = "avis_instruction"

    action: Mapped[str] = lien("action")
    service: Mapped[str] = lien("service")
    demande_le: Mapped[str | None]
    echeance: Mapped[str | None]
    pris_en_charge_le: Mapped[str | None]
    pris_en_charge_par: Mapped[str | None]
    recevable: Mapped[bool | None]
    sens: Mapped[str | None]
    vers: Mapped[str | None]
    motif: Mapped[str | None]
    reserve: Mapped[str | None]
    montant: Mapped[Decimal | None]
    commentaires: Mapped[dict[str, Any]] = mapped_column(default=dict)
    rendu_le: Mapped[str | None]
    rendu_par: Mapped[str | None]
    absent: Mapped[bool] = mapped_column(default=False)
    comme: Mapped[str | None] = lien("avis_instruction", facultatif=True)
    depot: Mapped[str | None] = lien("depot", facultatif=True)
    relances: Mapped[int] = mapped_column(default=0)
    relance_le: Mapped[str | None]


class AvisCommun(Ligne):
    """The avis technique commun of a comité partenarial on a dossier (A-76); euros."""

    __tablename__ = "avis_commun"

    action: Mapped[str] = lien("action")
    reunion: Mapped[str | None] = lien("reunion", facultatif=True)
    sens: Mapped[str]
    vers: Mapped[str | None]
    motif: Mapped[str | None]
    montant: Mapped[Decimal | None]
    rendu_le: Mapped[str]
    rendu_par: Mapped[str]


class Tache(Ligne):
    """Something that a person has to do, beside all that the dossiers themselves call for."""

    __tablename__ = "tache"

    titre: Mapped[str]
    action: Mapped[str | None] = lien("action", facultatif=True)
    personne: Mapped[str | None]
    echeance: Mapped[str | None]
    faite_le: Mapped[str | None]
    note: Mapped[str | None]

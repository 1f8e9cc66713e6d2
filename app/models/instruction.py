"""Instruction: services that give an avis, what they answer, the avis commun, each one's tasks."""

from decimal import Decimal
from typing import Any

from app.models.base import Champ, Ligne, champ, lien


class Service(Ligne):
    """A service instructeur. `financeur` None: it funds nothing, its avis is consultative.

    `expertise`: comments on headings, without a mark and without blocking (B-120); `rubriques` are
    those headings.
    """

    __tablename__ = "service"

    nom: Champ[str]
    nom_court: Champ[str]
    financeur: Champ[str | None] = lien("financeur")
    expertise: Champ[bool] = champ(default=False)
    rubriques: Champ[list[str]] = champ(default=list)
    courriel: Champ[str | None]
    actif: Champ[bool] = champ(default=True)
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class Referent(Ligne):
    """A person who works for a service: what waits for the service waits for that person."""

    __tablename__ = "referent"

    service: Champ[str] = lien("service")
    nom: Champ[str]
    courriel: Champ[str | None]


class RegleAffectation(Ligne):
    """Actions of that theme, commune and appel (None: any) go to that service."""

    __tablename__ = "regle_affectation"

    service: Champ[str] = lien("service")
    noeud: Champ[str | None] = lien("noeud")
    commune: Champ[str | None] = lien("commune")
    appel: Champ[str | None] = lien("appel")


class AvisInstruction(Ligne):
    """A service asked about an action, and its answer. Dates are ISO; the amount is euros.

    `sens` is a SensInstruction, None while it has not answered; `absent`: marked so at the comité
    partenarial. `comme` is the avis it repeats (« même avis que l'État »). `depot`: the version read.
    """

    __tablename__ = "avis_instruction"

    action: Champ[str] = lien("action")
    service: Champ[str] = lien("service")
    demande_le: Champ[str | None]
    echeance: Champ[str | None]
    pris_en_charge_le: Champ[str | None]
    pris_en_charge_par: Champ[str | None]
    recevable: Champ[bool | None]
    sens: Champ[str | None]
    vers: Champ[str | None]
    motif: Champ[str | None]
    reserve: Champ[str | None]
    montant: Champ[Decimal | None]
    commentaires: Champ[dict[str, Any]] = champ(default=dict)
    rendu_le: Champ[str | None]
    rendu_par: Champ[str | None]
    absent: Champ[bool] = champ(default=False)
    comme: Champ[str | None] = lien("avis_instruction")
    depot: Champ[str | None] = lien("depot")
    relances: Champ[int] = champ(default=0)
    relance_le: Champ[str | None]


class AvisCommun(Ligne):
    """The avis technique commun of a comité partenarial on a dossier (A-76); euros."""

    __tablename__ = "avis_commun"

    action: Champ[str] = lien("action")
    reunion: Champ[str | None] = lien("reunion")
    sens: Champ[str]
    vers: Champ[str | None]
    motif: Champ[str | None]
    montant: Champ[Decimal | None]
    rendu_le: Champ[str]
    rendu_par: Champ[str]


class Tache(Ligne):
    """Something that a person has to do, beside all that the dossiers themselves call for."""

    __tablename__ = "tache"

    titre: Champ[str]
    action: Champ[str | None] = lien("action")
    personne: Champ[str | None]
    echeance: Champ[str | None]
    faite_le: Champ[str | None]
    note: Champ[str | None]

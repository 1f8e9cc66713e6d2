"""What a porteur deposits: note, versions of the dossier, co-carriers, budgets of years, pièces."""

from decimal import Decimal
from typing import Any

from sqlalchemy import LargeBinary, String

from app.models.base import Base, Champ, Ligne, champ, lien

TAILLE_EMPREINTE = 64  # SHA-256 in hexadecimal digits


class NoteIntention(Ligne):
    """The short form of the first deposit, one per action at most (A-69). Amounts in euros.

    `porteur_pressenti`: who might carry an idea that has no porteur yet (A-91). `cpo_figee_le`: the
    moment (ISO, UTC) from which the request for a CPO no longer changes; `cpo_motif`: why it did.
    `tri` is a TriNote; what the triage says stays with its date and author.
    """

    __tablename__ = "note_intention"

    action: Champ[str] = lien("action")
    ambition: Champ[str | None]
    porteur_pressenti: Champ[str | None]
    budget_envisage: Champ[Decimal | None]
    cpo_demandee: Champ[bool | None]
    cpo_annees: Champ[list[str]] = champ(default=list)
    cpo_figee_le: Champ[str | None]
    cpo_motif: Champ[str | None]
    tri: Champ[str | None]
    tri_motif: Champ[str | None]
    tri_vers: Champ[str | None]
    tri_le: Champ[str | None]
    tri_par: Champ[str | None]
    accusee_le: Champ[str | None]
    recue_par: Champ[str | None]
    note: Champ[str | None]


class Depot(Ligne):
    """One deposit as it came, never changed: what later versions are compared with.

    `nature` is a NatureDepot, `numero` counts the versions of the action, `moment` is ISO, UTC.
    `contenu` holds the fields, budget, cofinancements and places of that moment (amounts in cents).
    """

    __tablename__ = "depot"

    action: Champ[str] = lien("action")
    nature: Champ[str]
    numero: Champ[int]
    moment: Champ[str]
    auteur: Champ[str]
    contenu: Champ[dict[str, Any]] = champ(default=dict)
    note: Champ[str | None]


class PorteurAssocie(Ligne):
    """A co-carrier of the action, with its share of the cost: % or euros."""

    __tablename__ = "porteur_associe"

    action: Champ[str] = lien("action")
    organisme: Champ[str] = lien("organisme")
    role: Champ[str | None]
    part: Champ[Decimal | None]
    montant: Champ[Decimal | None]
    rang: Champ[int] = champ(default=0)


class AnneeDemandee(Ligne):
    """What the dossier of a CPO says of one of its years: aims, public, indicators."""

    __tablename__ = "annee_demandee"

    action: Champ[str] = lien("action")
    annee: Champ[int]
    objectifs: Champ[str | None]
    public: Champ[int | None]
    public_qpv: Champ[int | None]
    indicateurs: Champ[str | None]


class LigneBudgetAnnee(Ligne):
    """A line of the budget of a later year of a CPO; the first year is the budget of the action."""

    __tablename__ = "ligne_budget_annee"

    action: Champ[str] = lien("action")
    annee: Champ[int]
    sens: Champ[str]
    compte: Champ[str]
    libelle: Champ[str | None]
    montant: Champ[Decimal | None]
    rang: Champ[int] = champ(default=0)


class Piece(Ligne):
    """A document of the dossier, expected or received. `empreinte` names its bytes in `contenu`.

    `taille` is in bytes; `recue_le` an ISO date. A pièce expected and not received has neither.
    """

    __tablename__ = "piece"

    action: Champ[str] = lien("action")
    intitule: Champ[str]
    attendue: Champ[bool] = champ(default=False)
    recue_le: Champ[str | None]
    nom_fichier: Champ[str | None]
    taille: Champ[int | None]
    empreinte: Champ[str | None] = champ(String(TAILLE_EMPREINTE))
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class PieceAttendue(Ligne):
    """A pièce that the dossiers of an appel must hold, at that deposit (a NatureDepot)."""

    __tablename__ = "piece_attendue"

    appel: Champ[str] = lien("appel")
    nature: Champ[str]
    intitule: Champ[str]
    obligatoire: Champ[bool] = champ(default=True)
    precision: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class Contenu(Base):
    """The bytes of a pièce, once whatever the number of those that hold them, named by SHA-256.

    Outside the journal, which would keep them twice: the pièce that names them is in it, and bytes
    that no longer give their name are found by `verifier`.
    """

    __tablename__ = "contenu"

    empreinte: Champ[str] = champ(String(TAILLE_EMPREINTE), primary_key=True)
    octets: Champ[bytes] = champ(LargeBinary)

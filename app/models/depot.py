"""What a porteur deposits: note, versions of the dossier, co-carriers, budgets of years, pièces."""

from decimal import Decimal
from typing import Any

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Ligne, lien

TAILLE_EMPREINTE = 64  # SHA-256 in hexadecimal digits


class NoteIntention(Ligne):
    """The short form of the first deposit, one per action at most (A-69). Amounts in euros.

    `porteur_pressenti`: who might carry an idea that has no porteur yet (A-91). `cpo_figee_le`: the
    moment (ISO, UTC) from which the request for a CPO no longer changes; `cpo_motif`: why it did.
    `tri` is a TriNote; what the triage says stays with its date and author.
    """

    __tablename__ = "note_intention"

    action: Mapped[str] = lien("action")
    ambition: Mapped[str | None]
    porteur_pressenti: Mapped[str | None]
    budget_envisage: Mapped[Decimal | None]
    cpo_demandee: Mapped[bool | None]
    cpo_annees: Mapped[list[str]] = mapped_column(default=list)
    cpo_figee_le: Mapped[str | None]
    cpo_motif: Mapped[str | None]
    tri: Mapped[str | None]
    tri_motif: Mapped[str | None]
    tri_vers: Mapped[str | None]
    tri_le: Mapped[str | None]
    tri_par: Mapped[str | None]
    accusee_le: Mapped[str | None]
    recue_par: Mapped[str | None]
    note: Mapped[str | None]


class Depot(Ligne):
    """One deposit as it came, never changed: what later versions are compared with.

    `nature` is a NatureDepot, `numero` counts the versions of the action, `moment` is ISO, UTC.
    `contenu` holds the fields, budget, cofinancements and places of that moment (amounts in cents).
    """

    __tablename__ = "depot"

    action: Mapped[str] = lien("action")
    nature: Mapped[str]
    numero: Mapped[int]
    moment: Mapped[str]
    auteur: Mapped[str]
    contenu: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str | None]


class PorteurAssocie(Ligne):
    """A co-carrier of the action, with its share of the cost: % or euros."""

    __tablename__ = "porteur_associe"

    action: Mapped[str] = lien("action")
    organisme: Mapped[str] = lien("organisme")
    role: Mapped[str | None]
    part: Mapped[Decimal | None]
    montant: Mapped[Decimal | None]
    rang: Mapped[int] = mapped_column(default=0)


class AnneeDemandee(Ligne):
    """What the dossier of a CPO says of one of its years: aims, public, indicators."""

    __tablename__ = "annee_demandee"

    action: Mapped[str] = lien("action")
    annee: Mapped[int]
    objectifs: Mapped[str | None]
    public: Mapped[int | None]
    public_qpv: Mapped[int | None]
    indicateurs: Mapped[str | None]


class LigneBudgetAnnee(Ligne):
    """A line of the budget of a later year of a CPO; the first year is the budget of the action."""

    __tablename__ = "ligne_budget_annee"

    action: Mapped[str] = lien("action")
    annee: Mapped[int]
    sens: Mapped[str]
    compte: Mapped[str]
    libelle: Mapped[str | None]
    montant: Mapped[Decimal | None]
    rang: Mapped[int] = mapped_column(default=0)


class Piece(Ligne):
    """A document of the dossier, expected or received. `empreinte` names its bytes in `contenu`.

    `taille` is in bytes; `recue_le` an ISO date. A pièce expected and not received has neither.
    """

    __tablename__ = "piece"

    action: Mapped[str] = lien("action")
    intitule: Mapped[str]
    attendue: Mapped[bool] = mapped_column(default=False)
    recue_le: Mapped[str | None]
    nom_fichier: Mapped[str | None]
    taille: Mapped[int | None]
    empreinte: Mapped[str | None] = mapped_column(String(TAILLE_EMPREINTE))
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class PieceAttendue(Ligne):
    """A pièce that the dossiers of an appel must hold, at that deposit (a NatureDepot)."""

    __tablename__ = "piece_attendue"

    appel: Mapped[str] = lien("appel")
    nature: Mapped[str]
    intitule: Mapped[str]
    obligatoire: Mapped[bool] = mapped_column(default=True)
    precision: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class Contenu(Base):
    """The bytes of a pièce, once whatever the number of those that hold them, named by SHA-256.

    Outside the journal, which would keep them twice: the pièce that names them is in it, and bytes
    that no longer give their name are found by `verifier`.
    """

    __tablename__ = "contenu"

    empreinte: Mapped[str] = mapped_column(String(TAILLE_EMPREINTE), primary_key=True)
    octets: Mapped[bytes] = mapped_column(LargeBinary)

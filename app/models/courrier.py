"""The letters to porteurs, and who signs them."""

from decimal import Decimal

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import TAILLE_CLE, Ligne, lien
from app.models.depot import TAILLE_EMPREINTE


class Courrier(Ligne):
    """A letter about one action: prepared, produced, then sent. `nature` is a NatureCourrier.

    `texte` None: the words of the template, else those typed for this letter alone. `decision` is what
    it announces, without a foreign key: a decision may be undone, the letter that went out stays.
    `date` is printed on it; `produit_le` (ISO, UTC) None: only prepared. `empreinte`: SHA-256 of the
    document produced. `montant`: euros announced. `envoye_le` is an ISO date.
    """

    __tablename__ = "courrier"

    action: Mapped[str] = lien("action")
    organisme: Mapped[str | None] = lien("organisme", facultatif=True)
    decision: Mapped[str | None] = mapped_column(String(TAILLE_CLE))
    nature: Mapped[str]
    date: Mapped[str | None]
    objet: Mapped[str | None]
    texte: Mapped[str | None]
    complement: Mapped[str | None]
    signataire: Mapped[str | None]
    qualite: Mapped[str | None]
    montant: Mapped[Decimal | None]
    modele: Mapped[str | None]
    fichier: Mapped[str | None]
    empreinte: Mapped[str | None] = mapped_column(String(TAILLE_EMPREINTE))
    produit_le: Mapped[str | None]
    produit_par: Mapped[str | None]
    envoye_le: Mapped[str | None]
    mode: Mapped[str | None]
    reference: Mapped[str | None]
    note: Mapped[str | None]


class SignataireCourrier(Ligne):
    """Who signs, from a day to another: the one valid on the date of the letter is printed.

    `natures`: those of NatureCourrier that they sign, empty for all.
    """

    __tablename__ = "signataire_courrier"

    nom: Mapped[str]
    qualite: Mapped[str | None]
    mention: Mapped[str | None]
    natures: Mapped[list[str]] = mapped_column(default=list)
    debut: Mapped[str | None]
    fin: Mapped[str | None]
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)

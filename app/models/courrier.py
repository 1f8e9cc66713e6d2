"""The letters to porteurs, and who signs them."""

from decimal import Decimal

from sqlalchemy import String

from app.models.base import TAILLE_CLE, Champ, Ligne, champ, lien
from app.models.depot import TAILLE_EMPREINTE


class Courrier(Ligne):
    """A letter about one action: prepared, produced, then sent. `nature` is a NatureCourrier.

    `texte` None: the words of the template, else those typed for this letter alone. `decision` is what
    it announces, without a foreign key: a decision may be undone, the letter that went out stays.
    `date` is printed on it; `produit_le` (ISO, UTC) None: only prepared. `empreinte`: SHA-256 of the
    document produced. `montant`: euros announced. `envoye_le` is an ISO date.
    """

    __tablename__ = "courrier"

    action: Champ[str] = lien("action")
    organisme: Champ[str | None] = lien("organisme")
    decision: Champ[str | None] = champ(String(TAILLE_CLE))
    nature: Champ[str]
    date: Champ[str | None]
    objet: Champ[str | None]
    texte: Champ[str | None]
    complement: Champ[str | None]
    signataire: Champ[str | None]
    qualite: Champ[str | None]
    montant: Champ[Decimal | None]
    modele: Champ[str | None]
    fichier: Champ[str | None]
    empreinte: Champ[str | None] = champ(String(TAILLE_EMPREINTE))
    produit_le: Champ[str | None]
    produit_par: Champ[str | None]
    envoye_le: Champ[str | None]
    mode: Champ[str | None]
    reference: Champ[str | None]
    note: Champ[str | None]


class SignataireCourrier(Ligne):
    """Who signs, from a day to another: the one valid on the date of the letter is printed.

    `natures`: those of NatureCourrier that they sign, empty for all.
    """

    __tablename__ = "signataire_courrier"

    nom: Champ[str]
    qualite: Champ[str | None]
    mention: Champ[str | None]
    natures: Champ[list[str]] = champ(default=list)
    debut: Champ[str | None]
    fin: Champ[str | None]
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)

"""Who asks and who gives: organismes (porteurs), financeurs and their lines of credit."""

from decimal import Decimal

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Ligne, lien
from app.models.contrat import Source


class Organisme(Ligne):
    """A body that carries actions. `fusionne_dans`: the organisme that replaced it after a merge."""

    __tablename__ = "organisme"
    __table_args__ = (Index(None, "siret"),)

    nom: Mapped[str]
    sigle: Mapped[str | None]
    nature: Mapped[str]
    siret: Mapped[str | None]
    rna: Mapped[str | None]
    adresse: Mapped[str | None]
    code_postal: Mapped[str | None]
    ville: Mapped[str | None]
    courriel: Mapped[str | None]
    telephone: Mapped[str | None]
    variantes: Mapped[list[str]] = mapped_column(default=list)
    effectif: Mapped[Decimal | None]
    budget: Mapped[Decimal | None]
    fusionne_dans: Mapped[str | None] = lien("organisme", facultatif=True)
    note: Mapped[str | None]


class Financeur(Ligne, Source):
    """A funder of the programme. `nom_court` heads its columns; `rang` is its place at the table."""

    __tablename__ = "financeur"

    identifiant: Mapped[str]
    nom: Mapped[str]
    nom_court: Mapped[str]
    nature: Mapped[str]
    organisme: Mapped[str | None] = lien("organisme", facultatif=True)
    constitue_enveloppe: Mapped[bool | None]
    cpo: Mapped[bool | None]
    echelles: Mapped[list[str]] = mapped_column(default=list)
    themes: Mapped[list[str]] = mapped_column(default=list)
    actif: Mapped[bool] = mapped_column(default=True)
    variantes: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class LigneCredit(Ligne, Source):
    """A line of credit of a financeur: specific or droit commun, and its dispositif."""

    __tablename__ = "ligne_credit"

    financeur: Mapped[str] = lien("financeur")
    identifiant: Mapped[str]
    nom: Mapped[str]
    nature_credit: Mapped[str]
    dispositif: Mapped[str | None]
    nature_depense: Mapped[str | None]
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)

"""Who asks and who gives: organismes (porteurs), financeurs and their lines of credit."""

from decimal import Decimal

from sqlalchemy import Index

from app.models.base import Champ, Ligne, champ, lien
from app.models.contrat import Source


class Organisme(Ligne):
    """A body that carries actions. `fusionne_dans`: the organisme that replaced it after a merge."""

    __tablename__ = "organisme"
    __table_args__ = (Index(None, "siret"),)

    nom: Champ[str]
    sigle: Champ[str | None]
    nature: Champ[str]
    siret: Champ[str | None]
    rna: Champ[str | None]
    adresse: Champ[str | None]
    code_postal: Champ[str | None]
    ville: Champ[str | None]
    courriel: Champ[str | None]
    telephone: Champ[str | None]
    variantes: Champ[list[str]] = champ(default=list)
    effectif: Champ[Decimal | None]
    budget: Champ[Decimal | None]
    fusionne_dans: Champ[str | None] = lien("organisme")
    note: Champ[str | None]


class Financeur(Ligne, Source):
    """A funder of the programme. `nom_court` heads its columns; `rang` is its place at the table."""

    __tablename__ = "financeur"

    identifiant: Champ[str]
    nom: Champ[str]
    nom_court: Champ[str]
    nature: Champ[str]
    organisme: Champ[str | None] = lien("organisme")
    constitue_enveloppe: Champ[bool | None]
    cpo: Champ[bool | None]
    echelles: Champ[list[str]] = champ(default=list)
    themes: Champ[list[str]] = champ(default=list)
    actif: Champ[bool] = champ(default=True)
    variantes: Champ[list[str]] = champ(default=list)
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class LigneCredit(Ligne, Source):
    """A line of credit of a financeur: specific or droit commun, and its dispositif."""

    __tablename__ = "ligne_credit"

    financeur: Champ[str] = lien("financeur")
    identifiant: Champ[str]
    nom: Champ[str]
    nature_credit: Champ[str]
    dispositif: Champ[str | None]
    nature_depense: Champ[str | None]
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)

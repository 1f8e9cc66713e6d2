"""The contrat de ville as data: what its text prints, edited afterwards like any other row.

A column left NULL means « non précisé par le contrat ». `source_document` and `source_ligne` say
where a fact was read; they are NULL for what the team typed itself.
"""

from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Ligne, lien


class Source:
    """Where a fact is printed: the source document and its line."""

    source_document: Mapped[str | None]
    source_ligne: Mapped[int | None]


class Contrat(Ligne, Source):
    """The contract of the file (one row)."""

    __tablename__ = "contrat"

    identifiant: Mapped[str]
    nom: Mapped[str]
    nom_court: Mapped[str | None]
    parent_identifiant: Mapped[str | None]
    parent_nom: Mapped[str | None]
    epci: Mapped[str | None]
    departement: Mapped[str | None]
    region: Mapped[str | None]
    annee_debut: Mapped[int | None]
    annee_fin: Mapped[int | None]
    annee_mi_parcours: Mapped[int | None]
    date_signature: Mapped[str | None]
    base_legale: Mapped[str | None]
    modalite: Mapped[str | None]
    population_qpv: Mapped[int | None]
    version_referentiel: Mapped[str | None]
    note: Mapped[str | None]


class Commune(Ligne, Source):
    """A commune named by the contract, signatory or not."""

    __tablename__ = "commune"

    nom: Mapped[str]
    code_insee: Mapped[str | None]
    signataire: Mapped[bool | None]
    membre_epci: Mapped[bool | None]
    variantes: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class Quartier(Ligne, Source):
    """A quartier, QPV or not; `code` exactly as printed, `codes_alias` the other spellings met."""

    __tablename__ = "quartier"

    code: Mapped[str | None]
    nom: Mapped[str]
    nature: Mapped[str]
    population: Mapped[int | None]
    population_annee: Mapped[int | None]
    population_source: Mapped[str | None]
    variantes: Mapped[list[str]] = mapped_column(default=list)
    codes_alias: Mapped[list[str]] = mapped_column(default=list)
    statut_reconnaissance: Mapped[str | None]
    eligible_bop147: Mapped[bool | None]
    nouveau_2024: Mapped[bool | None]
    predecesseurs: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class QuartierCommune(Ligne):
    """A quartier may straddle several communes. `part`: share of its inhabitants, in %."""

    __tablename__ = "quartier_commune"

    quartier: Mapped[str] = lien("quartier")
    commune: Mapped[str] = lien("commune")
    principale: Mapped[bool] = mapped_column(default=False)
    part: Mapped[Decimal | None]


class Nomenclature(Ligne, Source):
    """One classification of the actions; a contract may have several. `niveaux`: names by depth."""

    __tablename__ = "nomenclature"

    identifiant: Mapped[str]
    nom: Mapped[str]
    role: Mapped[str]
    niveaux: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class Noeud(Ligne, Source):
    """A node of a nomenclature. Depth is irregular: an action may hang on any node."""

    __tablename__ = "noeud"

    nomenclature: Mapped[str] = lien("nomenclature")
    parent: Mapped[str | None] = lien("noeud", facultatif=True)
    identifiant: Mapped[str]
    code: Mapped[str | None]
    libelle: Mapped[str]
    libelle_court: Mapped[str | None]
    niveau: Mapped[int]
    categorie: Mapped[str | None]
    prioritaire: Mapped[bool] = mapped_column(default=False)
    transversal: Mapped[bool] = mapped_column(default=False)
    financement_epci: Mapped[bool | None]
    en_synthese: Mapped[bool] = mapped_column(default=True)
    actif: Mapped[bool] = mapped_column(default=True)
    variantes: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class Ressource(Ligne, Source):
    """Help to build an action on a node: who to approach, ideas, schemes (never a programme)."""

    __tablename__ = "ressource"

    noeud: Mapped[str] = lien("noeud")
    rubrique: Mapped[str]
    libelle: Mapped[str]
    rang: Mapped[int] = mapped_column(default=0)


class PrioriteQuartier(Ligne, Source):
    """An objective that a commune puts first in a quartier, with its own operational wording."""

    __tablename__ = "priorite_quartier"

    quartier: Mapped[str] = lien("quartier")
    noeud: Mapped[str | None] = lien("noeud", facultatif=True)
    libelle: Mapped[str]
    rang: Mapped[int] = mapped_column(default=0)


class Echelle(Ligne, Source):
    """A scale of action and the kinds of financeur that the contract mobilises on it."""

    __tablename__ = "echelle"

    identifiant: Mapped[str]
    nom: Mapped[str]
    definition: Mapped[str | None]
    financeurs: Mapped[list[str]] = mapped_column(default=list)
    epci_peut_financer: Mapped[bool | None]
    commune_peut_financer: Mapped[bool | None]
    deduit: Mapped[bool] = mapped_column(default=False)
    rang: Mapped[int] = mapped_column(default=0)


class Instance(Ligne, Source):
    """A governance body with its frequency and the stage of the cycle where it sits."""

    __tablename__ = "instance"

    identifiant: Mapped[str]
    nom: Mapped[str]
    niveau: Mapped[str | None]
    nature: Mapped[str | None]
    presidence: Mapped[str | None]
    roles: Mapped[list[str]] = mapped_column(default=list)
    composition: Mapped[list[str]] = mapped_column(default=list)
    par: Mapped[str | None]
    minimum_par_an: Mapped[int | None]
    maximum_par_an: Mapped[int | None]
    intervalle_semaines: Mapped[int | None]
    frequence: Mapped[str | None]
    etapes: Mapped[list[str]] = mapped_column(default=list)
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class Etape(Ligne, Source):
    """A step of the yearly cycle. `date` only where the contract prints one.

    `nature` is a NatureEtape: what the step is, whatever the contract calls it.
    """

    __tablename__ = "etape"

    identifiant: Mapped[str]
    nom: Mapped[str]
    nature: Mapped[str | None]
    acteur: Mapped[str | None]
    description: Mapped[str | None]
    moment: Mapped[str | None]
    date: Mapped[str | None]
    echelle: Mapped[str | None]
    parallele: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    ordre_deduit: Mapped[bool] = mapped_column(default=False)
    rang: Mapped[int] = mapped_column(default=0)


class Regle(Ligne, Source):
    """A rule as data: value, level, source. No value or no level: the check stays off."""

    __tablename__ = "regle"

    identifiant: Mapped[str]
    theme: Mapped[str]
    nature: Mapped[str | None]
    niveau: Mapped[str | None]
    portee: Mapped[str | None]
    enonce: Mapped[str]
    parametres: Mapped[dict[str, Any]] = mapped_column(default=dict)
    financeur: Mapped[str | None]
    origine: Mapped[str]
    contredit: Mapped[list[str]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class VolumeReference(Ligne, Source):
    """A figure that the contract prints about its own programme (actions a year, share of new ones)."""

    __tablename__ = "volume_reference"

    identifiant: Mapped[str]
    libelle: Mapped[str]
    valeur: Mapped[Decimal | None]
    unite: Mapped[str | None]
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class Engagement(Ligne, Source):
    """A commitment of droit commun, or a contribution of a partner, as the contract lists them."""

    __tablename__ = "engagement"

    partenaire: Mapped[str | None]
    objectif: Mapped[str | None]
    libelle: Mapped[str]
    echeance: Mapped[str | None]
    operateur: Mapped[str | None]
    chef_de_projet: Mapped[str | None]
    cible: Mapped[Decimal | None]
    cible_unite: Mapped[str | None]
    depart: Mapped[Decimal | None]
    nature: Mapped[str]
    statut: Mapped[str | None]
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class Signataire(Ligne, Source):
    """An institution that signs. Persons are not kept: names age fast (A-227)."""

    __tablename__ = "signataire"

    nom: Mapped[str]
    nature: Mapped[str | None]
    categorie: Mapped[str | None]
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class Indicateur(Ligne, Source):
    """A printed figure of the diagnosis, with its year and perimeter."""

    __tablename__ = "indicateur"

    libelle: Mapped[str]
    categorie: Mapped[str | None]
    quartier: Mapped[str | None] = lien("quartier", facultatif=True)
    perimetre: Mapped[str | None]
    valeur: Mapped[Decimal | None]
    valeur_texte: Mapped[str | None]
    unite: Mapped[str | None]
    annee: Mapped[int | None]
    comparaisons: Mapped[dict[str, Any]] = mapped_column(default=dict)
    ancien_perimetre: Mapped[bool | None]
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class Dispositif(Ligne, Source):
    """A connected scheme named by the contract (REP, cité éducative, PRE…)."""

    __tablename__ = "dispositif"

    code: Mapped[str | None]
    libelle: Mapped[str]
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class Remarque(Ligne, Source):
    """An inconsistency or a silence of the printed text, shown beside the settings."""

    __tablename__ = "remarque"

    nature: Mapped[str]
    sujet: Mapped[str | None]
    texte: Mapped[str]
    rang: Mapped[int] = mapped_column(default=0)

"""The contrat de ville as data: what its text prints, edited afterwards like any other row.

A column left NULL means « non précisé par le contrat ». `source_document` and `source_ligne` say
where a fact was read; they are NULL for what the team typed itself.
"""

from decimal import Decimal
from typing import Any

from app.models.base import Champ, Ligne, champ, lien


class Source:
    """Where a fact is printed: the source document and its line."""

    source_document: Champ[str | None]
    source_ligne: Champ[int | None]


class Contrat(Ligne, Source):
    """The contract of the file (one row)."""

    __tablename__ = "contrat"

    identifiant: Champ[str]
    nom: Champ[str]
    nom_court: Champ[str | None]
    parent_identifiant: Champ[str | None]
    parent_nom: Champ[str | None]
    epci: Champ[str | None]
    departement: Champ[str | None]
    region: Champ[str | None]
    annee_debut: Champ[int | None]
    annee_fin: Champ[int | None]
    annee_mi_parcours: Champ[int | None]
    date_signature: Champ[str | None]
    base_legale: Champ[str | None]
    modalite: Champ[str | None]
    population_qpv: Champ[int | None]
    version_referentiel: Champ[str | None]
    note: Champ[str | None]


class Commune(Ligne, Source):
    """A commune named by the contract, signatory or not."""

    __tablename__ = "commune"

    nom: Champ[str]
    code_insee: Champ[str | None]
    signataire: Champ[bool | None]
    membre_epci: Champ[bool | None]
    variantes: Champ[list[str]] = champ(default=list)
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class Quartier(Ligne, Source):
    """A quartier, QPV or not; `code` exactly as printed, `codes_alias` the other spellings met."""

    __tablename__ = "quartier"

    code: Champ[str | None]
    nom: Champ[str]
    nature: Champ[str]
    population: Champ[int | None]
    population_annee: Champ[int | None]
    population_source: Champ[str | None]
    variantes: Champ[list[str]] = champ(default=list)
    codes_alias: Champ[list[str]] = champ(default=list)
    statut_reconnaissance: Champ[str | None]
    eligible_bop147: Champ[bool | None]
    nouveau_2024: Champ[bool | None]
    predecesseurs: Champ[list[str]] = champ(default=list)
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class QuartierCommune(Ligne):
    """A quartier may straddle several communes. `part`: share of its inhabitants, in %."""

    __tablename__ = "quartier_commune"

    quartier: Champ[str] = lien("quartier")
    commune: Champ[str] = lien("commune")
    principale: Champ[bool] = champ(default=False)
    part: Champ[Decimal | None]


class Nomenclature(Ligne, Source):
    """One classification of the actions; a contract may have several. `niveaux`: names by depth."""

    __tablename__ = "nomenclature"

    identifiant: Champ[str]
    nom: Champ[str]
    role: Champ[str]
    niveaux: Champ[list[str]] = champ(default=list)
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class Noeud(Ligne, Source):
    """A node of a nomenclature. Depth is irregular: an action may hang on any node."""

    __tablename__ = "noeud"

    nomenclature: Champ[str] = lien("nomenclature")
    parent: Champ[str | None] = lien("noeud")
    identifiant: Champ[str]
    code: Champ[str | None]
    libelle: Champ[str]
    libelle_court: Champ[str | None]
    niveau: Champ[int]
    categorie: Champ[str | None]
    prioritaire: Champ[bool] = champ(default=False)
    transversal: Champ[bool] = champ(default=False)
    financement_epci: Champ[bool | None]
    en_synthese: Champ[bool] = champ(default=True)
    actif: Champ[bool] = champ(default=True)
    variantes: Champ[list[str]] = champ(default=list)
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class Ressource(Ligne, Source):
    """Help to build an action on a node: who to approach, ideas, schemes (never a programme)."""

    __tablename__ = "ressource"

    noeud: Champ[str] = lien("noeud")
    rubrique: Champ[str]
    libelle: Champ[str]
    rang: Champ[int] = champ(default=0)


class PrioriteQuartier(Ligne, Source):
    """An objective that a commune puts first in a quartier, with its own operational wording."""

    __tablename__ = "priorite_quartier"

    quartier: Champ[str] = lien("quartier")
    noeud: Champ[str | None] = lien("noeud")
    libelle: Champ[str]
    rang: Champ[int] = champ(default=0)


class Echelle(Ligne, Source):
    """A scale of action and the kinds of financeur that the contract mobilises on it."""

    __tablename__ = "echelle"

    identifiant: Champ[str]
    nom: Champ[str]
    definition: Champ[str | None]
    financeurs: Champ[list[str]] = champ(default=list)
    epci_peut_financer: Champ[bool | None]
    commune_peut_financer: Champ[bool | None]
    deduit: Champ[bool] = champ(default=False)
    rang: Champ[int] = champ(default=0)


class Instance(Ligne, Source):
    """A governance body with its frequency and the stage of the cycle where it sits."""

    __tablename__ = "instance"

    identifiant: Champ[str]
    nom: Champ[str]
    niveau: Champ[str | None]
    nature: Champ[str | None]
    presidence: Champ[str | None]
    roles: Champ[list[str]] = champ(default=list)
    composition: Champ[list[str]] = champ(default=list)
    par: Champ[str | None]
    minimum_par_an: Champ[int | None]
    maximum_par_an: Champ[int | None]
    intervalle_semaines: Champ[int | None]
    frequence: Champ[str | None]
    etapes: Champ[list[str]] = champ(default=list)
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class Etape(Ligne, Source):
    """A step of the yearly cycle. `date` only where the contract prints one.

    `nature` is a NatureEtape: what the step is, whatever the contract calls it.
    """

    __tablename__ = "etape"

    identifiant: Champ[str]
    nom: Champ[str]
    nature: Champ[str | None]
    acteur: Champ[str | None]
    description: Champ[str | None]
    moment: Champ[str | None]
    date: Champ[str | None]
    echelle: Champ[str | None]
    parallele: Champ[bool] = champ(default=False)
    active: Champ[bool] = champ(default=True)
    ordre_deduit: Champ[bool] = champ(default=False)
    rang: Champ[int] = champ(default=0)


class Regle(Ligne, Source):
    """A rule as data: value, level, source. No value or no level: the check stays off."""

    __tablename__ = "regle"

    identifiant: Champ[str]
    theme: Champ[str]
    nature: Champ[str | None]
    niveau: Champ[str | None]
    portee: Champ[str | None]
    enonce: Champ[str]
    parametres: Champ[dict[str, Any]] = champ(default=dict)
    financeur: Champ[str | None]
    origine: Champ[str]
    contredit: Champ[list[str]] = champ(default=list)
    active: Champ[bool] = champ(default=True)
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class VolumeReference(Ligne, Source):
    """A figure that the contract prints about its own programme (actions a year, share of new ones)."""

    __tablename__ = "volume_reference"

    identifiant: Champ[str]
    libelle: Champ[str]
    valeur: Champ[Decimal | None]
    unite: Champ[str | None]
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class Engagement(Ligne, Source):
    """A commitment of droit commun, or a contribution of a partner, as the contract lists them."""

    __tablename__ = "engagement"

    partenaire: Champ[str | None]
    objectif: Champ[str | None]
    libelle: Champ[str]
    echeance: Champ[str | None]
    operateur: Champ[str | None]
    chef_de_projet: Champ[str | None]
    cible: Champ[Decimal | None]
    cible_unite: Champ[str | None]
    depart: Champ[Decimal | None]
    nature: Champ[str]
    statut: Champ[str | None]
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class Signataire(Ligne, Source):
    """An institution that signs. Persons are not kept: names age fast (A-227)."""

    __tablename__ = "signataire"

    nom: Champ[str]
    nature: Champ[str | None]
    categorie: Champ[str | None]
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class Indicateur(Ligne, Source):
    """A printed figure of the diagnosis, with its year and perimeter."""

    __tablename__ = "indicateur"

    libelle: Champ[str]
    categorie: Champ[str | None]
    quartier: Champ[str | None] = lien("quartier")
    perimetre: Champ[str | None]
    valeur: Champ[Decimal | None]
    valeur_texte: Champ[str | None]
    unite: Champ[str | None]
    annee: Champ[int | None]
    comparaisons: Champ[dict[str, Any]] = champ(default=dict)
    ancien_perimetre: Champ[bool | None]
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class Dispositif(Ligne, Source):
    """A connected scheme named by the contract (REP, cité éducative, PRE…)."""

    __tablename__ = "dispositif"

    code: Champ[str | None]
    libelle: Champ[str]
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class Remarque(Ligne, Source):
    """An inconsistency or a silence of the printed text, shown beside the settings."""

    __tablename__ = "remarque"

    nature: Champ[str]
    sujet: Champ[str | None]
    texte: Champ[str]
    rang: Champ[int] = champ(default=0)

"""The schema of a référentiel: one contract as data.

A référentiel is one JSON file of `resources/contrats/`, in the schema below (`version` 1), whose keys
are the columns of `app/models/contrat.py` and `organisme.py`. What the contract does not print is
null, never a guess. Three things are not printed by a contract, and say so:

- `niveau` of a rule is a suggestion of the analysis, for the team to change;
- `ordre_deduit` of a step and `deduit` of a scale are True when the text leaves them to be inferred;
- `ligne` is a line of the text of the document named by `document`, or of the contract that carries
  it in annex (the circulars of the Nord are read in the annexes of Hazebrouck's contract).

`origine` of a rule says which layer it comes from: the contract, its contrat-cadre, or the
département. Several layers may share an `identifiant`: the first that has a value, in that order, is
in force. A convention communale names its contrat-cadre in `herite_de`; `charger` resolves it.
Persons are not named: names age fast.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.models.enums import (
    NatureCredit,
    NatureEtape,
    NatureOrganisme,
    NatureQuartier,
    RoleNomenclature,
)

VERSION: Final = 1


class Partie(BaseModel):
    """Any object of a référentiel: an unknown key is refused, nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_enum_values=True)


class Fait(Partie):
    """Something that a document prints: `document` is a key of `Referentiel.documents`."""

    document: str | None = None
    ligne: int | None = Field(default=None, ge=1)


class Document(Partie):
    """A source, with the number of lines of its text."""

    cle: str
    titre: str
    lignes: int = Field(ge=1)


class Contrat(Fait):
    """The contract itself; years and dates only as printed."""

    nom: str
    nom_court: str | None = None
    parent_identifiant: str | None = None
    parent_nom: str | None = None
    epci: str | None = None
    departement: str | None = None
    region: str | None = None
    annee_debut: int | None = None
    annee_fin: int | None = None
    annee_mi_parcours: int | None = None
    date_signature: str | None = None
    base_legale: str | None = None
    modalite: str | None = None
    population_qpv: int | None = None
    note: str | None = None


class Commune(Fait):
    nom: str
    code_insee: str | None = None
    signataire: bool | None = None
    membre_epci: bool | None = None
    variantes: list[str] = []
    note: str | None = None


class CommuneDuQuartier(Partie):
    """`part`: share of the inhabitants of the quartier, in %."""

    nom: str
    principale: bool = False
    part: Decimal | None = None


class Quartier(Fait):
    """`identifiant` is only for references inside the référentiel; `code` is exactly as printed."""

    identifiant: str
    code: str | None = None
    nom: str
    nature: NatureQuartier
    communes: list[CommuneDuQuartier] = []
    population: int | None = None
    population_annee: int | None = None
    population_source: str | None = None
    variantes: list[str] = []
    codes_alias: list[str] = []
    statut_reconnaissance: str | None = None
    eligible_bop147: bool | None = None
    nouveau_2024: bool | None = None
    predecesseurs: list[str] = []
    note: str | None = None


class Ressource(Fait):
    rubrique: str
    libelle: str


class Noeud(Fait):
    """A node and its children, at any depth. `code` is what is printed, possibly twice."""

    identifiant: str
    code: str | None = None
    libelle: str
    libelle_court: str | None = None
    categorie: str | None = None
    prioritaire: bool = False
    transversal: bool = False
    financement_epci: bool | None = None
    en_synthese: bool = True
    actif: bool = True
    variantes: list[str] = []
    note: str | None = None
    ressources: list[Ressource] = []
    noeuds: list["Noeud"] = []


class Nomenclature(Fait):
    identifiant: str
    nom: str
    role: RoleNomenclature
    niveaux: list[str] = []
    note: str | None = None
    noeuds: list[Noeud] = []


class PrioriteQuartier(Fait):
    """`quartier` and `noeud` are identifiants; `noeud` may be one of the contrat-cadre."""

    quartier: str
    noeud: str | None = None
    libelle: str


class Echelle(Fait):
    identifiant: str
    nom: str
    definition: str | None = None
    financeurs: list[str] = []
    epci_peut_financer: bool | None = None
    commune_peut_financer: bool | None = None
    deduit: bool = False


class LigneCredit(Fait):
    identifiant: str
    nom: str
    nature_credit: NatureCredit
    dispositif: str | None = None
    nature_depense: str | None = None
    note: str | None = None


class Financeur(Fait):
    """In the order in which they speak at the table. `echelles`, `themes`: identifiants."""

    identifiant: str
    nom: str
    nom_court: str
    nature: NatureOrganisme
    constitue_enveloppe: bool | None = None
    cpo: bool | None = None
    echelles: list[str] = []
    themes: list[str] = []
    actif: bool = True
    variantes: list[str] = []
    note: str | None = None
    lignes: list[LigneCredit] = []


class Instance(Fait):
    identifiant: str
    nom: str
    niveau: str | None = None
    nature: str | None = None
    presidence: str | None = None
    roles: list[str] = []
    composition: list[str] = []
    par: str | None = None
    minimum_par_an: int | None = None
    maximum_par_an: int | None = None
    intervalle_semaines: int | None = None
    frequence: str | None = None
    etapes: list[str] = []
    note: str | None = None


class Etape(Fait):
    """A step of the cycle; `parallele`: outside the main sequence. `date` ISO, when printed.

    `nature`: a NatureEtape, for the steps of the main sequence.
    """

    identifiant: str
    nom: str
    nature: NatureEtape | None = None
    acteur: str | None = None
    description: str | None = None
    moment: str | None = None
    date: str | None = None
    echelle: str | None = None
    parallele: bool = False
    active: bool = True
    ordre_deduit: bool = False


class Regle(Fait):
    """`parametres` are typed values read by the program; a null one is not printed."""

    identifiant: str
    theme: str
    nature: str | None = None
    niveau: Literal["information", "alerte", "bloquant"] | None = None
    portee: str | None = None
    enonce: str
    parametres: dict[str, Any] = {}
    financeur: str | None = None
    origine: Literal["contrat", "contrat-cadre", "departement"] = "contrat"
    contredit: list[str] = []
    active: bool = True
    note: str | None = None


class VolumeReference(Fait):
    identifiant: str
    libelle: str
    valeur: Decimal | None = None
    unite: str | None = None
    note: str | None = None


class Engagement(Fait):
    partenaire: str | None = None
    objectif: str | None = None
    libelle: str
    echeance: str | None = None
    operateur: str | None = None
    cible: Decimal | None = None
    cible_unite: str | None = None
    depart: Decimal | None = None
    nature: Literal["droit_commun", "sous_objectif", "contribution", "tfpb"]
    statut: str | None = None
    note: str | None = None


class Signataire(Fait):
    nom: str
    nature: NatureOrganisme | None = None
    categorie: str | None = None
    note: str | None = None


class Indicateur(Fait):
    """`comparaisons`: other perimeters or years, by name."""

    libelle: str
    categorie: str | None = None
    quartier: str | None = None
    perimetre: str | None = None
    valeur: Decimal | None = None
    valeur_texte: str | None = None
    unite: str | None = None
    annee: int | None = None
    comparaisons: dict[str, Any] = {}
    ancien_perimetre: bool | None = None
    note: str | None = None


class Dispositif(Fait):
    code: str | None = None
    libelle: str
    note: str | None = None


class Remarque(Fait):
    nature: Literal["anomalie", "silence"]
    sujet: str | None = None
    texte: str


class Referentiel(Partie):
    """One whole contract."""

    version: Literal[1]
    identifiant: str
    herite_de: str | None = None
    documents: list[Document] = []
    contrat: Contrat
    communes: list[Commune] = []
    quartiers: list[Quartier] = []
    nomenclatures: list[Nomenclature] = []
    priorites: list[PrioriteQuartier] = []
    echelles: list[Echelle] = []
    financeurs: list[Financeur] = []
    instances: list[Instance] = []
    etapes: list[Etape] = []
    regles: list[Regle] = []
    volumes: list[VolumeReference] = []
    engagements: list[Engagement] = []
    signataires: list[Signataire] = []
    indicateurs: list[Indicateur] = []
    dispositifs: list[Dispositif] = []
    remarques: list[Remarque] = []

    def noeuds(self) -> Iterator[Noeud]:
        """Every node of every nomenclature."""
        for nomenclature in self.nomenclatures:
            yield from parcourir(nomenclature.noeuds)

    def titre(self, document: str | None) -> str | None:
        """Title of a source, as a person cites it."""
        return next((d.titre for d in self.documents if d.cle == document), None)


def parcourir(noeuds: Sequence[Noeud]) -> Iterator[Noeud]:
    """Nodes in reading order, each before its children."""
    for noeud in noeuds:
        yield noeud
        yield from parcourir(noeud.noeuds)

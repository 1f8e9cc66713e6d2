"""The schema of the first release."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXTE = sa.Text()
ENTIER = sa.Integer()
CENTIEMES = sa.BigInteger()  # euros as cents, percentages as hundredths
OUI_NON = sa.Boolean()
JSON = sa.JSON()
CLE = sa.String(length=32)


def upgrade() -> None:
    _contrat()
    _territoire()
    _nomenclatures()
    _gouvernance()
    _regles()
    _organismes()
    _programme()
    _actions()
    _montants()
    _journal()


def _contrat() -> None:
    """The contract, who signs it, what it says of the territory."""
    _table(
        "contrat",
        *_requises(TEXTE, "identifiant", "nom"),
        *_facultatives(
            TEXTE, "nom_court", "parent_identifiant", "parent_nom", "epci", "departement", "region"
        ),
        *_facultatives(ENTIER, "annee_debut", "annee_fin", "annee_mi_parcours"),
        *_facultatives(TEXTE, "date_signature", "base_legale", "modalite"),
        *_facultatives(ENTIER, "population_qpv"),
        *_facultatives(TEXTE, "version_referentiel", "note"),
        source=True,
    )
    _table(
        "signataire",
        *_requises(TEXTE, "nom"),
        *_facultatives(TEXTE, "nature", "categorie", "note"),
        *_requises(ENTIER, "rang"),
        source=True,
    )
    _table(
        "dispositif",
        *_facultatives(TEXTE, "code"),
        *_requises(TEXTE, "libelle"),
        *_facultatives(TEXTE, "note"),
        *_requises(ENTIER, "rang"),
        source=True,
    )
    _table(
        "remarque",
        *_requises(TEXTE, "nature"),
        *_facultatives(TEXTE, "sujet"),
        *_requises(TEXTE, "texte"),
        *_requises(ENTIER, "rang"),
        source=True,
    )


def _territoire() -> None:
    """Communes and quartiers."""
    _table(
        "commune",
        *_requises(TEXTE, "nom"),
        *_facultatives(TEXTE, "code_insee"),
        *_facultatives(OUI_NON, "signataire", "membre_epci"),
        *_requises(JSON, "variantes"),
        *_facultatives(TEXTE, "note"),
        *_requises(ENTIER, "rang"),
        source=True,
    )
    _table(
        "quartier",
        *_facultatives(TEXTE, "code"),
        *_requises(TEXTE, "nom", "nature"),
        *_facultatives(ENTIER, "population", "population_annee"),
        *_facultatives(TEXTE, "population_source"),
        *_requises(JSON, "variantes", "codes_alias"),
        *_facultatives(TEXTE, "statut_reconnaissance"),
        *_facultatives(OUI_NON, "eligible_bop147", "nouveau_2024"),
        *_requises(JSON, "predecesseurs"),
        *_facultatives(TEXTE, "note"),
        *_requises(ENTIER, "rang"),
        source=True,
    )
    _table(
        "quartier_commune",
        *_requises(CLE, "quartier", "commune"),
        *_requises(OUI_NON, "principale"),
        *_facultatives(CENTIEMES, "part"),
        liens={"quartier": "quartier.cle", "commune": "commune.cle"},
    )
    _table(
        "indicateur",
        *_requises(TEXTE, "libelle"),
        *_facultatives(TEXTE, "categorie"),
        *_facultatives(CLE, "quartier"),
        *_facultatives(TEXTE, "perimetre"),
        *_facultatives(CENTIEMES, "valeur"),
        *_facultatives(TEXTE, "valeur_texte", "unite"),
        *_facultatives(ENTIER, "annee"),
        *_requises(JSON, "comparaisons"),
        *_facultatives(OUI_NON, "ancien_perimetre"),
        *_facultatives(TEXTE, "note"),
        *_requises(ENTIER, "rang"),
        source=True,
        liens={"quartier": "quartier.cle"},
    )


def _nomenclatures() -> None:
    """Classifications, and what hangs on their nodes."""
    _table(
        "nomenclature",
        *_requises(TEXTE, "identifiant", "nom", "role"),
        *_requises(JSON, "niveaux"),
        *_facultatives(TEXTE, "note"),
        *_requises(ENTIER, "rang"),
        source=True,
    )
    _table(
        "noeud",
        *_requises(CLE, "nomenclature"),
        *_facultatives(CLE, "parent"),
        *_requises(TEXTE, "identifiant"),
        *_facultatives(TEXTE, "code"),
        *_requises(TEXTE, "libelle"),
        *_facultatives(TEXTE, "libelle_court"),
        *_requises(ENTIER, "niveau"),
        *_facultatives(TEXTE, "categorie"),
        *_requises(OUI_NON, "prioritaire", "transversal"),
        *_facultatives(OUI_NON, "financement_epci"),
        *_requises(OUI_NON, "en_synthese", "actif"),
        *_requises(JSON, "variantes"),
        *_facultatives(TEXTE, "note"),
        *_requises(ENTIER, "rang"),
        source=True,
        liens={"nomenclature": "nomenclature.cle", "parent": "noeud.cle"},
    )
    _table(
        "ressource",
        *_requises(CLE, "noeud"),
        *_requises(TEXTE, "rubrique", "libelle"),
        *_requises(ENTIER, "rang"),
        source=True,
        liens={"noeud": "noeud.cle"},
    )
    _table(
        "priorite_quartier",
        *_requises(CLE, "quartier"),
        *_facultatives(CLE, "noeud"),
        *_requises(TEXTE, "libelle"),
        *_requises(ENTIER, "rang"),
        source=True,
        liens={"quartier": "quartier.cle", "noeud": "noeud.cle"},
    )


def _gouvernance() -> None:
    """How the contract says that the year goes."""
    _table(
        "echelle",
        *_requises(TEXTE, "identifiant", "nom"),
        *_facultatives(TEXTE, "definition"),
        *_requises(JSON, "financeurs"),
        *_facultatives(OUI_NON, "epci_peut_financer", "commune_peut_financer"),
        *_requises(OUI_NON, "deduit"),
        *_requises(ENTIER, "rang"),
        source=True,
    )
    _table(
        "instance",
        *_requises(TEXTE, "identifiant", "nom"),
        *_facultatives(TEXTE, "niveau", "nature", "presidence"),
        *_requises(JSON, "roles", "composition"),
        *_facultatives(TEXTE, "par"),
        *_facultatives(ENTIER, "minimum_par_an", "maximum_par_an", "intervalle_semaines"),
        *_facultatives(TEXTE, "frequence"),
        *_requises(JSON, "etapes"),
        *_facultatives(TEXTE, "note"),
        *_requises(ENTIER, "rang"),
        source=True,
    )
    _table(
        "etape",
        *_requises(TEXTE, "identifiant", "nom"),
        *_facultatives(TEXTE, "acteur", "description", "moment", "date", "echelle"),
        *_requises(OUI_NON, "parallele", "active", "ordre_deduit"),
        *_requises(ENTIER, "rang"),
        source=True,
    )


def _regles() -> None:
    """What the contract allows, promises and expects."""
    _table(
        "regle",
        *_requises(TEXTE, "identifiant", "theme"),
        *_facultatives(TEXTE, "nature", "niveau", "portee"),
        *_requises(TEXTE, "enonce"),
        *_requises(JSON, "parametres"),
        *_facultatives(TEXTE, "financeur"),
        *_requises(TEXTE, "origine"),
        *_requises(JSON, "contredit"),
        *_requises(OUI_NON, "active"),
        *_facultatives(TEXTE, "note"),
        *_requises(ENTIER, "rang"),
        source=True,
    )
    _table(
        "volume_reference",
        *_requises(TEXTE, "identifiant", "libelle"),
        *_facultatives(CENTIEMES, "valeur"),
        *_facultatives(TEXTE, "unite", "note"),
        *_requises(ENTIER, "rang"),
        source=True,
    )
    _table(
        "engagement",
        *_facultatives(TEXTE, "partenaire", "objectif"),
        *_requises(TEXTE, "libelle"),
        *_facultatives(TEXTE, "echeance", "operateur", "chef_de_projet"),
        *_facultatives(CENTIEMES, "cible"),
        *_facultatives(TEXTE, "cible_unite"),
        *_facultatives(CENTIEMES, "depart"),
        *_requises(TEXTE, "nature"),
        *_facultatives(TEXTE, "statut", "note"),
        *_requises(ENTIER, "rang"),
        source=True,
    )


def _organismes() -> None:
    """Who asks, who gives, and on which lines of credit."""
    _table(
        "organisme",
        *_requises(TEXTE, "nom"),
        *_facultatives(TEXTE, "sigle"),
        *_requises(TEXTE, "nature"),
        *_facultatives(
            TEXTE, "siret", "rna", "adresse", "code_postal", "ville", "courriel", "telephone"
        ),
        *_requises(JSON, "variantes"),
        *_facultatives(CENTIEMES, "effectif", "budget"),
        *_facultatives(CLE, "fusionne_dans"),
        *_facultatives(TEXTE, "note"),
        liens={"fusionne_dans": "organisme.cle"},
        index=[("siret",)],
    )
    _table(
        "financeur",
        *_requises(TEXTE, "identifiant", "nom", "nom_court", "nature"),
        *_facultatives(CLE, "organisme"),
        *_facultatives(OUI_NON, "constitue_enveloppe", "cpo"),
        *_requises(JSON, "echelles", "themes"),
        *_requises(OUI_NON, "actif"),
        *_requises(JSON, "variantes"),
        *_facultatives(TEXTE, "note"),
        *_requises(ENTIER, "rang"),
        source=True,
        liens={"organisme": "organisme.cle"},
    )
    _table(
        "ligne_credit",
        *_requises(CLE, "financeur"),
        *_requises(TEXTE, "identifiant", "nom", "nature_credit"),
        *_facultatives(TEXTE, "dispositif", "nature_depense", "note"),
        *_requises(ENTIER, "rang"),
        source=True,
        liens={"financeur": "financeur.cle"},
    )


def _programme() -> None:
    """Years, calls, envelopes; tables that were imported."""
    _table(
        "exercice",
        *_requises(ENTIER, "annee"),
        *_requises(OUI_NON, "clos"),
        *_facultatives(TEXTE, "note"),
    )
    _table(
        "appel",
        *_requises(CLE, "exercice"),
        *_requises(TEXTE, "nom", "nature"),
        *_facultatives(TEXTE, "date_ouverture", "date_cloture", "note"),
        *_requises(ENTIER, "rang"),
        liens={"exercice": "exercice.cle"},
    )
    _table(
        "enveloppe",
        *_requises(ENTIER, "annee"),
        *_requises(CLE, "financeur"),
        *_facultatives(CLE, "ligne_credit", "commune"),
        *_facultatives(CENTIEMES, "montant"),
        *_requises(OUI_NON, "notifie"),
        *_facultatives(TEXTE, "date_notification"),
        *_facultatives(CENTIEMES, "reserve", "engage"),
        *_facultatives(TEXTE, "note"),
        liens={
            "financeur": "financeur.cle",
            "ligne_credit": "ligne_credit.cle",
            "commune": "commune.cle",
        },
        index=[("annee",)],
    )
    _table(
        "correspondance_import",
        *_requises(TEXTE, "signature", "profil"),
        *_requises(JSON, "colonnes"),
    )


def _actions() -> None:
    """Actions: what, where, in which class."""
    _table(
        "action",
        *_requises(ENTIER, "annee"),
        *_requises(TEXTE, "numero"),
        *_facultatives(TEXTE, "reference"),
        *_facultatives(CLE, "appel", "porteur"),
        *_requises(TEXTE, "titre"),
        *_facultatives(TEXTE, "description", "echelle"),
        *_requises(TEXTE, "nature", "statut"),
        *_facultatives(TEXTE, "recurrence"),
        *_facultatives(CLE, "precedente"),
        *_requises(TEXTE, "lignee"),
        *_facultatives(
            ENTIER,
            "cpo_rang",
            "cpo_duree",
            "public_total",
            "public_qpv",
            "public_femmes",
            "public_hommes",
        ),
        *_requises(JSON, "public_ages"),
        *_facultatives(TEXTE, "hors_qpv_motif"),
        *_facultatives(CENTIEMES, "cout_total"),
        *_facultatives(TEXTE, "date_depot", "date_debut", "date_fin", "avis", "observation"),
        liens={"appel": "appel.cle", "porteur": "organisme.cle", "precedente": "action.cle"},
        index=[("annee",), ("lignee",), ("reference",)],
    )
    _table(
        "action_quartier",
        *_requises(CLE, "action", "quartier"),
        *_facultatives(CENTIEMES, "part"),
        liens={"action": "action.cle", "quartier": "quartier.cle"},
    )
    _table(
        "action_commune",
        *_requises(CLE, "action", "commune"),
        liens={"action": "action.cle", "commune": "commune.cle"},
    )
    _table(
        "classement",
        *_requises(CLE, "action", "noeud"),
        *_requises(OUI_NON, "principal"),
        liens={"action": "action.cle", "noeud": "noeud.cle"},
    )


def _montants() -> None:
    """The money of the actions."""
    _table(
        "ligne_budget",
        *_requises(CLE, "action"),
        *_requises(TEXTE, "sens", "compte"),
        *_facultatives(TEXTE, "libelle"),
        *_facultatives(CENTIEMES, "montant"),
        *_facultatives(TEXTE, "version_nomenclature"),
        *_requises(ENTIER, "rang"),
        liens={"action": "action.cle"},
    )
    _table(
        "cofinancement",
        *_requises(CLE, "action", "financeur"),
        *_facultatives(CLE, "ligne_credit", "commune"),
        *_requises(ENTIER, "annee"),
        *_facultatives(TEXTE, "nature_credit"),
        *_facultatives(CENTIEMES, "demande", "propose", "accorde", "vote", "notifie", "verse"),
        *_requises(TEXTE, "statut"),
        *_requises(OUI_NON, "securise"),
        *_facultatives(TEXTE, "commentaire"),
        liens={
            "action": "action.cle",
            "financeur": "financeur.cle",
            "ligne_credit": "ligne_credit.cle",
            "commune": "commune.cle",
        },
        index=[("annee", "financeur")],
    )


def _journal() -> None:
    """The journal and what makes it unalterable."""
    _table(
        "copie",
        *_requises(CLE, "cle"),
        *_requises(TEXTE, "creee_le", "creee_par"),
        *_facultatives(TEXTE, "origine"),
        cle=("cle",),
    )
    _table(
        "operation",
        *_requises(ENTIER, "numero"),
        *_requises(CLE, "cle"),
        *_requises(TEXTE, "horodatage", "auteur", "machine"),
        *_requises(CLE, "copie"),
        *_requises(TEXTE, "libelle", "nature"),
        *_facultatives(ENTIER, "inverse"),
        *_requises(TEXTE, "empreinte_precedente", "empreinte"),
        cle=("numero",),
        unique=("cle",),
    )
    _table(
        "trace",
        *_requises(ENTIER, "operation", "rang"),
        *_requises(TEXTE, "entite"),
        *_requises(CLE, "ligne"),
        *_facultatives(CLE, "sujet"),
        *_requises(TEXTE, "geste"),
        *_facultatives(TEXTE, "avant", "apres"),
        cle=("operation", "rang"),
        liens={"operation": "operation.numero"},
        index=[("entite", "ligne"), ("sujet",)],
    )
    for table in ("operation", "trace"):
        for ordre in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_sans_{ordre.lower()} BEFORE {ordre} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'journal inalterable'); END"
            )


# Short forms of this revision: its tables differ by their columns only ------------------------------


def _requises(nature: sa.types.TypeEngine[Any], *noms: str) -> Iterator[sa.Column[Any]]:
    for nom in noms:
        yield sa.Column(nom, nature, nullable=False)


def _facultatives(nature: sa.types.TypeEngine[Any], *noms: str) -> Iterator[sa.Column[Any]]:
    for nom in noms:
        yield sa.Column(nom, nature, nullable=True)


def _table(
    nom: str,
    *colonnes: sa.Column[Any],
    source: bool = False,
    cle: Sequence[str] = (),
    liens: Mapping[str, str] = MappingProxyType({}),
    unique: Sequence[str] = (),
    index: Sequence[tuple[str, ...]] = (),
) -> None:
    """A table with its keys. A link to the `cle` of a row is indexed, and keeps that row from deletion.

    `source`: where the text prints the row. `cle`: the primary key, when it is not just « cle ».
    """
    ajoutees = [] if cle else list(_requises(CLE, "cle"))
    if source:
        ajoutees += _facultatives(TEXTE, "source_document")
        ajoutees += _facultatives(ENTIER, "source_ligne")
    vers_une_ligne = {colonne for colonne, cible in liens.items() if cible.endswith(".cle")}
    contraintes: list[sa.schema.SchemaItem] = [
        sa.PrimaryKeyConstraint(*(cle or ("cle",)), name=op.f(f"pk_{nom}"))
    ]
    for colonne, cible in liens.items():
        regle = "RESTRICT" if colonne in vers_une_ligne else None
        cle_etrangere = op.f(f"fk_{nom}_{colonne}")
        contraintes.append(
            sa.ForeignKeyConstraint([colonne], [cible], name=cle_etrangere, ondelete=regle)
        )
    if unique:
        contraintes.append(sa.UniqueConstraint(*unique, name=op.f(f"uq_{nom}_{'_'.join(unique)}")))
    op.create_table(nom, *colonnes, *ajoutees, *contraintes)
    for champs in sorted({*index, *((colonne,) for colonne in vers_une_ligne)}):
        op.create_index(op.f(f"ix_{nom}_{'_'.join(champs)}"), nom, list(champs))

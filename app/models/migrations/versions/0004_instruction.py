"""From the deposit to the avis: cycle of each appel, deposits, réunions, instruction, droit commun."""

from collections.abc import Mapping
from types import MappingProxyType

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXTE = sa.Text()
ENTIER = sa.Integer()
CENTIEMES = sa.BigInteger()  # euros as cents
OUI_NON = sa.Boolean()
JSON = sa.JSON()
CLE = sa.String(length=32)
EMPREINTE = sa.String(length=64)  # SHA-256


def upgrade() -> None:
    _etape()
    _appel()
    _cycle()
    _depots()
    _contenu()
    _reunions()
    _instruction()
    _droit_commun()


def _etape() -> None:
    """A step says what it is (`nature`)."""
    _refaire(
        "etape",
        sa.Column("identifiant", TEXTE, nullable=False),
        sa.Column("nom", TEXTE, nullable=False),
        sa.Column("nature", TEXTE, nullable=True),
        sa.Column("acteur", TEXTE, nullable=True),
        sa.Column("description", TEXTE, nullable=True),
        sa.Column("moment", TEXTE, nullable=True),
        sa.Column("date", TEXTE, nullable=True),
        sa.Column("echelle", TEXTE, nullable=True),
        sa.Column("parallele", OUI_NON, nullable=False),
        sa.Column("active", OUI_NON, nullable=False),
        sa.Column("ordre_deduit", OUI_NON, nullable=False),
        sa.Column("rang", ENTIER, nullable=False),
        sa.Column("cle", CLE, nullable=False),
        sa.Column("source_document", TEXTE, nullable=True),
        sa.Column("source_ligne", ENTIER, nullable=True),
        nouvelles={"nature": "NULL"},
    )


def _appel() -> None:
    """An appel has a theme, a form, services who answer, a framing."""
    _refaire(
        "appel",
        sa.Column("exercice", CLE, nullable=False),
        sa.Column("nom", TEXTE, nullable=False),
        sa.Column("nature", TEXTE, nullable=False),
        sa.Column("date_ouverture", TEXTE, nullable=True),
        sa.Column("date_cloture", TEXTE, nullable=True),
        sa.Column("noeud", CLE, nullable=True),
        sa.Column("leger", OUI_NON, nullable=False),
        sa.Column("pluriannuel", OUI_NON, nullable=False),
        sa.Column("instructeurs", ENTIER, nullable=True),
        sa.Column("cadrage", TEXTE, nullable=True),
        sa.Column("note", TEXTE, nullable=True),
        sa.Column("rang", ENTIER, nullable=False),
        sa.Column("cle", CLE, nullable=False),
        nouvelles={
            "noeud": "NULL",
            "leger": "0",
            "pluriannuel": "0",
            "instructeurs": "NULL",
            "cadrage": "NULL",
        },
        liens={"exercice": "exercice", "noeud": "noeud"},
    )


def _cycle() -> None:
    _table(
        "dotation_appel",
        sa.Column("appel", CLE, nullable=False),
        sa.Column("financeur", CLE, nullable=False),
        sa.Column("montant", CENTIEMES, nullable=True),
        sa.Column("note", TEXTE, nullable=True),
        liens={"appel": "appel", "financeur": "financeur"},
    )
    _table(
        "etape_appel",
        sa.Column("appel", CLE, nullable=False),
        sa.Column("etape", CLE, nullable=True),
        sa.Column("nature", TEXTE, nullable=False),
        sa.Column("nom", TEXTE, nullable=False),
        sa.Column("acteur", TEXTE, nullable=True),
        sa.Column("active", OUI_NON, nullable=False),
        sa.Column("date_debut", TEXTE, nullable=True),
        sa.Column("date_fin", TEXTE, nullable=True),
        sa.Column("ancre", CLE, nullable=True),
        sa.Column("jours_debut", ENTIER, nullable=True),
        sa.Column("jours_fin", ENTIER, nullable=True),
        sa.Column("requiert", JSON, nullable=False),
        sa.Column("terminee_le", TEXTE, nullable=True),
        sa.Column("note", TEXTE, nullable=True),
        sa.Column("rang", ENTIER, nullable=False),
        liens={"appel": "appel", "etape": "etape", "ancre": "etape_appel"},
    )
    _table(
        "franchissement",
        sa.Column("action", CLE, nullable=False),
        sa.Column("etape", CLE, nullable=False),
        sa.Column("saute", OUI_NON, nullable=False),
        sa.Column("motif", TEXTE, nullable=True),
        sa.Column("auteur", TEXTE, nullable=False),
        sa.Column("moment", TEXTE, nullable=False),
        liens={"action": "action", "etape": "etape_appel"},
    )


def _depots() -> None:
    _table(
        "note_intention",
        sa.Column("action", CLE, nullable=False),
        sa.Column("ambition", TEXTE, nullable=True),
        sa.Column("porteur_pressenti", TEXTE, nullable=True),
        sa.Column("budget_envisage", CENTIEMES, nullable=True),
        sa.Column("cpo_demandee", OUI_NON, nullable=True),
        sa.Column("cpo_annees", JSON, nullable=False),
        sa.Column("cpo_figee_le", TEXTE, nullable=True),
        sa.Column("cpo_motif", TEXTE, nullable=True),
        sa.Column("tri", TEXTE, nullable=True),
        sa.Column("tri_motif", TEXTE, nullable=True),
        sa.Column("tri_vers", TEXTE, nullable=True),
        sa.Column("tri_le", TEXTE, nullable=True),
        sa.Column("tri_par", TEXTE, nullable=True),
        sa.Column("accusee_le", TEXTE, nullable=True),
        sa.Column("recue_par", TEXTE, nullable=True),
        sa.Column("note", TEXTE, nullable=True),
        liens={"action": "action"},
    )
    _table(
        "depot",
        sa.Column("action", CLE, nullable=False),
        sa.Column("nature", TEXTE, nullable=False),
        sa.Column("numero", ENTIER, nullable=False),
        sa.Column("moment", TEXTE, nullable=False),
        sa.Column("auteur", TEXTE, nullable=False),
        sa.Column("contenu", JSON, nullable=False),
        sa.Column("note", TEXTE, nullable=True),
        liens={"action": "action"},
    )
    _table(
        "porteur_associe",
        sa.Column("action", CLE, nullable=False),
        sa.Column("organisme", CLE, nullable=False),
        sa.Column("role", TEXTE, nullable=True),
        sa.Column("part", CENTIEMES, nullable=True),
        sa.Column("montant", CENTIEMES, nullable=True),
        sa.Column("rang", ENTIER, nullable=False),
        liens={"action": "action", "organisme": "organisme"},
    )
    _table(
        "annee_demandee",
        sa.Column("action", CLE, nullable=False),
        sa.Column("annee", ENTIER, nullable=False),
        sa.Column("objectifs", TEXTE, nullable=True),
        sa.Column("public", ENTIER, nullable=True),
        sa.Column("public_qpv", ENTIER, nullable=True),
        sa.Column("indicateurs", TEXTE, nullable=True),
        liens={"action": "action"},
    )
    _table(
        "ligne_budget_annee",
        sa.Column("action", CLE, nullable=False),
        sa.Column("annee", ENTIER, nullable=False),
        sa.Column("sens", TEXTE, nullable=False),
        sa.Column("compte", TEXTE, nullable=False),
        sa.Column("libelle", TEXTE, nullable=True),
        sa.Column("montant", CENTIEMES, nullable=True),
        sa.Column("rang", ENTIER, nullable=False),
        liens={"action": "action"},
    )
    _table(
        "piece",
        sa.Column("action", CLE, nullable=False),
        sa.Column("intitule", TEXTE, nullable=False),
        sa.Column("attendue", OUI_NON, nullable=False),
        sa.Column("recue_le", TEXTE, nullable=True),
        sa.Column("nom_fichier", TEXTE, nullable=True),
        sa.Column("taille", ENTIER, nullable=True),
        sa.Column("empreinte", EMPREINTE, nullable=True),
        sa.Column("note", TEXTE, nullable=True),
        sa.Column("rang", ENTIER, nullable=False),
        liens={"action": "action"},
    )


def _reunions() -> None:
    _table(
        "reunion",
        sa.Column("annee", ENTIER, nullable=False),
        sa.Column("appel", CLE, nullable=True),
        sa.Column("nature", TEXTE, nullable=False),
        sa.Column("titre", TEXTE, nullable=False),
        sa.Column("commune", CLE, nullable=True),
        sa.Column("noeud", CLE, nullable=True),
        sa.Column("date", TEXTE, nullable=True),
        sa.Column("heure_debut", TEXTE, nullable=True),
        sa.Column("minutes_par_point", ENTIER, nullable=True),
        sa.Column("lieu", TEXTE, nullable=True),
        sa.Column("animateur", TEXTE, nullable=True),
        sa.Column("etat", TEXTE, nullable=False),
        sa.Column("invitation_le", TEXTE, nullable=True),
        sa.Column("close_le", TEXTE, nullable=True),
        sa.Column("note", TEXTE, nullable=True),
        liens={"appel": "appel", "commune": "commune", "noeud": "noeud"},
    )
    _table(
        "reunion_instance",
        sa.Column("reunion", CLE, nullable=False),
        sa.Column("instance", CLE, nullable=False),
        liens={"reunion": "reunion", "instance": "instance"},
    )
    _table(
        "point_reunion",
        sa.Column("reunion", CLE, nullable=False),
        sa.Column("action", CLE, nullable=True),
        sa.Column("titre", TEXTE, nullable=True),
        sa.Column("minutes", ENTIER, nullable=True),
        sa.Column("passe", OUI_NON, nullable=False),
        sa.Column("diagnostic", TEXTE, nullable=True),
        sa.Column("capacite", TEXTE, nullable=True),
        sa.Column("partenariat", TEXTE, nullable=True),
        sa.Column("remarques", TEXTE, nullable=True),
        sa.Column("rang", ENTIER, nullable=False),
        liens={"reunion": "reunion", "action": "action"},
    )
    _table(
        "participant",
        sa.Column("reunion", CLE, nullable=False),
        sa.Column("personne", CLE, nullable=True),
        sa.Column("nom", TEXTE, nullable=False),
        sa.Column("fonction", TEXTE, nullable=True),
        sa.Column("represente", TEXTE, nullable=True),
        sa.Column("college", TEXTE, nullable=False),
        sa.Column("courriel", TEXTE, nullable=True),
        sa.Column("present", OUI_NON, nullable=True),
        sa.Column("rang", ENTIER, nullable=False),
        liens={"reunion": "reunion", "personne": "personne"},
    )
    _table(
        "avis_reunion",
        sa.Column("point", CLE, nullable=False),
        sa.Column("voix", TEXTE, nullable=False),
        sa.Column("sens", TEXTE, nullable=False),
        sa.Column("texte", TEXTE, nullable=True),
        sa.Column("rang", ENTIER, nullable=False),
        liens={"point": "point_reunion"},
    )
    _table(
        "recommandation",
        sa.Column("action", CLE, nullable=True),
        sa.Column("reunion", CLE, nullable=True),
        sa.Column("nature", TEXTE, nullable=False),
        sa.Column("texte", TEXTE, nullable=False),
        sa.Column("responsable", TEXTE, nullable=True),
        sa.Column("echeance", TEXTE, nullable=True),
        sa.Column("suivie", TEXTE, nullable=True),
        sa.Column("suite", TEXTE, nullable=True),
        sa.Column("suite_par", TEXTE, nullable=True),
        sa.Column("suite_le", TEXTE, nullable=True),
        sa.Column("rang", ENTIER, nullable=False),
        liens={"action": "action", "reunion": "reunion"},
    )


def _instruction() -> None:
    _table(
        "service",
        sa.Column("nom", TEXTE, nullable=False),
        sa.Column("nom_court", TEXTE, nullable=False),
        sa.Column("financeur", CLE, nullable=True),
        sa.Column("expertise", OUI_NON, nullable=False),
        sa.Column("rubriques", JSON, nullable=False),
        sa.Column("courriel", TEXTE, nullable=True),
        sa.Column("actif", OUI_NON, nullable=False),
        sa.Column("note", TEXTE, nullable=True),
        sa.Column("rang", ENTIER, nullable=False),
        liens={"financeur": "financeur"},
    )
    _table(
        "referent",
        sa.Column("service", CLE, nullable=False),
        sa.Column("nom", TEXTE, nullable=False),
        sa.Column("courriel", TEXTE, nullable=True),
        liens={"service": "service"},
    )
    _table(
        "regle_affectation",
        sa.Column("service", CLE, nullable=False),
        sa.Column("noeud", CLE, nullable=True),
        sa.Column("commune", CLE, nullable=True),
        sa.Column("appel", CLE, nullable=True),
        liens={"service": "service", "noeud": "noeud", "commune": "commune", "appel": "appel"},
    )
    _table(
        "avis_instruction",
        sa.Column("action", CLE, nullable=False),
        sa.Column("service", CLE, nullable=False),
        sa.Column("demande_le", TEXTE, nullable=True),
        sa.Column("echeance", TEXTE, nullable=True),
        sa.Column("pris_en_charge_le", TEXTE, nullable=True),
        sa.Column("pris_en_charge_par", TEXTE, nullable=True),
        sa.Column("recevable", OUI_NON, nullable=True),
        sa.Column("sens", TEXTE, nullable=True),
        sa.Column("vers", TEXTE, nullable=True),
        sa.Column("motif", TEXTE, nullable=True),
        sa.Column("reserve", TEXTE, nullable=True),
        sa.Column("montant", CENTIEMES, nullable=True),
        sa.Column("commentaires", JSON, nullable=False),
        sa.Column("rendu_le", TEXTE, nullable=True),
        sa.Column("rendu_par", TEXTE, nullable=True),
        sa.Column("absent", OUI_NON, nullable=False),
        sa.Column("comme", CLE, nullable=True),
        sa.Column("depot", CLE, nullable=True),
        sa.Column("relances", ENTIER, nullable=False),
        sa.Column("relance_le", TEXTE, nullable=True),
        liens={
            "action": "action",
            "service": "service",
            "comme": "avis_instruction",
            "depot": "depot",
        },
    )
    _table(
        "avis_commun",
        sa.Column("action", CLE, nullable=False),
        sa.Column("reunion", CLE, nullable=True),
        sa.Column("sens", TEXTE, nullable=False),
        sa.Column("vers", TEXTE, nullable=True),
        sa.Column("motif", TEXTE, nullable=True),
        sa.Column("montant", CENTIEMES, nullable=True),
        sa.Column("rendu_le", TEXTE, nullable=False),
        sa.Column("rendu_par", TEXTE, nullable=False),
        liens={"action": "action", "reunion": "reunion"},
    )
    _table(
        "tache",
        sa.Column("titre", TEXTE, nullable=False),
        sa.Column("action", CLE, nullable=True),
        sa.Column("personne", TEXTE, nullable=True),
        sa.Column("echeance", TEXTE, nullable=True),
        sa.Column("faite_le", TEXTE, nullable=True),
        sa.Column("note", TEXTE, nullable=True),
        liens={"action": "action"},
    )


def _droit_commun() -> None:
    _table(
        "sollicitation",
        sa.Column("action", CLE, nullable=False),
        sa.Column("financeur", CLE, nullable=True),
        sa.Column("aupres_de", TEXTE, nullable=True),
        sa.Column("nature_credit", TEXTE, nullable=True),
        sa.Column("dispositif", TEXTE, nullable=True),
        sa.Column("montant", CENTIEMES, nullable=True),
        sa.Column("date", TEXTE, nullable=True),
        sa.Column("resultat", TEXTE, nullable=True),
        sa.Column("note", TEXTE, nullable=True),
        sa.Column("rang", ENTIER, nullable=False),
        liens={"action": "action", "financeur": "financeur"},
    )
    _table(
        "relais",
        sa.Column("action", CLE, nullable=False),
        sa.Column("financeur", CLE, nullable=True),
        sa.Column("aupres_de", TEXTE, nullable=True),
        sa.Column("dispositif", TEXTE, nullable=True),
        sa.Column("echeance", TEXTE, nullable=True),
        sa.Column("chances", ENTIER, nullable=True),
        sa.Column("generalisable", OUI_NON, nullable=False),
        sa.Column("examine_le", TEXTE, nullable=True),
        sa.Column("resultat", TEXTE, nullable=True),
        sa.Column("note", TEXTE, nullable=True),
        liens={"action": "action", "financeur": "financeur"},
    )
    _table(
        "appel_partenaire",
        sa.Column("nom", TEXTE, nullable=False),
        sa.Column("partenaire", TEXTE, nullable=True),
        sa.Column("financeur", CLE, nullable=True),
        sa.Column("noeud", CLE, nullable=True),
        sa.Column("mots", JSON, nullable=False),
        sa.Column("date_ouverture", TEXTE, nullable=True),
        sa.Column("date_cloture", TEXTE, nullable=True),
        sa.Column("beneficiaires", TEXTE, nullable=True),
        sa.Column("nature_depense", TEXTE, nullable=True),
        sa.Column("note", TEXTE, nullable=True),
        sa.Column("rang", ENTIER, nullable=False),
        liens={"financeur": "financeur", "noeud": "noeud"},
    )


def _contenu() -> None:
    """The bytes of the pièces, named by their hash, outside the journal."""
    op.create_table(
        "contenu",
        sa.Column("empreinte", EMPREINTE, nullable=False),
        sa.Column("octets", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("empreinte", name=op.f("pk_contenu")),
    )


def _refaire(
    nom: str,
    *colonnes: sa.Column[object],
    nouvelles: Mapping[str, str],
    liens: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """The same rows in a table with the columns `nouvelles`, each with the SQL of its value.

    Made anew rather than altered, so that an upgraded file is the same text as a new one.
    """
    gardees = ", ".join(str(c.name) for c in colonnes if c.name not in nouvelles)
    op.execute(f"CREATE TEMPORARY TABLE anciennes AS SELECT {gardees} FROM {nom}")
    op.drop_table(nom)
    _creer(nom, colonnes, liens)
    noms, valeurs = ", ".join(nouvelles), ", ".join(nouvelles.values())
    op.execute(f"INSERT INTO {nom} ({gardees}, {noms}) SELECT {gardees}, {valeurs} FROM anciennes")
    op.execute("DROP TABLE anciennes")


def _table(
    nom: str,
    *colonnes: sa.Column[object],
    liens: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """A table keyed by `cle`; each link to a row is indexed, and keeps that row from deletion."""
    _creer(nom, (*colonnes, sa.Column("cle", CLE, nullable=False)), liens)


def _creer(nom: str, colonnes: tuple[sa.Column[object], ...], liens: Mapping[str, str]) -> None:
    contraintes: list[sa.schema.SchemaItem] = [
        sa.ForeignKeyConstraint(
            [colonne], [f"{cible}.cle"], name=op.f(f"fk_{nom}_{colonne}"), ondelete="RESTRICT"
        )
        for colonne, cible in liens.items()
    ]
    contraintes.append(sa.PrimaryKeyConstraint("cle", name=op.f(f"pk_{nom}")))
    op.create_table(nom, *colonnes, *contraintes)
    for colonne in sorted(liens):
        op.create_index(op.f(f"ix_{nom}_{colonne}"), nom, [colonne])

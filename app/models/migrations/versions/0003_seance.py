"""The séance of a comité, its decisions and their seal, and what follows the vote."""

from collections.abc import Mapping
from types import MappingProxyType

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXTE = sa.Text()
ENTIER = sa.Integer()
CENTIEMES = sa.BigInteger()  # euros as cents
OUI_NON = sa.Boolean()
JSON = sa.JSON()
CLE = sa.String(length=32)


def upgrade() -> None:
    _personnes()
    _seances()
    _points()
    _paroles()
    _decisions()
    _scenarios()
    _suites()


def _personnes() -> None:
    _table(
        "personne",
        sa.Column("nom", TEXTE, nullable=False),
        sa.Column("fonction", TEXTE, nullable=True),
        sa.Column("represente", TEXTE, nullable=True),
        sa.Column("financeur", CLE, nullable=True),
        sa.Column("actif", OUI_NON, nullable=False),
        sa.Column("note", TEXTE, nullable=True),
        liens={"financeur": "financeur"},
    )
    _table(
        "lien_interet",
        sa.Column("personne", CLE, nullable=False),
        sa.Column("organisme", CLE, nullable=False),
        sa.Column("nature", TEXTE, nullable=False),
        sa.Column("note", TEXTE, nullable=True),
        liens={"personne": "personne", "organisme": "organisme"},
    )


def _seances() -> None:
    _table(
        "seance",
        sa.Column("instance", CLE, nullable=True),
        sa.Column("titre", TEXTE, nullable=False),
        sa.Column("annee", ENTIER, nullable=False),
        sa.Column("date", TEXTE, nullable=True),
        sa.Column("heure", TEXTE, nullable=True),
        sa.Column("lieu", TEXTE, nullable=True),
        sa.Column("etat", TEXTE, nullable=False),
        sa.Column("convoquee_le", TEXTE, nullable=True),
        sa.Column("quorum", ENTIER, nullable=True),
        sa.Column("quorum_source", TEXTE, nullable=True),
        sa.Column("regle_vote", TEXTE, nullable=True),
        sa.Column("regle_vote_source", TEXTE, nullable=True),
        sa.Column("secretaire", TEXTE, nullable=True),
        sa.Column("note_privee", TEXTE, nullable=True),
        sa.Column("ouverte_le", TEXTE, nullable=True),
        sa.Column("close_le", TEXTE, nullable=True),
        sa.Column("version", ENTIER, nullable=False),
        sa.Column("reouverture", TEXTE, nullable=True),
        sa.Column("point_courant", CLE, nullable=True),
        liens={"instance": "instance"},
    )
    _table(
        "membre",
        sa.Column("seance", CLE, nullable=False),
        sa.Column("personne", CLE, nullable=False),
        sa.Column("role", TEXTE, nullable=False),
        sa.Column("votant", OUI_NON, nullable=False),
        sa.Column("excuse", OUI_NON, nullable=False),
        sa.Column("pouvoir_a", CLE, nullable=True),
        sa.Column("rang", ENTIER, nullable=False),
        liens={"seance": "seance", "personne": "personne", "pouvoir_a": "membre"},
    )
    _table(
        "presence",
        sa.Column("membre", CLE, nullable=False),
        sa.Column("arrivee", TEXTE, nullable=False),
        sa.Column("depart", TEXTE, nullable=True),
        liens={"membre": "membre"},
    )


def _points() -> None:
    _table(
        "point",
        sa.Column("seance", CLE, nullable=False),
        sa.Column("action", CLE, nullable=True),
        sa.Column("titre", TEXTE, nullable=True),
        sa.Column("nature", TEXTE, nullable=False),
        sa.Column("etat", TEXTE, nullable=False),
        sa.Column("minutes", ENTIER, nullable=True),
        sa.Column("note_privee", TEXTE, nullable=True),
        sa.Column("rang", ENTIER, nullable=False),
        liens={"seance": "seance", "action": "action"},
    )
    _table(
        "passage",
        sa.Column("point", CLE, nullable=False),
        sa.Column("debut", TEXTE, nullable=False),
        sa.Column("fin", TEXTE, nullable=True),
        liens={"point": "point"},
    )
    _table(
        "deport",
        sa.Column("point", CLE, nullable=False),
        sa.Column("membre", CLE, nullable=False),
        sa.Column("motif", TEXTE, nullable=True),
        sa.Column("sortie", TEXTE, nullable=True),
        sa.Column("retour", TEXTE, nullable=True),
        liens={"point": "point", "membre": "membre"},
    )


def _paroles() -> None:
    _table(
        "tour",
        sa.Column("point", CLE, nullable=False),
        sa.Column("financeur", CLE, nullable=False),
        sa.Column("ligne_credit", CLE, nullable=True),
        sa.Column("commune", CLE, nullable=True),
        sa.Column("annee", ENTIER, nullable=False),
        sa.Column("numero", ENTIER, nullable=False),
        sa.Column("montant", CENTIEMES, nullable=True),
        sa.Column("auteur", TEXTE, nullable=True),
        sa.Column("dit_le", TEXTE, nullable=False),
        sa.Column("publie_le", TEXTE, nullable=True),
        sa.Column("corrige", OUI_NON, nullable=False),
        sa.Column("note", TEXTE, nullable=True),
        liens={
            "point": "point",
            "financeur": "financeur",
            "ligne_credit": "ligne_credit",
            "commune": "commune",
        },
    )
    _table(
        "position_cpo",
        sa.Column("point", CLE, nullable=False),
        sa.Column("financeur", CLE, nullable=False),
        sa.Column("commune", CLE, nullable=True),
        sa.Column("favorable", OUI_NON, nullable=True),
        sa.Column("motif", TEXTE, nullable=True),
        sa.Column("dit_le", TEXTE, nullable=False),
        liens={"point": "point", "financeur": "financeur", "commune": "commune"},
    )
    _table(
        "voix_consultative",
        sa.Column("point", CLE, nullable=False),
        sa.Column("membre", CLE, nullable=True),
        sa.Column("qui", TEXTE, nullable=False),
        sa.Column("sens", TEXTE, nullable=False),
        sa.Column("texte", TEXTE, nullable=True),
        sa.Column("projetee", OUI_NON, nullable=False),
        liens={"point": "point", "membre": "membre"},
    )


def _decisions() -> None:
    _table(
        "decision",
        sa.Column("point", CLE, nullable=False),
        sa.Column("nature", TEXTE, nullable=False),
        sa.Column("motif", TEXTE, nullable=True),
        sa.Column("conditions", TEXTE, nullable=True),
        sa.Column("rang", ENTIER, nullable=True),
        sa.Column("cpo_annees", ENTIER, nullable=True),
        sa.Column("phrase", TEXTE, nullable=False),
        sa.Column("en_bloc", OUI_NON, nullable=False),
        sa.Column("decidee_le", TEXTE, nullable=False),
        sa.Column("annulee", OUI_NON, nullable=False),
        liens={"point": "point"},
    )
    _table(
        "montant_decide",
        sa.Column("decision", CLE, nullable=False),
        sa.Column("financeur", CLE, nullable=False),
        sa.Column("ligne_credit", CLE, nullable=True),
        sa.Column("commune", CLE, nullable=True),
        sa.Column("annee", ENTIER, nullable=False),
        sa.Column("montant", CENTIEMES, nullable=True),
        liens={
            "decision": "decision",
            "financeur": "financeur",
            "ligne_credit": "ligne_credit",
            "commune": "commune",
        },
    )
    _table(
        "motif",
        sa.Column("nature", TEXTE, nullable=False),
        sa.Column("texte", TEXTE, nullable=False),
        sa.Column("rang", ENTIER, nullable=False),
    )
    _table(
        "scellement",
        sa.Column("seance", CLE, nullable=False),
        sa.Column("version", ENTIER, nullable=False),
        sa.Column("operation", ENTIER, nullable=False),
        sa.Column("empreinte", TEXTE, nullable=False),
        sa.Column("empreinte_decisions", TEXTE, nullable=False),
        sa.Column("scelle_le", TEXTE, nullable=False),
        sa.Column("motif", TEXTE, nullable=True),
        liens={"seance": "seance"},
    )


def _scenarios() -> None:
    _table(
        "scenario",
        sa.Column("seance", CLE, nullable=False),
        sa.Column("nom", TEXTE, nullable=False),
        sa.Column("methode", JSON, nullable=False),
        sa.Column("note", TEXTE, nullable=True),
        sa.Column("rang", ENTIER, nullable=False),
        liens={"seance": "seance"},
    )
    _table(
        "montant_scenario",
        sa.Column("scenario", CLE, nullable=False),
        sa.Column("action", CLE, nullable=False),
        sa.Column("financeur", CLE, nullable=False),
        sa.Column("ligne_credit", CLE, nullable=True),
        sa.Column("commune", CLE, nullable=True),
        sa.Column("montant", CENTIEMES, nullable=True),
        liens={
            "scenario": "scenario",
            "action": "action",
            "financeur": "financeur",
            "ligne_credit": "ligne_credit",
            "commune": "commune",
        },
    )


def _suites() -> None:
    _table(
        "deliberation",
        sa.Column("financeur", CLE, nullable=False),
        sa.Column("annee", ENTIER, nullable=False),
        sa.Column("numero", TEXTE, nullable=True),
        sa.Column("date", TEXTE, nullable=True),
        sa.Column("assemblee", TEXTE, nullable=True),
        sa.Column("note", TEXTE, nullable=True),
        liens={"financeur": "financeur"},
    )
    _table(
        "vote_deliberation",
        sa.Column("deliberation", CLE, nullable=False),
        sa.Column("cofinancement", CLE, nullable=False),
        sa.Column("montant", CENTIEMES, nullable=True),
        liens={"deliberation": "deliberation", "cofinancement": "cofinancement"},
    )
    _table(
        "notification",
        sa.Column("cofinancement", CLE, nullable=False),
        sa.Column("date", TEXTE, nullable=True),
        sa.Column("mode", TEXTE, nullable=True),
        sa.Column("reference", TEXTE, nullable=True),
        sa.Column("montant", CENTIEMES, nullable=True),
        liens={"cofinancement": "cofinancement"},
    )
    _table(
        "versement",
        sa.Column("cofinancement", CLE, nullable=False),
        sa.Column("date", TEXTE, nullable=True),
        sa.Column("montant", CENTIEMES, nullable=False),
        sa.Column("reference", TEXTE, nullable=True),
        liens={"cofinancement": "cofinancement"},
    )


def _table(
    nom: str,
    *colonnes: sa.Column[object],
    liens: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """A table keyed by `cle`; each link to a row is indexed, and keeps that row from deletion."""
    cle = sa.Column("cle", CLE, nullable=False)
    contraintes: list[sa.schema.SchemaItem] = [
        sa.ForeignKeyConstraint(
            [colonne], [f"{cible}.cle"], name=op.f(f"fk_{nom}_{colonne}"), ondelete="RESTRICT"
        )
        for colonne, cible in liens.items()
    ]
    contraintes.append(sa.PrimaryKeyConstraint("cle", name=op.f(f"pk_{nom}")))
    op.create_table(nom, *colonnes, cle, *contraintes)
    for colonne in sorted(liens):
        op.create_index(op.f(f"ix_{nom}_{colonne}"), nom, [colonne])

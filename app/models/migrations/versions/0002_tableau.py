"""Columns of the user, saved views, comments, colours of rows, conditional formats."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXTE = sa.Text()
ENTIER = sa.Integer()
OUI_NON = sa.Boolean()
JSON = sa.JSON()
CLE = sa.String(length=32)


def upgrade() -> None:
    _table(
        "colonne_libre",
        sa.Column("liste", TEXTE, nullable=False),
        sa.Column("titre", TEXTE, nullable=False),
        sa.Column("nature", TEXTE, nullable=False),
        sa.Column("choix", JSON, nullable=False),
        sa.Column("formule", TEXTE, nullable=True),
        sa.Column("totaliser", OUI_NON, nullable=False),
        sa.Column("aide", TEXTE, nullable=True),
        sa.Column("rang", ENTIER, nullable=False),
    )
    _table(
        "valeur_libre",
        sa.Column("colonne", CLE, nullable=False),
        sa.Column("ligne", CLE, nullable=False),
        sa.Column("valeur", TEXTE, nullable=False),
        sa.ForeignKeyConstraint(
            ["colonne"],
            ["colonne_libre.cle"],
            name=op.f("fk_valeur_libre_colonne"),
            ondelete="RESTRICT",
        ),
        index=("colonne", "ligne"),
    )
    _table(
        "vue",
        sa.Column("liste", TEXTE, nullable=False),
        sa.Column("nom", TEXTE, nullable=False),
        sa.Column("proprietaire", TEXTE, nullable=True),
        sa.Column("etat", JSON, nullable=False),
        sa.Column("rang", ENTIER, nullable=False),
    )
    _table(
        "commentaire",
        sa.Column("liste", TEXTE, nullable=False),
        sa.Column("ligne", CLE, nullable=False),
        sa.Column("colonne", TEXTE, nullable=False),
        sa.Column("texte", TEXTE, nullable=False),
        sa.Column("auteur", TEXTE, nullable=False),
        sa.Column("date", TEXTE, nullable=False),
        index=("ligne",),
    )
    _table(
        "couleur_ligne",
        sa.Column("liste", TEXTE, nullable=False),
        sa.Column("ligne", CLE, nullable=False),
        sa.Column("couleur", TEXTE, nullable=False),
        index=("ligne",),
    )
    _table(
        "mise_en_forme",
        sa.Column("liste", TEXTE, nullable=False),
        sa.Column("colonne", TEXTE, nullable=False),
        sa.Column("style", TEXTE, nullable=False),
        sa.Column("condition", JSON, nullable=False),
        sa.Column("active", OUI_NON, nullable=False),
        sa.Column("rang", ENTIER, nullable=False),
    )


def _table(nom: str, *elements: sa.schema.SchemaItem, index: tuple[str, ...] = ()) -> None:
    """A table keyed by `cle`, with an index on each of the columns named."""
    cle = sa.Column("cle", CLE, nullable=False)
    op.create_table(nom, *elements, cle, sa.PrimaryKeyConstraint("cle", name=op.f(f"pk_{nom}")))
    for colonne in sorted(index):
        op.create_index(op.f(f"ix_{nom}_{colonne}"), nom, [colonne])

"""Alembic's entry: the migrations run on the connection, and in the transaction, of the caller."""

from alembic import context

from app.models.schema import metadonnees

context.configure(
    connection=context.config.attributes["connexion"],
    target_metadata=metadonnees(),
    render_as_batch=True,  # SQLite changes a table by making another one
    user_module_prefix="base.",
)
with context.begin_transaction():
    context.run_migrations()

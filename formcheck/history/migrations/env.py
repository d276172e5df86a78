"""Alembic's entry: it runs on the connection, and inside the transaction, that the store hands over."""

from alembic import context

from formcheck.history.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by rebuilding it
)
with context.begin_transaction():
    context.run_migrations()

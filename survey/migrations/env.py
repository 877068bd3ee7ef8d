"""What Alembic runs for each migration: on the connection that the store hands over, in its transaction."""

from __future__ import annotations

from alembic import context

from survey.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the store has begun the transaction already
)
context.run_migrations()

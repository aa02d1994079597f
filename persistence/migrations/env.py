"""How alembic runs here: on the connection that `persistence.migrating` hands over, in one transaction."""

from __future__ import annotations

from alembic import context

from persistence.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()

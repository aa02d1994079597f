"""How alembic runs here: on the connection that `persistence.migrating` hands over, in one transaction."""

from __future__ import annotations

from alembic import context

from persistence import access_tables, changes_tables, ledger_tables, register_tables, search_tables, vault_tables
from persistence.metadata import METADATA

# Importing a module of tables puts them into METADATA.
TABLES = (access_tables, changes_tables, ledger_tables, register_tables, search_tables, vault_tables)

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()

"""`METADATA` with every table in it: importing a module of tables puts them there."""

from __future__ import annotations

from persistence import (
    access_tables,
    certificate_tables,
    changes_tables,
    extraction_tables,
    ledger_tables,
    register_tables,
    review_tables,
    search_tables,
    tree_tables,
    vault_tables,
)
from persistence.metadata import METADATA

__all__ = ["METADATA", "MODULES"]

MODULES = (
    access_tables,
    certificate_tables,
    changes_tables,
    extraction_tables,
    ledger_tables,
    register_tables,
    review_tables,
    search_tables,
    tree_tables,
    vault_tables,
)

"""The one description of every table: each table's module adds its tables here; migrations and tests read it."""

from __future__ import annotations

from sqlalchemy import MetaData

METADATA = MetaData()

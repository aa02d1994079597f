"""Who may use what: grants by person, terminals, releases of protected records. Dated; ended, never deleted (M07)."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY

from persistence.metadata import METADATA


def _dated() -> tuple[Column[object], ...]:
    """From which day to which, who wrote it down and when, who ended it and when."""
    return (
        Column("starts_on", Date, nullable=False),
        Column("ends_on", Date, comment="the last day; none: until ended"),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("recorded_by", Text, nullable=False),
        Column("ended_at", DateTime(timezone=True)),
        Column("ended_by", Text),
    )


GRANTS = Table(
    "grants",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("staff_number", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column(
        "switched_off", ARRAY(Text), nullable=False, comment="item classes closed to this person (標準仕様書1.0 10.4)"
    ),
    Column("own_number", Text, comment="her own addressee number, for the analyses of the ledger alone"),
    *_dated(),
    PrimaryKeyConstraint("municipality_code", "id", name="pk_grants"),
    Index("ix_grants_staff_number", "municipality_code", "staff_number"),
)

TERMINALS = Table(
    "terminals",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("terminal", Text, nullable=False),
    Column("place", Text, nullable=False),
    *_dated(),
    PrimaryKeyConstraint("municipality_code", "id", name="pk_terminals"),
    Index("ix_terminals_terminal", "municipality_code", "terminal"),
)

RELEASES = Table(
    "releases",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("addressee_number", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    *_dated(),
    PrimaryKeyConstraint("municipality_code", "id", name="pk_releases"),
    ForeignKeyConstraint(
        ("municipality_code", "addressee_number"),
        ("residents.municipality_code", "residents.addressee_number"),
        name="fk_releases_resident",
    ),
    Index("ix_releases_resident", "municipality_code", "addressee_number"),
)

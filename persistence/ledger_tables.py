"""The ledger's tables: its head, its entries, and what was searched for, per municipality.

Entries are only ever inserted. A position comes from the head, never from a sequence: a sequence leaves gaps and does
not follow the order of commits. Of an entry's fields only those stand in columns that it is looked up by; `entry` holds
its canonical bytes, which alone count.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from persistence.metadata import METADATA

LEDGER_HEADS = Table(
    "ledger_heads",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("size", BigInteger, nullable=False, comment="how many entries there are: the next one's position"),
    PrimaryKeyConstraint("municipality_code", name="pk_ledger_heads"),
    CheckConstraint("size >= 0", name="ck_ledger_heads_size"),
)

LEDGER_ENTRIES = Table(
    "ledger_entries",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("position", BigInteger, nullable=False, autoincrement=False, comment="counted from 0, without a gap"),
    Column("id", Uuid, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("kind", Text, nullable=False),
    Column("staff_number", Text),
    Column("purpose", Text),
    Column("entry", LargeBinary, nullable=False, comment="canonical bytes: RFC 8785 JSON in UTF-8"),
    PrimaryKeyConstraint("municipality_code", "position", name="pk_ledger_entries"),
    UniqueConstraint("municipality_code", "id", name="uq_ledger_entries_id"),
    CheckConstraint("position >= 0", name="ck_ledger_entries_position"),
)

LEDGER_SEARCHES = Table(
    "ledger_searches",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("digest", Text, nullable=False, comment="keyed hash of the normal form, hexadecimal"),
    Column("position", BigInteger, nullable=False, autoincrement=False),
    PrimaryKeyConstraint("municipality_code", "item", "digest", "position", name="pk_ledger_searches"),
    ForeignKeyConstraint(
        ("municipality_code", "position"),
        ("ledger_entries.municipality_code", "ledger_entries.position"),
        name="fk_ledger_searches_entry",
    ),
)

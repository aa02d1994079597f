"""The ledger's proof: the hashes of its tree, what was signed, who outside took it, and what was deleted in time.

But for the frontier nothing here is ever changed. A leaf stays when its entry is deleted, so the tree does as well.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
)

from persistence.metadata import METADATA

LEDGER_NODES = Table(
    "ledger_nodes",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("level", SmallInteger, nullable=False, autoincrement=False, comment="0: of an entry; 8, 16 …: of 2^level"),
    Column("place", BigInteger, nullable=False, autoincrement=False, comment="on its level, counted from 0"),
    Column("hash", LargeBinary, nullable=False, comment="RFC 6962, SHA-256"),
    PrimaryKeyConstraint("municipality_code", "level", "place", name="pk_ledger_nodes"),
    CheckConstraint("octet_length(hash) = 32", name="ck_ledger_nodes_hash"),
)

LEDGER_FRONTIERS = Table(
    "ledger_frontiers",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("frontier", LargeBinary, nullable=False, comment="the tree's size, and its perfect subtrees"),
    PrimaryKeyConstraint("municipality_code", name="pk_ledger_frontiers"),
)

LEDGER_CHECKPOINTS = Table(
    "ledger_checkpoints",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("size", BigInteger, nullable=False, autoincrement=False),
    Column("signed_at", DateTime(timezone=True), nullable=False),
    Column("note", LargeBinary, nullable=False, comment="C2SP tlog-checkpoint, signed"),
    PrimaryKeyConstraint("municipality_code", "size", name="pk_ledger_checkpoints"),
)

LEDGER_TAKINGS = Table(
    "ledger_takings",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("size", BigInteger, nullable=False, autoincrement=False),
    Column("place", Text, nullable=False, comment="outside the database: a file, syslog, a witness"),
    Column("taken_at", DateTime(timezone=True), nullable=False),
    Column("cosignatures", Text, nullable=False, comment="a witness's signature lines; empty for who signs nothing"),
    ForeignKeyConstraint(
        ("municipality_code", "size"),
        ("ledger_checkpoints.municipality_code", "ledger_checkpoints.size"),
        name="fk_ledger_takings_checkpoint",
    ),
    PrimaryKeyConstraint("municipality_code", "size", "place", name="pk_ledger_takings"),
    Index("ix_ledger_takings_place", "municipality_code", "place", "size"),
)

LEDGER_DELETIONS = Table(
    "ledger_deletions",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("before", BigInteger, nullable=False, autoincrement=False, comment="entries below this position"),
    Column("deleted_at", DateTime(timezone=True), nullable=False),
    Column("note", LargeBinary, nullable=False, comment="the signed record of it"),
    PrimaryKeyConstraint("municipality_code", "before", name="pk_ledger_deletions"),
)

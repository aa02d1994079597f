"""What reviewers need beside the ledger: every policy that ever decided, and from when on. Only added to."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, PrimaryKeyConstraint, Table, Text

from persistence.metadata import METADATA

POLICIES = Table(
    "policies",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("hash", Text, nullable=False, comment="SHA-256 of its text, hexadecimal: as the ledger's entries name it"),
    Column("text", Text, nullable=False),
    Column("first_used_at", DateTime(timezone=True), nullable=False, comment="after another had decided"),
    PrimaryKeyConstraint("municipality_code", "first_used_at", "hash", name="pk_policies"),
)

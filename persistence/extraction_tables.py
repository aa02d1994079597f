"""Extraction requests (抽出依頼): what is to be given out in bulk, who approved it, what became of it (M11, M18)."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from persistence.metadata import METADATA

EXTRACTIONS = Table(
    "extractions",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("state", Text, nullable=False, comment="REQUESTED, APPROVED, REFUSED, WITHDRAWN or DONE"),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("made_by", Text, nullable=False, comment="staff number"),
    Column("department", Text, nullable=False),
    Column("purpose", Text, nullable=False, comment="事務"),
    Column("reason", Text, nullable=False, comment="what it is for"),
    Column("criteria", JSONB, nullable=False, comment="対象者: whom it is about"),
    Column("items", ARRAY(Text), nullable=False),
    Column("form", Text, nullable=False),
    Column("most", Integer, nullable=False, comment="how many records at most"),
    Column("recipient", Text, nullable=False, comment="the public key that the result is encrypted for"),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("decided_at", DateTime(timezone=True)),
    Column("decided_by", Text),
    Column("done_at", DateTime(timezone=True)),
    Column("done_by", Text),
    Column("witness", Text, comment="立会者: staff number"),
    Column("medium", Text, comment="what it was written to"),
    Column("records", Integer),
    Column("digest", LargeBinary, comment="SHA-256 of the encrypted file"),
    PrimaryKeyConstraint("municipality_code", "id", name="pk_extractions"),
    Index("ix_extractions_state", "municipality_code", "state", "id"),
)

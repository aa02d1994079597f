"""The issuance book, what waits behind single-use links, and who certifies.

Nothing is ever taken out of the book (標準仕様書1.0 1.3.8). Numbers are drawn from heads that are locked until commit:
so a rollback leaves no gap. What was printed lies sealed in `handovers` until its link is used or has expired.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from persistence.metadata import METADATA

ISSUANCES = Table(
    "issuances",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("kind", Text, nullable=False, comment="証明書の種別"),
    Column("issued_on", Date, nullable=False, comment="the day in Japan; part of the number (発行番号)"),
    Column("city", Text, nullable=False, comment="市区町村名, as printed in the number"),
    Column("terminal", Text, nullable=False),
    Column("printer", Text, nullable=False, comment="empty where it is not known"),
    Column("serial", Integer, nullable=False, comment="in the order of issue"),
    Column("issued_at", DateTime(timezone=True), nullable=False),
    Column("place", Text, nullable=False, comment="交付場所"),
    Column("department", Text, nullable=False),
    Column("staff_number", Text, nullable=False),
    Column("requester", JSONB, nullable=False, comment="who asked for it, and what she stated"),
    Column("delivery", Text, nullable=False, comment="COUNTER, MAIL_TO_RESIDENT or MAIL_TO_REQUESTER"),
    Column("items", JSONB, nullable=False, comment="記載事項: which items are printed of whom"),
    Column("sheets", SmallInteger, nullable=False, comment="枚数"),
    Column("verification", LargeBinary, nullable=False, comment="SHA-256 of the code in the paper's QR code"),
    Column("reissue_of", Uuid, comment="再交付: the issuance that is issued again"),
    Column("batch_id", Uuid),
    Column("batch_line", Integer),
    Column("voided_at", DateTime(timezone=True), comment="処分情報: when a spoiled copy was disposed of"),
    Column("voided_by", Text),
    Column("void_reason", Text),
    PrimaryKeyConstraint("municipality_code", "id", name="pk_issuances"),
    UniqueConstraint(
        "municipality_code", "issued_on", "terminal", "printer", "serial", name="uq_issuances_issuance_number"
    ),
    UniqueConstraint("municipality_code", "verification", name="uq_issuances_verification"),
    UniqueConstraint("municipality_code", "batch_id", "batch_line", name="uq_issuances_batch"),
    ForeignKeyConstraint(
        ("municipality_code", "batch_id"),
        ("issuance_batches.municipality_code", "issuance_batches.id"),
        name="fk_issuances_batch",
    ),
)

ISSUANCE_SUBJECTS = Table(
    "issuance_subjects",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("addressee_number", Text, nullable=False),
    Column("issuance_id", Uuid, nullable=False),
    PrimaryKeyConstraint("municipality_code", "addressee_number", "issuance_id", name="pk_issuance_subjects"),
    ForeignKeyConstraint(
        ("municipality_code", "issuance_id"),
        ("issuances.municipality_code", "issuances.id"),
        name="fk_issuance_subjects_issuance",
    ),
    Index("ix_issuance_subjects_issuance", "municipality_code", "issuance_id"),
)

ISSUANCE_HEADS = Table(
    "issuance_heads",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("terminal", Text, nullable=False),
    Column("printer", Text, nullable=False),
    Column("last", Integer, nullable=False, comment="the last serial that was given out"),
    PrimaryKeyConstraint("municipality_code", "issued_on", "terminal", "printer", name="pk_issuance_heads"),
)

ISSUANCE_BATCHES = Table(
    "issuance_batches",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("source", LargeBinary, nullable=False, comment="SHA-256 of the list that is issued"),
    Column("lines", Integer, nullable=False),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("started_by", Text, nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("municipality_code", "id", name="pk_issuance_batches"),
    UniqueConstraint("municipality_code", "source", name="uq_issuance_batches_source"),
)

HANDOVERS = Table(
    "handovers",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("id", Uuid, nullable=False, comment="of the first issuance, or of the extraction, that it hands over"),
    Column("token", LargeBinary, nullable=False, comment="SHA-256 of what the link holds"),
    Column("caller", Text, nullable=False, comment="who may use it: the token's subject"),
    Column("purpose", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sealed", LargeBinary, comment="the file, sealed; none: it was used, or has expired"),
    Column("told", LargeBinary, comment="what the answer said besides, sealed"),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("municipality_code", "id", name="pk_handovers"),
    UniqueConstraint("municipality_code", "token", name="uq_handovers_token"),
    Index("ix_handovers_expires_at", "municipality_code", "expires_at", postgresql_where=text("sealed IS NOT NULL")),
)

CERTIFIERS = Table(
    "certifiers",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("role", Text, nullable=False, comment="MAYOR, or ACTING: 職務代理者"),
    Column("title", Text, nullable=False, comment="職名, with the prefecture's name"),
    Column("name", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, comment="its last day"),
    PrimaryKeyConstraint("municipality_code", "id", name="pk_certifiers"),
    Index("ix_certifiers_starts_on", "municipality_code", "role", "starts_on"),
)

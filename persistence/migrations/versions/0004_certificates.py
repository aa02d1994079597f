"""the issuance book, single-use links, certifiers and extraction requests

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _make_book()
    _make_handovers()
    _make_extractions()


def downgrade() -> None:
    """Drop them again, with everything that was issued."""
    for table in (
        "extractions",
        "certifiers",
        "handovers",
        "issuance_heads",
        "issuance_subjects",
        "issuances",
        "issuance_batches",
    ):
        op.drop_table(table)


def _make_book() -> None:
    """What was issued, of whom, and the numbers that were drawn."""
    op.create_table(
        "issuance_batches",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False, comment="SHA-256 of the list that is issued"),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("municipality_code", "id", name="pk_issuance_batches"),
        sa.UniqueConstraint("municipality_code", "source", name="uq_issuance_batches_source"),
    )
    op.create_table(
        "issuances",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="証明書の種別"),
        sa.Column("issued_on", sa.Date(), nullable=False, comment="the day in Japan; part of the number (発行番号)"),
        sa.Column("city", sa.Text(), nullable=False, comment="市区町村名, as printed in the number"),
        sa.Column("terminal", sa.Text(), nullable=False),
        sa.Column("printer", sa.Text(), nullable=False, comment="empty where it is not known"),
        sa.Column("serial", sa.Integer(), nullable=False, comment="in the order of issue"),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False, comment="交付場所"),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("staff_number", sa.Text(), nullable=False),
        sa.Column(
            "requester",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="who asked for it, and what she stated",
        ),
        sa.Column("delivery", sa.Text(), nullable=False, comment="COUNTER, MAIL_TO_RESIDENT or MAIL_TO_REQUESTER"),
        sa.Column(
            "items",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="記載事項: which items are printed of whom",
        ),
        sa.Column("sheets", sa.SmallInteger(), nullable=False, comment="枚数"),
        sa.Column(
            "verification", sa.LargeBinary(), nullable=False, comment="SHA-256 of the code in the paper's QR code"
        ),
        sa.Column("reissue_of", sa.Uuid(), nullable=True, comment="再交付: the issuance that is issued again"),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("batch_line", sa.Integer(), nullable=True),
        sa.Column(
            "voided_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="処分情報: when a spoiled copy was disposed of",
        ),
        sa.Column("voided_by", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_code", "batch_id"],
            ["issuance_batches.municipality_code", "issuance_batches.id"],
            name="fk_issuances_batch",
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name="pk_issuances"),
        sa.UniqueConstraint("municipality_code", "batch_id", "batch_line", name="uq_issuances_batch"),
        sa.UniqueConstraint(
            "municipality_code", "issued_on", "terminal", "printer", "serial", name="uq_issuances_issuance_number"
        ),
        sa.UniqueConstraint("municipality_code", "verification", name="uq_issuances_verification"),
    )
    op.create_table(
        "issuance_subjects",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("addressee_number", sa.Text(), nullable=False),
        sa.Column("issuance_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code", "issuance_id"],
            ["issuances.municipality_code", "issuances.id"],
            name="fk_issuance_subjects_issuance",
        ),
        sa.PrimaryKeyConstraint("municipality_code", "addressee_number", "issuance_id", name="pk_issuance_subjects"),
    )
    op.create_index(
        "ix_issuance_subjects_issuance", "issuance_subjects", ["municipality_code", "issuance_id"], unique=False
    )
    op.create_table(
        "issuance_heads",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("terminal", sa.Text(), nullable=False),
        sa.Column("printer", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False, comment="the last serial that was given out"),
        sa.PrimaryKeyConstraint("municipality_code", "issued_on", "terminal", "printer", name="pk_issuance_heads"),
    )


def _make_handovers() -> None:
    """What waits behind links, and who certifies."""
    op.create_table(
        "handovers",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column(
            "id", sa.Uuid(), nullable=False, comment="of the first issuance, or of the extraction, that it hands over"
        ),
        sa.Column("token", sa.LargeBinary(), nullable=False, comment="SHA-256 of what the link holds"),
        sa.Column("caller", sa.Text(), nullable=False, comment="who may use it: the token's subject"),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column(
            "sealed", sa.LargeBinary(), nullable=True, comment="the file, sealed; none: it was used, or has expired"
        ),
        sa.Column("told", sa.LargeBinary(), nullable=True, comment="what the answer said besides, sealed"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("municipality_code", "id", name="pk_handovers"),
        sa.UniqueConstraint("municipality_code", "token", name="uq_handovers_token"),
    )
    op.create_index(
        "ix_handovers_expires_at",
        "handovers",
        ["municipality_code", "expires_at"],
        unique=False,
        postgresql_where=sa.text("sealed IS NOT NULL"),
    )
    op.create_table(
        "certifiers",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False, comment="MAYOR, or ACTING: 職務代理者"),
        sa.Column("title", sa.Text(), nullable=False, comment="職名, with the prefecture's name"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True, comment="its last day"),
        sa.PrimaryKeyConstraint("municipality_code", "id", name="pk_certifiers"),
    )
    op.create_index("ix_certifiers_starts_on", "certifiers", ["municipality_code", "role", "starts_on"], unique=False)


def _make_extractions() -> None:
    """What is given out in bulk."""
    op.create_table(
        "extractions",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="REQUESTED, APPROVED, REFUSED, WITHDRAWN or DONE"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False, comment="staff number"),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False, comment="事務"),
        sa.Column("reason", sa.Text(), nullable=False, comment="what it is for"),
        sa.Column(
            "criteria", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="対象者: whom it is about"
        ),
        sa.Column("items", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False, comment="how many records at most"),
        sa.Column("recipient", sa.Text(), nullable=False, comment="the public key that the result is encrypted for"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("witness", sa.Text(), nullable=True, comment="立会者: staff number"),
        sa.Column("medium", sa.Text(), nullable=True, comment="what it was written to"),
        sa.Column("records", sa.Integer(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=True, comment="SHA-256 of the encrypted file"),
        sa.PrimaryKeyConstraint("municipality_code", "id", name="pk_extractions"),
    )
    op.create_index("ix_extractions_state", "extractions", ["municipality_code", "state", "id"], unique=False)

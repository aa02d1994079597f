"""the ledger's tree, its checkpoints and where they were taken, every policy that ever decided, staff's own numbers

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _make_tree()
    _make_checkpoints()
    _make_policies()
    op.add_column(
        "grants",
        sa.Column(
            "own_number",
            sa.Text(),
            nullable=True,
            comment="her own addressee number, for the analyses of the ledger alone",
        ),
    )


def downgrade() -> None:
    """Drop them again: which policy decided on a day is then known by its hash alone."""
    for table in (
        "policies",
        "ledger_deletions",
        "ledger_takings",
        "ledger_checkpoints",
        "ledger_frontiers",
        "ledger_nodes",
    ):
        op.drop_table(table)
    op.drop_column("grants", "own_number")


def _make_tree() -> None:
    """The hashes of the ledger's tree."""
    op.create_table(
        "ledger_nodes",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column(
            "level",
            sa.SmallInteger(),
            autoincrement=False,
            nullable=False,
            comment="0: of an entry; 8, 16 …: of 2^level",
        ),
        sa.Column(
            "place", sa.BigInteger(), autoincrement=False, nullable=False, comment="on its level, counted from 0"
        ),
        sa.Column("hash", sa.LargeBinary(), nullable=False, comment="RFC 6962, SHA-256"),
        sa.CheckConstraint("octet_length(hash) = 32", name="ck_ledger_nodes_hash"),
        sa.PrimaryKeyConstraint("municipality_code", "level", "place", name="pk_ledger_nodes"),
    )
    op.create_table(
        "ledger_frontiers",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False, comment="the tree's size, and its perfect subtrees"),
        sa.PrimaryKeyConstraint("municipality_code", name="pk_ledger_frontiers"),
    )


def _make_checkpoints() -> None:
    """What was signed of it, who outside took it, and what was deleted in time."""
    op.create_table(
        "ledger_checkpoints",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False, comment="C2SP tlog-checkpoint, signed"),
        sa.PrimaryKeyConstraint("municipality_code", "size", name="pk_ledger_checkpoints"),
    )
    op.create_table(
        "ledger_takings",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Text(), nullable=False, comment="outside the database: a file, syslog, a witness"),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "cosignatures",
            sa.Text(),
            nullable=False,
            comment="a witness's signature lines; empty for who signs nothing",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code", "size"],
            ["ledger_checkpoints.municipality_code", "ledger_checkpoints.size"],
            name="fk_ledger_takings_checkpoint",
        ),
        sa.PrimaryKeyConstraint("municipality_code", "size", "place", name="pk_ledger_takings"),
    )
    op.create_index("ix_ledger_takings_place", "ledger_takings", ["municipality_code", "place", "size"])
    op.create_table(
        "ledger_deletions",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column(
            "before", sa.BigInteger(), autoincrement=False, nullable=False, comment="entries below this position"
        ),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False, comment="the signed record of it"),
        sa.PrimaryKeyConstraint("municipality_code", "before", name="pk_ledger_deletions"),
    )


def _make_policies() -> None:
    op.create_table(
        "policies",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column(
            "hash",
            sa.Text(),
            nullable=False,
            comment="SHA-256 of its text, hexadecimal: as the ledger's entries name it",
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False, comment="after another had decided"),
        sa.PrimaryKeyConstraint("municipality_code", "first_used_at", "hash", name="pk_policies"),
    )

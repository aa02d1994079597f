"""notifications, life events and what follows from them

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from persistence.home import StartRefused

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WITH_RECORDS = ("residents", "resident_versions")


def upgrade() -> None:
    """Make the tables, and a column for an item that is never blank on a foreign resident's record.

    Nobody can say it for those who are registered without it, so a register that holds one is not taken over.
    """
    _require_no_foreign_resident()
    for table in WITH_RECORDS:
        op.add_column(
            table, sa.Column("became_foreign_resident_on", sa.Text(), nullable=True, comment="外国人住民となった年月日")
        )
    _widen_support_measures()
    op.create_index(
        "ix_resident_versions_code", "resident_versions", ["municipality_code", "resident_record_code"], unique=False
    )
    _make_notifications()
    _make_events()
    _make_stock()


def downgrade() -> None:
    """Drop them again, with everything that was notified."""
    for table in (
        "job_runs",
        "restrictions",
        "number_heads",
        "code_pool",
        "outbox",
        "life_events",
        "change_heads",
        "idempotency_keys",
        "pending_numbers",
        "holds",
        "notifications",
    ):
        op.drop_table(table)
    _narrow_support_measures()
    op.drop_index("ix_resident_versions_code", "resident_versions")
    for table in WITH_RECORDS:
        op.drop_column(table, "became_foreign_resident_on")


def _require_no_foreign_resident() -> None:
    there = sa.text("SELECT 1 FROM residents WHERE foreign_resident_category IS NOT NULL LIMIT 1")
    if op.get_bind().execute(there).first() is not None:
        raise StartRefused(
            "This register was made by an unreleased version of daicho: start with a new one, and import.",
            "この台帳は公開前の版で作成されました。新しい台帳を作成し、取り込んでください。",
        )


def _widen_support_measures() -> None:
    """Applications, with their provisional measures, beside the periods that were decided."""
    op.alter_column(
        "support_measures",
        "ends_on",
        nullable=True,
        existing_type=sa.Date(),
    )
    op.execute(
        "COMMENT ON COLUMN support_measures.ends_on IS"
        " 'the last day on which it holds; none: until it is decided (仮支援措置)'"
    )
    for column in _of_support_measures():
        op.add_column("support_measures", column)
    op.create_index(
        "ix_support_measures_application",
        "support_measures",
        ["municipality_code", "application_id"],
        postgresql_where=sa.text("application_id IS NOT NULL"),
    )


def _narrow_support_measures() -> None:
    """Only what was decided for a period is left."""
    op.drop_index("ix_support_measures_application", table_name="support_measures")
    op.execute("DELETE FROM support_measures WHERE ends_on IS NULL OR ended_at IS NOT NULL")
    for column in _of_support_measures():
        op.drop_column("support_measures", column.name)
    op.alter_column("support_measures", "ends_on", nullable=False, existing_type=sa.Date())
    op.execute("COMMENT ON COLUMN support_measures.ends_on IS 'the last day on which it holds'")


def _of_support_measures() -> tuple[sa.Column[object], ...]:
    """What is known of an application, and what became of it."""
    return (
        sa.Column("state", sa.Text(), comment="PROVISIONAL, DECIDED, REFUSED or ENDED; none: decided, and imported"),
        sa.Column("application_id", sa.Uuid(), comment="shared by who applied together; none: nobody else did"),
        sa.Column(
            "relationship", sa.Text(), comment="of who joins the application (併せて支援を求める者) to the applicant"
        ),
        sa.Column("covers", postgresql.ARRAY(sa.Text()), comment="支援を求められている事務; none: all"),
        sa.Column("provisional_from", sa.Date(), comment="仮支援措置の開始年月日, once it is decided"),
        sa.Column("received_from", sa.Text(), comment="当初受付市区町村, where it is another"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), comment="none: it was imported"),
        sa.Column("recorded_by", sa.Text()),
        sa.Column("ended_at", sa.DateTime(timezone=True), comment="when it was refused or ended: it protects no more"),
        sa.Column("ended_by", sa.Text()),
    )


def _make_notifications() -> None:
    """Notifications until they are approved, and whom they hold."""
    op.create_table(
        "notifications",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="PROVISIONAL (仮登録), APPROVED (本登録), WITHDRAWN"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False, comment="staff number"),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("terminal", sa.Text(), nullable=False),
        sa.Column(
            "changes",
            postgresql.JSONB(),
            nullable=False,
            comment="the events, each with its addressee number; no number",
        ),
        sa.Column(
            "versions",
            postgresql.JSONB(),
            nullable=False,
            comment="the history numbers that its maker saw, by addressee number",
        ),
        sa.Column(
            "findings", postgresql.JSONB(), nullable=False, comment="what the checks found, and the names of inputs"
        ),
        sa.Column(
            "acknowledged",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="codes of the warnings that the maker has seen",
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True, comment="who approved or withdrew it: staff number"),
        sa.PrimaryKeyConstraint("municipality_code", "id", name="pk_notifications"),
    )
    op.create_index("ix_notifications_state", "notifications", ["municipality_code", "state", "id"], unique=False)
    op.create_table(
        "holds",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="RESIDENT or HOUSEHOLD"),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column(
            "history_number", sa.Integer(), nullable=False, comment="the version that was seen; 0: none, or a household"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code", "notification_id"],
            ["notifications.municipality_code", "notifications.id"],
            name="fk_holds_notification",
        ),
        sa.PrimaryKeyConstraint("municipality_code", "kind", "number", name="pk_holds"),
    )
    op.create_index("ix_holds_notification", "holds", ["municipality_code", "notification_id"], unique=False)
    op.create_table(
        "pending_numbers",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("addressee_number", sa.Text(), nullable=False),
        sa.Column("number_version", sa.SmallInteger(), nullable=False, comment="which of hers it will be"),
        sa.Column(
            "ciphertext", sa.LargeBinary(), nullable=False, comment="個人番号, sealed for the row that it will be"
        ),
        sa.Column("blind_index", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code", "notification_id"],
            ["notifications.municipality_code", "notifications.id"],
            name="fk_pending_numbers_notification",
        ),
        sa.PrimaryKeyConstraint("municipality_code", "addressee_number", "number_version", name="pk_pending_numbers"),
    )
    op.create_index(
        "ix_pending_numbers_notification", "pending_numbers", ["municipality_code", "notification_id"], unique=False
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request", sa.LargeBinary(), nullable=False, comment="keyed hash of what was asked"),
        sa.Column(
            "answer", postgresql.JSONB(), nullable=False, comment="what was answered: ids, codes and names, no values"
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("municipality_code", "caller", "key", name="pk_idempotency_keys"),
    )


def _make_events() -> None:
    """Life events, in the order of commits, and what counterparts must hear of them."""
    op.create_table(
        "change_heads",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column(
            "size", sa.BigInteger(), nullable=False, comment="how many life events there are: the next one's sequence"
        ),
        sa.PrimaryKeyConstraint("municipality_code", name="pk_change_heads"),
    )
    op.create_table(
        "life_events",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("addressee_number", sa.Text(), nullable=False),
        sa.Column("event_number", sa.Integer(), nullable=False, comment="among the person's, from 1"),
        sa.Column(
            "sequence", sa.BigInteger(), autoincrement=False, nullable=False, comment="among all, from 0, by commit"
        ),
        sa.Column("notification_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="the class in domain/life_events.py"),
        sa.Column("reason", sa.Text(), nullable=False, comment="異動事由"),
        sa.Column("said", postgresql.JSONB(), nullable=False, comment="what the event says; no number"),
        sa.Column(
            "number_version",
            sa.SmallInteger(),
            nullable=True,
            comment="of the Individual Number that it brought, in the vault",
        ),
        sa.Column("history_number", sa.Integer(), nullable=False, comment="of the last version that it made"),
        sa.Column("versions", sa.SmallInteger(), nullable=False, comment="how many versions it made"),
        sa.Column(
            "changed_items",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="the items that it changed in what stands",
        ),
        sa.Column(
            "was_facts",
            sa.SmallInteger(),
            nullable=True,
            comment="code of the facts before it; none: there was no record",
        ),
        sa.Column("facts", sa.SmallInteger(), nullable=False, comment="code of the facts after it"),
        sa.Column(
            "released_for",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="purposes with a release in force that day",
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_number", sa.Text(), nullable=False),
        sa.Column("terminal", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code", "addressee_number"],
            ["residents.municipality_code", "residents.addressee_number"],
            name="fk_life_events_resident",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code", "notification_id"],
            ["notifications.municipality_code", "notifications.id"],
            name="fk_life_events_notification",
        ),
        sa.PrimaryKeyConstraint("municipality_code", "addressee_number", "event_number", name="pk_life_events"),
        sa.UniqueConstraint("municipality_code", "sequence", name="uq_life_events_sequence"),
    )
    op.create_index(
        "ix_life_events_notification", "life_events", ["municipality_code", "notification_id"], unique=False
    )
    op.create_table(
        "outbox",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("counterpart", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("addressee_number", sa.Text(), nullable=False),
        sa.Column(
            "place",
            sa.Integer(),
            nullable=False,
            comment="among the person's messages, from 1: they leave in this order",
        ),
        sa.Column("event_number", sa.Integer(), nullable=False, comment="the life event that it tells of"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_code", "addressee_number", "event_number"],
            ["life_events.municipality_code", "life_events.addressee_number", "life_events.event_number"],
            name="fk_outbox_event",
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name="pk_outbox"),
        sa.UniqueConstraint("municipality_code", "addressee_number", "place", name="uq_outbox_place"),
    )
    op.create_index("ix_outbox_delivered", "outbox", ["municipality_code", "delivered_at", "made_at"], unique=False)


def _make_stock() -> None:
    """Numbers and codes to give out, restrictions, and the runs of jobs."""
    op.create_table(
        "code_pool",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column(
            "code", sa.Text(), nullable=False, comment="住民票コード that J-LIS designated and nobody has had yet"
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notification_id", sa.Uuid(), nullable=True, comment="for which it was drawn; none: it is free"),
        sa.PrimaryKeyConstraint("municipality_code", "code", name="pk_code_pool"),
    )
    op.create_table(
        "number_heads",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="RESIDENT or HOUSEHOLD"),
        sa.Column("last", sa.BigInteger(), nullable=False, comment="the last serial that was given out"),
        sa.PrimaryKeyConstraint("municipality_code", "kind", name="pk_number_heads"),
    )
    op.create_table(
        "restrictions",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="RESIDENT or HOUSEHOLD"),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False, comment="CHANGE, CERTIFICATE or INQUIRY"),
        sa.Column("level", sa.Text(), nullable=False, comment="ERROR, ALERT or NONE"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column(
            "ends_on",
            sa.Date(),
            nullable=True,
            comment="planned; a restriction never ends by itself (標準仕様書1.0 3.1)",
        ),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column(
            "released_until", sa.DateTime(timezone=True), nullable=True, comment="一時解除: until then it does not hold"
        ),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("municipality_code", "id", name="pk_restrictions"),
    )
    op.create_index("ix_restrictions_number", "restrictions", ["municipality_code", "kind", "number"], unique=False)
    op.create_table(
        "job_runs",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False, comment="the day in Japan for which it ran"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.Integer(), nullable=True, comment="how many records it changed"),
        sa.Column("failed", sa.Boolean(), nullable=True, comment="whether something was left to do"),
        sa.PrimaryKeyConstraint("municipality_code", "id", name="pk_job_runs"),
    )
    op.create_index("ix_job_runs_job", "job_runs", ["municipality_code", "job", "started_at"], unique=False)

"""What changes the register: notifications until they are approved, life events, and what follows from them.

Life events are only ever inserted, like the versions that they make; their sequence is taken from `change_heads` as the
ledger's positions are, so it follows the order of commits. No Individual Number stands in any of these tables but
sealed: one that a notification brings lies in `pending_numbers` until it is approved.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
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
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from persistence.metadata import METADATA

NOTIFICATIONS = Table(
    "notifications",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("state", Text, nullable=False, comment="PROVISIONAL (仮登録), APPROVED (本登録), WITHDRAWN"),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("made_by", Text, nullable=False, comment="staff number"),
    Column("department", Text, nullable=False),
    Column("terminal", Text, nullable=False),
    Column("changes", JSONB, nullable=False, comment="the events, each with its addressee number; no number"),
    Column("versions", JSONB, nullable=False, comment="the history numbers that its maker saw, by addressee number"),
    Column("findings", JSONB, nullable=False, comment="what the checks found, and the names of inputs"),
    Column("acknowledged", ARRAY(Text), nullable=False, comment="codes of the warnings that the maker has seen"),
    Column("ended_at", DateTime(timezone=True)),
    Column("ended_by", Text, comment="who approved or withdrew it: staff number"),
    PrimaryKeyConstraint("municipality_code", "id", name="pk_notifications"),
    Index("ix_notifications_state", "municipality_code", "state", "id"),
)

HOLDS = Table(
    "holds",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="RESIDENT or HOUSEHOLD"),
    Column("number", Text, nullable=False),
    Column("notification_id", Uuid, nullable=False),
    Column("history_number", Integer, nullable=False, comment="the version that was seen; 0: none, or a household"),
    PrimaryKeyConstraint("municipality_code", "kind", "number", name="pk_holds"),
    ForeignKeyConstraint(
        ("municipality_code", "notification_id"),
        ("notifications.municipality_code", "notifications.id"),
        name="fk_holds_notification",
    ),
    Index("ix_holds_notification", "municipality_code", "notification_id"),
)
"""排他制御 (標準仕様書1.0 10.3): whom a provisional notification touches nobody else may change."""

PENDING_NUMBERS = Table(
    "pending_numbers",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("notification_id", Uuid, nullable=False),
    Column("addressee_number", Text, nullable=False),
    Column("number_version", SmallInteger, nullable=False, comment="which of hers it will be"),
    Column("ciphertext", LargeBinary, nullable=False, comment="個人番号, sealed for the row that it will be"),
    Column("blind_index", LargeBinary, nullable=False),
    Column("key_id", BigInteger, nullable=False),
    PrimaryKeyConstraint("municipality_code", "addressee_number", "number_version", name="pk_pending_numbers"),
    ForeignKeyConstraint(
        ("municipality_code", "notification_id"),
        ("notifications.municipality_code", "notifications.id"),
        name="fk_pending_numbers_notification",
    ),
    Index("ix_pending_numbers_notification", "municipality_code", "notification_id"),
)
"""Two may bring the same number: whoever notified one that is taken must not hear of it so (A-10)."""

CHANGE_HEADS = Table(
    "change_heads",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("size", BigInteger, nullable=False, comment="how many life events there are: the next one's sequence"),
    PrimaryKeyConstraint("municipality_code", name="pk_change_heads"),
)

LIFE_EVENTS = Table(
    "life_events",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("addressee_number", Text, nullable=False),
    Column("event_number", Integer, nullable=False, comment="among the person's, from 1"),
    Column("sequence", BigInteger, nullable=False, autoincrement=False, comment="among all, from 0, by commit"),
    Column("notification_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False, comment="the class in domain/life_events.py"),
    Column("reason", Text, nullable=False, comment="異動事由"),
    Column("said", JSONB, nullable=False, comment="what the event says; no number"),
    Column("number_version", SmallInteger, comment="of the Individual Number that it brought, in the vault"),
    Column("history_number", Integer, nullable=False, comment="of the last version that it made"),
    Column("versions", SmallInteger, nullable=False, comment="how many versions it made"),
    Column("changed_items", ARRAY(Text), nullable=False, comment="the items that it changed in what stands"),
    Column("was_facts", SmallInteger, comment="code of the facts before it; none: there was no record"),
    Column("facts", SmallInteger, nullable=False, comment="code of the facts after it"),
    Column("released_for", ARRAY(Text), nullable=False, comment="purposes with a release in force that day"),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("staff_number", Text, nullable=False),
    Column("terminal", Text, nullable=False),
    PrimaryKeyConstraint("municipality_code", "addressee_number", "event_number", name="pk_life_events"),
    UniqueConstraint("municipality_code", "sequence", name="uq_life_events_sequence"),
    ForeignKeyConstraint(
        ("municipality_code", "addressee_number"),
        ("residents.municipality_code", "residents.addressee_number"),
        name="fk_life_events_resident",
    ),
    ForeignKeyConstraint(
        ("municipality_code", "notification_id"),
        ("notifications.municipality_code", "notifications.id"),
        name="fk_life_events_notification",
    ),
    Index("ix_life_events_notification", "municipality_code", "notification_id"),
)

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("counterpart", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("addressee_number", Text, nullable=False),
    Column("place", Integer, nullable=False, comment="among the person's messages, from 1: they leave in this order"),
    Column("event_number", Integer, nullable=False, comment="the life event that it tells of"),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("delivered_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("municipality_code", "id", name="pk_outbox"),
    UniqueConstraint("municipality_code", "addressee_number", "place", name="uq_outbox_place"),
    ForeignKeyConstraint(
        ("municipality_code", "addressee_number", "event_number"),
        ("life_events.municipality_code", "life_events.addressee_number", "life_events.event_number"),
        name="fk_outbox_event",
    ),
    Index("ix_outbox_delivered", "municipality_code", "delivered_at", "made_at"),
)
"""What counterparts must hear. A message holds no values: what it says is read from the event when it leaves."""

IDEMPOTENCY_KEYS = Table(
    "idempotency_keys",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("request", LargeBinary, nullable=False, comment="keyed hash of what was asked"),
    Column("answer", JSONB, nullable=False, comment="what was answered: ids, codes and names, no values"),
    Column("made_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("municipality_code", "caller", "key", name="pk_idempotency_keys"),
)

CODE_POOL = Table(
    "code_pool",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("code", Text, nullable=False, comment="住民票コード that J-LIS designated and nobody has had yet"),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("notification_id", Uuid, comment="for which it was drawn; none: it is free"),
    PrimaryKeyConstraint("municipality_code", "code", name="pk_code_pool"),
)

NUMBER_HEADS = Table(
    "number_heads",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="RESIDENT or HOUSEHOLD"),
    Column("last", BigInteger, nullable=False, comment="the last serial that was given out"),
    PrimaryKeyConstraint("municipality_code", "kind", name="pk_number_heads"),
)

RESTRICTIONS = Table(
    "restrictions",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("kind", Text, nullable=False, comment="RESIDENT or HOUSEHOLD"),
    Column("number", Text, nullable=False),
    Column("process", Text, nullable=False, comment="CHANGE, CERTIFICATE or INQUIRY"),
    Column("level", Text, nullable=False, comment="ERROR, ALERT or NONE"),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, comment="planned; a restriction never ends by itself (標準仕様書1.0 3.1)"),
    Column("placed_at", DateTime(timezone=True), nullable=False),
    Column("placed_by", Text, nullable=False),
    Column("released_until", DateTime(timezone=True), comment="一時解除: until then it does not hold"),
    Column("released_by", Text),
    Column("lifted_at", DateTime(timezone=True)),
    Column("lifted_by", Text),
    PrimaryKeyConstraint("municipality_code", "id", name="pk_restrictions"),
    Index("ix_restrictions_number", "municipality_code", "kind", "number"),
)

JOB_RUNS = Table(
    "job_runs",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("job", Text, nullable=False),
    Column("day", Date, nullable=False, comment="the day in Japan for which it ran"),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("done", Integer, comment="how many records it changed"),
    Column("failed", Boolean, comment="whether something was left to do"),
    PrimaryKeyConstraint("municipality_code", "id", name="pk_job_runs"),
    Index("ix_job_runs_job", "municipality_code", "job", "started_at"),
)

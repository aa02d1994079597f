"""The register's tables: residents, their households, their Individual Numbers, and the support measures.

Every item of `domain/items.py` is a text column of its name, in the form in which it leaves the service, so that
reading it is nothing but reading. The Individual Number lies apart, in the vault (`vault_tables`), and what residents
are found by in `search_tables`. `residents` holds what stands now, `resident_versions` all that ever stood.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from domain.items import ADDED_BY_LAW, F1_ITEMS, Form, Item
from persistence.metadata import METADATA

KEYS = ("addressee_number", "household_number")
APART = ("individual_number",)
BEGINNINGS = ("date_of_birth",)
"""Searched by how they begin: a range in the C collation."""
AT_HOME = ("addressee_number", "household_number", "is_closed")
"""Who lives in which household."""


def _item_column(item: Item) -> Column[object]:
    kind = ARRAY(Text) if item.form is Form.TEXTS else Text(collation="C" if item.identifier in BEGINNINGS else None)
    return Column(item.identifier, kind, nullable=item.identifier not in KEYS, comment=item.japanese)


HOUSEHOLDS = Table(
    "households",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("household_number", Text, nullable=False),
    Column(
        "householder_number", Text, comment="addressee number; a household may have no householder (標準仕様書1.0 j100)"
    ),
    PrimaryKeyConstraint("municipality_code", "household_number", name="pk_households"),
)

RESIDENTS = Table(
    "residents",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    *(_item_column(item) for item in (*F1_ITEMS, *ADDED_BY_LAW) if item.identifier not in APART),
    Column("date_texts", JSONB, nullable=False, comment="what a date says beyond its ISO form (不詳日)"),
    Column("is_closed", Boolean, nullable=False, comment="住民票の除票"),
    Column("member_order", SmallInteger, nullable=False, comment="世帯員の並び順（標準仕様書1.0 5.2）"),
    Column("history_number", Integer, nullable=False, comment="履歴番号: of the version that stands"),
    Column("number_version", SmallInteger, comment="which of her Individual Numbers stands in the vault; none: none"),
    PrimaryKeyConstraint("municipality_code", "addressee_number", name="pk_residents"),
    UniqueConstraint("municipality_code", "resident_record_code", name="uq_residents_code"),
    UniqueConstraint("municipality_code", *AT_HOME, name="uq_residents_at_home"),
    ForeignKeyConstraint(
        ("municipality_code", "household_number"),
        ("households.municipality_code", "households.household_number"),
        name="fk_residents_household",
    ),
    Index("ix_residents_household", "municipality_code", "household_number"),
    Index("ix_residents_date_of_birth", "municipality_code", "date_of_birth"),
)

RESIDENT_VERSIONS = Table(
    "resident_versions",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    *(_item_column(item) for item in (*F1_ITEMS, *ADDED_BY_LAW) if item.identifier not in APART),
    Column("date_texts", JSONB, nullable=False, comment="what a date says beyond its ISO form (不詳日)"),
    Column("is_closed", Boolean, nullable=False, comment="住民票の除票"),
    Column("history_number", Integer, nullable=False, comment="履歴番号: 1, 2, 3 … (標準仕様書1.0 1.2.1)"),
    Column("number_version", SmallInteger, comment="which of her Individual Numbers it had"),
    Column("valid_from", Date, nullable=False, comment="the day from which the record said this"),
    Column("recorded_at", DateTime(timezone=True), nullable=False, comment="when the register came to know it"),
    PrimaryKeyConstraint("municipality_code", "addressee_number", "history_number", name="pk_resident_versions"),
    ForeignKeyConstraint(
        ("municipality_code", "addressee_number"),
        ("residents.municipality_code", "residents.addressee_number"),
        name="fk_resident_versions_resident",
    ),
    Index("ix_resident_versions_code", "municipality_code", "resident_record_code"),
)
"""Every version of every record, the one that stands included: only ever inserted."""

SUPPORT_MEASURES = Table(
    "support_measures",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("addressee_number", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, comment="the last day on which it holds; none: until it is decided (仮支援措置)"),
    Column("household_number", Text, nullable=False, comment="where she lives, kept equal by the foreign key"),
    Column("is_closed", Boolean, nullable=False, comment="whether her record is closed, kept equal likewise"),
    Column("state", Text, comment="PROVISIONAL, DECIDED, REFUSED or ENDED; none: decided, and imported"),
    Column("application_id", Uuid, comment="shared by who applied together; none: nobody else did"),
    Column("relationship", Text, comment="of who joins the application (併せて支援を求める者) to the applicant"),
    Column("covers", ARRAY(Text), comment="支援を求められている事務; none: all"),
    Column("provisional_from", Date, comment="仮支援措置の開始年月日, once it is decided"),
    Column("received_from", Text, comment="当初受付市区町村, where it is another"),
    Column("recorded_at", DateTime(timezone=True), comment="none: it was imported"),
    Column("recorded_by", Text),
    Column("ended_at", DateTime(timezone=True), comment="when it was refused or ended: it protects no more"),
    Column("ended_by", Text),
    PrimaryKeyConstraint("municipality_code", "id", name="pk_support_measures"),
    # Whom a household protects is asked for every record that is read. So it stands here, one look away, and the
    # database itself lets it follow her when she moves.
    ForeignKeyConstraint(
        ("municipality_code", *AT_HOME),
        ("residents.municipality_code", *(f"residents.{name}" for name in AT_HOME)),
        name="fk_support_measures_resident",
        onupdate="CASCADE",
    ),
    Index("ix_support_measures_resident", "municipality_code", "addressee_number"),
    Index("ix_support_measures_household", "municipality_code", "household_number"),
    # Only of those that were applied for here: else it draws statements to it that look somebody up.
    Index(
        "ix_support_measures_application",
        "municipality_code",
        "application_id",
        postgresql_where=text("application_id IS NOT NULL"),
    ),
)

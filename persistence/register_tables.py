"""The register's tables: residents, their households, their Individual Numbers, and the support measures.

Every item of `domain/items.py` is a text column of its name, in the form in which it leaves the service, so that
reading it is nothing but reading. The Individual Number has a table of its own, read only where the decision shows it.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from domain.items import ADDED_BY_LAW, F1_ITEMS, Form, Item
from persistence.metadata import METADATA

KEYS = ("addressee_number", "household_number")
APART = ("individual_number",)
AT_HOME = ("addressee_number", "household_number", "is_closed")
"""Who lives in which household."""


def _item_column(item: Item) -> Column[object]:
    kind = ARRAY(Text) if item.form is Form.TEXTS else Text()
    return Column(item.identifier, kind, nullable=item.identifier not in KEYS, comment=item.japanese)


def _search_key(name: str, of: str) -> Column[str]:
    """Compared byte by byte: a prefix is then a range of a B-tree, also under row-level security."""
    return Column(name, Text(collation="C"), comment=f"normal form of {of} for searching")


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
    _search_key("full_name_key", "full_name"),
    _search_key("name_kana_key", "name_kana"),
    _search_key("current_address_key", "current_address"),
    PrimaryKeyConstraint("municipality_code", "addressee_number", name="pk_residents"),
    UniqueConstraint("municipality_code", "resident_record_code", name="uq_residents_code"),
    UniqueConstraint("municipality_code", *AT_HOME, name="uq_residents_at_home"),
    ForeignKeyConstraint(
        ("municipality_code", "household_number"),
        ("households.municipality_code", "households.household_number"),
        name="fk_residents_household",
    ),
    Index("ix_residents_household", "municipality_code", "household_number"),
    Index("ix_residents_full_name", "municipality_code", "full_name_key"),
    Index("ix_residents_name_kana", "municipality_code", "name_kana_key"),
    Index("ix_residents_address", "municipality_code", "current_address_key"),
    Index("ix_residents_date_of_birth", "municipality_code", "date_of_birth"),
)

INDIVIDUAL_NUMBERS = Table(
    "individual_numbers",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("addressee_number", Text, nullable=False),
    Column("individual_number", Text, nullable=False, comment="個人番号"),
    PrimaryKeyConstraint("municipality_code", "addressee_number", name="pk_individual_numbers"),
    UniqueConstraint("municipality_code", "individual_number", name="uq_individual_numbers_number"),
    ForeignKeyConstraint(
        ("municipality_code", "addressee_number"),
        ("residents.municipality_code", "residents.addressee_number"),
        name="fk_individual_numbers_resident",
    ),
)

SUPPORT_MEASURES = Table(
    "support_measures",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("id", Uuid, nullable=False),
    Column("addressee_number", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False, comment="the last day on which it holds"),
    Column("household_number", Text, nullable=False, comment="where she lives, kept equal by the foreign key"),
    Column("is_closed", Boolean, nullable=False, comment="whether her record is closed, kept equal likewise"),
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
)

"""The vault: Individual Numbers, encrypted, and the keys that open them, themselves encrypted."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from persistence.metadata import METADATA

INDIVIDUAL_NUMBERS = Table(
    "individual_numbers",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("addressee_number", Text, nullable=False),
    Column("number_version", SmallInteger, nullable=False, comment="1 for her first, one more for each change"),
    Column("ciphertext", LargeBinary, nullable=False, comment="個人番号, encrypted and bound to this row (AEAD)"),
    Column("blind_index", LargeBinary, nullable=False, comment="keyed PRF of it, with the id of its key before it"),
    Column("key_id", BigInteger, nullable=False, comment="the key of the ciphertext, for rotation"),
    PrimaryKeyConstraint("municipality_code", "addressee_number", "number_version", name="pk_individual_numbers"),
    UniqueConstraint("municipality_code", "blind_index", name="uq_individual_numbers_index"),
    ForeignKeyConstraint(
        ("municipality_code", "addressee_number"),
        ("residents.municipality_code", "residents.addressee_number"),
        name="fk_individual_numbers_resident",
    ),
    Index("ix_individual_numbers_key", "municipality_code", "key_id"),
)

KEYSETS = Table(
    "keysets",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("name", Text, nullable=False, comment="number (AEAD) or index (PRF)"),
    Column("generation", Integer, nullable=False, comment="one more with each change of the keyset"),
    Column("keyset", LargeBinary, nullable=False, comment="tink keyset, encrypted under the key of DAICHO_KEY_FILE"),
    PrimaryKeyConstraint("municipality_code", "name", name="pk_keysets"),
)

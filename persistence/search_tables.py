"""What residents are found by: normal forms of names and addresses, whole and in pieces.

Under row-level security only leakproof operators use an index, and `=` and `<` of texts are such. So a prefix is a
range of keys in the C collation, and a part of a name is looked for by its bigrams, one a row. Both tables are derived
from the records and can be made again from them: hence no foreign keys.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, PrimaryKeyConstraint, Table, Text

from persistence.metadata import METADATA

SEARCH_KEYS = Table(
    "search_keys",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="the item, as full_name"),
    Column("key", Text(collation="C"), nullable=False, comment="its normal form"),
    Column("addressee_number", Text, nullable=False),
    Column("is_past", Boolean, nullable=False, comment="stands in an earlier version only"),
    PrimaryKeyConstraint("municipality_code", "kind", "key", "addressee_number", name="pk_search_keys"),
    Index("ix_search_keys_resident", "municipality_code", "addressee_number", "kind"),
)

SEARCH_BIGRAMS = Table(
    "search_bigrams",
    METADATA,
    Column("municipality_code", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("bigram", Text(collation="C"), nullable=False, comment="two characters of a key, or its last one"),
    Column("addressee_number", Text, nullable=False),
    PrimaryKeyConstraint("municipality_code", "kind", "bigram", "addressee_number", name="pk_search_bigrams"),
)

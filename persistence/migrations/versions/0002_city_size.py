"""the vault, search keys and history

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from persistence.home import StartRefused

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; a register that holds somebody is not taken over: its numbers lie there in clear."""
    _require_nobody()
    _forget_keys()
    _make_vault()
    _make_tables()


def downgrade() -> None:
    """Back to the tables of 0001; only where nobody is registered."""
    _require_nobody()
    for table in ("resident_versions", "search_keys", "search_bigrams", "keysets", "individual_numbers"):
        op.drop_table(table)
    op.drop_column("residents", "number_version")
    op.drop_column("residents", "history_number")
    op.alter_column("residents", "date_of_birth", type_=sa.Text())
    for item in ("full_name", "name_kana", "current_address"):
        comment = f"normal form of {item} for searching"
        op.add_column("residents", sa.Column(f"{item}_key", sa.Text(collation="C"), comment=comment))
    for name, item in (("full_name", "full_name"), ("name_kana", "name_kana"), ("address", "current_address")):
        op.create_index(f"ix_residents_{name}", "residents", ["municipality_code", f"{item}_key"])
    op.create_table(
        "individual_numbers",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("addressee_number", sa.Text(), nullable=False),
        sa.Column("individual_number", sa.Text(), nullable=False, comment="個人番号"),
        _of_a_resident("fk_individual_numbers_resident"),
        sa.PrimaryKeyConstraint("municipality_code", "addressee_number", name="pk_individual_numbers"),
        sa.UniqueConstraint("municipality_code", "individual_number", name="uq_individual_numbers_number"),
    )


def _require_nobody() -> None:
    if op.get_bind().execute(sa.text("SELECT 1 FROM residents LIMIT 1")).first() is not None:
        raise StartRefused(
            "This register was made by an unreleased version of daicho: start with a new one, and import.",
            "この台帳は公開前の版で作成されました。新しい台帳を作成し、取り込んでください。",
        )


def _of_a_resident(name: str) -> sa.ForeignKeyConstraint:
    columns = ["municipality_code", "addressee_number"]
    return sa.ForeignKeyConstraint(columns, [f"residents.{column}" for column in columns], name=name)


def _forget_keys() -> None:
    for name, item in (("full_name", "full_name"), ("name_kana", "name_kana"), ("address", "current_address")):
        op.drop_index(f"ix_residents_{name}", "residents")
        op.drop_column("residents", f"{item}_key")


def _make_vault() -> None:
    op.drop_table("individual_numbers")
    op.create_table(
        "individual_numbers",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("addressee_number", sa.Text(), nullable=False),
        sa.Column(
            "number_version", sa.SmallInteger(), nullable=False, comment="1 for her first, one more for each change"
        ),
        sa.Column(
            "ciphertext", sa.LargeBinary(), nullable=False, comment="個人番号, encrypted and bound to this row (AEAD)"
        ),
        sa.Column(
            "blind_index", sa.LargeBinary(), nullable=False, comment="keyed PRF of it, with the id of its key before it"
        ),
        sa.Column("key_id", sa.BigInteger(), nullable=False, comment="the key of the ciphertext, for rotation"),
        _of_a_resident("fk_individual_numbers_resident"),
        sa.PrimaryKeyConstraint(
            "municipality_code", "addressee_number", "number_version", name="pk_individual_numbers"
        ),
        sa.UniqueConstraint("municipality_code", "blind_index", name="uq_individual_numbers_index"),
    )
    op.create_index("ix_individual_numbers_key", "individual_numbers", ["municipality_code", "key_id"])


def _make_tables() -> None:
    op.alter_column("residents", "date_of_birth", type_=sa.Text(collation="C"))
    op.add_column(
        "residents",
        sa.Column("history_number", sa.Integer(), nullable=False, comment="履歴番号: of the version that stands"),
    )
    op.add_column(
        "residents",
        sa.Column(
            "number_version",
            sa.SmallInteger(),
            comment="which of her Individual Numbers stands in the vault; none: none",
        ),
    )
    op.create_table(
        "keysets",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="number (AEAD) or index (PRF)"),
        sa.Column("generation", sa.Integer(), nullable=False, comment="one more with each change of the keyset"),
        sa.Column(
            "keyset",
            sa.LargeBinary(),
            nullable=False,
            comment="tink keyset, encrypted under the key of DAICHO_KEY_FILE",
        ),
        sa.PrimaryKeyConstraint("municipality_code", "name", name="pk_keysets"),
    )
    op.create_table(
        "search_bigrams",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("bigram", sa.Text(collation="C"), nullable=False, comment="two characters of a key, or its last one"),
        sa.Column("addressee_number", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("municipality_code", "kind", "bigram", "addressee_number", name="pk_search_bigrams"),
    )
    op.create_table(
        "search_keys",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="the item, as full_name"),
        sa.Column("key", sa.Text(collation="C"), nullable=False, comment="its normal form"),
        sa.Column("addressee_number", sa.Text(), nullable=False),
        sa.Column("is_past", sa.Boolean(), nullable=False, comment="stands in an earlier version only"),
        sa.PrimaryKeyConstraint("municipality_code", "kind", "key", "addressee_number", name="pk_search_keys"),
    )
    op.create_index(
        "ix_search_keys_resident", "search_keys", ["municipality_code", "addressee_number", "kind"], unique=False
    )
    op.create_table(
        "resident_versions",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("addressee_number", sa.Text(), nullable=False, comment="宛名番号"),
        sa.Column("household_number", sa.Text(), nullable=False, comment="世帯番号"),
        sa.Column("resident_record_code", sa.Text(), nullable=True, comment="住民票コード"),
        sa.Column("full_name", sa.Text(), nullable=True, comment="氏名"),
        sa.Column("date_of_birth", sa.Text(collation="C"), nullable=True, comment="生年月日"),
        sa.Column("sex", sa.Text(), nullable=True, comment="性別"),
        sa.Column("current_address", sa.Text(), nullable=True, comment="現住所"),
        sa.Column("building_line", sa.Text(), nullable=True, comment="方書"),
        sa.Column("relationship_to_householder", sa.Text(), nullable=True, comment="続柄"),
        sa.Column("householder_name", sa.Text(), nullable=True, comment="世帯主名"),
        sa.Column("registered_domicile", sa.Text(), nullable=True, comment="本籍地"),
        sa.Column("family_register_head", sa.Text(), nullable=True, comment="筆頭者"),
        sa.Column("residence_card_number", sa.Text(), nullable=True, comment="在留カード等番号"),
        sa.Column("foreign_resident_category", sa.Text(), nullable=True, comment="第30条45区分"),
        sa.Column("status_of_residence", sa.Text(), nullable=True, comment="在留資格"),
        sa.Column("period_of_stay", sa.Text(), nullable=True, comment="在留期間等"),
        sa.Column("period_of_stay_expires_on", sa.Text(), nullable=True, comment="在留期間の満了日"),
        sa.Column("nationality_or_region", sa.Text(), nullable=True, comment="国籍・地域"),
        sa.Column("alias_history", postgresql.ARRAY(sa.Text()), nullable=True, comment="通称履歴"),
        sa.Column("became_resident_on", sa.Text(), nullable=True, comment="住民となった日"),
        sa.Column("address_established_on", sa.Text(), nullable=True, comment="住所を定めた日"),
        sa.Column("ceased_resident_on", sa.Text(), nullable=True, comment="住民でなくなった日"),
        sa.Column("previous_address", sa.Text(), nullable=True, comment="前住所"),
        sa.Column("planned_move_out_address", sa.Text(), nullable=True, comment="転出予定先住所"),
        sa.Column("confirmed_move_out_address", sa.Text(), nullable=True, comment="転出確定住所"),
        sa.Column("individual_matters", postgresql.ARRAY(sa.Text()), nullable=True, comment="個別事項情報"),
        sa.Column("electoral_roll_registration", sa.Text(), nullable=True, comment="選挙人名簿資格（情報）"),
        sa.Column("national_health_insurance_eligibility", sa.Text(), nullable=True, comment="国民健康保険資格情報"),
        sa.Column("late_stage_elderly_care_eligibility", sa.Text(), nullable=True, comment="後期高齢者医療資格情報"),
        sa.Column("long_term_care_insurance_eligibility", sa.Text(), nullable=True, comment="介護保険資格情報"),
        sa.Column("national_pension_eligibility", sa.Text(), nullable=True, comment="国民年金資格情報"),
        sa.Column("child_allowance_eligibility", sa.Text(), nullable=True, comment="児童手当受給資格情報"),
        sa.Column("seal_registration", sa.Text(), nullable=True, comment="印鑑登録情報"),
        sa.Column("individual_number_card_status", sa.Text(), nullable=True, comment="個人番号カード交付状況"),
        sa.Column(
            "basic_resident_registration_card_status",
            sa.Text(),
            nullable=True,
            comment="住民基本台帳カード（交付状況）",
        ),
        sa.Column("change_record", sa.Text(), nullable=True, comment="異動情報"),
        sa.Column("change_reason", sa.Text(), nullable=True, comment="異動事由"),
        sa.Column("changed_on", sa.Text(), nullable=True, comment="異動年月日"),
        sa.Column("notified_on", sa.Text(), nullable=True, comment="届出年月日"),
        sa.Column("processed_on", sa.Text(), nullable=True, comment="処理年月日"),
        sa.Column("processed_at_time", sa.Text(), nullable=True, comment="処理時刻"),
        sa.Column("process_id", sa.Text(), nullable=True, comment="処理ID"),
        sa.Column("terminal_id", sa.Text(), nullable=True, comment="端末ID"),
        sa.Column("staff_number", sa.Text(), nullable=True, comment="職員番号"),
        sa.Column("integrated_addressee_number", sa.Text(), nullable=True, comment="団体内統合宛名番号"),
        sa.Column("name_kana", sa.Text(), nullable=True, comment="氏名カナ"),
        sa.Column("name_katakana_transcription", sa.Text(), nullable=True, comment="氏名のカタカナ表記"),
        sa.Column("notification_reason", sa.Text(), nullable=True, comment="届出事由"),
        sa.Column("information_provision_code", sa.Text(), nullable=True, comment="情報提供用個人識別（符号）"),
        sa.Column("name_reading", sa.Text(), nullable=True, comment="氏名の振り仮名"),
        sa.Column("former_surname", sa.Text(), nullable=True, comment="旧氏"),
        sa.Column("former_surname_reading", sa.Text(), nullable=True, comment="旧氏の振り仮名"),
        sa.Column(
            "date_texts",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="what a date says beyond its ISO form (不詳日)",
        ),
        sa.Column("is_closed", sa.Boolean(), nullable=False, comment="住民票の除票"),
        sa.Column("history_number", sa.Integer(), nullable=False, comment="履歴番号: 1, 2, 3 … (標準仕様書1.0 1.2.1)"),
        sa.Column("number_version", sa.SmallInteger(), nullable=True, comment="which of her Individual Numbers it had"),
        sa.Column("valid_from", sa.Date(), nullable=False, comment="the day from which the record said this"),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when the register came to know it"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code", "addressee_number"],
            ["residents.municipality_code", "residents.addressee_number"],
            name="fk_resident_versions_resident",
        ),
        sa.PrimaryKeyConstraint("municipality_code", "addressee_number", "history_number", name="pk_resident_versions"),
    )

"""the register, access and the ledger

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table of the first version."""
    op.create_table(
        "grants",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_number", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column(
            "switched_off",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="item classes closed to this person (標準仕様書1.0 10.4)",
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True, comment="the last day; none: until ended"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("municipality_code", "id", name="pk_grants"),
    )
    op.create_index("ix_grants_staff_number", "grants", ["municipality_code", "staff_number"], unique=False)
    op.create_table(
        "households",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("household_number", sa.Text(), nullable=False),
        sa.Column(
            "householder_number",
            sa.Text(),
            nullable=True,
            comment="addressee number; a household may have no householder (標準仕様書1.0 j100)",
        ),
        sa.PrimaryKeyConstraint("municipality_code", "household_number", name="pk_households"),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column(
            "position", sa.BigInteger(), autoincrement=False, nullable=False, comment="counted from 0, without a gap"
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("staff_number", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("entry", sa.LargeBinary(), nullable=False, comment="canonical bytes: RFC 8785 JSON in UTF-8"),
        sa.CheckConstraint("position >= 0", name="ck_ledger_entries_position"),
        sa.PrimaryKeyConstraint("municipality_code", "position", name="pk_ledger_entries"),
        sa.UniqueConstraint("municipality_code", "id", name="uq_ledger_entries_id"),
    )
    op.create_table(
        "ledger_heads",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column(
            "size", sa.BigInteger(), nullable=False, comment="how many entries there are: the next one's position"
        ),
        sa.CheckConstraint("size >= 0", name="ck_ledger_heads_size"),
        sa.PrimaryKeyConstraint("municipality_code", name="pk_ledger_heads"),
    )
    op.create_table(
        "terminals",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("terminal", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True, comment="the last day; none: until ended"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("municipality_code", "id", name="pk_terminals"),
    )
    op.create_index("ix_terminals_terminal", "terminals", ["municipality_code", "terminal"], unique=False)
    op.create_table(
        "ledger_searches",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False, comment="keyed hash of the normal form, hexadecimal"),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code", "position"],
            ["ledger_entries.municipality_code", "ledger_entries.position"],
            name="fk_ledger_searches_entry",
        ),
        sa.PrimaryKeyConstraint("municipality_code", "item", "digest", "position", name="pk_ledger_searches"),
    )
    op.create_table(
        "residents",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("addressee_number", sa.Text(), nullable=False, comment="宛名番号"),
        sa.Column("household_number", sa.Text(), nullable=False, comment="世帯番号"),
        sa.Column("resident_record_code", sa.Text(), nullable=True, comment="住民票コード"),
        sa.Column("full_name", sa.Text(), nullable=True, comment="氏名"),
        sa.Column("date_of_birth", sa.Text(), nullable=True, comment="生年月日"),
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
        sa.Column("member_order", sa.SmallInteger(), nullable=False, comment="世帯員の並び順（標準仕様書1.0 5.2）"),
        sa.Column(
            "full_name_key", sa.Text(collation="C"), nullable=True, comment="normal form of full_name for searching"
        ),
        sa.Column(
            "name_kana_key", sa.Text(collation="C"), nullable=True, comment="normal form of name_kana for searching"
        ),
        sa.Column(
            "current_address_key",
            sa.Text(collation="C"),
            nullable=True,
            comment="normal form of current_address for searching",
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code", "household_number"],
            ["households.municipality_code", "households.household_number"],
            name="fk_residents_household",
        ),
        sa.PrimaryKeyConstraint("municipality_code", "addressee_number", name="pk_residents"),
        sa.UniqueConstraint("municipality_code", "resident_record_code", name="uq_residents_code"),
        sa.UniqueConstraint(
            "municipality_code", "addressee_number", "household_number", "is_closed", name="uq_residents_at_home"
        ),
    )
    op.create_index("ix_residents_address", "residents", ["municipality_code", "current_address_key"], unique=False)
    op.create_index("ix_residents_date_of_birth", "residents", ["municipality_code", "date_of_birth"], unique=False)
    op.create_index("ix_residents_full_name", "residents", ["municipality_code", "full_name_key"], unique=False)
    op.create_index("ix_residents_household", "residents", ["municipality_code", "household_number"], unique=False)
    op.create_index("ix_residents_name_kana", "residents", ["municipality_code", "name_kana_key"], unique=False)
    op.create_table(
        "individual_numbers",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("addressee_number", sa.Text(), nullable=False),
        sa.Column("individual_number", sa.Text(), nullable=False, comment="個人番号"),
        sa.ForeignKeyConstraint(
            ["municipality_code", "addressee_number"],
            ["residents.municipality_code", "residents.addressee_number"],
            name="fk_individual_numbers_resident",
        ),
        sa.PrimaryKeyConstraint("municipality_code", "addressee_number", name="pk_individual_numbers"),
        sa.UniqueConstraint("municipality_code", "individual_number", name="uq_individual_numbers_number"),
    )
    op.create_table(
        "releases",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("addressee_number", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True, comment="the last day; none: until ended"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_code", "addressee_number"],
            ["residents.municipality_code", "residents.addressee_number"],
            name="fk_releases_resident",
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name="pk_releases"),
    )
    op.create_index("ix_releases_resident", "releases", ["municipality_code", "addressee_number"], unique=False)
    op.create_table(
        "support_measures",
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("addressee_number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False, comment="the last day on which it holds"),
        sa.Column(
            "household_number", sa.Text(), nullable=False, comment="where she lives, kept equal by the foreign key"
        ),
        sa.Column(
            "is_closed", sa.Boolean(), nullable=False, comment="whether her record is closed, kept equal likewise"
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code", "addressee_number", "household_number", "is_closed"],
            [
                "residents.municipality_code",
                "residents.addressee_number",
                "residents.household_number",
                "residents.is_closed",
            ],
            name="fk_support_measures_resident",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("municipality_code", "id", name="pk_support_measures"),
    )
    op.create_index(
        "ix_support_measures_resident", "support_measures", ["municipality_code", "addressee_number"], unique=False
    )
    op.create_index(
        "ix_support_measures_household", "support_measures", ["municipality_code", "household_number"], unique=False
    )


def downgrade() -> None:
    """Drop them, with all that they hold."""
    op.drop_index("ix_support_measures_household", table_name="support_measures")
    op.drop_index("ix_support_measures_resident", table_name="support_measures")
    op.drop_table("support_measures")
    op.drop_index("ix_releases_resident", table_name="releases")
    op.drop_table("releases")
    op.drop_table("individual_numbers")
    op.drop_index("ix_residents_name_kana", table_name="residents")
    op.drop_index("ix_residents_household", table_name="residents")
    op.drop_index("ix_residents_full_name", table_name="residents")
    op.drop_index("ix_residents_date_of_birth", table_name="residents")
    op.drop_index("ix_residents_address", table_name="residents")
    op.drop_table("residents")
    op.drop_table("ledger_searches")
    op.drop_index("ix_terminals_terminal", table_name="terminals")
    op.drop_table("terminals")
    op.drop_table("ledger_heads")
    op.drop_table("ledger_entries")
    op.drop_table("households")
    op.drop_index("ix_grants_staff_number", table_name="grants")
    op.drop_table("grants")

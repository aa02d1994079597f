"""By what residents are searched for (標準仕様書1.0 2.1), as the arguments of a search."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

import strawberry

from domain.ports import Match
from domain.search_terms import Manner, Term
from domain.values.sex import Sex


@strawberry.enum(
    description="How a name compares: by its beginning, as a whole, or by any part. / 前方一致・完全一致・部分一致"
)
class TextMatch(Enum):
    """How a name compares, under the names that the domain has for it."""

    STARTS_WITH = Match.STARTS_WITH.name
    EXACT = Match.EQUALS.name
    CONTAINS = Match.CONTAINS.name


ITEMS: Mapping[str, str] = MappingProxyType({"alias": "alias_history"})
"""The items of the conditions that have another name."""


def _given(description: str) -> str | None:
    return strawberry.field(default=None, description=description)  # type: ignore[no-any-return] # as dataclasses do


@strawberry.input(
    description=(
        "All conditions hold. An item that you may not see cannot be a condition. Who is not the register office gives"
        " two of name, date of birth and address, or one number of the person."
        " / 検索条件（かつ）。住民課以外は、氏名・生年月日・住所のうち2つ以上、または番号1つが必要"
    )
)
class ResidentFilter:
    """The conditions, then how they are meant."""

    full_name: str | None = _given("氏名 — as `match` says, its beginning unless told otherwise")
    name_kana: str | None = _given("氏名カナ — as `match` says, normalised: 清濁, 大小, 長音, 空白 are equal")
    alias: str | None = _given("通称 — any of the history, as `match` says")
    former_surname: str | None = _given("旧氏 — as `match` says")
    former_surname_reading: str | None = _given("旧氏の振り仮名 — as `match` says, normalised as 氏名カナ")
    date_of_birth: str | None = _given(
        "生年月日 — in either calendar, as far as known: 1950-03, 昭和25年3月, S25.3.31, 1950"
    )
    sex: Sex | None = strawberry.field(default=None, description="性別")
    current_address: str | None = _given(
        "現住所 — the beginning of it, with or without prefecture and municipality: 旭町4丁目"
    )
    building_line: str | None = _given("方書 — the beginning of it")
    relationship_to_householder: str | None = _given("続柄 — the whole of it")
    household_number: str | None = _given("世帯番号")
    addressee_number: str | None = _given("宛名番号")
    resident_record_code: str | None = _given("住民票コード")
    individual_number: str | None = _given("個人番号")
    residence_card_number: str | None = _given("在留カード等番号")
    match: TextMatch = strawberry.field(
        default=TextMatch.STARTS_WITH, description="How names compare. / 氏名等の一致条件"
    )
    include_variants: bool = strawberry.field(
        default=False, description="異体字・正字も含める — 辺 also finds 邊 and 邉 in names"
    )
    include_past: bool = strawberry.field(
        default=False, description="過去の氏名・住所も含める — names and addresses of earlier versions too"
    )
    include_closed: bool = strawberry.field(default=False, description="除票も含める — closed records too")

    def terms(self) -> tuple[Term, ...]:
        """The conditions that were given."""
        manner = Manner(Match[self.match.value], self.include_variants, self.include_past)
        given = ((name, getattr(self, name)) for name in CONDITIONS)
        return tuple(
            Term(ITEMS.get(name, name), str(value), manner=manner) for name, value in given if value is not None
        )

    def manner(self) -> tuple[object, ...]:
        """What else tells two searches apart."""
        return (self.match.name, self.include_variants, self.include_past, self.include_closed)


CONDITIONS = (
    "full_name",
    "name_kana",
    "alias",
    "former_surname",
    "former_surname_reading",
    "date_of_birth",
    "sex",
    "current_address",
    "building_line",
    "relationship_to_householder",
    "household_number",
    "addressee_number",
    "resident_record_code",
    "individual_number",
    "residence_card_number",
)

"""What a record must say before this or that may be entered on it: one rule a function, each with its source.

Rules of dates, householders and movements are in `event_rules`. A rule gives what it finds: nothing, or one finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from domain.cards import CardKind, CardState, may_follow, state_in
from domain.findings import Check, Finding, Severity
from domain.residents import ONLY_OF_FOREIGNERS, ONLY_OF_JAPANESE, ResidentRecord
from domain.values.names import alias_that_stands

Findings = Iterator[Finding]


def _error(code: str, source: str, english: str, japanese: str) -> Check:
    return Check(code, Severity.ERROR, source, english, japanese)


FOREIGN_RESIDENTS_ONLY: Final = _error(
    "FOREIGN_RESIDENTS_ONLY",
    "住基法第30条の45、住基法施行令第30条の16、標準仕様書1.0 4.5.3-4.5.6",
    "This is entered for foreign residents only.",
    "外国人住民に限る異動です。",
)
JAPANESE_RESIDENTS_ONLY: Final = _error(
    "JAPANESE_RESIDENTS_ONLY",
    "住基法施行令第30条の13、標準仕様書1.0 4.5.5",
    "This is entered for Japanese residents only.",
    "日本人住民に限る異動です。",
)
NOT_ON_A_FOREIGN_RECORD: Final = _error(
    "NOT_ON_A_FOREIGN_RECORD",
    "住基法第30条の45",
    "A foreign resident's record has no such item.",
    "外国人住民の住民票には記載しない項目です。",
)
FORMER_SURNAME_STANDS: Final = _error(
    "FORMER_SURNAME_STANDS",
    "住基法施行令第30条の13・第30条の14",
    "A former surname is entered already; ask for its change.",
    "旧氏が既に記載されています。旧氏の変更としてください。",
)
NO_FORMER_SURNAME: Final = _error(
    "NO_FORMER_SURNAME",
    "住基法施行令第30条の14",
    "No former surname is entered.",
    "旧氏が記載されていません。",
)
ALIAS_STANDS: Final = _error(
    "ALIAS_STANDS",
    "住基法施行令第30条の16",
    "An alias is entered already; it must be removed first.",
    "通称が既に記載されています。先に削除してください。",
)
NO_ALIAS: Final = _error(
    "NO_ALIAS",
    "住基法施行令第30条の16",
    "No alias is entered.",
    "通称が記載されていません。",
)
NUMBER_STANDS: Final = _error(
    "NUMBER_STANDS",
    "番号法第7条第1項・第2項",
    "There is an Individual Number already; it can only be changed.",
    "個人番号が既に記載されています。個人番号の変更としてください。",
)
NO_NUMBER: Final = _error(
    "NO_NUMBER",
    "番号法第7条第2項",
    "There is no Individual Number to change.",
    "変更する個人番号がありません。",
)
CARD_STATE_CANNOT_FOLLOW: Final = _error(
    "CARD_STATE_CANNOT_FOLLOW",
    "番号法第17条、番号法施行令第13条から第15条まで",
    "The card cannot come into this state from the one it is in.",
    "カードの現在の状態からは、この状態に変更できません。",
)
NO_SUCH_CHANGE: Final = _error(
    "NO_SUCH_CHANGE",
    "標準仕様書1.0 4.6.0.1",
    "No change of this notification stands that could be corrected or taken back.",
    "この届出には、取り消し又は修正できる異動がありません。",
)
LATER_CHANGES_FIRST: Final = _error(
    "LATER_CHANGES_FIRST",
    "標準仕様書1.0 4.6.0.1",
    "What came later does not hold without this change: reverse that first.",
    "後の異動の前提となる異動です。後の異動を先に取り消してください。",
)

CHECKS: Final = (
    *(FOREIGN_RESIDENTS_ONLY, JAPANESE_RESIDENTS_ONLY, NOT_ON_A_FOREIGN_RECORD),
    *(FORMER_SURNAME_STANDS, NO_FORMER_SURNAME, ALIAS_STANDS, NO_ALIAS),
    *(NUMBER_STANDS, NO_NUMBER),
    *(CARD_STATE_CANNOT_FOLLOW, NO_SUCH_CHANGE, LATER_CHANGES_FIRST),
)
"""Every check of this file."""


def foreign_residents_only(record: ResidentRecord) -> Findings:
    """帰化, 国籍取得, 通称 and what the Immigration Services Agency tells (住基法第30条の45)."""
    if not record.is_foreign:
        yield Finding(FOREIGN_RESIDENTS_ONLY, ("resident",))


def japanese_residents_only(record: ResidentRecord) -> Findings:
    """国籍喪失, and 旧氏, which is a surname of the family register (住基法施行令第30条の13)."""
    if record.is_foreign:
        yield Finding(JAPANESE_RESIDENTS_ONLY, ("resident",))


def items_of_the_record(record: ResidentRecord, said: Mapping[str, str]) -> Findings:
    """What the law has on a Japanese resident's record only, and on a foreign one's only (住基法第30条の45).

    `said` are the items that are entered, each with the input that says it.
    """
    check = NOT_ON_A_FOREIGN_RECORD if record.is_foreign else FOREIGN_RESIDENTS_ONLY
    wrong = frozenset(ONLY_OF_JAPANESE if record.is_foreign else ONLY_OF_FOREIGNERS)
    if names := tuple(name for item, name in said.items() if item in wrong):
        yield Finding(check, names)


def no_former_surname_yet(record: ResidentRecord) -> Findings:
    """旧氏の記載: there is one or none (住基法施行令第30条の13)."""
    if record.former_surname is not None:
        yield Finding(FORMER_SURNAME_STANDS, ("resident",))


def former_surname_stands(record: ResidentRecord) -> Findings:
    """旧氏の変更 and 削除 (住基法施行令第30条の14)."""
    if record.former_surname is None:
        yield Finding(NO_FORMER_SURNAME, ("resident",))


def no_alias_yet(record: ResidentRecord) -> Findings:
    """通称の記載: there is one or none (住基法施行令第30条の16)."""
    if alias_that_stands(record.alias_history) is not None:
        yield Finding(ALIAS_STANDS, ("resident",))


def alias_stands(record: ResidentRecord) -> Findings:
    """通称の削除 (住基法施行令第30条の16)."""
    if alias_that_stands(record.alias_history) is None:
        yield Finding(NO_ALIAS, ("resident",))


def no_number_yet(record: ResidentRecord) -> Findings:
    """個人番号の指定 (番号法第7条第1項)."""
    if record.individual_number is not None:
        yield Finding(NUMBER_STANDS, ("resident",))


def number_stands(record: ResidentRecord) -> Findings:
    """個人番号の変更 (番号法第7条第2項)."""
    if record.individual_number is None:
        yield Finding(NO_NUMBER, ("resident",))


def card_may_come_into(record: ResidentRecord, card: CardKind, state: CardState) -> Findings:
    """A card goes from one state into another as the law has it (番号法第17条)."""
    if not may_follow(card, state_in(getattr(record, card.item)), state):
        yield Finding(CARD_STATE_CANNOT_FOLLOW, ("state",))

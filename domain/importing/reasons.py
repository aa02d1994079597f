"""Why a line of an import is not taken. A reason names the line's item and never repeats a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from domain.errors import InvalidValue


class Fault(StrEnum):
    """The closed list of reasons."""

    LINE_TOO_LONG = "LINE_TOO_LONG"
    NOT_READABLE = "NOT_READABLE"
    UNKNOWN_FORMAT = "UNKNOWN_FORMAT"
    UNKNOWN_FIELD = "UNKNOWN_FIELD"
    MISSING = "MISSING"
    INVALID_VALUE = "INVALID_VALUE"
    REPEATED_IN_FILE = "REPEATED_IN_FILE"
    TWO_HOUSEHOLDERS = "TWO_HOUSEHOLDERS"
    HOUSEHOLD_TOO_LARGE = "HOUSEHOLD_TOO_LARGE"
    HELD_BY_ANOTHER = "HELD_BY_ANOTHER"
    ALREADY_REGISTERED = "ALREADY_REGISTERED"


MESSAGES: Mapping[Fault, tuple[str, str]] = MappingProxyType(
    {
        Fault.LINE_TOO_LONG: (
            "The line is longer than the format allows.",
            "行が長すぎます。",
        ),
        Fault.NOT_READABLE: (
            "The line is no JSON object, or no CSV record with as many cells as the header, in UTF-8.",
            "UTF-8 の JSON オブジェクト、または見出しと同じ列数の CSV の行ではありません。",
        ),
        Fault.UNKNOWN_FORMAT: (
            "The line does not name a format that this version reads.",
            "この版で読み取れる形式（format）が指定されていません。",
        ),
        Fault.UNKNOWN_FIELD: (
            "The line has a field that the format does not know.",
            "形式にない項目があります。",
        ),
        Fault.MISSING: (
            "The item may not be left out.",
            "省略できない項目です。",
        ),
        Fault.INVALID_VALUE: (
            "The value is not well formed.",
            "値の形式に誤りがあります。",
        ),
        Fault.REPEATED_IN_FILE: (
            "Another line of the file has the same number; neither is taken.",
            "同じ番号の行がファイル内に複数あるため、いずれも取り込みません。",
        ),
        Fault.TWO_HOUSEHOLDERS: (
            "The household would have two householders; nobody of it is taken.",
            "世帯主が2人になるため、この世帯は取り込みません。",
        ),
        Fault.HOUSEHOLD_TOO_LARGE: (
            "The household has more lines than one may have.",
            "世帯の行数が上限を超えています。",
        ),
        Fault.HELD_BY_ANOTHER: (
            "The number belongs to another person of the register.",
            "台帳の別の人の番号です。",
        ),
        Fault.ALREADY_REGISTERED: (
            "The person is in the register with other content; an import changes nobody.",
            "内容の異なる住民が既に登録されています。取込みでは変更できません。",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is wrong with a line; `item` is an identifier, within its version or measure (`full_name`,
    `earlier_versions/0/sex`), and `None` where it is the whole line."""

    fault: Fault
    item: str | None = None
    message: str = ""
    message_ja: str = ""

    @classmethod
    def of(cls, fault: Fault, item: str | None = None) -> Reason:
        """A reason in the words of its fault."""
        return cls(fault, item, *MESSAGES[fault])

    @classmethod
    def invalid(cls, item: str, error: InvalidValue) -> Reason:
        """A value that its item does not take; the error's text holds none."""
        return cls(Fault.INVALID_VALUE, item, error.message, error.message_ja)

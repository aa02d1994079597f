"""An entry of the ledger: one run of a resolver, one sign-in or one job, and everything that was decided in it.

The fields cover the 記録対象 of 標準仕様書1.0 10.2: 操作者ID, 日時, ファイル名, 端末名, 対象となったレコード, 機能名,
処理・交付場所, 個人番号へのアクセス有無. The decisions with their rules, and the policy's hash, let them be replayed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

LONGEST_TEXT = 200
"""A text from outside is kept up to this many characters, after encoding."""
LONGEST_CODE = 64
"""And so many of a purpose."""

_IDEOGRAPHIC_SPACE = "\u3000"
_CUT = "…"
_SEPARATORS = re.compile(r"[\W_]+")
_TEN_DIGITS = re.compile(r"\d{10}")
_NOT_IN_CODES = re.compile(r"[^A-Za-z0-9_ \\{}…]")


class Kind(StrEnum):
    """What kind of act an entry records."""

    READ = "READ"
    SEARCH = "SEARCH"
    CHANGE = "CHANGE"
    ISSUE = "ISSUE"
    REFUSAL = "REFUSAL"
    SIGN_IN = "SIGN_IN"
    LEDGER_READ = "LEDGER_READ"
    JOB = "JOB"


@dataclass(frozen=True, slots=True)
class Group:
    """Records that were decided alike: the facts that hold for them, who they are, and each item's (outcome, rule)."""

    facts: tuple[str, ...]
    subjects: tuple[str, ...]
    items: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What happened, before the ledger gives it a position.

    `id` is a UUIDv7 as text; `recorded_at` any aware time, kept in UTC. The caller's fields are empty (`None`) where no
    caller is known yet, as in a refused sign-in. `path` holds type and field names, never aliases. `result_count` is
    how many records were found, or how many alike events are folded into this entry. `searched_by` gives the keyed hash
    of each value searched for (`SearchHasher`), `document` the hash of the GraphQL document without its literals,
    `number_accessed` whether an Individual Number was SHOWN or searched by (個人番号へのアクセス有無), `requester`
    which kind of requester asked for the paper that it is about, issued or not (`RequesterKind`).

    Texts that the client or the token chose are encoded here (`visible`, `safe_operation_name`, `purpose_as_named`): no
    entry can hold one that breaks a line or misleads the eye. Raises `ValueError` on a time without an offset.
    """

    id: str
    recorded_at: datetime
    municipality_code: str
    request_id: str
    kind: Kind
    caller: str | None = None
    staff_number: str | None = None
    department: str | None = None
    place: str | None = None
    purpose: str | None = None
    terminal: str | None = None
    application: str | None = None
    strength: str | None = None
    grants: tuple[str, ...] = ()
    operation: str | None = None
    document: str | None = None
    path: str | None = None
    file: str | None = None
    groups: tuple[Group, ...] = ()
    searched_by: Mapping[str, str] = field(default_factory=dict)
    result_count: int | None = None
    code: str | None = None
    policy_hash: str | None = None
    number_accessed: bool = False
    requester: str | None = None

    def __post_init__(self) -> None:
        if self.recorded_at.utcoffset() is None:
            raise ValueError("recorded_at needs an offset")
        _set(self, "recorded_at", self.recorded_at.astimezone(UTC))
        _set(self, "operation", safe_operation_name(self.operation))
        _set(self, "purpose", purpose_as_named(self.purpose))
        for name in _SAID_BY_THE_TOKEN:
            text = getattr(self, name)
            if text and not _is_plain(text):
                _set(self, name, visible(text))


_set = object.__setattr__  # the way a frozen dataclass completes itself

_SAID_BY_THE_TOKEN = ("caller", "staff_number", "department", "place", "terminal", "application", "strength")


def visible(text: str) -> str:
    """The text on one line of at most 200 characters: what cannot be seen stands as its code point, `\\u{202e}`.

    That is every control and format character (line breaks, escapes, bidirectional overrides, zero widths), lone
    surrogates, and private-use and unassigned characters. What is cut off ends in `…`. Encoding twice changes nothing.
    """
    if _is_plain(text):
        return text
    encoded = "".join(map(_visible_character, text[: LONGEST_TEXT + 1]))
    return encoded if len(encoded) <= LONGEST_TEXT else encoded[: LONGEST_TEXT - 1] + _CUT


def safe_operation_name(name: str | None) -> str | None:
    """A name that the client chose for its operation, as the ledger may keep it: `visible`.

    `None` when it holds ten digits in a row, in any script or grouping (`1234_5678_9012`): they could be somebody's.
    """
    if name is None or _may_hold_a_number(name[: 2 * LONGEST_TEXT]):
        return None
    return visible(name)


def purpose_as_named(name: str | None) -> str | None:
    """The purpose that a request named, known or not, as the ledger may keep it, in the letters that codes are made of.

    Whoever has a token may name anything: at most 64 characters of it reach the ledger and its reports, and neither
    formulas nor markup: each other sign stands as its code point. `None` for what `safe_operation_name` refuses.
    """
    if name is None or _may_hold_a_number(name[: 2 * LONGEST_TEXT]):
        return None
    encoded = _NOT_IN_CODES.sub(lambda sign: _code_point(sign[0]), name[: LONGEST_CODE + 1])
    return encoded if len(encoded) <= LONGEST_CODE else encoded[: LONGEST_CODE - 1] + _CUT


def _may_hold_a_number(text: str) -> bool:
    bare = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    return _TEN_DIGITS.search(bare) is not None


def _is_plain(text: str) -> bool:
    return text.isprintable() and len(text) <= LONGEST_TEXT


def _visible_character(character: str) -> str:
    if character.isprintable() or character == _IDEOGRAPHIC_SPACE:
        return character
    return _code_point(character)


def _code_point(character: str) -> str:
    return f"\\u{{{ord(character):04x}}}"

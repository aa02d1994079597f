"""Deletion records: what a ledger's key says when entries go because their time was over (保存期間の満了).

    daicho ledger deletion v1
    daicho.example/012131        the ledger
    4711                         entries below this position are deleted; their leaf hashes stay
    2019-04-01                   all of them were recorded before this day
    1774969200                   when they were deleted, in POSIX seconds

Without such a record an entry that is not there is missing. The first line is no key's name: no checkpoint begins so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.errors import InvalidValue
from domain.ledger.note_keys import VerifierKey
from domain.ledger.notes import Verify, open_note

_TITLE: Final = "daicho ledger deletion v1"
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Deletion:
    """Entries of a ledger below a position, recorded before a day, and when they were deleted (POSIX seconds)."""

    origin: str
    before: int
    recorded_before: date
    deleted_at: int

    def body(self) -> str:
        """The text that is signed."""
        lines = (_TITLE, self.origin, self.before, self.recorded_before.isoformat(), self.deleted_at)
        return "".join(f"{line}\n" for line in lines)


def read_deletion(raw: bytes, ledger: VerifierKey, verify: Verify) -> Deletion:
    """A deletion record that the ledger's key has signed. Raises `InvalidValue`."""
    deletion = _parse(open_note(raw, (ledger,), verify).text)
    if deletion.origin != ledger.name:
        raise _malformed()
    return deletion


def _parse(text: str) -> Deletion:
    try:
        title, origin, before, day, at, end = text.split("\n")
        deletion = Deletion(origin, int(before), date.fromisoformat(day), int(at))
    except ValueError:
        raise _malformed() from None
    if title != _TITLE or end or not (_NUMBER.fullmatch(before) and _NUMBER.fullmatch(at)) or deletion.body() != text:
        raise _malformed()
    return deletion


def _malformed() -> InvalidValue:
    return InvalidValue("Deletion", "not a deletion record of this ledger", "この記録の削除記録ではありません")

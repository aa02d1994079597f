"""Whether an exported ledger is what its checkpoints say, and if not, which entry is the first that is not.

A root alone can only say that something is wrong. So that the entry can be named, an export carries the leaf hashes
that the ledger's tree was made of, beside the entries (`exports` has the form). Reading once, from the start:

* an entry that is missing, stands twice or in another's place shows at once: its position is not its place;
* an entry that is not what its leaf hash says is remembered, and the next checkpoint tells which of the two is false.
  If it holds the leaf hashes, the entry was changed: named exactly. If it holds the entries, the leaf hashes were;
* if it holds neither, entries and leaf hashes were rewritten together. The first false entry then lies between the last
  checkpoint that holds and the first that does not: with one a minute, among the entries of a minute. (If that one came
  from outside, between it and the last one from outside: the export's own may have been signed anew with a stolen key.)
* an export that ends before a checkpoint was cut there.

Signed checkpoints stand in the export, but whoever wrote the export may have left some out: so at least one comes from
outside (an older export, a witness). Entries behind the last checkpoint are only as good as the export.

That an entry's bytes are canonical follows from its leaf hash: only such bytes are ever hashed. Looked at besides is
what costs next to nothing: an object, on one line, with its position as canonical bytes have it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import NoReturn, TypeAlias

from domain.errors import InvalidValue
from domain.ledger.checkpoints import Checkpoint
from domain.ledger.exports import MARKS, parse_header, parse_mark, position_in

ReadCheckpoint: TypeAlias = Callable[[bytes], Checkpoint]
"""Opens a signed checkpoint with the ledger's key; raises `InvalidValue` if it is not its."""


class Flaw(StrEnum):
    """What can be wrong with an export."""

    CHANGED = "CHANGED"
    MISSING = "MISSING"
    REPEATED = "REPEATED"
    REWRITTEN = "REWRITTEN"
    CUT = "CUT"
    BEGINS_LATER = "BEGINS_LATER"
    FALSE_LEAVES = "FALSE_LEAVES"
    FALSE_CHECKPOINT = "FALSE_CHECKPOINT"
    MALFORMED = "MALFORMED"


_REASONS = MappingProxyType(
    {
        Flaw.CHANGED: ("it is not the entry that was recorded", "記録された内容と異なります"),
        Flaw.MISSING: ("it is not there, or not in its place", "欠落しているか、順序が入れ替わっています"),
        Flaw.REPEATED: ("another entry stands in its place a second time", "別の項目が重複しています"),
        Flaw.REWRITTEN: (
            "one of these entries, or more, is not what was recorded",
            "この範囲の1件以上が記録された内容と異なります",
        ),
        Flaw.CUT: ("the export ends, and the checkpoint goes on", "チェックポイントより前で終わっています"),
        Flaw.BEGINS_LATER: ("the export begins after the checkpoint", "チェックポイントより後から始まっています"),
        Flaw.FALSE_LEAVES: (
            "its leaf hash is false, while the entry is what was recorded",
            "項目は記録どおりですが、葉のハッシュが誤っています",
        ),
        Flaw.FALSE_CHECKPOINT: (
            "a checkpoint here is not this ledger's, or contradicts another",
            "チェックポイントがこの記録のものではないか、他のチェックポイントと矛盾しています",
        ),
        Flaw.MALFORMED: ("a line here is not one of an export", "行の形式に誤りがあります"),
    }
)


class ExportFault(InvalidValue):
    """What is wrong first: with the entry at `position`, or one of those from there up to `until` (excluded)."""

    def __init__(self, flaw: Flaw, position: int, until: int | None = None) -> None:
        self.flaw, self.position, self.until = flaw, position, until or position + 1
        last = self.until - 1
        where = f"entry {position}" if last <= position else f"entries {position} to {last}"
        where_ja = f"位置{position}" if last <= position else f"位置{position}から{last}まで"
        reason, reason_ja = _REASONS[flaw]
        super().__init__("LedgerExport", f"{where}: {reason}", f"{where_ja}：{reason_ja}")


@dataclass(frozen=True, slots=True)
class Verified:
    """An export in which nothing is wrong: entries from `first` up to `size` (excluded), and the root of them all.

    Those before `held` are held by a checkpoint; those from it on by none yet. Up to `deleted` are counted, not shown.
    """

    origin: str
    first: int
    size: int
    root: bytes
    held: int
    deleted: int


def verify_export(
    lines: Iterable[bytes], trusted: Sequence[Checkpoint], read_checkpoint: ReadCheckpoint, *, deleted_before: int = 0
) -> Verified:
    """The whole export, read once, against these checkpoints and its own; lines end as in a file opened for bytes.

    `trusted` are checkpoints from outside, opened before; the older one, and the newer one or none to go to the
    export's own end. `deleted_before` is the position up to which entries may be missing because their time was over.

    Raises `ExportFault` for the first thing that is wrong, and `ValueError` with nothing to compare with.
    """
    if not trusted:
        raise ValueError("an export cannot vouch for itself")
    rest = iter(lines)
    walk = _Walk(next(rest, b""), trusted, read_checkpoint, deleted_before)
    for line in rest:
        if line.startswith(MARKS):
            walk.pass_mark(line)
        else:
            walk.pass_entry(line)
    return walk.end()


class _Walk:
    """How far the reading has come: the tree as the leaf hashes tell it, and as the entries make it.

    The two are the same until an entry is not what its leaf hash says: then `doubt` is what is wrong with it, unless
    the next checkpoint says otherwise.
    """

    def __init__(
        self, header: bytes, trusted: Sequence[Checkpoint], read_checkpoint: ReadCheckpoint, deleted_before: int
    ) -> None:
        self._read_checkpoint = read_checkpoint
        self._deleted_before = deleted_before
        try:
            self._origin, start = parse_header(header)
        except InvalidValue:
            raise ExportFault(Flaw.MALFORMED, 0) from None
        self._told = self._made = start
        self._first = self._size = start.size
        self._leaves: deque[bytes] = deque()
        self._new_told: list[bytes] = []
        self._new_made: list[bytes] = []
        self._doubt: ExportFault | None = None
        self._held = self._sure = self._deleted = 0
        self._ahead = deque(sorted(trusted, key=lambda checkpoint: checkpoint.size))
        if self._ahead[0].size < self._first:
            raise ExportFault(Flaw.BEGINS_LATER, self._ahead[0].size, self._first)
        self._compare_trusted()

    def pass_entry(self, line: bytes) -> None:
        """One entry: at its place, and what its leaf hash says?"""
        place = self._size
        if b',"position":%d,' % place not in line or line[:2] != b'{"' or line[-2:] != b"}\n":
            self._fail(self._misplaced(line))
        self._count(sha256(b"\x00" + line[:-1]).digest(), self._next_leaf())

    def pass_mark(self, line: bytes) -> None:
        """A line that is no entry."""
        try:
            said = parse_mark(line)
        except InvalidValue:
            self._fail(Flaw.MALFORMED)
        if isinstance(said, int):
            self._pass_deleted(said)
        elif isinstance(said, bytes):
            self._pass_checkpoint(said)
        else:
            self._settle()
            self._leaves.extend(said)

    def end(self) -> Verified:
        """Nothing more to read: what was verified, if nothing was wrong."""
        self._settle()
        if self._leaves:
            self._fail(Flaw.MISSING)
        if self._ahead:
            self._fail(Flaw.CUT, until=self._ahead[0].size)
        if self._doubt:
            raise self._doubt
        return Verified(self._origin, self._first, self._size, self._told.root, self._held, self._deleted)

    def _pass_deleted(self, count: int) -> None:
        for _ in range(count):
            if self._size >= self._deleted_before:
                self._fail(Flaw.MISSING)
            leaf = self._next_leaf()
            self._count(leaf, leaf)
        self._deleted += count

    def _pass_checkpoint(self, note: bytes) -> None:
        try:
            checkpoint = self._read_checkpoint(note)
        except InvalidValue:
            self._fail(Flaw.FALSE_CHECKPOINT)
        if checkpoint.size > self._size:
            self._fail(Flaw.MISSING)
        if checkpoint.size < self._size:
            self._fail(Flaw.MALFORMED)
        self._compare(checkpoint, self._held)

    def _count(self, made: bytes, told: bytes) -> None:
        if made != told and self._doubt is None:
            self._doubt = ExportFault(Flaw.CHANGED, self._size)
        self._new_made.append(made)
        self._new_told.append(told)
        self._size += 1
        if self._ahead and self._ahead[0].size == self._size:
            self._compare_trusted()

    def _next_leaf(self) -> bytes:
        if not self._leaves:
            self._fail(Flaw.MALFORMED)
        return self._leaves.popleft()

    def _compare_trusted(self) -> None:
        while self._ahead and self._ahead[0].size == self._size:
            self._compare(self._ahead.popleft(), self._sure)
            self._sure = self._size

    def _compare(self, checkpoint: Checkpoint, held: int) -> None:
        """At its size: does the checkpoint hold the leaf hashes, the entries, or none of those from `held` on?"""
        self._settle()
        if checkpoint.origin != self._origin:
            self._fail(Flaw.FALSE_CHECKPOINT)
        if checkpoint.root == self._told.root:
            if self._doubt:
                raise self._doubt
            self._held = self._size
        elif checkpoint.root == self._made.root:
            raise ExportFault(Flaw.FALSE_LEAVES, self._doubt.position if self._doubt else self._size)
        elif held == self._size:
            self._fail(Flaw.FALSE_CHECKPOINT)
        else:
            raise ExportFault(Flaw.REWRITTEN, held, self._size)

    def _settle(self) -> None:
        """Let the trees grow by what was read since."""
        told = self._told.extend(self._new_told).frontier
        self._made = self._made.extend(self._new_made).frontier if self._doubt else told
        self._told = told
        self._new_told, self._new_made = [], []

    def _misplaced(self, line: bytes) -> Flaw:
        position = position_in(line)
        if position is None or position == self._size:
            return Flaw.CHANGED if self._leaves else Flaw.MALFORMED
        return Flaw.MISSING if position > self._size else Flaw.REPEATED

    def _fail(self, flaw: Flaw, *, until: int | None = None) -> NoReturn:
        """Reading cannot go on. If an entry before was in doubt, that is what is wrong first."""
        raise self._doubt or ExportFault(flaw, self._size, until)

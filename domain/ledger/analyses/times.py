"""When the register was used: at night and on holidays, and from sign-in to sign-out (標準仕様書1.0 10.2)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from domain.histories import JAPAN
from domain.holidays import closed_on
from domain.ledger.analyses.findings import MOST_NAMED, Finding, Reason, found
from domain.ledger.entries import Kind
from domain.ledger.reading import Days, Recorded, Span, midnight

NIGHT_BEGINS: Final = time(22)
NIGHT_ENDS: Final = time(5)
"""深夜: from 22:00 to 5:00 (労働基準法第37条第4項)."""
BY_THEMSELVES: Final = ("daicho jobs", "daicho serve", "daicho backup")
"""Commands that a timer or the system starts, at whatever hour."""
IDLE: Final = timedelta(minutes=30)
"""Who does nothing for longer has left; what she does next is another session."""


class OutOfHours:
    """深夜・休業日におけるアクセス一覧: each act of a person at night or on a day on which the city hall is closed."""

    def take(self, entry: Recorded) -> Iterator[Finding]:
        """Work that runs by itself, and what nobody did, are left out; a command that somebody types is not."""
        reason = _out_of_hours(entry.at)
        if reason and entry.staff_number is not None and not _runs_by_itself(entry):
            yield found(reason, entry)

    def rest(self) -> Iterable[Finding]:
        """Nothing is pending."""
        return ()


def _runs_by_itself(entry: Recorded) -> bool:
    return entry.kind is Kind.JOB and (entry.text("path") or "").startswith(BY_THEMSELVES)


def spans_out_of_hours(days: Days) -> Iterator[Span]:
    """The nights of these days, and the days on which the city hall is closed: the store looks at nothing else."""
    day = days.first
    while day <= days.last:
        begin, end = midnight(day), midnight(day + timedelta(days=1))
        if closed_on(day):
            yield Span(begin, end)
        else:
            yield Span(begin, datetime.combine(day, NIGHT_ENDS, JAPAN))
            yield Span(datetime.combine(day, NIGHT_BEGINS, JAPAN), end)
        day += timedelta(days=1)


def _out_of_hours(at: datetime) -> Reason | None:
    if at.time() >= NIGHT_BEGINS or at.time() < NIGHT_ENDS:
        return Reason.NIGHT
    closed = closed_on(at.date())
    return Reason[closed.name] if closed else None


class FailedSignIns:
    """ログイン失敗一覧: by day, by who or from where, and by code, with their number."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._failed: dict[tuple[str | None, ...], Finding] = {}

    def take(self, entry: Recorded) -> Iterator[Finding]:
        """What was refused before anybody was let in."""
        reason = _refused(entry)
        if reason is None:
            return
        if entry.day != self._day:
            yield from self.rest()
            self._day = entry.day
        key = (entry.staff_number, entry.text("terminal"), entry.text("place"), entry.text("code"))
        self._failed[key] = _again(self._failed.get(key), found(reason, entry), max(entry.count, 1))

    def rest(self) -> list[Finding]:
        """Those of the last day."""
        told, self._failed = list(self._failed.values()), {}
        return told


def _refused(entry: Recorded) -> Reason | None:
    """A refused admission has no resolver's path: nobody was let in."""
    if entry.kind is Kind.SIGN_IN and entry.text("code"):
        return Reason.SIGN_IN_REFUSED
    return Reason.NOT_ADMITTED if entry.kind is Kind.REFUSAL and entry.text("path") is None else None


def _again(before: Finding | None, now: Finding, times: int) -> Finding:
    """The same once more, as one finding."""
    entries = (*(before.entries if before else ()), *now.entries)[:MOST_NAMED]
    return Finding(
        reason=now.reason,
        at=before.at if before else now.at,
        until=now.at,
        staff_number=now.staff_number,
        department=now.department,
        purpose=now.purpose,
        terminal=now.terminal,
        place=now.place,
        code=now.code,
        entries=entries,
        count=(before.count if before else 0) + times,
    )


@dataclass(slots=True)
class _Session:
    """One person at one terminal with one application, without a long pause."""

    first: Recorded
    until: datetime
    acts: int = 0
    records: int = 0
    entries: list[str] = field(default_factory=list)

    def add(self, entry: Recorded) -> None:
        self.until = entry.at
        self.acts += 1
        self.records += entry.count
        if len(self.entries) < MOST_NAMED:
            self.entries.append(entry.id)

    def told(self) -> Finding:
        return Finding(
            reason=Reason.SESSION,
            at=self.first.at,
            until=self.until,
            staff_number=self.first.staff_number,
            department=self.first.text("department"),
            terminal=self.first.text("terminal"),
            place=self.first.text("place"),
            entries=tuple(self.entries),
            count=self.acts,
            records=self.records,
        )


class Sessions:
    """ログイン・ログアウトを実施した職員、時刻、操作内容 (重点項目評価書Ⅱ-6): what each person did in one sitting.

    Whoever signs in does so at the city's issuer of tokens, and daicho keeps no session. So a sitting begins with the
    first act of a person at a terminal and ends with the last one before a pause of half an hour.
    """

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[str | None, ...], _Session] = OrderedDict()

    def take(self, entry: Recorded) -> Iterator[Finding]:
        """Sittings that have ended by then; this entry goes on with one, or begins one."""
        while self._open and entry.at - next(iter(self._open.values())).until > IDLE:
            yield self._open.popitem(last=False)[1].told()
        if entry.staff_number is None or entry.kind is Kind.JOB:
            return
        key = (entry.staff_number, entry.text("terminal"), entry.text("application"))
        session = self._open.get(key)
        if session is None:
            session = self._open[key] = _Session(entry, entry.at)
        session.add(entry)
        self._open.move_to_end(key)

    def rest(self) -> Iterator[Finding]:
        """Those that had not ended."""
        for session in self._open.values():
            yield session.told()
        self._open.clear()


class SignIns:
    """ID別ログイン数一覧: how often each person sat down to work, and how much she did."""

    def __init__(self) -> None:
        self._sessions = Sessions()
        self._told: dict[str | None, Finding] = {}

    def take(self, entry: Recorded) -> Iterable[Finding]:
        """Nothing is certain before the end."""
        self._add(self._sessions.take(entry))
        return ()

    def rest(self) -> Iterator[Finding]:
        """Everybody, by id."""
        self._add(self._sessions.rest())
        for staff_number in sorted(self._told, key=str):
            yield self._told[staff_number]

    def _add(self, sessions: Iterable[Finding]) -> None:
        for one in sessions:
            before = self._told.get(one.staff_number)
            self._told[one.staff_number] = Finding(
                reason=Reason.SIGN_INS,
                at=min(before.at, one.at) if before else one.at,
                until=max(before.until or one.at, one.until or one.at) if before else one.until,
                staff_number=one.staff_number,
                department=one.department,
                count=before.count + 1 if before else 1,
                records=(before.records if before else 0) + one.records,
            )

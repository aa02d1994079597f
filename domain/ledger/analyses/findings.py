"""What an analysis is, and what it finds: use that a reviewer looks at, never a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from domain.csv_texts import Cell, csv_of
from domain.ledger.reading import Recorded

MOST_NAMED: Final = 100
"""So many subjects, and so many entries, one finding names."""


class ReportKind(StrEnum):
    """The analyses. The first five are those of 標準仕様書1.0 10.2."""

    OUT_OF_HOURS = "OUT_OF_HOURS"
    FAILED_SIGN_INS = "FAILED_SIGN_INS"
    SIGN_INS = "SIGN_INS"
    MASS_SEARCHES = "MASS_SEARCHES"
    SEARCHES_BY_NUMBER = "SEARCHES_BY_NUMBER"
    SESSIONS = "SESSIONS"
    OWN_HOUSEHOLD = "OWN_HOUSEHOLD"
    COLLEAGUES = "COLLEAGUES"
    PROTECTED = "PROTECTED"
    NOT_FOLLOWED_UP = "NOT_FOLLOWED_UP"
    NUMBERS = "NUMBERS"

    @property
    def english(self) -> str:
        """Its title."""
        return _TITLES[self][0]

    @property
    def japanese(self) -> str:
        """Its title in Japanese."""
        return _TITLES[self][1]

    @property
    def compares_staff(self) -> bool:
        """Whether it needs the staff's own addressee numbers."""
        return self in (ReportKind.OWN_HOUSEHOLD, ReportKind.COLLEAGUES)


_TITLES: Final = {
    ReportKind.OUT_OF_HOURS: ("Use at night and on holidays", "深夜・休業日におけるアクセス一覧"),
    ReportKind.FAILED_SIGN_INS: ("Failed sign-ins", "ログイン失敗一覧"),
    ReportKind.SIGN_INS: ("Sign-ins by id", "ID別ログイン数一覧"),
    ReportKind.MASS_SEARCHES: ("Mass searches", "大量検索実行一覧"),
    ReportKind.SEARCHES_BY_NUMBER: ("Searches by number", "宛名番号等から該当者の検索実行一覧"),
    ReportKind.SESSIONS: ("Sessions: from sign-in to sign-out", "ログイン・ログアウトと操作の一覧"),
    ReportKind.OWN_HOUSEHOLD: ("Own household, own family", "本人・同一世帯・同姓同住所の者の照会一覧"),
    ReportKind.COLLEAGUES: ("Colleagues", "職員の照会一覧"),
    ReportKind.PROTECTED: ("Protected persons", "支援措置対象者の照会一覧"),
    ReportKind.NOT_FOLLOWED_UP: ("Searches that nothing followed", "後続の処理のない検索一覧"),
    ReportKind.NUMBERS: ("Individual Numbers by person and day", "職員別・日別の個人番号照会数一覧"),
}


class Reason(StrEnum):
    """Why something was found."""

    NIGHT = "NIGHT"
    WEEKEND = "WEEKEND"
    NATIONAL_HOLIDAY = "NATIONAL_HOLIDAY"
    TURN_OF_THE_YEAR = "TURN_OF_THE_YEAR"
    SIGN_IN_REFUSED = "SIGN_IN_REFUSED"
    NOT_ADMITTED = "NOT_ADMITTED"
    SIGN_INS = "SIGN_INS"
    SESSION = "SESSION"
    MANY_SEARCHES = "MANY_SEARCHES"
    MANY_RECORDS = "MANY_RECORDS"
    MANY_SEARCHES_A_DAY = "MANY_SEARCHES_A_DAY"
    MANY_RECORDS_A_DAY = "MANY_RECORDS_A_DAY"
    REFUSED_AS_TOO_MANY = "REFUSED_AS_TOO_MANY"
    SEARCHED_BY_NUMBER = "SEARCHED_BY_NUMBER"
    HERSELF = "HERSELF"
    HOUSEHOLD = "HOUSEHOLD"
    SAME_FAMILY = "SAME_FAMILY"
    COLLEAGUE = "COLLEAGUE"
    PROTECTED = "PROTECTED"
    RELEASED = "RELEASED"
    NOT_FOLLOWED_UP = "NOT_FOLLOWED_UP"
    NUMBERS_READ = "NUMBERS_READ"

    @property
    def japanese(self) -> str:
        """The words for it."""
        return _REASONS[self]


_REASONS: Final = {
    Reason.NIGHT: "深夜の利用",
    Reason.WEEKEND: "土曜日・日曜日の利用",
    Reason.NATIONAL_HOLIDAY: "国民の祝日の利用",
    Reason.TURN_OF_THE_YEAR: "年末年始の利用",
    Reason.SIGN_IN_REFUSED: "認証の失敗",
    Reason.NOT_ADMITTED: "権限又は端末が未登録",
    Reason.SIGN_INS: "ログイン",
    Reason.SESSION: "ログインからログアウトまで",
    Reason.MANY_SEARCHES: "1時間の検索回数が多い",
    Reason.MANY_RECORDS: "1時間の表示件数が多い",
    Reason.MANY_SEARCHES_A_DAY: "1日の検索回数が多い",
    Reason.MANY_RECORDS_A_DAY: "1日の表示件数が多い",
    Reason.REFUSED_AS_TOO_MANY: "件数超過による拒否",
    Reason.SEARCHED_BY_NUMBER: "番号による検索",
    Reason.HERSELF: "職員本人",
    Reason.HOUSEHOLD: "職員と同一世帯",
    Reason.SAME_FAMILY: "職員と同姓同住所",
    Reason.COLLEAGUE: "他の職員",
    Reason.PROTECTED: "支援措置対象者",
    Reason.RELEASED: "支援措置対象者（解除中）",
    Reason.NOT_FOLLOWED_UP: "検索後に処理なし",
    Reason.NUMBERS_READ: "個人番号の照会",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Use that an analysis found: one entry, or several that belong together, from `at` until `until`.

    `count` is how often, `records` how many records (people) it came to. Times are told in Japan.
    """

    reason: Reason
    at: datetime
    until: datetime | None = None
    staff_number: str | None = None
    department: str | None = None
    purpose: str | None = None
    terminal: str | None = None
    place: str | None = None
    path: str | None = None
    code: str | None = None
    items: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    count: int = 1
    records: int = 0


def found(reason: Reason, entry: Recorded, *, subjects: Iterable[str] | None = None) -> Finding:
    """A finding of one entry, about these of its subjects or all of them."""
    people = tuple(sorted(entry.people if subjects is None else subjects))
    return Finding(
        reason=reason,
        at=entry.at,
        staff_number=entry.staff_number,
        department=entry.text("department"),
        purpose=entry.text("purpose"),
        terminal=entry.text("terminal"),
        place=entry.text("place"),
        path=entry.text("path"),
        code=entry.text("code"),
        items=tuple(sorted(entry.searched_by)),
        subjects=people[:MOST_NAMED],
        entries=(entry.id,),
        records=entry.count if subjects is None else len(people),
    )


class Analysis(Protocol):
    """A fold over entries in the order of time: it tells what it finds as soon as it is sure, the rest at the end."""

    def take(self, entry: Recorded) -> Iterable[Finding]:
        """What is certain with this entry."""

    def rest(self) -> Iterable[Finding]:
        """What is certain now that no more come."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the analyses know beside the entries.

    `own` are the staff's own addressee numbers, `kin` who belongs to each of those, and how (HOUSEHOLD, SAME_FAMILY);
    `about` whose searches are asked for, with the keyed hash of her number.
    """

    own: Mapping[str, str] = field(default_factory=dict)
    kin: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    about: str | None = None
    about_digest: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """An analysis of a period: what it found (the first so many of `total`), of how many entries.

    `staff` is how many people used the register, `registered` for how many of them their own number is known.
    """

    kind: ReportKind
    entries: int
    total: int
    findings: Sequence[Finding]
    staff: int | None = None
    registered: int | None = None

    def csv(self) -> str:
        """As CSV, headed in both languages."""
        return csv_of([HEADING, *map(row_of, self.findings)])


HEADING: Final[Sequence[Cell]] = (
    "理由 reason",
    "符号 reasonCode",
    "日時 at",
    "まで until",
    "操作者ID staffNumber",
    "部署 department",
    "事務 purpose",
    "端末 terminal",
    "場所 place",
    "機能 path",
    "拒否の符号 code",
    "検索項目 items",
    "対象者 subjects",
    "回数 count",
    "件数 records",
    "記録 entries",
)


def row_of(one: Finding) -> Sequence[Cell]:
    """A finding as a row of CSV."""
    return (
        one.reason.japanese,
        one.reason.value,
        one.at.isoformat(timespec="seconds"),
        one.until.isoformat(timespec="seconds") if one.until else None,
        *(one.staff_number, one.department, one.purpose, one.terminal, one.place, one.path, one.code),
        " ".join(one.items),
        " ".join(one.subjects),
        one.count,
        one.records,
        " ".join(one.entries),
    )

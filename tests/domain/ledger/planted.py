"""A month of a small city's ledger: everyday work, and among it what each analysis has to find."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from domain.histories import JAPAN
from domain.holidays import closed_on
from domain.ids import uuid7
from domain.ledger.analyses.findings import ReportKind
from domain.ledger.canonical import canonical
from domain.ledger.entries import Entry, Group, Kind
from tests.ledger_builders import CITY

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
STAFF = tuple(f"S-{nth:02}" for nth in range(1, 9))
SEEN = {"full_name": ("SHOWN", "register-office")}
NUMBER_SEEN = {**SEEN, "individual_number": ("SHOWN", "register-office")}
NUMBER_MASKED = {**SEEN, "individual_number": ("MASKED", "number-masked")}


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of November 2026 in Japan."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=JAPAN)


def person(nth: int) -> str:
    """An addressee number."""
    return f"{nth:010}"


def met(*people: str, facts: Sequence[str] = (), items: dict[str, tuple[str, str]] | None = None) -> tuple[Group, ...]:
    """Records that were decided alike."""
    return (Group(tuple(facts), people, SEEN if items is None else items),)


class Month:
    """Entries as they are made, and the ids of those that were planted, by the analysis that is to find them."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.planted: dict[ReportKind, list[str]] = {}

    def add(self, moment: datetime, *planted: ReportKind, **given: Any) -> str:
        """One entry; its id."""
        nth = len(self.entries)
        id_ = str(uuid7(moment, nth.to_bytes(10, "big")))
        base: dict[str, Any] = {
            "kind": Kind.READ,
            "staff_number": "S-01",
            "department": "市民生活部住民課",
            "purpose": "resident_register",
            "place": "本庁舎1階",
            "application": "counter",
            "path": "Query.resident",
            "request_id": f"request-{nth}",
        }
        fields = base | given
        groups = fields.get("groups", ())
        fields.setdefault("terminal", f"T-{fields['staff_number']}")
        fields.setdefault("result_count", sum(len(group.subjects) for group in groups))
        self.entries.append(Entry(id=id_, recorded_at=moment, municipality_code=CITY, **fields))
        for kind in planted:
            self.planted.setdefault(kind, []).append(id_)
        return id_

    def raw(self) -> list[bytes]:
        """The ledger, in the order of time."""
        ordered = sorted(self.entries, key=lambda one: one.id)
        return [canonical(one, position) for position, one in enumerate(ordered)]


def a_month() -> Month:
    """Everyday work, and what is planted."""
    month = Month()
    _everyday(month)
    for plant in (_times, _sign_ins, _masses, _people, _fruitless):
        plant(month)
    return month


def working_days() -> Iterator[int]:
    """Days of the month on which the city hall is open."""
    return (day for day in range(1, 31) if closed_on(FIRST.replace(day=day)) is None)


def _everyday(month: Month) -> None:
    """Twice a day everybody searches for somebody, opens her record and issues or changes something."""
    for day in working_days():
        for nth, staff_number in enumerate(STAFF):
            for hour in (9, 14):
                moment = at(day, hour, nth)
                whom = person(1_000 + day * 100 + nth * 10 + hour)
                who = {"staff_number": staff_number, "groups": met(whom)}
                month.add(
                    moment,
                    **who | {"kind": Kind.SEARCH, "path": "Query.residents", "searched_by": {"full_name": "a" * 64}},
                )
                month.add(moment + timedelta(minutes=1), **who)
                month.add(moment + timedelta(minutes=2), **who | {"kind": Kind.ISSUE if nth % 2 else Kind.CHANGE})


def _times(month: Month) -> None:
    kind, who = ReportKind.OUT_OF_HOURS, {"staff_number": "S-07", "groups": met(person(7_001))}
    for moment in (at(10, 22), at(11, 4, 59, 59), at(8, 10), at(3, 10), at(23, 10)):
        month.add(moment, kind, **who)
    month.add(at(10, 21, 59, 59), **who)
    month.add(at(11, 5), **who)
    month.add(at(12, 2), staff_number="os:batch", kind=Kind.JOB, path="daicho jobs run")
    month.add(at(15, 3), staff_number=None, path="Certificate.verification", groups=met(person(7_002), items={}))


def _sign_ins(month: Month) -> None:
    kind = ReportKind.FAILED_SIGN_INS
    nobody = {
        "kind": Kind.SIGN_IN,
        "staff_number": None,
        "path": None,
        "terminal": None,
        "department": None,
        "place": "203.0.113.5",
        "code": "TOKEN_EXPIRED",
    }
    month.add(at(5, 9, 30), kind, **nobody, result_count=1)
    month.add(at(5, 9, 31), kind, **nobody, result_count=40)
    month.add(at(6, 9, 30), kind, **nobody, result_count=1)
    stranger = {"kind": Kind.REFUSAL, "path": None, "place": None, "staff_number": "S-08"}
    month.add(at(5, 9, 40), kind, **stranger, code="PURPOSE_NOT_GRANTED")
    month.add(at(5, 9, 50), kind, **stranger, code="TERMINAL_NOT_REGISTERED")
    month.add(at(5, 10), kind=Kind.REFUSAL, code="NOT_PERMITTED", staff_number="S-02")


def _masses(month: Month) -> None:
    kind = ReportKind.MASS_SEARCHES
    for nth in range(220):
        month.add(at(12, 10, nth // 4), staff_number="S-03", kind=Kind.SEARCH, searched_by={"full_name": "b" * 64})
    for nth in range(11):
        crowd = met(*(person(20_000 + nth * 100 + one) for one in range(100)))
        month.add(at(13, 11, nth), staff_number="S-04", groups=crowd, path="Household.members")
    for nth in range(199):
        month.add(at(16, 10, nth // 4), staff_number="S-05", kind=Kind.SEARCH, searched_by={"full_name": "b" * 64})
    month.add(at(17, 10), kind, kind=Kind.REFUSAL, code="TOO_MANY_HITS", staff_number="S-06")
    month.add(at(17, 11), kind, kind=Kind.REFUSAL, code="EXTRACTION_REQUIRED", staff_number="S-06")


def _people(month: Month) -> None:
    own, colleagues, protected = ReportKind.OWN_HOUSEHOLD, ReportKind.COLLEAGUES, ReportKind.PROTECTED
    month.add(at(18, 10, 20), own, staff_number="S-01", groups=met(person(1), person(500)))
    month.add(at(18, 10, 21), own, staff_number="S-01", groups=met(person(11)))
    month.add(at(18, 10, 22), own, staff_number="S-01", groups=met(person(12)), kind=Kind.CHANGE)
    month.add(at(18, 10, 23), staff_number="S-03", groups=met(person(11)))
    month.add(at(18, 10, 24), colleagues, staff_number="S-03", groups=met(person(2), person(501)))
    month.add(at(18, 10, 25), staff_number="S-01", path="Query.household", groups=met(person(11), items={}))
    month.add(at(19, 10), protected, groups=met(person(600), facts=("protected",)))
    month.add(at(19, 11), protected, groups=met(person(600), facts=("protected", "released")))
    number = ReportKind.NUMBERS
    for minute, whom in ((30, 700), (31, 700), (32, 701)):
        groups = met(person(whom), items=NUMBER_SEEN)
        month.add(at(24, 10, minute), number, staff_number="S-02", groups=groups, number_accessed=True)
    month.add(
        at(25, 10, 30), number, staff_number="S-02", groups=met(person(700)), kind=Kind.ISSUE, number_accessed=True
    )
    month.add(at(25, 10, 31), staff_number="S-02", groups=met(person(702), items=NUMBER_MASKED))


def _fruitless(month: Month) -> None:
    kind = ReportKind.NOT_FOLLOWED_UP
    search = {
        "staff_number": "S-05",
        "kind": Kind.SEARCH,
        "path": "Query.residents",
        "searched_by": {"full_name": "c" * 64},
    }
    month.add(at(26, 10, 30), kind, **search, groups=met(person(800)))
    month.add(at(26, 10, 40), kind, **search, groups=met(person(801)), request_id="one")
    month.add(at(26, 10, 40), staff_number="S-05", path="Resident.history", groups=met(person(801)), request_id="one")
    month.add(at(26, 10, 50), kind, **search, groups=met(person(802)))
    month.add(at(26, 10, 51), staff_number="S-06", groups=met(person(802)))
    month.add(at(26, 11), kind, **search, groups=met(person(803)))
    month.add(at(26, 12, 1), staff_number="S-05", groups=met(person(803)))
    month.add(at(26, 15), **search, groups=met(person(804), person(805)))
    month.add(at(26, 15, 59), staff_number="S-05", groups=met(person(805)))
    month.add(at(26, 16), **search)
    month.add(at(27, 10, 30), **search, groups=met(person(806)))
    by_number = search | {"searched_by": {"addressee_number": "d" * 64}, "path": "Query.resident"}
    month.add(at(27, 10, 31), **by_number, groups=met(person(806)))
    month.add(at(27, 11, 30), **by_number, groups=met(person(807)))

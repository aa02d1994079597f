"""Whose records were looked at: one's own people, colleagues, protected persons; and Individual Numbers, by the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from domain.ledger.analyses.findings import MOST_NAMED, Finding, Known, Reason, found
from domain.ledger.entries import Kind
from domain.ledger.reading import Recorded


class OwnHousehold:
    """Records of the person herself, of her household, and of who shares her surname and address (身内の照会).

    Only of staff whose own number is registered; who belongs to her is what the register says today.
    """

    def __init__(self, known: Known) -> None:
        self._known = known

    def take(self, entry: Recorded) -> Iterator[Finding]:
        """One finding for each way of belonging together."""
        own = self._known.own.get(entry.staff_number or "")
        if own is None:
            return
        kin = {own: Reason.HERSELF.value, **self._known.kin.get(own, {})}
        by_reason: dict[str, list[str]] = {}
        for number in entry.people & kin.keys():
            by_reason.setdefault(kin[number], []).append(number)
        for reason, people in sorted(by_reason.items()):
            yield found(Reason(reason), entry, subjects=people)

    def rest(self) -> Iterable[Finding]:
        """Nothing is pending."""
        return ()


class Colleagues:
    """Records of other members of staff whose own number is registered."""

    def __init__(self, known: Known) -> None:
        self._whose: dict[str, set[str]] = {}
        for staff_number, number in known.own.items():
            self._whose.setdefault(number, set()).add(staff_number)

    def take(self, entry: Recorded) -> Iterator[Finding]:
        """Somebody else's own record."""
        people = [
            one for one in entry.people & self._whose.keys() if entry.staff_number not in self._whose[one]
        ]  # one person may have two staff numbers
        if people and entry.staff_number is not None:
            yield found(Reason.COLLEAGUE, entry, subjects=people)

    def rest(self) -> Iterable[Finding]:
        """Nothing is pending."""
        return ()


class Protected:
    """Records that lead to somebody under a support measure (支援措置対象者), as the facts were then."""

    def take(self, entry: Recorded) -> Iterator[Finding]:
        """Released ones (with permission of the officer responsible) apart from the others."""
        for reason, released in ((Reason.PROTECTED, False), (Reason.RELEASED, True)):
            met = [one for one in entry.groups if "protected" in one.facts and ("released" in one.facts) is released]
            people = {number for one in met for number in one.subjects}
            if people and entry.staff_number is not None:
                yield found(reason, entry, subjects=people)

    def rest(self) -> Iterable[Finding]:
        """Nothing is pending."""
        return ()


@dataclass(slots=True)
class _Day:
    """Whose Individual Numbers one person had on one day."""

    first: Recorded
    until: datetime
    people: set[str]
    entries: list[str]
    times: int = 0


class NumbersRead:
    """個人番号 by person and day: how often one was shown or searched by, and how many people's."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._by_person: dict[tuple[str | None, str | None], _Day] = {}

    def take(self, entry: Recorded) -> Iterator[Finding]:
        """The days that have passed."""
        if entry.day != self._day:
            yield from self.rest()
            self._day = entry.day
        if not entry.fields["number_accessed"] or entry.staff_number is None:
            return
        key = (entry.staff_number, entry.text("purpose"))
        hers = self._by_person.get(key)
        if hers is None:
            hers = self._by_person[key] = _Day(entry, entry.at, set(), [])
        hers.until = entry.at
        hers.times += 1
        hers.people |= _shown(entry)
        if len(hers.entries) < MOST_NAMED:
            hers.entries.append(entry.id)

    def rest(self) -> Iterator[Finding]:
        """Those of the last day."""
        days, self._by_person = self._by_person, {}
        for one in days.values():
            yield Finding(
                reason=Reason.NUMBERS_READ,
                at=one.first.at,
                until=one.until,
                staff_number=one.first.staff_number,
                department=one.first.text("department"),
                purpose=one.first.text("purpose"),
                subjects=tuple(sorted(one.people)[:MOST_NAMED]),
                entries=tuple(one.entries),
                count=one.times,
                records=len(one.people),
            )


def _shown(entry: Recorded) -> frozenset[str]:
    """Whose number it was: of whom it was shown; of a paper, or of who was found by it, everybody's."""
    shown = frozenset(n for one in entry.groups if one.shows("individual_number") for n in one.subjects)
    told_otherwise = entry.kind is Kind.ISSUE or "individual_number" in entry.searched_by
    return shown | entry.people if told_otherwise else shown

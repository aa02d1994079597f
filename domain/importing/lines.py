"""One line of an import: a resident with her earlier versions and support measures, or every reason why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import pairwise
from typing import Any, TypeVar

from domain.errors import InvalidValue
from domain.histories import JAPAN
from domain.importing import FORMAT
from domain.importing.fields import READERS, day, moment, support_kind
from domain.importing.reasons import Fault, Reason
from domain.residents import IDENTIFIERS, ResidentRecord, all_shown
from domain.support_measures import SupportMeasure
from domain.values.dates import RegisterDate
from domain.values.identifiers import AddresseeNumber
from domain.versions import Version

REQUIRED = ("addressee_number", "household_number", "date_of_birth", "current_address")
"""What every record has."""

OF_A_VERSION = ("valid_from", "recorded_at")
OF_A_MEASURE = ("kind", "starts_on", "ends_on")
EARLIER, MEASURES = "earlier_versions", "support_measures"
FIELDS = ("format", *READERS, *OF_A_VERSION, EARLIER, MEASURES)
"""Everything that a line may have."""

MOST_PARTS = 1_000
"""The most earlier versions, or support measures, of one person."""

_KNOWN, _KNOWN_OF_VERSION = frozenset(FIELDS), frozenset((*READERS, *OF_A_VERSION))

Fields = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A resident as a line brings her: her versions, oldest first, the last of which stands, and her measures."""

    versions: tuple[Version, ...]
    measures: tuple[SupportMeasure, ...] = ()

    @property
    def record(self) -> ResidentRecord:
        """What stands."""
        return self.versions[-1].record


def arrival_of(line: Fields, today: date) -> Arrival | list[Reason]:
    """What a line brings, or everything that is wrong with it."""
    if line.get("format") != FORMAT:
        return [Reason.of(Fault.UNKNOWN_FORMAT, "format")]
    reading = _Reading(today)
    reading.refuse_unknown(line, _KNOWN)
    earlier = [reading.earlier(line, given, place) for place, given in reading.parts(line, EARLIER)]
    standing = reading.version(line)
    number = None if standing is None else standing.record.addressee_number
    measures = [reading.measure(number, given, place) for place, given in reading.parts(line, MEASURES)]
    if not reading.reasons:
        reading.refuse_contradictions([*_there(earlier), *_there([standing])])
    return reading.reasons or Arrival((*_there(earlier), *_there([standing])), tuple(_there(measures)))


def line_of(arrival: Arrival) -> dict[str, Any]:
    """The line that brings this resident: `arrival_of` the other way round."""
    *earlier, standing = arrival.versions
    line: dict[str, Any] = {"format": FORMAT, **_said(standing)}
    if earlier:
        line[EARLIER] = [_said(version) for version in earlier]
    if arrival.measures:
        line[MEASURES] = [
            {"kind": one.kind.value, "starts_on": one.starts_on.isoformat(), "ends_on": one.ends_on.isoformat()}
            for one in arrival.measures
        ]
    return line


class _Reading:
    """Reads the parts of a line, and keeps what is wrong with them; what cannot be read is `None`."""

    def __init__(self, today: date) -> None:
        self._today = today
        self.reasons: list[Reason] = []

    def version(self, given: Fields, place: str = "") -> Version | None:
        """One version: its items and its times."""
        before = len(self.reasons)
        items = {name: self._value(given, name, read, place) for name, read in READERS.items() if name in given}
        self._require(given, REQUIRED, place)
        valid_from = self._value(given, "valid_from", self._past_day, place)
        recorded_at = self._value(given, "recorded_at", self._past_moment, place)
        if len(self.reasons) > before:
            return None
        record = self._made(partial(_record, items), place)
        return None if record is None else Version(record, valid_from, recorded_at)

    def earlier(self, line: Fields, given: Fields, place: str) -> Version | None:
        """An earlier version; it may leave out the addressee number, which is the line's."""
        whose = line.get("addressee_number")
        self.refuse_unknown(given, _KNOWN_OF_VERSION, place)
        self._require(given, ("valid_from",), place)
        if given.get("addressee_number", whose) != whose:
            self._note(InvalidValue("addressee_number", "must be that of the line", "行の宛名番号と異なります"), place)
        return self.version({"addressee_number": whose, **given}, place)

    def measure(self, number: AddresseeNumber | None, given: Fields, place: str) -> SupportMeasure | None:
        """A support measure of the person with this number."""
        self.refuse_unknown(given, frozenset(OF_A_MEASURE), place)
        self._require(given, OF_A_MEASURE, place)
        kind = self._value(given, "kind", support_kind, place)
        starts = self._value(given, "starts_on", partial(day, kind="starts_on"), place)
        ends = self._value(given, "ends_on", partial(day, kind="ends_on"), place)
        if number is None or kind is None or starts is None or ends is None:
            return None
        make = partial(SupportMeasure, addressee_number=number, kind=kind, starts_on=starts, ends_on=ends)
        return self._made(make, place)

    def parts(self, line: Fields, name: str) -> Iterator[tuple[str, Fields]]:
        """The objects of a list, each with its place."""
        parts = [] if line.get(name) is None else line[name]
        if not isinstance(parts, list) or len(parts) > MOST_PARTS or not all(isinstance(one, dict) for one in parts):
            self._note(
                InvalidValue(name, f"must be a list of at most {MOST_PARTS} objects", "一覧の形式に誤りがあります")
            )
            return
        for at, given in enumerate(parts):
            yield f"{name}/{at}/", given

    def refuse_unknown(self, given: Fields, known: frozenset[str], place: str = "") -> None:
        """Refuse fields that are none; their names may be anything and are not repeated."""
        if not given.keys() <= known:
            self.reasons.append(Reason.of(Fault.UNKNOWN_FIELD, place.rstrip("/") or None))

    def refuse_contradictions(self, versions: list[Version]) -> None:
        """Refuse versions that do not follow each other."""
        times = [version.recorded_at or datetime.max.replace(tzinfo=JAPAN) for version in versions]
        if any(later < sooner for sooner, later in pairwise(times)):
            self._note(
                InvalidValue("recorded_at", "lies before that of an earlier version", "前の履歴より前の日時です")
            )

    def _value(self, given: Fields, name: str, read: Callable[[Any], T], place: str) -> T | None:
        if (value := given.get(name)) is None:
            return None
        try:
            return read(value)
        except InvalidValue as error:
            self.reasons.append(Reason.invalid(place + name, error))
            return None

    def _made(self, make: Callable[[], T], place: str = "") -> T | None:
        try:
            return make()
        except InvalidValue as error:
            self._note(error, place)
            return None

    def _require(self, given: Fields, names: Iterable[str], place: str) -> None:
        self.reasons += [Reason.of(Fault.MISSING, place + name) for name in names if given.get(name) is None]

    def _note(self, error: InvalidValue, place: str = "") -> None:
        self.reasons.append(Reason.invalid(place + error.kind, error))

    def _past_day(self, value: Any) -> date:
        return self._past(day(value, "valid_from"), "valid_from")

    def _past_moment(self, value: Any) -> datetime:
        at = moment(value, "recorded_at")
        self._past(at.astimezone(JAPAN).date(), "recorded_at")
        return at

    def _past(self, given: date, kind: str) -> date:
        if given > self._today:
            raise InvalidValue(kind, "must not lie after today", "本日より後の日付です")
        return given


def _record(items: dict[str, Any]) -> ResidentRecord:
    return ResidentRecord(**{name: value for name, value in items.items() if value is not None})


def _said(version: Version) -> dict[str, Any]:
    """The fields of a version; a date in its own words where it has some."""
    record = version.record
    leaves = zip(IDENTIFIERS, all_shown(record), strict=True)
    said: dict[str, Any] = {name: list(leaf) if isinstance(leaf, tuple) else leaf for name, leaf in leaves if leaf}
    dates = {name: getattr(record, name) for name in said}
    said |= {name: one.text for name, one in dates.items() if isinstance(one, RegisterDate) and one.text}
    if version.valid_from is not None:
        said["valid_from"] = version.valid_from.isoformat()
    if version.recorded_at is not None:
        said["recorded_at"] = version.recorded_at.astimezone(JAPAN).isoformat()
    return said


def _there(parts: Iterable[T | None]) -> Iterator[T]:
    return (one for one in parts if one is not None)

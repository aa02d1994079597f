"""A line of an import becomes a resident, or every reason why not; no reason holds a value."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from api.demonstration.examples import example_lines
from domain.importing import FORMAT
from domain.importing.lines import FIELDS, Arrival, arrival_of, line_of
from domain.importing.reasons import MESSAGES, Fault, Reason
from domain.residents import all_shown
from domain.support_measures import SupportKind
from domain.versions import Version, since
from tests.domain.people import a_foreign_record, a_record, addressee

TODAY = date(2026, 11, 23)
OF_ANOTHER = "999999999981"


def a_line(**fields: Any) -> dict[str, Any]:
    """A line that can be taken, and what a test says otherwise."""
    return {**line_of(Arrival((Version(a_record()),))), **fields}


def taken(**fields: Any) -> Arrival:
    """Whom a line brings; fails when it is not taken."""
    arrival = arrival_of(a_line(**fields), TODAY)
    assert isinstance(arrival, Arrival), arrival
    return arrival


def reasons(line: dict[str, Any]) -> list[Reason]:
    """Why a line is not taken; fails when it is, or when a reason repeats a value of it."""
    found = arrival_of(line, TODAY)
    assert isinstance(found, list)
    told = json.dumps([[one.item, one.message, one.message_ja] for one in found], ensure_ascii=False)
    assert not [value for value in line.values() if isinstance(value, str) and len(value) > 8 and value in told]
    return found


def refused(**fields: Any) -> list[tuple[Fault, str | None]]:
    """The faults and items for which a line is not taken."""
    return [(one.fault, one.item) for one in reasons(a_line(**fields))]


def test_every_example_line_comes_back_as_it_went() -> None:
    for line in example_lines(300, TODAY):
        arrival = arrival_of(json.loads(json.dumps(line)), TODAY)
        assert isinstance(arrival, Arrival)
        assert line_of(arrival) == line


@pytest.mark.parametrize("record", [a_record(), a_foreign_record()], ids=["Japanese", "foreign"])
def test_a_record_arrives_as_it_leaves_the_service(record: Any) -> None:
    arrival = arrival_of(line_of(Arrival((Version(record),))), TODAY)
    assert isinstance(arrival, Arrival)
    assert all_shown(arrival.record) == all_shown(record)


def test_null_is_the_same_as_a_field_left_out() -> None:
    assert taken(building_line=None, earlier_versions=None, support_measures=None) == taken()


@pytest.mark.parametrize(
    ("said", "iso", "text"),
    [
        ("1950", "1950", None),
        ("1950-02-30", "1950-02-30", None),
        ("昭和25年3月31日", "1950-03-31", None),
        ("昭和25年3月頃", "1950-03", "昭和25年3月頃"),
        ("年月日不詳", "XXXX", "年月日不詳"),
    ],
)
def test_a_date_may_be_partial_in_an_era_or_unknown(said: str, iso: str, text: str | None) -> None:
    born = taken(date_of_birth=said).record.date_of_birth
    assert (born.iso, born.text) == (iso, text)


def test_a_version_holds_from_the_day_that_the_line_says_else_from_its_last_change() -> None:
    said = taken(valid_from="2020-04-01", recorded_at="2020-04-03T09:30:00+09:00").versions[0]
    assert (said.valid_from, said.recorded_at) == (date(2020, 4, 1), datetime(2020, 4, 3, 0, 30, tzinfo=UTC))
    silent = taken(changed_on="2019-05-01").versions[0]
    assert (silent.valid_from, since(silent.record, TODAY)) == (None, date(2019, 5, 1))


def test_earlier_versions_come_first_and_take_the_addressee_number_of_the_line() -> None:
    earlier = {name: value for name, value in a_line(full_name="旧姓　花子").items() if name != "format"}
    del earlier["addressee_number"]
    first, second = taken(earlier_versions=[earlier | {"valid_from": "1980-04-01"}]).versions
    assert first.record.addressee_number == second.record.addressee_number == addressee(1)
    assert (first.record.full_name, first.valid_from) != (second.record.full_name, second.valid_from)


def test_support_measures_are_those_of_the_person() -> None:
    measure = {"kind": "STALKING", "starts_on": "2026-04-01", "ends_on": "2027-03-31"}
    (one,) = taken(support_measures=[measure]).measures
    assert (one.addressee_number, one.kind, one.ends_on) == (addressee(1), SupportKind.STALKING, date(2027, 3, 31))


@pytest.mark.parametrize("format_", [None, "daicho-residents/2", 1, ["daicho-residents/1"]])
def test_a_line_of_another_format_is_not_read_further(format_: object) -> None:
    assert refused(format=format_, sex="X") == [(Fault.UNKNOWN_FORMAT, "format")]


def test_an_unknown_field_is_refused_and_its_name_not_repeated() -> None:
    (reason,) = reasons(a_line() | {"山田　花子 644678155351": "x"})
    assert (reason.fault, reason.item) == (Fault.UNKNOWN_FIELD, None)
    assert "644678155351" not in reason.message + reason.message_ja


@pytest.mark.parametrize("name", ["addressee_number", "household_number", "date_of_birth", "current_address"])
def test_what_every_record_has_may_not_be_missing(name: str) -> None:
    assert refused(**{name: None}) == [(Fault.MISSING, name)]


@pytest.mark.holds("D-02")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("individual_number", "644678155350"),
        ("individual_number", "000000000000"),
        ("resident_record_code", "16004598418"),
        ("addressee_number", "0000000018"),
        ("household_number", "１２３"),
        ("full_name", "見えない\u202e文字"),
        ("full_name", "NUL\u0000"),
        ("full_name", ""),
        ("full_name", 1),
        ("full_name", {"deep": []}),
        ("sex", "女"),
        ("relationship_to_householder", "長男"),
        ("date_of_birth", "1950-13-01"),
        ("date_of_birth", "昭和65年1月1日"),
        ("processed_on", "昭和25年3月頃"),
        ("alias_history", "架空"),
        ("alias_history", ["架空"] * 101),
        ("individual_matters", [1]),
        ("valid_from", "2026-11-24"),
        ("valid_from", "20200401"),
        ("valid_from", "0001-01-01"),
        ("recorded_at", "2026-11-01T09:30:00"),
        ("recorded_at", "2026-11-24T09:30:00+09:00"),
        ("recorded_at", "0001-01-01T00:00:00+14:00"),
        ("residence_card_number", "AB00000000CD"),
        ("earlier_versions", {}),
        ("earlier_versions", ["x"]),
        ("support_measures", "x"),
    ],
)
def test_a_value_that_its_item_does_not_take_is_told_by_its_item(name: str, value: object) -> None:
    assert refused(**{name: value}) == [(Fault.INVALID_VALUE, name)]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    wrong = refused(sex="X", date_of_birth=None, individual_number=OF_ANOTHER, earlier_versions=[{}], other=1)
    assert (Fault.UNKNOWN_FIELD, None) in wrong
    assert (Fault.INVALID_VALUE, "sex") in wrong
    assert (Fault.MISSING, "date_of_birth") in wrong
    assert (Fault.INVALID_VALUE, "individual_number") in wrong
    assert (Fault.MISSING, "earlier_versions/0/valid_from") in wrong


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ({"kind": "DV", "starts_on": "2026-04-01", "ends_on": "2027-03-31"}, (Fault.INVALID_VALUE, "kind")),
        ({"kind": "OTHER", "starts_on": "2026-04-01"}, (Fault.MISSING, "ends_on")),
        (
            {"kind": "OTHER", "starts_on": "2026-04-01", "ends_on": "2026-03-31"},
            (Fault.INVALID_VALUE, "SupportMeasure"),
        ),
    ],
)
def test_a_measure_that_is_none_is_told_by_its_place(measure: dict[str, str], expected: tuple[Fault, str]) -> None:
    fault, item = expected
    assert refused(support_measures=[measure]) == [(fault, f"support_measures/0/{item}")]


def earlier_version(**fields: Any) -> dict[str, Any]:
    """An earlier version of the usual line."""
    usual = {name: value for name, value in a_line(valid_from="1980-04-01").items() if name != "format"}
    return usual | fields


def test_an_earlier_version_of_another_person_is_refused() -> None:
    other = earlier_version(addressee_number=addressee(2).value)
    assert refused(earlier_versions=[other]) == [(Fault.INVALID_VALUE, "earlier_versions/0/addressee_number")]


def test_an_individual_number_comes_back_where_its_change_was_reversed() -> None:
    numbers = ["644678155351", "090451592040"]
    versions = [earlier_version(individual_number=number) for number in numbers]
    assert len(taken(earlier_versions=versions).versions) == 3
    assert len(taken(earlier_versions=[earlier_version(individual_number=numbers[1])]).versions) == 2


def test_what_was_said_later_was_not_recorded_sooner() -> None:
    later = earlier_version(recorded_at="2020-04-02T00:00:00Z")
    assert refused(earlier_versions=[later], recorded_at="2020-04-01T00:00:00Z") == [
        (Fault.INVALID_VALUE, "recorded_at")
    ]
    assert refused(earlier_versions=[earlier_version()], recorded_at="2020-04-01T00:00:00Z") == [
        (Fault.INVALID_VALUE, "recorded_at")
    ]
    assert taken(earlier_versions=[later])


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_is_told_in_english_and_japanese(fault: Fault) -> None:
    english, japanese = MESSAGES[fault]
    assert english.isascii()
    assert english.endswith(".")
    assert japanese.endswith("。")


def test_the_format_names_itself_and_every_item() -> None:
    assert a_line()["format"] == FORMAT == "daicho-residents/1"
    assert len(FIELDS) == len(set(FIELDS)) == 1 + 54 + 2 + 2

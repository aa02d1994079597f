"""Dates: the eras and their shared days, partial dates, days that no calendar has, and the 14 patterns of 不詳日."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.values.date_texts import read
from domain.values.dates import Precision, RegisterDate
from domain.values.eras import ERAS, Era, era_of, era_year


@pytest.mark.parametrize(
    ("iso", "wareki"),
    [
        ("1868-01-25", "明治元年1月25日"),
        ("1912-07-29", "明治45年7月29日"),
        ("1912-07-30", "大正元年7月30日"),
        ("1926-12-24", "大正15年12月24日"),
        ("1926-12-25", "昭和元年12月25日"),
        ("1989-01-07", "昭和64年1月7日"),
        ("1989-01-08", "平成元年1月8日"),
        ("2019-04-30", "平成31年4月30日"),
        ("2019-05-01", "令和元年5月1日"),
        ("2020-05-02", "令和2年5月2日"),
        ("1950-03", "昭和25年3月"),
        ("1950", "昭和25年"),
    ],
)
def test_a_date_is_written_in_its_era_and_read_back(iso: str, wareki: str) -> None:
    assert RegisterDate(iso).wareki() == wareki
    assert RegisterDate.from_text(wareki) == RegisterDate(iso)


@pytest.mark.parametrize(
    ("elder", "later", "iso"),
    [("明治45年7月30日", "大正元年7月30日", "1912-07-30"), ("大正15年12月25日", "昭和元年12月25日", "1926-12-25")],
)
def test_the_boundary_day_belongs_to_both_eras_and_keeps_the_one_it_was_given_in(
    elder: str, later: str, iso: str
) -> None:
    for text in (elder, later):
        day = RegisterDate.from_text(text)
        assert (day.iso, day.wareki(), day.earliest) == (iso, text, date.fromisoformat(iso))
        assert RegisterDate.as_registered(day.iso, day.text) == day


@pytest.mark.parametrize(
    "text",
    [
        "明治45年7月31日",
        "大正元年7月29日",
        "大正15年12月26日",
        "昭和64年1月8日",
        "平成元年1月7日",
        "平成31年5月1日",
        "昭和65年",
    ],
)
def test_a_day_outside_its_era_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        RegisterDate.from_text(text)


def test_a_year_that_two_eras_share_keeps_the_era_it_was_given_in() -> None:
    elder = RegisterDate.from_text("昭和64年")
    assert (elder.iso, elder.wareki(), elder.latest) == ("1989", "昭和64年", date(1989, 1, 7))
    assert RegisterDate.from_text("平成元年").earliest == date(1989, 1, 8)


def test_a_new_era_is_one_more_row() -> None:
    eras = (*ERAS[:-1], Era("令和", date(2019, 5, 1), date(2040, 3, 31)), Era("架空", date(2040, 4, 1)))
    assert era_year(date(2040, 4, 1), eras) == "架空元年"
    assert era_year(date(2041, 1, 1), eras) == "架空2年"
    assert era_of(date(2040, 3, 31), eras).name == "令和"
    assert read("架空2年3月", eras).iso == "2041-03"


def test_a_day_before_the_first_era_has_no_japanese_year() -> None:
    with pytest.raises(InvalidValue):
        RegisterDate("1868-01-24").wareki()


@pytest.mark.parametrize("text", ["昭和２５年３月３１日", "昭和25年 3月31日", "昭和25年03月31日", "1950年3月31日"])
def test_a_typed_date_may_be_full_width_spaced_or_western(text: str) -> None:
    assert RegisterDate.from_text(text) == RegisterDate("1950-03-31")


def test_a_foreign_residents_date_is_written_in_the_western_calendar() -> None:
    assert RegisterDate("1950-03-31").seireki() == "1950年3月31日"
    assert RegisterDate.from_text("明治45年7月30日").seireki() == "1912年7月30日"
    assert RegisterDate.from_text("1950年 月日不詳").seireki() == "1950年 月日不詳"


@pytest.mark.parametrize(
    ("iso", "earliest", "latest", "precision"),
    [
        ("1950", date(1950, 1, 1), date(1950, 12, 31), Precision.YEAR),
        ("1951-02", date(1951, 2, 1), date(1951, 2, 28), Precision.MONTH),
        ("1950-03-31", date(1950, 3, 31), date(1950, 3, 31), Precision.DAY),
    ],
)
def test_a_partial_date_spans_the_days_it_may_mean(
    iso: str, earliest: date, latest: date, precision: Precision
) -> None:
    partial = RegisterDate(iso)
    assert (partial.earliest, partial.latest, partial.precision) == (earliest, latest, precision)
    assert (partial.iso, partial.text) == (iso, None)


@pytest.mark.parametrize(
    "iso",
    [
        "",
        "1950-3-31",
        "19500331",
        "1950-W01-1",
        "1950-13",
        "1950-00",
        "1950-03-32",
        "0000",
        "XXXX",
        "１９５０",
        "1950-03-31T00",
    ],
)
def test_what_is_no_partial_iso_date_cannot_exist(iso: str) -> None:
    with pytest.raises(InvalidValue):
        RegisterDate(iso)


@pytest.mark.parametrize("iso", ["1951-02-29", "1951-02-30", "1951-04-31"])
def test_a_day_that_no_calendar_has_is_refused_unless_it_is_said(iso: str) -> None:
    with pytest.raises(InvalidValue):
        RegisterDate(iso)
    day = RegisterDate(iso, off_calendar=True)
    assert day == RegisterDate.as_registered(iso)
    assert day.iso == iso
    assert (day.latest - day.earliest).days == 1


def test_a_day_that_no_calendar_has_is_printed_as_the_family_register_has_it() -> None:
    with pytest.raises(InvalidValue):
        RegisterDate.from_text("昭和26年2月29日")
    day = RegisterDate.from_text("昭和26年2月29日", off_calendar=True)
    assert (day.iso, day.wareki()) == ("1951-02-29", "昭和26年2月29日")
    assert (day.earliest, day.latest) == (date(1951, 2, 28), date(1951, 3, 1))


def test_a_real_day_is_not_said_to_be_missing_from_the_calendar() -> None:
    with pytest.raises(InvalidValue):
        RegisterDate("1952-02-29", off_calendar=True)
    assert RegisterDate.from_text("昭和27年2月29日", off_calendar=True) == RegisterDate("1952-02-29")


UNCERTAIN = [
    ("令和2年頃", "2020", date(2020, 1, 1), date(2020, 12, 31)),
    ("令和2年3月頃", "2020-03", date(2020, 3, 1), date(2020, 3, 31)),
    ("令和2年3月5日頃", "2020-03-05", date(2020, 3, 5), date(2020, 3, 5)),
    ("推定令和2年3月5日", "2020-03-05", date(2020, 3, 5), date(2020, 3, 5)),
    ("推定令和2年3月", "2020-03", date(2020, 3, 1), date(2020, 3, 31)),
    ("令和2年春", "2020", date(2020, 3, 1), date(2020, 5, 31)),
    ("令和2年3月上旬", "2020-03", date(2020, 3, 1), date(2020, 3, 10)),
    ("令和2年3月中旬頃", "2020-03", date(2020, 3, 11), date(2020, 3, 20)),
    ("年月日不詳", "XXXX", date.min, date.max),
    ("令和2年　月日不詳", "2020", date(2020, 1, 1), date(2020, 12, 31)),
    ("令和２年３月　日不詳", "2020-03", date(2020, 3, 1), date(2020, 3, 31)),
    ("令和2年3月5日から4月6日頃までの間", "2020", date(2020, 3, 5), date(2020, 4, 6)),
    ("令和2年3月推定5日から10日までの間", "2020-03", date(2020, 3, 5), date(2020, 3, 10)),
    ("令和2年3月5日頃から10日頃までの間", "2020-03", date(2020, 3, 5), date(2020, 3, 10)),
]


@pytest.mark.parametrize(("text", "iso", "earliest", "latest"), UNCERTAIN)
def test_each_pattern_of_the_standard_keeps_its_text_beside_its_days(
    text: str, iso: str, earliest: date, latest: date
) -> None:
    day = RegisterDate.from_text(text)
    assert (day.text, day.iso, day.earliest, day.latest, day.wareki()) == (text, iso, earliest, latest, text)
    assert RegisterDate.as_registered(iso, text) == day


@pytest.mark.parametrize(
    ("day", "is_one"),
    [
        (RegisterDate("1950-03-31"), True),
        (RegisterDate.from_text("明治45年7月30日"), True),
        (RegisterDate("1950-03"), False),
        (RegisterDate("1951-02-29", off_calendar=True), False),
        (RegisterDate.from_text("令和2年3月5日頃"), False),
    ],
)
def test_a_calendar_day_is_fully_known_and_real(day: RegisterDate, is_one: bool) -> None:
    assert day.is_calendar_day is is_one


def test_of_an_unknown_date_nothing_is_precise() -> None:
    assert RegisterDate.from_text("年月日不詳").precision is Precision.UNKNOWN


@pytest.mark.parametrize(
    ("text", "latest"),
    [
        ("令和2年夏", date(2020, 8, 31)),
        ("令和2年秋", date(2020, 11, 30)),
        ("令和2年冬", date(2020, 12, 31)),
        ("令和2年2月下旬", date(2020, 2, 29)),
        ("令和元年頃", date(2019, 12, 31)),
    ],
)
def test_the_other_seasons_and_thirds_of_a_month_are_known_too(text: str, latest: date) -> None:
    assert RegisterDate.from_text(text).latest == latest


@pytest.mark.parametrize(
    "text",
    [
        "",
        "令和2年3月末",
        "平静2年3月",
        "令和0年",
        "令和2年13月頃",
        "令和2年3月10日頃から5日頃までの間",
        "不詳",
        "昭和25年3月31日\x00",
        "9" * 100_000,
    ],
)
def test_any_other_wording_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        RegisterDate.from_text(text)


def test_a_text_that_means_another_date_cannot_stand_beside_it() -> None:
    with pytest.raises(InvalidValue):
        RegisterDate("2021", "令和2年頃")


@given(st.dates(min_value=date(1868, 1, 25), max_value=date(2116, 12, 31)))
def test_every_day_survives_being_written_in_its_era(day: date) -> None:
    register_date = RegisterDate.of(day)
    assert RegisterDate.from_text(register_date.wareki()) == register_date
    assert RegisterDate.from_text(register_date.seireki()) == register_date
    assert register_date.earliest == register_date.latest == day


@given(st.integers(1869, 2100), st.none() | st.integers(1, 12))
def test_every_partial_date_survives_being_written_in_the_western_calendar(year: int, month: int | None) -> None:
    partial = RegisterDate(str(year) if month is None else f"{year}-{month:02}")
    assert RegisterDate.from_text(partial.seireki()) == partial


@given(st.text(max_size=80))
def test_no_text_does_anything_but_read_or_be_refused(text: str) -> None:
    try:
        day = RegisterDate.from_text(text)
    except InvalidValue:
        return
    assert day.earliest <= day.latest

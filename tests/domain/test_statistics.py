"""What is added up of counts: towns, age groups, what movements come to, and how it is written down."""

from __future__ import annotations

import csv
import io

import pytest

from domain.change_reasons import ChangeReason, Effect
from domain.items import RESIDENT_ITEMS
from domain.statistics import (
    ITEMS,
    TITLES,
    Households,
    MovementDimension,
    Movements,
    PopulationDimension,
    Table,
    age_group,
    table_of,
    town_of,
)

PEOPLE = Table(
    ("SEX", "CITIZENSHIP", "AGE"),
    {
        ("MALE", "JAPANESE", 0): 1,
        ("MALE", "FOREIGN", 4): 2,
        ("FEMALE", "JAPANESE", 5): 4,
        ("FEMALE", "JAPANESE", 107): 8,
        ("UNKNOWN", "JAPANESE", None): 16,
    },
)


@pytest.mark.parametrize(
    ("address", "town"),
    [
        ("北海道苫小牧市旭町4丁目5番6号", "旭町四丁目"),
        ("苫小牧市旭町４丁目５番６号", "旭町四丁目"),
        ("旭町四丁目5番", "旭町四丁目"),
        ("北海道苫小牧市新富町12丁目", "新富町十二丁目"),
        ("北海道苫小牧市新富町20丁目1番", "新富町二十丁目"),
        ("北海道苫小牧市字勇払901番地", "字勇払"),
        ("北海道苫小牧市沼ノ端中央1丁目2番3号", "沼ノ端中央一丁目"),
        ("北海道苫小牧市字樽前", "字樽前"),
        ("札幌市中央区北1条西2丁目", "北"),
        ("不明", "不明"),
        ("901番地", "901番地"),
    ],
)
def test_an_address_lies_in_the_town_section_that_its_numbers_follow(address: str, town: str) -> None:
    assert town_of(address) == town


def test_however_an_address_is_written_its_people_are_counted_in_one_town() -> None:
    rows = [
        (("MALE", "北海道苫小牧市旭町4丁目"), 1),
        (("MALE", "苫小牧市旭町四丁目"), 2),
        (("MALE", "北海道苫小牧市字勇払"), 4),
    ]

    assert table_of(("SEX", "TOWN"), rows).counts == {("MALE", "旭町四丁目"): 3, ("MALE", "字勇払"): 4}


@pytest.mark.parametrize(("age", "group"), [(0, 0), (4, 0), (5, 5), (99, 95), (100, 100), (118, 100)])
def test_a_group_of_ages_has_five_years_and_the_last_one_is_open(age: int, group: int) -> None:
    assert age_group(age) == group


def test_a_table_is_added_up_by_what_is_asked_of_it_and_loses_nobody() -> None:
    assert PEOPLE.by("AGE_GROUP").rows == [((0,), 3), ((5,), 4), ((100,), 8), ((None,), 16)]
    assert PEOPLE.by("CITIZENSHIP", "SEX").counts[("JAPANESE", "FEMALE")] == 12
    assert PEOPLE.by().counts == {(): 31}
    assert (PEOPLE.total, PEOPLE.of(SEX="MALE"), PEOPLE.of(SEX="MALE", CITIZENSHIP="FOREIGN"), PEOPLE.of(SEX="X")) == (
        *(31, 3, 2, 0),
    )


def test_a_table_of_nobody_has_no_cell() -> None:
    assert Table(("SEX",)).by().rows == []
    assert Table(("SEX",)).total == 0


@pytest.mark.holds("S1-08")
def test_a_table_is_written_as_csv_in_both_languages() -> None:
    rows = list(csv.reader(io.StringIO(PEOPLE.by("SEX", "AGE_GROUP").csv())))

    assert rows[0] == ["性別 sex", "年齢階級 age group", "数 count"]
    assert rows[1:] == [
        ["女 FEMALE", "5", "4"],
        ["女 FEMALE", "100", "8"],
        ["男 MALE", "0", "3"],
        ["不詳 UNKNOWN", "", "16"],
    ]


def test_households_are_those_of_all_kinds() -> None:
    assert Households(japanese=3, foreign=2, mixed=1).all == 6


def movements(**counts: int) -> Movements:
    """Movements by reason."""
    return Movements(Table(("REASON", "SEX"), {(reason, "MALE"): count for reason, count in counts.items()}))


@pytest.mark.holds("S1-08")
def test_natural_change_is_births_less_deaths_and_social_change_is_all_the_rest() -> None:
    found = movements(
        BIRTH=5,
        DEATH=9,
        MOVE_IN_DOMESTIC=20,
        MOVE_IN_FROM_ABROAD=3,
        MOVE_OUT_DOMESTIC=11,
        EX_OFFICIO_ENTRY=1,
        MOVE_WITHIN=70,
    )

    assert (found.natural, found.social, found.net) == (-4, 13, 9)
    assert found.with_effect(Effect.REVISION) == 70
    assert found.because_of(ChangeReason.MOVE_IN_DOMESTIC, ChangeReason.MOVE_IN_FROM_ABROAD) == 23


def test_a_naturalization_closes_a_record_and_opens_one_so_nothing_grows() -> None:
    found = movements(EX_OFFICIO_DELETION_NATURALIZATION=2, EX_OFFICIO_ENTRY_NATURALIZATION=2)

    assert (found.net, found.social, found.natural) == (0, 0, 0)


def test_every_dimension_goes_by_an_item_of_the_record_and_has_a_title() -> None:
    dimensions = {one.value for kind in (PopulationDimension, MovementDimension) for one in kind}

    assert set(ITEMS) == dimensions
    assert set(ITEMS.values()) <= set(RESIDENT_ITEMS)
    assert set(TITLES) == dimensions | {"REASON"}

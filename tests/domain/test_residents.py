"""A resident's record: what may be blank, what may stand on whose record, and how an item leaves it."""

from __future__ import annotations

import dataclasses

import pytest

from domain.errors import InvalidValue
from domain.items import ADDED_BY_LAW, F1_ITEMS, Form, Item
from domain.residents import (
    FOREIGN_CATEGORIES,
    IDENTIFIERS,
    ONLY_CALENDAR_DAYS,
    ONLY_OF_FOREIGNERS,
    ONLY_OF_JAPANESE,
    shown,
)
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.names import Name
from domain.values.relationships import Relationship
from domain.values.sex import Sex
from tests.domain.people import a_foreign_record, a_record

CEASED = RegisterDate("2024-03-31")


def a_value_of(item: Item) -> object:
    """Something that may stand as the item."""
    return {Form.DATE: RegisterDate("2030-01-01"), Form.TEXTS: ("架空",)}.get(item.form, "架空")


ITEMS = {item.identifier: item for item in (*F1_ITEMS, *ADDED_BY_LAW)}


def test_a_record_holds_every_item_of_the_file_and_of_the_law_and_nothing_else() -> None:
    assert [item.identifier for item in (*F1_ITEMS, *ADDED_BY_LAW)] == list(IDENTIFIERS)


@pytest.mark.parametrize("identifier", ["registered_domicile", "family_register_head", "became_resident_on"])
def test_a_japanese_residents_family_register_and_first_day_are_never_blank(identifier: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        a_record(**{identifier: None})
    assert caught.value.kind == identifier


def test_the_day_of_becoming_a_foreign_resident_is_never_blank_on_a_foreign_record() -> None:
    for closed in ({}, {"ceased_resident_on": CEASED}):
        with pytest.raises(InvalidValue) as caught:
            a_foreign_record(became_foreign_resident_on=None, **closed)
        assert caught.value.kind == "became_foreign_resident_on"


def test_a_resident_record_code_is_blank_only_on_a_closed_record() -> None:
    with pytest.raises(InvalidValue) as caught:
        a_record(resident_record_code=None)
    assert caught.value.kind == "resident_record_code"
    assert a_record(resident_record_code=None, ceased_resident_on=CEASED).is_closed


@pytest.mark.parametrize("identifier", ["full_name", "individual_number", "relationship_to_householder"])
def test_other_items_may_be_blank(identifier: str) -> None:
    assert shown(a_record(**{identifier: None}), identifier) is None


def test_a_record_is_closed_when_the_person_has_ceased_to_be_a_resident() -> None:
    assert not a_record().is_closed
    assert a_record(ceased_resident_on=CEASED).is_closed


@pytest.mark.parametrize("identifier", ONLY_OF_FOREIGNERS)
def test_what_only_a_foreign_resident_has_stands_on_no_japanese_record(identifier: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        a_record(**{identifier: a_value_of(ITEMS[identifier])})
    assert caught.value.kind == identifier


@pytest.mark.parametrize("identifier", ONLY_OF_JAPANESE)
def test_what_only_a_japanese_resident_has_stands_on_no_foreign_record(identifier: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        a_foreign_record(**{identifier: a_value_of(ITEMS[identifier])})
    assert caught.value.kind == identifier


@pytest.mark.parametrize(("category", "never_blank"), FOREIGN_CATEGORIES.items())
def test_each_category_of_foreign_residents_has_its_item(category: str, never_blank: str | None) -> None:
    items = {"foreign_resident_category": category, "residence_card_number": None, "period_of_stay": None}
    if never_blank is None:
        assert a_foreign_record(**items).is_foreign
        return
    assert a_foreign_record(**{**items, never_blank: "架空"}).is_foreign
    with pytest.raises(InvalidValue) as caught:
        a_foreign_record(**items)
    assert caught.value.kind == never_blank


def test_a_card_number_may_be_blank_on_a_closed_record_and_a_landing_period_not() -> None:
    assert a_foreign_record(residence_card_number=None, ceased_resident_on=CEASED).is_closed
    with pytest.raises(InvalidValue):
        a_foreign_record(foreign_resident_category="一時庇護許可者", ceased_resident_on=CEASED)


def test_a_category_that_the_law_does_not_know_is_refused() -> None:
    with pytest.raises(InvalidValue) as caught:
        a_foreign_record(foreign_resident_category="短期滞在者")
    assert caught.value.kind == "foreign_resident_category"


@pytest.mark.parametrize("text", ["", " ", "架空\x00", "架空\ud800", "架空\u202e", "架" * 201])
def test_every_text_of_a_record_is_a_readable_line(text: str) -> None:
    for items in ({"householder_name": text}, {"individual_matters": ("架空", text)}):
        with pytest.raises(InvalidValue):
            a_record(**items)


@pytest.mark.parametrize("identifier", ONLY_CALENDAR_DAYS)
@pytest.mark.parametrize(
    "day", [RegisterDate("2024-03"), RegisterDate("2023-02-29", off_calendar=True), RegisterDate.from_text("令和6年頃")]
)
def test_a_date_that_the_office_itself_sets_is_a_day_of_the_calendar(identifier: str, day: RegisterDate) -> None:
    with pytest.raises(InvalidValue) as caught:
        a_foreign_record(**{identifier: day})
    assert caught.value.kind == identifier


@pytest.mark.parametrize("identifier", ["date_of_birth", "became_resident_on", "address_established_on", "changed_on"])
@pytest.mark.parametrize("day", [RegisterDate("1951-02-29", off_calendar=True), RegisterDate.from_text("年月日不詳")])
def test_a_date_that_others_attest_may_be_uncertain_or_impossible(identifier: str, day: RegisterDate) -> None:
    assert shown(a_record(**{identifier: day}), identifier) == day.iso


def test_the_building_line_of_the_current_address_is_an_item_of_its_own() -> None:
    parts = {"prefecture": "北海道", "municipality": "苫小牧市", "town": "旭町4丁目", "block": "5番6号"}
    with pytest.raises(InvalidValue):
        a_record(current_address=Address.of_parts(**parts, building_line="架空ハイツ101"))
    record = a_record(current_address=Address.of_parts(**parts), building_line="架空ハイツ101")
    assert shown(record, "building_line") == "架空ハイツ101"


@pytest.mark.parametrize(
    ("identifier", "value", "leaf"),
    [
        ("addressee_number", None, "0000000019"),
        ("household_number", None, "0000000019"),
        ("individual_number", None, "644678155351"),
        ("resident_record_code", None, "16004598419"),
        ("full_name", Name("葛\U000e0100城　花子"), "葛\U000e0100城　花子"),
        ("date_of_birth", RegisterDate("1950-03"), "1950-03"),
        ("date_of_birth", RegisterDate.from_text("昭和25年頃"), "1950"),
        ("sex", Sex.UNKNOWN, "UNKNOWN"),
        ("current_address", Address("不明"), "不明"),
        ("relationship_to_householder", Relationship("子の妻"), "子の妻"),
        ("householder_name", "架空　太郎", "架空　太郎"),
        ("individual_matters", ("国民健康保険", "介護保険"), ("国民健康保険", "介護保険")),
        ("individual_matters", (), None),
        ("previous_address", Address("不明"), "不明"),
    ],
)
def test_an_item_leaves_as_a_leaf(identifier: str, value: object, leaf: object) -> None:
    record = a_record() if value is None else a_record(**{identifier: value})
    assert shown(record, identifier) == leaf


def test_every_item_leaves_as_its_form_says() -> None:
    record = a_record()
    for item in (*F1_ITEMS, *ADDED_BY_LAW):
        leaf = shown(record, item.identifier)
        assert leaf is None or type(leaf) is (tuple if item.form is Form.TEXTS else str)


def test_what_is_no_item_of_a_record_is_not_shown() -> None:
    for name in ("household", "is_closed", "__class__"):
        with pytest.raises(KeyError):
            shown(a_record(), name)


def test_a_record_does_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        a_record().full_name = None  # type: ignore[misc] # that is what is tried

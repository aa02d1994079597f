"""Whole records in and out again: every item as the domain shows it, letter by letter."""

from __future__ import annotations

import json
import traceback
from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from api.demonstration.city import build_city
from domain.errors import Code, Refusal
from domain.items import ADDED_BY_LAW, F1_ITEMS
from domain.residents import ONLY_OF_FOREIGNERS, ONLY_OF_JAPANESE, ResidentRecord, shown
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.names import Name
from domain.values.relationships import Relationship
from persistence.register_writing import Register
from persistence.vault import Place
from tests.domain.people import a_foreign_record, a_household, a_record, addressee, member
from tests.logins import migrated
from tests.persistence.registers import Store, ask, query, write, write_village
from tests.postgres import NewDatabase
from tests.village import CODE, NUMBERS, number_of, village

ITEMS = [item.identifier for item in (*F1_ITEMS, *ADDED_BY_LAW)]
DAY = RegisterDate("2020-04-01")
EVERYTHING: dict[str, Any] = {
    "building_line": "見本荘101号",
    "relationship_to_householder": Relationship("子"),
    "alias_history": ("架空　譲", "架空　例"),
    "individual_matters": ("一つ目", "二つ目"),
    **dict.fromkeys(("previous_address", "planned_move_out_address", "confirmed_move_out_address"), Address("北海道")),
    **dict.fromkeys((field.name for field in fields(ResidentRecord) if field.type == "RegisterDate | None"), DAY),
}
TEXTS = {field.name: f"{field.name}の値" for field in fields(ResidentRecord) if field.type == "str | None"}


def everything(**differently: Any) -> dict[str, Any]:
    """A value for every item that any record can have."""
    return {**TEXTS, **EVERYTHING, **differently}


def without(items: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The items but these."""
    return {name: value for name, value in items.items() if name not in (*names, "foreign_resident_category")}


def written(new_database: NewDatabase, *records: ResidentRecord, **register: Any) -> str:
    """A database with these records and nothing else."""
    url = new_database(migrated)
    ask_for = {"residents": records, "households": [a_household(member(1, None))], **register}
    write(url, Register(**ask_for))
    return url


def stored(url: str) -> dict[str, dict[str, object]]:
    """Every resident's items as the tables hold them, by addressee number."""
    clear = [name for name in ITEMS if name != "individual_number"]
    rows = query(url, f"SELECT {', '.join(clear)} FROM residents")  # noqa: S608 - our own names
    numbers = numbers_in(url)
    return {
        str(row[0]): {**dict(zip(clear, row, strict=True)), "individual_number": numbers.get(str(row[0]))}
        for row in rows
    }


def numbers_in(url: str) -> dict[str, str]:
    """Every Individual Number in the vault, by addressee number."""
    sealed = query(url, "SELECT addressee_number, ciphertext FROM individual_numbers")

    async def opened(store: Store) -> dict[str, str]:
        vault = store.vaults.of(CODE)
        return {whose: vault.open(ciphertext, Place(CODE, whose, 1)) for whose, ciphertext in sealed}

    return ask(url, opened)


def as_shown(record: ResidentRecord) -> dict[str, object]:
    """Every item as the domain shows it; a driver gives lists for arrays."""
    return {name: list(value) if isinstance(value := shown(record, name), tuple) else value for name in ITEMS}


@pytest.mark.holds("S1-04")
def test_every_item_of_the_file_is_stored_as_it_leaves_the_service(new_database: NewDatabase) -> None:
    japanese = a_record(**without(everything(), ONLY_OF_FOREIGNERS))
    foreign = a_foreign_record(
        **without(everything(), ONLY_OF_JAPANESE),
        addressee_number=addressee(2),
        individual_number=None,
        resident_record_code=None,
    )
    rows = stored(written(new_database, japanese, foreign))

    assert rows == {number_of(1): as_shown(japanese), number_of(2): as_shown(foreign)}
    given = {name for row in rows.values() for name, value in row.items() if value is not None}
    assert given == set(ITEMS)


def test_a_whole_city_is_stored_as_it_leaves_the_service(new_database: NewDatabase) -> None:
    city = build_city(residents=200, today=date(2026, 11, 23))
    rows = stored(written(new_database, *city.residents, households=city.households))

    assert rows == {record.addressee_number.value: as_shown(record) for record in city.residents}


@pytest.mark.parametrize(
    "name",
    ["\ufa10田　\ufa19", "葛\U000e0100城　葛\U000e0101", "か\u3099　が", "㈱　ﾊﾝｶｸ", "𠮷野　𩸽"],
    ids=["compatibility", "variation selectors", "decomposed", "width", "beyond the plane"],
)
def test_a_name_is_stored_byte_by_byte(new_database: NewDatabase, name: str) -> None:
    url = written(new_database, a_record(full_name=Name(name)))

    assert query(url, "SELECT convert_to(full_name, 'UTF8') FROM residents") == [(name.encode(),)]


def test_what_an_uncertain_date_says_is_kept_beside_its_iso_form(new_database: NewDatabase) -> None:
    born, came = RegisterDate.from_text("昭和25年3月頃"), RegisterDate.from_text("昭和55年春")
    url = written(new_database, a_record(date_of_birth=born, became_resident_on=came, changed_on=DAY))

    ((birth, arrival, texts),) = query(url, "SELECT date_of_birth, became_resident_on, date_texts FROM residents")
    assert (birth, arrival) == ("1950-03", "1980")
    assert json.loads(texts) == {"date_of_birth": "昭和25年3月頃", "became_resident_on": "昭和55年春"}


def test_texts_are_searched_by_their_normal_forms(new_database: NewDatabase) -> None:
    address = Address("北海道苫小牧市旭町四丁目５番６号")
    found = a_record(full_name=Name("葛\U000e0100　Ａ子"), name_kana="カヅラ　エイコ", current_address=address)
    url = written(new_database, found)

    assert query(url, "SELECT kind, key FROM search_keys ORDER BY 1, 2") == [
        ("current_address", "北海道苫小牧市旭町4丁目5番6号"),
        ("current_address", "旭町4丁目5番6号"),
        ("current_address", "苫小牧市旭町4丁目5番6号"),
        ("full_name", "葛a子"),
        ("name_kana", "カスラエイコ"),
    ]
    assert query(url, "SELECT bigram FROM search_bigrams WHERE kind = 'full_name' ORDER BY 1") == [
        ("a子",),
        ("子",),
        ("葛a",),
    ]


def test_what_is_not_there_has_no_normal_form(new_database: NewDatabase) -> None:
    url = written(new_database, a_record(full_name=None, name_kana=None, individual_number=None))

    assert query(url, "SELECT DISTINCT kind FROM search_keys") == [("current_address",)]
    assert query(url, "SELECT count(*) FROM individual_numbers") == [(0,)]


def test_members_keep_their_order_and_closed_records_have_none(new_database: NewDatabase) -> None:
    url = new_database(write_village)

    orders = query(url, "SELECT addressee_number, member_order, is_closed FROM residents")
    by_person = {number: (order, closed) for number, order, closed in orders}
    assert [by_person[number_of(nth)] for nth in (1, 2, 3, 4, 5)] == [(at, False) for at in (1, 2, 3, 1, 2)]
    assert [by_person[number_of(nth)] for nth in (6, 8)] == [(0, True), (0, True)]


@pytest.mark.holds("D-02")
def test_a_number_that_is_taken_is_refused_without_a_word_of_it_and_nothing_is_written(
    new_database: NewDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    url = new_database(write_village)
    twin = a_record(addressee_number=addressee(20), household_number=village().residents[0].household_number)
    before = query(url, "SELECT count(*) FROM residents")

    with pytest.raises(Refusal) as refusal:
        write(url, Register([twin], []))
    assert refusal.value.code is Code.INVALID_INPUT
    told = "".join(traceback.format_exception(refusal.value)) + caplog.text
    assert not [number for number in (NUMBERS[0], "16004598419", addressee(20).value) if number in told]
    assert query(url, "SELECT count(*) FROM residents") == before

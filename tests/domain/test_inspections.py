"""What stands on a copy for inspection: four items of each, in an order, and what who asks must state."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest

from domain.certificates.documents import Certifier, Printing
from domain.certificates.requests import RequesterKind
from domain.errors import InvalidValue
from domain.inspections import (
    ITEMS,
    MUST_STATE,
    TO_LOAD,
    InspectionGround,
    InspectionOrder,
    InspectionRequest,
    Inspector,
    Listed,
    as_csv,
    in_order,
    inspection_copy,
)
from domain.values.sex import Sex

pytestmark = pytest.mark.holds("S1-08")

MAYOR = Certifier("北海道苫小牧市長", "見本　市長")
STATED = {name: f"見本の{name}" for ground in InspectionGround for name in MUST_STATE[ground]}


def a_request(ground: InspectionGround = InspectionGround.RESEARCH, **said: Any) -> InspectionRequest:
    """A request that states all that its ground wants."""
    inspector = Inspector(**{name: STATED[name] for name in MUST_STATE[ground] if name != said.get("without")})
    told = {"area": "旭町", "is_found_appropriate": True} | {
        name: one for name, one in said.items() if name != "without"
    }
    return InspectionRequest(ground=ground, inspector=inspector, **told)


def somebody(number: str, address: str = "北海道苫小牧市旭町4丁目5番6号", **values: Any) -> Listed:
    """Somebody who may stand on it."""
    usual = {
        "full_name": "架空　太郎",
        "date_of_birth": "1950-03-31",
        "sex": "MALE",
        "current_address": address,
        "building_line": None,
        "became_foreign_resident_on": None,
        "restricted": False,
    }
    return Listed(number, usual | values)


def test_only_the_four_items_of_the_law_are_shown() -> None:
    assert ITEMS == ("full_name", "date_of_birth", "sex", "current_address")
    assert set(TO_LOAD) - set(ITEMS) == {"building_line", "became_foreign_resident_on", "restricted"}
    (entry,) = inspection_copy([somebody("1")], MAYOR, date(2026, 11, 23)).entries
    assert [(line.item, line.text) for line in entry.lines] == [
        ("full_name", "架空　太郎"),
        ("date_of_birth", "昭和25年3月31日"),
        ("sex", "男"),
        ("current_address", "北海道苫小牧市旭町4丁目5番6号"),
    ]


def test_nothing_else_that_is_known_of_somebody_reaches_the_paper() -> None:
    more = {"individual_number": "644678155351", "registered_domicile": "本籍の町", "previous_address": "前の町"}
    document = inspection_copy([somebody("1", **more)], MAYOR, date(2026, 11, 23))

    assert not {text for text in document.texts() if text in more.values()}


def test_a_building_belongs_to_the_address_and_a_foreigners_birth_is_in_western_years() -> None:
    entry = somebody("1", building_line="見本荘101号", became_foreign_resident_on="2015-04-01").entry()

    assert [line.text for line in entry.lines][1:] == [
        "1950年3月31日",
        "男",
        "北海道苫小牧市旭町4丁目5番6号　見本荘101号",
    ]


def test_what_the_register_does_not_know_is_blank() -> None:
    entry = somebody("1", full_name=None, sex="UNKNOWN").entry()

    assert [line.printing for line in entry.lines] == [
        *(Printing.BLANK, Printing.PRINTED, Printing.BLANK, Printing.PRINTED)
    ]


def test_by_address_those_who_live_together_stand_together() -> None:
    people = [
        somebody("3", "旭町2"),
        somebody("2", "旭町1", building_line="102"),
        somebody("1", "旭町1", building_line="101"),
    ]

    assert [one.addressee_number for one in in_order(people, InspectionOrder.BY_ADDRESS, "")] == ["1", "2", "3"]


def test_at_random_the_order_follows_the_lot_and_nothing_else() -> None:
    people = [somebody(str(at)) for at in range(50)]

    def drawn(lot: str) -> list[str]:
        return [one.addressee_number for one in in_order(people, InspectionOrder.RANDOM, lot)]

    assert drawn("a") == drawn("a") != drawn("b")
    assert sorted(drawn("a"), key=int) == [one.addressee_number for one in people] != drawn("a")


@pytest.mark.parametrize("ground", InspectionGround)
def test_what_the_law_wants_stated_on_each_ground_must_be(ground: InspectionGround) -> None:
    a_request(ground)
    for name in MUST_STATE[ground]:
        with pytest.raises(InvalidValue) as refused:
            a_request(ground, without=name)
        assert refused.value.kind == f"inspector.{name}"


@pytest.mark.parametrize("ground", InspectionGround)
def test_others_than_organs_inspect_only_where_the_mayor_found_it_appropriate(ground: InspectionGround) -> None:
    if ground is InspectionGround.STATUTORY_DUTY:
        assert a_request(ground, is_found_appropriate=False).ground.requester is RequesterKind.OFFICIAL_REQUESTER
        return
    assert ground.requester is RequesterKind.THIRD_PARTY_APPLICANT
    with pytest.raises(InvalidValue) as refused:
        a_request(ground, is_found_appropriate=False)
    assert refused.value.kind == "is_found_appropriate"


@pytest.mark.parametrize("area", ["", " 旭町", "旭" * 101, "旭町\u202e"])
def test_an_area_is_a_line_of_text(area: str) -> None:
    with pytest.raises(InvalidValue):
        a_request(area=area)


def test_people_are_found_by_area_sex_and_birth() -> None:
    terms = a_request(sex=Sex.FEMALE, date_of_birth="1950").terms()

    assert [(one.item, one.text) for one in terms] == [
        *(("current_address", "旭町"), ("sex", "FEMALE"), ("date_of_birth", "1950"))
    ]


def test_the_book_says_who_inspected_what_for_which_purpose() -> None:
    said = a_request(InspectionGround.WELFARE).book_says()

    assert said["kind"] == "THIRD_PARTY_APPLICANT"
    assert (said["ground"], said["article"], said["area"]) == ("WELFARE", "住基法第11条の2第1項第2号", "旭町")
    assert set(MUST_STATE[InspectionGround.WELFARE]) <= set(said)


def test_neither_a_request_nor_somebody_on_the_list_prints_what_it_holds() -> None:
    assert "見本" not in repr(a_request()) + repr(a_request().inspector)
    assert "架空" not in repr(somebody("1")) + repr(inspection_copy([somebody("1")], MAYOR, date(2026, 11, 23)))


def test_the_list_is_csv_with_every_cell_quoted() -> None:
    written = as_csv([("架空,太郎", '1"', None, "=1+1")])

    assert list(csv.reader(io.StringIO(written))) == [
        ["氏名 name", "生年月日 date of birth", "性別 sex", "住所 address"],
        ["架空,太郎", '1"', "", "'=1+1"],  # no spreadsheet takes it for a formula
    ]
    assert written.splitlines()[1] == '"架空,太郎","1""","","\'=1+1"'

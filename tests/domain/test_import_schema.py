"""The published JSON Schema says what the reader takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from api.demonstration.examples import example_lines
from domain.importing.lines import EARLIER, FIELDS, MEASURES, OF_A_VERSION, Arrival, arrival_of
from domain.importing.schema import schema
from domain.items import ADDED_BY_LAW, F1_ITEMS
from tests.domain.json_schema import Validator
from tests.village import TODAY

PUBLISHED = Path(__file__).parents[2] / "docs" / "daicho-residents-1.schema.json"
VALIDATOR = Validator(schema())


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    """Examples, earlier versions and measures among them."""
    return list(example_lines(300, TODAY))


def test_the_published_schema_is_that_of_this_version() -> None:
    # Made anew with: daicho import --schema > docs/daicho-residents-1.schema.json
    assert json.loads(PUBLISHED.read_text("utf-8")) == schema()


def test_the_schema_knows_every_item_and_nothing_else() -> None:
    items = {item.identifier for item in (*F1_ITEMS, *ADDED_BY_LAW)}
    assert set(schema()["properties"]) == set(FIELDS) == items | {"format", *OF_A_VERSION, EARLIER, MEASURES}
    assert schema()["additionalProperties"] is False


def test_every_example_fits_the_schema_and_is_taken(lines: list[dict[str, Any]]) -> None:
    assert {EARLIER, MEASURES} <= {name for line in lines for name in line}
    for line in lines:
        assert VALIDATOR.fits(line)
        assert isinstance(arrival_of(line, TODAY), Arrival)


@pytest.mark.parametrize(
    "fields",
    [
        {"format": "daicho-residents/2"},
        {"sex": "女"},
        {"individual_number": "12345678901"},
        {"full_name": ""},
        {"full_name": 1},
        {"alias_history": "x"},
        {"alias_history": ["x"] * 101},
        {"foreign_resident_category": "旅行者"},
        {"valid_from": "20200401"},
        {"recorded_at": "2020-04-01"},
        {"date_of_birth": None},
        {"support_measures": [{"kind": "DV", "starts_on": "2020-04-01", "ends_on": "2020-04-02"}]},
        {"earlier_versions": [{}]},
        {"unknown": "x"},
    ],
)
def test_what_the_schema_refuses_the_reader_refuses_too(lines: list[dict[str, Any]], fields: dict[str, Any]) -> None:
    line = lines[0] | fields
    assert not VALIDATOR.fits(line)
    assert isinstance(arrival_of(line, TODAY), list)


def test_null_fits_where_a_field_may_be_left_out(lines: list[dict[str, Any]]) -> None:
    assert VALIDATOR.fits(lines[0] | {"building_line": None, EARLIER: None})

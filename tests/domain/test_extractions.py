"""Extraction requests: what may be asked, what becomes of them, whom chance takes, and how the file is written."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.errors import Code, InvalidValue, Refusal
from domain.extraction_files import new_file
from domain.extractions import (
    EXTRACTED,
    FROM,
    Carried,
    Extraction,
    ExtractionCriteria,
    ExtractionForm,
    ExtractionRequest,
    ExtractionState,
    Sample,
    requested,
)
from domain.statistics import Citizenship
from domain.values.dates import RegisterDate
from domain.values.sex import Sex

NOON = datetime(2026, 11, 23, 3, tzinfo=UTC)
MADE = {"id": "an id", "made_by": "S1", "department": "財政部市民税課", "purpose": "local_tax"}
State = ExtractionState


def a_request(**given: Any) -> ExtractionRequest:
    """A request that is right but for what is given."""
    usual: dict[str, Any] = {"reason": "送付", "criteria": ExtractionCriteria(), "items": ("fullName",), "most": 10}
    return ExtractionRequest(**{**usual, "form": ExtractionForm.CSV, "recipient": "age1", **given})


def an_extraction(state: ExtractionState = State.REQUESTED) -> Extraction:
    """One in this state."""
    one = requested(a_request(), MADE, NOON)
    return one if state is State.REQUESTED else Extraction(**{**_said(one), "state": state})


def _said(one: Extraction) -> dict[str, Any]:
    names = ("id", "made_at", "made_by", "department", "purpose", "request", "expires_at")
    return {name: getattr(one, name) for name in names}


def carried(at: datetime = NOON) -> Carried:
    """What carrying out came to."""
    return Carried(at=at, by="S1", witness="S2", medium="USB", records=1, digest=b"")


@pytest.mark.holds("M11")
@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", FROM)
def test_each_state_is_reached_from_those_before_it_alone(before: ExtractionState, after: ExtractionState) -> None:
    one = an_extraction(before)

    def become() -> Extraction:
        return one.carried_out(carried()) if after is State.DONE else one.decided(after, NOON, "S2")

    if before in FROM[after]:
        assert become().state is after
    else:
        with pytest.raises(Refusal) as refused:
            become()
        assert refused.value.code is Code.EXTRACTION_NOT_OPEN


@pytest.mark.holds("M11")
def test_a_request_is_open_when_it_is_approved_until_its_last_moment() -> None:
    one = an_extraction().decided(State.APPROVED, NOON, "S2")

    assert not an_extraction().is_open(NOON)
    assert one.is_open(one.expires_at - timedelta(seconds=1))
    assert not one.is_open(one.expires_at)
    with pytest.raises(Refusal):
        one.carried_out(carried(one.expires_at))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "123456789018について"}, "reason"),
        ({"items": ("fullName", "fullName")}, "items"),
        ({"items": ("full_name",)}, "items"),
        ({"items": ("members",)}, "items"),
        ({"most": 200_001}, "most"),
        ({"valid_days": 0}, "valid_days"),
    ],
)
def test_a_request_that_is_wrong_does_not_exist(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidValue) as invalid:
        a_request(**wrong)

    assert invalid.value.kind == named


def test_every_item_that_is_no_other_record_may_be_asked_for() -> None:
    assert {"individualNumber", "currentAddress", "aliasHistory"} <= EXTRACTED.keys()
    assert not {"household", "members", "householder", "history"} & EXTRACTED.keys()


def test_criteria_name_the_items_that_they_tell_people_apart_by() -> None:
    all_of_them = ExtractionCriteria(
        address="旭町", born_to=RegisterDate("1950"), sex=Sex.MALE, citizenship=Citizenship.FOREIGN
    )

    assert all_of_them.items == ("current_address", "date_of_birth", "sex", "foreign_resident_category")
    assert ExtractionCriteria(include_closed=True, sample=3).items == ()


def test_chance_takes_everybody_as_often() -> None:
    source, taken = random.Random(5), Counter[str]()  # noqa: S311 - the same chances each time
    everybody = [f"{nth:02}" for nth in range(20)]
    for _ in range(2_000):
        sample = Sample(5, source.randrange)
        sample.offer(everybody[:7])
        sample.offer(everybody[7:])
        assert len(set(sample.chosen)) == 5
        taken.update(sample.chosen)

    assert all(400 < taken[one] < 600 for one in everybody)


def test_of_fewer_than_are_wanted_a_sample_has_all() -> None:
    sample = Sample(5, lambda _below: 0)
    sample.offer(["1", "2"])

    assert sample.chosen == ["1", "2"]


NAMES = ("fullName", "aliasHistory", "sex")
RECORD = {"fullName": '葛\U000e0100木 "太郎"\n', "aliasHistory": ["甲", "乙"], "sex": None}


def test_a_csv_file_keeps_every_character_and_says_what_is_withheld() -> None:
    file = new_file(ExtractionForm.CSV, NAMES)
    file.add(RECORD, ["sex"])

    rows = list(csv.reader(io.StringIO(gzip.decompress(file.finished()).decode(), newline="")))
    assert rows == [[*NAMES, "withheld"], ['葛\U000e0100木 "太郎"\n', "甲；乙", "", "sex"]]


@pytest.mark.parametrize("records", [0, 1, 3])
def test_a_json_file_is_one_array(records: int) -> None:
    file = new_file(ExtractionForm.JSON, NAMES)
    for _ in range(records):
        file.add(RECORD, ["sex"])

    told = json.loads(gzip.decompress(file.finished()))
    assert told == [{**RECORD, "withheld": ["sex"]}] * records

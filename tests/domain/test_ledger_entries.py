"""What an entry of the ledger may hold, and what becomes of hostile text on its way in."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.entries import LONGEST_CODE, LONGEST_TEXT, Entry, purpose_as_named, safe_operation_name, visible
from tests.ledger_builders import HOSTILE, NOON, entry


@pytest.mark.holds("C-12")
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize(
    "field",
    ["caller", "staff_number", "department", "place", "purpose", "terminal", "application", "strength", "operation"],
)
def test_hostile_text_is_kept_on_one_bounded_line_of_visible_characters(field: str, text: str) -> None:
    given: dict[str, Any] = {field: text}
    kept = getattr(entry(**given), field)
    assert kept.isprintable()
    assert 0 < len(kept) <= LONGEST_TEXT


@pytest.mark.holds("C-12")
def test_what_cannot_be_seen_stands_as_its_code_point() -> None:
    assert visible("a\n\u202eb\x1b") == r"a\u{000a}\u{202e}b\u{001b}"


def test_japanese_text_is_kept_as_it_is() -> None:
    text = "財政部\u3000市民税課 葛\U000e0100城市 ガ々〆"
    assert visible(text) == text


def test_text_that_is_too_long_says_that_it_was_cut() -> None:
    assert visible("x" * 201) == "x" * 199 + "…"
    assert visible("x" * 200) == "x" * 200


@given(st.text(max_size=300))
def test_encoding_twice_changes_nothing(text: str) -> None:
    assert visible(visible(text)) == visible(text)


@pytest.mark.holds("C-12")
@given(st.text(max_size=300))
def test_a_purpose_is_kept_in_the_letters_of_codes_and_bounded(text: str) -> None:
    kept = purpose_as_named(text) or ""
    assert len(kept) <= LONGEST_CODE
    assert not set(kept) & set("=+-@<>&'\";,\t\r\n")


@pytest.mark.holds("C-12")
@pytest.mark.parametrize(
    "name",
    [
        "q123456789018",
        "1234_5678_9018",
        "1234-5678-9018",
        "1234 5678\n9018",
        "１２３４５６７８９０１８",
        "①②③④⑤⑥⑦⑧⑨①②③",
        "12345\u200b67890",
        "x" * 195 + "1234567890",
    ],
)
def test_an_operation_name_that_may_hold_a_number_is_not_kept(name: str) -> None:
    assert safe_operation_name(name) is None
    assert entry(operation=name).operation is None
    assert entry(purpose=name).purpose is None


@pytest.mark.parametrize("name", ["ListResidents", "list_2026_04_01", "世帯照会", "q123456789"])
def test_an_ordinary_operation_name_is_kept(name: str) -> None:
    assert safe_operation_name(name) == name


def test_no_operation_name_stays_none() -> None:
    assert safe_operation_name(None) is None


def test_a_time_is_kept_in_utc() -> None:
    in_japan = NOON.astimezone(timezone(timedelta(hours=9)))
    assert entry(recorded_at=in_japan).recorded_at.isoformat() == "2026-04-01T12:00:00+00:00"


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        entry(recorded_at=NOON.replace(tzinfo=None))


@pytest.mark.holds("M08")
def test_an_entry_says_who_when_from_where_for_what_purpose_whose_record_which_items_and_which_decision() -> None:
    names = {field.name for field in fields(Entry)}
    who = {"caller", "staff_number", "department", "application", "strength", "grants"}
    when_and_where = {"recorded_at", "terminal", "place", "municipality_code"}
    what_for = {"purpose", "kind", "operation", "path", "file", "request_id"}
    decisions = {"groups", "code", "policy_hash", "number_accessed", "searched_by", "result_count"}
    assert who | when_and_where | what_for | decisions <= names

"""The bytes of an entry."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ledger.canonical import around_position, as_json, canonical
from domain.ledger.entries import Entry, Group, Kind
from tests.ledger_builders import HOSTILE, entry

FULL = Entry(
    id="0199d2a0-0000-7000-8000-000000000001",
    recorded_at=datetime(2026, 4, 1, 12, 0, 0, 5, tzinfo=UTC),
    municipality_code="012131",
    request_id="0199d2a0-0000-7000-8000-00000000000a",
    kind=Kind.SEARCH,
    caller="tax-clerk",
    staff_number="S-0042",
    department="財政部市民税課",
    place="本庁舎",
    purpose="local_tax",
    terminal="T-7",
    application="tax-app",
    strength="mfa",
    grants=("G-1",),
    operation="Find",
    document="ab12",
    path="Query.residents",
    file="F1",
    groups=(
        Group(("protected",), ("R-2", "R-1"), {"full_name": ("SHOWN", "base"), "address": ("WITHHELD", "support")}),
    ),
    searched_by={"individual_number": "cd34"},
    result_count=2,
    code=None,
    policy_hash="ef56",
    number_accessed=True,
    requester="PERSON",
)
GOLDEN = (
    '{"application":"tax-app","caller":"tax-clerk","code":null,"department":"財政部市民税課","document":"ab12",'
    '"file":"F1","grants":["G-1"],"groups":[{"facts":["protected"],"items":{"address":{"outcome":"WITHHELD",'
    '"rule":"support"},"full_name":{"outcome":"SHOWN","rule":"base"}},"subjects":["R-2","R-1"]}],'
    '"id":"0199d2a0-0000-7000-8000-000000000001","kind":"SEARCH","municipality_code":"012131","number_accessed":true,'
    '"operation":"Find","path":"Query.residents","place":"本庁舎","policy_hash":"ef56","position":7,'
    '"purpose":"local_tax","recorded_at":"2026-04-01T12:00:00.000005Z",'
    '"request_id":"0199d2a0-0000-7000-8000-00000000000a","requester":"PERSON","result_count":2,'
    '"searched_by":{"individual_number":"cd34"},"staff_number":"S-0042","strength":"mfa","terminal":"T-7"}'
)

texts = st.one_of(st.none(), st.text(max_size=20))
words = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=12)
groups = st.builds(
    Group,
    st.lists(words, max_size=3).map(tuple),
    st.lists(words, max_size=3).map(tuple),
    st.dictionaries(words, st.tuples(words, words), max_size=4),
)
entries = st.builds(
    Entry,
    id=st.uuids().map(str),
    recorded_at=st.datetimes(timezones=st.just(UTC)),
    municipality_code=words,
    request_id=words,
    kind=st.sampled_from(Kind),
    caller=texts,
    department=texts,
    operation=texts,
    terminal=texts,
    grants=st.lists(words, max_size=2).map(tuple),
    groups=st.lists(groups, max_size=3).map(tuple),
    searched_by=st.dictionaries(words, words, max_size=2),
    result_count=st.one_of(st.none(), st.integers(0, 2**53 - 1)),
    number_accessed=st.booleans(),
)
positions = st.integers(0, 2**53 - 1)


def again(body: bytes) -> bytes:
    """The bytes that an independent writer of RFC 8785 makes of the same JSON (keys are ASCII, numbers integers)."""
    return json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_an_entry_has_these_bytes_and_no_others() -> None:
    assert canonical(FULL, 7).decode() == GOLDEN


def test_the_order_in_which_items_were_decided_does_not_change_the_bytes() -> None:
    group = FULL.groups[0]
    turned = Group(group.facts, group.subjects, dict(reversed(list(group.items.items()))))
    assert canonical(entry(groups=(group,)), 0) == canonical(entry(groups=(turned,)), 0)


@given(entries, positions)
def test_bytes_are_canonical_for_every_entry(some: Entry, position: int) -> None:
    body = canonical(some, position)
    assert again(body) == body


@given(entries, positions)
def test_an_entry_is_read_back_as_it_was_written(some: Entry, position: int) -> None:
    read = as_json(canonical(some, position))
    assert read["position"] == position
    assert datetime.fromisoformat(str(read["recorded_at"])) == some.recorded_at
    assert (read["id"], read["kind"], read["caller"]) == (some.id, some.kind, some.caller)
    assert read["operation"] == some.operation
    assert read["grants"] == list(some.grants)
    assert read["searched_by"] == some.searched_by
    assert (read["result_count"], read["number_accessed"]) == (some.result_count, some.number_accessed)
    assert read["groups"] == [
        {
            "facts": list(group.facts),
            "subjects": list(group.subjects),
            "items": {item: {"outcome": outcome, "rule": rule} for item, (outcome, rule) in group.items.items()},
        }
        for group in some.groups
    ]


def test_no_field_of_an_entry_is_left_out() -> None:
    assert set(as_json(canonical(FULL, 0))) == {*Entry.__dataclass_fields__, "position"}


@pytest.mark.holds("C-12")
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_makes_one_record_on_one_line(text: str) -> None:
    body = canonical(entry(caller=text, operation=text, terminal=text), 3)
    assert len(body.decode().splitlines()) == 1
    assert as_json(body)["kind"] == "READ"
    assert as_json(body)["position"] == 3


@pytest.mark.parametrize("text", [',"position":0,', '","position":0,"'])
def test_a_text_that_looks_like_a_position_is_not_taken_for_one(text: str) -> None:
    read = as_json(canonical(entry(application=text, caller=text, searched_by={"position": text}), 12))
    assert read["position"] == 12
    assert read["application"] == read["caller"] == text


def test_the_parts_around_the_position_are_the_entry() -> None:
    before, after = around_position(FULL)
    assert before + b"7" + after == canonical(FULL, 7)

"""Grants, terminals and releases: dated, never deleted, and each change stands or falls with its ledger entry."""

from __future__ import annotations

import asyncio
import traceback
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.access import Access, Grant, Period, Terminal
from domain.errors import Code, Refusal
from domain.ledger.entries import Kind
from tests.ledger_builders import entry
from tests.persistence.ledgers import connected
from tests.persistence.registers import NOON, Store, ask, opened, query, write_village
from tests.postgres import NewDatabase
from tests.village import CODE, number_of

OTHER_CITY = "011002"
LATER = datetime.fromisoformat("2026-12-01T00:00:00+00:00")
KINDS: dict[str, dict[str, Any]] = {
    "grants": {
        "staff_number": "S1",
        "department": "財政部市民税課",
        "purpose": "local_tax",
        "switched_off": ["number"],
    },
    "terminals": {"terminal": "T1", "place": "市民税課"},
    "releases": {"addressee_number": number_of(4), "purpose": "local_tax"},
}
CHANGE = entry(1, kind=Kind.CHANGE)


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A database with the village, to which nobody has access yet."""
    return new_database(write_village)


def row(kind: str, number: int = 1, **differently: Any) -> dict[str, Any]:
    """A row of this kind, from 1 April on."""
    dated = {"starts_on": date(2026, 4, 1), "ends_on": None, "recorded_at": NOON, "recorded_by": "officer"}
    return {"municipality_code": CODE, "id": UUID(int=number), **KINDS[kind], **dated, **differently}


def add(url: str, kind: str, number: int = 1, **differently: Any) -> None:
    """Write one down."""
    told = entry(number, kind=Kind.CHANGE)
    ask(url, lambda store: store.access.add(kind, row(kind, number, **differently), told))


def end(url: str, kind: str, number: int = 1) -> bool:
    """End one."""
    told = entry(100 + number, kind=Kind.CHANGE)
    return ask(url, lambda store: store.access.end(kind, CODE, UUID(int=number), (LATER, "chief"), told))


def listed(url: str, kind: str, code: str = CODE) -> list[dict[str, Any]]:
    """What the register lists."""
    return ask(url, lambda store: store.access.listed(kind, code))


def count_entries(url: str) -> object:
    """How many entries the ledger has."""
    return query(url, "SELECT count(*) FROM ledger_entries")[0][0]


@pytest.mark.holds("M07", "M08")
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_down_and_its_entry_are_one_transaction(url: str, kind: str) -> None:
    add(url, kind)

    assert listed(url, kind) == [row(kind) | {"ended_at": None, "ended_by": None}]
    transactions = f"SELECT xmin::text FROM {kind} UNION SELECT xmin::text FROM ledger_entries"  # noqa: S608 - our names
    assert len(query(url, transactions)) == 1


@pytest.mark.holds("M08")
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_written_down_that_the_ledger_cannot_record(url: str, kind: str) -> None:
    add(url, kind)
    query(url, "DROP TABLE ledger_searches, ledger_entries")

    with pytest.raises(Refusal) as refusal:
        add(url, kind, number=2)
    assert refusal.value.code is Code.LEDGER_UNAVAILABLE
    with pytest.raises(Refusal):
        end(url, kind)
    assert [(one["id"], one["ended_at"]) for one in listed(url, kind)] == [(UUID(int=1), None)]


def test_a_ledger_that_stays_locked_refuses_the_change_within_a_second(url: str) -> None:
    add(url, "terminals")

    async def story() -> None:
        async with opened(url) as store, connected(url) as other, other.transaction():
            await other.execute("UPDATE ledger_heads SET size = size")
            with pytest.raises(Refusal) as refusal:
                async with asyncio.timeout(1):
                    await store.access.add("terminals", row("terminals", 2), entry(2))
            assert refusal.value.code is Code.LEDGER_UNAVAILABLE

    asyncio.run(story())
    assert len(listed(url, "terminals")) == 1


@pytest.mark.holds("M07")
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_ended_stays_in_the_list(url: str, kind: str) -> None:
    add(url, kind)

    assert end(url, kind) is True
    assert listed(url, kind) == [row(kind) | {"ended_at": LATER, "ended_by": "chief"}]


@pytest.mark.holds("M07")
def test_what_is_ended_cannot_be_ended_again(url: str) -> None:
    add(url, "grants")
    end(url, "grants")
    query(url, "UPDATE grants SET ended_by = 'the first'")

    assert end(url, "grants") is False
    assert listed(url, "grants")[0]["ended_by"] == "the first"
    assert count_entries(url) == 2


def test_another_municipality_ends_nothing_here(url: str) -> None:
    add(url, "grants")

    async def from_there(store: Store) -> bool:
        told = entry(2, municipality_code=OTHER_CITY)
        return await store.access.end("grants", OTHER_CITY, UUID(int=1), (LATER, "chief"), told)

    assert ask(url, from_there) is False
    assert listed(url, "grants")[0]["ended_at"] is None
    assert listed(url, "grants", OTHER_CITY) == []


@pytest.mark.holds("M07")
def test_access_is_what_is_not_ended_for_this_person_and_this_terminal(url: str) -> None:
    add(url, "grants", 1)
    add(url, "grants", 2, staff_number="S2")
    add(url, "grants", 3, purpose="election", ends_on=date(2026, 5, 1))
    add(url, "terminals", 4)
    add(url, "terminals", 5, terminal="T2")
    add(url, "grants", 6)
    end(url, "grants", 6)

    access = ask(url, lambda store: store.access.of(CODE, "S1", "T1"))

    always, in_april = Period(date(2026, 4, 1)), Period(date(2026, 4, 1), date(2026, 5, 1))
    department, off = "財政部市民税課", frozenset({"number"})
    assert set(access.grants) == {
        Grant(str(UUID(int=1)), "S1", department, "local_tax", always, off),
        Grant(str(UUID(int=3)), "S1", department, "election", in_april, off),
    }
    assert access.terminals == (Terminal("T1", "市民税課", always),)
    assert ask(url, lambda store: store.access.of(OTHER_CITY, "S1", "T1")) == Access()


def test_the_list_begins_with_the_oldest(url: str) -> None:
    add(url, "terminals", 1, recorded_at=LATER)
    add(url, "terminals", 2)

    assert [one["id"].int for one in listed(url, "terminals")] == [2, 1]


@pytest.mark.holds("D-02")
def test_a_release_for_nobody_is_refused_without_a_word_of_the_number(url: str) -> None:
    nobody = "9999999999"

    with pytest.raises(Refusal) as refusal:
        add(url, "releases", addressee_number=nobody)
    assert refusal.value.code is Code.NOT_FOUND
    assert nobody not in "".join(traceback.format_exception(refusal.value))
    assert (listed(url, "releases"), count_entries(url)) == ([], 0)

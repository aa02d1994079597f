"""The keeper: one checkpoint for all that is new, handed to places outside; without any of them disclosure stops."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar

import pytest

from api import app as application
from api import ledger_keeper
from api.app import build_app
from api.checkpoint_keys import ed25519_verify, new_key, verifier_of
from api.ledger_keeper import Checkpointing, Keeper
from api.settings import SettingsError
from domain.errors import Code, Refusal
from domain.ledger.checkpoints import read_checkpoint
from domain.ledger.keeping import LedgerBent
from persistence.ledger_store import LedgerStore
from tests.api.checkpointing import KEY, MINUTES, Clocks, Place, keeper
from tests.api.test_metrics import series, value
from tests.ledger_builders import CITY, entry
from tests.persistence.ledgers import create_ledger, opened
from tests.persistence.registers import query
from tests.postgres import NewDatabase
from tests.serving import Service, serve, with_village

T = TypeVar("T")


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A database with an empty ledger."""
    return new_database(create_ledger)


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


def with_ledger(url: str, work: Callable[[LedgerStore], Awaitable[T]]) -> T:
    async def inside() -> T:
        async with opened(url) as store:
            return await work(store)

    return asyncio.run(inside())


async def add(store: LedgerStore, numbers: range, **given: Any) -> None:
    await store.append([entry(number, **given) for number in numbers])


def is_open(one: Keeper) -> bool:
    try:
        one.require_covered(CITY)
    except Refusal as refusal:
        return refusal.code is not Code.LEDGER_UNAVAILABLE
    return True


@pytest.mark.holds("M08", "C-07")
def test_one_checkpoint_is_signed_for_all_that_is_new_and_none_for_nothing(url: str, clocks: Clocks) -> None:
    place = Place()

    async def work(store: LedgerStore) -> None:
        one = keeper(url, clocks, place)
        assert await one.round(CITY) is None
        await add(store, range(700))
        for _ in range(3):
            await one.round(CITY)
        await add(store, range(700, 702))
        await one.round(CITY)

    with_ledger(url, work)
    assert place.sizes == [700, 702]
    for offer in place.took:
        assert read_checkpoint(offer.note, verifier_of(KEY), ed25519_verify).checkpoint == offer.checkpoint
    assert query(url, "SELECT size, place FROM ledger_takings ORDER BY size") == [(700, place.name), (702, place.name)]


@pytest.mark.holds("C-10")
def test_two_keepers_make_one_chain_of_checkpoints(url: str, clocks: Clocks) -> None:
    places = [Place("test:one"), Place("test:other")]

    async def work(store: LedgerStore) -> None:
        keepers = [keeper(url, clocks, place) for place in places]
        for at in range(5):
            await add(store, range(at * 10, at * 10 + 10))
            await asyncio.gather(*(one.round(CITY) for one in keepers))

    with_ledger(url, work)
    assert query(url, "SELECT size FROM ledger_checkpoints ORDER BY size") == [(size,) for size in (10, 20, 30, 40, 50)]
    roots = {offer.checkpoint.size: offer.checkpoint.root for offer in places[0].took}
    assert all(roots[offer.checkpoint.size] == offer.checkpoint.root for offer in places[1].took)


@pytest.mark.holds("C-02", "M08")
def test_disclosure_stops_when_no_place_was_reached_for_the_set_time_and_goes_on_by_itself(
    url: str, clocks: Clocks
) -> None:
    one_place, other = Place("test:one"), Place("test:other", up=False)

    async def work(store: LedgerStore) -> None:
        one = keeper(url, clocks, one_place, other)
        await add(store, range(3))
        await one.start()
        assert is_open(one)
        one_place.up = False
        await add(store, range(3, 6))
        clocks.pass_by(minutes=MINUTES)
        await one.round(CITY)
        assert is_open(one)
        clocks.pass_by(seconds=1)
        await one.round(CITY)
        assert not is_open(one)
        other.up = True
        await one.round(CITY)
        assert is_open(one)

    with_ledger(url, work)
    assert (one_place.sizes, other.sizes) == ([3], [6])


def test_without_new_entries_no_place_is_needed(url: str, clocks: Clocks) -> None:
    place = Place()

    async def work(store: LedgerStore) -> None:
        one = keeper(url, clocks, place)
        await add(store, range(3))
        await one.start()
        place.up = False
        for _ in range(10):
            clocks.pass_by(minutes=MINUTES - 1)
            await one.round(CITY)
            assert is_open(one)

    with_ledger(url, work)


def test_a_keeper_that_does_not_come_by_stops_disclosure_too(url: str, clocks: Clocks) -> None:
    async def work(_: LedgerStore) -> None:
        one = keeper(url, clocks, Place())
        assert not is_open(one)
        await one.start()
        assert is_open(one)
        clocks.pass_by(minutes=MINUTES, seconds=1)
        assert not is_open(one)

    with_ledger(url, work)


def test_starting_again_begins_no_new_patience(url: str, clocks: Clocks) -> None:
    async def work(store: LedgerStore) -> None:
        await add(store, range(3), recorded_at=clocks.now)
        for minutes, stays_open in ((0, True), (9, True), (2, False)):
            clocks.pass_by(minutes=minutes)
            again = keeper(url, clocks, Place(up=False))
            await again.start()
            assert is_open(again) is stays_open

    with_ledger(url, work)


@pytest.mark.holds("C-07", "C-09")
def test_over_a_rewritten_tree_nothing_is_signed_and_disclosure_stops(url: str, clocks: Clocks) -> None:
    place, log = Place(), list[dict[str, Any]]()

    async def work(store: LedgerStore) -> Keeper:
        one = keeper(url, clocks, place, log=log)
        await add(store, range(3))
        await one.start()
        return one

    one = with_ledger(url, work)
    for statement in (
        "UPDATE ledger_entries SET entry = entry || ' ' WHERE position = 1",
        "DELETE FROM ledger_nodes",
        "DELETE FROM ledger_frontiers",
        "DELETE FROM ledger_takings",
        "DELETE FROM ledger_checkpoints",
    ):
        query(url, statement)
    with pytest.raises(LedgerBent):
        asyncio.run(one.round(CITY))
    clocks.pass_by(minutes=MINUTES, seconds=1)
    asyncio.run(one._rounds())
    assert not is_open(one)
    assert place.sizes == [3]
    assert [told["event"] for told in log if told["level"] == "critical"] == ["ledger_bent"]


def test_another_key_goes_on_where_the_first_one_ended_and_the_log_says_so(url: str, clocks: Clocks) -> None:
    log = list[dict[str, Any]]()

    async def work(store: LedgerStore) -> None:
        await add(store, range(3))
        await keeper(url, clocks, Place()).round(CITY)
        one = keeper(url, clocks, Place(), log=log)
        one._material = Checkpointing({CITY: new_key(KEY.name)}, (), MINUTES)
        await add(store, range(3, 5))
        newest = await one.round(CITY)
        assert newest is not None
        assert newest.size == 5

    with_ledger(url, work)
    assert [told["event"] for told in log] == ["checkpoint_of_another_key"]


@pytest.mark.holds("C-18")
@pytest.mark.parametrize("set_by", [timedelta(days=-1), timedelta(days=365), timedelta(hours=1)])
def test_a_clock_that_is_set_is_told_and_no_entry_is_refused_or_out_of_order(
    url: str, clocks: Clocks, set_by: timedelta
) -> None:
    log = list[dict[str, Any]]()

    async def work(store: LedgerStore) -> None:
        one = keeper(url, clocks, Place(), log=log)
        await add(store, range(3), recorded_at=clocks.now)
        await one._rounds()
        clocks.now += set_by
        await add(store, range(3, 6), recorded_at=clocks.now)
        clocks.pass_by(seconds=20)
        await one._rounds()
        assert is_open(one)

    with_ledger(url, work)
    (moved,) = [told["seconds"] for told in log if told["event"] == "clock_was_set"]
    assert moved == set_by.total_seconds()
    set_back = [told["position"] for told in log if told["event"] == "recorded_before_earlier_one"]
    assert set_back == ([3] if set_by < timedelta() else [])
    assert query(url, "SELECT position FROM ledger_entries ORDER BY position") == [(at,) for at in range(6)]


@pytest.mark.holds("C-18")
def test_a_leap_second_and_summer_time_elsewhere_alarm_nobody(url: str, clocks: Clocks) -> None:
    log = list[dict[str, Any]]()

    async def work(_: LedgerStore) -> None:
        one = keeper(url, clocks, log=log)
        await one._rounds()
        clocks.now -= timedelta(seconds=1)
        clocks.pass_by(seconds=20)
        await one._rounds()

    with_ledger(url, work)
    assert log == []


def test_many_new_entries_wake_the_keeper(url: str, clocks: Clocks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_keeper, "MANY_ENTRIES", 4)
    place = Place()

    async def work(store: LedgerStore) -> None:
        one = keeper(url, clocks, place)
        task = asyncio.create_task(one.run())
        await asyncio.sleep(0.2)
        for number in range(2):
            await add(store, range(number * 2, number * 2 + 2))
            one.notice(2)
        await asyncio.to_thread(wait_until, lambda: bool(place.took))
        task.cancel()

    with_ledger(url, work)
    assert place.sizes == [4]


def test_nobody_is_served_without_a_key_for_checkpoints(service: Service) -> None:
    with pytest.raises(SettingsError, match="DAICHO_CHECKPOINT_KEY_FILE"):
        build_app(service.settings, replace(service.material, checkpoints=None))


LIST = '{ residents(where: {nameKana: "サ", currentAddress: "苫小牧市"}) { nodes { fullName individualNumber } } }'


@pytest.fixture
def outside(new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Service, Place, Clocks]]:
    """The service with one place outside, and clocks of the keeper's own; it comes by all the time."""
    place, clocks = Place(), Clocks()
    monkeypatch.setattr(ledger_keeper, "SECONDS", 0.02)
    monkeypatch.setattr(application, "Watch", lambda now, _ticks: replace(clocks.watch, now=now))
    whole = new_database(with_village)
    with ExitStack() as stack:
        with ExitStack() as before:
            first = serve(whole, before)
        checkpoints = replace(first.material.checkpoints, places=(place,))  # type: ignore[type-var] # it has some
        yield serve(whole, stack, keys=replace(first.material, checkpoints=checkpoints)), place, clocks


def wait_until(reached: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not reached():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.holds("C-02", "C-14", "M08")
def test_without_a_place_nothing_is_answered_and_the_attempt_is_recorded(
    outside: tuple[Service, Place, Clocks],
) -> None:
    service, place, clocks = outside
    assert service.ask("tax-clerk", "{ me { displayName } }").status == 200
    place.up = False
    assert service.ask("tax-clerk", "{ me { displayName } }").status == 200
    clocks.pass_by(minutes=MINUTES, seconds=1)
    refused = service.ask("tax-clerk", LIST)
    assert (refused.status, refused.codes) == (503, ["LEDGER_UNAVAILABLE"])
    assert "data" not in refused.json
    newest = service.ledger()[-1]
    assert (newest["kind"], newest["code"], newest["path"]) == ("REFUSAL", "LEDGER_UNAVAILABLE", None)
    assert service.send("GET", "/health/ready").status == 503
    assert service.send("GET", "/verify/whatever").status == 503
    place.up = True
    wait_until(lambda: service.ask("tax-clerk", "{ me { displayName } }").status == 200)
    assert service.send("GET", "/health/ready").status == 200


@pytest.mark.holds("C-02", "M08")
def test_the_metrics_tell_that_disclosure_will_stop_before_it_does(outside: tuple[Service, Place, Clocks]) -> None:
    service, place, clocks = outside
    wait_until(lambda: uncovered(service, "entries") == 0)
    assert uncovered(service, "seconds") == 0
    place.up = False
    service.execute("UPDATE ledger_takings SET taken_at = taken_at - interval '1 hour'")
    for asked in (1, 2):
        assert service.ask("tax-clerk", "{ me { displayName } }").status == 200
        clocks.pass_by(minutes=4)
        assert (uncovered(service, "entries"), uncovered(service, "seconds")) == (asked, asked * 240)
    assert value(series(service), "daicho_checkpoint_age_seconds", municipality=CITY) >= 3600
    place.up = True
    wait_until(lambda: uncovered(service, "entries") == 0)
    assert uncovered(service, "seconds") == 0
    assert value(series(service), "daicho_checkpoint_age_seconds", municipality=CITY) < 3600


def uncovered(service: Service, unit: str) -> float:
    return value(series(service), f"daicho_ledger_uncovered_{unit}", municipality=CITY)

"""Handing checkpoints out: no place keeps others waiting, the database is not believed, a contradiction stops."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import structlog

from api.checkpoint_handing import Handing
from api.checkpoint_keys import ed25519_verify, signed_note, verifier_of
from api.checkpoint_places import NotTaken, Offer, Outside
from domain.ledger.checkpoints import Checkpoint, read_checkpoint
from domain.ledger.keeping import Taking
from persistence.ledger_tree import LedgerTree
from tests.api.checkpointing import KEY, MINUTES, Clocks, Place, keeper
from tests.ledger_builders import CITY, entry
from tests.logins import logins_at
from tests.persistence.ledgers import create_ledger, opened
from tests.persistence.registers import query
from tests.postgres import NewDatabase


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A database whose ledger has five entries and a checkpoint of them that no place has."""
    url = new_database(create_ledger)

    async def fill() -> None:
        async with opened(url) as store:
            await store.append([entry(number) for number in range(5)])
        await keeper(url, Clocks()).round(CITY)

    asyncio.run(fill())
    return url


class Hanging(Place):
    """A place that never answers."""

    async def take(self, offer: Offer) -> str:
        return await asyncio.Event().wait() and ""


def hand_out(
    url: str, *places: Outside, log: list[dict[str, Any]] | None = None, shown: Checkpoint | None = None
) -> bool:
    """Hand the newest checkpoint out, or another one, by a process that has just begun."""

    def keep(_logger: object, level: str, event: Any) -> Any:
        if log is not None:
            log.append({"level": level, **event})
        raise structlog.DropEvent

    async def work() -> bool:
        logger = structlog.wrap_logger(None, processors=[keep])
        handing = Handing(places, Clocks().watch.now, logger, seconds=0.2)
        async with LedgerTree(logins_at(url)).opened(CITY) as tree:
            newest = await tree.checkpoints.newest()
            assert newest is not None
            checkpoint = shown or read_checkpoint(newest.note, verifier_of(KEY), ed25519_verify).checkpoint
            return await handing.hand_out(tree, checkpoint, signed_note(checkpoint.body(), KEY))

    return asyncio.run(work())


@pytest.mark.holds("C-07", "M08")
def test_a_place_that_does_not_answer_keeps_no_other_waiting(url: str) -> None:
    good, log = Place("test:good"), list[dict[str, Any]]()
    assert hand_out(url, Hanging("test:hanging"), good, log=log)
    assert good.sizes == [5]
    assert [(one["place"], one["why"]) for one in log] == [("test:hanging", "no answer in time")]
    assert not hand_out(url, Hanging("test:hanging"))


@pytest.mark.holds("C-08", "C-14")
def test_what_the_database_says_of_who_took_what_is_not_believed(url: str) -> None:
    place = Place("https://witness.example")

    async def forge() -> None:
        async with LedgerTree(logins_at(url)).opened(CITY) as tree:
            await tree.checkpoints.keep_taking(Taking(5, place.name, Clocks().now, ""))

    asyncio.run(forge())
    place.up = False
    assert not hand_out(url, place)
    place.up = True
    assert hand_out(url, place)
    assert [(offer.checkpoint.size, offer.last_taken) for offer in place.took] == [(5, 5)]


@pytest.mark.holds("C-07", "C-08", "C-14")
def test_a_place_that_knows_another_history_outweighs_one_that_takes_the_new_one(url: str) -> None:
    knows, log = Place("test:knows", refuses=NotTaken("rewritten", is_contradiction=True)), list[dict[str, Any]]()
    taking = Place("test:taking")
    assert not hand_out(url, knows, taking, log=log)
    assert taking.sizes == [5]
    assert [(one["level"], one["event"]) for one in log] == [("critical", "checkpoint_not_taken")]
    assert query(url, "SELECT place FROM ledger_takings") == [("test:taking",)]


@pytest.mark.holds("C-10")
@pytest.mark.parametrize(("knows", "level"), [(5, "error"), (6, "critical")])
def test_a_place_that_has_a_newer_one_of_ours_contradicts_nothing_but_one_that_we_never_signed_does(
    url: str, knows: int, level: str
) -> None:
    place, log = Place("test:place", refuses=NotTaken("it took another meanwhile", knows=knows)), list[dict[str, Any]]()
    older = Checkpoint(KEY.name, 3, b"r" * 32)
    assert not hand_out(url, place, log=log, shown=older)
    assert [one["level"] for one in log] == [level]


@pytest.mark.holds("C-02", "C-07")
def test_disclosure_stops_when_a_place_knows_another_history_for_the_set_time(url: str) -> None:
    clocks, taking, other = Clocks(), Place("test:taking"), Place("test:other")

    async def work() -> list[bool]:
        one, stays = keeper(url, clocks, taking, other), list[bool]()
        await one.round(CITY)
        other.refuses = NotTaken("rewritten", is_contradiction=True)
        for serial in range(3):
            async with opened(url) as store:
                await store.append([entry(10 + serial)])
            clocks.pass_by(minutes=MINUTES / 2)
            await one.round(CITY)
            stays.append(one.seconds_uncovered(CITY) <= MINUTES * 60)
        return stays

    assert asyncio.run(work()) == [True, True, False]
    assert taking.sizes == [5, 6, 7, 8]

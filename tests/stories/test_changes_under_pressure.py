"""Changes while the service is stopped, and while its database is: done once or not at all, and answered truly."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest

from tests.api.changing import NEW_HOME
from tests.commands import Daicho, folder_for_homes
from tests.crash.strikes import start_database
from tests.stories.pressure import RIGHT, Strike, insist, matters, mixed, moves, people_of, press, reads, what_is_wrong

DEMO = ("--demo", "--residents", "400")
MOVERS = SUBJECTS = 50


@pytest.fixture
def daicho() -> Iterator[Daicho]:
    """A home of its own."""
    with folder_for_homes() as folder:
        yield Daicho(folder / "home")


@pytest.mark.holds("C-19", "F-03", "M08")
def test_of_two_hundred_requests_at_a_sigterm_those_answered_are_recorded_and_the_others_may_be_asked_again(
    daicho: Daicho,
) -> None:
    with daicho.serving(*DEMO) as running:
        people = people_of(daicho, MOVERS + SUBJECTS)
        changes = moves(people[:MOVERS]) + matters(people[MOVERS:])
        asks = mixed(changes, reads(people))
        heard = asyncio.run(press(running, asks, Strike(40, lambda: running.process.send_signal(signal.SIGTERM))))
        assert running.stop() == 0
        told = running.out + running.err
    assert {one.status for one in heard} <= RIGHT
    assert 40 <= sum(one.is_answered for one in heard) < len(asks)
    assert what_is_wrong(daicho, heard) == []

    # Who was not answered asks again under her key, and so does everybody else.
    before = {one.ask.key: one.body for one in heard if one.is_answered and one.ask.key}
    with daicho.serving(*DEMO) as running:
        # On a busy machine the ledger may take longer than it may: that is refused, and asked once more.
        again = [one for one in asyncio.run(insist(running, changes)) if one.is_answered]
        assert what_is_wrong(daicho, again) == []
    assert len(again) == len(changes)
    assert [one.result["stored"] for one in again] == [True] * len(changes)
    assert {one.ask.key: one.body for one in again if one.ask.key in before} == before
    assert NEW_HOME not in told


@pytest.mark.holds("G-07", "F-03", "F-10")
def test_changes_that_a_restart_of_the_database_cut_off_are_done_once_when_they_are_asked_again(
    daicho: Daicho,
) -> None:
    def restart() -> None:
        pid_file = daicho.home / "postgresql" / "data" / "postmaster.pid"
        os.kill(int(pid_file.read_text("ascii").split()[0]), signal.SIGINT)
        start_database(daicho)

    with daicho.serving(*DEMO) as running:
        people = people_of(daicho, MOVERS + SUBJECTS)
        asks = mixed(moves(people[:MOVERS]) + matters(people[MOVERS:]), reads(people))
        first = asyncio.run(press(running, reads(people)))
        heard = asyncio.run(insist(running, asks, Strike(40, restart)))
        answered = [one for one in heard if one.is_answered]
        assert {one.status for one in heard} <= RIGHT
        assert len(answered) == len(asks) < len(heard)
        assert [one.result["stored"] for one in answered if one.ask.key] == [True] * len(people)
        # Nobody read anything else than before.
        said = {one.ask.variables["n"]: one.body["data"] for one in first}
        assert [one for one in answered if not one.ask.key and one.body["data"] != said[one.ask.variables["n"]]] == []
        assert what_is_wrong(daicho, [*first, *answered]) == []

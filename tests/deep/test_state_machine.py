"""All procedures in any order, by several clerks, over days, with crashes: the register stays what its events say.

`DAICHO_DEEP_RUNS` says how many runs (`make test-deep`: 1,000, new ones each time); without it a few, always the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from domain.notifications import State
from domain.procedures.registry import NOTICES
from tests.deep.choices import CHOICES
from tests.deep.machine import RegisterMachine
from tests.deep.town import with_town
from tests.deep.world import World, world_at
from tests.logins import migrated
from tests.postgres import Databases

RUNS = int(os.environ.get("DAICHO_DEEP_RUNS", "0"))
STEPS = 16
FEW = 30
FIRST = (0,) * CHOICES
"""The first of all choices, which makes sense."""


def _prepared(url: str) -> None:
    migrated(url)
    with_town(url)


@pytest.fixture(scope="module")
def world(databases: Databases) -> Iterator[World]:
    """The town's register at work."""
    url = databases.create(_prepared)
    with world_at(url) as one:
        yield one
    databases.drop(url)


def _settings() -> settings:
    return settings(
        max_examples=RUNS or FEW,
        stateful_step_count=STEPS,
        derandomize=not RUNS,
        deadline=None,
        database=None,
        print_blob=True,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.holds("S1-01", "S1-02", "S1-03", "F-01", "F-02", "F-03", "F-09", "F-10", "M14", "M16")
def test_whatever_happens_the_register_is_what_its_events_say(world: World) -> None:
    run_state_machine_as_test(partial(RegisterMachine, world), settings=_settings())  # type: ignore[arg-type] # it is made


@pytest.mark.holds("S1-03")
@pytest.mark.parametrize("procedure", NOTICES)
def test_every_procedure_can_be_handed_in_and_approved_in_this_town(world: World, procedure: str) -> None:
    machine = RegisterMachine(world)
    for one in ("death", procedure):
        machine.do(one, FIRST)
        machine.everything_holds()
    assert [one.procedure for one in world.book.notifications.values()] == ["death", procedure]
    assert set(world.book.states.values()) == {State.APPROVED}

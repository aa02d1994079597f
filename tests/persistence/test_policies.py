"""Every policy that decided is kept, and from when on it did."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from api.cli.grants import in_force
from persistence.database import Database
from persistence.policies import KeptPolicy, Policies
from tests.logins import logins_at, migrated
from tests.postgres import NewDatabase
from tests.village import CODE

START = datetime(2026, 11, 1, 3, tzinfo=UTC)


def policy(name: str, day: int) -> KeptPolicy:
    return KeptPolicy(name, f"# {name}", START + timedelta(days=day))


@pytest.mark.holds("M07")
def test_a_policy_is_written_down_when_it_begins_to_decide_and_again_when_it_is_put_back(
    new_database: NewDatabase,
) -> None:
    url = new_database(migrated)

    async def story() -> list[KeptPolicy]:
        database = Database(logins_at(url))
        await database.start()
        try:
            policies = Policies(database)
            for one in (policy("a", 0), policy("a", 1), policy("b", 2), policy("b", 3), policy("a", 4)):
                await policies.keep(CODE, one)
            return await policies.kept(CODE)
        finally:
            await database.close()

    assert asyncio.run(story()) == [policy("a", 0), policy("b", 2), policy("a", 4)]


@pytest.mark.holds("M07")
def test_in_force_on_a_day_are_the_last_from_before_it_and_those_that_began_on_it() -> None:
    kept = [policy("a", 0), policy("b", 2), policy("a", 4)]
    days = [(START + timedelta(days=nth)).date() for nth in (-1, 0, 1, 2, 3, 9)]
    assert [[one.hash for one in in_force(kept, day)] for day in days] == [[], ["a"], ["a"], ["a", "b"], ["b"], ["a"]]

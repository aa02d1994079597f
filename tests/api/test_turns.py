"""So many requests at once, and no more: the others wait, in their order, and not for ever."""

from __future__ import annotations

import asyncio

import pytest

from api.graphql.turns import Turns
from domain.errors import Code, Refusal


def test_no_more_than_so_many_have_a_turn_and_the_others_follow_in_the_order_in_which_they_came() -> None:
    begun, most, now = list[int](), 0, 0

    async def asks(turns: Turns, nth: int) -> None:
        nonlocal most, now
        async with turns.one():
            begun.append(nth)
            now += 1
            most = max(most, now)
            await asyncio.sleep(0)
            now -= 1

    async def all_of_them() -> None:
        turns = Turns(at_once=3)
        await asyncio.gather(*(asks(turns, nth) for nth in range(20)))

    asyncio.run(all_of_them())
    assert (most, begun) == (3, list(range(20)))


def test_who_waits_too_long_is_told_to_come_again_and_takes_nobodys_turn() -> None:
    async def work() -> None:
        turns = Turns(at_once=1, patience=0.01)
        async with turns.one():
            with pytest.raises(Refusal) as refused:
                async with turns.one():
                    pass
        assert refused.value.code is Code.STORE_UNAVAILABLE
        async with turns.one():
            pass

    asyncio.run(work())


def test_a_turn_that_ends_in_an_error_is_given_back() -> None:
    async def work() -> None:
        turns = Turns(at_once=1, patience=0.01)
        with pytest.raises(ZeroDivisionError):
            async with turns.one():
                raise ZeroDivisionError
        async with turns.one():
            pass

    asyncio.run(work())

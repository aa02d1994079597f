"""So often one address may ask in a second, and no more; others are not held up by it."""

from __future__ import annotations

from api.pace import EACH_SECOND, MOST_REMEMBERED, Pace


def test_an_address_is_allowed_so_many_a_second_and_again_in_the_next() -> None:
    now = 100.0
    pace = Pace(lambda: now)
    assert [pace.allows("a") for _ in range(EACH_SECOND + 2)] == [True] * EACH_SECOND + [False] * 2
    assert pace.allows("b")
    now = 101.0
    assert pace.allows("a")


def test_what_is_remembered_is_bounded() -> None:
    pace = Pace(lambda: 100.0)
    for at in range(MOST_REMEMBERED + 10):
        pace.allows(str(at))
    assert len(pace._asked) == MOST_REMEMBERED

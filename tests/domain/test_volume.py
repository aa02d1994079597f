"""What somebody was shown and searched within the last hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.volume import LastHour, Tally

NOON = datetime(2026, 11, 23, 3, 0, 20, tzinfo=UTC)


def after(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def spent(hour: LastHour, at: datetime) -> tuple[int, int]:
    """Records and searches."""
    sums = hour.spent(at)
    return sums.records, sums.searches


def test_records_and_searches_are_summed_over_the_hour() -> None:
    hour = LastHour()
    for minute in (0, 0.2, 30, 59):
        hour.add(Tally(after(minute), records=10, searches=1))

    assert spent(hour, after(59)) == (40, 4)


def test_what_lies_more_than_an_hour_back_counts_no_more_and_what_lies_less_does() -> None:
    hour = LastHour()
    hour.add(Tally(NOON, records=7))
    hour.add(Tally(after(40), records=1))

    assert spent(hour, after(60)) == (8, 0)
    assert spent(hour, after(61)) == (1, 0)
    assert spent(hour, after(150)) == (0, 0)


def test_a_sum_that_was_asked_for_grows_with_what_comes_after() -> None:
    hour = LastHour()
    assert spent(hour, NOON) == (0, 0)

    hour.add(Tally(NOON, records=3, searches=1))

    assert spent(hour, NOON) == (3, 1)


def test_of_each_minute_the_larger_count_holds_whoever_counted_it() -> None:
    hour = LastHour()
    hour.add(Tally(NOON, records=50, searches=1))
    hour.add(Tally(after(1), records=5))

    hour.learn([Tally(NOON, records=20, searches=3), Tally(after(2), records=9)])

    assert spent(hour, after(2)) == (50 + 5 + 9, 3)


def test_no_more_is_remembered_than_the_minutes_of_an_hour() -> None:
    hour = LastHour()
    for minute in range(600):
        hour.add(Tally(after(minute), records=1))
        hour.spent(after(minute))

    assert len(hour._minutes) == 61

"""The day that is asked about and the moment whose knowledge counts, as texts say them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.errors import Code, Refusal
from domain.histories import JAPAN, day_of, moment_of


@pytest.mark.parametrize("text", ["2024-04-01", "令和6年4月1日", "2024年4月1日", "令和６年４月１日"])
def test_a_day_is_said_in_iso_form_or_in_an_era(text: str) -> None:
    assert day_of(text) == date(2024, 4, 1)


@pytest.mark.parametrize(
    "text", ["", "2019", "2019-05", "2019-5-1", "2023-02-29", "令和3年5月", "推定令和3年5月1日", "明日"]
)
def test_what_is_less_or_other_than_a_day_of_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        day_of(text)
    assert (refused.value.code, refused.value.names) == (Code.INVALID_INPUT, ("asOf",))
    assert not text or text not in refused.value.message + refused.value.message_ja


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-04-01T09:00:00+09:00", datetime(2024, 4, 1, tzinfo=UTC)),
        ("2024-04-01T00:00Z", datetime(2024, 4, 1, tzinfo=UTC)),
        ("2024-04-01t00:00:00.000001z", datetime(2024, 4, 1, 0, 0, 0, 1, tzinfo=UTC)),
        ("2024-04-01", datetime(2024, 4, 1, 23, 59, 59, 999_999, JAPAN)),
        ("令和6年4月1日", datetime(2024, 4, 1, 14, 59, 59, 999_999, UTC)),
    ],
)
def test_a_moment_has_its_offset_and_a_day_means_its_end_in_japan(text: str, moment: datetime) -> None:
    assert moment_of(text) == moment


@pytest.mark.parametrize(
    "text",
    ["", "2024", "2024-04-01T09:00", "2024-04-01 09:00Z", "2024-04-01T24:01Z", "0001-01-01T00:00+09:00", "今", "now"],
)
def test_what_is_no_moment_is_refused_and_a_local_time_is_none(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        moment_of(text)
    assert (refused.value.code, refused.value.names) == (Code.INVALID_INPUT, ("knownAt",))

"""Functions and files stay small enough to be read at once."""

from __future__ import annotations

from tests.architecture.sizes import (
    LARGE,
    LONGEST_FILE,
    LONGEST_FUNCTION,
    MEDIAN,
    Size,
    measure,
    sizes_of_the_rooms,
)
from tests.architecture.source import ROOMS, Module, modules


def beyond(limit: int, sizes: tuple[Size, ...]) -> list[str]:
    """Those over the limit, the largest first."""
    return [f"{size.place}: {size.lines} lines" for size in sorted(sizes, reverse=True) if size.lines > limit]


def test_a_function_is_measured_from_its_name_to_its_last_line() -> None:
    module = Module("api/it.py", '@cache\ndef f(\n  a,\n):\n  """It."""\n  return [\n    a,\n  ]\n')
    assert measure([module]).functions == (Size(7, "api/it.py:2 f"),)


def test_half_of_all_functions_are_within_eight_lines() -> None:
    assert sizes_of_the_rooms().median <= MEDIAN


def test_95_of_100_functions_are_within_25_lines() -> None:
    sizes = sizes_of_the_rooms()
    assert sizes.percentile_95 <= LARGE, "\n" + "\n".join(beyond(LARGE, sizes.functions))


def test_no_function_is_over_40_lines() -> None:
    found = beyond(LONGEST_FUNCTION, measure(modules(*ROOMS, "tests")).functions)
    assert found == [], "\n" + "\n".join(found)


def test_no_file_is_over_350_lines() -> None:
    found = beyond(LONGEST_FILE, measure(modules(*ROOMS, "tests")).files)
    assert found == [], "\n" + "\n".join(found)

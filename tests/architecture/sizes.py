"""How large functions and files are, and which may be larger and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median, quantiles
from typing import NamedTuple

from tests.architecture.source import ROOMS, Module, modules

LONGEST_FUNCTION = 40
LONGEST_FILE = 350
LARGE = 25
MEDIAN = 8

EXCEPTED = {
    "domain/items.py": "a table: one item a line",
    "persistence/migrations/versions/": "a migration is one step, and stays as it was when it ran",
}


class Size(NamedTuple):
    """A function or file and how many lines it has, its signature and docstring among them."""

    lines: int
    place: str


@dataclass(frozen=True)
class Sizes:
    """The sizes of a set of modules."""

    functions: tuple[Size, ...]
    files: tuple[Size, ...]

    @property
    def median(self) -> float:
        """Lines of the function in the middle."""
        return median(size.lines for size in self.functions)

    @property
    def percentile_95(self) -> float:
        """Lines that 95 of 100 functions do not pass."""
        return quantiles((size.lines for size in self.functions), n=20, method="inclusive")[-1]

    def __str__(self) -> str:
        longest, largest = max(self.functions), max(self.files)
        return (
            f"{len(self.functions)} functions: median {self.median:g} lines, 95 % within {self.percentile_95:g}, "
            f"longest {longest.lines} ({longest.place}); "
            f"{len(self.files)} files, longest {largest.lines} ({largest.place})"
        )


def measure(chosen: Iterable[Module]) -> Sizes:
    """The sizes of functions and files, but for what is excepted."""
    measured = [module for module in chosen if not module.path.startswith(tuple(EXCEPTED))]
    return Sizes(
        tuple(
            Size((node.end_lineno or node.lineno) - node.lineno + 1, f"{module.path}:{node.lineno} {node.name}")
            for module in measured
            for node in module.functions()
        ),
        tuple(Size(len(module.lines), module.path) for module in measured),
    )


def sizes_of_the_rooms() -> Sizes:
    """The sizes of everything in the four rooms."""
    return measure(modules(*ROOMS))

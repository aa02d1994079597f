"""What is checked: the assessment's measures and functions, and the attack and fault cases, each as data in a file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent
TITLES: Final[Mapping[str, tuple[str, str]]] = {
    "measures": ("評価書の対策", "Measures of the assessment"),
    "functions": ("評価書のシステム機能", "Functions of the assessment's systems"),
    "cases": ("攻撃・障害事例", "Attack and fault cases"),
}
"""Each list, its file's name, with its title in Japanese and English."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is checked: `title` in Japanese, what it means in English, and what the assessment says of it."""

    id: str
    title: str
    means: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What the criteria have in common whose ids begin with `id` and a hyphen; named in Japanese and English."""

    id: str
    title: str
    means: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One of the lists."""

    name: str
    groups: tuple[Group, ...]
    criteria: tuple[Criterion, ...]

    @property
    def titles(self) -> tuple[str, str]:
        """In Japanese and English."""
        return TITLES[self.name]

    def group_of(self, criterion: Criterion) -> Group | None:
        """The group that a criterion belongs to, if the list has any."""
        prefix = criterion.id.partition("-")[0]
        return next((group for group in self.groups if group.id == prefix), None)


@cache
def catalogues() -> tuple[Catalogue, ...]:
    """All lists, in the order in which they are told."""
    return tuple(_read(name) for name in TITLES)


def criteria() -> Iterator[Criterion]:
    """Every criterion of every list."""
    return (criterion for catalogue in catalogues() for criterion in catalogue.criteria)


def _read(name: str) -> Catalogue:
    written: dict[str, Any] = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    groups = tuple(Group(**group) for group in written.get("group", ()))
    return Catalogue(name, groups, tuple(Criterion(**criterion) for criterion in written["criterion"]))

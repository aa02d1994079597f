"""統計 (標準仕様書1.0 6.1): how many people and households the register has on a day, and what happened in a period.

The store counts under the finest keys that are asked for; what is added up, put in order and written down here is
counts, never anybody's record. Who has notified a move-out counts as present until the day has come.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from domain.change_reasons import ChangeReason, Effect
from domain.csv_texts import csv_of
from domain.values.address_cuts import beginnings

Key = tuple[str | int | None, ...]
"""What people have in common who are counted together: a value for each dimension, `None` where it is not known."""

Counts = Mapping[Key, int]


class Citizenship(StrEnum):
    """日本人住民 or 外国人住民 (住基法第30条の45)."""

    JAPANESE = "JAPANESE"
    FOREIGN = "FOREIGN"


class PopulationDimension(StrEnum):
    """By what people are counted."""

    TOWN = "TOWN"
    AGE = "AGE"
    AGE_GROUP = "AGE_GROUP"
    SEX = "SEX"
    CITIZENSHIP = "CITIZENSHIP"
    NATIONALITY_OR_REGION = "NATIONALITY_OR_REGION"
    FOREIGN_RESIDENT_CATEGORY = "FOREIGN_RESIDENT_CATEGORY"
    STATUS_OF_RESIDENCE = "STATUS_OF_RESIDENCE"


class MovementDimension(StrEnum):
    """By what changes are counted, beside their reason."""

    MONTH = "MONTH"
    TOWN = "TOWN"
    SEX = "SEX"
    CITIZENSHIP = "CITIZENSHIP"


class CountedBy(StrEnum):
    """Which day puts a change into a period: when it was processed (処理日), or when it happened (異動日)."""

    PROCESSED_ON = "PROCESSED_ON"
    CHANGED_ON = "CHANGED_ON"


Dimension = PopulationDimension | MovementDimension

ITEMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "TOWN": "current_address",
        "AGE": "date_of_birth",
        "AGE_GROUP": "date_of_birth",
        "SEX": "sex",
        "CITIZENSHIP": "became_foreign_resident_on",
        "NATIONALITY_OR_REGION": "nationality_or_region",
        "FOREIGN_RESIDENT_CATEGORY": "foreign_resident_category",
        "STATUS_OF_RESIDENCE": "status_of_residence",
        "MONTH": "changed_on",
    }
)
"""The item of a record that each dimension goes by: who may not see it may not count by it."""

TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "TOWN": "町名 town",
        "AGE": "年齢 age",
        "AGE_GROUP": "年齢階級 age group",
        "SEX": "性別 sex",
        "CITIZENSHIP": "日本人・外国人の別 citizenship",
        "NATIONALITY_OR_REGION": "国籍・地域 nationality or region",
        "FOREIGN_RESIDENT_CATEGORY": "第30条45区分 foreign-resident category",
        "STATUS_OF_RESIDENCE": "在留資格 status of residence",
        "MONTH": "月 month",
        "REASON": "異動事由 reason",
    }
)

_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "REASON": {one.value: one.japanese for one in ChangeReason},
        "SEX": {"MALE": "男", "FEMALE": "女", "UNKNOWN": "不詳"},
        "CITIZENSHIP": {"JAPANESE": "日本人", "FOREIGN": "外国人"},
    }
)

AGES_OF_A_GROUP: Final = 5
LAST_GROUP: Final = 100
"""The last age group is open: 100 and older."""

MOST_CELLS: Final = 2_000
"""Cells of one answer; more are had as CSV."""


@dataclass(frozen=True, slots=True)
class PopulationQuestion:
    """People of a day, as known at a moment (`None`: all that is known), by these dimensions."""

    as_of: date
    known_at: datetime | None = None
    by: tuple[PopulationDimension, ...] = ()


@dataclass(frozen=True, slots=True)
class MovementQuestion:
    """Changes from the first to the last day, both counted, by their reasons and these dimensions."""

    first: date
    last: date
    counted_by: CountedBy = CountedBy.PROCESSED_ON
    by: tuple[MovementDimension, ...] = ()


@dataclass(frozen=True, slots=True)
class Households:
    """世帯数, by whether Japanese, foreign residents or both live in them (複数国籍世帯)."""

    japanese: int = 0
    foreign: int = 0
    mixed: int = 0

    @property
    def all(self) -> int:
        """All of them."""
        return self.japanese + self.foreign + self.mixed


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by dimensions; whatever is asked of them is added up from them."""

    dimensions: tuple[str, ...]
    counts: Counts = field(default_factory=dict)

    def by(self, *dimensions: str) -> Table:
        """The same by fewer of its dimensions, or by age groups instead of ages."""
        places = [self._place(one) for one in dimensions]
        added: Counter[Key] = Counter()
        for key, count in self.counts.items():
            added[tuple([_grouped(one, key[at]) for one, at in zip(dimensions, places, strict=True)])] += count
        return Table(dimensions, added)

    def of(self, **values: str) -> int:
        """How many have these values: `table.of(SEX="FEMALE")`."""
        return self.by(*values).counts.get(tuple(values.values()), 0)

    @property
    def total(self) -> int:
        """How many there are in all."""
        return sum(self.counts.values())

    @property
    def rows(self) -> list[tuple[Key, int]]:
        """Every key with its count, in order; what is not known comes last."""
        return sorted(self.counts.items(), key=lambda row: [(one is None, one) for one in row[0]])

    def csv(self) -> str:
        """As CSV (RFC 4180), in both languages; what is not known is empty."""
        heading = [*(TITLES[one] for one in self.dimensions), "数 count"]
        lines = ([*map(_worded, self.dimensions, key), count] for key, count in self.rows)
        return csv_of([heading, *lines])

    def _place(self, dimension: str) -> int:
        return self.dimensions.index("AGE" if dimension == "AGE_GROUP" else dimension)


@dataclass(frozen=True, slots=True)
class Population:
    """人口 and 世帯数 of a day. `people` is by the dimensions asked for, at least by sex and citizenship."""

    people: Table
    households: Households


def _worded(dimension: str, value: str | int | None) -> str | int:
    word = _WORDS.get(dimension, {}).get(str(value))
    return f"{word} {value}" if word else "" if value is None else value


def _grouped(dimension: str, value: str | int | None) -> str | int | None:
    return age_group(value) if dimension == "AGE_GROUP" and isinstance(value, int) else value


def age_group(age: int) -> int:
    """The first age of the group of five years that an age belongs to; 100 and older are one."""
    return min(age // AGES_OF_A_GROUP * AGES_OF_A_GROUP, LAST_GROUP)


_TOWN: Final = re.compile(r"[^0-9]*[0-9]+丁目|[^0-9]+")
_COUNTED: Final = re.compile(r"([0-9]{1,2})丁目")
_DIGITS: Final = "〇一二三四五六七八九"


def town_of(address: str) -> str:
    """The town section (町名・丁目) in which an address of the city lies, or in what is left of one up to its numbers.

    `北海道苫小牧市旭町4丁目5番6号` and `旭町四丁目` are 旭町四丁目, `字勇払901番地` 字勇払.
    """
    bare = beginnings(unicodedata.normalize("NFKC", address))[-1]
    found = _TOWN.match(bare)
    return _COUNTED.sub(lambda chome: f"{_in_kanji(int(chome[1]))}丁目", found.group() if found else bare)


def _in_kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones or not tens else "")


def table_of(dimensions: Sequence[str], rows: Iterable[tuple[Key, int]]) -> Table:
    """The counts of the store, which has addresses where towns are asked for."""
    town = dimensions.index("TOWN") if "TOWN" in dimensions else None
    known: dict[str | int | None, str] = {}
    added: Counter[Key] = Counter()
    for key, count in rows:
        if town is not None:
            address = key[town]
            if address not in known:
                known[address] = town_of(str(address))
            key = (*key[:town], known[address], *key[town + 1 :])  # noqa: PLW2901 - the same key, with its town
        added[key] += count
    return Table(tuple(dimensions), added)


@dataclass(frozen=True, slots=True)
class Movements:
    """異動集計: changes by their reasons (and what else was asked), and what they come to.

    Natural change is births less deaths (自然増減), social change all other entries less deletions (社会増減).
    """

    changes: Table

    def because_of(self, *reasons: ChangeReason) -> int:
        """How many changes have one of these reasons."""
        return sum(self._by_reason.get((reason.value,), 0) for reason in reasons)

    def with_effect(self, effect: Effect) -> int:
        """How many entries, deletions or revisions there are."""
        return self.because_of(*(reason for reason in ChangeReason if reason.effect is effect))

    @property
    def natural(self) -> int:
        """自然増減."""
        return self.because_of(ChangeReason.BIRTH) - self.because_of(ChangeReason.DEATH)

    @property
    def net(self) -> int:
        """増減: by how many the population grew."""
        return self.with_effect(Effect.ENTRY) - self.with_effect(Effect.DELETION)

    @property
    def social(self) -> int:
        """社会増減."""
        return self.net - self.natural

    @property
    def _by_reason(self) -> Counts:
        return self.changes.by("REASON").counts


class StatisticsStore(Protocol):
    """Where people and changes are counted: all of a register at once, and nobody by herself."""

    async def population(
        self, municipality_code: str, question: PopulationQuestion, *, as_it_stands: bool
    ) -> Population:
        """The people of a day by the dimensions, by sex and citizenship, and their households.

        `as_it_stands`: the day is today, and all that is known counts.
        """
        ...

    async def movements(self, municipality_code: str, question: MovementQuestion) -> Movements:
        """The changes of a period by reason, by sex and citizenship, and by the dimensions."""
        ...

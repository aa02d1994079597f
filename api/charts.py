"""Charts as SVG text: nothing but counts and days stand in them, drawn to be told apart without colours too.

Sexes have their sides, and foreign residents are hatched; blue and orange are told apart by every kind of eye.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from domain.statistics import AGES_OF_A_GROUP, LAST_GROUP, Counts, Table

WIDTH: Final = 760
HALF: Final = 270
"""How long the longest bar may be."""
CENTRE: Final = WIDTH // 2
GUTTER: Final = 34
"""Half of the space between the sides, where the ages stand."""
BAR: Final = 15
STEP: Final = 19
TOP: Final = 74
GROUPS: Final = tuple(range(LAST_GROUP, -1, -AGES_OF_A_GROUP))
BOTTOM: Final = TOP + STEP * len(GROUPS)
HEIGHT: Final = BOTTOM + 78

SIDES: Final = (("MALE", "男 Male", "#0072b2", -1), ("FEMALE", "女 Female", "#d55e00", 1))
"""Sex, its name, its colour, and on which side of the ages it stands."""

HEAD: Final = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" \
width="{WIDTH}" height="{HEIGHT}" role="img" aria-labelledby="title description" \
font-family="sans-serif" font-size="12" fill="#222">
<title id="title">人口ピラミッド / Population pyramid</title>"""
HATCHED: Final = """<defs><pattern id="hatched" width="5" height="5" patternUnits="userSpaceOnUse" \
patternTransform="rotate(45)"><rect width="5" height="5" fill="#fff" fill-opacity="0.55"/>\
<line x1="0" y1="0" x2="0" y2="5" stroke="#222" stroke-width="1.4"/></pattern></defs>"""


def population_pyramid(people: Table, as_of: date) -> str:
    """The population of a day by sex and groups of five years; `people` has AGE, SEX and CITIZENSHIP."""
    counts = people.by("AGE_GROUP", "SEX", "CITIZENSHIP").counts
    bars = {(age, sex): _count(counts, age, sex) for age in GROUPS for sex, *_ in SIDES}
    scale = _round_up(max((sum(bar) for bar in bars.values()), default=0))
    lines = [HEAD, _description(people, as_of), HATCHED, f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    lines += [_text(CENTRE, 26, f"人口ピラミッド Population pyramid（{as_of.isoformat()}）", size=17)]
    lines += [*_axis(scale), *_ages()]
    for sex, name, colour, side in SIDES:
        lines.append(_text(CENTRE + side * (GUTTER + HALF // 2), 54, f"{name}　{people.of(SEX=sex):,}", size=14))
        for at, age in enumerate(GROUPS):
            lines += _bar(bars[age, sex], TOP + at * STEP, side, colour, scale)
    return "\n".join([*lines, *_legend(), _unknown(people), "</svg>"])


def _count(counts: Counts, age: int, sex: str) -> tuple[int, int]:
    """How many Japanese and how many foreign residents a bar stands for."""
    return counts.get((age, sex, "JAPANESE"), 0), counts.get((age, sex, "FOREIGN"), 0)


def _round_up(longest: int) -> int:
    """The next of 10, 20, 30, 40, 60, 80, 100, 200 … that is no less."""
    unit = 10
    while longest > 10 * unit:
        unit *= 10
    return next(step * unit for step in (1, 2, 3, 4, 6, 8, 10) if step * unit >= longest)


def _bar(people: tuple[int, int], top: int, side: int, colour: str, scale: int) -> Iterator[str]:
    japanese, foreign = (count * HALF / scale for count in people)
    inner, length = CENTRE + side * GUTTER, japanese + foreign
    if length:
        yield _rect(inner, length, top, side, colour)
        anchor = "start" if side > 0 else "end"
        yield _text(inner + side * (length + 4), top + BAR - 3, f"{sum(people):,}", anchor=anchor, size=10)
    if foreign:
        yield _rect(inner + side * japanese, foreign, top, side, "url(#hatched)")


def _rect(start: float, length: float, top: int, side: int, fill: str) -> str:
    left = start if side > 0 else start - length
    return f'<rect x="{left:.1f}" y="{top}" width="{length:.1f}" height="{BAR}" fill="{fill}"/>'


def _axis(scale: int) -> Iterator[str]:
    """A line at nothing, half and all of the scale, on both sides."""
    for side in (-1, 1):
        for part in (0, 1, 2):
            at = CENTRE + side * (GUTTER + part * HALF // 2)
            yield f'<line x1="{at}" y1="{TOP - 6}" x2="{at}" y2="{BOTTOM}" stroke="#ccc"/>'
            yield _text(at, BOTTOM + 14, f"{part * scale // 2:,}", size=10)


def _ages() -> Iterator[str]:
    for at, age in enumerate(GROUPS):
        named = f"{age}+" if age == LAST_GROUP else f"{age}–{age + AGES_OF_A_GROUP - 1}"
        yield _text(CENTRE, TOP + at * STEP + BAR - 3, named, size=11)


def _legend() -> Sequence[str]:
    top = BOTTOM + 28
    return (
        f'<rect x="{CENTRE - 210}" y="{top}" width="26" height="12" fill="#777"/>',
        _text(CENTRE - 178, top + 11, "日本人 Japanese", anchor="start"),
        f'<rect x="{CENTRE + 20}" y="{top}" width="26" height="12" fill="#777"/>',
        f'<rect x="{CENTRE + 20}" y="{top}" width="26" height="12" fill="url(#hatched)"/>',
        _text(CENTRE + 52, top + 11, "外国人住民 Foreign residents", anchor="start"),
    )


def _unknown(people: Table) -> str:
    """What cannot be drawn is told."""
    ages = people.by("AGE").counts.get((None,), 0)
    text = f"性別不詳 sex unknown: {people.of(SEX='UNKNOWN'):,}　年齢不詳 age unknown: {ages:,}"
    return _text(CENTRE, BOTTOM + 64, text, size=11)


def _description(people: Table, as_of: date) -> str:
    male, female = people.of(SEX="MALE"), people.of(SEX="FEMALE")
    return (
        f'<desc id="description">{as_of.isoformat()}: 人口 population {people.total:,}、男 male {male:,}、'
        f"女 female {female:,}、うち外国人住民 of whom foreign residents {people.of(CITIZENSHIP='FOREIGN'):,}</desc>"
    )


def _text(x: float, y: float, text: str, *, anchor: str = "middle", size: int = 12) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{text}</text>'

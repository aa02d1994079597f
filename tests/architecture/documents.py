"""Markdown as far as two languages of one document can be compared: headings, code, links, tables."""

from __future__ import annotations

import re
from typing import NamedTuple

FENCE = re.compile(r"^```(.*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#+) ", re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FIRST_CELL = re.compile(r"^\| (`[^`]+`)", re.MULTILINE)


class Shape(NamedTuple):
    """What must be the same in every language of a document."""

    headings: list[int]
    code: list[tuple[str, str]]
    links: list[str]
    tables: list[str]


def shape(text: str, *, own_names: frozenset[str] = frozenset()) -> Shape:
    """The shape of a document; `own_names` are the file names of its languages, which link to each other."""
    prose = FENCE.sub("", text)
    return Shape(
        [len(marks) for marks in HEADING.findall(prose)],
        FENCE.findall(text),
        ["(itself)" if target in own_names else target for target in LINK.findall(prose)],
        FIRST_CELL.findall(prose),
    )

"""Markdown as far as two languages of one document can be compared: headings, code, links, tables."""

from __future__ import annotations

import re
from typing import NamedTuple

FENCE = re.compile(r"^```(.*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#+) (.*)$", re.MULTILINE)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
LANGUAGE = re.compile(r"\.ja(?=\.md)")
FIRST_CELL = re.compile(r"^\| (`[^`]+`)", re.MULTILINE)


class Shape(NamedTuple):
    """What must be the same in every language of a document."""

    headings: list[int]
    code: list[tuple[str, str]]
    links: list[str]
    tables: list[str]


def shape(text: str) -> Shape:
    """The shape of a document; links to another language, or to a section under its own heading, are as good."""
    prose = FENCE.sub("", text)
    return Shape(
        [len(marks) for marks, _ in HEADING.findall(prose)],
        FENCE.findall(text),
        [LANGUAGE.sub("", target.partition("#")[0]) for target in links(text)],
        FIRST_CELL.findall(prose),
    )


def links(text: str) -> list[str]:
    """Where a document's links and pictures lead to."""
    return LINK.findall(FENCE.sub("", text))


def anchors(text: str) -> set[str]:
    """The names under which a document's headings are linked to, as GitHub makes them."""
    titles = (title for _, title in HEADING.findall(FENCE.sub("", text)))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}

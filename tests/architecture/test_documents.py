"""The documents agree with each other, lead somewhere, leave no ends open, and know nothing of a machine."""

from __future__ import annotations

import re

import pytest

from tests.architecture.documents import shape
from tests.architecture.source import ROOT, read, tracked_files

READMES = frozenset({"README.md", "README.ja.md"})
DOCUMENTS = ("README.md", "README.ja.md", "CHANGELOG.md", "DECISIONS.md")
LOCKS = {"requirements.lock", "requirements-dev.lock"}

# In parts, so that this file is not what it looks for.
OPEN_ENDS = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
PLACES = re.compile(r"(?<![\w.~-])/(?:wo" + r"rk|fa" + r"rm|t" + r"mp|ro" + r"ot|ho" + r"me)/")
PRIVATE_ADDRESSES = re.compile(
    r"(?<![\d.])(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?![\d.])"
)


def texts() -> list[tuple[str, str]]:
    """Every tracked file that is text, with its name; locks hold only names, versions and hashes."""
    found = []
    for name in sorted(set(tracked_files()) - LOCKS):
        content = (ROOT / name).read_bytes()
        if b"\0" not in content:
            found.append((name, content.decode("utf-8")))
    return found


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """Every line of a tracked file in which the pattern is found."""
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_both_readmes_have_the_same_headings_code_links_and_tables() -> None:
    english, japanese = (shape(read(name), own_names=READMES) for name in ("README.md", "README.ja.md"))
    assert english == japanese


def test_a_difference_between_two_languages_is_seen() -> None:
    original = shape("# A\n\n[x](a.md)\n\n```sh\nls\n```\n\n| `A` | one |\n")
    assert shape("# あ\n\n[え](a.md)\n\n```sh\nls\n```\n\n| `A` | 一 |\n") == original
    assert shape("## あ\n\n[え](a.md)\n\n```sh\nls\n```\n\n| `A` | 一 |\n") != original
    assert shape("# あ\n\n[え](b.md)\n\n```sh\nls\n```\n\n| `A` | 一 |\n") != original
    assert shape("# あ\n\n[え](a.md)\n\n```sh\nls -l\n```\n\n| `A` | 一 |\n") != original
    assert shape("# あ\n\n[え](a.md)\n\n```sh\nls\n```\n\n| `B` | 一 |\n") != original


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_to_a_file_leads_to_one(name: str) -> None:
    targets = [target.partition("#")[0] for target in shape(read(name)).links if "://" not in target]
    assert [target for target in targets if target and not (ROOT / target).exists()] == []


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(number) for number in re.findall(r"(?m)^## (\d+)\. ", read("DECISIONS.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers


def test_every_dependency_is_reasoned_in_the_decisions() -> None:
    asked_for = re.findall(r'(?m)^  "([a-z0-9-]+)[><=]', read("pyproject.toml"))
    decisions = read("DECISIONS.md")
    assert [name for name in asked_for if f"`{name}`" not in decisions] == []


def test_no_end_is_left_open() -> None:
    assert lines_with(OPEN_ENDS) == []


def test_nothing_names_a_place_on_a_machine() -> None:
    assert lines_with(PLACES) == []


def test_nothing_names_a_private_address() -> None:
    assert lines_with(PRIVATE_ADDRESSES) == []

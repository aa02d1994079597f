"""The documents agree with each other, lead somewhere, leave no ends open, and know nothing of a machine."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from posixpath import normpath

import pytest

from tests.architecture.documents import anchors, links, shape
from tests.architecture.source import ROOT, read, tracked_files

IN_BOTH_LANGUAGES = ("README", "docs/operating")
DOCUMENTS = (
    *(f"{name}{end}" for name in IN_BOTH_LANGUAGES for end in (".md", ".ja.md")),
    "CHANGELOG.md",
    "DECISIONS.md",
)
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


@pytest.mark.parametrize("name", IN_BOTH_LANGUAGES)
def test_both_languages_have_the_same_headings_code_links_and_tables(name: str) -> None:
    assert shape(read(f"{name}.md")) == shape(read(f"{name}.ja.md"))


def test_every_document_for_readers_is_in_both_languages() -> None:
    documents = {name for name in tracked_files() if PurePosixPath(name).parent.as_posix() in (".", "docs")}
    written = {name for name in documents if name.endswith(".md")}
    assert written == set(DOCUMENTS)


def test_a_difference_between_two_languages_is_seen() -> None:
    original = shape("# A\n\n[x](a.md)\n\n```sh\nls\n```\n\n| `A` | one |\n")
    assert shape("# あ\n\n[え](a.md)\n\n```sh\nls\n```\n\n| `A` | 一 |\n") == original
    assert shape("## あ\n\n[え](a.md)\n\n```sh\nls\n```\n\n| `A` | 一 |\n") != original
    assert shape("# あ\n\n[え](b.md)\n\n```sh\nls\n```\n\n| `A` | 一 |\n") != original
    assert shape("# あ\n\n[え](a.md)\n\n```sh\nls -l\n```\n\n| `A` | 一 |\n") != original
    assert shape("# あ\n\n[え](a.md)\n\n```sh\nls\n```\n\n| `B` | 一 |\n") != original


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_to_a_file_and_to_a_heading_of_it(name: str) -> None:
    folder = PurePosixPath(name).parent
    for target in (target for target in links(read(name)) if "://" not in target):
        path, _, heading = target.partition("#")
        file = normpath(folder / path) if path else name
        assert (ROOT / file).exists(), target
        assert not heading or heading in anchors(read(file)), target


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

"""The items as data agree with the assessment."""

from __future__ import annotations

import tomllib
from pathlib import Path

from domain.items import F1_ITEMS, HOUSEHOLD_ITEMS, RESIDENT_ITEMS, VERSION_ITEMS

F1 = Path(__file__).with_name("f1_items.toml")


def test_the_fifty_items_of_the_file_stand_under_their_number_name_and_identifier() -> None:
    assessed = [
        (item["number"], item["japanese"], item["identifier"]) for item in tomllib.loads(F1.read_text("utf-8"))["item"]
    ]
    assert [(item.number, item.japanese, item.identifier) for item in F1_ITEMS] == assessed
    assert [number for number, _, _ in assessed] == list(range(1, 51))


def test_no_two_items_share_an_identifier_or_a_graphql_name() -> None:
    names = [item.graphql_name for item in RESIDENT_ITEMS.values()]
    assert len(set(names)) == len(names)
    assert "becameResidentOn" in names


def test_every_item_says_where_it_comes_from_and_what_it_is_in_both_languages() -> None:
    for item in (*RESIDENT_ITEMS.values(), *VERSION_ITEMS.values(), *HOUSEHOLD_ITEMS.values()):
        assert item.source
        assert item.english.isascii()
        assert not item.japanese.isascii()

"""Names stay as they are written, are counted as they are read, and do not print."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.values.dates import RegisterDate
from domain.values.names import MAX_GRAPHEMES, Alias, FormerSurname, Name, NameReading
from domain.values.texts import graphemes

KATSURAGI = "葛\U000e0100城"
CERTIFIED = RegisterDate("2025-06-01")
ENTERED = RegisterDate("2015-04-01")


def test_a_variation_selector_stays_in_the_name_and_counts_as_no_character() -> None:
    name = Name(f"{KATSURAGI}　花子")
    assert (name.text, name.surname, name.given) == (f"{KATSURAGI}　花子", KATSURAGI, "花子")
    assert len(KATSURAGI) == 3
    assert name.length == 5


@pytest.mark.parametrize("character", ["\ufa10", "\ufa19", "\ufa11", "髙", "㈱"])
def test_a_character_that_normalising_would_change_stays_in_the_name(character: str) -> None:
    assert Name(f"{character}本　花子").text == f"{character}本　花子"


def test_normalising_would_indeed_change_names() -> None:
    assert unicodedata.normalize("NFC", "\ufa10\ufa19") == "\u585a\u795e"
    assert Name("\ufa10本") != Name("\u585a本")


def test_characters_are_counted_as_they_are_read() -> None:
    assert graphemes("葛\U000e0100") == graphemes("か\u3099") == graphemes("é") == graphemes("e\u0301") == 1


@pytest.mark.parametrize("text", ["SAMPLE NAME", "架空", "架空花子"])
def test_a_name_without_a_full_width_space_has_no_parts(text: str) -> None:
    assert (Name(text).surname, Name(text).given) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "　架空",
        "架空\n花子",
        "架空\x00",
        "架空\x1b[31m",
        "架空\ud800",
        "架空\u202e花子",
        "架空\u2066花子",
        "架空\u200b花子",
        "架空\u2028花子",
        "架\u0301\u0301\u0301\u0301\u0301",
        "架" + "\u0301" * 10_000,
        "ᄀ" * 10_000,
        "架" * (MAX_GRAPHEMES + 1),
    ],
)
def test_what_is_no_readable_line_is_no_name(text: str) -> None:
    with pytest.raises(InvalidValue):
        Name(text)


def test_a_name_may_be_as_long_as_its_characters_allow_not_its_code_points() -> None:
    assert Name("葛\U000e0100" * MAX_GRAPHEMES).length == MAX_GRAPHEMES


@given(st.text(alphabet=st.characters(categories=["Lo", "Lu", "Ll"]), min_size=1, max_size=MAX_GRAPHEMES))
def test_every_name_that_exists_is_kept_exactly(text: str) -> None:
    assert Name(text).text == text


@pytest.mark.parametrize(
    ("reading", "shown"),
    [
        (NameReading(), "********"),
        (NameReading(surname="イシノマキ", certified_on=CERTIFIED), "イシノマキ 【名空欄】"),
        (NameReading(given="タロウ", certified_on=CERTIFIED), "【氏空欄】 タロウ"),
        (NameReading(surname="イシノマキ", given="タロウ", certified_on=CERTIFIED), "イシノマキ タロウ"),
    ],
)
def test_a_reading_shows_what_is_certified_and_says_what_is_not(reading: NameReading, shown: str) -> None:
    assert reading.shown == shown


def test_a_reading_is_certified_on_a_day_or_not_at_all() -> None:
    with pytest.raises(InvalidValue):
        NameReading(surname="イシノマキ")
    with pytest.raises(InvalidValue):
        NameReading(certified_on=CERTIFIED)


@pytest.mark.parametrize("kana", ["いしのまき", "石巻", "ｲｼﾉﾏｷ", "イシノ マキ", "", "********"])
def test_a_reading_is_katakana(kana: str) -> None:
    with pytest.raises(InvalidValue):
        NameReading(surname=kana, certified_on=CERTIFIED)
    with pytest.raises(InvalidValue):
        FormerSurname("石巻", kana)


def test_a_former_surname_may_have_its_reading_yet_to_come() -> None:
    assert FormerSurname(KATSURAGI).reading is None
    assert FormerSurname(KATSURAGI, "カツラギ").text == KATSURAGI


def test_an_alias_tells_where_and_when_it_was_entered_and_removed() -> None:
    alias = Alias("架空　花子", ENTERED, "苫小牧市", RegisterDate("2019-05-01"), "札幌市")
    assert alias.line == "架空　花子（平成27年4月1日 苫小牧市 記載、令和元年5月1日 札幌市 削除）"
    assert Alias("架空　花子", ENTERED, "苫小牧市").line == "架空　花子（平成27年4月1日 苫小牧市 記載）"


def test_an_alias_is_removed_after_its_entry_and_somewhere() -> None:
    with pytest.raises(InvalidValue):
        Alias("架空　花子", ENTERED, "苫小牧市", RegisterDate("2015-03-31"), "苫小牧市")
    with pytest.raises(InvalidValue):
        Alias("架空　花子", ENTERED, "苫小牧市", removed_on=RegisterDate("2019-05-01"))


@pytest.mark.parametrize(
    "value",
    [
        Name("架空　花子"),
        NameReading("カクウ", "ハナコ", CERTIFIED),
        FormerSurname("架空", "カクウ"),
        Alias("架空　花子", ENTERED, "苫小牧市"),
    ],
)
def test_a_name_of_any_kind_does_not_print(value: object) -> None:
    assert repr(value) == str(value) == f"{value}" == f"{type(value).__name__}(***)"

"""What searching holds equal (標準仕様書1.0 2.1.2), and that hostile texts are bounded."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.values.search_keys import WIDEST_FORM, address_key, kana_key, name_key
from domain.values.texts import MAX_CODE_POINTS

KEYS = [name_key, kana_key, address_key]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ヂ", "ジ"),
        ("ズ", "ヅ"),
        ("ワ", "ハ"),
        ("ヴァ", "バ"),
        ("ヴィ", "ビ"),
        ("ヴ", "ブ"),
        ("オ", "ヲ"),
        ("ヒ", "ピ"),
        ("ッ", "ツ"),
        ("ャ", "ヤ"),
        ("ュ", "ユ"),
        ("ョ", "ヨ"),
    ],
)
def test_the_standards_examples_are_equal(one: str, other: str) -> None:
    assert kana_key(one) == kana_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("サトウ", "さとう"),
        ("サトウ", "ｻﾄｳ"),
        ("サトウ", "サトオ"),
        ("サトウ　ハナコ", "サトウハナコ"),
        ("サトウ ハナコ", "サトウ　ハナコ"),
        ("コンドウ", "ゴントオ"),
        ("オーノ", "オノ"),
        ("ショウジ", "シヨウシ"),
        ("ｶﾞﾝﾊﾞ", "カンハ"),
        ("カ\u3099", "ガ"),
        ("カ゛", "ガ"),
        ("ヷ", "ハ"),
        ("ヵㇰ", "カク"),
        ("ウ\u3099ァ", "バ"),
    ],
)
def test_readings_that_differ_only_in_writing_are_equal(one: str, other: str) -> None:
    assert kana_key(one) == kana_key(other)


@pytest.mark.parametrize("mark", ["ー", "―", "－", "‐", "ｰ", "-", "−", "–", "—", " ", "　"])
def test_a_long_vowel_mark_hyphen_or_space_makes_no_difference_in_a_reading(mark: str) -> None:
    assert kana_key(f"オ{mark}ノ") == kana_key("オノ")


@pytest.mark.parametrize(
    ("one", "other"), [("スズキ", "ツヅキ"), ("シバ", "チバ"), ("ウエダ", "オエダ"), ("ヌマ", "ノマ")]
)
def test_names_that_are_heard_differently_stay_apart(one: str, other: str) -> None:
    assert kana_key(one) != kana_key(other)


def test_a_u_is_an_o_only_after_the_o_row() -> None:
    assert kana_key("コウノ") == "コオノ"
    assert kana_key("ウノ") == "ウノ"
    assert kana_key("クウノ") == "クウノ"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("葛\U000e0100城　花子", "葛城花子"),
        ("葛\ufe00城", "葛城"),
        ("\ufa10本", "\u585a本"),
        ("Ｓａｍｐｌｅ　ｎａｍｅ", "SAMPLE NAME"),
        ("㈱架空", "(株)架空"),
    ],
)
def test_names_are_found_without_variation_selectors_widths_and_spaces(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_different_names_stay_apart() -> None:
    assert name_key("髙橋") != name_key("高橋")


@pytest.mark.parametrize(
    "text",
    [
        "旭町四丁目5番6-7号",
        "旭町４丁目５番６－７号",
        "旭町 4丁目5番6‐7号",
        "旭町4丁目5番6−7号",
        "旭町四丁目5番6ー7号",
        "旭町4丁目5番6―7号",
    ],
)
def test_addresses_that_differ_only_in_digits_of_the_block_and_hyphens_are_equal(text: str) -> None:
    assert address_key(text) == "旭町4丁目5番6-7号"


@pytest.mark.parametrize(
    ("kanji", "arabic"),
    [
        ("十丁目", "10丁目"),
        ("十二丁目", "12丁目"),
        ("二十丁目", "20丁目"),
        ("二十四丁目", "24丁目"),
        ("三〇丁目", "30丁目"),
    ],
)
def test_kanji_numbers_of_a_chome_are_read(kanji: str, arabic: str) -> None:
    assert address_key(f"旭町{kanji}") == f"旭町{arabic}"


@pytest.mark.parametrize("text", ["八千代", "三光町", "一本松町", "十十丁目", "一二十丁目"])
def test_kanji_numbers_in_a_place_name_stay(text: str) -> None:
    assert address_key(text) == text


@pytest.mark.holds("B-14")
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "text",
    [
        "が" + "\u3099" * 10_000,
        "a" + "\u0301" * 10_000,
        "a" + "\u0301" * 199,
        "葛" + "\U000e0100" * 199,
        "\ufdfa" * 201,
        "a" * 1_000_000,
        "十" * 100_000 + "丁目",
        "オ" + "ウ" * 100_000,
        "架空\x00",
        "架空\ud800",
        "架空\u202e",
        "゛" * 6,
        "",
        " ",
        "　",
        "\ufe00",
    ],
)
def test_a_hostile_or_empty_search_text_is_refused(key: Callable[[str], str], text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        key(text)
    assert "架空" not in caught.value.message + caught.value.message_ja


def test_a_search_text_of_long_vowel_marks_alone_finds_nobody() -> None:
    with pytest.raises(InvalidValue):
        kana_key("ーー")


@pytest.mark.holds("B-14")
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("character", ["\ufdfa", "十", "ウ", "ヴ", "オ", "㈱", "ΐ", "ᄀ"])
def test_the_most_that_is_taken_yields_a_bounded_key(key: Callable[[str], str], character: str) -> None:
    assert 0 < len(key(character * MAX_CODE_POINTS)) <= MAX_CODE_POINTS * WIDEST_FORM


@pytest.mark.parametrize("key", KEYS)
@given(text=st.text(max_size=MAX_CODE_POINTS // WIDEST_FORM))
def test_a_key_is_its_own_key_and_holds_no_space(key: Callable[[str], str], text: str) -> None:
    try:
        once = key(text)
    except InvalidValue:
        return
    assert not any(character.isspace() for character in once)
    assert once == key(once)


@given(st.text(alphabet=[chr(code) for code in range(0x3041, 0x3097)], min_size=1, max_size=20))
def test_hiragana_and_katakana_have_the_same_key(hiragana: str) -> None:
    katakana = "".join(chr(ord(character) + 0x60) for character in hiragana)
    assert kana_key(hiragana) == kana_key(katakana)

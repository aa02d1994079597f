"""Under which keys a record is found, and what a condition makes of what somebody types."""

from __future__ import annotations

import unicodedata

import pytest

from domain.errors import Code, InvalidValue, Refusal
from domain.ports import Match
from domain.search_forms import KEYED, FoundBy, found_by, kinds
from domain.search_terms import SEARCHABLE, Manner, Term, are_enough, condition_of, recorded_form
from domain.values import variant_characters
from domain.values.address_cuts import beginnings
from domain.values.search_dates import date_prefix
from domain.values.variant_characters import folded

HOME = "北海道苫小牧市旭町4丁目5番6号"
PARTS = Manner(Match.CONTAINS, with_variants=True, in_past=True)


# Old and variant characters (標準仕様書1.0 2.1.2).


@pytest.mark.parametrize(
    "characters", ["辺邊边邉𨘢", "浜濱濵滨", "藤䕨籘籐", "斎齋斉齊", "高髙", "崎﨑", "沢澤", "国國", "竜龍", "富冨"]
)
def test_old_and_variant_characters_are_folded_into_one(characters: str) -> None:
    assert len({folded(one) for one in characters}) == 1


@pytest.mark.parametrize(("one", "other"), [("辺", "浜"), ("太", "大"), ("土", "士"), ("未", "末"), ("鈴", "鐘")])
def test_characters_that_only_look_alike_stay_apart(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_the_table_names_each_character_once_and_in_the_form_in_which_keys_have_it() -> None:
    groups = " ".join(
        (variant_characters._OF_THE_STANDARD, variant_characters._OF_THE_LISTS, variant_characters._OF_FAMILY_NAMES)
    ).split()
    characters = "".join(groups)
    assert [group for group in groups if len(group) == 1] == []
    assert sorted(set(characters)) == sorted(characters)
    assert unicodedata.normalize("NFKC", characters) == characters


def test_folding_twice_is_folding_once_and_keeps_the_length() -> None:
    for text in ("渡邉　齋藤", "𠮷野", "SAMPLE"):
        assert folded(folded(text)) == folded(text)
        assert len(folded(text)) == len(text)


# Addresses by town and block.


@pytest.mark.parametrize(
    ("address", "town"),
    [
        (HOME, "旭町4丁目5番6号"),
        ("苫小牧市旭町", "旭町"),
        ("東京都町田市森野2丁目", "森野2丁目"),
        ("山形県村山市中央1丁目", "中央1丁目"),
        ("三重県四日市市諏訪町1-5", "諏訪町1-5"),
        ("千葉県市川市市川1丁目", "市川1丁目"),
        ("東京都東村山市本町1", "本町1"),
        ("東京都港区芝公園4丁目", "芝公園4丁目"),
        ("東京都八丈町大賀郷", "大賀郷"),
        ("神奈川県横浜市保土ケ谷区川辺町", "川辺町"),
        ("北海道余市郡余市町朝日町26", "朝日町26"),
        ("群馬県佐波郡玉村町下新田", "下新田"),
        ("茨城県那珂郡東海村村松", "村松"),
        ("愛知県蒲郡市旭町17", "旭町17"),
        ("奈良県大和郡山市北郡山町", "北郡山町"),
        ("兵庫県神崎郡市川町西川辺", "西川辺"),
    ],
)
def test_the_town_begins_where_the_municipality_ends(address: str, town: str) -> None:
    assert beginnings(address)[-1] == town
    assert beginnings(address)[0] == address


@pytest.mark.parametrize("address", ["不明", "旭町4丁目5番6号", "字勇払901番地", "AVENUE 5", "北海道"])
def test_what_names_no_municipality_stays_whole(address: str) -> None:
    assert beginnings(address) == (address,)


# The keys of a record.


def test_a_record_is_found_by_all_its_names_and_from_every_beginning_of_its_address() -> None:
    alias = "架空　譲（令和2年1月1日 苫小牧市 記載）"
    keys = set(found_by({"full_name": "渡邊　花子", "alias_history": (alias,), "current_address": HOME}))
    assert keys == {
        FoundBy("full_name", "渡邊花子"),
        FoundBy("full_name/variants", "渡辺花子"),
        FoundBy("alias_history", "架空譲"),
        *(FoundBy("current_address", key) for key in (HOME, HOME[3:], HOME[7:])),
    }


def test_names_have_pieces_and_addresses_have_none() -> None:
    assert FoundBy("full_name/variants", "渡辺花").pieces == ["渡辺", "花", "辺花"]
    assert FoundBy("current_address", HOME).pieces == []


def test_a_name_that_leaves_no_key_is_refused_by_its_item() -> None:
    with pytest.raises(InvalidValue) as refused:
        list(found_by({"name_kana": "ーー"}))
    assert refused.value.kind == "name_kana"


def test_only_names_are_looked_for_among_their_variants() -> None:
    assert kinds("full_name", with_variants=True) == ("full_name", "full_name/variants")
    assert kinds("full_name", with_variants=False) == ("full_name",)
    assert kinds("name_kana", with_variants=True) == ("name_kana",)
    assert set(KEYED) <= SEARCHABLE


# Dates in either calendar (標準仕様書1.0 2.1.3).


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("昭和25年3月", "1950-03"),
        ("S25", "1950"),
        ("s25.3.31", "1950-03-31"),
        ("昭和25年", "1950"),
        ("1950", "1950"),
        ("1950-03", "1950-03"),
        ("1950/3/1", "1950-03-01"),
        ("１９５０年３月", "1950-03"),
        ("R元.5", "2019-05"),
        ("1951-02-29", "1951-02-29"),
        ("年月日不詳", "XXXX"),
    ],
)
def test_a_date_is_searched_for_in_either_calendar_as_far_as_it_is_known(text: str, prefix: str) -> None:
    condition = condition_of(Term("date_of_birth", text))
    assert date_prefix(text) == prefix
    assert (condition.value, condition.match) == (prefix, Match.STARTS_WITH)


@pytest.mark.parametrize(
    "text", ["", "25", "S99", "昭和65年", "1950-13", "平成元年13月", "x", "19500331", "S25.3.31.1"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        condition_of(Term("date_of_birth", text))
    assert (refused.value.code, refused.value.names) == (Code.INVALID_INPUT, ("dateOfBirth",))


# Conditions.


def test_names_compare_as_wished_and_everything_else_as_it_must() -> None:
    texts = {
        "date_of_birth": "1950",
        "individual_number": "644678155351",
        "current_address": "旭町",
        "full_name": "渡邉",
    }
    conditions = {item: condition_of(Term(item, text, manner=PARTS)) for item, text in texts.items()}
    assert {item: one.match for item, one in conditions.items()} == {
        "date_of_birth": Match.STARTS_WITH,
        "individual_number": Match.EQUALS,
        "current_address": Match.STARTS_WITH,
        "full_name": Match.CONTAINS,
    }
    assert [item for item, one in conditions.items() if one.with_variants] == ["full_name"]
    assert [item for item, one in conditions.items() if one.in_past] == ["current_address", "full_name"]
    assert conditions["full_name"].value == "渡辺"


def test_the_ledger_has_the_normal_form_as_it_was_typed_whatever_the_manner() -> None:
    assert recorded_form(Term("full_name", "渡 邉", manner=PARTS)) == "渡邉"


@pytest.mark.holds("A-11", "M12")
def test_two_names_of_one_person_tell_no_more_than_one() -> None:
    names = [Term(item, "架空") for item in ("full_name", "name_kana", "alias_history", "former_surname")]
    assert not are_enough(names)
    assert are_enough([*names, Term("date_of_birth", "1950")])

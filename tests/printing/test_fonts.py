"""Every character is printed exactly or not at all: never a substitute, never the plain form of a variant."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from api.printing.fonts import Fonts, open_fonts
from api.printing.press import ASSETS, TypstPress
from api.settings import SettingsError
from domain.certificates.kinds import CertificateKind
from domain.certificates.requests import Delivery
from domain.errors import Code, Refusal
from tests.printing.conftest import IPAMJ, VERIFICATION, Print, a_press, pictures_of
from tests.printing.documents import NUMBER, a_document, japanese

COPY = CertificateKind.RESIDENT_RECORD_COPY
VARIANT = "葛\U000e0100"
ABSENT_VARIANT = "葛\U000e0102"
"""A form of the Hanyo-Denshi collection, which IPAmj明朝 has and the font that comes with daicho lacks."""


@pytest.fixture
def fonts(press: TypstPress) -> Fonts:
    """The font that comes with daicho."""
    return open_fonts(tuple(ASSETS.glob("*.ttf")))


def test_names_of_every_day_are_not_missed(press: TypstPress) -> None:
    assert press.missing(["架空　太郎", "髙橋 﨑", "NGUYỄN THỊ", "カクウ　タロウ", "2026/11/23", ""]) == ()


def test_a_variant_that_the_font_has_is_not_missed(press: TypstPress) -> None:
    assert press.missing([VARIANT + "城", "神\ufe00"]) == ()


def test_a_variant_that_the_font_lacks_is_named_by_its_code_points(press: TypstPress) -> None:
    assert press.missing([ABSENT_VARIANT + "城", ABSENT_VARIANT]) == ("U+845B U+E0102",)


@pytest.mark.parametrize(
    ("text", "code_points"),
    [
        ("\ue000", "U+E000"),
        ("\U0002ffff", "U+2FFFF"),
        ("a\u200bb", "U+200B"),
        ("a\u202eb", "U+202E"),
        ("a\tb", "U+0009"),
        ("葛\u3099", "U+845B U+3099"),
        ("\ufe00", "U+FE00"),
    ],
)
def test_what_would_be_drawn_as_nothing_or_as_something_else_is_missed(
    press: TypstPress, text: str, code_points: str
) -> None:
    assert press.missing([text]) == (code_points,)


def test_kana_with_marks_are_not_missed_where_the_font_joins_them(press: TypstPress) -> None:
    assert press.missing(["カ\u309aト\u309aㇷ\u309a", "か\u3099"]) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [(VARIANT, "葛"), ("\ufa10", "\u585a"), ("\ufa11", "\u5d0e"), ("神\ufe00", "神"), ("カ\u309a", "ガ")],
)
def test_forms_that_differ_are_drawn_differently(printed: Print, one: str, other: str) -> None:
    first, second = (pictures_of(printed(a_document(COPY, japanese(name))).pdf)[0] for name in (one, other))
    assert first.tobytes() != second.tobytes()


def test_a_line_may_end_within_a_text(press: TypstPress) -> None:
    assert press.missing(["一\n二"]) == ()


def test_the_press_itself_refuses_what_it_cannot_draw(press: TypstPress) -> None:
    with pytest.raises(Refusal) as refused:
        asyncio.run(press.printed(a_document(COPY, japanese(ABSENT_VARIANT)), NUMBER, VERIFICATION))
    assert (refused.value.code, refused.value.names) == (Code.CHARACTER_NOT_IN_FONT, ("U+845B U+E0102",))
    assert "DAICHO_FONT_FILES" in refused.value.message


def test_the_printer_in_the_number_is_drawn_exactly_too(press: TypstPress) -> None:
    number = type(NUMBER)("20261123", "苫小牧市", "本庁1", "\ue000", 1)
    with pytest.raises(Refusal):
        asyncio.run(press.printed(a_document(COPY, japanese()), number, VERIFICATION))


def test_without_a_font_nothing_is_drawn(tmp_path: Path) -> None:
    assert open_fonts(()).missing(["架空"]) == ("U+67B6", "U+7A7A")


def test_a_file_that_is_no_font_is_refused_by_the_name_of_its_setting(tmp_path: Path) -> None:
    (tmp_path / "no.ttf").write_bytes(b"no font")
    with pytest.raises(SettingsError, match="DAICHO_FONT_FILES") as refused:
        open_fonts((tmp_path / "no.ttf",))
    assert "DAICHO_FONT_FILES" in refused.value.message_ja


def test_a_font_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="DAICHO_FONT_FILES"):
        open_fonts((tmp_path / "absent.ttf",))


def test_two_fonts_of_one_name_are_refused(fonts: Fonts, tmp_path: Path) -> None:
    file = next(ASSETS.glob("*.ttf"))
    copy = tmp_path / "copy.ttf"
    copy.symlink_to(file)
    with pytest.raises(SettingsError, match="one name"):
        open_fonts((file, copy))


def test_a_text_of_one_font_stays_whole(fonts: Fonts) -> None:
    assert fonts.runs("架空\n太郎") == "架空\n太郎"


def test_every_way_of_handing_over_and_every_title_can_be_drawn(press: TypstPress) -> None:
    assert press.missing([kind.japanese for kind in CertificateKind] + [way.japanese for way in Delivery]) == ()


@pytest.mark.skipif(not IPAMJ.exists(), reason="IPAmj明朝 is not installed (Debian: fonts-ipamj-mincho)")
def test_a_second_font_draws_what_the_first_one_lacks(press: TypstPress, tmp_path: Path) -> None:
    both = a_press(tmp_path, font_files=(next(ASSETS.glob("*.ttf")), IPAMJ))
    assert both.missing([ABSENT_VARIANT]) == ()
    plain, variant = (
        asyncio.run(both.printed(a_document(COPY, japanese(name)), NUMBER, VERIFICATION)).pdf
        for name in ("葛", ABSENT_VARIANT)
    )
    assert pictures_of(plain)[0].tobytes() != pictures_of(variant)[0].tobytes()


@pytest.mark.skipif(not IPAMJ.exists(), reason="IPAmj明朝 is not installed (Debian: fonts-ipamj-mincho)")
def test_a_whole_document_is_drawn_in_a_font_of_the_citys_own(tmp_path: Path) -> None:
    own = a_press(tmp_path, font_files=(IPAMJ,))
    document = a_document(COPY, japanese(f"{ABSENT_VARIANT}城　太郎"))
    assert own.missing(document.texts()) == ()
    assert asyncio.run(own.printed(document, NUMBER, VERIFICATION)).sheets == 1

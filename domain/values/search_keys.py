"""The forms in which texts are compared when somebody searches. They are keys: nothing shows or stores them as names.

Every key takes at most 200 code points and time proportional to them. A text of which nothing would remain is refused:
an empty key would be the prefix of everybody.
"""

from __future__ import annotations

import re
import unicodedata

from domain.errors import InvalidValue
from domain.values.texts import MAX_CODE_POINTS, refuse_unreadable

WIDEST_FORM = 18
"""The code points that NFKC may make of one (U+FDFA)."""

_KIND = "SearchText"

_SPACES_AND_VARIATIONS = re.compile("[\\s\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
_HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212ー"

# 標準仕様書1.0 2.1.2 wants 清音 equal to 濁音 and ヂ equal to ジ. Following both through would make チ equal to シ and
# ツ to ス (whoever looks for 都築 would find every 鈴木), so ヂ and ヅ go with ジ and ズ, as its examples say.
_HEARD_ALIKE = {"ヂ": "シ", "ヅ": "ス", "ワ": "ハ", "ヲ": "オ", "ヴ": "ヴ"}
_SMALL = "ァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
_LARGE = "アイウエオツヤユヨワカケクシストヌハヒフヘホムラリルレロ"
_SMALL_TO_LARGE = dict(zip(_SMALL, _LARGE, strict=True))
_V_SOUNDS = {"ヴア": "ハ", "ヴイ": "ヒ", "ヴエ": "ヘ", "ヴオ": "ホ", "ヴ": "フ"}
_V_SOUND = re.compile("ヴ[アイエオ]?")
_LONG_O = re.compile("(?<=[オコソトノホモヨロ])ウ+")

_KANJI_DIGITS = "〇一二三四五六七八九"
_DIGIT = f"[{_KANJI_DIGITS}]"
_CHOME = re.compile(f"(?<![{_KANJI_DIGITS}十])(?:{_DIGIT}?十{_DIGIT}?|{_DIGIT}{{1,3}})(?=丁目)")
_ONE_HYPHEN = str.maketrans(dict.fromkeys(_HYPHENS, "-"))


def name_key(text: str) -> str:
    """The form of a name: compatibility forms, case, spaces and variation selectors make no difference.

    Raises `InvalidValue` for a text too long, unreadable or empty.
    """
    return _require_something(_plain(text))


def kana_key(text: str) -> str:
    """The form of a reading (標準仕様書1.0 2.1.2): バ is ハ, ッ is ツ, ヂ is ジ, サトウ is サトオ.

    Long-vowel marks, hyphens, spaces, hiragana and half-width kana make no difference. Raises `InvalidValue` as
    `name_key` does.
    """
    folded = _V_SOUND.sub(lambda found: _V_SOUNDS[found[0]], _plain(text).translate(_FOLDED_KANA))
    return _require_something(_LONG_O.sub(lambda found: "オ" * len(found[0]), folded))


def address_key(text: str) -> str:
    """The form of an address: 旭町四丁目５−６ is 旭町4丁目5-6.

    Compatibility forms, spaces, hyphens and the digits of 丁目 make no difference. Raises `InvalidValue` as `name_key`
    does.
    """
    return _require_something(_CHOME.sub(_arabic, _plain(text).translate(_ONE_HYPHEN)))


def bigrams(key: str) -> list[str]:
    """The pieces by which a part of a key is found: each two characters that follow each other, and the last one.

    A part of two characters and more is where all its pairs are; one character begins a pair, or is the last.
    """
    return sorted({key[at : at + 2] for at in range(len(key))})


def _plain(text: str) -> str:
    refuse_unreadable(_KIND, text)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    plain = unicodedata.normalize("NFKC", _SPACES_AND_VARIATIONS.sub("", folded))
    # Folding can stack what stood apart (゛゛ becomes two combining marks).
    refuse_unreadable(_KIND, plain, MAX_CODE_POINTS * WIDEST_FORM)
    return plain


def _require_something(key: str) -> str:
    if not key:
        raise InvalidValue(_KIND, "holds nothing to search for", "検索する文字がありません")
    return key


def _arabic(found: re.Match[str]) -> str:
    """二十四 → 24, 十二 → 12, 三〇 → 30."""
    tens, ten, ones = found[0].rpartition("十")
    if not ten:
        return "".join(str(_KANJI_DIGITS.index(digit)) for digit in ones)
    return f"{_digit(tens, 1)}{_digit(ones, 0)}"


def _digit(kanji: str, if_none: int) -> int:
    return _KANJI_DIGITS.index(kanji) if kanji else if_none


def _fold(kana: str) -> str:
    large = _SMALL_TO_LARGE.get(kana, kana)
    unvoiced = unicodedata.normalize("NFD", large)[0]
    return _HEARD_ALIKE.get(large) or _HEARD_ALIKE.get(unvoiced, unvoiced)


def _folded_kana() -> dict[int, str | None]:
    """Each katakana and hiragana to the katakana that stands for it; marks that do not count to nothing."""
    katakana = {code: _fold(chr(code)) for code in (*range(0x30A1, 0x30FB), *range(0x31F0, 0x3200))}
    hiragana = {code: katakana[code + 0x60] for code in range(0x3041, 0x3097)}
    return {**katakana, **hiragana, **dict.fromkeys(map(ord, _HYPHENS + "\u3099\u309a"))}


_FOLDED_KANA = _folded_kana()

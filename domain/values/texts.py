"""What any text of the register must be: visible characters of bounded number, kept exactly as they came.

Nothing here changes a text. NFC would turn 塚 (U+FA10) and 神 (U+FA19) into other characters, so a stored name is never
normalised; what searching compares are the keys of `search_keys`.
"""

from __future__ import annotations

import re
import unicodedata

import regex  # type: ignore[import-untyped] # has no stubs of its own

from domain.errors import InvalidValue

MAX_CODE_POINTS = 200
"""The longest name, address line or search text, in code points; graphemes alone do not bound a text's size."""

MAX_MARKS_IN_A_ROW = 4
"""Combining marks and variation selectors that may follow one another; no script of a name needs more."""

# Controls, bidi overrides and other invisible format characters, lone surrogates, line and paragraph separators.
# Private use stays allowed: that is where a municipality's 外字 live.
_UNSEEN = regex.compile(r"[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]")
_STACKED_MARKS = regex.compile(rf"\p{{M}}{{{MAX_MARKS_IN_A_ROW + 1}}}")
# What nearly every text is made of, none of it a mark or invisible: seen at a glance, because whole cities are checked.
_PLAIN = re.compile(
    r"[ -~\u3000-\u3029\u3030-\u3098\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff9f\uffe0-\uffe6]*"
)
_GRAPHEME = regex.compile(r"\X")
_SEPARATORS = regex.compile(r"[\p{Zs}\p{Pd}\u2212\u30fc]+")


def graphemes(text: str) -> int:
    """How many characters a reader sees: 葛 with a variation selector is one (項目長, 外字数)."""
    return sum(1 for _ in _GRAPHEME.finditer(text))


def refuse_unreadable(kind: str, text: str, max_code_points: int = MAX_CODE_POINTS) -> None:
    """Refuse what cannot be stored, printed or compared safely; the size comes first, so that the work is bounded.

    Raises `InvalidValue` with `kind` for a text too long, a control, format or surrogate character, or stacked marks.
    """
    if len(text) > max_code_points:
        raise InvalidValue(kind, f"longer than {max_code_points} code points", f"{max_code_points}文字を超えています")
    if _PLAIN.fullmatch(text):
        return
    if _UNSEEN.search(text):
        raise InvalidValue(kind, "holds an invisible or control character", "制御文字などの見えない文字があります")
    if _STACKED_MARKS.search(text):
        raise InvalidValue(kind, "holds too many combining marks in a row", "結合文字が続きすぎています")


def require_line(kind: str, text: str, max_graphemes: int = MAX_CODE_POINTS) -> None:
    """Refuse what is no line of a record: unreadable, empty, edged with spaces, or longer than `max_graphemes`."""
    refuse_unreadable(kind, text)
    if not text or text != text.strip():
        raise InvalidValue(kind, "empty, or begins or ends with a space", "空か、前後に空白があります")
    if len(text) > max_graphemes and graphemes(text) > max_graphemes:
        raise InvalidValue(kind, f"longer than {max_graphemes} characters", f"{max_graphemes}文字を超えています")


def typed_digits(kind: str, text: str) -> str:
    """What somebody typed as a number, without its grouping: full-width digits, spaces and hyphens are taken."""
    refuse_unreadable(kind, text)
    return str(_SEPARATORS.sub("", unicodedata.normalize("NFKC", text)))

"""Texts of the register: what is seen at a glance to be plain is what looking closely would let pass."""

from __future__ import annotations

import sys

import pytest
import regex  # type: ignore[import-untyped] # has no stubs of its own

from domain.errors import InvalidValue
from domain.values.texts import _PLAIN, refuse_unreadable

UNSEEN_OR_MARK = regex.compile(r"[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{M}]")


def test_nothing_plain_is_invisible_or_a_mark() -> None:
    assert not [
        f"{code:04x}"
        for code in range(sys.maxunicode + 1)
        if _PLAIN.fullmatch(chr(code)) and UNSEEN_OR_MARK.fullmatch(chr(code))
    ]


@pytest.mark.parametrize("text", ["架空\u200b", "\n", "\ud800", "か" + "\u3099" * 5, "x" * 201])
def test_what_is_not_plain_is_looked_at_closely(text: str) -> None:
    with pytest.raises(InvalidValue):
        refuse_unreadable("Text", text)


@pytest.mark.parametrize("text", ["", "架空　花子", "ｶｸｳ", "葛\U000e0100", "か\u3099", "\ue000", "José"])
def test_what_can_be_read_passes(text: str) -> None:
    refuse_unreadable("Text", text)

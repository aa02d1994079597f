"""The one family of errors is closed and speaks both languages."""

from __future__ import annotations

import re

import pytest

from domain.errors import MESSAGES, Code

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@pytest.mark.parametrize("code", Code)
def test_every_code_has_an_english_and_a_japanese_message(code: Code) -> None:
    english, japanese = MESSAGES[code]
    assert english.isascii()
    assert english.endswith(".")
    assert JAPANESE.search(japanese)
    assert japanese.endswith(("。", "）"))

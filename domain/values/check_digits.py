"""The two check-digit formulas of a municipality's numbers."""

from __future__ import annotations

from itertools import cycle
from operator import mul

_MODULUS = 11
_WEIGHTS = (2, 3, 4, 5, 6, 7)


def mod11_w2_7(body: str) -> int:
    """The weighted sum of `body` modulo 11 (M11W2〜7): from the right, the weights are 2, 3, 4, 5, 6, 7, 2, 3, …."""
    total: int = sum(map(mul, map(int, reversed(body)), cycle(_WEIGHTS)))
    return total % _MODULUS


def number_check_digit(body: str) -> str:
    """The check digit of an 個人番号 or a 住民票コード: 0 for remainders 0 and 1, else 11 − remainder.

    総務省令第85号第5条. Because two remainders share the 0, about 2 % of single wrong digits pass: a right check digit
    never means that the number exists.
    """
    remainder = mod11_w2_7(body)
    return "0" if remainder <= 1 else str(_MODULUS - remainder)


def serial_check_digit(serial: str) -> str | None:
    """The check digit of an 宛名番号 or 世帯番号, or `None` where the formula has none (標準仕様書1.0 1.1.13).

    The standard sets 0 for remainder 0 and says nothing of remainder 1, whose digit would be 10: such serials are
    skipped, so that every digit stands for one remainder.
    """
    remainder = mod11_w2_7(serial)
    if remainder == 1:
        return None
    return str(-remainder % _MODULUS)


def municipality_check_digit(body: str) -> str:
    """The check digit of a 全国地方公共団体コード: the five-digit `body` weighted 6, 5, 4, 3, 2."""
    weighted = sum(int(digit) * weight for digit, weight in zip(body, (6, 5, 4, 3, 2), strict=True))
    return str((_MODULUS - weighted % _MODULUS) % 10)

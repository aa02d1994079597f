"""The numbers of the register. None of them can exist with a wrong check digit.

個人番号 and 住民票コード are secrets: whatever prints, formats or pickles one gets asterisks or a refusal, and only
`.value` has the digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import ClassVar, NoReturn, Self

from domain.errors import InvalidValue
from domain.values.check_digits import (
    municipality_check_digit,
    number_check_digit,
    serial_check_digit,
)
from domain.values.texts import typed_digits

_DIGITS = re.compile(r"[0-9]+")


def _require_digits(kind: str, value: str, length: int) -> None:
    if len(value) != length or not _DIGITS.fullmatch(value):
        raise InvalidValue(kind, f"must be {length} digits", f"{length}桁の数字で入力してください")


def _wrong_check_digit(kind: str) -> InvalidValue:
    return InvalidValue(kind, "the check digit is wrong", "検査用数字が正しくありません")


class SecretNumber:
    """A number with a check digit that does not print.

    No dataclass on purpose: `dataclasses.asdict` of whatever holds one must not unpack it into digits.
    """

    __slots__ = ("_value",)
    LENGTH: ClassVar[int]
    _value: str

    def __init__(self, value: str) -> None:
        kind = type(self).__name__
        _require_digits(kind, value, self.LENGTH)
        if number_check_digit(value[:-1]) != value[-1]:
            raise _wrong_check_digit(kind)
        object.__setattr__(self, "_value", value)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The number that somebody typed: full-width digits, spaces and hyphens are taken. Raises `InvalidValue`."""
        return cls(typed_digits(cls.__name__, text))

    @property
    def value(self) -> str:
        """The digits themselves: for the store and for who may see them."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, SecretNumber) and other._value == self._value

    def __hash__(self) -> int:
        return hash((type(self), self._value))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self})"

    def __str__(self) -> str:
        return "*" * self.LENGTH

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} is not pickled")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} does not change")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} does not change")


class IndividualNumber(SecretNumber):
    """個人番号: eleven digits and a check digit (総務省令第85号第5条). J-LIS makes them, a municipality validates.

    `000000000000` passes the arithmetic and is nobody's number; it is refused.
    """

    __slots__ = ()
    LENGTH = 12

    def __init__(self, value: str) -> None:
        super().__init__(value)
        if not value.strip("0"):
            raise InvalidValue("IndividualNumber", "all zeros is no number", "すべて0の番号はありません")


class ResidentRecordCode(SecretNumber):
    """住民票コード: ten digits and a check digit (住基法施行規則第1条, 平成14年総務省告示第436号)."""

    __slots__ = ()
    LENGTH = 11


@dataclass(frozen=True, slots=True, order=True)
class _SerialNumber:
    """A nine-digit serial and its check digit: 標準仕様書1.0 1.1.13 (M11W2〜7)."""

    value: str

    LENGTH: ClassVar[int] = 10

    def __post_init__(self) -> None:
        kind = type(self).__name__
        _require_digits(kind, self.value, self.LENGTH)
        if not self.value.strip("0"):
            raise InvalidValue(kind, "serials begin at 1", "連番は1から始まります")
        if serial_check_digit(self.value[:-1]) != self.value[-1]:
            raise _wrong_check_digit(kind)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The number that somebody typed: full-width digits, spaces and hyphens are taken. Raises `InvalidValue`."""
        return cls(typed_digits(cls.__name__, text))

    @classmethod
    def from_serial(cls, serial: int) -> Self:
        """The number of a serial from 1 on. Raises `InvalidValue` for serials the check-digit formula skips."""
        if serial < 1:
            raise InvalidValue(cls.__name__, "serials begin at 1", "連番は1から始まります")
        body = f"{serial:0{cls.LENGTH - 1}d}"
        digit = serial_check_digit(body)
        if digit is None:
            raise InvalidValue(cls.__name__, "this serial has no check digit", "この連番には検査用数字がありません")
        return cls(body + digit)

    @classmethod
    def numbers_from(cls, serial: int) -> Iterator[Self]:
        """The numbers of `serial` and those after it, without the serials that the formula skips."""
        for candidate in count(serial):
            if serial_check_digit(str(candidate)) is not None:
                yield cls.from_serial(candidate)

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True, order=True)
class AddresseeNumber(_SerialNumber):
    """宛名番号: a person's number inside the municipality; who comes back gets the same one (標準仕様書1.0 4.1.1.2)."""


@dataclass(frozen=True, slots=True, order=True)
class HouseholdNumber(_SerialNumber):
    """世帯番号: a household's number inside the municipality."""


@dataclass(frozen=True, slots=True, order=True)
class MunicipalityCode:
    """全国地方公共団体コード: prefecture (JIS X 0401), municipality (JIS X 0402), check digit. 苫小牧市 is 012131."""

    value: str

    LENGTH: ClassVar[int] = 6
    PREFECTURES: ClassVar[range] = range(1, 48)

    def __post_init__(self) -> None:
        _require_digits("MunicipalityCode", self.value, self.LENGTH)
        if int(self.prefecture) not in self.PREFECTURES:
            raise InvalidValue("MunicipalityCode", "there is no such prefecture", "都道府県コードが正しくありません")
        if municipality_check_digit(self.value[:-1]) != self.value[-1]:
            raise _wrong_check_digit("MunicipalityCode")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The code that somebody typed: full-width digits, spaces and hyphens are taken. Raises `InvalidValue`."""
        return cls(typed_digits(cls.__name__, text))

    @classmethod
    def from_body(cls, body: str) -> Self:
        """The code of a five-digit body (01213 → 012131)."""
        _require_digits(cls.__name__, body, cls.LENGTH - 1)
        return cls(body + municipality_check_digit(body))

    @property
    def prefecture(self) -> str:
        """The prefecture's two digits (北海道: 01)."""
        return self.value[:2]

    def __str__(self) -> str:
        return self.value

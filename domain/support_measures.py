"""支援措置: protection of who fled from violence (標準仕様書1.0 1.1.16, 3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from domain.errors import InvalidValue
from domain.values.identifiers import AddresseeNumber


class SupportKind(StrEnum):
    """What the person is protected from."""

    DOMESTIC_VIOLENCE = "DOMESTIC_VIOLENCE"
    STALKING = "STALKING"
    CHILD_ABUSE = "CHILD_ABUSE"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportMeasure:
    """One period of protection for one person, its first and last day included; an extension is another period.

    Raises `InvalidValue` if it would end before it starts.
    """

    addressee_number: AddresseeNumber
    kind: SupportKind
    starts_on: date
    ends_on: date

    def __post_init__(self) -> None:
        if self.ends_on < self.starts_on:
            raise InvalidValue("SupportMeasure", "it ends before it starts", "終了年月日が開始年月日より前です")

    @classmethod
    def for_a_year(cls, addressee_number: AddresseeNumber, kind: SupportKind, *, starts_on: date) -> Self:
        """The usual period: from 2020-04-01 to 2021-03-31 (標準仕様書1.0 1.1.16)."""
        return cls(
            addressee_number=addressee_number,
            kind=kind,
            starts_on=starts_on,
            ends_on=_a_year_from(starts_on) - timedelta(days=1),
        )

    def in_force(self, on: date) -> bool:
        """Whether the measure protects the person on this day."""
        return self.starts_on <= on <= self.ends_on


def _a_year_from(day: date) -> date:
    # A year from 29 February ends with the last day of February (民法第143条第2項): the day after is 1 March.
    leap_day = (day.month, day.day) == (2, 29)
    return date(day.year + 1, 3, 1) if leap_day else day.replace(year=day.year + 1)

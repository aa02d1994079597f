"""How a field of a line becomes a value of the record: the form in which the item leaves the service, and no other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any

from domain.errors import InvalidValue
from domain.items import ADDED_BY_LAW, F1_ITEMS, Form, Item
from domain.residents import IDENTIFIERS
from domain.support_measures import SupportKind
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.eras import ERAS
from domain.values.identifiers import AddresseeNumber, HouseholdNumber, IndividualNumber, ResidentRecordCode
from domain.values.names import Name
from domain.values.relationships import Relationship
from domain.values.sex import Sex

MOST_TEXTS = 100
"""The most texts that one item may list."""

_ISO = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ISO_MOMENT = re.compile(ISO_DAY.pattern + r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})")

FieldReader = Callable[[Any], object]


def text(value: Any, kind: str) -> str:
    """A text. Raises `InvalidValue` for anything else."""
    if not isinstance(value, str):
        raise InvalidValue(kind, "must be a text", "文字列で指定してください")
    return value


def day(value: Any, kind: str) -> date:
    """A day of the calendar from 明治 on, `2024-04-01`. Raises `InvalidValue`."""
    try:
        if ISO_DAY.fullmatch(text(value, kind)):
            return _not_before_the_eras(date.fromisoformat(value), kind)
    except ValueError:
        raise _no_day(kind) from None
    raise _no_day(kind)


def moment(value: Any, kind: str) -> datetime:
    """A time with its offset, `2024-04-01T09:30:00+09:00`. Raises `InvalidValue`."""
    try:
        if ISO_MOMENT.fullmatch(text(value, kind)):
            at = datetime.fromisoformat(value)
            _not_before_the_eras(at.date(), kind)
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _no_moment(kind) from None
    raise _no_moment(kind)


def support_kind(value: Any) -> SupportKind:
    """What somebody is protected from. Raises `InvalidValue`."""
    try:
        return SupportKind(text(value, "kind"))
    except ValueError:
        raise InvalidValue("kind", "is no kind of support measure", "支援措置の区分ではありません") from None


def _texts(value: Any, kind: str) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_TEXTS:
        raise InvalidValue(kind, f"must be a list of at most {MOST_TEXTS} texts", "文字列の一覧で指定してください")
    return tuple(text(one, kind) for one in value)


@lru_cache(maxsize=1 << 15)
def _register_date(value: str) -> RegisterDate:
    if _ISO.fullmatch(value):
        return RegisterDate.as_registered(value)
    return RegisterDate.from_text(value, off_calendar=True)


@lru_cache(maxsize=1024)
def _relationship(value: str) -> Relationship:
    return Relationship(value)


def _sex(value: str) -> Sex:
    try:
        return Sex(value)
    except ValueError:
        raise InvalidValue("sex", "must be FEMALE, MALE or UNKNOWN", "FEMALE、MALE、UNKNOWN のいずれかです") from None


_OF_TEXT: Mapping[str, Callable[[str], object]] = {
    "addressee_number": AddresseeNumber,
    "household_number": HouseholdNumber,
    "individual_number": IndividualNumber,
    "resident_record_code": ResidentRecordCode,
    "full_name": Name,
    "relationship_to_householder": _relationship,
    **dict.fromkeys(("current_address", "previous_address"), Address),
    **dict.fromkeys(("planned_move_out_address", "confirmed_move_out_address"), Address),
}
_OF_FORM: Mapping[Form, Callable[[str], object]] = {Form.DATE: _register_date, Form.SEX: _sex, Form.TEXT: str}


def _reader(item: Item) -> FieldReader:
    if item.form is Form.TEXTS:
        return partial(_texts, kind=item.identifier)
    make, kind = _OF_TEXT.get(item.identifier) or _OF_FORM[item.form], item.identifier
    return lambda value: make(text(value, kind))


READERS: Mapping[str, FieldReader] = MappingProxyType(
    {item.identifier: _reader(item) for item in (*F1_ITEMS, *ADDED_BY_LAW) if item.identifier in IDENTIFIERS}
)
"""What reads each item; every reader raises `InvalidValue`."""


def _not_before_the_eras(given: date, kind: str) -> date:
    if given < ERAS[0].first:
        raise _no_day(kind)
    return given


def _no_day(kind: str) -> InvalidValue:
    return InvalidValue(kind, "must be a day, YYYY-MM-DD", "YYYY-MM-DDの形の暦上日で入力してください")


def _no_moment(kind: str) -> InvalidValue:
    return InvalidValue(
        kind, "must be a date and time with its offset", "時差付きの日時（2024-04-01T09:30:00+09:00）で入力してください"
    )

"""A version of a record as a row of the store, and the record that such a row says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from domain.importing.fields import READERS
from domain.items import RESIDENT_ITEMS, Form
from domain.residents import IDENTIFIERS, ResidentRecord, all_shown, shown
from domain.search_forms import KEYED, FoundBy, found_by
from domain.values.dates import RegisterDate
from domain.values.identifiers import IndividualNumber
from domain.versions import Version
from persistence.register_tables import APART

Values = tuple[Any, ...]

ITEM_COLUMNS: Final = tuple(name for name in IDENTIFIERS if name not in APART)
SAID: Final = ("municipality_code", *ITEM_COLUMNS, "date_texts", "is_closed", "history_number", "number_version")
"""What stands of a version in `residents`, and in `resident_versions` before `valid_from` and `recorded_at`."""

_NUMBER_AT: Final = IDENTIFIERS.index("individual_number")
_DATES: Final = frozenset(item.identifier for item in RESIDENT_ITEMS.values() if item.form is Form.DATE)


def version_row(
    municipality_code: str,
    version: Version,
    history_number: int,
    number_version: int | None,
    known: tuple[date, datetime],
) -> Values:
    """A row of `resident_versions`; `known` is from which day, and since when the register knows it."""
    return (municipality_code, *_said(version.record), history_number, number_version, *known)


def record_of(row: Mapping[str, Any], number: IndividualNumber | None) -> ResidentRecord:
    """The record that a row says, with its number from the vault. Raises `InvalidValue` for what never was one."""
    texts: dict[str, str] = json.loads(row["date_texts"])
    said = {name: _value(name, row[name], texts.get(name)) for name in ITEM_COLUMNS if row[name] is not None}
    return ResidentRecord(**said, individual_number=number)


def keys_of(record: ResidentRecord) -> list[FoundBy]:
    """What a record is found by. Raises `InvalidValue`, naming the item, where a text leaves nothing to be found by."""
    return list(found_by({item: shown(record, item) for item in KEYED}))


def pieces_of(keys: Iterable[FoundBy]) -> dict[tuple[str, str], None]:
    """The bigrams of names, each once."""
    return {(key.kind, piece): None for key in keys for piece in key.pieces}


def _value(name: str, stored: Any, text: str | None) -> Any:
    return RegisterDate.as_registered(stored, text) if name in _DATES else READERS[name](stored)


def _said(record: ResidentRecord) -> Values:
    """What a version says, but for the number: items, what dates say beyond their ISO form, whether it is closed."""
    items = all_shown(record)
    return (*items[:_NUMBER_AT], *items[_NUMBER_AT + 1 :], _date_texts(record), record.is_closed)


def _date_texts(record: ResidentRecord) -> str:
    """What a date says beyond its ISO form (頃, 推定, 春), which would otherwise be lost (標準仕様書1.0 j80)."""
    dates: Iterator[tuple[str, RegisterDate | None]] = ((name, getattr(record, name)) for name in _DATE_NAMES)
    texts = {name: value.text for name, value in dates if value is not None and value.text}
    return json.dumps(texts, ensure_ascii=False) if texts else "{}"


_DATE_NAMES: Final = tuple(name for name in IDENTIFIERS if name in _DATES)

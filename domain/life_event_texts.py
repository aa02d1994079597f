"""Life events as the register keeps them: plain texts, and the Individual Number apart from them.

`said` is the event's own fields in the forms in which items leave the service; dates in their own words where they have
some. The number is never among them: it goes to the vault, and is handed in again when the event is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, cast

from domain.change_reasons import ChangeReason
from domain.importing.fields import READERS
from domain.items import RESIDENT_ITEMS, Form
from domain.life_events import KINDS, Entered, LifeEvent, NumberChanged, Revised
from domain.residents import IDENTIFIERS, ResidentRecord, leaf
from domain.values.dates import RegisterDate
from domain.values.identifiers import IndividualNumber

NUMBER = "individual_number"
LISTS = frozenset(name for name, item in RESIDENT_ITEMS.items() if item.form is Form.TEXTS)

Said = dict[str, Any]


def said(event: LifeEvent) -> Said:
    """An event as JSON, without its number."""
    told: Said = {"reason": event.reason.value, **_texts(_own_items(event))}
    if isinstance(event, Entered):
        told["record"] = _texts({name: getattr(event.record, name) for name in IDENTIFIERS})
    if isinstance(event, Revised):
        told["revised"] = _texts(event.revised, keep_empty=True)
    if (of := getattr(event, "of", None)) is not None:
        told["of"] = of
    return told


def number_in(event: LifeEvent) -> IndividualNumber | None:
    """The Individual Number that an event brings."""
    if isinstance(event, Entered):
        return event.record.individual_number
    if isinstance(event, NumberChanged):
        return event.individual_number
    return cast("IndividualNumber | None", event.revised.get(NUMBER)) if isinstance(event, Revised) else None


def event_of(kind: str, told: Mapping[str, Any], number: IndividualNumber | None) -> LifeEvent:
    """The event of this kind that `said` gave, with its number. Raises `InvalidValue` for what never was one."""
    given: dict[str, Any] = {name: _value(name, value) for name, value in told.items() if name in READERS}
    given["reason"] = ChangeReason(told["reason"])
    made = KINDS[kind]
    if issubclass(made, Entered):
        given["record"] = ResidentRecord(**_values(told["record"]), individual_number=number)
    if issubclass(made, Revised):
        given["revised"] = _values(told["revised"], keep_empty=True) | ({} if number is None else {NUMBER: number})
    if issubclass(made, NumberChanged):
        given[NUMBER] = number
    if "of" in told:
        given["of"] = told["of"]
    absent = {each.name: _value(each.name, None) for each in fields(made) if each.name in READERS}
    return made(**absent | given)


def _own_items(event: LifeEvent) -> dict[str, Any]:
    return {each.name: getattr(event, each.name) for each in fields(event) if each.name in IDENTIFIERS}


def _texts(items: Mapping[str, Any], *, keep_empty: bool = False) -> Said:
    texts = {name: _text(value) for name, value in items.items() if name != NUMBER}
    return texts if keep_empty else {name: text for name, text in texts.items() if text}


def _text(value: Any) -> Any:
    if isinstance(value, RegisterDate) and value.text:
        return value.text
    plain = leaf(value)
    return list(plain) if isinstance(plain, tuple) else plain


def _values(told: Mapping[str, Any], *, keep_empty: bool = False) -> dict[str, Any]:
    values = {name: _value(name, value) for name, value in told.items()}
    return values if keep_empty else {name: value for name, value in values.items() if value is not None}


def _value(name: str, text: Any) -> Any:
    if text is None:
        return () if name in LISTS else None
    return READERS[name](text)

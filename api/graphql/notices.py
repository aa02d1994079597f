"""The input of every procedure, made from its notice class: the schema says what a form says, and nothing twice.

A field takes the text that a form has, in either calendar and with full-width digits; what it must be is the domain's
to say. What is refused is named by its path in the input (`input.members.0.relationshipToHouseholder`), never quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, SimpleNamespace, UnionType
from typing import Any, cast, get_args, get_origin, get_type_hints

import strawberry

from domain.errors import Code, InvalidValue, Refusal
from domain.importing.fields import READERS
from domain.notifications import Notice
from domain.values.addresses import Address
from domain.values.dates import RegisterDate
from domain.values.hidden_numbers import refuse_hidden_number
from domain.values.identifiers import (
    AddresseeNumber,
    HouseholdNumber,
    IndividualNumber,
    MunicipalityCode,
    ResidentRecordCode,
)
from domain.values.names import Name
from domain.values.relationships import Relationship
from domain.values.sex import Sex
from domain.values.texts import require_line

Read = Callable[[str], object]

MOST_ENTRIES = 100
"""The most entries of one list."""

INPUT = "input"
"""The argument of a mutation that holds a notice."""


def free_text(text: str) -> str:
    """One line, without an Individual Number in it. Raises `InvalidValue`."""
    require_line("text", text)
    refuse_hidden_number("text", text)
    return text


def _free(read: Read) -> Read:
    return lambda text: read(free_text(text))


TEXTS: Mapping[type, Read] = {
    str: free_text,
    RegisterDate: READERS["date_of_birth"],
    Name: _free(Name),
    Address: _free(Address),
    Relationship: Relationship,
    AddresseeNumber: AddresseeNumber.parse,
    HouseholdNumber: HouseholdNumber.parse,
    MunicipalityCode: MunicipalityCode.parse,
    IndividualNumber: IndividualNumber.parse,
    ResidentRecordCode: ResidentRecordCode.parse,
}
"""The values that come as texts, and how each is read; every reader raises `InvalidValue`."""

_WORDED: Mapping[type, str] = {RegisterDate: " In either calendar: 2026-04-01, 令和8年4月1日."}
"""How the texts of a type are to be written."""


@cache
def input_of(kind: type) -> type:
    """The input type of a notice, or of a part of one."""
    made = type(f"{kind.__name__}Input", (), {"__doc__": kind.__doc__, "__annotations__": {}, "__module__": __name__})
    for each in fields(kind):
        type_ = _types(kind)[each.name]
        made.__annotations__[each.name] = _wire(type_)
        setattr(made, each.name, strawberry.field(description=_described(each, type_), **_default(each)))
    return strawberry.input(made, description=first_line(kind))


def notice_of(kind: type[Notice], told: object) -> Notice:
    """The notice that an input tells. Raises `Refusal` (INVALID_VALUE) naming the first field that is no such value."""
    return cast(Notice, _built(cast(type, kind), told, INPUT))


def told_as(kind: type, values: Mapping[str, Any]) -> SimpleNamespace:
    """What `notice_of` reads, of values that lie outside a request, under the names that the schema has for them."""
    types = {name: _without_none(type_) for name, type_ in _types(kind).items()}
    return SimpleNamespace(**{name: _part(type_, values[_camel(name)]) for name, type_ in types.items()})


def _part(type_: Any, value: Any) -> Any:
    nested = value is not None and is_dataclass(type_) and type_ not in TEXTS
    return told_as(cast(type, type_), value) if nested else value


@contextmanager
def naming_inputs(kind: type[Notice]) -> Iterator[None]:
    """Where a procedure refuses a field of its notice, tell it as the path in the input."""
    try:
        yield
    except InvalidValue as error:
        if error.kind.split(".")[0] not in _types(kind):
            raise
        raise _refused(input_path(error.kind), error) from error


def input_path(name: str) -> str:
    """A path as notices spell it (`members.0.full_name`) as the schema does (`input.members.0.fullName`)."""
    return f"{INPUT}.{'.'.join(map(_camel, name.split('.')))}"


def first_line(kind: type) -> str:
    """What a class says of itself."""
    return (kind.__doc__ or "").strip().splitlines()[0]


def _built(kind: type, told: object, path: str) -> object:
    types = _types(kind)
    given = {each.name: getattr(told, each.name) for each in fields(kind)}
    said = {each.name: given[each.name] for each in fields(kind) if given[each.name] is not None or _is_needed(each)}
    values = {name: _read(_without_none(types[name]), value, f"{path}.{_camel(name)}") for name, value in said.items()}
    with _at(path, types):
        return kind(**values)


def _read(type_: Any, value: Any, path: str) -> object:
    if get_origin(type_) is tuple:
        return _read_list(get_args(type_)[0], value, path)
    if type_ in TEXTS:
        with _at(path):
            return TEXTS[type_](value)
    return _built(cast(type, type_), value, path) if is_dataclass(type_) else value


def _read_list(type_: Any, values: list[Any], path: str) -> tuple[object, ...]:
    if len(values) > MOST_ENTRIES:
        reason = (f"has more than {MOST_ENTRIES} entries", f"{MOST_ENTRIES}件を超えています")
        raise _refused(path, InvalidValue(path, *reason))
    return tuple(_read(type_, value, f"{path}.{at}") for at, value in enumerate(values))


@contextmanager
def _at(path: str, parts: Container[str] = ()) -> Iterator[None]:
    """Whatever is refused inside is refused under this path, or under the part of it that is named."""
    try:
        yield
    except InvalidValue as error:
        name = error.kind.split(".")[0]
        raise _refused(f"{path}.{_camel(name)}" if name in parts else path, error) from error


def _refused(path: str, error: InvalidValue) -> Refusal:
    detail = (f"'{path}': {error.reason}.", f"{path}：{error.reason_ja}。")
    return Refusal(Code.INVALID_VALUE, names=(path,), detail=detail)


@cache
def _types(kind: type) -> dict[str, Any]:
    return {each.name: get_type_hints(kind)[each.name] for each in fields(kind)}


def _is_needed(declared: Field[Any]) -> bool:
    return declared.default is MISSING and declared.default_factory is MISSING


def _default(declared: Field[Any]) -> dict[str, Any]:
    """What an input has where nothing is said."""
    if _is_needed(declared):
        return {}
    return {"default_factory": list} if declared.default == () else {"default": declared.default}


def _described(declared: Field[Any], type_: Any) -> str:
    said = declared.metadata
    return f"{said['japanese']} — {said['english']}.{_WORDED.get(_without_none(type_), '')}"


def _wire(type_: Any) -> Any:
    """The type of a field as the schema has it."""
    inner = _without_none(type_)
    if inner is not type_:
        return _wire(inner) | None
    if get_origin(inner) is tuple:
        return list[_wire(get_args(inner)[0])]  # type: ignore[misc] # the type is made, not written
    if inner in TEXTS:
        return str
    if issubclass(inner, Enum):
        return inner if inner is Sex else enum_of(inner)
    return input_of(cast(type, inner)) if is_dataclass(inner) else inner


@cache
def enum_of(kind: type[Enum]) -> type[Enum]:
    """A vocabulary of a notice, each value with its Japanese word where it has one."""
    made = strawberry.enum(kind, description=first_line(kind))
    for value in made.__strawberry_definition__.values:  # type: ignore[attr-defined] # what strawberry.enum adds
        value.description = getattr(kind(value.value), "japanese", None)
    return made


def _without_none(type_: Any) -> Any:
    """The type of an optional field where it is said; any other as it is."""
    if not isinstance(type_, UnionType):
        return type_
    (inner,) = (one for one in get_args(type_) if one is not NoneType)
    return inner


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.title() for part in rest)

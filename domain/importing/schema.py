"""The format as a JSON Schema (2020-12): what a line may say. Check digits and households are beyond a schema."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.importing import FORMAT
from domain.importing.fields import ISO_DAY, ISO_MOMENT, MOST_TEXTS, READERS
from domain.importing.lines import EARLIER, MEASURES, MOST_PARTS, OF_A_MEASURE, OF_A_VERSION, REQUIRED
from domain.items import RESIDENT_ITEMS, Form, Item
from domain.residents import FOREIGN_CATEGORIES
from domain.support_measures import SupportKind
from domain.values.identifiers import AddresseeNumber, IndividualNumber, ResidentRecordCode
from domain.values.sex import Sex
from domain.values.texts import MAX_CODE_POINTS

Schema = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DATES = "ISO 8601 as far as known (1950, 1950-03, 1950-03-31), or in an era and as 不詳日 (昭和25年3月頃)"
_LINE_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": MAX_CODE_POINTS}
_DAY: Schema = {"type": "string", "format": "date", "pattern": f"^{ISO_DAY.pattern}$"}
_MOMENT: Schema = {"type": "string", "format": "date-time", "pattern": f"^{ISO_MOMENT.pattern}$"}
_DIGITS = {
    "addressee_number": AddresseeNumber.LENGTH,
    "household_number": AddresseeNumber.LENGTH,
    "individual_number": IndividualNumber.LENGTH,
    "resident_record_code": ResidentRecordCode.LENGTH,
}
_OTHERS: Schema = {
    "valid_from": _DAY | {"description": "The day from which the record says this. / 有効開始日"},
    "recorded_at": _MOMENT | {"description": "When the register came to know it. / 記録日時"},
    "kind": {"enum": [kind.value for kind in SupportKind]},
    "starts_on": _DAY,
    "ends_on": _DAY,
}


def schema() -> Schema:
    """The schema of one line; `null` is the same as a field left out."""
    earlier = _object((*READERS, *OF_A_VERSION), ("valid_from", *REQUIRED[1:]))
    line = _object((*READERS, *OF_A_VERSION), ("format", *REQUIRED))
    line["properties"] |= {
        "format": {"const": FORMAT},
        EARLIER: _several(earlier, "Earlier versions, oldest first; all their items. / 過去の履歴（古い順）"),
        MEASURES: _several(_object(OF_A_MEASURE, OF_A_MEASURE), "Support measures. / 支援措置"),
    }
    return {
        "$schema": _DIALECT,
        "$id": f"urn:{FORMAT.replace('/', ':')}",
        "title": f"{FORMAT}: one resident a line / 1行が住民1人",
        **line,
        "$defs": {name: _item(RESIDENT_ITEMS[name]) for name in READERS} | _OTHERS,
    }


def _object(names: Iterable[str], required: Iterable[str]) -> Schema:
    """An object of these fields and no others."""
    needed = list(required)
    properties = {name: _field(name, may_be_null=name not in needed) for name in names}
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


def _field(name: str, *, may_be_null: bool) -> Schema:
    reference = {"$ref": f"#/$defs/{name}"}
    return {"anyOf": [reference, {"type": "null"}]} if may_be_null else reference


def _several(one: Schema, description: str) -> Schema:
    return {"type": ["array", "null"], "items": one, "maxItems": MOST_PARTS, "description": description}


def _item(item: Item) -> Schema:
    number = "" if item.number is None else f", F1-{item.number}"
    form = f". {_DATES}" if item.form is Form.DATE else ""
    return {"description": f"{item.japanese} / {item.english}{number}{form}", **_form(item)}


def _form(item: Item) -> Schema:
    if item.identifier in _DIGITS:
        return {"type": "string", "pattern": f"^[0-9]{{{_DIGITS[item.identifier]}}}$"}
    if item.identifier == "foreign_resident_category":
        return {"enum": list(FOREIGN_CATEGORIES)}
    if item.form is Form.SEX:
        return {"enum": [sex.value for sex in Sex]}
    if item.form is Form.TEXTS:
        return {"type": "array", "items": _LINE_TEXT, "maxItems": MOST_TEXTS}
    return _LINE_TEXT

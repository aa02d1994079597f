"""As much of JSON Schema as the published format uses; anything else fails loudly."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Schema = dict[str, Any]
KINDS = {"string": str, "object": dict, "array": list, "null": type(None)}
SAY_NOTHING = frozenset({"$schema", "$id", "$defs", "title", "description", "format"})


class Validator:
    """Tells whether values fit a schema."""

    def __init__(self, schema: Schema) -> None:
        self._root = schema

    def fits(self, value: Any, schema: Schema | None = None) -> bool:
        """Whether a value fits the whole schema, or a part of it."""
        part = self._root if schema is None else schema
        rules = {name: self._rule(name) for name in part if name not in SAY_NOTHING}
        return all(rule(value, part[name], part) for name, rule in rules.items())

    def _rule(self, name: str) -> Callable[[Any, Any, Schema], bool]:
        rules: dict[str, Callable[[Any, Any, Schema], bool]] = {
            "$ref": lambda value, to, _: self.fits(value, self._root["$defs"][to.removeprefix("#/$defs/")]),
            "anyOf": lambda value, parts, _: any(self.fits(value, part) for part in parts),
            "type": lambda value, kinds, _: isinstance(value, tuple(map(KINDS.__getitem__, _listed(kinds)))),
            "const": lambda value, only, _: value == only,
            "enum": lambda value, known, _: value in known,
            "pattern": lambda value, shape, _: re.search(shape, value) is not None,
            "minLength": lambda value, least, _: len(value) >= least,
            "maxLength": lambda value, most, _: len(value) <= most,
            "maxItems": lambda value, most, _: value is None or len(value) <= most,
            "items": lambda value, part, _: all(self.fits(one, part) for one in value or ()),
            "required": lambda value, names, _: set(names) <= value.keys(),
            "additionalProperties": lambda value, _, part: value.keys() <= part["properties"].keys(),
            "properties": lambda value, parts, _: all(self.fits(value[at], parts[at]) for at in parts.keys() & value),
        }  # fmt: skip
        return rules[name]


def _listed(kinds: str | list[str]) -> list[str]:
    return [kinds] if isinstance(kinds, str) else kinds

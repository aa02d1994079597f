"""Lint for a policy: what Oso lets pass though nobody should write it. Each rule yields findings with their lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from authz.policy_statements import statements
from authz.policy_text import ATTRIBUTES
from authz.policy_vocabulary import DEFAULT

THINGS = (
    *("Record", "Resident", "Household", "Purpose"),
    *("Ledger", "Service", "Restriction", "SupportMeasure", "Statistics"),
)
TYPES = {
    "allow": (("Caller",), None, THINGS),
    "decision": (("Caller",), ("Record",), ("String",)),
    "says": (("Caller",), ("Record", "Resident", "Household"), ("String", "an item")),
    "search": (("Caller",), ("String", "an item")),
    "seen": (("Caller",), ("String", "an item")),
    "class_switched_off": (("Caller",),),
    "hidden": (("Record", "Resident", "Household"),),
    "may": (("Caller",), ("String", "an item"), ("Notification", "Certificate", "Extraction")),
    "guarded": (("Certificate",),),
    "notifies": (("Caller",), ("Notification",)),
    "concerned": (("Caller",), ("Notification",)),
    "opens": (None, ("Record", "Resident", "Household")),
}
"""For each rule about a caller or a record, the types that its first parameters must have (None: anything)."""

NAMES = {
    "caller": {"Caller"},
    "record": {"Record", "Resident", "Household"},
    "purpose": {"Purpose"},
    "item": {"String"},
    "notification": {"Notification"},
    "certificate": {"Certificate"},
    "extraction": {"Extraction"},
    "action": {"String"},
}
"""What a parameter of this name is."""

OBJECTS = frozenset(ATTRIBUTES)
"""What is never without its type, in whatever rule."""

COMPARING = frozenset({"=", "==", "!="})
ANYTHING = re.compile(r'(?<!\w)_\w*|"\*"')

NAMING = {"sees": 2, "sees_items": 2, "department": 2, "grantable": 2, "free_search": 1, "issued": 3, "protecting": 2}
"""The facts that say whom or what is let in, and how many of their parameters must say it by name."""


class Found(NamedTuple):
    """A finding: the line, and what stands there."""

    line: int
    what: str


def heads(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """Line, name and parameters of every rule and fact."""
    yield from ((one.line, one.name, one.parameters) for one in statements(text) if one.name)


def untyped(text: str) -> Iterator[Found]:
    """A caller, record or item without its type: the rule would speak for None, too."""
    for line, name, parameters in heads(text):
        typed = zip_longest(parameters, TYPES.get(name, ())[: len(parameters)])
        for parameter, types in typed:
            if types is not None and _type(parameter) not in types:
                yield Found(line, f"{name}: {parameter} is not one of {', '.join(types)}")
            elif parameter in OBJECTS:
                yield Found(line, f"{name}: {parameter} is not one of {', '.join(sorted(NAMES[parameter]))}")


def misnamed(text: str) -> Iterator[Found]:
    """A parameter whose name says one thing and whose type another."""
    for line, name, parameters in heads(text):
        for parameter in parameters:
            variable, _, kind = parameter.partition(": ")
            if kind and kind not in NAMES.get(variable, {kind} if variable == "_" else set()):
                yield Found(line, f"{name}: {parameter}")


def wildcards(text: str) -> Iterator[Found]:
    """A fact that names nobody or nothing, and so everybody or everything."""
    for line, name, parameters in heads(text):
        named = parameters[: NAMING.get(name, 0)]
        yield from (Found(line, f"{name}: {one}") for one in named if ANYTHING.search(one))


def compares_nulls(text: str) -> Iterator[Found]:
    """Two attributes compared, or something compared by != with what may be null: both are true of nulls."""
    for one in statements(text):
        for at, token in enumerate(one.tokens):
            before, after = one.tokens[max(at - 3, 0) : at], one.tokens[at + 1 : at + 4]
            attributes = all([each.text for each in side[1:2]] == ["."] for side in (before, after))
            if (token.text in COMPARING and attributes) or (token.text == "!=" and not after[0].is_text):
                yield Found(token.line, " ".join(each.text for each in (*before, token, *after)))


def unfounded(text: str) -> Iterator[Found]:
    """A rule id without a legal basis or a text, listed twice, or that nothing names."""
    listed = [one for one in statements(text) if one.name == "rule"]
    named = {token.text for one in statements(text) if one not in listed for token in one.tokens}
    seen = set[str]()
    for one in listed:
        identifier, basis, said = (part.strip('"') for part in (*one.parameters, "", "", "")[:3])
        if not re.search(r"法|令|条例|要領|仕様書|評価書", basis) or not said:
            yield Found(one.line, f"{identifier} has no legal basis")
        if f'"{identifier}"' not in named and identifier != DEFAULT:
            yield Found(one.line, f"{identifier} is named nowhere")
        if identifier in seen:
            yield Found(one.line, f"{identifier} is listed twice")
        seen.add(identifier)


LINT = (untyped, misnamed, wildcards, compares_nulls, unfounded)


def _type(parameter: str) -> str:
    if parameter.startswith('"'):
        return "an item"
    return parameter.partition(": ")[2]

"""Lint for a policy: what Oso lets pass though nobody should write it. Each rule yields findings with their lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from authz.policy_text import without_proofs

HEAD = re.compile(r"^(\w+)\((.*?)\)\s*(?:if\b|;)", re.MULTILINE | re.DOTALL)
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

TWO_ATTRIBUTES = re.compile(r"\w+\.\w+\s*(?:==?|!=)\s*\w+\.\w+")
UNLIKE = re.compile(r"!=(?!\s*\")\s*\S+")
RULE = re.compile(r'^rule\("([\w-]+)", "(.*?)", "(.*?)"\);', re.MULTILINE)


NAMING = {"sees": 2, "sees_items": 2, "department": 2, "grantable": 2, "free_search": 1, "issued": 3, "protecting": 2}
"""The facts that say whom or what is let in, and how many of their parameters must say it by name."""


class Found(NamedTuple):
    """A finding: the line, and what stands there."""

    line: int
    what: str


def heads(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """Line, name and parameters of every rule and fact."""
    code = _code(without_proofs(text))
    for found in HEAD.finditer(code):
        parameters = [parameter.strip() for parameter in re.split(r",(?![^\[]*\])", found[2])]
        yield code.count("\n", 0, found.start()) + 1, found[1], parameters


def untyped(text: str) -> Iterator[Found]:
    """A caller, record or item without its type: the rule would speak for None, too."""
    for line, name, parameters in heads(text):
        for parameter, types in zip(parameters, TYPES.get(name, ()), strict=False):
            if types is not None and _type(parameter) not in types:
                yield Found(line, f"{name}: {parameter} is not one of {', '.join(types)}")


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
        yield from (Found(line, f"{name}: {one}") for one in named if one == "_" or '"*"' in one)


def compares_nulls(text: str) -> Iterator[Found]:
    """Two attributes compared, or something compared by != with what may be null: both are true of nulls."""
    code = _code(text)
    for pattern in (TWO_ATTRIBUTES, UNLIKE):
        yield from (Found(code.count("\n", 0, found.start()) + 1, found.group()) for found in pattern.finditer(code))


def unfounded(text: str) -> Iterator[Found]:
    """A rule id without a legal basis or a text, listed twice, or that nothing names."""
    rest, seen = RULE.sub("", text), set[str]()
    for found in RULE.finditer(text):
        line, (identifier, basis, said) = text.count("\n", 0, found.start()) + 1, found.groups()
        if not re.search(r"法|令|条例|要領|仕様書|評価書", basis) or not said:
            yield Found(line, f"{identifier} has no legal basis")
        if f'"{identifier}"' not in rest:
            yield Found(line, f"{identifier} is named nowhere")
        if identifier in seen:
            yield Found(line, f"{identifier} is listed twice")
        seen.add(identifier)


LINT = (untyped, misnamed, wildcards, compares_nulls, unfounded)


def _code(text: str) -> str:
    return re.sub(r"#.*", "", text)


def _type(parameter: str) -> str:
    if parameter.startswith('"'):
        return "an item"
    return parameter.partition(": ")[2]

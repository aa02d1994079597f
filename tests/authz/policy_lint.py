"""Lint for policies.polar: what Oso lets pass though nobody should write it. Each rule yields its findings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from authz.policy_text import without_proofs

HEAD = re.compile(r"^(\w+)\((.*?)\)\s*(?:if\b|;)", re.MULTILINE | re.DOTALL)
THINGS = ("Record", "Resident", "Household", "Purpose", "Ledger", "Service", "Restriction", "SupportMeasure")
TYPES = {
    "allow": (("Caller",), None, THINGS),
    "decision": (("Caller",), ("Record",), ("String",)),
    "says": (("Caller",), ("Record", "Resident", "Household"), ("String", "an item")),
    "search": (("Caller",), ("String", "an item")),
    "seen": (("Caller",), ("String", "an item")),
    "class_switched_off": (("Caller",),),
    "hidden": (("Record", "Resident", "Household"),),
    "may": (("Caller",), ("String", "an item"), ("Notification",)),
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
}
"""What a parameter of this name is."""

TWO_ATTRIBUTES = re.compile(r"\w+\.\w+\s*(?:==?|!=)\s*\w+\.\w+")
UNLIKE = re.compile(r"!=(?!\s*\")\s*\S+")
RULE = re.compile(r'^rule\("([\w-]+)", "(.*?)", "(.*?)"\);', re.MULTILINE)


def heads(text: str) -> Iterator[tuple[str, list[str]]]:
    """Name and parameters of every rule and fact."""
    code = re.sub(r"#.*", "", without_proofs(text))
    for found in HEAD.finditer(code):
        yield found[1], [parameter.strip() for parameter in re.split(r",(?![^\[]*\])", found[2])]


def untyped(text: str) -> Iterator[str]:
    """A caller, record or item without its type: the rule would speak for None, too."""
    for name, parameters in heads(text):
        for parameter, types in zip(parameters, TYPES.get(name, ()), strict=False):
            if types is not None and _type(parameter) not in types:
                yield f"{name}({', '.join(parameters)}): {parameter} is not one of {', '.join(types)}"


def misnamed(text: str) -> Iterator[str]:
    """A parameter whose name says one thing and whose type another."""
    for name, parameters in heads(text):
        for parameter in parameters:
            variable, _, kind = parameter.partition(": ")
            if kind and kind not in NAMES.get(variable, {kind} if variable == "_" else set()):
                yield f"{name}: {parameter}"


def compares_nulls(text: str) -> Iterator[str]:
    """Two attributes compared, or something compared by != with what may be null: both are true of nulls."""
    code = re.sub(r"#.*", "", text)
    yield from (found.group() for pattern in (TWO_ATTRIBUTES, UNLIKE) for found in pattern.finditer(code))


def unfounded(text: str) -> Iterator[str]:
    """A rule id without a legal basis or a text, listed twice, or that nothing names."""
    listed = RULE.findall(text)
    rest = RULE.sub("", text)
    for identifier, basis, said in listed:
        if not re.search(r"法|令|条例|要領|仕様書|評価書", basis) or not said:
            yield f"{identifier} has no legal basis"
        if f'"{identifier}"' not in rest:
            yield f"{identifier} is named nowhere"
    names = [identifier for identifier, _, _ in listed]
    yield from (f"{name} is listed twice" for name in sorted(set(names)) if names.count(name) > 1)


LINT = (untyped, misnamed, compares_nulls, unfounded)


def _type(parameter: str) -> str:
    if parameter.startswith('"'):
        return "an item"
    return parameter.partition(": ")[2]

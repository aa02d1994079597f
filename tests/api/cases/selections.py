"""Selections as somebody might write them, and what GraphQL says they select: an oracle with no look-ahead in it.

A selection is a field, an edge with selections below it, an inline fragment or the spread of a named one; each may have
an alias and directives, and the same may come twice. `written` makes a document of it; `selected` gives the response
names, in their order, with the fields that they stand for and all selections below them (GraphQL §6.3.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from hypothesis import strategies as st

from domain.items import HOUSEHOLD_ITEMS, RESIDENT_ITEMS, Form, Item

ON = ("", "@include(if: true)", "@skip(if: false)", "@include(if: $yes)", "@skip(if: $no)")
OFF = (
    "@include(if: false)",
    "@skip(if: true)",
    "@include(if: $no)",
    "@skip(if: $yes)",
    "@include(if: $yes) @skip(if: true)",
)
KINDS: Mapping[str, Mapping[str, Item]] = {
    "Resident": {item.graphql_name: item for item in RESIDENT_ITEMS.values() if item.identifier != "history"},
    "Household": {item.graphql_name: item for item in HOUSEHOLD_ITEMS.values()},
}
"""Without the history, whose pages test_history_pages.py looks at."""
LEADS_TO = {"household": "Household", "householder": "Resident", "members": "Resident"}
OF_ALL = ("id", "__typename")


@dataclass(frozen=True)
class Selection:
    """One selection: a `field` (with what is below it where it is an edge), or a fragment on a `type`, maybe named."""

    directives: str = ""
    field: str = ""
    alias: str = ""
    type: str = ""
    fragment: str = ""
    below: tuple[Selection, ...] = ()

    @property
    def name(self) -> str:
        """Its name in the answer."""
        return self.alias or self.field


def written(selections: Sequence[Selection]) -> str:
    """The selections as GraphQL, without the fragments that they name."""
    return " ".join(map(_written, selections))


def _written(one: Selection) -> str:
    if one.fragment:
        return f"...{one.fragment} {one.directives}"
    if one.field:
        below = f" {{ {written(one.below)} }}" if one.below else ""
        return f"{one.alias}{':' * bool(one.alias)} {one.field} {one.directives}{below}"
    return f"...{' on ' * bool(one.type)}{one.type} {one.directives} {{ {written(one.below)} }}"


def fragments(selections: Sequence[Selection]) -> dict[str, str]:
    """The definitions of the fragments that the selections name, by name."""
    found: dict[str, str] = {}
    for one in selections:
        found |= fragments(one.below)
        if one.fragment:
            found[one.fragment] = f"fragment {one.fragment} on {one.type} {{ {written(one.below)} }}"
    return found


def selected(kind: str, selections: Sequence[Selection]) -> dict[str, list[Selection]]:
    """The fields of a record of this kind by their names in the answer, the merged ones together."""
    found: dict[str, list[Selection]] = {}
    for one in _fields(kind, selections):
        found.setdefault(one.name, []).append(one)
    return found


def _fields(kind: str, selections: Sequence[Selection]) -> Iterator[Selection]:
    for one in selections:
        if one.directives in OFF:
            continue
        if one.field:
            yield one
        elif one.type in ("", kind, "Node"):
            yield from _fields(kind, one.below)


Read = Callable[[str, str, str], Any]
"""What the caller may see: kind, number, field → the leaf's value, or the numbers that an edge leads to."""


def answered(kind: str, number: str, selections: Sequence[Selection], read: Read) -> dict[str, Any]:
    """The record as an answer has it."""
    answer: dict[str, Any] = {}
    for name, same in selected(kind, selections).items():
        value = read(kind, number, same[0].field)
        target = LEADS_TO.get(same[0].field)
        if target and value is not None:
            below = [inner for one in same for inner in one.below]
            value = _followed(target, value, below, read)
        answer[name] = value
    return answer


def _followed(kind: str, numbers: Any, below: Sequence[Selection], read: Read) -> Any:
    if isinstance(numbers, list):
        return [answered(kind, number, below, read) for number in numbers]
    return answered(kind, numbers, below, read)


@st.composite
def selections(draw: st.DrawFn, kind: str = "Resident", depth: int = 3, shape: str = "") -> tuple[Selection, ...]:
    """One to five selections that may stand in a selection set of this type (`Node` has but its own fields)."""
    at = shape or kind
    return tuple(draw(_selection(kind, depth, at)) for _ in range(draw(st.integers(1, 5))))


@st.composite
def _selection(draw: st.DrawFn, kind: str, depth: int, at: str) -> Selection:
    directives = draw(st.sampled_from(ON)) if draw(st.integers(0, 4)) else draw(st.sampled_from(OFF))
    if depth and draw(st.integers(0, 2)) == 0:
        type_name = draw(st.sampled_from((kind, "Node", "") if at != "Node" else (*KINDS, "Node")))
        inside = type_name or at
        below = draw(selections(inside if inside in KINDS else kind, depth - 1, inside))
        name = f"F{crc32(repr((type_name, below)).encode())}" if type_name and draw(st.booleans()) else ""
        return Selection(directives, type=type_name, fragment=name, below=below)
    chosen = draw(st.sampled_from(OF_ALL if at == "Node" else (*OF_ALL, *KINDS[kind])))
    alias = f"a_{chosen.strip('_')}" if draw(st.integers(0, 5)) == 0 else ""
    if chosen not in LEADS_TO:
        return Selection(directives, chosen, alias)
    if not depth:
        return Selection(directives, "id", alias and "a_id")
    return Selection(directives, chosen, alias, below=draw(selections(LEADS_TO[chosen], depth - 1)))


def has_leaf(item: Item) -> bool:
    """Whether the item is a leaf of its record."""
    return item.form not in (Form.RECORD, Form.RECORDS)

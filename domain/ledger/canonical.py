"""The bytes of an entry: canonical JSON (RFC 8785, JCS), so that the same entry always has the same bytes.

Keys are sorted, nothing stands between tokens, numbers are integers, times are RFC 3339 in UTC with microseconds, and
what an entry does not have is `null`. The names are those of `Entry`, and `position`. These bytes are what is stored,
shown and, later, hashed: nothing is ever written anew from a parsed entry.
"""

from __future__ import annotations

import json
from functools import lru_cache

import orjson

from domain.ledger.entries import Entry, Group

# Python sorts by code points, RFC 8785 by UTF-16 units: the same as long as keys are ASCII, and ours are identifiers.
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")).encode


def canonical(entry: Entry, position: int) -> bytes:
    """The entry's canonical bytes (UTF-8) at this position of its municipality's ledger, counted from 0."""
    before, after = around_position(entry)
    return b"%b%d%b" % (before, position, after)


def around_position(entry: Entry) -> tuple[bytes, bytes]:
    """The canonical bytes before and after the position, for who must write them down before the position is known.

    Raises `UnicodeEncodeError` when an item, rule or subject holds a lone surrogate: none of them comes from outside.
    """
    # Groups and position are filled in where a 0 stands for them; within a text the quotation marks would be escaped.
    start, _, rest = _encode(_fields(entry)).partition('"groups":0')
    middle, _, end = rest.partition('"position":0')
    groups = ",".join(map(_group, entry.groups))
    return f'{start}"groups":[{groups}]{middle}"position":'.encode(), end.encode()


def as_json(entry: bytes) -> dict[str, object]:
    """A canonical entry as the JSON object it is: a million are read by an analysis, so not by `json`."""
    fields: dict[str, object] = orjson.loads(entry)
    return fields


def _fields(entry: Entry) -> dict[str, object]:
    return {
        "groups": 0,
        "position": 0,
        "id": entry.id,
        "recorded_at": entry.recorded_at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "municipality_code": entry.municipality_code,
        "request_id": entry.request_id,
        "kind": entry.kind.value,
        "caller": entry.caller,
        "staff_number": entry.staff_number,
        "department": entry.department,
        "place": entry.place,
        "purpose": entry.purpose,
        "terminal": entry.terminal,
        "application": entry.application,
        "strength": entry.strength,
        "grants": entry.grants,
        "operation": entry.operation,
        "document": entry.document,
        "path": entry.path,
        "file": entry.file,
        "searched_by": dict(entry.searched_by),
        "result_count": entry.result_count,
        "code": entry.code,
        "policy_hash": entry.policy_hash,
        "number_accessed": entry.number_accessed,
        "requester": entry.requester,
    }


def _group(group: Group) -> str:
    decisions = _decisions(tuple(group.items.items()))
    return f'{{"facts":{_encode(group.facts)},"items":{decisions},"subjects":{_encode(group.subjects)}}}'


@lru_cache(
    maxsize=4_096
)  # a policy has few sets of decisions, and writing one costs more than all the rest of an entry
def _decisions(items: tuple[tuple[str, tuple[str, str]], ...]) -> str:
    return _encode({item: {"outcome": outcome, "rule": rule} for item, (outcome, rule) in items})

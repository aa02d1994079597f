"""Asking once: the key under which somebody asks for a change, and a keyed hash of what she asks for.

Neither the key nor what was asked is kept in clear: both may hold what a client put into them.
"""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from enum import Enum
from typing import Any, Final

from authz.desk import Visit
from domain.notifications import Idempotency
from domain.values.identifiers import SecretNumber
from domain.values.texts import require_line

LONGEST_KEY: Final = 100
"""Characters of a key; a UUID has 36."""


def asked_once(visit: Visit, key: str, action: str, told: object) -> Idempotency:
    """What this caller asks under this key, for this purpose. Raises `InvalidValue` for a key that is none."""
    require_line("idempotencyKey", key, LONGEST_KEY)
    caller = f"{visit.caller.identity.subject} {visit.caller.purpose}"
    request = visit.digest("request", json.dumps([action, plain(told)], ensure_ascii=False, sort_keys=True))
    return Idempotency(caller, visit.digest("idempotency_key", key), bytes.fromhex(request))


def plain(told: Any) -> Any:
    """What was handed in as plain JSON: values as their parts, so that it is equal where it is meant alike."""
    match told:
        case Enum() | SecretNumber():
            return told.value
        case None | bool() | int() | str():
            return told
        case date():
            return told.isoformat()
        case frozenset():
            return sorted(map(plain, told))
        case tuple() | list():
            return list(map(plain, told))
    return {each.name: plain(getattr(told, each.name)) for each in fields(told)}

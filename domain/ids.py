"""UUIDs of version 7 (RFC 9562 5.7): ordered by time, made from the time and randomness that come in as arguments."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

RANDOM_BYTES = 10


def uuid7(at: datetime, randomness: bytes) -> UUID:
    """A UUIDv7 of this time (to the millisecond) with these ten random bytes."""
    milliseconds = int(at.timestamp() * 1000)
    number = int.from_bytes(milliseconds.to_bytes(6, "big") + randomness[:RANDOM_BYTES], "big")
    number = number & ~(0xF << 76) | 0x7 << 76
    return UUID(int=number & ~(0x3 << 62) | 0x2 << 62)


def uuid_of(text: str) -> UUID | None:
    """The UUID that a text is in the usual form; `None` for any other text."""
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text else None

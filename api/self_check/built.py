"""What daicho is made of, as one hash: so that results can be told from those of another daicho."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PLACE: Final = Path(__file__).resolve().parents[2]
"""Where the rooms stand: the checkout, or where the wheel is installed."""
RESULTS: Final = PLACE / "holds.json"
"""What `make test` writes and the wheel carries."""
_ROOMS: Final = ("api", "authz", "domain", "persistence")
_INSTALLED: Final = frozenset({"__pycache__", "assets", "node_modules"})
"""Folders of what is made or fetched when daicho is installed: the lock files tell it."""
_POLICY: Final = "policies.polar"


def fingerprint(place: Path = PLACE) -> str:
    """The SHA-256, in hexadecimal digits, of all code, pages, tables and policy under `place`, with their names."""
    whole = hashlib.sha256()
    for name in sorted(_names(place)):
        whole.update(f"{name}\0{hashlib.sha256((place / name).read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def _names(place: Path) -> Iterator[str]:
    yield _POLICY
    for room in _ROOMS:
        for file in (place / room).rglob("*"):
            name = file.relative_to(place)
            if file.is_file() and _INSTALLED.isdisjoint(name.parts):
                yield name.as_posix()

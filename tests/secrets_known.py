"""The secrets of a demonstration: whose numbers and names it holds, and the keys and passwords of its home."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import asyncpg
from tink import json_proto_keyset_format, secret_key_access

from api.demonstration.examples import example_lines
from api.number_key import read_number_key
from authz.desk import JAPAN
from persistence import embedded
from persistence.vault import unwrapped
from tests.secrets_search import SecretsSearch
from tests.village import NUMBERS

KEY_FILES = (
    "ledger.key",
    "number-key.json",
    "cursor-keyset.json",
    "issuer.json",
    "database-roles.json",
    "postgresql/pgpass",
)
"""Where keys and passwords belong, and may be."""
PIECE = 24
"""Bytes from the middle of a key: whoever has the key has them, and the rest of a keyset is no secret."""


def people(residents: int, today: date | None = None) -> tuple[set[str], set[str]]:
    """The Individual Numbers, former ones too, and the names of a demonstration with so many residents."""
    lines = list(example_lines(residents, today or datetime.now(JAPAN).date()))
    versions = [version for line in lines for version in (line, *(line.get("earlier_versions") or ()))]
    numbers = {version["individual_number"] for version in versions if version.get("individual_number")}
    return numbers, {version["full_name"] for version in versions if version.get("full_name")}


def assert_no_number_is_left(folder: Path, residents: int) -> None:
    """Fail when an Individual Number of the village or of a demonstration lies in what a run leaves behind."""
    numbers, _ = people(residents)
    search = SecretsSearch({"Individual Number": {*numbers, *NUMBERS}}, shortest=12)
    assert search.in_folder(folder) == []


def keys(home: Path) -> set[str | bytes]:
    """The keys and passwords of a home whose database runs, those in the vault among them."""
    files = ("number-key.json", "cursor-keyset.json", "issuer.json")
    material = chain.from_iterable(_pieces(json.loads((home / name).read_text("ascii"))) for name in files)
    roles = json.loads((home / "database-roles.json").read_text("ascii"))
    urls = [url for logins in roles.values() for url in logins.values()]
    passwords = {unquote(urlsplit(url).password or "") for url in urls}
    passwords.add((home / "postgresql" / "pgpass").read_text("ascii").strip().rpartition(":")[2])
    assert all(len(password) > PIECE for password in passwords)
    return {_middle((home / "ledger.key").read_bytes()), *material, *passwords, *asyncio.run(_vault_keys(home))}


async def _vault_keys(home: Path) -> set[bytes]:
    server = embedded.running(home)
    assert server is not None
    connection = await asyncpg.connect(server.url)
    try:
        rows = await connection.fetch("SELECT municipality_code, name, keyset FROM keysets")
    finally:
        await connection.close()
    key = read_number_key(home / "number-key.json")
    handles = [unwrapped(row["keyset"], key, row["municipality_code"], row["name"]) for row in rows]
    texts = [json_proto_keyset_format.serialize(handle, secret_key_access.TOKEN) for handle in handles]
    return {piece for text in texts for piece in _pieces(json.loads(text))}


def _pieces(part: Any) -> Iterator[bytes]:
    """A piece of each key in a key file: of whatever is long, and base64."""
    if isinstance(part, dict):
        part = [value for name, value in part.items() if name not in {"x", "y", "kid", "typeUrl"}]
    if isinstance(part, list):
        yield from chain.from_iterable(map(_pieces, part))
    elif isinstance(part, str) and part.startswith("{"):
        yield from _pieces(json.loads(part))
    elif isinstance(part, str) and len(part) > PIECE:
        yield _middle(base64.b64decode(part.replace("-", "+").replace("_", "/") + "=" * (-len(part) % 4)))


def _middle(content: bytes) -> bytes:
    assert len(content) >= PIECE
    begin = (len(content) - PIECE) // 2
    return content[begin : begin + PIECE]

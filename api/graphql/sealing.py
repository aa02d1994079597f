"""Sealed ids and cursors: what a caller holds, hands back, and cannot read.

Node ids are sealed deterministically (AES-SIV), so that one record has one id and neither its type nor its number can
be read from it. Cursors are sealed with a fresh nonce and bound to who asked what: another municipality, department,
purpose, field or other arguments cannot use them; another token of the same caller can. A keyset holds old keys too.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path

import orjson
import tink
from tink import aead, daead, json_proto_keyset_format, secret_key_access

from api.keys import read_secret, write_secret
from domain.errors import Code, Refusal

daead.register()
aead.register()

KINDS: Mapping[str, bytes] = {"Resident": b"R", "Household": b"H"}
"""The record types that have an id, by one byte each, so that every id has the same length."""

LONGEST = 512


class Sealer:
    """Seals and opens ids and cursors under two keysets."""

    def __init__(self, ids: tink.KeysetHandle, cursors: tink.KeysetHandle) -> None:
        self._ids = ids.primitive(daead.DeterministicAead)
        self._cursors = cursors.primitive(aead.Aead)

    def node_id(self, kind: str, municipality_code: str, number: str) -> str:
        """The id of a record, the same each time."""
        sealed = self._ids.encrypt_deterministically(KINDS[kind] + number.encode(), municipality_code.encode())
        return base64.urlsafe_b64encode(sealed).decode()

    def open_node_id(self, node_id: str, municipality_code: str) -> tuple[str, str] | None:
        """The kind and number, or nothing: an id that is not ours is one of a record that does not exist."""
        try:
            opened = self._ids.decrypt_deterministically(_unpacked(node_id), municipality_code.encode())
        except (tink.TinkError, binascii.Error, UnicodeEncodeError):
            return None
        kind = next((name for name, mark in KINDS.items() if opened[:1] == mark), None)
        return None if kind is None else (kind, opened[1:].decode())

    def cursor(self, number: str, bound_to: bytes) -> str:
        """A cursor after this number, for this question only."""
        return base64.urlsafe_b64encode(self._cursors.encrypt(number.encode(), bound_to)).decode()

    def open_cursor(self, cursor: str, bound_to: bytes) -> str:
        """The number. Raises `Refusal` (INVALID_CURSOR) for any other text, caller or question."""
        try:
            return str(self._cursors.decrypt(_unpacked(cursor), bound_to), "utf-8")
        except (tink.TinkError, binascii.Error, UnicodeEncodeError) as error:
            raise Refusal(Code.INVALID_CURSOR, names=("after",)) from error


def question(*parts: object) -> bytes:
    """What a cursor is bound to, as bytes: who asks, and what."""
    return orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)


def _unpacked(text: str) -> bytes:
    if len(text) > LONGEST:
        raise binascii.Error("too long")
    sealed = base64.urlsafe_b64decode(text.encode("ascii"))
    if base64.urlsafe_b64encode(sealed).decode() != text:
        raise binascii.Error("not as we write it")  # base64 leaves spare bits in the last character
    return sealed


def load_sealer(path: Path) -> Sealer:
    """Read both keysets from one file, or make it when it is not there yet. Raises `SettingsError`."""
    if not path.exists():
        write_secret(path, _new_keysets())
    keysets = orjson.loads(read_secret(path, "DAICHO_CURSOR_KEY_FILE"))
    return Sealer(_parsed(keysets["ids"]), _parsed(keysets["cursors"]))


def _parsed(keyset: str) -> tink.KeysetHandle:
    return json_proto_keyset_format.parse(keyset, secret_key_access.TOKEN)


def _new_keysets() -> bytes:
    templates = {
        "ids": daead.deterministic_aead_key_templates.AES256_SIV,
        "cursors": aead.aead_key_templates.AES256_GCM,
    }
    return orjson.dumps(
        {
            name: json_proto_keyset_format.serialize(tink.new_keyset_handle(template), secret_key_access.TOKEN)
            for name, template in templates.items()
        }
    )

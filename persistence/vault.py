"""The number vault: Individual Numbers encrypted and bound to their rows, and found again by a keyed hash.

The keys of a municipality lie beside its data as two tink keysets, themselves encrypted under the key of
`DAICHO_KEY_FILE`, which is in no database and in no backup. Keysets hold old keys too, so that a rotation may take its
time: what was written under an old key is still read and found.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import tink
from tink import aead, json_proto_keyset_format, prf, proto_keyset_format, secret_key_access
from tink.proto import tink_pb2

from domain.values.identifiers import IndividualNumber

aead.register()
prf.register()

NUMBER, INDEX = "number", "index"
TEMPLATES: Mapping[str, object] = {
    NUMBER: aead.aead_key_templates.AES256_GCM,
    INDEX: prf.prf_key_templates.HMAC_SHA256,
}
INDEX_BYTES: Final = 16
_KEY_ID: Final = struct.Struct(">I")
_HIGHEST: Final = b"\xff" * INDEX_BYTES
_VERSION: Final = struct.Struct(">h")


class VaultError(Exception):
    """A number does not open under the keys at hand, or not in this place; the text says no more."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number lies; it opens nowhere else."""

    municipality_code: str
    addressee_number: str
    number_version: int

    @property
    def bound(self) -> bytes:
        """The associated data of the encryption."""
        return f"individual_numbers/{self.municipality_code}/{self.addressee_number}/{self.number_version}".encode()


@dataclass(frozen=True, slots=True)
class Sealed:
    """A number as the vault keeps it."""

    ciphertext: bytes = field(repr=False)
    blind_index: bytes = field(repr=False)

    @property
    def key_id(self) -> int:
        """The key of the ciphertext, which tink writes after the first byte."""
        return int(_KEY_ID.unpack_from(self.ciphertext, 1)[0])


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a keyset as anybody may know it: its id, its status as tink calls it, whether it is the one in use."""

    id: int
    status: str
    is_primary: bool


@dataclass(frozen=True)
class Vault:
    """A municipality's keys, ready for use; `generation` is that of its keysets."""

    numbers: tink.KeysetHandle = field(repr=False)
    indexes: tink.KeysetHandle = field(repr=False)
    generation: int = 1

    def seal(self, number: IndividualNumber, place: Place) -> Sealed:
        """Encrypt a number for its place."""
        clear = number.value.encode()
        return Sealed(self._aead.encrypt(clear, place.bound), self._index_of(clear, self._prfs.primary_id()))

    def open(self, ciphertext: bytes, place: Place) -> str:
        """The number's digits. Raises `VaultError`."""
        try:
            clear: bytes = self._aead.decrypt(ciphertext, place.bound)
            return clear.decode()
        except tink.TinkError:
            raise VaultError from None

    def open_stored(self, stored: bytes, municipality_code: str, addressee_number: str) -> str:
        """The same for what a reading loads: the version of the number, two bytes, before its ciphertext."""
        (version,) = _VERSION.unpack_from(stored)
        return self.open(stored[_VERSION.size :], Place(municipality_code, addressee_number, version))

    def seal_bytes(self, clear: bytes, place: str) -> bytes:
        """Encrypt something else that holds numbers, for its place."""
        sealed: bytes = self._aead.encrypt(clear, place.encode())
        return sealed

    def open_bytes(self, sealed: bytes, place: str) -> bytes:
        """What `seal_bytes` sealed. Raises `VaultError`."""
        try:
            clear: bytes = self._aead.decrypt(sealed, place.encode())
        except tink.TinkError:
            raise VaultError from None
        return clear

    def indexes_of(self, number: str) -> list[bytes]:
        """Under which a number may be found: one for each key, since rows of old keys may be there yet."""
        clear = number.encode()
        return [self._index_of(clear, key_id) for key_id in self._prfs.all()]

    def older_indexes_of(self, number: IndividualNumber) -> list[bytes]:
        """Under which somebody may have the number already, though no key of the store forbids it: see `hold_keys`."""
        clear, primary = number.value.encode(), self._prfs.primary_id()
        return [self._index_of(clear, key_id) for key_id in self._prfs.all() if key_id != primary]

    # Its keys.

    @property
    def keys(self) -> Mapping[str, tuple[Key, ...]]:
        """The keys of both keysets by their names, in the order they were made."""
        return {NUMBER: keys_of(self.numbers), INDEX: keys_of(self.indexes)}

    @property
    def is_rotating(self) -> bool:
        """Whether there are keys from before a rotation."""
        return any(len(keys) > 1 for keys in self.keys.values())

    def with_new_keys(self) -> Vault:
        """The next generation: it seals under new keys, and opens and finds what older ones have sealed."""
        return Vault(_renewed(self.numbers, NUMBER), _renewed(self.indexes, INDEX), self.generation + 1)

    def with_keys_in_use(self) -> Vault:
        """The next generation: without the keys from before a rotation."""
        return Vault(_in_use(self.numbers), _in_use(self.indexes), self.generation + 1)

    @cached_property
    def _aead(self) -> aead.Aead:
        return self.numbers.primitive(aead.Aead)

    @cached_property
    def _prfs(self) -> prf.PrfSet:
        return self.indexes.primitive(prf.PrfSet)

    def _index_of(self, clear: bytes, key_id: int) -> bytes:
        hashed: bytes = self._prfs.all()[key_id].compute(clear, INDEX_BYTES)
        return _KEY_ID.pack(key_id) + hashed


def index_range(key_id: int) -> tuple[bytes, bytes]:
    """The least and the greatest index that this key can make."""
    return _KEY_ID.pack(key_id), _KEY_ID.pack(key_id) + _HIGHEST


def key_of_index(prefix: bytes) -> int:
    """The key of an index, from its first four bytes."""
    return int(_KEY_ID.unpack(prefix)[0])


def keys_of(keyset: tink.KeysetHandle) -> tuple[Key, ...]:
    """What anybody may know of a keyset's keys."""
    info = keyset.keyset_info()
    status = tink_pb2.KeyStatusType.Name
    return tuple(Key(one.key_id, status(one.status), one.key_id == info.primary_key_id) for one in info.key_info)


# tink for Python has no public way to change a keyset. A keyset is a message, though, whose form is fixed (tink.proto):
# so it is taken apart, changed and put together again, in memory only; tink checks it when it is parsed.


def _renewed(keyset: tink.KeysetHandle, name: str) -> tink.KeysetHandle:
    """The keyset with a new key in use."""
    message = _message(keyset)
    taken = {key.key_id for key in message.key}
    added = _message(tink.new_keyset_handle(TEMPLATES[name]))
    while added.primary_key_id in taken:  # ids are drawn from 32 bits
        added = _message(tink.new_keyset_handle(TEMPLATES[name]))
    message.key.extend(added.key)
    message.primary_key_id = added.primary_key_id
    return _keyset(message)


def _in_use(keyset: tink.KeysetHandle) -> tink.KeysetHandle:
    """The keyset with the key in use alone."""
    message = _message(keyset)
    (primary,) = (key for key in message.key if key.key_id == message.primary_key_id)
    return _keyset(tink_pb2.Keyset(primary_key_id=primary.key_id, key=[primary]))


def _message(keyset: tink.KeysetHandle) -> tink_pb2.Keyset:
    return tink_pb2.Keyset.FromString(proto_keyset_format.serialize(keyset, secret_key_access.TOKEN))


def _keyset(message: tink_pb2.Keyset) -> tink.KeysetHandle:
    return proto_keyset_format.parse(message.SerializeToString(), secret_key_access.TOKEN)


def wrapped(keyset: tink.KeysetHandle, key: aead.Aead, municipality_code: str, name: str) -> bytes:
    """A keyset encrypted, and bound to the municipality and its name."""
    bound = f"keysets/{municipality_code}/{name}".encode()
    text: str = json_proto_keyset_format.serialize_encrypted(keyset, key, bound)
    return text.encode()


def unwrapped(content: bytes, key: aead.Aead, municipality_code: str, name: str) -> tink.KeysetHandle:
    """The keyset. Raises `VaultError` under another key, or where it was taken from somewhere else."""
    bound = f"keysets/{municipality_code}/{name}".encode()
    try:
        return json_proto_keyset_format.parse_encrypted(content.decode(), key, bound)
    except tink.TinkError:
        raise VaultError from None

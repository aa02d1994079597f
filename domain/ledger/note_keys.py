"""The keys of signed notes, as texts that can be handed on: who signs, and how it is told.

A verifier key is public: `name+id+base64(type || public key)`. A signer key is a secret:
`PRIVATE+KEY+name+id+base64(type || seed)`; the id is that of its public key.

Source: C2SP signed-note v1.1, "Verifier keys"; the signer key is that of golang.org/x/mod/sumdb/note.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256
from typing import Final, TypeAlias

from domain.errors import InvalidValue

KEY_SIZE: Final = 32
ID_SIZE: Final = 4
_SIGNER: Final = "PRIVATE+KEY+"
_ID: Final = re.compile(r"[0-9a-f]{8}")

PublicKeyOf: TypeAlias = Callable[[bytes], bytes]
"""Ed25519: the public key (32 bytes) of a seed (32 bytes)."""


class SignatureType(IntEnum):
    """What a key signs: a note's text, or, as a witness, that it saw a checkpoint at a time."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


_TYPES: Final = frozenset(map(int, SignatureType))


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Whose signature it is and how it is verified; Ed25519. Raises `InvalidValue` for a name or key that is none."""

    name: str
    public_key: bytes
    type: SignatureType = SignatureType.ED25519

    def __post_init__(self) -> None:
        _require_key(self.name, self.public_key)

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public_key).digest()[:ID_SIZE]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.type]) + self.public_key)}"


@dataclass(frozen=True, slots=True)
class SignerKey:
    """What signs: the seed is a secret, and is never shown. Raises `InvalidValue` for a name or key that is none."""

    name: str
    id: bytes
    seed: bytes = field(repr=False)
    type: SignatureType = SignatureType.ED25519

    def __post_init__(self) -> None:
        _require_key(self.name, self.seed)

    def secret_text(self) -> str:
        """The key as it is kept in a file that only its owner reads."""
        return f"{_SIGNER}{self.name}+{self.id.hex()}+{_base64(bytes([self.type]) + self.seed)}"

    def verifier(self, public_key_of: PublicKeyOf) -> VerifierKey:
        """Its public half. Raises `InvalidValue` when the id is not that of this key."""
        public = VerifierKey(self.name, public_key_of(self.seed), self.type)
        if public.id != self.id:
            raise _wrong_id("SignerKey")
        return public


def make_signer(
    name: str, seed: bytes, public_key_of: PublicKeyOf, kind: SignatureType = SignatureType.ED25519
) -> SignerKey:
    """A key that signs under this name, from 32 random bytes. Raises `InvalidValue` for a name that is none."""
    return SignerKey(name, VerifierKey(name, public_key_of(seed), kind).id, seed, kind)


def parse_verifier_key(text: str) -> VerifierKey:
    """Raises `InvalidValue` for a text that is no verifier key, or whose id is not that of its key."""
    name, key_id, kind, key = _parts(text, "VerifierKey")
    verifier = VerifierKey(name, key, kind)
    if verifier.id != key_id:
        raise _wrong_id("VerifierKey")
    return verifier


def parse_signer_key(text: str) -> SignerKey:
    """Raises `InvalidValue`, without the text, for one that is no signer key; see `SignerKey.verifier` for its id."""
    if not text.startswith(_SIGNER):
        raise _malformed("SignerKey")
    name, key_id, kind, seed = _parts(text.removeprefix(_SIGNER), "SignerKey")
    return SignerKey(name, key_id, seed, kind)


def is_key_name(name: str) -> bool:
    """Whether a key may have this name: not empty, no space in any script, no plus, no control character."""
    return bool(name) and not any(each.isspace() or each == "+" or each < " " for each in name)


def strict_base64(text: str) -> bytes | None:
    """What the text encodes, or `None` if it is not exactly what an encoder would write (RFC 4648, section 4)."""
    try:
        decoded = base64.b64decode(text)
    except ValueError:
        return None
    return decoded if _base64(decoded) == text else None


def _parts(text: str, kind: str) -> tuple[str, bytes, SignatureType, bytes]:
    name, key_id, encoded = [*text.split("+", 2), "", ""][:3]
    decoded = strict_base64(encoded)
    if not decoded or not _ID.fullmatch(key_id) or decoded[0] not in _TYPES:
        raise _malformed(kind)
    return name, bytes.fromhex(key_id), SignatureType(decoded[0]), decoded[1:]


def _require_key(name: str, key: bytes) -> None:
    if not is_key_name(name):
        raise InvalidValue("KeyName", "empty, or has a space or a plus", "空であるか、空白又は「+」を含んでいます")
    if len(key) != KEY_SIZE:
        raise InvalidValue("Key", "not 32 bytes long", "長さが32バイトではありません")


def _base64(given: bytes) -> str:
    return base64.b64encode(given).decode("ascii")


def _malformed(kind: str) -> InvalidValue:
    return InvalidValue(kind, "not such a key", "鍵の形式に誤りがあります")


def _wrong_id(kind: str) -> InvalidValue:
    return InvalidValue(kind, "its id is that of another key", "鍵のIDが鍵と一致しません")

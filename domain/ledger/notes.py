"""Signed notes: a text, and under it the signatures of those who vouch for it.

A text counts for nothing before it was opened with keys that are known beforehand. Signatures of unknown keys are
passed over; a wrong one of a known key spoils the note. Ed25519 comes in as a function: the domain has no cryptography.

Source: C2SP signed-note v1.1 (https://c2sp.org/signed-note) and, for witnesses, C2SP tlog-cosignature
(https://c2sp.org/tlog-cosignature), `cosignature/v1`.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from domain.errors import InvalidValue
from domain.ledger.note_keys import ID_SIZE, SignatureType, SignerKey, VerifierKey, is_key_name, strict_base64

LONGEST_NOTE: Final = 1_000_000
"""Bytes; the limit of the Go reference."""
MOST_SIGNATURES: Final = 100
_TIME_BYTES: Final = 8
_LATEST: Final = 2**63 - 1
_DASH: Final = "— "
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")

Sign: TypeAlias = Callable[[bytes, bytes], bytes]
"""Ed25519: the signature (64 bytes) of a seed over a message."""
Verify: TypeAlias = Callable[[bytes, bytes, bytes], bool]
"""Ed25519: whether, for a public key and a message, the signature is right."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as a note carries it, verified or not: whose it says it is, and its bytes without the key's id."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        """The signature's line, with its end."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.value).decode('ascii')}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends with a line's end, and its signatures, not verified. Raises `InvalidValue` over the limits."""

    text: str
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        _require_text(self.text)
        if not 0 < len(self.signatures) <= MOST_SIGNATURES:
            raise _malformed("no signature, or too many", "署名がないか、多すぎます")

    def to_bytes(self) -> bytes:
        """The note as it is handed on (UTF-8)."""
        return f"{self.text}\n{''.join(each.line() for each in self.signatures)}".encode()

    def with_signature(self, signature: Signature) -> Note:
        """The note with one signature more, as a witness adds it."""
        return Note(self.text, (*self.signatures, signature))


@dataclass(frozen=True, slots=True)
class Opened:
    """A text that can be relied on, and who vouches for it: each key with the time it says (witnesses only), in POSIX
    seconds."""

    text: str
    signers: Mapping[VerifierKey, int | None]


def sign(text: str, key: SignerKey, ed25519: Sign) -> Signature:
    """The key's signature over a note's text. Raises `InvalidValue` for a text no note can have, or a witness's key."""
    _require_text(text)
    if key.type is not SignatureType.ED25519:
        raise _malformed("a witness's key signs checkpoints only", "証人の鍵はチェックポイントにのみ署名できます")
    return Signature(key.name, key.id, ed25519(key.seed, text.encode()))


def cosign(text: str, key: SignerKey, posix_time: int, ed25519: Sign) -> Signature:
    """A witness's signature: at this time it has seen this checkpoint, and none larger. Raises `InvalidValue`."""
    _require_text(text)
    if key.type is not SignatureType.COSIGNATURE or not 0 <= posix_time <= _LATEST:
        raise _malformed("not a witness's key, or not a time", "証人の鍵又は時刻ではありません")
    signature = ed25519(key.seed, _cosigned(text, posix_time))
    return Signature(key.name, key.id, posix_time.to_bytes(_TIME_BYTES, "big") + signature)


def parse_note(raw: bytes) -> Note:
    """A note with its signatures, none of them verified. Raises `InvalidValue` for what is no note."""
    if len(raw) > LONGEST_NOTE:
        raise _malformed("too long", "長すぎます")
    try:
        whole = raw.decode()
    except UnicodeDecodeError:
        raise _malformed("not UTF-8", "UTF-8ではありません") from None
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise _malformed("no signatures under the text", "本文の下に署名がありません")
    signatures = lines.removesuffix("\n").split("\n", MOST_SIGNATURES)
    return Note(text + "\n", tuple(map(_parse_signature, signatures)))


def open_note(raw: bytes, keys: Sequence[VerifierKey], verify: Verify) -> Opened:
    """A note's text, once at least one of these keys has signed it.

    Raises `InvalidValue` for what is no note, when none of the keys has signed it, when a signature of one of them is
    wrong, and for two keys of the same name and id.
    """
    known = {(key.name, key.id): key for key in keys}
    if len(known) != len(keys):
        raise _malformed("two of the keys are not told apart", "鍵の名前とIDが重複しています")
    note = parse_note(raw)
    signers: dict[VerifierKey, int | None] = {}
    for signature in note.signatures:
        if key := known.get((signature.name, signature.key_id)):
            signers.setdefault(key, _verified(note.text, signature, key, verify))
    if not signers:
        raise _malformed("not signed by a known key", "既知の鍵による署名がありません")
    return Opened(note.text, signers)


def _verified(text: str, signature: Signature, key: VerifierKey, verify: Verify) -> int | None:
    """The time the signer says, if any; raises `InvalidValue` for a wrong signature."""
    message, value, time = text.encode(), signature.value, None
    if key.type is SignatureType.COSIGNATURE:
        time, value = int.from_bytes(value[:_TIME_BYTES], "big"), value[_TIME_BYTES:]
        message = _cosigned(text, time)
    if (time or 0) > _LATEST or not verify(key.public_key, message, value):
        raise _malformed("a known key's signature is wrong", "既知の鍵による署名が正しくありません")
    return time


def _cosigned(text: str, posix_time: int) -> bytes:
    return f"cosignature/v1\ntime {posix_time}\n{text}".encode()


def _parse_signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    decoded = strict_base64(encoded)
    if not line.startswith(_DASH) or not is_key_name(name) or decoded is None or len(decoded) <= ID_SIZE:
        raise _malformed("a line is no signature", "署名の行の形式に誤りがあります")
    return Signature(name, decoded[:ID_SIZE], decoded[ID_SIZE:])


def _require_text(text: str) -> None:
    if not text.endswith("\n") or _CONTROL.search(text) or not _is_unicode(text):
        raise _malformed("not a text that a note may have", "ノートの本文として使用できない文字列です")


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= each <= "\udfff" for each in text)


def _malformed(reason: str, reason_ja: str) -> InvalidValue:
    return InvalidValue("Note", reason, reason_ja)

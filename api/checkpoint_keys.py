"""The keys that sign a ledger's checkpoints, or witness them: Ed25519, in a file that only its owner reads.

A file holds a signer key a line. A ledger's key has the ledger's name, which ends in the code of its municipality:
`city.example/012131`; a server that holds several municipalities has one line for each.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from api.keys import read_secret, write_secret
from api.settings import SettingsError
from domain.errors import InvalidValue
from domain.ledger.note_keys import (
    KEY_SIZE,
    SignatureType,
    SignerKey,
    VerifierKey,
    make_signer,
    parse_signer_key,
    parse_verifier_key,
)
from domain.ledger.notes import Note, sign

NAME: Final = "DAICHO_CHECKPOINT_KEY_FILE"
SPECIMEN: Final = "specimen.daicho.example"
"""The demonstration's ledgers are named so: never a city's."""


def ed25519_sign(seed: bytes, message: bytes) -> bytes:
    """The signature over a message."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def ed25519_verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature is right."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):  # a point that is none
        return False
    return True


def public_key_of(seed: bytes) -> bytes:
    """The public key of a seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def new_key(name: str, kind: SignatureType = SignatureType.ED25519) -> SignerKey:
    """A new key. Raises `InvalidValue` for a name that no key may have."""
    return make_signer(name, secrets.token_bytes(KEY_SIZE), public_key_of, kind)


def verifier_of(key: SignerKey) -> VerifierKey:
    """Its public half."""
    return key.verifier(public_key_of)


def signed_note(text: str, key: SignerKey) -> bytes:
    """A text as a signed note."""
    return Note(text, (sign(text, key, ed25519_sign),)).to_bytes()


def write_keys(path: Path, keys: Sequence[SignerKey]) -> None:
    """Write new keys into a file of their own. Raises `SettingsError`: a key is never overwritten."""
    content = "".join(f"{key.secret_text()}\n" for key in keys).encode()
    try:
        made = write_secret(path, content)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SettingsError(f"no key file can be made: {why}", f"鍵ファイルを作成できません（{why}）") from error
    if not made:
        raise SettingsError(
            "there is a file of this name already; a key is never overwritten",
            "同名のファイルがあります。鍵は上書きしません",
        )


def read_keys(path: Path, name: str, kind: SignatureType = SignatureType.ED25519) -> tuple[SignerKey, ...]:
    """The keys in a file, all of one kind. Raises `SettingsError`, naming the setting; no part of a key is told."""
    content = read_secret(path, name)
    try:
        keys = tuple(map(parse_signer_key, content.decode().split("\n")[:-1]))
        for key in keys:
            verifier_of(key)
    except (UnicodeDecodeError, InvalidValue):
        raise _no_key(name) from None
    if not keys or any(key.type is not kind for key in keys):
        raise _no_key(name)
    return keys


def ledger_keys(path: Path, municipality_codes: Sequence[str]) -> Mapping[str, SignerKey]:
    """The key of each municipality's ledger. Raises `SettingsError` where one has none, or more than one."""
    keys = read_keys(path, NAME)
    found = {code: [key for key in keys if key.name.endswith(f"/{code}")] for code in municipality_codes}
    wrong = [code for code, ones in found.items() if len(ones) != 1]
    if wrong:
        codes = ", ".join(wrong)
        raise SettingsError(f"{NAME}: needs one key for {codes}", f"{NAME}：{codes} の鍵が1つ必要です")
    return {code: ones[0] for code, ones in found.items()}


def own_ledger_keys(path: Path, municipality_codes: Sequence[str]) -> Mapping[str, SignerKey]:
    """The same, made when they are not there yet: for the demonstration."""
    if not path.exists():
        write_keys(path, [new_key(f"{SPECIMEN}/{code}") for code in municipality_codes])
    return ledger_keys(path, municipality_codes)


def verifier_key(text: str) -> VerifierKey:
    """A public key as it is handed on: the text itself. Raises `InvalidValue`."""
    return parse_verifier_key(text.strip())


def _no_key(name: str) -> SettingsError:
    return SettingsError(f"{name}: holds no such key (daicho ledger keys make)", f"{name}：鍵ファイルではありません")

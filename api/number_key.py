"""The key that encrypts the vault's keys: a tink keyset in a file of its own, outside the data and outside backups."""

from __future__ import annotations

from pathlib import Path

import tink
from tink import aead, json_proto_keyset_format, secret_key_access

from api.keys import read_secret, write_secret
from api.settings import SettingsError

aead.register()
NAME = "DAICHO_KEY_FILE"


def read_number_key(path: Path, name: str = NAME) -> aead.Aead:
    """The key in a file. Raises `SettingsError`, naming the setting, when there is none or others may read it."""
    content = read_secret(path, name)
    try:
        keyset = json_proto_keyset_format.parse(content.decode(), secret_key_access.TOKEN)
        return keyset.primitive(aead.Aead)
    except (UnicodeDecodeError, tink.TinkError):
        raise SettingsError(f"{name}: holds no key (daicho keys make)", f"{name}：鍵ファイルではありません") from None


def make_number_key(path: Path) -> None:
    """Write a new key. Raises `SettingsError` where there is a file already, which stays, or none can be made."""
    try:
        made = _written(path)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SettingsError(f"no key file can be made: {why}", f"鍵ファイルを作成できません（{why}）") from error
    if not made:
        raise SettingsError(
            "there is a file of this name already; a key is never overwritten",
            "同名のファイルがあります。鍵は上書きしません",
        )


def own_number_key(path: Path) -> aead.Aead:
    """The key in a file, made when it is not there yet."""
    if not path.exists():
        _written(path)
    return read_number_key(path)


def _written(path: Path) -> bool:
    """Write a new key, unless there is a file already."""
    keyset = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    return write_secret(path, json_proto_keyset_format.serialize(keyset, secret_key_access.TOKEN).encode())


class Successor(aead.Aead):  # type: ignore[misc] # tink has no types
    """A key and the one before it: encrypts under the new one, and decrypts what either has encrypted."""

    def __init__(self, new: aead.Aead, old: aead.Aead) -> None:
        self._new = new
        self._old = old

    def encrypt(self, plaintext: bytes, associated_data: bytes) -> bytes:
        """Under the new key."""
        sealed: bytes = self._new.encrypt(plaintext, associated_data)
        return sealed

    def decrypt(self, ciphertext: bytes, associated_data: bytes) -> bytes:
        """Under the key that it was encrypted with. Raises `tink.TinkError`."""
        try:
            clear: bytes = self._new.decrypt(ciphertext, associated_data)
        except tink.TinkError:
            clear = self._old.decrypt(ciphertext, associated_data)
        return clear

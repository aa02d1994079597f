"""Files that only the key of `DAICHO_KEY_FILE` opens: compressed, encrypted, and bound to their names.

A file has a key of its own, which stands encrypted at its head. What follows is tink's streaming encryption: its pieces
can be neither changed, left out nor put in another order, and its end cannot be cut off.
"""

from __future__ import annotations

import gzip
import os
import shutil
import struct
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final, cast

import tink
from tink import aead, json_proto_keyset_format, streaming_aead

from persistence.home import StartRefused

streaming_aead.register()

UNFINISHED: Final = ".unfinished"
PIECE: Final = 1 << 20
_TEMPLATE: Final = streaming_aead.streaming_aead_key_templates.AES256_GCM_HKDF_1MB
_MAGIC: Final = b"daicho sealed 1\n"
_LENGTH: Final = struct.Struct(">I")
_LONGEST_KEYSET: Final = 1 << 16
# Pages of a database and the zeros that fill a piece of its log: more effort gains little.
_EFFORT: Final = 1


@contextmanager
def sealing(path: Path, key: aead.Aead, name: str) -> Iterator[IO[bytes]]:
    """Write a new file of mode 0600, which has its name only once all of it is on disk; `name` is what it is bound to.

    If the block ends with an exception, nothing remains. Raises `StartRefused` where the file cannot be written.
    """
    unfinished = path.with_name(path.name + UNFINISHED)
    try:
        _write_new(unfinished)
        with _encrypting(unfinished, key, name) as stream, gzip.GzipFile("", "wb", _EFFORT, stream, mtime=0) as into:
            yield cast(IO[bytes], into)
        on_disk(unfinished)
        unfinished.rename(path)
        on_disk(path.parent)
    except (OSError, tink.TinkError) as error:  # tink tells a full disk in its own way
        raise _not_written(path, error) from None
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def unsealed(path: Path, key: aead.Aead, name: str) -> Iterator[IO[bytes]]:
    """Read such a file. Raises `StartRefused` where it does not open, at the start or as late as at its last piece."""
    with ExitStack() as opened:
        try:
            file = opened.enter_context(path.open("rb"))
            primitive = _file_key(file, key, name)
            stream = opened.enter_context(primitive.new_decrypting_stream(file, name.encode()))
            yield cast(IO[bytes], opened.enter_context(gzip.GzipFile("", "rb", fileobj=stream)))
        except (tink.TinkError, gzip.BadGzipFile, EOFError, struct.error):
            raise _does_not_open(path) from None


def seal_file(source: Path, path: Path, key: aead.Aead, name: str) -> None:
    """Write a file's content as a sealed file."""
    with source.open("rb") as content, sealing(path, key, name) as into:
        shutil.copyfileobj(content, into, PIECE)


def on_disk(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_new(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


@contextmanager
def _encrypting(path: Path, key: aead.Aead, name: str) -> Iterator[IO[bytes]]:
    keyset = tink.new_keyset_handle(_TEMPLATE)
    wrapped = json_proto_keyset_format.serialize_encrypted(keyset, key, _bound(name)).encode()
    primitive = keyset.primitive(streaming_aead.StreamingAead)
    with path.open("wb", buffering=0) as file:  # closed here too: after a full disk tink leaves it open
        file.write(_MAGIC + _LENGTH.pack(len(wrapped)) + wrapped)
        with primitive.new_encrypting_stream(file, name.encode()) as stream:
            yield stream


def _file_key(file: IO[bytes], key: aead.Aead, name: str) -> streaming_aead.StreamingAead:
    if file.read(len(_MAGIC)) != _MAGIC:
        raise tink.TinkError
    (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
    wrapped = file.read(min(length, _LONGEST_KEYSET)).decode("ascii", "replace")
    keyset = json_proto_keyset_format.parse_encrypted(wrapped, key, _bound(name))
    return cast(streaming_aead.StreamingAead, keyset.primitive(streaming_aead.StreamingAead))


def _bound(name: str) -> bytes:
    return f"sealed files/{name}".encode()


def _not_written(path: Path, error: Exception) -> StartRefused:
    why = getattr(error, "strerror", None) or "is there space left?"
    return StartRefused(f"{path} cannot be written: {why}", f"{path} に書き込めません（{why}）。")


def _does_not_open(path: Path) -> StartRefused:
    return StartRefused(
        f"{path} does not open: it needs the DAICHO_KEY_FILE that it was made with, or it was changed.",
        f"{path} を開けません。作成時の DAICHO_KEY_FILE が必要か、内容が変更されています。",
    )

"""Sealed files: what only the key opens, and only whole and under its own name."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import tink
from tink import aead

from persistence.home import StartRefused
from persistence.sealed_files import PIECE, sealing, unsealed
from tests.keys import NUMBER_KEY

CONTENT = b"what was sealed" * 200_000


def other_key() -> aead.Aead:
    return tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM).primitive(aead.Aead)


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """A sealed file of the name `name`."""
    path = tmp_path / "file"
    with sealing(path, NUMBER_KEY, "name") as into:
        into.write(CONTENT)
    return path


def content_of(path: Path, key: aead.Aead = NUMBER_KEY, name: str = "name") -> bytes:
    with unsealed(path, key, name) as content:
        return content.read()


def test_what_was_sealed_is_read_again_by_this_account_alone(sealed: Path) -> None:
    assert content_of(sealed) == CONTENT
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    assert b"sealed" not in sealed.read_bytes()[64:]


@pytest.mark.holds("G-05")
def test_another_key_or_another_name_opens_nothing(sealed: Path) -> None:
    for key, name in ((other_key(), "name"), (NUMBER_KEY, "another name")):
        with pytest.raises(StartRefused, match="DAICHO_KEY_FILE"):
            content_of(sealed, key, name)


def test_a_file_that_was_cut_or_changed_anywhere_does_not_open(sealed: Path) -> None:
    whole = sealed.read_bytes()
    changed = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(0, len(whole), len(whole) // 16)]
    cut = [whole[:length] for length in (0, 10, 18, 100, len(whole) - 1)]
    for content in (*changed, *cut, whole + b"x"):
        sealed.write_bytes(content)
        with pytest.raises(StartRefused):
            content_of(sealed)


def test_pieces_in_another_order_do_not_open(tmp_path: Path) -> None:
    path = tmp_path / "file"
    noise = b"".join(bytes([each % 251]) * 61 + each.to_bytes(4, "big") for each in range(1_000_000))
    with sealing(path, NUMBER_KEY, "name") as into:
        into.write(noise)
    whole = path.read_bytes()
    assert len(whole) > 3 * PIECE
    path.write_bytes(whole[:PIECE] + whole[2 * PIECE : 3 * PIECE] + whole[PIECE : 2 * PIECE] + whole[3 * PIECE :])
    with pytest.raises(StartRefused):
        content_of(path)


def test_writing_that_ends_halfway_leaves_nothing(tmp_path: Path) -> None:
    def write_half() -> None:
        with sealing(tmp_path / "file", NUMBER_KEY, "name") as into:
            into.write(CONTENT)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert not list(tmp_path.iterdir())
